/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/key_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "model/fdb.h"

bool key_is_flood(enum object_type type, const void *object)
{
	return type == OBJECT_FDB && fdb_is_flood(object);
}

static uint64_t hash_of(enum object_type type, const void *object)
{
	uint64_t hash = object_key_hash(type, object);
	const struct fdb *fdb = object;

	if (!key_is_flood(type, object))
		return hash;
	hash = hash_bytes(hash, fdb->dst.bytes, sizeof(fdb->dst.bytes));
	return hash_word(hash, (uint64_t)fdb->port << 32 | fdb->vni);
}

bool key_is_same(enum object_type type, const void *a, const void *b)
{
	const struct fdb *left = a, *right = b;

	if (!object_same_key(type, a, b))
		return false;
	return !key_is_flood(type, a) ||
	       (!memcmp(&left->dst, &right->dst, sizeof(left->dst)) && left->port == right->port &&
		left->vni == right->vni && left->via.id == right->via.id);
}

/* The slot of the key, or the empty one where it belongs. */
static struct key_slot *find_slot(const struct key_index *index, uint64_t hash, const void *key)
{
	size_t at = (size_t)hash & (index->size - 1);

	/* An item of another hash need not be fetched from memory to be known for another. */
	while (index->slots[at].item &&
	       (index->slots[at].hash != (uint32_t)(hash >> 32) ||
		!key_is_same(index->type, index->items[index->slots[at].item - 1], key)))
		at = (at + 1) & (index->size - 1);
	return &index->slots[at];
}

static void prefetch_slot(const struct key_index *index, uint64_t hash)
{
	__builtin_prefetch(&index->slots[(size_t)hash & (index->size - 1)]);
}

static void add_many(struct key_index *index, size_t from, size_t to)
{
	uint64_t hashes[KEY_INDEX_MANY] = { 0 };

	for (size_t i = from; i < to; i++) {
		hashes[i - from] = hash_of(index->type, index->items[i]);
		prefetch_slot(index, hashes[i - from]);
	}
	for (size_t i = from; i < to; i++) {
		uint64_t hash = hashes[i - from];
		struct key_slot *slot = find_slot(index, hash, index->items[i]);

		if (!slot->item)
			*slot = (struct key_slot){ (uint32_t)(hash >> 32), (uint32_t)i + 1 };
	}
}

void key_index_make(struct key_index *index, enum object_type type, const void *const *items,
		    size_t count)
{
	*index = (struct key_index){ .type = type, .items = items, .count = count, .size = 16 };
	while (index->size < count * 2)
		index->size *= 2;
	index->slots = memory_table(index->size, sizeof(*index->slots));
	for (size_t i = 0; i < count; i += KEY_INDEX_MANY)
		add_many(index, i, count - i < KEY_INDEX_MANY ? count : i + KEY_INDEX_MANY);
}

void key_index_clear(struct key_index *index)
{
	free(index->slots);
	*index = (struct key_index){ 0 };
}

static size_t found_at(const struct key_index *index, uint64_t hash, const void *key)
{
	uint32_t item = find_slot(index, hash, key)->item;

	return item ? item - 1 : SIZE_MAX;
}

size_t key_index_find(const struct key_index *index, const void *key)
{
	return index->count ? found_at(index, hash_of(index->type, key), key) : SIZE_MAX;
}

/* Its key is in the first line of the cache, what it is compared by in the second. */
static void prefetch_item(const void *item)
{
	enum { LINE = 64 };

	__builtin_prefetch(item);
	__builtin_prefetch((const char *)item + LINE);
}

void key_index_find_many(const struct key_index *index, const void *const *keys, size_t count,
			 size_t *found)
{
	uint64_t hashes[KEY_INDEX_MANY];

	for (size_t i = 0; i < count; i++) {
		found[i] = SIZE_MAX;
		if (!index->count)
			continue;
		hashes[i] = hash_of(index->type, keys[i]);
		prefetch_slot(index, hashes[i]);
	}
	for (size_t i = 0; i < count && index->count; i++) {
		uint32_t item = index->slots[(size_t)hashes[i] & (index->size - 1)].item;

		if (item)
			prefetch_item(index->items[item - 1]);
	}
	for (size_t i = 0; i < count && index->count; i++)
		found[i] = found_at(index, hashes[i], keys[i]);
}
