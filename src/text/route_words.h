/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A route as the words that make or delete it: of the command line, or a string of a topology file. */
#pragma once

#include <stdbool.h>

#include "model/route.h"

struct attr_context;
struct error;
struct pools;
struct words;

/*
 * Reads a route to the end of the words and settles what they leave open. Its
 * nexthops are in the pools, from their start, until the next call.
 */
int route_words_take(const struct attr_context *context, struct pools *pools, bool is_delete,
		     struct route_full *full, struct words *words, struct error *error);

/*
 * A prefix behind the word `after`; "default" is of the family that -4 or -6
 * says, else of one that is open: 0.
 */
int route_prefix_take(const struct attr_context *context, const char *after, struct prefix *prefix,
		      struct words *words, struct error *error);

/* "default", "any" or "all". */
bool route_word_is_any(const char *word);

/* Whether a word that stands alone can be meant as a prefix at all. */
bool route_word_is_prefix(const char *word);

/* Words of rows that only a lookup knows. */
bool route_word_is_lookup(const char *word);
