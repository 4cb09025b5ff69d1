/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A lesson from its first step to its end, in as many sandboxes as that takes. */
#pragma once

#include <stdint.h>

#include "command/learner.h"

struct error;

struct learn_outcome {
	enum learn_end end;
	bool is_kept; /* how far the user came */
	uint32_t checks, failed;
	int status; /* of a process that was killed: what ovl is to exit with; else 0 */
};

/*
 * Begins at the step `first`, from 0 on. Sandboxes are gone when it returns; also when
 * the caller is killed. `out` is flushed before anything is said in there.
 */
int learn_lesson(const struct learn_file *file, const struct lesson *lesson,
		 const struct learn_manner *manner, uint32_t first, struct text *out,
		 struct learn_outcome *outcome, struct error *error);
