/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl sandbox`: a network to try things in, that is gone afterwards. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "apply/sandbox.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/list.h"
#include "kernel/netns.h"
#include "text/columns.h"

/* Options of `sandbox` itself; those of ovl were taken before. */
static int take_options(struct words *words, const char **name, struct error *error)
{
	static const char option[] = "--name";
	const size_t length = sizeof(option) - 1;
	const char *word;

	while ((word = words_peek(words)) && *word == '-' && !words_take_if(words, "--")) {
		words_take(words);
		if (!strcmp(word, option))
			*name = words_value(words, option, "NAME", error);
		else if (!strncmp(word, option, length) && word[length] == '=')
			*name = word + length + 1;
		else
			return error_usage(
				error,
				"sandbox has no option '%s', only --name NAME (a command "
				"called so goes behind --)",
				word);
		if (!*name)
			return -EINVAL;
	}
	return 0;
}

static int check_request(const struct request *request, struct error *error)
{
	if (request->options.dry_run || request->options.as_ip)
		return error_usage(error, "a sandbox cannot be tried without making it");
	if (request->options.netns)
		return error_usage(error, "-n and a sandbox do not go together: it is a network of "
					  "its own");
	return text_flush(request->out) < 0 ? error_set(error, request->out->failed, "cannot write")
					    : 0;
}

/* The command of the rest of the line, or a shell, of which the user is told. */
static char **take_command(const struct request *request, struct words *words, const char *name)
{
	bool is_shell;
	char **argv = request_argv(words, &is_shell);

	if (!is_shell || !isatty(STDIN_FILENO))
		return argv;
	if (name)
		request_note(request, "sandbox '%s' stays until 'ovl sandbox end %s'", name, name);
	else
		request_note(request, "what is made in here is gone when the shell ends");
	return argv;
}

static int enter_named(struct request *request, const char *name, struct words *words,
		       struct error *error)
{
	CLEANUP(pointer_free) char **argv = take_command(request, words, name);

	request->has_status = true;
	return sandbox_enter(name, argv, &request->status, error);
}

static int run(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(pointer_free) char **argv = NULL;
	const char *name = NULL;
	int r = take_options(words, &name, error);

	if (!r)
		r = check_request(request, error);
	if (r < 0)
		return r;
	if (name) {
		r = sandbox_make(name, error);
		if (r == -EEXIST && request->options.idempotent) {
			error_clear(error);
			r = 0;
		}
		return r < 0 ? r : enter_named(request, name, words, error);
	}
	argv = take_command(request, words, NULL);
	request->has_status = true;
	return sandbox_run(argv, &request->status, error);
}

static int enter(struct request *request, struct words *words, struct error *error)
{
	const char *name = words_take(words);
	int r = 0;

	request->has_status = true;
	request->status = EXEC_FAILED;
	if (!name)
		return error_usage(error, "a SANDBOX is needed: one that 'sandbox list' shows");
	words_take_if(words, "--");
	r = check_request(request, error);
	return r < 0 ? r : enter_named(request, name, words, error);
}

static const struct column columns[] = {
	{ "NAME", 0 }, { "PID", 0 }, { "SINCE", 0 }, { "PROCESSES", 0 }, { "STATE", 0 },
};

/* RFC 3339, in UTC. */
static const char *time_text(int64_t since, char text[32])
{
	time_t seconds = since;
	struct tm parts;

	if (!gmtime_r(&seconds, &parts) || !strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &parts))
		*text = '\0';
	return text;
}

static void put_row(struct columns *print, const struct sandbox *sandbox)
{
	char time[32];

	text_escaped(columns_cell(print), sandbox->name, strlen(sandbox->name));
	columns_paint(print, PAINT_NAME);
	columns_cell(print);
	if (sandbox->pid)
		text_number(&print->cell, (uint64_t)sandbox->pid);
	text_puts(columns_cell(print), time_text(sandbox->since, time));
	columns_cell(print);
	if (sandbox->counted)
		text_number(&print->cell, sandbox->processes);
	text_puts(columns_cell(print), sandbox->stale ? "stale: its keeper was killed" : "");
	columns_row(print);
}

static void put_json(struct json *json, const struct sandbox *sandbox)
{
	char time[32];

	json_open_object(json, NULL);
	json_string(json, "name", sandbox->name);
	if (sandbox->pid)
		json_number(json, "pid", (uint64_t)sandbox->pid);
	json_string(json, "since", time_text(sandbox->since, time));
	if (sandbox->counted)
		json_number(json, "processes", sandbox->processes);
	if (sandbox->stale)
		json_bool(json, "stale", true);
	json_close_object(json);
}

static int list(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(sandboxes_clear) struct sandboxes sandboxes = { 0 };
	struct json json = { .out = request->out, .pretty = request->options.pretty };
	struct columns print;
	int r;

	if (words_peek(words))
		return error_usage(error, "sandbox list takes no '%s'", words_peek(words));
	r = sandbox_list(&sandboxes, error);
	if (r < 0)
		return r;
	if (request->options.json) {
		json_open_array(&json, NULL);
		for (size_t i = 0; i < sandboxes.count; i++)
			put_json(&json, &sandboxes.items[i]);
		json_close_array(&json);
		text_char(request->out, '\n');
		return 0;
	}
	columns_begin(&print, columns, sizeof(columns) / sizeof(*columns), false,
		      request->options.oneline, request->out);
	print.painted = request->options.color;
	for (size_t i = 0; i < sandboxes.count; i++)
		put_row(&print, &sandboxes.items[i]);
	columns_end(&print);
	return 0;
}

/* Each name counts as a command. */
static int end(struct request *request, struct words *words, struct error *error)
{
	const char *name = words_take(words);
	int r = 0;

	if (!name)
		return error_usage(error, "a SANDBOX is needed: one that 'sandbox list' shows");
	if (request->options.as_ip)
		return error_usage(error, "ip has no sandboxes");
	for (; !r && name; name = words_take(words)) {
		if (request->options.dry_run) {
			text_puts(request->out, "- sandbox ");
			text_escaped(request->out, name, strlen(name));
			text_char(request->out, '\n');
			continue;
		}
		r = sandbox_end(name, error);
		if (r == -ENOENT && request->options.idempotent) {
			error_clear(error);
			r = 0;
		}
	}
	return r;
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "run", "", "[--name NAME] [--] [COMMAND...]",
	  "run a command, else a shell, in a new one that ends with it; with a name it stays. The word run may be left out",
	  run, VERB_CHANGES | VERB_WHOLE | VERB_TERMINAL, { NULL } },
	{ "enter", "", "SANDBOX [--] [COMMAND...]", "run a command, else a shell, in one that stays",
	  enter, VERB_CHANGES | VERB_WHOLE | VERB_TERMINAL, { NULL } },
	{ "list", "show", "", "list those that stay", list, VERB_WHOLE, { NULL } },
	{ "end", "", "SANDBOX...", "kill what lives inside, and wait until nothing is left", end,
	  VERB_CHANGES | VERB_WHOLE, { NULL } },
};
/* clang-format on */

const struct command command_sandbox = {
	.name = "sandbox",
	.help = "networks to try things in, gone afterwards; they need no root",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
	.verb = "run",
};
