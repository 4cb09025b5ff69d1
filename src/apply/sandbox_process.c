/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pid 1 of a sandbox is a copy of ovl: it runs the command and ends with it, or
 * it is the keeper of a sandbox that stays and runs nothing.
 */
#include "apply/sandbox_process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apply/sandbox.h"
#include "apply/sandbox_forbidden.h"
#include "apply/sandbox_inside.h"
#include "apply/sandbox_store.h"
#include "base/cleanup.h"
#include "base/error.h"
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
};

/* What a child that failed tells its parent; it fits into one atomic write (pipe(7)). */
struct report {
	int status;
	struct error error;
};
_Static_assert(sizeof(struct report) <= PIPE_BUF, "a report is written at once");

struct start {
	const char *name;           /* NULL: it has none */
	char **argv;                /* NULL: a keeper, or a function */
	sandbox_function *function; /* in the place of a command */
	void *cookie;
	char *folder; /* to begin in, as it is called outside; NULL: it has no name */
	int file;     /* of a keeper, else -1 */
	uid_t uid;
	gid_t gid;
	bool maps_ids;
};

/* Those that are for the command, and what was blocked before. */
struct signals {
	sigset_t ours, before;
};

static int wrap(const char *name, struct error *error)
{
	return name ? error_wrap(error, "sandbox '%s'", name) : error_wrap(error, "sandbox");
}

/* They wait from the start, so that none comes too early. */
static struct signals signals_block(void)
{
	static const int ours[] = { SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2 };
	struct signals signals;

	sigemptyset(&signals.ours);
	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		sigaddset(&signals.ours, ours[i]);
	sigprocmask(SIG_BLOCK, &signals.ours, &signals.before);
	/* Whoever started ovl may have it ignored; then no child's end is told. */
	signal(SIGCHLD, SIG_DFL);
	return signals;
}

static void signals_restore(const struct signals *signals)
{
	sigprocmask(SIG_SETMASK, &signals->before, NULL);
}

/*
 * Waits for the child, hands on what is sent to the caller meanwhile, and takes
 * leave of orphans that ended. What the terminal sends, the whole foreground gets.
 */
static int child_wait(pid_t child, const struct signals *signals)
{
	for (;;) {
		siginfo_t info;
		int number = sigwaitinfo(&signals->ours, &info), status;
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

/* Nothing comes along but 0, 1, 2, the pipe and a keeper's file. `status` is for the report. */
static void keep_descriptors(int pipe_end, int file, int status)
{
	int high = fcntl(pipe_end, F_DUPFD_CLOEXEC, FILE_FD + 1);
	int file_high = file < 0 ? -1 : fcntl(file, F_DUPFD_CLOEXEC, FILE_FD + 1);
	unsigned int first = file < 0 ? PIPE_FD + 1 : FILE_FD + 1;
	struct error error = { 0 };

	if (high >= 0 && dup3(high, PIPE_FD, O_CLOEXEC) >= 0 &&
	    (file < 0 || dup3(file_high, FILE_FD, O_CLOEXEC) >= 0) &&
	    !close_range(first, UINT_MAX, 0))
		return;
	error_set(&error, errno, "cannot keep its descriptors");
	child_fail(high < 0 ? pipe_end : high, status, &error);
}

/* Signals are its own, as a command's are; closing the pipe tells that it begins. */
static _Noreturn void function_run(const struct start *start)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	close(PIPE_FD);
	_exit(start->function(start->cookie));
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
	if (!error.errnum && start->function)
		function_run(start);
	if (!error.errnum)
		process_exec(start->argv, PIPE_FD + 1, &status, &error);
	child_fail(PIPE_FD, status, &error);
}

/*
 * Runs the command as a child, and ends as it does: pid 1 is spared signals that
 * it does not wait for, and only a child is in a PID namespace that was entered.
 */
static _Noreturn void command_run(const struct start *start, const struct signals *signals)
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
	_exit(child_wait(child, signals));
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

static _Noreturn void init_main(const struct start *start, int pipe_end,
				const struct signals *signals)
{
	struct error error = { 0 };
	int r = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	keep_descriptors(pipe_end, start->file, 0);
	if (parent_is_gone())
		_exit(EXEC_FAILED);
	if (start->file >= 0)
		r = sandbox_store_keep(FILE_FD, &error);
	if (!r)
		r = sandbox_furnish(start->maps_ids, start->uid, start->gid, &error);
	if (!r && start->file >= 0)
		r = keeper_detach(&error);
	if (r < 0)
		child_fail(PIPE_FD, 0, &error);
	if (start->file >= 0)
		keeper_stay();
	command_run(start, signals);
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
static int init_start(struct start *start, const struct signals *signals, pid_t *init, int *status,
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
		init_main(start, ends[1], signals);
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

static int run(struct start *start, int *status, struct error *error)
{
	struct signals signals = signals_block();
	pid_t init;
	int r;

	start->folder = get_current_dir_name();
	start->file = -1;
	r = init_start(start, &signals, &init, status, error);
	if (!r)
		*status = child_wait(init, &signals);
	signals_restore(&signals);
	return r;
}

int sandbox_run(char **argv, int *status, struct error *error)
{
	CLEANUP(folder_free) struct start start = { .argv = argv };

	return run(&start, status, error);
}

int sandbox_call(sandbox_function *function, void *cookie, int *status, struct error *error)
{
	CLEANUP(folder_free) struct start start = { .function = function, .cookie = cookie };

	return run(&start, status, error);
}

int sandbox_process_keep(const char *name, int file, struct error *error)
{
	struct start start = { .name = name, .file = file };
	struct signals signals = signals_block();
	int status, r;
	pid_t keeper;

	r = init_start(&start, &signals, &keeper, &status, error);
	signals_restore(&signals);
	return r;
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
				 const struct signals *signals)
{
	struct error error = { 0 };

	if (join(keeper, pid, &error) < 0)
		child_fail(pipe_end, EXEC_FAILED, &error);
	keep_descriptors(pipe_end, -1, EXEC_FAILED);
	command_run(start, signals);
}

/* A child goes in, for there is no way back. */
static int enter(const struct start *start, int keeper, pid_t pid, const struct signals *signals,
		 int *status, struct error *error)
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
		enter_main(start, keeper, pid, ends[1], signals);
	close(ends[1]);
	if (child < 0)
		return error_set(error, errno, "sandbox '%s': cannot start a process", start->name);
	if (report_read(reading, &report)) {
		waitpid(child, NULL, 0);
		return report_take(start, &report, status, error);
	}
	*status = child_wait(child, signals);
	return 0;
}

int sandbox_process_enter(const char *name, int keeper, pid_t pid, char **argv, int *status,
			  struct error *error)
{
	CLEANUP(folder_free)
	struct start start = { .name = name, .argv = argv, .folder = get_current_dir_name() };
	struct signals signals = signals_block();
	int r = enter(&start, keeper, pid, &signals, status, error);

	signals_restore(&signals);
	return r;
}
