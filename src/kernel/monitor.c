/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/attribute.h"
#include "kernel/kernel.h"
#include "kernel/netns.h"
#include "model/address.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/netns.h"
#include "model/route.h"
#include "model/uapi.h"

enum {
	RECEIVE_SIZE = 64 * 1024,
	TURN = 256,     /* datagrams of one namespace before the others have their turn */
	READ_AGAIN = 5, /* times, when a dump is torn */
};

/* A link as it was last told of. */
struct known {
	uint32_t index;
	struct link *link;
};

/* One namespace that is listened to. */
struct listener {
	struct netlink netlink; /* its names of links are those as of the last event read */
	struct place place;     /* the namespace seen through that socket */
	bool asked;             /* the kernel's own socket in it is open, for questions */
	struct netns_ids ids;   /* told so far */
	struct known *links;    /* when links are listened to */
	size_t links_count, links_room;
};

struct monitor {
	struct kernel *kernel;
	struct monitor_wish wish;
	struct reader readers[OBJECT_TYPES];
	struct listener **listeners;
	size_t count, room;
	int mounts; /* /proc/self/mountinfo, or -1 */
	struct netns_files names;
	void *object;       /* room for one of any type */
	struct link before; /* what a link was before its event */
	char *buffer;
	struct pollfd *polls;
};

static bool wants(const struct monitor *monitor, enum object_type type)
{
	return monitor->wish.types & 1U << type;
}

/* With -4 or -6 the other family's objects are not told. */
static bool is_of_family(const struct monitor *monitor, enum object_type type, const void *object)
{
	uint8_t wanted = monitor->kernel->family;
	uint8_t family = wanted;

	if (type == OBJECT_ADDRESS)
		family = ((const struct link_address *)object)->local.family;
	else if (type == OBJECT_NEIGHBOUR)
		family = ((const struct neighbour *)object)->dst.family;
	else if (type == OBJECT_ROUTE)
		family = ((const struct route_full *)object)->route.dst.family;
	return !wanted || family == wanted;
}

static int hand_over(struct monitor *monitor, const struct event *event)
{
	struct pools *pools = monitor->wish.pools;
	int r = monitor->wish.function(monitor->wish.cookie, event);

	pools->names_count = pools->nexthops_count = 0;
	return r;
}

static int tell(struct monitor *monitor, enum event_kind kind, enum object_type type,
		uint32_t netns, const void *object)
{
	struct event event = { .kind = kind, .type = type, .netns = netns, .object = object };

	return object && !is_of_family(monitor, type, object) ? 0 : hand_over(monitor, &event);
}

static size_t known_at(const struct listener *listener, uint32_t index)
{
	size_t at = 0;

	while (at < listener->links_count && listener->links[at].index != index)
		at++;
	return at;
}

static void know_link(struct listener *listener, const struct link *link)
{
	size_t at = known_at(listener, link->index);

	if (at == listener->links_count)
		*array_add(&listener->links, &listener->links_count, &listener->links_room) =
			(struct known){ link->index, memory_new(1, sizeof(*link)) };
	*listener->links[at].link = *link;
}

static void forget_links(struct listener *listener)
{
	for (size_t i = 0; i < listener->links_count; i++)
		free(listener->links[i].link);
	listener->links_count = 0;
	netlink_forget_links(&listener->netlink);
}

/* A link that is made, changed or gone: told with what it was. */
static int tell_link(struct monitor *monitor, struct listener *listener, enum event_kind kind,
		     const struct link *link)
{
	struct event event = {
		.kind = kind, .type = OBJECT_LINK, .netns = listener->place.netns, .object = link
	};
	size_t at = known_at(listener, link->index);

	if (at < listener->links_count) {
		monitor->before = *listener->links[at].link;
		event.before = kind == EVENT_SET ? &monitor->before : NULL;
	}
	if (kind == EVENT_SET) {
		know_link(listener, link);
	} else if (at < listener->links_count) {
		free(listener->links[at].link);
		listener->links[at] = listener->links[--listener->links_count];
	}
	return hand_over(monitor, &event);
}

/*
 * A namespace that cannot be found by its name any more is no failure: the next
 * look at the names says that it is gone. -ESTALE, without an error, until then.
 */
static int or_stale(int r, struct error *error)
{
	if (r != -ENOENT && r != -EINVAL)
		return r;
	error_clear(error);
	return -ESTALE;
}

