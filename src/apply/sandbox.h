/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sandboxes: network, mount, PID and UTS namespaces of their own, and a user
 * namespace with the caller as its root unless he is root already. Nothing that
 * is made inside is seen outside: /run/netns and the state of ovl are its own,
 * lo is up. The file system else stays the machine's: it keeps mistakes in, not
 * somebody who wants out.
 *
 * One without a name lives as long as its command. One with a name is kept by a
 * process of its own, its pid 1, until it is ended. Sources: namespaces(7),
 * user_namespaces(7), pid_namespaces(7), mount_namespaces(7).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct error;

/*
 * Whether a sandbox may be called so (as a netns); else exit 1. What makes,
 * enters or ends one does not look: the name of a file that cannot exist is not found.
 */
int sandbox_check_name(const char *name, struct error *error);

/*
 * Runs the command in a new sandbox, which ends with it: whatever lives inside is
 * killed then, and also when the caller is. Signals that are sent to the caller
 * meanwhile go to the command. Returns 0 with the command's status (128 + signal).
 *
 * On failure *status is 0 when there is no sandbox (exit 2; where namespaces are
 * forbidden the text names the setting and the remedy); 125 to 127 as of
 * netns_exec() when it is the command that cannot be run.
 */
int sandbox_run(char **argv, int *status, struct error *error);

typedef int sandbox_function(void *cookie);

/*
 * The same with a function of this program in the place of the command: it runs in
 * a copy of the process that has no descriptors but 0, 1 and 2, and returns the
 * status. The pid 1 that it sees is a copy, too.
 */
int sandbox_call(sandbox_function *function, void *cookie, int *status, struct error *error);

/*
 * Makes one that stays. What is left of one whose keeper died is replaced.
 * -EEXIST, exit 2: there is one. -EBUSY, exit 6: see sandbox_list().
 */
int sandbox_make(const char *name, struct error *error);

/*
 * Runs the command in one that stays; statuses and signals as above, 125 when there
 * is no such sandbox (-ENOENT) or it cannot be entered. The command goes on when
 * the caller is killed.
 */
int sandbox_enter(const char *name, char **argv, int *status, struct error *error);

/*
 * Kills what lives inside, waits until all of it is gone, forgets the name; also
 * that of one whose keeper died. -ENOENT, exit 1: there is none. ETIMEDOUT,
 * exit 2: something inside does not end within 10 s.
 */
int sandbox_end(const char *name, struct error *error);

/* One that stays. */
struct sandbox {
	char *name;
	bool stale;       /* its keeper died, and with it all that lived inside */
	pid_t pid;        /* of the keeper; 0: not to be seen from here */
	int64_t since;    /* s since 1970 */
	bool counted;     /* whether the next is known */
	size_t processes; /* that live inside, without the keeper */
};

struct sandboxes {
	struct sandbox *items;
	size_t count, room;
};

void sandboxes_clear(struct sandboxes *sandboxes);

/*
 * The caller's own, sorted by name. EBUSY, exit 6: another ovl has kept their
 * directory locked for 5 s.
 */
int sandbox_list(struct sandboxes *sandboxes, struct error *error);
