/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of one value or entry of a file, each with its place: what the command line's functions read. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "base/words.h"
#include "topology/document.h"

struct attr;
struct attr_table;
struct loader;
struct scope;

struct word_list {
	struct text bytes;
	struct word_place {
		size_t offset;           /* in `bytes` */
		const struct node *node; /* NULL: it stands nowhere */
		size_t within;           /* the node's text */
		bool is_key;
	} * places;
	size_t count, room;
	char **pointers;
	size_t pointers_room;
};

void word_list_clear(struct word_list *list);

/* Empties the list of words and returns it. */
struct word_list *word_list_begin(struct loader *loader);

/* A word that the file does not say. */
void word_list_add(struct word_list *list, const char *word);

/* A map's key. */
void word_list_key(struct word_list *list, const struct node *node);

/*
 * The words of a scalar, or of a list of scalars. `is_whole`: a scalar is one
 * word, blanks and all. False and a mistake when there are none.
 */
bool word_list_value(struct loader *loader, const struct scope *scope, const struct node *node,
		     bool is_whole);

/*
 * The words of an entry: a string, or a map whose keys are the words of the
 * tables (two at most, the second may be NULL).
 */
bool word_list_entry(struct loader *loader, const struct scope *scope, const struct node *node,
		     const struct attr_table *table, const struct attr_table *more);

/* The words, to be read; good until something is added. */
struct words word_list_words(struct word_list *list);

/* Where the word is that the error is about, after it was met reading `words`. */
struct place_in_file word_list_place(const struct loader *loader, const struct words *words,
				     const char *message, struct place_in_file entry);