/*
 * The socket that questions are asked on, which is not the one that events wait
 * in; unless it is the kernel's for ovl's own namespace it is closed behind the
 * turn, so that there are not two for each namespace.
 */
static int question_place(struct monitor *monitor, struct listener *listener, struct place *place,
			  struct error *error)
{
	listener->asked = true;
	return or_stale(kernel_place(monitor->kernel, listener->place.netns, place, error), error);
}

static void questions_end(struct monitor *monitor, struct listener *listener)
{
	if (listener->asked && listener->place.netns)
		kernel_forget(monitor->kernel, listener->place.netns);
	listener->asked = false;
}

/* A name as a message says it: when it is read, the kernel may know another, or none. */
static void learn_name(struct netlink *netlink, uint32_t index, uint32_t name)
{
	netlink_link_name(netlink, index);
	for (size_t i = 0; i < netlink->links_room; i++)
		if (netlink->link_names[2 * i] == index)
			netlink->link_names[2 * i + 1] = name;
}

static int learn_link(struct listener *listener, const struct nlmsghdr *message)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	const void *end = (const char *)message + message->nlmsg_len;
	const struct nlattr *attribute;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*header))
		return -EBADMSG;
	for (attribute = wire_first(mnl_nlmsg_get_payload_offset(message, sizeof(*header)),
				    mnl_nlmsg_get_payload_len(message) - sizeof(*header));
	     attribute; attribute = wire_next(attribute, end))
		if (wire_type(attribute) == IFLA_IFNAME && header->ifi_index > 0)
			learn_name(&listener->netlink, (uint32_t)header->ifi_index,
				   names_id(listener->netlink.names,
					    (const char *)wire_payload(attribute),
					    strnlen((const char *)wire_payload(attribute),
						    wire_length(attribute))));
	return 0;
}

/* Objects read from the kernel, when there is reason to. */
struct reading {
	struct monitor *monitor;
	struct listener *listener;
	enum object_type type;
};

static int learn_object(void *cookie, const void *object, bool removed)
{
	struct reading *reading = cookie;
	const struct link *link = object;

	(void)removed;
	netlink_link_name(&reading->listener->netlink, link->index);
	if (wants(reading->monitor, OBJECT_LINK))
		know_link(reading->listener, link);
	return 0;
}

static int take_object(void *cookie, const void *object, bool removed)
{
	struct reading *reading = cookie;

	if (reading->type == OBJECT_LINK)
		learn_object(cookie, object, removed);
	return tell(reading->monitor, EVENT_HAVE, reading->type, reading->listener->place.netns,
		    object);
}

/* Keeps the names of all links, since a message may come when its link is gone. */
static int learn_links(struct monitor *monitor, struct listener *listener, struct error *error)
{
	struct reading reading = { monitor, listener, OBJECT_LINK };
	struct place place;
	int r = question_place(monitor, listener, &place, error);

	if (!r)
		r = kernel_dump(&place, OBJECT_LINK, NULL, false, NULL, learn_object, &reading,
				error);
	/* One that a torn dump lacks has its own event. */
	return r == -EAGAIN ? 0 : r;
}

static int read_type(struct monitor *monitor, struct listener *listener, enum object_type type,
		     struct error *error)
{
	struct reading reading = { monitor, listener, type };
	uint32_t netns = listener->place.netns;
	struct place place;
	int r = question_place(monitor, listener, &place, error);

	if (!r)
		r = tell(monitor, EVENT_READING, type, netns, NULL);
	for (int tries = 1; !r; tries++) {
		r = kernel_dump(&place, type, NULL, monitor->wish.stats, monitor->wish.pools,
				take_object, &reading, error);
		if (r != -EAGAIN)
			break;
		r = tell(monitor, tries < READ_AGAIN ? EVENT_AGAIN : EVENT_TORN, type, netns, NULL);
		if (tries == READ_AGAIN)
			break;
	}
	return r;
}

