/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/route_choice.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/words.h"
#include "command/link_verbs.h"
#include "command/request.h"
#include "model/link.h"
#include "model/uapi.h"
#include "text/route_words.h"
#include "text/take.h"

#define HAS(pointer, member) ATTR_HAS(&route_table, route, pointer, member)
#define MARK(pointer, member) ATTR_MARK(&route_table, route, pointer, member)
#define DETAIL_HAS(pointer, member) ATTR_HAS(&route_detail_table, route_detail, pointer, member)
#define DETAIL_MARK(pointer, member) ATTR_MARK(&route_detail_table, route_detail, pointer, member)

static int take_prefix_word(struct request *request, const char *after, struct prefix *prefix,
			    struct words *words, struct error *error)
{
	struct attr_context context = request_context(request);

	return route_prefix_take(&context, after, prefix, words, error);
}

/* The address of a lookup: what is behind a slash says nothing there. */
static int take_lookup_address(struct request *request, const char *after, struct prefix *prefix,
			       struct words *words, struct error *error)
{
	const char *word = words_peek(words);
	int r = take_prefix_word(request, after, prefix, words, error);
	uint8_t bits;

	if (r < 0)
		return r;
	bits = (uint8_t)(8 * address_size(prefix->family ? prefix->family : IPV4));
	if (prefix->length != bits && !route_word_is_any(word))
		request_note(request, "%s: one address is looked up, the /%u is left out", after,
			     prefix->length);
	prefix->length = bits;
	return 0;
}

/* Their rows are no words of a route, so that nothing else finds them. */
static int take_lookup_word(struct request *request, struct route_detail *detail,
			    struct words *words, struct error *error)
{
	struct attr_context context = request_context(request);
	const struct attr *row = attr_find(&route_detail_table, words_take(words));

	if (attr_has(&route_detail_table, detail, row))
		return error_usage(error, "'%s' is given twice", row->name);
	return attr_parse(&route_detail_table, row, &context, detail, words, error);
}

int route_lookup_take(struct request *request, struct route_full *full, struct words *words,
		      struct error *error)
{
	static const char *const more[] = { "fibmatch", "to", NULL };
	struct part parts[] = { { .table = &route_table, .object = &full->route },
				{ .table = &route_detail_table, .object = full->detail } };
	struct route *route = &full->route;
	int r = 0;

	route->lookup = LOOKUP_PACKET;
	while (!r && words->left) {
		const char *word = words_peek(words);

		if (words_take_if(words, "fibmatch")) {
			route->lookup = LOOKUP_ROUTE;
			continue;
		}
		if (words_take_if(words, "from")) {
			if (DETAIL_HAS(full->detail, from))
				return error_usage(error, "'from' is given twice");
			r = take_lookup_address(request, "from", &full->detail->from, words, error);
			DETAIL_MARK(full->detail, from);
			continue;
		}
		if (route_word_is_lookup(word)) {
			r = take_lookup_word(request, full->detail, words, error);
			continue;
		}
		if (!strcmp(word, "oif") || !strcmp(word, "dev") || !strcmp(word, "tos") ||
		    !strcmp(word, "dsfield")) {
			r = request_take(request, parts, 2, words, error);
			r = r < 0 ? r : 0;
			continue;
		}
		if (!words_take_if(words, "to") && !route_word_is_prefix(word))
			return object_unknown(NULL, 0, more, word, error);
		if (HAS(route, dst))
			return error_usage(error, "'%s': there is an ADDRESS already", word);
		r = take_lookup_address(request, "to", &route->dst, words, error);
		MARK(route, dst);
	}
	if (r < 0)
		return r;
	if (!HAS(route, dst))
		return error_usage(error, "a lookup needs an ADDRESS");
	if (!route->dst.family)
		route->dst.family = full->detail->from.family ? full->detail->from.family : IPV4;
	if (full->detail->from.family && full->detail->from.family != route->dst.family)
		return error_usage(error, "from: an %s address in an %s lookup",
				   address_family_name(full->detail->from.family),
				   address_family_name(route->dst.family));
	return 0;
}

/* [root|match|exact] PREFIX */
static int take_choice(struct request *request, const char *after, struct prefix_choice *choice,
		       struct words *words, struct error *error)
{
	bool root = words_take_if(words, "root");
	bool match = !root && words_take_if(words, "match");
	struct prefix prefix;
	int r;

