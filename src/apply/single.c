/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/single.h"

#include <errno.h>
#include <string.h>

#include "apply/refusal.h"
#include "apply/sender.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "kernel/netns.h"
#include "kernel/objects.h"
#include "kernel/sysctl.h"
#include "model/link.h"
#include "model/netns.h"
#include "model/sysctl.h"

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

bool single_is_welcome(const struct place *place, const struct step *step, int errnum)
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
bool single_is_lost(int r)
{
	return r == -ENOBUFS || r == -ETIMEDOUT || r == -EBADMSG;
}

/* A link as it is when the step is done: under its new name, in its new namespace. */
const void *single_after(const struct step *step, struct link *link)
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
int single_read_again(struct kernel *kernel, enum object_type type, const void *key,
		      struct pools *pools, void *have)
{
	struct error ignored = { 0 };
	struct place place;
	int r = kernel_place(kernel, object_netns(type, key), &place, &ignored);

	if (!r)
		r = kernel_get(&place, type, key, pools, have, &ignored);
	return r;
}

/* Whether the link goes on under another name or elsewhere, and is still to be found as before. */
bool single_stayed(struct kernel *kernel, const struct step *step, const void *after, void *have)
{
	CLEANUP(pools_clear) struct pools pools = { 0 };
	const struct link *now = after, *then = step->object;

	return step->type == OBJECT_LINK && step->change == CHANGE_SET &&
	       (now->name.id != then->name.id || now->netns.id != then->netns.id) &&
	       !single_read_again(kernel, step->type, then, &pools, have);
}

/*
 * When the answer was lost, what the kernel did is read again: 0 when it did
 * the step. What cannot be known for certain is told, and exits with 4.
 */
int single_settle(const struct place *from, const struct step *step, int r, struct error *error)
{
	CLEANUP(pointer_free) void *have = memory_new(1, object_info(step->type)->size);
	CLEANUP(pools_clear) struct pools pools = { 0 };
	CLEANUP(text_clear) struct text name = { 0 };
	struct link link;
	const void *want;
	int found;

	if (!single_is_lost(r))
		return r;
	want = single_after(step, &link);
	/* What has the new name then is another link. */
	if (single_stayed(from->kernel, step, want, have))
		return r;
	found = single_read_again(from->kernel, step->type, want, &pools, have);
	if (step->change == CHANGE_DELETE ? found == -ENOENT
					  : !found && object_matches(step->type, have, want)) {
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

void single_settle_send(struct send *send)
{
	for (size_t i = 0; i < send->count; i++) {
		struct pending *pending = &send->pending[i];
		struct error ignored = { 0 };

		if (pending->refusal.errnum ||
		    !single_settle(&send->place, &pending->step, send->result, &ignored))
			continue;
		pending->refusal = (struct answer){
			.index = i,
			.errnum = -send->result,
			.sentence = single_is_lost(send->result) ? "its answer was lost" : "",
		};
	}
}

static int netns_step(struct kernel *kernel, const struct step *step, struct error *error)
{
	const struct netns *netns = step->object;
	const char *name = names_text(kernel->names, netns->name.id);
	struct place place;
	int fd, r;

	switch (step->change) {
	case CHANGE_DELETE:
		kernel_forget(kernel, netns->name.id);
		r = netns_delete(name, error);
		break;
	case CHANGE_SET:
		r = kernel_place(kernel, 0, &place, error);
		if (!r)
			r = kernel_netns_fd(kernel, netns->name.id, &fd, error);
		if (r < 0)
			return r;
		r = netns_set_id(place.netlink, fd, netns->id, error);
		return r < 0 ? error_wrap(error, "netns '%s'", name) : r;
	default:
		r = netns->pid ? netns_attach(name, (pid_t)netns->pid, error)
			       : netns_add(name, error);
	}
	if ((r == -ENOENT && step->may_miss && step->change == CHANGE_DELETE) ||
	    (r == -EEXIST && step->may_exist && !netns->pid)) {
		error_clear(error);
		r = 0;
	}
	return r;
}

static int sysctl_step(struct kernel *kernel, const struct step *step, struct error *error)
{
	const struct sysctl *sysctl = step->object;
	const struct sysctl_value value = { sysctl->key.id, sysctl->value.id };

	return sysctl_write(kernel, sysctl->netns.id, &value, 1, error);
}

int single_send(struct kernel *kernel, struct message *message, const struct step *step,
		struct error *error)
{
	CLEANUP(refusal_clear) struct refusal refusal = { 0 };
	struct place place;
	int r;

	if (step->type == OBJECT_NETNS)
		return netns_step(kernel, step, error);
	if (step->type == OBJECT_SYSCTL)
		return sysctl_step(kernel, step, error);
	r = kernel_place(kernel, step_netns(step), &place, error);
	if (r < 0)
		return r;
	message->length = 0;
	r = wire_object(step->type)
		    ->put(&place, step->change, step->object, step->other, message, error);
	if (r < 0) {
		/* What is not there any more has no link to be looked up either. */
		if (step->may_miss && step->change == CHANGE_DELETE && error->exit == EXIT_USAGE) {
			error_clear(error);
			return 0;
		}
		return r;
	}
	message_finish(message);
	r = netlink_exchange(place.netlink, message->bytes, message->length, 1, keep_refusal,
			     &refusal, error);
	if (step->type == OBJECT_LINK)
		netlink_forget_links(place.netlink);
	r = single_settle(&place, step, r, error);
	if (r < 0 || !refusal.answer.errnum ||
	    single_is_welcome(&place, step, refusal.answer.errnum))
		return r;
	return refusal_tell(&place, step, &refusal.answer,
			    message_row_at(message, refusal.answer.offset), error);
}
