/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/apply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "apply/refusal.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "kernel/netns.h"
#include "kernel/objects.h"
#include "model/link.h"
#include "model/netns.h"

void apply_clear(struct apply *apply)
{
	message_clear(&apply->message);
	arena_clear(&apply->arena);
}


/* "Gone" has many names: a link, an entry, a route, an address. */
static bool means_gone(int errnum)
{
	return errnum == ENODEV || errnum == ENOENT || errnum == ESRCH || errnum == EADDRNOTAVAIL;
}

/* Whether what the step adds is there already, with each value it names. */
static bool is_there(const struct place *from, const struct step *step)
{
	CLEANUP(pointer_free) void *have = memory_new(1, object_info(step->type)->size);
	struct pools pools = { 0 };
	struct error ignored = { 0 };
	struct place place;
	bool there = !kernel_place(from->kernel, object_netns(step->type, step->object), &place,
				   &ignored) &&
		     !kernel_get(&place, step->type, step->object, &pools, have, &ignored) &&
		     object_matches(step->type, have, step->object);

	pools_clear(&pools);
	return there;
}

/* A refusal that the step can live with (--idempotent). */
static bool is_welcome(const struct place *place, const struct step *step, int errnum)
{
	if (step->may_miss && step->change == CHANGE_DELETE && means_gone(errnum))
		return true;
	return step->may_exist && step->change == CHANGE_ADD && errnum == EEXIST &&
	       is_there(place, step);
}

/*
 * Keeps a refusal until the send is answered: what there is to tell may need to
 * ask the kernel, over the same socket.
 */
struct refusals {
	struct pending *pending; /* the steps of the send, in order */
	struct arena *arena;     /* of what is kept */
};

static int keep_refusal(void *cookie, const struct answer *answer)
{
	struct refusals *refusals = cookie;

	if (answer->errnum && !answer->message)
		refusals->pending[answer->index].refusal = (struct answer){
			.index = answer->index,
			.errnum = answer->errnum,
			.offset = answer->offset,
			.sentence = arena_copy(refusals->arena, answer->sentence,
					       strlen(answer->sentence) + 1),
		};
	return 0;
}

/*
 * The answers were lost (a full queue, a deadline): what the kernel did is read
 * again. Whatever cannot be read for certain stays an error.
 */
static int settle(const struct place *place, const struct step *step, int r, struct error *error)
{
	CLEANUP(pointer_free) void *have = memory_new(1, object_info(step->type)->size);
	struct pools pools = { 0 };
	struct error again = { 0 };
	int found;

	if (r != -ENOBUFS && r != -ETIMEDOUT && r != -EBADMSG)
		return r;
	found = kernel_get(place, step->type, step->object, &pools, have, &again);
	pools_clear(&pools);
	if (step->change == CHANGE_DELETE ? found == -ENOENT :
					    !found && object_matches(step->type, have, step->object)) {
		error_clear(error);
		return 0;
	}
	return r;
}

static int netns_step(struct apply *apply, const struct step *step, struct error *error)
{
	const struct netns *netns = step->object;
	const char *name = names_text(apply->kernel->names, netns->name.id);
	struct place place;
	int fd, r;

	switch (step->change) {
	case CHANGE_DELETE:
		kernel_forget(apply->kernel, netns->name.id);
		r = netns_delete(name, error);
		break;
	case CHANGE_SET:
		r = kernel_place(apply->kernel, 0, &place, error);
		if (!r)
			r = kernel_netns_fd(apply->kernel, netns->name.id, &fd, error);
		return r < 0 ? r : netns_set_id(place.netlink, fd, netns->id, error);
	default:
		r = netns->pid ? netns_attach(name, (pid_t)netns->pid, error) :
				 netns_add(name, error);
	}
	if ((r == -ENOENT && step->may_miss && step->change == CHANGE_DELETE) ||
	    (r == -EEXIST && step->may_exist && !netns->pid)) {
		error_clear(error);
		r = 0;
	}
	return r;
}

/* Where a step's messages go: a link that is born elsewhere is asked for from here. */
static uint32_t place_of(const struct step *step)
{
	return step->type == OBJECT_LINK && step->change == CHANGE_ADD ?
		       0 :
		       object_netns(step->type, step->object);
}

