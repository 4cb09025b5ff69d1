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
#include "kernel/netns_file.h"
#include "kernel/own_mounts.h"
#include "kernel/process.h"

/* "netns 'a'", "host 'a'" in front of what went wrong. */
static int wrap(const struct netns_command *command, struct error *error)
{
	return error_wrap(error, "%s '%s'", command->is_host ? "host" : "netns", command->name);
}

/* Told and gone on from, as `ip netns exec` does. */
static void note(const struct netns_command *command, const char *what, const char *file,
		 int errnum)
{
	CLEANUP(text_clear) struct text text = { 0 };

	text_printf(&text, "ovl: %s '", command->is_host ? "host" : "netns");
	text_escaped(&text, command->name, strlen(command->name));
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
static void mount_sys(const struct netns_command *command)
{
	const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	/* EBUSY: the very same one is there already. */
	if (!mount("sysfs", "/sys", "sysfs", flags, NULL) || errno == EBUSY)
		return;
	if (!mount("sysfs", "/sys", "sysfs", flags | MS_RDONLY, NULL) || errno == EBUSY)
		return;
	if (command->verbose)
		note(command, "cannot mount a new ", "/sys", errno);
}

static void mount_etc(const struct netns_command *command)
{
	const char *name = command->name;
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
			note(command, "cannot read ", source, errno);
		return;
	}
	while ((entry = readdir(directory))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(source, sizeof(source), "/etc/netns/%.*s/%.*s", NAME_MAX, name, NAME_MAX,
			 entry->d_name);
		snprintf(target, sizeof(target), "/etc/%.*s", NAME_MAX, entry->d_name);
		if (mount(source, target, "none", MS_BIND, NULL) < 0)
			note(command, "cannot put its own file in the place of ", target, errno);
	}
	closedir(directory);
}

/* Gives a namespace its name on the host; one that is gone meanwhile is left out. */
static int name_again(int old, const char *file, int fresh, const char *name, struct error *error)
{
	CLEANUP(fd_close) int target = -1;
	CLEANUP(fd_close) int fd = -1;
	char source[32], path[48 + NAME_MAX];
	enum netns_state state;
	struct stat stat;

	if (netns_file_look(old, file, &fd, &stat, &state) < 0 || state != NETNS_LIVE)
		return 0;
	snprintf(source, sizeof(source), "/proc/self/fd/%d", fd);
	snprintf(path, sizeof(path), "/proc/self/fd/%d/%.*s", fresh, NAME_MAX, name);
	target = openat(fresh, name, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (target < 0 || mount(source, path, "none", MS_BIND, NULL) < 0)
		return error_set(error, errno, "cannot bind the namespace '%s'", file);
	return 0;
}

/*
 * What is another host's, or the machine's, has no name in here. Its own are found
 * through a descriptor of the directory that the new one covers.
 */
static int mount_host(const char *host, struct error *error)
{
	CLEANUP(netns_files_clear) struct netns_files files = { 0 };
	CLEANUP(fd_close) int old = -1;
	CLEANUP(fd_close) int fresh = -1;
	size_t length = strlen(host);
	int r = netns_list(&files, error);

	if (!r)
		r = netns_directory(&old, error);
	if (!r)
		r = mount_own_places(error);
	if (!r)
		r = netns_directory(&fresh, error);
	for (size_t i = 0; !r && i < files.count; i++) {
		const char *file = files.items[i].name;

		if (!strncmp(file, host, length) && file[length] == '.' && file[length + 1])
			r = name_again(old, file, fresh, file + length + 1, error);
	}
	return r;
}

static int go_inside(int fd, const struct netns_command *command, struct error *error)
{
	int r;

	if (!process_can(CAP_SYS_ADMIN)) {
		error_set(error, EPERM, "cannot run a command in it");
		return error_hint(error,
				  " (needs CAP_SYS_ADMIN: run as root, or in a user namespace)");
	}
	r = netns_enter(fd, error);
	if (r < 0)
		return r;
	if (unshare(CLONE_NEWNS) < 0)
		return error_set(error, errno, "cannot make a mount namespace");
	/* What is mounted from here on stays inside; what others mount still comes in. */
	if (mount("", "/", "none", MS_SLAVE | MS_REC, NULL) < 0)
		return error_set(error, errno, "cannot keep mounts inside");
	mount_sys(command);
	mount_etc(command);
	return command->is_host ? mount_host(command->name, error) : 0;
}

static int become(int fd, const struct netns_command *command, unsigned int first_closed,
		  int *status, struct error *error)
{
	int r;

	*status = EXEC_FAILED;
	r = go_inside(fd, command, error);
	if (!r)
		r = process_exec(command->argv, first_closed, status, error);
	return r < 0 ? wrap(command, error) : r;
}

int netns_exec(int fd, const struct netns_command *command, int *status, struct error *error)
{
	return become(fd, command, STDERR_FILENO + 1, status, error);
}

/* What a child that failed tells its parent; it fits into one atomic write (pipe(7)). */
struct report {
	int status;
	struct error error;
};
_Static_assert(sizeof(struct report) <= PIPE_BUF, "a report is written at once");

enum { REPORT_FD = STDERR_FILENO + 1 };

static _Noreturn void child_run(int fd, const struct netns_command *command, int pipe_end)
{
	struct report report = { .status = EXEC_FAILED };
	int inside = fcntl(fd, F_DUPFD_CLOEXEC, REPORT_FD + 1);

	/* The pipe takes the lowest number, so that all above it can be closed. */
	if (inside < 0 || (pipe_end != REPORT_FD && dup3(pipe_end, REPORT_FD, O_CLOEXEC) < 0)) {
		error_set(&report.error, errno, "cannot copy a descriptor");
		wrap(command, &report.error);
	} else {
		pipe_end = REPORT_FD;
		become(inside, command, REPORT_FD + 1, &report.status, &report.error);
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

int netns_run(int fd, const struct netns_command *command, int *status, struct error *error)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction interrupt, quit;
	CLEANUP(fd_close) int reading = -1;
	struct report report;
	bool failed;
	int ends[2];
	pid_t child;

	*status = EXEC_FAILED;
	if (pipe2(ends, O_CLOEXEC) < 0) {
		error_set(error, errno, "cannot make a pipe");
		return wrap(command, error);
	}
	reading = ends[0];
	child = fork();
	if (!child)
		child_run(fd, command, ends[1]);
	close(ends[1]);
	if (child < 0) {
		error_set(error, errno, "cannot start a process");
		return wrap(command, error);
	}
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
