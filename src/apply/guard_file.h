/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of guards: NAME.confirm while one waits, NAME.outcome when it was not confirmed. */
#pragma once

#include "apply/guard.h"

#define GUARD_SUFFIX ".confirm"
#define GUARD_JOURNAL ".confirm"          /* behind NAME: what is to be taken back */
#define GUARD_TAKEN_BACK "was taken back" /* stands in the outcome when it was, completely */

/* Says in the locked file until when it waits, and for what. */
int guard_file_write(int fd, int64_t until, const char *what);

/* Fills `until` and `what`; what cannot be read stays empty. */
void guard_file_read(const char *name, struct guard_wait *wait);

/* Whether there is one: locked, or left behind by a guard that was killed. */
bool guard_file_exists(const char *name);

/* guard_run.c: does what a guard would have done that was killed while it waited. */
int guard_replace(struct kernel *kernel, const struct attr_context *context, const char *name,
		  bool keep, struct error *error);

void guard_outcome_write(const char *name, const char *outcome);
