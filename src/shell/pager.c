/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"

static bool is_installed(const char *program)
{
	const char *path = getenv("PATH");
	char file[PATH_MAX];

	while (path && *path) {
		size_t length = strcspn(path, ":");

		if (length &&
		    snprintf(file, sizeof(file), "%.*s/%s", (int)length, path, program) <
			    (int)sizeof(file) &&
		    !access(file, X_OK))
			return true;
		path += length + (path[length] == ':');
	}
	return false;
}

/* NULL: none. */
static const char *pager_command(void)
{
	const char *command = getenv("OVL_PAGER"), *terminal = getenv("TERM");

	if (!command)
		command = getenv("PAGER");
	if (command)
		return *command && strcmp(command, "cat") ? command : NULL;
	/* On a terminal that cannot do anything less asks before each screen whether it should. */
	if (!terminal || !strcmp(terminal, "dumb"))
		return NULL;
	return is_installed("less") ? "less" : NULL;
}

void pager_begin(struct pager *pager, int out, bool page)
{
	struct winsize size;

	*pager = (struct pager){ .fd = -1, .out = out };
	if (page && isatty(out) && !ioctl(out, TIOCGWINSZ, &size) && size.ws_row) {
		pager->command = pager_command();
		pager->rows = size.ws_row;
		pager->columns = size.ws_col;
	}
	pager->holds = pager->command;
	if (!pager->holds)
		text_to_fd(&pager->text, out);
}

/* Does not return. */
static void run_pager(const struct pager *pager, int in, pid_t shell) __attribute__((noreturn));

static void run_pager(const struct pager *pager, int in, pid_t shell)
{
	CLEANUP(text_clear) struct text command = { 0 };
	sigset_t none;

	/* One without anything for a shell to do needs none around it. */
	text_printf(&command, "%s%s",
		    strpbrk(pager->command, "|&;<>()$`\\\"'*?[]#~=!{}\n") ? "" : "exec ",
		    pager->command);

	/*
	 * Pagers catch these themselves, and a sh that is in between ("sed … | less") must not end
	 * before them.
	 */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGPIPE, SIG_DFL);
	/* Whoever outlives the shell reads its terminal's keys. less takes leave on this signal. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != shell)
		raise(SIGTERM);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* Leave when it fits, colours, and the screen stays. */
	setenv("LESS", "FRX", 0);
	if (dup2(in, STDIN_FILENO) >= 0 && dup2(pager->out, STDOUT_FILENO) >= 0)
		execl("/bin/sh", "sh", "-c", text_string(&command), (char *)NULL);
	_exit(127);
}

/* Without a pager it goes to the terminal as it is. */
static void let_go(struct pager *pager)
{
	pager->holds = false;
	text_to_fd(&pager->text, pager_target(pager));
}

static void start(struct pager *pager)
{
	const pid_t shell = getpid();
	int ends[2];

	if (!pipe2(ends, O_CLOEXEC)) {
		pager->pid = fork();
		if (!pager->pid)
			run_pager(pager, ends[0], shell);
		close(ends[0]);
		if (pager->pid > 0) {
			pager->fd = ends[1];
		} else {
			pager->pid = 0;
			close(ends[1]);
		}
	}
	let_go(pager);
}

/* Moves the place where the output ends by some bytes of it, as a terminal would. */
static void count_rows(struct pager *pager, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length;) {
		size_t run = 0;

		if (pager->in_escape) {
			/* CSI, parameters, a letter (ECMA-48); colours are all there is of it. */
			pager->in_escape = bytes[i] == '[' || bytes[i] < '@' || bytes[i] > '~';
			i++;
			continue;
		}
		while (i + run < length && (unsigned char)bytes[i + run] >= ' ')
			run++;
		pager->column += text_width(bytes + i, run);
		if (pager->columns && pager->column > pager->columns) {
			pager->row += (pager->column - 1) / pager->columns;
			pager->column = (pager->column - 1) % pager->columns + 1;
		}
		i += run;
		if (i == length)
			break;
		if (bytes[i] == '\n') {
			pager->row++;
			pager->column = 0;
		} else if (bytes[i] == '\t') {
			pager->column = (pager->column | 7) + 1;
		}
		pager->in_escape = bytes[i] == '\x1b';
		i++;
	}
}

void pager_put(struct pager *pager, const char *bytes, size_t length)
{
	text_put(&pager->text, bytes, length);
	if (!pager->holds || !length)
		return;
	if (!pager->held_since_ms)
		pager->held_since_ms = clock_ms();
	count_rows(pager, bytes, length);
	/* The prompt takes a row too. */
	if (pager->row + (pager->column > 0) >= pager->rows)
		start(pager);
}

void pager_flush(struct pager *pager)
{
	if (!pager->holds)
		text_flush(&pager->text);
}

int pager_timeout_ms(const struct pager *pager)
{
	int64_t left;

	if (!pager->holds || !pager->held_since_ms)
		return -1;
	left = pager->held_since_ms + PAGER_HOLD_MS - clock_ms();
	return left > 0 ? (int)left : 0;
}

void pager_tick(struct pager *pager)
{
	if (pager_timeout_ms(pager))
		return;
	let_go(pager);
	text_flush(&pager->text);
}

int pager_target(const struct pager *pager)
{
	return pager->pid ? pager->fd : pager->out;
}

int pager_failed(const struct pager *pager)
{
	return pager->text.failed;
}

int pager_end(struct pager *pager, struct error *error)
{
	int status = 0, failed;

	if (pager->holds)
		let_go(pager);
	failed = -text_flush(&pager->text);
	text_clear(&pager->text);
	if (!pager->pid)
		return failed ? error_set(error, failed, "cannot write the output") : 0;
	fd_close(&pager->fd);
	while (waitpid(pager->pid, &status, 0) < 0 && errno == EINTR)
		;
	/* What sh says of a command that is not there, or is none. */
	if (WIFEXITED(status) && (WEXITSTATUS(status) == 127 || WEXITSTATUS(status) == 126))
		return error_set(error, 0, "cannot run the pager '%s' (OVL_PAGER names another)",
				 pager->command);
	return failed && failed != EPIPE ? error_set(error, failed, "cannot write the output") : 0;
}
