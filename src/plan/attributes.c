/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/attributes.h"

#include <string.h>

#include "base/arena.h"
#include "base/names.h"
#include "base/text.h"
#include "model/address.h"
#include "model/lab.h"
#include "model/link.h"
#include "model/netns.h"
#include "model/route.h"
#include "model/vni.h"
#include "plan/key_index.h"
#include "text/object_words.h"

enum { ATTRIBUTES_MOST = 3 * 64 + 3 };

struct found {
	struct attribute items[ATTRIBUTES_MOST];
	size_t count;
};

/* Of a row that is known to be of that table. */
#define IS_ROW(row, type, member) ((row)->offset == offsetof(struct type, member))

static void add(struct found *found, enum aspect aspect, const char *name,
		const struct attr_table *table, const struct attr *row, bool forces_replace)
{
	found->items[found->count++] =
		(struct attribute){ name, aspect, table, row, forces_replace };
}

/* What the kernel takes and does not report: bridge's is 16 whatever it is told (5.0). */
static bool is_never_reported(const struct attr_table *table, const struct attr *row)
{
	return (table == &bridge_table && IS_ROW(row, bridge, mcast_hash_elasticity)) ||
	       (table == &vxlan_table && IS_ROW(row, vxlan, mcroute)) ||
	       (table == &route_detail_table && IS_ROW(row, route_detail, expires));
}

static bool is_compared(const struct attr_table *table, const struct attr *row)
{
	return !(row->traits & (ATTR_KEY | ATTR_STATUS | ATTR_ACTION)) &&
	       !is_never_reported(table, row);
}

/* "None": all zero, but for an address the family it would have. */
static bool is_none(const struct attr *row, const void *object)
{
	const struct address *address = attr_value(row, object);

	return row->type == &attr_type_address ? address_is_zero(address)
					       : attr_is_zero(row, object);
}

/* A time that runs on is what it was, unless it is to run for ever or to be over. */
static bool is_same_time(const struct attr *row, const void *have, const void *want)
{
	uint32_t left = (uint32_t)attr_integer(attr_value(row, have), row->size);
	uint32_t right = (uint32_t)attr_integer(attr_value(row, want), row->size);

	return (left == UINT32_MAX) == (right == UINT32_MAX) && (right || !left);
}

/* 9.99 s are 9.98 where the kernel's clock ticks 250 times a second (clock_t_to_jiffies()). */
static bool is_rounded(const struct attr *row, const void *have, const void *want)
{
	return attr_integer(attr_value(row, have), row->size) + 1 ==
	       attr_integer(attr_value(row, want), row->size);
}

static bool is_same(const struct attr_table *table, const struct attr *row, const void *have,
		    const void *want)
{
	/* A link below in another namespace, of which only an index there is known. */
	if (table == &link_table && (IS_ROW(row, link, link) || IS_ROW(row, link, link_netns)) &&
	    ATTR_HAS(&link_table, link, have, link_netnsid) &&
	    !ATTR_HAS(&link_table, link, have, link))
		return true;
	if (!attr_has(table, have, row))
		return is_none(row, want);
	if (table == &address_table &&
	    (IS_ROW(row, link_address, valid_lft) || IS_ROW(row, link_address, preferred_lft)))
		return is_same_time(row, have, want);
	return attr_equal(row, have, want) ||
	       (row->traits & ATTR_CENTISECONDS && is_rounded(row, have, want));
}

/* inet_rtm_newaddr() takes the lifetimes and the metric of an address that exists, IPv6 flags too. */
static bool address_changes(const struct attr *row, const struct link_address *address)
{
	return IS_ROW(row, link_address, valid_lft) || IS_ROW(row, link_address, preferred_lft) ||
	       IS_ROW(row, link_address, metric) || IS_ROW(row, link_address, protocol) ||
	       (address->local.family == IPV6 && row->type == &attr_type_bool);
}

static bool is_fixed(enum object_type type, const struct attr_table *table, const struct attr *row,
		     const void *have, const void *want)
{
	const struct link *before = have, *after = want;

	if (type == OBJECT_ADDRESS)
		return !address_changes(row, want);
	/* A `replace` would leave one destination of the list. */
	if (type == OBJECT_FDB)
		return key_is_flood(type, want);
	/* A VNI told another destination keeps the fdb entry of the former one (6.18). */
	if (type == OBJECT_VNI)
		return true;
	if (row->traits & ATTR_FIXED)
		return true;
	return type == OBJECT_LINK && after->kind_info && table == after->kind_info->table &&
	       after->kind_info->replaces &&
	       after->kind_info->replaces(&before->data, &after->data, row);
}

