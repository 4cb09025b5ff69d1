/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What goes along when something of a candidate goes. A link takes its other end,
 * what stands on it, its entries and the routes that leave on it; the links that
 * fall are found first, then one look at everything else is enough.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/names.h"
#include "model/address.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/route.h"
#include "model/sysctl.h"
#include "model/uapi.h"
#include "plan/changing.h"

#define HAS(pointer, member) ATTR_HAS(&link_table, link, pointer, member)

struct falling {
	struct changing *changing;
	bool *links; /* which of them fall */
	bool any;    /* of what was looked at */
};

static void falling_clear(struct falling *falling)
{
	free(falling->links);
}

static struct falling falling_begin(struct changing *changing)
{
	return (struct falling){
		.changing = changing,
		.links =
			memory_new(changing->network->objects[OBJECT_LINK].count + 1, sizeof(bool)),
	};
}

static bool falls(const struct falling *falling, uint32_t netns, uint32_t name)
{
	struct network *network = falling->changing->network;
	struct link key = { .netns = { netns }, .name = { name } };
	size_t at;

	network_index(network, OBJECT_LINK);
	return name && network_find(network, OBJECT_LINK, &key, &at) && falling->links[at];
}

/* Whether it falls with what falls already: its other end, what it stands on. */
static bool falls_along(const struct falling *falling, const struct link *link)
{
	const char *kind = link->kind_info ? link->kind_info->name : "";

	if (!strcmp(kind, "veth"))
		return falls(falling, link->peer_netns.id, link->peer.id);
	if (!strcmp(kind, "vxlan"))
		return falls(falling, link->netns.id, link->data.vxlan.dev.id);
	/* A link below that is elsewhere has a name here only when it was named. */
	return HAS(link, link) &&
	       falls(falling, HAS(link, link_netns) ? link->link_netns.id : link->netns.id,
		     link->link.id);
}

static void find_links(struct falling *falling)
{
	bool more = true;

	while (more) {
		const struct link *link;

		more = false;
		for (size_t i = 0; (link = changing_walk(falling->changing, OBJECT_LINK, &i)); i++)
			if (!falling->links[i] && falls_along(falling, link))
				falling->links[i] = more = true;
	}
}

static int note_falling(void *cookie, uint32_t netns, struct link_name *name)
{
	struct falling *falling = cookie;

	falling->any |= falls(falling, netns, name->id);
	return falling->any;
}

static bool is_up(const struct changing *changing, uint32_t netns, uint32_t name)
{
	const struct link *link = candidate_link(changing->network, netns, name, NULL);

	return link && link->up;
}

/* A file's link is up at some time. */
static bool is_used(const struct changing *changing, uint32_t netns, uint32_t name)
{
	return !is_kernel(changing) || is_up(changing, netns, name);
}

/* IPv4 drops a route with any of its links, IPv6 the nexthop: fib_sync_down_dev(), fib6_ifdown(). */
static void fall_route(struct falling *falling, size_t at)
{
	struct changing *changing = falling->changing;
	struct route_full *full = network_at(changing->network, OBJECT_ROUTE, at);
	uint32_t netns = full->route.netns.id, left = 0, count = full->route.hops;
	struct nexthop *hops;

	falling->any = false;
	if (!full->route.dev.id && full->route.via.family && !count)
		falling->any =
			falls(falling, netns, route_gateway_dev(changing, netns, &full->route.via));
	object_links(OBJECT_ROUTE, full, note_falling, falling);
	if (!falling->any)
		return;
	for (uint32_t i = 0; i < count; i++)
		left += !falls(falling, netns, full->nexthop[i].dev.id) &&
			is_used(changing, netns, full->nexthop[i].dev.id);
	if (!left || full->route.dst.family == IPV4) {
		changing_remove(changing, OBJECT_ROUTE, at);
		return;
	}
	full = changing_edit(changing, OBJECT_ROUTE, at);
	hops = arena_new(&changing->network->arena, count * sizeof(*hops));
	for (uint32_t i = left = 0; i < count; i++)
		if (!falls(falling, netns, full->nexthop[i].dev.id))
			hops[left++] = full->nexthop[i];
	full->nexthop = hops;
	full->route.hops = left;
	if (left > 1)
		return;
	full->route.dev = hops->dev;
	full->route.via = hops->via;
	ATTR_MARK(&route_table, route, &full->route, dev);
	ATTR_MARK(&route_table, route, &full->route, via);
	full->route.hops = 0;
}

static bool setting_falls(const struct falling *falling, const struct sysctl *sysctl)
{
	const struct names *names = falling->changing->context->names;

	return falls(falling, sysctl->netns.id,
		     sysctl_link(names, names_text(names, sysctl->key.id)));
}

static void fall_entries(struct falling *falling, enum object_type type)
{
	struct changing *changing = falling->changing;
	void *object;

	for (size_t i = 0; (object = changing_walk(changing, type, &i)); i++) {
		falling->any = false;
		object_links(type, object, note_falling, falling);
		if (falling->any || (type == OBJECT_SYSCTL && setting_falls(falling, object)))
			changing_remove(changing, type, i);
	}
}

