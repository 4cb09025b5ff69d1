/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A folder for the files ovl keeps, instead of the machine's: root becomes another
 * user for it, as root's own are below /run and /var/lib.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Ends the test program with 77 where that cannot be. For a group's setup and teardown. */
int places_make(void **state);
int places_remove(void **state);

/* "FOLDER/NAME"; good until the next but three. */
const char *places_path(const char *name);

/* Root again, or back to the other user; false: the test was not started by root. */
bool places_as_root(bool root);

/* Exactly so many bytes. */
void places_read(const char *name, void *bytes, size_t length);
void places_write(const char *name, const void *bytes, size_t length);

/* How long the file is; -1: there is none. */
off_t places_length(const char *name);

/* Turns over one bit of a file. */
void places_flip(const char *name, off_t at);
