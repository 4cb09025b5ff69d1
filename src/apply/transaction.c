/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/transaction.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "apply/former.h"
#include "apply/ledger.h"
#include "apply/processes.h"
#include "apply/single.h"
#include "apply/stages.h"
#include "apply/take_back.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "kernel/kernel.h"
#include "kernel/netns.h"
#include "kernel/netns_names.h"
#include "kernel/picture.h"
#include "model/lab.h"
#include "model/netns.h"
#include "model/route.h"
#include "plan/diff_print.h"
#include "plan/former.h"
#include "plan/order.h"

enum {
	SETTLE_TRIES = 40, /* until what was done is seen … */
	SETTLE_MS = 50,    /* … with such a pause between */
	FORWARD_TRIES = 5, /* of what is to be done to the end */
	NAMES_MOST = 5,    /* objects that a message names */
	PLANS = 3,         /* when links go while one is carried out */
};

void transaction_clear(struct transaction *transaction)
{
	comparison_clear(&transaction->comparison);
	touches_clear(&transaction->touches);
	network_clear(&transaction->have);
	topology_clear(&transaction->former);
	places_clear(&transaction->places);
	link_watch_close(&transaction->watch);
	journal_close(&transaction->journal);
	lab_lock_release(&transaction->lock);
	signals_release(&transaction->signals);
}

/* What is no failure of the change; names from outside may stand in it. */
static void tell(struct error *why, const char *what)
{
	error_wrap(why, "%s", what);
	error_print(why, stderr);
}

/* The network at one moment, and how it differs from what is wanted. */
struct moment {
	struct network have;
	struct comparison comparison;
};

static void moment_clear(struct moment *moment)
{
	comparison_clear(&moment->comparison);
	network_clear(&moment->have);
}

static struct past past_of(const struct transaction *transaction)
{
	return (struct past){
		.last = transaction->target->options.last,
		.former = transaction->former.lab ? &transaction->former.network : NULL,
	};
}

/* Of entries those `types`; 0: all. */
static int read_and_compare(const struct transaction *transaction, uint32_t types,
			    struct network *have, struct comparison *comparison,
			    struct error *error)
{
	const struct target *target = transaction->target;
	struct compare_options options = target->options;
	const struct past past = past_of(transaction);
	int r = lab_network_read(target->kernel, target->want, &past, &transaction->places, types,
				 target->forward ? target->lab : NULL, have, error);

	options.former = past.former;
	options.types = types;
	return r < 0 ? r : compare(have, target->want, target->lab, &options, comparison, error);
}

/* A destroy that was killed left no journal: its lab's last file names the namespaces. */
static int remove_leftovers(const struct target *target, struct error *error)
{
	CLEANUP(netns_names_clear) struct netns_names there = { 0 };
	const struct network *last = target->options.last;
	size_t count = last ? last->objects[OBJECT_NETNS].count : 0;
	int r = 0;

	if (count)
		netns_names_read(&there);
	for (size_t i = 0; !r && i < count; i++) {
		const struct netns *netns = network_at(last, OBJECT_NETNS, i);
		const char *name = names_text(target->kernel->names, netns->name.id);

		if (netns_names_may_have(&there, name))
			r = netns_remove_leftover(name, error);
	}
	return r;
}

/* What cannot be read stays as it is, and is told. */
static void read_former(struct transaction *transaction)
{
	const struct target *target = transaction->target;
	struct error why = { 0 };

	if (former_read(target->lab, target->context, &transaction->former, &why) < 0)
		tell(&why, "what others' links and settings had before cannot be read, and "
			   "they stay as they are");
}

/* Without it what is removed as a whole is looked at once more. */
static void watch_links(struct transaction *transaction)
{
	const struct target *target = transaction->target;
	struct error ignored = { 0 };
	struct place place;

	if (target->forward && !target->only_looks &&
	    !kernel_place(target->kernel, 0, &place, &ignored))
		link_watch_open(&transaction->watch, &place, &ignored);
}

int transaction_prepare(struct transaction *transaction, const struct target *target,
			struct error *error)
{
	struct past past;
	int r;

