/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What all listings do: read the namespaces asked for, print JSON or columns,
 * say when the listing is torn.
 */
#pragma once

#include "base/json.h"
#include "command/request.h"
#include "model/object.h"
#include "text/columns.h"
#include "text/object_json.h"

struct listing {
	struct request *request;
	enum object_type type;
	const void *filter;           /* NULL: all */
	const struct column *columns; /* the first is NETNS */
	size_t columns_count;
	/* What a filter cannot say; NULL: nothing. */
	bool (*selects)(const struct listing *listing, const void *object);
	/* Fills the cells of a row behind NETNS. */
	void (*row)(struct listing *listing, const void *object);
	const void *cookie; /* of the two */
	struct columns print;
	struct json json;
	struct json_options json_options;
	struct attr_context context; /* of the names that exist */
};

/* Prints the objects as they come, in the kernel's order: fdb, arp, route. */
int listing_stream(struct listing *listing, struct error *error);

/* Sets the error of a listing that was torn while its objects were printed (EAGAIN). */
int listing_torn(const struct listing *listing, struct error *error);

/* Begins and ends one that the caller fills by listing_put. */
void listing_begin(struct listing *listing, bool streams);
void listing_put(struct listing *listing, const void *object);
void listing_end(struct listing *listing);

/* Cells: a row's value when the object has it; text from outside; a number. */
void cell_row(struct listing *listing, const struct attr_table *table, const void *object,
	      const struct attr *row);
#define CELL(listing, table, type, object, member) \
	cell_row((listing), (table), (object), ATTR_ROW((table), type, member))
void cell_name(struct listing *listing, uint32_t name);

/* Which links there are in the request's namespaces, sorted by namespace and name. */
struct links {
	struct link *items;
	size_t count, room;
	size_t before; /* of the namespaces that were read already */
};

void links_clear(struct links *links);

/* Whether a link of that name is among them. */
bool links_have(const struct links *links, struct netns_name netns, struct link_name name);

/* Peers of veths are looked up in all named namespaces when `peers` is set. */
int links_read(struct request *request, const struct link *filter, bool peers, struct links *links,
	       struct error *error);
