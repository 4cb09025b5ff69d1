/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is remembered of the links of a namespace that is listened to: to tell
 * what changed, and what a link is called that other objects' events refer to.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/attribute.h"
#include "kernel/listener.h"
#include "model/altname.h"

static size_t known_at(const struct listener *listener, uint32_t index)
{
	size_t at = 0;

	while (at < listener->links_count && listener->links[at].index != index)
		at++;
	return at;
}

/* A copy of the link's altnames, which the next object's overwrite. */
static uint32_t *copy_altnames(const struct listening *all, const struct link *link)
{
	uint32_t *names = memory_new(link->altnames.count + 1, sizeof(*names));

	if (link->altnames.count)
		memcpy(names, all->wish.pools->names + link->altnames.at,
		       link->altnames.count * sizeof(*names));
	return names;
}

void listener_know(struct listening *all, struct listener *listener, const struct link *link)
{
	size_t at = known_at(listener, link->index);

	if (at == listener->links_count)
		*array_add(&listener->links, &listener->links_count, &listener->links_room) =
			(struct known_link){ link->index, memory_new(1, sizeof(*link)), NULL };
	*listener->links[at].link = *link;
	free(listener->links[at].altnames);
	listener->links[at].altnames = copy_altnames(all, link);
}

static void forget_link(struct listener *listener, size_t at)
{
	if (at == listener->links_count)
		return;
	free(listener->links[at].link);
	free(listener->links[at].altnames);
	listener->links[at] = listener->links[--listener->links_count];
}

void listener_forget(struct listener *listener)
{
	while (listener->links_count)
		forget_link(listener, listener->links_count - 1);
	netlink_forget_links(&listener->netlink);
}

static bool is_among(const uint32_t *names, uint32_t name)
{
	while (*names && *names != name)
		names++;
	return *names;
}

/* Those of `names` that are not among `others`. */
static int tell_altnames(struct listening *all, struct listener *listener, enum event_kind kind,
			 const struct link *link, const uint32_t *names, const uint32_t *others)
{
	int r = 0;

	for (; *names && !r; names++) {
		struct altname altname = { .netns = link->netns,
					   .dev = link->name,
					   .name = { *names } };

		ATTR_MARK(&altname_table, altname, &altname, dev);
		ATTR_MARK(&altname_table, altname, &altname, name);
		if (!is_among(others, *names))
			r = listening_tell(all, kind, OBJECT_ALTNAME, listener->place.netns,
					   &altname);
	}
	return r;
}

int listener_tell_link(struct listening *all, struct listener *listener, enum event_kind kind,
		       const struct link *link)
{
	static const uint32_t none[] = { 0 };
	CLEANUP(pointer_free) uint32_t *names = copy_altnames(all, link), *old = NULL;
	struct event event = {
		.kind = kind, .type = OBJECT_LINK, .netns = listener->place.netns, .object = link
	};
	size_t at = known_at(listener, link->index);
	int r;

	if (kind == EVENT_SET && at < listener->links_count) {
		all->before = *listener->links[at].link;
		event.before = &all->before;
		old = take_ptr(listener->links[at].altnames);
	}
	if (kind == EVENT_DELETE)
		forget_link(listener, at);
	else
		listener_know(all, listener, link);
	r = listening_hand_over(all, &event);
	if (r || kind == EVENT_DELETE)
		return r;
	r = tell_altnames(all, listener, kind, link, names, old ? old : none);
	return r || !old ? r : tell_altnames(all, listener, EVENT_DELETE, link, old, names);
}

/* A name as a message says it: when it is read, the kernel may know another, or none. */
static void learn_name(struct netlink *netlink, uint32_t index, uint32_t name)
{
	netlink_link_name(netlink, index);
	for (size_t i = 0; i < netlink->links_room; i++)
		if (netlink->link_names[2 * i] == index)
			netlink->link_names[2 * i + 1] = name;
}

int listener_learn_name(struct listener *listener, const struct nlmsghdr *message)
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
