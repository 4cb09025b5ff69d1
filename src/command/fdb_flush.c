/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/fdb_flush.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"
#include "command/link_verbs.h"
#include "command/request.h"
#include "command/source.h"
#include "kernel/fdb.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/uapi.h"
#include "text/entry_words.h"
#include "text/take.h"

#define HAS(pointer, member) ATTR_HAS(&fdb_table, fdb, pointer, member)
#define MARK(pointer, member) ATTR_MARK(&fdb_table, fdb, pointer, member)

enum { STATES = NUD_PERMANENT | NUD_NOARP };

/* What was asked for, before it is known whose tables are meant. */
struct wish {
	struct fdb_flush flush;
	struct link_name bridge;
	bool any_state;
};

/* bridge(8): a permanent entry is a static one that stays with the host. */
static const struct {
	const char *word;
	uint16_t state, mask;
} states[] = {
	{ "permanent", NUD_PERMANENT, NUD_PERMANENT },
	{ "local", NUD_PERMANENT, NUD_PERMANENT },
	{ "nopermanent", 0, NUD_PERMANENT },
	{ "nolocal", 0, NUD_PERMANENT },
	{ "static", NUD_NOARP, STATES },
	{ "temp", NUD_NOARP, STATES },
	{ "nostatic", 0, NUD_NOARP },
	{ "notemp", 0, NUD_NOARP },
	{ "dynamic", 0, STATES },
	{ "reachable", 0, STATES },
	{ "nodynamic", NUD_NOARP, NUD_NOARP },
};

static const struct {
	const char *word;
	uint8_t flag;
} flags[] = {
	{ "added_by_user", NTF_USE }, { "extern_learn", NTF_EXT_LEARNED },
	{ "sticky", NTF_STICKY },     { "offloaded", NTF_OFFLOADED },
	{ "offload", NTF_OFFLOADED }, { "router", NTF_ROUTER },
};

static bool take_state(struct wish *wish, const char *word)
{
	struct fdb_flush *flush = &wish->flush;

	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		if (strcmp(states[i].word, word) != 0)
			continue;
		flush->state = (flush->state & (uint16_t)~states[i].mask) | states[i].state;
		flush->state_mask |= states[i].mask;
		return true;
	}
	return false;
}

static bool take_flag(struct fdb_flush *flush, const char *word)
{
	bool absent = !strncmp(word, "no", 2);

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		if (strcmp(flags[i].word, word + 2 * absent) != 0)
			continue;
		flush->flags_mask |= flags[i].flag;
		flush->flags =
			(flush->flags & (uint8_t)~flags[i].flag) | (absent ? 0 : flags[i].flag);
		return true;
	}
	return false;
}

static int take_link(struct request *request, const char *key, struct link_name *link,
		     struct words *words, struct error *error)
{
	const char *word = words_value(words, key, "DEV", error);
	int r;

	if (!word)
		return -EINVAL;
	if (link->id)
		return error_usage(error, "'%s' is given twice", key);
	r = request_name(request, word, &link->id, error);
	return r < 0 ? r : request_own_name(request, link, error);
}

static int take_one(struct request *request, struct wish *wish, struct words *words,
		    struct error *error)
{
	static const char *const more[] = { "br",          "brport",   "nostatic",      "nodynamic",
					    "nopermanent", "nosticky", "added_by_user", "offloaded",
					    NULL };
	struct attr_context context = request_context(request);
	struct fdb *entry = &wish->flush.entry;
	struct part part = { .table = &fdb_table, .object = entry };
	const char *word = words_peek(words);
	int r;

	if (words_take_if(words, "br"))
		return take_link(request, "br", &wish->bridge, words, error);
	if (words_take_if(words, "brport"))
		return take_link(request, "brport", &wish->flush.port, words, error);
	if (words_take_if(words, "dev")) {
		MARK(entry, dev);
		return take_link(request, "dev", &entry->dev, words, error);
	}
	if (words_take_if(words, "state")) {
		word = words_value(words, "state", "STATE", error);
		if (!word)
			return -EINVAL;
		wish->any_state = !strcmp(word, "all");
		if (wish->any_state || (strncmp(word, "no", 2) != 0 && take_state(wish, word)))
			return 0;
		if (strcmp(word, "stale") != 0)
			return error_usage(error, "state: '%s' is no state", word);
		entry->state = NUD_STALE;
		MARK(entry, state);
		return 0;
	}
	if (take_state(wish, word) || take_flag(&wish->flush, word))
		return words_take(words), 0;
	r = strcmp(word, "use") ? fdb_word_take(&context, entry, words, error) : 0;
	return r < 0 ? r : r ? 0 : object_unknown(&part, 1, more, word, error);
}

