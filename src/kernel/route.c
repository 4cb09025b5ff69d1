/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Routes on the wire: RTM_NEWROUTE and its like (rtnetlink(7), <linux/rtnetlink.h>, <linux/lwtunnel.h>). */
#include "model/route.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <linux/lwtunnel.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/memory.h"
#include "kernel/attribute.h"
#include "kernel/objects.h"

#define HAS(pointer, member) ATTR_HAS(&route_table, route, pointer, member)
#define DETAIL_HAS(pointer, member) ATTR_HAS(&route_detail_table, route_detail, pointer, member)
#define HOP_HAS(pointer, member) ATTR_HAS(&nexthop_table, nexthop, pointer, member)

/* RTA_VIA: a next router of another family (RFC 5549): struct rtvia and the address. */
static void put_via(struct message *message, const struct address *address)
{
	uint8_t payload[2 + 16];
	uint16_t family = address->family;
	size_t size = address_size(address->family);

	memcpy(payload, &family, sizeof(family));
	memcpy(payload + 2, address->bytes, size);
	message_put(message, RTA_VIA, payload, 2 + size);
}

static bool get_via(const struct nlattr *attribute, struct address *address)
{
	uint16_t family;

	if (wire_length(attribute) < sizeof(family))
		return false;
	memcpy(&family, wire_payload(attribute), sizeof(family));
	if (!address_size((uint8_t)family) ||
	    wire_length(attribute) != sizeof(family) + address_size((uint8_t)family))
		return false;
	address->family = (uint8_t)family;
	memcpy(address->bytes, wire_payload(attribute) + sizeof(family),
	       address_size(address->family));
	return true;
}

/* "encap ip id 5 dst 10.0.0.2": the attributes of ip and ip6 have the same numbers. */
static void put_encap(struct message *message, const struct route_detail *detail)
{
	uint16_t type = detail->encap;
	struct nlattr *nest;

	message_put(message, RTA_ENCAP_TYPE, &type, sizeof(type));
	nest = message_nest(message, RTA_ENCAP);
	if (detail->encap_id) {
		uint64_t id = htobe64(detail->encap_id);

		message_put(message, LWTUNNEL_IP_ID, &id, sizeof(id));
	}
	if (detail->encap_dst.family)
		message_put(message, LWTUNNEL_IP_DST, detail->encap_dst.bytes,
			    address_size(detail->encap_dst.family));
	if (detail->encap_src.family)
		message_put(message, LWTUNNEL_IP_SRC, detail->encap_src.bytes,
			    address_size(detail->encap_src.family));
	if (detail->encap_ttl)
		message_put(message, LWTUNNEL_IP_TTL, &detail->encap_ttl, 1);
	if (detail->encap_tos)
		message_put(message, LWTUNNEL_IP_TOS, &detail->encap_tos, 1);
	if (detail->encap_flags) {
		uint16_t flags = htons(detail->encap_flags);

		message_put(message, LWTUNNEL_IP_FLAGS, &flags, sizeof(flags));
	}
	message_end(message, nest);
}

static bool get_encap(const struct nlattr *nest, struct route_detail *detail)
{
	const void *end = wire_payload(nest) + wire_length(nest);
	const struct nlattr *attribute = wire_first(wire_payload(nest), wire_length(nest));

	for (; attribute; attribute = wire_next(attribute, end)) {
		const uint8_t *payload = wire_payload(attribute);
		size_t length = wire_length(attribute);
		struct address *address = NULL;
		uint16_t flags;

		switch (wire_type(attribute)) {
		case LWTUNNEL_IP_ID:
			if (length != sizeof(detail->encap_id))
				return false;
			memcpy(&detail->encap_id, payload, length);
			detail->encap_id = be64toh(detail->encap_id);
			break;
		case LWTUNNEL_IP_DST:
			address = &detail->encap_dst;
			break;
		case LWTUNNEL_IP_SRC:
			address = &detail->encap_src;
			break;
		case LWTUNNEL_IP_TTL:
			detail->encap_ttl = length == 1 ? *payload : 0;
			break;
		case LWTUNNEL_IP_TOS:
			detail->encap_tos = length == 1 ? *payload : 0;
			break;
		case LWTUNNEL_IP_FLAGS:
			if (length != sizeof(flags))
				return false;
			memcpy(&flags, payload, sizeof(flags));
			detail->encap_flags = ntohs(flags);
			break;
		}
		if (address) {
			if (length != 4 && length != 16)
				return false;
			address->family = length == 4 ? IPV4 : IPV6;
			memcpy(address->bytes, payload, length);
		}
	}
	return true;
}

