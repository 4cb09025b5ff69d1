/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps of a plan carried out stage by stage, those of a stage many to a
 * send. Nothing is taken back here: whoever calls knows how it was before.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/compare.h"

struct error;
struct kernel;
struct link_watch;
struct network;

struct stages {
	struct kernel *kernel;
	const struct plan *plan;
	const struct step_origin *origins; /* one a step */
	uint32_t group;                    /* of the lab's links; 0: each is removed by itself */
	/* The picture that the plan is of, and who hears what changes since; NULL: nobody does. */
	const struct network *have;
	struct link_watch *watch;
	/*
	 * Called before anything goes to the kernel: the steps before number `until`
	 * may be done from here on. An error of it ends the run. NULL: nobody asks.
	 */
	int (*before)(void *cookie, size_t until, struct error *error);
	void *cookie;
	/*
	 * After a step that was refused: whoever reads the network again sees it. Else the
	 * run ends with the first one, whose error is returned.
	 */
	bool goes_on;
};

/*
 * Carries out the steps from..to-1. When it fails, any of the steps that
 * before() was told of may have been done or not.
 */
int stages_run(const struct stages *stages, size_t from, size_t to, struct error *error);