	transaction->target = target;
	r = target->only_looks ? 0 : lab_lock_take(&transaction->lock, target->lab, error);
	if (!r && !target->only_looks)
		r = transaction_recover(target->kernel, target->context, target->lab, error);
	/* What goes forward does so at its end: when the namespaces are gone, one look says it. */
	if (!r && !target->only_looks && !target->forward)
		r = remove_leftovers(target, error);
	if (r < 0)
		return r;
	read_former(transaction);
	past = past_of(transaction);
	r = lab_places(target->kernel, target->want, &past, target->lab, &transaction->places, NULL,
		       error);
	if (r < 0)
		return r;
	watch_links(transaction);
	r = read_and_compare(transaction, 0, &transaction->have, &transaction->comparison, error);
	if (!r && !target->only_looks && target->forward && !transaction->comparison.plan.count)
		r = remove_leftovers(target, error);
	return r;
}

/* Where the removal of namespaces begins: nothing brings their processes back to them. */
static size_t first_of_stage(const struct comparison *comparison, enum stage stage)
{
	size_t at = comparison->plan.count;

	while (at && comparison->steps[at - 1].stage >= stage)
		at--;
	return at;
}

static int before_send(void *cookie, size_t until, struct error *error)
{
	struct transaction *transaction = cookie;
	int signal = transaction->sent && transaction->target->forward
			     ? 0
			     : signals_take(&transaction->signals);

	if (signal)
		return error_set(error, 0, "interrupted by %s",
				 signal == SIGINT ? "SIGINT" : "SIGTERM");
	if (until <= transaction->sent)
		return 0;
	if (!transaction->target->forward) {
		int r = ledger_sent(&transaction->journal, (uint32_t)until, error);

		if (r < 0)
			return r;
	}
	transaction->sent = (uint32_t)until;
	return 0;
}

static int run_steps(struct transaction *transaction, const struct comparison *comparison,
		     size_t from, size_t to, bool goes_on, struct error *error)
{
	const struct stages stages = {
		.kernel = transaction->target->kernel,
		.plan = &comparison->plan,
		.origins = comparison->steps,
		.group = lab_group(transaction->target->lab),
		.have = &transaction->have,
		.watch = comparison == &transaction->comparison ? &transaction->watch : NULL,
		.before = before_send,
		.cookie = transaction,
		.goes_on = goes_on,
	};

	return stages_run(&stages, from, to, error);
}

/* Whether all is as wanted but for the namespaces that are to go yet. */
static bool is_as_wanted(const struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->count; i++) {
		const struct difference *difference = &comparison->items[i];

		if (difference->action == ACTION_NONE || difference->falls ||
		    (difference->type == OBJECT_NETNS && difference->action == ACTION_DELETE))
			continue;
		return false;
	}
	return true;
}

static void name_differences(const struct transaction *transaction,
			     const struct comparison *comparison, enum action action,
			     struct error *error)
{
	CLEANUP(text_clear) struct text text = { 0 };

	diff_names(comparison, transaction->target->context, action, NAMES_MOST, &text);
	error_hint(error, "%s", text_string(&text));
}

/* Those of the steps, and what may fall with a link or an address. */
static uint32_t types_done(const struct comparison *comparison)
{
	uint32_t types = 1U << OBJECT_ALTNAME;
	bool falls = false;

	for (size_t i = 0; i < comparison->plan.count; i++) {
		const struct step *step = &comparison->plan.steps[i];
		const struct route_full *route = step->object;

		types |= step->type == OBJECT_ROUTE ? route_types_of(route->route.dst.family)
						    : 1U << step->type;
	}
	for (size_t i = 0; i < comparison->count; i++)
		falls |= comparison->items[i].before != NULL;
	return falls ? 0 : types;
}

/* What was done is read back; some of it takes a moment to be seen. */
static int verify(struct transaction *transaction, struct error *error)
{
	const struct timespec pause = { .tv_nsec = SETTLE_MS * 1000000L };
	uint32_t types = types_done(&transaction->comparison);

	for (int tries = 0;; tries++) {
		CLEANUP(moment_clear) struct moment moment = { 0 };
		int r = read_and_compare(transaction, types, &moment.have, &moment.comparison,
					 error);

		if (r < 0 || is_as_wanted(&moment.comparison))
			return r;
		if (tries == SETTLE_TRIES) {
			error_set(error, 0, "read back, it is not as it was to be: ");
			name_differences(transaction, &moment.comparison, ACTION_NONE, error);
			return -error->errnum;
		}
		if (signals_take(&transaction->signals))
			return error_set(error, 0, "interrupted");
		nanosleep(&pause, NULL);
	}
}

