/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose an object is, as the kernel itself tells it: a link a lab made has the
 * lab's group and alias, a namespace the alias on its `lo`. And which entries
 * can be a lab's at all: those that somebody put there to stay.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/object.h"

struct fdb;
struct link;
struct neighbour;
struct link_address;
struct names;

enum {
	LAB_GROUP = 0x40000000, /* and 30 bits of a hash of the lab's name: IFLA_GROUP */
	LAB_NAME_MOST = 32,     /* [a-z0-9-] */
	LAB_PROTOCOL = 111,     /* of entries a lab puts where it owns neither link nor namespace */
	LAB_ALIAS_MOST = 255,   /* IFALIASZ - 1: linux/if.h */
};

enum owner {
	OWNER_NOBODY,  /* no lab */
	OWNER_LAB,     /* this lab made it */
	OWNER_ADOPTED, /* this lab took it over and gives it back */
	OWNER_OTHER,   /* another lab has it */
	OWNER_CLASH,   /* another lab's alias in this lab's group: their hashes meet */
};

/* Whether it is a lab's name. */
bool lab_check_name(const char *name);

uint32_t lab_group(const char *name);

/* "ovl:LAB:adopted some text": the lab's name, its length 0 when the alias is no lab's. */
struct lab_alias {
	const char *lab;
	size_t length;
	bool adopted;
	const char *text; /* the user's own, "" when there is none */
};

struct lab_alias lab_alias_split(const char *alias);

/* Whether the alias says that it is that lab's. */
bool lab_alias_is(const char *alias, const char *lab);

/* The interned alias that marks a link as the lab's, with the user's own text behind it. */
uint32_t lab_alias(struct names *names, const char *lab, bool adopted, const char *text);

/* Whose the link is; of `lo`: whose the namespace is. */
enum owner lab_owner(const char *lab, const struct names *names, const struct link *link);

/*
 * Whether an entry is one that somebody put there to stay: a permanent or static
 * neighbour or fdb entry, a permanent address, a route of protocol boot, static
 * or ovl. Not what the kernel made, learned or was advertised, nor what another
 * protocol put there. `dev` is the link it is on, NULL when it is not known.
 */
bool lab_entry_is_static(enum object_type type, const void *entry, const struct link *dev);

/* Whether the kernel made the address by itself, and would again: loopback, link-local, autoconf. */
bool lab_address_is_kernels(const struct link_address *address, const struct link *dev);

/* Whether a neighbour is there to stay, whatever protocol put it there. */
bool lab_neighbour_is_fixed(const struct neighbour *neighbour, const struct link *dev);

/* Whether the protocol says that a lab put it there. */
bool lab_entry_is_marked(enum object_type type, const void *entry);

/* A vxlan's own entry for its `remote` or `group`: it comes and goes with that. */
bool lab_fdb_is_default(const struct fdb *fdb, const struct link *dev);
