/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes without saying of an entry, as the commands have it. */
#include <string.h>

#include "model/fdb.h"
#include "model/neighbour.h"
#include "model/route.h"
#include "model/uapi.h"
#include "plan/comparing.h"
#include "text/entry_words.h"

static void settle_fdb(const struct settling *settling, struct fdb *fdb)
{
	const struct link *link = settling->link;
	const char *kind = link && link->kind_info ? link->kind_info->name : "";
	bool is_port = link && (link->master.id || (settling->have && settling->have->master.id));

	if (!fdb->self && !fdb->master) {
		fdb->self = fdb_is_own(fdb, kind, is_port);
		fdb->master = !fdb->self;
		if (fdb->self)
			ATTR_MARK(&fdb_table, fdb, fdb, self);
		else
			ATTR_MARK(&fdb_table, fdb, fdb, master);
	}
	if (!ATTR_HAS(&fdb_table, fdb, fdb, state)) {
		fdb->state = fdb->master ? NUD_NOARP : NUD_PERMANENT;
		ATTR_MARK(&fdb_table, fdb, fdb, state);
	}
	if (link)
		fdb_settle_own(fdb, link);
}

static const void *settle_neighbour(struct comparing *c, const struct neighbour *want)
{
	struct neighbour *neighbour;

	if (ATTR_HAS(&neighbour_table, neighbour, want, state) || want->proxy || want->managed)
		return want;
	neighbour = arena_copy(&c->result->arena, want, sizeof(*want));
	neighbour->state = NUD_PERMANENT;
	ATTR_MARK(&neighbour_table, neighbour, neighbour, state);
	return neighbour;
}

static const void *settle_route(struct comparing *c, const struct route_full *want)
{
	struct route_full *route;

	if (want->route.table && want->route.type)
		return want;
	route = object_copy(OBJECT_ROUTE, want, &c->result->arena);
	route_settle(route, false);
	return route;
}

const void *settle_entry(struct comparing *c, enum object_type type, const void *want,
			 const struct settling *settling)
{
	const struct fdb *fdb = want;
	struct fdb *settled;

	switch (type) {
	case OBJECT_NEIGHBOUR:
		return settle_neighbour(c, want);
	case OBJECT_ROUTE:
		return settle_route(c, want);
	case OBJECT_FDB:
		if ((fdb->self || fdb->master) && !fdb->port && !fdb->vni &&
		    ATTR_HAS(&fdb_table, fdb, fdb, state))
			return want;
		settled = arena_copy(&c->result->arena, fdb, sizeof(*fdb));
		settle_fdb(settling, settled);
		return settled;
	default:
		return want;
	}
}
