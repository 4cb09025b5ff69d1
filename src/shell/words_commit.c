/* SPDX-License-Identifier: GPL-3.0-or-later */
/* commit, confirm, rollback: the candidate and the kernel. */
#include <errno.h>
#include <string.h>

#include "apply/guard.h"
#include "apply/store.h"
#include "attr/value.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/words.h"
#include "command/lab.h"
#include "command/lab_verbs.h"
#include "command/option.h"
#include "shell/list.h"
#include "shell/session.h"
#include "shell/words.h"

#define CONFIRMED_USUALLY "10m" /* as Junos has it */

struct commit {
	char *comment;
	bool is_confirmed;
};

/* "5m"; a number without a unit is minutes. */
static int take_time(struct request *request, struct words *words, struct error *error)
{
	const char *word = words_peek(words);
	CLEANUP(text_clear) struct text text = { 0 };
	const char *value;
	uint64_t minutes;

	if (!word || !strchr("0123456789", *word)) {
		text_puts(&text, CONFIRMED_USUALLY);
	} else {
		text_puts(&text, words_take(words));
		if (number_read(text_string(&text), &minutes))
			text_char(&text, 'm');
	}
	return option_find("--confirm", true, &value)
		->set(&request->options, text_string(&text), error);
}

static int take_words(struct request *request, struct words *words, struct commit *commit,
		      struct text *comment, struct error *error)
{
	if (words_take_if(words, "confirmed")) {
		int r = take_time(request, words, error);

		if (r < 0)
			return r;
		commit->is_confirmed = true;
	}
	if (words_take_if(words, "comment")) {
		if (!words_peek(words))
			return error_usage(error, "comment: TEXT is expected");
		while (words_peek(words))
			text_printf(comment, "%s%s", comment->length ? " " : "", words_take(words));
	}
	if (!words_end(words, error))
		return 0;
	return words_meant(error, words_peek(words),
			   commit->is_confirmed ? "comment" : "confirmed comment");
}

static int apply(struct shell *shell, void *cookie, struct error *error)
{
	const char *comment = cookie;
	CLEANUP(lab_clear) struct lab lab = { 0 };
	const struct source_text *whole = configured_text(&shell->candidate);
	const char *file;
	struct store_meta meta = {
		.host = whole ? whole->host : NULL,
		.sets = whole ? (const char *const *)whole->sets : NULL,
		.comment = comment,
	};
	int r = configured_lab(shell, &lab, &file, error);

	if (r < 0)
		return r;
	meta.from = file ? file : shell->candidate.saved.path;
	shell->request.candidate = NULL;
	return lab_apply(&shell->request, &lab, &meta, error);
}

/* What waits holds, or is taken back now. */
static int end_waiting(struct shell *shell, bool keep, struct error *error)
{
	struct attr_context context = request_context(&shell->request);

	return guard_end(&shell->request.kernel, &context, shell->candidate.lab, keep, error);
}

/* The lab's last file is what was committed, unless that was taken back. */
static bool is_last(const struct configured *candidate)
{
	CLEANUP(store_file_clear) struct store_file file = { 0 };
	struct error ignored = { 0 };

	return !store_read(candidate->lab, 0, &file, &ignored) &&
	       file.bytes.length == candidate->saved.length &&
	       !memcmp(text_string(&file.bytes), candidate->saved.bytes, file.bytes.length);
}

void words_hear_confirmed(struct configured *candidate)
{
	struct guard_wait wait;

	if (candidate->is_unconfirmed && !guard_look(candidate->lab, &wait) && is_last(candidate))
		candidate->is_unconfirmed = false;
}

/* A commit while one waits for its confirmation is that confirmation. */
static int confirm_pending(struct shell *shell, bool *was_pending, struct error *error)
{
	struct guard_wait wait;
	int r;

	*was_pending = guard_look(shell->candidate.lab, &wait);
	if (!*was_pending)
		return 0;
	r = end_waiting(shell, true, error);
	shell->candidate.is_unconfirmed &= r < 0;
	if (!r)
		shell_say(shell, "the commit before is confirmed");
	return r;
}

static int commit(struct request *request, struct words *words, struct error *error)
{
	struct shell *shell = shell_of(request);
	CLEANUP(text_clear) struct text comment = { 0 };
	CLEANUP(text_clear) struct text text = { 0 };
	struct commit commit = { 0 };
	const struct shell_child child = { .function = apply,
					   .cookie = (void *)(uintptr_t)text_string(&comment) };
	bool was_pending;
	int r = take_words(request, words, &commit, &comment, error);

	if (!r)
		r = confirm_pending(shell, &was_pending, error);
	if (!r)
		r = configured_print(shell, &text, error);
	if (r < 0)
		return r;
	if (was_pending && !configured_is_changed(&shell->candidate) && !commit.is_confirmed)
		return 0;
	shell_run_child(shell, &child);
	request->status = shell->status;
	request->has_status = true;
	if (shell->status || request->options.dry_run || request->options.as_ip)
		return 0;
	configured_mark_saved(shell, text_string(&text), text.length, NULL);
	shell->candidate.is_unconfirmed = request->options.confirm_s;
	return 0;
}

WORD(commit, "", "[comment TEXT...] | confirmed [TIME] [comment TEXT...]",
     "make the kernel what the candidate says, or leave it as it was", commit, VERB_SESSION);

static int confirm(struct request *request, struct words *words, struct error *error)
{
	bool was_pending;
	int r = words_end(words, error);

	if (!r)
		r = confirm_pending(shell_of(request), &was_pending, error);
	if (!r && !was_pending)
		return error_usage(error, "no commit waits to be confirmed");
	return r;
}

WORD(confirm, "", "", "what was committed as 'confirmed' holds", confirm, VERB_SESSION);

static int roll_back_now(struct shell *shell, struct error *error)
{
	struct guard_wait wait;
	int r;

	if (!guard_look(shell->candidate.lab, &wait))
		return error_usage(error, "no commit waits to be confirmed");
	r = end_waiting(shell, false, error);
	if (!r)
		shell_say(shell, "taken back");
	return r;
}

static int rollback(struct request *request, struct words *words, struct error *error)
{
	struct shell *shell = shell_of(request);
	CLEANUP(store_file_clear) struct store_file file = { 0 };
	CLEANUP(source_text_clear) struct source_text source = { 0 };
	const char *word = words_take(words);
	uint64_t back = 1;
	int r = words_end(words, error);

	if (r < 0)
		return r;
	if (word && !strcmp(word, "now"))
		return roll_back_now(shell, error);
	if (word && (!number_read(word, &back) || back >= STORE_MOST)) {
		error_usage(error, "'%s': 'now', or how many files back is expected", word);
		return words_meant(error, word, "now");
	}
	r = store_read(shell->candidate.lab, (size_t)back, &file, error);
	if (r < 0)
		return r;
	source_text_set(&source, text_string(&file.bytes), file.bytes.length, NULL,
			file.entry.meta.host, file.entry.meta.sets);
	return configured_load(shell, &source, error);
}

WORD(rollback, "", "[{now|N}]",
     "load the file that was applied N before; 'now' takes back a commit that is not confirmed",
     rollback, VERB_SESSION);
