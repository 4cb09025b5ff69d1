/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/overlay.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/link.h"
#include "plan/compare.h"
#include "plan/key_index.h"

enum { SAID_MOST = 3 }; /* attributes of one object; the label has to stay one */

/* What a scene shows. */
static const enum object_type types[] = { OBJECT_NETNS, OBJECT_LINK, OBJECT_ADDRESS, OBJECT_FDB,
					  OBJECT_ROUTE };

void overlay_clear(struct overlay *overlay)
{
	network_clear(&overlay->network);
	arena_clear(&overlay->arena);
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		free(overlay->changes[type]);
	*overlay = (struct overlay){ 0 };
}

static uint8_t sign_of(const struct difference *difference)
{
	switch (difference->action) {
	case ACTION_CREATE:
		return SCENE_ADDED;
	case ACTION_DELETE:
		return difference->releases ? SCENE_CHANGED : SCENE_REMOVED;
	case ACTION_NONE:
		return SCENE_SAME;
	default:
		return SCENE_CHANGED;
	}
}

static void say_value(const struct attribute *attribute, const struct attr_context *context,
		      enum object_type type, const void *object, struct text *text)
{
	if (!object || !attribute_print(attribute, context, type, object, text))
		text_puts(text, "none");
}

/* "mtu 1500 → 1400"; of what comes or goes whole nothing. */
static const char *say(struct overlay *overlay, const struct difference *difference,
		       const struct attr_context *context)
{
	CLEANUP(text_clear) struct text text = { 0 };
	size_t count = difference->attributes.count;

	for (size_t i = 0; difference->before && i < count && i < SAID_MOST; i++) {
		const struct attribute *attribute = &difference->attributes.items[i];

		text_printf(&text, "%s%s ", i ? ", " : "", attribute->name);
		say_value(attribute, context, difference->type, difference->before, &text);
		text_puts(&text, " → ");
		say_value(attribute, context, difference->type, difference->after, &text);
	}
	if (difference->before && count > SAID_MOST)
		text_printf(&text, " and %zu more", count - SAID_MOST);
	if (difference->action == ACTION_CONFLICT)
		text_printf(&text, "%sconflict: %s", text.length ? "; " : "",
			    difference->why ? difference->why : "not the lab's own");
	if (difference->releases)
		text_puts(&text, "given back");
	if (!text.length)
		return NULL;
	text_string(&text);
	return arena_copy(&overlay->arena, text.bytes, text.length + 1);
}

/* Puts the values that `over` has over those of `object`, which has the same parts. */
static void put_over(enum object_type type, void *object, const void *over)
{
	struct part parts[PARTS], overs[PARTS];
	CLEANUP(pointer_free) void *copy = memory_new(1, object_info(type)->size);
	size_t count = object_info(type)->parts(object, parts), others;

	memcpy(copy, over, object_info(type)->size);
	others = object_info(type)->parts(copy, overs);
	for (size_t p = 0; p < count && p < others; p++) {
		for (size_t i = 0; i < parts[p].table->count; i++) {
			const struct attr *row = &parts[p].table->rows[i];

			if (parts[p].table != overs[p].table ||
			    !attr_has(parts[p].table, overs[p].object, row))
				continue;
			memcpy(attr_field(row, parts[p].object), attr_value(row, overs[p].object),
			       row->size);
			attr_mark(parts[p].table, parts[p].object, row);
		}
	}
}

static void put_link_over(struct link *link, const struct link *over)
{
	/* Another kind is another link. */
	if (over->kind.id && over->kind.id != link->kind.id) {
		*link = *over;
		return;
	}
	put_over(OBJECT_LINK, link, over);
	if (over->peer.id) {
		link->peer = over->peer;
		link->peer_netns = over->peer_netns;
	}
}

static void add(struct overlay *overlay, enum object_type type, const void *have, const void *want,
		struct scene_change change)
{
	void *added = network_add(&overlay->network, type, have ? have : want,
				  (struct origin_in_file){ 0 });

	if (have && want && type == OBJECT_LINK)
		put_link_over(added, want);
	else if (have && want)
		put_over(type, added, want);
	*array_add(&overlay->changes[type], &overlay->counts[type], &overlay->rooms[type]) = change;
}

static void add_differences(struct overlay *overlay, const struct comparison *comparison,
			    const struct attr_context *context)
{
	for (size_t i = 0; i < comparison->count; i++) {
		const struct difference *difference = &comparison->items[i];
		const struct scene_change change = { sign_of(difference),
						     say(overlay, difference, context) };

		add(overlay, difference->type, difference->before, difference->after, change);
	}
}

/* The objects of one type of a network, to be found by what they are. */
struct finder {
	const void **items;
	struct key_index index;
};

static void finder_clear(struct finder *finder)
{
	key_index_clear(&finder->index);
	free(finder->items);
}

static struct finder finder_of(const struct network *network, enum object_type type)
{
	size_t count = network->objects[type].count;
	struct finder finder = { .items = memory_new(count + 1, sizeof(*finder.items)) };

	for (size_t i = 0; i < count; i++)
		finder.items[i] = network_at(network, type, i);
	key_index_make(&finder.index, type, finder.items, count);
	return finder;
}

static const void *find(const struct finder *finder, const void *key)
{
	size_t at = key_index_find(&finder->index, key);

	return at == SIZE_MAX ? NULL : finder->items[at];
}

/* What is as it is wanted, or is named by others only, has no difference. */
static void add_same(struct overlay *overlay, enum object_type type, const struct network *have,
		     const struct network *want)
{
	size_t count = want->objects[type].count;
	CLEANUP(pointer_free) bool *is_there = memory_new(count + 1, sizeof(*is_there));
	CLEANUP(finder_clear) struct finder added = finder_of(&overlay->network, type);
	CLEANUP(finder_clear) struct finder standing = finder_of(have, type);

	for (size_t i = 0; i < count; i++)
		is_there[i] = find(&added, network_at(want, type, i));
	for (size_t i = 0; i < count; i++) {
		const void *wanted = network_at(want, type, i);

		if (!is_there[i])
			add(overlay, type, find(&standing, wanted), wanted,
			    (struct scene_change){ SCENE_SAME, NULL });
	}
}

void overlay_make(struct overlay *overlay, const struct network *have, const struct network *want,
		  const struct comparison *comparison, const struct attr_context *context)
{
	*overlay = (struct overlay){ .network.names = context->names };
	add_differences(overlay, comparison, context);
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		add_same(overlay, types[i], have, want);
		/* A scene knows by that that it has differences, also where there is none. */
		if (!overlay->changes[types[i]])
			overlay->changes[types[i]] = memory_new(1, sizeof(struct scene_change));
	}
}
