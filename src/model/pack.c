/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/pack.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "model/link_kind.h"
#include "model/network.h"
#include "model/route.h"

/*
 * head, uint64_t size of the objects, objects, names. Objects are for each type
 * their count (uint32_t) and each object: its origin and its struct, then its
 * lists. Names end with NUL; their places are counted from 1, 0 is no name.
 */
enum { FORMAT = 1, WORD = sizeof(uint64_t) };

struct head {
	char magic[8];
	uint64_t layout; /* hash of all tables */
	uint64_t length; /* behind the head */
	uint64_t sum;    /* hash of what is behind the head */
};

static const char magic[8] = "ovl-net";

static_assert(sizeof(struct head) == PACK_HEAD, "the head");

/* One way or the other: reading when `into` is not NULL. */
struct pack {
	const struct network *from;
	struct network *into;
	uint32_t *ids; /* of names, by place */
	size_t ids_count, ids_room;
	uint32_t *places; /* writing: of names, by id; 0 for one not met yet */
	size_t places_size;
	struct text *out;
	struct text lists; /* writing: of the object at hand */
	const char *at;    /* reading */
	size_t left;
};

static void pack_clear(struct pack *pack)
{
	free(pack->ids);
	free(pack->places);
	text_clear(&pack->lists);
}

static uint64_t mix_member(uint64_t hash, const char *name, const struct attr_type *type,
			   size_t offset, size_t size)
{
	const char *of = type ? type->name : "";

	hash = hash_bytes(hash, name, strlen(name));
	hash = hash_bytes(hash, of, strlen(of));
	return hash_word(hash, (uint64_t)offset << 32 | size);
}

static uint64_t mix_table(uint64_t hash, const struct attr_table *table)
{
	hash = mix_member(hash, table->name, NULL, table->asked, table->size);
	for (size_t i = 0; i < table->count; i++) {
		const struct attr *row = &table->rows[i];

		hash = mix_member(hash, row->name, row->type, row->offset, row->size);
	}
	for (size_t i = 0; i < table->extras_count; i++) {
		const struct attr_extra *extra = &table->extras[i];

		hash = mix_member(hash, extra->name, extra->type, extra->offset, extra->size);
	}
	return hash;
}

/* What must be the same for bytes to mean the same. */
static uint64_t layout_hash(void)
{
	uint64_t hash = hash_word(FORMAT, OBJECT_TYPES);

	for (enum object_type type = 0; type < OBJECT_TYPES; type++) {
		const struct object_info *info = object_info(type);
		CLEANUP(pointer_free) void *empty = memory_new(1, info->size);
		struct part parts[PARTS];
		size_t count = info->parts(empty, parts);

		hash = mix_member(hash, info->name, NULL, info->netns, info->size);
		for (size_t i = 0; i < count; i++)
			hash = mix_table(hash, parts[i].table);
	}
	/* Those no empty object has. */
	for (size_t i = 0; i < link_kinds_count; i++)
		if (link_kinds[i].table)
			hash = mix_table(hash, link_kinds[i].table);
	return mix_table(mix_table(hash, &route_detail_table), &nexthop_table);
}

void pack_seal(char *bytes, size_t length)
{
	struct head head = { .layout = layout_hash(), .length = length - PACK_HEAD };

	memcpy(head.magic, magic, sizeof(magic));
	head.sum = hash_bytes(0, bytes + PACK_HEAD, length - PACK_HEAD);
	memcpy(bytes, &head, sizeof(head));
}

/* Bytes of the mask that says which of so many words are there. */
static size_t mask_size(size_t words)
{
	return (words + 7) / 8;
}

static void put_words(struct text *out, const char *words, size_t count)
{
	uint8_t *mask = (uint8_t *)text_room(out, mask_size(count) + count * WORD);
	char *at = (char *)mask + mask_size(count);

	memset(mask, 0, mask_size(count));
	for (size_t i = 0; i < count; i++) {
		uint64_t word;

		memcpy(&word, words + i * WORD, WORD);
		if (!word)
			continue;
		mask[i / 8] |= (uint8_t)(1 << i % 8);
		memcpy(at, &word, WORD);
		at += WORD;
	}
	out->length += (size_t)(at - (char *)mask);
}

