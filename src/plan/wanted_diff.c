/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/wanted_diff.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/names.h"
#include "model/link.h"
#include "model/netns.h"
#include "model/route.h"
#include "model/vni.h"
#include "plan/compare.h"
#include "plan/pairs.h"

#define IS(row, type, member) ((row)->offset == offsetof(struct type, member))

struct differing {
	struct network *before, *after;
	uint32_t lo; /* its name; 0: no picture has one */
	struct comparison *result;
};

/* --- What goes without saying --- */

/* Whether the lab makes the namespace. */
static bool is_made(const struct network *network, uint32_t netns)
{
	struct netns key = { .name = { netns } };
	const struct netns *space = netns ? network_find(network, OBJECT_NETNS, &key, NULL) : NULL;

	return space && space->manage == MANAGE_OWN;
}

/* A link as a file has it: what the lab makes is up; below what is beside it. */
static void settle_link(const struct network *network, struct link *link)
{
	const struct attr *up = ATTR_ROW(&link_table, link, up);

	if (link->link_netns.id == link->netns.id)
		attr_drop(&link_table, link, ATTR_ROW(&link_table, link, link_netns));
	if (link->manage == MANAGE_EXPECT)
		link->manage = MANAGE_PATCH;
	if (link->manage != MANAGE_OWN ||
	    (link->asked.value | link->asked.null) & attr_bit(&link_table, up) ||
	    !(link->kind.id || is_made(network, link->netns.id)))
		return;
	link->up = true;
	attr_mark(&link_table, link, up);
}

static bool is_settled(const struct network *network, const struct link *link)
{
	struct link settled = *link;

	settle_link(network, &settled);
	return settled.asked.value == link->asked.value && settled.manage == link->manage;
}

/* The object as it is told: a copy where something goes without saying. */
static const void *settle(struct differing *differing, const struct network *network,
			  enum object_type type, const void *object)
{
	struct link *copy;

	if (type != OBJECT_LINK || is_settled(network, object))
		return object;
	copy = arena_copy(&differing->result->arena, object, sizeof(*copy));
	settle_link(network, copy);
	return copy;
}

static bool is_lo(const struct differing *differing, enum object_type type, const void *object)
{
	return type == OBJECT_LINK && ((const struct link *)object)->name.id == differing->lo;
}

/* The `lo` of a namespace that the lab makes, which no picture need have. */
static const void *implied_lo(struct differing *differing, uint32_t netns)
{
	struct link lo = { .netns = { netns }, .name = { differing->lo }, .up = true };

	ATTR_MARK(&link_table, link, &lo, name);
	ATTR_MARK(&link_table, link, &lo, up);
	return arena_copy(&differing->result->arena, &lo, sizeof(lo));
}

/* --- The attributes of two objects --- */

enum { ATTRIBUTES_MOST = PARTS * 64 + 4 };

struct found {
	struct attribute items[ATTRIBUTES_MOST];
	size_t count;
};

static void add_attribute(struct found *found, enum aspect aspect, const char *name,
			  const struct attr_table *table, const struct attr *row)
{
	found->items[found->count++] =
		(struct attribute){ .name = name, .aspect = aspect, .table = table, .row = row };
}

enum naming { NOT_NAMED, NAMED, NULL_NAMED };

static enum naming naming_of(const struct attr_table *table, const struct attr *row,
			     const void *part)
{
	struct attr_set asked;

	if (!part)
		return NOT_NAMED;
	memcpy(&asked, (const char *)part + table->asked, sizeof(asked));
	if (asked.null & attr_bit(table, row))
		return NULL_NAMED;
	if (!(asked.value & attr_bit(table, row)))
		return NOT_NAMED;
	/* A name of none is what asks for none. */
	return row->type->interned && attr_is_zero(row, part) ? NULL_NAMED : NAMED;
}

static void compare_part(const struct attr_table *table, const void *before, const void *after,
			 struct found *found)
{
	for (const struct attr *row = table->rows; row < table->rows + table->count; row++) {
		enum naming was = naming_of(table, row, before);
		enum naming is = naming_of(table, row, after);

		if (row->traits & (ATTR_KEY | ATTR_STATUS | ATTR_ACTION) ||
		    (was == is && (was != NAMED || attr_equal(row, before, after))))
			continue;
		add_attribute(found, ASPECT_ROW, row->name, table, row);
	}
}

static uint8_t manage_of(enum object_type type, const void *object)
{
	return !object                ? MANAGE_OWN
	       : type == OBJECT_LINK  ? ((const struct link *)object)->manage
	       : type == OBJECT_NETNS ? ((const struct netns *)object)->manage
				      : MANAGE_OWN;
}

static void compare_link(const struct link *before, const struct link *after, struct found *found)
{
	static const struct link none;
	const struct link *was = before ? before : &none;

	if (was->kind.id != after->kind.id)
		add_attribute(found, ASPECT_KIND, "type", NULL, NULL);
	if (was->peer.id != after->peer.id ||
	    (after->peer.id && was->peer_netns.id != after->peer_netns.id))
		add_attribute(found, ASPECT_PEER, "peer", NULL, NULL);
}

static void compare_hops(const struct route_full *before, const struct route_full *after,
			 struct found *found)
{
	static const struct route_full none;
	const struct route_full *was = before ? before : &none;

	if (!route_matches(was, after) || !route_matches(after, was))
		add_attribute(found, ASPECT_HOPS, "nexthops", NULL, NULL);
}

