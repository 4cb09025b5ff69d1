/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can come next, gathered: sorted, without doubles, and without what a
 * terminal would not show as it is; in columns, or a line each with its help.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct text;

struct choice {
	char *word;   /* NULL: a value that nobody can list */
	char *help;   /* or NULL; the placeholder of such a value */
	size_t place; /* in the order they came */
};

struct choices {
	struct choice *items;
	size_t count, room;
	const char *typed; /* what does not begin with it is left out; NULL: nothing is */
	size_t words;      /* how many have one; those stand in front once they are sorted */
	size_t shown;      /* where what is listed begins: behind a file's directory */
};

void choices_clear(struct choices *choices);

/* A complete_function (command/complete.h); the cookie is the choices. */
void choices_put(void *cookie, const char *word, const char *help);

/* Files that begin with what was typed (directories end in '/'); programs on PATH. */
void choices_put_files(struct choices *choices, const char *typed);
void choices_put_programs(struct choices *choices, const char *typed);

/* By name, numbers by their size; doubles are dropped. */
void choices_sort(struct choices *choices);

/* How many bytes all words have in common; there is at least one, and they are sorted. */
size_t choices_common(const struct choices *choices);

/* The words in columns, as many as fit. */
void choices_columns(const struct choices *choices, size_t width, struct text *text);

/* A line each: the word or placeholder, its help as far as it fits. */
void choices_table(const struct choices *choices, size_t width, struct text *text);
