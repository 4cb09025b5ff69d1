/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Further names of links on the wire: RTM_NEWLINKPROP and its like
 * (<linux/if_link.h>, kernel 5.5). They are read out of the links' own messages,
 * one entry after the other.
 */
#include "model/altname.h"

#include <errno.h>
#include <linux/rtnetlink.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/names.h"
#include "kernel/attribute.h"
#include "kernel/objects.h"
#include "model/uapi.h"

#define HAS(pointer, member) ATTR_HAS(&altname_table, altname, pointer, member)

static int altname_put(const struct place *place, enum change change, const void *object,
		       const void *other, struct message *message, struct error *error)
{
	const struct altname *altname = object;
	uint32_t index = place_index(place, altname->dev, error);
	struct ifinfomsg *header;
	struct nlattr *list;

	(void)other;
	if (!index)
		return -error->errnum;
	header = message_begin(message, change == CHANGE_DELETE ? RTM_DELLINKPROP : RTM_NEWLINKPROP,
			       change == CHANGE_DELETE ? 0 : wire_flags(CHANGE_ADD) | NLM_F_APPEND,
			       sizeof(*header));
	header->ifi_index = (int)index;
	list = message_nest(message, IFLA_PROP_LIST);
	message_put_text(message, IFLA_ALT_IFNAME,
			 names_text(place->kernel->names, altname->name.id));
	message_end(message, list);
	return 0;
}

static int altname_ask(const struct place *place, const void *filter, bool all, bool stats,
		       struct message *message, struct error *error)
{
	const struct altname *want = filter;
	struct ifinfomsg *header;
	bool of_link = want && HAS(want, dev);
	uint32_t index = of_link ? place_index(place, want->dev, error) : 0;

	(void)all;
	(void)stats;
	if (of_link && !index)
		return -error->errnum;
	header = message_begin(message, RTM_GETLINK, of_link ? 0 : NLM_F_DUMP, sizeof(*header));
	header->ifi_index = (int)index;
	message_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return 0;
}

static const struct nlattr *list_of(const void *attributes, const void *end)
{
	const struct nlattr *attribute =
		wire_first(attributes, (size_t)((const char *)end - (const char *)attributes));

	while (attribute && wire_type(attribute) != IFLA_PROP_LIST)
		attribute = wire_next(attribute, end);
	return attribute;
}

/* The next altname of the list from `attribute` on. */
static const struct nlattr *altname_from(const struct nlattr *attribute, const void *end)
{
	while (attribute && wire_type(attribute) != IFLA_ALT_IFNAME)
		attribute = wire_next(attribute, end);
	return attribute;
}

static int altname_get(struct reader *reader, const struct nlmsghdr *message, void *object)
{
	struct altname *altname = object;
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	const char *attributes = (const char *)header + NLMSG_ALIGN(sizeof(*header));
	const char *end = (const char *)message + message->nlmsg_len;
	const struct nlattr *list, *entry = NULL;
	const uint8_t *list_end = NULL;

	if (message->nlmsg_type != RTM_NEWLINK && message->nlmsg_type != RTM_DELLINK)
		return 1;
	list = list_of(attributes, end);
	if (list) {
		list_end = wire_payload(list) + wire_length(list);
		entry = altname_from(wire_first(wire_payload(list), wire_length(list)), list_end);
	}
	/* The reader's place in a message that holds several. */
	for (size_t skip = reader->entry; entry && skip; skip--)
		entry = altname_from(wire_next(entry, list_end), list_end);
	if (!entry) {
		reader->entry = 0;
		return 1;
	}
	altname->name.id = names_id(reader->context.names, (const char *)wire_payload(entry),
				    wire_length(entry));
	altname->dev.id = reader_link(reader, (uint32_t)header->ifi_index);
	altname->netns.id = reader->place->netns;
	ATTR_MARK(&altname_table, altname, altname, name);
	ATTR_MARK(&altname_table, altname, altname, dev);
	reader->more = altname_from(wire_next(entry, list_end), list_end) != NULL;
	reader->entry = reader->more ? reader->entry + 1 : 0;
	return 0;
}

/* A link answers with all that it has. */
static bool altname_same(const void *object, const void *key)
{
	return object_has_key(OBJECT_ALTNAME, object, key);
}

const struct wire_object wire_altname = {
	.type = RTM_NEWLINKPROP,
	.header = sizeof(struct ifinfomsg),
	.put = altname_put,
	.ask = altname_ask,
	.get = altname_get,
	.same = altname_same,
};
