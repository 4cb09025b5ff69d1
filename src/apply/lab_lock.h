/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who changes a lab holds its lock, LAB.lock in the run-time directory, so that two
 * never do at once. It goes away with its process, however that ends.
 *
 * The kernel keeps two locks on the file: flock(2)'s keeps others out, fcntl(2)'s
 * says who it is, and is never a pid that was given to somebody else meanwhile.
 * The pid that stands in the file is for people.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "apply/state.h"

struct error;

struct lab_lock {
	bool held;
	int fd; /* a child that is forked and lives on keeps others out as long as it has it */
	struct state_directory directory;
	char name[STATE_NAME];
};

/*
 * Waits until nobody else changes the lab, at most STATE_LOCK_WAIT_NS; then -EBUSY,
 * exit 6, and the error names who does.
 */
int lab_lock_take(struct lab_lock *lock, const char *lab, struct error *error);

/* The same of another of the lab's files, which says what its holder is there for. */
int lab_claim_take(struct lab_lock *lock, const char *lab, const char *suffix, int64_t wait_ns,
		   struct error *error);

/* Accepts a zeroed one, and one that is not held. Its file is gone then. */
void lab_lock_release(struct lab_lock *lock);

/*
 * The pid of who changes the lab now; 0: nobody, or nobody that can be known of;
 * -1: somebody in a PID namespace that is not seen from here. Takes nothing and
 * makes no file. Not for the holder itself: it would no longer be named to others.
 */
pid_t lab_lock_holder(const char *lab);
pid_t lab_claim_holder(const char *lab, const char *suffix);
