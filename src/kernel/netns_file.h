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

/* "a FIFO", … */
const char *netns_file_type(const struct stat *stat);

/* Sets the error of a file that is no network namespace: -EINVAL, exit 1. */
int netns_refuse_file(const char *name, enum netns_state state, const struct stat *stat,
		      struct error *error);

/* Sets the error of a name that is not there, with the nearest that is: -ENOENT, exit 1. */
int netns_unknown(const char *name, struct error *error);
