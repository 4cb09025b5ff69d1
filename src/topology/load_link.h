/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A link of a topology file: its attributes by the rows of its kind, and what hangs on it. */
#pragma once

#include "topology/loader.h"

/* The links of the namespace with that index: NAME: {ATTRIBUTE: VALUE, ...}, ... */
void load_links(struct loader *loader, const struct scope *scope, const struct node *map,
		uint32_t space);

/*
 * Reads `defaults: {KIND: {ATTRIBUTE: VALUE}}` over those of the namespace around
 * it: an array of a link or NULL for each kind, in the network's arena.
 */
struct link **load_defaults(struct loader *loader, const struct scope *scope,
			    const struct node *map, struct link *const *outer, uint32_t netns);

/* Gives the link what its namespace's defaults say and it does not name itself. */
void link_take_defaults(struct link *link, const struct space *space);

/* What `adopt` and `manage` of a map say. */
enum manage load_manage(struct loader *loader, const struct scope *scope, const struct node *map);

/* Whether a file can say the row: no status, no action, no name, no place. */
bool load_takes(const struct attr *row);

/* What the words of a link's map are, beside rows; ends with NULL. */
extern const char *const link_keys[];
