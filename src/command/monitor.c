/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `ovl monitor`: a line for every change, until SIGINT, SIGTERM or the end of
 * whoever reads. It waits with everything written.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/list.h"
#include "command/outflow.h"
#include "command/packets.h"
#include "kernel/monitor.h"
#include "model/address.h"
#include "model/route.h"
#include "text/link_change.h"
#include "text/object_json.h"
#include "text/object_words.h"

struct watch {
	struct request *request;
	struct attr_context context;
	struct json_options json_options;
	struct outflow out;
	size_t reading; /* where the lines of a reading begin, which may be void */
};

static const char *const event_names[] = {
	[EVENT_SET] = "set",   [EVENT_DELETE] = "del", [EVENT_LOST] = "lost",
	[EVENT_HAVE] = "have", [EVENT_TORN] = "torn",  [EVENT_BARRED] = "barred",
};

static const char event_signs[] = {
	[EVENT_SET] = '+',  [EVENT_DELETE] = '-', [EVENT_LOST] = '#',
	[EVENT_HAVE] = '=', [EVENT_TORN] = '#',   [EVENT_BARRED] = '#',
};

/* RFC 3339, in UTC. */
static void put_time(struct text *text)
{
	struct timespec now;
	struct tm parts;
	char buffer[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &parts);
	strftime(buffer, sizeof(buffer), "%Y-%m-%dT%H:%M:%S", &parts);
	text_printf(text, "%s.%06ldZ", buffer, now.tv_nsec / 1000);
}

static void put_sign(struct watch *watch, const struct event *event)
{
	struct text *out = &watch->out.text;
	const char *netns = names_text(watch->request->names, event->netns);

	if (watch->request->options.details) {
		put_time(out);
		text_char(out, ' ');
	}
	text_char(out, event->before ? '~' : event_signs[event->kind]);
	text_char(out, ' ');
	if (*netns) {
		text_escaped(out, netns, strlen(netns));
		text_puts(out, ": ");
	}
}

/* Puts the object's words; false when there is nothing to tell. */
static bool put_object(struct watch *watch, const struct event *event)
{
	const struct attr_context *context = &watch->context;
	const struct attr *tos = ATTR_ROW(&route_table, route, tos);
	enum words_extent extent = WORDS_VALUES;
	const void *object = event->object;
	bool details = watch->request->options.details;
	struct route_full route;

	if (event->before)
		return link_change(context, event->before, object, &watch->out.text);
	if (event->type == OBJECT_LINK && event->kind == EVENT_DELETE) {
		extent = WORDS_KEY;
	} else if (event->type == OBJECT_LINK && !details) {
		link_brief(context, object, &watch->out.text);
		return true;
	} else if (event->type == OBJECT_ROUTE && !details) {
		/* Every route has one, hardly any another than 0. */
		route = *(const struct route_full *)object;
		if (attr_is_zero(tos, &route.route))
			attr_drop(&route_table, &route.route, tos);
		object = &route;
	}
	object_words(event->type, context, object, NULL, extent, ATTR_STYLE_OVL, &watch->out.text);
	return true;
}

/* No line for what does not show. */
static void put_words(struct watch *watch, const struct event *event)
{
	struct text *out = &watch->out.text;
	size_t start = out->length;

	put_sign(watch, event);
	if (event->kind == EVENT_LOST)
		text_puts(out, "events were lost: everything is read again");
	else if (event->kind == EVENT_BARRED)
		text_puts(out, "not watched: ");
	else
		text_puts(out, object_info(event->type)->name);
	if (event->why)
		text_escaped(out, event->why->text, strlen(event->why->text));
	if (event->kind == EVENT_TORN)
		text_puts(out, " changed while it was read: entries may be missing or doubled");
	if (event->object)
		text_char(out, ' ');
	if (event->object && !put_object(watch, event))
		text_cut(out, start);
	else
		text_char(out, '\n');
}

static void put_json(struct watch *watch, const struct event *event)
{
	struct json json = { .out = &watch->out.text }, value = json;
	const char *netns = names_text(watch->request->names, event->netns);

	json_open_object(&json, NULL);
	if (watch->request->options.details) {
		json_key(&json, "time");
		text_char(&watch->out.text, '"');
		put_time(&watch->out.text);
		text_char(&watch->out.text, '"');
	}
	json_string(&json, "event", event_names[event->kind]);
	if (*netns)
		json_string(&json, "netns", netns);
	if (event->type != OBJECT_TYPES)
		json_string(&json, "object", object_info(event->type)->name);
	if (event->why)
		json_string(&json, "why", event->why->text);
	if (event->object) {
		/* `ip -j addr` says it one level above the address, and so does this. */
		if (event->type == OBJECT_ADDRESS) {
			const struct link_address *address = event->object;

			json_string(&json, "dev",
				    names_text(watch->request->names, address->dev.id));
		}
		json_key(&json, "value");
		object_json(event->type, &watch->json_options, event->object, &value);
	}
	json_close_object(&json);
	text_char(&watch->out.text, '\n');
}

static int take_event(void *cookie, const struct event *event)
{
	struct watch *watch = cookie;

	if (event->kind == EVENT_READING)
		watch->reading = watch->out.text.length;
	else if (event->kind == EVENT_AGAIN)
		text_cut(&watch->out.text, watch->reading);
	else if (watch->request->options.json)
		put_json(watch, event);
	else
		put_words(watch, event);
	return 0;
}

