/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A route. What most routes lack stands in struct route_detail, so that a
 * million of them stay small; nexthops of a multipath route are a range of the
 * network's pool.
 */
#pragma once

#include "attr/attr.h"
#include "model/object.h"
#include "model/range.h"

struct route {
	struct attr_set asked;
	struct netns_name netns;
	struct link_name dev;
	uint32_t table, metric, nhid;
	struct range nexthops;
	struct prefix dst;
	struct address via, src;
	uint8_t type, tos, protocol, scope, pref;
	bool dead, onlink, pervasive, offload, trap, notify, linkdown, unresolved;
	bool rt_offload, rt_trap, rt_offload_failed, cloned;
	uint8_t pad[7];
};

struct route_detail {
	struct attr_set asked;
	struct link_name iif, oif;
	uint32_t mark, uid, expires, error;
	uint32_t lock; /* bit n: metric n (RTAX_*) is locked */
	uint32_t mtu, window, rtt, rttvar, ssthresh, cwnd, advmss, reordering, hoplimit, initcwnd;
	uint32_t features, rto_min, initrwnd, quickack, fastopen_no_cookie;
	struct label congctl;
	struct prefix from;
	struct address via; /* of another family than the route: RTA_VIA */
	uint8_t pad0;
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
	struct address via; /* of either family */
	uint8_t weight_less_one;
	bool onlink, dead, linkdown, pervasive, offload, trap, unresolved;
	uint8_t pad[3];
};

/* A whole route with room for its details, as commands and listings hold one. */
struct route_full {
	struct route route;
	struct route_detail detail;
	struct nexthop *nexthop; /* route.nexthops.count of them, at route.nexthops.at */
};

extern const struct attr_table route_table, route_detail_table, nexthop_table;

size_t route_parts(void *route_full, struct part parts[PARTS]);