static int take(struct pack *pack, void *bytes, size_t size)
{
	if (size > pack->left)
		return -EBADMSG;
	memcpy(bytes, pack->at, size);
	pack->at += size;
	pack->left -= size;
	return 0;
}

static int take_words(struct pack *pack, char *words, size_t count)
{
	const uint8_t *mask = (const uint8_t *)pack->at;
	int r = 0;

	if (mask_size(count) > pack->left)
		return -EBADMSG;
	pack->at += mask_size(count);
	pack->left -= mask_size(count);
	memset(words, 0, count * WORD);
	for (size_t i = 0; !r && i < count; i++)
		if (mask[i / 8] & 1 << i % 8)
			r = take(pack, words + i * WORD, WORD);
	return r;
}

/* The place of a name, which gets the next one when it has none. */
static uint32_t place_of(struct pack *pack, uint32_t id)
{
	if (id >= pack->places_size) {
		size_t old = pack->places_size, size = (size_t)id * 2 + 64;

		pack->places = memory_resize(pack->places, size, sizeof(*pack->places));
		memset(pack->places + old, 0, (size - old) * sizeof(*pack->places));
		pack->places_size = size;
	}
	if (id && !pack->places[id]) {
		*array_add(&pack->ids, &pack->ids_count, &pack->ids_room) = id;
		pack->places[id] = (uint32_t)pack->ids_count;
	}
	return pack->places[id];
}

/* Turns an id into its place, or the other way. */
static int pack_name(struct pack *pack, uint32_t *name)
{
	if (!pack->into)
		*name = place_of(pack, *name);
	else if (*name > pack->ids_count)
		return -EBADMSG;
	else if (*name)
		*name = pack->ids[*name - 1];
	return 0;
}

const char *pack_text(const struct pack *pack, uint32_t place)
{
	if (!pack->into || !place || place > pack->ids_count)
		return "";
	return names_text(pack->into->names, pack->ids[place - 1]);
}

static int pack_field(struct pack *pack, const struct attr_type *type, void *field)
{
	if (type && type->interned)
		return pack_name(pack, field);
	return pack->into && type && type->is_value && !type->is_value(field) ? -EBADMSG : 0;
}

/* More than there are in a struct, and tables. */
enum { NAMES_MOST = 32, TABLES = 32 };

/* Where the names stand in a struct with a table. */
struct names_in {
	const struct attr_table *table;
	size_t offsets[NAMES_MOST], count;
};

static void note_name(struct names_in *names, const struct attr_type *type, size_t offset)
{
	if (!type || !type->interned)
		return;
	assert(names->count < NAMES_MOST);
	names->offsets[names->count++] = offset;
}

static const struct names_in *names_in(const struct attr_table *table)
{
	static struct names_in all[TABLES];
	struct names_in *names = all;

	while (names->table && names->table != table)
		names++;
	assert(names < all + TABLES - 1);
	if (names->table)
		return names;
	names->table = table;
	for (size_t i = 0; i < table->count; i++)
		note_name(names, table->rows[i].type, table->rows[i].offset);
	for (size_t i = 0; i < table->extras_count; i++)
		note_name(names, table->extras[i].type, table->extras[i].offset);
	return names;
}

static void write_names(struct pack *pack, const struct attr_table *table, void *object)
{
	const struct names_in *names = names_in(table);

	for (size_t i = 0; i < names->count; i++)
		pack_name(pack, (void *)((char *)object + names->offsets[i]));
}

/* Turns the names of a struct with a table; while reading it is judged as well. */
static int pack_fields(struct pack *pack, const struct attr_table *table, void *object)
{
	const struct attr_set *asked = attr_asked(table, object);
	char *bytes = object;
	int r = 0;

	if (!pack->into) {
		write_names(pack, table, object);
		return 0;
	}
	if ((asked->value | asked->null) & ~(UINT64_MAX >> (64 - table->count)))
		return -EBADMSG;
	for (size_t i = 0; !r && i < table->count; i++)
		r = pack_field(pack, table->rows[i].type, bytes + table->rows[i].offset);
	for (size_t i = 0; !r && i < table->extras_count; i++)
		r = pack_field(pack, table->extras[i].type, bytes + table->extras[i].offset);
	return r;
}

