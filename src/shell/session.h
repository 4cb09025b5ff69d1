/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session: where its lines come from, what they mean (operational, or configure mode with
 * its candidate), and what came of the last one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "command/command.h"
#include "shell/configure.h"

struct error;
struct pipes;

struct shell {
	struct request request; /* of edits and of the shell's own words; children have copies */
	struct options options; /* of every line */
	struct text out;        /* stdout */
	struct configured candidate; /* configure mode's; none is open in operational mode */
	char *netns; /* `use`: where lines are about, NULL: where the shell was started */
	bool interactive;
	const char *source; /* what a script's places are in; NULL: no script */
	uint32_t line;      /* of the script */
	int status;         /* exit code of the last line */
	bool ends;
};

/* The shell whose word is run. */
struct shell *shell_of(const struct request *request);

/* Runs one line as it was typed; what went wrong was printed, and shell->status says it. */
void shell_line(struct shell *shell, const char *line);

/* Prints an error, in a script with its place, and keeps its exit code. */
void shell_report(struct shell *shell, struct error *error);

/* Prints a message for whoever types; in a script nobody reads it. */
void shell_say(const struct shell *shell, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Asks on the terminal; without one the answer is yes. */
bool shell_ask(const struct shell *shell, const char *question);

/* Reads a file, with --host and --set of the line, and hands its text on. */
int shell_read_file(struct shell *shell, const char *path,
		    int (*take)(struct shell *shell, const struct source_text *text,
				struct error *error),
		    struct error *error);

/* Which commands a line may name: of the mode, or behind `do`. */
const struct command_set *shell_commands(const struct shell *shell);
extern const struct command_set shell_operational, shell_configure, shell_kernel;

/*
 * What is run in a child of the shell, so that it can be interrupted, has a namespace of
 * its own and may fail as it likes. The request is the shell's own, but without a candidate
 * when `operational`.
 */
typedef int shell_function(struct shell *shell, void *cookie, struct error *error);

struct shell_child {
	shell_function *function;
	void *cookie;
	bool operational;
	struct pipes *pipes;   /* what its output goes through; NULL: nothing */
	bool page;             /* … and the pager, when it is long */
	struct text *gathered; /* its output, instead; NULL: stdout has it */
};

/* Its exit code is in shell->status; the child prints its error by itself. */
void shell_run_child(struct shell *shell, const struct shell_child *child);

/* Runs words of the command line in a child, on the kernel: 0, or -EINVAL when it failed. */
int shell_run_words(struct shell *shell, const char *const *words, struct text *gathered);
