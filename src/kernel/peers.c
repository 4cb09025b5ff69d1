/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/peers.h"

#include <linux/rtnetlink.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/attribute.h"
#include "kernel/kernel.h"
#include "kernel/netns.h"
#include "model/lab.h"
#include "model/link.h"

static bool is_veth(const struct link *link)
{
	return link->kind_info && link->kind_info == link_kind_find("veth");
}

/* Its other end is in another namespace and not known yet. */
static bool is_open(const struct link *link)
{
	return is_veth(link) && !link->peer.id && ATTR_HAS(&link_table, link, link, link_netnsid);
}

/* The veths with their other end elsewhere, found by both ends' indexes. */
struct ends {
	struct link *links;
	uint32_t *slots; /* 1 + index */
	size_t size;
};

static size_t slot_of(const struct ends *ends, uint32_t index, uint32_t other)
{
	return (size_t)hash_word(0, (uint64_t)index << 32 | other) & (ends->size - 1);
}

static void ends_make(struct ends *ends, struct link *links, size_t count)
{
	ends->links = links;
	ends->size = 16;
	while (ends->size < count * 2)
		ends->size *= 2;
	ends->slots = memory_new(ends->size, sizeof(*ends->slots));
	for (size_t i = 0; i < count; i++) {
		size_t at;

		if (!is_open(&links[i]))
			continue;
		at = slot_of(ends, links[i].index, links[i].link_index);
		while (ends->slots[at])
			at = (at + 1) & (ends->size - 1);
		ends->slots[at] = (uint32_t)i + 1;
	}
}

/*
 * Equal indexes prove nothing: the id that the other's namespace has here does. The
 * kernel looks an id up among all that a namespace has (net_eq_idr()), and the own
 * one, which knows of all others, comes first: so it is `link` that is looked for.
 */
static bool is_end_of(struct kernel *kernel, const struct link *link, const struct link *other)
{
	struct error ignored = { 0 };
	struct place place;
	int32_t id;
	int fd;

	return !kernel_place(kernel, other->netns.id, &place, &ignored) &&
	       !kernel_netns_fd(kernel, link->netns.id, &fd, &ignored) &&
	       !netns_id(place.netlink, fd, &id, &ignored) && id == other->link_netnsid;
}

static int keep_address(void *cookie, const struct answer *answer)
{
	const struct nlmsghdr *message = answer->message;
	struct lladdr *address = cookie;

	if (!message || message->nlmsg_type != RTM_NEWLINK ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(struct ifinfomsg))
		return 0;

	const char *start = mnl_nlmsg_get_payload_offset(message, sizeof(struct ifinfomsg));
	const char *end = mnl_nlmsg_get_payload_tail(message);
	const struct nlattr *attribute = wire_first(start, (size_t)(end - start));

	for (; attribute; attribute = wire_next(attribute, end)) {
		size_t length = wire_length(attribute);

		if (wire_type(attribute) != IFLA_ADDRESS || length > sizeof(address->bytes))
			continue;
		address->length = (uint8_t)length;
		memcpy(address->bytes, wire_payload(attribute), length);
	}
	return 0;
}

/* The MAC of the other end, which the kernel tells by the namespace's id to who may know. */
static struct lladdr ask_address(struct kernel *kernel, const struct link *link)
{
	CLEANUP(message_clear) struct message message = { 0 };
	struct lladdr address = { 0 };
	struct error ignored = { 0 };
	struct ifinfomsg *header;
	struct place place;

	if (kernel_place(kernel, link->netns.id, &place, &ignored) < 0)
		return address;
	header = message_begin(&message, RTM_GETLINK, 0, sizeof(*header));
	header->ifi_index = (int)link->link_index;
	message_put_u32(&message, IFLA_TARGET_NETNSID, (uint32_t)link->link_netnsid);
	message_put_u32(&message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	message_finish(&message);
	netlink_exchange(place.netlink, message.bytes, message.length, 1, keep_address, &address,
			 &ignored);
	return address;
}

/* Whether the two would be ends of one cable if their namespaces' ids said so too. */
static bool may_be_ends(const struct link *link, const struct link *other)
{
	return other->index == link->link_index && other->link_index == link->index &&
	       is_open(other) && other->netns.id != link->netns.id;
}

/* The next that may be the other end, from the slot on; NULL at the end. */
static struct link *next_end(const struct ends *ends, const struct link *link, size_t *at)
{
	for (; ends->slots[*at]; *at = (*at + 1) & (ends->size - 1)) {
		struct link *other = &ends->links[ends->slots[*at] - 1];

		if (!may_be_ends(link, other))
			continue;
		*at = (*at + 1) & (ends->size - 1);
		return other;
	}
	return NULL;
}

static bool is_of_lab(struct kernel *kernel, const char *lab, const struct link *link)
{
	return lab && lab_owner(lab, kernel->names, link) == OWNER_LAB;
}

/*
 * A thousand namespaces may have a link 2 whose other end is a link 2 elsewhere:
 * the MAC tells them apart before each namespace is asked for its id.
 */
static void pair_up(struct kernel *kernel, const struct ends *ends, const char *leaving,
		    struct link *link)
{
	size_t at = slot_of(ends, link->link_index, link->index), further;
	struct link *other = next_end(ends, link, &at);
	struct lladdr address = { 0 };
	bool is_certain;

