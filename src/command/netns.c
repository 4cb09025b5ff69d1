/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl netns`: network namespaces with a name. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/list.h"
#include "command/show.h"
#include "kernel/netns.h"
#include "kernel/process.h"
#include "model/netns.h"
#include "text/take.h"

#define MARK(pointer, member) ATTR_MARK(&netns_table, netns, pointer, member)

static int take_name(struct request *request, struct words *words, bool is_new, struct netns *netns,
		     struct error *error)
{
	const char *word = words_take(words);
	int r = 0;

	if (!word)
		return error_usage(error, "a NAME is needed");
	if (is_new)
		r = netns_check_name(word, error);
	netns->name.id = names_of(request->names, word);
	MARK(netns, name);
	return r;
}

/* Each name counts as a command. */
static int add(struct request *request, struct words *words, struct error *error)
{
	int r = 0;

	do {
		struct netns netns = { 0 };

		r = take_name(request, words, true, &netns, error);
		if (r < 0)
			return r;
		plan_add(&request->plan, OBJECT_NETNS, CHANGE_ADD, &netns);
		r = request_commit(request, error);
	} while (!r && words->left);
	return r;
}

/* Who still lives in a namespace that loses its name: told, not refused. */
static void tell_inhabitants(const struct request *request, const char *name)
{
	CLEANUP(processes_clear) struct processes processes = { 0 };
	CLEANUP(text_clear) struct text text = { 0 };
	CLEANUP(fd_close) int fd = -1;
	struct error ignored = { 0 };

	if ((request->candidate && !request->touched) || netns_open(name, &fd, &ignored) < 0 ||
	    processes_read(&processes, fd, &ignored) < 0)
		return;
	for (size_t i = 0; i < processes.count; i++) {
		char called[PROCESS_NAME];

		process_name(processes.items[i].pid, called);
		text_printf(&text, "%s%d (", i ? ", " : "", (int)processes.items[i].pid);
		text_escaped(&text, called, strlen(called));
		text_char(&text, ')');
	}
	if (processes.count)
		request_note(request, "netns '%s' loses its name but lives on: %s", name,
			     text_string(&text));
}

static int del(struct request *request, struct words *words, struct error *error)
{
	int r = 0;

	do {
		struct netns netns = { 0 };

		r = take_name(request, words, false, &netns, error);
		if (r < 0)
			return r;
		tell_inhabitants(request, names_text(request->names, netns.name.id));
		plan_add(&request->plan, OBJECT_NETNS, CHANGE_DELETE, &netns);
		r = request_commit(request, error);
	} while (!r && words->left);
	return r;
}

/* The whole word is a number from `least` on. */
static int take_number(struct words *words, const char *what, uint64_t most, uint32_t *number,
		       struct error *error)
{
	const char *word = words_take(words);
	uint64_t value;

	if (!word)
		return error_usage(error, "a %s is needed", what);
	if (!number_read(word, &value) || value > most)
		return error_usage(error, "'%s' is no %s", word, what);
	*number = (uint32_t)value;
	return 0;
}

static int end_of(struct words *words, struct error *error)
{
	return words_peek(words) ? object_unknown(NULL, 0, NULL, words_peek(words), error) : 0;
}

static int attach(struct request *request, struct words *words, struct error *error)
{
	struct netns netns = { 0 };
	int r = take_name(request, words, true, &netns, error);

	if (!r)
		r = take_number(words, "PID", INT_MAX, &netns.pid, error);
	if (!r && !netns.pid)
		r = error_usage(error, "'0' is no PID");
	if (!r)
		r = end_of(words, error);
	if (r < 0)
		return r;
	MARK(&netns, pid);
	plan_add(&request->plan, OBJECT_NETNS, CHANGE_ADD, &netns);
	return 0;
}

static int set(struct request *request, struct words *words, struct error *error)
{
	struct netns netns = { 0 };
	uint32_t id = 0;
	int r = take_name(request, words, false, &netns, error);

	if (!r && words_take_if(words, "auto"))
		netns.id = -1;
	else if (!r)
		r = take_number(words, "ID (a number or auto)", INT_MAX, &id, error);
	if (!r)
		r = end_of(words, error);
	if (r < 0)
		return r;
	if (!netns.id)
		netns.id = (int32_t)id;
	MARK(&netns, id);
	plan_add(&request->plan, OBJECT_NETNS, CHANGE_SET, &netns);
	return 0;
}

static const struct column columns[] = {
	{ "NETNS", 0 },
	{ "NAME", 0 },
	{ "ID", 0 },
	{ "STATE", 0 },
};

static void row(struct listing *listing, const void *object)
{
	const struct netns *netns = object;

	cell_name(listing, netns->name.id);
	CELL(listing, &netns_table, netns, netns, id);
	text_puts(columns_cell(&listing->print), netns->pid ? "leftover file, no namespace" : "");
}

/* Its id in the namespace ovl runs in, when it has one. */
static void read_id(const struct place *place, const char *name, struct netns *netns)
{
	CLEANUP(fd_close) int fd = -1;
	struct error ignored = { 0 };

	if (!netns_open(name, &fd, &ignored) &&
	    !netns_id(place->netlink, fd, &netns->id, &ignored) && netns->id >= 0)
		MARK(netns, id);
}

static int show_kernel(struct listing *listing, struct error *error)
{
	struct request *request = listing->request;
	struct netns_files files = { 0 };
	struct place place;
	int r = netns_list(&files, error);

	if (!r)
		r = kernel_place(&request->kernel, 0, &place, error);
	if (!r)
		listing_begin(listing, false);
	for (size_t i = 0; !r && i < files.count; i++) {
		struct netns netns = { .name = { names_of(request->names, files.items[i].name) } };

		MARK(&netns, name);
		if (files.items[i].state == NETNS_STRANGE)
			continue;
		/* No namespace: in columns it is told, in JSON there is none. */
		netns.pid = files.items[i].state == NETNS_LEFTOVER;
		if (netns.pid && request->options.json)
			continue;
		if (!netns.pid)
			read_id(&place, files.items[i].name, &netns);
		listing_put(listing, &netns);
	}
	if (!r)
		listing_end(listing);
	netns_files_clear(&files);
	return r;
}

static int by_name(const void *a, const void *b, void *cookie)
{
	const struct names *names = cookie;

	return strcmp(names_text(names, *(const uint32_t *)a),
		      names_text(names, *(const uint32_t *)b));
}

static int show_candidate(struct listing *listing, struct error *error)
{
	struct request *request = listing->request;
	CLEANUP(pointer_free) uint32_t *names = NULL;
	struct place place;
	size_t count = 0;
	int r;

	request->options.all_netns = true;
	r = request_places(request, &names, &count, error);
	request->options.all_netns = false;
	if (!r && request->touched)
		r = kernel_place(&request->kernel, 0, &place, error);
	if (r < 0)
		return r;
	if (count)
		qsort_r(names, count, sizeof(*names), by_name, request->names);
	network_index(request->candidate, OBJECT_NETNS);
	listing_begin(listing, false);
	for (size_t i = 0; i < count; i++) {
		struct netns netns = { .name = { names[i] } };

		netns = *(const struct netns *)network_find(request->candidate, OBJECT_NETNS,
							    &netns, NULL);
		if (request->touched && !ATTR_HAS(&netns_table, netns, &netns, id))
			read_id(&place, names_text(request->names, names[i]), &netns);
		listing_put(listing, &netns);
	}
	listing_end(listing);
	return 0;
}

static int show(struct request *request, struct words *words, struct error *error)
{
	struct listing listing = { .request = request,
				   .type = OBJECT_NETNS,
				   .columns = columns,
				   .columns_count = sizeof(columns) / sizeof(*columns),
				   .row = row };
	int r = end_of(words, error);

	/* All of them are what it shows anyway. */
	request->options.all_netns = false;
	if (r < 0)
		return r;
	return request->candidate ? show_candidate(&listing, error) : show_kernel(&listing, error);
}

static int pids(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(processes_clear) struct processes processes = { 0 };
	CLEANUP(fd_close) int fd = -1;
	struct json json = { .out = request->out, .pretty = request->options.pretty };
	const char *name = words_take(words);
	int r;

	if (!name)
		return error_usage(error, "a NAME is needed");
	r = end_of(words, error);
	if (!r)
		r = netns_open(name, &fd, error);
	if (!r)
		r = processes_read(&processes, fd, error);
	if (r < 0)
		return r;
	if (request->options.json)
		json_open_array(&json, NULL);
	for (size_t i = 0; i < processes.count; i++) {
		char called[PROCESS_NAME];

		process_name(processes.items[i].pid, called);
		if (request->options.json) {
			json_open_object(&json, NULL);
			json_number(&json, "pid", (uint64_t)processes.items[i].pid);
			json_string(&json, "name", called);
			json_close_object(&json);
			continue;
		}
		/* The bare number is what scripts read; -d says who it is. */
		text_number(request->out, (uint64_t)processes.items[i].pid);
		if (request->options.details) {
			text_char(request->out, ' ');
			text_escaped(request->out, called, strlen(called));
		}
		text_char(request->out, '\n');
	}
	if (request->options.json) {
		json_close_array(&json);
		text_char(request->out, '\n');
	}
	return 0;
}

static int identify(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(fd_close) int fd = -1;
	struct netns_files names = { 0 };
	struct json json = { .out = request->out, .pretty = request->options.pretty };
	char pid[32] = "";
	uint32_t number;
	int r = 0;

	if (words_peek(words) && strcmp(words_peek(words), "self")) {
		r = take_number(words, "PID", INT_MAX, &number, error);
		snprintf(pid, sizeof(pid), "pid:%u", number);
	} else {
		words_take(words);
	}
	if (!r)
		r = end_of(words, error);
	if (!r)
		r = netns_open(pid, &fd, error);
	if (!r)
		r = netns_identify(fd, &names, error);
	if (r < 0)
		return r;
	if (request->options.json)
		json_open_array(&json, NULL);
	for (size_t i = 0; i < names.count; i++) {
		if (request->options.json) {
			json_open_object(&json, NULL);
			json_string(&json, "name", names.items[i].name);
			json_close_object(&json);
		} else {
			text_escaped(request->out, names.items[i].name,
				     strlen(names.items[i].name));
			text_char(request->out, '\n');
		}
	}
	if (request->options.json) {
		json_close_array(&json);
		text_char(request->out, '\n');
	}
	netns_files_clear(&names);
	return 0;
}

static void tell_where(const struct request *request, const char *name)
{
	CLEANUP(text_clear) struct text text = { 0 };

	if (request->options.quiet)
		return;
	text_puts(&text, "netns: ");
	text_escaped(&text, name, strlen(name));
	fprintf(stderr, "%s\n", text_string(&text));
}

/* In every named namespace, one after another; ends with the first failure. */
static int exec_everywhere(struct request *request, struct netns_command *command,
			   struct error *error)
{
	struct netns_files files = { 0 };
	int r = netns_list(&files, error);

	for (size_t i = 0; !r && i < files.count && !request->status; i++) {
		CLEANUP(fd_close) int fd = -1;

		if (files.items[i].state != NETNS_LIVE)
			continue;
		command->name = files.items[i].name;
		tell_where(request, command->name);
		r = netns_open(command->name, &fd, error);
		if (!r)
			r = netns_run(fd, command, &request->status, error);
	}
	netns_files_clear(&files);
	return r;
}

/* Ends with the command's own status; 125 when ovl itself fails. */
static int exec(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(pointer_free) char **argv = NULL;
	CLEANUP(fd_close) int fd = -1;
	struct netns_command command = { .verbose = request->options.verbose };
	bool is_shell;
	int r = 0;

	request->has_status = true;
	request->status = EXEC_FAILED;
	if (!request->options.all_netns) {
		command.name = words_take(words);
		if (!command.name)
			return error_usage(error, "a NAME is needed");
	}
	words_take_if(words, "--");
	if (!words->left)
		return error_usage(error, "a command is needed");
	if (request->options.dry_run || request->options.as_ip || request->candidate)
		return error_usage(error,
				   "a command that is run cannot be tried without running it");
	command.argv = argv = request_argv(words, &is_shell);
	r = apply_flush(&request->apply, error);
	if (!r && text_flush(request->out) < 0)
		r = error_set(error, request->out->failed, "cannot write");
	if (r < 0)
		return r;
	if (!command.name) {
		request->status = 0;
		return exec_everywhere(request, &command, error);
	}
	r = netns_open(command.name, &fd, error);
	if (r < 0)
		return r;
	/* A batch goes on afterwards: it runs the command beside itself. */
	return request->line ? netns_run(fd, &command, &request->status, error)
			     : netns_exec(fd, &command, &request->status, error);
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "add", "a", "NAME...", "make namespaces", add, VERB_CHANGES, { NULL } },
	{ "del", "d delete", "NETNS...",
	  "take names away; tells which processes still live inside", del, VERB_CHANGES, { NULL } },
	{ "show", "list lis li ls lst l s sh", "", "list them", show, 0, { NULL } },
	{ "exec", "e ex exe", "NETNS [--] COMMAND...",
	  "run a command inside, with a /sys of its own and the files of /etc/netns/NETNS; with -A in all, and no NETNS is named", exec,
	  VERB_CHANGES | VERB_EVERYWHERE | VERB_KERNEL | VERB_TERMINAL, { NULL } },
	{ "pids", "p pid", "NETNS", "which processes live inside", pids, VERB_KERNEL, { NULL } },
	{ "identify", "i id", "[PID]", "the names of a process's namespace, by default of its own", identify, VERB_KERNEL, { NULL } },
	{ "attach", "at", "NAME PID", "give the namespace of a process a name", attach, VERB_CHANGES,
	  { NULL } },
	{ "set", "se", "NETNS {ID|auto}", "give it an id in this namespace", set, VERB_CHANGES, { NULL } },
};
/* clang-format on */

const struct command command_netns = {
	.name = "netns",
	.help = "network namespaces",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
	.verb = "show",
};
