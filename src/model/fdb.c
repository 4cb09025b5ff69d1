/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/fdb.h"

#include <string.h>

#include "model/uapi.h"

/*
 * bridge(8)'s words. An entry that was learned and is fresh is reported as
 * nothing at all ("").
 */
static const struct keyword states[] = {
	{ "permanent", NUD_PERMANENT, 0 },
	{ "local", NUD_PERMANENT, 0 },
	{ "static", NUD_NOARP, 0 },
	{ "temp", NUD_NOARP, 0 },
	{ "dynamic", NUD_REACHABLE, "" },
	{ "stale", NUD_STALE, 0 },
	{ 0 },
};

#define NTF_BIT(member, flag, more, text)                                                 \
	ATTR(fdb, member, .name = #member, .list = "flags", .traits = ATTR_FLAG | (more), \
	     AT(ndmsg, ndm_flags), .bits = (flag), .help = text)

/* clang-format off */
static const struct attr fdb_rows[] = {
	ATTR(fdb, netns, .name = "netns", .traits = ATTR_KEY | ATTR_STATUS,
	     .help = "network namespace it is in"),
	ATTR(fdb, mac, .name = "to", .alias = "lladdr", .json = "mac", .wire = NDA_LLADDR,
	     .usage = "MAC", .traits = ATTR_KEY | ATTR_POSITION, .help = "destination MAC"),
	ATTR(fdb, dev, .name = "dev", .json = "ifname", .usage = "DEV", .traits = ATTR_KEY,
	     .help = "bridge port, bridge or vxlan the entry belongs to"),
	ATTR(fdb, dst, .name = "dst", .wire = NDA_DST, .usage = "ADDRESS",
	     .traits = ATTR_PICKS,
	     .help = "VTEP behind which the MAC is"),
	ATTR(fdb, vlan, .name = "vlan", .wire = NDA_VLAN, .min = 1, .max = 4094,
	     .traits = ATTR_KEY | ATTR_NO_ZERO, .usage = "VID", .help = "VLAN of the entry"),
	ATTR(fdb, port, .name = "port", .wire = NDA_PORT, .traits = ATTR_NET_ORDER | ATTR_PICKS, .usage = "PORT",
	     .help = "UDP port of the VTEP, where it is not the device's"),
	ATTR(fdb, vni, .name = "vni", .wire = NDA_VNI, .max = 0xffffff, .usage = "VNI",
	     .traits = ATTR_PICKS,
	     .help = "VNI towards the VTEP, where it is not the device's"),
	ATTR(fdb, src_vni, .name = "src_vni", .wire = NDA_SRC_VNI, .max = 0xffffff, .usage = "VNI",
	     .traits = ATTR_KEY, .help = "VNI the entry belongs to, on an external device"),
	ATTR(fdb, via, .name = "via", .json = "viaIf", .wire = NDA_IFINDEX, .usage = "DEV",
	     .traits = ATTR_PICKS,
	     .help = "link the VTEP is reached on"),
	ATTR(fdb, nhid, .name = "nhid", .wire = NDA_NH_ID, .usage = "ID",
	     .help = "fdb nexthop group instead of a VTEP"),
	ATTR(fdb, link_netnsid, .name = "link-netnsid", .json = "linkNetNsId",
	     .wire = NDA_LINK_NETNSID, .traits = ATTR_STATUS, .help = "namespace of the underlay"),
	/* Both are in one struct nda_cacheinfo: kernel/fdb.c. */
	ATTR(fdb, used, .name = "used", .traits = ATTR_STATUS | ATTR_STATS,
	     .help = "seconds since it was used"),
	ATTR(fdb, updated, .name = "updated", .traits = ATTR_STATUS | ATTR_STATS,
	     .help = "seconds since it changed"),
	NTF_BIT(self, NTF_SELF, ATTR_KEY, "the device's own table (a vxlan's), not the bridge's"),
	NTF_BIT(router, NTF_ROUTER, 0, "the MAC is a router (vxlan route short circuit)"),
	NTF_BIT(extern_learn, NTF_EXT_LEARNED, 0, "a control plane learned it"),
	NTF_BIT(offload, NTF_OFFLOADED, ATTR_STATUS, "hardware holds it"),
	NTF_BIT(master, NTF_MASTER, ATTR_KEY, "the table of the bridge the device is a port of"),
	NTF_BIT(sticky, NTF_STICKY, 0, "does not move to another port"),
	ATTR(fdb, locked, .name = "locked", .list = "flags", .traits = ATTR_FLAG | ATTR_STATUS,
	     .wire = NDA_FLAGS_EXT, .bits = NTF_EXT_LOCKED, .help = "learned on a locked port"),
	/* Both are bits of one byte in a nest, the third is there or not: kernel/fdb.c. */
	ATTR(fdb, activity_notify, .name = "activity_notify", .traits = ATTR_FLAG | ATTR_DETAIL,
	     .help = "tell when a static entry is used again, or not for the ageing time (5.14)"),
	ATTR(fdb, inactive, .name = "inactive", .traits = ATTR_FLAG | ATTR_DETAIL,
	     .help = "it counts as not used until it is"),
	ATTR(fdb, norefresh, .name = "norefresh", .traits = ATTR_FLAG | ATTR_ACTION | ATTR_HIDDEN,
	     .help = "a replacement leaves the times of the entry as they are"),
	ATTR(fdb, use, .name = "use", .traits = ATTR_FLAG | ATTR_ACTION | ATTR_HIDDEN,
	     AT(ndmsg, ndm_flags), .bits = NTF_USE, .help = "refresh it as if it were used"),
	ATTR(fdb, bridge, .name = "bridge", .json = "master", .wire = NDA_MASTER,
	     .traits = ATTR_STATUS, .help = "bridge whose table it is in"),
	ATTR(fdb, protocol, .name = "protocol", .wire = NDA_PROTOCOL, .database = "rt_protos",
	     .traits = ATTR_STATUS | ATTR_NO_ZERO | ATTR_HIDDEN, .help = "who put it there"),
	ATTR(fdb, state, .name = "state", .keywords = states, .traits = ATTR_BARE | ATTR_HEX,
	     AT(ndmsg, ndm_state),
	     .help = "permanent (to the host itself), static, or dynamic (ages)"),
};
/* clang-format on */

static const struct attr_extra fdb_extras[] = { ATTR_EXTRA(fdb, asked), ATTR_EXTRA(fdb, pad) };

const struct attr_table fdb_table = ATTR_TABLE(fdb, "fdb", fdb_rows, fdb_extras);

bool fdb_is_own(const struct fdb *fdb, const char *kind, bool is_port)
{
	bool leads =
		fdb->dst.family || fdb->via.id || fdb->nhid || ATTR_HAS(&fdb_table, fdb, fdb, vni);

	if (fdb->self || fdb->master)
		return fdb->self;
	return !strcmp(kind, "vxlan") ? leads || !is_port : !strcmp(kind, "bridge");
}

bool fdb_is_flood(const struct fdb *fdb)
{
	static const struct mac zero;

	return fdb->self && (fdb->mac.bytes[0] & 1 || !memcmp(&fdb->mac, &zero, sizeof(zero)));
}

size_t fdb_parts(void *fdb, struct part parts[PARTS])
{
	parts[0] = (struct part){ .table = &fdb_table, .object = fdb };
	return 1;
}

bool fdb_floods(const struct fdb *fdb)
{
	static const struct mac zero;

	return (fdb->mac.bytes[0] & 1) || !memcmp(&fdb->mac, &zero, sizeof(zero));
}
