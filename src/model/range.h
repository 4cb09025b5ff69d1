/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list that belongs to an object: a piece of one of the network's pools. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct nexthop;
struct route_detail;

struct range {
	uint32_t at, count;
};

/* The lists of all objects of a network. */
struct pools {
	uint32_t *names; /* interned: altnames */
	size_t names_count, names_room;
	struct nexthop *reading; /* the nexthops of the route that is being read: it grows */
	size_t reading_count, reading_room;
	struct arena nexthops;         /* of those that were read: they stay where they are */
	struct route_detail **details; /* the first ones are in use */
	size_t details_used, details_count, details_room;
};

/* A zeroed one, which stays where it is. */
struct route_detail *pools_detail(struct pools *pools);

/* A zeroed nexthop behind those of the route that is being read; good until the next one. */
struct nexthop *pools_nexthop(struct pools *pools);

/* The route is read: all its nexthops, which stay where they are; NULL: it has none. */
struct nexthop *pools_nexthops_end(struct pools *pools);

/* What routes have in them is used anew. */
void pools_forget_routes(struct pools *pools);

void pools_clear(struct pools *pools);
