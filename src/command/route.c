/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl route`: routing tables, as ip-route(8) says it. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/list.h"
#include "command/route_choice.h"
#include "command/route_show.h"
#include "command/session_guard.h"
#include "command/source.h"
#include "model/uapi.h"
#include "text/route_words.h"

static int change(struct request *request, enum change how, struct words *words,
		  struct error *error)
{
	struct route_full full = { 0 };
	struct attr_context context = request_context(request);
	int r = route_words_take(&context, &request->pools, how == CHANGE_DELETE, &full, words,
				 error);

	if (r < 0)
		return r;
	plan_add(&request->plan, OBJECT_ROUTE, how, &full);
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

static int prepend(struct request *request, struct words *words, struct error *error)
{
	return change(request, CHANGE_PREPEND, words, error);
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

static int get(struct request *request, struct words *words, struct error *error)
{
	struct route_detail detail = { 0 };
	struct route_full question = { .detail = &detail };
	int r = route_lookup_take(request, &question, words, error);

	return r < 0 ? r : route_show_lookup(request, &question, error);
}

static int show(struct request *request, struct words *words, struct error *error)
{
	struct route_choice choice;
	int r = route_choice_take(request, &choice, words, error);

	return r < 0 ? r : route_show(request, &choice, error);
}

/* What a flush found, to be deleted when all of it is read. */
struct found {
	const struct route_choice *choice;
	struct arena arena;
	struct route_full **routes;
	size_t count, room;
};

static void found_clear(struct found *found)
{
	arena_clear(&found->arena);
	pointer_free(&found->routes);
}

/* IPv6 has one that belongs to nobody and cannot be deleted: "unreachable default metric -1". */
static bool is_end_of_tree(const struct route *route)
{
	return route->dst.family == IPV6 && !route->dst.length && route->type == RTN_UNREACHABLE &&
	       route->metric == UINT32_MAX;
}

static int keep(void *cookie, const void *object, bool removed)
{
	struct found *found = cookie;
	const struct route_full *full = object;

	(void)removed;
	if (route_choice_has(found->choice, full) && !is_end_of_tree(&full->route))
		*array_add(&found->routes, &found->count, &found->room) =
			object_copy(OBJECT_ROUTE, full, &found->arena);
	return 0;
}

static void drop(void *cookie)
{
	struct found *found = cookie;

	found->count = 0;
	arena_reset(&found->arena);
}

/*
 * Marks what tells this route from one of the same prefix; a delete compares no
 * more. What is as usual is sent all the same, and not worth a word in a dry run.
 */
static void keep_key(struct route_full *full)
{
	static const size_t members[] = {
		offsetof(struct route, type),     offsetof(struct route, nhid),
		offsetof(struct route, via),      offsetof(struct route, dev),
		offsetof(struct route, protocol), offsetof(struct route, src),
	};
	struct route *route = &full->route;
	struct route_full usual = { .route = { .type = route->type } };
	struct route_detail asked_detail = { 0 };
	struct route_full asked = { .detail = &asked_detail };

	/* What the route has not is not asked to be none: the kernel takes no empty address. */
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		const struct attr *row = attr_row(&route_table, members[i]);

		if (attr_has(&route_table, route, row))
			attr_mark(&route_table, &asked.route, row);
	}
	if (ATTR_HAS(&route_detail_table, route_detail, route_detail_of(full), via))
		ATTR_MARK(&route_detail_table, route_detail, &asked_detail, via);
	if (ATTR_HAS(&route_detail_table, route_detail, route_detail_of(full), from))
		ATTR_MARK(&route_detail_table, route_detail, &asked_detail, from);
	object_keep(OBJECT_ROUTE, full, &asked);
	if (full->detail)
		full->detail->encap = 0;
	route_settle(&usual, true);
	if (route->type == RTN_UNICAST)
		route->asked.value &= ~attr_bit(&route_table, ATTR_ROW(&route_table, route, type));
	if (route->table == usual.route.table)
		route->asked.value &= ~attr_bit(&route_table, ATTR_ROW(&route_table, route, table));
	if (!route->tos)
		route->asked.value &= ~attr_bit(&route_table, ATTR_ROW(&route_table, route, tos));
}

/* /proc/sys/net is that of the namespace ovl is in. */
static int flush_cache(const struct request *request, struct error *error)
{
	static const char path[] = "/proc/sys/net/ipv4/route/flush";
	CLEANUP(fd_close) int fd = -1;

	if (request->options.dry_run || request->options.as_ip) {
		text_puts(request->out,
			  request->options.as_ip ? "ip -4 route flush cache\n" : "- route cache\n");
		return 0;
	}
	/* Nothing is in it. */
	if (request->candidate)
		return 0;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "-1", 2) != 2)
		return error_set(error, errno, "cannot write '%s'", path);
	return 0;
}

/* Each route counts as a command of its own: one that is refused ends it, those before stay gone. */
static int delete_found(struct request *request, struct found *found, struct error *error)
{
	int r = 0;

	for (size_t i = 0; !r && i < found->count; i++)
		r = session_guard_step(request, OBJECT_ROUTE, CHANGE_DELETE, found->routes[i],
				       error);
	for (size_t i = 0; !r && i < found->count; i++) {
		keep_key(found->routes[i]);
		/* One may go with another that was deleted before. */
		plan_add(&request->plan, OBJECT_ROUTE, CHANGE_DELETE, found->routes[i])->may_miss =
			true;
		r = request_commit(request, error);
	}
	return r;
}

static int flush(struct request *request, struct words *words, struct error *error)
{
	struct route_choice choice;
	CLEANUP(found_clear) struct found found = { .choice = &choice };
	int r = route_choice_take(request, &choice, words, error);

	if (r < 0)
		return r;
	if (!choice.is_named)
		return error_usage(error,
				   "a flush needs words that say what goes: 'table main' is all of "
				   "that table");
	/* IPv4 keeps what it found in its nexthops, not where a dump would show all of it. */
	if (choice.filter.route.cloned && choice.filter.route.dst.family != IPV6)
		r = flush_cache(request, error);
	if (choice.filter.route.cloned && choice.filter.route.dst.family == IPV4)
		return r;
	if (!r)
		r = request_read(request, 0, OBJECT_ROUTE, &choice.filter, false, keep, drop,
				 &found, error);
	return r < 0 ? r : delete_found(request, &found, error);
}

#define TABLES                                    \
	{                                         \
		&route_table, &route_detail_table \
	}
#define ROUTE                                                                                  \
	"[TYPE] PREFIX [via [inet6] ADDRESS] [dev DEV] [OPTIONS] [encap {ip|ip6} [id NUMBER] " \
	"[dst ADDRESS] [src ADDRESS] [ttl NUMBER] [tos TOS] [key] [csum] [seq]] "              \
	"[nexthop [via [inet6] ADDRESS] [dev DEV] [realms REALMS] [weight NUMBER] [onlink]]..."
#define CHOICE                                                                              \
	"[[root|match|exact] PREFIX] [table {TABLE|cache}|vrf DEV] [dev DEV] [via PREFIX] " \
	"[src PREFIX] [from PREFIX] [realms REALMS] [OPTIONS]"

/* clang-format off */
static const struct verb verbs[] = {
	{ .name = "add", .shorts = "a", .synopsis = ROUTE, .help = "add a route", .run = add,
	  .traits = VERB_CHANGES, .tables = TABLES },
	{ .name = "append", .synopsis = ROUTE, .help = "add one behind those with the same prefix",
	  .run = append, .traits = VERB_CHANGES, .tables = TABLES },
	{ .name = "prepend", .synopsis = ROUTE,
	  .help = "add one before those with the same prefix", .run = prepend,
	  .traits = VERB_CHANGES, .tables = TABLES },
	{ .name = "replace", .synopsis = ROUTE, .help = "change a route, or add it", .run = replace,
	  .traits = VERB_CHANGES, .tables = TABLES },
	{ .name = "change", .shorts = "chg", .synopsis = ROUTE, .help = "change a route that exists",
	  .run = set, .traits = VERB_CHANGES, .tables = TABLES },
	{ .name = "del", .shorts = "delete delet dele d", .synopsis = ROUTE,
	  .help = "remove the first route that has what is named", .run = del,
	  .traits = VERB_CHANGES, .tables = TABLES },
	{ .name = "get",
	  .synopsis = "ADDRESS [from ADDRESS] [iif DEV] [oif DEV] [mark MARK] [tos TOS] [uid NUMBER] "
		    "[ipproto {tcp|udp|icmp|NUMBER}] [sport PORT] [dport PORT] [fibmatch]",
	  .help = "which way a packet would take", .run = get, .tables = TABLES },
	{ .name = "show", .shorts = "list lis li l ls lst s -n", .synopsis = CHOICE,
	  .help = "list routes, of table main and IPv4 unless told otherwise", .run = show,
	  .tables = TABLES },
	{ .name = "flush", .synopsis = CHOICE, .help = "remove all routes that fit", .run = flush,
	  .traits = VERB_CHANGES | VERB_WHOLE, .tables = TABLES },
};
/* clang-format on */

const struct command command_route = {
	.name = "route",
	.shorts = "r ro rou rout",
	.help = "routing tables",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
	.verb = "show",
};
