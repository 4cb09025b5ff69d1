/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/signals.h"

#include <errno.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/error.h"

int signals_hold(struct signals *signals, struct error *error)
{
	sigset_t set, read;
	int errnum;

	sigemptyset(&read);
	sigaddset(&read, SIGINT);
	sigaddset(&read, SIGTERM);
	set = read;
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGPIPE);
	signals->fd = signalfd(-1, &read, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals->fd < 0)
		return error_set(error, errno, "cannot wait for signals");
	errnum = pthread_sigmask(SIG_BLOCK, &set, &signals->before);
	if (errnum) {
		close(signals->fd);
		return error_set(error, errnum, "cannot hold signals back");
	}
	signals->held = true;
	return 0;
}

int signals_take(struct signals *signals)
{
	struct signalfd_siginfo info;

	if (!signals->held || read(signals->fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return 0;
	return (int)info.ssi_signo;
}

void signals_release(struct signals *signals)
{
	const struct timespec now = { 0 };
	sigset_t late;

	if (!signals->held)
		return;
	sigemptyset(&late);
	sigaddset(&late, SIGHUP);
	sigaddset(&late, SIGPIPE);
	/* Too late to be heeded: it would tell of a change that holds as if it had been cut off. */
	sigaddset(&late, SIGINT);
	sigaddset(&late, SIGTERM);
	while (sigtimedwait(&late, NULL, &now) > 0)
		;
	close(signals->fd);
	pthread_sigmask(SIG_SETMASK, &signals->before, NULL);
	signals->held = false;
}
