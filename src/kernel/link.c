/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links on the wire: RTM_NEWLINK and its like (rtnetlink(7), <linux/if_link.h>). */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/attribute.h"
#include "kernel/netns.h"
#include "kernel/objects.h"
#include "model/link.h"
#include "model/uapi.h"

/* A link is found by its name or an altname; those may be longer than IFLA_IFNAME takes. */
static void put_existing_name(struct message *message, const char *name)
{
	message_put_text(message, strlen(name) < IFNAMSIZ ? IFLA_IFNAME : IFLA_ALT_IFNAME, name);
}

static bool has(const struct link *link, size_t offset)
{
	return attr_has(&link_table, link, attr_row(&link_table, offset));
}

#define HAS(pointer, member) has((pointer), offsetof(struct link, member))

/* ifi_change says which bits of ifi_flags are meant; IFF_NOARP means the opposite of "arp". */
static void put_flags(struct ifinfomsg *header, const struct link *link)
{
	for (size_t i = 0; i < link_table.count; i++) {
		const struct attr *row = &link_table.rows[i];

		if (row->header == 1 + offsetof(struct ifinfomsg, ifi_flags) && row->bits &&
		    !(row->traits & ATTR_STATUS) && attr_has(&link_table, link, row))
			header->ifi_change |= (unsigned)row->bits;
	}
	if (HAS(link, arp)) {
		header->ifi_change |= IFF_NOARP;
		if (!link->arp)
			header->ifi_flags |= IFF_NOARP;
	}
}

/* Rows of a part that are changed and not merely reported. */
static uint64_t part_mask(const struct attr_table *table, const void *part)
{
	uint64_t mask = wire_mask(table, part, CHANGE_SET);

	for (uint64_t left = mask; left; left &= left - 1) {
		const struct attr *row = &table->rows[__builtin_ctzll(left)];

		if (row->traits & (ATTR_STATUS | ATTR_KEY))
			mask &= ~attr_bit(table, row);
	}
	return mask;
}

static void put_addrgenmode(struct message *message, const struct link *link)
{
	struct nlattr *spec = message_nest(message, IFLA_AF_SPEC);
	struct nlattr *inet6 = message_nest(message, AF_INET6);

	message_put(message, IFLA_INET6_ADDR_GEN_MODE, &link->addrgenmode, 1);
	message_end(message, inet6);
	message_end(message, spec);
}

/* Where the link is made or goes. */
static int put_netns(const struct place *place, uint32_t netns, struct message *message,
		     struct error *error)
{
	int fd;
	int r = kernel_netns_fd(place->kernel, netns, &fd, error);

	if (r < 0)
		return r;
	message_put_u32(message, IFLA_NET_NS_FD, (uint32_t)fd);
	return 0;
}

/*
 * The link below (a macvlan's, vlan's), by index in its own namespace, which
 * IFLA_LINK_NETNSID names when it is another.
 */
static int put_lower(const struct place *place, const struct link *link, struct message *message,
		     struct error *error)
{
	struct place below = *place;
	uint32_t index;
	int32_t id;
	int fd, r;

	if (link->link_netns.id) {
		r = kernel_place(place->kernel, link->link_netns.id, &below, error);
		if (r < 0)
			return r;
	}
	index = place_index(&below, link->link, error);
	if (!index)
		return -error->errnum;
	message_put_u32(message, IFLA_LINK, index);
	if (!link->link_netns.id)
		return 0;
	r = kernel_netns_fd(place->kernel, link->link_netns.id, &fd, error);
	if (!r)
		r = netns_id(place->netlink, fd, &id, error);
	/* The kernel gives an id only when asked to. */
	if (!r && id < 0)
		r = netns_set_id(place->netlink, fd, -1, error);
	if (!r && id < 0)
		r = netns_id(place->netlink, fd, &id, error);
	if (r < 0)
		return r;
	message_put_u32(message, IFLA_LINK_NETNSID, (uint32_t)id);
	return 0;
}

static int put_info(const struct place *place, enum change change, const struct link *link,
		    const struct link *other, struct message *message, struct error *error);

/* What stands in a message for one link; a veth's other end has the same inside its nest. */
static int put_link(const struct place *place, enum change change, const struct link *link,
		    const struct link *other, struct ifinfomsg *header, struct message *message,
		    struct error *error)
{
	struct names *names = place->kernel->names;
	/* A master is looked up where the link will be, the kernel does the same. */
	struct place target = *place;
	struct attr_context context;
	uint32_t netns = change == CHANGE_ADD ? link->netns.id : link->new_netns.id;
	int r;

