/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The network as the kernel has it, as one picture: what a topology file is
 * compared with, what a capture writes down.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/network.h"

struct error;
struct kernel;

struct picture_options {
	/*
	 * Also what can never be a lab's: entries that were learned or that
	 * another protocol put there, a device's own MACs. Without it they are
	 * left out while they are read; addresses stay, they are few.
	 */
	bool everything;
	/* Beside links and their altnames, which types: bits of 1 << OBJECT_…, TYPES_IPV4_ROUTES; 0: all. */
	uint32_t types;
	/*
	 * A look at the whole: links, addresses, default routes of the main table and
	 * what vxlans know of other VTEPs. No other dump is asked for.
	 */
	bool overview;
	/* Of an overview: the whole fdb, and all routes of the main table. */
	bool closer;
	/*
	 * What is wanted, or NULL. Routes with a key of it stay all the same: they
	 * are in the way. Settings are read when it has them.
	 */
	struct network *want;
	/* Settings of which are read, too; or NULL. */
	const struct network *former;
	/*
	 * What was wanted before, or NULL. A big fdb table, of which `want` and this name
	 * more than FDB_ASK_ABOVE, is asked for those instead of dumped, and the
	 * network says `fdb_not_searched`.
	 */
	const struct network *last;
	/*
	 * A lab that goes as a whole, or NULL: of the namespaces that are its own and that
	 * `want` does not name only links are read, since all else falls with them;
	 * elsewhere, beside links and addresses, the types of entries that `last` or `former`
	 * name there: what is on the lab's links falls, and the rest is not the lab's.
	 */
	const char *leaving;
	bool all_routes; /* also those of other protocols, but for the kernel's own */
	/* Told of a namespace that may not be entered, which is left out. NULL: that is a failure. */
	void (*left_out)(void *cookie, uint32_t netns, const struct error *why);
	void *cookie;
};

/*
 * A picture will be read of a network that should have many objects of the type, `count` so far
 * and this one the last: their dump may begin (kernel/foresight.h).
 */
void picture_expect(struct kernel *kernel, enum object_type type, const void *object, size_t count);

/*
 * Reads the namespaces of these interned names (0: the one ovl runs in) into an
 * empty network; one that does not exist is left out. What is there is one
 * OBJECT_NETNS a namespace (but for 0), with its id where `want` names one, then
 * links with the other ends of veths, altnames, addresses, neighbours, fdb entries,
 * routes of all tables and VNIs.
 *
 * As files say it: an entry of a bridge is `master`, or `self` when it is on
 * the bridge itself; a veth's `peer_netns` is where the other end is, also when
 * that is here; `peer` 0 is one that cannot be known.
 *
 * A torn dump is read again, 5 times at most; so is a namespace whose entries
 * name links that were not there when its links were read. Fails (exit 2) when
 * a namespace may not be entered.
 */
int picture_read(struct kernel *kernel, const uint32_t *netns, size_t count,
		 const struct picture_options *options, struct network *network,
		 struct error *error);

/*
 * The interned names of all named namespaces that are live, and 0 in front for
 * the one ovl runs in, also when that has a name. The caller frees the array.
 */
int picture_namespaces(struct kernel *kernel, uint32_t **netns, size_t *count, struct error *error);

/*
 * The alias of the namespace's `lo`, interned: whose it is. 0 when there is none,
 * or when there is no such namespace.
 */
int picture_netns_alias(struct kernel *kernel, uint32_t netns, uint32_t *alias,
			struct error *error);
