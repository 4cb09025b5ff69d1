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

struct known_link {
	struct known_link *next; /* in its bucket */
	uint32_t index;
	uint32_t *altnames; /* interned; ends with 0 */
	struct link link;
};

static struct known_link **bucket_of(const struct listener *listener, uint32_t index)
{
	return &listener->links[index & (listener->links_room - 1)];
}

static struct known_link *known_find(const struct listener *listener, uint32_t index)
{
	struct known_link *known = listener->links_room ? *bucket_of(listener, index) : NULL;

	while (known && known->index != index)
		known = known->next;
	return known;
}

/* Makes room for one more, so that a bucket holds hardly more than one. */
static void make_room(struct listener *listener)
{
	struct known_link **old = listener->links;
	size_t room = listener->links_room;

	if (listener->links_count < room)
		return;
	listener->links_room = room ? 2 * room : 16;
	listener->links = memory_new(listener->links_room, sizeof(struct known_link *));
	for (size_t i = 0; i < room; i++) {
		while (old[i]) {
			struct known_link *known = old[i], **bucket;

			old[i] = known->next;
			bucket = bucket_of(listener, known->index);
			known->next = *bucket;
			*bucket = known;
		}
	}
	free(old);
}

static struct known_link *known_add(struct listener *listener, uint32_t index)
{
	struct known_link *known = memory_new(1, sizeof(*known)), **bucket;

	make_room(listener);
	bucket = bucket_of(listener, index);
	known->index = index;
	known->next = *bucket;
	*bucket = known;
	listener->links_count++;
	return known;
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
	struct known_link *known = known_find(listener, link->index);

	if (!known)
		known = known_add(listener, link->index);
	known->link = *link;
	free(known->altnames);
	known->altnames = copy_altnames(all, link);
}

static void known_free(struct known_link *known)
{
	free(known->altnames);
	free(known);
}

static void forget_link(struct listener *listener, struct known_link *known)
{
	struct known_link **at;

	if (!known)
		return;
	at = bucket_of(listener, known->index);
	while (*at != known)
		at = &(*at)->next;
	*at = known->next;
	known_free(known);
	listener->links_count--;
}

void listener_forget(struct listener *listener)
{
	for (size_t i = 0; i < listener->links_room; i++) {
		while (listener->links[i]) {
			struct known_link *known = listener->links[i];

			listener->links[i] = known->next;
			known_free(known);
		}
	}
	listener->links_count = 0;
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
	struct known_link *known = known_find(listener, link->index);
	int r;

	if (kind == EVENT_SET && known) {
		all->before = known->link;
		event.before = &all->before;
		old = take_ptr(known->altnames);
	}
	if (kind == EVENT_DELETE)
		forget_link(listener, known);
	else
		listener_know(all, listener, link);
	r = listening_hand_over(all, &event);
	if (r || kind == EVENT_DELETE)
		return r;
	r = tell_altnames(all, listener, kind, link, names, old ? old : none);
	return r || !old ? r : tell_altnames(all, listener, EVENT_DELETE, link, old, names);
}

/* A name as a message says it: when it is read, the kernel may know another, or none. */
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
			netlink_know_link(&listener->netlink, (uint32_t)header->ifi_index,
					  names_id(listener->netlink.names,
						   (const char *)wire_payload(attribute),
						   strnlen((const char *)wire_payload(attribute),
							   wire_length(attribute))));
	return 0;
}
