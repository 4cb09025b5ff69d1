/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A list that is shown below the line being typed, a screen at a time. Each key is
 * handed over as it comes, so that nothing blocks (readline's own pager would, and
 * is off where its callbacks are used).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum screenful_state {
	SCREENFUL_NONE, /* or at its end: the line is to be drawn anew */
	SCREENFUL_ASKS, /* whether it is wanted */
	SCREENFUL_MORE, /* whether to go on */
};

struct screenful {
	enum screenful_state state;
	struct text text; /* lines, each with its newline */
	size_t at;
};

/* Takes the text. `possibilities`: so many, 0: do not ask whether it is wanted. */
void screenful_begin(struct screenful *screenful, struct text *text, size_t possibilities);

/* A key, EOF for none any more. */
void screenful_key(struct screenful *screenful, int key);

void screenful_end(struct screenful *screenful);
