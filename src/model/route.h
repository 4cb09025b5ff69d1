/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A route. What most routes lack stands in struct route_detail and in struct
 * nexthop, elsewhere, so that a million of them stay small.
 */
#pragma once

#include "attr/attr.h"
#include "model/object.h"
#include "model/range.h"

struct arena;

/* What IPv6 takes for no metric: IP6_RT_PRIO_USER of <linux/ipv6_route.h>. */
enum { ROUTE_METRIC_IPV6 = 1024 };

struct route {
	struct attr_set asked;
	struct netns_name netns;
	uint32_t table, metric;
	struct prefix dst;
	uint8_t tos, type;
	struct link_name dev;
	uint32_t nhid;
	uint32_t hops; /* how many nexthops it has, when several */
	struct address via, src;
	uint8_t protocol, scope, pref;
	bool dead, onlink, pervasive, offload, trap, notify, linkdown, unresolved;
	bool rt_offload, rt_trap, rt_offload_failed, cloned;
	uint8_t lookup; /* enum route_lookup */
	uint8_t pad[2];
};

struct route_detail {
	struct attr_set asked;
	struct link_name iif, oif;
	uint32_t cache; /* RTCF_* of the answer to a lookup: <linux/in_route.h> */
	uint32_t mark, uid, expires, error, users, used, age;
	uint32_t lock; /* bit n: metric n (RTAX_*) is locked */
	/* rtt is in 1/8 ms and rttvar in 1/4 ms, as on the wire: tcp_metrics.c */
	uint32_t mtu, window, rtt, rttvar, ssthresh, cwnd, advmss, reordering, hoplimit, initcwnd;
	uint32_t features, rto_min, initrwnd, quickack, fastopen_no_cookie;
	struct label congctl;
	struct prefix from;
	struct address via; /* of another family than the route: RTA_VIA */
	uint8_t ip_proto;
	uint16_t sport, dport;
	struct realms realms;
	/* encap ip, encap ip6 */
	uint64_t encap_id;
	struct address encap_dst, encap_src;
	uint8_t encap, encap_ttl, encap_tos;
	uint8_t pad1;
	uint16_t encap_flags;
	bool ttl_propagate;
	uint8_t pad[7];
};

struct nexthop {
	struct attr_set asked;
	struct link_name dev;
	struct realms realms;
	struct address via; /* of either family */
	uint8_t weight_less_one;
	bool onlink, dead, linkdown, pervasive, offload, trap, unresolved;
	uint8_t pad[7];
};

/* A whole route. What it points to belongs to whoever made it: a pool, an arena. */
struct route_full {
	struct route route;
	struct route_detail *detail; /* NULL: nothing of it */
	struct nexthop *nexthop;     /* route.hops of them */
};

/* Never NULL: of a route without them all are zero. */
const struct route_detail *route_detail_of(const struct route_full *full);

/* Gives the route a copy of the details in the pools, none when all are zero. */
void route_keep_detail(struct route_full *full, struct pools *pools,
		       const struct route_detail *detail);

/* Copies what the route points to into the arena. */
void route_own(struct route_full *full, struct arena *arena);

/* A filter with one of them asks what a packet would meet, not what is in the tables. */
enum route_lookup {
	LOOKUP_NONE,
	LOOKUP_PACKET, /* the way it takes */
	LOOKUP_ROUTE,  /* the route that decides: "fibmatch" */
};

/* Names of bits, iproute2's: encap_flags, features, cache. */
extern const struct keyword route_encap_flags[], route_features[], route_cache_flags[];

/* "ip6" for LWTUNNEL_ENCAP_IP6: <linux/lwtunnel.h>. */
const char *route_encap_name(uint8_t encap);

extern const struct attr_table route_table, route_detail_table, nexthop_table;

size_t route_parts(void *route_full, struct part parts[PARTS]);

/*
 * Gives a route that is to be made, changed or deleted the values that follow
 * from what is asked for: its table, and unless it is deleted its type, protocol,
 * scope and IPv6's metric. They are not marked: nobody asked for them. Source:
 * ip-route(8), ip6_route_add().
 */
void route_settle(struct route_full *full, bool is_delete);

/* The scope of a route that names none. */
uint8_t route_usual_scope(const struct route_full *full);

/* What object_matches() compares beside the rows: nexthops and encapsulation. */
bool route_matches(const void *route_full, const void *filter);

/* What object_info() has for a pack: details and nexthops, which land in the network's arena. */
int route_pack(void *route_full, struct pack *pack);

/* A copy whose details and nexthops are in the arena, too. */
void *route_copy(const void *route_full, struct arena *arena);

/* The links it leaves on, those of its nexthops too. */
int route_links(void *route_full, link_function *function, void *cookie);

/*
 * In a set of types of objects (1 << OBJECT_ROUTE and its like): of routes those of this family,
 * or of both when neither bit is there.
 */
enum { TYPES_IPV4_ROUTES = 1 << 29, TYPES_IPV6_ROUTES = 1 << 30 };

uint32_t route_types_of(uint8_t family);
bool route_types_have(uint32_t types, uint8_t family);
