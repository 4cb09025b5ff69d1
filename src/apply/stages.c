/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/stages.h"

#include <errno.h>
#include <string.h>

#include "apply/refusal.h"
#include "apply/sender.h"
#include "apply/single.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "kernel/kernel.h"
#include "kernel/link_group.h"
#include "kernel/sysctl.h"
#include "model/link.h"
#include "model/netns.h"
#include "model/sysctl.h"
#include "plan/order.h"

/* Fewer messages are done sooner than handed over. */
enum { WORTH_A_THREAD = 16 };

struct run {
	const struct stages *stages;
	struct sender *sender;
	struct message message;
	bool links_changed; /* names of indexes are not to be trusted */
	size_t group_until; /* the steps before this one go one by one: the group has others */
};

static void run_clear(struct run *run)
{
	sender_free(&run->sender);
	message_clear(&run->message);
}

static int announce(struct run *run, size_t until, struct error *error)
{
	const struct stages *stages = run->stages;

	return stages->before ? stages->before(stages->cookie, until, error) : 0;
}

/* A refusal ends the run, or it goes on. */
static int refuse(const struct run *run, int r, struct error *error)
{
	if (!run->stages->goes_on)
		return r;
	error_clear(error);
	return 0;
}

static int look_at_send(struct run *run, struct send *send, struct error *error)
{
	int r = 0;

	for (size_t i = 0; i < send->count && !r; i++) {
		const struct pending *pending = &send->pending[i];
		int errnum = pending->refusal.errnum;

		if (!errnum || single_is_welcome(&send->place, &pending->step, errnum))
			continue;
		refusal_tell(&send->place, &pending->step, &pending->refusal, NULL, error);
		r = refuse(run, -errnum, error);
	}
	return r;
}

/* Looks at what was carried out meanwhile; with `all` at everything. */
static int look(struct run *run, bool all, struct error *error)
{
	struct send *send;
	int r = 0;

	while (!r && (send = sender_look(run->sender, all))) {
		if (send->result < 0)
			single_settle_send(send);
		r = send->refused ? look_at_send(run, send, error) : 0;
		if (r < 0)
			sender_drop(run->sender);
		else
			sender_release(run->sender);
	}
	return r;
}

static int flush(struct run *run, size_t until, struct error *error)
{
	int r;

	if (!sender_is_busy(run->sender))
		return 0;
	if (sender_gathers(run->sender)->count) {
		r = announce(run, until, error);
		if (r < 0)
			return r;
		sender_post(run->sender, false);
	}
	return look(run, true, error);
}

static int put(struct run *run, const struct step *step, struct send *send, struct error *error)
{
	int r;

	if (!send->count) {
		r = kernel_place(run->stages->kernel, step_netns(step), &send->place, error);
		if (r < 0)
			return r;
		if (run->links_changed)
			netlink_forget_links(send->place.netlink);
		netlink_gather(send->place.netlink, true);
	}
	r = wire_object(step->type)
		    ->put(&send->place, step->change, step->object, step->other, &send->message,
			  error);
	if (r < 0)
		return r;
	message_finish(&send->message);
	send->pending[send->count++] = (struct pending){ .step = *step };
	return 0;
}

/* What is gone already has no link to be looked up either. */
static bool is_missed(const struct step *step, const struct error *error)
{
	return step->may_miss && step->change == CHANGE_DELETE && error->exit == EXIT_USAGE;
}

/* Whether a step may join those that are gathered. */
static bool goes_along(const struct send *send, const struct step *step)
{
	return send->count < NETLINK_SEND_MESSAGES && send->message.length < NETLINK_SEND &&
	       send->place.netns == step_netns(step);
}

/* A message of links may need what waits: its master made, an id of a namespace asked for. */
static bool is_slow(const struct step *step)
{
	return step->type == OBJECT_LINK && step->change == CHANGE_ADD;
}