	if (change == CHANGE_ADD ? netns != place->netns : HAS(link, new_netns)) {
		r = put_netns(place, netns, message, error);
		if (r < 0)
			return r;
		r = kernel_place(place->kernel, netns, &target, error);
		if (r < 0)
			return r;
	}
	if (HAS(link, new_name)) {
		/* With an index, a name is what it shall be called: it cannot name the link too. */
		header->ifi_index = (int)place_index(place, link->name, error);
		if (!header->ifi_index)
			return -error->errnum;
		message_put_text(message, IFLA_IFNAME, names_text(names, link->new_name.id));
	} else if (link->name.id) {
		message_put_text(message, IFLA_IFNAME, names_text(names, link->name.id));
	}
	context = place_context(&target);
	r = wire_put(message, &link_table, &context, link, part_mask(&link_table, link), error);
	if (r < 0)
		return r;
	/* wire_put may have written the index and flags; nothing else touches the header. */
	put_flags(header, link);
	if (HAS(link, addrgenmode))
		put_addrgenmode(message, link);
	if (HAS(link, link)) {
		r = put_lower(place, link, message, error);
		if (r < 0)
			return r;
	}
	return put_info(place, change, link, other, message, error);
}

/* The other end of a veth stands in a nest, with a header and a name of its own (<linux/veth.h>). */
static int put_peer(const struct place *place, const struct link *peer, struct message *message,
		    struct error *error)
{
	struct nlattr *nest = message_nest(message, VETH_INFO_PEER);
	struct ifinfomsg empty = { 0 };
	struct nlmsghdr *outer = message->header;
	struct ifinfomsg *header;
	size_t at = outer->nlmsg_len;
	int r;

	memcpy((char *)outer + at, &empty, sizeof(empty));
	outer->nlmsg_len += NLMSG_ALIGN(sizeof(empty));
	header = (void *)((char *)outer + at);
	header->ifi_family = AF_UNSPEC;
	r = put_link(place, CHANGE_ADD, peer, NULL, header, message, error);
	message_end(message, nest);
	return r;
}

static int put_info(const struct place *place, enum change change, const struct link *link,
		    const struct link *other, struct message *message, struct error *error)
{
	struct attr_context context = place_context(place);
	const struct attr_table *table = link->kind_info ? link->kind_info->table : NULL;
	uint64_t data = table ? part_mask(table, &link->data) : 0;
	uint64_t port = part_mask(&bridge_port_table, &link->port);
	uint8_t payload[ATTR_PAYLOAD];
	struct nlattr *info, *nest;
	uint16_t number = 0;
	int r = 0, length;

	if (!(change == CHANGE_ADD && link->kind.id) && !data && !port)
		return 0;
	info = message_nest(message, IFLA_LINKINFO);
	if (link->kind.id && (change == CHANGE_ADD || data))
		message_put_text(message, IFLA_INFO_KIND,
				 names_text(place->kernel->names, link->kind.id));
	if (data || other) {
		nest = message_nest(message, IFLA_INFO_DATA);
		if (data)
			r = wire_put(message, table, &context, &link->data, data, error);
		if (!r && data && link->kind_info->encode) {
			length = link->kind_info->encode(&link->data, data, &number, payload);
			if (number)
				message_put(message, number, payload, (size_t)length);
		}
		if (!r && other)
			r = put_peer(place, other, message, error);
		message_end(message, nest);
	}
	if (!r && port) {
		message_put_text(message, IFLA_INFO_SLAVE_KIND, "bridge");
		nest = message_nest(message, IFLA_INFO_SLAVE_DATA);
		r = wire_put(message, &bridge_port_table, &context, &link->port, port, error);
		message_end(message, nest);
	}
	message_end(message, info);
	return r;
}

static bool has_hwmode(const struct link *link)
{
	return ATTR_HAS(&bridge_port_table, bridge_port, &link->port, hwmode);
}

/* rtnl_bridge_setlink() finds a device by its index alone. */
static int begin_bridge_message(const struct place *place, const struct link *link,
				struct message *message, struct error *error)
{
	uint32_t index = place_index(place, link->name, error);
	struct ifinfomsg *header;

	if (!index)
		return -error->errnum;
	header = message_begin(message, RTM_SETLINK, 0, sizeof(*header));
	header->ifi_family = AF_BRIDGE;
	header->ifi_index = (int)index;
	return 0;
}

/* It asks the device itself with this flag. */
static int put_hwmode(const struct place *place, const struct link *link, struct message *message,
		      struct error *error)
{
	const uint16_t self = BRIDGE_FLAGS_SELF;
	struct nlattr *nest;
	int r = begin_bridge_message(place, link, message, error);

