/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/link_words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"
#include "command/request.h"
#include "kernel/netns.h"
#include "model/netns.h"
#include "model/network.h"
#include "text/take.h"

enum { PID_DIGITS = 10 };

static const char *const more_words[] = { "type", "peer",    "nomaster", "name",
					  "addr", "altname", NULL };

/* "addr 10.0.0.1/24"; a MAC behind it means `address`, as in ip(8). */
static int take_addr(struct request *request, struct link_wish *wish, struct words *words,
		     struct error *error)
{
	struct link_address address = { 0 };
	uint8_t mac[6];
	const char *word = words->left > 1 ? words->at[1] : NULL;

	if (word && mac_read(word, mac)) {
		struct attr_context context = request_context(request);
		const struct attr *row = ATTR_ROW(&link_table, link, address);

		words_take(words);
		if (attr_has(&link_table, &wish->link, row))
			return error_usage(error, "'address' is given twice");
		return attr_parse(&link_table, row, &context, &wish->link, words, error);
	}
	words_take(words);
	word = words_value(words, "addr", "ADDRESS/LEN", error);
	if (!word)
		return -EINVAL;
	if (!address_read_prefix(word, &address.local, &address.length))
		return error_usage(error, "addr: '%s' is no address: ADDRESS/LEN is expected",
				   word);
	if (wish->addresses_count == LINK_ADDRESSES)
		return error_usage(error, "addr: more than %d addresses in one command",
				   LINK_ADDRESSES);
	for (size_t i = 0; i < wish->addresses_count; i++)
		if (!memcmp(&wish->addresses[i].local, &address.local, sizeof(address.local)))
			return error_usage(error, "addr: '%s' is given twice", word);
	address.family = address.local.family;
	ATTR_MARK(&address_table, link_address, &address, local);
	ATTR_MARK(&address_table, link_address, &address, length);
	wish->addresses[wish->addresses_count++] = address;
	return 0;
}

static int take_altname(struct request *request, struct link_wish *wish, struct words *words,
			struct error *error)
{
	struct altname *altname = &wish->altnames[wish->altnames_count];
	const char *word;
	int r;

	words_take(words);
	word = words_value(words, "altname", "NAME", error);
	if (!word)
		return -EINVAL;
	if (wish->altnames_count == LINK_ALTNAMES)
		return error_usage(error, "altname: more than %d in one command", LINK_ALTNAMES);
	r = altname_check(word, error);
	if (r < 0)
		return r;
	altname->name.id = names_of(request->names, word);
	ATTR_MARK(&altname_table, altname, altname, name);
	wish->altnames_count++;
	return 0;
}

static int take_type(struct request *request, struct link_wish *wish, enum link_place place,
		     struct words *words, struct error *error)
{
	const char *kind, *best = NULL;
	size_t distance = SIZE_MAX;

	words_take(words);
	kind = words_value(words, "type", "KIND", error);
	if (!kind)
		return -EINVAL;
	/* The words of a bridge's port stand in their own table, whatever the kind. */
	if (!strcmp(kind, "bridge_slave") && place == LINK_OLD)
		return 0;
	if (wish->link.kind.id)
		return error_usage(error, "'type' is given twice");
	link_set_kind(&wish->link, request->names, kind);
	if (wish->link.kind_info)
		return 0;
	for (size_t i = 0; i < link_kinds_count; i++)
		words_nearer(kind, link_kinds[i].name, &best, &distance);
	error_usage(error, "type: there is no kind of link '%s'", kind);
	words_suggest(error, kind, best, distance);
	return -EINVAL;
}

static int take_name(struct request *request, struct link_wish *wish, enum link_place place,
		     struct words *words, struct error *error)
{
	struct attr_context context = request_context(request);
	const struct attr *row = place == LINK_OLD ? ATTR_ROW(&link_table, link, name)
						   : ATTR_ROW(&link_table, link, new_name);
	struct link named = { 0 };
	int r;

	/* A name that exists is taken as it is, one that is made is checked strictly. */
	context.tolerant = place == LINK_OLD;
	r = attr_parse(&link_table, row, &context, &named, words, error);
	if (r < 0)
		return r;
	wish->link.name = place == LINK_OLD ? named.name : named.new_name;
	ATTR_MARK(&link_table, link, &wish->link, name);
	return 0;
}

/* [NETNS/]DEV */
static int take_lower(struct request *request, struct link_wish *wish, struct words *words,
		      struct error *error)
{
	const char *word, *slash;

	words_take(words);
	word = words_value(words, "link", "[NETNS/]DEV", error);
	if (!word)
		return -EINVAL;
	if (ATTR_HAS(&link_table, link, &wish->link, link))
		return error_usage(error, "'link' is given twice");
	slash = strchr(word, '/');
	if (slash) {
		wish->link.link_netns.id = names_id(request->names, word, (size_t)(slash - word));
		ATTR_MARK(&link_table, link, &wish->link, link_netns);
		word = slash + 1;
	}
	ATTR_MARK(&link_table, link, &wish->link, link);
	return request_name(request, word, &wish->link.link.id, error);
}

static size_t parts_of(struct link *link, enum link_place place, struct part parts[PARTS])
{
	size_t count = 0;

	if (link->kind_info && link->kind_info->table)
		parts[count++] =
			(struct part){ .table = link->kind_info->table, .object = &link->data };
	parts[count++] = (struct part){ .table = &link_table, .object = link };
	if (place == LINK_OLD)
		parts[count++] =
			(struct part){ .table = &bridge_port_table, .object = &link->port };
	return count;
}

