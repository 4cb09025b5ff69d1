/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guard's own process: how it was before, the wait, and the way back. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "apply/guard_file.h"
#include "apply/journal.h"
#include "apply/lab_lock.h"
#include "apply/ledger.h"
#include "apply/single.h"
#include "apply/store.h"
#include "apply/take_back.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/kernel.h"
#include "kernel/netns.h"
#include "kernel/picture.h"
#include "model/link.h"
#include "model/netns.h"
#include "model/network.h"
#include "model/sysctl.h"
#include "plan/restore.h"

/* The newest file that was kept of the lab, before the change. */
struct kept {
	uint64_t number;
	char mark[32];
};

struct watch {
	struct kernel *kernel;
	const struct attr_context *context;
	const char *name, *what;
	struct network settings;
	struct network before, after;
	struct touches touches;
	struct lab_lock file;
	struct kept kept;
	int signals;
};

static void watch_clear(struct watch *watch)
{
	touches_clear(&watch->touches);
	network_clear(&watch->before);
	network_clear(&watch->after);
	network_clear(&watch->settings);
	lab_lock_release(&watch->file);
	fd_close(&watch->signals);
}

/* Lines "NETNS\tKEY", then "go". */
static int read_settings(struct watch *watch, struct error *error)
{
	char line[512];

	while (fgets(line, sizeof(line), stdin)) {
		struct sysctl sysctl = { .netns = { 0 } };
		char *tab = strchr(line, '\t');

		line[strcspn(line, "\n")] = '\0';
		if (!tab)
			return 0;
		*tab = '\0';
		sysctl.netns.id = *line ? names_of(watch->kernel->names, line) : 0;
		sysctl.key.id = names_of(watch->kernel->names, tab + 1);
		ATTR_MARK(&sysctl_table, sysctl, &sysctl, key);
		network_add(&watch->settings, OBJECT_SYSCTL, &sysctl, (struct origin_in_file){ 0 });
	}
	return error_set(error, 0, "nobody says what to look at");
}

/* All there is: a command may touch anything. What may not be entered, it cannot touch either. */
static int look(struct watch *watch, struct network *network, struct error *error)
{
	const struct picture_options options = { .want = &watch->settings, .all_routes = true };
	CLEANUP(pointer_free) uint32_t *netns = NULL;
	size_t count, entered = 0;
	int r = picture_namespaces(watch->kernel, &netns, &count, error);

	for (size_t i = 0; !r && i < count; i++) {
		struct error ignored = { 0 };
		int fd;

		/* The descriptor keeps it alive, also without its name. */
		if (!kernel_netns_fd(watch->kernel, netns[i], &fd, &ignored))
			netns[entered++] = netns[i];
	}
	return r < 0 ? r : picture_read(watch->kernel, netns, entered, &options, network, error);
}

static void note_kept(struct watch *watch)
{
	CLEANUP(store_entries_clear) struct store_entries entries = { 0 };
	struct error ignored = { 0 };

	if (store_list(watch->name, &entries, &ignored) < 0 || !entries.count)
		return;
	watch->kept.number = entries.items->number;
	snprintf(watch->kept.mark, sizeof(watch->kept.mark), "%s", entries.items->meta.mark);
}

/* What the change kept of itself goes with it. */
static void forget_kept(const struct watch *watch)
{
	struct error ignored = { 0 };

	for (int most = STORE_MOST; most; most--) {
		CLEANUP(store_entries_clear) struct store_entries entries = { 0 };

		if (store_list(watch->name, &entries, &ignored) < 0 || !entries.count)
			return;
		if (entries.items->number <= watch->kept.number) {
			if (strcmp(entries.items->meta.mark, watch->kept.mark) != 0)
				store_mark(watch->name, 0, watch->kept.mark, &ignored);
			return;
		}
		if (store_drop_newest(watch->name, entries.items->number, &ignored) < 0)
			return;
	}
}

/* Names of namespaces that were taken away come back: each is still open here. */
static void restore_names(struct watch *watch)
{
	for (size_t i = 0; i < watch->touches.count; i++) {
		const struct touch *touch = &watch->touches.items[i];
		const struct netns *netns = touch->before;
		struct error ignored = { 0 };
		int fd;

		if (touch->type == OBJECT_NETNS && netns && !touch->after &&
		    !kernel_netns_fd(watch->kernel, netns->name.id, &fd, &ignored))
			netns_bind(names_text(watch->kernel->names, netns->name.id), fd, &ignored);
	}
}

static bool is_same_device(const struct link *a, const struct link *b)
{
	return a->kind.id == b->kind.id && a->address.length &&
	       a->address.length == b->address.length &&
	       !memcmp(a->address.bytes, b->address.bytes, a->address.length);
}

