/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/process.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "kernel/netns.h"

void processes_clear(struct processes *processes)
{
	free(processes->items);
	*processes = (struct processes){ 0 };
}

static int by_pid(const void *a, const void *b)
{
	const struct process *left = a, *right = b;

	return (left->pid > right->pid) - (left->pid < right->pid);
}

static void directory_close(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

int processes_read(struct processes *processes, int netns_fd, struct error *error)
{
	CLEANUP(directory_close) DIR *directory = opendir("/proc");
	struct stat wanted = { 0 };
	struct dirent *entry;

	if (!directory)
		return error_set(error, errno, "cannot read /proc");
	if (netns_fd >= 0 && fstat(netns_fd, &wanted) < 0)
		return error_set(error, errno, "cannot look at a network namespace");
	processes_clear(processes);
	while ((entry = readdir(directory))) {
		char path[32];
		struct stat netns;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "%.10s/ns/net", entry->d_name);
		if (fstatat(dirfd(directory), path, &netns, 0) < 0) {
			/* Else it ended meanwhile, or is a zombie. */
			if (errno == EACCES || errno == EPERM)
				processes->hidden++;
			continue;
		}
		if (netns_fd >= 0 &&
		    (netns.st_dev != wanted.st_dev || netns.st_ino != wanted.st_ino))
			continue;
		*array_add(&processes->items, &processes->count, &processes->room) =
			(struct process){ (pid_t)strtol(entry->d_name, NULL, 10), netns.st_dev,
					  netns.st_ino };
	}
	if (processes->count)
		qsort(processes->items, processes->count, sizeof(*processes->items), by_pid);
	return 0;
}

void process_name(pid_t pid, char name[PROCESS_NAME])
{
	CLEANUP(fd_close) int fd = -1;
	char path[32];
	ssize_t n = 0;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		n = read(fd, name, PROCESS_NAME - 1);
	name[n > 0 ? n : 0] = '\0';
	name[strcspn(name, "\n")] = '\0';
}

bool process_can(unsigned int capability)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	/* The C library has no wrapper. Where it is not answered, the kernel will say later. */
	if (syscall(SYS_capget, &header, data) < 0)
		return true;
	return data[capability / 32].effective & (1U << capability % 32);
}

/*
 * execvp(3) says EACCES when a folder of PATH may not be searched, though the
 * command is in none of them; a shell calls that not found.
 */
static bool is_found(const char *command)
{
	const char *path = getenv("PATH");
	char file[PATH_MAX];

	if (strchr(command, '/') || !path)
		return true;
	while (*path) {
		int length = (int)strcspn(path, ":");

		snprintf(file, sizeof(file), "%.*s/%s", length, path, command);
		if (!access(file, F_OK))
			return true;
		path += length;
		path += *path == ':';
	}
	return false;
}

int process_exec(char **argv, unsigned int first_closed, int *status, struct error *error)
{
	sigset_t none;
	int errnum;

	*status = EXEC_FAILED;
	if (close_range(first_closed, UINT_MAX, 0) < 0)
		return error_set(error, errno, "cannot close descriptors");
	/* Handlers fall by themselves; what is ignored or blocked would stay so. */
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argv[0], argv);
	errnum = errno;
	if (errnum == EACCES && !is_found(argv[0]))
		errnum = ENOENT;
	*status = errnum == ENOENT ? EXEC_NOT_FOUND : EXEC_CANNOT_RUN;
	return error_set(error, errnum, "cannot run '%s'", argv[0]);
}

int process_is_with_init(const char *type)
{
	char own[64], first[64];
	struct stat ours, theirs;

	snprintf(own, sizeof(own), "/proc/thread-self/ns/%s", type);
	snprintf(first, sizeof(first), "/proc/1/ns/%s", type);
	if (stat(own, &ours) < 0 || stat(first, &theirs) < 0)
		return -1;
	return ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev;
}
