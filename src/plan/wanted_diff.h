/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How what is wanted differs from what was wanted: a candidate from the file as it
 * was saved or applied. Neither is the kernel's, so that what is not named any more
 * counts as well; it is told as any comparison is (plan/diff_print.h).
 */
#pragma once

struct comparison;
struct network;

/*
 * Fills a zeroed comparison, which points into both pictures, with what came, went
 * and changed; there is no plan in it. Each attribute is not named, has a value, or
 * is asked for as the default, and so is whose the object is (`manage`).
 *
 * What a file says without words is no difference: `up` of what the lab makes, `lo`
 * of its namespaces, a link of somebody else's of which nothing is named. The
 * end of a segment on a real host is a link of somebody else's here.
 *
 * Both pictures share their `names`, have their indexes made here and may have gaps.
 */
void wanted_diff(struct network *before, struct network *after, struct comparison *comparison);
