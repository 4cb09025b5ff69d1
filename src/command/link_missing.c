/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/link_missing.h"

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "command/request.h"
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
	else
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

int link_missing_refuse(const struct link *have, const struct link *want, struct error *error)
{
	const struct link_kind *kind = want->kind_info;
	int r = 0;

	if (kind && kind->table)
		r = refuse(kind->table, &have->data, &want->data, error);
	/* Of a link that is to become a port nothing is known yet. */
	if (!r && have->port.asked.value)
		r = refuse(&bridge_port_table, &have->port, &want->port, error);
	return r;
}

int link_missing_note(struct request *request, const struct link *want, struct error *error)
{
	const struct attr_table *table = want->kind_info ? want->kind_info->table : NULL;
	const struct link *have = NULL;

	if (!table || request->options.dry_run || request->options.as_ip)
		return 0;
	for (const struct attr *row = table->rows; row < table->rows + table->count; row++) {
		CLEANUP(text_clear) struct text text = { 0 };

		/* "off" it is without it. */
		if (!may_be_missing(table, row, &want->data) || attr_is_zero(row, &want->data))
			continue;
		if (!have && request_commit(request, error) < 0)
			return -error->errnum;
		if (!have)
			have = request_link(request, want->netns.id, want->name.id, error);
		if (!have)
			return -error->errnum;
		if (!attr_has(table, &have->data, row))
			request_note(request, "%s: '%s' has no effect: %s", table->name, row->name,
				     why(row, &text));
	}
	return 0;
}