enum { NEXTHOP_MOST = 40 }; /* bytes of one in a message */

/* struct rtnexthop: length, flags, hops (the weight less one), index; then its attributes. */
static int put_nexthops(const struct place *place, const struct route_full *full,
			struct message *message, struct error *error)
{
	struct nlattr *nest;

	if (full->route.hops > MESSAGE_SIZE / 2 / NEXTHOP_MOST)
		return error_usage(error, "a route of more than %d nexthops",
				   MESSAGE_SIZE / 2 / NEXTHOP_MOST);
	nest = message_nest(message, RTA_MULTIPATH);
	for (uint32_t i = 0; i < full->route.hops; i++) {
		const struct nexthop *hop = &full->nexthop[i];
		char *at = (char *)message->header + message->header->nlmsg_len;
		struct rtnexthop *header = (void *)at;
		uint32_t index = 0;

		if (HOP_HAS(hop, dev)) {
			index = place_index(place, hop->dev, error);
			if (!index)
				return -error->errnum;
		}
		*header = (struct rtnexthop){
			.rtnh_flags = (uint8_t)((hop->onlink ? RTNH_F_ONLINK : 0) |
						(hop->pervasive ? RTNH_F_PERVASIVE : 0)),
			.rtnh_hops = hop->weight_less_one,
			.rtnh_ifindex = (int)index,
		};
		message->header->nlmsg_len += (uint32_t)sizeof(*header);
		if (HOP_HAS(hop, via) && hop->via.family == full->route.dst.family)
			message_put(message, RTA_GATEWAY, hop->via.bytes,
				    address_size(hop->via.family));
		else if (HOP_HAS(hop, via))
			put_via(message, &hop->via);
		if (HOP_HAS(hop, realms))
			message_put_u32(message, RTA_FLOW,
					(uint32_t)hop->realms.from << 16 | hop->realms.to);
		header->rtnh_len =
			(unsigned short)((char *)message->header + message->header->nlmsg_len - at);
	}
	message_end(message, nest);
	return 0;
}

static bool get_nexthops(struct reader *reader, const struct nlattr *nest, struct route *route)
{
	struct pools *pools = reader->pools;
	const uint8_t *at = wire_payload(nest);
	size_t left = wire_length(nest);

	if (!pools)
		return true;
	route->hops = 0;
	pools->reading_count = 0;
	while (left >= sizeof(struct rtnexthop)) {
		struct rtnexthop header;
		struct nexthop *hop;
		const struct nlattr *attribute;
		size_t aligned;

		memcpy(&header, at, sizeof(header));
		if (header.rtnh_len < sizeof(header) || header.rtnh_len > left)
			return false;
		hop = pools_nexthop(pools);
		if (wire_get(reader_map(reader, &nexthop_table), &reader->context, at,
			     at + sizeof(header), header.rtnh_len - sizeof(header), hop) < 0)
			return false;
		hop->weight_less_one = header.rtnh_hops;
		ATTR_MARK(&nexthop_table, nexthop, hop, weight_less_one);
		hop->dev.id = reader_link(reader, (uint32_t)header.rtnh_ifindex);
		if (hop->dev.id)
			ATTR_MARK(&nexthop_table, nexthop, hop, dev);
		for (attribute = wire_first(at + sizeof(header), header.rtnh_len - sizeof(header));
		     attribute; attribute = wire_next(attribute, at + header.rtnh_len)) {
			size_t length = wire_length(attribute);

			if (wire_type(attribute) == RTA_GATEWAY && (length == 4 || length == 16)) {
				hop->via.family = length == 4 ? IPV4 : IPV6;
				memcpy(hop->via.bytes, wire_payload(attribute), length);
			} else if (wire_type(attribute) != RTA_VIA ||
				   !get_via(attribute, &hop->via)) {
				continue;
			}
			ATTR_MARK(&nexthop_table, nexthop, hop, via);
		}
		route->hops++;
		aligned = (header.rtnh_len + 3U) & ~3U;
		if (aligned >= left)
			break;
		at += aligned;
		left -= aligned;
	}
	return true;
}

