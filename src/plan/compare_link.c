/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links compared: what is made, changed, made anew, removed, and what falls along with it. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "model/defaults.h"
#include "model/sysctl.h"
#include "plan/comparing.h"
#include "plan/link_values.h"

enum {
	VXLAN_PORT = 4789,   /* RFC 7348; the kernel's own default is 8472 */
	BRIDGE_PORTS = 1023, /* BR_MAX_PORTS - 1 of net/bridge/br_private.h */
};

#define HAS(pointer, member) ATTR_HAS(&link_table, link, pointer, member)
#define MARK(pointer, member) ATTR_MARK(&link_table, link, pointer, member)

struct wanted *wanted_find(const struct comparing *c, uint32_t netns, struct link_name name)
{
	struct link key = { .netns = { netns }, .name = name };
	size_t at = key_index_find(&c->wanted_links, &key);

	return at == SIZE_MAX ? NULL : &c->wanted[at];
}

struct standing *standing_find(const struct comparing *c, uint32_t netns, struct link_name name)
{
	struct link key = { .netns = { netns }, .name = name };
	size_t at = key_index_find(&c->standing_links, &key);

	return at == SIZE_MAX ? NULL : &c->standing[at];
}

static const char *name_of(const struct comparing *c, const struct link *link)
{
	return names_text(c->names, link->name.id);
}

static bool is_lo(const struct comparing *c, const struct link *link)
{
	return !strcmp(name_of(c, link), "lo");
}

static struct wanted *add_wanted(struct comparing *c, const struct link *link,
				 struct origin_in_file origin)
{
	struct wanted *wanted = array_add(&c->wanted, &c->wanted_count, &c->wanted_room);

	*wanted = (struct wanted){
		.link = arena_copy(&c->result->arena, link, sizeof(*link)),
		.have_at = SIZE_MAX,
		.peer = SIZE_MAX,
		.origin = origin,
	};
	return wanted;
}

static void index_wanted(struct comparing *c)
{
	key_index_clear(&c->wanted_links);
	free(c->wanted_items);
	c->wanted_items = memory_new(c->wanted_count + 1, sizeof(*c->wanted_items));
	for (size_t i = 0; i < c->wanted_count; i++)
		c->wanted_items[i] = c->wanted[i].link;
	key_index_make(&c->wanted_links, OBJECT_LINK, c->wanted_items, c->wanted_count);
}

static void become_peers(struct comparing *c, size_t a, size_t b)
{
	struct link *first = c->wanted[a].link, *second = c->wanted[b].link;

	c->wanted[a].peer = b;
	c->wanted[b].peer = a;
	second->peer = first->name;
	second->peer_netns = first->netns;
	if (!second->kind.id)
		link_set_kind(second, c->names, "veth");
}

/* Both ends of each veth; one that is named as an other end only is wanted, too. */
static void find_peers(struct comparing *c)
{
	size_t named = c->wanted_count;

	index_wanted(c);
	for (size_t i = 0; i < named; i++) {
		struct link *link = c->wanted[i].link;
		struct link other = { .netns = link->peer_netns,
				      .name = link->peer,
				      .manage = link->manage };
		struct wanted *found;

		if (!link->peer.id || c->wanted[i].peer != SIZE_MAX)
			continue;
		found = wanted_find(c, other.netns.id, other.name);
		if (!found) {
			MARK(&other, name);
			found = add_wanted(c, &other, c->wanted[i].origin);
			found->is_implied = true;
		}
		become_peers(c, i, (size_t)(found - c->wanted));
	}
	index_wanted(c);
}

/* A namespace that is made has a `lo`, which is brought up and marked. */
static void add_los(struct comparing *c)
{
	struct link lo = { .name = { names_of(c->names, "lo") } };

	MARK(&lo, name);
	for (size_t i = 0; i < c->spaces_count; i++) {
		struct space *space = &c->spaces[i];

		lo.netns.id = space->netns;
		if (space->is_owned && !space->is_gone && !wanted_find(c, space->netns, lo.name))
			add_wanted(c, &lo, (struct origin_in_file){ 0 })->is_implied = true;
	}
	index_wanted(c);
}

static bool is_null(const struct attr_table *table, const void *object, const struct attr *row)
{
	const struct attr_set *asked = (const void *)((const char *)object + table->asked);

	return asked->null & attr_bit(table, row);
}

