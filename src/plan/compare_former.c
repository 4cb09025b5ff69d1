/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others' links and settings get back when the lab's file names them no more. */
#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "model/sysctl.h"
#include "plan/comparing.h"
#include "plan/link_values.h"

#define ROW(member) ATTR_ROW(&link_table, link, member)

void former_find(struct comparing *c)
{
	const struct compare_options *options = c->options;

	if (!options->last || options->no_prune || options->restores)
		return;
	c->last_links = finder_of(options->last, OBJECT_LINK);
	if (options->former)
		c->former_links = finder_of(options->former, OBJECT_LINK);
}

static void put_name(struct comparing *c, uint32_t name)
{
	const char *string = names_text(c->names, name);

	text_escaped(&c->result->left, string, strlen(string));
}

static void tell_left(struct comparing *c, const char *what, uint32_t netns, uint32_t name)
{
	struct text *left = &c->result->left;

	text_printf(left, "%s%s '", left->length ? ", " : "", what);
	put_name(c, name);
	text_puts(left, "'");
	if (netns) {
		text_puts(left, " in namespace '");
		put_name(c, netns);
		text_puts(left, "'");
	}
}

static void leave(struct comparing *c, const struct link *link, const struct attr *row)
{
	tell_left(c, comparing_text(c, "%s of", row->name), link->netns.id, link->name.id);
}

/* With every value settled, as it is to be compared with a link of the kind of `like`. */
static struct link settled(const struct link *link, const struct link *like)
{
	struct link copy = *link;

	copy.peer.id = copy.peer_netns.id = 0;
	if (!copy.kind_info) {
		copy.kind = like->kind;
		copy.kind_info = like->kind_info;
	}
	settle_nulls(&copy);
	return copy;
}

/* Whether the value names a link that is not there. */
static bool leads_nowhere(const struct comparing *c, const struct link *was, const struct attr *row,
			  const void *part)
{
	struct link_name name = { 0 };

	if (row->type != &attr_type_link_name)
		return false;
	memcpy(&name, attr_value(row, part), sizeof(name));
	return name.id && !standing_find(c, was->netns.id, name);
}

struct giving {
	struct comparing *c;
	const struct link *have, *want, *said, *was;
	struct attributes changed; /* what is not as the last file made it */
	struct link *after;
};

/*
 * What it was as a port means nothing at another bridge: where the lab changed that, it
 * comes back with the master and not by itself.
 */
static bool is_same_port(const struct giving *giving)
{
	const struct attr *master = ROW(master);

	return giving->have->master.id && !link_names(giving->was, &link_table, master) &&
	       !attributes_have(&giving->changed, master) &&
	       (!giving->want || !link_names(giving->want, &link_table, master) ||
		link_names(giving->said, &link_table, master));
}

static void give(struct giving *giving, const struct attribute *attribute)
{
	struct comparing *c = giving->c;
	const struct attr *row = attribute->row;
	const struct attr_table *table = attribute->table;
	const void *part;

	if (attribute->aspect != ASPECT_ROW || !link_names(giving->said, table, row) ||
	    (giving->want && link_names(giving->want, table, row)))
		return;
	if (table == &bridge_port_table && !is_same_port(giving))
		return;
	part = attributes_part(OBJECT_LINK, giving->was, table);
	if (attributes_have(&giving->changed, row) || attribute->forces_replace ||
	    leads_nowhere(c, giving->was, row, part)) {
		leave(c, giving->have, row);
		return;
	}
	if (!giving->after) {
		giving->after = arena_new(&c->result->arena, sizeof(*giving->after));
		link_begin(giving->after, giving->have);
	}
	value_copy(table, row, part, link_part(giving->after, table));
	/* What it was as a port of that master comes with it. */
	if (row == ROW(master) && giving->was->master.id)
		giving->after->port = giving->was->port;
}

struct link *former_values(struct comparing *c, const struct standing *standing,
			   const struct link *want)
{
	const struct link *former = finder_find(&c->former_links, standing->link);
	const struct link *last = finder_find(&c->last_links, standing->link);
	struct link have = *standing->link, said, was;
	struct giving giving = { .c = c, .have = standing->link, .want = want };
	struct attributes differs;

	if (!former || !last || (former->kind.id && former->kind.id != have.kind.id))
		return NULL;
	/* The lab's word in front of the alias of what was taken over is not the file's. */
	if (standing->owner == OWNER_ADOPTED)
		have.alias.id = names_of(c->names,
					 lab_alias_split(names_text(c->names, have.alias.id)).text);
	giving.said = &said;
	giving.was = &was;
	said = settled(last, &have);
	was = settled(former, &have);
	giving.changed = attributes_compare(OBJECT_LINK, &have, &said, &c->result->arena);
	differs = attributes_compare(OBJECT_LINK, &have, &was, &c->result->arena);
	for (size_t i = 0; i < differs.count; i++)
		give(&giving, &differs.items[i]);
	return giving.after;
}

const struct sysctl *former_sysctl(struct comparing *c, const struct sysctl *former,
				   const struct sysctl *last, const struct sysctl *have)
{
	if (have->value.id == former->value.id)
		return NULL;
	if (have->value.id == last->value.id)
		return former;
	tell_left(c, "the setting", have->netns.id, have->key.id);
	return NULL;
}