/* The rows that are asked for and may be sent: flags that the kernel reports, it refuses. */
static uint64_t rows_to_send(const struct attr_table *table, const void *object)
{
	uint64_t mask = wire_mask(table, object, CHANGE_ADD);

	for (uint64_t left = mask; left; left &= left - 1) {
		const struct attr *row = &table->rows[__builtin_ctzll(left)];

		if ((row->traits & ATTR_STATUS) && row->nest != RTA_METRICS)
			mask &= ~attr_bit(table, row);
	}
	return mask;
}

/* What stands in the header of a message about a route that says nothing of it. */
static void put_settled(const struct route *route, enum change change, struct message *message,
			struct rtmsg *header)
{
	header->rtm_family = route->dst.family;
	header->rtm_dst_len = route->dst.length;
	header->rtm_table = route->table < 256 ? (uint8_t)route->table : RT_TABLE_UNSPEC;
	if (route->table >= 256)
		message_put_u32(message, RTA_TABLE, route->table);
	header->rtm_type = route->type;
	header->rtm_protocol = route->protocol;
	header->rtm_scope = route->scope;
	if (change != CHANGE_DELETE)
		return;
	/* RT_SCOPE_NOWHERE in a delete means "any" (fib_table_delete); 0 would be "global" only. */
	header->rtm_scope = RT_SCOPE_NOWHERE;
	if (!HAS(route, metric) && route->metric)
		message_put_u32(message, RTA_PRIORITY, route->metric);
}

static int route_put(const struct place *place, enum change change, const void *object,
		     const void *other, struct message *message, struct error *error)
{
	struct route_full full = *(const struct route_full *)object;
	const struct route *route = &full.route;
	const struct route_detail *detail = route_detail_of(&full);
	struct attr_context context = place_context(place);
	uint64_t mask = rows_to_send(&route_table, route);
	uint64_t not_both = attr_bit(&route_table, ATTR_ROW(&route_table, route, via)) |
			    attr_bit(&route_table, ATTR_ROW(&route_table, route, dev));
	struct rtmsg *header;
	int r;

	(void)other;
	route_settle(&full, change == CHANGE_DELETE);
	header = message_begin(message, change == CHANGE_DELETE ? RTM_DELROUTE : RTM_NEWROUTE,
			       wire_flags(change), sizeof(*header));
	put_settled(route, change, message, header);
	header->rtm_src_len = DETAIL_HAS(detail, from) ? detail->from.length : 0;
	/* A default route has no RTA_DST; the kernel takes an all-zero one only with care (IPv6). */
	if (!route->dst.length)
		mask &= ~attr_bit(&route_table, ATTR_ROW(&route_table, route, dst));
	/* Its table stands in the header or above. */
	mask &= ~attr_bit(&route_table, ATTR_ROW(&route_table, route, table));
	/* A route read back says where its nexthop object leads; told so the kernel refuses it. */
	if (route->nhid)
		mask &= ~not_both;
	r = wire_put(message, &route_table, &context, route, mask, error);
	if (r < 0)
		return r;
	r = wire_put(message, &route_detail_table, &context, detail,
		     rows_to_send(&route_detail_table, detail), error);
	if (r < 0)
		return r;
	if (DETAIL_HAS(detail, expires))
		message_put_u32(message, RTA_EXPIRES, detail->expires);
	if (route->nhid)
		return 0;
	if (DETAIL_HAS(detail, via))
		put_via(message, &detail->via);
	if (detail->encap)
		put_encap(message, detail);
	return route->hops ? put_nexthops(place, &full, message, error) : 0;
}

/* A strict dump selects by table, protocol, type and link, of one family only. */
static int ask_all(const struct place *place, const struct route_full *want,
		   struct message *message, struct rtmsg *header, struct error *error)
{
	const struct route *route = &want->route;

	if (route->cloned)
		header->rtm_flags |= RTM_F_CLONED;
	if (HAS(route, protocol))
		header->rtm_protocol = route->protocol;
	if (HAS(route, type))
		header->rtm_type = route->type;
	if (route->table)
		message_put_u32(message, RTA_TABLE, route->table);
	if (route_detail_of(want)->oif.id) {
		uint32_t index = place_index(place, route_detail_of(want)->oif, error);

		if (!index)
			return -error->errnum;
		message_put_u32(message, RTA_OIF, index);
	}
	return 0;
}

