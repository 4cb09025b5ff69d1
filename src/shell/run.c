/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Children of the shell. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/line.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/words.h"
#include "shell/pipes.h"
#include "shell/session.h"
#include "shell/terminal.h"

enum { GATHERED_PIECE = 64 * 1024 };

/* A command line ends by the signals that a shell does not mind. */
static void take_signals_back(const struct shell *shell, bool is_piped)
{
	if (shell->interactive) {
		terminal_forked();
		/* The shell, which waits for it, does not know of jobs. */
		signal(SIGTSTP, SIG_IGN);
	}
	if (is_piped)
		signal(SIGPIPE, SIG_DFL);
}

/* What looks at its terminal's width sees a pipe. */
static void tell_width(void)
{
	struct winsize size;
	char columns[16];

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_col)
		return;
	snprintf(columns, sizeof(columns), "%u", size.ws_col);
	setenv("COLUMNS", columns, 1);
}

/* As when the terminal is gone: what is being changed holds that signal back until it is done. */
static void end_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGHUP);
	if (getppid() != parent)
		raise(SIGHUP);
}

static void run_in_child(struct shell *shell, const struct shell_child *child, int out)
	__attribute__((noreturn));

static void run_in_child(struct shell *shell, const struct shell_child *child, int out)
{
	struct request *request = &shell->request;
	struct error error = { 0 };
	int r;

	take_signals_back(shell, out >= 0);
	if (out >= 0) {
		tell_width();
		dup2(out, STDOUT_FILENO);
		close(out);
	}
	/* Stdin is the script's. */
	if (shell->source && !freopen("/dev/null", "r", stdin))
		_exit(EXIT_REFUSED);
	if (child->operational) {
		request->candidate = NULL;
		request->home = 0;
	}
	request->has_status = false;
	request->status = 0;
	r = request->candidate ? 0 : request_enter(request, &error);
	if (!r)
		r = child->function(shell, child->cookie, &error);
	request_note_guard(request, r);
	guard_done(&request->guard);
	if (text_flush(&shell->out) < 0 && r >= 0)
		r = error_set(&error, shell->out.failed, "cannot write the output");
	if (r < 0)
		shell_report(shell, &error);
	fflush(NULL);
	_exit(request->has_status ? request->status : r < 0 ? (int)error.exit : EXIT_DONE);
}

static int gather(int fd, struct text *text)
{
	ssize_t n;

	do {
		n = read(fd, text_room(text, GATHERED_PIECE), GATHERED_PIECE);
		text->length += n > 0 ? (size_t)n : 0;
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 ? -errno : 0;
}

/* While a child runs: whether Ctrl-C was pressed, whatever the child made of it. */
static volatile sig_atomic_t is_interrupted;

static void interrupt(int signal)
{
	(void)signal;
	is_interrupted = 1;
}

/*
 * What it died of, which it could not tell itself; Ctrl-C and Ctrl-\ are no news, nor is the end
 * of whoever read its output.
 */
static void report_signal(struct shell *shell, int status)
{
	struct error error = { 0 };
	int signal = WIFSIGNALED(status) ? WTERMSIG(status) : SIGINT;

	if (signal == SIGINT || signal == SIGQUIT || signal == SIGPIPE)
		return;
	error_set(&error, 0, "a signal ended the command: %s", strsignal(signal));
	error.errnum = EINTR;
	shell_report(shell, &error);
	shell->status = 128 + signal;
}

static int exit_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void shell_run_child(struct shell *shell, const struct shell_child *child)
{
	bool pages = child->page && shell->interactive;
	bool is_piped = child->gathered || child->pipes || pages;
	struct error error = { 0 };
	int ends[2] = { -1, -1 }, status = 0, r = 0;
	const struct sigaction mind = { .sa_handler = interrupt, .sa_flags = SA_RESTART };
	struct sigaction before;
	pid_t self = getpid(), pid;

	text_flush(&shell->out);
	fflush(NULL);
	if (is_piped && pipe2(ends, O_CLOEXEC) < 0) {
		error_set(&error, errno, "cannot make a pipe");
		shell_report(shell, &error);
		return;
	}
	pid = fork();
	if (!pid) {
		if (is_piped)
			close(ends[0]);
		if (shell->interactive)
			end_with(self);
		run_in_child(shell, child, ends[1]);
	}
	is_interrupted = 0;
	if (shell->interactive)
		sigaction(SIGINT, &mind, &before);
	if (pid < 0)
		r = error_set(&error, errno, "cannot start a process");
	fd_close(&ends[1]);
	if (!r && child->gathered)
		r = gather(ends[0], child->gathered);
	else if (!r && is_piped)
		r = pipes_run(child->pipes, take_fd(&ends[0]), STDOUT_FILENO, pages, &error);
	/* Who left the pager has seen enough; a command that is silent would run on. */
	if (r > 0)
		kill(pid, SIGTERM);
	fd_close(&ends[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	shell->status = r > 0 ? EXIT_DONE : exit_code(status);
	if (shell->interactive)
		sigaction(SIGINT, &before, NULL);
	/* The terminal has put ^C, or ^\, there. */
	if (shell->interactive &&
	    (shell->status == 128 + SIGINT || (shell->status == 128 + SIGQUIT && !pages) ||
	     (is_interrupted && !pages)))
		fputc('\n', stderr);
	if (!r)
		report_signal(shell, status);
	if (r >= 0)
		r = pipes_finish(child->pipes, shell->status, &error);
	if (r < 0)
		shell_report(shell, &error);
}

struct run_words {
	const char *const *words;
};

static int run_words(struct shell *shell, void *cookie, struct error *error)
{
	const struct run_words *run = cookie;
	char *words[LINE_WORDS];
	struct words cursor = { words, 0 };

	while (run->words[cursor.left])
		cursor.left++;
	for (size_t i = 0; i < cursor.left; i++)
		words[i] = memory_text(run->words[i]);
	shell->request.commands = &command_all;
	return command_run(&shell->request, &cursor, error);
}

int shell_run_words(struct shell *shell, const char *const *words, struct text *gathered)
{
	struct run_words run = { words };
	const struct shell_child child = {
		.function = run_words,
		.cookie = &run,
		.operational = true,
		.gathered = gathered,
	};

	shell_run_child(shell, &child);
	return shell->status ? -EINVAL : 0;
}
