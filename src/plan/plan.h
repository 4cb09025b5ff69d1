/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan: ordered steps that turn one network into another. It is shown,
 * applied, or printed as commands of iproute2; it touches nothing itself.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/object.h"
#include "text/object_words.h"

struct text;

struct step {
	enum object_type type;
	enum change change;
	const void *object; /* the plan's */
	const void *other;  /* a veth's other end, made along with it; NULL: none */
	bool inside; /* a link is asked for from the namespace it is made in, where its underlay is */
	bool may_exist; /* an add of what exists with the same values is fine … */
	bool may_miss;  /* … and so is a delete of what is gone */
	const char *
		cuts; /* what of it would cut the caller's ssh session (plan/cut.h); NULL: nothing */
};

struct plan {
	struct step *steps;
	size_t count, room;
	struct arena arena; /* of the objects */
};

/*
 * Adds a step with a copy of the object (of object_info(type)->size bytes).
 * The step may be changed until the next one is added.
 */
struct step *plan_add(struct plan *plan, enum object_type type, enum change change,
		      const void *object);

/* Forgets the steps and keeps the memory for the next plan. */
void plan_reset(struct plan *plan);

/* Accepts a zeroed one. */
void plan_clear(struct plan *plan);

/* How much of its object a step's words name. */
enum words_extent step_extent(const struct step *step);

/* The namespace a step is asked for in: a link that is born elsewhere is asked for from here. */
uint32_t step_netns(const struct step *step);

/* Puts "OBJECT 'KEY' in netns 'NAME'", as messages name what a step is about. */
void step_call(const struct step *step, uint32_t netns, const struct attr_context *context,
	       struct text *text);

/* What the user can do when there is already (EEXIST) or not (ESRCH) what the step is about; "". */
const char *step_remedy(const struct step *step, int errnum);

/*
 * Prints a line a step: "+ link vx0 type vxlan id 42". Behind one that cuts stands
 * a comment that says so.
 */
void plan_print(const struct plan *plan, const struct attr_context *context, struct text *text);

/*
 * Prints the steps as commands of iproute2, a line each, fit for sh. What it
 * cannot say becomes a comment, and so does what cuts. `netns` is the namespace the commands run in, or NULL.
 */
void plan_print_ip(const struct plan *plan, const char *netns, const struct attr_context *context,
		   struct text *text);
