/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line: what is run of it, where, and on what. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/line.h"
#include "base/memory.h"
#include "base/words.h"
#include "command/batch.h"
#include "command/help.h"
#include "command/option.h"
#include "shell/edit_line.h"
#include "shell/pipes.h"
#include "shell/session.h"

/* A line taken apart. */
struct typed {
	char *bytes;
	char *at[LINE_WORDS];
	struct words words;  /* of the command, without options */
	struct words stages; /* behind the first '|' */
	bool is_done;        /* `do`: on the kernel */
	struct pipes pipes;
	enum special special;
	struct arena arena; /* of words that are not as they were typed */
};

static void typed_clear(struct typed *typed)
{
	pipes_clear(&typed->pipes);
	arena_clear(&typed->arena);
	free(typed->bytes);
}

/* ~/lab.yaml, as every shell has it; no word of a network begins so. */
static void put_home(struct typed *typed, char **word)
{
	const char *home = getenv("HOME");
	size_t length;
	char *path;

	if (strncmp(*word, "~/", 2) != 0 || !home)
		return;
	length = strlen(home);
	path = arena_new(&typed->arena, length + strlen(*word));
	memcpy(path, home, length);
	strcpy(path + length, *word + 1);
	*word = path;
}

static int take_apart(const char *line, struct typed *typed, struct error *error)
{
	size_t count, command = 0;
	int r;

	/* line_split() needs room for a NUL, which is there. */
	typed->bytes = memory_text(line);
	r = line_split(typed->bytes, strlen(line), true, typed->at, &count, error);
	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++)
		put_home(typed, &typed->at[i]);
	while (command < count && typed->at[command] != line_pipe)
		command++;
	typed->words = (struct words){ typed->at, command };
	/* As it stands in messages, and in whatever is pasted. */
	if (command > 1 && !strcmp(*typed->at, "ovl"))
		words_take(&typed->words);
	if (command < count)
		typed->stages = (struct words){ typed->at + command + 1, count - command - 1 };
	if (command < count && !command)
		return error_usage(error, "a command is expected before '|'");
	if (count && typed->at[count - 1] == line_pipe)
		return error_usage(error, "a word is expected behind '|'");
	return 0;
}

/* `show | compare` is what others call diff. */
static int take_compare(const struct shell *shell, struct typed *typed, struct error *error)
{
	static char diff[] = "diff";

	if (typed->words.left != 1 || strcmp(*typed->words.at, "show") != 0 ||
	    !typed->stages.left || !words_take_if(&typed->stages, "compare"))
		return 0;
	if (!shell->candidate.is_open)
		return error_usage(error, "'show | compare' is about a candidate: 'configure "
					  "FILE|LAB' opens one");
	*typed->words.at = diff;
	if (typed->stages.left && *typed->stages.at == line_pipe)
		words_take(&typed->stages);
	return 0;
}

/* Where the line is about, in a candidate. */
static int take_home(struct shell *shell, struct error *error)
{
	struct request *request = &shell->request;
	const char *name = request->options.netns;

	request->home = 0;
	if (!request->candidate || !name || !strcmp(name, "host"))
		return 0;
	request->home = configured_netns(shell, name);
	return request->home ? 0
			     : error_usage(error, "there is no netns '%s' in the candidate", name);
}

static int take_options(struct shell *shell, const char *line, const char *netns,
			struct typed *typed, struct error *error)
{
	struct request *request = &shell->request;
	int r;

	request->options = shell->options;
	request->options.netns = netns;
	request->options.line = line;
	r = options_take(&request->options, &typed->words, &typed->special, error);
	if (r < 0)
		return r;
	typed->is_done = words_take_if(&typed->words, "do") || words_take_if(&typed->words, "run");
	request->commands = typed->is_done ? &shell_kernel : shell_commands(shell);
	if (typed->stages.left) {
		r = pipes_take(&typed->stages, &typed->pipes, error);
		if (r < 0)
			return r;
		request->options.json |= pipes_want_json(&typed->pipes);
		request->options.color = false;
	}
	return typed->is_done ? 0 : take_home(shell, error);
}

static int help(struct shell *shell, struct typed *typed, struct error *error)
{
	return help_run(shell->request.commands, &typed->words, &shell->out, error);
}

static int run_typed(struct shell *shell, void *cookie, struct error *error)
{
	struct typed *typed = cookie;
	struct request *request = &shell->request;
	size_t edits = request->edits;
	int r;

	if (typed->special == SPECIAL_VERSION) {
		text_puts(&shell->out, "ovl " PACKAGE_VERSION "\n");
		return 0;
	}
	if (typed->special == SPECIAL_HELP || words_take_if(&typed->words, "help"))
		return help(shell, typed, error);
	if (request->options.batch)
		return batch_run(request, request->options.batch, error);
	r = command_run(request, &typed->words, error);
	/* In a child it would be lost. */
	if (!r && request->edits != edits)
		return error_usage(error, "an edit has no output to put through '|'");
	return r;
}