/* Puts what bridge(8) would be told. */
static void put_words(const struct request *request, const struct fdb_flush *flush,
		      struct text *text)
{
	static const size_t members[] = {
		offsetof(struct fdb, vlan),    offsetof(struct fdb, dst),
		offsetof(struct fdb, port),    offsetof(struct fdb, vni),
		offsetof(struct fdb, src_vni), offsetof(struct fdb, nhid),
	};
	struct attr_context context = request_context(request);
	const struct fdb *entry = &flush->entry;

	text_puts(text, "dev ");
	text_shell_word(text, names_text(request->names, entry->dev.id));
	text_puts(text, entry->self ? " self" : " master");
	if (flush->port.id) {
		text_puts(text, " brport ");
		text_shell_word(text, names_text(request->names, flush->port.id));
	}
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		const struct attr *row = attr_row(&fdb_table, members[i]);

		if (!attr_has(&fdb_table, entry, row))
			continue;
		text_char(text, ' ');
		attr_print(row, &context, entry, ATTR_STYLE_IP, text);
	}
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		if (states[i].mask != flush->state_mask || states[i].state != flush->state)
			continue;
		text_char(text, ' ');
		text_puts(text, states[i].word);
		break;
	}
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		if (!(flush->flags_mask & flags[i].flag) || !strcmp(flags[i].word, "offload"))
			continue;
		text_puts(text, flush->flags & flags[i].flag ? " " : " no");
		text_puts(text, flags[i].word);
	}
}

/* The entries that a dump found. */
struct gathered {
	const struct fdb_flush *flush;
	struct fdb *items;
	size_t count, room;
};

static bool fits(const struct fdb_flush *flush, const struct fdb *fdb)
{
	uint16_t state = fdb->state == NUD_PERMANENT ? STATES
			 : fdb->state == NUD_NOARP   ? NUD_NOARP
						     : 0;
	uint8_t have =
		(uint8_t)((fdb->extern_learn ? NTF_EXT_LEARNED : 0) |
			  (fdb->sticky ? NTF_STICKY : 0) | (fdb->offload ? NTF_OFFLOADED : 0) |
			  (fdb->router ? NTF_ROUTER : 0));

	return (state & flush->state_mask) == flush->state &&
	       (have & flush->flags_mask) == flush->flags;
}

