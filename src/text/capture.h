/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network as a topology file: read back and compared with what it was written
 * from, it differs in nothing.
 */
#pragma once

#include <stdbool.h>

#include "attr/attr.h"

struct network;
struct text;

struct capture_options {
	const char *lab; /* the file's; what it owns is written as its own */
	bool only_lab;   /* nothing else */
};

/*
 * Writes what a file can say and somebody put there to stay: namespaces, links
 * with what is not their default, addresses, neighbours, fdb entries and routes.
 * What the lab does not own is written as `manage: patch`.
 *
 * The objects of a namespace stand together, in the order of the OBJECT_NETNS
 * (those of the namespace ovl runs in first), as picture_read() leaves them.
 */
void capture_print(const struct network *network, const struct attr_context *context,
		   const struct capture_options *options, struct text *text);
