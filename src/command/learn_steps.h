/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goes through the steps of a lesson, within its sandbox. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct error;
struct learner;

/*
 * From the step `first` on; those in front of it are run without a word. How it ended is in
 * the learner's state. Exit 2 when the surroundings cannot be made or looked at.
 */
int learn_steps(struct learner *learner, uint32_t first, struct error *error);
