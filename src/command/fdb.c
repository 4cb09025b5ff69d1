/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl fdb`: forwarding databases of bridges and VXLAN devices, as bridge(8) says it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/words.h"
#include "command/command.h"
#include "command/fdb_flush.h"
#include "command/fdb_show.h"
#include "command/link_verbs.h"
#include "command/list.h"
#include "command/show.h"
#include "command/source.h"
#include "model/fdb.h"
#include "model/uapi.h"
#include "text/entry_words.h"
#include "text/take.h"

#define HAS(pointer, member) ATTR_HAS(&fdb_table, fdb, pointer, member)
#define MARK(pointer, member) ATTR_MARK(&fdb_table, fdb, pointer, member)

/*
 * A word of show or get, which may be `br BRIDGE` and `brport DEV`, too. The
 * bridge is not marked: the kernel selects by it, and the entries of a port's own
 * table, which bridge(8) shows along, do not say it.
 */
static int take_filter_word(struct request *request, struct fdb *fdb, struct words *words,
			    struct error *error)
{
	static const char *const more[] = { "br", "brport", NULL };
	struct attr_context context = request_context(request);
	struct part part = { .table = &fdb_table, .object = fdb };
	const char *word = words_peek(words);
	bool is_bridge = !strcmp(word, "br");
	int r;

	if (!is_bridge && strcmp(word, "brport")) {
		r = fdb_word_take(&context, fdb, words, error);
		return r ? (r < 0 ? r : 0) : object_unknown(&part, 1, more, word, error);
	}
	words_take(words);
	word = words_value(words, word, "DEV", error);
	if (!word)
		return -EINVAL;
	if (!is_bridge)
		MARK(fdb, dev);
	return request_name(request, word, is_bridge ? &fdb->bridge.id : &fdb->dev.id, error);
}

static void settle_state(const struct request *request, struct fdb *fdb)
{
	if (HAS(fdb, state) && fdb->master && fdb->state == NUD_PERMANENT)
		request_note(request,
			     "permanent on a bridge port means the host itself: frames for "
			     "this MAC do not leave through the port; static is usual");
	fdb_settle_state(fdb);
}

static int settle_entry(struct request *request, struct fdb *fdb, struct error *error)
{
	const struct link *link;
	int r = fdb_words_check(fdb, error);

	if (r < 0 || HAS(fdb, self) || HAS(fdb, master))
		return r;
	link = request_link(request, 0, fdb->dev.id, error);
	if (!link)
		return -error->errnum;
	fdb_settle_table(fdb, link);
	return 0;
}

/* With --idempotent what is there is compared, and says nothing of what is the vxlan's own. */
static int settle_own(struct request *request, struct fdb *fdb, struct error *error)
{
	const struct link *link;

	if (!request->options.idempotent || (!fdb->port && !fdb->vni))
		return 0;
	link = request_link(request, 0, fdb->dev.id, error);
	if (!link)
		return -error->errnum;
	fdb_settle_own(fdb, link);
	return 0;
}

/*
 * Whose table is meant is up to the link, and to look at it takes longer than the
 * entry itself. Most are for a bridge's port, and of any other link the kernel says
 * EOPNOTSUPP (rtnl_fdb_add): a single command asks it for that first.
 */
static bool may_be_of_port(const struct request *request, const struct fdb *fdb)
{
	return !request->line && !request->candidate && !request->options.dry_run &&
	       !request->options.as_ip && !request->options.idempotent && !HAS(fdb, self) &&
	       !HAS(fdb, master) && !HAS(fdb, dst) && !HAS(fdb, vni) && !HAS(fdb, via) &&
	       !HAS(fdb, nhid) && !(HAS(fdb, state) && fdb->state == NUD_PERMANENT);
}

static int change_of_port(struct request *request, enum change change, struct fdb fdb,
			  struct error *error)
{
	fdb.master = true;
	MARK(&fdb, master);
	if (change != CHANGE_DELETE)
		fdb_settle_state(&fdb);
	plan_add(&request->plan, OBJECT_FDB, change, &fdb);
	return request_commit(request, error);
}

static int change(struct request *request, enum change change, struct words *words,
		  struct error *error)
{
	struct fdb fdb = { 0 };
	struct attr_context context = request_context(request);
	int r = fdb_words_take(&context, &fdb, words, error);

	if (!r)
		r = fdb_words_check(&fdb, error);
	if (!r && may_be_of_port(request, &fdb)) {
		r = change_of_port(request, change, fdb, error);
		if (r != -EOPNOTSUPP)
			return r;
		error_clear(error);
		r = 0;
	}
	if (!r)
		r = settle_entry(request, &fdb, error);
	if (!r)
		r = settle_own(request, &fdb, error);
	/* What was on a device that is gone is gone. */
	if (r < 0 && change == CHANGE_DELETE && request->options.idempotent &&
	    error->errnum == ENOENT) {
		error_clear(error);
		return 0;
	}
	if (r < 0)
		return r;
	if (change != CHANGE_DELETE)
		settle_state(request, &fdb);
	/* vxlan_fdb_update_existing() takes no second destination, and says nothing of it. */
	if (change == CHANGE_APPEND && HAS(&fdb, dst) && !fdb_floods(&fdb))
		request_note(request, "a unicast MAC has one destination: where there is an entry "
				      "already, append changes nothing and replace does");
	plan_add(&request->plan, OBJECT_FDB, change, &fdb);
	return 0;
}

static int add(struct request *request, struct words *words, struct error *error)
{
	return change(request, CHANGE_ADD, words, error);
}

static int append(struct request *request, struct words *words, struct error *error)
{
	return change(request, CHANGE_APPEND, words, error);
}

static int replace(struct request *request, struct words *words, struct error *error)
{
	return change(request, CHANGE_REPLACE, words, error);
}

static int del(struct request *request, struct words *words, struct error *error)
{
	return change(request, CHANGE_DELETE, words, error);
}

static int get(struct request *request, struct words *words, struct error *error)
{
	struct fdb key = { 0 };
	struct fdb_choice choice;
	struct fdb *filter = &choice.filter;
	struct fdb found;
	int r = 0;

	while (!r && words->left)
		r = take_filter_word(request, &key, words, error);
	if (!r && !(key.bridge.id && HAS(&key, mac) && !HAS(&key, dev)))
		r = settle_entry(request, &key, error);
	if (!r)
		r = request_get(request, 0, OBJECT_FDB, &key, &found, error);
	if (r == -ENOENT && !error->errnum)
		return error_set(error, 0, "fdb: there is no such entry");
	if (r < 0)
		return r;
	/* Listed like the others: the filter is the entry itself, not those of its VLANs. */
	choice = (struct fdb_choice){
		.filter = { .mac = key.mac, .dev = found.dev, .vlan = key.vlan, .self = key.self },
		.one_vlan = true,
	};
	MARK(filter, mac);
	MARK(filter, dev);
	MARK(filter, self);
	return fdb_show(request, &choice, error);
}

/* The bit of a state's word. What is dynamic ages: it was learned, and is fresh or stale by now. */
static bool read_state(const char *word, uint16_t *state)
{
	const struct keyword *keywords = ATTR_ROW(&fdb_table, fdb, state)->keywords;
	uint64_t value;

	if (!strcmp(word, "dynamic"))
		value = NUD_REACHABLE | NUD_STALE;
	else if (!strcmp(word, "reachable"))
		value = NUD_REACHABLE;
	else if (!keyword_value(keywords, word, &value))
		return false;
	*state = (uint16_t)value;
	return true;
}

/* Several states are any of them. */
static int take_choice_word(struct request *request, struct fdb_choice *choice, struct words *words,
			    struct error *error)
{
	const char *word = words_peek(words);
	uint16_t state = 0;

	if (read_state(word, &state)) {
		words_take(words);
	} else if (words_take_if(words, "state")) {
		word = words_value(words, "state", "STATE", error);
		if (!word)
			return -EINVAL;
		if (!strcmp(word, "all"))
			state = UINT16_MAX;
		else if (!read_state(word, &state))
			return error_usage(error,
					   "state: '%s' is no state: {permanent|static|"
					   "dynamic|reachable|stale|all} is expected",
					   word);
	} else {
		return take_filter_word(request, &choice->filter, words, error);
	}
	choice->states |= state;
	return 0;
}

static int show(struct request *request, struct words *words, struct error *error)
{
	struct fdb_choice choice = { 0 };
	struct fdb *filter = &choice.filter;
	int r = 0;

	while (!r && words->left)
		r = take_choice_word(request, &choice, words, error);
	if (!r && HAS(filter, dev))
		r = request_own_name(request, &filter->dev, error);
	if (!r && filter->bridge.id && !request->options.all_netns &&
	    !link_expect(request, filter->bridge.id, "bridge", error))
		r = -error->errnum;
	return r < 0 ? r : fdb_show(request, &choice, error);
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "add", "a", "MAC dev DEV [OPTIONS]", "add an entry", add, VERB_CHANGES, { &fdb_table } },
	{ "append", "ap", "MAC dev DEV dst ADDRESS [OPTIONS]", "add a further destination", append,
	  VERB_CHANGES, { &fdb_table } },
	{ "replace", "rep change", "MAC dev DEV [OPTIONS]", "add an entry, or change the one that is there",
	  replace, VERB_CHANGES, { &fdb_table } },
	{ "del", "d delete", "MAC dev DEV [OPTIONS]", "remove an entry", del, VERB_CHANGES,
	  { &fdb_table } },
	{ "get", "g", "MAC dev DEV [OPTIONS]", "ask for one entry", get, 0, { &fdb_table } },
	{ "show", "list lis li ls lst l s sh", "[MAC] [dev DEV] [br BRIDGE] [brport PORT] [state {STATE|all}]... [OPTIONS]", "list entries", show, 0,
	  { &fdb_table } },
	{ "flush", "", FDB_FLUSH_SYNOPSIS,
	  "remove what was learned and added; permanent ones when the state is named", fdb_verb_flush,
	  VERB_CHANGES | VERB_WHOLE, { &fdb_table } },
};
/* clang-format on */

const struct command command_fdb = {
	.name = "fdb",
	.help = "forwarding databases: which MAC is behind which port or VTEP",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
	.verb = "show",
};
