/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The picture of a network: all its objects, by type, in arrays. It is read from
 * the kernel or from a topology file; two of them are compared.
 */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "model/object.h"
#include "model/range.h"

/* Where an object came from: a place in a file, or nowhere (line 0: the kernel). */
struct origin_in_file {
	uint32_t line, column;
};

/* The objects of one type. */
struct objects {
	char *items;                    /* of object_info(type)->size bytes each */
	struct origin_in_file *origins; /* as far as they are known: of the first ones */
	size_t count, room, origins_count, origins_room;
	uint32_t *slots; /* hash of keys -> 1 + index; made by network_index() */
	size_t slots_size;
};

struct network {
	struct names *names; /* the caller's */
	struct objects objects[OBJECT_TYPES];
	struct pools pools;
	struct arena arena;    /* of lists that objects copy */
	bool fdb_not_searched; /* of big fdb tables it has what was looked for, no others */
};

/* Accepts a zeroed one. */
void network_clear(struct network *network);

/* Appends a copy of the object; the pointer is good until the next one of its type. */
void *network_add(struct network *network, enum object_type type, const void *object,
		  struct origin_in_file origin);

/* The i-th of its type. */
void *network_at(const struct network *network, enum object_type type, size_t i);

struct origin_in_file network_origin(const struct network *network, enum object_type type,
				     size_t i);

/* Makes network_find() work for a type; adding an object undoes it. */
void network_index(struct network *network, enum object_type type);

/*
 * The first object with the key of `key`, or NULL. Its index in *at when that is
 * not NULL.
 */
const void *network_find(const struct network *network, enum object_type type, const void *key,
			 size_t *at);
