/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Interned strings: equal text has an equal id, so objects hold four bytes for
 * a name and compare names as numbers. Id 0 is the empty string.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct names;

struct names *names_new(void);
void names_free(struct names **names);

/* The id of `length` bytes, made when new. The bytes are copied. */
uint32_t names_id(struct names *names, const char *bytes, size_t length);

/* The id of a C string. */
uint32_t names_of(struct names *names, const char *string);

/* The id of a C string, or 0 when it was never interned. */
uint32_t names_find(const struct names *names, const char *string);

/* The text of an id; lives as long as `names`. */
const char *names_text(const struct names *names, uint32_t id);

/* The order of ids, for qsort(3) and bsearch(3) of arrays of them. */
int names_by_id(const void *a, const void *b);
