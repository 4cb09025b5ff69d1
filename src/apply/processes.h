/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The processes that live in namespaces which are to go. */
#pragma once

#include <stdbool.h>

struct comparison;
struct error;
struct kernel;

/*
 * Fails (exit 2) naming them when any live there. With `kill` they are ended: asked
 * to (SIGTERM), after 2 s made to. With `leave` they may go on in a namespace
 * without a name.
 */
int processes_check(struct kernel *kernel, const struct comparison *comparison, bool kill,
		    bool leave, struct error *error);