	if (r < 0)
		return r;
	nest = message_nest(message, IFLA_AF_SPEC);
	message_put(message, IFLA_BRIDGE_FLAGS, &self, sizeof(self));
	message_put(message, IFLA_BRIDGE_MODE, &link->port.hwmode, sizeof(link->port.hwmode));
	message_end(message, nest);
	return 0;
}

/*
 * A change that RTM_NEWLINK makes is told as NETDEV_CHANGE, upon which the bridge enables a
 * port that is disabled: br_port_carrier_check(). This message does not tell the device's.
 */
static int put_port_state(const struct place *place, const struct link *link,
			  struct message *message, struct error *error)
{
	struct nlattr *nest;
	int r = begin_bridge_message(place, link, message, error);

	if (r < 0)
		return r;
	nest = message_nest(message, IFLA_PROTINFO);
	message_put(message, IFLA_BRPORT_STATE, &link->port.state, sizeof(link->port.state));
	message_end(message, nest);
	return 0;
}

static int link_put(const struct place *place, enum change change, const void *object,
		    const void *other, struct message *message, struct error *error)
{
	const struct link *link = object;
	struct ifinfomsg *header;

	if (change == CHANGE_DELETE) {
		/* By name: the kernel looks it up itself, so a reused index can do no harm. */
		message_begin(message, RTM_DELLINK, 0, sizeof(*header));
		put_existing_name(message, names_text(place->kernel->names, link->name.id));
		return 0;
	}
	if (has_hwmode(link))
		return put_hwmode(place, link, message, error);
	if (link_is_port_state(link))
		return put_port_state(place, link, message, error);
	header = message_begin(message, RTM_NEWLINK, change == CHANGE_ADD ? wire_flags(change) : 0,
			       sizeof(*header));
	return put_link(place, change, link, other, header, message, error);
}

/* The IPv6 part of what is told for each family; NULL: none. */
static const struct nlattr *find_inet6(const struct nlattr *spec)
{
	const void *end = wire_payload(spec) + wire_length(spec);
	const struct nlattr *family = wire_first(wire_payload(spec), wire_length(spec));

	while (family && wire_type(family) != AF_INET6)
		family = wire_next(family, end);
	return family;
}

static const struct nlattr *find_addrgenmode(const struct nlattr *inet6)
{
	const void *end = wire_payload(inet6) + wire_length(inet6);
	const struct nlattr *mode = wire_first(wire_payload(inet6), wire_length(inet6));

	while (mode && (wire_type(mode) != IFLA_INET6_ADDR_GEN_MODE || wire_length(mode) != 1))
		mode = wire_next(mode, end);
	return mode;
}

static int see_concealed(void *cookie, const struct answer *answer)
{
	const struct nlmsghdr *message = answer->message;
	const void *end = message ? (const char *)message + message->nlmsg_len : NULL;
	const struct nlattr *attribute;

	if (!message || message->nlmsg_type != RTM_NEWLINK ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(struct ifinfomsg))
		return 0;
	attribute = wire_first(mnl_nlmsg_get_payload_offset(message, sizeof(struct ifinfomsg)),
			       mnl_nlmsg_get_payload_len(message) - sizeof(struct ifinfomsg));
	for (; attribute; attribute = wire_next(attribute, end))
		if (wire_type(attribute) == IFLA_AF_SPEC) {
			const struct nlattr *inet6 = find_inet6(attribute);

			*(bool *)cookie = inet6 && !find_addrgenmode(inet6);
		}
	return 0;
}

/*
 * Old kernels (5.10) leave out how IPv6 addresses are made along with the statistics, see
 * inet6_fill_ifla6_attrs(). The loopback, which every namespace has, shows it.
 */