static int read_netns(struct monitor *monitor, struct listener *listener, struct error *error)
{
	CLEANUP(netns_ids_clear) struct netns_ids ids = { 0 };
	uint32_t netns = listener->place.netns;
	struct place place;
	int r = question_place(monitor, listener, &place, error);

	if (!r)
		r = netns_ids_read(place.netlink, &ids, error);
	if (!r)
		r = tell(monitor, EVENT_READING, OBJECT_NETNS, netns, NULL);
	for (size_t i = 0; !r && i < monitor->names.count; i++) {
		const char *name = monitor->names.items[i].name;
		struct netns object = { .name = { names_of(monitor->kernel->names, name) } };

		ATTR_MARK(&netns_table, netns, &object, name);
		for (size_t n = 0; n < ids.count; n++) {
			if (strcmp(ids.items[n].name, name) != 0)
				continue;
			object.id = ids.items[n].id;
			ATTR_MARK(&netns_table, netns, &object, id);
		}
		if (monitor->names.items[i].state == NETNS_LIVE)
			r = tell(monitor, EVENT_HAVE, OBJECT_NETNS, netns, &object);
	}
	return r;
}

/* Links first: whoever reads on knows then what the others refer to. */
static int read_all(struct monitor *monitor, struct listener *listener, struct error *error)
{
	static const enum object_type order[] = { OBJECT_LINK,      OBJECT_ADDRESS, OBJECT_ROUTE,
						  OBJECT_NEIGHBOUR, OBJECT_FDB,     OBJECT_VNI };
	int r = 0;

	if (!wants(monitor, OBJECT_LINK))
		r = learn_links(monitor, listener, error);
	for (size_t i = 0; !r && i < sizeof(order) / sizeof(*order); i++)
		if (wants(monitor, order[i]))
			r = read_type(monitor, listener, order[i], error);
	return r;
}

/* One datagram: its length, 0 for one that is not the kernel's, -EAGAIN when there is none. */
static ssize_t receive(struct monitor *monitor, const struct listener *listener)
{
	struct sockaddr_nl sender;
	struct iovec part = { monitor->buffer, RECEIVE_SIZE };
	struct msghdr header = { .msg_name = &sender,
				 .msg_namelen = sizeof(sender),
				 .msg_iov = &part,
				 .msg_iovlen = 1 };
	ssize_t n;

	do
		n = recvmsg(listener->netlink.fd, &header, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (header.msg_flags & MSG_TRUNC)
		return -EBADMSG;
	return header.msg_namelen == sizeof(sender) && !sender.nl_pid ? n : 0;
}

/*
 * Events were lost, or one cannot be read. Those that wait are older than what
 * the kernel answers now, and go unread: it takes in no further ones before
 * they are gone (NETLINK_S_CONGESTED).
 */
static int start_anew(struct monitor *monitor, struct listener *listener, struct error *error)
{
	ssize_t n = 0;
	int r;

	for (int i = 0; i < RECEIVE_SIZE && n != -EAGAIN; i++)
		n = receive(monitor, listener);
	forget_links(listener);
	netns_ids_clear(&listener->ids);
	r = tell(monitor, EVENT_LOST, OBJECT_TYPES, listener->place.netns, NULL);
	if (!r)
		r = read_all(monitor, listener, error);
	if (!r && wants(monitor, OBJECT_NETNS))
		r = read_netns(monitor, listener, error);
	return r;
}

/*
 * A bridge tells of a port's options with less than a link's attributes, in
 * family AF_BRIDGE: the link as a whole is asked for.
 */
static int take_port(struct monitor *monitor, struct listener *listener,
		     const struct nlmsghdr *message, struct error *error)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	struct link key = { .name = { netlink_link_name(&listener->netlink,
							(uint32_t)header->ifi_index) } };
	struct place place;
	int r;

	if (message->nlmsg_type != RTM_NEWLINK || !key.name.id)
		return 0;
	r = question_place(monitor, listener, &place, error);
	if (!r)
		r = kernel_get(&place, OBJECT_LINK, &key, monitor->wish.pools, monitor->object,
			       error);
	if (r == -ENOENT)
		return 0;
	if (r)
		return r;
	return tell_link(monitor, listener, EVENT_SET, monitor->object);
}

/* The name behind an id; the ids of the names are read when one is new. */
static int find_id(struct monitor *monitor, struct listener *listener, int32_t id, bool is_new,
		   uint32_t *name, struct error *error)
{
	const struct netns_id *known = netns_ids_find(&listener->ids, id);
	struct place place;
	int r = 0;

	if (is_new) {
		netns_ids_clear(&listener->ids);
		r = question_place(monitor, listener, &place, error);
		if (!r)
			r = netns_ids_read(place.netlink, &listener->ids, error);
		known = netns_ids_find(&listener->ids, id);
	}
	*name = known ? names_of(monitor->kernel->names, known->name) : 0;
	return r;
}

