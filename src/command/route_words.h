/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of `ovl route`: of a route that is made or deleted, of a lookup, of a selection. */
#pragma once

#include <stdbool.h>

#include "model/route.h"

struct error;
struct request;
struct words;

/*
 * Reads a route to the end of the words and settles what they leave open. Its
 * nexthops are in the request's pools until the next call.
 */
int route_words_take(struct request *request, bool is_delete, struct route_full *full,
		     struct words *words, struct error *error);

/* [to] ADDRESS [from A] [iif D] [oif D] [mark M] [tos T] [uid U] [fibmatch] … */
int route_words_take_lookup(struct request *request, struct route_full *full,
			    struct words *words, struct error *error);

/* Which prefixes: those within `root`, those that hold `match`; a length of NO_LENGTH is any. */
enum { NO_LENGTH = 255 };

struct prefix_choice {
	struct prefix root, match;
};

/* What show and flush are about; beside the rows of the filter what those cannot say. */
struct route_choice {
	struct route_full filter;
	struct prefix_choice to, from;
	struct prefix via, src; /* family 0: any */
	uint32_t dev;           /* interned, 0: any */
	bool is_named;          /* some word was given */
};

/*
 * [table T] [dev D] [[root|match|exact] PREFIX] [via P] … to the end of the words. Without a table
 * it is `main`, and IPv4 unless -6, an IPv6 prefix or `table all` says otherwise.
 */
int route_words_take_choice(struct request *request, struct route_choice *choice,
			    struct words *words, struct error *error);

/* Whether a route that fits the filter's rows fits the rest. */
bool route_choice_has(const struct route_choice *choice, const struct route_full *full);