static void compare_part(enum object_type type, const struct part *part, const void *have_part,
			 const void *have, const void *want, struct found *found)
{
	const struct attr_table *table = part->table;
	uint64_t asked = attr_asked(table, part->object)->value;

	for (; asked; asked &= asked - 1) {
		const struct attr *row = &table->rows[__builtin_ctzll(asked)];

		if (!is_compared(table, row) ||
		    (have_part && is_same(table, row, have_part, part->object)))
			continue;
		add(found, ASPECT_ROW, row->name, table, row,
		    have && is_fixed(type, table, row, have, want));
	}
}

static bool is_same_peer(const struct link *have, const struct link *want)
{
	return !want->peer.id || !have->peer.id ||
	       (have->peer.id == want->peer.id && have->peer_netns.id == want->peer_netns.id);
}

static void compare_link(const struct link *have, const struct link *want, struct found *found)
{
	if (want->kind.id && (!have || have->kind.id != want->kind.id))
		add(found, ASPECT_KIND, "type", NULL, NULL, have);
	else if (have && !is_same_peer(have, want))
		add(found, ASPECT_PEER, "peer", NULL, NULL, true);
	if (!have && want->peer.id)
		add(found, ASPECT_PEER, "peer", NULL, NULL, false);
}

/*
 * A route's type has a value always; one that goes straight to a link is not
 * one that goes by way of a router. The kernel changes routes as a whole.
 */
static void compare_route(const struct route_full *have, const struct route_full *want,
			  struct found *found)
{
	const struct attr *type = ATTR_ROW(&route_table, route, type);
	const struct attr *via = ATTR_ROW(&route_table, route, via);

	if (!have) {
		if (want->route.hops || route_detail_of(want)->encap)
			add(found, ASPECT_HOPS, "nexthops", NULL, NULL, false);
		return;
	}
	if (!attr_has(&route_table, &want->route, type) && want->route.type != have->route.type)
		add(found, ASPECT_ROW, type->name, &route_table, type, false);
	if (want->route.dev.id && !want->route.via.family && !want->route.nhid &&
	    have->route.via.family)
		add(found, ASPECT_ROW, via->name, &route_table, via, false);
	if (!route_matches(have, want) || (want->route.dev.id && have->route.hops))
		add(found, ASPECT_HOPS, "nexthops", NULL, NULL, false);
}

/* One that says no destination has none but the vxlan's own. */
static void compare_vni(const struct vni *have, const struct vni *want, struct found *found)
{
	const struct attr *rows[] = { ATTR_ROW(&vni_table, vni, group),
				      ATTR_ROW(&vni_table, vni, remote) };

	for (size_t i = 0; have && i < sizeof(rows) / sizeof(*rows); i++)
		if (attr_has(&vni_table, have, rows[i]) && !attr_has(&vni_table, want, rows[i]))
			add(found, ASPECT_ROW, rows[i]->name, &vni_table, rows[i], true);
}

static size_t parts_of(enum object_type type, const void *object, struct part parts[PARTS])
{
	void *writable;

	memcpy(&writable, &object, sizeof(writable));
	return object_info(type)->parts(writable, parts);
}

const void *attributes_part(enum object_type type, const void *object,
			    const struct attr_table *table)
{
	struct part parts[PARTS];
	size_t count = parts_of(type, object, parts);

	for (size_t i = 0; i < count; i++)
		if (parts[i].table == table)
			return parts[i].object;
	return NULL;
}

struct attributes attributes_compare(enum object_type type, const void *have, const void *want,
				     struct arena *arena)
{
	struct found found;
	struct part parts[PARTS];
	size_t count = parts_of(type, want, parts);
	bool other_kind =
		type == OBJECT_LINK && have && ((const struct link *)want)->kind.id &&
		((const struct link *)want)->kind.id != ((const struct link *)have)->kind.id;

