/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses, neighbours and fdb entries as the words that make or delete them:
 * of the command line, or a string of a topology file. Each is read to the end
 * of the words; which link it belongs to may be left open.
 */
#pragma once

#include "model/address.h"
#include "model/fdb.h"
#include "model/neighbour.h"

struct error;
struct link;
struct words;

/* ADDRESS/LEN [peer P] [broadcast B|+|-] [dev DEV] …, checked and with + worked out. */
int address_words_take(const struct attr_context *context, struct link_address *address,
		       struct words *words, struct error *error);

/* ADDRESS [dev DEV] [lladdr MAC] … */
int neighbour_words_take(const struct attr_context *context, struct neighbour *neighbour,
			 struct words *words, struct error *error);

/* MAC [dev DEV] [dst ADDRESS] … */
int fdb_words_take(const struct attr_context *context, struct fdb *fdb, struct words *words,
		   struct error *error);

/*
 * Whether a neighbour that is to be made names enough; gives one without a state
 * ip(8)'s: permanent, unless the kernel is to find out by itself.
 */
int neighbour_settle(struct neighbour *neighbour, struct error *error);

/* Whether an fdb entry names enough, and nothing that excludes the rest. */
int fdb_words_check(const struct fdb *fdb, struct error *error);

/*
 * Whose table an entry is for when nobody says it: `self` or `master`, by the
 * link it belongs to.
 */
void fdb_settle_table(struct fdb *fdb, const struct link *link);

/*
 * Drops port and vni where they are the vxlan's own: the kernel does not report those
 * (vxlan_fdb_info()).
 */
void fdb_settle_own(struct fdb *fdb, const struct link *link);

/* An entry without a state: static on a port, permanent in a device's own table. */
void fdb_settle_state(struct fdb *fdb);

/* The next of those alone: 1 when it took it, 0 when it is another word. */
int fdb_word_take(const struct attr_context *context, struct fdb *fdb, struct words *words,
		  struct error *error);
