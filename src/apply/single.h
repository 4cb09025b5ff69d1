/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One step carried out by itself, and what became of it when the answer was lost. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "kernel/kernel.h"
#include "plan/plan.h"

struct error;
struct link;
struct send;

/*
 * Sends the step in a message of its own (`message` is a buffer) and waits for
 * the answer; makes or removes a namespace. What the step may live with
 * (may_exist, may_miss) is no failure.
 */
int single_send(struct kernel *kernel, struct message *message, const struct step *step,
		struct error *error);

/* Whether the step can live with that refusal (may_exist, may_miss). */
bool single_is_welcome(const struct place *place, const struct step *step, int errnum);

/* Whether netlink_exchange() failed so that nobody knows what the kernel did. */
bool single_is_lost(int r);

/*
 * When the answer was lost (`r`), what the kernel did is read again: 0 when it
 * did the step. What cannot be known for certain is told, and exits with 4.
 */
int single_settle(const struct place *from, const struct step *step, int r, struct error *error);

/* The send failed, or answers were lost: each step of it without an answer is looked at by itself. */
void single_settle_send(struct send *send);

/* The object as it is when the step is done: a link under its new name, in its new namespace. */
const void *single_after(const struct step *step, struct link *link);

/* Reads what has the key, where it is; its lists go to the pools. -ENOENT: it is not there. */
int single_read_again(struct kernel *kernel, enum object_type type, const void *key,
		      struct pools *pools, void *have);

/* Whether a link that was to move or be renamed is still to be found as before. */
bool single_stayed(struct kernel *kernel, const struct step *step, const void *after, void *have);
