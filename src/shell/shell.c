/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/line.h"
#include "base/memory.h"
#include "base/words.h"
#include "shell/interactive.h"
#include "shell/session.h"
#include "shell/terminal.h"

enum { MOST_COMMANDS = 256 };

struct shell *shell_of(const struct request *request)
{
	return request->front;
}

const struct command_set *shell_commands(const struct shell *shell)
{
	return shell->candidate.is_open ? &shell_configure : &shell_operational;
}

void shell_report(struct shell *shell, struct error *error)
{
	if (!error->errnum)
		error_set(error, EINVAL, "cannot go on");
	if (shell->source)
		error_wrap(error, "%s:%u", shell->source, shell->line);
	shell->status = (int)error->exit;
	text_flush(&shell->out);
	error_print(error, stderr);
}

void shell_say(const struct shell *shell, const char *format, ...)
{
	CLEANUP(text_clear) struct text line = { 0 };
	CLEANUP(text_clear) struct text escaped = { 0 };
	va_list arguments;
	char *bytes;

	if (!shell->interactive || shell->request.options.quiet)
		return;
	va_start(arguments, format);
	if (vasprintf(&bytes, format, arguments) >= 0) {
		text_puts(&line, bytes);
		free(bytes);
	}
	va_end(arguments);
	text_escaped(&escaped, line.bytes, line.length);
	fprintf(stderr, "%s\n", text_string(&escaped));
}

static volatile sig_atomic_t is_interrupted;

static void interrupt(int signal)
{
	(void)signal;
	is_interrupted = 1;
}

/* The rest of the answer's line is read, too; Ctrl-C and Ctrl-D are a no. */
static bool read_answer(void)
{
	char answer = '\n', more;
	ssize_t n = read(STDIN_FILENO, &answer, 1);

	more = n == 1 ? answer : '\n';
	while (more != '\n' && read(STDIN_FILENO, &more, 1) == 1)
		;
	if (n != 1)
		fputc('\n', stderr);
	return n == 1 && (answer == 'y' || answer == 'Y');
}

bool shell_ask(const struct shell *shell, const char *question)
{
	const struct sigaction action = { .sa_handler = interrupt };
	struct sigaction before;
	bool is_yes;

	if (!shell->interactive)
		return true;
	fprintf(stderr, "%s [y/N] ", question);
	fflush(stderr);
	/* Ignored otherwise: it would not end the read. */
	is_interrupted = 0;
	sigaction(SIGINT, &action, &before);
	is_yes = read_answer() && !is_interrupted;
	sigaction(SIGINT, &before, NULL);
	if (is_interrupted)
		terminal_forget_pasted();
	return is_yes;
}

/* Whether lines go on after this one. */
static bool goes_on(const struct shell *shell)
{
	return !shell->ends &&
	       (shell->options.force || !shell->status || shell->status == EXIT_DIFFERENT);
}

/* A line of a script; whether there is to be another one. `first` is the status of the first failure. */
static bool run_line(struct shell *shell, const char *line, int *first)
{
	shell_line(shell, line);
	if (shell->status != EXIT_DIFFERENT && !*first)
		*first = shell->status;
	return goes_on(shell);
}

/* As many lines as there are, up to the first that fails. */
static int run_lines(struct shell *shell, int fd, const char *source, struct error *error)
{
	CLEANUP(line_reader_clear) struct line_reader reader = { .fd = fd };
	int first = 0, r;
	size_t length;
	char *bytes;

	shell->source = source;
	while ((r = line_next(&reader, &bytes, &length, error)) > 0) {
		CLEANUP(pointer_free) char *line = strndup(bytes, length);

		shell->line = reader.first;
		if (!run_line(shell, line, &first))
			break;
	}
	if (r < 0)
		return error_wrap(error, "%s:%u", source, reader.line + 1);
	shell->status = first ? first : shell->status;
	return 0;
}

static int run_file(struct shell *shell, const char *path, struct error *error)
{
	int fd;

	if (!strcmp(path, "-"))
		return run_lines(shell, STDIN_FILENO, "stdin", error);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		error_set(error, errno, "cannot open '%s'", path);
		error->exit = EXIT_USAGE;
		return -error->errnum;
	}
	return run_lines(shell, fd, path, error);
}

static int run_commands(struct shell *shell, char *const *commands, size_t count)
{
	int first = 0;

	shell->source = "-c";
	for (size_t i = 0; i < count; i++) {
		shell->line = (uint32_t)i + 1;
		if (!run_line(shell, commands[i], &first))
			break;
	}
	shell->status = first ? first : shell->status;
	return 0;
}

/* What was edited and neither saved nor committed is lost: in a script that is told. */
static void end_script(struct shell *shell)
{
	const char *lacks = configured_lacks(&shell->candidate);

	if (lacks)
		request_note(&shell->request, "the candidate of '%s' was %s", shell->candidate.lab,
			     lacks);
}

static void shell_clear(struct shell *shell)
{
	configured_close(shell);
	request_clear(&shell->request);
	text_clear(&shell->out);
	free(shell->netns);
}

int shell_run(struct request *caller, struct words *words, struct error *error)
{
	CLEANUP(shell_clear) struct shell shell = { .options = caller->options };
	char *commands[MOST_COMMANDS];
	size_t count = 0;
	const char *file;
	int r = 0;

	while (words_take_if(words, "-c")) {
		const char *command = words_take(words);

		if (!command)
			return error_usage(error, "-c: a COMMAND is expected");
		if (count == MOST_COMMANDS)
			return error_usage(error, "more than %d commands", MOST_COMMANDS);
		commands[count++] = (char *)(uintptr_t)command;
	}
	file = words_take(words);
	if (words_peek(words) || (file && count))
		return error_usage(error, "'%s' is not expected",
				   words_peek(words) ? words_peek(words) : file);
	/* Whoever started it is in the namespace already. */
	shell.options.netns = NULL;
	request_init(&shell.request, &shell.options, &shell.out);
	shell.request.front = &shell;
	text_to_fd(&shell.out, STDOUT_FILENO);
	shell.interactive = !count && !file && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	if (shell.interactive)
		r = interactive_run(&shell, error);
	else if (count)
		r = run_commands(&shell, commands, count);
	else
		r = run_file(&shell, file ? file : "-", error);
	end_script(&shell);
	if (!r) {
		caller->status = shell.interactive ? 0 : shell.status;
		caller->has_status = true;
	}
	return r;
}
