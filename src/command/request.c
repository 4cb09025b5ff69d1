/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/request.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attr/database.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/session_guard.h"
#include "command/source.h"
#include "command/touched.h"
#include "kernel/netns.h"
#include "model/netns.h"
#include "text/take.h"

static int settle(void *cookie, struct error *error)
{
	return apply_flush(cookie, error);
}

void request_init(struct request *request, const struct options *options, struct text *out)
{
	memset(request, 0, sizeof(*request));
	request->options = *options;
	request->commands = &command_all;
	request->names = names_new();
	request->databases = databases_new();
	request->out = out;
	request->kernel.names = request->names;
	request->kernel.databases = request->databases;
	request->kernel.family = options->family;
	request->kernel.verbose = options->verbose;
	request->kernel.timeout_ms = options->timeout_ms;
	request->apply.kernel = &request->kernel;
	request->kernel.settle = settle;
	request->kernel.settle_cookie = &request->apply;
}

void request_clear(struct request *request)
{
	guard_done(&request->guard);
	touched_end(request);
	apply_clear(&request->apply);
	plan_clear(&request->plan);
	kernel_clear(&request->kernel);
	pools_clear(&request->pools);
	session_clear(&request->session);
	free(request->facts);
	databases_free(&request->databases);
	names_free(&request->names);
}

struct attr_context request_context(const struct request *request)
{
	return (struct attr_context){
		.names = request->names,
		.databases = request->databases,
		.family = request->options.family,
		.tolerant = true,
	};
}

void request_show_plan(struct request *request, const struct plan *plan)
{
	struct attr_context context = request_context(request);

	if (request->options.as_ip)
		plan_print_ip(plan, request->options.netns, &context, request->out);
	else
		plan_print(plan, &context, request->out);
}

int request_guard(struct request *request, const char *name, const struct network *settings,
		  struct error *error)
{
	int r;

	if (!request->options.confirm_s || request->is_guarded)
		return 0;
	r = guard_start(&request->guard, name, request->options.confirm_s, request->options.line,
			settings, request->names, error);
	request->is_guarded = !r;
	return r;
}

/* What a plan that is only tried names. */
struct naming {
	struct request *request;
	struct error *error;
};

static bool is_called(const struct link *link, uint32_t netns, uint32_t name)
{
	return link->netns.id == netns && link->name.id == name;
}

/* Whether a step of the plan itself makes the link, or calls one so. */
static bool is_made(const struct plan *plan, uint32_t netns, uint32_t name)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->steps[i];
		const struct link *link = step->object, *other = step->other;

		if (step->type != OBJECT_LINK)
			continue;
		if (link->netns.id == netns && link->new_name.id == name)
			return true;
		if (step->change == CHANGE_ADD &&
		    (is_called(link, netns, name) || (other && is_called(other, netns, name))))
			return true;
	}
	return false;
}

static int look_up_link(void *cookie, uint32_t netns, struct link_name *name)
{
	const struct naming *naming = cookie;
	struct request *request = naming->request;

	if (is_made(&request->plan, netns, name->id) ||
	    request_link(request, netns, name->id, naming->error))
		return 0;
	return -naming->error->errnum;
}

static int look_up_netns(struct request *request, const struct part *part, struct error *error)
{
	struct place place;
	int r = 0;

	for (size_t i = 0; !r && i < part->table->count; i++) {
		const struct attr *row = &part->table->rows[i];
		const struct netns_name *name = attr_value(row, part->object);

		if (row->type == &attr_type_netns_name && name->id)
			r = kernel_place(&request->kernel, name->id, &place, error);
	}
	return r;
}

/* A single command is looked through for names that are not there; a batch has its candidate. */
static int look_up_names(struct request *request, struct error *error)
{
	struct naming naming = { request, error };
	int r = 0;

	for (size_t i = 0; !r && i < request->plan.count; i++) {
		const struct step *step = &request->plan.steps[i];
		struct part parts[PARTS];
		size_t count;
		void *object;

		if (step->may_miss || step->inside ||
		    (step->type == OBJECT_NETNS && step->change == CHANGE_ADD))
			continue;
		object = object_copy(step->type, step->object, &request->plan.arena);
		count = object_info(step->type)->parts(object, parts);
		for (size_t p = 0; !r && p < count; p++)
			r = look_up_netns(request, &parts[p], error);
		if (!r)
			r = object_links(step->type, object, look_up_link, &naming);
	}
	return r;
}

/* What is only tried changes the candidate of its batch, so that later lines find it, and no other. */
static int commit(struct request *request, struct error *error)
{
	bool shows = request->options.dry_run || request->options.as_ip;
	int r = 0;

	if (!request->candidate && request->options.dry_run && !request->options.as_ip)
		r = look_up_names(request, error);
	if (r < 0)
		return r;
	if (request->candidate && (request->touched || !shows)) {
		r = request_change_candidate(request, error);
		request->edits += !r;
	} else if (!shows && request->line) {
		r = apply_line(&request->apply, &request->plan, request->line, error);
	} else if (!shows) {
		r = apply_plan(&request->apply, &request->plan, error);
	}
	if (!r && shows)
		request_show_plan(request, &request->plan);
	return r;
}

