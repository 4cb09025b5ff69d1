/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forwarding database entries on the wire: RTM_NEWNEIGH of family AF_BRIDGE (<linux/neighbour.h>). */
#include "kernel/fdb.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "kernel/attribute.h"
#include "kernel/objects.h"
#include "model/fdb.h"
#include "model/uapi.h"

#define HAS(pointer, member) ATTR_HAS(&fdb_table, fdb, pointer, member)

/*
 * vxlan wants NUD_PERMANENT or NUD_REACHABLE in every state; NUD_NOARP beside
 * it means "does not age". What it is given it reports back, a bridge reports
 * one bit (6.18).
 */
static uint16_t state_to_wire(uint16_t state)
{
	return state == NUD_PERMANENT ? NUD_PERMANENT | NUD_NOARP
	       : state == NUD_NOARP   ? NUD_NOARP | NUD_REACHABLE
				      : state;
}

static uint16_t state_from_wire(uint16_t state)
{
	return state & NUD_PERMANENT   ? NUD_PERMANENT
	       : state & NUD_NOARP     ? NUD_NOARP
	       : state & NUD_STALE     ? NUD_STALE
	       : state & NUD_REACHABLE ? NUD_REACHABLE
				       : state;
}

/* NFEA_*, <linux/neighbour.h> (5.14); a kernel before takes no notice. */
static void put_activity(struct message *message, const struct fdb *fdb)
{
	uint8_t notify = (uint8_t)((fdb->activity_notify ? FDB_NOTIFY_BIT : 0) |
				   (fdb->inactive ? FDB_NOTIFY_INACTIVE_BIT : 0));
	struct nlattr *nest;

	if (!HAS(fdb, activity_notify) && !HAS(fdb, inactive) && !HAS(fdb, norefresh))
		return;
	nest = message_nest(message, NDA_FDB_EXT_ATTRS);
	if (HAS(fdb, activity_notify) || HAS(fdb, inactive))
		message_put(message, NFEA_ACTIVITY_NOTIFY, &notify, sizeof(notify));
	if (fdb->norefresh)
		message_put(message, NFEA_DONT_REFRESH, NULL, 0);
	message_end(message, nest);
}

static int get_activity(const struct nlattr *nest, struct fdb *fdb)
{
	const void *end = wire_payload(nest) + wire_length(nest);
	const struct nlattr *attribute = wire_first(wire_payload(nest), wire_length(nest));

	for (; attribute; attribute = wire_next(attribute, end)) {
		if (wire_type(attribute) != NFEA_ACTIVITY_NOTIFY)
			continue;
		if (wire_length(attribute) != 1)
			return -EBADMSG;
		fdb->activity_notify = *wire_payload(attribute) & FDB_NOTIFY_BIT;
		fdb->inactive = *wire_payload(attribute) & FDB_NOTIFY_INACTIVE_BIT;
		if (fdb->activity_notify)
			ATTR_MARK(&fdb_table, fdb, fdb, activity_notify);
		if (fdb->inactive)
			ATTR_MARK(&fdb_table, fdb, fdb, inactive);
	}
	return 0;
}

static int fdb_put(const struct place *place, enum change change, const void *object,
		   const void *other, struct message *message, struct error *error)
{
	const struct fdb *fdb = object;
	struct attr_context context = place_context(place);
	uint32_t index = place_index(place, fdb->dev, error);
	uint64_t mask = wire_mask(&fdb_table, fdb, change);
	struct ndmsg *header;
	int r;

	(void)other;
	if (!index)
		return -error->errnum;
	header = message_begin(message, change == CHANGE_DELETE ? RTM_DELNEIGH : RTM_NEWNEIGH,
			       wire_flags(change), sizeof(*header));
	header->ndm_family = AF_BRIDGE;
	header->ndm_ifindex = (int)index;
	r = wire_put(message, &fdb_table, &context, fdb, mask, error);
	if (r < 0)
		return r;
	if (change != CHANGE_DELETE)
		put_activity(message, fdb);
	header->ndm_state = state_to_wire(header->ndm_state);
	/* A device's own table deletes what is called permanent only (ndo_dflt_fdb_del, 6.18). */
	if (change == CHANGE_DELETE)
		header->ndm_state = state_to_wire(NUD_PERMANENT);
	return 0;
}

static int fdb_ask(const struct place *place, const void *filter, bool all, bool stats,
		   struct message *message, struct error *error)
{
	const struct fdb *want = filter;
	struct attr_context context = place_context(place);
	struct ndmsg *header =
		message_begin(message, RTM_GETNEIGH, all ? NLM_F_DUMP : 0, sizeof(*header));
	uint32_t index;

	(void)stats;
	header->ndm_family = AF_BRIDGE;
	if (!want)
		return 0;
	/* A strict dump selects by port and by bridge only (rtnl_fdb_dump). */
	if (HAS(want, dev)) {
		index = place_index(place, want->dev, error);
		if (!index)
			return -error->errnum;
		if (all)
			message_put_u32(message, NDA_IFINDEX, index);
		else
			header->ndm_ifindex = (int)index;
	}
	if (want->bridge.id) {
		index = place_index(place, want->bridge, error);
		if (!index)
			return -error->errnum;
		message_put_u32(message, NDA_MASTER, index);
	}
	return all ? 0
		   : wire_put(message, &fdb_table, &context, want,
			      wire_mask(&fdb_table, want, CHANGE_DELETE), error);
}

