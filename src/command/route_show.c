/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/route_show.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "command/route_choice.h"
#include "command/show.h"
#include "model/uapi.h"
#include "text/object_words.h"

/* What most routes have fits into 80 columns; what else one has stands as words behind it. */
static const struct column columns[] = {
	{ "NETNS", 10 }, { "TO", 18 },    { "VIA", 13 },  { "DEV", 8 },
	{ "SRC", 13 },   { "METRIC", 6 }, { "PROTO", 6 }, { "MORE", 0 },
};

/* With -d and -o each value has its column. */
static const struct column all_columns[] = {
	{ "NETNS", 10 }, { "TO", 18 },    { "VIA", 15 },  { "DEV", 8 },
	{ "SRC", 15 },   { "METRIC", 6 }, { "PROTO", 6 }, { "SCOPE", 6 },
	{ "TABLE", 5 },  { "TYPE", 9 },   { "FLAGS", 6 }, { "MORE", 0 },
};

static bool has_all(const struct listing *listing)
{
	return listing->columns == all_columns;
}

static void via_cell(struct listing *listing, const struct route_full *full)
{
	const struct address *via =
		full->route.via.family ? &full->route.via : &route_detail_of(full)->via;
	struct text *cell = columns_cell(&listing->print);

	/* The family of the address tells itself. */
	if (via->family)
		address_print(via->family, via->bytes, cell);
}

static void flag_words(const struct route_full *full, char separator, struct text *cell)
{
	const struct route *route = &full->route;
	uint32_t cache = route_detail_of(full)->cache;
	size_t start = cell->length;

	for (const struct attr *row = route_table.rows; row < route_table.rows + route_table.count;
	     row++) {
		if (!row->list || !attr_has(&route_table, route, row))
			continue;
		if (cell->length > start || separator == ' ')
			text_char(cell, separator);
		text_puts(cell, row->name);
	}
	for (const struct keyword *flag = route_cache_flags; flag->word; flag++) {
		if (!(cache & flag->value))
			continue;
		if (cell->length > start || separator == ' ')
			text_char(cell, separator);
		text_puts(cell, flag->word);
	}
}

static void put_row(const struct listing *listing, const struct route *route,
		    const struct attr *row, struct text *cell)
{
	if (!attr_has(&route_table, route, row))
		return;
	text_char(cell, ' ');
	attr_print(row, &listing->context, route, ATTR_STYLE_OVL, cell);
}

/* The table such a route is in unless it says otherwise. */
static bool is_in_usual_table(const struct route *route)
{
	struct route_full usual = { .route = { .type = route->type } };

	route_settle(&usual, true);
	return route->table == usual.route.table;
}

/* What the columns do not say, and is not as it usually is. */
static void more_cell(struct listing *listing, const struct route_full *full)
{
	const struct route *route = &full->route;
	struct text *cell = columns_cell(&listing->print);
	size_t start = cell->length;

	if (!has_all(listing)) {
		if (route->type != RTN_UNICAST)
			put_row(listing, route, ATTR_ROW(&route_table, route, type), cell);
		if (route->table && !is_in_usual_table(route))
			put_row(listing, route, ATTR_ROW(&route_table, route, table), cell);
		if (!route->cloned && route->scope != route_usual_scope(full))
			put_row(listing, route, ATTR_ROW(&route_table, route, scope), cell);
		flag_words(full, ' ', cell);
	}
	if (route->tos)
		put_row(listing, route, ATTR_ROW(&route_table, route, tos), cell);
	put_row(listing, route, ATTR_ROW(&route_table, route, nhid), cell);
	if (route->pref)
		put_row(listing, route, ATTR_ROW(&route_table, route, pref), cell);
	route_words_rest(&listing->context, full, ATTR_STYLE_OVL, cell);
	/* The first word has no blank in front of it. */
	if (cell->length > start) {
		memmove(cell->bytes + start, cell->bytes + start + 1, cell->length - start - 1);
		cell->length--;
	}
}

static void row(struct listing *listing, const void *object)
{
	const struct route_full *full = object;
	const struct route *route = &full->route;

	CELL(listing, &route_table, route, route, dst);
	via_cell(listing, full);
	CELL(listing, &route_table, route, route, dev);
	CELL(listing, &route_table, route, route, src);
	CELL(listing, &route_table, route, route, metric);
	/* Nobody put the answer to a lookup there. */
	if (route->cloned)
		columns_cell(&listing->print);
	else
		CELL(listing, &route_table, route, route, protocol);
	if (has_all(listing)) {
		if (route->cloned)
			columns_cell(&listing->print);
		else
			CELL(listing, &route_table, route, route, scope);
		CELL(listing, &route_table, route, route, table);
		CELL(listing, &route_table, route, route, type);
		flag_words(full, ',', columns_cell(&listing->print));
	}
	more_cell(listing, full);
}

static struct listing listing_of(struct request *request)
{
	bool all = request->options.details || request->options.oneline;

	return (struct listing){
		.request = request,
		.type = OBJECT_ROUTE,
		.columns = all ? all_columns : columns,
		.columns_count = all ? sizeof(all_columns) / sizeof(*all_columns)
				     : sizeof(columns) / sizeof(*columns),
		.row = row,
	};
}

static bool selects(const struct listing *listing, const void *object)
{
	return route_choice_has(listing->cookie, object);
}

int route_show(struct request *request, const struct route_choice *choice, struct error *error)
{
	struct listing listing = listing_of(request);

	listing.filter = &choice->filter;
	listing.cookie = choice;
	listing.selects = selects;
	return listing_stream(&listing, error);
}

static int look_up(struct request *request, uint32_t netns, const struct route_full *question,
		   struct route_full *answer, struct error *error)
{
	CLEANUP(text_clear) struct text address = { 0 };
	struct place place;
	int r;

	if (request->candidate && !request->touched)
		return error_usage(error, "a lookup is the kernel's: a candidate has no answer");
	r = kernel_place(&request->kernel, netns, &place, error);
	if (r < 0)
		return r;
	*answer = (struct route_full){ 0 };
	r = kernel_look_up(&place, OBJECT_ROUTE, question, &request->pools, answer, error);
	if (r >= 0 || error->exit == EXIT_USAGE)
		return r;
	address_print(question->route.dst.family, question->route.dst.bytes, &address);
	return error_wrap(error, "route to '%s'", text_string(&address));
}

int route_show_lookup(struct request *request, const struct route_full *question,
		      struct error *error)
{
	struct listing listing = listing_of(request);
	CLEANUP(pointer_free) uint32_t *netns = NULL;
	struct route_full answer;
	size_t count;
	bool begun = false;
	int r = request_places(request, &netns, &count, error);

	for (size_t i = 0; !r && i < count; i++) {
		pools_forget_routes(&request->pools);
		r = look_up(request, netns[i], question, &answer, error);
		if (r < 0)
			break;
		/* Without an answer nothing is printed, no empty array either. */
		if (!begun)
			listing_begin(&listing, true);
		begun = true;
		listing_put(&listing, &answer);
	}
	if (begun)
		listing_end(&listing);
	return r;
}