static int take_id(struct monitor *monitor, struct listener *listener,
		   const struct nlmsghdr *message, struct error *error)
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
	r = find_id(monitor, listener, object.id, !removed, &object.name.id, error);
	if (object.name.id)
		ATTR_MARK(&netns_table, netns, &object, name);
	if (r)
		return r;
	return tell(monitor, removed ? EVENT_DELETE : EVENT_SET, OBJECT_NETNS,
		    listener->place.netns, &object);
}

static int take_objects(struct monitor *monitor, struct listener *listener, enum object_type type,
			const struct nlmsghdr *message)
{
	struct reader *reader = &monitor->readers[type];
	enum event_kind kind =
		message->nlmsg_type == wire_object(type)->type ? EVENT_SET : EVENT_DELETE;
	int r;

	if (!reader->wire) {
		reader_init(reader, &listener->place, type, monitor->wish.pools);
		reader->stats = monitor->wish.stats;
	}
	reader->place = &listener->place;
	reader->context = place_context(&listener->place);
	/* It may be called otherwise by now. */
	reader->last_dev[0] = 0;
	reader->entry = 0;
	do {
		memset(monitor->object, 0, object_info(type)->size);
		r = reader_get(reader, message, monitor->object);
		if (r)
			return r == -EBADMSG ? r : 0;
		if (type == OBJECT_LINK)
			r = tell_link(monitor, listener, kind, monitor->object);
		else
			r = tell(monitor, kind, type, listener->place.netns, monitor->object);
	} while (!r && reader->more);
	return r;
}

static int take_message(struct monitor *monitor, struct listener *listener,
			const struct nlmsghdr *message, struct error *error)
{
	uint16_t number = message->nlmsg_type;
	int r = 0;

	if (number == NLMSG_OVERRUN)
		return -EBADMSG;
	if (number == RTM_NEWLINK || number == RTM_DELLINK) {
		const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);

		r = learn_link(listener, message);
		if (!r && header->ifi_family == AF_BRIDGE && wants(monitor, OBJECT_LINK))
			return take_port(monitor, listener, message, error);
	}
	if (!r && (number == RTM_NEWNSID || number == RTM_DELNSID))
		return take_id(monitor, listener, message, error);
	for (enum object_type type = 0; type < OBJECT_TYPES && !r; type++) {
		const struct wire_object *wire = wire_object(type);

		if (wire && wants(monitor, type) &&
		    (number == wire->type || number == wire->type + 1))
			r = take_objects(monitor, listener, type, message);
	}
	return r;
}

static int take_datagram(struct monitor *monitor, struct listener *listener, size_t length,
			 struct error *error)
{
	const struct nlmsghdr *message = (const void *)monitor->buffer;
	int left = (int)length, r = 0;

	for (; !r && mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
		r = take_message(monitor, listener, message, error);
	return !r && left > 0 ? -EBADMSG : r;
}

/* Reads up to `most` datagrams, fewer when there are no more. */
static int listen_some(struct monitor *monitor, struct listener *listener, size_t most,
		       struct error *error)
{
	int r = 0;

	for (size_t i = 0; i < most && !r; i++) {
		ssize_t n = receive(monitor, listener);

		if (n == -EAGAIN)
			break;
		r = n < 0 ? (int)n : take_datagram(monitor, listener, (size_t)n, error);
		/* An errno with the error set comes from a question, not from the events. */
		if ((r == -ENOBUFS || r == -EBADMSG) && !error->errnum)
			r = start_anew(monitor, listener, error);
		else if (n < 0)
			error_set(error, -r, "cannot read the kernel's events");
	}
	questions_end(monitor, listener);
	return r == -ESTALE ? 0 : r;
}

static void listener_free(struct monitor *monitor, struct listener *listener)
{
	questions_end(monitor, listener);
	forget_links(listener);
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

/* Groups a type's events come in (rtnetlink(7), <linux/rtnetlink.h>). */
static const struct {
	enum object_type type;
	int group;
} groups[] = {
	{ OBJECT_LINK, RTNLGRP_LINK },           { OBJECT_ADDRESS, RTNLGRP_IPV4_IFADDR },
	{ OBJECT_ADDRESS, RTNLGRP_IPV6_IFADDR }, { OBJECT_NEIGHBOUR, RTNLGRP_NEIGH },
	{ OBJECT_FDB, RTNLGRP_NEIGH },           { OBJECT_ROUTE, RTNLGRP_IPV4_ROUTE },
	{ OBJECT_ROUTE, RTNLGRP_IPV6_ROUTE },    { OBJECT_NETNS, RTNLGRP_NSID },
	{ OBJECT_VNI, RTNLGRP_TUNNEL },
};

static int subscribe(struct monitor *monitor, const struct netlink *netlink, struct error *error)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		enum object_type type = groups[i].type;

		/* Links always, for their names. */
		if (!wants(monitor, type) && type != OBJECT_LINK)
			continue;
		if (!setsockopt(netlink->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups[i].group,
				sizeof(groups[i].group)))
			continue;
		/* A group that the kernel does not know yet: VNIs before 5.18. */
		if (errno != EINVAL || monitor->wish.needed & 1U << type)
			return error_set(error, errno == EINVAL ? EOPNOTSUPP : errno,
					 "cannot listen to events of '%s'",
					 object_info(type)->name);
		monitor->wish.types &= ~(1U << type);
	}
	return 0;
}

