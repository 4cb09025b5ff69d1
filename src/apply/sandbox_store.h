/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of sandboxes that stay, one each. A file says nothing; the keeper has
 * a lock on it (fcntl(2)) for as long as it lives, and it is the kernel that says
 * who that is: a pid that was given to somebody else meanwhile is never taken for it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "apply/state.h"

struct error;

/*
 * Opens their directory as state_open() does, and locks it. -EBUSY, exit 6: it stays
 * locked by another ovl.
 */
int sandbox_store_open(struct state_directory *store, bool make, struct error *error);

enum sandbox_state {
	SANDBOX_ABSENT,
	SANDBOX_LIVE,
	SANDBOX_STALE,   /* the keeper died */
	SANDBOX_STRANGE, /* a file that is none of these */
};

struct sandbox_file {
	enum sandbox_state state;
	pid_t pid;     /* of the keeper; 0: it is in a PID namespace that is not seen from here */
	int64_t since; /* s since 1970 */
};

struct sandbox_file sandbox_store_look(const struct state_directory *store, const char *name);

/* Makes a file that does not exist, for the keeper to lock. */
int sandbox_store_add(const struct state_directory *store, const char *name, int *fd,
		      struct error *error);

/* The calling process becomes the keeper of the file, for as long as it is open. */
int sandbox_store_keep(int fd, struct error *error);

int sandbox_store_remove(const struct state_directory *store, const char *name,
			 struct error *error);
