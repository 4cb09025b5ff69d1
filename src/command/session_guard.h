/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ssh guard: what would cut the session of whoever types is marked, and refused unless it is meant. */
#pragma once

#include "model/object.h"

struct error;
struct plan;
struct request;

/*
 * Marks the steps of the plan that would cut the caller's ssh session, for a dry
 * run; else refuses a plan with such a step (exit 1) before any of it is sent.
 * --confirm and --force let it through unseen. Of a session that cannot be found
 * it says so, once, and refuses nothing.
 *
 * In a batch what waits is carried out before the kernel is asked; an error may be
 * that of an earlier line then, as with apply_line().
 */
int session_guard(struct request *request, struct plan *plan, struct error *error);

/*
 * Marks them only: for a plan that is shown whatever the options say. Fails in a
 * batch for what waited.
 */
int session_mark(struct request *request, struct plan *plan, struct error *error);

/* The same as session_guard() for one step of many that count as a command each, beforehand. */
int session_guard_step(struct request *request, enum object_type type, enum change change,
		       const void *object, struct error *error);

/* The network may have changed since: the kernel is asked again before the next step. */
void session_forget(struct request *request);