	further = at;
	is_certain = other && !next_end(ends, link, &further);
	if (other && !is_certain)
		address = ask_address(kernel, link);
	is_certain =
		is_certain && is_of_lab(kernel, leaving, link) && is_of_lab(kernel, leaving, other);
	for (; other; other = next_end(ends, link, &at)) {
		if ((address.length && memcmp(&address, &other->address, sizeof(address)) != 0) ||
		    (!is_certain && !is_end_of(kernel, link, other)))
			continue;
		link->peer = other->name;
		link->peer_netns = other->netns;
		other->peer = link->name;
		other->peer_netns = link->netns;
		return;
	}
}

/* The link below it is in another namespace and not known yet. */
static bool is_apart(const struct link *link)
{
	return !is_veth(link) && !link->link.id && link->link_index &&
	       ATTR_HAS(&link_table, link, link, link_netnsid);
}

/*
 * A link says the index of the other end, or of the one below, and the id its
 * namespace has here (IFLA_LINK, IFLA_LINK_NETNSID); the id leads to the
 * namespace, a socket in it to the name.
 */
static void settle_elsewhere(struct kernel *kernel, uint32_t found, struct link *link)
{
	struct netns_name *netns = is_veth(link) ? &link->peer_netns : &link->link_netns;
	struct link_name *name = is_veth(link) ? &link->peer : &link->link;
	struct error ignored = { 0 };
	struct place place;

	netns->id = found;
	if (!is_veth(link))
		ATTR_MARK(&link_table, link, link, link_netns);
	if (!kernel_place(kernel, found, &place, &ignored))
		name->id = netlink_link_name(place.netlink, link->link_index);
}

/* How the namespace of that id is called; 0: it is not known. */
static uint32_t name_of_id(struct kernel *kernel, const struct netns_ids *ids, int32_t number)
{
	const struct netns_id *id = netns_ids_find(ids, number);
	char pid[32];

	if (!id)
		return 0;
	snprintf(pid, sizeof(pid), "pid:%d", (int)id->pid);
	return names_of(kernel->names, id->name ? id->name : pid);
}

static bool has_id(const struct place *place, uint32_t netns, int32_t number)
{
	struct error ignored = { 0 };
	int32_t id;
	int fd;

	return netns && !kernel_netns_fd(place->kernel, netns, &fd, &ignored) &&
	       !netns_id(place->netlink, fd, &id, &ignored) && id == number;
}

/*
 * The ids known in one namespace, read once for all of its links that are meant. What
 * a thousand namespaces have elsewhere is often in the same one: so that of the `last`
 * is asked for first, before each would ask for a thousand.
 */
static int find_in(struct kernel *kernel, struct link *links, size_t count,
		   bool (*is_meant)(const struct link *link), uint32_t *last, struct error *error)
{
	struct netns_ids ids = { 0 };
	bool read = false, read_processes = false;
	uint32_t netns = links->netns.id, found;
	struct place place;
	int r = kernel_place(kernel, netns, &place, error);

	for (size_t i = 0; !r && i < count && links[i].netns.id == netns; i++) {
		struct link *link = &links[i];

		if (!is_meant(link))
			continue;
		if (has_id(&place, *last, link->link_netnsid)) {
			settle_elsewhere(kernel, *last, link);
			continue;
		}
		if (!read)
			r = netns_ids_read(place.netlink, &ids, error);
		read = true;
		if (!r && !netns_ids_find(&ids, link->link_netnsid) && !read_processes) {
			read_processes = true;
			r = netns_ids_read_processes(place.netlink, &ids, error);
		}
		found = r < 0 ? 0 : name_of_id(kernel, &ids, link->link_netnsid);
		if (found) {
			*last = found;
			settle_elsewhere(kernel, found, link);
		}
	}
	netns_ids_clear(&ids);
	return r;
}

static int find_in_each(struct kernel *kernel, struct link *links, size_t count,
			bool (*is_meant)(const struct link *link), struct error *error)
{
	uint32_t last = 0;
	int r = 0;

	for (size_t i = 0; !r && i < count; i++)
		if (!i || links[i].netns.id != links[i - 1].netns.id)
			r = find_in(kernel, links + i, count - i, is_meant, &last, error);
	return r;
}

int lowers_find(struct kernel *kernel, struct link *links, size_t count, struct error *error)
{
	return find_in_each(kernel, links, count, is_apart, error);
}

int peers_find(struct kernel *kernel, struct link *links, size_t count, const char *leaving,
	       struct error *error)
{
	CLEANUP(pointer_free) uint32_t *slots = NULL;
	struct ends ends;

	ends_make(&ends, links, count);
	slots = ends.slots;
	for (size_t i = 0; i < count; i++) {
		if (is_veth(&links[i]) && !ATTR_HAS(&link_table, link, &links[i], link_netnsid))
			links[i].peer = links[i].link;
		else if (is_open(&links[i]))
			pair_up(kernel, &ends, leaving, &links[i]);
	}
	return find_in_each(kernel, links, count, is_open, error);
}
