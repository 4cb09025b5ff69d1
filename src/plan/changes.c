/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/changes.h"

#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/names.h"
#include "model/address.h"
#include "model/bridge.h"
#include "model/bridge_port.h"
#include "model/defaults.h"
#include "model/fdb.h"
#include "model/lab.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/netns.h"
#include "model/network.h"
#include "model/route.h"
#include "model/uapi.h"
#include "plan/compare.h"
#include "plan/pairs.h"

#define IS(row, type, member) ((row)->offset == offsetof(struct type, member))

enum { USUAL_MTU = 1500 }; /* ETH_DATA_LEN: <linux/if_ether.h> */

struct changes {
	struct network *before, *after;
	bool everything;
	struct comparison *result;
};

/* --- What goes without saying --- */

static bool is_link_local(uint8_t family, const uint8_t *bytes)
{
	return family == IPV6 &&
	       ((bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) || bytes[0] == 0xff);
}

static const struct link *link_of(const struct network *network, struct netns_name netns,
				  struct link_name name)
{
	const struct link key = { .netns = netns, .name = name };

	return network_find(network, OBJECT_LINK, &key, NULL);
}

static bool is_usual_neighbour(const struct neighbour *neighbour)
{
	return address_is_multicast(&neighbour->dst) ||
	       is_link_local(neighbour->dst.family, neighbour->dst.bytes) ||
	       (neighbour->state == NUD_NOARP && !neighbour->proxy);
}

static bool has_mac(const struct link *link, const struct mac *mac)
{
	return link && link->address.length == sizeof(mac->bytes) &&
	       !memcmp(link->address.bytes, mac->bytes, sizeof(mac->bytes));
}

/* A device's own MAC, and multicast that it listens to. */
static bool is_usual_fdb(const struct network *network, const struct fdb *fdb)
{
	if (fdb->state != NUD_PERMANENT || fdb->dst.family || fdb->nhid)
		return false;
	return fdb->mac.bytes[0] & 1 ||
	       has_mac(link_of(network, fdb->netns, fdb->dev), &fdb->mac) ||
	       has_mac(link_of(network, fdb->netns, fdb->bridge), &fdb->mac);
}

static bool is_usual_route(const struct route *route)
{
	return route->table == RT_TABLE_LOCAL ||
	       is_link_local(route->dst.family, route->dst.bytes) ||
	       (route->dst.family == IPV6 && route->dst.length == 128 &&
		route->protocol == RTPROT_KERNEL);
}

/* A namespace comes with its `lo`. */
static bool is_usual_link(const struct link *link)
{
	return link->loopback && !link->up;
}

/* Whether nobody asks about the object, which came or went. */
static bool is_usual(const struct changes *changes, const struct network *network,
		     enum object_type type, const void *object)
{
	const struct link_address *address = object;
	const struct route_full *route = object;

	if (changes->everything)
		return false;
	switch (type) {
	case OBJECT_LINK:
		return is_usual_link(object);
	case OBJECT_ADDRESS:
		return lab_address_is_kernels(address,
					      link_of(network, address->netns, address->dev));
	case OBJECT_NEIGHBOUR:
		return is_usual_neighbour(object);
	case OBJECT_FDB:
		return is_usual_fdb(network, object);
	case OBJECT_ROUTE:
		return is_usual_route(&route->route);
	default:
		return false;
	}
}

