/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl destroy`: what a lab made is removed, what it took over is given back. */
#include "apply/former.h"
#include "apply/transaction.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "base/words.h"
#include "command/change.h"
#include "command/command.h"
#include "command/lab.h"
#include "command/list.h"
#include "command/stored.h"

static int destroy(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(transaction_clear) struct transaction transaction = { 0 };
	CLEANUP(stored_clear) struct stored last = { .is_there = false };
	CLEANUP(network_clear) struct network nothing = { .names = request->names };
	struct attr_context context = request_context(request);
	struct error ignored = { 0 };
	char lab[LAB_NAME_MOST + 1];
	struct target target = {
		.kernel = &request->kernel,
		.context = &context,
		.lab = lab,
		.want = &nothing,
		.forward = true,
		.kill = request->options.kill,
		.force = request->options.force,
	};
	int r = lab_take_name(request, words, lab, error);

	if (r < 0)
		return r;
	stored_last(request, lab, &last);
	target.options.last = last.is_there ? &last.topology.network : NULL;
	r = change_run(request, &transaction, &target, error);
	if (r < 0)
		return r;
	if (!target.only_looks)
		store_mark(lab, 0, "destroyed", &ignored);
	/* As long as it may be taken back, it is needed. */
	if (!target.only_looks && !request->options.confirm_s)
		former_forget(lab);
	return change_tell(request, &transaction, NULL);
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "",
	  "",
	  "{FILE|LAB}",
	  "remove what the lab made, give back what it took over",
	  destroy,
	  VERB_WHOLE | VERB_CHANGES,
	  { NULL } },
};
/* clang-format on */

const struct command command_destroy = {
	.name = "destroy",
	.help = "remove what a lab made, give back what it took over",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
};
