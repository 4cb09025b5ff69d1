/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/take_back.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apply/lab_network.h"
#include "apply/signals.h"
#include "apply/stages.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "kernel/kernel.h"
#include "kernel/netns.h"
#include "kernel/netns_names.h"
#include "model/lab.h"
#include "model/netns.h"
#include "plan/compare.h"
#include "plan/diff_print.h"
#include "plan/order.h"

enum { TRIES = 5, PAUSE_MS = 50, NAMES_MOST = 10 };

/* One turn: what is to be restored, and how that differs from what is there. */
struct turn {
	struct network now;
	struct restore restore;
	struct comparison comparison;
};

static void turn_clear(struct turn *turn)
{
	comparison_clear(&turn->comparison);
	restore_clear(&turn->restore);
	network_clear(&turn->now);
}

/* The namespaces that were touched. */
static void find_places(const struct touches *touches, struct places *places)
{
	size_t count = 0;

	*array_add(&places->items, &places->count, &places->room) = 0;
	for (size_t i = 0; i < touches->count; i++) {
		const struct touch *touch = &touches->items[i];
		const void *object = touch->before ? touch->before : touch->after;
		uint32_t netns = touch->type == OBJECT_NETNS
					 ? ((const struct netns *)object)->name.id
					 : object_netns(touch->type, object);

		if (places->items[places->count - 1] != netns)
			*array_add(&places->items, &places->count, &places->room) = netns;
	}
	qsort(places->items, places->count, sizeof(*places->items), names_by_id);
	for (size_t i = 0; i < places->count; i++)
		if (!count || places->items[count - 1] != places->items[i])
			places->items[count++] = places->items[i];
	places->count = count;
}

/* Settings, entries of big fdb tables and those of other protocols are read when they are asked for. */
static bool is_asked(enum object_type type)
{
	return type == OBJECT_SYSCTL || type == OBJECT_FDB || type == OBJECT_NEIGHBOUR ||
	       type == OBJECT_ROUTE;
}

static void find_asked(const struct take_back *back, struct network *asked)
{
	const struct origin_in_file nowhere = { 0 };

	asked->names = back->kernel->names;
	for (size_t i = 0; i < back->touches->count; i++) {
		const struct touch *touch = &back->touches->items[i];

		if (touch->before && is_asked(touch->type))
			network_add(asked, touch->type, touch->before, nowhere);
		if (touch->after && touch->type == OBJECT_FDB)
			network_add(asked, OBJECT_FDB, touch->after, nowhere);
	}
}

static int look(const struct take_back *back, const struct places *places, struct turn *turn,
		struct error *error)
{
	CLEANUP(network_clear) struct network asked = { 0 };
	const struct compare_options options = { .restores = true, .last = &turn->restore.made };
	int r;

	turn_clear(turn);
	*turn = (struct turn){ 0 };
	find_asked(back, &asked);
	r = lab_network_read(back->kernel, &asked, &(const struct past){ 0 }, places, 0, NULL,
			     &turn->now, error);
	if (r < 0)
		return r;
	restore_find(back->touches, back->sent, &turn->now, back->lab, back->context,
		     &turn->restore);
	return compare(&turn->now, &turn->restore.want, back->lab ? back->lab : "", &options,
		       &turn->comparison, error);
}

static int before_send(void *cookie, size_t until, struct error *error)
{
	const struct take_back *back = cookie;

	(void)until;
	if (back->signals && signals_take(back->signals))
		return error_set(error, 0, "interrupted again");
	return 0;
}

static int restore(const struct take_back *back, struct turn *turn, struct error *error)
{
	struct stages stages = {
		.kernel = back->kernel,
		.plan = &turn->comparison.plan,
		.origins = turn->comparison.steps,
		.group = back->lab ? lab_group(back->lab) : 0,
		.before = before_send,
		/* What is refused is seen when the network is read again. */
		.goes_on = true,
	};

	memcpy(&stages.cookie, &back, sizeof(back));
	order_by_place(&turn->comparison);
	return stages_run(&stages, 0, turn->comparison.plan.count, error);
}

static int tell(const struct take_back *back, struct turn *turn, struct error *error)
{
	CLEANUP(text_clear) struct text names = { 0 };

	if (comparison_exit(&turn->comparison) != EXIT_DONE)
		diff_names(&turn->comparison, back->context, ACTION_NONE, NAMES_MOST, &names);
	if (turn->restore.left.length)
		text_printf(&names, "%ssomebody else changed %s", names.length ? "; " : "",
			    text_string(&turn->restore.left));
	if (!names.length)
		return 0;
	if (back->is_stuck)
		*back->is_stuck = true;
	error_set(error, 0, "%s", text_string(&names));
	error->exit = EXIT_UNDO_FAILED;
	return -error->errnum;
}

int take_back_leftovers(const struct names *names, const struct touches *touches,
			struct error *error)
{
	CLEANUP(netns_names_clear) struct netns_names there = { 0 };
	int r = 0;

	netns_names_read(&there);
	for (size_t i = 0; !r && i < touches->count; i++) {
		const struct touch *touch = &touches->items[i];
		const struct netns *netns = touch->before ? touch->before : touch->after;

		if (touch->type == OBJECT_NETNS && !(touch->before && touch->after) &&
		    netns_names_may_have(&there, names_text(names, netns->name.id)))
			r = netns_remove_leftover(names_text(names, netns->name.id), error);
	}
	return r;
}

int take_back(const struct take_back *back, struct error *error)
{
	CLEANUP(places_clear) struct places places = { 0 };
	CLEANUP(turn_clear) struct turn turn = { 0 };
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	int r = 0;

	if (!back->sent)
		return 0;
	find_places(back->touches, &places);
	for (int tries = 0; tries < TRIES; tries++) {
		if (tries)
			nanosleep(&pause, NULL);
		error_clear(error);
		r = look(back, &places, &turn, error);
		if (r < 0)
			continue;
		if (comparison_exit(&turn.comparison) == EXIT_DONE)
			break;
		r = restore(back, &turn, error);
		if (r < 0)
			break;
	}
	if (!r)
		r = take_back_leftovers(back->kernel->names, back->touches, error);
	if (r < 0) {
		error->exit = EXIT_UNDO_FAILED;
		return r;
	}
	return tell(back, &turn, error);
}