static int get_times(const struct nlattr *attribute, struct fdb *fdb)
{
	struct nda_cacheinfo times;

	if (wire_times(attribute, &times) < 0)
		return -EBADMSG;
	fdb->used = times.ndm_used;
	fdb->updated = times.ndm_updated;
	ATTR_MARK(&fdb_table, fdb, fdb, used);
	ATTR_MARK(&fdb_table, fdb, fdb, updated);
	return 0;
}

static int fdb_get(struct reader *reader, const struct nlmsghdr *message, void *object)
{
	struct fdb *fdb = object;
	const struct ndmsg *header = mnl_nlmsg_get_payload(message);
	const void *end = (const char *)message + message->nlmsg_len;
	const void *attributes = mnl_nlmsg_get_payload_offset(message, sizeof(*header));
	size_t length = mnl_nlmsg_get_payload_len(message) - sizeof(*header);
	const struct nlattr *attribute = wire_first(attributes, length);
	int r;

	if ((message->nlmsg_type != RTM_NEWNEIGH && message->nlmsg_type != RTM_DELNEIGH) ||
	    header->ndm_family != AF_BRIDGE)
		return 1;
	r = wire_get(reader_map(reader, &fdb_table), &reader->context, header, attributes, length,
		     fdb);
	if (r < 0)
		return r;
	for (; attribute && !r; attribute = wire_next(attribute, end))
		if (wire_type(attribute) == NDA_CACHEINFO && reader->stats)
			r = get_times(attribute, fdb);
		else if (wire_type(attribute) == NDA_FDB_EXT_ATTRS)
			r = get_activity(attribute, fdb);
	fdb->state = state_from_wire(header->ndm_state);
	fdb->dev.id = reader_link(reader, (uint32_t)header->ndm_ifindex);
	ATTR_MARK(&fdb_table, fdb, fdb, dev);
	fdb->netns.id = reader->place->netns;
	/* Whose table it is the flags do not say; not marked, since bridge(8) does not show it. */
	fdb->master = fdb->bridge.id && !fdb->self;
	return r;
}

static int keep_refusal(void *cookie, const struct answer *answer)
{
	struct error *error = cookie;

	if (!answer->errnum)
		return 0;
	error_set(error, *answer->sentence ? 0 : answer->errnum, "kernel%s%s",
		  *answer->sentence ? ": " : "", answer->sentence);
	error->errnum = answer->errnum;
	return 0;
}

int fdb_flush(const struct place *place, const struct fdb_flush *flush, struct error *error)
{
	static const size_t members[] = {
		offsetof(struct fdb, vlan),    offsetof(struct fdb, dst),
		offsetof(struct fdb, port),    offsetof(struct fdb, vni),
		offsetof(struct fdb, src_vni), offsetof(struct fdb, nhid),
	};
	CLEANUP(message_clear) struct message message = { 0 };
	const struct fdb *entry = &flush->entry;
	struct attr_context context = place_context(place);
	uint32_t index = place_index(place, entry->dev, error), port;
	struct ndmsg *header;
	uint64_t mask = 0;
	int r;

	if (!index)
		return -error->errnum;
	header = message_begin(&message, RTM_DELNEIGH, NLM_F_BULK, sizeof(*header));
	header->ndm_family = AF_BRIDGE;
	header->ndm_ifindex = (int)index;
	header->ndm_state = flush->state;
	header->ndm_flags = (uint8_t)(flush->flags | (entry->self ? NTF_SELF : NTF_MASTER));
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		mask |= attr_bit(&fdb_table, attr_row(&fdb_table, members[i]));
	r = wire_put(&message, &fdb_table, &context, entry, mask & entry->asked.value, error);
	if (r < 0)
		return r;
	if (flush->port.id) {
		port = place_index(place, flush->port, error);
		if (!port)
			return -error->errnum;
		message_put_u32(&message, NDA_IFINDEX, port);
	}
	if (flush->flags_mask)
		message_put(&message, NDA_NDM_FLAGS_MASK, &flush->flags_mask, 1);
	if (flush->state_mask)
		message_put(&message, NDA_NDM_STATE_MASK, &flush->state_mask, 2);
	message_finish(&message);
	r = netlink_exchange(place->netlink, message.bytes, message.length, 1, keep_refusal, error,
			     error);
	return r < 0 ? r : -error->errnum;
}

/* Asked for one MAC, a vxlan answers with the first of its destinations. */
static bool fdb_same(const void *object, const void *key)
{
	return object_has_key(OBJECT_FDB, object, key);
}

const struct wire_object wire_fdb = {
	.type = RTM_NEWNEIGH,
	.header = sizeof(struct ndmsg),
	.put = fdb_put,
	.ask = fdb_ask,
	.get = fdb_get,
	.same = fdb_same,
};
