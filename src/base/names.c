/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/names.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Open addressing over ids; `slots` has a power of two entries, half empty at least. */
struct names {
	char **texts;
	uint32_t *hashes;
	size_t count, texts_room, hashes_count, hashes_room;
	uint32_t *slots;
	size_t slots_size;
};

static uint32_t hash_of(const char *bytes, size_t length)
{
	uint32_t hash = 2166136261U; /* FNV-1a */

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 16777619U;
	return hash;
}

static void slots_fill(struct names *names, size_t size)
{
	free(names->slots);
	names->slots = memory_new(size, sizeof(*names->slots));
	names->slots_size = size;
	for (uint32_t id = 1; id < names->count; id++) {
		size_t at = names->hashes[id] & (size - 1);

		while (names->slots[at])
			at = (at + 1) & (size - 1);
		names->slots[at] = id;
	}
}

struct names *names_new(void)
{
	struct names *names = memory_new(1, sizeof(*names));

	*array_add(&names->texts, &names->count, &names->texts_room) = memory_text("");
	*array_add(&names->hashes, &names->hashes_count, &names->hashes_room) = 0;
	slots_fill(names, 64);
	return names;
}

void names_free(struct names **names)
{
	if (!*names)
		return;
	for (size_t i = 0; i < (*names)->count; i++)
		free((*names)->texts[i]);
	free((*names)->texts);
	free((*names)->hashes);
	free((*names)->slots);
	free(*names);
	*names = NULL;
}

/* The slot that holds the text, or the empty one where it belongs. */
static size_t slot_of(const struct names *names, const char *bytes, size_t length, uint32_t hash)
{
	size_t at = hash & (names->slots_size - 1);

	for (; names->slots[at]; at = (at + 1) & (names->slots_size - 1)) {
		uint32_t id = names->slots[at];

		if (names->hashes[id] == hash && !strncmp(names->texts[id], bytes, length) &&
		    !names->texts[id][length])
			break;
	}
	return at;
}

uint32_t names_id(struct names *names, const char *bytes, size_t length)
{
	uint32_t hash;
	size_t at;
	char *text;

	length = strnlen(bytes, length);
	if (!length)
		return 0;
	hash = hash_of(bytes, length);
	at = slot_of(names, bytes, length, hash);
	if (names->slots[at])
		return names->slots[at];
	text = memory_new(length + 1, 1);
	memcpy(text, bytes, length);
	*array_add(&names->texts, &names->count, &names->texts_room) = text;
	*array_add(&names->hashes, &names->hashes_count, &names->hashes_room) = hash;
	names->slots[at] = (uint32_t)names->count - 1;
	if (names->count * 2 > names->slots_size)
		slots_fill(names, names->slots_size * 2);
	return (uint32_t)names->count - 1;
}

uint32_t names_of(struct names *names, const char *string)
{
	return names_id(names, string, strlen(string));
}

uint32_t names_find(const struct names *names, const char *string)
{
	size_t length = strlen(string);

	return length ? names->slots[slot_of(names, string, length, hash_of(string, length))] : 0;
}

const char *names_text(const struct names *names, uint32_t id)
{
	assert(id < names->count);
	return names->texts[id];
}

int names_by_id(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}
