/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Network namespaces that have no name: containers, sandboxes, what `unshare -n` made. */
#include "kernel/netns.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "kernel/process.h"

void netns_unnamed_clear(struct netns_unnamed *unnamed)
{
	free(unnamed->pids);
	*unnamed = (struct netns_unnamed){ 0 };
}

static int by_netns(const void *a, const void *b)
{
	const struct process *left = a, *right = b;

	if (left->netns_device != right->netns_device)
		return left->netns_device < right->netns_device ? -1 : 1;
	if (left->netns_inode != right->netns_inode)
		return left->netns_inode < right->netns_inode ? -1 : 1;
	return (left->pid > right->pid) - (left->pid < right->pid);
}

static bool is_same(const struct process *a, const struct process *b)
{
	return a->netns_device == b->netns_device && a->netns_inode == b->netns_inode;
}

static int by_pid(const void *a, const void *b)
{
	const pid_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void add_process(struct processes *processes, dev_t device, ino_t inode)
{
	*array_add(&processes->items, &processes->count, &processes->room) =
		(struct process){ .netns_device = device, .netns_inode = inode };
}

/* What has a name, and the own one, stands among the processes as pid 0: in front of its own. */
static int add_known(struct processes *processes, const struct netns_files *named,
		     struct error *error)
{
	CLEANUP(fd_close) int own = -1;
	struct stat stat;
	int r = netns_open("", &own, error);

	if (!r && fstat(own, &stat) < 0)
		r = error_set(error, errno, "cannot look at the network namespace");
	if (r < 0)
		return r;
	add_process(processes, stat.st_dev, stat.st_ino);
	for (size_t i = 0; i < named->count; i++)
		if (named->items[i].state == NETNS_LIVE)
			add_process(processes, named->items[i].device, named->items[i].inode);
	return 0;
}

int netns_unnamed_read(struct netns_unnamed *unnamed, const struct netns_files *named,
		       struct error *error)
{
	CLEANUP(processes_clear) struct processes processes = { 0 };
	int r = processes_read(&processes, -1, error);

	if (!r)
		r = add_known(&processes, named, error);
	if (r < 0)
		return r;
	netns_unnamed_clear(unnamed);
	unnamed->hidden = processes.hidden;
	qsort(processes.items, processes.count, sizeof(*processes.items), by_netns);
	for (size_t i = 0; i < processes.count; i++)
		if (processes.items[i].pid &&
		    (!i || !is_same(&processes.items[i], &processes.items[i - 1])))
			*array_add(&unnamed->pids, &unnamed->count, &unnamed->room) =
				processes.items[i].pid;
	if (unnamed->count)
		qsort(unnamed->pids, unnamed->count, sizeof(*unnamed->pids), by_pid);
	return 0;
}
