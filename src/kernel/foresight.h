/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dumps that are received while who will read them is still busy: with a file, from which is known
 * early of what it will have many. The kernel makes 100,000 routes in the time in which as many are
 * read from a file.
 *
 * What they hold is older than their reading. So a socket beside each listens to what changes
 * meanwhile: who reads finds all as it is then, or the dump is not used. A change of which the
 * kernel tells nobody is one that came behind the reading: of a neighbour's protocol alone (6.18).
 */
#pragma once

#include "kernel/kernel.h"

/*
 * Begins what kernel_dump() of the same will ask for; nothing happens where that cannot be, or where
 * as many are begun as there may be.
 */
void foresight_begin(struct kernel *kernel, uint32_t netns, enum object_type type,
		     const void *filter);

/*
 * The socket on which the request of the place was begun, if nothing changed since; NULL: none.
 * It stays the kernel's, until foresight_end().
 */
struct netlink *foresight_find(const struct place *place, const struct message *request);

/* Whatever was begun: none of it is read any more. */
void foresight_end(struct kernel *kernel);
