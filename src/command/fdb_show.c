/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/fdb_show.h"

#include <string.h>

#include "base/text.h"
#include "command/show.h"
#include "model/fdb.h"
#include "model/uapi.h"

/*
 * bridge(8)'s view and brctl showmacs's in one: the state says whether an
 * entry is local (permanent, to the host itself), AGE when it was last seen.
 */
static const struct column columns[] = {
	{ "NETNS", 10 }, { "MAC", 17 }, { "DEV", 15 }, { "MASTER", 8 },       { "DST", 15 },
	{ "STATE", 9 },  { "VLAN", 4 }, { "AGE", 4 },  { "FLAGS/VALUES", 0 },
};

/* What few entries have stands in the last column: "self port 8472 vni 5 via eth0". */
static const size_t rest[] = {
	offsetof(struct fdb, self),         offsetof(struct fdb, router),
	offsetof(struct fdb, extern_learn), offsetof(struct fdb, offload),
	offsetof(struct fdb, sticky),       offsetof(struct fdb, locked),
	offsetof(struct fdb, port),         offsetof(struct fdb, vni),
	offsetof(struct fdb, src_vni),      offsetof(struct fdb, via),
	offsetof(struct fdb, nhid),         offsetof(struct fdb, link_netnsid),
};

enum { RESTS = sizeof(rest) / sizeof(*rest) };

struct view {
	const struct attr *rest[RESTS]; /* looked up once for a listing, not once for each entry */
	const struct fdb_choice *choice;
};

static void rest_cell(struct listing *listing, const struct fdb *fdb)
{
	const struct view *view = listing->cookie;
	struct text *cell = columns_cell(&listing->print);

	for (size_t i = 0; i < RESTS; i++) {
		const struct attr *row = view->rest[i];

		if (!attr_has(&fdb_table, fdb, row))
			continue;
		if (cell->length)
			text_char(cell, ' ');
		attr_print(row, &listing->context, fdb, ATTR_STYLE_OVL, cell);
	}
}

/* bridge(8) says nothing of an entry that was learned and is fresh; a column says what it is. */
static void state_cell(struct listing *listing, const struct fdb *fdb)
{
	const char *word = keyword_word(ATTR_ROW(&fdb_table, fdb, state)->keywords, fdb->state);
	struct text *cell = columns_cell(&listing->print);

	if (word)
		text_puts(cell, word);
	else
		text_hex(cell, fdb->state);
}

static void row(struct listing *listing, const void *object)
{
	const struct fdb *fdb = object;

	CELL(listing, &fdb_table, fdb, fdb, mac);
	CELL(listing, &fdb_table, fdb, fdb, dev);
	CELL(listing, &fdb_table, fdb, fdb, bridge);
	CELL(listing, &fdb_table, fdb, fdb, dst);
	state_cell(listing, fdb);
	CELL(listing, &fdb_table, fdb, fdb, vlan);
	CELL(listing, &fdb_table, fdb, fdb, updated);
	rest_cell(listing, fdb);
}

static bool selects(const struct listing *listing, const void *object)
{
	const struct fdb_choice *choice = ((const struct view *)listing->cookie)->choice;
	const struct fdb *fdb = object;

	return (!choice->states || (fdb->state & choice->states)) &&
	       (!choice->one_vlan || fdb->vlan == choice->filter.vlan);
}

int fdb_show(struct request *request, const struct fdb_choice *choice, struct error *error)
{
	struct view view = { .choice = choice };
	struct listing listing = {
		.request = request,
		.type = OBJECT_FDB,
		.filter = &choice->filter,
		.columns = columns,
		.columns_count = sizeof(columns) / sizeof(*columns),
		.row = row,
		.selects = choice->states || choice->one_vlan ? selects : NULL,
		.cookie = &view,
	};

	for (size_t i = 0; i < RESTS; i++)
		view.rest[i] = attr_row(&fdb_table, rest[i]);
	return listing_stream(&listing, error);
}
