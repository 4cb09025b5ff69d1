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
	sender_free(&apply->sender);
}

/* "Gone" has many names: a link, an entry, a route, an address. */
static bool means_gone(int errnum)
{
	return errnum == ENODEV || errnum == ENOENT || errnum == ESRCH || errnum == EADDRNOTAVAIL;
}

/* Whether a veth that is there has the other end that is asked for. */
static bool is_other_there(const struct place *from, const struct link *have,
			   const struct link *other)
{
	struct pools pools = { 0 };
	struct error ignored = { 0 };
	struct place place;
	struct link found;
	bool there;

	if (!other || !other->name.id)
		return true;
	there = !kernel_place(from->kernel, other->netns.id, &place, &ignored) &&
		!kernel_get(&place, OBJECT_LINK, other, &pools, &found, &ignored) &&
		found.index == have->link_index && object_matches(OBJECT_LINK, &found, other);
	pools_clear(&pools);
	return there;
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
		     object_matches(step->type, have, step->object) &&
		     is_other_there(from, have, step->other);

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

/* Keeps the refusal until the send is answered: to tell it may need the same socket. */
struct refusal {
	struct answer answer; /* errnum 0: none */
	struct arena arena;   /* of its sentence */
};

static void refusal_clear(struct refusal *refusal)
{
	arena_clear(&refusal->arena);
}

static int keep_refusal(void *cookie, const struct answer *answer)
{
	struct refusal *refusal = cookie;

	if (!answer->errnum || answer->message)
		return 0;
	refusal->answer = *answer;
	refusal->answer.sentence =
		arena_copy(&refusal->arena, answer->sentence, strlen(answer->sentence) + 1);
	return 0;
}

/* The answers were lost: a full queue, a deadline, one that cannot be read. */
static bool is_lost(int r)
{
	return r == -ENOBUFS || r == -ETIMEDOUT || r == -EBADMSG;
}

/* A link as it is when the step is done: under its new name, in its new namespace. */
static const void *object_after(const struct step *step, struct link *link)
{
	if (step->type != OBJECT_LINK || step->change != CHANGE_SET)
		return step->object;
	*link = *(const struct link *)step->object;
	if (ATTR_HAS(&link_table, link, link, new_name)) {
		link->name = link->new_name;
		attr_drop(&link_table, link, ATTR_ROW(&link_table, link, new_name));
	}
	if (ATTR_HAS(&link_table, link, link, new_netns)) {
		link->netns = link->new_netns;
		attr_drop(&link_table, link, ATTR_ROW(&link_table, link, new_netns));
	}
	return link;
}

/* -ENOENT: it is not there; else why it could not be read. */
static int read_again(struct kernel *kernel, enum object_type type, const void *key, void *have)
{
	struct pools pools = { 0 };
	struct error ignored = { 0 };
	struct place place;
	int r = kernel_place(kernel, object_netns(type, key), &place, &ignored);

	if (!r)
		r = kernel_get(&place, type, key, &pools, have, &ignored);
	pools_clear(&pools);
	return r;
}

/* Whether the link goes on under another name or elsewhere, and is still to be found as before. */
static bool stayed(struct kernel *kernel, const struct step *step, const void *after, void *have)
{
	const struct link *now = after, *then = step->object;

	return step->type == OBJECT_LINK && step->change == CHANGE_SET &&
	       (now->name.id != then->name.id || now->netns.id != then->netns.id) &&
	       !read_again(kernel, step->type, then, have);
}

/*
 * When the answer was lost, what the kernel did is read again: 0 when it did
 * the step. What cannot be known for certain is told, and exits with 4.
 */
static int settle(const struct place *from, const struct step *step, int r, struct error *error)
{
	CLEANUP(pointer_free) void *have = memory_new(1, object_info(step->type)->size);
	CLEANUP(text_clear) struct text name = { 0 };
	struct link link;
	const void *want;
	int found;

	if (!is_lost(r))
		return r;
	want = object_after(step, &link);
	/* What has the new name then is another link. */
	if (stayed(from->kernel, step, want, have))
		return r;
	found = read_again(from->kernel, step->type, want, have);
	if (step->change == CHANGE_DELETE ? found == -ENOENT :
					    !found && object_matches(step->type, have, want)) {
		error_clear(error);
		return 0;
	}
	/* Something of that name with other values may be ours or have been there before. */
	if ((found && found != -ENOENT) || (!found && step->change == CHANGE_ADD)) {
		step_name(from, step, &name);
		error_hint(error, "; it is not known what became of %s", text_string(&name));
		error->exit = EXIT_UNDO_FAILED;
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
		if (r < 0)
			return r;
		r = netns_set_id(place.netlink, fd, netns->id, error);
		return r < 0 ? error_wrap(error, "netns '%s'", name) : r;
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
	CLEANUP(refusal_clear) struct refusal refusal = { 0 };
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
			     keep_refusal, &refusal, error);
	if (step->type == OBJECT_LINK)
		netlink_forget_links(place.netlink);
	r = settle(&place, step, r, error);
	if (r < 0 || !refusal.answer.errnum || is_welcome(&place, step, refusal.answer.errnum))
		return r;
	return refusal_tell(&place, step, &refusal.answer,
			    message_row_at(&apply->message, refusal.answer.offset), error);
}

/* What undoes a step, from how it was before. */
struct undo {
	struct step step;
	const struct step *done;
	void *before; /* of a "set": the step's object */
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

	*undo = (struct undo){ .step = *step, .done = step, .needed = true };
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
	undo->before = before;
	undo->step.object = before;
	undo->step.change = step->change == CHANGE_DELETE ? CHANGE_ADD : step->change;
	if (step->change == CHANGE_APPEND || step->change == CHANGE_PREPEND) {
		undo->step.change = CHANGE_DELETE;
		undo->step.object = step->object;
	}
	return 0;
}

/* A link that has its new name already, or is in its new namespace, goes back from there. */
static void turn_back(struct link *before, const struct link *after)
{
	if (before->name.id != after->name.id) {
		before->new_name = before->name;
		before->name = after->name;
		ATTR_MARK(&link_table, link, before, new_name);
	}
	if (before->netns.id != after->netns.id) {
		before->new_netns = before->netns;
		before->netns = after->netns;
		ATTR_MARK(&link_table, link, before, new_netns);
	}
}

/*
 * Cuts the undo of a "set" down to what changed: the kernel refuses some values
 * for being named at all, even when they are what they were.
 */
static void undo_cut_down(struct apply *apply, struct undo *undo)
{
	enum object_type type = undo->step.type;
	CLEANUP(pointer_free) void *have = memory_new(1, object_info(type)->size);
	struct link link;
	const void *after;

	if (undo->step.change != CHANGE_SET || !undo->before)
		return;
	after = object_after(undo->done, &link);
	if (after != &link || stayed(apply->kernel, undo->done, after, have))
		after = undo->before;
	if (read_again(apply->kernel, type, after, have))
		return;
	if (after == &link)
		turn_back(undo->before, &link);
	undo->needed = object_cut_down(type, undo->before, have);
}

/* Takes the first `count` steps back, the last first; says what could not be. */
static int take_back(struct apply *apply, struct undo *undos, size_t count, struct error *error)
{
	CLEANUP(text_clear) struct text left = { 0 };

	while (count--) {
		struct error why = { 0 };
		struct place place;

		if (undos[count].needed)
			undo_cut_down(apply, &undos[count]);
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
	r = wire_object(step->type)->put(&send->place, step->change, step->object, NULL,
					 &send->message, error);
	if (r < 0)
		return r;
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
	return is_lost(send->result) ? tell_left(send, undos, count, error) :
				       take_back(apply, undos, count, error);
}

/* The send failed, or answers were lost: each step without an answer is looked at by itself. */
static void settle_send(struct send *send)
{
	for (size_t i = 0; i < send->count; i++) {
		struct pending *pending = &send->pending[i];
		struct error ignored = { 0 };

		if (pending->refusal.errnum ||
		    !settle(&send->place, &pending->step, send->result, &ignored))
			continue;
		pending->refusal = (struct answer){
			.index = i,
			.errnum = -send->result,
			.sentence = is_lost(send->result) ? "its answer was lost" : "",
		};
	}
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
			settle_send(send);
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
