/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Neighbours on the wire: RTM_NEWNEIGH and its like of IPv4 and IPv6 (<linux/neighbour.h>). */
#include "model/neighbour.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "kernel/attribute.h"
#include "kernel/objects.h"

#define HAS(pointer, member) ATTR_HAS(&neighbour_table, neighbour, pointer, member)

static int neighbour_put(const struct place *place, enum change change, const void *object,
			 const void *other, struct message *message, struct error *error)
{
	const struct neighbour *neighbour = object;
	struct attr_context context = place_context(place);
	uint32_t index = place_index(place, neighbour->dev, error);
	struct ndmsg *header;

	(void)other;
	if (!index)
		return -error->errnum;
	header = message_begin(message, change == CHANGE_DELETE ? RTM_DELNEIGH : RTM_NEWNEIGH,
			       wire_flags(change), sizeof(*header));
	header->ndm_family = neighbour->dst.family;
	header->ndm_ifindex = (int)index;
	return wire_put(message, &neighbour_table, &context, neighbour,
			wire_mask(&neighbour_table, neighbour, change), error);
}

static int neighbour_ask(const struct place *place, const void *filter, bool all, bool stats,
			 struct message *message, struct error *error)
{
	const struct neighbour *want = filter;
	struct ndmsg *header =
		message_begin(message, RTM_GETNEIGH, all ? NLM_F_DUMP : 0, sizeof(*header));
	uint32_t index = 0;

	(void)stats;
	header->ndm_family = place->context.family;
	if (!want)
		return 0;
	if (HAS(want, dst))
		header->ndm_family = want->dst.family;
	if (HAS(want, proxy) && want->proxy)
		header->ndm_flags = NTF_PROXY;
	if (HAS(want, dev)) {
		index = place_index(place, want->dev, error);
		if (!index)
			return -error->errnum;
	}
	if (!all) {
		header->ndm_ifindex = (int)index;
		message_put(message, NDA_DST, want->dst.bytes, address_size(want->dst.family));
		return 0;
	}
	/*
	 * neigh_dump_info(): by link, and by its master. -1 would be those without one, but kernels
	 * before 5.16 find none then.
	 */
	if (index)
		message_put_u32(message, NDA_IFINDEX, index);
	if (want->master.id) {
		index = place_index(place, want->master, error);
		if (!index)
			return -error->errnum;
		message_put_u32(message, NDA_MASTER, index);
	}
	return 0;
}

static int get_times(const struct nlattr *attribute, struct neighbour *neighbour)
{
	struct nda_cacheinfo times;

	if (wire_times(attribute, &times) < 0)
		return -EBADMSG;
	neighbour->used = times.ndm_used;
	neighbour->confirmed = times.ndm_confirmed;
	neighbour->updated = times.ndm_updated;
	neighbour->refcnt = times.ndm_refcnt;
	ATTR_MARK(&neighbour_table, neighbour, neighbour, used);
	ATTR_MARK(&neighbour_table, neighbour, neighbour, confirmed);
	ATTR_MARK(&neighbour_table, neighbour, neighbour, updated);
	ATTR_MARK(&neighbour_table, neighbour, neighbour, refcnt);
	return 0;
}

static int neighbour_get(struct reader *reader, const struct nlmsghdr *message, void *object)
{
	struct neighbour *neighbour = object;
	const struct ndmsg *header = mnl_nlmsg_get_payload(message);
	const void *end = (const char *)message + message->nlmsg_len;
	const void *attributes = mnl_nlmsg_get_payload_offset(message, sizeof(*header));
	size_t length = mnl_nlmsg_get_payload_len(message) - sizeof(*header);
	const struct nlattr *attribute = wire_first(attributes, length);
	int r;

	if ((message->nlmsg_type != RTM_NEWNEIGH && message->nlmsg_type != RTM_DELNEIGH) ||
	    !address_size(header->ndm_family))
		return 1;
	r = wire_get(reader_map(reader, &neighbour_table), &reader->context, header, attributes,
		     length, neighbour);
	if (r < 0)
		return r;
	/* Also without -s: `unused` selects by what holds an entry. */
	for (; attribute && !r; attribute = wire_next(attribute, end))
		if (wire_type(attribute) == NDA_CACHEINFO)
			r = get_times(attribute, neighbour);
	neighbour->dev.id = reader_link(reader, (uint32_t)header->ndm_ifindex);
	ATTR_MARK(&neighbour_table, neighbour, neighbour, dev);
	neighbour->netns.id = reader->place->netns;
	return r;
}

const struct wire_object wire_neighbour = {
	.type = RTM_NEWNEIGH,
	.header = sizeof(struct ndmsg),
	.put = neighbour_put,
	.ask = neighbour_ask,
	.get = neighbour_get,
};
