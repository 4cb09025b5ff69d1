/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the shell's words are declared: a command with a verb that has no name. */
#pragma once

#include "command/command.h"

/* clang-format off */
#define WORD(word, spellings, arguments, what, function, how)                       \
	static const struct verb verb_##word = {                                    \
		.name = "", .shorts = "", .synopsis = (arguments), .help = (what),  \
		.run = (function), .traits = VERB_WHOLE | (how),                    \
	};                                                                          \
	const struct command word_##word = {                                        \
		.name = #word, .shorts = (spellings), .help = (what),               \
		.verbs = &verb_##word, .verbs_count = 1,                            \
	}
/* clang-format on */

struct configured;

/* A commit that waited may have been confirmed elsewhere. */
void words_hear_confirmed(struct configured *candidate);

/* Refuses what is left of a line. */
int words_end(struct words *words, struct error *error);

/* Adds the one of `known`, which one blank separates, that may be meant by the word. */
int words_meant(struct error *error, const char *word, const char *known);
