/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/undo.h"

#include <errno.h>
#include <string.h>

#include "apply/refusal.h"
#include "apply/single.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/address.h"
#include "model/link.h"

static int note_one(void *cookie, const void *object, bool removed)
{
	bool *any = cookie;

	(void)object;
	*any |= !removed;
	return 0;
}

/*
 * The kernel drops addresses, routes and neighbours with a link that moves, the
 * IPv6 addresses and the routes with one that is set down, and a port's options
 * with its master: taking the step back does not bring them back.
 */
static bool loses(const struct place *place, const struct step *step, const struct link *before)
{
	const struct link *link = step->object;
	struct link_address filter = { .dev = before->name };
	struct error ignored = { 0 };
	bool any = false;

	if (step->type != OBJECT_LINK || step->change != CHANGE_SET)
		return false;
	if (ATTR_HAS(&link_table, link, link, master) && before->master.id &&
	    before->master.id != link->master.id)
		return true;
	if (!ATTR_HAS(&link_table, link, link, new_netns) &&
	    !(ATTR_HAS(&link_table, link, link, up) && !link->up && before->up))
		return false;
	ATTR_MARK(&address_table, link_address, &filter, dev);
	kernel_dump(place, OBJECT_ADDRESS, &filter, false, NULL, note_one, &any, &ignored);
	return any;
}

int undo_of(struct kernel *kernel, const struct step *step, struct arena *arena, struct undo *undo,
	    struct error *error)
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
	r = kernel_place(kernel, object_netns(step->type, step->object), &place, error);
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
	undo->may_lose = loses(&place, step, before);
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
static void undo_cut_down(struct kernel *kernel, struct undo *undo)
{
	enum object_type type = undo->step.type;
	CLEANUP(pointer_free) void *have = memory_new(1, object_info(type)->size);
	CLEANUP(pools_clear) struct pools pools = { 0 };
	struct link link;
	const void *after;

	if (undo->step.change != CHANGE_SET || !undo->before)
		return;
	after = single_after(undo->done, &link);
	if (after != &link || single_stayed(kernel, undo->done, after, have))
		after = undo->before;
	if (single_read_again(kernel, type, after, &pools, have))
		return;
	if (after == &link)
		turn_back(undo->before, &link);
	undo->needed = object_cut_down(type, undo->before, have);
}

int undo_all(struct kernel *kernel, struct message *message, struct undo *undos, size_t count,
	     struct error *error)
{
	CLEANUP(text_clear) struct text left = { 0 };

	while (count--) {
		struct error why = { 0 };
		struct place place;

		if (undos[count].needed)
			undo_cut_down(kernel, &undos[count]);
		if (!undos[count].needed)
			continue;
		undos[count].step.may_miss = true;
		if (!single_send(kernel, message, &undos[count].step, &why) &&
		    !undos[count].may_lose)
			continue;
		if (left.length)
			text_puts(&left, ", ");
		if (undos[count].may_lose)
			text_puts(&left, "what hung on ");
		if (!kernel_place(kernel, 0, &place, &why))
			step_name(&place, &undos[count].step, &left);
	}
	if (!left.length)
		return -error->errnum;
	error_hint(error, "; what was done before could not be taken back: %s", text_string(&left));
	error->exit = EXIT_UNDO_FAILED;
	return -error->errnum;
}
