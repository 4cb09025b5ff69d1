/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is being done to a lab, written down before it is done: LAB.journal in the
 * run-time directory, records that are only ever added. While it is there, something
 * was begun and not finished. What the records mean is their writer's.
 *
 * A record that was added is on the disk; one that a crash tore was not added. The
 * kernel's network and the journal end with the same boot, so one of another boot
 * (below /tmp, say) is as good as none.
 *
 * "LAB.WORD" in place of a lab is another journal of it, which nobody finds in the list.
 *
 * Whoever writes holds the lab's lock (lab_lock.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apply/state.h"

struct error;

/* The kind of the first record, which journal_create() writes; the others are the writer's. */
enum { JOURNAL_HEADER = 0 };

struct journal {
	bool open;
	bool torn; /* what could not be added could not be taken away either: it takes no more */
	int fd;
	uint64_t length; /* of the records that are whole */
	uint64_t chain;  /* checksum of the last; the next is told by it to be the next */
	char path[STATE_PATH + STATE_NAME];
};

/* Makes one, with a header record. -EEXIST: there is one. On failure there is none. */
int journal_create(struct journal *journal, const char *lab, const void *header, size_t length,
		   struct error *error);

/* Opens the one there is, to add to it; -ENOENT: there is none, or it has no header yet. */
int journal_open(struct journal *journal, const char *lab, struct error *error);

/*
 * Adds a record, with one write(2), and waits until it is on the disk. On failure it
 * is as if it had not been added.
 */
int journal_append(struct journal *journal, uint32_t kind, const void *bytes, size_t length,
		   struct error *error);

/* Accepts a zeroed one. The file stays. */
void journal_close(struct journal *journal);

/* Takes a record; the bytes are aligned for any type and gone when it returns. */
typedef int journal_function(void *cookie, uint32_t kind, const void *bytes, size_t length,
			     struct error *error);

/*
 * Hands over every whole record, the header first, until the function returns
 * another than 0, which is returned. None: there is no journal, or nothing was
 * begun yet. A record that is there and not what was written: -EBADMSG; those in
 * front of it were handed over.
 */
int journal_read(const char *lab, journal_function *function, void *cookie, struct error *error);

/* 1: there is one, 0: there is none; negative: one that is not to be believed. */
int journal_exists(const char *lab, struct error *error);

/* What was begun is finished. None is no error. */
int journal_remove(const char *lab, struct error *error);

/* The labs that have one; what cannot be looked into is among them. */
int journal_list(struct state_labs *labs, struct error *error);
