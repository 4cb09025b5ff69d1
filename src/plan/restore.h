/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How it was before: what a change touched, and the comparison that brings it
 * back. Only that is brought back; what somebody else made of it since stays as
 * it is and is told. Pure: no socket, file or clock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "model/network.h"

struct attr_context;
struct comparison;

/* An object that a change touches. */
struct touch {
	enum object_type type;
	bool whole;         /* it is made anew, or falls: all it had is to come back */
	uint32_t step;      /* it is as it was until that step of the plan was sent */
	const void *before; /* NULL: there was none */
	const void *after;  /* NULL: there is none */
};

struct touches {
	struct touch *items;
	size_t count, room;
};

/* Accepts a zeroed one. */
void touches_clear(struct touches *touches);

/*
 * What the steps of a comparison touch: its differences, and the entries that
 * fall with a link. `have` is what was compared.
 */
void touches_of(const struct comparison *comparison, const struct network *have,
		struct touches *touches);

/*
 * How two pictures of the same namespaces differ, and what is alike in both but
 * falls while that is taken back; both are whole. Their indexes are made.
 */
void touches_between(struct network *before, struct network *after, struct touches *touches);

struct restore {
	struct network want; /* what is to be as it was */
	struct network made; /* what is to go */
	struct text left;    /* what somebody else changed since: "link 'a', route 'b'" */
};

/* Accepts a zeroed one. */
void restore_clear(struct restore *restore);

/*
 * What is to be done about those that the first `sent` steps touched, as the
 * network is `now`. It goes to compare() as `want`, and as `last` of options that
 * restore. `lab`: whose the links it made are; NULL: a link that was made is known
 * by its kind and address.
 */
void restore_find(const struct touches *touches, uint32_t sent, const struct network *now,
		  const char *lab, const struct attr_context *context, struct restore *restore);
