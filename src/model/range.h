/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list that belongs to an object: a piece of one of the network's pools. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct nexthop;
struct route_detail;

struct range {
	uint32_t at, count;
};

/* The lists of all objects of a network. */
struct pools {
	uint32_t *names; /* interned: altnames */
	size_t names_count, names_room;
	struct nexthop *nexthops;
	size_t nexthops_count, nexthops_room;
	struct route_detail **details; /* the first ones are in use */
	size_t details_used, details_count, details_room;
};

/* A zeroed one, which stays where it is. */
struct route_detail *pools_detail(struct pools *pools);

/* What routes have in them is used anew. */
void pools_forget_routes(struct pools *pools);

void pools_clear(struct pools *pools);
