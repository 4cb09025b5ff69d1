/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which objects of two pictures are the same ones, neither of which is what the other is to become. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "model/network.h"

struct pairs {
	size_t *after;  /* of each of the one picture: the index in the other; SIZE_MAX: none */
	bool *is_taken; /* of each of the other: it is somebody's */
};

/* Whether nothing of the two is different, which have the same key. */
typedef bool pairs_function(void *cookie, enum object_type type, const void *before,
			    const void *after);

/*
 * What is as it was is found first, so that of several with one key those that
 * changed are left for each other. Destinations of one MAC beside each other are
 * known by where they lead. Both pictures have their index of the type made here.
 */
struct pairs pairs_of(struct network *before, struct network *after, enum object_type type,
		      pairs_function *is_same, void *cookie);

/* Accepts a zeroed one. */
void pairs_clear(struct pairs *pairs);