/* A link that went elsewhere, or has another name, goes back as it is. */
static void bring_back(struct watch *watch, const struct link *was, const struct link *is)
{
	CLEANUP(message_clear) struct message message = { 0 };
	struct link link = { .netns = is->netns, .name = is->name, .new_name = was->name };
	struct error ignored = { 0 };
	struct step step = { .type = OBJECT_LINK, .change = CHANGE_SET, .object = &link };

	ATTR_MARK(&link_table, link, &link, name);
	if (was->name.id != is->name.id)
		ATTR_MARK(&link_table, link, &link, new_name);
	if (was->netns.id != is->netns.id) {
		link.new_netns = was->netns;
		ATTR_MARK(&link_table, link, &link, new_netns);
	}
	single_send(watch->kernel, &message, &step, &ignored);
}

static void bring_back_links(struct watch *watch)
{
	struct touch *items = watch->touches.items;

	for (size_t i = 0; i < watch->touches.count; i++) {
		if (items[i].type != OBJECT_LINK || !items[i].before || items[i].after)
			continue;
		for (size_t k = 0; k < watch->touches.count; k++)
			if (items[k].type == OBJECT_LINK && items[k].after && !items[k].before &&
			    is_same_device(items[i].before, items[k].after)) {
				bring_back(watch, items[i].before, items[k].after);
				break;
			}
	}
}

static int take_everything_back(struct watch *watch, const char *why, struct error *error)
{
	const struct take_back back = {
		.kernel = watch->kernel,
		.context = watch->context,
		.touches = &watch->touches,
		.sent = UINT32_MAX,
	};
	bool is_lab = strcmp(watch->name, GUARD_COMMANDS) != 0;
	CLEANUP(lab_lock_release) struct lab_lock lock = { 0 };
	CLEANUP(text_clear) struct text outcome = { 0 };
	struct error ignored = { 0 };
	char when[64];
	time_t now = time(NULL);
	struct tm tm;
	int r;

	/* Whoever has it now has waited for too long: the way back is more urgent. */
	if (is_lab)
		lab_lock_take(&lock, watch->name, &ignored);
	restore_names(watch);
	bring_back_links(watch);
	r = take_back(&back, error);
	if (is_lab)
		forget_kept(watch);
	strftime(when, sizeof(when), "%F %T", localtime_r(&now, &tm));
	text_printf(&outcome, "%s: '%s' %s: it ", when, watch->what, why);
	if (r < 0)
		text_printf(&outcome, "could not be taken back completely: %s", error->text);
	else
		text_puts(&outcome, GUARD_TAKEN_BACK);
	guard_outcome_write(watch->name, text_string(&outcome));
	syslog(r < 0 ? LOG_ERR : LOG_WARNING, "%s", text_string(&outcome));
	return r;
}

enum { GUARD_KEPT = 64 }; /* a record of the journal, beside the ledger's */

static void journal_name(const char *name, char journal[STATE_NAME])
{
	snprintf(journal, STATE_NAME, "%s" GUARD_JOURNAL, name);
}

/* So that another process can take it back if this one is killed. */
static void write_down(const struct watch *watch)
{
	CLEANUP(journal_close) struct journal journal = { .open = false };
	struct error why = { 0 };
	char name[STATE_NAME];
	int r;

	journal_name(watch->name, name);
	journal_remove(name, &why);
	r = ledger_begin(&journal, name, &watch->touches, watch->kernel->names, &why);
	if (!r)
		r = journal_append(&journal, GUARD_KEPT, &watch->kept, sizeof(watch->kept), &why);
	if (r < 0)
		syslog(LOG_WARNING, "nobody else could take it back: %s", why.text);
}

static void forget_written(const struct watch *watch)
{
	struct error ignored = { 0 };
	char name[STATE_NAME];

	journal_name(watch->name, name);
	journal_remove(name, &ignored);
}

static int read_kept(void *cookie, uint32_t kind, const void *bytes, size_t length,
		     struct error *error)
{
	struct watch *watch = cookie;

	(void)error;
	if (kind == GUARD_KEPT && length == sizeof(watch->kept))
		memcpy(&watch->kept, bytes, length);
	return 0;
}

static int take_back_written(struct watch *watch, struct error *error)
{
	CLEANUP(ledger_clear) struct ledger ledger = { .is_there = false };
	char name[STATE_NAME];
	int r;

	journal_name(watch->name, name);
	r = ledger_read(&ledger, name, watch->kernel->names, error);
	if (!r)
		r = journal_read(name, read_kept, watch, error);
	if (!r && !ledger.touches.count)
		r = error_set(error, 0,
			      "the guard of '%s' was killed before it knew what was changed: it "
			      "cannot be taken back ('ovl confirm' keeps it)",
			      watch->what);
	if (r < 0)
		return r;
	watch->touches = ledger.touches;
	r = take_everything_back(watch, "was refused, its guard was gone", error);
	watch->touches = (struct touches){ 0 };
	return r;
}

