/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/fdb_tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/names.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/network.h"

/* What is known of each link while it is decided; as many as there are links. */
struct device {
	size_t bridge;     /* bridge_of() */
	size_t own, ports; /* entries one network names: in its own table, as a bridge's */
	bool is_big;       /* the most any of them names of either is too much for a dump */
	bool is_dumped;    /* one of its entries cannot be asked for */
};

struct planning {
	struct fdb_tables *tables;
	struct device *devices;
	uint32_t netns;
	uint32_t *seen; /* hash of keys -> 1 + index in asks */
	size_t seen_size;
};

static const struct link *link_at(const struct fdb_tables *tables, size_t at)
{
	return network_at(tables->links, OBJECT_LINK, at);
}

/* The index of the link, or SIZE_MAX. */
static size_t find_link(const struct fdb_tables *tables, uint32_t netns, struct link_name name)
{
	const struct link key = { .netns = { netns }, .name = name };
	size_t at;

	return name.id && network_find(tables->links, OBJECT_LINK, &key, &at) ? at : SIZE_MAX;
}

static size_t device_of(struct fdb_tables *tables, const struct fdb *fdb)
{
	if (!tables->last_name || tables->last_name != fdb->dev.id) {
		tables->last_at = find_link(tables, fdb->netns.id, fdb->dev);
		tables->last_name = fdb->dev.id;
	}
	return tables->last_at;
}

static const char *kind_of(const struct link *link)
{
	return link->kind_info ? link->kind_info->name : "";
}

static bool is_bridge_port(const struct fdb_tables *tables, const struct link *link)
{
	return link->master.id && !strcmp(names_text(tables->names, link->port_kind.id), "bridge");
}

/* The link whose table has the entries of this one that are not `self`: a bridge, or SIZE_MAX. */
static size_t bridge_of(const struct fdb_tables *tables, size_t at)
{
	const struct link *link = link_at(tables, at);

	return is_bridge_port(tables, link)       ? find_link(tables, link->netns.id, link->master)
	       : !strcmp(kind_of(link), "bridge") ? at
						  : SIZE_MAX;
}

static bool is_own(const struct fdb *fdb, const struct link *link)
{
	return fdb_is_own(fdb, kind_of(link), link->master.id != 0);
}

/* Neither several destinations of a MAC, nor a table whose driver does not answer. */
static bool may_be_asked(const struct fdb_tables *tables, const struct fdb *fdb,
			 const struct link *link)
{
	struct fdb settled = *fdb;

	settled.self = is_own(fdb, link);
	if (fdb_is_flood(&settled) || fdb->src_vni)
		return false;
	return settled.self ? !strcmp(kind_of(link), "vxlan") || !strcmp(kind_of(link), "bridge")
			    : is_bridge_port(tables, link);
}

static void count_entry(struct planning *planning, const struct fdb *fdb)
{
	struct fdb_tables *tables = planning->tables;
	size_t at = device_of(tables, fdb), bridge;

	if (at == SIZE_MAX)
		return;
	bridge = planning->devices[at].bridge;
	if (is_own(fdb, link_at(tables, at)) && bridge != at)
		planning->devices[at].own++;
	else if (bridge != SIZE_MAX)
		planning->devices[bridge].ports++;
	planning->devices[at].is_dumped |= !may_be_asked(tables, fdb, link_at(tables, at));
}

/* Counted for each network by itself: mostly they name the same. */
static void fold(struct device *devices, size_t count)
{
	for (struct device *device = devices; device < devices + count; device++) {
		device->is_big |= device->own > FDB_ASK_ABOVE || device->ports > FDB_ASK_ABOVE;
		device->own = device->ports = 0;
	}
}

static bool is_asked(const struct planning *planning, size_t at)
{
	const struct device *devices = planning->devices;
	size_t bridge = devices[at].bridge;

	return !devices[at].is_dumped &&
	       (devices[at].is_big || (bridge != SIZE_MAX && devices[bridge].is_big));
}

struct fdb fdb_tables_key(struct fdb_tables *tables, size_t i)
{
	const struct fdb *fdb = tables->asks[i];
	size_t at = device_of(tables, fdb);
	struct fdb key = { .netns = fdb->netns, .dev = fdb->dev, .mac = fdb->mac };

