/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/outflow.h"

#include <errno.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

enum {
	WRITE_SIZE = 4096, /* what a pipe that is ready takes without blocking: PIPE_BUF, pipe(7) */
	GIVE_UP_MS = 2 * 1000,
};

int outflow_open(struct outflow *outflow, struct text *out, struct error *error)
{
	sigset_t ends;
	int r;

	*outflow = (struct outflow){ .out = out, .signals = -1 };
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, &outflow->before);
	r = text_flush(out);
	if (r < 0)
		return error_set(error, -r, "cannot write the output");
	outflow->signals = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
	if (outflow->signals < 0)
		return error_set(error, errno, "cannot wait for signals");
	return 0;
}

void outflow_close(struct outflow *outflow)
{
	fd_close(&outflow->signals);
	sigprocmask(SIG_SETMASK, &outflow->before, NULL);
	text_clear(&outflow->text);
}

static void take_signal(struct outflow *outflow)
{
	struct signalfd_siginfo which;

	if (read(outflow->signals, &which, sizeof(which)) == sizeof(which))
		outflow->ended = true;
}

int outflow_write(struct outflow *outflow, struct error *error)
{
	struct text *text = &outflow->text;
	int fd = outflow->out->fd;
	size_t done = 0;

	if (!outflow->out->streams) {
		text_put(outflow->out, text->bytes, text->length);
		done = text->length;
	}
	while (done < text->length) {
		struct pollfd polls[] = { { outflow->signals, POLLIN, 0 }, { fd, POLLOUT, 0 } };
		size_t left = text->length - done;
		int ready = poll(polls, 2, outflow->ended ? GIVE_UP_MS : -1);
		ssize_t n;

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready < 0)
			return error_set(error, errno, "cannot write the output");
		if (!ready || (outflow->ended && polls[0].revents))
			return error_set(error, 0, "cannot write the output: nobody reads it");
		if (polls[0].revents)
			take_signal(outflow);
		if (!polls[1].revents)
			continue;
		n = write(fd, text->bytes + done, left < WRITE_SIZE ? left : WRITE_SIZE);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return error_set(error, errno, "cannot write the output");
		done += n > 0 ? (size_t)n : 0;
	}
	text->length = 0;
	return 0;
}

void outflow_polls(const struct outflow *outflow, struct pollfd polls[OUTFLOW_POLLS])
{
	polls[0] = (struct pollfd){ outflow->signals, POLLIN, 0 };
	/* With nothing to write it is poll() that tells of a reader that went away. */
	polls[1] = (struct pollfd){ outflow->out->streams ? outflow->out->fd : -1, 0, 0 };
}

int outflow_look(struct outflow *outflow, const struct pollfd polls[OUTFLOW_POLLS],
		 struct error *error)
{
	if (polls[0].revents)
		take_signal(outflow);
	if (polls[1].revents & (POLLERR | POLLHUP | POLLNVAL))
		return error_set(error, EPIPE, "cannot write the output");
	return 0;
}
