/* SPDX-License-Identifier: GPL-3.0-or-later */
/* watch: how the network differs from what it should be, as it changes, until it is interrupted. */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/words.h"
#include "command/lab.h"
#include "command/lab_verbs.h"
#include "kernel/monitor.h"
#include "shell/list.h"
#include "shell/session.h"
#include "shell/words.h"

/* One change is many events: it is looked at when they are over, or after a while. */
enum { QUIET_MS = 100, LONGEST_MS = 1000 };

struct watching {
	struct request *request;
	struct shell *shell;
	char lab[LAB_NAME_MOST + 1]; /* "": the candidate */
	struct text shown;
	bool is_screen;
};

static int load(struct watching *watching, struct lab *lab, const char **file, struct error *error)
{
	*file = NULL;
	return *watching->lab ? lab_load_last(watching->request, watching->lab, lab, error)
			      : configured_lab(watching->shell, lab, file, error);
}

static void put(struct watching *watching, const struct lab *lab, const char *file,
		struct text *text)
{
	const struct comparison *comparison = &lab->comparison;

	if (!watching->request->options.json)
		text_printf(text, "%s: %zu difference%s, %zu objects are as they should be\n",
			    lab->topology.lab, comparison->count, comparison->count == 1 ? "" : "s",
			    comparison->totals[ACTION_NONE]);
	lab_print(watching->request, comparison, lab->topology.lab, file, text);
}

/* Looks, and shows what is not on the screen already. */
static int look(struct watching *watching, struct error *error)
{
	CLEANUP(lab_clear) struct lab lab = { 0 };
	CLEANUP(text_clear) struct text text = { 0 };
	struct request *request = watching->request;
	struct network *candidate = request->candidate;
	const char *file;
	int r = load(watching, &lab, &file, error);

	request->candidate = NULL;
	if (!r)
		r = lab_compare(request, &lab, error);
	request->candidate = candidate;
	if (r < 0)
		return r;
	put(watching, &lab, file, &text);
	if (text.length == watching->shown.length && text.length &&
	    !memcmp(text.bytes, watching->shown.bytes, text.length))
		return 0;
	text_cut(&watching->shown, 0);
	text_put(&watching->shown, text.bytes, text.length);
	if (watching->is_screen)
		text_puts(request->out, "\033[H\033[J");
	text_put(request->out, text.bytes, text.length);
	return text_flush(request->out);
}

static int note_event(void *cookie, const struct event *event)
{
	(void)event;
	*(bool *)cookie = true;
	return 0;
}

static void set_timer(int fd, unsigned int ms)
{
	const struct itimerspec when = { .it_value = { ms / 1000, (long)(ms % 1000) * 1000000 } };

	timerfd_settime(fd, 0, &when, NULL);
}

/* Returns when something has happened and it is quiet again. */
static int wait_for_change(struct monitor *monitor, int timer, bool *any, struct error *error)
{
	struct pollfd poller = { timer, POLLIN, 0 };
	int64_t first = 0;

	for (;;) {
		uint64_t ticks;
		int r;

		*any = false;
		r = monitor_wait(monitor, &poller, 1, error);
		if (r < 0)
			return r;
		if (*any && !first)
			first = clock_ms();
		if (*any)
			set_timer(timer, QUIET_MS);
		if (!(poller.revents & POLLIN))
			continue;
		if (read(timer, &ticks, sizeof(ticks)) > 0 && !*any)
			return 0;
		if (first && clock_ms() - first > LONGEST_MS)
			return 0;
	}
}

static int watch_all(struct watching *watching, struct error *error)
{
	CLEANUP(fd_close) int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	CLEANUP(monitor_close) struct monitor *monitor = NULL;
	CLEANUP(pools_clear) struct pools pools = { 0 };
	bool any = false;
	const struct monitor_wish wish = {
		.types = (UINT32_C(1) << OBJECT_TYPES) - 1,
		.needed = UINT32_C(1) << OBJECT_LINK,
		.everywhere = true,
		.here = true,
		.pools = &pools,
		.function = note_event,
		.cookie = &any,
	};
	int r;

	if (timer < 0)
		return error_set(error, errno, "cannot make a timer");
	r = monitor_open(&watching->request->kernel, &wish, &monitor, error);
	while (!r) {
		r = look(watching, error);
		if (!r)
			r = wait_for_change(monitor, timer, &any, error);
	}
	return r;
}

static void watching_clear(struct watching *watching)
{
	text_clear(&watching->shown);
}

static int watch(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(watching_clear)
	struct watching watching = {
		.request = request,
		.shell = shell_of(request),
		.is_screen = isatty(STDOUT_FILENO) && !request->options.json,
	};
	int r = 0;

	if (words_peek(words) || !watching.shell->candidate.is_open)
		r = lab_take_only(request, words, watching.lab, error);
	if (!r)
		r = words_end(words, error);
	request->options.quiet = true;
	return r < 0 ? r : watch_all(&watching, error);
}

WORD(watch, "", "[LAB]",
     "show, as it changes, how the network differs from the candidate, or the lab's last file",
     watch, VERB_TERMINAL);
