/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network as it is, as far as a lab is concerned: what it names, and what is its own. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "model/network.h"

struct error;
struct kernel;
struct names;

/* Interned names of namespaces; 0 is the one ovl runs in. */
struct places {
	uint32_t *items;
	size_t count, room;
	size_t there; /* so many from the first on were there; others may be by now */
};

/* Accepts a zeroed one. */
void places_clear(struct places *places);

/* Leaves out the namespaces that have no name any more: each would be looked for. */
void places_keep_named(struct places *places, const struct names *names);

/* What is known of a lab from before; each may be NULL. */
struct past {
	const struct network *last;   /* what was wanted */
	const struct network *former; /* what others had before: plan/former.h */
};

/*
 * The namespaces that `want` names, those that the past names and that are there, and
 * those whose `lo` says that they are the lab's. One that may not be entered is no failure: `unseen` says why (NULL: it
 * is one).
 */
int lab_places(struct kernel *kernel, const struct network *want, const struct past *past,
	       const char *lab, struct places *places, struct error *unseen, struct error *error);

/*
 * Reads them, with the settings that `want` and `former` have; of entries those `types`.
 * `last`, `types` and `leaving` are as in struct picture_options. It is the caller's to clear.
 */
int lab_network_read(struct kernel *kernel, struct network *want, const struct past *past,
		     const struct places *places, uint32_t types, const char *leaving,
		     struct network *have, struct error *error);
