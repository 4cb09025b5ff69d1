/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command is a word of the command line and its verbs, each a function: what
 * there is to say of it (help, completion, the manual) follows from these rows
 * and from the attribute tables they name.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "attr/attr.h"
#include "command/request.h"

enum verb_trait {
	VERB_CHANGES = 1 << 0,    /* makes a plan; else it shows */
	VERB_WHOLE = 1 << 1,      /* never abbreviated */
	VERB_EVERYWHERE = 1 << 2, /* changes, and may be used with --all-netns all the same */
	VERB_PASSES = 1 << 3,     /* hands on to verbs of its own, which change or show */
	VERB_KERNEL = 1 << 4,     /* about what only the kernel has: nothing for a candidate */
	VERB_TERMINAL =
		1
		<< 5, /* has the terminal for itself: another program, or until it is interrupted */
	VERB_SESSION = 1 << 6, /* of a shell: about the session it is typed in */
};

enum { VERB_TABLES = 4 };

struct verb {
	const char *name;
	const char *shorts;   /* words that mean it though they are ambiguous or no prefix of it */
	const char *synopsis; /* the arguments: "NAME id VNI [OPTIONS]" */
	const char *help;     /* one line, small letters, no full stop */
	int (*run)(struct request *request, struct words *words, struct error *error);
	uint32_t traits;
	const struct attr_table *tables[VERB_TABLES]; /* whose words it takes */
};

struct command {
	const char *name;
	const char *shorts;
	const char *help;
	const struct verb *verbs;
	size_t verbs_count;
	const char *verb; /* when none is given */
};

/* The verb of a command that has none: its only one, and called "". Else NULL. */
static inline const struct verb *command_only_verb(const struct command *command)
{
	return command->verbs_count == 1 && !*command->verbs->name ? command->verbs : NULL;
}

/* Commands that may be typed, in the order of the help. */
struct command_set {
	const struct command *const *items;
	size_t count;
};

/* Those of the command line. */
extern const struct command_set command_all;

/*
 * The command a word means: its name, a short form, or a prefix that fits one
 * only. NULL with the error set otherwise; it lists candidates or the nearest.
 */
const struct command *command_find(const struct command_set *set, const char *word,
				   struct error *error);

/* The same for a verb. `missing_ok`: NULL without an error when none fits. */
const struct verb *verb_find(const struct command *command, const char *word, bool missing_ok,
			     struct error *error);

/* Runs one command line: OBJECT [VERB] [ARGUMENTS], of the request's commands. */
int command_run(struct request *request, struct words *words, struct error *error);

/*
 * The verb that a line would run, as far as its words tell without running it (NULL: none);
 * of `bridge fdb …` that of `fdb …`.
 */
const struct verb *command_verb(const struct command_set *set, struct words words);

/* Runs the rest of a line as that command of the command line: `ovl bridge fdb …` is `ovl fdb …`. */
int command_run_as(struct request *request, const char *command, struct words *words,
		   struct error *error);
