/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All objects of a namespace that is listened to, read when there is reason to. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/names.h"
#include "kernel/listener.h"
#include "model/netns.h"

enum { READ_AGAIN = 5 }; /* times, when a dump is torn */

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
		r = listening_tell(all, tries < READ_AGAIN ? EVENT_AGAIN : EVENT_TORN, type, netns,
				   NULL);
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

/* Links first: whoever reads on knows then what the others refer to. */
int listener_read(struct listening *all, struct listener *listener, struct error *error)
{
	static const enum object_type order[] = { OBJECT_LINK,      OBJECT_ADDRESS, OBJECT_ROUTE,
						  OBJECT_NEIGHBOUR, OBJECT_FDB,     OBJECT_VNI };
	int r = 0;

	if (!listening_wants(all, OBJECT_LINK))
		r = listener_learn(all, listener, error);
	for (size_t i = 0; !r && i < sizeof(order) / sizeof(*order); i++)
		if (listening_wants(all, order[i]))
			r = read_type(all, listener, order[i], error);
	return r;
}
