/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/capture_words.h"

#include "attr/attr.h"
#include "model/address.h"
#include "model/fdb.h"
#include "model/lab.h"
#include "model/neighbour.h"
#include "model/route.h"
#include "model/uapi.h"
#include "text/object_words.h"
#include "text/vni_words.h"

#define IS(row, type, member) ((row)->offset == offsetof(struct type, member))

/* An address as the words that make it, without its link. */
static void address_words(const struct attr_context *context, const struct link_address *address,
			  struct text *words)
{
	struct link_address said = *address;

	for (const struct attr *row = address_table.rows;
	     row < address_table.rows + address_table.count; row++) {
		bool is_forever = (IS(row, link_address, valid_lft) ||
				   IS(row, link_address, preferred_lft)) &&
				  attr_integer(attr_value(row, &said), row->size) == UINT32_MAX;

		if ((row->traits & ATTR_FLAG && attr_is_zero(row, &said)) || is_forever ||
		    IS(row, link_address, dev) ||
		    (IS(row, link_address, scope) && (said.local.family == IPV6 || !said.scope)) ||
		    (IS(row, link_address, label) && said.label.id == address->dev.id) ||
		    (IS(row, link_address, metric) && !said.metric) ||
		    (IS(row, link_address, protocol) && said.protocol == LAB_PROTOCOL))
			attr_drop(&address_table, &said, row);
	}
	object_words(OBJECT_ADDRESS, context, &said, NULL, WORDS_NEW, ATTR_STYLE_OVL, words);
}

/* Drops what goes without saying; flags that are off. */
static void drop_usual(const struct attr_table *table, void *object)
{
	for (const struct attr *row = table->rows; row < table->rows + table->count; row++)
		if ((row->traits & (ATTR_FLAG | ATTR_NO_ZERO) && attr_is_zero(row, object)) ||
		    row->traits & ATTR_STATUS)
			attr_drop(table, object, row);
}

static void neighbour_words(const struct attr_context *context, const struct neighbour *neighbour,
			    struct text *words)
{
	struct neighbour said = *neighbour;

	drop_usual(&neighbour_table, &said);
	said.netns = neighbour->netns;
	if (said.state == NUD_PERMANENT)
		attr_drop(&neighbour_table, &said, ATTR_ROW(&neighbour_table, neighbour, state));
	if (said.protocol == LAB_PROTOCOL)
		attr_drop(&neighbour_table, &said, ATTR_ROW(&neighbour_table, neighbour, protocol));
	object_words(OBJECT_NEIGHBOUR, context, &said, NULL, WORDS_NEW, ATTR_STYLE_OVL, words);
}

static void fdb_words(const struct attr_context *context, const struct fdb *fdb, struct text *words)
{
	struct fdb said = *fdb;

	drop_usual(&fdb_table, &said);
	if (said.state == (fdb->master ? NUD_NOARP : NUD_PERMANENT))
		attr_drop(&fdb_table, &said, ATTR_ROW(&fdb_table, fdb, state));
	object_words(OBJECT_FDB, context, &said, NULL, WORDS_NEW, ATTR_STYLE_OVL, words);
}

static void route_words(const struct attr_context *context, const struct route_full *full,
			struct text *words)
{
	struct route_full said = *full;
	struct route *route = &said.route;

	for (const struct attr *row = route_table.rows; row < route_table.rows + route_table.count;
	     row++) {
		bool is_usual =
			(IS(row, route, type) && route->type == RTN_UNICAST) ||
			(IS(row, route, table) && route->table == RT_TABLE_MAIN) ||
			(IS(row, route, protocol) &&
			 (route->protocol == RTPROT_BOOT || route->protocol == LAB_PROTOCOL)) ||
			(IS(row, route, scope) && route->scope == route_usual_scope(full)) ||
			(IS(row, route, metric) && route->dst.family == IPV6 &&
			 route->metric == ROUTE_METRIC_IPV6);

		if (is_usual || row->traits & ATTR_STATUS ||
		    (!IS(row, route, dst) && !IS(row, route, table) && attr_is_zero(row, route))) {
			struct prefix dst = route->dst;

			attr_drop(&route_table, route, row);
			route->dst = dst;
		}
	}
	object_words(OBJECT_ROUTE, context, &said, NULL, WORDS_NEW, ATTR_STYLE_OVL, words);
}

void capture_words(enum object_type type, const struct attr_context *context, const void *entry,
		   struct text *words)
{
	switch (type) {
	case OBJECT_ADDRESS:
		address_words(context, entry, words);
		break;
	case OBJECT_NEIGHBOUR:
		neighbour_words(context, entry, words);
		break;
	case OBJECT_FDB:
		fdb_words(context, entry, words);
		break;
	case OBJECT_ROUTE:
		route_words(context, entry, words);
		break;
	case OBJECT_VNI:
		vni_words_put(entry, words);
		break;
	default:
		break;
	}
}
