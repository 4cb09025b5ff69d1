/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/vxlan.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "model/uapi.h"

static const struct keyword ttls[] = {
	{ "auto", VXLAN_TTL_AUTO, 0 },
	{ "inherit", VXLAN_TTL_INHERIT, 0 },
	{ 0 },
};
static const struct keyword toses[] = { { "inherit", 1, 0 }, { 0 } };
static const struct keyword dfs[] = {
	{ "unset", VXLAN_DF_UNSET, 0 },
	{ "set", VXLAN_DF_SET, 0 },
	{ "inherit", VXLAN_DF_INHERIT, 0 },
	{ 0 },
};
static const struct keyword ageings[] = { { "none", 0, 0 }, { 0 } };
static const struct keyword limits[] = { { "unlimited", 0, 0 }, { 0 } };

#define SWITCH(member, key, number, more, text, ...)                        \
	ATTR(vxlan, member, .name = #member, .json = key, .wire = (number), \
	     .traits = ATTR_BOOL_WORD | (more), .help = text, ##__VA_ARGS__)

/* clang-format off */
static const struct attr vxlan_rows[] = {
	ATTR(vxlan, vni, .name = "id", .alias = "vni", .wire = IFLA_VXLAN_ID, .max = 0xffffff,
	     .usage = "VNI", .traits = ATTR_FIXED, .help = "virtual network identifier"),
	ATTR(vxlan, group, .name = "group", .json6 = "group6", .wire = IFLA_VXLAN_GROUP,
	     .wire6 = IFLA_VXLAN_GROUP6, .traits = ATTR_NO_ZERO,
	     .help = "multicast group that frames for unknown MACs go to; needs dev"),
	ATTR(vxlan, remote, .name = "remote", .json6 = "remote6", .wire = IFLA_VXLAN_GROUP,
	     .wire6 = IFLA_VXLAN_GROUP6, .traits = ATTR_NO_ZERO,
	     .help = "VTEP that frames for unknown MACs go to"),
	ATTR(vxlan, local, .name = "local", .json6 = "local6", .wire = IFLA_VXLAN_LOCAL,
	     .wire6 = IFLA_VXLAN_LOCAL6, .traits = ATTR_NO_ZERO, .help = "source address of the tunnel"),
	ATTR(vxlan, dev, .name = "dev", .json = "link", .wire = IFLA_VXLAN_LINK, .usage = "DEV",
	     .traits = ATTR_NO_ZERO, .help = "link that carries the tunnel"),
	ATTR(vxlan, srcport, .name = "srcport", .alias = "port", .json = "port_range",
	     .wire = IFLA_VXLAN_PORT_RANGE, .usage = "MIN MAX",
	     .traits = ATTR_FIXED | ATTR_NET_ORDER | ATTR_DETAIL,
	     .help = "UDP source ports, picked by a hash of the frame"),
	ATTR(vxlan, dstport, .name = "dstport", .json = "port", .wire = IFLA_VXLAN_PORT,
	     .usage = "PORT", .traits = ATTR_FIXED | ATTR_NET_ORDER, .help = "UDP destination port"),
	ATTR(vxlan, tos, .name = "tos", .alias = "dsfield", .wire = IFLA_VXLAN_TOS,
	     .keywords = toses, .database = "rt_dsfield", .usage = "{TOS|inherit}",
	     .traits = ATTR_HEX | ATTR_JSON_NUMBER | ATTR_NO_ZERO | ATTR_DETAIL,
	     .help = "type of service of outer packets"),
	/* Two attributes share it on the wire: vxlan_encode(). */
	ATTR(vxlan, ttl, .name = "ttl", .alias = "hoplimit", .keywords = ttls, .max = 255,
	     .usage = "{1-255|auto|inherit}", .traits = ATTR_HIDDEN | ATTR_DETAIL,
	     .help = "time to live of outer packets"),
	ATTR(vxlan, df, .name = "df", .wire = IFLA_VXLAN_DF, .keywords = dfs,
	     .traits = ATTR_DETAIL, .help = "don't-fragment bit of outer IPv4 packets"),
	ATTR(vxlan, label, .name = "flowlabel", .alias = "label", .json = "label",
	     .wire = IFLA_VXLAN_LABEL, .max = 0xfffff, .usage = "LABEL",
	     .traits = ATTR_NET_ORDER | ATTR_HEX | ATTR_NO_ZERO | ATTR_DETAIL,
	     .help = "flow label of outer IPv6 packets"),
	ATTR(vxlan, ageing, .name = "ageing", .wire = IFLA_VXLAN_AGEING, .keywords = ageings,
	     .usage = "{SECONDS|none}", .traits = ATTR_JSON_NUMBER | ATTR_DETAIL,
	     .help = "how long a learned fdb entry is kept without traffic"),
	ATTR(vxlan, limit, .name = "maxaddress", .alias = "maxaddr", .json = "limit",
	     .wire = IFLA_VXLAN_LIMIT, .keywords = limits, .usage = "{NUMBER|unlimited}",
	     .traits = ATTR_FIXED | ATTR_JSON_NUMBER | ATTR_NO_ZERO | ATTR_DETAIL,
	     .help = "most fdb entries it has"),
	ATTR(vxlan, reserved_bits, .name = "reserved_bits", .wire = IFLA_VXLAN_RESERVED_BITS,
	     .usage = "MASK", .traits = ATTR_FIXED | ATTR_NET_ORDER | ATTR_HEX | ATTR_DETAIL, .since = "6.14",
	     .help = "bits of the VXLAN header that may be set in what is received (6.14)"),
	ATTR(vxlan, gbp, .name = "gbp", .wire = IFLA_VXLAN_GBP,
	     .traits = ATTR_FLAG | ATTR_PRESENCE | ATTR_FIXED | ATTR_DETAIL,
	     .help = "group based policy extension: the packet mark travels along"),
	ATTR(vxlan, gpe, .name = "gpe", .wire = IFLA_VXLAN_GPE,
	     .traits = ATTR_FLAG | ATTR_PRESENCE | ATTR_FIXED | ATTR_DETAIL,
	     .help = "generic protocol extension; needs external"),
	SWITCH(external, NULL, IFLA_VXLAN_COLLECT_METADATA, ATTR_FIXED | ATTR_DETAIL,
	       "routes and filters say VNI and VTEP of each packet (metadata mode)"),
	SWITCH(vnifilter, NULL, IFLA_VXLAN_VNIFILTER, ATTR_FIXED | ATTR_DETAIL,
	       "take only the VNIs that were added to it; needs external", .since = "5.18"),
	SWITCH(learning, NULL, IFLA_VXLAN_LEARNING, 0,
	       "learn from received packets which VTEP a MAC is behind"),
	SWITCH(proxy, NULL, IFLA_VXLAN_PROXY, ATTR_FIXED | ATTR_DETAIL,
	       "answer ARP and ND from the neighbour table"),
	SWITCH(rsc, NULL, IFLA_VXLAN_RSC, ATTR_FIXED | ATTR_DETAIL,
	       "route short circuit: send straight to the VTEP of the next host"),
	SWITCH(l2miss, NULL, IFLA_VXLAN_L2MISS, ATTR_FIXED | ATTR_DETAIL,
	       "report MACs without an fdb entry over netlink"),
	SWITCH(l3miss, NULL, IFLA_VXLAN_L3MISS, ATTR_FIXED | ATTR_DETAIL,
	       "report addresses without a neighbour entry over netlink"),
	SWITCH(udpcsum, "udp_csum", IFLA_VXLAN_UDP_CSUM, ATTR_FIXED | ATTR_DETAIL,
	       "UDP checksums over IPv4"),
	SWITCH(udp6zerocsumtx, "udp_zero_csum6_tx", IFLA_VXLAN_UDP_ZERO_CSUM6_TX,
	       ATTR_FIXED | ATTR_DETAIL, "send without UDP checksums over IPv6"),
	SWITCH(udp6zerocsumrx, "udp_zero_csum6_rx", IFLA_VXLAN_UDP_ZERO_CSUM6_RX,
	       ATTR_FIXED | ATTR_DETAIL, "accept packets without UDP checksums over IPv6"),
	SWITCH(remcsumtx, "remcsum_tx", IFLA_VXLAN_REMCSUM_TX, ATTR_FIXED | ATTR_DETAIL,
	       "leave inner checksums to the receiver (remote checksum offload)"),
	SWITCH(remcsumrx, "remcsum_rx", IFLA_VXLAN_REMCSUM_RX, ATTR_FIXED | ATTR_DETAIL,
	       "complete inner checksums the sender left to us"),
	SWITCH(localbypass, NULL, IFLA_VXLAN_LOCALBYPASS, ATTR_DETAIL,
	       "packets to an address of this machine skip the network stack (6.5)",
	       .since = "6.5"),
	/* No kernel up to 6.18 reports it: vxlan_fill_info() has no IFLA_VXLAN_MC_ROUTE. */
	SWITCH(mcroute, NULL, IFLA_VXLAN_MC_ROUTE, ATTR_ACTION | ATTR_DETAIL,
	       "multicast routing forwards outer packets (6.17)"),
};
/* clang-format on */

static const struct attr_extra vxlan_extras[] = {
	ATTR_EXTRA(vxlan, asked),
	ATTR_EXTRA(vxlan, pad),
};

const struct attr_table vxlan_table = ATTR_TABLE(vxlan, "vxlan", vxlan_rows, vxlan_extras);

#define HAS(object, member) ATTR_HAS(&vxlan_table, vxlan, (object), member)

static int address_refuse(const char *word, const struct address *address, const char *expected,
			  struct error *error)
{
	CLEANUP(text_clear) struct text text = { 0 };

	address_print(address->family, address->bytes, &text);
	return error_usage(error, "%s '%s': expected %s", word, text_string(&text), expected);
}

/* The default destination that is asked for, or NULL. */
static const struct address *destination(const struct vxlan *vxlan)
{
	if (HAS(vxlan, group))
		return &vxlan->group;
	return HAS(vxlan, remote) ? &vxlan->remote : NULL;
}

int vxlan_check(const struct vxlan *vxlan, const struct attr_context *context, struct error *error)
{
	const struct address *to = destination(vxlan);

	(void)context;
	if (HAS(vxlan, group) && HAS(vxlan, remote))
		return error_usage(
			error, "'group' and 'remote' are the same destination: only one of them");
	if (HAS(vxlan, group) && !address_is_zero(&vxlan->group) &&
	    !address_is_multicast(&vxlan->group))
		return address_refuse("group", &vxlan->group,
				      "a multicast address (one VTEP is a 'remote')", error);
	if (HAS(vxlan, remote) && address_is_multicast(&vxlan->remote))
		return address_refuse("remote", &vxlan->remote,
				      "a unicast address (a multicast one is a 'group')", error);
	if (HAS(vxlan, local) && address_is_multicast(&vxlan->local))
		return address_refuse("local", &vxlan->local, "a unicast address", error);
	if (to && to->family && HAS(vxlan, local) && vxlan->local.family &&
	    to->family != vxlan->local.family)
		return address_refuse("local", &vxlan->local,
				      to->family == IPV6 ? "an IPv6 address, as the destination is"
							 : "an IPv4 address, as the destination is",
				      error);
	/* The kernel reports id 0 of an external device. */
	if (HAS(vxlan, external) && vxlan->external && HAS(vxlan, vni) && vxlan->vni)
		return error_usage(error,
				   "id %u: an external device has none, each packet says its own",
				   vxlan->vni);
	if (HAS(vxlan, gbp) && vxlan->gbp && HAS(vxlan, gpe) && vxlan->gpe)
		return error_usage(error, "'gbp' and 'gpe' exclude each other");
	return 0;
}

int vxlan_check_new(const struct vxlan *vxlan, const struct attr_context *context,
		    struct error *error)
{
	bool external = HAS(vxlan, external) && vxlan->external;

	(void)context;
	if (!external && !HAS(vxlan, vni))
		return error_usage(error, "a vxlan needs 'id VNI' (or 'external')");
	if (!external && HAS(vxlan, vnifilter) && vxlan->vnifilter)
		return error_usage(error, "'vnifilter' needs 'external'");
	if (!external && HAS(vxlan, gpe) && vxlan->gpe)
		return error_usage(error, "'gpe' needs 'external'");
	if (HAS(vxlan, group) && address_is_multicast(&vxlan->group) &&
	    (!HAS(vxlan, dev) || !vxlan->dev.id))
		return address_refuse("group", &vxlan->group, "'dev DEV' beside it", error);
	return 0;
}

/* All addresses of a device are of one family, which is IPv4 unless one says otherwise. */
static uint8_t family(const struct vxlan *vxlan)
{
	const struct address *to = destination(vxlan);

	if (to && to->family)
		return to->family;
	return HAS(vxlan, local) && vxlan->local.family ? vxlan->local.family : IPV4;
}

bool vxlan_replaces(const struct vxlan *have, const struct vxlan *want, const struct attr *row)
{
	switch (row->offset) {
	case offsetof(struct vxlan, remote):
	case offsetof(struct vxlan, group):
	case offsetof(struct vxlan, local): {
		const struct address *address = attr_value(row, want);

		return address->family && address->family != family(have);
	}
	case offsetof(struct vxlan, ttl):
		return (have->ttl == VXLAN_TTL_INHERIT) != (want->ttl == VXLAN_TTL_INHERIT);
	default:
		return false;
	}
}

void vxlan_supersede(struct vxlan *vxlan, const struct vxlan *change)
{
	if (ATTR_HAS(&vxlan_table, vxlan, change, group))
		attr_drop(&vxlan_table, vxlan, ATTR_ROW(&vxlan_table, vxlan, remote));
	if (ATTR_HAS(&vxlan_table, vxlan, change, remote))
		attr_drop(&vxlan_table, vxlan, ATTR_ROW(&vxlan_table, vxlan, group));
}

int vxlan_encode(const struct vxlan *vxlan, uint64_t rows, uint16_t *number,
		 uint8_t payload[ATTR_PAYLOAD])
{
	*number = 0;
	if (!(rows & attr_bit(&vxlan_table, ATTR_ROW(&vxlan_table, vxlan, ttl))))
		return 0;
	/* A flag without payload here (vxlan_policy in vxlan_core.c), a byte when the kernel reports it. */
	if (vxlan->ttl == VXLAN_TTL_INHERIT) {
		*number = IFLA_VXLAN_TTL_INHERIT;
		return 0;
	}
	*number = IFLA_VXLAN_TTL;
	payload[0] = (uint8_t)vxlan->ttl;
	return 1;
}

/* The kernel reports IFLA_VXLAN_TTL too when it is inherited, and in front. */
static int ttl_decode(struct vxlan *vxlan, uint16_t number, const uint8_t *payload, size_t length)
{
	if (length != 1)
		return -EINVAL;
	if (number == IFLA_VXLAN_TTL_INHERIT && payload[0])
		vxlan->ttl = VXLAN_TTL_INHERIT;
	else if (number == IFLA_VXLAN_TTL && vxlan->ttl != VXLAN_TTL_INHERIT)
		vxlan->ttl = payload[0];
	else
		return 1;
	ATTR_MARK(&vxlan_table, vxlan, vxlan, ttl);
	return 1;
}

static int destination_decode(struct vxlan *vxlan, uint8_t of_family, const uint8_t *payload,
			      size_t length)
{
	struct address address = { .family = of_family };

	if (length != address_size(of_family))
		return -EINVAL;
	memcpy(address.bytes, payload, length);
	if (address_is_multicast(&address)) {
		vxlan->group = address;
		ATTR_MARK(&vxlan_table, vxlan, vxlan, group);
	} else {
		vxlan->remote = address;
		ATTR_MARK(&vxlan_table, vxlan, vxlan, remote);
	}
	return 1;
}

int vxlan_decode(struct vxlan *vxlan, uint16_t number, const uint8_t *payload, size_t length)
{
	switch (number) {
	case IFLA_VXLAN_TTL:
	case IFLA_VXLAN_TTL_INHERIT:
		return ttl_decode(vxlan, number, payload, length);
	case IFLA_VXLAN_GROUP:
		return destination_decode(vxlan, IPV4, payload, length);
	case IFLA_VXLAN_GROUP6:
		return destination_decode(vxlan, IPV6, payload, length);
	default:
		return 0;
	}
}

bool vxlan_is_implied(const struct vxlan *vxlan, const struct attr *row)
{
	return row->offset == offsetof(struct vxlan, vni) && vxlan->external && !vxlan->vni;
}

void vxlan_json(const struct vxlan *vxlan, const struct attr_context *context, struct json *json)
{
	(void)context;
	if (!HAS(vxlan, ttl))
		return;
	if (vxlan->ttl == VXLAN_TTL_INHERIT)
		json_bool(json, "ttl_inherit", true);
	else
		json_number(json, "ttl", vxlan->ttl);
}
