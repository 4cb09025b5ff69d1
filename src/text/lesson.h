/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lesson: steps that say why, the commands of each, and what is expected then.
 * It is a Markdown file, so that it is read elsewhere, too: ovl-learn(8) describes
 * the format. Pure: nothing is run here.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct error;

enum lesson_part_type {
	LESSON_PROSE,    /* a paragraph, or a list; its lines as they are written */
	LESSON_TEXT,     /* shown as it is */
	LESSON_COMMANDS, /* to be run */
	LESSON_CHECK,    /* a script that succeeds when all is as expected */
};

struct lesson_part {
	enum lesson_part_type type;
	uint32_t line; /* of the file, where it begins */
	const char
		*text; /* prose, verbatim text, the script; lines end with a newline but the last */
	const char **commands; /* each may be continued over several lines */
	size_t commands_count, commands_room;
	bool fails;            /* each command must fail */
	const char *name;      /* of a check */
	const char *otherwise; /* why a check fails, prose; NULL: it is not said */
};

struct lesson_step {
	const char *title;
	uint32_t line;
	struct lesson_part *parts;
	size_t count, room;
};

struct lesson {
	const char *title;
	struct lesson_step introduction; /* prose and text only; its title is NULL */
	struct lesson_step *steps;
	size_t count, room;
	struct arena arena; /* what the strings are in */
};

/*
 * Reads a lesson from `length` bytes. Exit 1 with "PATH:LINE: " in front of what is
 * wrong; the lesson is empty then.
 */
int lesson_read(const char *path, const char *bytes, size_t length, struct lesson *lesson,
		struct error *error);

/* Accepts a zeroed one. */
void lesson_clear(struct lesson *lesson);

/*
 * Whether a translation has the same commands and checks in the same steps; else
 * exit 1, with the place in the translation.
 */
int lesson_compare(const struct lesson *original, const char *path,
		   const struct lesson *translation, struct error *error);
