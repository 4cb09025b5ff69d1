/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/names.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "command/complete_names.h"
#include "command/request.h"
#include "model/netns.h"

enum { CATCH_UP = 16 }; /* times 256 events of a namespace are read before a question is answered */

/* One of which something is known. */
struct netns_links {
	uint32_t netns;
	bool is_named; /* it has a name now */
	bool is_read;
	struct complete_link *links;
	size_t count, room;
};

struct names_cache {
	struct request *request;
	struct kernel kernel; /* its own: what a command does to the request's is no matter */
	struct pools pools;
	struct monitor *monitor; /* NULL: not open yet, or it failed */
	struct error failure;
	event_function *function;
	void *cookie;
	uint32_t used; /* what 0 means */
	bool lacks;    /* the last question was for a namespace that is not read yet: … */
	uint32_t lacked;
	struct netns_links *places;
	size_t count, room;
};

struct names_cache *names_cache_new(struct request *request)
{
	struct names_cache *cache = memory_new(1, sizeof(*cache));

	cache->request = request;
	cache->kernel.names = request->names;
	cache->kernel.databases = request->databases;
	return cache;
}

static void give_up(struct names_cache *cache)
{
	monitor_close(&cache->monitor);
	for (size_t i = 0; i < cache->count; i++)
		free(cache->places[i].links);
	free(take_ptr(cache->places));
	cache->count = cache->room = 0;
}

void names_cache_free(struct names_cache **owner)
{
	struct names_cache *cache = *owner;

	if (!cache)
		return;
	give_up(cache);
	kernel_clear(&cache->kernel);
	pools_clear(&cache->pools);
	free(take_ptr(*owner));
}

void names_cache_hear(struct names_cache *cache, event_function *function, void *cookie)
{
	cache->function = function;
	cache->cookie = cookie;
}

void names_cache_use(struct names_cache *cache, uint32_t netns)
{
	cache->used = netns;
}

static struct netns_links *place_find(const struct names_cache *cache, uint32_t netns)
{
	for (size_t i = 0; i < cache->count; i++)
		if (cache->places[i].netns == netns)
			return &cache->places[i];
	return NULL;
}

static struct netns_links *place_of(struct names_cache *cache, uint32_t netns)
{
	struct netns_links *place = place_find(cache, netns);

	if (!place) {
		place = array_add(&cache->places, &cache->count, &cache->room);
		*place = (struct netns_links){ .netns = netns };
	}
	return place;
}

static struct complete_link *link_find(struct netns_links *place, uint32_t name)
{
	for (size_t i = 0; i < place->count; i++)
		if (place->links[i].name == name)
			return &place->links[i];
	return NULL;
}

static void take_link(struct netns_links *place, const struct event *event)
{
	const struct link *link = event->object, *before = event->before;
	struct complete_link *known = NULL;

	/* What the monitor never told of is new: a search for each of 10,000 would take its time. */
	if (before || event->kind == EVENT_DELETE)
		known = link_find(place, (before ? before : link)->name.id);
	if (event->kind == EVENT_DELETE) {
		if (known)
			*known = place->links[--place->count];
		return;
	}
	if (!known)
		known = array_add(&place->links, &place->count, &place->room);
	*known = complete_link_of(link);
}

/* What was in it is forgotten with its name; an event of a name's id says nothing of the name. */
static void take_netns(struct names_cache *cache, const struct event *event)
{
	const struct netns *netns = event->object;
	struct netns_links *place;

	if (!netns->name.id ||
	    (event->kind != EVENT_HAVE && ATTR_HAS(&netns_table, netns, netns, id)))
		return;
	if (event->kind != EVENT_DELETE) {
		place_of(cache, netns->name.id)->is_named = true;
		return;
	}
	place = place_find(cache, netns->name.id);
	if (!place)
		return;
	free(place->links);
	*place = cache->places[--cache->count];
}

static void take(struct names_cache *cache, const struct event *event)
{
	if (event->kind == EVENT_BARRED) {
		/* There it is as empty as it looks; nobody has to ask again. */
		place_of(cache, event->netns)->is_read = true;
	} else if (event->type == OBJECT_NETNS && event->object) {
		take_netns(cache, event);
	} else if (event->type == OBJECT_LINK) {
		struct netns_links *place = place_of(cache, event->netns);

		place->is_read = true;
		if (event->kind == EVENT_READING || event->kind == EVENT_AGAIN)
			place->count = 0;
		else if (event->object)
			take_link(place, event);
	}
}

int names_cache_take(struct names_cache *cache, const struct event *event)
{
	take(cache, event);
	return cache->function ? cache->function(cache->cookie, event) : 0;
}