/* No row that can be asked for says where a range ends. */
static void compare_vni(const struct vni *before, const struct vni *after, struct found *found)
{
	const struct attr *last = ATTR_ROW(&vni_table, vni, last);

	if (before && before->last != after->last)
		add_attribute(found, ASPECT_ROW, last->name, &vni_table, last);
}

/* `after` is there; `before` may be NULL. */
static void compare_objects(enum object_type type, const void *before, const void *after,
			    struct found *found)
{
	struct part parts[PARTS];
	void *writable;
	size_t count;

	memcpy(&writable, &after, sizeof(writable));
	count = object_info(type)->parts(writable, parts);
	found->count = 0;
	if (type == OBJECT_LINK)
		compare_link(before, after, found);
	if (manage_of(type, before) != manage_of(type, after))
		add_attribute(found, ASPECT_MANAGE, "manage", NULL, NULL);
	/* Of a kind that it is no more, nothing is told but that. */
	for (size_t i = 0; i < count; i++)
		compare_part(parts[i].table,
			     before ? attributes_part(type, before, parts[i].table) : NULL,
			     parts[i].object, found);
	if (type == OBJECT_ROUTE)
		compare_hops(before, after, found);
	if (type == OBJECT_VNI)
		compare_vni(before, after, found);
}

/* --- The pictures --- */

static bool is_same(void *cookie, enum object_type type, const void *before, const void *after)
{
	struct differing *differing = cookie;
	struct link was, is;
	struct found found;

	if (type == OBJECT_LINK) {
		was = *(const struct link *)before;
		is = *(const struct link *)after;
		settle_link(differing->before, &was);
		settle_link(differing->after, &is);
		before = &was;
		after = &is;
	}
	compare_objects(type, before, after, &found);
	return !found.count;
}

static void add(struct differing *differing, enum object_type type, const void *before,
		const void *after, struct origin_in_file origin)
{
	struct comparison *result = differing->result;
	struct difference difference = { .type = type, .origin = origin };
	struct found found = { .count = 0 };

	difference.before = before ? settle(differing, differing->before, type, before) : NULL;
	difference.after = after ? settle(differing, differing->after, type, after) : NULL;
	if (after)
		compare_objects(type, difference.before, difference.after, &found);
	difference.action = !before ? ACTION_CREATE : after ? ACTION_CHANGE : ACTION_DELETE;
	if (found.count)
		difference.attributes = (struct attributes){
			arena_copy(&result->arena, found.items, found.count * sizeof(*found.items)),
			found.count,
		};
	else if (difference.action == ACTION_CHANGE)
		difference.action = ACTION_NONE;
	result->totals[difference.action]++;
	if (difference.action != ACTION_NONE)
		*array_add(&result->items, &result->count, &result->room) = difference;
}

/* A link of somebody else's says nothing of itself when something stands with it alone. */
static bool says_nothing(const struct network *network, enum object_type type, const void *object)
{
	struct found found;
	struct link link;

	if (type != OBJECT_LINK)
		return false;
	link = *(const struct link *)object;
	settle_link(network, &link);
	if (link.manage != MANAGE_PATCH)
		return false;
	compare_objects(type, NULL, &link, &found);
	return found.count == 1; /* that it is somebody else's */
}

/* What only one of the pictures has. */
static void add_lonely(struct differing *differing, enum object_type type, const void *before,
		       const void *after, struct origin_in_file origin)
{
	const struct network *network = before ? differing->before : differing->after;
	const void *object = before ? before : after;
	uint32_t netns = object_netns(type, object);

	if (says_nothing(network, type, object))
		return;
	if (is_lo(differing, type, object) && is_made(network, netns)) {
		const void *lo = implied_lo(differing, netns);

		/* With its namespace it goes without a word. */
		if (before && !is_made(differing->after, netns))
			return;
		if (is_same(differing, type, before ? before : lo, before ? lo : after))
			return;
		before = before ? before : lo;
		after = after ? after : lo;
	}
	add(differing, type, before, after, origin);
}

static void diff_type(struct differing *differing, enum object_type type)
{
	CLEANUP(pairs_clear)
	struct pairs pairs =
		pairs_of(differing->before, differing->after, type, is_same, differing);

	for (size_t i = 0; i < differing->before->objects[type].count; i++) {
		const void *was = network_at(differing->before, type, i);
		size_t at = pairs.after[i];

		if (network_is_gap(differing->before, type, i))
			continue;
		if (at == SIZE_MAX)
			add_lonely(differing, type, was, NULL, (struct origin_in_file){ 0 });
		else
			add(differing, type, was, network_at(differing->after, type, at),
			    network_origin(differing->after, type, at));
	}
	for (size_t i = 0; i < differing->after->objects[type].count; i++)
		if (!pairs.is_taken[i] && !network_is_gap(differing->after, type, i))
			add_lonely(differing, type, NULL, network_at(differing->after, type, i),
				   network_origin(differing->after, type, i));
}

void wanted_diff(struct network *before, struct network *after, struct comparison *comparison)
{
	struct differing differing = {
		.before = before,
		.after = after,
		.lo = names_find(after->names, "lo"),
		.result = comparison,
	};

	network_index(before, OBJECT_NETNS);
	network_index(after, OBJECT_NETNS);
	for (enum object_type type = 0; type < OBJECT_TYPES; type++)
		diff_type(&differing, type);
}
