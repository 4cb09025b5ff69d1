/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/compare.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "model/netns.h"
#include "plan/comparing.h"
#include "plan/order.h"

const char *const action_names[ACTIONS] = {
	[ACTION_CREATE] = "create", [ACTION_CHANGE] = "change", [ACTION_REPLACE] = "replace",
	[ACTION_DELETE] = "delete", [ACTION_ADOPT] = "adopt",   [ACTION_CONFLICT] = "conflict",
};

const char *comparing_text(struct comparing *c, const char *format, ...)
{
	va_list arguments;
	char text[512];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return arena_copy(&c->result->arena, text, strlen(text) + 1);
}

struct difference *difference_add(struct comparing *c, enum object_type type, enum action action,
				  const void *before, const void *after)
{
	struct comparison *result = c->result;
	struct difference *difference = array_add(&result->items, &result->count, &result->room);

	*difference = (struct difference){
		.type = type,
		.action = action,
		.before = before,
		.after = after,
	};
	result->totals[action]++;
	return difference;
}

static size_t space_slot(const struct comparing *c, uint32_t netns)
{
	size_t at = (netns * 2654435761U) & (c->spaces_size - 1);

	while (c->space_slots[at] && c->spaces[c->space_slots[at] - 1].netns != netns)
		at = (at + 1) & (c->spaces_size - 1);
	return at;
}

struct space *comparing_space(const struct comparing *c, uint32_t netns)
{
	uint32_t slot = c->space_slots[space_slot(c, netns)];

	return slot ? &c->spaces[slot - 1] : NULL;
}

static struct space *space_add(struct comparing *c, uint32_t netns)
{
	size_t slot = space_slot(c, netns);
	struct space *space;

	if (c->space_slots[slot])
		return &c->spaces[c->space_slots[slot] - 1];
	space = array_add(&c->spaces, &c->spaces_count, &c->spaces_room);
	space->netns = netns;
	c->space_slots[slot] = (uint32_t)c->spaces_count;
	return space;
}

static void find_spaces(struct comparing *c)
{
	const struct objects *have = &c->have->objects[OBJECT_NETNS];
	const struct objects *want = &c->want->objects[OBJECT_NETNS];
	struct space *space;

	c->spaces_size = 16;
	while (c->spaces_size < 2 * (have->count + want->count + 1))
		c->spaces_size *= 2;
	c->space_slots = memory_new(c->spaces_size, sizeof(*c->space_slots));
	space_add(c, 0)->exists = true;
	for (size_t i = 0; i < have->count; i++) {
		const struct netns *netns = network_at(c->have, OBJECT_NETNS, i);

		space = space_add(c, netns->name.id);
		space->exists = true;
		space->have = netns;
	}
	for (size_t i = 0; i < want->count; i++) {
		const struct netns *netns = network_at(c->want, OBJECT_NETNS, i);

		space_add(c, netns->name.id);
	}
}

/* The `lo` of a namespace says whose it is. */
static const struct link *lo_of(const struct comparing *c, uint32_t netns, uint32_t lo)
{
	const struct standing *standing = standing_find(c, netns, (struct link_name){ lo });

	return standing ? standing->link : NULL;
}

static enum owner owner_of(const struct comparing *c, uint32_t netns, uint32_t lo)
{
	const struct link *link = lo_of(c, netns, lo);

	return link ? lab_owner(c->lab, c->names, link) : OWNER_NOBODY;
}

static struct difference *add_netns(struct comparing *c, enum action action,
				    const struct netns *before, const struct netns *after,
				    struct origin_in_file origin, const char *why)
{
	struct difference *difference = difference_add(c, OBJECT_NETNS, action, before, after);

	difference->origin = origin;
	difference->why = why;
	return difference;
}

const char *comparing_whose(struct comparing *c, enum owner owner, const struct link *link)
{
	struct lab_alias alias = lab_alias_split(link ? names_text(c->names, link->alias.id) : "");

	if (owner == OWNER_CLASH)
		return comparing_text(c,
				      "the names of the labs '%s' and '%.*s' have the same hash: "
				      "one of them needs another name",
				      c->lab, (int)alias.length, alias.lab);
	if (owner == OWNER_OTHER)
		return comparing_text(c, "it belongs to the lab '%.*s'", (int)alias.length,
				      alias.lab);
	return "it exists and is not the lab's own";
}