void settle_nulls(struct link *link)
{
	struct part parts[PARTS];
	size_t count = link_parts(link, parts);

	for (size_t p = 0; p < count; p++) {
		const struct attr_table *table = parts[p].table;

		for (size_t i = 0; i < table->count; i++) {
			const struct attr *row = &table->rows[i];

			if (is_null(table, parts[p].object, row) &&
			    attr_default(table, row, link->kind_info,
					 attr_field(row, parts[p].object)))
				attr_mark(table, parts[p].object, row);
		}
	}
}

/* What the lab's own link has though nobody says it. */
static void settle_own(struct comparing *c, struct wanted *wanted)
{
	struct link *link = wanted->link;
	const char *alias = wanted->have ? names_text(c->names, wanted->have->alias.id) : "";
	bool names_alias =
		HAS(link, alias) || is_null(&link_table, link, ATTR_ROW(&link_table, link, alias));

	if (names_alias)
		alias = names_text(c->names, link->alias.id);
	else
		alias = lab_alias_split(alias).text;
	wanted->is_owned = true;
	wanted->alias = lab_alias(c->names, c->lab, false, alias);
	link->alias.id = wanted->alias;
	attr_drop(&link_table, link, ATTR_ROW(&link_table, link, group));
	if (!HAS(link, up) && !is_null(&link_table, link, ATTR_ROW(&link_table, link, up))) {
		link->up = true;
		MARK(link, up);
	}
}

void wanted_conflict(struct wanted *wanted, const char *why)
{
	wanted->action = ACTION_CONFLICT;
	wanted->why = why;
}

static void compare_values(struct comparing *c, struct wanted *wanted)
{
	wanted->attributes =
		attributes_compare(OBJECT_LINK, wanted->have, wanted->link, &c->result->arena);
	wanted->action = !wanted->attributes.count               ? ACTION_NONE
			 : attributes_fixed(&wanted->attributes) ? ACTION_REPLACE
								 : ACTION_CHANGE;
}

/* Only what the lab made may it remove to make it anew. */
static void compare_foreign(struct comparing *c, struct wanted *wanted)
{
	compare_values(c, wanted);
	if (wanted->action == ACTION_REPLACE)
		wanted_conflict(wanted,
				comparing_text(c,
					       "'%s' is fixed when it is made, and it is not "
					       "the lab's to be made anew",
					       attributes_fixed(&wanted->attributes)->name));
}

/* The alias, which is the lab's word and the user's text, is compared as a whole. */
static void compare_tagged(struct comparing *c, struct wanted *wanted)
{
	struct link *link = wanted->link;

	link->alias.id = wanted->alias;
	MARK(link, alias);
	compare_values(c, wanted);
}

static void compare_adopted(struct comparing *c, struct wanted *wanted)
{
	struct link *link = wanted->link;
	const char *text =
		HAS(link, alias)
			? names_text(c->names, link->alias.id)
			: lab_alias_split(names_text(c->names, wanted->have->alias.id)).text;

	wanted->alias = lab_alias(c->names, c->lab, true, text);
	link->alias.id = wanted->alias;
	MARK(link, alias);
	compare_foreign(c, wanted);
}

/* What the file names no more of somebody else's link is wanted to be as it was. */
static void want_former(struct comparing *c, struct wanted *wanted, enum owner owner)
{
	struct link *former =
		owner == OWNER_LAB || owner == OWNER_CLASH
			? NULL
			: former_values(c, &c->standing[wanted->have_at], wanted->link);

	if (former && !wanted->link->kind_info) {
		wanted->link->kind = former->kind;
		wanted->link->kind_info = former->kind_info;
	}
	if (former)
		link_add_values(wanted->link, former);
}

