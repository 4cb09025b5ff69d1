/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/finder.h"

#include <stdlib.h>

#include "base/memory.h"

struct finder finder_of(const struct network *network, enum object_type type)
{
	size_t count = network->objects[type].count;
	struct finder finder = { .items = memory_new(count + 1, sizeof(*finder.items)) };

	for (size_t i = 0; i < count; i++)
		finder.items[i] = network_at(network, type, i);
	key_index_make(&finder.index, type, finder.items, count);
	return finder;
}

void finder_clear(struct finder *finder)
{
	free(finder->items);
	key_index_clear(&finder->index);
	*finder = (struct finder){ 0 };
}

const void *finder_find(const struct finder *finder, const void *key)
{
	size_t at = finder->items ? key_index_find(&finder->index, key) : SIZE_MAX;

	return at == SIZE_MAX ? NULL : finder->items[at];
}