#define HAS_ID(pointer) ATTR_HAS(&netns_table, netns, pointer, id)

/* The kernel gives one once: "Peer netns already has a nsid assigned". */
static bool has_other_id(const struct netns *have, const struct netns *want)
{
	return HAS_ID(want) && want->id >= 0 && HAS_ID(have) && have->id != want->id;
}

static bool lacks_id(const struct netns *have, const struct netns *want)
{
	return HAS_ID(want) && !HAS_ID(have) && have->id < 0;
}

/* Told as "none -> 42". */
static void add_id(struct comparing *c, struct difference *difference, const struct netns *have,
		   const struct netns *want)
{
	struct netns *before = arena_copy(&c->result->arena, have, sizeof(*have));

	before->id = 0;
	difference->before = before;
	difference->attributes = attributes_compare(OBJECT_NETNS, NULL, want, &c->result->arena);
}

/* One that is there, and is the lab's or is to become that. */
static void compare_there(struct comparing *c, const struct netns *have, const struct netns *want,
			  bool adopts, struct origin_in_file origin)
{
	struct difference *difference;

	if (has_other_id(have, want)) {
		add_netns(c, ACTION_CONFLICT, have, want, origin,
			  comparing_text(c,
					 "its id is %d, not %d, and the kernel changes none: it "
					 "would have to be made anew",
					 have->id, want->id));
	} else if (adopts || lacks_id(have, want)) {
		difference = add_netns(c, adopts ? ACTION_ADOPT : ACTION_CHANGE, have, want, origin,
				       NULL);
		if (lacks_id(have, want))
			add_id(c, difference, have, want);
	} else {
		c->result->totals[ACTION_NONE]++;
	}
}

static void compare_netns(struct comparing *c, size_t i, uint32_t lo)
{
	const struct netns *want = network_at(c->want, OBJECT_NETNS, i);
	struct origin_in_file origin = network_origin(c->want, OBJECT_NETNS, i);
	struct space *space = comparing_space(c, want->name.id);
	enum owner owner = owner_of(c, want->name.id, lo);
	bool adopts = want->manage == MANAGE_ADOPT || c->options->adopt;

	space->is_wanted = true;
	if (c->options->restores) {
		space->is_made = !space->exists;
		if (space->is_made)
			add_netns(c, ACTION_CREATE, NULL, want, origin, NULL);
		return;
	}
	if (!space->exists) {
		bool makes = want->manage == MANAGE_OWN || want->manage == MANAGE_ADOPT;

		space->is_made = space->is_owned = makes;
		add_netns(c, makes ? ACTION_CREATE : ACTION_CONFLICT, NULL, want, origin,
			  makes ? NULL : "there is no such namespace");
		return;
	}
	space->is_owned = owner == OWNER_LAB;
	if (owner == OWNER_LAB || owner == OWNER_ADOPTED || want->manage == MANAGE_PATCH ||
	    want->manage == MANAGE_EXPECT)
		compare_there(c, space->have, want, false, origin);
	else if (owner == OWNER_NOBODY && adopts)
		compare_there(c, space->have, want, true, origin);
	else
		add_netns(c, ACTION_CONFLICT, want, want, origin,
			  comparing_whose(c, owner, lo_of(c, want->name.id, lo)));
}

/* Of what is restored those go that `last` has. */
static void find_made_spaces(struct comparing *c)
{
	const struct network *last = c->options->last;

	for (size_t i = 0; last && i < last->objects[OBJECT_NETNS].count; i++) {
		const struct netns *netns = network_at(last, OBJECT_NETNS, i);
		struct space *space = comparing_space(c, netns->name.id);

		if (space)
			space->is_owned = true;
	}
}

