/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps that make differences go away, in stages: what a step needs is done
 * by the stages before it, so that all steps of a stage may go to the kernel at
 * once (but for STAGE_LINKS, which is in order).
 */
#pragma once

#include <stdbool.h>

struct comparing;
struct comparison;

/* Fills the plan of the comparison's result, and where each of its steps comes from. */
void order_steps(struct comparing *c);

/*
 * Whether what a stage does concerns one namespace only, so that those of another
 * need not have come as far.
 */
bool stage_is_local(int stage);

/*
 * Puts the steps of local stages namespace by namespace, each in order of stages,
 * so that one send takes many; the one ovl runs in comes last, but for the tags of its
 * links: a bridge there comes up when all its ports are. The rest stays as it is.
 */
void order_by_place(struct comparison *comparison);
