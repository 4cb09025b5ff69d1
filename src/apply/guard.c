/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The side of whoever changes something, confirms or asks: guards are started, found and ended. */
#include "apply/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apply/guard_file.h"
#include "apply/lab_lock.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/process.h"
#include "model/network.h"
#include "model/sysctl.h"

enum {
	READY_MS = 30 * 1000, /* in which a guard has looked at everything */
	END_MS = 120 * 1000,  /* in which it has taken back everything */
};

/* Where systemd is, and starts its units where they see what we see. */
static bool has_systemd(void)
{
	return !geteuid() && !access("/run/systemd/system", F_OK) &&
	       process_is_with_init("net") > 0 && process_is_with_init("mnt") > 0 &&
	       process_is_with_init("user") > 0;
}

/* In the child: away from the terminal and the session, and of this program's own making. */
static _Noreturn void become_guard(bool unit, const char *self, const char *name,
				   const char *seconds, const char *what, const int fds[2])
{
	char *const detached[] = { (char[]){ "ovl" },      (char[]){ "guard" },
				   (char *)(intptr_t)name, (char *)(intptr_t)seconds,
				   (char *)(intptr_t)what, NULL };
	char *const systemd[] = { (char[]){ "systemd-run" },
				  (char[]){ "--quiet" },
				  (char[]){ "--collect" },
				  (char[]){ "--pipe" },
				  (char[]){ "--description=takes back what is not confirmed" },
				  (char[]){ "--" },
				  (char *)(intptr_t)self,
				  (char[]){ "guard" },
				  (char *)(intptr_t)name,
				  (char *)(intptr_t)seconds,
				  (char *)(intptr_t)what,
				  NULL };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t none;

	sigemptyset(&none);
	if (dup2(fds[0], STDIN_FILENO) < 0 || dup2(fds[1], STDOUT_FILENO) < 0 ||
	    dup2(null, STDERR_FILENO) < 0 || chdir("/") < 0)
		_exit(EXIT_REFUSED);
	setsid();
	/* Not the leader of the session any more: no terminal can become its own. */
	if (fork() != 0)
		_exit(0);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (unit)
		execvp("systemd-run", systemd);
	else
		execv("/proc/self/exe", detached);
	_exit(EXIT_REFUSED);
}

/* Tells it the settings and the end of them. */
static int tell_settings(int pipe, const struct network *settings, const struct names *names)
{
	CLEANUP(text_clear) struct text text = { 0 };

	for (size_t i = 0; settings && i < settings->objects[OBJECT_SYSCTL].count; i++) {
		const struct sysctl *sysctl = network_at(settings, OBJECT_SYSCTL, i);

		text_printf(&text, "%s%c%s\n", names_text(names, sysctl->netns.id), '\t',
			    names_text(names, sysctl->key.id));
	}
	text_puts(&text, "go\n");
	return state_write(pipe, text.bytes, text.length);
}

/* Waits until it says that it is ready, or why it is not. */
static int wait_ready(int pipe, const char *name, struct error *error)
{
	char answer[sizeof(error->text)];
	size_t length = 0;

	for (;;) {
		struct pollfd ready = { .fd = pipe, .events = POLLIN };
		ssize_t n;

		if (poll(&ready, 1, READY_MS) <= 0)
			return error_set(error, ETIMEDOUT, "the guard of --confirm is not ready");
		n = read(pipe, answer + length, sizeof(answer) - 1 - length);
		if (n <= 0)
			break;
		length += (size_t)n;
		if (memchr(answer, '\n', length) || length == sizeof(answer) - 1)
			break;
	}
	answer[length] = '\0';
	answer[strcspn(answer, "\n")] = '\0';
	if (!strcmp(answer, "ready"))
		return 0;
	if (!strcmp(answer, "busy"))
		return guard_refuse_busy(name, error);
	return error_set(error, 0, "the guard of --confirm does not start%s%s", length ? ": " : "",
			 answer);
}

static int start(struct guard *guard, bool unit, const char *name, uint32_t seconds,
		 const char *what, const struct network *settings, const struct names *names,
		 struct error *error)
{
	CLEANUP(fd_close) int in = -1;
	CLEANUP(fd_close) int out = -1;
	CLEANUP(fd_close) int their_in = -1;
	CLEANUP(fd_close) int their_out = -1;
	char self[512], number[16];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int pipes[4], r;
	pid_t child;