static int gather(struct run *run, size_t at, struct error *error)
{
	const struct step *step = &run->stages->plan->steps[at];
	struct send *send = sender_gathers(run->sender);
	size_t length;
	int r = 0;

	if (send->count && !goes_along(send, step)) {
		if (is_slow(step)) {
			r = flush(run, at, error);
		} else {
			r = announce(run, at, error);
			if (!r) {
				sender_post(run->sender, send->count >= WORTH_A_THREAD);
				r = look(run, false, error);
			}
		}
		if (r < 0)
			return r;
		send = sender_gathers(run->sender);
	}
	length = send->message.length;
	r = put(run, step, send, error);
	if (r < 0 && send->count) {
		/* It may name what the gathered steps make. */
		send->message.length = length;
		error_clear(error);
		r = flush(run, at, error);
		if (r < 0)
			return r;
		send = sender_gathers(run->sender);
		length = send->message.length;
		r = put(run, step, send, error);
	}
	if (!r)
		return 0;
	send->message.length = length;
	if (is_missed(step, error)) {
		error_clear(error);
		return 0;
	}
	return refuse(run, r, error);
}

/* Those of one namespace in one visit. */
static int write_sysctls(struct run *run, size_t *at, size_t to, struct error *error)
{
	const struct plan *plan = run->stages->plan;
	CLEANUP(pointer_free) struct sysctl_value *values = NULL;
	const struct sysctl *first = plan->steps[*at].object;
	size_t count = 0, start = *at;
	int r;

	values = memory_new(to - start, sizeof(*values));
	while (*at < to && plan->steps[*at].type == OBJECT_SYSCTL) {
		const struct sysctl *sysctl = plan->steps[*at].object;

		if (sysctl->netns.id != first->netns.id)
			break;
		values[count++] = (struct sysctl_value){ sysctl->key.id, sysctl->value.id };
		++*at;
	}
	r = flush(run, start, error);
	if (!r)
		r = announce(run, *at, error);
	if (!r)
		r = sysctl_write(run->stages->kernel, first->netns.id, values, count, error);
	return r < 0 ? refuse(run, r, error) : 0;
}

static bool is_deletion(const struct step *step, uint32_t netns, uint32_t group)
{
	const struct link *link = step->object;

	return step->type == OBJECT_LINK && step->change == CHANGE_DELETE &&
	       link->netns.id == netns && link->group == group;
}

/* When the next deletions are those of all the lab's links in a namespace: how many went. */
static int delete_group(struct run *run, size_t *at, size_t to, struct error *error)
{
	const struct stages *stages = run->stages;
	const struct step *steps = stages->plan->steps;
	uint32_t netns = object_netns(steps[*at].type, steps[*at].object);
	CLEANUP(pointer_free) uint32_t *names = memory_new(to - *at, sizeof(*names));
	struct place place;
	size_t count = 0;
	int r;

	while (*at + count < to && is_deletion(&steps[*at + count], netns, stages->group)) {
		names[count] = ((const struct link *)steps[*at + count].object)->name.id;
		count++;
	}
	if (count < 2)
		return 0;
	r = flush(run, *at, error);
	if (!r)
		r = announce(run, *at + count, error);
	if (!r)
		r = kernel_place(stages->kernel, netns, &place, error);
	if (!r)
		r = link_group_delete(&place, stages->group, names, count, stages->have,
				      stages->watch, error);
	if (r > 0)
		*at += count;
	else
		run->group_until = *at + count;
	return r;
}

/*
 * As many as are worked on between two looks at whether a signal came. Those that are removed
 * have threads of their own each time, and once they go there is no way back.
 */
enum { MADE_TOGETHER = 64, REMOVED_TOGETHER = 512 };

static bool is_netns_step(const struct step *step, enum change change)
{
	return step->type == OBJECT_NETNS && step->change == change &&
	       (change == CHANGE_DELETE ||
		(change == CHANGE_ADD && !((const struct netns *)step->object)->pid));
}

