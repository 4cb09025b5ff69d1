/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Processes: which live in a namespace, what they are called, and becoming one. See proc(5). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct error;

enum { PROCESS_NAME = 64 }; /* 15 characters, of kernel threads more */

struct process {
	pid_t pid;
	dev_t netns_device; /* of the namespace it is in */
	ino_t netns_inode;
};

struct processes {
	struct process *items;
	size_t count, room;
	size_t hidden; /* how many did not let themselves be looked at */
};

void processes_clear(struct processes *processes);

/* All that live in the network namespace (-1: in any), sorted by pid. */
int processes_read(struct processes *processes, int netns_fd, struct error *error);

/* What the process is called ("nginx", not escaped); "" when it is gone. */
void process_name(pid_t pid, char name[PROCESS_NAME]);

/*
 * Whether this thread is in the same namespace as pid 1, the machine's own: "net",
 * "mnt", "user". 1: it is, 0: it is not, -1: that may not be looked at.
 */
int process_is_with_init(const char *type);

/* Whether this process has the capability (CAP_SYS_ADMIN …) in its user namespace. */
bool process_can(unsigned int capability);

/*
 * Becomes the command (looked up in PATH, no shell), with default signals and
 * no descriptor from `first_closed` on. Returns only when it fails; *status is
 * 126 or 127 as in a shell, 125 when it did not come to that.
 */
int process_exec(char **argv, unsigned int first_closed, int *status, struct error *error);