/* One that stays does no harm: what it says was done with is done with again. */
static void end_journal(struct transaction *transaction)
{
	struct error ignored = { 0 };

	journal_close(&transaction->journal);
	/* A directory that cannot be opened for a moment passes for one that is not there. */
	if (journal_remove(transaction->target->lab, &ignored) < 0 ||
	    journal_exists(transaction->target->lab, &ignored) > 0)
		journal_remove(transaction->target->lab, &ignored);
}

/* `r` is why. */
static int give_up(struct transaction *transaction, int r, struct error *error)
{
	const struct take_back back = {
		.kernel = transaction->target->kernel,
		.context = transaction->target->context,
		.lab = transaction->target->lab,
		.touches = &transaction->touches,
		.sent = transaction->sent,
		.signals = &transaction->signals,
	};
	struct error why = { 0 };

	if (!take_back(&back, &why)) {
		end_journal(transaction);
		error_hint(error, "; all of it was taken back");
		return r;
	}
	error->exit = EXIT_UNDO_FAILED;
	error_hint(error, "; it could not be taken back: %s", why.text);
	return r;
}

/* What only has to be finished is tried again when it is refused. */
static int finish(struct transaction *transaction, size_t from, struct error *error)
{
	size_t to = transaction->comparison.plan.count;
	int r = 0;

	for (int tries = 0; tries < FORWARD_TRIES; tries++) {
		error_clear(error);
		r = run_steps(transaction, &transaction->comparison, from, to, false, error);
		if (!r)
			return 0;
	}
	error->exit = EXIT_UNDO_FAILED;
	return error_hint(error, "; all else was done");
}

static int run_undoable(struct transaction *transaction, struct error *error)
{
	size_t last = first_of_stage(&transaction->comparison, STAGE_DROP_NETNS);
	int r = ledger_begin(&transaction->journal, transaction->target->lab, &transaction->touches,
			     transaction->target->kernel->names, error);

	if (r < 0) {
		end_journal(transaction);
		return r;
	}
	r = run_steps(transaction, &transaction->comparison, 0, last, false, error);
	if (!r)
		r = verify(transaction, error);
	if (!r)
		r = ledger_commit(&transaction->journal, error);
	if (r < 0)
		return give_up(transaction, r, error);
	r = finish(transaction, last, error);
	if (!r)
		end_journal(transaction);
	return r;
}

/*
 * Past the first change it goes on to the end: a refused step is seen, and tried
 * again, when the network is read back.
 */
static int run_forward(struct transaction *transaction, struct error *error)
{
	const struct timespec pause = { .tv_nsec = SETTLE_MS * 1000000L };
	CLEANUP(moment_clear) struct moment moment = { 0 };
	const struct comparison *comparison = &transaction->comparison;
	int tries = 0, r;

	for (;;) {
		size_t before = comparison->count;

		r = run_steps(transaction, comparison, 0, comparison->plan.count, true, error);
		if (r < 0 && !transaction->sent)
			return r;
		error_clear(error);
		moment_clear(&moment);
		moment = (struct moment){ 0 };
		places_keep_named(&transaction->places, transaction->target->kernel->names);
		r = read_and_compare(transaction, 0, &moment.have, &moment.comparison, error);
		if (!r && comparison_exit(&moment.comparison) == EXIT_DONE)
			r = take_back_leftovers(transaction->target->kernel->names,
						&transaction->touches, error);
		if (!r && comparison_exit(&moment.comparison) == EXIT_DONE)
			return remove_leftovers(transaction->target, error);
		comparison = &moment.comparison;
		/* While it gets less, it goes on. */
		tries = !r && comparison->count < before ? 0 : tries + 1;
		if (tries == SETTLE_TRIES)
			break;
		if (tries)
			nanosleep(&pause, NULL);
	}
	if (!r) {
		error_set(error, 0, "it does not go: ");
		name_differences(transaction, comparison, ACTION_NONE, error);
	}
	error->exit = EXIT_UNDO_FAILED;
	return -error->errnum;
}

static int plan_anew(struct transaction *transaction, struct error *error)
{
	error_clear(error);
	transaction->sent = 0;
	touches_clear(&transaction->touches);
	comparison_clear(&transaction->comparison);
	network_clear(&transaction->have);
	return read_and_compare(transaction, 0, &transaction->have, &transaction->comparison,
				error);
}

