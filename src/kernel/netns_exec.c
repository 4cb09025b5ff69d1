/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands inside a network namespace, in surroundings that fit it (ip-netns(8)). */
#include "kernel/netns.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "kernel/process.h"

/* Told and gone on from, as `ip netns exec` does. */
static void note(const char *name, const char *what, const char *file, int errnum)
{
	CLEANUP(text_clear) struct text text = { 0 };

	text_puts(&text, "ovl: netns '");
	text_escaped(&text, name, strlen(name));
	text_printf(&text, "': %s", what);
	text_escaped(&text, file, strlen(file));
	text_printf(&text, ": %s\n", strerror(errnum));
	fputs(text_string(&text), stderr);
}

/*
 * A sysfs shows the network namespace it was mounted in. It goes on top of the
 * old one: in a user namespace a new one is granted only where an old one is
 * seen, and not writable where that is not (mount_namespaces(7)).
 */
static void mount_sys(const char *name, bool verbose)
{
	const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	/* EBUSY: the very same one is there already. */
	if (!mount("sysfs", "/sys", "sysfs", flags, NULL) || errno == EBUSY)
		return;
	if (!mount("sysfs", "/sys", "sysfs", flags | MS_RDONLY, NULL) || errno == EBUSY)
		return;
	if (verbose)
		note(name, "cannot mount a new ", "/sys", errno);
}

static void mount_etc(const char *name)
{
	char source[PATH_MAX], target[PATH_MAX];
	struct dirent *entry;
	DIR *directory;

	/* pid:N has no files; a name with a slash is none. */
	if (!strncmp(name, "pid:", 4) || !*name || *name == '.' || strchr(name, '/'))
		return;
	snprintf(source, sizeof(source), "/etc/netns/%s", name);
	directory = opendir(source);
	if (!directory) {
		if (errno != ENOENT && errno != ENOTDIR)
			note(name, "cannot read ", source, errno);
		return;
	}
	while ((entry = readdir(directory))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(source, sizeof(source), "/etc/netns/%.*s/%.*s", NAME_MAX, name, NAME_MAX,
			 entry->d_name);
		snprintf(target, sizeof(target), "/etc/%.*s", NAME_MAX, entry->d_name);
		if (mount(source, target, "none", MS_BIND, NULL) < 0)
			note(name, "cannot put its own file in the place of ", target, errno);
	}
	closedir(directory);
}

static int go_inside(int fd, const char *name, bool verbose, struct error *error)
{
	int r;

	if (!process_can(CAP_SYS_ADMIN)) {
		error_set(error, EPERM, "netns '%s': cannot run a command in it", name);
		return error_hint(error,
				  " (needs CAP_SYS_ADMIN: run as root, or in a user namespace)");
	}
	r = netns_enter(fd, error);
	if (r < 0)
		return error_wrap(error, "netns '%s'", name);
	if (unshare(CLONE_NEWNS) < 0)
		return error_set(error, errno, "netns '%s': cannot make a mount namespace", name);
	/* What is mounted from here on stays inside; what others mount still comes in. */
	if (mount("", "/", "none", MS_SLAVE | MS_REC, NULL) < 0)
		return error_set(error, errno, "netns '%s': cannot keep mounts inside", name);
	mount_sys(name, verbose);
	mount_etc(name);
	return 0;
}

static int become(int fd, const char *name, char **argv, bool verbose, unsigned int first_closed,
		  int *status, struct error *error)
{
	int r;

	*status = EXEC_FAILED;
	r = go_inside(fd, name, verbose, error);
	if (r < 0)
		return r;
	r = process_exec(argv, first_closed, status, error);
	return r < 0 ? error_wrap(error, "netns '%s'", name) : r;
}

int netns_exec(int fd, const char *name, char **argv, bool verbose, int *status,
	       struct error *error)
{
	return become(fd, name, argv, verbose, STDERR_FILENO + 1, status, error);
}

/* What a child that failed tells its parent; it fits into one atomic write (pipe(7)). */
struct report {
	int status;
	struct error error;
};
_Static_assert(sizeof(struct report) <= PIPE_BUF, "a report is written at once");

enum { REPORT_FD = STDERR_FILENO + 1 };

static _Noreturn void child_run(int fd, const char *name, char **argv, bool verbose, int pipe_end)
{
	struct report report = { .status = EXEC_FAILED };
	int inside = fcntl(fd, F_DUPFD_CLOEXEC, REPORT_FD + 1);

	/* The pipe takes the lowest number, so that all above it can be closed. */
	if (inside < 0 || (pipe_end != REPORT_FD && dup3(pipe_end, REPORT_FD, O_CLOEXEC) < 0)) {
		error_set(&report.error, errno, "netns '%s': cannot copy a descriptor", name);
	} else {
		pipe_end = REPORT_FD;
		become(inside, name, argv, verbose, REPORT_FD + 1, &report.status, &report.error);
	}
	if (write(pipe_end, &report, sizeof(report)) < 0)
		error_print(&report.error, stderr);
	_exit(report.status);
}

/* 0: the pipe closed when the command began; else the child's report. */
static bool report_read(int pipe_end, struct report *report)
{
	ssize_t n;

	do
		n = read(pipe_end, report, sizeof(*report));
	while (n < 0 && errno == EINTR);
	return n == sizeof(*report);
}

static int child_wait(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return EXEC_FAILED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int netns_run(int fd, const char *name, char **argv, bool verbose, int *status, struct error *error)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction interrupt, quit;
	CLEANUP(fd_close) int reading = -1;
	struct report report;
	bool failed;
	int ends[2];
	pid_t child;

	*status = EXEC_FAILED;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(error, errno, "netns '%s': cannot make a pipe", name);
	reading = ends[0];
	child = fork();
	if (!child)
		child_run(fd, name, argv, verbose, ends[1]);
	close(ends[1]);
	if (child < 0)
		return error_set(error, errno, "netns '%s': cannot start a process", name);
	/* As system(3): the terminal's signals are for the command. */
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	failed = report_read(reading, &report);
	*status = child_wait(child);
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	if (!failed)
		return 0;
	*error = report.error;
	return -error->errnum;
}
