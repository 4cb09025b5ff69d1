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
	}
	pools_clear(&network->pools);
	arena_clear(&network->arena);
	*network = (struct network){ .names = network->names };
}

static void forget_index(struct objects *objects)
{
	free(objects->slots);
	objects->slots = NULL;
	objects->slots_size = 0;
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
	forget_index(objects);
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

void network_index(struct network *network, enum object_type type)
{
	struct objects *objects = &network->objects[type];
	size_t size = 16;

	if (objects->slots)
		return;
	while (size < objects->count * 2)
		size *= 2;
	objects->slots = memory_new(size, sizeof(*objects->slots));
	objects->slots_size = size;
	for (size_t i = 0; i < objects->count; i++) {
		size_t at = object_key_hash(type, network_at(network, type, i)) & (size - 1);

		while (objects->slots[at])
			at = (at + 1) & (size - 1);
		objects->slots[at] = (uint32_t)i + 1;
	}
}

const void *network_find(const struct network *network, enum object_type type, const void *key,
			 size_t *index)
{
	const struct objects *objects = &network->objects[type];
	size_t at;

	if (!objects->count)
		return NULL;
	assert(objects->slots);
	at = object_key_hash(type, key) & (objects->slots_size - 1);
	for (; objects->slots[at]; at = (at + 1) & (objects->slots_size - 1)) {
		const void *object = network_at(network, type, objects->slots[at] - 1);

		if (!object_same_key(type, object, key))
			continue;
		if (index)
			*index = objects->slots[at] - 1;
		return object;
	}
	return NULL;
}
