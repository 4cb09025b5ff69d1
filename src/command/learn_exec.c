/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/learn_exec.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "command/command.h"
#include "command/learn_files.h"
#include "kernel/netns.h"
#include "kernel/process.h"

/* Below a file system that is the sandbox's own. */
#define PLACE "/run/ovl/learn"

int learn_exec_prepare(const struct learn_file *file, struct error *error)
{
	CLEANUP(pointer_free) char *lesson = realpath(file->path, NULL);
	CLEANUP(text_clear) struct text path = { 0 };
	const char *old = getenv("PATH");

	/* pid 1 is a copy of this process: its program is this one, wherever that is by now. */
	if (mkdir(PLACE, 0755) < 0 || mkdir(PLACE "/bin", 0755) < 0 ||
	    mkdir(PLACE "/work", 0755) < 0 || symlink("/proc/1/exe", PLACE "/bin/ovl") < 0)
		return error_set(error, errno, "cannot make '%s'", PLACE);
	if (lesson) {
		*strrchr(lesson, '/') = '\0';
		setenv("OVL_LESSON", *lesson ? lesson : "/", 1);
	}
	/* ip and bridge are where an ordinary user does not look. */
	text_printf(&path, PLACE "/bin:%s:/usr/sbin:/sbin", old ? old : "/usr/bin:/bin");
	setenv("PATH", text_string(&path), 1);
	if (chdir(PLACE "/work") < 0)
		return error_set(error, errno, "cannot enter '%s'", PLACE "/work");
	return 0;
}

static _Noreturn void become(char **argv, int output)
{
	struct error error = { 0 };
	int status = EXEC_FAILED, null = -1;

	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	/* Else a command could take the keys that are for the lesson. */
	if (output != STDIN_FILENO)
		null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null >= 0)
		dup2(null, STDIN_FILENO);
	if (output > STDERR_FILENO &&
	    (dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0))
		_exit(status);
	process_exec(argv, STDERR_FILENO + 1, &status, &error);
	error_print(&error, stderr);
	_exit(status);
}

/* `output` STDIN_FILENO: it has our input, too. As system(3) does, a key that interrupts is the command's. */
static int run(char **argv, int output, int *status, struct error *error)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, interrupt, quit;
	int ended = 0;
	pid_t child;

	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	child = fork();
	if (!child)
		become(argv, output);
	while (child > 0 && waitpid(child, &ended, 0) < 0 && errno == EINTR)
		;
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	if (child < 0)
		return error_set(error, errno, "cannot start a process");
	*status = WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended);
	return 0;
}

int learn_exec(const char *script, int output, int *status, struct error *error)
{
	CLEANUP(text_clear) struct text copy = { 0 };
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, NULL, NULL };

	text_puts(&copy, script);
	text_string(&copy);
	argv[2] = copy.bytes;
	return run(argv, output, status, error);
}

/* The shell of ovl where this one has it, and somebody types. */
int learn_exec_shell(struct error *error)
{
	static char usual[] = "/bin/sh", ovl[] = "ovl", word[] = "shell";
	char *user = getenv("SHELL"), *argv[3] = { NULL };
	int status;

	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
		argv[0] = ovl;
		argv[1] = word;
	} else {
		argv[0] = user && !access(user, X_OK) ? user : usual;
	}
	return run(argv, STDIN_FILENO, &status, error);
}

int learn_exec_file(void)
{
	return memfd_create("ovl learn", MFD_CLOEXEC);
}

/* Commands that were left running may still write: what comes behind the end is for the next. */
void learn_exec_take(int file, struct text *text)
{
	struct stat stat;
	ssize_t n = 0;

	if (file < 0 || fstat(file, &stat) < 0)
		return;
	for (off_t at = 0; at < stat.st_size; at += n) {
		n = pread(file, text_room(text, 4096), 4096, at);
		if (n <= 0)
			break;
		text->length += (size_t)n;
	}
	if (!ftruncate(file, 0))
		lseek(file, 0, SEEK_SET);
}

int learn_capture(const char *script, struct text *text, int *status, struct error *error)
{
	CLEANUP(fd_close) int file = learn_exec_file();
	int r;

	if (file < 0)
		return error_set(error, errno, "cannot make a file in memory");
	r = learn_exec(script, file, status, error);
	if (!r)
		learn_exec_take(file, text);
	return r;
}
