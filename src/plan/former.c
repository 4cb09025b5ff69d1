/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/former.h"

#include "base/names.h"
#include "model/defaults.h"
#include "model/lab.h"
#include "model/link.h"
#include "model/sysctl.h"
#include "plan/compare.h"
#include "plan/finder.h"
#include "plan/link_values.h"

struct recording {
	const struct network *have, *last;
	const char *lab;
	struct names *names;
	struct network *fresh;
	struct finder owners, said;               /* links as they are, links of the last file */
	struct finder said_entries[OBJECT_TYPES]; /* made when one is looked for */
	const struct network *vnis;               /* of the comparison: enum vni_side */
	bool any;
};

static bool is_named(const struct recording *recording, const struct link *link,
		     const struct attr_table *table, const struct attr *row)
{
	const struct link *said = finder_find(&recording->said, link);

	return said && link_says(said, table, row);
}

static const enum object_type entry_types[] = { OBJECT_ADDRESS, OBJECT_NEIGHBOUR, OBJECT_FDB,
						OBJECT_ROUTE,   OBJECT_VNI,       OBJECT_ALTNAME };

enum { ENTRY_TYPES = sizeof(entry_types) / sizeof(*entry_types) };

/* What the last file names of what was remembered. */
static void keep_link(struct recording *recording, const struct link *former)
{
	struct link kept = *former;
	struct part parts[PARTS];
	size_t count = link_parts(&kept, parts);
	bool any = false;

	for (size_t p = 0; p < count; p++) {
		const struct attr_table *table = parts[p].table;
		struct attr_set *asked = attr_asked(table, parts[p].object);

		for (uint64_t left = asked->value | asked->null; left; left &= left - 1) {
			const struct attr *row = &table->rows[__builtin_ctzll(left)];

			if (row->traits & ATTR_KEY)
				continue;
			if (is_named(recording, former, table, row)) {
				any = true;
				continue;
			}
			asked->null &= ~attr_bit(table, row);
			attr_drop(table, parts[p].object, row);
		}
	}
	if (any)
		network_add(recording->fresh, OBJECT_LINK, &kept, (struct origin_in_file){ 0 });
}

/* The link among those remembered; made when it is not there. */
static struct link *remembered(struct recording *recording, const struct link *before)
{
	struct link blank;
	size_t at;

	if (network_find(recording->fresh, OBJECT_LINK, before, &at)) {
		struct link *link = network_at(recording->fresh, OBJECT_LINK, at);

		if (!link->kind.id) {
			link->kind = before->kind;
			link->kind_info = before->kind_info;
		}
		return link;
	}
	link_begin(&blank, before);
	return network_add(recording->fresh, OBJECT_LINK, &blank, (struct origin_in_file){ 0 });
}

static int remember_named(void *cookie, uint32_t netns, struct link_name *name)
{
	struct link key = { .netns = { netns }, .name = *name };

	remembered(cookie, &key);
	return 0;
}

/* Beside the links it names: a file that says it has to say those. */
static void remember_entry(struct recording *recording, enum object_type type, const void *entry)
{
	void *copy = object_copy(type, entry, &recording->fresh->arena);

	object_links(type, copy, remember_named, recording);
	network_add(recording->fresh, type, copy, (struct origin_in_file){ 0 });
}

/* Whether the last file names it. */
static bool is_said(struct recording *recording, enum object_type type, const void *entry)
{
	const struct network *last =
		type == OBJECT_VNI ? &recording->vnis[VNI_LAST] : recording->last;
	struct finder *finder = &recording->said_entries[type];

	if (!finder->items && last)
		*finder = finder_of(last, type);
	return finder_find(finder, entry);
}

static void keep_entries(struct recording *recording, const struct network *former,
			 enum object_type type)
{
	const struct network *in = type == OBJECT_VNI ? &recording->vnis[VNI_FORMER] : former;

	for (size_t i = 0; i < in->objects[type].count; i++) {
		const void *entry = network_at(in, type, i);

		if (is_said(recording, type, entry))
			remember_entry(recording, type, entry);
	}
}

static bool is_reset_by(const struct recording *recording, const struct sysctl *sysctl,
			const struct sysctl *by)
{
	return sysctl->netns.id == by->netns.id &&
	       sysctl_is_reset(names_text(recording->names, sysctl->key.id),
			       names_text(recording->names, by->key.id));
}

