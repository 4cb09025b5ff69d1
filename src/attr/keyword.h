/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words that stand for numbers: the states of a neighbour, the types of a route. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* One of a list that ends with a NULL word. */
struct keyword {
	const char *word;
	uint64_t value;
	const char *shown; /* how it is reported, where that is not the word: "REACHABLE" */
};

/* The value of a word; false when it is none of them. */
bool keyword_value(const struct keyword *keywords, const char *word, uint64_t *value);

/* The first word of a value, or NULL. */
const char *keyword_word(const struct keyword *keywords, uint64_t value);

/* How a value is reported where that is not its word; else NULL. */
const char *keyword_shown(const struct keyword *keywords, uint64_t value);
