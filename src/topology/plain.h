/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a topology file has that no picture of the network has: it is lost when one is written. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct text;

/*
 * Whether nothing would be lost; else puts what would be: "the comments, the repetition". Of a
 * file that is no YAML nothing is said.
 */
bool topology_is_plain(const char *bytes, size_t length, struct text *losses);
