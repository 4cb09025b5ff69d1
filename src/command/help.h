/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help and usage, from the commands' rows and the attribute tables, in 80 columns. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct attr;
struct command;
struct command_set;
struct error;
struct text;
struct verb;
struct words;

/* `ovl help [OBJECT [VERB]]` of those commands; what follows is not looked at. */
int help_run(const struct command_set *set, struct words *words, struct text *text,
	     struct error *error);

/* All objects and options: `ovl help`. */
void help_all(struct text *text);

/* One object, its verbs and their options: `ovl help vxlan`. */
void help_command(const struct command *command, struct text *text);

/* One verb: `ovl vxlan add help`. */
void help_verb(const struct command *command, const struct verb *verb, struct text *text);

/* How many verbs from this one on have its arguments, and their names: "add|replace". */
size_t verbs_alike(const struct command *command, const struct verb *verb, struct text *names);

/* Whether an object is called so: what is no kind of link alone. */
bool is_object(const char *word);

/* Whether a row of the verb's tables is one of its OPTIONS. */
bool verb_has_row(const struct verb *verb, const struct attr *row);
