/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/route.h"

#include "model/uapi.h"

static const struct keyword route_types[] = {
	{ "unicast", RTN_UNICAST, 0 },	  { "local", RTN_LOCAL, 0 },
	{ "broadcast", RTN_BROADCAST, 0 },	  { "anycast", RTN_ANYCAST, 0 },
	{ "multicast", RTN_MULTICAST, 0 },	  { "blackhole", RTN_BLACKHOLE, 0 },
	{ "unreachable", RTN_UNREACHABLE, 0 }, { "prohibit", RTN_PROHIBIT, 0 },
	{ "throw", RTN_THROW, 0 },		  { "nat", RTN_NAT, 0 },
	{ "xresolve", RTN_XRESOLVE, 0 },	  { "none", RTN_UNSPEC, 0 },
	{ 0 },
};

static const struct keyword tables[] = {
	{ "main", RT_TABLE_MAIN, 0 },
	{ "local", RT_TABLE_LOCAL, 0 },
	{ "default", RT_TABLE_DEFAULT, 0 },
	{ "all", 0, 0 },
	{ 0 },
};

static const struct keyword scopes[] = {
	{ "global", RT_SCOPE_UNIVERSE, 0 }, { "universe", RT_SCOPE_UNIVERSE, 0 },
	{ "site", RT_SCOPE_SITE, 0 },	 { "link", RT_SCOPE_LINK, 0 },
	{ "host", RT_SCOPE_HOST, 0 },	 { "nowhere", RT_SCOPE_NOWHERE, 0 },
	{ 0 },
};

/* RTPROT_*: <linux/rtnetlink.h>; further ones in rt_protos */
static const struct keyword protocols[] = {
	{ "unspec", 0, 0 },   { "redirect", 1, 0 }, { "kernel", 2, 0 },	{ "boot", 3, 0 },
	{ "static", 4, 0 },   { "gated", 8, 0 },    { "ra", 9, 0 },	{ "mrt", 10, 0 },
	{ "zebra", 11, 0 },   { "bird", 12, 0 },    { "dnrouted", 13, 0 }, { "xorp", 14, 0 },
	{ "ntk", 15, 0 },	   { "dhcp", 16, 0 },    { "keepalived", 18, 0 }, { "babel", 42, 0 },
	{ "ovn", 84, 0 },	   { "openr", 99, 0 },   { "ovl", 111, 0 },	{ "bgp", 186, 0 },
	{ "isis", 187, 0 },   { "ospf", 188, 0 },   { "rip", 189, 0 },	{ "eigrp", 192, 0 },
	{ 0 },
};

static const struct keyword preferences[] = {
	{ "low", 3, 0 }, { "medium", 0, 0 }, { "high", 1, 0 }, { 0 },
};

