/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/network.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void network_clear(struct network *network)
{
	for (size_t type = 0; type < OBJECT_TYPES; type++) {
		free(network->objects[type].items);
		free(network->objects[type].origins);
		free(network->objects[type].slots);
		free(network->objects[type].gaps);
	}
	pools_clear(&network->pools);
	arena_clear(&network->arena);
	*network = (struct network){ .names = network->names };
}

static void forget_index(struct network *network, enum object_type type)
{
	struct objects *objects = &network->objects[type];

	free(objects->slots);
	objects->slots = NULL;
	objects->slots_size = objects->slots_used = 0;
}

static size_t slot_of(const struct network *network, enum object_type type, size_t i)
{
	return object_key_hash(type, network_at(network, type, i)) &
	       (network->objects[type].slots_size - 1);
}

/* What has the key already keeps its slot. */
static void put_slot(struct network *network, enum object_type type, size_t i, size_t at)
{
	struct objects *objects = &network->objects[type];

	while (objects->slots[at] && objects->slots[at] != i + 1)
		at = (at + 1) & (objects->slots_size - 1);
	objects->slots_used += !objects->slots[at];
	objects->slots[at] = (uint32_t)i + 1;
}

void network_rekey(struct network *network, enum object_type type, size_t i)
{
	struct objects *objects = &network->objects[type];

	if (!objects->slots)
		return;
	/* The slot of its old key stays, and leads nowhere. */
	if (objects->slots_used * 2 <= objects->slots_size) {
		put_slot(network, type, i, slot_of(network, type, i));
		return;
	}
	forget_index(network, type);
	network_index(network, type);
}

/* What the kernel reports came from nowhere: a picture of it has no list of that. */
static void add_origin(struct objects *objects, size_t at, struct origin_in_file origin)
{
	if (!origin.line)
		return;
	while (objects->origins_count <= at)
		*array_add(&objects->origins, &objects->origins_count, &objects->origins_room) =
			(struct origin_in_file){ 0 };
	objects->origins[at] = origin;
}

void *network_add(struct network *network, enum object_type type, const void *object,
		  struct origin_in_file origin)
{
	struct objects *objects = &network->objects[type];
	size_t size = object_info(type)->size;
	size_t at = memory_append(&objects->items, &objects->count, &objects->room, size);
	char *item = objects->items + at * size;

	memcpy(item, object, size);
	add_origin(objects, at, origin);
	network_rekey(network, type, at);
	return item;
}

void *network_at(const struct network *network, enum object_type type, size_t i)
{
	assert(i < network->objects[type].count);
	return network->objects[type].items + i * object_info(type)->size;
}

struct origin_in_file network_origin(const struct network *network, enum object_type type, size_t i)
{
	assert(i < network->objects[type].count);
	return i < network->objects[type].origins_count ? network->objects[type].origins[i]
							: (struct origin_in_file){ 0 };
}

enum { BITS = 64 };

void network_remove(struct network *network, enum object_type type, size_t i)
{
	struct objects *objects = &network->objects[type];
	size_t size = objects->count / BITS + 1;

	assert(i < objects->count && !network_is_gap(network, type, i));
	if (size > objects->gaps_size) {
		size += size / 2;
		objects->gaps = memory_resize(objects->gaps, size, sizeof(*objects->gaps));
		memset(objects->gaps + objects->gaps_size, 0,
		       (size - objects->gaps_size) * sizeof(*objects->gaps));
		objects->gaps_size = size;
	}
	objects->gaps[i / BITS] |= UINT64_C(1) << i % BITS;
	objects->gaps_count++;
}

void network_restore(struct network *network, enum object_type type, size_t i)
{
	struct objects *objects = &network->objects[type];

	assert(network_is_gap(network, type, i));
	objects->gaps[i / BITS] &= ~(UINT64_C(1) << i % BITS);
	objects->gaps_count--;
}

bool network_is_gap(const struct network *network, enum object_type type, size_t i)
{
	const struct objects *objects = &network->objects[type];

	return i / BITS < objects->gaps_size && objects->gaps[i / BITS] >> i % BITS & 1;
}

static void close_gaps(struct network *network, enum object_type type)
{
	struct objects *objects = &network->objects[type];
	size_t size = object_info(type)->size, kept = 0;

	if (!objects->gaps_count)
		return;
	for (size_t i = 0; i < objects->count; i++) {
		if (network_is_gap(network, type, i))
			continue;
		if (kept != i) {
			memcpy(objects->items + kept * size, objects->items + i * size, size);
			if (i < objects->origins_count)
				objects->origins[kept] = objects->origins[i];
			else if (kept < objects->origins_count)
				objects->origins[kept] = (struct origin_in_file){ 0 };
		}
		kept++;
	}
	objects->count = kept;
	if (objects->origins_count > kept)
		objects->origins_count = kept;
	memset(objects->gaps, 0, objects->gaps_size * sizeof(*objects->gaps));
	objects->gaps_count = 0;
	forget_index(network, type);
}

void network_close_gaps(struct network *network)
{
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		close_gaps(network, (enum object_type)type);
}

enum { TOGETHER = 32 }; /* slots that come from memory while others are awaited */

static void put_slots(struct network *network, enum object_type type, size_t from, size_t to)
{
	size_t at[TOGETHER];

	for (size_t i = from; i < to; i++) {
		at[i - from] = slot_of(network, type, i);
		__builtin_prefetch(&network->objects[type].slots[at[i - from]], 1);
	}
	for (size_t i = from; i < to; i++)
		put_slot(network, type, i, at[i - from]);
}

void network_index(struct network *network, enum object_type type)
{
	struct objects *objects = &network->objects[type];
	size_t size = 16;

	if (objects->slots)
		return;
	/* Room to grow: what is added finds its place without making it anew each time. */
	while (size < objects->count * 3)
		size *= 2;
	objects->slots = memory_table(size, sizeof(*objects->slots));
	objects->slots_size = size;
	for (size_t i = 0; i < objects->count; i += TOGETHER)
		put_slots(network, type, i,
			  objects->count - i < TOGETHER ? objects->count : i + TOGETHER);
}

bool network_next(const struct network *network, enum object_type type, const void *key,
		  struct same_key *same)
{
	const struct objects *objects = &network->objects[type];
	size_t mask = objects->slots_size - 1;

	if (!objects->count)
		return false;
	assert(objects->slots);
	if (!same->begun)
		same->slot = object_key_hash(type, key) & mask;
	same->begun = true;
	/* Slots are never given back: those behind are of later ones. */
	while (objects->slots[same->slot]) {
		size_t at = objects->slots[same->slot] - 1;

		same->slot = (same->slot + 1) & mask;
		if (network_is_gap(network, type, at) ||
		    !object_same_key(type, network_at(network, type, at), key))
			continue;
		same->at = at;
		return true;
	}
	return false;
}

const void *network_find(const struct network *network, enum object_type type, const void *key,
			 size_t *index)
{
	struct same_key same = { 0 };

	if (!network_next(network, type, key, &same))
		return NULL;
	if (index)
		*index = same.at;
	return network_at(network, type, same.at);
}
