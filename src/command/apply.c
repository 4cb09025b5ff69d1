/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl apply`: the network made what a file asks for, or left as it was. */
#include "apply/transaction.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "base/words.h"
#include "command/change.h"
#include "command/command.h"
#include "command/lab.h"
#include "command/lab_verbs.h"
#include "command/list.h"

int lab_apply(struct request *request, struct lab *lab, const struct store_meta *meta,
	      struct error *error)
{
	CLEANUP(transaction_clear) struct transaction transaction = { 0 };
	struct attr_context context = request_context(request);
	struct target target = {
		.kernel = &request->kernel,
		.context = &context,
		.lab = lab->topology.lab,
		.want = &lab->topology.network,
		.options = lab_options(request),
		.force = request->options.force,
	};
	int r;

	lab_find_last(request, lab);
	target.options.last = lab_last(lab);
	r = change_run(request, &transaction, &target, error);
	if (r < 0)
		return r;
	change_keep(request, &transaction, &lab->topology.document, meta);
	return change_tell(request, &transaction, meta->from);
}

static int apply_file(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(lab_clear) struct lab lab = { 0 };
	const struct store_meta meta = { .host = request->options.host,
					 .sets = request->options.sets,
					 .from = lab_file_name(words_peek(words)) };
	int r;

	if (request->options.dry_run || request->options.as_ip)
		return command_run_as(request, "plan", words, error);
	r = lab_load(request, words, &lab, error);
	return r < 0 ? r : lab_apply(request, &lab, &meta, error);
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "",
	  "",
	  "FILE",
	  "make the network what the file asks for, or leave it as it was",
	  apply_file,
	  VERB_WHOLE | VERB_CHANGES,
	  { NULL } },
};
/* clang-format on */

const struct command command_apply = {
	.name = "apply",
	.help = "make the network what a topology file asks for",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
};
