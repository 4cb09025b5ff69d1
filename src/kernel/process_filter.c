/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/process_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "kernel/netns.h"
#include "kernel/process.h"

enum { PIECE = 64 * 1024 };

static _Noreturn void run(char **argv, int input, int output)
{
	struct error ignored = { 0 };
	int status = EXEC_FAILED;

	/* Pipes are above 2, since main() opened the standard streams. */
	if (dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0)
		process_exec(argv, STDERR_FILENO + 1, &status, &ignored);
	_exit(status);
}

/* Writes what the pipe takes; closes it behind the last byte, or when nobody reads any more. */
static void feed(int *fd, const struct text *input, size_t *done)
{
	size_t left = input->length - *done;
	ssize_t n = left ? write(*fd, input->bytes + *done, left) : 0;

	if (n > 0)
		*done += (size_t)n;
	if (*done == input->length || (n < 0 && errno != EAGAIN && errno != EINTR))
		fd_close(fd);
}

/* False at the end. */
static bool drain(int fd, struct text *output)
{
	ssize_t n = read(fd, text_room(output, PIECE), PIECE);

	if (n > 0)
		output->length += (size_t)n;
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Both at once: the program may print before it has read everything. */
static void exchange(int *to, int from, const struct text *input, struct text *output)
{
	size_t done = 0;

	fcntl(*to, F_SETFL, O_NONBLOCK);
	for (;;) {
		struct pollfd fds[] = { { from, POLLIN, 0 }, { *to, POLLOUT, 0 } };

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return;
		if (fds[1].revents)
			feed(to, input, &done);
		if (fds[0].revents && !drain(from, output))
			return;
	}
}

int process_filter(char **argv, const struct text *input, struct text *output, int *status,
		   struct error *error)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, r = 0, result;
	pid_t child = -1;

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 || (child = fork()) < 0)
		r = error_set(error, errno, "cannot start '%s'", argv[0]);
	if (!child)
		run(argv, in[0], out[1]);
	fd_close(&in[0]);
	fd_close(&out[1]);
	if (!r)
		exchange(&in[1], out[0], input, output);
	fd_close(&in[1]);
	fd_close(&out[0]);
	if (r < 0)
		return r;
	while (waitpid(child, &result, 0) < 0)
		if (errno != EINTR)
			return error_set(error, errno, "cannot wait for '%s'", argv[0]);
	*status = WIFEXITED(result) ? WEXITSTATUS(result) : 128 + WTERMSIG(result);
	return 0;
}
