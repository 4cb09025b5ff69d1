/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/object.h"

#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/hash.h"
#include "base/memory.h"
#include "model/address.h"
#include "model/altname.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/netns.h"
#include "model/route.h"
#include "model/sysctl.h"
#include "model/vni.h"

#define INFO(object, word, get_parts) \
	.name = (word), .size = sizeof(struct object), .parts = (get_parts)

static const struct object_info infos[OBJECT_TYPES] = {
	[OBJECT_NETNS] = { INFO(netns, "netns", netns_parts), .netns = SIZE_MAX },
	[OBJECT_LINK] = { INFO(link, "link", link_parts), .netns = offsetof(struct link, netns),
			  .matches = link_matches, .pack = link_pack, .links = link_links },
	[OBJECT_ADDRESS] = { INFO(link_address, "addr", address_parts),
			     .netns = offsetof(struct link_address, netns) },
	[OBJECT_NEIGHBOUR] = { INFO(neighbour, "arp", neighbour_parts),
			       .netns = offsetof(struct neighbour, netns) },
	[OBJECT_FDB] = { INFO(fdb, "fdb", fdb_parts), .netns = offsetof(struct fdb, netns) },
	[OBJECT_ROUTE] = { INFO(route_full, "route", route_parts),
			   .netns = offsetof(struct route_full, route.netns),
			   .matches = route_matches, .copy = route_copy, .pack = route_pack,
			   .links = route_links, .whole = true },
	[OBJECT_VNI] = { INFO(vni, "vni", vni_parts), .netns = offsetof(struct vni, netns) },
	[OBJECT_ALTNAME] = { INFO(altname, "altname", altname_parts),
			     .netns = offsetof(struct altname, netns) },
	[OBJECT_SYSCTL] = { INFO(sysctl, "sysctl", sysctl_parts),
			    .netns = offsetof(struct sysctl, netns) },
};

const struct object_info *object_info(enum object_type type)
{
	return &infos[type];
}

uint32_t object_netns(enum object_type type, const void *object)
{
	uint32_t netns;

	if (infos[type].netns == SIZE_MAX)
		return 0;
	memcpy(&netns, (const char *)object + infos[type].netns, sizeof(netns));
	return netns;
}

/* parts() hands out pointers that may be written to; who only reads goes through here. */
static size_t parts_of(enum object_type type, const void *object, struct part parts[PARTS])
{
	void *writable;

	memcpy(&writable, &object, sizeof(writable));
	return infos[type].parts(writable, parts);
}

static const struct part *part_of(const struct part *parts, size_t count,
				  const struct attr_table *table)
{
	for (size_t i = 0; i < count; i++)
		if (parts[i].table == table)
			return &parts[i];
	return NULL;
}

/* Which rows of a table are of the key, and which name a link: bit i is row i. */
struct rows {
	const struct attr_table *table;
	uint64_t keys, links;
};

enum { TABLES = 32 }; /* more than there are */

/* Found once for each table: a picture asks a million times. */
static const struct rows *rows_of(const struct attr_table *table)
{
	static struct rows all[TABLES];
	struct rows *rows = all;

	while (rows->table != table && rows->table && rows < all + TABLES - 1)
		rows++;
	if (rows->table == table)
		return rows;
	*rows = (struct rows){ .table = table };
	for (size_t i = 0; i < table->count; i++) {
		if (table->rows[i].traits & ATTR_KEY)
			rows->keys |= UINT64_C(1) << i;
		if (table->rows[i].type == &attr_type_link_name)
			rows->links |= UINT64_C(1) << i;
	}
	return rows;
}

uint64_t object_link_rows(const struct attr_table *table)
{
	return rows_of(table)->links;
}

static bool matches(enum object_type type, const void *object, const void *filter, bool key_only)
{
	struct part want[PARTS], have[PARTS];
	size_t wanted = parts_of(type, filter, want);
	size_t count = parts_of(type, object, have);

	for (size_t p = 0; p < wanted; p++) {
		uint64_t left = attr_asked(want[p].table, want[p].object)->value;
		size_t at = 0;

		while (at < count && have[at].table != want[p].table)
			at++;
		if (left && at == count)
			return false;
		for (; left; left &= left - 1) {
			const struct attr *row = &want[p].table->rows[__builtin_ctzll(left)];

			if ((row->traits & ATTR_KEY || !key_only) &&
			    !attr_equal(row, want[p].object, have[at].object))
				return false;
		}
	}
	return !infos[type].matches || infos[type].matches(object, filter);
}

