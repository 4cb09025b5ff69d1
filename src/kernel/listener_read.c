/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All objects of a namespace that is listened to, read when there is reason to. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/dump.h"
#include "kernel/listener.h"
#include "model/netns.h"

enum {
	READ_AGAIN = 5, /* times, when a dump is torn */
	STEP = 2,       /* pieces of a dump */
};

/* Links first: whoever reads on knows then what the others refer to. */
static const enum object_type order[] = { OBJECT_LINK,      OBJECT_ADDRESS, OBJECT_ROUTE,
					  OBJECT_NEIGHBOUR, OBJECT_FDB,     OBJECT_VNI };
enum { ORDERED = sizeof(order) / sizeof(*order) };

struct reading {
	struct listening *all;
	struct listener *listener;
	enum object_type type;
};

static int learn_object(void *cookie, const void *object, bool removed)
{
	struct reading *reading = cookie;
	const struct link *link = object;

	(void)removed;
	netlink_know_link(&reading->listener->netlink, link->index, link->name.id);
	if (listening_wants(reading->all, OBJECT_LINK))
		listener_know(reading->all, reading->listener, link);
	reading->all->wish.pools->names_count = 0;
	return 0;
}

static int take_object(void *cookie, const void *object, bool removed)
{
	struct reading *reading = cookie;
	const struct link *link = object;

	(void)removed;
	if (reading->type != OBJECT_LINK)
		return listening_tell(reading->all, EVENT_HAVE, reading->type,
				      reading->listener->place.netns, object);
	netlink_know_link(&reading->listener->netlink, link->index, link->name.id);
	return listener_tell_link(reading->all, reading->listener, EVENT_HAVE, link);
}

int listener_learn(struct listening *all, struct listener *listener, struct error *error)
{
	struct reading reading = { all, listener, OBJECT_LINK };
	struct place place;
	int r = listener_place(all, listener, &place, error);

	if (!r)
		r = kernel_dump(&place, OBJECT_LINK, NULL, false, all->wish.pools, learn_object,
				&reading, error);
	/* One that a torn dump lacks has its own event. */
	return r == -EAGAIN ? 0 : r;
}

/* What comes of a dump that was torn so many times. */
static int tell_torn(struct listening *all, struct listener *listener, enum object_type type,
		     int tries)
{
	return listening_tell(all, tries < READ_AGAIN ? EVENT_AGAIN : EVENT_TORN, type,
			      listener->place.netns, NULL);
}

static int read_type(struct listening *all, struct listener *listener, enum object_type type,
		     struct error *error)
{
	struct reading reading = { all, listener, type };
	uint32_t netns = listener->place.netns;
	struct place place;
	int r = listener_place(all, listener, &place, error);

	if (!r)
		r = listening_tell(all, EVENT_READING, type, netns, NULL);
	for (int tries = 1; !r; tries++) {
		r = kernel_dump(&place, type, NULL, all->wish.stats, all->wish.pools, take_object,
				&reading, error);
		if (r != -EAGAIN)
			break;
		r = tell_torn(all, listener, type, tries);
		if (tries == READ_AGAIN)
			break;
	}
	return r;
}

int listener_read_names(struct listening *all, struct listener *listener, struct error *error)
{
	CLEANUP(netns_ids_clear) struct netns_ids ids = { 0 };
	uint32_t netns = listener->place.netns;
	struct place place;
	int r = listener_place(all, listener, &place, error);

	if (!r)
		r = netns_ids_read(place.netlink, &ids, error);
	if (!r)
		r = listening_tell(all, EVENT_READING, OBJECT_NETNS, netns, NULL);
	for (size_t i = 0; !r && i < all->names.count; i++) {
		const char *name = all->names.items[i].name;
		struct netns object = { .name = { names_of(all->kernel->names, name) } };

		ATTR_MARK(&netns_table, netns, &object, name);
		for (size_t n = 0; n < ids.count; n++) {
			if (strcmp(ids.items[n].name, name) != 0)
				continue;
			object.id = ids.items[n].id;
			ATTR_MARK(&netns_table, netns, &object, id);
		}
		if (all->names.items[i].state == NETNS_LIVE)
			r = listening_tell(all, EVENT_HAVE, OBJECT_NETNS, netns, &object);
	}
	return r;
}

int listener_read(struct listening *all, struct listener *listener, struct error *error)
{
	int r = 0;

	if (!listening_wants(all, OBJECT_LINK))
		r = listener_learn(all, listener, error);
	for (size_t i = 0; !r && i < ORDERED; i++)
		if (listening_wants(all, order[i]))
			r = read_type(all, listener, order[i], error);
	return r;
}

/* Where a reading in steps is. */
struct listener_steps {
	size_t at;               /* in the order */
	int tries;               /* of that type */
	struct dump_steps *dump; /* NULL: it is yet to begin */
	struct reading reading;
};

static int begin_dump(struct listening *all, struct listener *listener, struct error *error)
{
	struct listener_steps *steps = listener->steps;
	enum object_type type = order[steps->at];
	struct place place;
	int r = listener_place(all, listener, &place, error);

	steps->reading = (struct reading){ all, listener, type };
	if (!r && !steps->tries)
		r = listening_tell(all, EVENT_READING, type, listener->place.netns, NULL);
	return r ? r
		 : dump_begin(&place, type, all->wish.stats, all->wish.pools, take_object,
			      &steps->reading, &steps->dump, error);
}

static int take_piece(struct listening *all, struct listener *listener, struct error *error)
{
	struct listener_steps *steps = listener->steps;
	bool done;
	int r = dump_step(steps->dump, &done, error);

	if (!done)
		return r;
	dump_free(&steps->dump);
	if (r == -EAGAIN) {
		r = tell_torn(all, listener, order[steps->at], ++steps->tries);
		if (steps->tries < READ_AGAIN)
			return r;
	}
	steps->at++;
	steps->tries = 0;
	return r;
}

int listener_read_step(struct listening *all, struct listener *listener, bool *done,
		       struct error *error)
{
	int r = 0;

	if (!listener->steps)
		listener->steps = memory_new(1, sizeof(*listener->steps));
	*done = false;
	for (int i = 0; i < STEP && !r && !*done; i++) {
		struct listener_steps *steps = listener->steps;

		while (steps->at < ORDERED && !listening_wants(all, order[steps->at]))
			steps->at++;
		*done = steps->at == ORDERED;
		if (!*done)
			r = steps->dump ? take_piece(all, listener, error)
					: begin_dump(all, listener, error);
	}
	return r;
}

void listener_steps_free(struct listener_steps **owner)
{
	if (*owner)
		dump_free(&(*owner)->dump);
	free(take_ptr(*owner));
}
