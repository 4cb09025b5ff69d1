/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list that belongs to an object: a piece of one of the network's pools. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct nexthop;

struct range {
	uint32_t at, count;
};

/* The lists of all objects of a network. */
struct pools {
	uint32_t *names; /* interned: altnames */
	size_t names_count, names_room;
	struct nexthop *nexthops;
	size_t nexthops_count, nexthops_room;
};

void pools_clear(struct pools *pools);
