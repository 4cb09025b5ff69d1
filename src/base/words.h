/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cursor over the words of a command line, of a batch line or of a string in
 * a topology file; and the nearest known word when one is not known.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct error;

struct words {
	char **at; /* the next word */
	size_t left;
};

/* The next word, or NULL at the end; it stays where it is. */
const char *words_peek(const struct words *words);

/* The next word, which is consumed, or NULL at the end. */
const char *words_take(struct words *words);

/* Takes the next word when it is `word`. */
bool words_take_if(struct words *words, const char *word);

/* Whether `word` is one of the words in `list` (may be NULL), which one blank separates. */
bool words_among(const char *list, const char *word);

/*
 * The value that follows the keyword `after` (for the message). NULL with the
 * error set when there is none.
 */
const char *words_value(struct words *words, const char *after, const char *expected,
			struct error *error);

/* How far two words are apart: letters changed, added, left out or swapped. */
size_t words_distance(const char *a, const char *b);

/*
 * Keeps in *best the candidate nearest to `word`; *distance begins at SIZE_MAX. NULL when
 * one is the word itself.
 */
void words_nearer(const char *word, const char *candidate, const char **best, size_t *distance);

/* Adds " (did you mean 'X'?)" when `best` is near enough to be meant. */
void words_suggest(struct error *error, const char *word, const char *best, size_t distance);
