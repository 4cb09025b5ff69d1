/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/listener.h"

#include <errno.h>
#include <linux/if_link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/ahead.h"
#include "kernel/attribute.h"
#include "kernel/events.h"
#include "model/address.h"
#include "model/neighbour.h"
#include "model/netns.h"
#include "model/route.h"
#include "model/uapi.h"

enum { RECEIVE_SIZE = 64 * 1024 };

void listening_init(struct listening *all, struct kernel *kernel, const struct monitor_wish *wish)
{
	size_t size = 0;

	for (enum object_type type = 0; type < OBJECT_TYPES; type++)
		if (object_info(type)->size > size)
			size = object_info(type)->size;
	all->kernel = kernel;
	all->wish = *wish;
	all->object = memory_new(1, size);
	all->buffer = memory_resize(NULL, 1, RECEIVE_SIZE);
}

void listening_clear(struct listening *all)
{
	netns_files_clear(&all->names);
	free(all->object);
	free(all->buffer);
}

bool listening_wants(const struct listening *all, enum object_type type)
{
	return all->wish.types & 1U << type;
}

/* With -4 or -6 the other family's objects are not told. */
static bool is_of_family(const struct listening *all, enum object_type type, const void *object)
{
	uint8_t wanted = all->kernel->family;
	uint8_t family = wanted;

	if (type == OBJECT_ADDRESS)
		family = ((const struct link_address *)object)->local.family;
	else if (type == OBJECT_NEIGHBOUR)
		family = ((const struct neighbour *)object)->dst.family;
	else if (type == OBJECT_ROUTE)
		family = ((const struct route_full *)object)->route.dst.family;
	return !wanted || family == wanted;
}

int listening_hand_over(struct listening *all, const struct event *event)
{
	struct pools *pools = all->wish.pools;
	int r = all->wish.function(all->wish.cookie, event);

	pools->names_count = 0;
	pools_forget_routes(pools);
	return r;
}

int listening_tell(struct listening *all, enum event_kind kind, enum object_type type,
		   uint32_t netns, const void *object)
{
	struct event event = { .kind = kind, .type = type, .netns = netns, .object = object };

	return object && !is_of_family(all, type, object) ? 0 : listening_hand_over(all, &event);
}

/* What tells that there is no such name (any more) is no failure here. */
static int or_stale(int r, struct error *error)
{
	if (r != -ENOENT && r != -EINVAL && r != -ENXIO)
		return r;
	error_clear(error);
	return -ESTALE;
}

int listener_place(struct listening *all, struct listener *listener, struct place *place,
		   struct error *error)
{
	listener->asked = true;
	return or_stale(kernel_place(all->kernel, listener->place.netns, place, error), error);
}

void listener_rest(struct listening *all, struct listener *listener)
{
	if (listener->asked && listener->place.netns)
		kernel_forget(all->kernel, listener->place.netns);
	listener->asked = false;
}

static ssize_t receive(struct listening *all, const struct listener *listener)
{
	return datagram_receive(listener->netlink.fd, all->buffer, RECEIVE_SIZE);
}

/*
 * Events were lost, or one cannot be read. Those that wait are older than what
 * the kernel answers now, and go unread: it takes in no further ones before
 * they are gone (NETLINK_S_CONGESTED).
 */
static int start_anew(struct listening *all, struct listener *listener, struct error *error)
{
	ssize_t n = 0;
	int r;

	for (int i = 0; i < LISTENER_ALL && n != -EAGAIN; i++)
		n = receive(all, listener);
	listener_forget(listener);
	netns_ids_clear(&listener->ids);
	r = listening_tell(all, EVENT_LOST, OBJECT_TYPES, listener->place.netns, NULL);
	if (!r)
		r = listener_read(all, listener, error);
	if (!r && listening_wants(all, OBJECT_NETNS))
		r = listener_read_names(all, listener, error);
	return r;
}

/*
 * A bridge tells of a port's options with less than a link's attributes, in
 * family AF_BRIDGE: the link as a whole is asked for.
 */
