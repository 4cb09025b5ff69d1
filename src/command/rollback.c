/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl rollback`: a lab made what a file said that was applied before. */
#include <stdio.h>

#include "apply/guard.h"
#include "apply/transaction.h"
#include "attr/value.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "base/words.h"
#include "command/change.h"
#include "command/command.h"
#include "command/confirm.h"
#include "command/lab.h"
#include "command/list.h"
#include "command/stored.h"

/* How many files back: 1 when it is not said. */
static int take_back_count(struct words *words, size_t *back, struct error *error)
{
	const char *word = words_take(words);
	uint64_t number;

	*back = 1;
	if (!word)
		return 0;
	if (!number_read(word, &number) || number >= STORE_MOST)
		return error_usage(error, "'%s': how many files back is expected, at most %d", word,
				   STORE_MOST - 1);
	if (words_peek(words))
		return error_usage(error, "'%s' is too much", words_peek(words));
	*back = (size_t)number;
	return 0;
}

/* Without N, one that waits to be confirmed is meant: 1 when it was, and is taken back. */
static int end_confirm(struct request *request, const struct words *words, struct error *error)
{
	struct attr_context context = request_context(request);
	const char *word = words_peek(words);
	char name[LAB_NAME_MOST + 1];
	int r = words->left > 1 ? 0 : confirm_find(word, name, error);

	if (r <= 0)
		return r;
	if (request->options.dry_run || request->options.as_ip)
		return error_usage(error, "what is not confirmed is taken back: it has no dry run");
	r = guard_end(&request->kernel, &context, name, false, error);
	if (!r && !request->options.quiet)
		text_puts(request->out, "taken back\n");
	return r < 0 ? r : 1;
}

static int rollback(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(stored_clear) struct stored stored = { .is_there = false };
	CLEANUP(stored_clear) struct stored last = { .is_there = false };
	CLEANUP(transaction_clear) struct transaction transaction = { 0 };
	struct attr_context context = request_context(request);
	char lab[LAB_NAME_MOST + 1], comment[64];
	struct target target = { .kernel = &request->kernel,
				 .context = &context,
				 .lab = lab,
				 .options = lab_options(request),
				 .force = request->options.force };
	struct store_meta meta = { .comment = comment };
	size_t back;
	int r = end_confirm(request, words, error);

	if (r)
		return r < 0 ? r : 0;
	r = lab_take_only(request, words, lab, error);
	if (!r)
		r = take_back_count(words, &back, error);
	if (!r)
		r = stored_read(request, lab, back, &stored, error);
	if (r < 0)
		return r;
	stored_last(request, lab, &last);
	target.want = &stored.topology.network;
	target.options.last = last.is_there ? &last.topology.network : NULL;
	r = change_run(request, &transaction, &target, error);
	if (r < 0)
		return r;
	snprintf(comment, sizeof(comment), "rollback to %llu",
		 (unsigned long long)stored.file.entry.number);
	meta.host = stored.file.entry.meta.host;
	meta.sets = stored.file.entry.meta.sets;
	meta.from = stored.file.entry.path;
	change_keep(request, &transaction, &stored.topology.document, &meta);
	return change_tell(request, &transaction, meta.from);
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "",
	  "",
	  "[LAB] [N]",
	  "end a confirm that is pending now, or make the lab what its file before was",
	  rollback,
	  VERB_WHOLE | VERB_CHANGES,
	  { NULL } },
};
/* clang-format on */

const struct command command_rollback = {
	.name = "rollback",
	.help = "a lab made what it was before",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
};
