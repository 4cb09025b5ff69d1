/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses on the wire: RTM_NEWADDR and its like (rtnetlink(7), <linux/if_addr.h>). */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/names.h"
#include "kernel/attribute.h"
#include "kernel/objects.h"
#include "model/address.h"

#define HAS(pointer, member) ATTR_HAS(&address_table, link_address, pointer, member)

static void put_address(struct message *message, uint16_t type, const struct address *address)
{
	message_put(message, type, address->bytes, address_size(address->family));
}

static void put_lifetimes(struct message *message, const struct link_address *address)
{
	struct ifa_cacheinfo times = {
		.ifa_valid = HAS(address, valid_lft) ? address->valid_lft : UINT32_MAX,
		.ifa_prefered = HAS(address, preferred_lft) ? address->preferred_lft
				: HAS(address, valid_lft)   ? address->valid_lft
							    : UINT32_MAX,
	};

	message_put(message, IFA_CACHEINFO, &times, sizeof(times));
}

static int address_put(const struct place *place, enum change change, const void *object,
		       const void *other, struct message *message, struct error *error)
{
	const struct link_address *address = object;
	struct attr_context context = place_context(place);
	uint32_t index = place_index(place, address->dev, error);
	struct ifaddrmsg *header;

	(void)other;
	if (!index)
		return -error->errnum;
	header = message_begin(message, change == CHANGE_DELETE ? RTM_DELADDR : RTM_NEWADDR,
			       wire_flags(change), sizeof(*header));
	header->ifa_family = address->local.family;
	header->ifa_index = index;
	header->ifa_prefixlen = address->length;
	/* Without IFA_LOCAL the kernel deletes by IFA_ADDRESS alone; IPv4 wants both. */
	put_address(message, IFA_LOCAL, &address->local);
	put_address(message, IFA_ADDRESS, HAS(address, peer) ? &address->peer : &address->local);
	if (change == CHANGE_DELETE)
		return 0;
	if (HAS(address, valid_lft) || HAS(address, preferred_lft))
		put_lifetimes(message, address);
	return wire_put(message, &address_table, &context, address,
			wire_mask(&address_table, address, change), error);
}

static int address_ask(const struct place *place, const void *filter, bool all, bool stats,
		       struct message *message, struct error *error)
{
	const struct link_address *want = filter;
	struct ifaddrmsg *header = message_begin(message, RTM_GETADDR, NLM_F_DUMP, sizeof(*header));

	/* One address cannot be asked for by itself (IPv4 has no doit): the dump is filtered. */
	(void)all;
	(void)stats;
	if (!want)
		return 0;
	header->ifa_family = want->family ? want->family : want->local.family;
	if (HAS(want, dev)) {
		header->ifa_index = place_index(place, want->dev, error);
		if (!header->ifa_index)
			return -error->errnum;
	}
	return 0;
}

/* Whether the kernel says of its own addresses that it made them (IFA_PROTO, Linux 5.18). */
static bool kernel_tells_makers(void)
{
	struct utsname name;
	unsigned int major, minor;

	return uname(&name) || sscanf(name.release, "%u.%u", &major, &minor) != 2 || major > 5 ||
	       (major == 5 && minor >= 18);
}

static int address_get(struct reader *reader, const struct nlmsghdr *message, void *object)
{
	struct link_address *address = object;
	const struct ifaddrmsg *header = mnl_nlmsg_get_payload(message);
	const void *end = (const char *)message + message->nlmsg_len;
	const void *attributes = mnl_nlmsg_get_payload_offset(message, sizeof(*header));
	size_t length = mnl_nlmsg_get_payload_len(message) - sizeof(*header);
	size_t size = address_size(header->ifa_family);
	const struct nlattr *attribute = wire_first(attributes, length);
	bool has_local = false, has_address = false;
	int r;

	if ((message->nlmsg_type != RTM_NEWADDR && message->nlmsg_type != RTM_DELADDR) || !size)
		return 1;
	r = wire_get(reader_map(reader, &address_table), &reader->context, header, attributes,
		     length, address);
	if (r < 0)
		return r;
	address->local.family = address->peer.family = header->ifa_family;
	for (; attribute; attribute = wire_next(attribute, end)) {
		uint16_t type = wire_type(attribute);

		if (type == IFA_LOCAL || type == IFA_ADDRESS) {
			if (wire_length(attribute) != size)
				return -EBADMSG;
			memcpy(type == IFA_LOCAL ? address->local.bytes : address->peer.bytes,
			       wire_payload(attribute), size);
			*(type == IFA_LOCAL ? &has_local : &has_address) = true;
		} else if (type == IFA_CACHEINFO) {
			struct ifa_cacheinfo times;

			if (wire_length(attribute) < sizeof(times))
				return -EBADMSG;
			memcpy(&times, wire_payload(attribute), sizeof(times));
			address->valid_lft = times.ifa_valid;
			address->preferred_lft = times.ifa_prefered;
			ATTR_MARK(&address_table, link_address, address, valid_lft);
			ATTR_MARK(&address_table, link_address, address, preferred_lft);
		}
	}
	/* IPv4 says both, IPv6 IFA_LOCAL only when there is a peer (inet6_fill_ifaddr). */
	if (!has_local)
		address->local = address->peer;
	if (!has_local && !has_address)
		return 1;
	ATTR_MARK(&address_table, link_address, address, local);
	if (has_local && has_address &&
	    memcmp(&address->local, &address->peer, sizeof(address->peer)))
		ATTR_MARK(&address_table, link_address, address, peer);
	else
		address->peer = (struct address){ 0 };
	address->dev.id = reader_link(reader, header->ifa_index);
	ATTR_MARK(&address_table, link_address, address, dev);
	if (address->secondary && header->ifa_family == IPV6) {
		attr_drop(&address_table, address,
			  ATTR_ROW(&address_table, link_address, secondary));
		address->temporary = true;
		ATTR_MARK(&address_table, link_address, address, temporary);
	}
	if (!address->permanent) {
		address->dynamic = true;
		ATTR_MARK(&address_table, link_address, address, dynamic);
	}
	/* What puts it back as it was, a file or an undo, needs what it was told. */
	if (address_conceals_end(address))
		address->preferred_lft = 0;
	/* It matters of link-local ones: others it tells by their flags. */
	address->maker_untold = address->permanent && !address->protocol &&
				header->ifa_scope == RT_SCOPE_LINK && !kernel_tells_makers();
	address->netns.id = reader->place->netns;
	return 0;
}

/* A dump answers for one address, too: which of them is meant the key says. */
static bool address_same(const void *object, const void *key)
{
	return object_has_key(OBJECT_ADDRESS, object, key);
}

const struct wire_object wire_address = {
	.type = RTM_NEWADDR,
	.header = sizeof(struct ifaddrmsg),
	.put = address_put,
	.ask = address_ask,
	.get = address_get,
	.same = address_same,
};
