/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The VNIs of a vxlan with a filter on the wire: RTM_NEWTUNNEL and its like
 * (<linux/if_link.h>, kernel 5.18). One message carries many entries; ours carry
 * one, a dump's are unfolded.
 */
#include "model/vni.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "kernel/attribute.h"
#include "kernel/objects.h"
#include "model/uapi.h"

#define HAS(pointer, member) ATTR_HAS(&vni_table, vni, pointer, member)

static int vni_put(const struct place *place, enum change change, const void *object,
		   const void *other, struct message *message, struct error *error)
{
	const struct vni *vni = object;
	struct attr_context context = place_context(place);
	uint32_t index = place_index(place, vni->dev, error);
	struct tunnel_msg *header;

	(void)other;
	if (!index)
		return -error->errnum;
	header = message_begin(message, change == CHANGE_DELETE ? RTM_DELTUNNEL : RTM_NEWTUNNEL,
			       wire_flags(change), sizeof(*header));
	header->family = AF_BRIDGE;
	header->ifindex = index;
	return wire_put(message, &vni_table, &context, vni, wire_mask(&vni_table, vni, CHANGE_ADD),
			error);
}

static int vni_ask(const struct place *place, const void *filter, bool all, bool stats,
		   struct message *message, struct error *error)
{
	const struct vni *want = filter;
	struct tunnel_msg *header =
		message_begin(message, RTM_GETTUNNEL, NLM_F_DUMP, sizeof(*header));

	(void)all;
	(void)stats;
	header->family = AF_BRIDGE;
	if (want && HAS(want, dev)) {
		header->ifindex = place_index(place, want->dev, error);
		if (!header->ifindex)
			return -error->errnum;
	}
	return 0;
}

static int vni_get(struct reader *reader, const struct nlmsghdr *message, void *object)
{
	struct vni *vni = object;
	const struct tunnel_msg *header = mnl_nlmsg_get_payload(message);
	const char *attributes = (const char *)header + sizeof(*header);
	const char *end = (const char *)message + message->nlmsg_len;
	const struct nlattr *entry = wire_first(attributes, (size_t)(end - attributes));

	if (message->nlmsg_type != RTM_NEWTUNNEL && message->nlmsg_type != RTM_DELTUNNEL)
		return 1;
	/* The reader's place in a message that holds several entries. */
	for (size_t skip = reader->entry; entry && skip; skip--)
		entry = wire_next(entry, end);
	if (!entry) {
		reader->entry = 0;
		return 1;
	}
	if (wire_get(reader_map(reader, &vni_table), &reader->context, NULL, entry,
		     (size_t)(end - (const char *)entry) < entry->nla_len ? 0 : entry->nla_len,
		     vni) < 0)
		return -EBADMSG;
	if (HAS(vni, group) && !address_is_multicast(&vni->group)) {
		vni->remote = vni->group;
		ATTR_MARK(&vni_table, vni, vni, remote);
		attr_drop(&vni_table, vni, ATTR_ROW(&vni_table, vni, group));
	}
	if (!HAS(vni, last))
		vni->last = vni->first;
	vni->dev.id = reader_link(reader, header->ifindex);
	ATTR_MARK(&vni_table, vni, vni, dev);
	vni->netns.id = reader->place->netns;
	reader->entry++;
	reader->more = wire_next(entry, end) != NULL;
	if (!reader->more)
		reader->entry = 0;
	return 0;
}

/* A dump answers for one entry, too. */
static bool vni_same(const void *object, const void *key)
{
	return object_has_key(OBJECT_VNI, object, key);
}

const struct wire_object wire_vni = {
	.type = RTM_NEWTUNNEL,
	.header = sizeof(struct tunnel_msg),
	.put = vni_put,
	.ask = vni_ask,
	.get = vni_get,
	.same = vni_same,
};
