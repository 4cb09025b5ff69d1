/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the forwarding tables of a namespace are read. A dump costs the square of a
 * table's entries in the kernel, which begins anew with every piece of it; asking
 * costs the same for each, and finds only what it is asked for. So the big tables
 * are asked for what is named, the others dumped.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr/attr.h"

struct fdb;
struct network;

/*
 * Named entries of one table (a bridge's, a vxlan's own) above which it is asked. Measured on
 * 6.18: a dump of 100,000 takes half the time that asking takes, of 200,000 (vxlan) or 400,000
 * (bridge) twice.
 */
enum { FDB_ASK_ABOVE = 120000 };

struct fdb_tables {
	bool are_asked;          /* some are; else one dump of everything does */
	struct link_name *dumps; /* devices that are dumped, each by itself */
	size_t dumps_count, dumps_room;
	const struct fdb **asks; /* entries that are asked for, none twice; the networks' */
	size_t asks_count, asks_room;
	const struct network *links;
	const struct names *names;
	uint32_t last_name; /* of the link looked up last: entries of one stand together … */
	size_t last_at;     /* … and its index */
};

/*
 * For one namespace: `links` has those that are there, indexed; `named` are networks
 * whose fdb entries are looked for (a file's, the one before; NULL: none). A device
 * with an entry that cannot be asked for, one of several destinations of a MAC, is
 * dumped.
 */
void fdb_tables_plan(struct fdb_tables *tables, const struct network *links,
		     const struct names *names, uint32_t netns, const struct network *const *named,
		     size_t named_count);

/* The key that asks for the i-th. */
struct fdb fdb_tables_key(struct fdb_tables *tables, size_t i);

/* Accepts a zeroed one. */
void fdb_tables_clear(struct fdb_tables *tables);
