/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/route.h"

#include <linux/in_route.h>
#include <string.h>

#include "base/arena.h"
#include "model/pack.h"
#include "model/uapi.h"

/* clang-format off */
static const struct keyword route_types[] = {
	{ "unicast", RTN_UNICAST, 0 },	  { "local", RTN_LOCAL, 0 },
	{ "broadcast", RTN_BROADCAST, 0 },	  { "brd", RTN_BROADCAST, 0 },
	{ "anycast", RTN_ANYCAST, 0 },
	{ "multicast", RTN_MULTICAST, 0 },	  { "blackhole", RTN_BLACKHOLE, 0 },
	{ "unreachable", RTN_UNREACHABLE, 0 }, { "prohibit", RTN_PROHIBIT, 0 },
	{ "throw", RTN_THROW, 0 },		  { "nat", RTN_NAT, 0 },
	{ "xresolve", RTN_XRESOLVE, 0 },	  { "none", RTN_UNSPEC, 0 },
	{ 0 },
};
/* clang-format on */

static const struct keyword tables[] = {
	{ "main", RT_TABLE_MAIN, 0 },
	{ "local", RT_TABLE_LOCAL, 0 },
	{ "default", RT_TABLE_DEFAULT, 0 },
	{ "all", 0, 0 },
	{ 0 },
};

static const struct keyword scopes[] = {
	{ "global", RT_SCOPE_UNIVERSE, 0 },
	{ "universe", RT_SCOPE_UNIVERSE, 0 },
	{ "site", RT_SCOPE_SITE, 0 },
	{ "link", RT_SCOPE_LINK, 0 },
	{ "host", RT_SCOPE_HOST, 0 },
	{ "nowhere", RT_SCOPE_NOWHERE, 0 },
	{ 0 },
};

/* RTPROT_*: <linux/rtnetlink.h>; further ones in rt_protos */
/* clang-format off */
static const struct keyword protocols[] = {
	{ "unspec", 0, 0 },   { "redirect", 1, 0 }, { "kernel", 2, 0 },	{ "boot", 3, 0 },
	{ "static", 4, 0 },   { "gated", 8, 0 },    { "ra", 9, 0 },	{ "mrt", 10, 0 },
	{ "zebra", 11, 0 },   { "bird", 12, 0 },    { "dnrouted", 13, 0 }, { "xorp", 14, 0 },
	{ "ntk", 15, 0 },	   { "dhcp", 16, 0 },    { "keepalived", 18, 0 }, { "babel", 42, 0 },
	{ "ovn", 84, 0 },	   { "openr", 99, 0 },   { "ovl", 111, 0 },	{ "bgp", 186, 0 },
	{ "isis", 187, 0 },   { "ospf", 188, 0 },   { "rip", 189, 0 },	{ "eigrp", 192, 0 },
	{ 0 },
};
/* clang-format on */

static const struct keyword ip_protocols[] = {
	{ "tcp", 6, 0 }, { "udp", 17, 0 }, { "icmp", 1, 0 }, { "ipv6-icmp", 58, 0 }, { 0 },
};

static const struct keyword preferences[] = {
	{ "low", 3, 0 },
	{ "medium", 0, 0 },
	{ "high", 1, 0 },
	{ 0 },
};

/* TUNNEL_*: <linux/if_tunnel.h>, as big-endian as encap_flags were on the wire */
const struct keyword route_encap_flags[] = {
	{ "key", 0x04, 0 },
	{ "csum", 0x01, 0 },
	{ "seq", 0x08, 0 },
	{ 0 },
};

const struct keyword route_features[] = {
	{ "ecn", RTAX_FEATURE_ECN, 0 },
	{ "tcp_usec_ts", RTAX_FEATURE_TCP_USEC_TS, 0 },
	{ 0 },
};

