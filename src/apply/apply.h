/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps carried out in the kernel. A plan is one unit: when a step of it is
 * refused, what the steps before it did is taken back. Plans of a batch that
 * cannot disturb each other are gathered into one send.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apply/sender.h"
#include "kernel/kernel.h"
#include "plan/plan.h"

struct error;

struct apply {
	struct kernel *kernel;
	bool keep_going; /* after a refused line of a batch (--force) */
	struct message message;
	struct sender *sender; /* of what waits; made when first needed */
	bool looks;            /* at a send that was carried out */
	uint32_t failed_line;  /* of the first refusal */
	/* Called for each refused line; NULL outside a batch. */
	void (*report)(void *cookie, uint32_t line, const struct error *error);
	void *cookie;
};

/* Accepts a zeroed one. */
void apply_clear(struct apply *apply);

/*
 * Carries the plan out. On failure the steps before are taken back: exit 2, or
 * 4 when that did not succeed (the text says what is left).
 */
int apply_plan(struct apply *apply, const struct plan *plan, struct error *error);

/*
 * The same for line `line` of a batch, but a plan of one exclusive step may wait
 * until apply_flush() or until a line comes that does not go along with it, and
 * be carried out while further lines come. An error may be that of an earlier
 * line: `failed_line` says which, one of the last APPLY_LINES. With keep_going
 * refusals of earlier ones are only reported.
 */
int apply_line(struct apply *apply, const struct plan *plan, uint32_t line, struct error *error);

enum { APPLY_LINES = SENDS * NETLINK_SEND_MESSAGES + 1 };

/* Whether something waits or is under way: the kernel is not to be asked before a flush. */
bool apply_waits(const struct apply *apply);

/* Sends what waits, and waits for it. */
int apply_flush(struct apply *apply, struct error *error);
