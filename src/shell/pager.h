/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Output for a terminal: held back until it either fills the screen, and goes through a
 * pager, or does not in time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/text.h"

struct error;

enum { PAGER_HOLD_MS = 100 }; /* no line waits longer to be seen */

struct pager {
	const char *command; /* for sh -c */
	pid_t pid;           /* of the pager; 0: none was started */
	int fd;              /* its stdin */
	int out;             /* the terminal, or whatever else the caller has */
	bool holds;
	int64_t held_since_ms; /* 0: nothing is held */
	size_t rows, columns;  /* of the screen */
	size_t row, column;    /* where what is held ends */
	bool in_escape;
	struct text text; /* what is held, or not yet written */
};

/*
 * Begins output to `out`, which stays the caller's. It is paged when `page`, when `out` is a
 * terminal that knows its size, and when there is a pager: $OVL_PAGER, $PAGER or less;
 * empty or "cat" is none.
 */
void pager_begin(struct pager *pager, int out, bool page);

/* What a write that failed says is found by pager_failed(). */
void pager_put(struct pager *pager, const char *bytes, size_t length);

/* Writes what is not held; for when there is nothing more at the moment. */
void pager_flush(struct pager *pager);

/* For poll(2): how long until pager_tick() is to be called; -1: no need. */
int pager_timeout_ms(const struct pager *pager);

/* Lets go what was held for long enough. */
void pager_tick(struct pager *pager);

/* The descriptor that is written to: POLLERR on it tells that nobody reads any more. */
int pager_target(const struct pager *pager);

/* Errno of the first write that failed, or 0. */
int pager_failed(const struct pager *pager);

/*
 * Writes the rest and waits for the pager. A pager that was left early is no error; output
 * that could not be written is, and so is a pager that could not be run.
 */
int pager_end(struct pager *pager, struct error *error);