static bool conceals(const struct place *place)
{
	struct kernel *kernel = place->kernel;

	if (kernel->links_without_stats == LINKS_UNKNOWN) {
		CLEANUP(message_clear) struct message message = { 0 };
		struct error ignored = { 0 };
		struct ifinfomsg *header = message_begin(&message, RTM_GETLINK, 0, sizeof(*header));
		bool concealed = false;

		header->ifi_index = 1;
		message_put_u32(&message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
		message_finish(&message);
		if (netlink_exchange(place->netlink, message.bytes, message.length, 1,
				     see_concealed, &concealed, &ignored) < 0)
			return true;
		kernel->links_without_stats = concealed ? LINKS_CONCEAL : LINKS_TELL;
	}
	return kernel->links_without_stats == LINKS_CONCEAL;
}

static int link_ask(const struct place *place, const void *filter, bool all, bool stats,
		    struct message *message, struct error *error)
{
	const struct link *want = filter;
	uint32_t mask = RTEXT_FILTER_VF;

	/* Of one link they cost less than to ask whether they can be left out. */
	if (all && !stats && !conceals(place))
		mask |= RTEXT_FILTER_SKIP_STATS;
	message_begin(message, RTM_GETLINK, all ? NLM_F_DUMP : 0, sizeof(struct ifinfomsg));
	message_put_u32(message, IFLA_EXT_MASK, mask);
	if (!all) {
		put_existing_name(message, names_text(place->kernel->names, want->name.id));
		return 0;
	}
	/* A strict dump selects by master and kind (rtnl_dump_ifinfo). */
	if (want && want->master.id) {
		uint32_t index = place_index(place, want->master, error);

		if (!index)
			return -error->errnum;
		message_put_u32(message, IFLA_MASTER, index);
	}
	if (want && want->kind.id) {
		struct nlattr *info = message_nest(message, IFLA_LINKINFO);
		const char *kind = names_text(place->kernel->names, want->kind.id);

		message_put(message, IFLA_INFO_KIND, kind, strlen(kind));
		message_end(message, info);
	}
	return 0;
}

/* The kind's own function goes first, the rows take what it leaves. */
static int get_data(struct reader *reader, const struct nlattr *data, struct link *link)
{
	const struct link_kind *kind = link->kind_info;
	const struct wire_map *map = reader_map(reader, kind->table);
	const void *end = wire_payload(data) + wire_length(data);
	const struct nlattr *attribute = wire_first(wire_payload(data), wire_length(data));
	int r = 0;

	if (!kind->decode)
		return wire_get(map, &reader->context, NULL, wire_payload(data), wire_length(data),
				&link->data);
	for (; attribute && r >= 0; attribute = wire_next(attribute, end)) {
		r = kind->decode(&link->data, wire_type(attribute), wire_payload(attribute),
				 wire_length(attribute));
		if (!r)
			r = wire_get(map, &reader->context, NULL, attribute, attribute->nla_len,
				     &link->data);
	}
	return r < 0 ? -EBADMSG : 0;
}

static int get_info(struct reader *reader, const struct nlattr *info, struct link *link)
{
	struct names *names = reader->context.names;
	const struct nlattr *data = NULL, *port = NULL;
	const void *end = wire_payload(info) + wire_length(info);
	const struct nlattr *attribute = wire_first(wire_payload(info), wire_length(info));
	int r = 0;

	for (; attribute; attribute = wire_next(attribute, end)) {
		const char *text = (const char *)wire_payload(attribute);

		switch (wire_type(attribute)) {
		case IFLA_INFO_KIND:
			link->kind.id = names_id(names, text, wire_length(attribute));
			link->kind_info = link_kind_find(names_text(names, link->kind.id));
			break;
		case IFLA_INFO_DATA:
			data = attribute;
			break;
		case IFLA_INFO_SLAVE_KIND:
			link->port_kind.id = names_id(names, text, wire_length(attribute));
			break;
		case IFLA_INFO_SLAVE_DATA:
			port = attribute;
			break;
		}
	}
	if (data && link->kind_info && link->kind_info->table)
		r = get_data(reader, data, link);
	if (!r && port && !strcmp(names_text(names, link->port_kind.id), "bridge"))
		r = wire_get(reader_map(reader, &bridge_port_table), &reader->context, NULL,
			     wire_payload(port), wire_length(port), &link->port);
	return r;
}

static void get_addrgenmode(const struct nlattr *spec, struct link *link)
{
	const struct nlattr *inet6 = find_inet6(spec);
	const struct nlattr *mode = inet6 ? find_addrgenmode(inet6) : NULL;

	if (!mode)
		return;
	link->addrgenmode = *wire_payload(mode);
	ATTR_MARK(&link_table, link, link, addrgenmode);
}

static int get_stats(const struct nlattr *attribute, struct link_stats *stats)
{
	struct rtnl_link_stats64 from = { 0 };
	size_t length = wire_length(attribute);

	/* It grew twice; an older or newer kernel's is shorter or longer. */
	memcpy(&from, wire_payload(attribute), length < sizeof(from) ? length : sizeof(from));
	*stats = (struct link_stats){
		.rx_bytes = from.rx_bytes,
		.rx_packets = from.rx_packets,
		.rx_errors = from.rx_errors,
		.rx_dropped = from.rx_dropped,
		.rx_over_errors = from.rx_over_errors,
		.multicast = from.multicast,
		.tx_bytes = from.tx_bytes,
		.tx_packets = from.tx_packets,
		.tx_errors = from.tx_errors,
		.tx_dropped = from.tx_dropped,
		.carrier_errors = from.tx_carrier_errors,
		.collisions = from.collisions,
	};
	return 0;
}

static void get_altnames(struct reader *reader, const struct nlattr *list, struct link *link)
{
	const void *end = wire_payload(list) + wire_length(list);
	const struct nlattr *attribute = wire_first(wire_payload(list), wire_length(list));
	struct pools *pools = reader->pools;

	if (!pools)
		return;
	link->altnames = (struct range){ .at = (uint32_t)pools->names_count };
	for (; attribute; attribute = wire_next(attribute, end)) {
		if (wire_type(attribute) != IFLA_ALT_IFNAME)
			continue;
		*array_add(&pools->names, &pools->names_count, &pools->names_room) =
			names_id(reader->context.names, (const char *)wire_payload(attribute),
				 wire_length(attribute));
		link->altnames.count++;
	}
}

/*
 * IFLA_LINK is the index of the link below, or of a veth's other end: here, or
 * in the namespace that IFLA_LINK_NETNSID says.
 */
static void get_lower(struct reader *reader, uint32_t index, bool elsewhere, struct link *link)
{
	struct netlink *netlink = reader->place->netlink;

	link->link_index = index;
	if (elsewhere) {
		ATTR_MARK(&link_table, link, link, link_index);
		return;
	}
	link->link.id = netlink_link_name(netlink, index);
	ATTR_MARK(&link_table, link, link, link);
	if (link->link.id &&
	    !netlink_link_is_up(netlink, names_text(netlink->names, link->link.id))) {
		link->parent_down = true;
		ATTR_MARK(&link_table, link, link, parent_down);
	}
}

static int link_get(struct reader *reader, const struct nlmsghdr *message, void *object)
{
	struct link *link = object;
	struct names *names = reader->context.names;
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	const void *end = (const char *)message + message->nlmsg_len;
	const void *attributes = mnl_nlmsg_get_payload_offset(message, sizeof(*header));
	size_t length = mnl_nlmsg_get_payload_len(message) - sizeof(*header);
	const struct nlattr *attribute = wire_first(attributes, length);
	uint32_t lower = 0;
	bool has_lower = false;
	int r;

	/* A bridge tells of its ports in messages of family AF_BRIDGE. */
	if ((message->nlmsg_type != RTM_NEWLINK && message->nlmsg_type != RTM_DELLINK) ||
	    header->ifi_family == AF_BRIDGE)
		return 1;
	r = wire_get(reader_map(reader, &link_table), &reader->context, header, attributes, length,
		     link);
	for (; attribute && !r; attribute = wire_next(attribute, end)) {
		uint32_t number = 0;

		switch (wire_type(attribute)) {
		case IFLA_IFNAME:
			link->name.id = names_id(names, (const char *)wire_payload(attribute),
						 wire_length(attribute));
			ATTR_MARK(&link_table, link, link, name);
			break;
		case IFLA_LINK:
			has_lower = wire_u32(attribute, &lower);
			break;
		case IFLA_LINK_NETNSID:
			if (!wire_u32(attribute, &number))
				return -EBADMSG;
			link->link_netnsid = (int32_t)number;
			ATTR_MARK(&link_table, link, link, link_netnsid);
			break;
		case IFLA_LINKINFO:
			r = get_info(reader, attribute, link);
			break;
		case IFLA_AF_SPEC:
			get_addrgenmode(attribute, link);
			break;
		case IFLA_STATS64:
			r = get_stats(attribute, &link->stats);
			break;
		case IFLA_PROP_LIST:
			get_altnames(reader, attribute, link);
			break;
		}
	}
	if (r)
		return r;
	if (has_lower)
		get_lower(reader, lower, HAS(link, link_netnsid), link);
	link->arp = !link->no_arp;
	ATTR_MARK(&link_table, link, link, arp);
	if (link->up && !(header->ifi_flags & IFF_RUNNING)) {
		link->no_carrier = true;
		ATTR_MARK(&link_table, link, link, no_carrier);
	}
	if (HAS(link, broadcast) && link->is_point_to_point) {
		link->point_to_point = true;
		ATTR_MARK(&link_table, link, link, point_to_point);
	}
	/* Shown where it differs from the address only. */
	if (!memcmp(&link->permanent_address, &link->address, sizeof(link->address)))
		attr_drop(&link_table, link, ATTR_ROW(&link_table, link, permanent_address));
	link->netns.id = reader->place->netns;
	return 0;
}

const struct wire_object wire_link = {
	.type = RTM_NEWLINK,
	.header = sizeof(struct ifinfomsg),
	.put = link_put,
	.ask = link_ask,
	.get = link_get,
};
