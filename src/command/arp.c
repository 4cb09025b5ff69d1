/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl arp`, `ovl neigh`: the neighbour tables of IPv4 and IPv6. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/link_filter.h"
#include "command/list.h"
#include "command/missing.h"
#include "command/session_guard.h"
#include "command/show.h"
#include "command/source.h"
#include "model/neighbour.h"
#include "model/uapi.h"
#include "text/entry_words.h"
#include "text/route_words.h"
#include "text/take.h"

#define HAS(pointer, member) ATTR_HAS(&neighbour_table, neighbour, pointer, member)

static int take_entry(struct request *request, struct neighbour *neighbour, struct words *words,
		      struct error *error)
{
	struct attr_context context = request_context(request);
	int r = neighbour_words_take(&context, neighbour, words, error);

	if (r < 0)
		return r;
	if (!HAS(neighbour, dst))
		return error_usage(error, "an ADDRESS is needed");
	if (!HAS(neighbour, dev))
		return error_usage(error, "'dev DEV' is needed");
	return 0;
}

static int change(struct request *request, enum change change, struct words *words,
		  struct error *error)
{
	struct neighbour neighbour = { 0 };
	int r = take_entry(request, &neighbour, words, error);

	if (r < 0)
		return r;
	if (change != CHANGE_DELETE)
		r = neighbour_settle(&neighbour, error);
	if (r < 0)
		return r;
	plan_add(&request->plan, OBJECT_NEIGHBOUR, change, &neighbour);
	return change == CHANGE_DELETE ? 0
				       : missing_note(request, OBJECT_NEIGHBOUR, &neighbour, error);
}

static int add(struct request *request, struct words *words, struct error *error)
{
	return change(request, CHANGE_ADD, words, error);
}

static int replace(struct request *request, struct words *words, struct error *error)
{
	return change(request, CHANGE_REPLACE, words, error);
}

static int set(struct request *request, struct words *words, struct error *error)
{
	return change(request, CHANGE_SET, words, error);
}

static int del(struct request *request, struct words *words, struct error *error)
{
	return change(request, CHANGE_DELETE, words, error);
}

static const struct column columns[] = {
	{ "NETNS", 10 }, { "ADDRESS", 24 }, { "DEV", 15 },  { "LLADDR", 17 },
	{ "STATE", 10 }, { "PROTO", 6 },    { "FLAGS", 0 },
};

static void row(struct listing *listing, const void *object)
{
	const struct neighbour *neighbour = object;
	struct text *cell;

	CELL(listing, &neighbour_table, neighbour, neighbour, dst);
	CELL(listing, &neighbour_table, neighbour, neighbour, dev);
	CELL(listing, &neighbour_table, neighbour, neighbour, lladdr);
	CELL(listing, &neighbour_table, neighbour, neighbour, state);
	CELL(listing, &neighbour_table, neighbour, neighbour, protocol);
	cell = columns_cell(&listing->print);
	for (size_t i = 0; i < neighbour_table.count; i++) {
		const struct attr *flag = &neighbour_table.rows[i];
		bool is_flag = flag->traits & ATTR_FLAG;
		bool is_time = (flag->traits & ATTR_STATS) && listing->request->options.stats;

		if ((!is_flag && !is_time) || !attr_has(&neighbour_table, neighbour, flag))
			continue;
		if (cell->length)
			text_char(cell, ' ');
		attr_print(flag, &listing->context, neighbour, ATTR_STYLE_OVL, cell);
	}
}

struct selection {
	struct neighbour filter;
	struct prefix to;
	uint16_t states; /* NUD_*; 0: the usual */
	bool all, none, unused;
	bool by_master;     /* of those links only: */
	struct links links; /* with the master that was asked for, or without one */
};

/* ip(8) leaves out what needs no resolving (noarp) unless one asks for it; proxies are apart. */
static bool selected(const struct selection *selection, const struct neighbour *neighbour)
{
	uint16_t states = selection->states;

	if (selection->to.family && !prefix_contains(&selection->to, &neighbour->dst))
		return false;
	if (selection->unused && neighbour->refcnt)
		return false;
	if (selection->by_master &&
	    !links_have(&selection->links, neighbour->netns, neighbour->dev))
		return false;
	if (neighbour->proxy || neighbour->extern_learn || selection->all)
		return true;
	if (!states && !selection->none)
		return neighbour->state != NUD_NOARP && neighbour->state;
	return (neighbour->state & states) || (!neighbour->state && selection->none);
}

static void selection_clear(struct selection *selection)
{
	links_clear(&selection->links);
}

static bool selects(const struct listing *listing, const void *object)
{
	return selected(listing->cookie, object);
}

static int take_state(struct request *request, struct selection *selection, struct words *words,
		      struct error *error)
{
	struct attr_context context = request_context(request);
	struct neighbour one = { 0 };
	int r;

	if (words_take_if(words, "all")) {
		selection->all = true;
		return 0;
	}
	r = attr_parse(&neighbour_table, ATTR_ROW(&neighbour_table, neighbour, state), &context,
		       &one, words, error);
	if (!r && !one.state)
		selection->none = true;
	selection->states |= one.state;
	return r;
}

static int take_selection(struct request *request, struct selection *selection, struct words *words,
			  struct error *error)
{
	static const char *const known[] = { "dev",    "to",       "nud",    "proxy",
					     "unused", "protocol", "master", "nomaster",
					     "vrf",    "router",   NULL };
	struct attr_context context = request_context(request);
	struct neighbour *filter = &selection->filter;
	struct part part = { .table = &neighbour_table, .object = filter };
	int r = 0;

	while (!r && words->left) {
		const char *word = words_peek(words);

		r = link_filter_take_master(request, &filter->master, words, error);
		if (r) {
			selection->by_master = true;
			r = r < 0 ? r : 0;
		} else if (!strcmp(word, "nud") || !strcmp(word, "state")) {
			words_take(words);
			r = take_state(request, selection, words, error);
		} else if (words_take_if(words, "unused")) {
			selection->unused = true;
		} else if (!strcmp(word, "-a") || !strcmp(word, "-n") || !strcmp(word, "-an")) {
			words_take(words); /* arp(8) */
		} else if (words->left > 1 && !strncmp(word, "proto", 5) &&
			   !strcmp(words->at[1], "all")) {
			words_take(words); /* of any */
			words_take(words);
		} else if (!strcmp(word, "dev") || !strcmp(word, "proxy") ||
			   !strncmp(word, "proto", 5) || !strcmp(word, "router")) {
			r = request_take(request, &part, 1, words, error);
			if (!r)
				return object_unknown(NULL, 0, known, word, error);
			r = r < 0 ? r : 0;
		} else if (words_take_if(words, "to") || route_word_is_prefix(word)) {
			r = route_prefix_take(&context, "to", &selection->to, words, error);
		} else {
			return object_unknown(NULL, 0, known, word, error);
		}
	}
	if (!r && HAS(filter, dev))
		r = request_own_name(request, &filter->dev, error);
	if (!r && selection->by_master) {
		struct link link = { .master = filter->master };

		ATTR_MARK(&link_table, link, &link, master);
		r = links_read(request, &link, false, &selection->links, error);
	}
	return r;
}

static int list(struct request *request, const struct selection *selection, struct error *error)
{
	struct listing listing = { .request = request,
				   .type = OBJECT_NEIGHBOUR,
				   .filter = &selection->filter,
				   .columns = columns,
				   .columns_count = sizeof(columns) / sizeof(*columns),
				   .selects = selects,
				   .row = row,
				   .cookie = selection };

	return listing_stream(&listing, error);
}

static int show(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(selection_clear) struct selection selection = { 0 };
	int r = take_selection(request, &selection, words, error);

	return r < 0 ? r : list(request, &selection, error);
}

static int get(struct request *request, struct words *words, struct error *error)
{
	struct selection selection = { .all = true };
	struct neighbour found;
	int r = take_entry(request, &selection.filter, words, error);

	if (!r && !request_link(request, 0, selection.filter.dev.id, error))
		r = -error->errnum;
	if (!r)
		r = request_get(request, 0, OBJECT_NEIGHBOUR, &selection.filter, &found, error);
	if (r == -ENOENT && !error->errnum)
		return error_set(error, 0, "arp: there is no such entry");
	return r < 0 ? r : list(request, &selection, error);
}

struct gathered {
	const struct selection *selection;
	struct neighbour *items;
	size_t count, room;
};

static int gather(void *cookie, const void *object, bool removed)
{
	struct gathered *gathered = cookie;
	const struct neighbour *neighbour = object;

	(void)removed;
	/* ip(8): permanent entries stay unless the state is asked for, and noarp unless by name. */
	if (!selected(gathered->selection, neighbour) ||
	    (!gathered->selection->states &&
	     (neighbour->state == NUD_NOARP ||
	      (neighbour->state == NUD_PERMANENT && !gathered->selection->all))))
		return 0;
	*array_add(&gathered->items, &gathered->count, &gathered->room) = *neighbour;
	return 0;
}

static void drop(void *cookie)
{
	struct gathered *gathered = cookie;

	gathered->count = 0;
}

/*
 * The kernel may not drop an entry that is in use: what it refuses to delete it
 * marks as failed, and that is what `ip neigh flush` counts as gone, too.
 */
static int flush(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(selection_clear) struct selection selection = { 0 };
	struct gathered gathered = { .selection = &selection };
	bool any = words->left;
	int r = take_selection(request, &selection, words, error);

	if (!r && !any)
		return error_usage(error, "flush needs to be told what: 'dev DEV', 'nud STATE', …");
	if (!r)
		r = request_read(request, 0, OBJECT_NEIGHBOUR, &selection.filter, true, gather,
				 drop, &gathered, error);
	for (size_t i = 0; !r && i < gathered.count; i++)
		r = session_guard_step(request, OBJECT_NEIGHBOUR, CHANGE_DELETE, &gathered.items[i],
				       error);
	for (size_t i = 0; !r && i < gathered.count; i++) {
		plan_add(&request->plan, OBJECT_NEIGHBOUR, CHANGE_DELETE, &gathered.items[i])
			->may_miss = true;
		r = request_commit(request, error);
	}
	free(gathered.items);
	return r;
}

#define CHOICE                                                                        \
	"[[to] PREFIX] [dev DEV] [master BRIDGE|vrf DEV|nomaster] [nud {STATE|all}] " \
	"[protocol {PROTO|all}] [router] [proxy] [unused]"

/* clang-format off */
static const struct verb verbs[] = {
	{ "add", "a", "ADDRESS lladdr MAC dev DEV [OPTIONS]", "add an entry (permanent unless you say so)",
	  add, VERB_CHANGES, { &neighbour_table } },
	{ "replace", "rep", "ADDRESS lladdr MAC dev DEV [OPTIONS]", "add an entry, or change it",
	  replace, VERB_CHANGES, { &neighbour_table } },
	{ "change", "c ch chg set", "ADDRESS dev DEV [OPTIONS]", "change an entry", set, VERB_CHANGES,
	  { &neighbour_table } },
	{ "del", "d delete", "ADDRESS dev DEV", "remove an entry", del, VERB_CHANGES,
	  { &neighbour_table } },
	{ "get", "g", "ADDRESS dev DEV", "ask for one entry", get, 0, { &neighbour_table } },
	{ "show", "list lis li ls lst l s sh -a -n -an", CHOICE, "list entries", show, 0, { &neighbour_table } },
	{ "flush", "", CHOICE,
	  "remove the entries that fit; permanent ones when the state is named", flush,
	  VERB_CHANGES | VERB_WHOLE, { &neighbour_table } },
};
/* clang-format on */

const struct command command_arp = {
	.name = "arp",
	.shorts = "n ne nei neig neigh neighb neighbo neighbor neighbou neighbour",
	.help = "neighbour tables: which MAC an address has (ARP, IPv6 neighbour discovery)",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
	.verb = "show",
};