bool object_matches(enum object_type type, const void *object, const void *filter)
{
	return matches(type, object, filter, false);
}

bool object_has_key(enum object_type type, const void *object, const void *key)
{
	return matches(type, object, key, true);
}

void *object_copy(enum object_type type, const void *object, struct arena *arena)
{
	return infos[type].copy ? infos[type].copy(object, arena)
				: arena_copy(arena, object, infos[type].size);
}

/* What is not reported when there is none of it. */
static bool may_be_none(const struct attr *row)
{
	return !(row->traits & (ATTR_STATUS | ATTR_ACTION | ATTR_KEY)) &&
	       (row->type == &attr_type_link_name || row->type == &attr_type_label ||
		row->type == &attr_type_address);
}

static bool is_none(const struct attr *row, const void *object)
{
	return row->type == &attr_type_address ? address_is_zero(attr_value(row, object))
					       : attr_is_zero(row, object);
}

static void ask_for_none(const struct part *keep, const struct part *want, const struct attr *row)
{
	struct address *address = attr_field(row, keep->object);

	if (!attr_has(want->table, want->object, row) || attr_has(keep->table, keep->object, row) ||
	    !may_be_none(row))
		return;
	memset(address, 0, row->size);
	if (row->type == &attr_type_address)
		address->family = ((const struct address *)attr_value(row, want->object))->family;
	attr_mark(keep->table, keep->object, row);
}

void object_merge(enum object_type type, void *object, const void *change, bool says_none)
{
	struct part have[PARTS], want[PARTS];
	size_t count = infos[type].parts(object, have);
	size_t wanted = parts_of(type, change, want);

	for (size_t w = 0; w < wanted; w++) {
		const struct attr_table *table = want[w].table;
		const struct part *part = part_of(have, count, table);
		uint64_t left = part ? attr_asked(table, want[w].object)->value : 0;

		for (; left; left &= left - 1) {
			const struct attr *row = &table->rows[__builtin_ctzll(left)];

			if (row->traits & (ATTR_KEY | ATTR_ACTION))
				continue;
			memcpy(attr_field(row, part->object), attr_value(row, want[w].object),
			       row->size);
			attr_mark(table, part->object, row);
			if (!may_be_none(row) || !is_none(row, part->object))
				continue;
			attr_drop(table, part->object, row);
			if (says_none)
				attr_asked(table, part->object)->null |= attr_bit(table, row);
		}
	}
}

int object_links(enum object_type type, void *object, link_function *function, void *cookie)
{
	struct part parts[PARTS];
	size_t count = infos[type].parts(object, parts);
	int r = 0;

	if (infos[type].links)
		return infos[type].links(object, function, cookie);
	for (size_t p = 0; p < count; p++) {
		const struct attr *rows = parts[p].table->rows;
		uint64_t left = object_link_rows(parts[p].table);

		for (; left && !r; left &= left - 1) {
			struct link_name *name =
				attr_field(&rows[__builtin_ctzll(left)], parts[p].object);

			if (name->id)
				r = function(cookie, object_netns(type, object), name);
		}
	}
	return r;
}

bool object_cut_down(enum object_type type, void *object, const void *have)
{
	struct part cut[PARTS], has[PARTS];
	size_t count = infos[type].parts(object, cut);
	size_t others = parts_of(type, have, has);
	bool left = false;

	for (size_t c = 0; c < count; c++) {
		const struct attr_table *table = cut[c].table;
		size_t h = 0;

		while (h < others && has[h].table != table)
			h++;
		for (const struct attr *row = table->rows; row < table->rows + table->count;
		     row++) {
			if ((row->traits & ATTR_KEY) || !attr_has(table, cut[c].object, row))
				continue;
			if (h < others && !(row->traits & ATTR_ACTION) &&
			    attr_equal(row, cut[c].object, has[h].object))
				attr_drop(table, cut[c].object, row);
			else
				left = true;
		}
	}
	return left;
}

