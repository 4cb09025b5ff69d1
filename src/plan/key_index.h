/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Objects of one type, found by what the kernel tells them apart by: their key,
 * and the destination too where one MAC may have several (a vxlan's flood list).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/object.h"

struct key_slot {
	uint32_t hash; /* a half of it, the other half leads here */
	uint32_t item; /* 1 + index; 0: none */
};

struct key_index {
	enum object_type type;
	const void *const *items; /* the caller's */
	size_t count;
	struct key_slot *slots;
	size_t size;
};

/* The first of equal ones is found. */
void key_index_make(struct key_index *index, enum object_type type, const void *const *items,
		    size_t count);

/* Accepts a zeroed one. */
void key_index_clear(struct key_index *index);

/* The index of the object that is the same one as `key`, or SIZE_MAX. */
size_t key_index_find(const struct key_index *index, const void *key);

/*
 * The same for many at once: what one waits for from memory comes while others wait. `count` is
 * at most KEY_INDEX_MANY.
 */
enum { KEY_INDEX_MANY = 64 };
void key_index_find_many(const struct key_index *index, const void *const *keys, size_t count,
			 size_t *found);

/* Whether the two are the same one. */
bool key_is_same(enum object_type type, const void *a, const void *b);

/* Whether it is an fdb entry beside which its MAC may have others: fdb_is_flood(). */
bool key_is_flood(enum object_type type, const void *object);
