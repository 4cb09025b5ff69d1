/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands behind '|' in a line of the shell: stages that a command's output passes, line by
 * line, on its way to the pager, to the terminal or into a file.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct error;
struct pipes;
struct stage;
struct words;

/* A stage's word, for help, completion and pipes_take(). */
struct pipe_row {
	const char *word;
	const char *argument; /* what it takes: "RE", "FILE", or NULL */
	const char *help;     /* one line, small letters, no full stop */
	bool of_show;         /* stands behind `show` only, which sees to it before pipes_take() */
	/* What the table cannot say; each may be NULL. */
	int (*take)(struct pipes *pipes, struct stage *stage, const char *argument,
		    struct error *error);
	bool (*passes)(struct stage *stage, const char *line, size_t length);
};

extern const struct pipe_row pipe_rows[];
extern const size_t pipe_rows_count;

/* The row a word means, also by a prefix that fits one only. NULL with the error set otherwise. */
const struct pipe_row *pipe_row_find(const char *word, struct error *error);

/* A zeroed one has no stages. */
struct pipes {
	struct stage *first, *last;
	struct save_file *save; /* NULL: the output is shown */
	bool want_json;
	bool no_pager;
	bool is_whole; /* all of the output is in `save` */
	size_t saved;  /* so many lines */
};

/*
 * Takes the words behind the first '|', those between stages being line_pipe. Whatever can be
 * wrong with them is found here, before the command runs: also a file that cannot be written.
 * With an error what was taken is left to pipes_clear().
 */
int pipes_take(struct words *words, struct pipes *pipes, struct error *error);

bool pipes_any(const struct pipes *pipes);

/* Whether the command is to be run with -j. */
bool pipes_want_json(const struct pipes *pipes);

/*
 * Takes `fd`, where a command's output comes from, and passes it through the stages (NULL: none)
 * to `out`, with `page` by way of a pager when that is a terminal and it fills the screen. Memory
 * does not grow with the output; of a line of more than PIPES_LINE_MOST bytes the first ones decide.
 *
 * 0 at the end of file; 1 when the pager was left before it (the command, which writes into a
 * pipe without a reader then, ends by SIGPIPE: that is no failure of its). An error when the
 * output could not be written, or the pager not be run. SIGINT is the caller's to ignore, for it
 * goes to the command and the pager too.
 */
int pipes_run(struct pipes *pipes, int fd, int out, bool page, struct error *error);

enum { PIPES_LINE_MOST = 1024 * 1024 };

/*
 * For when the command has ended, with that exit code: puts what `save` has written into the
 * file's place if it is EXIT_DONE or EXIT_DIFFERENT and pipes_run() came to the end, and tells
 * it on stderr. Otherwise the file stays as it was. Does nothing without `save`; NULL is accepted.
 */
int pipes_finish(struct pipes *pipes, int status, struct error *error);

void pipes_clear(struct pipes *pipes);