/* In the shell itself: its own words, and edits of the candidate. */
static int run_here(struct shell *shell, struct typed *typed, struct error *error)
{
	struct request *request = &shell->request;
	int r;

	request->has_status = false;
	request->status = 0;
	r = command_run(request, &typed->words, error);
	text_flush(&shell->out);
	shell->status = request->has_status ? request->status : 0;
	return r;
}

/* Whether a line is run in the shell, and not in a child of it. */
static bool is_own(const struct shell *shell, const struct typed *typed, const struct verb *verb)
{
	if (!verb || typed->special || shell->request.options.batch)
		return false;
	if (verb->traits & VERB_SESSION)
		return true;
	return shell->request.candidate && !typed->is_done && !pipes_any(&typed->pipes) &&
	       verb->traits & (VERB_CHANGES | VERB_PASSES) && !(verb->traits & VERB_KERNEL);
}

static void run_child(struct shell *shell, struct typed *typed, const struct verb *verb)
{
	const struct shell_child child = {
		.function = run_typed,
		.cookie = typed,
		.operational = typed->is_done,
		.pipes = pipes_any(&typed->pipes) ? &typed->pipes : NULL,
		.page = !verb || !(verb->traits & (VERB_TERMINAL | VERB_CHANGES)),
	};

	shell_run_child(shell, &child);
}

static const struct command *find_in(const struct command_set *set, const char *word)
{
	struct error ignored = { 0 };

	return command_find(set, word, &ignored);
}

/* A line without a command, or with one that is at home in the other mode. */
static int check_command(const struct shell *shell, const struct typed *typed, struct error *error)
{
	const struct command_set *set = shell->request.commands;
	const char *word = words_peek(&typed->words);
	const struct command *command;
	struct error why = { 0 };

	if (typed->special || shell->request.options.batch)
		return 0;
	if (!word)
		return error_usage(error, typed->is_done
						  ? "do: a COMMAND is expected, which is run on "
						    "the kernel"
						  : "a COMMAND is expected behind the options");
	if (!strcmp(word, "help") || command_find(set, word, &why))
		return 0;
	if (typed->is_done) {
		command = find_in(&shell_configure, word);
		command = command ? command : find_in(&shell_operational, word);
		if (command)
			return error_usage(error, "'%s' is not about the kernel: leave out 'do'",
					   command->name);
	} else if (!shell->candidate.is_open) {
		command = find_in(&shell_configure, word);
		if (command)
			return error_usage(error,
					   "'%s' is about a candidate: 'configure FILE|LAB' opens "
					   "one",
					   command->name);
	} else if ((command = find_in(&shell_operational, word))) {
		return find_in(&shell_kernel, command->name)
			       ? error_usage(error,
					     "'%s' is about the kernel, not the candidate: put "
					     "'do' in front",
					     command->name)
			       : error_usage(error,
					     "'%s' is for when no candidate is open: 'exit' leaves "
					     "this one",
					     command->name);
	}
	*error = why;
	return -EINVAL;
}

static int run(struct shell *shell, const char *line, struct typed *typed, struct error *error)
{
	struct request *request = &shell->request;
	const struct verb *verb = command_verb(request->commands, typed->words);
	size_t edits = request->edits;
	int r;

	if (!is_own(shell, typed, verb)) {
		run_child(shell, typed, verb);
		return 0;
	}
	if (pipes_any(&typed->pipes))
		return error_usage(error, "'%s' is the shell's own: its output goes through no '|'",
				   words_peek(&typed->words));
	r = run_here(shell, typed, error);
	/* What a word of the shell's makes of the candidate, it notes by itself. */
	if (request->edits == edits || verb->traits & VERB_SESSION)
		return r;
	/* A line is an edit as a whole. */
	if (r < 0) {
		struct error ignored = { 0 };

		configured_remake(shell, &ignored);
	} else {
		configured_note_line(shell, line, shell->netns);
	}
	return r;
}

void shell_line(struct shell *shell, const char *line)
{
	CLEANUP(typed_clear) struct typed typed = { 0 };
	struct error error = { 0 };
	int r = take_apart(line, &typed, &error);

	shell->status = 0;
	if (!r && !typed.words.left)
		return;
	if (!r)
		r = take_compare(shell, &typed, &error);
	if (!r)
		r = take_options(shell, line, shell->netns, &typed, &error);
	if (!r)
		r = check_command(shell, &typed, &error);
	if (!r)
		r = run(shell, line, &typed, &error);
	if (r < 0)
		shell_report(shell, &error);
	shell->request.options = shell->options;
	shell->request.commands = shell_commands(shell);
	shell->request.home = 0;
}

int edit_line(struct shell *shell, const char *line, const char *netns, struct error *error)
{
	CLEANUP(typed_clear) struct typed typed = { 0 };
	struct options options = shell->request.options;
	const struct command_set *commands = shell->request.commands;
	uint32_t home = shell->request.home;
	int r = take_apart(line, &typed, error);

	if (!r)
		r = take_options(shell, line, netns, &typed, error);
	shell->request.options.quiet = true;
	if (!r)
		r = command_run(&shell->request, &typed.words, error);
	shell->request.options = options;
	shell->request.commands = commands;
	shell->request.home = home;
	return r;
}
