/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * $(EXPR) in a topology file: integer, address and MAC arithmetic over variables.
 * $$ is a dollar. No functions. A variable is a text; it counts as a number, an
 * address or a MAC when it is read as one.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct error;
struct text;

/* Variables, the innermost first. A name is never given twice (no shadowing). */
struct scope {
	const struct scope *outer;
	const char *name;
	const char *value;    /* or, of one that counts, … */
	const int64_t *count; /* … what it has come to; NULL */
};

/* A repetition, $(i=1..100). */
struct repetition {
	char name[32];
	int64_t first, last;
};

enum { REPETITIONS = 4 };

/*
 * Finds the repetitions in a text, adding to those found already; *count of them.
 * -EINVAL, exit 1: a malformed one, one whose name is taken, more than four, or
 * ends that are no numbers. `offset` gets where in the text the error is.
 */
int repetition_find(const char *text, const struct scope *scope, struct repetition *found,
		    size_t *count, size_t *offset, struct error *error);

/*
 * Puts the text with each $(EXPR) replaced by its value; a repetition $(i=…) by
 * that of its variable, which must be in scope. Fails as above.
 */
int expression_expand(const char *text, const struct scope *scope, struct text *out, size_t *offset,
		      struct error *error);
