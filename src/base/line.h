/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of commands, as sh(1) has them: words with quotes and backslashes, '#' begins a
 * comment, a backslash at the end continues the line.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

enum {
	LINE_WORDS_MOST = 1024,
	LINE_WORDS = LINE_WORDS_MOST + 1, /* room, for a '|' behind the last */
};

/* What stands among the words for a '|' that is not quoted; it is known by its address. */
extern char line_pipe[];

/*
 * Takes a line apart, in place: `bytes` must have room for a NUL behind `length`.
 * With `pipes` an unquoted '|' is a word of its own, line_pipe.
 */
int line_split(char *bytes, size_t length, bool pipes, char *words[LINE_WORDS], size_t *count,
	       struct error *error);

/* Whether a line goes on in the next: the backslash at its end, which is the last byte, says so. */
bool line_continues(const char *line, size_t length);

/* Lines read from a descriptor. */
struct line_reader {
	int fd;
	char *buffer; /* holds the line that is read, and what comes behind it */
	size_t start, end, room;
	bool at_end;
	uint32_t line;  /* number of the last one read */
	uint32_t first; /* of those that make up the last command */
	/* Called before more is read, which may wait. Not 0: there is to be no more. NULL: nothing. */
	int (*before_read)(void *cookie);
	void *cookie;
};

void line_reader_clear(struct line_reader *reader);

/*
 * The next line with those that continue it, good until the next call; not a NUL but a newline
 * or nothing is behind it. 0 at the end.
 */
int line_next(struct line_reader *reader, char **bytes, size_t *length, struct error *error);
