/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/interactive.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "apply/guard.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "command/complete.h"
#include "model/link.h"
#include "model/netns.h"
#include "shell/candidate_names.h"
#include "shell/complete_line.h"
#include "shell/drift.h"
#include "shell/history.h"
#include "shell/names.h"
#include "shell/pipes.h"
#include "shell/session.h"
#include "shell/terminal.h"
#include "text/link_change.h"

enum {
	ANNOUNCED_MOST = 8, /* lines at a time */
	COUNTDOWN_MS = 1000,
	BEGUN_MS = 100,
};

struct interactive {
	struct shell *shell;
	struct names_cache *cache;
	struct drift drift;
	struct text prompt, news;
	size_t news_count;
	bool is_begun; /* a change that may be taken back is under way: its time does not run yet */
	int64_t until; /* when a change is taken back that waits for its confirmation; 0: none does */
	char guarded[LAB_NAME_MOST + 1]; /* whose change that is */
	bool is_quiet;                   /* what happens is the doing of the line that was run */
};

/* --- The prompt --- */

/* What readline does not count as wide. */
static void put_color(struct interactive *it, const char *code)
{
	if (it->shell->options.color)
		text_printf(&it->prompt, "\001\033[%sm\002", code);
}

static void put_mark(struct interactive *it, char mark, const char *color)
{
	put_color(it, color);
	text_char(&it->prompt, mark);
	put_color(it, "0");
}

static void take_guard(struct interactive *it, const char *name)
{
	struct guard_wait wait;

	if (!guard_look(name, &wait))
		return;
	it->is_begun |= !wait.until;
	if (!wait.until || (it->until && it->until <= wait.until))
		return;
	it->until = wait.until;
	snprintf(it->guarded, sizeof(it->guarded), "%s", name);
}

/* The candidate's lab, else whatever waits; what is over first. */
static void look_for_guard(struct interactive *it)
{
	const struct configured *candidate = &it->shell->candidate;
	CLEANUP(state_labs_clear) struct state_labs waiting = { 0 };
	struct error ignored = { 0 };

	it->until = 0;
	it->is_begun = false;
	if (candidate->is_open)
		take_guard(it, candidate->lab);
	else if (!guard_list(&waiting, &ignored))
		for (size_t i = 0; i < waiting.count; i++)
			take_guard(it, waiting.names[i]);
}

static void put_countdown(struct interactive *it)
{
	int64_t left = it->until ? it->until - time(NULL) : 0;

	if (left > 0)
		text_printf(&it->prompt, " [%lld:%02lld]", (long long)left / 60,
			    (long long)left % 60);
}

/* "ovl> ", "ovl n1> ", "ovl(demo)*! n1 [4:59]# " */
static const char *prompt(void *cookie)
{
	struct interactive *it = cookie;
	const struct shell *shell = it->shell;
	const struct configured *candidate = &shell->candidate;

	text_cut(&it->prompt, 0);
	put_color(it, "1");
	text_puts(&it->prompt, "ovl");
	put_color(it, "0");
	if (candidate->is_open) {
		text_printf(&it->prompt, "(%s)", candidate->lab);
		if (it->drift.differs)
			put_mark(it, '*', "33");
		if (it->drift.drifted)
			put_mark(it, '!', "31");
	}
	if (shell->netns) {
		text_char(&it->prompt, ' ');
		text_escaped(&it->prompt, shell->netns, strlen(shell->netns));
	}
	look_for_guard(it);
	put_countdown(it);
	text_puts(&it->prompt, candidate->is_open ? "# " : "> ");
	return text_string(&it->prompt);
}

/* --- What happens meanwhile --- */

static void announce(struct interactive *it)
{
	if (it->news_count > ANNOUNCED_MOST)
		text_printf(&it->news, "-- and %zu more changes\n",
			    it->news_count - ANNOUNCED_MOST);
	if (it->news.length) {
		text_cut(&it->news, it->news.length - 1);
		terminal_announce(text_string(&it->news));
	}
	text_cut(&it->news, 0);
	it->news_count = 0;
}

