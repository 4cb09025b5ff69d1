/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/route_words.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/words.h"
#include "model/uapi.h"
#include "text/take.h"

#define HAS(pointer, member) ATTR_HAS(&route_table, route, pointer, member)
#define MARK(pointer, member) ATTR_MARK(&route_table, route, pointer, member)
#define DETAIL_HAS(pointer, member) ATTR_HAS(&route_detail_table, route_detail, pointer, member)
#define DETAIL_MARK(pointer, member) ATTR_MARK(&route_detail_table, route_detail, pointer, member)

static const char *const route_more[] = { "to", "via", "nexthop", "encap", "table", NULL };

/* Words of rows that only a lookup knows. */
bool route_word_is_lookup(const char *word)
{
	static const char *const words[] = { "mark", "uid", "iif", "ipproto", "sport", "dport" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

bool route_word_is_any(const char *word)
{
	return !strcmp(word, "default") || !strcmp(word, "any") || !strcmp(word, "all");
}

/* Whether a word that stands alone can be meant as a prefix at all. */
bool route_word_is_prefix(const char *word)
{
	return isdigit((unsigned char)*word) || strchr(word, ':') || route_word_is_any(word);
}

static const char *family_word(uint8_t family)
{
	return family == IPV6 ? "inet6" : "inet";
}

/* A prefix; "default" is of the family that -4 or -6 says, else of one that is open: 0. */
int route_prefix_take(const struct attr_context *given, const char *after, struct prefix *prefix,
		      struct words *words, struct error *error)
{
	struct attr_context context = *given;
	struct attr row = *ATTR_ROW(&route_table, route, dst);
	const char *word = words_peek(words);
	int r;

	row.name = after;
	if (word && route_word_is_any(word)) {
		words_take(words);
		*prefix = (struct prefix){ .family = context.family };
		return 0;
	}
	r = row.type->parse(&row, &context, words, prefix, error);
	if (!r && context.family && prefix->family != context.family)
		return error_usage(error, "%s: '%s' is no %s prefix", after, word,
				   address_family_name(context.family));
	return r;
}

/* [inet|inet6] ADDRESS; *said is the family when a word says it, else 0. */
static int take_via(struct address *address, uint8_t *said, struct words *words,
		    struct error *error)
{
	struct address value = { 0 };
	const char *word;

	if (address->family)
		return error_usage(error,
				   "'via' is given twice: several next routers are 'nexthop via "
				   "ADDRESS nexthop via ADDRESS'");
	*said = words_take_if(words, "inet") ? IPV4 : words_take_if(words, "inet6") ? IPV6 : 0;
	word = words_value(words, "via", "[inet|inet6] ADDRESS", error);
	if (!word)
		return -EINVAL;
	if (!address_read(word, &value) || (*said && value.family != *said))
		return error_usage(error, "via: '%s' is no %s%saddress", word,
				   *said ? address_family_name(*said) : "", *said ? " " : "");
	*address = value;
	return 0;
}

/* What is gathered while the words of a route are read. */
struct taking {
	const struct attr_context *context;
	struct pools *pools;
	struct route_full *full;
	struct route_detail detail;
	struct address via;
	uint8_t via_said;
	bool has_prefix;
	uint8_t hops_say; /* some nexthop says its family: "via inet6" */
};

static int take_hop_word(struct taking *taking, struct nexthop *hop, bool *taken,
			 struct words *words, struct error *error)
{
	struct attr_context context = *taking->context;
	const char *word = words_peek(words);
	uint64_t weight;
	uint8_t said;
	int r;

	*taken = true;
	if (!strcmp(word, "via")) {
		words_take(words);
		r = take_via(&hop->via, &said, words, error);
		taking->hops_say |= r < 0 ? 0 : said;
		if (!r)
			ATTR_MARK(&nexthop_table, nexthop, hop, via);
		return r;
	}
	if (!strcmp(word, "weight")) {
		words_take(words);
		word = words_value(words, "weight", "1-256", error);
		if (!word)
			return -EINVAL;
		if (!number_read(word, &weight) || !weight || weight > 256)
			return error_usage(error, "weight: '%s' is not 1-256", word);
		hop->weight_less_one = (uint8_t)(weight - 1);
		ATTR_MARK(&nexthop_table, nexthop, hop, weight_less_one);
		return 0;
	}
	if (!strcmp(word, "encap"))
		return error_usage(error,
				   "a nexthop's own 'encap' is not supported: make it a route "
				   "of its own");
	r = attr_take(&nexthop_table, &context, hop, words, error);
	*taken = r > 0;
	return r < 0 ? r : 0;
}

/* nexthop [via ADDRESS] [dev DEV] [realms R] [weight N] [onlink]; whatever else follows is the route's. */
static int take_nexthop(struct taking *taking, struct words *words, struct error *error)
{
	struct nexthop hop = { 0 };
	bool taken = true;
	size_t left;
	int r = 0;

	words_take(words);
	left = words->left;
	while (!r && taken && words->left)
		r = take_hop_word(taking, &hop, &taken, words, error);
	if (r < 0)
		return r;
	if (left == words->left)
		return error_usage(error,
				   "behind 'nexthop' [via ADDRESS] [dev DEV] [realms REALMS] "
				   "[weight N] [onlink] is expected");
	*pools_nexthop(taking->pools) = hop;
	taking->full->route.hops++;
	return 0;
}

static int take_encap_address(struct address *address, const char *after, uint8_t family,
			      struct words *words, struct error *error)
{
	const char *word = words_value(words, after, "ADDRESS", error);

	if (!word)
		return -EINVAL;
	if (!address_read(word, address) || address->family != family)
		return error_usage(error, "encap %s: '%s' is no %s address", after, word,
				   address_family_name(family));
	return 0;
}

static int take_encap_number(uint64_t *value, const char *after, uint64_t most, struct words *words,
			     struct error *error)
{
	const char *word = words_value(words, after, "NUMBER", error);

	if (!word)
		return -EINVAL;
	if (!number_read(word, value) || *value > most)
		return error_usage(error, "encap %s: '%s' is no number up to %llu", after, word,
				   (unsigned long long)most);
	return 0;
}

/* One word of an encapsulation: 1, 0 when the next word is none, or an error. */
static int take_encap_word(struct taking *taking, struct words *words, struct error *error)
{
	struct attr_context context = *taking->context;
	struct route_detail *detail = &taking->detail;
	bool six = detail->encap == LWTUNNEL_ENCAP_IP6;
	const char *word = words_peek(words);
	uint64_t number = 0;
	int r;

	for (const struct keyword *flag = route_encap_flags; flag->word; flag++) {
		if (strcmp(word, flag->word) != 0)
			continue;
		detail->encap_flags |= (uint16_t)flag->value;
		return words_take(words) != NULL;
	}
	if (!strcmp(word, "id")) {
		words_take(words);
		r = take_encap_number(&detail->encap_id, word, UINT64_MAX, words, error);
	} else if (!strcmp(word, "dst") || !strcmp(word, "src")) {
		words_take(words);
		r = take_encap_address(*word == 'd' ? &detail->encap_dst : &detail->encap_src, word,
				       six ? IPV6 : IPV4, words, error);
	} else if (!strcmp(word, six ? "hoplimit" : "ttl")) {
		words_take(words);
		r = take_encap_number(&number, word, UINT8_MAX, words, error);
		detail->encap_ttl = (uint8_t)number;
	} else if (!strcmp(word, six ? "tc" : "tos")) {
		const struct attr *row = ATTR_ROW(&route_table, route, tos);

		words_take(words);
		r = row->type->parse(row, &context, words, &detail->encap_tos, error);
	} else {
		return 0;
	}
	return r < 0 ? r : 1;
}

/* encap ip|ip6 [id N] [dst A] [src A] [ttl N] [tos T] [key] [csum] [seq] */
static int take_encap(struct taking *taking, struct words *words, struct error *error)
{
	struct route_detail *detail = &taking->detail;
	const char *word;
	int r = 1;

	words_take(words);
	if (detail->encap)
		return error_usage(error, "'encap' is given twice");
	word = words_value(words, "encap", "ip or ip6", error);
	if (!word)
		return -EINVAL;
	if (strcmp(word, "ip") != 0 && strcmp(word, "ip6") != 0)
		return error_usage(error, "encap: '%s' is not known: ip or ip6 is expected", word);
	detail->encap = word[2] ? LWTUNNEL_ENCAP_IP6 : LWTUNNEL_ENCAP_IP;
	while (r > 0 && words->left)
		r = take_encap_word(taking, words, error);
	return r < 0 ? r : 0;
}

/*
 * "10ms", "1.5s" or, without a unit, the kernel's own (1/8 ms of rtt, 1/4 ms of
 * rttvar, ms of rto_min), as ip-route(8) has it.
 */
static int take_time(const struct attr *row, uint32_t unit, uint32_t *value, struct words *words,
		     struct error *error)
{
	const char *word = words_value(words, row->name, "TIME", error);
	char *end;
	double time;

	if (!word)
		return -EINVAL;
	time = strtod(word, &end);
	if (!isdigit((unsigned char)*word))
		end = NULL;
	else if (!strcasecmp(end, "s") || !strcasecmp(end, "sec") || !strcasecmp(end, "secs"))
		time *= 1000.0 * unit;
	else if (!strcasecmp(end, "ms") || !strcasecmp(end, "msec") || !strcasecmp(end, "msecs"))
		time *= unit;
	else if (*end)
		end = NULL;
	if (!end || time > UINT32_MAX)
		return error_usage(error, "%s: '%s' is no time: a number with ms or s is expected",
				   row->name, word);
	*value = (uint32_t)time;
	return 0;
}

static int take_features(struct route_detail *detail, struct words *words, struct error *error)
{
	uint64_t number;
	bool any = false;

	for (; words->left; words_take(words), any = true) {
		const char *word = words_peek(words);
		const struct keyword *feature = route_features;

		while (feature->word && strcmp(feature->word, word) != 0)
			feature++;
		if (feature->word)
			detail->features |= (uint32_t)feature->value;
		else if (!any && number_read(word, &number) && number <= UINT32_MAX)
			detail->features |= (uint32_t)number;
		else
			break;
	}
	if (any)
		return 0;
	return error_usage(error, "behind 'features' ecn, tcp_usec_ts or a number is expected");
}

/* METRIC [lock] VALUE: 1, 0 when the next word names none, or an error. */
static int take_metric(struct taking *taking, struct words *words, struct error *error)
{
	struct attr_context context = *taking->context;
	struct route_detail *detail = &taking->detail;
	const struct attr *row = attr_find(&route_detail_table, words_peek(words));
	int r;

	if (!row || row->nest != RTA_METRICS || row->wire == RTAX_LOCK)
		return 0;
	words_take(words);
	if (attr_has(&route_detail_table, detail, row))
		return error_usage(error, "'%s' is given twice", row->name);
	if (words_take_if(words, "lock") || row->wire == RTAX_RTO_MIN) {
		detail->lock |= UINT32_C(1) << row->wire;
		DETAIL_MARK(detail, lock);
	}
	switch (row->wire) {
	case RTAX_RTT:
		r = take_time(row, 8, &detail->rtt, words, error);
		break;
	case RTAX_RTTVAR:
		r = take_time(row, 4, &detail->rttvar, words, error);
		break;
	case RTAX_RTO_MIN:
		r = take_time(row, 1, &detail->rto_min, words, error);
		break;
	case RTAX_FEATURES:
		r = take_features(detail, words, error);
		break;
	default:
		r = attr_parse(&route_detail_table, row, &context, detail, words, error);
	}
	if (r < 0)
		return r;
	attr_mark(&route_detail_table, detail, row);
	return 1;
}

/* ttl-propagate enabled|disabled; on and off are the row's. 1: taken. */
static int take_ttl_propagate(struct route_detail *detail, struct words *words)
{
	const char *value = words->left > 1 ? words->at[1] : NULL;

	if (strcmp(words_peek(words), "ttl-propagate") != 0 || !value ||
	    (strcmp(value, "enabled") != 0 && strcmp(value, "disabled") != 0) ||
	    DETAIL_HAS(detail, ttl_propagate))
		return 0;
	words_take(words);
	words_take(words);
	detail->ttl_propagate = *value == 'e';
	DETAIL_MARK(detail, ttl_propagate);
	return 1;
}

static int take_destination(struct taking *taking, struct words *words, struct error *error)
{
	struct route *route = &taking->full->route;
	int r;

	if (taking->has_prefix)
		return error_usage(error, "'%s': the route has a PREFIX already",
				   words_peek(words));
	r = route_prefix_take(taking->context, "to", &route->dst, words, error);
	taking->has_prefix = !r;
	return r;
}

/* The next word or words of a route. */
static int take_one(struct taking *taking, struct words *words, struct error *error)
{
	struct route_full *full = taking->full;
	struct part parts[] = { { .table = &route_table, .object = &full->route },
				{ .table = &route_detail_table, .object = &taking->detail } };
	const char *word = words_peek(words);
	bool is_table = !strcmp(word, "table");
	int r;

	/* No word of a route begins so. */
	if (isdigit((unsigned char)*word))
		return take_destination(taking, words, error);
	if (!strcmp(word, "to")) {
		words_take(words);
		if (words->left && route_word_is_prefix(words_peek(words)))
			return take_destination(taking, words, error);
		/* "to blackhole 10.0.0.0/8": its type, then the prefix. */
		if (words->left)
			return 0;
		return error_usage(error, "behind 'to' a PREFIX is expected");
	}
	if (!strcmp(word, "via") || !strcmp(word, "gateway")) {
		words_take(words);
		return take_via(&taking->via, &taking->via_said, words, error);
	}
	if (!strcmp(word, "nexthop"))
		return take_nexthop(taking, words, error);
	if (!strcmp(word, "encap"))
		return take_encap(taking, words, error);
	if (route_word_is_lookup(word))
		return error_usage(error, "'%s' is a word of 'route get'", word);
	r = take_metric(taking, words, error);
	if (!r)
		r = take_ttl_propagate(&taking->detail, words);
	if (!r)
		r = object_take(taking->context, parts, 2, words, error);
	if (r > 0 && is_table && !full->route.table)
		return error_usage(error, "table: a route is in one table, not in 'all'");
	if (r)
		return r < 0 ? r : 0;
	if (route_word_is_prefix(word))
		return take_destination(taking, words, error);
	return object_unknown(parts, 2, route_more, word, error);
}

/* "default" is of the family that something else of the route is of; alone it is IPv4. */
static void settle_family(const struct taking *taking, const struct nexthop *hops)
{
	struct route *route = &taking->full->route;
	const struct route_detail *detail = &taking->detail;

	if (!route->dst.family)
		route->dst.family = taking->via.family;
	if (!route->dst.family)
		route->dst.family = route->src.family;
	if (!route->dst.family)
		route->dst.family = detail->from.family;
	for (uint32_t i = 0; i < route->hops && !route->dst.family; i++)
		route->dst.family = hops[i].via.family;
	if (!route->dst.family)
		route->dst.family = IPV4;
}

static int check_family(const struct taking *taking, const char *word, uint8_t family,
			bool may_differ, struct error *error)
{
	uint8_t wanted = taking->full->route.dst.family;

	if (!family || family == wanted || may_differ)
		return 0;
	error_usage(error, "%s: an %s address in an %s route", word, address_family_name(family),
		    address_family_name(wanted));
	if (!strcmp(word, "via") || !strcmp(word, "nexthop via"))
		error_hint(error, " ('via %s ADDRESS' if that is meant)", family_word(family));
	return -EINVAL;
}

static int finish(struct taking *taking, bool is_delete, struct error *error)
{
	struct pools *pools = taking->pools;
	struct route_full *full = taking->full;
	struct route *route = &full->route;
	int r = 0;

	if (!taking->has_prefix)
		return error_usage(error, "a route needs a PREFIX");
	full->nexthop = pools_nexthops_end(pools);
	settle_family(taking, full->nexthop);
	MARK(route, dst);
	r = check_family(taking, "via", taking->via.family, taking->via_said, error);
	if (!r)
		r = check_family(taking, "src", route->src.family, false, error);
	if (!r)
		r = check_family(taking, "from", taking->detail.from.family, false, error);
	for (uint32_t i = 0; !r && i < route->hops; i++)
		r = check_family(taking, "nexthop via", full->nexthop[i].via.family,
				 taking->hops_say, error);
	if (!r && DETAIL_HAS(&taking->detail, realms) && route->dst.family == IPV6)
		r = error_usage(error, "realms: IPv6 has none");
	if (r < 0)
		return r;
	if (taking->via.family == route->dst.family) {
		route->via = taking->via;
		MARK(route, via);
	} else if (taking->via.family) {
		taking->detail.via = taking->via;
		DETAIL_MARK(&taking->detail, via);
	}
	/* The kernel says the same, but a delete with both would find nothing. */
	if (route->nhid && (taking->via.family || route->dev.id || route->hops))
		return error_usage(error, "'nhid' says where the packets go: no 'via', 'dev' or "
					  "'nexthop' beside it");
	route_keep_detail(full, pools, &taking->detail);
	route_settle(full, is_delete);
	return 0;
}

int route_words_take(const struct attr_context *context, struct pools *pools, bool is_delete,
		     struct route_full *full, struct words *words, struct error *error)
{
	struct taking taking = { .context = context, .pools = pools, .full = full };
	int r = 0;

	pools_forget_routes(pools);
	while (!r && words->left)
		r = take_one(&taking, words, error);
	return r < 0 ? r : finish(&taking, is_delete, error);
}