/* RTM_GETROUTE of one is a lookup; the lengths must be whole ones (inet_rtm_valid_getroute_req). */
static int ask_lookup(const struct place *place, const struct route_full *want,
		      struct message *message, struct rtmsg *header, struct error *error)
{
	const struct route *route = &want->route;
	const struct route_detail *detail = route_detail_of(want);
	struct attr_context context = place_context(place);
	uint8_t bits = (uint8_t)(8 * address_size(header->rtm_family));
	uint64_t mask = wire_mask(&route_table, route, CHANGE_ADD) &
			(attr_bit(&route_table, ATTR_ROW(&route_table, route, dst)) |
			 attr_bit(&route_table, ATTR_ROW(&route_table, route, tos)));
	int r;

	header->rtm_dst_len = bits;
	/* Only IPv4 knows it; IPv6 always says the table. */
	header->rtm_flags = header->rtm_family == IPV4 ? RTM_F_LOOKUP_TABLE : 0;
	if (route->lookup != LOOKUP_PACKET)
		header->rtm_flags |= RTM_F_FIB_MATCH;
	if (route->lookup != LOOKUP_NONE)
		mask |= wire_mask(&route_table, route, CHANGE_ADD) &
			attr_bit(&route_table, ATTR_ROW(&route_table, route, dev));
	r = wire_put(message, &route_table, &context, route, mask, error);
	if (r < 0 || route->lookup == LOOKUP_NONE)
		return r;
	header->rtm_src_len = DETAIL_HAS(detail, from) ? bits : 0;
	return wire_put(message, &route_detail_table, &context, detail,
			wire_mask(&route_detail_table, detail, CHANGE_ADD), error);
}

static int route_ask(const struct place *place, const void *filter, bool all, bool stats,
		     struct message *message, struct error *error)
{
	const struct route_full *want = filter;
	/* What is at the end of the tree (0.0.0.0/0) no lookup leads to for certain. */
	bool dumps = all || (want->route.lookup == LOOKUP_NONE && !want->route.dst.length);
	struct rtmsg *header =
		message_begin(message, RTM_GETROUTE, dumps ? NLM_F_DUMP : 0, sizeof(*header));

	(void)stats;
	header->rtm_family =
		want && want->route.dst.family ? want->route.dst.family : place->context.family;
	if (!want)
		return 0;
	return all     ? ask_all(place, want, message, header, error)
	       : dumps ? 0
		       : ask_lookup(place, want, message, header, error);
}

static bool get_times(const struct nlattr *attribute, bool with_stats, struct route_detail *detail)
{
	struct rta_cacheinfo times;

	if (wire_length(attribute) < sizeof(times))
		return false;
	memcpy(&times, wire_payload(attribute), sizeof(times));
	if (times.rta_expires) {
		detail->expires = (uint32_t)(times.rta_expires / sysconf(_SC_CLK_TCK));
		ATTR_MARK(&route_detail_table, route_detail, detail, expires);
	}
	if (times.rta_error) {
		detail->error = (uint32_t)times.rta_error;
		ATTR_MARK(&route_detail_table, route_detail, detail, error);
	}
	if (with_stats) {
		detail->users = times.rta_clntref;
		detail->used = times.rta_used;
		detail->age = times.rta_lastuse / (uint32_t)sysconf(_SC_CLK_TCK);
		ATTR_MARK(&route_detail_table, route_detail, detail, users);
		ATTR_MARK(&route_detail_table, route_detail, detail, used);
		ATTR_MARK(&route_detail_table, route_detail, detail, age);
	}
	return true;
}