/* Sets `listener` up but for its list. */
static int listener_open(struct monitor *monitor, struct listener *listener, uint32_t netns,
			 struct error *error)
{
	int r = open_socket(monitor->kernel, netns, &listener->netlink, error);

	if (!r)
		r = subscribe(monitor, &listener->netlink, error);
	listener->place.netns = netns;
	if (!r)
		r = question_place(monitor, listener, &listener->place, error);
	listener->place.netlink = &listener->netlink;
	listener->place.links.cookie = &listener->netlink;
	return r;
}

/* `late`: what is there already was not told before. */
static int listener_add(struct monitor *monitor, uint32_t netns, bool late, struct error *error)
{
	struct listener *listener = memory_new(1, sizeof(*listener));
	int r = listener_open(monitor, listener, netns, error);

	if (r < 0) {
		listener_free(monitor, listener);
		return r;
	}
	*array_add(&monitor->listeners, &monitor->count, &monitor->room) = listener;
	r = late ? read_all(monitor, listener, error) : learn_links(monitor, listener, error);
	questions_end(monitor, listener);
	return r;
}

/* A namespace that has a name: one that may not be entered is told, and no failure. */
static int listen_to(struct monitor *monitor, const char *name, bool late, struct error *error)
{
	uint32_t netns = names_of(monitor->kernel->names, name);
	struct event event = {
		.kind = EVENT_BARRED, .type = OBJECT_TYPES, .netns = netns, .why = error
	};
	int r = listener_add(monitor, netns, late, error);

	if (r != -EPERM && r != -EACCES)
		return r == -ESTALE ? 0 : r;
	r = monitor->wish.function(monitor->wish.cookie, &event);
	error_clear(error);
	return r;
}

static int tell_name(struct monitor *monitor, enum event_kind kind, const char *name)
{
	struct netns object = { .name = { names_of(monitor->kernel->names, name) } };

	if (!wants(monitor, OBJECT_NETNS))
		return 0;
	ATTR_MARK(&netns_table, netns, &object, name);
	return tell(monitor, kind, OBJECT_NETNS, 0, &object);
}

static int name_appears(struct monitor *monitor, const char *name, struct error *error)
{
	int r = tell_name(monitor, EVENT_SET, name);

	return r || !monitor->wish.everywhere ? r : listen_to(monitor, name, true, error);
}

/* What it said to the end is told; then nothing of ours keeps the namespace alive. */
static int name_vanishes(struct monitor *monitor, const char *name, struct error *error)
{
	uint32_t netns = names_of(monitor->kernel->names, name);
	int r = 0;

	for (size_t i = 0; i < monitor->count; i++) {
		struct listener *listener = monitor->listeners[i];

		if (!netns || listener->place.netns != netns)
			continue;
		r = listen_some(monitor, listener, SIZE_MAX, error);
		listener_free(monitor, listener);
		monitor->listeners[i] = monitor->listeners[--monitor->count];
		break;
	}
	return r ? r : tell_name(monitor, EVENT_DELETE, name);
}

static int drop_dead(struct netns_files *files, struct error *error)
{
	size_t live = 0;
	int r = netns_list(files, error);

	for (size_t i = 0; i < files->count; i++) {
		if (files->items[i].state == NETNS_LIVE)
			files->items[live++] = files->items[i];
		else
			free(files->items[i].name);
	}
	files->count = live;
	return r;
}

