/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl status`: the labs of this machine, how far they are what their files say, what is unfinished. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apply/guard.h"
#include "apply/journal.h"
#include "apply/lab_lock.h"
#include "apply/lab_network.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/lab.h"
#include "command/list.h"
#include "command/stored.h"
#include "kernel/picture.h"
#include "model/route.h"
#include "plan/finder.h"
#include "text/columns.h"
#include "text/object_words.h"

/* What is known of one lab. */
struct state {
	char lab[LAB_NAME_MOST + 1];
	size_t netns, links;
	bool has_file;      /* the last one applied is known … */
	size_t differences; /* … and differs in so much */
	bool is_unfinished; /* a journal of what was begun and not finished */
	pid_t busy;         /* who changes it now; 0: nobody */
	struct guard_wait wait;
	bool waits;
	struct text outcome; /* of the last change that was not confirmed */
};

struct states {
	struct state *items;
	size_t count, room;
	struct network network; /* all there is */
	struct text *orphans;   /* entries that say they are a lab's, and no lab's file names */
	size_t orphans_count, orphans_room;
};

static void states_clear(struct states *states)
{
	for (size_t i = 0; i < states->count; i++)
		text_clear(&states->items[i].outcome);
	for (size_t i = 0; i < states->orphans_count; i++)
		text_clear(&states->orphans[i]);
	free(states->items);
	free(states->orphans);
	network_clear(&states->network);
}

static struct state *state_of(struct states *states, const char *lab, size_t length)
{
	struct state *state;

	for (size_t i = 0; i < states->count; i++)
		if (strlen(states->items[i].lab) == length &&
		    !strncmp(states->items[i].lab, lab, length))
			return &states->items[i];
	state = array_add(&states->items, &states->count, &states->room);
	*state = (struct state){ .netns = 0 };
	memcpy(state->lab, lab, length);
	return state;
}

/* Those that the kernel has something of. */
static int find_in_kernel(struct request *request, struct states *states, const char *only,
			  struct error *error)
{
	/* Entries only as far as one may be nobody's. */
	const struct picture_options options = { .types = only ? 1U << OBJECT_LINK
							       : 1U << OBJECT_ADDRESS |
									  1U << OBJECT_NEIGHBOUR |
									  1U << OBJECT_ROUTE };
	CLEANUP(pointer_free) uint32_t *netns = NULL;
	const uint32_t lo = names_of(request->names, "lo");
	size_t count, entered = 0;
	int r = picture_namespaces(&request->kernel, &netns, &count, error);

	for (size_t i = 0; !r && i < count; i++) {
		struct error why = { 0 };
		struct place place;

		if (!kernel_place(&request->kernel, netns[i], &place, &why))
			netns[entered++] = netns[i];
		else if (!request->unseen.errnum)
			request->unseen = why;
	}
	if (!r)
		r = picture_read(&request->kernel, netns, entered, &options, &states->network,
				 error);
	for (size_t i = 0; !r && i < states->network.objects[OBJECT_LINK].count; i++) {
		const struct link *link = network_at(&states->network, OBJECT_LINK, i);
		struct lab_alias alias =
			lab_alias_split(names_text(request->names, link->alias.id));
		struct state *state;

		if (!alias.length)
			continue;
		state = state_of(states, alias.lab, alias.length);
		if (link->name.id == lo)
			state->netns++;
		else
			state->links++;
	}
	return r;
}

static void add_labs(struct states *states, const struct state_labs *labs)
{
	for (size_t i = 0; i < labs->count; i++)
		if (strcmp(labs->names[i], GUARD_COMMANDS) != 0)
			state_of(states, labs->names[i], strlen(labs->names[i]));
}

/* Those that files say something of: one that was destroyed is none any more. */
static int find_in_files(struct states *states, struct error *error)
{
	CLEANUP(state_labs_clear) struct state_labs stored = { 0 };
	CLEANUP(state_labs_clear) struct state_labs begun = { 0 };
	CLEANUP(state_labs_clear) struct state_labs waiting = { 0 };
	int r = store_labs(&stored, error);

	for (size_t i = 0; !r && i < stored.count; i++) {
		CLEANUP(store_entries_clear) struct store_entries entries = { 0 };

		r = store_list(stored.names[i], &entries, error);
		if (!r && entries.count && !*entries.items->meta.mark)
			state_of(states, stored.names[i], strlen(stored.names[i]));
	}
	if (!r)
		r = journal_list(&begun, error);
	if (!r)
		r = guard_list(&waiting, error);
	add_labs(states, &begun);
	add_labs(states, &waiting);
	return r;
}

/* How the lab differs from the file that was applied last; what that names is no orphan. */
static int look_at(struct request *request, struct state *state, struct stored *last,
		   struct error *error)
{
	CLEANUP(lab_clear) struct lab lab = { 0 };
	const struct compare_options options = { .last = &last->topology.network };
	const struct past past = { 0 };
	int r;

	stored_last(request, state->lab, last);
	state->has_file = last->is_there;
	state->busy = lab_lock_holder(state->lab);
	state->waits = guard_look(state->lab, &state->wait);
	guard_outcome(state->lab, &state->outcome);
	r = journal_exists(state->lab, error);
	if (r < 0)
		return r;
	/* While it is changed, there is one. */
	state->is_unfinished = r && !state->busy;
	if (!last->is_there)
		return 0;
	r = lab_places(&request->kernel, &last->topology.network, &past, state->lab, &lab.places,
		       &request->unseen, error);
	if (!r)
		r = lab_network_read(&request->kernel, &last->topology.network, &past, &lab.places,
				     0, NULL, &lab.have, error);
	lab_note_unsearched(request, &lab.have);
	if (!r)
		r = compare(&lab.have, &last->topology.network, state->lab, &options,
			    &lab.comparison, error);
	for (size_t action = ACTION_CREATE; !r && action < ACTIONS; action++)
		state->differences += lab.comparison.totals[action];
	return r;
}

/* What tells whether somebody answers for an entry: the links there are, and what files name. */
struct orphanage {
	const struct names *names;
	struct finder links, named;
	uint32_t lo;
};

static bool is_of_a_lab(const struct orphanage *orphanage, uint32_t netns, uint32_t name)
{
	const struct link key = { .netns = { netns }, .name = { name } };
	const struct link *link = finder_find(&orphanage->links, &key);

	return link && lab_alias_split(names_text(orphanage->names, link->alias.id)).length;
}

static int is_on_a_lab(void *cookie, uint32_t netns, struct link_name *name)
{
	return is_of_a_lab(cookie, netns, name->id);
}

/* What the labs' last files name, with the values that go without saying. */
static struct finder named_of(const struct stored *lasts, size_t count, enum object_type type,
			      struct arena *arena)
{
	struct finder finder = { 0 };
	size_t total = 0, at = 0;

	for (size_t i = 0; i < count; i++)
		total += lasts[i].topology.network.objects[type].count;
	finder.items = memory_new(total + 1, sizeof(*finder.items));
	for (size_t i = 0; i < count; i++) {
		const struct network *network = &lasts[i].topology.network;

		for (size_t k = 0; k < network->objects[type].count; k++) {
			void *entry = object_copy(type, network_at(network, type, k), arena);

			if (type == OBJECT_ROUTE)
				route_settle(entry, false);
			finder.items[at++] = entry;
		}
	}
	key_index_make(&finder.index, type, finder.items, total);
	return finder;
}

static const enum object_type marked_types[] = { OBJECT_ADDRESS, OBJECT_NEIGHBOUR, OBJECT_ROUTE };

enum { MARKED_TYPES = sizeof(marked_types) / sizeof(*marked_types) };

static void find_orphans_of(struct states *states, const struct attr_context *context,
			    struct orphanage *orphanage, enum object_type type)
{
	for (size_t i = 0; i < states->network.objects[type].count; i++) {
		void *entry = network_at(&states->network, type, i);
		uint32_t netns = object_netns(type, entry);
		struct text *orphan;

		if (!lab_entry_is_marked(type, entry) ||
		    (netns && is_of_a_lab(orphanage, netns, orphanage->lo)) ||
		    object_links(type, entry, is_on_a_lab, orphanage) ||
		    finder_find(&orphanage->named, entry))
			continue;
		orphan = array_add(&states->orphans, &states->orphans_count, &states->orphans_room);
		*orphan = (struct text){ 0 };
		object_title(type, context, entry, netns, orphan);
	}
}

static void find_orphans(struct request *request, struct states *states, const struct stored *lasts)
{
	struct attr_context context = request_context(request);
	struct arena arena = { 0 };
	struct orphanage orphanage = {
		.names = request->names,
		.links = finder_of(&states->network, OBJECT_LINK),
		.lo = names_of(request->names, "lo"),
	};

	for (size_t t = 0; t < MARKED_TYPES; t++) {
		orphanage.named = named_of(lasts, states->count, marked_types[t], &arena);
		find_orphans_of(states, &context, &orphanage, marked_types[t]);
		finder_clear(&orphanage.named);
	}
	finder_clear(&orphanage.links);
	arena_clear(&arena);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct state *)a)->lab, ((const struct state *)b)->lab);
}

static void put_json(struct request *request, const struct states *states)
{
	struct json json = { .out = request->out, .pretty = request->options.pretty };

	json_open_object(&json, NULL);
	json_number(&json, "format", 1);
	json_open_array(&json, "labs");
	for (size_t i = 0; i < states->count; i++) {
		struct state *state = &states->items[i];

		json_open_object(&json, NULL);
		json_string(&json, "lab", state->lab);
		json_number(&json, "netns", state->netns);
		json_number(&json, "links", state->links);
		if (state->has_file)
			json_number(&json, "differences", state->differences);
		else
			json_null(&json, "differences");
		json_bool(&json, "unfinished", state->is_unfinished);
		if (state->busy)
			json_integer(&json, "busy", state->busy);
		if (state->waits) {
			json_open_object(&json, "confirm");
			json_string(&json, "command", state->wait.what);
			json_integer(&json, "until", state->wait.until);
			json_bool(&json, "guarded", state->wait.pid);
			json_close_object(&json);
		}
		if (state->outcome.length)
			json_string(&json, "outcome", text_string(&state->outcome));
		json_close_object(&json);
	}
	json_close_array(&json);
	json_open_array(&json, "orphans");
	for (size_t i = 0; i < states->orphans_count; i++)
		json_string(&json, NULL, text_string(&states->orphans[i]));
	json_close_array(&json);
	json_close_object(&json);
	text_char(request->out, '\n');
}

static void put_wait(struct text *text, const struct guard_wait *wait)
{
	int64_t left = wait->until - time(NULL);

	text_escaped(text, wait->what, strlen(wait->what));
	if (!wait->pid)
		text_puts(text, " (its guard is gone: 'ovl rollback' takes it back, 'ovl confirm' "
				"keeps it)");
	else if (wait->until && left > 0)
		text_printf(text, " (%lld s left)", (long long)left);
}

static void put_columns(struct request *request, struct states *states)
{
	static const struct column columns[] = {
		{ "LAB", 0 }, { "NETNS", 0 }, { "LINKS", 0 }, { "DIFFERENCES", 0 }, { "STATE", 0 },
	};
	struct columns print;

	columns_begin(&print, columns, sizeof(columns) / sizeof(*columns), false,
		      request->options.oneline, request->out);
	print.painted = request->options.color;
	for (size_t i = 0; i < states->count; i++) {
		struct state *state = &states->items[i];
		struct text *cell;

		text_puts(columns_cell(&print), state->lab);
		columns_paint(&print, PAINT_NAME);
		text_number(columns_cell(&print), state->netns);
		text_number(columns_cell(&print), state->links);
		cell = columns_cell(&print);
		if (state->has_file)
			text_number(cell, state->differences);
		else
			text_char(cell, '?');
		cell = columns_cell(&print);
		if (state->busy)
			text_printf(cell, "busy (pid %d)", state->busy);
		else if (state->is_unfinished)
			text_puts(cell, "unfinished: 'ovl apply' or 'ovl rollback' takes it back");
		if (state->waits) {
			text_puts(cell,
				  cell->length ? ", waits for confirm: " : "waits for confirm: ");
			put_wait(cell, &state->wait);
		}
		columns_row(&print);
	}
	columns_end(&print);
}

/* What is no lab's. */
static void put_others(struct request *request, struct states *states)
{
	CLEANUP(text_clear) struct text outcome = { 0 };
	struct guard_wait wait;

	if (guard_look(GUARD_COMMANDS, &wait)) {
		text_puts(request->out, "waits for confirm: ");
		put_wait(request->out, &wait);
		text_char(request->out, '\n');
	}
	guard_outcome(GUARD_COMMANDS, &outcome);
	for (size_t i = 0; i <= states->count; i++) {
		struct text *told = i < states->count ? &states->items[i].outcome : &outcome;

		if (!told->length)
			continue;
		text_escaped(request->out, told->bytes, told->length);
		text_char(request->out, '\n');
	}
	for (size_t i = 0; i < states->orphans_count; i++)
		text_printf(request->out, "orphan: %s: no file that is known names it\n",
			    text_string(&states->orphans[i]));
}

static void lasts_clear(struct stored **lasts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		stored_clear(&(*lasts)[i]);
	free(*lasts);
}

static int look_at_all(struct request *request, struct states *states, const char *only,
		       struct error *error)
{
	struct stored *lasts = memory_new(states->count + 1, sizeof(*lasts));
	size_t all = states->count;
	int r = 0;

	for (size_t i = 0; !r && i < states->count; i++)
		r = look_at(request, &states->items[i], &lasts[i], error);
	if (!r && !only)
		find_orphans(request, states, lasts);
	lasts_clear(&lasts, all);
	return r;
}

/* Of all of them that one; 1 when it is there. */
static int keep_only(struct states *states, const char *lab)
{
	for (size_t i = 0; i < states->count; i++) {
		struct state kept = states->items[i];

		if (strcmp(kept.lab, lab) != 0)
			continue;
		states->items[0] = kept;
		states->count = 1;
		return 1;
	}
	return 0;
}

static int status(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(states_clear) struct states states = { .items = NULL };
	const char *only = words_take(words);
	int r;

	if (words_peek(words))
		return error_usage(error, "'%s' is too much: one LAB", words_peek(words));
	r = find_in_kernel(request, &states, only, error);
	if (!r)
		r = find_in_files(&states, error);
	if (r < 0)
		return r;
	if (states.count)
		qsort(states.items, states.count, sizeof(*states.items), by_name);
	if (only && !keep_only(&states, only))
		return error_usage(error, "nothing here is of a lab '%s'", only);
	r = look_at_all(request, &states, only, error);
	if (r < 0)
		return r;
	if (request->options.json) {
		put_json(request, &states);
	} else {
		put_columns(request, &states);
		put_others(request, &states);
	}
	for (size_t i = 0; i < states.count; i++)
		if (states.items[i].differences || states.items[i].is_unfinished)
			request->status = EXIT_DIFFERENT;
	request->has_status = request->status && !request->unseen.errnum;
	return 0;
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "",
	  "",
	  "[LAB]",
	  "list the labs, how far they are as their files say, what is unfinished",
	  status,
	  VERB_WHOLE,
	  { NULL } },
};
/* clang-format on */

const struct command command_status = {
	.name = "status",
	.help = "the labs of this machine, and what is unfinished",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
};
