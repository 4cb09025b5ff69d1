/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/link_values.h"

#include <string.h>

#include "model/link.h"

void link_begin(struct link *link, const struct link *like)
{
	*link = (struct link){ .netns = like->netns,
			       .name = like->name,
			       .kind = like->kind,
			       .kind_info = like->kind_info,
			       .manage = MANAGE_PATCH };
	ATTR_MARK(&link_table, link, link, name);
}

void *link_part(struct link *link, const struct attr_table *table)
{
	struct part parts[PARTS];
	size_t count = link_parts(link, parts);

	for (size_t i = 0; i < count; i++)
		if (parts[i].table == table)
			return parts[i].object;
	return NULL;
}

static struct attr_set asked_of(const struct link *link, const struct attr_table *table)
{
	struct link *writable;
	void *part;

	memcpy(&writable, &link, sizeof(writable));
	part = link_part(writable, table);
	return part ? *attr_asked(table, part) : (struct attr_set){ 0 };
}

bool link_names(const struct link *link, const struct attr_table *table, const struct attr *row)
{
	struct attr_set asked = asked_of(link, table);

	return (asked.value | asked.null) & attr_bit(table, row);
}

bool link_says(const struct link *link, const struct attr_table *table, const struct attr *row)
{
	return link_names(link, table, row) ||
	       (table == &bridge_port_table &&
		link_names(link, &link_table, ATTR_ROW(&link_table, link, master)));
}

void value_copy(const struct attr_table *table, const struct attr *row, const void *from, void *to)
{
	memcpy(attr_field(row, to), attr_value(row, from), row->size);
	attr_mark(table, to, row);
}

void link_add_values(struct link *link, const struct link *values)
{
	struct link copy = *values;
	struct part parts[PARTS];
	size_t count = link_parts(&copy, parts);

	for (size_t p = 0; p < count; p++) {
		const struct attr_table *table = parts[p].table;
		uint64_t left = attr_asked(table, parts[p].object)->value;
		void *to = link_part(link, table);

		for (; to && left; left &= left - 1) {
			const struct attr *row = &table->rows[__builtin_ctzll(left)];

			if (!(row->traits & ATTR_KEY) && !link_names(link, table, row))
				value_copy(table, row, parts[p].object, to);
		}
	}
}