int pack_names(struct pack *pack, struct range *range)
{
	struct pools *pools = pack->into ? &pack->into->pools : NULL;
	uint32_t name;
	int r = 0;

	if (pools && range->count > pack->left / sizeof(name))
		return -EBADMSG;
	for (uint32_t i = 0; !pools && i < range->count; i++) {
		name = place_of(pack, pack->from->pools.names[range->at + i]);
		text_put(&pack->lists, (const char *)&name, sizeof(name));
	}
	range->at = pools && range->count ? (uint32_t)pools->names_count : 0;
	for (uint32_t i = 0; pools && !r && i < range->count; i++) {
		r = take(pack, &name, sizeof(name));
		r = r ? r : pack_name(pack, &name);
		*array_add(&pools->names, &pools->names_count, &pools->names_room) = name;
	}
	return r;
}

int pack_list(struct pack *pack, const struct attr_table *table, void **items, uint32_t count)
{
	size_t words = table->size / WORD;
	char *item = *items;
	int r = 0;

	if (!pack->into) {
		CLEANUP(pointer_free) char *copy = memory_new(1, table->size);

		for (uint32_t i = 0; i < count; i++, item += table->size) {
			memcpy(copy, item, table->size);
			pack_fields(pack, table, copy);
			put_words(&pack->lists, copy, words);
		}
		*items = NULL;
		return 0;
	}
	if (count > pack->left / mask_size(words))
		return -EBADMSG;
	*items = item = count ? arena_new(&pack->into->arena, count * table->size) : NULL;
	for (uint32_t i = 0; !r && i < count; i++, item += table->size) {
		r = take_words(pack, item, words);
		r = r ? r : pack_fields(pack, table, item);
	}
	return r;
}

/* An object with its origin before it, so that both are of the same words. */
struct packed {
	const struct object_info *info;
	char *bytes, *object;
	size_t words;
};

static struct packed packed_new(enum object_type type)
{
	const struct object_info *info = object_info(type);
	struct packed packed = { .info = info };

	static_assert(sizeof(struct origin_in_file) == WORD, "the origin");
	assert(info->size % WORD == 0);
	packed.words = 1 + info->size / WORD;
	packed.bytes = memory_new(packed.words, WORD);
	packed.object = packed.bytes + WORD;
	return packed;
}

static void packed_clear(struct packed *packed)
{
	free(packed->bytes);
}

/* Those that are inside of it; others are for info->pack. */
static int pack_parts(struct pack *pack, const struct packed *packed, const struct part *parts,
		      size_t count)
{
	const char *end = packed->object + packed->info->size;
	int r = 0;

	for (size_t i = 0; !r && i < count; i++)
		if ((char *)parts[i].object >= packed->object && (char *)parts[i].object < end)
			r = pack_fields(pack, parts[i].table, parts[i].object);
	return r;
}

static void put_objects(struct pack *pack, enum object_type type)
{
	CLEANUP(packed_clear) struct packed packed = packed_new(type);
	const struct object_info *info = packed.info;
	uint32_t count = (uint32_t)pack->from->objects[type].count;

	text_put(pack->out, (const char *)&count, sizeof(count));
	for (uint32_t i = 0; i < count; i++) {
		struct origin_in_file origin = network_origin(pack->from, type, i);
		struct part parts[PARTS];
		size_t parts_count;

		memcpy(packed.bytes, &origin, sizeof(origin));
		memcpy(packed.object, network_at(pack->from, type, i), info->size);
		/* Before the pointers go by which the parts are found. */
		parts_count = info->parts(packed.object, parts);
		if (info->pack)
			info->pack(packed.object, pack);
		pack_parts(pack, &packed, parts, parts_count);
		put_words(pack->out, packed.bytes, packed.words);
		text_put(pack->out, pack->lists.bytes, pack->lists.length);
		text_cut(&pack->lists, 0);
	}
}