static int take_port(struct listening *all, struct listener *listener,
		     const struct nlmsghdr *message, struct error *error)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	struct link key = { .name = { netlink_link_name(&listener->netlink,
							(uint32_t)header->ifi_index) } };
	struct place place;
	int r;

	if (message->nlmsg_type != RTM_NEWLINK || !key.name.id)
		return 0;
	r = listener_place(all, listener, &place, error);
	if (!r)
		r = kernel_get(&place, OBJECT_LINK, &key, all->wish.pools, all->object, error);
	if (r == -ENOENT)
		return 0;
	if (r)
		return r;
	return listener_tell_link(all, listener, EVENT_SET, all->object);
}

/* The name behind an id; the ids of the names are read when one is new. */
static int find_id(struct listening *all, struct listener *listener, int32_t id, bool is_new,
		   uint32_t *name, struct error *error)
{
	const struct netns_id *known = netns_ids_find(&listener->ids, id);
	struct place place;
	int r = 0;

	if (is_new) {
		netns_ids_clear(&listener->ids);
		r = listener_place(all, listener, &place, error);
		if (!r)
			r = netns_ids_read(place.netlink, &listener->ids, error);
		known = netns_ids_find(&listener->ids, id);
	}
	*name = known ? names_of(all->kernel->names, known->name) : 0;
	return r;
}

static int take_id(struct listening *all, struct listener *listener, const struct nlmsghdr *message,
		   struct error *error)
{
	const void *end = (const char *)message + message->nlmsg_len;
	size_t skip = NLMSG_ALIGN(sizeof(struct rtgenmsg));
	bool removed = message->nlmsg_type == RTM_DELNSID;
	struct netns object = { 0 };
	const struct nlattr *attribute;
	uint32_t id;
	int r = 0;

	if (mnl_nlmsg_get_payload_len(message) < skip)
		return -EBADMSG;
	for (attribute = wire_first(mnl_nlmsg_get_payload_offset(message, sizeof(struct rtgenmsg)),
				    mnl_nlmsg_get_payload_len(message) - skip);
	     attribute; attribute = wire_next(attribute, end)) {
		if (wire_type(attribute) != NETNSA_NSID)
			continue;
		if (!wire_u32(attribute, &id))
			return -EBADMSG;
		object.id = (int32_t)id;
		ATTR_MARK(&netns_table, netns, &object, id);
	}
	if (!ATTR_HAS(&netns_table, netns, &object, id))
		return -EBADMSG;
	r = find_id(all, listener, object.id, !removed, &object.name.id, error);
	if (object.name.id)
		ATTR_MARK(&netns_table, netns, &object, name);
	if (r)
		return r;
	return listening_tell(all, removed ? EVENT_DELETE : EVENT_SET, OBJECT_NETNS,
			      listener->place.netns, &object);
}

static int take_objects(struct listening *all, struct listener *listener, enum object_type type,
			const struct nlmsghdr *message)
{
	struct reader *reader = &all->readers[type];
	enum event_kind kind =
		message->nlmsg_type == wire_object(type)->type ? EVENT_SET : EVENT_DELETE;
	int r;

	if (!reader->wire) {
		reader_init(reader, &listener->place, type, all->wish.pools);
		reader->stats = all->wish.stats;
	}
	reader->place = &listener->place;
	reader->context = place_context(&listener->place);
	/* It may be called otherwise by now. */
	reader->last_dev[0] = 0;
	reader->entry = 0;
	do {
		memset(all->object, 0, object_info(type)->size);
		r = reader_get(reader, message, all->object);
		if (r)
			return r == -EBADMSG ? r : 0;
		if (type == OBJECT_LINK)
			r = listener_tell_link(all, listener, kind, all->object);
		else
			r = listening_tell(all, kind, type, listener->place.netns, all->object);
	} while (!r && reader->more);
	return r;
}