/* A line of news, as far as there is room for one more. */
static bool begin_news(struct interactive *it)
{
	if (it->is_quiet || ++it->news_count > ANNOUNCED_MOST)
		return false;
	text_puts(&it->news, "-- ");
	return true;
}

static void put_place(struct interactive *it, uint32_t netns)
{
	const char *name = names_text(it->shell->request.names, netns);

	if (!netns)
		return;
	text_puts(&it->news, " in ");
	text_escaped(&it->news, name, strlen(name));
}

static void tell_link(struct interactive *it, const struct event *event)
{
	const struct link *link = event->object, *before = event->before;
	const char *name = names_text(it->shell->request.names, link->name.id);
	bool carrier_before = before && before->carrier, carrier = link->carrier;
	const char *what = event->kind == EVENT_DELETE ? "is gone"
			   : !before                   ? "appeared"
			   : before->up != link->up    ? link->up ? "is up" : "is down"
			   : carrier_before != carrier
				   ? carrier ? "has a carrier" : "has no carrier"
				   : NULL;

	if (!what || !begin_news(it))
		return;
	text_escaped(&it->news, name, strlen(name));
	put_place(it, event->netns);
	text_printf(&it->news, " %s\n", what);
}

static void tell_netns(struct interactive *it, const struct event *event)
{
	const struct netns *netns = event->object;
	const char *name = names_text(it->shell->request.names, netns->name.id);

	if (!begin_news(it))
		return;
	text_puts(&it->news, "netns ");
	text_escaped(&it->news, name, strlen(name));
	text_puts(&it->news, event->kind == EVENT_DELETE ? " is gone\n" : " appeared\n");
}

static int hear(void *cookie, const struct event *event)
{
	struct interactive *it = cookie;

	if (event->kind != EVENT_SET && event->kind != EVENT_DELETE)
		return 0;
	drift_note(&it->drift);
	/* It is part of what was there when the shell began. */
	if (event->type == OBJECT_LINK && names_cache_reads(it->cache, event->netns))
		return 0;
	if (event->type == OBJECT_LINK)
		tell_link(it, event);
	else if (event->type == OBJECT_NETNS)
		tell_netns(it, event);
	return 0;
}

/* --- Waiting --- */

static void shorten(int *timeout_ms, int to)
{
	if (*timeout_ms < 0 || *timeout_ms > to)
		*timeout_ms = to;
}

static size_t wait_for(void *cookie, struct pollfd *fds, int *timeout_ms)
{
	struct interactive *it = cookie;
	size_t count;

	count = names_cache_polls(it->cache, fds, timeout_ms);
	count += drift_polls(&it->drift, fds + count, timeout_ms);
	if (it->until)
		shorten(timeout_ms, COUNTDOWN_MS);
	if (it->is_begun)
		shorten(timeout_ms, BEGUN_MS);
	return count;
}

/* A commit that was taken back, or confirmed elsewhere, while nobody here did anything. */
static void tell_guard(struct interactive *it)
{
	CLEANUP(text_clear) struct text outcome = { 0 };
	int64_t until = it->until;

	if (!until)
		return;
	look_for_guard(it);
	if (it->until || it->is_begun || !begin_news(it))
		return;
	if (time(NULL) >= until)
		guard_outcome(it->guarded, &outcome);
	else
		text_puts(&outcome, "no commit waits for its confirmation any more");
	text_escaped(&it->news, text_string(&outcome), outcome.length);
	text_char(&it->news, '\n');
}

static int ready(void *cookie, const struct pollfd *polls, size_t count)
{
	struct interactive *it = cookie;
	bool drifted = it->drift.drifted, had_guard = it->until || it->is_begun;

	(void)count;
	tell_guard(it);
	names_cache_ready(it->cache, polls);
	if (drift_ready(it->shell, &it->drift) || had_guard) {
		if (it->drift.drifted && !drifted && begin_news(it))
			text_puts(&it->news,
				  "the network is not what was committed last any more: 'diff 0'"
				  " and 'diff' say more\n");
		terminal_prompt_changed();
	}
	announce(it);
	return 0;
}

