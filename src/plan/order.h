/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps that make differences go away, in stages: what a step needs is done
 * by the stages before it, so that all steps of a stage may go to the kernel at
 * once (but for STAGE_LINKS, which is in order).
 */
#pragma once

struct comparing;

/* Fills the plan of the comparison's result, and where each of its steps comes from. */
void order_steps(struct comparing *c);
