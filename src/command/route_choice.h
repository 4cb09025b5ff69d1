/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of `ovl route` that ask: of a lookup, of a selection. (Of a route: text/route_words.h.) */
#pragma once

#include <stdbool.h>

#include "model/route.h"

struct error;
struct request;
struct words;

/* [to] ADDRESS [from A] [iif D] [oif D] [mark M] [tos T] [uid U] [fibmatch] …; the question has details to write to. */
int route_lookup_take(struct request *request, struct route_full *full, struct words *words,
		      struct error *error);

/* Which prefixes: those within `root`, those that hold `match`; a length of NO_LENGTH is any. */
enum { NO_LENGTH = 255 };

struct prefix_choice {
	struct prefix root, match;
};

/* What show and flush are about; beside the rows of the filter what those cannot say. */
struct route_choice {
	struct route_full filter;
	struct route_detail detail; /* the filter's: the choice stays where it is */
	struct prefix_choice to, from;
	struct prefix via, src;            /* family 0: any */
	uint32_t dev;                      /* interned, 0: any */
	struct realms realms, realms_mask; /* the mask: all ones where it is asked for */
	bool without_local;                /* nor broadcast: of a vrf */
	bool is_named;                     /* some word was given */
};

/*
 * [table T] [dev D] [[root|match|exact] PREFIX] [via P] … to the end of the words. Without a table
 * it is `main`, and IPv4 unless -6, an IPv6 prefix or `table all` says otherwise.
 */
int route_choice_take(struct request *request, struct route_choice *choice, struct words *words,
		      struct error *error);

/* Whether a route that fits the filter's rows fits the rest. */
bool route_choice_has(const struct route_choice *choice, const struct route_full *full);
