/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line that is being typed, as far as the cursor: the words in front, the part
 * of a word before it, and how what is missing of that word is to be written.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum line_quote {
	LINE_PLAIN,
	LINE_SINGLE,    /* inside '…' */
	LINE_DOUBLE,    /* inside "…" */
	LINE_BACKSLASH, /* behind a backslash: the next character is itself */
	LINE_COMMENT,   /* behind a '#' that begins a word */
};

struct line_place {
	char **words; /* of the stage, quotes removed; NULL behind the last */
	size_t count, room;
	char *typed;           /* may be empty; quotes removed */
	size_t start;          /* at which byte of the line it begins, quotes included */
	size_t stage;          /* how many unquoted '|' stand in front */
	enum line_quote quote; /* what is open at the cursor */
};

/* Reads the line up to the byte `cursor`. To be cleared. */
void line_place_read(struct line_place *place, const char *line, size_t cursor);
void line_place_clear(struct line_place *place);

/*
 * Puts `rest`, which is what follows `typed` in a word, as it is typed there; with
 * `ends` the quote that is open is closed.
 */
void line_place_put(const struct line_place *place, const char *rest, bool ends, struct text *text);
