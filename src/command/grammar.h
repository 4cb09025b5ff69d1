/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A synopsis cut into what completion looks at. The words of a command come in
 * any order, so it is a list and no tree; the values that stand alone are in
 * order.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "command/synopsis.h"

/* Of a synopsis, or of a value's usage: "MIN MAX", "[inet6] ADDRESS". */
struct span {
	const char *at, *end;
};

struct item {
	struct synopsis_part part; /* a word or a value */
	struct span value;         /* what follows the keyword; empty: it stands alone */
	struct span clause;        /* the keyword begins a clause with words of its own */
	unsigned choice;           /* items of one number exclude each other; 0: none */
	bool optional, repeats, used;
};

enum { ITEMS = 48 };

struct grammar {
	struct item items[ITEMS];
	size_t count;
	unsigned choices;
};

/* Cuts one alternative of a synopsis, or a clause. */
void grammar_read(struct grammar *grammar, struct span text);

/* Takes the next alternative ("add DEV | show DEV") off the text; false at its end. */
bool grammar_alternative(const char **text, struct span *alternative);

/* Marks the item, and what it excludes, as used. */
void grammar_use(struct grammar *grammar, struct item *item);

/* The item of a keyword or word that may still come, or NULL. */
struct item *grammar_word(struct grammar *grammar, const char *word);

/* The first value that is still open, or NULL. */
struct item *grammar_value(struct grammar *grammar);

/* Whether nothing behind the item can come before it. */
bool item_bars(const struct item *item);

bool span_is_empty(const struct span *span);
