/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of sandboxes that stay: given, looked up, taken away. */
#include "apply/sandbox.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apply/sandbox_process.h"
#include "apply/sandbox_store.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/words.h"
#include "kernel/netns.h"

enum { END_MS = 10 * 1000 };

int sandbox_check_name(const char *name, struct error *error)
{
	if (!netns_check_name(name, error))
		return 0;
	return error_usage(
		error,
		"sandbox '%s': a name has letters, digits, '_', '.' and '-', begins with "
		"none of the last two, and has at most 64 characters",
		name);
}

static int refuse_name(const struct state_directory *store, const char *name,
		       enum sandbox_state state, struct error *error)
{
	if (state == SANDBOX_LIVE)
		error_set(error, 0,
			  "sandbox '%s': exists already ('sandbox enter %s' goes into it)", name,
			  name);
	else
		error_set(error, 0, "sandbox '%s': '%s/%s' is no sandbox's file", name, store->path,
			  name);
	error->errnum = EEXIST;
	return -EEXIST;
}

static int make(const struct state_directory *store, const char *name, struct error *error)
{
	CLEANUP(fd_close) int file = -1;
	struct sandbox_file old = sandbox_store_look(store, name);
	struct error ignored = { 0 };
	int r = 0;

	if (old.state == SANDBOX_LIVE || old.state == SANDBOX_STRANGE)
		return refuse_name(store, name, old.state, error);
	if (old.state == SANDBOX_STALE)
		r = sandbox_store_remove(store, name, error);
	if (!r)
		r = sandbox_store_add(store, name, &file, error);
	if (r < 0)
		return r;
	r = sandbox_process_keep(name, file, error);
	/* Killed, it reports nothing. */
	if (!r && sandbox_store_look(store, name).state != SANDBOX_LIVE)
		r = error_set(error, 0, "sandbox '%s': its keeper did not come up", name);
	if (r < 0)
		sandbox_store_remove(store, name, &ignored);
	return r;
}

int sandbox_make(const char *name, struct error *error)
{
	CLEANUP(state_close) struct state_directory store = { .fd = -1 };
	int r = sandbox_check_name(name, error);

	if (!r)
		r = sandbox_store_open(&store, true, error);
	return r < 0 ? r : make(&store, name, error);
}

struct search {
	const char *word;
	size_t distance;
	char nearest[NAME_MAX + 1];
};

static int compare(void *cookie, const char *name)
{
	struct search *search = cookie;
	const char *best = NULL;

	words_nearer(search->word, name, &best, &search->distance);
	if (best)
		snprintf(search->nearest, sizeof(search->nearest), "%s", best);
	return 0;
}

static int unknown(const struct state_directory *store, const char *name, struct error *error)
{
	struct search search = { .word = name, .distance = SIZE_MAX };
	struct error ignored = { 0 };

	state_each(store, compare, &search, &ignored);
	error_usage(error, "there is no sandbox '%s'", name);
	if (*search.nearest)
		words_suggest(error, name, search.nearest, search.distance);
	error->errnum = ENOENT;
	return -ENOENT;
}

/*
 * A descriptor of the keeper: it had the lock before and after the pid was
 * opened, so the pid was its own. -1 when it died meanwhile.
 */
static int open_keeper(const struct state_directory *store, const char *name, pid_t pid, int *fd,
		       struct error *error)
{
	CLEANUP(fd_close) int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	int errnum = errno;
	struct sandbox_file again;

	*fd = -1;
	if (!pid)
		return error_set(error, 0, "sandbox '%s': belongs to another PID namespace", name);
	again = sandbox_store_look(store, name);
	if (again.state != SANDBOX_LIVE || again.pid != pid || (pidfd < 0 && errnum == ESRCH))
		return 0;
	if (pidfd < 0)
		return error_set(error, errnum, "sandbox '%s': cannot reach its keeper", name);
	*fd = take_fd(&pidfd);
	return 0;
}

/* The keeper of a sandbox that is there. With `stale_ok` *fd is -1 for one whose keeper died. */
static int find(const struct state_directory *store, const char *name, bool stale_ok, int *fd,
		pid_t *pid, struct error *error)
{
	struct sandbox_file file = sandbox_store_look(store, name);
	int r = 0;

	*fd = -1;
	*pid = file.pid;
	if (file.state == SANDBOX_ABSENT)
		return unknown(store, name, error);
	if (file.state == SANDBOX_STRANGE)
		return error_usage(error, "sandbox '%s': '%s/%s' is no sandbox's file", name,
				   store->path, name);
	if (file.state == SANDBOX_LIVE)
		r = open_keeper(store, name, file.pid, fd, error);
	if (r < 0 || *fd >= 0 || stale_ok)
		return r;
	error_set(error, 0, "sandbox '%s': it ended: its keeper was killed", name);
	return error_hint(error, " ('sandbox --name %s' makes a new one)", name);
}

int sandbox_enter(const char *name, char **argv, int *status, struct error *error)
{
	CLEANUP(state_close) struct state_directory store = { .fd = -1 };
	CLEANUP(fd_close) int keeper = -1;
	pid_t pid;
	int r;

	*status = EXEC_FAILED;
	r = sandbox_store_open(&store, false, error);
	if (!r)
		r = find(&store, name, false, &keeper, &pid, error);
	state_close(&store);
	if (r < 0)
		return r;
	return sandbox_process_enter(name, keeper, pid, argv, status, error);
}

static int kill_and_wait(int keeper, const char *name, pid_t pid, struct error *error)
{
	struct pollfd poller = { .fd = keeper, .events = POLLIN };
	int ready;

	if (syscall(SYS_pidfd_send_signal, keeper, SIGKILL, NULL, 0) < 0 && errno != ESRCH)
		return error_set(error, errno, "sandbox '%s': cannot end its keeper (pid %d)", name,
				 pid);
	do
		ready = poll(&poller, 1, END_MS);
	while (ready < 0 && errno == EINTR);
	if (ready <= 0)
		return error_set(error, ETIMEDOUT, "sandbox '%s': something in it does not end",
				 name);
	/* The keeper may be a child of this very process; then it leaves a zombie. */
	waitpid(pid, NULL, WNOHANG);
	return 0;
}

int sandbox_end(const char *name, struct error *error)
{
	CLEANUP(state_close) struct state_directory store = { .fd = -1 };
	CLEANUP(fd_close) int keeper = -1;
	pid_t pid;
	int r = sandbox_store_open(&store, false, error);

	if (!r)
		r = find(&store, name, true, &keeper, &pid, error);
	if (!r && keeper >= 0)
		r = kill_and_wait(keeper, name, pid, error);
	return r < 0 ? r : sandbox_store_remove(&store, name, error);
}
