/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Routes of a candidate: which of several is meant, what joins what (fib_trie.c, ip6_fib.c). */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "model/address.h"
#include "model/link.h"
#include "model/route.h"
#include "model/uapi.h"
#include "plan/changing.h"

#define HAS(pointer, member) ATTR_HAS(&route_table, route, pointer, member)
#define MARK(pointer, member) ATTR_MARK(&route_table, route, pointer, member)
#define DROP(pointer, member) \
	attr_drop(&route_table, pointer, ATTR_ROW(&route_table, route, member))

uint32_t route_gateway_dev(const struct changing *changing, uint32_t netns,
			   const struct address *via)
{
	const struct link_address *address;
	uint32_t dev = 0;
	int longest = -1;

	for (size_t i = 0; (address = changing_walk(changing, OBJECT_ADDRESS, &i)); i++) {
		const struct address *on = address->peer.family ? &address->peer : &address->local;
		struct prefix prefix = { .family = on->family, .length = address->length };

		memcpy(prefix.bytes, on->bytes, sizeof(prefix.bytes));
		if (address->netns.id != netns || address->length <= longest ||
		    !prefix_contains(&prefix, via))
			continue;
		dev = address->dev.id;
		longest = address->length;
	}
	return dev;
}

static void complete_hop(const struct changing *changing, uint32_t netns, struct nexthop *hop)
{
	if (hop->dev.id || !hop->via.family)
		return;
	hop->dev.id = route_gateway_dev(changing, netns, &hop->via);
	if (hop->dev.id)
		ATTR_MARK(&nexthop_table, nexthop, hop, dev);
}

void route_complete(const struct changing *changing, struct route_full *full)
{
	struct route *route = &full->route;
	uint8_t bits = route->dst.length % 8, size = (uint8_t)(route->dst.length / 8);

	/* IPv6 forgets the bits behind the length, IPv4 refuses them. */
	if (route->dst.family == IPV6 && size < sizeof(route->dst.bytes)) {
		route->dst.bytes[size] &= (uint8_t)(0xff00 >> bits);
		memset(route->dst.bytes + size + 1, 0, sizeof(route->dst.bytes) - size - 1);
	}
	/* What a deletion does not name is not compared. */
	if (changing->mode != CANDIDATE_KERNEL || changing->step->change == CHANGE_DELETE)
		return;
	MARK(route, dst);
	MARK(route, type);
	MARK(route, table);
	MARK(route, protocol);
	MARK(route, scope);
	if (route->metric)
		MARK(route, metric);
	for (uint32_t i = 0; i < route->hops; i++)
		complete_hop(changing, route->netns.id, &full->nexthop[i]);
	if (route->dev.id || !route->via.family || route->hops)
		return;
	route->dev.id = route_gateway_dev(changing, route->netns.id, &route->via);
	if (route->dev.id)
		MARK(route, dev);
}

static bool is_same_hop(const struct nexthop *a, const struct nexthop *b)
{
	return a->dev.id == b->dev.id && !memcmp(&a->via, &b->via, sizeof(a->via)) &&
	       a->weight_less_one == b->weight_less_one && a->onlink == b->onlink;
}

bool route_is_twin(const struct route_full *a, const struct route_full *b)
{
	const struct route *left = &a->route, *right = &b->route;

	if (left->type != right->type || left->scope != right->scope ||
	    left->protocol != right->protocol || left->dev.id != right->dev.id ||
	    left->nhid != right->nhid || left->hops != right->hops ||
	    memcmp(&left->via, &right->via, sizeof(left->via)) != 0 ||
	    memcmp(&left->src, &right->src, sizeof(left->src)) != 0)
		return false;
	for (uint32_t i = 0; i < left->hops; i++)
		if (!is_same_hop(&a->nexthop[i], &b->nexthop[i]))
			return false;
	return true;
}

bool route_is_behind(const struct changing *changing, const struct route_full *full)
{
	struct same_key same = { 0 };
	bool is_first = true;

	network_index(changing->network, OBJECT_ROUTE);
	if (full->route.dst.family != IPV4)
		return false;
	for (; network_next(changing->network, OBJECT_ROUTE, full, &same); is_first = false)
		if (route_is_twin(network_at(changing->network, OBJECT_ROUTE, same.at), full))
			return !is_first;
	return false;
}

