/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The candidate of a batch that is only tried: the kernel's network as far as its
 * lines touch it. A namespace is read when a line first needs it, and of its
 * entries a type at a time: a batch of fdb entries reads no routes.
 */
#pragma once

#include <stdint.h>

#include "model/object.h"
#include "plan/plan.h"

struct error;
struct request;
struct touched;

/* Gives the request a candidate, in which there are the namespaces' names for a start. */
int touched_begin(struct request *request, struct error *error);

/* Takes it away; accepts a request that has none. */
void touched_end(struct request *request);

/*
 * Reads what there is of the type in the namespace, unless that was done. One that
 * may not be entered is taken for empty, but for the one ovl runs in.
 */
int touched_need(struct request *request, uint32_t netns, enum object_type type,
		 struct error *error);

/* The name by which the candidate has a namespace that may have several; 0: the one ovl runs in. */
uint32_t touched_netns(struct request *request, uint32_t netns);

/*
 * Reads all that the request's plan touches or takes along. The steps come into
 * the empty plan `renamed`, with the namespaces' names in the candidate.
 */
int touched_need_plan(struct request *request, struct plan *renamed, struct error *error);