static bool is_reset_by_any(const struct recording *recording, const struct network *network,
			    const struct sysctl *sysctl)
{
	for (size_t i = 0; i < network->objects[OBJECT_SYSCTL].count; i++)
		if (is_reset_by(recording, sysctl, network_at(network, OBJECT_SYSCTL, i)))
			return true;
	return false;
}

static void keep(struct recording *recording, const struct network *former)
{
	const struct network *last = recording->last;
	struct finder said;

	if (!former || !last)
		return;
	for (size_t i = 0; i < former->objects[OBJECT_LINK].count; i++)
		keep_link(recording, network_at(former, OBJECT_LINK, i));
	said = finder_of(last, OBJECT_SYSCTL);
	for (size_t i = 0; i < former->objects[OBJECT_SYSCTL].count; i++) {
		const void *sysctl = network_at(former, OBJECT_SYSCTL, i);

		if (finder_find(&said, sysctl) || is_reset_by_any(recording, last, sysctl))
			network_add(recording->fresh, OBJECT_SYSCTL, sysctl,
				    (struct origin_in_file){ 0 });
	}
	finder_clear(&said);
	for (size_t t = 0; t < ENTRY_TYPES; t++)
		keep_entries(recording, former, entry_types[t]);
}

/* The alias of a link that was taken over has the lab's word in front. */
static uint32_t text_of(struct recording *recording, const struct link *before)
{
	const char *text = lab_alias_split(names_text(recording->names, before->alias.id)).text;

	return *text ? names_of(recording->names, text) : 0;
}

/* For what is none a file has `null` and no other word. */
static bool has_none(const struct attr *row)
{
	return row->type == &attr_type_link_name || row->type == &attr_type_label ||
	       row->type == &attr_type_address;
}

static void remember(struct recording *recording, const struct link *before,
		     const struct attr_table *table, const struct attr *row)
{
	const void *part = attributes_part(OBJECT_LINK, before, table);
	struct link *link = remembered(recording, before);
	struct link own = *before;
	void *to = link_part(link, table);

	/* Somebody made another kind of link of that name: what was remembered is not its. */
	if (!to || !part || link_names(link, table, row))
		return;
	if (table == &link_table) {
		own.alias.id = text_of(recording, before);
		part = &own;
	}
	recording->any = true;
	if (attr_has(table, part, row) && !(attr_is_zero(row, part) && has_none(row)))
		value_copy(table, row, part, to);
	else
		attr_asked(table, to)->null |= attr_bit(table, row);
}

/* A port that gets another master loses all that it was at its own. */
static void remember_port(struct recording *recording, const struct link *before)
{
	for (size_t i = 0; before->master.id && i < bridge_port_table.count; i++) {
		const struct attr *row = &bridge_port_table.rows[i];

		/* Its state follows the carrier. */
		if (attr_has(&bridge_port_table, &before->port, row) &&
		    !(row->traits & (ATTR_KEY | ATTR_STATUS | ATTR_ACTION)) &&
		    row->offset != offsetof(struct bridge_port, state) &&
		    !attr_has_default(&bridge_port_table, row, before->kind_info, &before->port))
			remember(recording, before, &bridge_port_table, row);
	}
}

/* Of a link its own name says whose it is, of `lo` whose its namespace is. */
static bool is_owned(const struct recording *recording, const struct link *link)
{
	return lab_owner(recording->lab, recording->names, link) == OWNER_LAB;
}

static void record_link(struct recording *recording, const struct difference *difference)
{
	const struct link *before = difference->before;
	const struct attr *master = ATTR_ROW(&link_table, link, master);

	if (is_owned(recording, before))
		return;
	for (size_t i = 0; i < difference->attributes.count; i++) {
		const struct attribute *attribute = &difference->attributes.items[i];
		const struct link *after = difference->after;

		if (attribute->aspect != ASPECT_ROW)
			continue;
		/* That it is taken over now is not what the file says of its alias. */
		if (attribute->row == ATTR_ROW(&link_table, link, alias) &&
		    lab_alias_split(names_text(recording->names, after->alias.id)).length &&
		    text_of(recording, after) == text_of(recording, before))
			continue;
		if (attribute->table == &bridge_port_table && !before->master.id)
			continue;
		remember(recording, before, attribute->table, attribute->row);
		if (attribute->row == master)
			remember_port(recording, before);
	}
}

