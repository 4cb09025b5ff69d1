/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The names that iproute2's files give to numbers: routing tables, protocols,
 * scopes, dsfields, groups. A file is read when its first name or number is
 * asked for; one that is missing or partly wrong is no error.
 *
 * /usr/share/iproute2/NAME, /etc/iproute2/NAME, then the *.conf files of
 * NAME.d in both; what is read later wins. A file of NAME.d in /etc replaces
 * its namesake in /usr. Source: the README files of these folders.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct databases;

struct databases *databases_new(void);

/* The same below another root folder: for the tests. */
struct databases *databases_new_at(const char *root);

void databases_free(struct databases **databases);

/* The number of a word in the database `name` ("rt_tables"); false when it has none. */
bool databases_number(struct databases *databases, const char *name, const char *word,
		      uint64_t *number);

/*
 * The word of a number, or NULL; it lives as long as `databases`. It has nothing
 * in it that a terminal would have to be kept from.
 */
const char *databases_word(struct databases *databases, const char *name, uint64_t number);

/* The known word that is nearest to one which is not known, or NULL. */
const char *databases_nearest(struct databases *databases, const char *name, const char *word);
