/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The processes of sandboxes that stay; sandbox_run() is at home here too. */
#pragma once

#include <sys/types.h>

struct error;

/*
 * Makes the namespaces and their keeper, which has the file locked by the time
 * this returns, and outlives the caller. On failure nothing of it is left.
 */
int sandbox_process_keep(const char *name, int file, struct error *error);

/*
 * Runs the command where the keeper is: `keeper` is its pidfd, which proves that
 * `pid` is its pid. As sandbox_enter().
 */
int sandbox_process_enter(const char *name, int keeper, pid_t pid, char **argv, int *status,
			  struct error *error);