static int take_message(struct listening *all, struct listener *listener,
			const struct nlmsghdr *message, struct error *error)
{
	uint16_t number = message->nlmsg_type;
	int r = 0;

	if (number == NLMSG_OVERRUN)
		return -EBADMSG;
	if (number == RTM_NEWLINK || number == RTM_DELLINK) {
		const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);

		r = listener_learn_name(listener, message);
		if (!r && header->ifi_family == AF_BRIDGE && listening_wants(all, OBJECT_LINK))
			return take_port(all, listener, message, error);
	}
	if (!r && (number == RTM_NEWNSID || number == RTM_DELNSID))
		return take_id(all, listener, message, error);
	for (enum object_type type = 0; type < OBJECT_TYPES && !r; type++) {
		const struct wire_object *wire = wire_object(type);

		if (wire && listening_wants(all, type) &&
		    (number == wire->type || number == wire->type + 1))
			r = take_objects(all, listener, type, message);
	}
	return r;
}

static int take_datagram(struct listening *all, struct listener *listener, size_t length,
			 struct error *error)
{
	const struct nlmsghdr *message = (const void *)all->buffer;
	int left = (int)length, r = 0;

	for (; !r && wire_is_message(message, left); message = mnl_nlmsg_next(message, &left))
		r = take_message(all, listener, message, error);
	return !r && left > 0 ? -EBADMSG : r;
}

int listener_hear(struct listening *all, struct listener *listener, size_t most,
		  struct error *error)
{
	int r = 0;

	for (size_t i = 0; i < most && !r; i++) {
		ssize_t n = receive(all, listener);

		if (n == -EAGAIN)
			break;
		r = n < 0 ? (int)n : take_datagram(all, listener, (size_t)n, error);
		/* An errno with the error set comes from a question, not from the events. */
		if ((r == -ENOBUFS || r == -EBADMSG) && !error->errnum)
			r = all->wish.one_by_one ? -ENOBUFS : start_anew(all, listener, error);
		else if (n < 0)
			error_set(error, -r, "cannot read the kernel's events");
	}
	listener_rest(all, listener);
	return r == -ESTALE ? 0 : r;
}

bool listener_has_news(const struct listener *listener)
{
	return !netlink_is_silent(&listener->netlink);
}

void listener_free(struct listening *all, struct listener *listener)
{
	listener_steps_free(&listener->steps);
	listener_rest(all, listener);
	listener_forget(listener);
	free(listener->links);
	netlink_close(&listener->netlink);
	netns_ids_clear(&listener->ids);
	free(listener);
}

struct opening {
	struct netlink *netlink;
	struct names *names;
};

static int open_here(void *cookie, struct error *error)
{
	struct opening *opening = cookie;

	return netlink_open(opening->netlink, opening->names, error);
}

static int open_socket(struct kernel *kernel, uint32_t netns, struct netlink *netlink,
		       struct error *error)
{
	struct opening opening = { netlink, kernel->names };
	CLEANUP(fd_close) int inside = -1;
	int r;

	if (!netns)
		return netlink_open(netlink, kernel->names, error);
	r = or_stale(netns_open(names_text(kernel->names, netns), &inside, error), error);
	return r < 0 ? r : netns_visit(inside, open_here, &opening, error);
}

static int subscribe(struct listening *all, const struct netlink *netlink, struct error *error)
{
	for (enum object_type type = 0; type < OBJECT_TYPES; type++) {
		int r;

		/* Links always, for their names. */
		if (!listening_wants(all, type) && type != OBJECT_LINK)
			continue;
		r = events_join(netlink, type);
		if (!r)
			continue;
		if (r != -EINVAL || all->wish.needed & 1U << type)
			return error_set(error, r == -EINVAL ? EOPNOTSUPP : -r,
					 "cannot listen to events of '%s'",
					 object_info(type)->name);
		all->wish.types &= ~(1U << type);
	}
	return 0;
}

int listener_open(struct listening *all, struct listener *listener, uint32_t netns,
		  struct error *error)
{
	int r = open_socket(all->kernel, netns, &listener->netlink, error);

	if (!r)
		r = subscribe(all, &listener->netlink, error);
	listener->place.netns = netns;
	if (!r)
		r = listener_place(all, listener, &listener->place, error);
	listener->place.netlink = &listener->netlink;
	listener->place.links.cookie = &listener->netlink;
	return r;
}
