/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attributes of an object read from the words of a command line, a batch or a topology file. */
#pragma once

#include "model/object.h"

struct error;
struct words;

/*
 * Reads whatever attributes come next of the parts, in their order of
 * precedence. 1: took some, 0: the next word is none's, negative: error.
 */
int object_take(const struct attr_context *context, const struct part *parts, size_t count,
		struct words *words, struct error *error);

/*
 * The error for a word that nothing takes, with the nearest of what would be
 * possible; `others` ends with NULL. Returns -EINVAL.
 */
int object_unknown(const struct part *parts, size_t count, const char *const *others,
		   const char *word, struct error *error);

/* The interned name of a link that exists (DEV); checked for what a name may be. */
int link_name_take(const struct attr_context *context, const char *word, uint32_t *name,
		   struct error *error);
