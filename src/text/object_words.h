/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Objects as the words of the command line that make or name them. */
#pragma once

#include "attr/attr.h"
#include "model/object.h"

struct route_full;
struct text;

/* How much of it: what a delete needs, what a change names, or all of what is made new. */
enum words_extent { WORDS_KEY, WORDS_VALUES, WORDS_NEW };

/*
 * Puts the object's words: first those of its key, then each value asked for.
 * `other` is a veth's other end or NULL.
 */
void object_words(enum object_type type, const struct attr_context *context, const void *object,
		  const void *other, enum words_extent extent, enum attr_style style,
		  struct text *text);

/* Puts "KIND 'KEY' in netns 'NETNS'", as messages name an object; 0 is no namespace to be named. */
void object_title(enum object_type type, const struct attr_context *context, const void *object,
		  uint32_t netns, struct text *text);

/*
 * Puts what few routes have, each word with a blank in front: encapsulation,
 * metrics, nexthops.
 */
void route_words_rest(const struct attr_context *context, const struct route_full *full,
		      enum attr_style style, struct text *text);
