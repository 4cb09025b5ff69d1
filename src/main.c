/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Picks the front end and prints the final error. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "apply/guard.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "base/words.h"
#include "command/batch.h"
#include "command/command.h"
#include "command/complete.h"
#include "command/confirm.h"
#include "command/help.h"
#include "command/manual.h"
#include "command/option.h"
#include "shell/shell.h"

/*
 * A socket of ours that became descriptor 1 would be written to by mistake. What
 * fills the gap is open the wrong way round, so that output into a stream that
 * was closed is still an error.
 */
static void open_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(EXIT_REFUSED);
}

static int run(struct request *request, struct words *words, struct error *error)
{
	const struct options *options = &request->options;
	int r = request_enter(request, error);

	if (r < 0)
		return r;
	return options->batch ? batch_run(request, options->batch, error)
			      : command_run(request, words, error);
}

/* A bare `ovl` is a shell for whoever sits at a terminal. */
static bool is_for_a_person(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !getenv("CI");
}

static int start(struct words *words, struct text *out, int *status, struct error *error)
{
	CLEANUP(request_clear) struct request request;
	struct options options = { .color = color_wanted() };
	enum special special;
	int r = options_take(&options, words, &special, error);

	request_init(&request, &options, out);
	request.shell = shell_run;
	if (r < 0)
		return r;
	if (special == SPECIAL_VERSION) {
		text_puts(out, "ovl " PACKAGE_VERSION "\n");
		return 0;
	}
	if (special == SPECIAL_HELP || words_take_if(words, "help"))
		return help_run(&command_all, words, out, error);
	if (words_take_if(words, "complete"))
		return complete_run(&request, words, error);
	if (words_take_if(words, "guard"))
		return guard_front(&request, words, error);
	if (words_take_if(words, "manual"))
		return manual_run(words, out, error);
	if (!options.batch && !words->left && is_for_a_person())
		return shell_run(&request, words, error);
	if (!options.batch && !words->left) {
		help_all(out);
		return error_usage(error, "an OBJECT is needed");
	}
	if (options.batch && words->left)
		return error_usage(error, "--batch takes no command beside it: '%s'", *words->at);
	r = run(&request, words, error);
	request_note_guard(&request, r);
	if (request.has_status)
		*status = request.status;
	return r;
}

int main(int argc, char **argv)
{
	CLEANUP(text_clear) struct text out = { 0 };
	struct words words = { argv + 1, argc > 0 ? (size_t)argc - 1 : 0 };
	/* What is written to the /dev/null that takes its place is not written. */
	bool has_output = fcntl(STDOUT_FILENO, F_GETFD) >= 0;
	struct error error = { 0 };
	int status = EXIT_DONE;
	int r;

	open_standard_streams();
	/* With more rights than its caller it would be a tool for anybody: SAFETY, capabilities(7). */
	if (getauxval(AT_SECURE)) {
		fputs("ovl: refuses to run with the set-uid bit or file capabilities\n", stderr);
		return EXIT_REFUSED;
	}
	signal(SIGPIPE, SIG_IGN);
	text_to_fd(&out, has_output ? STDOUT_FILENO : -1);
	r = start(&words, &out, &status, &error);
	if (text_flush(&out) < 0 && r >= 0)
		r = error_set(&error, out.failed, "cannot write the output");
	if (r >= 0)
		return status;
	/* A failure that nobody described is one all the same. */
	if (!error.errnum)
		error_set(&error, -r, "cannot go on");
	error_print(&error, stderr);
	return status ? status : (int)error.exit;
}