static void compare_standing(struct comparing *c, struct wanted *wanted)
{
	const struct standing *standing = &c->standing[wanted->have_at];
	uint8_t manage = wanted->link->manage;
	struct space *space = comparing_space(c, wanted->link->netns.id);
	enum owner owner = standing->owner;

	if (is_lo(c, wanted->link) && space && space->is_owned)
		owner = OWNER_LAB;
	want_former(c, wanted, owner);
	if (c->options->restores) {
		wanted->is_owned = true;
		wanted->alias = wanted->link->alias.id;
		compare_values(c, wanted);
	} else if (owner == OWNER_LAB) {
		settle_own(c, wanted);
		compare_tagged(c, wanted);
	} else if (owner == OWNER_ADOPTED) {
		compare_adopted(c, wanted);
	} else if (owner == OWNER_CLASH) {
		wanted_conflict(wanted, comparing_whose(c, standing->owner, standing->link));
	} else if (manage == MANAGE_PATCH || manage == MANAGE_EXPECT) {
		compare_foreign(c, wanted);
	} else if (owner == OWNER_NOBODY && (manage == MANAGE_ADOPT || c->options->adopt)) {
		compare_adopted(c, wanted);
		if (wanted->action != ACTION_CONFLICT)
			wanted->action = ACTION_ADOPT;
	} else {
		wanted_conflict(wanted, comparing_whose(c, standing->owner, standing->link));
	}
}

static void compare_missing(struct comparing *c, struct wanted *wanted)
{
	struct link *link = wanted->link;
	struct space *space = comparing_space(c, link->netns.id);

	if (c->options->restores) {
		wanted->is_owned = true;
		wanted->alias = link->alias.id;
		compare_values(c, wanted);
		wanted->action = ACTION_CREATE;
		if (!link->kind.id)
			wanted_conflict(wanted, "it is gone, and is none that can be made");
	} else if (is_lo(c, link) && space && space->is_made) {
		settle_own(c, wanted);
		compare_values(c, wanted);
		/* That it is brought up goes without saying. */
		wanted->is_implied |=
			wanted->attributes.count == 1 &&
			attributes_have(&wanted->attributes, ATTR_ROW(&link_table, link, up));
		wanted->action = wanted->is_implied ? ACTION_NONE : ACTION_CHANGE;
	} else if (link->manage == MANAGE_EXPECT) {
		wanted_conflict(wanted, "it is expected to be there");
	} else if (link->manage == MANAGE_PATCH) {
		wanted_conflict(wanted, "there is no such link to be changed");
	} else if (!link->kind.id) {
		wanted_conflict(wanted, "there is no such link, and no 'type' to make it of");
	} else {
		compare_values(c, wanted);
		settle_own(c, wanted);
		wanted->action = ACTION_CREATE;
	}
}

static void match(struct comparing *c)
{
	for (size_t i = 0; i < c->wanted_count; i++) {
		struct wanted *wanted = &c->wanted[i];
		size_t at = key_index_find(&c->standing_links, wanted->link);

		if (at != SIZE_MAX) {
			wanted->have_at = at;
			wanted->have = c->standing[at].link;
			c->standing[at].wanted = i;
			settle_nulls(wanted->link);
			compare_standing(c, wanted);
		} else {
			compare_missing(c, wanted);
		}
	}
}

static void tell_wanted(struct comparing *c)
{
	for (size_t i = 0; i < c->wanted_count; i++) {
		struct wanted *wanted = &c->wanted[i];
		bool again = wanted->action == ACTION_NONE &&
			     (wanted->loses_master || (!wanted->have && wanted->is_implied));
		struct difference *difference;

		wanted->difference = (uint32_t)c->result->count;
		if (wanted->action == ACTION_NONE && !again) {
			c->result->totals[ACTION_NONE] += !wanted->is_implied;
			continue;
		}
		difference =
			difference_add(c, OBJECT_LINK, wanted->action, wanted->have, wanted->link);
		difference->attributes = wanted->attributes;
		difference->why = wanted->why;
		difference->origin = wanted->origin;
		difference->again = again;
		if (again && wanted->is_implied)
			c->result->totals[ACTION_NONE]--;
	}
}

/* The alias of a `lo` is its namespace's. */
static bool is_given_back(const struct comparing *c, const struct standing *standing)
{
	const struct space *space = comparing_space(c, standing->link->netns.id);

	return standing->owner == OWNER_ADOPTED && !c->options->no_prune &&
	       !(is_lo(c, standing->link) && space && space->is_wanted);
}

/*
 * A link goes with its namespace, unless what it keeps is needed before, or is
 * kept for a while after the namespace has gone: a vxlan's VNI and port.
 */
static bool falls_with_netns(const struct comparing *c, const struct standing *standing)
{
	const struct space *space = comparing_space(c, standing->link->netns.id);
	const struct link_kind *kind = standing->link->kind_info;

	return space && space->is_gone && !standing->is_early &&
	       !(kind && !strcmp(kind->name, "vxlan"));
}

