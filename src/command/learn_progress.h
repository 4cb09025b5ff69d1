/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far a user came in each lesson: a file each in $XDG_STATE_HOME/ovl/learn, else
 * ~/.local/state/ovl/learn. Losing one loses no more than that.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "command/learn_files.h"

struct learn_progress {
	bool done;
	uint32_t step; /* the one to go on with, from 1 on; 0: it was not begun */
};

/* What cannot be read was not begun. */
struct learn_progress learn_progress_read(const struct learn_file *file);

/* Exit 2 when it cannot be kept, with why. */
int learn_progress_write(const struct learn_file *file, struct learn_progress progress,
			 struct error *error);
