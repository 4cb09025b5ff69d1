/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the words of an unfinished command line lead to: which object, verb and
 * clause, which words were given, what a keyword still waits for. It follows
 * the synopsis and the tables, and never minds a value.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "command/command.h"
#include "command/grammar.h"

struct option_row;

enum { WALK_TABLES = VERB_TABLES + 1, WALK_WORD = 64 };

struct walk {
	struct names *names;                /* the caller's */
	const struct command_set *commands; /* that may come first */
	const struct command *command;      /* NULL: the object is next */
	const struct verb *verb;            /* NULL: the verb is next */
	struct grammar grammar;
	bool leads; /* no word of the verb's was given: all of its alternatives are open */
	const struct attr_table *tables[WALK_TABLES]; /* the first wins: link_words.h */
	uint64_t used[WALK_TABLES];                   /* bit i: row i of the table was given */
	struct span value;                            /* what a keyword waits for */
	const struct attr *row;                       /* whose value it is, or NULL */
	struct text usage;                            /* the text of a row's value */
	const char *keyword;                          /* whose value it is otherwise */
	size_t keyword_length;
	bool value_optional;             /* "learning" alone is "learning on" */
	const struct option_row *option; /* that waits for its value, or NULL */
	uint32_t netns;                  /* where links are looked for */
	uint32_t base_netns;             /* what -n says */
	bool everywhere;                 /* -A */
	bool no_options;                 /* behind "--" */
	bool lost;                       /* nothing can be said behind a word that is not known */
	bool help;                       /* `ovl help …` */
	bool at_command;                 /* what follows is another program's */
};

/* Goes on by one word; once at_command is set by it there is no further one. */
void walk_word(struct walk *walk, const char *word);

void walk_clear(struct walk *walk);

/* The row that a word or, in capitals, a placeholder is called after, or NULL. */
const struct attr *walk_row(const struct walk *walk, const char *at, size_t length);
