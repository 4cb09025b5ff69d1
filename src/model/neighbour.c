/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/neighbour.h"

#include "model/uapi.h"

static const struct keyword states[] = {
	{ "permanent", NUD_PERMANENT, "PERMANENT" },
	{ "noarp", NUD_NOARP, "NOARP" },
	{ "reachable", NUD_REACHABLE, "REACHABLE" },
	{ "stale", NUD_STALE, "STALE" },
	{ "none", NUD_NONE, "NONE" },
	{ "delay", NUD_DELAY, "DELAY" },
	{ "probe", NUD_PROBE, "PROBE" },
	{ "incomplete", NUD_INCOMPLETE, "INCOMPLETE" },
	{ "failed", NUD_FAILED, "FAILED" },
	{ 0 },
};

/* clang-format off */
static const struct attr neighbour_rows[] = {
	ATTR(neighbour, netns, .name = "netns", .traits = ATTR_KEY | ATTR_STATUS,
	     .help = "network namespace it is in"),
	ATTR(neighbour, dst, .name = "to", .alias = "dst", .json = "dst", .wire = NDA_DST,
	     .usage = "ADDRESS", .traits = ATTR_KEY | ATTR_POSITION,
	     .help = "address of the neighbour"),
	ATTR(neighbour, dev, .name = "dev", .usage = "DEV", .traits = ATTR_KEY,
	     .help = "link it is reached on"),
	/* The kernel selects by it and does not report it. */
	ATTR(neighbour, master, .name = "master", .traits = ATTR_STATUS | ATTR_HIDDEN,
	     .help = "bridge (or other master) its link is a port of"),
	ATTR(neighbour, lladdr, .name = "lladdr", .alias = "at", .wire = NDA_LLADDR, .usage = "MAC",
	     .help = "its link layer address"),
	ATTR(neighbour, router, .name = "router", .traits = ATTR_FLAG, AT(ndmsg, ndm_flags),
	     .bits = NTF_ROUTER, .help = "it is a router"),
	/* Part of the key: proxy entries live in a table of their own. */
	ATTR(neighbour, proxy, .name = "proxy", .traits = ATTR_FLAG | ATTR_KEY,
	     AT(ndmsg, ndm_flags), .bits = NTF_PROXY, .help = "we answer for this address"),
	ATTR(neighbour, managed, .name = "managed", .traits = ATTR_FLAG, .wire = NDA_FLAGS_EXT,
	     .bits = NTF_EXT_MANAGED, .since = "5.16", .help = "the kernel keeps it resolved (5.16)"),
	ATTR(neighbour, extern_learn, .name = "extern_learn", .traits = ATTR_FLAG,
	     AT(ndmsg, ndm_flags), .bits = NTF_EXT_LEARNED, .help = "a control plane learned it"),
	ATTR(neighbour, offload, .name = "offload", .traits = ATTR_FLAG | ATTR_STATUS,
	     AT(ndmsg, ndm_flags), .bits = NTF_OFFLOADED, .help = "hardware holds it"),
	ATTR(neighbour, use, .name = "use", .traits = ATTR_FLAG | ATTR_ACTION, AT(ndmsg, ndm_flags),
	     .bits = NTF_USE, .help = "mark it as used: resolve it now"),
	ATTR(neighbour, extern_valid, .name = "extern_valid", .traits = ATTR_FLAG,
	     .wire = NDA_FLAGS_EXT, .bits = NTF_EXT_EXT_VALIDATED, .since = "6.17",
	     .help = "a control plane validated it; never removed (6.17)"),
	ATTR(neighbour, state, .name = "nud", .alias = "state", .json = "state", .list = "state",
	     .keywords = states, .traits = ATTR_NO_ZERO, AT(ndmsg, ndm_state), .usage = "STATE",
	     .help = "state of the entry"),
	ATTR(neighbour, protocol, .name = "protocol", .alias = "proto", .wire = NDA_PROTOCOL,
	     .database = "rt_protos", .traits = ATTR_NO_ZERO, .usage = "PROTO",
	     .help = "who put it there"),
	/* All in one struct nda_cacheinfo: kernel/neighbour.c. */
	ATTR(neighbour, refcnt, .name = "refcnt", .traits = ATTR_STATUS | ATTR_STATS | ATTR_NO_ZERO,
	     .help = "how many hold it"),
	ATTR(neighbour, used, .name = "used", .traits = ATTR_STATUS | ATTR_STATS,
	     .help = "seconds since it was used"),
	ATTR(neighbour, confirmed, .name = "confirmed", .traits = ATTR_STATUS | ATTR_STATS,
	     .help = "seconds since it was confirmed"),
	ATTR(neighbour, updated, .name = "updated", .traits = ATTR_STATUS | ATTR_STATS,
	     .help = "seconds since it changed"),
	ATTR(neighbour, probes, .name = "probes", .wire = NDA_PROBES,
	     .traits = ATTR_STATUS | ATTR_STATS, .help = "probes sent"),
};
/* clang-format on */

static const struct attr_extra neighbour_extras[] = { ATTR_EXTRA(neighbour, asked) };

const struct attr_table neighbour_table =
	ATTR_TABLE(neighbour, "arp", neighbour_rows, neighbour_extras);

size_t neighbour_parts(void *neighbour, struct part parts[PARTS])
{
	parts[0] = (struct part){ .table = &neighbour_table, .object = neighbour };
	return 1;
}
