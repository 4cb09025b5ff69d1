/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The directories in which ovl keeps files of its own, and how a file there is
 * opened, locked, written and made to last.
 *
 * What belongs to this boot is below /run/ovl for root, else $XDG_RUNTIME_DIR/ovl,
 * else /tmp/ovl-UID; what is kept is below /var/lib/ovl for root, else
 * $XDG_STATE_HOME/ovl, else ~/.local/state/ovl. The first that is there or can be
 * made is it, whether it is read or written to: who reads looks where the other
 * wrote. What is said of labs is said of one network: where ovl runs in another network
 * namespace than pid 1, it is in netns-ID of what belongs to this boot, the ID being
 * one that no other namespace ever has (SO_NETNS_COOKIE, 5.14). Nothing is believed of a directory or file that is another user's or that
 * others may write to.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/lab.h"

struct error;
struct text;

enum state_place {
	STATE_RUNTIME,  /* of the network: locks, journals */
	STATE_KEPT,     /* of the network: files that were applied */
	STATE_SHARED,   /* of this boot, whatever the network: sandboxes */
	STATE_PERSONAL, /* of the user, root as others: $XDG_STATE_HOME/ovl or ~/.local/state/ovl */
};

enum {
	STATE_PATH = 512,
	STATE_NAME = 64, /* of a lab's file, with what is behind the lab's name */
};

struct state_directory {
	char path[STATE_PATH]; /* for messages */
	int fd;                /* -1: there is none, so there are no files */
};

/*
 * Opens the place, or with `below` that directory in it (mode 0700). With `make` it
 * is made, else there may be none, which is no error. -EPERM: another user's; -EINVAL:
 * others may write to it.
 */
int state_open(enum state_place place, const char *below, bool make,
	       struct state_directory *directory, struct error *error);

/* Accepts one that holds nothing. */
void state_close(struct state_directory *directory);

/*
 * Opens a file of the directory (mode 0600; `flags` as of open(2)) that is the
 * caller's own, that nobody else may write to and that is neither link nor
 * anything but a file. -ENOENT when it is not there.
 */
int state_file(const struct state_directory *directory, const char *name, int flags, int *fd,
	       struct error *error);

/* Reads a whole file, as above, into the text; -EFBIG when it is longer than `most`. */
int state_read(const struct state_directory *directory, const char *name, size_t most,
	       struct text *text, struct error *error);

/* Makes or replaces the file, all of it or nothing, so that a crash does not undo it. */
int state_replace(const struct state_directory *directory, const char *name, const void *bytes,
		  size_t length, struct error *error);

/*
 * Calls the function with every name, as the directory has them, until it returns
 * another than 0.
 */
int state_each(const struct state_directory *directory,
	       int (*function)(void *cookie, const char *name), void *cookie, struct error *error);

#define STATE_LOCK_WAIT_NS (5 * INT64_C(1000000000))

/*
 * Locks (flock(2)). -EWOULDBLOCK: somebody else kept it locked for *wait_ns, of which
 * is left what was not waited for.
 */
int state_lock(int fd, int64_t *wait_ns);

/* Writes all of it, however many turns that takes; a negative errno. */
int state_write(int fd, const void *bytes, size_t length);

/* fsync(2), or nothing where the file system has none; a negative errno. */
int state_sync(int fd);

/* "demo.lock": exit 1 when that is no lab's name. */
int state_lab_file(const char *lab, const char *suffix, char name[STATE_NAME], struct error *error);

/* Names of labs. */
struct state_labs {
	char (*names)[LAB_NAME_MOST + 1];
	size_t count, room;
};

void state_labs_clear(struct state_labs *labs);

/* Those of which the place has a LAB with that suffix, sorted. */
int state_labs_read(enum state_place place, const char *suffix, struct state_labs *labs,
		    struct error *error);