void object_keep(enum object_type type, void *object, const void *asked)
{
	struct part keep[PARTS], want[PARTS];
	size_t count = infos[type].parts(object, keep);
	size_t wanted = parts_of(type, asked, want);

	for (size_t p = 0; p < count; p++) {
		uint64_t mask = 0;

		if (keep[p].is_none)
			continue;
		for (size_t w = 0; w < wanted; w++) {
			if (want[w].table != keep[p].table)
				continue;
			mask = attr_asked(want[w].table, want[w].object)->value;
			for (size_t i = 0; i < keep[p].table->count; i++)
				ask_for_none(&keep[p], &want[w], &keep[p].table->rows[i]);
		}
		for (size_t i = 0; i < keep[p].table->count; i++)
			if (keep[p].table->rows[i].traits & ATTR_KEY)
				mask |= UINT64_C(1) << i;
		attr_asked(keep[p].table, keep[p].object)->value &= mask;
	}
}

/* The bytes of an object that are its key: those of rows that touch each other are one run. */
struct key {
	struct run {
		size_t offset, size;
	} runs[8];
	size_t count;
};

static void add_run(struct key *key, size_t offset, size_t size)
{
	struct run *runs = key->runs;
	size_t at = key->count;

	while (at && runs[at - 1].offset > offset)
		at--;
	memmove(runs + at + 1, runs + at, (key->count - at) * sizeof(*runs));
	runs[at] = (struct run){ offset, size };
	key->count++;
	for (size_t i = key->count; --i;)
		if (runs[i - 1].offset + runs[i - 1].size == runs[i].offset) {
			runs[i - 1].size += runs[i].size;
			memmove(runs + i, runs + i + 1, (--key->count - i) * sizeof(*runs));
		}
}

/* The rows of a key are all in the object itself, not in what it points to. */
static const struct key *key_of(enum object_type type)
{
	static struct key keys[OBJECT_TYPES];
	CLEANUP(pointer_free) void *nothing = NULL;
	struct key *key = &keys[type];
	struct part parts[PARTS];
	size_t count;

	if (key->count)
		return key;
	nothing = memory_new(1, infos[type].size);
	count = infos[type].parts(nothing, parts);
	for (size_t p = 0; p < count; p++) {
		uint64_t left = rows_of(parts[p].table)->keys;
		size_t start = (size_t)((const char *)parts[p].object - (const char *)nothing);

		for (; left; left &= left - 1) {
			const struct attr *row = &parts[p].table->rows[__builtin_ctzll(left)];

			add_run(key, start + row->offset, row->size);
		}
	}
	return key;
}

/* As hash_bytes(), of a length that is always the same. */
static uint64_t mix(uint64_t hash, const char *bytes, size_t size)
{
	uint64_t word = 0;
	size_t at = 0;

	for (; at + sizeof(word) <= size; at += sizeof(word)) {
		memcpy(&word, bytes + at, sizeof(word));
		hash = hash_word(hash, word);
	}
	if (at == size)
		return hash;
	/* The last ones, some of them once more: a copy of a length that is not known is slow. */
	if (size >= sizeof(word)) {
		memcpy(&word, bytes + size - sizeof(word), sizeof(word));
		return hash_word(hash, word);
	}
	word = 0;
	while (size--)
		word = word << 8 | (uint8_t)bytes[size];
	return hash_word(hash, word);
}

uint64_t object_key_hash(enum object_type type, const void *object)
{
	const struct key *key = key_of(type);
	uint64_t hash = 0;

	for (size_t i = 0; i < key->count; i++)
		hash = mix(hash, (const char *)object + key->runs[i].offset, key->runs[i].size);
	return hash;
}

int object_key_order(enum object_type type, const void *a, const void *b)
{
	const struct key *key = key_of(type);
	int order = 0;

	for (size_t i = 0; !order && i < key->count; i++)
		order = memcmp((const char *)a + key->runs[i].offset,
			       (const char *)b + key->runs[i].offset, key->runs[i].size);
	return order;
}

bool object_same_key(enum object_type type, const void *a, const void *b)
{
	return !object_key_order(type, a, b);
}
