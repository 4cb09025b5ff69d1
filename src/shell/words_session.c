/* SPDX-License-Identifier: GPL-3.0-or-later */
/* configure, use, do, exit: where what is typed next is about. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "apply/store.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/words.h"
#include "kernel/netns.h"
#include "shell/list.h"
#include "shell/session.h"
#include "shell/words.h"

int words_end(struct words *words, struct error *error)
{
	const char *word = words_peek(words);

	return word ? error_usage(error, "'%s' is not expected", word) : 0;
}

int words_meant(struct error *error, const char *word, const char *known)
{
	CLEANUP(pointer_free) char *all = memory_text(known);
	size_t distance = SIZE_MAX;
	const char *best = NULL;
	char *rest = all;

	for (const char *one; (one = strsep(&rest, " "));)
		words_nearer(word, one, &best, &distance);
	words_suggest(error, word, best, distance);
	return -error->errnum;
}

static void move_to(struct shell *shell, const char *netns)
{
	free(shell->netns);
	shell->netns = netns ? memory_text(netns) : NULL;
}

/* The file that was applied last, else what the kernel has of the lab. */
static int open_lab(struct shell *shell, const char *lab, struct error *error)
{
	CLEANUP(store_file_clear) struct store_file file = { 0 };
	CLEANUP(source_text_clear) struct source_text text = { 0 };
	CLEANUP(text_clear) struct text captured = { 0 };
	const char *const words[] = { "capture", lab, NULL };
	struct error none = { 0 };

	if (!store_read(lab, 0, &file, &none)) {
		const struct store_meta *meta = &file.entry.meta;

		source_text_set(&text, text_string(&file.bytes), file.bytes.length, NULL,
				meta->host, meta->sets);
		return configured_open(shell, &text, error);
	}
	if (none.exit != EXIT_USAGE) {
		*error = none;
		return -none.errnum;
	}
	if (shell_run_words(shell, words, &captured) < 0)
		return error_usage(error,
				   "nothing is known of a lab '%s': 'configure new %s' begins it",
				   lab, lab);
	source_text_set(&text, text_string(&captured), captured.length, NULL, NULL, NULL);
	return configured_open(shell, &text, error);
}

static int open_new(struct shell *shell, const char *lab, struct error *error)
{
	CLEANUP(source_text_clear) struct source_text source = { 0 };
	CLEANUP(text_clear) struct text text = { 0 };

	if (!lab_check_name(lab))
		return error_usage(error, "'%s' is no lab's name: a-z, 0-9 and '-', %d at most",
				   lab, LAB_NAME_MOST);
	text_printf(&text, "ovl: 1\nlab: %s\n", lab);
	source_text_set(&source, text_string(&text), text.length, NULL, NULL, NULL);
	return configured_open(shell, &source, error);
}

static int open_only(struct shell *shell, struct error *error)
{
	CLEANUP(state_labs_clear) struct state_labs labs = { 0 };
	int r = store_labs(&labs, error);

	if (r < 0)
		return r;
	if (labs.count == 1)
		return open_lab(shell, labs.names[0], error);
	if (!labs.count)
		return error_usage(error, "no lab was applied here: 'configure FILE' opens a file, "
					  "'configure new LAB' begins one");
	error_usage(error, "a FILE or LAB is needed; there are the labs");
	for (size_t i = 0; i < labs.count; i++)
		error_hint(error, "%s %s", i ? "," : "", labs.names[i]);
	return -EINVAL;
}

static int configure(struct request *request, struct words *words, struct error *error)
{
	struct shell *shell = shell_of(request);
	const char *word = words_take(words), *lab = NULL;
	int r;

	if (word && !strcmp(word, "new")) {
		lab = words_value(words, "new", "LAB", error);
		if (!lab)
			return -EINVAL;
	}
	r = words_end(words, error);
	if (r < 0)
		return r;
	if (lab)
		r = open_new(shell, lab, error);
	else if (!word)
		r = open_only(shell, error);
	else if (strpbrk(word, "/."))
		r = shell_read_file(shell, word, configured_open, error);
	else if (lab_check_name(word))
		r = open_lab(shell, word, error);
	else
		r = error_usage(error, "'%s' is no lab's name, and a file has a '/' or '.' in it",
				word);
	if (!r)
		move_to(shell, NULL);
	return r;
}

WORD(configure, "edit", "[{FILE|LAB}] | new LAB",
     "edit a topology file, or a lab's last one, before it is committed", configure, VERB_SESSION);

static int use(struct request *request, struct words *words, struct error *error)
{
	struct shell *shell = shell_of(request);
	const char *name = words_take(words);
	CLEANUP(fd_close) int fd = -1;
	int r = words_end(words, error);

	if (r < 0)
		return r;
	if (name && !strcmp(name, "host"))
		name = NULL;
	if (name && request->candidate && !configured_netns(shell, name))
		return error_usage(error, "there is no netns '%s' in the candidate", name);
	if (name && !request->candidate) {
		r = netns_open(name, &fd, error);
		if (r < 0)
			return r;
	}
	move_to(shell, name);
	return 0;
}

WORD(use, "", "[{NETNS|host}]",
     "what follows is about that namespace; without one, where the shell runs", use, VERB_SESSION);

static int leave(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(text_clear) struct text question = { 0 };
	struct shell *shell = shell_of(request);
	int r = words_end(words, error);
	const char *lacks;

	if (r < 0)
		return r;
	if (!shell->candidate.is_open) {
		shell->ends = true;
		return 0;
	}
	words_hear_confirmed(&shell->candidate);
	lacks = configured_lacks(&shell->candidate);
	if (lacks) {
		text_printf(&question, "The candidate was %s. Leave it?", lacks);
		if (!shell_ask(shell, text_string(&question)))
			return 0;
		request_note(request, "the candidate of '%s' was %s", shell->candidate.lab, lacks);
	}
	configured_close(shell);
	move_to(shell, NULL);
	return 0;
}

WORD(exit, "quit end", "", "leave configure mode, or the shell", leave, VERB_SESSION);

static int do_nothing(struct request *request, struct words *words, struct error *error)
{
	(void)request;
	(void)words;
	return error_usage(error, "do: a COMMAND is expected, which is run on the kernel");
}

WORD(do, "run", "COMMAND...", "run a command on the kernel, whatever is edited", do_nothing,
     VERB_SESSION);
