/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What all objects of a network have in common. An object is one or more
 * structs with an attribute table each ("parts"): a link has the common
 * attributes, those of its kind and those it has as a bridge's port. General
 * code walks parts and rows; it never asks which object it holds.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "attr/attr.h"

struct arena;
struct pack;

enum object_type {
	OBJECT_NETNS,
	OBJECT_LINK,
	OBJECT_ADDRESS,
	OBJECT_NEIGHBOUR,
	OBJECT_FDB,
	OBJECT_ROUTE,
	OBJECT_VNI,
	OBJECT_ALTNAME,
	OBJECT_SYSCTL,
	OBJECT_TYPES,
};

/* What is done with an object. */
enum change {
	CHANGE_ADD,     /* make it; it must not exist */
	CHANGE_APPEND,  /* add it beside what has the same key: fdb destinations, nexthops */
	CHANGE_PREPEND, /* the same, before it: routes */
	CHANGE_REPLACE, /* make it, or change what has its key */
	CHANGE_SET,     /* change the values asked for; it must exist */
	CHANGE_DELETE,
};

/* Whose a link or namespace is that a picture asks for. */
enum manage {
	MANAGE_OWN,    /* the lab's: made, changed and removed by it */
	MANAGE_ADOPT,  /* exists or not; taken over, released afterwards */
	MANAGE_PATCH,  /* somebody else's: what is named changes, and is given back */
	MANAGE_EXPECT, /* must be there; compared, never made (a host's end of a segment) */
};

enum { PARTS = 3 }; /* of an object at most */

struct part {
	const struct attr_table *table;
	void *object;
	const char *json; /* the JSON object its rows stand in; NULL: with the first part's */
	bool is_none;     /* the object has none of it: zeros to be read, never written to */
};

/*
 * Told of a link that an object names: in which namespace, and where the name
 * stands. Returns 0 to go on.
 */
typedef int link_function(void *cookie, uint32_t netns, struct link_name *name);

/* What is known of a type of object; object_info() has one each. */
struct object_info {
	const char *name; /* "fdb" */
	size_t size;
	/* The object's parts in order; returns how many. */
	size_t (*parts)(void *object, struct part parts[PARTS]);
	/* Where the name of the namespace it is in stands: 0 is the one ovl runs in. */
	size_t netns;
	/* What has lists: whether those fit a filter, and a copy with its own. NULL: it has none. */
	bool (*matches)(const void *object, const void *filter);
	void *(*copy)(const void *object, struct arena *arena);
	/*
	 * What its bytes alone do not keep in a file (model/pack.h), in both directions: its lists
	 * are handed to the pack and its pointers are set anew. Called before names are told from
	 * their places in the file. NULL: the bytes are all.
	 */
	int (*pack)(void *object, struct pack *pack);
	/* The links it names, where its rows do not say which and where. NULL: they do. */
	int (*links)(void *object, link_function *function, void *cookie);
	bool whole; /* a change of it replaces it: what is not named is not kept */
};

const struct object_info *object_info(enum object_type type);

/* The namespace the object is in. */
uint32_t object_netns(enum object_type type, const void *object);

/*
 * Whether `object` has each value `filter` asks for: how `show` and `flush`
 * select, and how what is there is compared with what is wanted.
 */
bool object_matches(enum object_type type, const void *object, const void *filter);

/* A copy of the object and its lists in the arena. */
void *object_copy(enum object_type type, const void *object, struct arena *arena);

/* Whether `object` has each key value that `key` names. */
bool object_has_key(enum object_type type, const void *object, const void *key);

/*
 * Of what the object has, keeps only what `asked` asks for and the key. A name,
 * text or address it has none of is asked for as none: so it undoes `asked`.
 */
void object_keep(enum object_type type, void *object, const void *asked);

/*
 * Gives the object each value that `change` asks for. A name, text or address of
 * none is dropped; with `says_none` it is asked for as the default then.
 */
void object_merge(enum object_type type, void *object, const void *change, bool says_none);

/*
 * Hands each link that the object names to the function, its own name aside;
 * returns what ended it.
 */
int object_links(enum object_type type, void *object, link_function *function, void *cookie);

/* Which rows of a table hold the name of a link: bit i is row i. */
uint64_t object_link_rows(const struct attr_table *table);

/* Drops what `have` has with the same value, the key aside; whether anything is left. */
bool object_cut_down(enum object_type type, void *object, const void *have);

/* Whether the two have the same key, value by value. */
bool object_same_key(enum object_type type, const void *a, const void *b);

/*
 * Below 0, 0 or above: an order of keys, 0 where object_same_key() says so. It has no meaning
 * but that addresses and MACs that count up are in it.
 */
int object_key_order(enum object_type type, const void *a, const void *b);

/* A hash over the key rows: equal keys have equal hashes. */
uint64_t object_key_hash(enum object_type type, const void *object);