int request_commit(struct request *request, struct error *error)
{
	int r;

	if (!request->plan.count)
		return 0;
	for (size_t i = 0; i < request->plan.count && request->options.idempotent; i++)
		request->plan.steps[i].may_exist = request->plan.steps[i].may_miss = true;
	/* What is edited cuts nobody. */
	r = request->candidate && !request->touched ? 0
						    : session_guard(request, &request->plan, error);
	if (!r && !request->options.dry_run && !request->options.as_ip && !request->candidate)
		r = request_guard(request, GUARD_COMMANDS, NULL, error);
	if (!r)
		r = commit(request, error);
	plan_reset(&request->plan);
	/* What waits in a send is entries, and those do not change what is known of links. */
	if (!apply_waits(&request->apply))
		request->facts_count = 0;
	return r;
}

int request_enter(const struct request *request, struct error *error)
{
	const char *netns = request->options.netns;
	CLEANUP(fd_close) int fd = -1;
	int r = netns ? netns_open(netns, &fd, error) : 0;

	if (r < 0 || !netns)
		return r;
	r = netns_enter(fd, error);
	return r < 0 ? error_wrap(error, "netns '%s'", netns) : 0;
}

void request_note_guard(const struct request *request, int r)
{
	if (request->is_guarded && !guard_is_there(&request->guard))
		request_note(request, "the guard of --confirm is gone (killed): nothing takes this "
				      "back by itself");
	else if (!r && request->is_guarded)
		request_note(request, "unless 'ovl confirm' comes within %u s, it is taken back",
			     request->options.confirm_s);
}

const struct link *request_link(struct request *request, uint32_t netns, uint32_t name,
				struct error *error)
{
	struct link_fact *fact;
	struct link key = { .name = { name } };
	int r;

	for (size_t i = 0; i < request->facts_count; i++)
		if (request->facts[i].netns == netns && request->facts[i].name == name)
			return &request->facts[i].link;
	fact = array_add(&request->facts, &request->facts_count, &request->facts_room);
	fact->netns = netns;
	fact->name = name;
	r = request_get(request, netns, OBJECT_LINK, &key, &fact->link, error);
	if (!r)
		return &fact->link;
	request->facts_count--;
	if (r == -ENOENT) {
		error_usage(error, "there is no link '%s'", names_text(request->names, name));
		error->errnum = ENOENT;
	}
	return NULL;
}

int request_own_name(struct request *request, struct link_name *dev, struct error *error)
{
	const struct link *link;

	if (request->options.all_netns)
		return 0;
	link = request_link(request, 0, dev->id, error);
	if (!link)
		return -error->errnum;
	*dev = link->name;
	return 0;
}

bool request_passes(const struct request *request, struct error *error)
{
	bool passes = request->options.all_netns && error->errnum == ENXIO;

	if (passes)
		error_clear(error);
	return passes;
}

void request_note(const struct request *request, const char *format, ...)
{
	va_list arguments;

	if (request->options.quiet)
		return;
	va_start(arguments, format);
	error_note(stderr, format, arguments);
	va_end(arguments);
}

int request_take(const struct request *request, const struct part *parts, size_t count,
		 struct words *words, struct error *error)
{
	struct attr_context context = request_context(request);

	return object_take(&context, parts, count, words, error);
}

/* Adds the namespace when it may be entered; one that is gone meanwhile is none. */
static void add_place(struct request *request, const char *name, uint32_t **netns, size_t *count,
		      size_t *room)
{
	uint32_t id = names_of(request->names, name);
	struct error why = { 0 };
	struct place place;

	if (!kernel_place(&request->kernel, id, &place, &why))
		*array_add(netns, count, room) = id;
	else if (why.errnum == ENOENT)
		return;
	else if (request->unseen.errnum)
		error_hint(&request->unseen, "; nor '%s'", name);
	else
		request->unseen = why;
}

/* A process's namespace, which a line named, is in no list. */
static void add_candidates(struct request *request, uint32_t **netns, size_t *count, size_t *room)
{
	const struct network *network = request->candidate;

	for (size_t i = 0; i < network->objects[OBJECT_NETNS].count; i++) {
		const struct netns *space = network_at(network, OBJECT_NETNS, i);

		if (!network_is_gap(network, OBJECT_NETNS, i) &&
		    !strchr(names_text(request->names, space->name.id), ':'))
			*array_add(netns, count, room) = space->name.id;
	}
}

int request_places(struct request *request, uint32_t **netns, size_t *count, struct error *error)
{
	struct netns_files files = { 0 };
	size_t room = 0;
	int r;

	*netns = NULL;
	*count = 0;
	if (!request->options.all_netns) {
		*array_add(netns, count, &room) = 0;
		return 0;
	}
	error_clear(&request->unseen);
	if (request->candidate) {
		add_candidates(request, netns, count, &room);
		return 0;
	}
	r = netns_list(&files, error);
	for (size_t i = 0; !r && i < files.count; i++)
		if (files.items[i].state == NETNS_LIVE)
			add_place(request, files.items[i].name, netns, count, &room);
	netns_files_clear(&files);
	return r;
}

int request_name(const struct request *request, const char *word, uint32_t *name,
		 struct error *error)
{
	struct attr_context context = request_context(request);

	return link_name_take(&context, word, name, error);
}

char **request_argv(struct words *words, bool *is_shell)
{
	static char usual[] = "/bin/sh";
	char **argv = memory_new(words->left + 2, sizeof(*argv));
	char *shell = getenv("SHELL");

	memcpy(argv, words->at, words->left * sizeof(*argv));
	*is_shell = !words->left;
	if (*is_shell)
		argv[0] = shell && !access(shell, X_OK) ? shell : usual;
	return argv;
}