static void record_sysctl(struct recording *recording, const struct difference *difference)
{
	const struct sysctl *before = difference->before;
	struct link lo = { .netns = before->netns, .name = { names_of(recording->names, "lo") } };
	struct link device = { .netns = before->netns,
			       .name = { sysctl_link(
				       recording->names,
				       names_text(recording->names, before->key.id)) } };
	const struct link *its = device.name.id ? finder_find(&recording->owners, &device) : NULL;
	const struct link *netns = before->netns.id ? finder_find(&recording->owners, &lo) : NULL;

	if ((netns && is_owned(recording, netns)) || (its && is_owned(recording, its)) ||
	    network_find(recording->fresh, OBJECT_SYSCTL, before, NULL))
		return;
	recording->any = true;
	network_add(recording->fresh, OBJECT_SYSCTL, before, (struct origin_in_file){ 0 });
	for (size_t i = 0; i < recording->have->objects[OBJECT_SYSCTL].count; i++) {
		const struct sysctl *along = network_at(recording->have, OBJECT_SYSCTL, i);

		if (is_reset_by(recording, along, before) &&
		    !network_find(recording->fresh, OBJECT_SYSCTL, along, NULL))
			network_add(recording->fresh, OBJECT_SYSCTL, along,
				    (struct origin_in_file){ 0 });
	}
}

static int is_owned_link(void *cookie, uint32_t netns, struct link_name *name)
{
	const struct recording *recording = cookie;
	const struct link key = { .netns = { netns }, .name = *name };
	const struct link *link = finder_find(&recording->owners, &key);

	return link && is_owned(recording, link);
}

/* Whether the lab, this one or another, made the namespace or link an entry is in. */
static bool is_place_owned(struct recording *recording, enum object_type type, void *entry)
{
	struct link_name lo = { names_of(recording->names, "lo") };
	uint32_t netns = object_netns(type, entry);

	return (netns && is_owned_link(recording, netns, &lo)) ||
	       object_links(type, entry, is_owned_link, recording);
}

/*
 * An entry that was there before the lab changed it; an altname that the lab gives. What the
 * last file names is the lab's, or was remembered when it came.
 */
static void record_entry(struct recording *recording, const struct difference *difference)
{
	enum object_type type = difference->type;
	bool is_altname = type == OBJECT_ALTNAME;
	const void *was = is_altname ? difference->after : difference->before;
	void *entry;

	if (!was || (is_altname && difference->action != ACTION_CREATE) ||
	    (!is_altname &&
	     (!difference->after || lab_entry_is_marked(type, was) ||
	      (difference->action != ACTION_CHANGE && difference->action != ACTION_REPLACE))))
		return;
	entry = object_copy(type, was, &recording->fresh->arena);
	if (is_place_owned(recording, type, entry) ||
	    network_find(recording->fresh, type, entry, NULL) || is_said(recording, type, entry))
		return;
	recording->any = true;
	remember_entry(recording, type, entry);
}

bool former_record(const struct comparison *comparison, const struct network *have, const char *lab,
		   const struct network *last, const struct network *former, struct network *fresh)
{
	const struct network none = { 0 };
	struct recording recording = {
		.have = have,
		.last = last,
		.lab = lab,
		.names = fresh->names,
		.fresh = fresh,
		.owners = finder_of(have, OBJECT_LINK),
		.said = finder_of(last ? last : &none, OBJECT_LINK),
		.vnis = comparison->vnis,
	};

	for (size_t type = 0; type < OBJECT_TYPES; type++)
		network_index(fresh, (enum object_type)type);
	keep(&recording, former);
	for (size_t i = 0; i < comparison->count; i++) {
		const struct difference *difference = &comparison->items[i];

		if (difference->gives_back)
			continue;
		if (difference->type != OBJECT_LINK && difference->type != OBJECT_SYSCTL &&
		    difference->type != OBJECT_NETNS) {
			record_entry(&recording, difference);
			continue;
		}
		if (!difference->before || !difference->after ||
		    (difference->action != ACTION_CHANGE && difference->action != ACTION_ADOPT))
			continue;
		if (difference->type == OBJECT_LINK)
			record_link(&recording, difference);
		else if (difference->type == OBJECT_SYSCTL)
			record_sysctl(&recording, difference);
	}
	finder_clear(&recording.owners);
	finder_clear(&recording.said);
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		finder_clear(&recording.said_entries[type]);
	return recording.any;
}
