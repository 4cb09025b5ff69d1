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
	size_t slots_size, slots_used;
	uint64_t *gaps; /* bit i: the i-th was removed; NULL: none was */
	size_t gaps_size, gaps_count;
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

/*
 * Takes the i-th of its type out. A gap stays in its place, so that indexes hold
 * and many of them cost little: network_close_gaps() must come before anybody
 * walks the arrays who does not ask network_is_gap().
 */
void network_remove(struct network *network, enum object_type type, size_t i);

/* Puts what was removed back into its gap. */
void network_restore(struct network *network, enum object_type type, size_t i);

bool network_is_gap(const struct network *network, enum object_type type, size_t i);

/* Moves what is left together, in its order. */
void network_close_gaps(struct network *network);

/* Makes network_find() work for a type; what is added and removed later is taken care of. */
void network_index(struct network *network, enum object_type type);

/* The key of the i-th was changed in its place: it is found by the new one from now on. */
void network_rekey(struct network *network, enum object_type type, size_t i);

/*
 * The first object with the key of `key`, or NULL. Its index in *at when that is
 * not NULL.
 */
const void *network_find(const struct network *network, enum object_type type, const void *key,
			 size_t *at);

/* Those with one key, in the order in which they got it: a zeroed one begins. */
struct same_key {
	size_t at; /* the index of the one that was found */
	size_t slot;
	bool begun;
};

/* Finds the next one with the key; false when there is none. Nothing may be added in between. */
bool network_next(const struct network *network, enum object_type type, const void *key,
		  struct same_key *same);
