/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of a lesson in iproute2's words. */
#pragma once

struct lesson_part;
struct text;

/*
 * Fills one text a command, as many as the part has: what `ovl --as ip` makes of it,
 * in the sandbox as it is; the command itself where it has nothing to say. Commands may
 * need what those in front of them make, though nothing is made.
 */
void learn_ip(const struct lesson_part *commands, struct text *texts);
