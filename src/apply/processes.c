/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/processes.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "kernel/kernel.h"
#include "kernel/process.h"
#include "model/netns.h"
#include "plan/compare.h"

enum { ASK_MS = 2000, KILL_MS = 5000, NAMES_MOST = 10 };

/* A namespace that is to go. */
struct leaving {
	dev_t device;
	ino_t inode;
	uint32_t netns;
};

struct leavings {
	struct leaving *items;
	size_t count, room;
};

static void leavings_clear(struct leavings *leavings)
{
	free(leavings->items);
}

static int by_inode(const void *a, const void *b)
{
	const struct leaving *left = a, *right = b;

	return (left->inode > right->inode) - (left->inode < right->inode);
}

static int find_leaving(struct kernel *kernel, const struct comparison *comparison,
			struct leavings *leavings, struct error *error)
{
	for (size_t i = 0; i < comparison->plan.count; i++) {
		const struct step *step = &comparison->plan.steps[i];
		const struct netns *netns = step->object;
		struct stat stat;
		int fd, r;

		if (step->type != OBJECT_NETNS || step->change != CHANGE_DELETE)
			continue;
		r = kernel_netns_fd(kernel, netns->name.id, &fd, error);
		if (r < 0)
			return r;
		if (fstat(fd, &stat) < 0)
			return error_set(error, errno, "netns '%s'",
					 names_text(kernel->names, netns->name.id));
		*array_add(&leavings->items, &leavings->count, &leavings->room) =
			(struct leaving){ stat.st_dev, stat.st_ino, netns->name.id };
	}
	if (leavings->count)
		qsort(leavings->items, leavings->count, sizeof(*leavings->items), by_inode);
	return 0;
}

static const struct leaving *lives_in(const struct leavings *leavings,
				      const struct process *process)
{
	const struct leaving key = { .inode = process->netns_inode };
	const struct leaving *found =
		bsearch(&key, leavings->items, leavings->count, sizeof(key), by_inode);

	return found && found->device == process->netns_device ? found : NULL;
}

/* Its pidfd, when the process still lives there: a pid may be another's by now. */
static int open_process(const struct process *process)
{
	CLEANUP(fd_close) int fd = (int)syscall(SYS_pidfd_open, process->pid, 0);
	char path[64];
	struct stat stat_now;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", process->pid);
	if (fd < 0 || stat(path, &stat_now) < 0 || stat_now.st_ino != process->netns_inode ||
	    stat_now.st_dev != process->netns_device)
		return -1;
	return take_fd(&fd);
}

static bool ends(int pidfd, int signal, int timeout_ms)
{
	struct pollfd poll_fd = { .fd = pidfd, .events = POLLIN };

	if (syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 && errno != ESRCH)
		return false;
	return poll(&poll_fd, 1, timeout_ms) == 1;
}

static int end_process(const struct process *process, struct error *error)
{
	CLEANUP(fd_close) int pidfd = open_process(process);
	char name[PROCESS_NAME];

	if (pidfd < 0 || ends(pidfd, SIGTERM, ASK_MS) || ends(pidfd, SIGKILL, KILL_MS))
		return 0;
	process_name(process->pid, name);
	return error_set(error, 0, "process %d (%s) does not end", process->pid, name);
}

static void tell(struct kernel *kernel, const struct process *process,
		 const struct leaving *leaving, struct text *text)
{
	char name[PROCESS_NAME];

	process_name(process->pid, name);
	text_printf(text, "%s%d (", text->length ? ", " : "", process->pid);
	text_escaped(text, name, strlen(name));
	text_printf(text, ") in '%s'", names_text(kernel->names, leaving->netns));
}

int processes_check(struct kernel *kernel, const struct comparison *comparison, bool kill,
		    bool leave, struct error *error)
{
	CLEANUP(leavings_clear) struct leavings leavings = { 0 };
	CLEANUP(processes_clear) struct processes processes = { 0 };
	CLEANUP(text_clear) struct text text = { 0 };
	size_t count = 0;
	int r;

	if (leave && !kill)
		return 0;
	r = find_leaving(kernel, comparison, &leavings, error);
	if (r < 0 || !leavings.count)
		return r;
	r = processes_read(&processes, -1, error);
	for (size_t i = 0; !r && i < processes.count; i++) {
		const struct leaving *leaving = lives_in(&leavings, &processes.items[i]);

		if (!leaving)
			continue;
		if (kill)
			r = end_process(&processes.items[i], error);
		else if (++count <= NAMES_MOST)
			tell(kernel, &processes.items[i], leaving, &text);
	}
	if (r < 0 || !count)
		return r;
	if (count > NAMES_MOST)
		text_printf(&text, " and %zu more", count - NAMES_MOST);
	return error_set(error, 0,
			 "nothing was changed: processes live in namespaces that are to go: %s "
			 "(end them; --force leaves them theirs without a name, --kill of destroy "
			 "ends them)",
			 text_string(&text));
}
