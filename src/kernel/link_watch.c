/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/link_watch.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/names.h"
#include "kernel/ahead.h"
#include "kernel/attribute.h"
#include "kernel/events.h"
#include "kernel/kernel.h"

enum { EVENT_MOST = 16 * 1024 };

int link_watch_open(struct link_watch *watch, const struct place *place, struct error *error)
{
	int r = netlink_open(&watch->netlink, place->kernel->names, error);

	if (r < 0)
		return r;
	r = events_join(&watch->netlink, OBJECT_LINK);
	if (r < 0) {
		error_set(error, -r, "cannot listen to events of links");
		link_watch_close(watch);
	}
	return r;
}

void link_watch_close(struct link_watch *watch)
{
	netlink_close(&watch->netlink);
	*watch = (struct link_watch){ 0 };
}

/* A bridge tells of its ports in family AF_BRIDGE, which says nothing of groups. */
static bool is_calm(const struct nlmsghdr *message, struct names *known, uint32_t group,
		    const uint32_t *names, size_t count)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;
	const char *start, *end;
	uint32_t its_group = 0, name = 0;
	bool is_member;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*header))
		return false;
	if (header->ifi_family != AF_UNSPEC)
		return true;
	start = mnl_nlmsg_get_payload_offset(message, sizeof(*header));
	end = mnl_nlmsg_get_payload_tail(message);
	for (attribute = wire_first(start, (size_t)(end - start)); attribute;
	     attribute = wire_next(attribute, end)) {
		const char *payload = (const char *)wire_payload(attribute);

		if (wire_type(attribute) == IFLA_IFNAME)
			name = names_id(known, payload, strnlen(payload, wire_length(attribute)));
		else if (wire_type(attribute) == IFLA_GROUP && !wire_u32(attribute, &its_group))
			return false;
	}
	is_member = bsearch(&name, names, count, sizeof(*names), names_by_id);
	if (is_member)
		return message->nlmsg_type == RTM_NEWLINK && its_group == group;
	return its_group != group &&
	       (message->nlmsg_type == RTM_DELLINK || header->ifi_flags & IFF_UP);
}

bool link_watch_is_calm(struct link_watch *watch, uint32_t group, const uint32_t *names,
			size_t count)
{
	_Alignas(struct nlmsghdr) char buffer[EVENT_MOST];

	while (watch->netlink.port) {
		ssize_t n = datagram_receive(watch->netlink.fd, buffer, sizeof(buffer));
		const struct nlmsghdr *message = (const void *)buffer;
		int left = (int)n;

		/* It says the same of a signal, after which there may be more. */
		if (n < 0)
			return n == -EAGAIN && errno == EAGAIN;
		for (; wire_is_message(message, left); message = mnl_nlmsg_next(message, &left))
			if (!is_calm(message, watch->netlink.names, group, names, count))
				return false;
		if (left > 0)
			return false;
	}
	return false;
}
