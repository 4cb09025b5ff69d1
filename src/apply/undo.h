/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps taken back when a later one is refused. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "kernel/kernel.h"
#include "plan/plan.h"

struct error;

/* What undoes a step, from how it was before. */
struct undo {
	struct step step;
	const struct step *done;
	void *before; /* of a "set": the step's object */
	bool needed;
	bool may_lose; /* what hangs on the link falls with the step, and does not come back */
};

/* Reads what the step is about to change, and says what would restore it. */
int undo_of(struct kernel *kernel, const struct step *step, struct arena *arena, struct undo *undo,
	    struct error *error);

/*
 * Takes the first `count` steps back, the last first, and restores only what
 * really changed. Returns that of the error; what could not be taken back is
 * added to it, and the exit is 4 then.
 */
int undo_all(struct kernel *kernel, struct message *message, struct undo *undos, size_t count,
	     struct error *error);
