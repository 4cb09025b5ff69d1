/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The processes of a sandbox. Its pid 1 is a copy of ovl: it runs the command and
 * ends with it, or it is the keeper of a sandbox that stays and runs nothing.
 */
#include "apply/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apply/sandbox_forbidden.h"
#include "apply/sandbox_inside.h"
#include "apply/sandbox_store.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/words.h"
#include "kernel/netns.h"
#include "kernel/process.h"

enum {
	/*
	 * No IPC namespace: windows of this display would not show what is in
	 * memory shared with the X server. UTS: a host name set inside stays there.
	 */
	NAMESPACES = CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS,
	PIPE_FD = STDERR_FILENO + 1, /* of a child, to its parent: why it failed */
	FILE_FD,                     /* of a keeper: the file it has locked */
	END_MS = 10 * 1000,
};

/* What a child that failed tells its parent; it fits into one atomic write (pipe(7)). */
struct report {
	int status;
	struct error error;
};
_Static_assert(sizeof(struct report) <= PIPE_BUF, "a report is written at once");

struct start {
	const char *name; /* NULL: it has none */
	char **argv;      /* NULL: a keeper */
	char *folder;     /* to begin in, as it is called outside; NULL: it has no name */
	int file;         /* of a keeper, else -1 */
	uid_t uid;
	gid_t gid;
	bool maps_ids;
};

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

static int wrap(const char *name, struct error *error)
{
	return name ? error_wrap(error, "sandbox '%s'", name) : error_wrap(error, "sandbox");
}