static int send_single(struct apply *apply, const struct step *step, struct error *error)
{
	CLEANUP(arena_clear) struct arena arena = { 0 };
	struct pending pending = { .step = *step };
	struct refusals refusals = { &pending, &arena };
	struct place place;
	int r;

	if (step->type == OBJECT_NETNS)
		return netns_step(apply, step, error);
	r = kernel_place(apply->kernel, place_of(step), &place, error);
	if (r < 0)
		return r;
	apply->message.length = 0;
	r = wire_object(step->type)->put(&place, step->change, step->object, step->other,
					 &apply->message, error);
	if (r < 0) {
		/* What is not there any more has no link to be looked up either. */
		if (step->may_miss && step->change == CHANGE_DELETE && error->exit == EXIT_USAGE) {
			error_clear(error);
			return 0;
		}
		return r;
	}
	message_finish(&apply->message);
	r = netlink_exchange(place.netlink, apply->message.bytes, apply->message.length, 1,
			     keep_refusal, &refusals, error);
	if (step->type == OBJECT_LINK)
		netlink_forget_links(place.netlink);
	r = settle(&place, step, r, error);
	if (r < 0 || !pending.refusal.errnum || is_welcome(&place, step, pending.refusal.errnum))
		return r;
	return refusal_tell(&place, step, &pending.refusal,
			    message_row_at(&apply->message, pending.refusal.offset), error);
}

/* What undoes a step, from how it was before. */
struct undo {
	struct step step;
	bool needed;
};

/* Reads what the step is about to change, and says what would restore it. */
static int undo_of(struct apply *apply, const struct step *step, struct arena *arena,
		   struct undo *undo, struct error *error)
{
	void *before;
	struct place place;
	struct pools pools = { 0 };
	int r;

	*undo = (struct undo){ .step = *step, .needed = true };
	if (step->type == OBJECT_NETNS || step->change == CHANGE_ADD) {
		undo->step.change = step->change == CHANGE_DELETE ? CHANGE_ADD : CHANGE_DELETE;
		undo->needed = step->change != CHANGE_SET;
		return 0;
	}
	r = kernel_place(apply->kernel, object_netns(step->type, step->object), &place, error);
	if (r < 0)
		return r;
	before = arena_new(arena, object_info(step->type)->size);
	r = kernel_get(&place, step->type, step->object, &pools, before, error);
	before = object_copy(step->type, before, arena);
	pools_clear(&pools);
	if (r < 0 && r != -ENOENT)
		return r;
	if (r == -ENOENT) {
		undo->step.change = CHANGE_DELETE;
		undo->needed = step->change != CHANGE_DELETE && step->change != CHANGE_SET;
		return 0;
	}
	/* Changing a route replaces it whole: fib_table_insert(). */
	if (step->change == CHANGE_SET && step->type != OBJECT_ROUTE)
		object_keep(step->type, before, step->object);
	undo->step.object = before;
	undo->step.change = step->change == CHANGE_DELETE ? CHANGE_ADD : step->change;
	if (step->change == CHANGE_APPEND || step->change == CHANGE_PREPEND) {
		undo->step.change = CHANGE_DELETE;
		undo->step.object = step->object;
	}
	return 0;
}

/* Takes the first `count` steps back, the last first; says what could not be. */
static int take_back(struct apply *apply, struct undo *undos, size_t count, struct error *error)
{
	CLEANUP(text_clear) struct text left = { 0 };

	while (count--) {
		struct error why = { 0 };
		struct place place;

		if (!undos[count].needed)
			continue;
		undos[count].step.may_miss = true;
		if (!send_single(apply, &undos[count].step, &why))
			continue;
		if (left.length)
			text_puts(&left, ", ");
		if (!kernel_place(apply->kernel, 0, &place, &why))
			step_name(&place, &undos[count].step, &left);
	}
	if (!left.length)
		return -error->errnum;
	error_hint(error, "; what was done before could not be taken back: %s", text_string(&left));
	error->exit = EXIT_UNDO_FAILED;
	return -error->errnum;
}

/*
 * The kernel applies the values of one "set" one by one and stops at the first
 * it refuses, so a single message may need to be taken back, too.
 */
static bool needs_undo(const struct plan *plan)
{
	return plan->count > 1 ||
	       (plan->count && plan->steps[0].type == OBJECT_LINK &&
		plan->steps[0].change == CHANGE_SET && link_values(plan->steps[0].object) > 1);
}

int apply_plan(struct apply *apply, const struct plan *plan, struct error *error)
{
	CLEANUP(arena_clear) struct arena arena = { 0 };
	CLEANUP(pointer_free) struct undo *undos = NULL;
	bool careful = needs_undo(plan);
	int r = 0;

	if (careful)
		undos = memory_new(plan->count, sizeof(*undos));
	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->steps[i];

		if (careful)
			r = undo_of(apply, step, &arena, &undos[i], error);
		if (!r)
			r = send_single(apply, step, error);
		if (!r)
			continue;
		if (!careful)
			return r;
		/* A refused "set" may have taken part of its values. */
		return take_back(apply, undos, step->change == CHANGE_SET ? i + 1 : i, error);
	}
	return 0;
}