	found.count = 0;
	if (type == OBJECT_LINK)
		compare_link(have, want, &found);
	for (size_t i = 0; i < count; i++) {
		bool other = other_kind && parts[i].object == &((const struct link *)want)->data;
		const void *part = have ? attributes_part(type, have, parts[i].table) : NULL;

		compare_part(type, &parts[i], part, other ? NULL : have, want, &found);
	}
	if (type == OBJECT_ROUTE)
		compare_route(have, want, &found);
	if (type == OBJECT_VNI)
		compare_vni(have, want, &found);
	return (struct attributes){
		found.count ? arena_copy(arena, found.items, found.count * sizeof(*found.items))
			    : NULL,
		found.count,
	};
}

bool attributes_have(const struct attributes *attributes, const struct attr *row)
{
	for (size_t i = 0; i < attributes->count; i++)
		if (attributes->items[i].row == row)
			return true;
	return false;
}

const struct attribute *attributes_fixed(const struct attributes *attributes)
{
	for (size_t i = 0; i < attributes->count; i++)
		if (attributes->items[i].forces_replace)
			return &attributes->items[i];
	return NULL;
}

static void put_name(const struct attr_context *context, uint32_t name, struct text *text)
{
	const char *string = names_text(context->names, name);

	text_escaped(text, string, strlen(string));
}

static bool print_peer(const struct attr_context *context, const struct link *link,
		       struct text *text)
{
	if (!link->peer.id)
		return false;
	if (link->peer_netns.id != link->netns.id) {
		if (link->peer_netns.id)
			put_name(context, link->peer_netns.id, text);
		else
			text_puts(text, "host");
		text_char(text, '/');
	}
	put_name(context, link->peer.id, text);
	return true;
}

static bool print_hops(const struct attr_context *context, const struct route_full *route,
		       struct text *text)
{
	struct route_full hops = *route;
	struct route_detail detail = *route_detail_of(route);
	size_t start = text->length;

	memset(&detail.asked, 0, sizeof(detail.asked));
	hops.detail = &detail;
	route_words_rest(context, &hops, ATTR_STYLE_OVL, text);
	/* Its words have a blank in front. */
	if (text->length > start) {
		memmove(text->bytes + start, text->bytes + start + 1, text->length - start - 1);
		text_cut(text, text->length - 1);
	}
	return text->length > start;
}

/* What marks it as a lab's is not the user's. */
static bool print_alias(const struct attr_context *context, const struct link *link,
			struct text *text)
{
	struct lab_alias split = lab_alias_split(names_text(context->names, link->alias.id));

	if (*split.text)
		text_escaped(text, split.text, strlen(split.text));
	else
		put_name(context, link->alias.id, text);
	return link->alias.id;
}

/* "adopt" and "patch", as a file has them. */
static bool print_manage(enum object_type type, const void *object, struct text *text)
{
	uint8_t manage = type == OBJECT_NETNS ? ((const struct netns *)object)->manage
					      : ((const struct link *)object)->manage;

	if (manage != MANAGE_OWN)
		text_puts(text, manage == MANAGE_ADOPT ? "adopt" : "patch");
	return manage != MANAGE_OWN;
}

static bool is_null(const struct attr_table *table, const struct attr *row, const void *part)
{
	struct attr_set asked;

	memcpy(&asked, (const char *)part + table->asked, sizeof(asked));
	return asked.null & attr_bit(table, row);
}

bool attribute_print(const struct attribute *attribute, const struct attr_context *context,
		     enum object_type type, const void *object, struct text *text)
{
	const struct link *link = object;
	const struct attr *row = attribute->row;
	const void *part;

	switch (attribute->aspect) {
	case ASPECT_KIND:
		put_name(context, link->kind.id, text);
		return link->kind.id;
	case ASPECT_PEER:
		return print_peer(context, link, text);
	case ASPECT_HOPS:
		return print_hops(context, object, text);
	case ASPECT_MANAGE:
		return print_manage(type, object, text);
	case ASPECT_ROW:
		break;
	}
	part = attributes_part(type, object, attribute->table);
	if (part && is_null(attribute->table, row, part)) {
		text_puts(text, "null");
		return true;
	}
	if (attribute->table == &link_table && IS_ROW(row, link, alias))
		return print_alias(context, link, text);
	if (!part || (is_none(row, part) &&
		      (row->type == &attr_type_link_name || row->type == &attr_type_label ||
		       row->type == &attr_type_address)))
		return false;
	/* A route's type has a value though nobody asked for it. */
	if (!attr_has(attribute->table, part, row) && attr_is_zero(row, part))
		return false;
	row->type->print(row, context, attr_value(row, part), text);
	return true;
}
