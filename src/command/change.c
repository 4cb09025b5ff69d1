/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/change.h"

#include "apply/guard.h"
#include "apply/store.h"
#include "apply/transaction.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "command/lab.h"
#include "command/request.h"
#include "command/session_guard.h"
#include "command/stored.h"
#include "plan/diff_print.h"

static bool only_shows(const struct request *request)
{
	return request->options.dry_run || request->options.as_ip;
}

/* Of all settings that are wanted or go back: those a guard has to know how they were. */
static int start_guard(struct request *request, const struct transaction *transaction,
		       const struct target *target, struct error *error)
{
	const struct comparison *comparison = &transaction->comparison;
	CLEANUP(network_clear) struct network settings = { .names = request->names };
	const struct origin_in_file nowhere = { 0 };

	for (size_t i = 0; i < target->want->objects[OBJECT_SYSCTL].count; i++)
		network_add(&settings, OBJECT_SYSCTL, network_at(target->want, OBJECT_SYSCTL, i),
			    nowhere);
	for (size_t i = 0; i < comparison->count; i++)
		if (comparison->items[i].type == OBJECT_SYSCTL && comparison->items[i].gives_back)
			network_add(&settings, OBJECT_SYSCTL, comparison->items[i].after, nowhere);
	return request_guard(request, target->lab, &settings, error);
}

int change_run(struct request *request, struct transaction *transaction, struct target *target,
	       struct error *error)
{
	struct guard_wait wait;
	int r;

	target->only_looks = only_shows(request);
	if (!target->only_looks && guard_look(target->lab, &wait))
		return guard_refuse_busy(target->lab, error);
	r = transaction_prepare(transaction, target, error);
	if (r < 0)
		return r;
	lab_note_unsearched(request, &transaction->have);
	lab_note_left(request, &transaction->comparison);
	if (target->only_looks) {
		r = session_mark(request, &transaction->comparison.plan, error);
		if (r < 0)
			return r;
		request_show_plan(request, &transaction->comparison.plan);
		return 0;
	}
	if (!transaction->comparison.plan.count && !transaction->comparison.totals[ACTION_CONFLICT])
		return 0;
	r = session_guard(request, &transaction->comparison.plan, error);
	if (r < 0)
		return r;
	r = start_guard(request, transaction, target, error);
	return r < 0 ? r : transaction_run(transaction, error);
}

int change_tell(struct request *request, const struct transaction *transaction, const char *file)
{
	static const char *const words[ACTIONS] = {
		[ACTION_CREATE] = "created",   [ACTION_CHANGE] = "changed",
		[ACTION_REPLACE] = "replaced", [ACTION_DELETE] = "deleted",
		[ACTION_ADOPT] = "adopted",
	};
	const struct comparison *comparison = &transaction->comparison;
	struct attr_context context = request_context(request);
	const struct diff_options options = { .lab = transaction->target->lab, .file = file };
	struct json json = { .out = request->out, .pretty = request->options.pretty };
	size_t told = 0;

	if (only_shows(request))
		return 0;
	if (request->options.json) {
		diff_json(comparison, &context, &options, &json);
		text_char(request->out, '\n');
		return 0;
	}
	if (request->options.quiet)
		return 0;
	text_printf(request->out, "%s: ", options.lab);
	for (size_t action = ACTION_CREATE; action < ACTIONS; action++)
		if (words[action] && comparison->totals[action])
			text_printf(request->out, "%s%zu %s", told++ ? ", " : "",
				    comparison->totals[action], words[action]);
	text_puts(request->out, told ? "\n" : "nothing to do\n");
	return 0;
}

void change_keep(struct request *request, const struct transaction *transaction,
		 const struct document *document, const struct store_meta *meta)
{
	if (!only_shows(request))
		stored_keep(request, transaction->target->lab, document, meta);
}
