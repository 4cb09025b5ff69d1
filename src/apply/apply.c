/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/apply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "apply/refusal.h"
#include "apply/single.h"
#include "apply/undo.h"
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
	sender_free(&apply->sender);
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
			r = undo_of(apply->kernel, step, &arena, &undos[i], error);
		if (!r)
			r = single_send(apply->kernel, &apply->message, step, error);
		if (!r)
			continue;
		if (!careful)
			return r;
		/* A refused "set" may have taken part of its values. */
		return undo_all(apply->kernel, &apply->message, undos,
				step->change == CHANGE_SET ? i + 1 : i, error);
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

static bool is_full(const struct send *send)
{
	return send->count == NETLINK_SEND_MESSAGES || send->message.length >= NETLINK_SEND;
}

static uint64_t *keys_of(struct send *send, uint64_t key)
{
	return &send->keys[key / 64 % (sizeof(send->keys) / sizeof(*send->keys))];
}

static bool has_key(struct send *send, uint64_t key)
{
	if (!(*keys_of(send, key) >> key % 64 & 1))
		return false;
	for (size_t i = 0; i < send->count; i++)
		if (send->pending[i].key == key)
			return true;
	return false;
}

/* Whether a step goes along with those of a send: same type and namespace, another key. */
static bool goes_along(struct send *send, const struct step *step, uint64_t key)
{
	if (!send->count)
		return true;
	return send->pending[0].step.type == step->type &&
	       object_netns(step->type, step->object) == send->place.netns && !has_key(send, key);
}

static int gather(struct apply *apply, struct send *send, const struct step *step, uint64_t key,
		  struct error *error)
{
	int r;

	if (!send->count) {
		r = kernel_place(apply->kernel, object_netns(step->type, step->object),
				 &send->place, error);
		if (r < 0)
			return r;
		netlink_gather(send->place.netlink, true);
	}
	r = wire_object(step->type)
		    ->put(&send->place, step->change, step->object, NULL, &send->message, error);
	if (r < 0) {
		/* Nothing is gathered: what is remembered of links would outlive their names. */
		if (!send->count)
			netlink_gather(send->place.netlink, false);
		return r;
	}
	message_finish(&send->message);
	*keys_of(send, key) |= UINT64_C(1) << key % 64;
	send->pending[send->count] =
		(struct pending){ .step = *step, .line = apply->failed_line, .key = key };
	send->pending[send->count++].step.object =
		object_copy(step->type, step->object, &send->arena);
	return 0;
}

/* What may stand of later lines and may as well have been there before. */
static int tell_left(const struct send *send, const struct undo *undos, size_t count,
		     struct error *error)
{
	CLEANUP(text_clear) struct text left = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (i)
			text_puts(&left, ", ");
		step_name(&send->place, &undos[i].step, &left);
	}
	if (!count)
		return -error->errnum;
	error->exit = EXIT_UNDO_FAILED;
	return error_hint(error, "; of later lines there are: %s", text_string(&left));
}

/*
 * Lines after the first refused one that took effect in the same send must not
 * stand. When answers were lost, an entry that is there may be one that was
 * there before: it is told, not removed.
 */
static int take_back_after(struct apply *apply, const struct send *send, struct error *error)
{
	CLEANUP(pointer_free) struct undo *undos = memory_new(send->count, sizeof(*undos));
	size_t count = 0;
	bool refused = false;

	for (size_t i = 0; i < send->count; i++) {
		const struct pending *pending = &send->pending[i];

		refused |= pending->refusal.errnum != 0;
		if (!refused || pending->refusal.errnum)
			continue;
		undos[count] = (struct undo){ .step = pending->step, .needed = true };
		undos[count++].step.change = CHANGE_DELETE;
	}
	return single_is_lost(send->result)
		       ? tell_left(send, undos, count, error)
		       : undo_all(apply->kernel, &apply->message, undos, count, error);
}

/* Tells the refusals of a send: the first is the error; a batch that goes on hears of all. */
static int tell_refusals(struct apply *apply, struct send *send, struct error *error)
{
	for (size_t i = 0; i < send->count; i++) {
		struct pending *pending = &send->pending[i];
		struct error why = { 0 };

		if (!pending->refusal.errnum)
			continue;
		refusal_tell(&send->place, &pending->step, &pending->refusal, NULL, &why);
		if (apply->keep_going) {
			apply->report(apply->cookie, pending->line, &why);
			continue;
		}
		*error = why;
		apply->failed_line = pending->line;
		return take_back_after(apply, send, error);
	}
	return 0;
}

/* Looks at the sends that were carried out meanwhile; with `all` at everything that waits. */
static int look(struct apply *apply, bool all, struct error *error)
{
	struct send *send;
	int r = 0;

	/* What looking at a send asks the kernel needs no flush before it. */
	apply->looks = true;
	while (!r && (send = sender_look(apply->sender, all))) {
		if (send->result < 0)
			single_settle_send(send);
		if (send->refused)
			r = tell_refusals(apply, send, error);
		if (r < 0)
			sender_drop(apply->sender);
		else
			sender_release(apply->sender);
	}
	apply->looks = false;
	return r;
}

int apply_line(struct apply *apply, const struct plan *plan, uint32_t line, struct error *error)
{
	const struct step *step = plan->steps;
	struct send *send;
	uint64_t key;
	int r = 0;

	if (!may_wait(plan)) {
		r = apply_flush(apply, error);
		if (r < 0)
			return r;
		apply->failed_line = line;
		return apply_plan(apply, plan, error);
	}
	if (!apply->sender)
		apply->sender = sender_new();
	send = sender_gathers(apply->sender);
	key = object_key_hash(step->type, step->object);
	if (is_full(send)) {
		sender_post(apply->sender, true);
		r = look(apply, false, error);
	} else if (!goes_along(send, step, key)) {
		r = apply_flush(apply, error);
	}
	if (r < 0)
		return r;
	apply->failed_line = line;
	return gather(apply, sender_gathers(apply->sender), step, key, error);
}

bool apply_waits(const struct apply *apply)
{
	return apply->sender && sender_is_busy(apply->sender);
}

int apply_flush(struct apply *apply, struct error *error)
{
	int r;

	if (!apply_waits(apply) || apply->looks)
		return 0;
	if (sender_gathers(apply->sender)->count)
		sender_post(apply->sender, false);
	r = look(apply, true, error);
	sender_rest(apply->sender);
	return r;
}
