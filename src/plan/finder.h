/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The objects of one type of a picture that is not to be changed, to be found by key. */
#pragma once

#include "model/network.h"
#include "plan/key_index.h"

struct finder {
	const void **items;
	struct key_index index;
};

struct finder finder_of(const struct network *network, enum object_type type);

/* Accepts a zeroed one. */
void finder_clear(struct finder *finder);

/* The first of that key, or NULL; a zeroed finder has none. */
const void *finder_find(const struct finder *finder, const void *key);