static int route_get(struct reader *reader, const struct nlmsghdr *message, void *object)
{
	struct route_full *full = object;
	struct route *route = &full->route;
	struct route_detail room = { .encap = 0 }, *detail = &room;
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	const void *end = (const char *)message + message->nlmsg_len;
	const char *attributes = (const char *)header + sizeof(*header);
	size_t length = (size_t)((const char *)end - attributes);
	const struct nlattr *attribute = wire_first(attributes, length);
	const struct nlattr *encap = NULL;
	uint16_t encap_type;
	bool has_detail = false;
	uint8_t bits = (uint8_t)(address_size(header->rtm_family) * 8);

	if ((message->nlmsg_type != RTM_NEWROUTE && message->nlmsg_type != RTM_DELROUTE) || !bits)
		return 1;
	if (header->rtm_dst_len > bits || header->rtm_src_len > bits)
		return -EBADMSG;
	route->table = header->rtm_table;
	for (; attribute; attribute = wire_next(attribute, end)) {
		switch (wire_type(attribute)) {
		case RTA_TABLE:
			if (!wire_u32(attribute, &route->table))
				return -EBADMSG;
			break;
		case RTA_DST:
		case RTA_GATEWAY:
		case RTA_OIF:
		case RTA_PRIORITY:
		case RTA_PREFSRC:
		case RTA_PREF:
		case RTA_NH_ID:
			break; /* rows of the route itself */
		case RTA_VIA:
			if (!get_via(attribute, &detail->via))
				return -EBADMSG;
			ATTR_MARK(&route_detail_table, route_detail, detail, via);
			break;
		case RTA_ENCAP_TYPE:
			if (wire_length(attribute) != sizeof(encap_type))
				return -EBADMSG;
			memcpy(&encap_type, wire_payload(attribute), sizeof(encap_type));
			detail->encap = (uint8_t)encap_type;
			break;
		case RTA_ENCAP:
			encap = attribute; /* its type comes behind it */
			break;
		case RTA_MULTIPATH:
			if (!get_nexthops(reader, attribute, route))
				return -EBADMSG;
			break;
		case RTA_CACHEINFO:
			if (!get_times(attribute, reader->stats, detail))
				return -EBADMSG;
			break;
		default:
			has_detail = true;
		}
	}
	if (encap && (detail->encap == LWTUNNEL_ENCAP_IP || detail->encap == LWTUNNEL_ENCAP_IP6) &&
	    !get_encap(encap, detail))
		return -EBADMSG;
	if (wire_get(reader_map(reader, &route_table), &reader->context, header, attributes, length,
		     route) < 0)
		return -EBADMSG;
	if (has_detail && wire_get(reader_map(reader, &route_detail_table), &reader->context, NULL,
				   attributes, length, detail) < 0)
		return -EBADMSG;
	if (route->cloned)
		detail->cache = header->rtm_flags & 0xffff0000;
	/* -1 is "the default" (ip6_mtu and its like), which nobody asked for. */
	if (detail->hoplimit == UINT32_MAX)
		attr_drop(&route_detail_table, detail,
			  ATTR_ROW(&route_detail_table, route_detail, hoplimit));
	route->dst.family = header->rtm_family;
	route->dst.length = header->rtm_dst_len;
	detail->from.length = header->rtm_src_len;
	ATTR_MARK(&route_table, route, route, dst);
	ATTR_MARK(&route_table, route, route, table);
	route->netns.id = reader->place->netns;
	route_keep_detail(full, reader->pools, detail);
	if (route->hops)
		full->nexthop = pools_nexthops_end(reader->pools);
	return 0;
}

static bool has_bits_of(const struct prefix *have, const struct prefix *want)
{
	uint8_t bits = want->length % 8, mask = (uint8_t)(0xff00 >> bits);
	size_t bytes = want->length / 8U;

	/* IPv6 forgets the bits behind the length. */
	return have->family == want->family && have->length == want->length &&
	       !memcmp(have->bytes, want->bytes, bytes) &&
	       (!bits || !((have->bytes[bytes] ^ want->bytes[bytes]) & mask));
}

/* IPv4 tells routes apart by table, prefix, tos and metric, IPv6 by table, prefixes and metric. */
static bool route_same(const void *object, const void *key)
{
	const struct route_full *have = object;
	struct route_full want = *(const struct route_full *)key;
	const struct route *route = &want.route;
	bool any_metric = !route->metric && (!HAS(route, metric) || route->dst.family == IPV6);

	route_settle(&want, true);
	return has_bits_of(&have->route.dst, &route->dst) && have->route.table == route->table &&
	       have->route.tos == route->tos &&
	       (any_metric || have->route.metric == route->metric) &&
	       (route->dst.family == IPV4 || !DETAIL_HAS(route_detail_of(&want), from) ||
		has_bits_of(&route_detail_of(have)->from, &route_detail_of(&want)->from));
}

const struct wire_object wire_route = {
	.type = RTM_NEWROUTE,
	.header = sizeof(struct rtmsg),
	.put = route_put,
	.ask = route_ask,
	.get = route_get,
	.same = route_same,
};