/*
 * What somebody else's had is written down before the first send changes it. Where that
 * cannot be it will stay as the lab makes it, which is told.
 */
static void record_former(struct transaction *transaction)
{
	const struct target *target = transaction->target;
	const struct past past = past_of(transaction);
	CLEANUP(network_clear) struct network fresh = { .names = target->kernel->names };
	struct error why = { 0 };

	if (former_record(&transaction->comparison, &transaction->have, target->lab, past.last,
			  past.former, &fresh) &&
	    former_write(target->lab, target->context, &fresh, &why) < 0)
		tell(&why, "what others' links and settings have now is not kept, and cannot be "
			   "given back");
}

int transaction_run(struct transaction *transaction, struct error *error)
{
	const struct target *target = transaction->target;
	int r;

	if (transaction->comparison.totals[ACTION_CONFLICT]) {
		error_set(error, 0, "nothing was changed: not the lab's own, or in its way: ");
		name_differences(transaction, &transaction->comparison, ACTION_CONFLICT, error);
		error->exit = EXIT_CONFLICT;
		return -error->errnum;
	}
	if (!transaction->comparison.plan.count)
		return 0;
	r = processes_check(target->kernel, &transaction->comparison, target->kill, target->force,
			    error);
	if (!r)
		r = signals_hold(&transaction->signals, error);
	if (r < 0)
		return r;
	for (int tries = 1;; tries++) {
		record_former(transaction);
		order_by_place(&transaction->comparison);
		touches_of(&transaction->comparison, &transaction->have, &transaction->touches);
		r = target->forward ? run_forward(transaction, error)
				    : run_undoable(transaction, error);
		/*
		 * A name that the plan found is gone: what was in a namespace that was removed
		 * goes a moment later. It was taken back, and is planned anew.
		 */
		if (r >= 0 || error->exit != EXIT_USAGE || target->forward || tries == PLANS)
			return r;
		r = plan_anew(transaction, error);
		if (r < 0)
			return r;
	}
}

/* Whether the namespace is there and the lab's: another may have its name by now. */
static bool is_of_lab(struct kernel *kernel, const char *lab, uint32_t netns)
{
	struct error ignored = { 0 };
	uint32_t id;

	return !picture_netns_alias(kernel, netns, &id, &ignored) &&
	       lab_alias_is(names_text(kernel->names, id), lab);
}

/* It was to hold: what was left to do was the removal of namespaces. */
static int recover_forward(struct kernel *kernel, const char *lab, const struct ledger *ledger,
			   struct error *error)
{
	CLEANUP(message_clear) struct message message = { 0 };
	int r = 0;

	for (size_t i = 0; !r && i < ledger->touches.count; i++) {
		const struct touch *touch = &ledger->touches.items[i];
		const struct netns *netns = touch->before;
		const struct step step = { .type = OBJECT_NETNS,
					   .change = CHANGE_DELETE,
					   .object = netns,
					   .may_miss = true };

		if (touch->type == OBJECT_NETNS && netns && !touch->after &&
		    is_of_lab(kernel, lab, netns->name.id))
			r = single_send(kernel, &message, &step, error);
	}
	return r;
}

int transaction_recover(struct kernel *kernel, const struct attr_context *context, const char *lab,
			struct error *error)
{
	CLEANUP(ledger_clear) struct ledger ledger = { 0 };
	bool is_stuck = false;
	int r = ledger_read(&ledger, lab, kernel->names, error);

	if (r < 0)
		return r;
	/* A crash before its first record leaves a file that would be in the way for ever. */
	if (!ledger.is_there)
		return journal_remove(lab, error);
	if (ledger.is_committed) {
		r = recover_forward(kernel, lab, &ledger, error);
	} else {
		const struct take_back back = {
			.kernel = kernel,
			.context = context,
			.lab = lab,
			.touches = &ledger.touches,
			.sent = ledger.sent,
			.is_stuck = &is_stuck,
		};

		r = take_back(&back, error);
	}
	/* Else nothing could be done about the lab ever again; what comes now compares it anew. */
	if (is_stuck) {
		tell(error, "of an earlier change this could not be taken back");
		error_clear(error);
		r = 0;
	}
	if (!r)
		r = take_back_leftovers(kernel->names, &ledger.touches, error);
	return r < 0 ? r : journal_remove(lab, error);
}