int guard_replace(struct kernel *kernel, const struct attr_context *context, const char *name,
		  bool keep, struct error *error)
{
	struct guard_wait wait = { .pid = 0 };
	CLEANUP(watch_clear)
	struct watch watch = {
		.kernel = kernel, .context = context, .name = name, .what = wait.what, .signals = -1
	};
	struct error known = { 0 };
	int r;

	/* Taking the file says in it whose it is. */
	guard_file_read(name, &wait);
	r = lab_claim_take(&watch.file, name, GUARD_SUFFIX, 0, error);
	if (r < 0)
		return r;
	if (!keep)
		r = take_back_written(&watch, &known);
	/* Where nothing was done, it waits on. */
	if (r < 0 && known.exit != EXIT_UNDO_FAILED) {
		guard_file_write(watch.file.fd, wait.until, wait.what);
		fd_close(&watch.file.fd);
		watch.file.held = false;
		state_close(&watch.file.directory);
	} else {
		forget_written(&watch);
	}
	if (r < 0)
		*error = known;
	return r;
}

/* Until the change is done: who carries it out closes the pipe, or dies. */
static void wait_for_the_end(void)
{
	char bytes[64];
	ssize_t n;

	do
		n = read(STDIN_FILENO, bytes, sizeof(bytes));
	while (n > 0 || (n < 0 && errno == EINTR));
}

static int wait_for_word(struct watch *watch, uint32_t seconds, struct error *error)
{
	const struct itimerspec end = { .it_value.tv_sec = seconds };
	CLEANUP(fd_close) int timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC);
	struct pollfd events[2] = { { .fd = watch->signals, .events = POLLIN },
				    { .fd = timer, .events = POLLIN } };
	struct signalfd_siginfo info;

	if (timer < 0 || timerfd_settime(timer, 0, &end, NULL) < 0)
		return take_everything_back(watch, "cannot be waited for", error);
	write_down(watch);
	guard_file_write(watch->file.fd, time(NULL) + seconds, watch->what);
	while (poll(events, 2, -1) < 0 && errno == EINTR)
		;
	if (!(events[0].revents & POLLIN) ||
	    read(watch->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return take_everything_back(watch, "was not confirmed in time", error);
	if (info.ssi_signo != SIGUSR1)
		return take_everything_back(watch, "was refused", error);
	syslog(LOG_INFO, "'%s' was confirmed", watch->what);
	return 0;
}

static int hold_signals(struct watch *watch, struct error *error)
{
	sigset_t wanted, all;

	sigfillset(&all);
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGUSR1);
	sigaddset(&wanted, SIGUSR2);
	sigaddset(&wanted, SIGTERM);
	sigprocmask(SIG_SETMASK, &all, NULL);
	watch->signals = signalfd(-1, &wanted, SFD_CLOEXEC);
	return watch->signals < 0 ? error_set(error, errno, "cannot wait for signals") : 0;
}

static int prepare(struct watch *watch, struct error *error)
{
	int r = hold_signals(watch, error);

	if (!r)
		r = lab_claim_take(&watch->file, watch->name, GUARD_SUFFIX, 0, error);
	if (!r)
		r = read_settings(watch, error);
	if (!r)
		r = look(watch, &watch->before, error);
	if (r < 0)
		return r;
	note_kept(watch);
	guard_file_write(watch->file.fd, 0, watch->what);
	return 0;
}

int guard_run(struct kernel *kernel, const struct attr_context *context, const char *name,
	      uint32_t seconds, const char *what, struct error *error)
{
	CLEANUP(watch_clear)
	struct watch watch = { .kernel = kernel,
			       .context = context,
			       .name = name,
			       .what = what,
			       .settings.names = kernel->names,
			       .signals = -1 };
	int r = prepare(&watch, error);

	if (dprintf(STDOUT_FILENO, "%s\n",
		    !r                         ? "ready"
		    : error->exit == EXIT_BUSY ? "busy"
					       : error->text) < 0 ||
	    r < 0)
		return r;
	close(STDOUT_FILENO);
	openlog("ovl", LOG_PID, LOG_DAEMON);
	wait_for_the_end();
	r = look(&watch, &watch.after, error);
	if (r < 0)
		return r;
	touches_between(&watch.before, &watch.after, &watch.touches);
	if (watch.touches.count)
		r = wait_for_word(&watch, seconds, error);
	forget_written(&watch);
	return r;
}
