/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a topology file has beside what it says, and loses when its picture is printed anew. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct text;

/*
 * Whether the file says all that it says plainly: then its picture's text
 * (text/topology_text.h) may take its place. Else puts what would be lost, as words
 * of a message: "its comments, its repetition and its hosts". How a value is written
 * and in which order is not looked at.
 *
 * The bytes are of a file that can be read; of others nothing is known, and they
 * are not plain: "all of it".
 */
bool topology_is_plain(const char *bytes, size_t size, struct text *lost);
