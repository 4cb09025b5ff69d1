/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "topology/key_map.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/memory.h"

struct key_map_slot {
	uint64_t key;
	uint32_t used, value;
};

void key_map_clear(struct key_map *map)
{
	free(map->slots);
	*map = (struct key_map){ 0 };
}

/* Keys may differ in their upper bits only. */
static size_t start_of(const struct key_map *map, uint64_t key)
{
	return (size_t)hash_word(0, key) & (map->room - 1);
}

static struct key_map_slot *slot_of(const struct key_map *map, uint64_t key)
{
	size_t at = start_of(map, key);

	while (map->slots[at].used && map->slots[at].key != key)
		at = (at + 1) & (map->room - 1);
	return &map->slots[at];
}

bool key_map_find(const struct key_map *map, uint64_t key, uint32_t *value)
{
	const struct key_map_slot *slot = map->count ? slot_of(map, key) : NULL;

	if (!slot || !slot->used)
		return false;
	*value = slot->value;
	return true;
}

static void grow(struct key_map *map)
{
	struct key_map grown = { .room = map->room ? map->room * 2 : 64, .count = map->count };

	grown.slots = memory_table(grown.room, sizeof(*grown.slots));
	for (size_t i = 0; i < map->room; i++)
		if (map->slots[i].used)
			*slot_of(&grown, map->slots[i].key) = map->slots[i];
	free(map->slots);
	*map = grown;
}

bool key_map_add(struct key_map *map, uint64_t key, uint32_t value, uint32_t *other)
{
	struct key_map_slot *slot;

	if (map->count * 2 >= map->room)
		grow(map);
	slot = slot_of(map, key);
	if (slot->used) {
		*other = slot->value;
		return true;
	}
	*slot = (struct key_map_slot){ key, 1, value };
	map->count++;
	return false;
}

uint64_t key_map_hash(uint64_t hash, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;

	/* Names that a lab gives are made of it: it must stay what it is. */
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ at[i]) * UINT64_C(1099511628211);
	return hash;
}