/* Whether it is as the step would have it, though the step failed. */
static bool is_netns_done(const struct step *step, int r)
{
	return step->change == CHANGE_DELETE ? r == -ENOENT : r == -EEXIST && step->may_exist;
}

/* Namespaces that are made, or removed, one behind the other, all at once: how many. */
static int run_namespaces(struct run *run, size_t at, size_t to, size_t *count, struct error *error)
{
	const struct stages *stages = run->stages;
	const struct step *steps = &stages->plan->steps[at];
	const size_t most = steps->change == CHANGE_DELETE ? REMOVED_TOGETHER : MADE_TOGETHER;
	CLEANUP(pointer_free) struct kernel_netns *items = NULL;
	int r;

	*count = 0;
	while (*count < most && *count < to - at && is_netns_step(&steps[*count], steps->change))
		++*count;
	if (*count < 2)
		return 0;
	r = announce(run, at + *count, error);
	if (r < 0)
		return r;
	items = memory_new(*count, sizeof(*items));
	for (size_t i = 0; i < *count; i++)
		items[i].netns = ((const struct netns *)steps[i].object)->name.id;
	if (steps->change == CHANGE_DELETE)
		kernel_delete_netns(stages->kernel, items, *count);
	else
		kernel_make_netns(stages->kernel, items, *count);
	for (size_t i = 0; !r && i < *count; i++) {
		if (!items[i].r || is_netns_done(&steps[i], items[i].r))
			continue;
		*error = items[i].error;
		r = refuse(run, items[i].r, error);
	}
	return r;
}

static int run_netns(struct run *run, size_t *at, size_t to, struct error *error)
{
	const struct step *step = &run->stages->plan->steps[*at];
	size_t count;
	int r = run_namespaces(run, *at, to, &count, error);

	if (r < 0)
		return r;
	if (count > 1) {
		*at += count;
		return 0;
	}
	r = announce(run, ++*at, error);
	if (!r)
		r = single_send(run->stages->kernel, &run->message, step, error);
	return r < 0 ? refuse(run, r, error) : 0;
}

static int run_one(struct run *run, size_t *at, size_t to, struct error *error)
{
	const struct step *step = &run->stages->plan->steps[*at];
	int r;

	if (step->type == OBJECT_SYSCTL)
		return write_sysctls(run, at, to, error);
	if (step->type == OBJECT_NETNS)
		return run_netns(run, at, to, error);
	if (run->stages->group && *at >= run->group_until &&
	    is_deletion(step, object_netns(step->type, step->object), run->stages->group)) {
		r = delete_group(run, at, to, error);
		if (r)
			return r < 0 ? r : 0;
	}
	return gather(run, (*at)++, error);
}

static int run_stage(struct run *run, size_t from, size_t to, struct error *error)
{
	int r = 0;

	for (size_t at = from; !r && at < to;)
		r = run_one(run, &at, to, error);
	if (!r)
		r = flush(run, to, error);
	for (size_t at = from; at < to && !run->links_changed; at++)
		run->links_changed = run->stages->plan->steps[at].type == OBJECT_LINK;
	return r;
}

/* Steps that need nothing of each other, or are in order within each send. */
static bool belong_together(const struct step_origin *a, const struct step_origin *b)
{
	return a->stage == b->stage || (stage_is_local(a->stage) && stage_is_local(b->stage));
}

int stages_run(const struct stages *stages, size_t from, size_t to, struct error *error)
{
	CLEANUP(run_clear) struct run run = { .stages = stages, .sender = sender_new() };
	int r = 0;

	for (size_t end = from; !r && from < to; from = end) {
		while (end < to && belong_together(&stages->origins[from], &stages->origins[end]))
			end++;
		r = run_stage(&run, from, end, error);
	}
	/* What is under way is done with before anybody looks at what became of it. */
	if (r < 0 && sender_is_busy(run.sender)) {
		struct error ignored = { 0 };

		while (look(&run, true, &ignored) < 0)
			;
	}
	return r;
}