#define ROUTE_FLAG(object, member, flag)                                                    \
	ATTR(object, member, .name = #member, .list = "flags", .traits = ATTR_FLAG | ATTR_STATUS, \
	     AT(rtmsg, rtm_flags), .bits = (flag), .help = "flag " #member)

#define HOP_FLAG(member, flag, more, text)                                                \
	ATTR(nexthop, member, .name = #member, .list = "flags", .traits = ATTR_FLAG | (more), \
	     AT(rtnexthop, rtnh_flags), .bits = (flag), .help = text)

#define METRIC(member, word, number, text)                                            \
	ATTR(route_detail, member, .name = word, .nest = RTA_METRICS, .wire = (number), .help = text)

/* clang-format off */
static const struct attr route_rows[] = {
	ATTR(route, netns, .name = "netns", .traits = ATTR_KEY | ATTR_STATUS,
	     .help = "network namespace it is in"),
	/* A plain unicast route in the main table, of protocol boot and scope global, says none of
	 * that: text/route.c leaves them out as iproute2 does. */
	ATTR(route, type, .name = "type", .keywords = route_types, .traits = ATTR_BARE | ATTR_KEY,
	     AT(rtmsg, rtm_type), .help = "what is done with the packet"),
	ATTR(route, dst, .name = "to", .json = "dst", .wire = RTA_DST, .usage = "PREFIX",
	     .traits = ATTR_KEY | ATTR_POSITION, .help = "where the packets go to"),
	ATTR(route, nhid, .name = "nhid", .wire = RTA_NH_ID, .usage = "ID",
	     .help = "nexthop object it uses"),
	ATTR(route, tos, .name = "tos", .alias = "dsfield", .database = "rt_dsfield",
	     .traits = ATTR_KEY | ATTR_NO_ZERO | ATTR_HEX, AT(rtmsg, rtm_tos), .usage = "TOS",
	     .help = "type of service it applies to"),
	ATTR(route, via, .name = "via", .alias = "gateway", .json = "gateway", .wire = RTA_GATEWAY,
	     .usage = "[inet6] ADDRESS", .help = "next router"),
	ATTR(route, dev, .name = "dev", .alias = "oif", .wire = RTA_OIF, .usage = "DEV",
	     .help = "link the packets leave on"),
	ATTR(route, table, .name = "table", .keywords = tables, .database = "rt_tables",
	     .traits = ATTR_KEY, .usage = "TABLE", .help = "routing table"),
	ATTR(route, protocol, .name = "proto", .alias = "protocol", .json = "protocol",
	     .keywords = protocols, .database = "rt_protos", AT(rtmsg, rtm_protocol),
	     .usage = "PROTO", .help = "who put it there"),
	ATTR(route, scope, .name = "scope", .keywords = scopes, .database = "rt_scopes",
	     AT(rtmsg, rtm_scope), .usage = "SCOPE", .help = "how far the destination is"),
	ATTR(route, src, .name = "src", .json = "prefsrc", .wire = RTA_PREFSRC, .usage = "ADDRESS",
	     .help = "source address to prefer"),
	ATTR(route, metric, .name = "metric", .alias = "priority preference", .wire = RTA_PRIORITY,
	     .traits = ATTR_KEY, .help = "the lowest of equal routes wins"),
	ROUTE_FLAG(route, dead, RTNH_F_DEAD),
	ATTR(route, onlink, .name = "onlink", .list = "flags", .traits = ATTR_FLAG,
	     AT(rtmsg, rtm_flags), .bits = RTNH_F_ONLINK, .help = "the next router is on this link"),
	ROUTE_FLAG(route, pervasive, RTNH_F_PERVASIVE),
	ROUTE_FLAG(route, offload, RTNH_F_OFFLOAD),
	ROUTE_FLAG(route, trap, RTNH_F_TRAP),
	ROUTE_FLAG(route, notify, RTM_F_NOTIFY),
	ROUTE_FLAG(route, linkdown, RTNH_F_LINKDOWN),
	ROUTE_FLAG(route, unresolved, RTNH_F_UNRESOLVED),
	ROUTE_FLAG(route, rt_offload, RTM_F_OFFLOAD),
	ROUTE_FLAG(route, rt_trap, RTM_F_TRAP),
	ROUTE_FLAG(route, rt_offload_failed, RTM_F_OFFLOAD_FAILED),
	ATTR(route, cloned, .name = "cloned", .traits = ATTR_FLAG | ATTR_STATUS | ATTR_HIDDEN,
	     AT(rtmsg, rtm_flags), .bits = RTM_F_CLONED, .help = "answer to one lookup"),
	ATTR(route, pref, .name = "pref", .keywords = preferences, .wire = RTA_PREF,
	     .help = "router preference (RFC 4191)"),
};

static const struct attr route_detail_rows[] = {
	ATTR(route_detail, from, .name = "from", .wire = RTA_SRC, .usage = "PREFIX",
	     .help = "source of the packets it applies to"),
	/* {family, address}: kernel/route.c. */
	ATTR(route_detail, via, .name = "via_other", .traits = ATTR_HIDDEN | ATTR_STATUS,
	     .help = "next router of another family"),
	ATTR(route_detail, mark, .name = "mark", .wire = RTA_MARK, .traits = ATTR_NO_ZERO,
	     .usage = "MARK", .help = "fwmark of the lookup"),
	ATTR(route_detail, uid, .name = "uid", .wire = RTA_UID, .help = "user of the lookup"),
	ATTR(route_detail, iif, .name = "iif", .wire = RTA_IIF, .usage = "DEV",
	     .help = "link the packet came in on"),
	ATTR(route_detail, oif, .name = "oif_asked", .traits = ATTR_STATUS | ATTR_HIDDEN,
	     .help = "link asked for in a lookup"),
	/* Both are in struct rta_cacheinfo: kernel/route.c. */
	ATTR(route_detail, expires, .name = "expires", .traits = ATTR_NO_ZERO, .usage = "SECONDS",
	     .help = "how long it exists"),
	ATTR(route_detail, error, .name = "error", .traits = ATTR_STATUS | ATTR_NO_ZERO,
	     .help = "error a lookup ends with"),
	METRIC(lock, "lock", RTAX_LOCK, "which metrics path MTU discovery may not change"),
	METRIC(mtu, "mtu", RTAX_MTU, "path MTU in bytes; with lock it stays so"),
	METRIC(window, "window", RTAX_WINDOW, "largest TCP window, in bytes"),
	METRIC(rtt, "rtt", RTAX_RTT, "first round trip time estimate"),
	METRIC(rttvar, "rttvar", RTAX_RTTVAR, "its variance"),
	METRIC(ssthresh, "ssthresh", RTAX_SSTHRESH, "slow start threshold"),
	METRIC(cwnd, "cwnd", RTAX_CWND, "clamp of the congestion window"),
	METRIC(advmss, "advmss", RTAX_ADVMSS, "segment size to advertise, in bytes"),
	METRIC(reordering, "reordering", RTAX_REORDERING, "reordering to expect"),
	METRIC(hoplimit, "hoplimit", RTAX_HOPLIMIT, "hop limit of packets sent"),
	METRIC(initcwnd, "initcwnd", RTAX_INITCWND, "first congestion window, in segments"),
	METRIC(features, "features", RTAX_FEATURES, "bit mask: 1 is ECN"),
	METRIC(rto_min, "rto_min", RTAX_RTO_MIN, "least retransmission timeout, in ms"),
	METRIC(initrwnd, "initrwnd", RTAX_INITRWND, "first receive window, in segments"),
	METRIC(quickack, "quickack", RTAX_QUICKACK, "acknowledge at once"),
	METRIC(congctl, "congctl", RTAX_CC_ALGO, "congestion control algorithm"),
	METRIC(fastopen_no_cookie, "fastopen_no_cookie", RTAX_FASTOPEN_NO_COOKIE,
	       "TCP fast open without a cookie"),
	ATTR(route_detail, ttl_propagate, .name = "ttl-propagate", .json = "ttl-propogate",
	     .wire = RTA_TTL_PROPAGATE, .help = "copy the ttl into an encapsulation"),
};

/* struct rtnexthop and its attributes; also "nexthop via A dev D weight N". */
static const struct attr nexthop_rows[] = {
	ATTR(nexthop, via, .name = "via", .json = "gateway", .usage = "[inet6] ADDRESS",
	     .help = "next router"),
	ATTR(nexthop, dev, .name = "dev", .alias = "oif", .usage = "DEV",
	     .help = "link the packets leave on"),
	/* One more than what is stored: kernel/route.c, text/route.c. */
	ATTR(nexthop, weight_less_one, .name = "weight", .usage = "1-256", .traits = ATTR_HIDDEN,
	     .help = "its share of the packets"),
	HOP_FLAG(dead, RTNH_F_DEAD, ATTR_STATUS, "not usable"),
	HOP_FLAG(onlink, RTNH_F_ONLINK, 0, "the next router is on this link"),
	HOP_FLAG(pervasive, RTNH_F_PERVASIVE, 0, "recursive lookup"),
	HOP_FLAG(offload, RTNH_F_OFFLOAD, ATTR_STATUS, "hardware holds it"),
	HOP_FLAG(trap, RTNH_F_TRAP, ATTR_STATUS, "hardware sends it to the host"),
	HOP_FLAG(linkdown, RTNH_F_LINKDOWN, ATTR_STATUS, "the link has no carrier"),
	HOP_FLAG(unresolved, RTNH_F_UNRESOLVED, ATTR_STATUS, "not resolved"),
};
/* clang-format on */

static const struct attr_extra route_extras[] = {
	ATTR_EXTRA(route, asked),
	ATTR_EXTRA(route, nexthops),
	ATTR_EXTRA(route, pad),
};
static const struct attr_extra route_detail_extras[] = {
	ATTR_EXTRA(route_detail, asked),       ATTR_EXTRA(route_detail, encap),
	ATTR_EXTRA(route_detail, encap_id),    ATTR_EXTRA(route_detail, encap_dst),
	ATTR_EXTRA(route_detail, encap_src),   ATTR_EXTRA(route_detail, encap_ttl),
	ATTR_EXTRA(route_detail, encap_tos),   ATTR_EXTRA(route_detail, encap_flags),
	ATTR_EXTRA(route_detail, pad),	       ATTR_EXTRA(route_detail, pad0),
	ATTR_EXTRA(route_detail, pad1),
};
static const struct attr_extra nexthop_extras[] = {
	ATTR_EXTRA(nexthop, asked),
	ATTR_EXTRA(nexthop, pad),
};

const struct attr_table route_table = ATTR_TABLE(route, "route", route_rows, route_extras);
const struct attr_table route_detail_table =
	ATTR_TABLE(route_detail, "route", route_detail_rows, route_detail_extras);
const struct attr_table nexthop_table = ATTR_TABLE(nexthop, "nexthop", nexthop_rows, nexthop_extras);

size_t route_parts(void *object, struct part parts[PARTS])
{
	struct route_full *full = object;

	parts[0] = (struct part){ .table = &route_table, .object = &full->route };
	parts[1] = (struct part){ .table = &route_detail_table, .object = &full->detail };
	return 2;
}
