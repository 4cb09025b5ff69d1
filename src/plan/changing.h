/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of candidate_apply() share: steps that can be taken back, and their words. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "model/link.h"
#include "model/network.h"
#include "plan/candidate.h"
#include "plan/plan.h"

struct error;
struct fdb;
struct link_address;
struct route_full;

/* How a change is taken back. */
struct done {
	enum object_type type;
	enum { DONE_ADD, DONE_REMOVE, DONE_EDIT } what;
	size_t at;
	void *before; /* of an edit */
};

enum { MTU_LEAST_IPV6 = 1280 };

struct changing {
	struct network *network;
	enum candidate_mode mode;
	const struct attr_context *context;
	const struct step *step; /* the one that is being carried out */
	struct done *done;
	size_t done_count, done_room;
	struct arena arena; /* of what was before, and of steps */
};

static inline bool is_kernel(const struct changing *changing)
{
	return changing->mode == CANDIDATE_KERNEL;
}

static inline bool is_kind(const struct link *link, const char *kind)
{
	return link->kind_info && !strcmp(link->kind_info->name, kind);
}

/* Adds a copy; the pointer is good until the next one of its type. */
void *changing_add(struct changing *changing, enum object_type type, const void *object);

void changing_remove(struct changing *changing, enum object_type type, size_t at);

/* The object, to be written to. Who changes its key calls network_rekey(). */
void *changing_edit(struct changing *changing, enum object_type type, size_t at);

/* Goes on to the next object that is no gap, from *at on; NULL behind the last. */
void *changing_walk(const struct changing *changing, enum object_type type, size_t *at);

/* The errors: "OBJECT 'KEY': exists already", "…: is not there". `what` may be NULL. */
int changing_exists(const struct changing *changing, const char *what, struct error *error);
int changing_misses(const struct changing *changing, struct error *error);
/* What the kernel refuses in general, with its words. */
int changing_refuses(const struct changing *changing, int errnum, const char *why,
		     struct error *error);

/* Whether the namespace is there; else exit 1. */
int changing_netns(const struct changing *changing, uint32_t netns, struct error *error);

/*
 * Gives each link the object names its own name, where that is an altname; exit 1
 * when there is no such link in the namespace.
 */
int changing_resolve(struct changing *changing, enum object_type type, void *object,
		     struct error *error);

/* Whether a reference to a link that is not there is fine: a file's, to one of the machine. */
bool changing_may_miss(const struct changing *changing, uint32_t netns, uint32_t name);

/* The link, or with a file `lo`, which is there without being named. NULL with the error set. */
struct link *changing_link(struct changing *changing, uint32_t netns, uint32_t name, size_t *at,
			   struct error *error);

/* candidate_link.c: steps of links, of namespaces. */
int change_link(struct changing *changing, const struct link *link, struct error *error);
int change_netns(struct changing *changing, struct error *error);
/* Whether a link may get the name; `is_other`: a veth's second end. */
int name_check(struct changing *changing, uint32_t netns, uint32_t name, bool is_other,
	       struct error *error);

/* candidate_move.c */

/* Whether the link may go where a change says, and be called so. */
int move_check(struct changing *changing, const struct link *have, const struct link *change,
	       struct error *error);
/* Renames and moves it, with all that names it. */
void move_link(struct changing *changing, size_t at, const struct link *change);
/* Makes `other` the link's other end. */
void link_tie(const struct changing *changing, struct link *link, const struct link *other);

/* candidate_fall.c */

/* Everything in the namespace goes. */
void fall_netns(struct changing *changing, uint32_t netns);
/* The link goes with all that hangs on it. */
void fall_link(struct changing *changing, size_t at);
/* What it has of IPv6. */
void fall_ipv6(struct changing *changing, uint32_t netns, uint32_t name);
/* The link was set down, or went elsewhere: what the kernel drops then. */
void fall_down(struct changing *changing, uint32_t netns, uint32_t name);
void fall_neighbours(struct changing *changing, uint32_t netns, uint32_t name);
/* It went to another namespace. */
void fall_moved(struct changing *changing, uint32_t netns, uint32_t name);
/* It is a port no more: what it was as one, and its entries in the bridge's table. */
void fall_port(struct changing *changing, struct link *link);
/* The address went: its secondaries, and the routes that were its own. */
void fall_address(struct changing *changing, const struct link_address *address);

/* candidate_entry.c: steps of everything else. The entry is of the step's type. */
int change_entry(struct changing *changing, void *entry, struct error *error);

/* Where the first with its key is. */
bool entry_find(const struct changing *changing, enum object_type type, const void *entry,
		size_t *at);
void *entry_add(struct changing *changing, void *entry);
/* The same when there is none yet … */
int entry_add_new(struct changing *changing, void *entry, struct error *error);
/* … and changed when there is. */
int entry_replace(struct changing *changing, void *entry);
int entry_set(struct changing *changing, void *entry, struct error *error);
/* The error of an entry that is not there; 0 when the kernel may have made it. */
int entry_misses(const struct changing *changing, const void *entry, struct error *error);

/* candidate_fdb.c */
int change_fdb(struct changing *changing, struct fdb *fdb, struct error *error);
/* A bridge has one entry for a MAC, on whichever port. */
bool fdb_find(const struct changing *changing, const void *entry, size_t *at);
/* Whether the kernel may have made it: a port's own MAC, a vxlan's own destination. */
bool fdb_is_kernels(const struct changing *changing, const void *entry);

/* candidate_route.c */

/* The link a gateway is reached on, by the addresses there are; 0: not known. */
uint32_t route_gateway_dev(const struct changing *changing, uint32_t netns,
			   const struct address *via);
/* As the kernel keeps it: without bits behind the prefix, with the link it found. */
void route_complete(const struct changing *changing, struct route_full *full);
/* Whether it is the same route, nexthops included: not to be had twice. */
bool route_is_twin(const struct route_full *a, const struct route_full *b);
/* Whether it is there, behind the first with its key, which IPv4 would replace: fib_table_insert(). */
bool route_is_behind(const struct changing *changing, const struct route_full *full);
/* Finds the one a deletion means: SIZE_MAX when there is none. */
size_t route_pick(const struct changing *changing, const struct route_full *key);
/* Adds it beside those with its key: IPv6 joins those with gateways to one. */
int route_append(struct changing *changing, const struct route_full *full, struct error *error);
