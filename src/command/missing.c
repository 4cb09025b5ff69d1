/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/missing.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "command/request.h"
#include "command/source.h"
#include "model/link.h"

/* Whether kernels exist that do not have the row. */
static bool may_be_missing(const struct attr_table *table, const struct attr *row, const void *want)
{
	return (row->needs || row->since) && attr_has(table, want, row);
}

static const char *why(const struct attr *row, struct text *text)
{
	if (row->needs)
		text_printf(text, "this kernel has no %s", row->needs);
	if (row->needs && row->since)
		text_printf(text, ", or is older than Linux %s", row->since);
	else if (row->since)
		text_printf(text, "this kernel does not know it (Linux %s does)", row->since);
	return text_string(text);
}

static int refuse(const struct attr_table *table, const void *have, const void *want,
		  struct error *error)
{
	for (const struct attr *row = table->rows; row < table->rows + table->count; row++) {
		CLEANUP(text_clear) struct text text = { 0 };

		if (may_be_missing(table, row, want) && !attr_has(table, have, row))
			return error_set(error, 0, "%s: '%s': %s", table->name, row->name,
					 why(row, &text));
	}
	return 0;
}

int missing_refuse(const struct link *have, const struct link *want, struct error *error)
{
	const struct link_kind *kind = want->kind_info;
	int r = refuse(&link_table, have, want, error);

	if (!r && kind && kind->table)
		r = refuse(kind->table, &have->data, &want->data, error);
	/* Of a link that is to become a port nothing is known yet. */
	if (!r && have->port.asked.value)
		r = refuse(&bridge_port_table, &have->port, &want->port, error);
	return r;
}

/* The first row from `row` on of which may have been forgotten what it was given; NULL: none. */
static const struct attr *next_doubtful(const struct part *part, const struct attr *row)
{
	for (; row < part->table->rows + part->table->count; row++)
		/* "off" it is without it. */
		if (may_be_missing(part->table, row, part->object) &&
		    !(row->traits & ATTR_ACTION) && !attr_is_zero(row, part->object))
			return row;
	return NULL;
}

static int read_back(struct request *request, enum object_type type, const void *want, void *have,
		     struct error *error)
{
	const struct link *link = want, *found;
	int r;

	if (type != OBJECT_LINK) {
		r = request_get(request, object_netns(type, want), type, want, have, error);
		return r == -ENOENT ? 1 : r;
	}
	found = request_link(request, link->netns.id, link->name.id, error);
	if (!found)
		return -error->errnum;
	*(struct link *)have = *found;
	return 0;
}

/* What a part of the object as it is now lacks. A link that is made has no port's values yet. */
static void note(struct request *request, const struct part *want, const struct part *have)
{
	for (const struct attr *row = next_doubtful(want, want->table->rows); row;
	     row = next_doubtful(want, row + 1)) {
		CLEANUP(text_clear) struct text text = { 0 };

		if (!attr_has(have->table, have->object, row))
			request_note(request, "%s: '%s' has no effect: %s", want->table->name,
				     row->name, why(row, &text));
	}
}

int missing_note(struct request *request, enum object_type type, const void *want,
		 struct error *error)
{
	CLEANUP(pointer_free) void *have = NULL;
	struct part wanted[PARTS], has[PARTS];
	const struct attr *first = NULL;
	size_t count, parts;
	void *object;
	int r;

	memcpy(&object, &want, sizeof(object));
	count = object_info(type)->parts(object, wanted);
	for (size_t i = 0; !first && i < count; i++)
		first = next_doubtful(&wanted[i], wanted[i].table->rows);
	if (!first || request->options.dry_run || request->options.as_ip ||
	    (type != OBJECT_LINK && request->read_back == first))
		return 0;
	r = request_commit(request, error);
	if (r < 0)
		return r;
	request->read_back = first;
	have = memory_new(1, object_info(type)->size);
	r = read_back(request, type, want, have, error);
	parts = r ? 0 : object_info(type)->parts(have, has);
	for (size_t w = 0; w < count; w++)
		for (size_t h = 0; h < parts; h++)
			if (has[h].table == wanted[w].table)
				note(request, &wanted[w], &has[h]);
	return r < 0 ? r : 0;
}
