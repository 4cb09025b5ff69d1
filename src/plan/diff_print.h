/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Differences as people read them and as JSON. */
#pragma once

#include <stdbool.h>

#include "attr/attr.h"
#include "plan/compare.h"

struct json;
struct text;

struct diff_options {
	const char *lab;
	const char *file; /* as the places call it; NULL: nothing came from a file */
	bool color;
	bool only_conflicts; /* a plan's steps say the rest */
	bool by_steps;       /* in the order of the plan, else by namespace and object */
};

/*
 * Prints a line a difference, grouped by namespace and type of object: `+ ~ -/+
 * -`, and `!` for a conflict; then what changes, and the place in the file.
 * Nothing when there is none.
 */
void diff_print(const struct comparison *comparison, const struct attr_context *context,
		const struct diff_options *options, struct text *text);

/*
 * Names those with that action (ACTION_NONE: with any), at most `most` of them:
 * "link 'a', route 'b' and 3 more", a conflict with its reason.
 */
void diff_names(const struct comparison *comparison, const struct attr_context *context,
		enum action action, size_t most, struct text *text);

/* One object: the format, the lab, a summary of counts and the changes. */
void diff_json(const struct comparison *comparison, const struct attr_context *context,
	       const struct diff_options *options, struct json *json);
