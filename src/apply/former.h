/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What others' links and settings had before a lab changed them, kept in LAB/former of
 * what is kept: a topology file of text/former.h, so that another ovl reads it, too. To
 * whoever loses it nothing happens but that those values stay as they are.
 *
 * Who writes it holds the lab's lock.
 */
#pragma once

#include "topology/topology.h"

struct attr_context;
struct error;

/*
 * Reads it into an empty picture; its `lab` is NULL when there is none. One that cannot be
 * read, or says it is another lab's, is an error.
 */
int former_read(const char *lab, const struct attr_context *context, struct topology *former,
		struct error *error);

/* Makes the picture what is kept, so that a crash does not undo it. */
int former_write(const char *lab, const struct attr_context *context, const struct network *network,
		 struct error *error);

/* The file goes; there may be none. */
void former_forget(const char *lab);