/* --- Lines --- */

/* Events that the line brought about are taken in silence. */
static void drain(struct interactive *it)
{
	struct pollfd polls[NAMES_POLLS];
	int ignored = -1;

	it->is_quiet = true;
	while (names_cache_polls(it->cache, polls, &ignored) && poll(polls, NAMES_POLLS, 0) > 0)
		names_cache_ready(it->cache, polls);
	it->is_quiet = false;
}

static int line(void *cookie, const char *text)
{
	struct interactive *it = cookie;
	struct shell *shell = it->shell;

	shell_line(shell, text ? text : "exit");
	if (shell->status == 128 + SIGINT)
		terminal_forget_pasted();
	drain(it);
	drift_note(&it->drift);
	names_cache_use(it->cache, shell->netns ? names_of(shell->request.names, shell->netns) : 0);
	return shell->ends;
}

/* --- Completion --- */

static void complete_stage(size_t count, const char *typed, complete_function *put,
			   void *put_cookie, const struct pipe_row *row)
{
	for (size_t i = 0; !count && i < pipe_rows_count; i++)
		if (!strncmp(pipe_rows[i].word, typed, strlen(typed)))
			put(put_cookie, pipe_rows[i].word, pipe_rows[i].help);
	if (count == 1 && row && row->argument)
		put(put_cookie, NULL, row->argument);
}

static enum complete_more complete_command(struct interactive *it, char *const *words, size_t count,
					   const char *typed, size_t *command,
					   complete_function *put, void *put_cookie)
{
	struct shell *shell = it->shell;
	struct candidate_names names = { shell, names_cache_source(it->cache) };
	const struct complete_source edited = candidate_names_source(&names);
	bool is_done = count && (!strcmp(*words, "do") || !strcmp(*words, "run"));
	struct completion completion = {
		.request = &shell->request,
		.source = shell->candidate.is_open && !is_done ? &edited : &names.below,
		.words = words + is_done,
		.count = count - is_done,
		.typed = typed,
		.put = put,
		.cookie = put_cookie,
	};
	enum complete_more more;

	shell->request.commands = is_done ? &shell_kernel : shell_commands(shell);
	more = complete(&completion);
	*command = completion.command + is_done;
	shell->request.commands = shell_commands(shell);
	return more;
}

static enum complete_more complete_at(void *cookie, const struct line_place *place, size_t *command,
				      complete_function *put, void *put_cookie)
{
	struct interactive *it = cookie;
	struct error ignored = { 0 };
	const struct pipe_row *row;

	names_cache_ask(it->cache);
	if (!place->stage)
		return complete_command(it, place->words, place->count, place->typed, command, put,
					put_cookie);
	row = place->count ? pipe_row_find(*place->words, &ignored) : NULL;
	complete_stage(place->count, place->typed, put, put_cookie, row);
	return place->count == 1 && row && row->argument && !strcmp(row->argument, "FILE")
		       ? COMPLETE_FILES
		       : COMPLETE_WORDS;
}

static bool lacks(void *cookie)
{
	return names_cache_lacks(((const struct interactive *)cookie)->cache);
}

static void interactive_clear(struct interactive *it)
{
	names_cache_free(&it->cache);
	drift_clear(&it->drift);
	text_clear(&it->prompt);
	text_clear(&it->news);
}

int interactive_run(struct shell *shell, struct error *error)
{
	CLEANUP(interactive_clear)
	struct interactive it = {
		.shell = shell,
		.cache = names_cache_new(&shell->request),
	};
	CLEANUP(text_clear) struct text path = { 0 };
	const struct terminal_hooks hooks = {
		.cookie = &it,
		.prompt = prompt,
		.line = line,
		.complete = complete_at,
		.lacks = lacks,
		.ready = ready,
		.wait_for = wait_for,
	};

	names_cache_hear(it.cache, hear, &it);
	return terminal_run(&hooks, history_default_path(&path) ? text_string(&path) : NULL, error);
}
