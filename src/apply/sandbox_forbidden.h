/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why there may be no sandbox here: which setting forbids it, and what to do. */
#pragma once

#include <stdbool.h>

struct error;

/*
 * Adds the setting that is in force and its remedy to the error; false when none
 * is known. `user`: it was to be in a user namespace of its own.
 */
bool sandbox_blame(bool user, struct error *error);

/* Sets the error of namespaces that could not be made, for that errno of clone(2). Exit 2. */
int sandbox_forbidden(bool user, int errnum, struct error *error);