/* Exclusive adds of entries: refused when they exist, so what one did can be taken back. */
static bool may_wait(const struct plan *plan)
{
	return plan->count == 1 && plan->steps[0].change == CHANGE_ADD &&
	       !plan->steps[0].may_exist &&
	       (plan->steps[0].type == OBJECT_FDB || plan->steps[0].type == OBJECT_NEIGHBOUR ||
		plan->steps[0].type == OBJECT_ROUTE || plan->steps[0].type == OBJECT_VNI);
}

/* Whether a step goes along with those that wait: same type and namespace, another key. */
static bool goes_along(struct apply *apply, const struct step *step, uint64_t key)
{
	if (!apply->pending_count)
		return true;
	if (apply->pending[0].step.type != step->type ||
	    object_netns(step->type, step->object) != apply->place.netns ||
	    apply->pending_count == NETLINK_SEND_MESSAGES || apply->message.length >= NETLINK_SEND)
		return false;
	for (size_t i = 0; i < apply->pending_count; i++)
		if (apply->keys[i] == key)
			return false;
	return true;
}

int apply_line(struct apply *apply, const struct plan *plan, uint32_t line, struct error *error)
{
	const struct step *step = plan->steps;
	struct pending *pending;
	uint64_t key;
	int r;

	if (!may_wait(plan)) {
		r = apply_flush(apply, error);
		if (r < 0)
			return r;
		apply->failed_line = line;
		return apply_plan(apply, plan, error);
	}
	key = object_key_hash(step->type, step->object);
	if (!goes_along(apply, step, key)) {
		r = apply_flush(apply, error);
		if (r < 0)
			return r;
	}
	apply->failed_line = line;
	if (!apply->pending_count) {
		apply->message.length = 0;
		r = kernel_place(apply->kernel, object_netns(step->type, step->object),
				 &apply->place, error);
		if (r < 0)
			return r;
	}
	r = wire_object(step->type)->put(&apply->place, step->change, step->object, NULL,
					 &apply->message, error);
	if (r < 0)
		return r;
	message_finish(&apply->message);
	pending = &apply->pending[apply->pending_count];
	apply->keys[apply->pending_count++] = key;
	*pending = (struct pending){ .step = *step, .line = line };
	pending->step.object = object_copy(step->type, step->object, &apply->arena);
	return 0;
}

/* Lines after the first refused one that took effect in the same send must not stand. */
static int take_back_after(struct apply *apply, struct error *error)
{
	CLEANUP(pointer_free) struct undo *undos = memory_new(apply->pending_count, sizeof(*undos));
	size_t count = 0;
	bool refused = false;

	for (size_t i = 0; i < apply->pending_count; i++) {
		struct pending *pending = &apply->pending[i];

		refused |= pending->refusal.errnum != 0;
		if (!refused || pending->refusal.errnum)
			continue;
		undos[count] = (struct undo){ .step = pending->step, .needed = true };
		undos[count++].step.change = CHANGE_DELETE;
	}
	return take_back(apply, undos, count, error);
}

/* Answers were lost: each step that waits is looked at by itself. */
static int settle_pending(struct apply *apply, int r, struct error *error)
{
	if (r != -ENOBUFS && r != -ETIMEDOUT && r != -EBADMSG)
		return r;
	for (size_t i = 0; i < apply->pending_count; i++) {
		int single = settle(&apply->place, &apply->pending[i].step, r, error);

		if (single < 0) {
			apply->pending[i].refusal.errnum = -single;
			apply->failed_line = apply->pending[i].line;
			return take_back_after(apply, error);
		}
	}
	return 0;
}

/*
 * Tells the refusals of a send: the first is the error, the others are only
 * reported, to a batch that goes on.
 */
static int tell_refusals(struct apply *apply, struct error *error)
{
	int r = 0;

	for (size_t i = 0; i < apply->pending_count; i++) {
		struct pending *pending = &apply->pending[i];
		struct error why = { 0 };

		if (!pending->refusal.errnum)
			continue;
		refusal_tell(&apply->place, &pending->step, &pending->refusal, NULL, &why);
		if (!r) {
			r = -pending->refusal.errnum;
			*error = why;
			apply->failed_line = pending->line;
		}
		if (apply->keep_going && apply->report)
			apply->report(apply->cookie, pending->line, &why);
		if (!apply->keep_going)
			break;
	}
	return r;
}

int apply_flush(struct apply *apply, struct error *error)
{
	struct refusals refusals = { apply->pending, &apply->arena };
	int r;

	if (!apply->pending_count)
		return 0;
	r = netlink_exchange(apply->place.netlink, apply->message.bytes, apply->message.length,
			     apply->pending_count, keep_refusal, &refusals, error);
	if (r < 0) {
		r = settle_pending(apply, r, error);
	} else {
		r = tell_refusals(apply, error);
		if (r < 0 && !apply->keep_going)
			r = take_back_after(apply, error);
	}
	apply->pending_count = 0;
	apply->message.length = 0;
	arena_reset(&apply->arena);
	return r;
}