static void compare_namespaces(struct comparing *c)
{
	const struct objects *have = &c->have->objects[OBJECT_NETNS];
	const struct objects *want = &c->want->objects[OBJECT_NETNS];
	uint32_t lo = names_of(c->names, "lo");

	if (c->options->restores)
		find_made_spaces(c);
	for (size_t i = 0; i < want->count; i++)
		compare_netns(c, i, lo);
	for (size_t i = 0; i < have->count; i++) {
		const struct netns *netns = network_at(c->have, OBJECT_NETNS, i);
		struct space *space = comparing_space(c, netns->name.id);

		if (space->is_wanted)
			continue;
		if (!c->options->restores)
			space->is_owned = owner_of(c, netns->name.id, lo) == OWNER_LAB;
		if (c->options->no_prune)
			continue;
		space->is_gone = space->is_owned;
		if (space->is_gone)
			difference_add(c, OBJECT_NETNS, ACTION_DELETE, netns, NULL);
		/* One that was adopted is given back by its `lo`: compare_link.c. */
	}
}

static void clear(struct comparing *c)
{
	free(c->spaces);
	free(c->space_slots);
	free(c->wanted);
	free(c->standing);
	free(c->wanted_items);
	free(c->standing_items);
	key_index_clear(&c->wanted_links);
	key_index_clear(&c->standing_links);
	finder_clear(&c->former_links);
	finder_clear(&c->last_links);
}

/* Of what is restored that is to go which `last` has, and nothing else is anybody's. */
static void find_made(struct comparing *c)
{
	const struct network *last = c->options->last;

	for (size_t i = 0; i < c->standing_count; i++)
		c->standing[i].owner = OWNER_NOBODY;
	for (size_t i = 0; last && i < last->objects[OBJECT_LINK].count; i++) {
		size_t at = key_index_find(&c->standing_links, network_at(last, OBJECT_LINK, i));

		if (at != SIZE_MAX)
			c->standing[at].owner = OWNER_LAB;
	}
}

static void find_standing(struct comparing *c)
{
	c->standing_count = c->have->objects[OBJECT_LINK].count;
	c->standing = memory_new(c->standing_count + 1, sizeof(*c->standing));
	c->standing_items = memory_new(c->standing_count + 1, sizeof(*c->standing_items));
	for (size_t i = 0; i < c->standing_count; i++) {
		const struct link *link = network_at(c->have, OBJECT_LINK, i);

		c->standing[i] = (struct standing){
			.link = link,
			.owner = lab_owner(c->lab, c->names, link),
			.wanted = SIZE_MAX,
			.cause = SIZE_MAX,
		};
		c->standing_items[i] = link;
	}
	key_index_make(&c->standing_links, OBJECT_LINK, c->standing_items, c->standing_count);
	if (c->options->restores)
		find_made(c);
}

int compare(const struct network *have, const struct network *want, const char *lab,
	    const struct compare_options *options, struct comparison *comparison,
	    struct error *error)
{
	struct comparing c = {
		.have = have,
		.want = want,
		.lab = lab,
		.options = options,
		.names = want->names ? want->names : have->names,
		.result = comparison,
	};
	int r;

	find_spaces(&c);
	find_standing(&c);
	former_find(&c);
	compare_namespaces(&c);
	r = compare_links(&c, error);
	if (!r) {
		compare_entries(&c);
		compare_sysctls(&c);
		order_steps(&c);
	}
	clear(&c);
	if (r < 0)
		comparison_clear(comparison);
	return r;
}

void comparison_clear(struct comparison *comparison)
{
	free(comparison->items);
	free(comparison->steps);
	plan_clear(&comparison->plan);
	text_clear(&comparison->left);
	for (size_t i = 0; i < VNI_SIDES; i++)
		network_clear(&comparison->vnis[i]);
	arena_clear(&comparison->arena);
	*comparison = (struct comparison){ 0 };
}

int comparison_exit(const struct comparison *comparison)
{
	if (comparison->totals[ACTION_CONFLICT])
		return EXIT_CONFLICT;
	for (size_t action = ACTION_CREATE; action < ACTIONS; action++)
		if (comparison->totals[action])
			return EXIT_DIFFERENT;
	return EXIT_DONE;
}