/* Signals that are for the command: they wait from the start, so that none comes too early. */
static sigset_t signals_block(void)
{
	static const int ours[] = { SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2 };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		sigaddset(&set, ours[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* Whoever started ovl may have it ignored; then no child's end is told. */
	signal(SIGCHLD, SIG_DFL);
	return set;
}

/*
 * Waits for the child, hands on what is sent to the caller meanwhile, and takes
 * leave of orphans that ended. What the terminal sends, the whole foreground gets.
 */
static int child_wait(pid_t child, const sigset_t *set)
{
	for (;;) {
		siginfo_t info;
		int number = sigwaitinfo(set, &info), status;
		pid_t ended;

		if (number > 0 && number != SIGCHLD && info.si_code <= 0)
			kill(child, number);
		while (number == SIGCHLD && (ended = waitpid(-1, &status, WNOHANG)) > 0)
			if (ended == child)
				return WIFEXITED(status) ? WEXITSTATUS(status)
							 : 128 + WTERMSIG(status);
	}
}

static _Noreturn void child_fail(int pipe_end, int status, const struct error *error)
{
	struct report report = { status, *error };

	if (write(pipe_end, &report, sizeof(report)) < 0)
		error_print(error, stderr);
	_exit(EXEC_FAILED);
}

/* Nothing comes along but 0, 1, 2, the pipe and a keeper's file. */
static int keep_descriptors(int pipe_end, int file, struct error *error)
{
	int high = fcntl(pipe_end, F_DUPFD_CLOEXEC, FILE_FD + 1);
	int file_high = file < 0 ? -1 : fcntl(file, F_DUPFD_CLOEXEC, FILE_FD + 1);
	unsigned int first = file < 0 ? PIPE_FD + 1 : FILE_FD + 1;

	if (high < 0 || dup3(high, PIPE_FD, O_CLOEXEC) < 0 ||
	    (file >= 0 && dup3(file_high, FILE_FD, O_CLOEXEC) < 0) ||
	    close_range(first, UINT_MAX, 0) < 0)
		return error_set(error, errno, "cannot keep its descriptors");
	return 0;
}

/* Within the sandbox. */
static _Noreturn void command_become(const struct start *start)
{
	struct error error = { 0 };
	int status = EXEC_FAILED;

	/* Also where the folder is below /run, which may have become another. */
	if (!start->folder || chdir(start->folder) < 0)
		if (chdir("/") < 0)
			error_set(&error, errno, "cannot enter '/'");
	setenv("OVL_SANDBOX", start->name ? start->name : "yes", 1);
	if (!error.errnum)
		process_exec(start->argv, PIPE_FD + 1, &status, &error);
	child_fail(PIPE_FD, status, &error);
}

/*
 * Runs the command as a child, and ends as it does: pid 1 is spared signals that
 * it does not wait for, and only a child is in a PID namespace that was entered.
 */
static _Noreturn void command_run(const struct start *start, const sigset_t *set)
{
	struct error error = { 0 };
	pid_t child = fork();

	if (!child)
		command_become(start);
	if (child < 0) {
		error_set(&error, errno, "cannot start a process");
		child_fail(PIPE_FD, EXEC_FAILED, &error);
	}
	close(PIPE_FD);
	/* With pid 1 the kernel kills what is left inside, and waits until it is gone. */
	_exit(child_wait(child, set));
}

static int keeper_detach(struct error *error)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return error_set(error, errno, "cannot open '/dev/null'");
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	close(null);
	setsid();
	return chdir("/") < 0 ? error_set(error, errno, "cannot enter '/'") : 0;
}

/* Orphans that end leave nothing behind where SIGCHLD is ignored: wait(2). */
static _Noreturn void keeper_stay(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	signal(SIGCHLD, SIG_IGN);
	/* From here on it lives without the one who started it. */
	prctl(PR_SET_PDEATHSIG, 0);
	close(PIPE_FD);
	for (;;)
		pause();
}

static bool parent_is_gone(void)
{
	struct pollfd poller = { .fd = PIPE_FD };

	return poll(&poller, 1, 0) > 0;
}

static _Noreturn void init_main(const struct start *start, int pipe_end, const sigset_t *set)
{
	struct error error = { 0 };
	int r;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	r = keep_descriptors(pipe_end, start->file, &error);
	if (parent_is_gone())
		_exit(EXEC_FAILED);
	if (!r && start->file >= 0)
		r = sandbox_store_keep(FILE_FD, &error);
	if (!r)
		r = sandbox_furnish(start->maps_ids, start->uid, start->gid, &error);
	if (!r && !start->argv)
		r = keeper_detach(&error);
	if (r < 0)
		child_fail(PIPE_FD, 0, &error);
	if (!start->argv)
		keeper_stay();
	command_run(start, set);
}

/*
 * fork(2) into new namespaces: the copy is their pid 1 from its first breath.
 * The C library has no such call; its clone() wants a second stack.
 */
static pid_t fork_into(unsigned long namespaces)
{
#if defined(__s390__) || defined(__CRIS__)
	return (pid_t)syscall(SYS_clone, NULL, namespaces | SIGCHLD, NULL, NULL, 0UL);
#else
	return (pid_t)syscall(SYS_clone, namespaces | SIGCHLD, NULL, NULL, NULL, 0UL);
#endif
}

/* True when the child failed; false when the pipe closed: the command began, the keeper stays. */
static bool report_read(int pipe_end, struct report *report)
{
	ssize_t n;

	do
		n = read(pipe_end, report, sizeof(*report));
	while (n < 0 && errno == EINTR);
	return n == sizeof(*report);
}

/* Of a failed child: *status is the report's. */
static int report_take(const struct start *start, const struct report *report, int *status,
		       struct error *error)
{
	*error = report->error;
	*status = report->status;
	/* AppArmor lets a user namespace be made, and denies all rights in it. */
	if (!*status && start->maps_ids && (error->errnum == EPERM || error->errnum == EACCES))
		sandbox_blame(true, error);
	return wrap(start->name, error);
}

/* Makes the namespaces with their pid 1 inside; its pid outside is in *init. */
static int init_start(struct start *start, const sigset_t *set, pid_t *init, int *status,
		      struct error *error)
{
	CLEANUP(fd_close) int reading = -1;
	struct report report;
	int ends[2], errnum;

	/* Root of a container may lack rights, and have them in a user namespace. */
	start->maps_ids = geteuid() || !process_can(CAP_SYS_ADMIN) || !process_can(CAP_NET_ADMIN);
	start->uid = geteuid();
	start->gid = getegid();
	*status = 0;
	if (pipe2(ends, O_CLOEXEC) < 0) {
		error_set(error, errno, "cannot make a pipe");
		return wrap(start->name, error);
	}
	reading = ends[0];
	*init = fork_into(NAMESPACES | (start->maps_ids ? CLONE_NEWUSER : 0));
	errnum = errno;
	if (!*init)
		init_main(start, ends[1], set);
	close(ends[1]);
	if (*init < 0) {
		sandbox_forbidden(start->maps_ids, errnum, error);
		return wrap(start->name, error);
	}
	if (!report_read(reading, &report))
		return 0;
	waitpid(*init, NULL, 0);
	return report_take(start, &report, status, error);
}

static void folder_free(struct start *start)
{
	free(start->folder);
}

int sandbox_run(char **argv, int *status, struct error *error)
{
	CLEANUP(folder_free)
	struct start start = { .argv = argv, .folder = get_current_dir_name(), .file = -1 };
	sigset_t set = signals_block();
	pid_t init;
	int r = init_start(&start, &set, &init, status, error);

	if (!r)
		*status = child_wait(init, &set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	return r;
}

static int refuse_name(const struct sandbox_store *store, const char *name,
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

static int make(const struct sandbox_store *store, const char *name, struct error *error)
{
	CLEANUP(fd_close) int file = -1;
	struct sandbox_file old = sandbox_store_look(store, name);
	struct start start = { .name = name };
	struct error ignored = { 0 };
	int status, r = 0;
	sigset_t set;
	pid_t keeper;

	if (old.state == SANDBOX_LIVE || old.state == SANDBOX_STRANGE)
		return refuse_name(store, name, old.state, error);
	if (old.state == SANDBOX_STALE)
		r = sandbox_store_remove(store, name, error);
	if (!r)
		r = sandbox_store_add(store, name, &file, error);
	if (r < 0)
		return r;
	start.file = file;
	set = signals_block();
	r = init_start(&start, &set, &keeper, &status, error);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	/* Killed, it reports nothing. */
	if (!r && sandbox_store_look(store, name).state != SANDBOX_LIVE)
		r = error_set(error, 0, "sandbox '%s': its keeper did not come up", name);
	if (r < 0)
		sandbox_store_remove(store, name, &ignored);
	return r;
}

int sandbox_make(const char *name, struct error *error)
{
	CLEANUP(sandbox_store_close) struct sandbox_store store = { .directory = -1 };
	int r = sandbox_check_name(name, error);

	if (!r)
		r = sandbox_store_open(&store, true, error);
	return r < 0 ? r : make(&store, name, error);
}

struct search {
	const char *word, *best;
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

static int unknown(const struct sandbox_store *store, const char *name, struct error *error)
{
	struct search search = { .word = name, .distance = SIZE_MAX };
	struct error ignored = { 0 };

	sandbox_store_each(store, compare, &search, &ignored);
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
static int open_keeper(const struct sandbox_store *store, const char *name, pid_t pid, int *fd,
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
static int find(const struct sandbox_store *store, const char *name, bool stale_ok, int *fd,
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

/* The user namespace first, for the rights it gives; the kernel sees to the order. */
static int join(int keeper, pid_t pid, struct error *error)
{
	struct stat theirs, ours;
	int namespaces = NAMESPACES;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	if (stat(path, &theirs) < 0 || stat("/proc/self/ns/user", &ours) < 0)
		return error_set(error, errno, "cannot look at its user namespace");
	/* EINVAL in one's own. */
	if (theirs.st_dev != ours.st_dev || theirs.st_ino != ours.st_ino)
		namespaces |= CLONE_NEWUSER;
	if (setns(keeper, namespaces) < 0)
		return error_set(error, errno, "cannot enter it");
	return 0;
}

static _Noreturn void enter_main(const struct start *start, int keeper, pid_t pid, int pipe_end,
				 const sigset_t *set)
{
	struct error error = { 0 };
	int r = join(keeper, pid, &error);

	if (!r)
		r = keep_descriptors(pipe_end, -1, &error);
	if (r < 0)
		child_fail(pipe_end, EXEC_FAILED, &error);
	command_run(start, set);
}

/* A child goes in, for there is no way back. */
static int enter(const struct start *start, int keeper, pid_t pid, const sigset_t *set, int *status,
		 struct error *error)
{
	CLEANUP(fd_close) int reading = -1;
	struct report report;
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(error, errno, "sandbox '%s': cannot make a pipe", start->name);
	reading = ends[0];
	child = fork();
	if (!child)
		enter_main(start, keeper, pid, ends[1], set);
	close(ends[1]);
	if (child < 0)
		return error_set(error, errno, "sandbox '%s': cannot start a process", start->name);
	if (report_read(reading, &report)) {
		waitpid(child, NULL, 0);
		return report_take(start, &report, status, error);
	}
	*status = child_wait(child, set);
	return 0;
}

int sandbox_enter(const char *name, char **argv, int *status, struct error *error)
{
	CLEANUP(sandbox_store_close) struct sandbox_store store = { .directory = -1 };
	CLEANUP(folder_free) struct start start = { .name = name, .argv = argv };
	CLEANUP(fd_close) int keeper = -1;
	sigset_t set;
	pid_t pid;
	int r;

	*status = EXEC_FAILED;
	r = sandbox_store_open(&store, false, error);
	if (!r)
		r = find(&store, name, false, &keeper, &pid, error);
	sandbox_store_close(&store);
	if (r < 0)
		return r;
	start.folder = get_current_dir_name();
	set = signals_block();
	r = enter(&start, keeper, pid, &set, status, error);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	return r;
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
	CLEANUP(sandbox_store_close) struct sandbox_store store = { .directory = -1 };
	CLEANUP(fd_close) int keeper = -1;
	pid_t pid;
	int r = sandbox_store_open(&store, false, error);

	if (!r)
		r = find(&store, name, true, &keeper, &pid, error);
	if (!r && keeper >= 0)
		r = kill_and_wait(keeper, name, pid, error);
	return r < 0 ? r : sandbox_store_remove(&store, name, error);
}
