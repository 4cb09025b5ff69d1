/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl addr`: addresses of links. */
#include <errno.h>
#include <fnmatch.h>
#include <net/if.h>
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
#include "model/address.h"
#include "model/uapi.h"
#include "text/entry_words.h"
#include "text/route_words.h"
#include "text/take.h"

#define HAS(pointer, member) ATTR_HAS(&address_table, link_address, pointer, member)
#define MARK(pointer, member) ATTR_MARK(&address_table, link_address, pointer, member)

/* Whether the prefix's length is said: no other word of an address has a slash. */
static bool says_length(const struct words *words)
{
	for (size_t i = 0; i < words->left; i++)
		if (strchr(words->at[i], '/'))
			return true;
	return false;
}

/* Those of a link that differ in their prefix only. */
struct namesakes {
	const struct link_address *wanted;
	struct link_address last;
	size_t count;
	bool is_exact; /* the one without a length is among them */
	struct text text;
};

static void namesakes_clear(struct namesakes *namesakes)
{
	text_clear(&namesakes->text);
}

static void restart_namesakes(void *cookie)
{
	struct namesakes *namesakes = cookie;

	namesakes->count = 0;
	namesakes->is_exact = false;
	text_cut(&namesakes->text, 0);
}

static int add_namesake(void *cookie, const void *object, bool removed)
{
	struct namesakes *namesakes = cookie;
	const struct link_address *have = object, *wanted = namesakes->wanted;
	bool has_peer = HAS(have, peer);

	(void)removed;
	if (memcmp(&have->local, &wanted->local, sizeof(have->local)))
		return 0;
	namesakes->last = *have;
	namesakes->is_exact |= !has_peer && have->length == wanted->length;
	text_puts(&namesakes->text, namesakes->count++ ? ", " : "");
	address_print(have->local.family, have->local.bytes, &namesakes->text);
	if (has_peer) {
		text_puts(&namesakes->text, " peer ");
		address_print(have->peer.family, have->peer.bytes, &namesakes->text);
	}
	text_printf(&namesakes->text, "/%u", have->length);
	return 0;
}

/* ip(8), of IPv4: without a length, an address is meant whatever its length and peer. */
static int find_namesake(struct request *request, struct link_address *address, struct error *error)
{
	CLEANUP(namesakes_clear) struct namesakes namesakes = { .wanted = address };
	struct link_address filter = { .family = address->family, .dev = address->dev };
	int r = request_own_name(request, &filter.dev, error);

	/* What is not there is told, or passed over, by who deletes it. */
	if (r < 0) {
		error_clear(error);
		return 0;
	}
	MARK(&filter, family);
	MARK(&filter, dev);
	r = request_read(request, 0, OBJECT_ADDRESS, &filter, false, add_namesake,
			 restart_namesakes, &namesakes, error);
	if (r < 0 || !namesakes.count || namesakes.is_exact)
		return r;
	if (namesakes.count > 1)
		return error_usage(error, "several addresses are meant: %s",
				   text_string(&namesakes.text));
	address->length = namesakes.last.length;
	if (HAS(&namesakes.last, peer)) {
		address->peer = namesakes.last.peer;
		MARK(address, peer);
	}
	return 0;
}

static int change(struct request *request, enum change change, struct words *words,
		  struct error *error)
{
	struct link_address address = { 0 };
	struct attr_context context = request_context(request);
	bool is_whole = change != CHANGE_DELETE || says_length(words);
	int r = address_words_take(&context, &address, words, error);

	if (!r && !HAS(&address, dev))
		return error_usage(error, "'dev DEV' is needed");
	if (!r && !is_whole && !HAS(&address, peer))
		r = find_namesake(request, &address, error);
	if (r < 0)
		return r;
	/* ip(8): addresses of the loopback net are of scope host unless one says otherwise. */
	if (change != CHANGE_DELETE && !HAS(&address, scope) && address.family == IPV4 &&
	    address.local.bytes[0] == 127) {
		address.scope = RT_SCOPE_HOST;
		MARK(&address, scope);
	}
	plan_add(&request->plan, OBJECT_ADDRESS, change, &address);
	return change == CHANGE_DELETE ? 0 : missing_note(request, OBJECT_ADDRESS, &address, error);
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

/* What selects addresses beside their own values. */
struct selection {
	struct link_address filter;
	struct link link;
	struct prefix to;
	uint32_t wanted, unwanted; /* IFA_F_* */
	const char *label;         /* a pattern; NULL: any */
	bool by_link;
};

/* The flags of an address one can ask for, with `-` or `no` in front for their absence. */
static const struct {
	const char *word;
	uint32_t flag;
	bool absent;
} flags[] = {
	{ "permanent", IFA_F_PERMANENT, false },
	{ "dynamic", IFA_F_PERMANENT, true },
	{ "secondary", IFA_F_SECONDARY, false },
	{ "temporary", IFA_F_SECONDARY, false },
	{ "primary", IFA_F_SECONDARY, true },
	{ "tentative", IFA_F_TENTATIVE, false },
	{ "deprecated", IFA_F_DEPRECATED, false },
	{ "dadfailed", IFA_F_DADFAILED, false },
	{ "home", IFA_F_HOMEADDRESS, false },
	{ "optimistic", IFA_F_OPTIMISTIC, false },
	{ "nodad", IFA_F_NODAD, false },
	{ "mngtmpaddr", IFA_F_MANAGETEMPADDR, false },
	{ "noprefixroute", IFA_F_NOPREFIXROUTE, false },
	{ "autojoin", IFA_F_MCAUTOJOIN, false },
	{ "stable-privacy", IFA_F_STABLE_PRIVACY, false },
};

static bool take_flag(struct selection *selection, const char *word)
{
	bool negated = *word == '-';

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		if (strcmp(flags[i].word, word + negated))
			continue;
		if (flags[i].absent != negated)
			selection->unwanted |= flags[i].flag;
		else
			selection->wanted |= flags[i].flag;
		return true;
	}
	return false;
}

static int take_selection(struct request *request, struct selection *selection, struct words *words,
			  struct error *error)
{
	static const char *const known[] = {
		LINK_FILTER_WORDS, "dev",     "to",        "scope",   "label",
		"permanent",       "dynamic", "secondary", "primary", "tentative",
		"deprecated",      "proto",   NULL
	};
	struct attr_context context = request_context(request);
	struct link_address *filter = &selection->filter;
	struct part part = { .table = &address_table, .object = filter };
	int r = 0;

	while (r >= 0 && words->left) {
		const char *word;

		r = link_filter_take(request, &selection->link, words, error);
		selection->by_link |= r > 0;
		if (r)
			continue;
		word = words_peek(words);
		if (take_flag(selection, word)) {
			words_take(words);
		} else if (words_take_if(words, "to")) {
			r = route_prefix_take(&context, "to", &selection->to, words, error);
		} else if (words_take_if(words, "label")) {
			selection->label = words_value(words, "label", "PATTERN", error);
			r = selection->label ? 0 : -EINVAL;
		} else if (words->left > 1 && !strcmp(word, "scope") &&
			   !strcmp(words->at[1], "all")) {
			words_take(words);
			words_take(words);
		} else if (!strcmp(word, "dev") || !strcmp(word, "scope") ||
			   !strcmp(word, "proto") || !strcmp(word, "metric")) {
			r = request_take(request, &part, 1, words, error);
		} else if (!HAS(filter, dev)) {
			r = request_name(request, words_take(words), &filter->dev.id, error);
			MARK(filter, dev);
		} else {
			return object_unknown(NULL, 0, known, word, error);
		}
	}
	if (r >= 0 && HAS(filter, dev))
		r = request_own_name(request, &filter->dev, error);
	filter->family = request->options.family;
	if (filter->family)
		MARK(filter, family);
	return r < 0 ? r : 0;
}

static uint32_t flags_of(const struct link_address *address)
{
	const struct attr *row;
	uint32_t value = 0;

	for (row = address_table.rows; row < address_table.rows + address_table.count; row++)
		if (row->wire == IFA_FLAGS && attr_has(&address_table, address, row) &&
		    *(const bool *)attr_value(row, address))
			value |= (uint32_t)row->bits;
	return address->temporary ? value | IFA_F_SECONDARY : value;
}

static bool selects(const struct selection *selection, const struct names *names,
		    const struct link_address *address)
{
	uint32_t value = flags_of(address);

	if ((value & selection->wanted) != selection->wanted || (value & selection->unwanted))
		return false;
	if (selection->to.family && !prefix_contains(&selection->to, &address->local))
		return false;
	if (selection->label &&
	    fnmatch(selection->label,
		    names_text(names, address->label.id ? address->label.id : address->dev.id), 0))
		return false;
	return true;
}

/* Addresses of all namespaces asked for, in the kernel's order. */
struct addresses {
	struct link_address *items;
	size_t count, room;
	size_t before; /* of the namespaces that were read already */
	const struct selection *selection;
	const struct links *links; /* those that are selected; NULL: all */
	const struct names *names;
};

static void addresses_clear(struct addresses *addresses)
{
	free(addresses->items);
}

static int gather(void *cookie, const void *object, bool removed)
{
	struct addresses *addresses = cookie;
	const struct link_address *address = object;

	(void)removed;
	if (selects(addresses->selection, addresses->names, address) &&
	    (!addresses->links || links_have(addresses->links, address->netns, address->dev)))
		*array_add(&addresses->items, &addresses->count, &addresses->room) = *address;
	return 0;
}

static void drop(void *cookie)
{
	struct addresses *addresses = cookie;

	addresses->count = addresses->before;
}

static int read_all(struct request *request, const struct selection *selection,
		    struct addresses *addresses, struct error *error)
{
	CLEANUP(pointer_free) uint32_t *netns = NULL;
	size_t count;
	int r = request_places(request, &netns, &count, error);

	addresses->selection = selection;
	addresses->names = request->names;
	for (size_t i = 0; !r && i < count; i++) {
		addresses->before = addresses->count;
		r = request_read(request, netns[i], OBJECT_ADDRESS, &selection->filter, false,
				 gather, drop, addresses, error);
		if (r < 0 && request_passes(request, error))
			r = 0;
	}
	return r;
}

static const struct column columns[] = {
	{ "NETNS", 0 }, { "DEV", 0 },   { "STATE", 0 },     { "ADDRESS", 0 }, { "PEER", 0 },
	{ "BRD", 0 },   { "SCOPE", 0 }, { "METRIC", 0 },    { "PROTO", 0 },   { "LABEL", 0 },
	{ "FLAGS", 0 }, { "VALID", 0 }, { "PREFERRED", 0 },
};

struct view {
	const struct link *link;
};

static void flags_cell(struct listing *listing, const struct link_address *address)
{
	struct text *cell = columns_cell(&listing->print);

	for (size_t i = 0; i < address_table.count; i++) {
		const struct attr *row = &address_table.rows[i];

		if (row->type !=
			    attr_row(&address_table, offsetof(struct link_address, nodad))->type ||
		    (row->traits & ATTR_HIDDEN) || !attr_has(&address_table, address, row))
			continue;
		if (cell->length)
			text_char(cell, ',');
		text_puts(cell, row->name);
	}
}

static void lifetime_cell(struct listing *listing, const struct link_address *address,
			  uint32_t seconds)
{
	struct text *cell = columns_cell(&listing->print);

	/* Forever is what everybody expects. */
	if (address->dynamic || listing->request->options.details) {
		if (seconds == UINT32_MAX)
			text_puts(cell, "forever");
		else
			text_number(cell, seconds);
	}
}

static void row(struct listing *listing, const void *object)
{
	const struct link_address *address = object;
	const struct link *link = ((const struct view *)listing->cookie)->link;
	struct text *cell;

	cell_name(listing, link->name.id);
	text_puts(columns_cell(&listing->print), !link->up          ? "down"
						 : link->no_carrier ? "no-carrier"
								    : "up");
	cell = columns_cell(&listing->print);
	if (!HAS(address, local))
		return;
	address_print(address->local.family, address->local.bytes, cell);
	/* With a peer, the prefix is the peer's. */
	if (HAS(address, peer)) {
		cell = columns_cell(&listing->print);
		address_print(address->peer.family, address->peer.bytes, cell);
	}
	text_char(cell, '/');
	text_number(cell, address->length);
	if (!HAS(address, peer))
		columns_cell(&listing->print);
	CELL(listing, &address_table, link_address, address, broadcast);
	CELL(listing, &address_table, link_address, address, scope);
	CELL(listing, &address_table, link_address, address, metric);
	CELL(listing, &address_table, link_address, address, protocol);
	/* The label of most is the link's name. */
	if (address->label.id != link->name.id)
		CELL(listing, &address_table, link_address, address, label);
	else
		columns_cell(&listing->print);
	flags_cell(listing, address);
	lifetime_cell(listing, address, address->valid_lft);
	lifetime_cell(listing, address, address->preferred_lft);
}

/* `ip -j addr`: a link's keys and "addr_info". */
static void link_json(struct listing *listing, const struct link *link,
		      const struct addresses *addresses)
{
	struct json *json = &listing->json;

	json_open_object(json, NULL);
	link_json_keys(&listing->json_options, link, true, json);
	json_open_array(json, "addr_info");
	for (size_t i = 0; i < addresses->count; i++)
		if (addresses->items[i].dev.id == link->name.id &&
		    addresses->items[i].netns.id == link->netns.id)
			object_json(OBJECT_ADDRESS, &listing->json_options, &addresses->items[i],
				    json);
	json_close_array(json);
	json_close_object(json);
}

static void link_rows(struct listing *listing, struct view *view, const struct link *link,
		      const struct addresses *addresses, bool also_without)
{
	struct link_address none = { .netns = link->netns };
	bool any = false;

	view->link = link;
	for (size_t i = 0; i < addresses->count; i++) {
		if (addresses->items[i].dev.id != link->name.id ||
		    addresses->items[i].netns.id != link->netns.id)
			continue;
		listing_put(listing, &addresses->items[i]);
		any = true;
	}
	if (!any && also_without)
		listing_put(listing, &none);
}

static bool has_address(const struct link *link, const struct addresses *addresses)
{
	for (size_t i = 0; i < addresses->count; i++)
		if (addresses->items[i].dev.id == link->name.id &&
		    addresses->items[i].netns.id == link->netns.id)
			return true;
	return false;
}

static int show(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(addresses_clear) struct addresses addresses = { 0 };
	CLEANUP(links_clear) struct links links = { 0 };
	struct selection selection = { 0 };
	struct view view = { 0 };
	struct listing listing = { .request = request,
				   .type = OBJECT_ADDRESS,
				   .columns = columns,
				   .columns_count = sizeof(columns) / sizeof(*columns),
				   .row = row,
				   .cookie = &view };
	bool narrowed;
	int r = take_selection(request, &selection, words, error);

	if (!r)
		r = links_read(request, selection.by_link ? &selection.link : NULL, false, &links,
			       error);
	if (!r)
		r = read_all(request, &selection, &addresses, error);
	if (r < 0)
		return r;
	/* ip(8): a link without addresses is listed unless one asked for some of them. */
	narrowed = selection.to.family || selection.wanted || selection.unwanted ||
		   selection.label || HAS(&selection.filter, scope) || request->options.family;
	listing_begin(&listing, false);
	for (size_t i = 0; i < links.count; i++) {
		const struct link *link = &links.items[i];

		if ((HAS(&selection.filter, dev) && link->name.id != selection.filter.dev.id) ||
		    (narrowed && !has_address(link, &addresses)))
			continue;
		if (request->options.json)
			link_json(&listing, link, &addresses);
		else
			link_rows(&listing, &view, link, &addresses, !narrowed);
	}
	listing_end(&listing);
	return 0;
}

/* Secondary addresses go before the primary that would take them along. */
static int secondary_first(const void *a, const void *b)
{
	const struct link_address *left = a, *right = b;

	return (int)right->secondary - (int)left->secondary;
}

static int flush(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(addresses_clear) struct addresses addresses = { 0 };
	struct selection selection = { 0 };
	CLEANUP(links_clear) struct links links = { 0 };
	bool any = words->left;
	int r = take_selection(request, &selection, words, error);

	if (!r && !any)
		return error_usage(error,
				   "flush needs to be told what: 'dev DEV', 'scope SCOPE', …");
	if (!r && selection.by_link) {
		r = links_read(request, &selection.link, false, &links, error);
		addresses.links = &links;
	}
	if (!r)
		r = read_all(request, &selection, &addresses, error);
	if (!r && addresses.count)
		qsort(addresses.items, addresses.count, sizeof(*addresses.items), secondary_first);
	for (size_t i = 0; !r && i < addresses.count; i++)
		r = session_guard_step(request, OBJECT_ADDRESS, CHANGE_DELETE, &addresses.items[i],
				       error);
	for (size_t i = 0; !r && i < addresses.count; i++) {
		plan_add(&request->plan, OBJECT_ADDRESS, CHANGE_DELETE, &addresses.items[i])
			->may_miss = true;
		r = request_commit(request, error);
	}
	return r;
}

#define CHOICE                                                                             \
	"[[dev] DEV] [to PREFIX] [scope {SCOPE|all}] [label PATTERN] [proto PROTO] "       \
	"[type KIND] " LINK_FILTER_CHOICE                                                  \
	" [permanent|dynamic] [primary|secondary|temporary] [tentative] [deprecated] "     \
	"[dadfailed] [nodad] [optimistic] [home] [mngtmpaddr] [noprefixroute] [autojoin] " \
	"[stable-privacy]"

/* clang-format off */
static const struct verb verbs[] = {
	{ "add", "a", "ADDRESS/LEN dev DEV [OPTIONS]", "add an address", add, VERB_CHANGES,
	  { &address_table } },
	{ "replace", "r rep", "ADDRESS/LEN dev DEV [OPTIONS]", "add an address, or change it", replace,
	  VERB_CHANGES, { &address_table } },
	{ "change", "c ch chg set", "ADDRESS/LEN dev DEV [OPTIONS]", "change an address", set, VERB_CHANGES,
	  { &address_table } },
	{ "del", "d delete", "ADDRESS[/LEN] dev DEV", "remove an address", del, VERB_CHANGES,
	  { &address_table } },
	{ "show", "list lis li ls lst l s sh", CHOICE, "list addresses; a - before a flag: those without it", show, 0, { &address_table } },
	{ "flush", "", CHOICE,
	  "remove the addresses that fit; a - before a flag: those without it", flush, VERB_CHANGES | VERB_WHOLE, { &address_table } },
};
/* clang-format on */

const struct command command_addr = {
	.name = "addr",
	.shorts = "a addre addres address",
	.help = "addresses of links",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
	.verb = "show",
};
