/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/foresight.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/events.h"
#include "kernel/netns.h"
#include "kernel/objects.h"

/* At once: each has a thread, and memory for what it receives. */
enum { FORESEEN_MOST = 4 };

struct foresight {
	struct foresight *next;
	uint32_t netns;
	enum object_type type;
	struct stat where; /* the namespace itself, unless that is ovl's own */
	struct names *names;
	struct netlink dump, watch;
};

/*
 * Links, addresses and nexthop objects take entries with them, of which the kernel does not tell: IPv4
 * routes, fdb entries with an nhid.
 */
static int open_here(void *cookie, struct error *error)
{
	struct foresight *me = cookie;
	int r = netlink_open(&me->dump, me->names, error);

	if (!r)
		r = netlink_open(&me->watch, me->names, error);
	if (!r)
		r = events_join(&me->watch, OBJECT_LINK);
	if (!r && me->type == OBJECT_ROUTE)
		r = events_join(&me->watch, OBJECT_ADDRESS);
	if (!r && (me->type == OBJECT_ROUTE || me->type == OBJECT_FDB))
		r = events_join_nexthops(&me->watch);
	return r ? r : events_join(&me->watch, me->type);
}

static int open_in(struct foresight *me, const char *netns)
{
	CLEANUP(fd_close) int inside = -1;
	struct error ignored = { 0 };
	int r;

	if (!me->netns)
		return open_here(me, &ignored);
	r = netns_may_be(netns) ? netns_open(netns, &inside, &ignored) : -1;
	if (!r)
		r = fstat(inside, &me->where);
	return r < 0 ? r : netns_visit(inside, open_here, me, &ignored);
}

static void foresight_free(struct foresight *me)
{
	netlink_close(&me->dump);
	netlink_close(&me->watch);
	free(me);
}

static struct foresight *begun(const struct kernel *kernel, uint32_t netns,
			       const struct message *request)
{
	for (struct foresight *me = kernel->foreseen; me; me = me->next)
		if (me->netns == netns &&
		    netlink_has_begun(&me->dump, request->bytes, request->length))
			return me;
	return NULL;
}

static size_t count_begun(const struct kernel *kernel)
{
	size_t count = 0;

	for (const struct foresight *me = kernel->foreseen; me; me = me->next)
		count++;
	return count;
}

void foresight_begin(struct kernel *kernel, uint32_t netns, enum object_type type,
		     const void *filter)
{
	CLEANUP(message_clear) struct message request = { 0 };
	struct error ignored = { 0 };
	struct foresight *me;
	struct place place;

	/* What is to be asked does not depend on where. */
	if (count_begun(kernel) == FORESEEN_MOST || kernel_place(kernel, 0, &place, &ignored) < 0 ||
	    wire_object(type)->ask(&place, filter, true, false, &request, &ignored) < 0)
		return;
	message_finish(&request);
	if (begun(kernel, netns, &request))
		return;
	me = memory_new(1, sizeof(*me));
	*me = (struct foresight){ .next = kernel->foreseen,
				  .netns = netns,
				  .type = type,
				  .names = kernel->names,
				  .dump.fd = -1,
				  .watch.fd = -1 };
	if (open_in(me, names_text(kernel->names, netns)) < 0) {
		foresight_free(me);
		return;
	}
	me->dump.verbose = kernel->verbose;
	netlink_begin_ahead(&me->dump, request.bytes, request.length);
	kernel->foreseen = me;
}

/* Another one may have its name by now, and in ours, which our sockets keep, nothing happens any more. */
static bool is_there(const struct foresight *me, struct kernel *kernel)
{
	struct stat now;

	return !me->netns || (kernel_netns_stat(kernel, me->netns, &now) &&
			      now.st_dev == me->where.st_dev && now.st_ino == me->where.st_ino);
}

struct netlink *foresight_find(const struct place *place, const struct message *request)
{
	struct foresight *me = begun(place->kernel, place->netns, request);

	return me && is_there(me, place->kernel) && netlink_is_silent(&me->watch) ? &me->dump
										  : NULL;
}

void foresight_end(struct kernel *kernel)
{
	while (kernel->foreseen) {
		struct foresight *me = kernel->foreseen;

		kernel->foreseen = me->next;
		foresight_free(me);
	}
}