	if (length < 0 || pipe2(pipes, O_CLOEXEC) < 0)
		return error_set(error, errno, "cannot start the guard of --confirm");
	their_in = pipes[0];
	in = pipes[1];
	if (pipe2(pipes + 2, O_CLOEXEC) < 0)
		return error_set(error, errno, "cannot start the guard of --confirm");
	out = pipes[2];
	their_out = pipes[3];
	self[length] = '\0';
	snprintf(number, sizeof(number), "%u", seconds);
	child = fork();
	if (child < 0)
		return error_set(error, errno, "cannot start the guard of --confirm");
	if (!child)
		become_guard(unit, self, name, number, what, (int[]){ their_in, their_out });
	fd_close(&their_in);
	fd_close(&their_out);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	r = tell_settings(in, settings, names);
	r = r < 0 && r != -EPIPE ? error_set(error, -r, "cannot start the guard of --confirm")
				 : wait_ready(out, name, error);
	if (!r)
		guard->pipe = take_fd(&in);
	return r;
}

/* The command line as it was typed, but for how the program is called. */
static void put_own_line(struct text *line)
{
	CLEANUP(fd_close) int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	char bytes[1024];
	ssize_t length = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes) - 1);
	char *end = bytes + (length > 0 ? length : 0);

	*end = '\0';
	text_puts(line, "ovl");
	for (char *word = bytes + strlen(bytes) + 1; word < end; word += strlen(word) + 1)
		text_printf(line, " %s", word);
}

int guard_start(struct guard *guard, const char *name, uint32_t seconds, const char *what,
		const struct network *settings, const struct names *names, struct error *error)
{
	CLEANUP(text_clear) struct text line = { 0 };
	struct guard_wait wait;
	int r;

	guard->pipe = -1;
	snprintf(guard->name, sizeof(guard->name), "%s", name);
	/* Of one that was killed there is no lock, and a change that can still be taken back. */
	if (guard_file_exists(name) && guard_look(name, &wait))
		return guard_refuse_busy(name, error);
	if (!what) {
		put_own_line(&line);
		what = text_string(&line);
	}
	if (has_systemd()) {
		r = start(guard, true, name, seconds, what, settings, names, error);
		if (!r || error->exit == EXIT_BUSY)
			return r;
		error_clear(error);
	}
	return start(guard, false, name, seconds, what, settings, names, error);
}

bool guard_is_there(const struct guard *guard)
{
	return lab_claim_holder(guard->name, GUARD_SUFFIX);
}

void guard_done(struct guard *guard)
{
	if (guard->pipe > 0)
		close(guard->pipe);
	guard->pipe = -1;
}

int guard_look(const char *name, struct guard_wait *wait)
{
	bool exists = guard_file_exists(name);

	*wait = (struct guard_wait){ .pid = lab_claim_holder(name, GUARD_SUFFIX) };
	/* One that ends just now has taken its file away. */
	if (!wait->pid && (!exists || !guard_file_exists(name)))
		return 0;
	guard_file_read(name, wait);
	return 1;
}

int guard_list(struct state_labs *names, struct error *error)
{
	CLEANUP(state_labs_clear) struct state_labs all = { 0 };
	struct guard_wait wait;
	int r = state_labs_read(STATE_RUNTIME, GUARD_SUFFIX, &all, error);

	for (size_t i = 0; !r && i < all.count; i++)
		if (guard_look(all.names[i], &wait))
			memcpy(array_add(&names->names, &names->count, &names->room), all.names[i],
			       sizeof(all.names[i]));
	return r;
}

int guard_end(struct kernel *kernel, const struct attr_context *context, const char *name,
	      bool keep, struct error *error)
{
	struct guard_wait wait;
	struct pollfd gone = { .events = POLLIN };
	CLEANUP(fd_close) int fd = -1;
	CLEANUP(text_clear) struct text outcome = { 0 };

	if (!guard_look(name, &wait))
		return error_usage(error, "nothing waits to be confirmed");
	if (!wait.pid)
		return guard_replace(kernel, context, name, keep, error);
	if (wait.pid > 0)
		fd = (int)syscall(SYS_pidfd_open, wait.pid, 0);
	/* It is still who has the lock, so that the pid was not another's. */
	if (fd < 0 || lab_claim_holder(name, GUARD_SUFFIX) != wait.pid)
		return error_set(error, ESRCH, "the guard of the change cannot be reached");
	if (syscall(SYS_pidfd_send_signal, fd, keep ? SIGUSR1 : SIGUSR2, NULL, 0) < 0)
		return error_set(error, errno, "the guard of the change cannot be reached");
	gone.fd = fd;
	if (poll(&gone, 1, END_MS) != 1)
		return error_set(error, ETIMEDOUT, "the guard of the change does not end");
	/* One that ends by itself takes its file away; what another says of itself is not its word. */
	if (guard_look(name, &wait) && !wait.pid)
		return guard_replace(kernel, context, name, keep, error);
	if (keep)
		return 0;
	guard_outcome(name, &outcome);
	if (strstr(text_string(&outcome), GUARD_TAKEN_BACK))
		return 0;
	error_set(error, 0, "%s", text_string(&outcome));
	error->exit = EXIT_UNDO_FAILED;
	return -error->errnum;
}
