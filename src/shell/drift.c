/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/drift.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "command/lab.h"
#include "shell/session.h"

enum { QUIET_MS = 200 };

struct finding {
	bool differs, drifted;
};

void drift_note(struct drift *drift)
{
	drift->due_ms = clock_ms() + QUIET_MS;
}

static int differs(struct request *request, struct lab *lab, bool *differs, struct error *error)
{
	int r = lab_compare(request, lab, error);

	*differs = !r && comparison_exit(&lab->comparison);
	return r;
}

static int look(struct shell *shell, struct finding *finding, struct error *error)
{
	CLEANUP(lab_clear) struct lab candidate = { 0 };
	CLEANUP(lab_clear) struct lab last = { 0 };
	struct request *request = &shell->request;
	struct error none = { 0 };
	const char *file;
	int r;

	request->options.quiet = true;
	r = configured_lab(shell, &candidate, &file, error);
	request->candidate = NULL;
	if (!r)
		r = differs(request, &candidate, &finding->differs, error);
	/* The one is the other: there is nothing more to look at. */
	finding->drifted = candidate.is_last && finding->differs;
	/* What was never committed did not drift. */
	if (r < 0 || candidate.is_last ||
	    lab_load_last(request, shell->candidate.lab, &last, &none) < 0)
		return r;
	return differs(request, &last, &finding->drifted, error);
}

static void answer_in_child(struct shell *shell, int out) __attribute__((noreturn));

static void answer_in_child(struct shell *shell, int out)
{
	struct finding finding = { 0 };
	struct error error = { 0 };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* Nobody reads what it has to say besides; it goes with whoever asked. */
	signal(SIGPIPE, SIG_DFL);
	for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	if (look(shell, &finding, &error) < 0 ||
	    write(out, &finding, sizeof(finding)) != sizeof(finding))
		_exit(EXIT_REFUSED);
	_exit(EXIT_DONE);
}

static void begin(struct shell *shell, struct drift *drift)
{
	int ends[2];

	drift->due_ms = 0;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	fflush(NULL);
	drift->pid = fork();
	if (!drift->pid)
		answer_in_child(shell, ends[1]);
	close(ends[1]);
	if (drift->pid > 0)
		drift->fd = ends[0];
	else
		close(ends[0]);
	drift->pid = drift->pid < 0 ? 0 : drift->pid;
}

static void reap(struct drift *drift)
{
	while (waitpid(drift->pid, NULL, 0) < 0 && errno == EINTR)
		;
	fd_close(&drift->fd);
	drift->pid = 0;
}

size_t drift_polls(const struct drift *drift, struct pollfd *polls, int *timeout_ms)
{
	int64_t left = drift->due_ms - clock_ms();

	if (drift->pid) {
		*polls = (struct pollfd){ drift->fd, POLLIN, 0 };
		return 1;
	}
	if (drift->due_ms && (*timeout_ms < 0 || left < *timeout_ms))
		*timeout_ms = left < 0 ? 0 : (int)left;
	return 0;
}

/* Whether there is an answer, or none will come. */
static bool has_answer(const struct drift *drift)
{
	struct pollfd poller = { drift->fd, POLLIN, 0 };

	return poll(&poller, 1, 0) > 0;
}

bool drift_ready(struct shell *shell, struct drift *drift)
{
	const struct drift before = *drift;
	struct finding finding;

	if (!shell->candidate.is_open) {
		drift_clear(drift);
		return before.is_known;
	}
	if (drift->pid && has_answer(drift)) {
		drift->is_known = read(drift->fd, &finding, sizeof(finding)) == sizeof(finding);
		drift->differs = drift->is_known && finding.differs;
		drift->drifted = drift->is_known && finding.drifted;
		reap(drift);
	}
	if (!drift->pid && drift->due_ms && drift->due_ms <= clock_ms())
		begin(shell, drift);
	return drift->is_known != before.is_known || drift->differs != before.differs ||
	       drift->drifted != before.drifted;
}

void drift_clear(struct drift *drift)
{
	if (drift->pid) {
		kill(drift->pid, SIGKILL);
		reap(drift);
	}
	*drift = (struct drift){ 0 };
}
