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
 * The words of show, get and flush: also `br BRIDGE` and `brport DEV`. The
 * bridge is not marked: the kernel selects by it, and the entries of a port's own
 * table, which bridge(8) shows along, do not say it.
 */
static int take_filter_words(struct request *request, struct fdb *fdb, struct words *words,
			     struct error *error)
{
	static const char *const more[] = { "br", "brport", NULL };
	struct attr_context context = request_context(request);
	struct part part = { &fdb_table, fdb, NULL };
	int r = 0;

	while (r >= 0 && words->left) {
		const char *word = words_peek(words);
		bool is_bridge = !strcmp(word, "br");

		if (!is_bridge && strcmp(word, "brport")) {
			r = fdb_word_take(&context, fdb, words, error);
			if (!r)
				return object_unknown(&part, 1, more, word, error);
			continue;
		}
		words_take(words);
		word = words_value(words, word, "DEV", error);
		if (!word)
			return -EINVAL;
		r = request_name(request, word, is_bridge ? &fdb->bridge.id : &fdb->dev.id, error);
		if (!is_bridge)
			MARK(fdb, dev);
	}
	return r < 0 ? r : 0;
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

static int change(struct request *request, enum change change, struct words *words,
		  struct error *error)
{
	struct fdb fdb = { 0 };
	struct attr_context context = request_context(request);
	int r = fdb_words_take(&context, &fdb, words, error);

	if (!r)
		r = settle_entry(request, &fdb, error);
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
	struct fdb filter;
	int r = take_filter_words(request, &key, words, error);
	struct fdb found;

	if (!r && !(key.bridge.id && HAS(&key, mac) && !HAS(&key, dev)))
		r = settle_entry(request, &key, error);
	if (!r)
		r = request_get(request, 0, OBJECT_FDB, &key, &found, error);
	if (r == -ENOENT && !error->errnum)
		return error_set(error, 0, "fdb: there is no such entry");
	if (r < 0)
		return r;
	/* Listed like the others: the filter is the entry itself. */
	filter = (struct fdb){
		.mac = key.mac, .dev = found.dev, .vlan = key.vlan, .self = key.self
	};
	MARK(&filter, mac);
	MARK(&filter, dev);
	MARK(&filter, self);
	if (HAS(&key, vlan))
		MARK(&filter, vlan);
	return fdb_show(request, &filter, error);
}

static int take_filter(struct request *request, struct fdb *filter, struct words *words,
		       struct error *error)
{
	int r = take_filter_words(request, filter, words, error);

	if (!r && HAS(filter, dev))
		r = request_own_name(request, &filter->dev, error);
	if (!r && filter->bridge.id && !link_expect(request, filter->bridge.id, "bridge", error))
		r = -error->errnum;
	return r;
}

static int show(struct request *request, struct words *words, struct error *error)
{
	struct fdb filter = { 0 };
	int r = take_filter(request, &filter, words, error);

	return r < 0 ? r : fdb_show(request, &filter, error);
}

/* What entries that go must not be: bridge(8)'s "nostatic", "nosticky" and their like. */
struct absence {
	uint64_t flags;  /* rows of fdb_table */
	uint16_t states; /* NUD_* */
};

static bool takes_link(const char *word)
{
	return !strcmp(word, "dev") || !strcmp(word, "brport") || !strcmp(word, "br") ||
	       !strcmp(word, "via");
}

/* "nosticky" is about a flag, "nostatic" about a state; "added_by_user" no kernel reports. */
static bool take_absence(struct absence *absence, const char *word)
{
	const struct attr *state = ATTR_ROW(&fdb_table, fdb, state), *flag;
	uint64_t value;

	if (strncmp(word, "no", 2))
		return false;
	if (keyword_value(state->keywords, word + 2, &value)) {
		absence->states |= (uint16_t)value;
		return true;
	}
	flag = attr_find(&fdb_table, strcmp(word + 2, "offloaded") ? word + 2 : "offload");
	if (!flag || flag->type != &attr_type_bool)
		return false;
	absence->flags |= attr_bit(&fdb_table, flag);
	return true;
}

/* Takes these words out; the others stay in order. */
static void take_absences(struct absence *absence, struct words *words)
{
	size_t kept = 0;

	for (size_t i = 0; i < words->left; i++)
		if ((kept && takes_link(words->at[kept - 1])) ||
		    !take_absence(absence, words->at[i]))
			words->at[kept++] = words->at[i];
	words->left = kept;
}

struct gathered {
	struct fdb *items;
	size_t count, room;
	bool permanent; /* those too, when a state was asked for */
	struct absence absence;
};

static int gather(void *cookie, const void *object, bool removed)
{
	struct gathered *gathered = cookie;
	const struct fdb *fdb = object;
	struct fdb *key;

	(void)removed;
	if ((fdb->state & gathered->absence.states) || (fdb->asked.value & gathered->absence.flags))
		return 0;
	/* A device's own MAC and the multicast it listens to are the kernel's. */
	if (!gathered->permanent && fdb->state == NUD_PERMANENT && !HAS(fdb, dst))
		return 0;
	key = array_add(&gathered->items, &gathered->count, &gathered->room);
	*key = *fdb;
	if (!HAS(key, self)) {
		key->master = true;
		MARK(key, master);
	}
	return 0;
}

static void drop(void *cookie)
{
	struct gathered *gathered = cookie;

	gathered->count = 0;
}

/* Each entry counts as a command: those before a refused one are gone. */
static int flush(struct request *request, struct words *words, struct error *error)
{
	struct fdb filter = { 0 };
	struct gathered gathered = { 0 };
	int r;

	take_absences(&gathered.absence, words);
	r = take_filter(request, &filter, words, error);
	if (!r && !HAS(&filter, dev) && !filter.bridge.id)
		return error_usage(error, "'dev DEV' or 'br BRIDGE' is needed");
	/* Of a bridge its own table is meant, not those of its ports. */
	if (filter.bridge.id)
		MARK(&filter, self);
	gathered.permanent = HAS(&filter, state);
	if (!r)
		r = request_read(request, 0, OBJECT_FDB, &filter, false, gather, drop, &gathered,
				 error);
	for (size_t i = 0; !r && i < gathered.count; i++) {
		plan_add(&request->plan, OBJECT_FDB, CHANGE_DELETE, &gathered.items[i])->may_miss =
			true;
		r = request_commit(request, error);
	}
	free(gathered.items);
	return r;
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
	{ "show", "list ls lst l s sh", "[MAC] [dev DEV] [br BRIDGE] [brport PORT] [OPTIONS]", "list entries", show, 0,
	  { &fdb_table } },
	{ "flush", "", "{dev DEV|br BRIDGE|brport PORT} [MAC] [OPTIONS]",
	  "remove what was learned and added; permanent ones when the state is named; nostatic, "
	  "nosticky and their like spare such entries", flush,
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
