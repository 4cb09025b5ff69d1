/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of sandboxes that stay, one each. A file says nothing; the keeper has
 * a lock on it (fcntl(2)) for as long as it lives, and it is the kernel that says
 * who that is: a pid that was given to somebody else meanwhile is never taken for it.
 *
 * They are below /run/ovl for root, else below $XDG_RUNTIME_DIR/ovl, else
 * /tmp/ovl-UID: the first that can be made and that nobody else may write to.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct error;

struct sandbox_store {
	char path[256]; /* for messages */
	int directory;  /* locked (flock(2)); -1: there is none, so there are no files */
};

/*
 * Opens and locks the directory. With `make` it is made, else there may be none.
 * -EBUSY, exit 6: it stays locked by another ovl.
 */
int sandbox_store_open(struct sandbox_store *store, bool make, struct error *error);

/* Accepts one that holds nothing. */
void sandbox_store_close(struct sandbox_store *store);

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

struct sandbox_file sandbox_store_look(const struct sandbox_store *store, const char *name);

/* Makes a file that does not exist, for the keeper to lock. */
int sandbox_store_add(const struct sandbox_store *store, const char *name, int *fd,
		      struct error *error);

/* The calling process becomes the keeper of the file, for as long as it is open. */
int sandbox_store_keep(int fd, struct error *error);

int sandbox_store_remove(const struct sandbox_store *store, const char *name, struct error *error);

/* Calls the function with every name, as the directory has them, until it returns another than 0. */
int sandbox_store_each(const struct sandbox_store *store,
		       int (*function)(void *cookie, const char *name), void *cookie,
		       struct error *error);