/* Of a link: what follows from others, or what a machine gives to all. */
static bool is_usual_of_link(const struct link *link, const struct attribute *attribute)
{
	static const char *const by_itself[] = {
		"numtxqueues", "numrxqueues", "index", "txqueuelen", "min_mtu", "max_mtu",
	};
	const struct attr *row = attribute->row;
	const struct attr_table *table = attribute->table;
	const struct link_kind *kind = link->kind_info;
	const void *part = table ? attributes_part(OBJECT_LINK, link, table) : NULL;
	bool is_veth = kind && !strcmp(kind->name, "veth");

	if (!part)
		return false;
	for (size_t i = 0; i < sizeof(by_itself) / sizeof(*by_itself); i++)
		if (table == &link_table && !strcmp(row->name, by_itself[i]))
			return true;
	if (table == &link_table &&
	    (!strncmp(row->name, "gso_", 4) || !strncmp(row->name, "gro_", 4) ||
	     !strncmp(row->name, "tso_", 4) ||
	     (is_veth && (IS(row, link, link) || IS(row, link, link_netns)))))
		return true;
	if (table == &bridge_port_table)
		return !link->master.id || IS(row, bridge_port, state);
	if (table == &bridge_table)
		return IS(row, bridge, mcast_startup_query_interval);
	return kind && kind->table == table && kind->is_implied &&
	       kind->is_implied(&link->data, row);
}

/* Of an address: its label is its link's name, and it stays for ever. */
static bool is_default_of_address(const struct link_address *address, const struct attr *row)
{
	if (IS(row, link_address, valid_lft))
		return address->valid_lft == UINT32_MAX;
	if (IS(row, link_address, preferred_lft))
		return address->preferred_lft == UINT32_MAX;
	return IS(row, link_address, label) || attr_is_zero(row, address);
}

/* Of a route: what follows from how it was made. That the kernel made it is told. */
static bool is_default_of_route(const struct route *route, const struct attr_table *table,
				const struct attr *row, const void *part)
{
	if (table != &route_table)
		return attr_is_zero(row, part);
	return IS(row, route, scope) || (IS(row, route, type) && route->type == RTN_UNICAST) ||
	       (IS(row, route, protocol) && route->protocol == RTPROT_BOOT) ||
	       (IS(row, route, pref) && !route->pref);
}

/* Of something new: a value that any such object has. */
static bool is_default(enum object_type type, const void *object, const struct attribute *attribute)
{
	const struct attr *row = attribute->row;
	const struct route_full *route = object;
	const struct link *link = object;
	const void *part;

	if (attribute->aspect != ASPECT_ROW)
		return false;
	part = attributes_part(type, object, attribute->table);
	if (row->traits & (ATTR_NO_ZERO | ATTR_FLAG) && attr_is_zero(row, part))
		return true;
	if (type == OBJECT_ADDRESS)
		return is_default_of_address(object, row);
	if (type == OBJECT_ROUTE)
		return is_default_of_route(&route->route, attribute->table, row, part);
	if (type != OBJECT_LINK)
		return false;
	if (attribute->table == &link_table && IS(row, link, mtu))
		return link->mtu == USUAL_MTU;
	return !(attribute->table == &link_table && IS(row, link, up) && link->up) &&
	       attr_has_default(attribute->table, row, link->kind_info, part);
}

/* Heard of just now, or a while ago: the kernel's clock says, not somebody's command. */
static bool is_same_state(const struct neighbour *before, const struct neighbour *after)
{
	const uint16_t heard = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE;
	const uint16_t unheard = NUD_INCOMPLETE | NUD_FAILED | NUD_NONE;

	return (before->state & heard && after->state & heard) ||
	       (!(before->state & ~unheard) && !(after->state & ~unheard));
}

/* What a link is as a port is new when it was none before. */
static bool joins(const struct link *before, const struct link *after,
		  const struct attribute *attribute)
{
	return attribute->table == &bridge_port_table && !before->master.id && after->master.id;
}

/* The kernel gives a port the cost of its speed, unless somebody said another. */
static bool is_usual_cost(const struct link *before, const struct link *after,
			  const struct attribute *attribute)
{
	return attribute->table == &bridge_port_table && IS(attribute->row, bridge_port, cost) &&
	       port_has_usual_cost(after) &&
	       (!before || !before->master.id || port_has_usual_cost(before));
}