static void fall(struct falling *falling)
{
	struct changing *changing = falling->changing;
	struct link *link;

	find_links(falling);
	/* While the addresses are there that say where a gateway is reached. */
	for (size_t i = 0; changing_walk(changing, OBJECT_ROUTE, &i); i++)
		fall_route(falling, i);
	for (size_t type = OBJECT_ADDRESS; type < OBJECT_TYPES; type++)
		if (type != OBJECT_ROUTE)
			fall_entries(falling, (enum object_type)type);
	for (size_t i = 0; (link = changing_walk(changing, OBJECT_LINK, &i)); i++) {
		if (falling->links[i] || !falls(falling, link->netns.id, link->master.id))
			continue;
		link = changing_edit(changing, OBJECT_LINK, i);
		attr_drop(&link_table, link, ATTR_ROW(&link_table, link, master));
		fall_port(changing, link);
	}
	for (size_t i = 0; changing_walk(changing, OBJECT_LINK, &i); i++)
		if (falling->links[i])
			changing_remove(changing, OBJECT_LINK, i);
}

void fall_link(struct changing *changing, size_t at)
{
	CLEANUP(falling_clear) struct falling falling = falling_begin(changing);

	falling.links[at] = true;
	fall(&falling);
}

void fall_netns(struct changing *changing, uint32_t netns)
{
	CLEANUP(falling_clear) struct falling falling = falling_begin(changing);
	const struct link *link;

	for (size_t i = 0; (link = changing_walk(changing, OBJECT_LINK, &i)); i++)
		falling.links[i] = link->netns.id == netns;
	fall(&falling);
	/* What names no link. */
	for (size_t type = OBJECT_ADDRESS; type < OBJECT_TYPES; type++) {
		const void *object;

		for (size_t i = 0; (object = changing_walk(changing, (enum object_type)type, &i));
		     i++)
			if (object_netns((enum object_type)type, object) == netns)
				changing_remove(changing, (enum object_type)type, i);
	}
}

void fall_neighbours(struct changing *changing, uint32_t netns, uint32_t name)
{
	const struct neighbour *neighbour;

	for (size_t i = 0; (neighbour = changing_walk(changing, OBJECT_NEIGHBOUR, &i)); i++)
		if (neighbour->netns.id == netns && neighbour->dev.id == name)
			changing_remove(changing, OBJECT_NEIGHBOUR, i);
}

void fall_ipv6(struct changing *changing, uint32_t netns, uint32_t name)
{
	const struct link_address *address;
	const struct neighbour *neighbour;
	const struct route_full *full;

	for (size_t i = 0; (address = changing_walk(changing, OBJECT_ADDRESS, &i)); i++)
		if (address->netns.id == netns && address->dev.id == name &&
		    address->local.family == IPV6)
			changing_remove(changing, OBJECT_ADDRESS, i);
	for (size_t i = 0; (neighbour = changing_walk(changing, OBJECT_NEIGHBOUR, &i)); i++)
		if (neighbour->netns.id == netns && neighbour->dev.id == name &&
		    neighbour->dst.family == IPV6)
			changing_remove(changing, OBJECT_NEIGHBOUR, i);
	for (size_t i = 0; (full = changing_walk(changing, OBJECT_ROUTE, &i)); i++)
		if (full->route.netns.id == netns && full->route.dev.id == name &&
		    full->route.dst.family == IPV6)
			changing_remove(changing, OBJECT_ROUTE, i);
}

/* A route is left while one of its nexthops is up; the addresses' own local ones are IPv4's. */
static bool is_cut(const struct changing *changing, const struct route_full *full, uint32_t netns,
		   uint32_t name)
{
	const struct route *route = &full->route;
	bool is_on = route->dev.id == name, any = false;

	for (uint32_t i = 0; i < route->hops; i++) {
		uint32_t dev = full->nexthop[i].dev.id;

		is_on |= dev == name;
		any |= dev != name && is_up(changing, netns, dev);
	}
	return route->netns.id == netns && is_on && !any &&
	       !(route->dst.family == IPV4 && route->type == RTN_LOCAL);
}

static void fall_routes(struct changing *changing, uint32_t netns, uint32_t name)
{
	const struct route_full *full;

	for (size_t i = 0; (full = changing_walk(changing, OBJECT_ROUTE, &i)); i++)
		if (is_cut(changing, full, netns, name))
			changing_remove(changing, OBJECT_ROUTE, i);
}

/* addrconf_ifdown(), fib_disable_ip(): permanent neighbours, too (6.18). */
void fall_down(struct changing *changing, uint32_t netns, uint32_t name)
{
	fall_routes(changing, netns, name);
	fall_neighbours(changing, netns, name);
	fall_ipv6(changing, netns, name);
}

