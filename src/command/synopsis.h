/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The arguments of a verb as its synopsis says them. It is written once, in the
 * verb's row: help prints it, the manual sets it, completion follows it.
 *
 * A word in capitals stands for a value, any other for itself. [...] may be left
 * out, {A|B} is one of several, what "..." follows may be repeated. A keyword
 * and its value share their brackets; a keyword that begins a clause of its own
 * ("[peer NAME [OPTIONS]]") shares them with the whole clause. OPTIONS are the
 * words of the verb's tables.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum synopsis_kind {
	SYNOPSIS_WORD,
	SYNOPSIS_VALUE,
	SYNOPSIS_OPEN, /* [ or { */
	SYNOPSIS_CLOSE,
	SYNOPSIS_BAR,
	SYNOPSIS_REPEAT, /* ... behind what may be repeated */
};

struct synopsis_part {
	enum synopsis_kind kind;
	const char *at;
	size_t length;
};

/* Takes the next part off the text; false at its end. */
bool synopsis_next(const char **text, struct synopsis_part *part);

bool synopsis_is(const struct synopsis_part *part, const char *word);

/* The end of the bracket that opens at `open`: its closing one, or the end of the text. */
const char *synopsis_close(const char *open);

/* Whether the value ("OPTIONS") is among the arguments. */
bool synopsis_has(const char *synopsis, const char *value);
