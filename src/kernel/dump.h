/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers to a request as objects of the model; and a dump of which a piece is taken
 * at a time, by a caller that must not be kept waiting for the whole.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "kernel/exchange.h"
#include "kernel/kernel.h"

struct dump {
	struct reader reader;
	enum object_type type;
	const void *filter; /* of a dump … */
	const void *key;    /* … or whom is looked for */
	void *object;
	size_t size;
	object_function *function;
	void *cookie;
	struct error *error;
};

/* An answer_function; the cookie is the dump. */
int dump_take_object(void *cookie, const struct answer *answer);

struct dump_steps;

/*
 * Sends the request for all objects of the type. Nothing else is asked in that place before the
 * last piece is taken, or it is freed. EBUSY: another one was freed there half-way.
 *
 * Inside this call the kernel looks how long a message of each link would be (rtnl_calcit(),
 * 6.18): 3.4 ms for 10,000, ten times a piece.
 */
int dump_begin(const struct place *place, enum object_type type, bool stats, struct pools *pools,
	       object_function *function, void *cookie, struct dump_steps **steps,
	       struct error *error);

/*
 * Takes a piece, if one is there (netlink_take()). Sets *done behind the last one, when it
 * returns what kernel_dump() does.
 */
int dump_step(struct dump_steps *steps, bool *done, struct error *error);

/* Wherever it is; accepts one of NULL. Asks the kernel nothing. */
void dump_free(struct dump_steps **steps);