static bool is_told(const struct changes *changes, enum object_type type, const void *before,
		    const void *after, const struct attribute *attribute)
{
	const void *object = after ? after : before;
	const struct attr *row = attribute->row;

	if (changes->everything)
		return true;
	if (type == OBJECT_LINK &&
	    (is_usual_of_link(object, attribute) || is_usual_cost(before, object, attribute)))
		return false;
	if (!before || (type == OBJECT_LINK && joins(before, after, attribute)))
		return !is_default(type, object, attribute);
	if (type == OBJECT_NEIGHBOUR && row && IS(row, neighbour, state))
		return !is_same_state(before, after);
	if (type == OBJECT_FDB && row && IS(row, fdb, state))
		return !(((const struct fdb *)before)->state & (NUD_REACHABLE | NUD_STALE) &&
			 ((const struct fdb *)after)->state & (NUD_REACHABLE | NUD_STALE));
	return true;
}

/* --- The comparison --- */

static bool has(const struct attribute *items, size_t count, const struct attribute *attribute)
{
	for (size_t i = 0; i < count; i++)
		if (items[i].row == attribute->row && items[i].aspect == attribute->aspect)
			return true;
	return false;
}

/* A picture names what there is: what the one has and the other has not, or otherwise, both ways. */
static struct attributes attributes_between(struct changes *changes, enum object_type type,
					    const void *before, const void *after)
{
	struct arena *arena = &changes->result->arena;
	struct attributes ways[2] = { { 0 } };
	struct attribute *items;
	size_t count = 0;

	ways[0] = attributes_compare(type, before, after, arena);
	if (before)
		ways[1] = attributes_compare(type, after, before, arena);
	items = arena_new(arena, (ways[0].count + ways[1].count + 1) * sizeof(*items));
	for (size_t way = 0; way < 2; way++) {
		for (size_t i = 0; i < ways[way].count; i++) {
			struct attribute attribute = ways[way].items[i];

			attribute.forces_replace = false;
			if (!has(items, count, &attribute) &&
			    is_told(changes, type, before, after, &attribute))
				items[count++] = attribute;
		}
	}
	return (struct attributes){ items, count };
}

static void add(struct changes *changes, enum object_type type, const void *before,
		const void *after)
{
	struct comparison *result = changes->result;
	struct difference difference = {
		.type = type,
		.before = before,
		.after = after,
		.action = !before ? ACTION_CREATE
			  : after ? ACTION_CHANGE
				  : ACTION_DELETE,
	};

	if (after)
		difference.attributes = attributes_between(changes, type, before, after);
	if (before && after && !difference.attributes.count)
		return;
	*array_add(&result->items, &result->count, &result->room) = difference;
	result->totals[difference.action]++;
}

/* A picture of the kernel names all it has: what has the other's values has no others. */
static bool is_same(void *cookie, enum object_type type, const void *before, const void *after)
{
	(void)cookie;
	return object_matches(type, before, after) && object_matches(type, after, before);
}

static void compare_type(struct changes *changes, enum object_type type)
{
	CLEANUP(pairs_clear)
	struct pairs pairs = pairs_of(changes->before, changes->after, type, is_same, NULL);

	for (size_t i = 0; i < changes->before->objects[type].count; i++) {
		const void *was = network_at(changes->before, type, i);

		if (pairs.after[i] != SIZE_MAX)
			add(changes, type, was, network_at(changes->after, type, pairs.after[i]));
		else if (!is_usual(changes, changes->before, type, was))
			add(changes, type, was, NULL);
	}
	for (size_t i = 0; i < changes->after->objects[type].count; i++) {
		const void *is = network_at(changes->after, type, i);

		if (!pairs.is_taken[i] && !is_usual(changes, changes->after, type, is))
			add(changes, type, NULL, is);
	}
}

void changes_between(struct network *before, struct network *after, bool everything,
		     struct comparison *comparison)
{
	struct changes changes = { before, after, everything, comparison };

	/* Where an entry is on a link, that is looked for, whatever came before it. */
	network_index(before, OBJECT_LINK);
	network_index(after, OBJECT_LINK);
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		compare_type(&changes, (enum object_type)type);
}