/* With nothing to write it is poll() that tells of a reader that went away. */
static int watch_events(struct watch *watch, struct monitor *monitor, struct error *error)
{
	int r = 0;

	while (!r && !watch->out.ended) {
		struct pollfd polls[OUTFLOW_POLLS];

		outflow_polls(&watch->out, polls);
		r = monitor_wait(monitor, polls, OUTFLOW_POLLS, error);
		if (!r)
			r = outflow_write(&watch->out, error);
		if (!r)
			r = outflow_look(&watch->out, polls, error);
	}
	return r;
}

static int watch_kernel(struct watch *watch, uint32_t types, uint32_t needed, struct error *error)
{
	struct request *request = watch->request;
	CLEANUP(monitor_close) struct monitor *monitor = NULL;
	struct monitor_wish wish = {
		.types = types,
		.needed = needed,
		.everywhere = request->options.all_netns,
		.stats = request->options.stats,
		.pools = &request->pools,
		.function = take_event,
		.cookie = watch,
	};
	int r = monitor_open(&request->kernel, &wish, &monitor, error);

	if (r)
		return r;
	if (request->options.verbose)
		fputs("ovl: monitor: listening\n", stderr);
	r = outflow_write(&watch->out, error);
	return r ? r : watch_events(watch, monitor, error);
}

static int watch_types(struct request *request, uint32_t types, uint32_t needed,
		       struct error *error)
{
	struct watch watch = { .request = request, .context = request_context(request) };
	int r;

	watch.context.tolerant = true;
	watch.json_options = (struct json_options){
		.context = &watch.context,
		.details = request->options.details,
		.stats = request->options.stats,
		.pools = &request->pools,
	};
	r = outflow_open(&watch.out, request->out, error);
	if (!r)
		r = watch_kernel(&watch, types, needed, error);
	outflow_close(&watch.out);
	return r;
}

/* What each verb listens to. */
static int watch_also(struct request *request, uint32_t types, struct words *words,
		      struct error *error);

#define WATCH(object, type)                                                     \
	static int watch_##object(struct request *request, struct words *words, \
				  struct error *error)                          \
	{                                                                       \
		return watch_also(request, 1U << (type), words, error);         \
	}

WATCH(all, OBJECT_TYPES)
WATCH(link, OBJECT_LINK)
WATCH(addr, OBJECT_ADDRESS)
WATCH(route, OBJECT_ROUTE)
WATCH(arp, OBJECT_NEIGHBOUR)
WATCH(fdb, OBJECT_FDB)
WATCH(vni, OBJECT_VNI)
WATCH(netns, OBJECT_NETNS)

/* clang-format off */
static const struct verb verbs[] = {
	{ .name = "all", .synopsis = "", .run = watch_all, .traits = VERB_TERMINAL, .help = "all of these" },
	{ .name = "link", .synopsis = "[OBJECT...]", .run = watch_link, .traits = VERB_TERMINAL,
	  .help = "links: made, changed, renamed, gone" },
	{ .name = "addr", .shorts = "address", .synopsis = "[OBJECT...]", .run = watch_addr, .traits = VERB_TERMINAL,
	  .help = "addresses of links" },
	{ .name = "route", .synopsis = "[OBJECT...]", .run = watch_route, .traits = VERB_TERMINAL, .help = "routes" },
	{ .name = "arp", .shorts = "neighbour neighbor neigh", .synopsis = "[OBJECT...]",
	  .run = watch_arp, .traits = VERB_TERMINAL, .help = "neighbours (ARP, NDP)" },
	{ .name = "fdb", .synopsis = "[OBJECT...]", .run = watch_fdb, .traits = VERB_TERMINAL,
	  .help = "forwarding entries of bridges and vxlans" },
	{ .name = "vni", .synopsis = "[OBJECT...]", .run = watch_vni, .traits = VERB_TERMINAL,
	  .help = "VNIs of vxlans with a filter" },
	{ .name = "netns", .shorts = "nsid", .synopsis = "[OBJECT...]", .run = watch_netns, .traits = VERB_TERMINAL,
	  .help = "names of namespaces, and their ids" },
	{ .name = "packets", .synopsis = "[-w FILE] [DEV...]", .run = packets_run, .traits = VERB_TERMINAL,
	  .help = "what passes devices: VXLAN's headers, and those inside" },
};
/* clang-format on */

/* In the order of the verbs; packets are no object. */
static const enum object_type verb_types[] = {
	OBJECT_TYPES,     OBJECT_LINK, OBJECT_ADDRESS, OBJECT_ROUTE,
	OBJECT_NEIGHBOUR, OBJECT_FDB,  OBJECT_VNI,     OBJECT_NETNS,
};

const struct command command_monitor = {
	.name = "monitor",
	.help = "tell of changes as they happen, a line each",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
	.verb = "all",
};

static int watch_also(struct request *request, uint32_t types, struct words *words,
		      struct error *error)
{
	const uint32_t all = (1U << OBJECT_TYPES) - 1;
	const char *word;

	while ((word = words_take(words))) {
		const struct verb *verb = verb_find(&command_monitor, word, false, error);

		if (!verb)
			return -EINVAL;
		if ((size_t)(verb - verbs) >= sizeof(verb_types) / sizeof(*verb_types))
			return error_usage(error, "'%s' stands alone: ovl monitor %s %s",
					   verb->name, verb->name, verb->synopsis);
		types |= 1U << verb_types[verb - verbs];
	}
	if (types & 1U << OBJECT_TYPES)
		return watch_types(request, all, types & all, error);
	return watch_types(request, types, types, error);
}
