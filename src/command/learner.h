/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody who goes through a lesson: what the parts of `ovl learn` hand to each other. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json;
struct learn_file;
struct lesson;
struct options;
struct text;

/* How lessons are gone through. */
struct learn_manner {
	const struct options *options;
	bool chinese;
	bool pauses;       /* else from the first step to the last */
	bool brief;        /* a line a check, nothing else */
	struct json *json; /* NULL: for people */
	size_t width;      /* columns */
};

struct learn_tally {
	uint32_t checks, failed;
};

enum learn_end {
	LEARN_BROKEN, /* it did not come to an end */
	LEARN_DONE,
	LEARN_LEFT,  /* the user left */
	LEARN_AGAIN, /* from the first step again in a new sandbox, to come to `step` */
};

/* What the process in the sandbox tells the one outside, in memory they share. */
struct learn_state {
	enum learn_end end;
	uint32_t step;                /* the one to go on with, from 0 on */
	bool is_told;                 /* that its progress cannot be kept */
	struct learn_tally tallies[]; /* of each step */
};

struct learner {
	const struct learn_file *file;
	const struct lesson *lesson;
	const struct learn_manner *manner;
	struct learn_state *state;
	struct text *out;
	uint32_t step;      /* being gone through, from 0 on */
	bool is_silent;     /* it is repeated only for what comes behind */
	bool follows_prose; /* what was printed last */
	int output;         /* what commands print, when it is kept; -1: it is seen */
};

/* A text of the program in the user's language. Both are literals, so that formats are checked. */
#define SAY(learner, english, chinese_text) \
	((learner)->manner->chinese ? (chinese_text) : (english))