/* What a deletion names beside the prefix is compared, what it does not name is not. */
static bool is_meant(const struct route_full *have, const struct route_full *key)
{
	const struct route *route = &key->route;

	return !memcmp(&have->route.dst, &route->dst, sizeof(route->dst)) &&
	       have->route.netns.id == route->netns.id && have->route.table == route->table &&
	       have->route.tos == route->tos && object_matches(OBJECT_ROUTE, have, key);
}

size_t route_pick(const struct changing *changing, const struct route_full *key)
{
	bool any_metric = !HAS(&key->route, metric);
	const struct route_full *full, *best = NULL;
	struct same_key same = { 0 };
	size_t found = SIZE_MAX;

	network_index(changing->network, OBJECT_ROUTE);
	while (network_next(changing->network, OBJECT_ROUTE, key, &same))
		if (is_meant(network_at(changing->network, OBJECT_ROUTE, same.at), key))
			return same.at;
	/* None without a metric: any does, and the least comes first. */
	for (size_t i = 0; any_metric && (full = changing_walk(changing, OBJECT_ROUTE, &i)); i++) {
		if (!is_meant(full, key) || (best && best->route.metric <= full->route.metric))
			continue;
		best = full;
		found = i;
	}
	return found;
}

static bool has_gateway(const struct route_full *full)
{
	return full->route.via.family || full->route.hops;
}

static uint32_t copy_hops(struct nexthop *hops, const struct route_full *full)
{
	const struct route *route = &full->route;

	if (route->hops) {
		memcpy(hops, full->nexthop, route->hops * sizeof(*hops));
		return route->hops;
	}
	*hops = (struct nexthop){ .dev = route->dev, .via = route->via };
	ATTR_MARK(&nexthop_table, nexthop, hops, via);
	if (route->dev.id)
		ATTR_MARK(&nexthop_table, nexthop, hops, dev);
	return 1;
}

/* One route with the nexthops of both. */
static int join_hops(struct changing *changing, size_t at, const struct route_full *more,
		     struct error *error)
{
	struct route_full *full = network_at(changing->network, OBJECT_ROUTE, at);
	size_t room = full->route.hops + more->route.hops + 2;
	struct nexthop *hops = arena_new(&changing->network->arena, room * sizeof(*hops));
	uint32_t count = copy_hops(hops, full), behind = count + copy_hops(hops + count, more);

	for (uint32_t i = count; i < behind; i++)
		for (uint32_t k = 0; k < count; k++)
			if (is_same_hop(&hops[i], &hops[k]))
				return changing_exists(changing, NULL, error);
	full = changing_edit(changing, OBJECT_ROUTE, at);
	full->nexthop = hops;
	full->route.hops = (uint32_t)behind;
	DROP(&full->route, via);
	DROP(&full->route, dev);
	return 0;
}

/* The new one goes to the place of the first with its key, each behind it one further. */
static void put_first(struct changing *changing, size_t at)
{
	size_t size = object_info(OBJECT_ROUTE)->size, last = at;
	struct route_full *full = network_at(changing->network, OBJECT_ROUTE, at);
	struct route_full first = *full, next;
	struct same_key same = { 0 };

	while (network_next(changing->network, OBJECT_ROUTE, &first, &same) && same.at != last) {
		full = changing_edit(changing, OBJECT_ROUTE, same.at);
		next = *full;
		memcpy(full, &first, size);
		first = next;
	}
	if (full != network_at(changing->network, OBJECT_ROUTE, last)) {
		full = changing_edit(changing, OBJECT_ROUTE, last);
		memcpy(full, &first, size);
	}
}

int route_append(struct changing *changing, const struct route_full *full, struct error *error)
{
	struct same_key same = { 0 };

	network_index(changing->network, OBJECT_ROUTE);
	while (network_next(changing->network, OBJECT_ROUTE, full, &same)) {
		const struct route_full *have =
			network_at(changing->network, OBJECT_ROUTE, same.at);

		if (route_is_twin(have, full))
			return changing_exists(changing, NULL, error);
		if (full->route.dst.family == IPV6 && has_gateway(have) && has_gateway(full))
			return join_hops(changing, same.at, full, error);
		if (!is_kernel(changing))
			return changing_refuses(
				changing, EEXIST,
				"a file has one route with its prefix, table and metric: 'replace' "
				"changes it, another 'metric' stands beside it",
				error);
	}
	same.at = changing->network->objects[OBJECT_ROUTE].count;
	changing_add(changing, OBJECT_ROUTE, full);
	if (changing->step->change == CHANGE_PREPEND && full->route.dst.family == IPV4)
		put_first(changing, same.at);
	return 0;
}