	if (!root && !match)
		words_take_if(words, "exact");
	r = take_prefix_word(request, after, &prefix, words, error);
	if (r < 0)
		return r;
	if (!match)
		choice->root = prefix;
	if (!root)
		choice->match = prefix;
	return 0;
}

static int take_table(struct request *request, struct route_choice *choice, struct words *words,
		      struct error *error)
{
	struct attr_context context = request_context(request);
	const struct attr *row = ATTR_ROW(&route_table, route, table);

	words_take(words);
	if (words_take_if(words, "cache")) {
		choice->filter.route.cloned = true;
		return 0;
	}
	if (HAS(&choice->filter.route, table))
		return error_usage(error, "'table' is given twice");
	return attr_parse(&route_table, row, &context, &choice->filter.route, words, error);
}

/* ip(8): of its table, but for what its addresses bring along; "default" is main, unless there is one. */
static int take_vrf(struct request *request, struct route_choice *choice, struct words *words,
		    struct error *error)
{
	struct route *route = &choice->filter.route;
	const struct link *vrf;
	const char *word;
	uint32_t name;
	int r;

	words_take(words);
	word = words_value(words, "vrf", "DEV", error);
	if (!word)
		return -EINVAL;
	if (HAS(route, table))
		return error_usage(error, "'vrf': a table is given already");
	r = request_name(request, word, &name, error);
	if (r < 0)
		return r;
	vrf = link_expect(request, name, "vrf", error);
	if (!vrf && (strcmp(word, "default") != 0 || error->errnum != ENOENT))
		return -error->errnum;
	error_clear(error);
	route->table = vrf ? vrf->data.vrf.table : RT_TABLE_MAIN;
	MARK(route, table);
	choice->without_local = true;
	return 0;
}

/* ip(8): TO is any source's, FROM/ any destination's, FROM/TO says both. */
static int take_realms(struct request *request, struct route_choice *choice, struct words *words,
		       struct error *error)
{
	const struct attr *row = ATTR_ROW(&route_detail_table, route_detail, realms);
	struct attr_context context = request_context(request);
	struct route_detail detail = { 0 };
	const char *word;
	int r;

	words_take(words);
	word = words_peek(words);
	r = attr_parse(&route_detail_table, row, &context, &detail, words, error);
	if (r < 0)
		return r;
	choice->realms = detail.realms;
	if (detail.realms.from || (strchr(word, '/') && *word != '/'))
		choice->realms_mask.from = UINT16_MAX;
	if (detail.realms.to || word[strlen(word) - 1] != '/')
		choice->realms_mask.to = UINT16_MAX;
	return 0;
}

/* A keyword whose value is "all" asks for nothing. */
static bool take_all(const char *word, struct words *words)
{
	if (words->left < 2 || strcmp(words->at[1], "all") != 0 ||
	    (strcmp(word, "proto") != 0 && strcmp(word, "protocol") != 0 &&
	     strcmp(word, "scope") != 0))
		return false;
	words_take(words);
	words_take(words);
	return true;
}

static int take_choice_word(struct request *request, struct route_choice *choice,
			    struct words *words, struct error *error)
{
	static const char *const more[] = { "root", "match", "exact", "table", "via",
					    "src",  "from",  "cache", "vrf",   NULL };
	struct route_full *filter = &choice->filter;
	struct part parts[] = { { .table = &route_table, .object = &filter->route },
				{ .table = &route_detail_table, .object = &choice->detail } };
	const char *word = words_peek(words);
	int r;

	if (!strcmp(word, "table"))
		return take_table(request, choice, words, error);
	if (take_all(word, words))
		return 0;
	if (!strcmp(word, "cache") || !strcmp(word, "cached") || !strcmp(word, "cloned")) {
		words_take(words);
		filter->route.cloned = true;
		return 0;
	}
	if (!strcmp(word, "dev") || !strcmp(word, "oif")) {
		words_take(words);
		word = words_value(words, "dev", "DEV", error);
		return word ? request_name(request, word, &choice->dev, error) : -EINVAL;
	}
	if (!strcmp(word, "vrf"))
		return take_vrf(request, choice, words, error);
	if (!strcmp(word, "realms") || !strcmp(word, "realm"))
		return take_realms(request, choice, words, error);
	if (words_take_if(words, "via")) {
		/* A family in front of the address says nothing that it does not say itself. */
		if (!words_take_if(words, "inet"))
			words_take_if(words, "inet6");
		return take_prefix_word(request, "via", &choice->via, words, error);
	}
	if (words_take_if(words, "src"))
		return take_prefix_word(request, "src", &choice->src, words, error);
	if (words_take_if(words, "from"))
		return take_choice(request, "from", &choice->from, words, error);
	if (words_take_if(words, "to") || route_word_is_prefix(word) || !strcmp(word, "root") ||
	    !strcmp(word, "match") || !strcmp(word, "exact"))
		return take_choice(request, "to", &choice->to, words, error);
	if (route_word_is_lookup(word))
		return error_usage(error, "'%s' is a word of 'route get'", word);
	r = request_take(request, parts, 2, words, error);
	if (r)
		return r < 0 ? r : 0;
	return object_unknown(parts, 2, more, word, error);
}