/* Mounts changed: which names came and which went, both lists being sorted. */
static int look_at_names(struct monitor *monitor, struct error *error)
{
	CLEANUP(netns_files_clear) struct netns_files old = { 0 };
	struct netns_files now = { 0 };
	int r = drop_dead(&now, error);
	size_t o = 0, n = 0;

	if (r < 0)
		return r;
	old = monitor->names;
	monitor->names = now;
	while (!r && (o < old.count || n < now.count)) {
		int order = o == old.count   ? 1
			    : n == now.count ? -1
					     : strcmp(old.items[o].name, now.items[n].name);
		bool same = !order && old.items[o].device == now.items[n].device &&
			    old.items[o].inode == now.items[n].inode;

		if (order <= 0 && !same)
			r = name_vanishes(monitor, old.items[o].name, error);
		if (order >= 0 && !same && !r)
			r = name_appears(monitor, now.items[n].name, error);
		o += order <= 0;
		n += order >= 0;
	}
	return r;
}

static int open_names(struct monitor *monitor, struct error *error)
{
	int r;

	if (!wants(monitor, OBJECT_NETNS) && !monitor->wish.everywhere)
		return 0;
	/* It is ready (POLLPRI) when something is mounted or unmounted: proc(5). */
	monitor->mounts = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (monitor->mounts < 0)
		return error_set(error, errno, "cannot open /proc/self/mountinfo");
	r = drop_dead(&monitor->names, error);
	for (size_t i = 0; !r && monitor->wish.everywhere && i < monitor->names.count; i++)
		r = listen_to(monitor, monitor->names.items[i].name, false, error);
	return r;
}

int monitor_open(struct kernel *kernel, const struct monitor_wish *wish, struct monitor **result,
		 struct error *error)
{
	CLEANUP(monitor_close) struct monitor *monitor = memory_new(1, sizeof(*monitor));
	size_t size = 0;
	int r;

	for (enum object_type type = 0; type < OBJECT_TYPES; type++)
		if (object_info(type)->size > size)
			size = object_info(type)->size;
	monitor->kernel = kernel;
	monitor->wish = *wish;
	monitor->mounts = -1;
	monitor->object = memory_new(1, size);
	monitor->buffer = memory_new(1, RECEIVE_SIZE);
	r = open_names(monitor, error);
	if (!r && !wish->everywhere)
		r = listener_add(monitor, 0, false, error);
	if (!r)
		*result = take_ptr(monitor);
	return r;
}

void monitor_close(struct monitor **owner)
{
	struct monitor *monitor = *owner;

	if (!monitor)
		return;
	for (size_t i = 0; i < monitor->count; i++)
		listener_free(monitor, monitor->listeners[i]);
	free(monitor->listeners);
	netns_files_clear(&monitor->names);
	fd_close(&monitor->mounts);
	free(monitor->object);
	free(monitor->buffer);
	free(monitor->polls);
	free(monitor);
	*owner = NULL;
}

int monitor_wait(struct monitor *monitor, struct pollfd *others, size_t count, struct error *error)
{
	size_t listeners = monitor->count, all = count + 1 + listeners;
	struct pollfd *polls = memory_resize(monitor->polls, all, sizeof(*polls));
	struct pollfd *mine = polls + count + 1;
	int r = 0;

	monitor->polls = polls;
	memcpy(polls, others, count * sizeof(*others));
	polls[count] = (struct pollfd){ monitor->mounts, POLLPRI, 0 };
	for (size_t i = 0; i < listeners; i++)
		mine[i] = (struct pollfd){ monitor->listeners[i]->netlink.fd, POLLIN, 0 };
	if (poll(polls, all, -1) < 0) {
		for (size_t i = 0; i < count; i++)
			others[i].revents = 0;
		return errno == EINTR ? 0 : error_set(error, errno, "cannot wait for events");
	}
	memcpy(others, polls, count * sizeof(*others));
	for (size_t i = 0; i < listeners && !r; i++)
		if (mine[i].revents)
			r = listen_some(monitor, monitor->listeners[i], TURN, error);
	/* Last, since it changes which listeners there are. */
	if (!r && polls[count].revents)
		r = look_at_names(monitor, error);
	return r;
}
