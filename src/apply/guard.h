/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changes that hold only if they are confirmed (--confirm). Before the change a
 * process of its own, the guard, looks how the network is; it outlives the terminal
 * and the session, and unless `ovl confirm` comes in time it takes back what became
 * different while the change was carried out.
 *
 * A guard holds its file, NAME.confirm in the run-time directory, locked as long as
 * it lives; NAME is the lab's, or "-" for what is no lab's. It runs as a transient
 * unit where systemd does (systemd-run(1)), else detached from everything.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "apply/state.h"
#include "base/text.h"

struct attr_context;
struct error;
struct kernel;
struct names;
struct network;

#define GUARD_COMMANDS "-" /* the name of what is no lab's */

/* The guard of a change that is being carried out. */
struct guard {
	int pipe; /* to be closed when the change is done; -1: there is none */
	char name[LAB_NAME_MOST + 1];
};

/*
 * Has a guard look, and returns when it has. Messages about it say `what`, NULL: this process's
 * command line. `settings` are those the change touches, NULL: none. -EBUSY, exit 6: one waits for
 * its confirmation already.
 */
int guard_start(struct guard *guard, const char *name, uint32_t seconds, const char *what,
		const struct network *settings, const struct names *names, struct error *error);

/* Whether it still watches: one that was killed takes nothing back. */
bool guard_is_there(const struct guard *guard);

/* The change is done, or given up: the time runs from here on. Accepts a zeroed one. */
void guard_done(struct guard *guard);

/* One that waits for its confirmation. */
struct guard_wait {
	pid_t pid;     /* of its guard; 0: that is gone, somebody killed it */
	int64_t until; /* s since 1970; 0: the change is under way */
	char what[256];
};

/* Whether one waits, with its guard or without: 1, 0. */
int guard_look(const char *name, struct guard_wait *wait);

/* -EBUSY, exit 6: what to do about the one that waits. */
int guard_refuse_busy(const char *name, struct error *error);

/* The names of those that wait. */
int guard_list(struct state_labs *names, struct error *error);

/*
 * Ends the one that waits: what it guards holds (`keep`), or is taken back now, by this
 * process where the guard is gone. Exit 1: none waits; 4: it was not taken back
 * completely, as the text says.
 */
int guard_end(struct kernel *kernel, const struct attr_context *context, const char *name,
	      bool keep, struct error *error);

/* What became of the last that was not confirmed, and when: "" when there was none. */
void guard_outcome(const char *name, struct text *text);

/*
 * The guard itself: reads what it is to look at from stdin, says "ready" on stdout,
 * takes the end of stdin for the end of the change. Returns when it is not needed any
 * more.
 */
int guard_run(struct kernel *kernel, const struct attr_context *context, const char *name,
	      uint32_t seconds, const char *what, struct error *error);