static int take_object(struct pack *pack, enum object_type type, struct packed *packed)
{
	struct origin_in_file origin;
	struct part parts[PARTS];
	int r = take_words(pack, packed->bytes, packed->words);

	if (!r && packed->info->pack)
		r = packed->info->pack(packed->object, pack);
	if (!r)
		r = pack_parts(pack, packed, parts, packed->info->parts(packed->object, parts));
	if (r < 0)
		return r;
	memcpy(&origin, packed->bytes, sizeof(origin));
	network_add(pack->into, type, packed->object, origin);
	return 0;
}

static int take_objects(struct pack *pack, enum object_type type)
{
	CLEANUP(packed_clear) struct packed packed = packed_new(type);
	uint32_t count;
	int r = take(pack, &count, sizeof(count));

	for (uint32_t i = 0; !r && i < count; i++)
		r = take_object(pack, type, &packed);
	return r;
}

void network_pack(const struct network *network, struct text *bytes)
{
	CLEANUP(pack_clear) struct pack pack = { .from = network, .out = bytes };
	size_t start = bytes->length, objects = start + PACK_HEAD + WORD;
	uint64_t size;

	assert(!bytes->streams);
	memset(text_room(bytes, PACK_HEAD + WORD), 0, PACK_HEAD + WORD);
	bytes->length = objects;
	for (enum object_type type = 0; type < OBJECT_TYPES; type++)
		put_objects(&pack, type);
	size = bytes->length - objects;
	memcpy(bytes->bytes + objects - WORD, &size, sizeof(size));
	for (size_t i = 0; i < pack.ids_count; i++) {
		const char *name = names_text(network->names, pack.ids[i]);

		text_put(bytes, name, strlen(name) + 1);
	}
	pack_seal(bytes->bytes + start, bytes->length - start);
}

/* Of the bytes behind the head the names, which end them. */
static int take_names(struct pack *pack)
{
	const char *at, *end = pack->at + pack->left;
	uint64_t size;

	if (take(pack, &size, sizeof(size)) < 0 || size > pack->left)
		return -EBADMSG;
	at = pack->at + size;
	pack->left = (size_t)size;
	while (at < end) {
		const char *nul = memchr(at, '\0', (size_t)(end - at));

		if (!nul)
			return -EBADMSG;
		*array_add(&pack->ids, &pack->ids_count, &pack->ids_room) =
			names_id(pack->into->names, at, (size_t)(nul - at));
		at = nul + 1;
	}
	return 0;
}

static int take_all(struct pack *pack)
{
	int r = take_names(pack);

	for (enum object_type type = 0; !r && type < OBJECT_TYPES; type++)
		r = take_objects(pack, type);
	return r || !pack->left ? r : -EBADMSG;
}

static int refuse(struct error *error, int errnum, const char *why)
{
	error_set(error, 0, "%s", why);
	error->errnum = errnum;
	return -errnum;
}

static int check_head(const char *bytes, size_t length, struct error *error)
{
	struct head head;

	if (length < sizeof(head))
		return refuse(error, EBADMSG, "the picture of a network is cut off");
	memcpy(&head, bytes, sizeof(head));
	if (memcmp(head.magic, magic, sizeof(magic)) != 0)
		return refuse(error, EBADMSG, "this is no picture of a network");
	if (head.layout != layout_hash())
		return refuse(error, EPROTO,
			      "the picture of a network was written by another version of ovl, "
			      "and only that one can read it");
	bytes += sizeof(head);
	length -= sizeof(head);
	if (head.length > length)
		return refuse(error, EBADMSG, "the picture of a network is cut off");
	if (head.length < length || head.sum != hash_bytes(0, bytes, length))
		return refuse(error, EBADMSG, "the picture of a network is damaged");
	return 0;
}

int network_unpack(struct network *network, const char *bytes, size_t length, struct error *error)
{
	CLEANUP(network_clear) struct network read = { .names = network->names };
	CLEANUP(pack_clear) struct pack pack = { .into = &read };
	int r = check_head(bytes, length, error);

	if (r < 0)
		return r;
	pack.at = bytes + PACK_HEAD;
	pack.left = length - PACK_HEAD;
	if (take_all(&pack) < 0)
		return refuse(error, EBADMSG, "the picture of a network is damaged");
	*network = read;
	read = (struct network){ 0 };
	return 0;
}