/* RTCF_* */
const struct keyword route_cache_flags[] = {
	{ "local", RTCF_LOCAL, 0 },
	{ "reject", RTCF_REJECT, 0 },
	{ "mc", RTCF_MULTICAST, 0 },
	{ "brd", RTCF_BROADCAST, 0 },
	{ "dst-nat", RTCF_DNAT, 0 },
	{ "src-nat", RTCF_SNAT, 0 },
	{ "masq", RTCF_MASQ, 0 },
	{ "dst-direct", RTCF_DIRECTDST, 0 },
	{ "src-direct", RTCF_DIRECTSRC, 0 },
	{ "redirected", RTCF_REDIRECTED, 0 },
	{ "redirect", RTCF_DOREDIRECT, 0 },
	{ "fastroute", RTCF_FAST, 0 },
	{ "notify", RTCF_NOTIFY, 0 },
	{ "proxy", RTCF_TPROXY, 0 },
	{ 0 },
};

#define ROUTE_FLAG(object, member, flag)                                                          \
	ATTR(object, member, .name = #member, .list = "flags", .traits = ATTR_FLAG | ATTR_STATUS, \
	     AT(rtmsg, rtm_flags), .bits = (flag), .help = "flag " #member)

#define HOP_FLAG(member, flag, more, text)                                                    \
	ATTR(nexthop, member, .name = #member, .list = "flags", .traits = ATTR_FLAG | (more), \
	     AT(rtnexthop, rtnh_flags), .bits = (flag), .help = text)

#define METRIC(member, word, number, text, ...)                                         \
	ATTR(route_detail, member, .name = word, .nest = RTA_METRICS, .wire = (number), \
	     .help = text, ##__VA_ARGS__)

/* clang-format off */
static const struct attr route_rows[] = {
	ATTR(route, netns, .name = "netns", .traits = ATTR_KEY | ATTR_STATUS,
	     .help = "network namespace it is in"),
	/* No part of the key: a blackhole takes the place of a unicast route. */
	ATTR(route, type, .name = "type", .keywords = route_types, .traits = ATTR_BARE,
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
	ATTR(route_detail, realms, .name = "realms", .alias = "realm", .json = "flow",
	     .wire = RTA_FLOW, .help = "routing realms of IPv4, [FROM/]TO, which tc and iptables look at"),
	/* A route has none of the next six, only a lookup: `route get` reads their words. */
	ATTR(route_detail, mark, .name = "mark", .wire = RTA_MARK,
	     .traits = ATTR_NO_ZERO | ATTR_STATUS,
	     .usage = "MARK", .help = "fwmark of the lookup"),
	ATTR(route_detail, uid, .name = "uid", .wire = RTA_UID, .traits = ATTR_STATUS,
	     .help = "user of the lookup"),
	ATTR(route_detail, iif, .name = "iif", .wire = RTA_IIF, .usage = "DEV",
	     .traits = ATTR_STATUS,
	     .help = "link the packet came in on"),
	ATTR(route_detail, ip_proto, .name = "ipproto", .keywords = ip_protocols,
	     .wire = RTA_IP_PROTO, .traits = ATTR_STATUS, .usage = "{tcp|udp|icmp|NUMBER}",
	     .help = "protocol of the packet of the lookup"),
	ATTR(route_detail, sport, .name = "sport", .wire = RTA_SPORT,
	     .traits = ATTR_NET_ORDER | ATTR_STATUS, .usage = "PORT", .help = "source port of the packet of the lookup"),
	ATTR(route_detail, dport, .name = "dport", .wire = RTA_DPORT,
	     .traits = ATTR_NET_ORDER | ATTR_STATUS, .usage = "PORT", .help = "destination port of the packet of the lookup"),
	ATTR(route_detail, oif, .name = "oif_asked", .traits = ATTR_STATUS | ATTR_HIDDEN,
	     .help = "link asked for in a lookup"),
	/* Both are in struct rta_cacheinfo: kernel/route.c. */
	ATTR(route_detail, expires, .name = "expires", .traits = ATTR_NO_ZERO, .usage = "SECONDS",
	     .help = "how long it exists"),
	ATTR(route_detail, error, .name = "error", .traits = ATTR_STATUS | ATTR_NO_ZERO,
	     .help = "error a lookup ends with"),
	ATTR(route_detail, users, .name = "users", .traits = ATTR_STATUS | ATTR_STATS | ATTR_NO_ZERO,
	     .help = "who holds it"),
	ATTR(route_detail, used, .name = "used", .traits = ATTR_STATUS | ATTR_STATS | ATTR_NO_ZERO,
	     .help = "how often it was used"),
	ATTR(route_detail, age, .name = "age", .traits = ATTR_STATUS | ATTR_STATS | ATTR_NO_ZERO,
	     .help = "seconds since it was used"),
	/* Its word stands behind a metric's: "mtu lock 1400". */
	METRIC(lock, "lock", RTAX_LOCK, "which metrics path MTU discovery may not change",
	       .traits = ATTR_STATUS),
	METRIC(mtu, "mtu", RTAX_MTU, "path MTU in bytes; with lock it stays so"),
	METRIC(window, "window", RTAX_WINDOW, "largest TCP window, in bytes"),
	METRIC(rtt, "rtt", RTAX_RTT, "first round trip time estimate, with ms or s", .usage = "TIME"),
	METRIC(rttvar, "rttvar", RTAX_RTTVAR, "its variance, with ms or s", .usage = "TIME"),
	METRIC(ssthresh, "ssthresh", RTAX_SSTHRESH, "slow start threshold"),
	METRIC(cwnd, "cwnd", RTAX_CWND, "clamp of the congestion window"),
	METRIC(advmss, "advmss", RTAX_ADVMSS, "segment size to advertise, in bytes"),
	METRIC(reordering, "reordering", RTAX_REORDERING, "reordering to expect"),
	METRIC(hoplimit, "hoplimit", RTAX_HOPLIMIT, "hop limit of packets sent", .max = 255),
	METRIC(initcwnd, "initcwnd", RTAX_INITCWND, "first congestion window, in segments"),
	METRIC(features, "features", RTAX_FEATURES, "ecn, tcp_usec_ts, or the bits as a number", .usage = "FEATURE"),
	METRIC(rto_min, "rto_min", RTAX_RTO_MIN, "least retransmission timeout, in ms or with s", .usage = "TIME"),
	METRIC(initrwnd, "initrwnd", RTAX_INITRWND, "first receive window, in segments"),
	METRIC(quickack, "quickack", RTAX_QUICKACK, "acknowledge at once", .max = 1),
	METRIC(congctl, "congctl", RTAX_CC_ALGO, "congestion control algorithm", .json = "congestion", .max = 15),
	METRIC(fastopen_no_cookie, "fastopen_no_cookie", RTAX_FASTOPEN_NO_COOKIE,
	       "TCP fast open without a cookie", .max = 1),
	ATTR(route_detail, ttl_propagate, .name = "ttl-propagate", .json = "ttl-propogate",
	     .wire = RTA_TTL_PROPAGATE, .help = "copy the ttl into an encapsulation"),
};

/* struct rtnexthop and its attributes; also "nexthop via A dev D weight N". */
static const struct attr nexthop_rows[] = {
	ATTR(nexthop, via, .name = "via", .json = "gateway", .usage = "[inet6] ADDRESS",
	     .help = "next router"),
	ATTR(nexthop, dev, .name = "dev", .alias = "oif", .usage = "DEV",
	     .help = "link the packets leave on"),
	ATTR(nexthop, realms, .name = "realms", .alias = "realm", .json = "flow", .wire = RTA_FLOW,
	     .help = "routing realms"),
	/* One more than what is stored. */
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
	ATTR_EXTRA(route, hops),
	ATTR_EXTRA(route, lookup),
	ATTR_EXTRA(route, pad),
};
static const struct attr_extra route_detail_extras[] = {
	ATTR_EXTRA(route_detail, asked),       ATTR_EXTRA(route_detail, cache),
	ATTR_EXTRA(route_detail, encap),       ATTR_EXTRA(route_detail, encap_id),
	ATTR_EXTRA(route_detail, encap_dst),   ATTR_EXTRA(route_detail, encap_src),
	ATTR_EXTRA(route_detail, encap_ttl),   ATTR_EXTRA(route_detail, encap_tos),
	ATTR_EXTRA(route_detail, encap_flags), ATTR_EXTRA(route_detail, pad),
	ATTR_EXTRA(route_detail, pad1),
};
static const struct attr_extra nexthop_extras[] = {
	ATTR_EXTRA(nexthop, asked),
	ATTR_EXTRA(nexthop, pad),
};

const struct attr_table route_table = ATTR_TABLE(route, "route", route_rows, route_extras);
const struct attr_table route_detail_table =
	ATTR_TABLE(route_detail, "route", route_detail_rows, route_detail_extras);
const struct attr_table nexthop_table =
	ATTR_TABLE(nexthop, "nexthop", nexthop_rows, nexthop_extras);

static const struct route_detail no_detail;

size_t route_parts(void *object, struct part parts[PARTS])
{
	struct route_full *full = object;

	parts[0] = (struct part){ .table = &route_table, .object = &full->route };
	parts[1] = (struct part){ .table = &route_detail_table,
				  .object = full->detail,
				  .is_none = !full->detail };
	/* Whoever writes there all the same finds out. */
	if (!full->detail)
		memcpy(&parts[1].object, &(const void *){ &no_detail }, sizeof(void *));
	return 2;
}

const struct route_detail *route_detail_of(const struct route_full *full)
{
	return full->detail ? full->detail : &no_detail;
}

void route_keep_detail(struct route_full *full, struct pools *pools,
		       const struct route_detail *detail)
{
	full->detail = NULL;
	if (!memcmp(detail, &no_detail, sizeof(*detail)) || !pools)
		return;
	full->detail = pools_detail(pools);
	*full->detail = *detail;
}

void route_own(struct route_full *full, struct arena *arena)
{
	if (full->detail)
		full->detail = arena_copy(arena, full->detail, sizeof(*full->detail));
	full->nexthop = full->route.hops ? arena_copy(arena, full->nexthop,
						      full->route.hops * sizeof(*full->nexthop))
					 : NULL;
}

const char *route_encap_name(uint8_t encap)
{
	static const char *const names[] = {
		[LWTUNNEL_ENCAP_MPLS] = "mpls",
		[LWTUNNEL_ENCAP_IP] = "ip",
		[LWTUNNEL_ENCAP_ILA] = "ila",
		[LWTUNNEL_ENCAP_IP6] = "ip6",
		[LWTUNNEL_ENCAP_SEG6] = "seg6",
		[LWTUNNEL_ENCAP_BPF] = "bpf",
		[LWTUNNEL_ENCAP_SEG6_LOCAL] = "seg6local",
		[LWTUNNEL_ENCAP_RPL] = "rpl",
		[LWTUNNEL_ENCAP_IOAM6] = "ioam6",
		[LWTUNNEL_ENCAP_XFRM] = "xfrm",
	};
	const char *name = encap < sizeof(names) / sizeof(*names) ? names[encap] : NULL;

	return name ? name : "unknown";
}

uint8_t route_usual_scope(const struct route_full *full)
{
	const struct route *route = &full->route;

	if (route->dst.family == IPV6)
		return RT_SCOPE_UNIVERSE;
	switch (route->type) {
	case RTN_LOCAL:
	case RTN_NAT:
		return RT_SCOPE_HOST;
	case RTN_BROADCAST:
	case RTN_MULTICAST:
	case RTN_ANYCAST:
		return RT_SCOPE_LINK;
	case RTN_UNSPEC:
	case RTN_UNICAST:
		return route->via.family || route_detail_of(full)->via.family || route->hops ||
				       route->nhid
			       ? RT_SCOPE_UNIVERSE
			       : RT_SCOPE_LINK;
	}
	return RT_SCOPE_UNIVERSE;
}

void route_settle(struct route_full *full, bool is_delete)
{
	struct route *route = &full->route;

	if (!route->table)
		route->table = route->type == RTN_LOCAL || route->type == RTN_BROADCAST ||
					       route->type == RTN_NAT || route->type == RTN_ANYCAST
				       ? RT_TABLE_LOCAL
				       : RT_TABLE_MAIN;
	if (is_delete)
		return;
	if (!route->type)
		route->type = RTN_UNICAST;
	if (!ATTR_HAS(&route_table, route, route, protocol))
		route->protocol = RTPROT_BOOT;
	if (!ATTR_HAS(&route_table, route, route, scope))
		route->scope = route_usual_scope(full);
	if (!route->metric && route->dst.family == IPV6)
		route->metric = ROUTE_METRIC_IPV6;
}

static bool hop_matches(const struct nexthop *have, const struct nexthop *want)
{
	for (uint64_t left = want->asked.value; left; left &= left - 1)
		if (!attr_equal(&nexthop_table.rows[__builtin_ctzll(left)], have, want))
			return false;
	return true;
}

bool route_matches(const void *object, const void *filter)
{
	const struct route_full *have = object, *want = filter;
	const struct route_detail *a = route_detail_of(have), *b = route_detail_of(want);

	if (want->route.hops && want->route.hops != have->route.hops)
		return false;
	for (uint32_t i = 0; i < want->route.hops; i++)
		if (!hop_matches(&have->nexthop[i], &want->nexthop[i]))
			return false;
	return !b->encap ||
	       (a->encap == b->encap && a->encap_id == b->encap_id &&
		a->encap_ttl == b->encap_ttl && a->encap_tos == b->encap_tos &&
		a->encap_flags == b->encap_flags &&
		!memcmp(a->encap_dst.bytes, b->encap_dst.bytes, sizeof(a->encap_dst.bytes)) &&
		!memcmp(a->encap_src.bytes, b->encap_src.bytes, sizeof(a->encap_src.bytes)));
}

int route_pack(void *object, struct pack *pack)
{
	struct route_full *full = object;
	void *hops = full->nexthop, *detail = full->detail;
	int r = pack_list(pack, &route_detail_table, &detail, full->detail != NULL);

	/* Written, the pointer says no more than that there are some. */
	if (full->detail && !detail)
		memset(&full->detail, 1, sizeof(full->detail));
	else
		full->detail = detail;
	r = r ? r : pack_list(pack, &nexthop_table, &hops, full->route.hops);
	full->nexthop = hops;
	return r;
}

void *route_copy(const void *object, struct arena *arena)
{
	struct route_full *copy = arena_copy(arena, object, sizeof(*copy));

	route_own(copy, arena);
	return copy;
}

int route_links(void *object, link_function *function, void *cookie)
{
	struct route_full *full = object;
	uint32_t netns = full->route.netns.id;
	int r = full->route.dev.id ? function(cookie, netns, &full->route.dev) : 0;

	for (uint32_t i = 0; !r && i < full->route.hops; i++)
		if (full->nexthop[i].dev.id)
			r = function(cookie, netns, &full->nexthop[i].dev);
	return r;
}

uint32_t route_types_of(uint8_t family)
{
	return UINT32_C(1) << OBJECT_ROUTE |
	       (uint32_t)(family == IPV6 ? TYPES_IPV6_ROUTES : TYPES_IPV4_ROUTES);
}

bool route_types_have(uint32_t types, uint8_t family)
{
	uint32_t families = types & (TYPES_IPV4_ROUTES | TYPES_IPV6_ROUTES);

	return !families || families & route_types_of(family);
}