static int take_event(void *cookie, const struct event *event)
{
	return names_cache_take(cookie, event);
}

const struct error *names_cache_failure(const struct names_cache *cache)
{
	return cache->failure.errnum ? &cache->failure : NULL;
}

/* After a failure nothing is known for certain: the next question is a dump. */
static void note(struct names_cache *cache, int r)
{
	if (r >= 0)
		return;
	if (!cache->failure.errnum)
		error_set(&cache->failure, -r, "cannot listen to the kernel");
	give_up(cache);
}

static bool is_open(struct names_cache *cache)
{
	const struct monitor_wish wish = {
		.types = 1U << OBJECT_LINK | 1U << OBJECT_NETNS,
		.needed = 1U << OBJECT_LINK,
		.everywhere = true,
		.here = true,
		.present = true,
		.one_by_one = true,
		.pools = &cache->pools,
		.function = take_event,
		.cookie = cache,
	};

	if (!cache->monitor && !cache->failure.errnum)
		note(cache, monitor_open(&cache->kernel, &wish, &cache->monitor, &cache->failure));
	return cache->monitor;
}

size_t names_cache_polls(struct names_cache *cache, struct pollfd *polls, int *timeout_ms)
{
	if (cache->failure.errnum)
		return 0;
	if (!cache->monitor || !monitor_is_complete(cache->monitor))
		*timeout_ms = 0;
	if (cache->monitor)
		note(cache, monitor_polls(cache->monitor, polls, &cache->failure));
	return cache->monitor ? NAMES_POLLS : 0;
}

void names_cache_ready(struct names_cache *cache, const struct pollfd *polls)
{
	/* The turn that opens it is one of its own; there were no polls. */
	if (!cache->monitor) {
		is_open(cache);
		return;
	}
	if (polls[0].revents || polls[1].revents)
		note(cache, monitor_read(cache->monitor, polls, &cache->failure));
	if (cache->monitor)
		note(cache, monitor_step(cache->monitor, &cache->failure));
}

void names_cache_ask(struct names_cache *cache)
{
	cache->lacks = false;
}

bool names_cache_lacks(const struct names_cache *cache)
{
	return cache->lacks && names_cache_reads(cache, cache->lacked);
}

bool names_cache_reads(const struct names_cache *cache, uint32_t netns)
{
	return cache->monitor && monitor_is_behind(cache->monitor, netns);
}

/* What a command did a moment ago is told, though nobody waited for events since. */
static void catch_up(struct names_cache *cache)
{
	struct pollfd polls[NAMES_POLLS];
	int ignored = -1;

	for (int i = 0; i < CATCH_UP && is_open(cache); i++) {
		if (!names_cache_polls(cache, polls, &ignored) || poll(polls, NAMES_POLLS, 0) <= 0)
			return;
		note(cache, monitor_read(cache->monitor, polls, &cache->failure));
	}
}

static void put_links(void *cookie, const struct complete_links *wanted, complete_function *put,
		      void *put_cookie)
{
	struct names_cache *cache = cookie;
	const struct names *names = cache->request->names;
	struct complete_links at = *wanted;
	const struct netns_links *place;

	if (!at.netns)
		at.netns = cache->used;
	catch_up(cache);
	if (names_cache_reads(cache, at.netns)) {
		monitor_prefer(cache->monitor, at.netns);
		cache->lacks = true;
		cache->lacked = at.netns;
		return;
	}
	place = place_find(cache, at.netns);
	/* Of pid:N, or of all when it does not listen. */
	if (!place || !place->is_read) {
		const struct complete_source kernel = complete_kernel(cache->request);

		kernel.links(kernel.cookie, &at, put, put_cookie);
		return;
	}
	for (size_t i = 0; i < place->count; i++)
		if (complete_link_fits(&place->links[i], wanted))
			put(put_cookie, names_text(names, place->links[i].name),
			    place->links[i].kind ? names_text(names, place->links[i].kind) : NULL);
}

static void put_netns(void *cookie, complete_function *put, void *put_cookie)
{
	struct names_cache *cache = cookie;

	catch_up(cache);
	if (!cache->monitor && cache->failure.errnum) {
		complete_kernel(cache->request).netns(NULL, put, put_cookie);
		return;
	}
	for (size_t i = 0; i < cache->count; i++)
		if (cache->places[i].is_named)
			put(put_cookie, names_text(cache->request->names, cache->places[i].netns),
			    NULL);
}

struct complete_source names_cache_source(struct names_cache *cache)
{
	struct complete_source source = complete_kernel(cache->request);

	source.links = put_links;
	source.netns = put_netns;
	source.cookie = cache;
	return source;
}