static bool is_own_word(const struct link *link, const char *word)
{
	bool negated;

	return link->kind_info && link->kind_info->table &&
	       attr_find_word(link->kind_info->table, word, &negated);
}

/* One attribute, name or list entry; 1 when `peer` is next. */
static int take_one(struct request *request, struct link_wish *wish, enum link_place place,
		    struct words *words, struct error *error)
{
	const char *word = words_peek(words);
	struct link *link = &wish->link;
	struct part parts[PARTS];
	size_t count = parts_of(link, place, parts);
	bool is_named = ATTR_HAS(&link_table, link, link, name);
	int r;

	if (!is_own_word(link, word)) {
		if (!strcmp(word, "type"))
			return take_type(request, wish, place, words, error);
		if (!strcmp(word, "peer") && place == LINK_NEW)
			return 1;
		if (!strcmp(word, "addr"))
			return take_addr(request, wish, words, error);
		if (!strcmp(word, "altname"))
			return take_altname(request, wish, words, error);
		if (!strcmp(word, "link"))
			return take_lower(request, wish, words, error);
		if (!is_named &&
		    (!strcmp(word, "dev") || (!strcmp(word, "name") && place != LINK_OLD)))
			return words_take(words), take_name(request, wish, place, words, error);
	}
	r = request_take(request, parts, count, words, error);
	if (r)
		return r < 0 ? r : 0;
	if (!is_named)
		return take_name(request, wish, place, words, error);
	return object_unknown(parts, count, more_words, word, error);
}

static bool is_candidates_netns(const struct request *request, uint32_t name)
{
	struct netns key = { .name = { name } };

	network_index(request->candidate, OBJECT_NETNS);
	return network_find(request->candidate, OBJECT_NETNS, &key, NULL);
}

static bool is_process(const struct request *request, uint32_t netns)
{
	const char *name = names_text(request->names, netns);
	size_t digits = strspn(name, "0123456789");

	if (!digits || digits > PID_DIGITS || name[digits] || *name == '0')
		return false;
	if (!request->candidate)
		return !netns_may_be(name);
	/* What is edited has no processes. */
	return request->touched && !is_candidates_netns(request, netns);
}

/* ip(8): where a link goes, a bare number is a process, unless a namespace is called so. */
static void settle_process(struct request *request, struct link *link)
{
	char pid[sizeof("pid:") + PID_DIGITS];

	if (!ATTR_HAS(&link_table, link, link, new_netns) ||
	    !is_process(request, link->new_netns.id))
		return;
	snprintf(pid, sizeof(pid), "pid:%.*s", PID_DIGITS,
		 names_text(request->names, link->new_netns.id));
	link->new_netns.id = names_of(request->names, pid);
}

/* In `add`, `netns` says where the link is born: no move. */
static void settle_birthplace(struct link *link)
{
	if (!ATTR_HAS(&link_table, link, link, new_netns))
		return;
	link->netns = link->new_netns;
	attr_drop(&link_table, link, ATTR_ROW(&link_table, link, new_netns));
}

static int check(struct request *request, const struct link *link, enum link_place place,
		 struct error *error)
{
	struct attr_context context = request_context(request);
	const struct link_kind *kind = link->kind_info;
	int r = 0;

	if (kind && kind->check)
		r = kind->check(&link->data, &context, error);
	if (!r && kind && kind->check_new && place == LINK_NEW)
		r = kind->check_new(&link->data, &context, error);
	if (!r)
		r = bridge_port_check(&link->port, &context, error);
	return r;
}

int link_words_take(struct request *request, struct link_wish *wish, enum link_place place,
		    struct words *words, struct error *error)
{
	int r = 0;

	while (!r && words->left)
		r = take_one(request, wish, place, words, error);
	if (r < 0)
		return r;
	settle_process(request, &wish->link);
	if (place != LINK_OLD)
		settle_birthplace(&wish->link);
	return check(request, &wish->link, place, error);
}

/* `master` is bridge(8)'s flag where no DEV can follow: at the end, before a port's own word. */
static bool is_master_flag(const struct words *words)
{
	const char *next = words->left > 1 ? words->at[1] : NULL;
	bool negated;

	return !strcmp(*words->at, "master") &&
	       (!next || !strcmp(next, "self") || !strcmp(next, "dev") ||
		attr_find_word(&bridge_port_table, next, &negated));
}

/* The rows that the device itself is told are no others, whatever is said of them. */
static int check_self(const struct link *link, struct error *error)
{
	struct link rest = *link;

	attr_drop(&bridge_port_table, &rest.port,
		  ATTR_ROW(&bridge_port_table, bridge_port, hwmode));
	if (link_values(&rest))
		return error_usage(error, "'self' goes with hwmode only: the rest is the bridge's");
	return 0;
}

int link_port_words_take(struct request *request, struct link_wish *wish, struct words *words,
			 struct error *error)
{
	bool self = false, master = false;
	int r = 0;

	while (!r && words->left) {
		if (is_master_flag(words))
			master = words_take(words);
		else if (ATTR_HAS(&link_table, link, &wish->link, name) &&
			 words_take_if(words, "self"))
			self = true;
		else
			r = take_one(request, wish, LINK_OLD, words, error);
	}
	if (!r && self && !master)
		r = check_self(&wish->link, error);
	return r < 0 ? r : check(request, &wish->link, LINK_OLD, error);
}