	key.self = is_own(fdb, link_at(tables, at));
	key.master = !key.self;
	key.vlan = fdb->vlan;
	ATTR_MARK(&fdb_table, fdb, &key, dev);
	ATTR_MARK(&fdb_table, fdb, &key, mac);
	if (key.self)
		ATTR_MARK(&fdb_table, fdb, &key, self);
	else
		ATTR_MARK(&fdb_table, fdb, &key, master);
	if (key.vlan)
		ATTR_MARK(&fdb_table, fdb, &key, vlan);
	return key;
}

static size_t hash_of(const struct fdb *fdb)
{
	uint64_t mac = 0;

	memcpy(&mac, &fdb->mac, sizeof(fdb->mac));
	return (size_t)hash_word(mac, (uint64_t)fdb->vlan << 48 ^ (uint64_t)fdb->dev.id << 32);
}

static bool is_same(const struct planning *planning, const struct fdb *a, const struct fdb *b)
{
	const struct link *link;

	if (a->dev.id != b->dev.id || a->vlan != b->vlan ||
	    memcmp(&a->mac, &b->mac, sizeof(a->mac)) != 0)
		return false;
	link = link_at(planning->tables, planning->tables->last_at);
	return is_own(a, link) == is_own(b, link);
}

static size_t slot_of(const struct planning *planning, const struct fdb *fdb)
{
	return hash_of(fdb) & (planning->seen_size - 1);
}

static void ask_for(struct planning *planning, const struct fdb *fdb)
{
	struct fdb_tables *tables = planning->tables;
	size_t link = device_of(tables, fdb);
	size_t at = slot_of(planning, fdb);

	if (link == SIZE_MAX || !is_asked(planning, link))
		return;
	for (; planning->seen[at]; at = (at + 1) & (planning->seen_size - 1))
		if (is_same(planning, tables->asks[planning->seen[at] - 1], fdb))
			return;
	*array_add(&tables->asks, &tables->asks_count, &tables->asks_room) = fdb;
	planning->seen[at] = (uint32_t)tables->asks_count;
}

enum { AHEAD = 16 }; /* entries whose slots are fetched from memory meanwhile */

static void for_each(struct planning *planning, const struct network *named,
		     void (*function)(struct planning *planning, const struct fdb *fdb))
{
	size_t count = named ? named->objects[OBJECT_FDB].count : 0;

	for (size_t i = 0; i < count; i++) {
		const struct fdb *fdb = network_at(named, OBJECT_FDB, i);

		if (planning->seen && i + AHEAD < count)
			__builtin_prefetch(&planning->seen[slot_of(planning, fdb + AHEAD)]);
		if (fdb->netns.id == planning->netns)
			function(planning, fdb);
	}
}

void fdb_tables_plan(struct fdb_tables *tables, const struct network *links,
		     const struct names *names, uint32_t netns, const struct network *const *named,
		     size_t named_count)
{
	struct planning planning = { .tables = tables, .netns = netns };
	size_t links_count = links->objects[OBJECT_LINK].count, total = 0;

	*tables = (struct fdb_tables){ .links = links, .names = names };
	for (size_t i = 0; i < named_count; i++)
		total += named[i] ? named[i]->objects[OBJECT_FDB].count : 0;
	if (total <= FDB_ASK_ABOVE)
		return;
	planning.devices = memory_new(links_count + 1, sizeof(*planning.devices));
	for (size_t at = 0; at < links_count; at++)
		planning.devices[at].bridge = bridge_of(tables, at);
	for (size_t i = 0; i < named_count; i++) {
		for_each(&planning, named[i], count_entry);
		fold(planning.devices, links_count);
	}
	for (size_t at = 0; at < links_count; at++)
		tables->are_asked |= is_asked(&planning, at);
	if (tables->are_asked) {
		planning.seen_size = 16;
		while (planning.seen_size < total * 2)
			planning.seen_size *= 2;
		planning.seen = memory_table(planning.seen_size, sizeof(*planning.seen));
		for (size_t i = 0; i < named_count; i++)
			for_each(&planning, named[i], ask_for);
		for (size_t at = 0; at < links_count; at++)
			if (!is_asked(&planning, at))
				*array_add(&tables->dumps, &tables->dumps_count,
					   &tables->dumps_room) = link_at(tables, at)->name;
	}
	free(planning.seen);
	free(planning.devices);
}

void fdb_tables_clear(struct fdb_tables *tables)
{
	free(tables->dumps);
	free(tables->asks);
	*tables = (struct fdb_tables){ 0 };
}