int route_choice_take(struct request *request, struct route_choice *choice, struct words *words,
		      struct error *error)
{
	struct route *route = &choice->filter.route;
	const struct prefix any = { .length = NO_LENGTH };
	int r = 0;

	*choice = (struct route_choice){ .to = { any, any },
					 .from = { any, any },
					 .is_named = words->left };
	choice->filter.detail = &choice->detail;
	while (!r && words->left)
		r = take_choice_word(request, choice, words, error);
	if (r < 0)
		return r;
	if (!HAS(route, table)) {
		route->table = RT_TABLE_MAIN;
		MARK(route, table);
	}
	/* Not marked: rows say nothing of a family. */
	route->dst.family = request->options.family;
	if (!route->dst.family)
		route->dst.family =
			choice->to.root.family ? choice->to.root.family : choice->to.match.family;
	if (!route->dst.family)
		route->dst.family = choice->via.family ? choice->via.family : choice->src.family;
	if (!route->dst.family && route->table)
		route->dst.family = IPV4;
	if (!route->table)
		attr_drop(&route_table, route, ATTR_ROW(&route_table, route, table));
	/* The kernel looks at it where it can; with -A not every namespace has such a link. */
	if (!request->options.all_netns)
		choice->detail.oif.id = choice->dev;
	return 0;
}

static bool have_same_bits(const uint8_t *a, const uint8_t *b, uint8_t length)
{
	uint8_t bits = length % 8, mask = (uint8_t)(0xff00 >> bits);

	return !memcmp(a, b, length / 8U) && (!bits || !((a[length / 8] ^ b[length / 8]) & mask));
}

static bool is_chosen(const struct prefix_choice *choice, const struct prefix *prefix)
{
	const struct prefix *root = &choice->root, *match = &choice->match;

	if (root->length != NO_LENGTH &&
	    (prefix->length < root->length || (root->family && prefix->family != root->family) ||
	     !have_same_bits(prefix->bytes, root->bytes, root->length)))
		return false;
	return match->length == NO_LENGTH ||
	       (prefix->length <= match->length &&
		(!match->family || prefix->family == match->family) &&
		have_same_bits(prefix->bytes, match->bytes, prefix->length));
}

static bool is_within(const struct prefix *prefix, const struct address *address)
{
	return prefix->family == address->family &&
	       have_same_bits(address->bytes, prefix->bytes, prefix->length);
}

static bool goes_via(const struct route_choice *choice, const struct route_full *full)
{
	/* Not a route of which one nexthop of several is that: a flush would take the others too. */
	return !choice->via.family || is_within(&choice->via, &full->route.via) ||
	       is_within(&choice->via, &route_detail_of(full)->via);
}

static bool leaves_on(const struct route_choice *choice, const struct route_full *full)
{
	if (!choice->dev || choice->dev == full->route.dev.id)
		return true;
	for (uint32_t i = 0; i < full->route.hops; i++)
		if (full->nexthop[i].dev.id == choice->dev)
			return true;
	return false;
}

static bool has_realms(const struct route_choice *choice, const struct realms *realms)
{
	return !((realms->from ^ choice->realms.from) & choice->realms_mask.from) &&
	       !((realms->to ^ choice->realms.to) & choice->realms_mask.to);
}

bool route_choice_has(const struct route_choice *choice, const struct route_full *full)
{
	const struct route *route = &full->route;

	if (choice->without_local && (route->type == RTN_LOCAL || route->type == RTN_BROADCAST))
		return false;
	return route->cloned == choice->filter.route.cloned &&
	       is_chosen(&choice->to, &route->dst) &&
	       is_chosen(&choice->from, &route_detail_of(full)->from) && goes_via(choice, full) &&
	       leaves_on(choice, full) && has_realms(choice, &route_detail_of(full)->realms) &&
	       (!choice->src.family || is_within(&choice->src, &route->src));
}
