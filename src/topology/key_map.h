/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers found by a 64 bit key: a hash table with open addressing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct key_map {
	struct key_map_slot *slots;
	size_t room, count;
};

/* Accepts a zeroed one. */
void key_map_clear(struct key_map *map);

/* The value of the key in *value. */
bool key_map_find(const struct key_map *map, uint64_t key, uint32_t *value);

/* Adds the key; true when it was there already: *other gets its value, which stays. */
bool key_map_add(struct key_map *map, uint64_t key, uint32_t value, uint32_t *other);

/* Two interned names as a key. */
static inline uint64_t key_map_pair(uint32_t a, uint32_t b)
{
	return (uint64_t)a << 32 | b;
}

/* Goes on hashing (FNV-1a); begins with KEY_MAP_HASH. */
#define KEY_MAP_HASH UINT64_C(14695981039346656037)
uint64_t key_map_hash(uint64_t hash, const void *bytes, size_t size);
