/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of the command line, each a row. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct error;
struct options;
struct text;
struct words;

struct option_row {
	const char *letter; /* "n", or NULL */
	const char *name;   /* "netns" */
	const char *others; /* iproute2's spellings with one dash, one blank between: "netns br" */
	const char *value;  /* placeholder, or NULL: it takes none */
	const char *help;
	/* Takes the value (NULL: none was given where it may be left out). */
	int (*set)(struct options *options, const char *value, struct error *error);
};

extern const struct option_row option_rows[];
extern const size_t option_rows_count;

/* "-n, --netns NAME" */
void option_usage(const struct option_row *row, struct text *text);

/*
 * The row of "-n", "-netns", "--netns", "--color=never" (the value in *value), or
 * NULL. `behind`: the object stands in front of it.
 */
const struct option_row *option_find(const char *word, bool behind, const char **value);

/* Whether stdout is a terminal and nobody minds colours: what --color=auto means. */
bool color_wanted(void);

/*
 * Takes the options out of a command line: short ones in front of the object,
 * long ones anywhere before "--" or the command of `netns exec`. What is left is
 * in order. "--help" and "--version" are left to the caller as `*special`.
 */
enum special { SPECIAL_NONE, SPECIAL_HELP, SPECIAL_VERSION };
int options_take(struct options *options, struct words *words, enum special *special,
		 struct error *error);