/* Somebody else's link that the file does not name has back what it had. */
static void tell_given_back(struct comparing *c, const struct standing *standing)
{
	const struct link *have = standing->link;
	struct link told = *have;
	bool releases = is_given_back(c, standing);
	struct link *after = former_values(c, standing, NULL);
	struct difference *difference;

	if (!after && !releases)
		return;
	if (!after) {
		after = arena_new(&c->result->arena, sizeof(*after));
		link_begin(after, have);
	}
	/* That the lab's word goes from its alias is no value that changes. */
	if (releases)
		told.alias.id = names_of(
			c->names, lab_alias_split(names_text(c->names, have->alias.id)).text);
	if (releases && !HAS(after, alias)) {
		after->alias = told.alias;
		MARK(after, alias);
	}
	difference = difference_add(c, OBJECT_LINK, releases ? ACTION_DELETE : ACTION_CHANGE, have,
				    after);
	difference->attributes = attributes_compare(OBJECT_LINK, &told, after, &c->result->arena);
	difference->releases = releases;
	difference->gives_back = true;
}

static void tell_others(struct comparing *c)
{
	for (size_t i = 0; i < c->standing_count; i++) {
		struct standing *standing = &c->standing[i];
		struct difference *difference;

		if (standing->wanted != SIZE_MAX)
			continue;
		if (comparing_is_pruned(c, standing)) {
			difference =
				difference_add(c, OBJECT_LINK, ACTION_DELETE, standing->link, NULL);
			difference->falls = !standing->is_root || falls_with_netns(c, standing);
		} else if (standing->falls) {
			comparing_loses(c, standing, "it would fall with",
					c->standing[standing->cause].link);
		} else {
			tell_given_back(c, standing);
		}
	}
}

/* The 1024th port of a bridge is refused (EXFULL), and takes what is made with it along. */
static int count_ports(const struct comparing *c, struct error *error)
{
	uint32_t *ports = memory_new(c->wanted_count + 1, sizeof(*ports));
	int r = 0;

	for (size_t i = 0; !r && i < c->wanted_count; i++) {
		const struct link *link = c->wanted[i].link;
		struct wanted *bridge =
			link->master.id ? wanted_find(c, link->netns.id, link->master) : NULL;

		if (bridge && ++ports[bridge - c->wanted] > BRIDGE_PORTS)
			r = error_usage(error,
					"bridge '%s' would have more than %d ports, which is all a "
					"bridge can have",
					name_of(c, bridge->link), BRIDGE_PORTS);
	}
	free(ports);
	return r;
}

uint32_t comparing_sysctl_link(const struct comparing *c, const char *key)
{
	return sysctl_link(c->names, key);
}

static void find_late_ups(struct comparing *c)
{
	for (size_t i = 0; i < c->want->objects[OBJECT_SYSCTL].count; i++) {
		const struct sysctl *sysctl = network_at(c->want, OBJECT_SYSCTL, i);
		struct space *space = comparing_space(c, sysctl->netns.id);

		if (space && comparing_sysctl_link(c, names_text(c->names, sysctl->key.id)))
			space->late_up = true;
	}
}

int compare_links(struct comparing *c, struct error *error)
{
	int r;

	for (size_t i = 0; i < c->want->objects[OBJECT_LINK].count; i++)
		add_wanted(c, network_at(c->want, OBJECT_LINK, i),
			   network_origin(c->want, OBJECT_LINK, i));
	find_peers(c);
	add_los(c);
	r = count_ports(c, error);
	if (r < 0)
		return r;
	find_late_ups(c);
	match(c);
	compare_fallen(c);
	compare_lost_ports(c);
	/* What is made gets the port ovl always names: the kernel's own is another. */
	for (size_t i = 0; i < c->wanted_count; i++) {
		struct link *link = c->wanted[i].link;

		if (is_made(&c->wanted[i]) && link->kind_info &&
		    !strcmp(link->kind_info->name, "vxlan") &&
		    !ATTR_HAS(&vxlan_table, vxlan, &link->data.vxlan, dstport)) {
			link->data.vxlan.dstport = VXLAN_PORT;
			ATTR_MARK(&vxlan_table, vxlan, &link->data.vxlan, dstport);
		}
	}
	tell_wanted(c);
	tell_others(c);
	compare_forgotten(c);
	return 0;
}