static int gather(void *cookie, const void *object, bool removed)
{
	struct gathered *gathered = cookie;
	struct fdb *key;

	(void)removed;
	if (!fits(gathered->flush, object))
		return 0;
	key = array_add(&gathered->items, &gathered->count, &gathered->room);
	*key = *(const struct fdb *)object;
	if (HAS(key, self))
		return 0;
	/* What a bridge has on itself is its own: only a port has a master. */
	if (key->dev.id == key->bridge.id) {
		key->self = true;
		MARK(key, self);
	} else {
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
static int delete_each(struct request *request, const struct fdb_flush *flush, bool of_bridge,
		       struct error *error)
{
	struct gathered gathered = { .flush = flush };
	struct fdb filter = flush->entry;
	int r;

	/* The table of a bridge says `dev` of its ports, and `self` of what is not in it. */
	if (of_bridge) {
		filter.bridge = filter.dev;
		filter.dev = flush->port;
		filter.self = false;
		MARK(&filter, self);
		if (!filter.dev.id)
			attr_drop(&fdb_table, &filter, ATTR_ROW(&fdb_table, fdb, dev));
	}
	r = request_read(request, 0, OBJECT_FDB, &filter, false, gather, drop, &gathered, error);
	for (size_t i = 0; !r && i < gathered.count; i++) {
		plan_add(&request->plan, OBJECT_FDB, CHANGE_DELETE, &gathered.items[i])->may_miss =
			true;
		r = request_commit(request, error);
	}
	free(gathered.items);
	return r;
}

/* Whether the kernel's own request can say all of it. */
static bool is_one_request(const struct fdb_flush *flush)
{
	return !HAS(&flush->entry, mac) && !HAS(&flush->entry, via) && !HAS(&flush->entry, state);
}

static int show_request(struct request *request, const struct fdb_flush *flush)
{
	if (!request->options.as_ip) {
		text_puts(request->out, "- fdb ");
	} else {
		text_puts(request->out, "bridge ");
		if (request->options.netns) {
			text_puts(request->out, "-n ");
			text_shell_word(request->out, request->options.netns);
			text_char(request->out, ' ');
		}
		text_puts(request->out, "fdb flush ");
	}
	put_words(request, flush, request->out);
	text_char(request->out, '\n');
	return 0;
}

/* `flush` is about one table; that of a whole bridge is the bridge's own. */
static int flush_table(struct request *request, const struct wish *wish, struct fdb_flush flush,
		       const struct link *link, struct error *error)
{
	bool is_vxlan = link->kind_info == link_kind_find("vxlan");
	bool is_dry = request->options.dry_run || request->options.as_ip;
	bool by_user = flush.flags_mask & NTF_USE;
	struct place place;
	int r;

	if (by_user && request->candidate && !request->touched)
		return error_usage(error, "'added_by_user' is the kernel's: a candidate has no "
					  "such entries");
	if (by_user && !is_one_request(&flush))
		return error_usage(error, "'added_by_user' the kernel tells nobody: it can be no "
					  "choice of a MAC, a 'via' or of 'stale'");
	/* A device's own MAC and the multicast it listens to are the kernel's. */
	if (!flush.state_mask && !wish->any_state && !(is_vxlan && flush.entry.self))
		flush.state_mask = NUD_PERMANENT;
	if (is_dry && by_user)
		return show_request(request, &flush);
	r = apply_flush(&request->apply, error);
	if (r < 0)
		return r;
	if (!is_dry && !request->candidate && is_one_request(&flush)) {
		r = kernel_place(&request->kernel, 0, &place, error);
		if (r < 0)
			return r;
		r = fdb_flush(&place, &flush, error);
		if (r == -EINVAL && by_user)
			error_hint(error, " (a kernel before Linux 5.19 takes no such request)");
		if ((r != -EOPNOTSUPP && r != -EINVAL) || by_user)
			return r < 0 ? error_wrap(error, "fdb flush of '%s'",
						  names_text(request->names, link->name.id))
				     : 0;
		error_clear(error);
	}
	return delete_each(request, &flush, wish->bridge.id, error);
}

/* One table, or both: a vxlan's own and that of the bridge it is a port of. */
static int flush_device(struct request *request, const struct wish *wish, const struct link *link,
			struct error *error)
{
	struct fdb_flush flush = wish->flush;
	struct fdb *entry = &flush.entry;
	bool self = entry->self || wish->bridge.id, master = entry->master && !wish->bridge.id;
	int r = 0;

	if (!self && !master) {
		master = link->port_kind.id || link->master.id;
		self = !master || !(flush.flags_mask & NTF_USE);
	}
	entry->dev = link->name;
	MARK(entry, dev);
	attr_drop(&fdb_table, entry, ATTR_ROW(&fdb_table, fdb, self));
	attr_drop(&fdb_table, entry, ATTR_ROW(&fdb_table, fdb, master));
	if (master) {
		entry->master = true;
		MARK(entry, master);
		r = flush_table(request, wish, flush, link, error);
		attr_drop(&fdb_table, entry, ATTR_ROW(&fdb_table, fdb, master));
	}
	if (!r && self) {
		entry->self = true;
		MARK(entry, self);
		r = flush_table(request, wish, flush, link, error);
	}
	return r;
}

int fdb_verb_flush(struct request *request, struct words *words, struct error *error)
{
	struct wish wish = { 0 };
	struct fdb *entry = &wish.flush.entry;
	const struct link *known;
	struct link link;
	int r = 0;

	while (!r && words->left)
		r = take_one(request, &wish, words, error);
	if (r < 0)
		return r;
	if (!entry->dev.id && !wish.bridge.id && !wish.flush.port.id)
		return error_usage(error, "'dev DEV' or 'br BRIDGE' is needed");
	if (entry->dev.id && wish.bridge.id)
		return error_usage(error, "'dev' and 'br' exclude each other: 'brport' is a port "
					  "of the bridge");
	/* A port alone: what leads to it in the table of its bridge. */
	if (!entry->dev.id && !wish.bridge.id) {
		entry->dev = wish.flush.port;
		wish.flush.port.id = 0;
		entry->master = true;
	}
	known = request_link(request, 0, entry->dev.id ? entry->dev.id : wish.bridge.id, error);
	if (known && known->kind_info == link_kind_find("bridge"))
		wish.bridge = known->name;
	else if (known && (wish.bridge.id || wish.flush.port.id))
		known = link_expect(request, known->name.id, "bridge", error);
	if (!known)
		return -error->errnum;
	/* A step taken forgets what is known of links. */
	link = *known;
	return flush_device(request, &wish, &link, error);
}
