/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What became of a network: two pictures of the kernel, one after the other, and
 * how they differ. Nobody wanted anything, so there is no plan and no owner; it is
 * told as any comparison is (plan/diff_print.h).
 */
#pragma once

#include <stdbool.h>

struct comparison;
struct network;

/*
 * Fills a zeroed comparison, which points into both pictures, with what came, went
 * and changed. Both share their `names` and have their indexes made here.
 *
 * Unless `everything`, what comes and goes by itself is left out: link-local and
 * multicast addresses and their routes and entries, the kernel's own entries (a
 * device's MACs, the local table), defaults, and how fresh a learned entry is. What
 * only the kernel reports (counters, times, carriers) is never told.
 */
void changes_between(struct network *before, struct network *after, bool everything,
		     struct comparison *comparison);
