/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which attributes of an object are not as they are wanted, and what the kernel makes of a change. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "model/object.h"

struct arena;
struct text;

/* What is compared though no row says it. */
enum aspect {
	ASPECT_ROW,    /* a row says it */
	ASPECT_KIND,   /* of a link: "type" */
	ASPECT_PEER,   /* a veth's other end */
	ASPECT_HOPS,   /* a route's nexthops and encapsulation */
	ASPECT_MANAGE, /* whose a link or namespace is; of two that are wanted only */
};

struct attribute {
	const char *name;
	enum aspect aspect;
	const struct attr_table *table;
	const struct attr *row;
	bool forces_replace; /* the kernel does not change it in place */
};

struct attributes {
	const struct attribute *items; /* in the arena given */
	size_t count;
};

/*
 * What `want` names and `have` has not; of a NULL `have` all that it names.
 * What it does not name is not compared, nor what is done rather than kept
 * (fdb_flush), nor what the kernel never reports as it was told. A `null` that
 * asks for a default nobody knows is not compared either.
 */
struct attributes attributes_compare(enum object_type type, const void *have, const void *want,
				     struct arena *arena);

bool attributes_have(const struct attributes *attributes, const struct attr *row);

/* The first that forces a replacement, or NULL. */
const struct attribute *attributes_fixed(const struct attributes *attributes);

/* The part of the object that has the table, or NULL. */
const void *attributes_part(enum object_type type, const void *object,
			    const struct attr_table *table);

/*
 * Puts the object's value as a word, "null" where the default is asked for; false when
 * it has none (nothing is put).
 */
bool attribute_print(const struct attribute *attribute, const struct attr_context *context,
		     enum object_type type, const void *object, struct text *text);