void fall_moved(struct changing *changing, uint32_t netns, uint32_t name)
{
	const struct link_address *address;

	fall_down(changing, netns, name);
	for (size_t i = 0; (address = changing_walk(changing, OBJECT_ADDRESS, &i)); i++) {
		const struct route_full *full;

		if (address->netns.id != netns || address->dev.id != name)
			continue;
		changing_remove(changing, OBJECT_ADDRESS, i);
		/* The local routes, which stay while it is only down. */
		for (size_t k = 0; (full = changing_walk(changing, OBJECT_ROUTE, &k)); k++)
			if (full->route.netns.id == netns && full->route.dev.id == name)
				changing_remove(changing, OBJECT_ROUTE, k);
	}
}

void fall_port(struct changing *changing, struct link *link)
{
	const struct fdb *fdb;

	memset(&link->port, 0, sizeof(link->port));
	link->port_kind.id = 0;
	for (size_t i = 0; (fdb = changing_walk(changing, OBJECT_FDB, &i)); i++)
		if (fdb->netns.id == link->netns.id && fdb->dev.id == link->name.id && fdb->master)
			changing_remove(changing, OBJECT_FDB, i);
}

static bool is_within(const struct link_address *address, const struct address *other)
{
	struct prefix prefix = { .family = address->local.family, .length = address->length };

	memcpy(prefix.bytes, address->peer.family ? address->peer.bytes : address->local.bytes,
	       sizeof(prefix.bytes));
	return prefix_contains(&prefix, other);
}

/* inet_del_ifa(): the first address of a prefix takes those after it, unless told to promote. */
static void fall_secondaries(struct changing *changing, const struct link_address *address)
{
	const struct link_address *other;

	if (address->secondary || address->local.family != IPV4)
		return;
	for (size_t i = 0; (other = changing_walk(changing, OBJECT_ADDRESS, &i)); i++)
		if (other->secondary && other->netns.id == address->netns.id &&
		    other->dev.id == address->dev.id && other->length == address->length &&
		    is_within(address, &other->local)) {
			struct link_address secondary = *other;

			changing_remove(changing, OBJECT_ADDRESS, i);
			fall_address(changing, &secondary);
		}
}

static bool has_another(const struct changing *changing, const struct link_address *address,
			bool same_prefix)
{
	const struct link_address *other;

	for (size_t i = 0; (other = changing_walk(changing, OBJECT_ADDRESS, &i)); i++)
		if (other->netns.id == address->netns.id &&
		    (same_prefix ? other->dev.id == address->dev.id &&
					   other->length == address->length &&
					   is_within(address, &other->local)
				 : !memcmp(&other->local, &address->local, sizeof(other->local))))
			return true;
	return false;
}

static bool has_ipv4(const struct changing *changing, uint32_t netns, uint32_t dev)
{
	const struct link_address *address;

	for (size_t i = 0; (address = changing_walk(changing, OBJECT_ADDRESS, &i)); i++)
		if (address->netns.id == netns && address->dev.id == dev &&
		    address->local.family == IPV4)
			return true;
	return false;
}

/* With the last address the link has no more of IPv4: fib_inetaddr_event(). */
static void fall_ipv4(struct changing *changing, uint32_t netns, uint32_t dev)
{
	const struct neighbour *neighbour;
	const struct route_full *full;

	for (size_t i = 0; (neighbour = changing_walk(changing, OBJECT_NEIGHBOUR, &i)); i++)
		if (neighbour->netns.id == netns && neighbour->dev.id == dev &&
		    neighbour->dst.family == IPV4)
			changing_remove(changing, OBJECT_NEIGHBOUR, i);
	for (size_t i = 0; (full = changing_walk(changing, OBJECT_ROUTE, &i)); i++)
		if (full->route.netns.id == netns && full->route.dev.id == dev &&
		    full->route.dst.family == IPV4)
			changing_remove(changing, OBJECT_ROUTE, i);
}

void fall_address(struct changing *changing, const struct link_address *address)
{
	const struct route_full *full;
	bool is_known, is_shared;

	if (changing->mode != CANDIDATE_KERNEL)
		return;
	fall_secondaries(changing, address);
	is_known = has_another(changing, address, false);
	is_shared = has_another(changing, address, true);
	for (size_t i = 0; (full = changing_walk(changing, OBJECT_ROUTE, &i)); i++) {
		const struct route *route = &full->route;
		struct address to = { .family = route->dst.family };
		bool own, goes;

		memcpy(to.bytes, route->dst.bytes, sizeof(to.bytes));
		own = route->protocol == RTPROT_KERNEL && route->dev.id == address->dev.id;
		if (route->dst.family == IPV4)
			/* fib_sync_down_addr(): whoever made it. */
			goes = !is_known && !memcmp(&route->src, &address->local, sizeof(to));
		else
			goes = own && ((route->dst.length == 128 &&
					!memcmp(&to, &address->local, sizeof(to))) ||
				       (route->dst.length == address->length && !is_shared &&
					is_within(address, &to)));
		if (goes && route->netns.id == address->netns.id)
			changing_remove(changing, OBJECT_ROUTE, i);
	}
	if (address->local.family == IPV4 &&
	    !has_ipv4(changing, address->netns.id, address->dev.id))
		fall_ipv4(changing, address->netns.id, address->dev.id);
}
