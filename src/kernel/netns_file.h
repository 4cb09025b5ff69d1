/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files below /run/netns, for those of this folder that open, make or remove one. */
#pragma once

#include <sys/stat.h>

#include "kernel/netns.h"

#define NETNS_DIRECTORY "/run/netns"

enum { NETNS_NAME_MOST = 64 };

/* Whether there may be such a file: a name that others gave stays below the directory; else exit 1. */
int netns_check_old_name(const char *name, struct error *error);

/* Opens the directory. -ENOENT when there is none: then nothing has a name. */
int netns_directory(int *fd, struct error *error);

/*
 * Looks at a file and, when it is a network namespace, opens it (*fd is -1
 * otherwise). Returns 0 or a negative errno, and sets no error.
 */
int netns_file_look(int directory, const char *name, int *fd, struct stat *stat,
		    enum netns_state *state);

/* The names of all files, sorted; none is looked at. Fails as netns_list(). */
int netns_list_names(struct netns_files *files, struct error *error);

/* "a FIFO", … */
const char *netns_file_type(const struct stat *stat);

/* Sets the error of a file that is no network namespace: -EINVAL, exit 1. */
int netns_refuse_file(const char *name, enum netns_state state, const struct stat *stat,
		      struct error *error);

/*
 * Opens /run/netns, which is made and shared if need be, and keeps other programs out
 * until the lock is closed. `name` is for what is told.
 */
int netns_hold(const char *name, int *directory, int *lock, struct error *error);

/* The same for a name that is to go: -ENOENT, exit 1, when there is no directory. */
int netns_hold_old(const char *name, int *directory, int *lock, struct error *error);

/* Whether a new name may be given, by this process; `what` it is about to do. */
int netns_check_new(const char *name, const char *what, struct error *error);

/*
 * Under the lock: gives the namespace the name; takes a name away, with `known` (or NULL) only
 * when it is that namespace's. See netns_bind(), netns_delete().
 */
int netns_put_name(int directory, const char *name, int fd, struct error *error);
int netns_take_name(int directory, const char *name, const struct stat *known, struct error *error);

/* Sets the error of a namespace that cannot be made. */
int netns_refused_make(const char *name, int errnum, struct error *error);

/* Sets the error of a name that is not there, with the nearest that is: -ENOENT, exit 1. */
int netns_unknown(const char *name, struct error *error);
