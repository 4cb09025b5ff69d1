/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/link.h"

#include <net/if.h>
#include <string.h>

#include "base/names.h"
#include "model/pack.h"
#include "model/uapi.h"

/* <net/if.h> stops at IFF_DYNAMIC; the rest is in <linux/if.h>, which it excludes. */
enum { LOWER_UP = 1 << 16, DORMANT = 1 << 17, ECHO = 1 << 18 };

static const struct keyword operstates[] = {
	{ "UNKNOWN", 0, 0 }, { "NOTPRESENT", 1, 0 }, { "DOWN", 2, 0 }, { "LOWERLAYERDOWN", 3, 0 },
	{ "TESTING", 4, 0 }, { "DORMANT", 5, 0 },    { "UP", 6, 0 },   { 0 },
};

static const struct keyword linkmodes[] = { { "DEFAULT", 0, 0 }, { "DORMANT", 1, 0 }, { 0 } };

static const struct keyword addrgenmodes[] = {
	{ "eui64", 0, 0 }, { "none", 1, 0 }, { "stable_secret", 2, 0 }, { "random", 3, 0 }, { 0 },
};

/* ARPHRD_*: <linux/if_arp.h>; iproute2's words */
/* clang-format off */
static const struct keyword types[] = {
	{ "netrom", 0, 0 }, { "ether", 1, 0 }, { "infiniband", 32, 0 }, { "ppp", 512, 0 }, { "ipip", 768, 0 },
	{ "tunnel6", 769, 0 }, { "loopback", 772, 0 }, { "sit", 776, 0 }, { "gre", 778, 0 }, { "irda", 783, 0 },
	{ "ieee802.11", 801, 0 }, { "ieee802.11/prism", 802, 0 }, { "ieee802.11/radiotap", 803, 0 },
	{ "phonet", 820, 0 }, { "phonet_pipe", 821, 0 }, { "caif", 822, 0 }, { "gre6", 823, 0 },
	{ "netlink", 824, 0 }, { "6lowpan", 825, 0 }, { "vsockmon", 826, 0 }, { "none", 0xfffe, 0 },
	{ "void", 0xffff, 0 }, { 0 },
};
/* clang-format on */

static const struct keyword up_or_down[] = { { "up", 1, 0 }, { "down", 0, 0 }, { 0 } };

#define FLAG(member, iff, shown)                                                  \
	ATTR(link, member, .name = shown, .list = "flags", .traits = ATTR_STATUS, \
	     AT(ifinfomsg, ifi_flags), .bits = (iff), .help = "flag " shown)

/* clang-format off */
static const struct attr link_rows[] = {
	ATTR(link, netns, .name = "in_netns", .json = "netns", .traits = ATTR_KEY | ATTR_STATUS,
	     .help = "network namespace the link is in"),
	ATTR(link, new_netns, .name = "netns", .traits = ATTR_ACTION | ATTR_HIDDEN,
	     .usage = "{NETNS|pid:N|N}", .help = "network namespace it goes to"),
	ATTR(link, new_name, .name = "name", .usage = "NAME",
	     .traits = ATTR_ACTION | ATTR_NEW_NAME | ATTR_HIDDEN, .help = "its new name"),
	ATTR(link, index, .name = "index", .json = "ifindex", AT(ifinfomsg, ifi_index), .min = 1,
	     .max = 0x7fffffff, .traits = ATTR_FIXED, .help = "interface index it shall have"),
	/* IFLA_IFNAME is text, unlike other link names on the wire: kernel/link.c puts it. */
	ATTR(link, name, .name = "dev", .json = "ifname", .usage = "DEV",
	     .traits = ATTR_KEY | ATTR_POSITION, .help = "name of the link"),
	/* IFLA_LINK means another namespace when IFLA_LINK_NETNSID stands beside it: kernel/link.c. */
	ATTR(link, link, .name = "link", .usage = "[NETNS/]DEV", .traits = ATTR_FIXED,
	     .help = "link below it"),
	ATTR(link, link_netns, .name = "link-netns", .traits = ATTR_FIXED | ATTR_HIDDEN,
	     .help = "namespace of the link below it"),
	ATTR(link, link_index, .name = "link_index", .traits = ATTR_STATUS,
	     .help = "index of the link below or of the other end, in its own namespace"),
	ATTR(link, no_carrier, .name = "NO-CARRIER", .list = "flags", .traits = ATTR_STATUS,
	     .help = "up without a carrier"),
	FLAG(loopback, IFF_LOOPBACK, "LOOPBACK"),
	FLAG(broadcasts, IFF_BROADCAST, "BROADCAST"),
	FLAG(is_point_to_point, IFF_POINTOPOINT, "POINTOPOINT"),
	ATTR(link, multicast, .name = "multicast", .json = "MULTICAST", .list = "flags",
	     AT(ifinfomsg, ifi_flags), .bits = IFF_MULTICAST, .help = "multicast is possible"),
	FLAG(no_arp, IFF_NOARP, "NOARP"),
	ATTR(link, all_multicast, .name = "allmulticast", .json = "ALLMULTI", .list = "flags",
	     AT(ifinfomsg, ifi_flags), .bits = IFF_ALLMULTI, .help = "receive all multicast"),
	ATTR(link, promisc, .name = "promisc", .json = "PROMISC", .list = "flags",
	     AT(ifinfomsg, ifi_flags), .bits = IFF_PROMISC, .help = "receive all frames"),
	FLAG(is_master, IFF_MASTER, "MASTER"),
	FLAG(is_slave, IFF_SLAVE, "SLAVE"),
	FLAG(debug, IFF_DEBUG, "DEBUG"),
	FLAG(dynamic, IFF_DYNAMIC, "DYNAMIC"),
	FLAG(automedia, IFF_AUTOMEDIA, "AUTOMEDIA"),
	FLAG(portsel, IFF_PORTSEL, "PORTSEL"),
	FLAG(no_trailers, IFF_NOTRAILERS, "NOTRAILERS"),
	ATTR(link, up, .name = "up", .json = "UP", .list = "flags", .keywords = up_or_down,
	     .traits = ATTR_BARE, AT(ifinfomsg, ifi_flags), .bits = IFF_UP,
	     .help = "administrative state: up or down"),
	FLAG(lower_up, LOWER_UP, "LOWER_UP"),
	FLAG(dormant, DORMANT, "DORMANT"),
	FLAG(echo, ECHO, "ECHO"),
	ATTR(link, parent_down, .name = "M-DOWN", .list = "flags", .traits = ATTR_STATUS,
	     .help = "the link below is down"),
	/* The bit means the opposite (IFF_NOARP): kernel/link.c turns it. */
	ATTR(link, arp, .name = "arp", .traits = ATTR_HIDDEN, .help = "the link uses ARP"),
	ATTR(link, mtu, .name = "mtu", .wire = IFLA_MTU, .usage = "BYTES",
	     .help = "largest packet, in bytes"),
	ATTR(link, qdisc, .name = "qdisc", .wire = IFLA_QDISC, .traits = ATTR_STATUS,
	     .help = "queueing discipline"),
	ATTR(link, master, .name = "master", .alias = "vrf", .wire = IFLA_MASTER, .usage = "DEV",
	     .traits = ATTR_NO_ZERO, .help = "bridge (or other master) it is a port of"),
	ATTR(link, operstate, .name = "operstate", .wire = IFLA_OPERSTATE, .keywords = operstates,
	     .traits = ATTR_STATUS, .help = "operational state (RFC 2863)"),
	ATTR(link, linkmode, .name = "linkmode", .alias = "mode", .wire = IFLA_LINKMODE,
	     .keywords = linkmodes, .traits = ATTR_STATUS, .help = "link mode"),
	ATTR(link, group, .name = "ifgroup", .ip = "group", .alias = "group", .json = "group", .wire = IFLA_GROUP,
	     .database = "group", .usage = "GROUP", .help = "group of links it belongs to"),
	ATTR(link, txqlen, .name = "txqueuelen", .alias = "txqlen qlen", .json = "txqlen",
	     .wire = IFLA_TXQLEN, .traits = ATTR_NO_ZERO, .usage = "PACKETS",
	     .help = "length of the transmit queue"),
	ATTR(link, type, .name = "link_type", .keywords = types, .traits = ATTR_STATUS,
	     AT(ifinfomsg, ifi_type), .help = "hardware type"),
	ATTR(link, address, .name = "address", .wire = IFLA_ADDRESS, .usage = "MAC",
	     .help = "link layer address"),
	ATTR(link, point_to_point, .name = "link_pointtopoint",
	     .traits = ATTR_STATUS | ATTR_NO_ZERO, .help = "broadcast is the other end's address"),
	ATTR(link, broadcast, .name = "broadcast", .alias = "brd", .wire = IFLA_BROADCAST,
	     .usage = "MAC", .help = "link layer broadcast address"),
	ATTR(link, permanent_address, .name = "permaddr", .wire = IFLA_PERM_ADDRESS,
	     .traits = ATTR_STATUS, .help = "address the hardware came with"),
	ATTR(link, link_netnsid, .name = "link_netnsid", .traits = ATTR_STATUS,
	     .help = "id of the namespace of the link below or of the other end"),
	ATTR(link, protodown, .name = "protodown", .json = "proto_down", .wire = IFLA_PROTO_DOWN,
	     .traits = ATTR_NO_ZERO, .help = "held down by a protocol: macvlan and vxlan"),
	ATTR(link, protodown_reason, .name = "protodown_reason", .json = "proto_down_reason",
	     .wire = IFLA_PROTO_DOWN_REASON, .traits = ATTR_ACTION | ATTR_NO_ZERO,
	     .help = "one of the reasons for protodown: 0 to 31, or a name of protodown_reasons.d"),
	ATTR(link, carrier, .name = "carrier", .wire = IFLA_CARRIER,
	     .traits = ATTR_ACTION | ATTR_HIDDEN, .help = "pretend there is a carrier, or none: dummy and tap"),
	ATTR(link, promiscuity, .name = "promiscuity", .wire = IFLA_PROMISCUITY,
	     .traits = ATTR_STATUS | ATTR_DETAIL, .help = "how many want all frames"),
	ATTR(link, allmulti, .name = "allmulti", .wire = IFLA_ALLMULTI,
	     .traits = ATTR_STATUS | ATTR_DETAIL, .help = "how many want all multicast"),
	ATTR(link, min_mtu, .name = "min_mtu", .wire = IFLA_MIN_MTU,
	     .traits = ATTR_STATUS | ATTR_DETAIL, .help = "smallest mtu"),
	ATTR(link, max_mtu, .name = "max_mtu", .wire = IFLA_MAX_MTU,
	     .traits = ATTR_STATUS | ATTR_DETAIL, .help = "largest mtu"),
	/* Two nests deep (IFLA_AF_SPEC, AF_INET6): kernel/link.c. */
	ATTR(link, addrgenmode, .name = "addrgenmode", .json = "inet6_addr_gen_mode",
	     .keywords = addrgenmodes, .traits = ATTR_DETAIL,
	     .help = "how IPv6 addresses are made"),
	ATTR(link, tx_queues, .name = "numtxqueues", .alias = "txqueues", .json = "num_tx_queues",
	     .wire = IFLA_NUM_TX_QUEUES, .min = 1, .max = 4096, .traits = ATTR_FIXED | ATTR_DETAIL,
	     .help = "number of transmit queues"),
	ATTR(link, rx_queues, .name = "numrxqueues", .alias = "rxqueues", .json = "num_rx_queues",
	     .wire = IFLA_NUM_RX_QUEUES, .min = 1, .max = 4096, .traits = ATTR_FIXED | ATTR_DETAIL,
	     .help = "number of receive queues"),
	ATTR(link, gso_max_size, .name = "gso_max_size", .wire = IFLA_GSO_MAX_SIZE,
	     .traits = ATTR_DETAIL, .usage = "BYTES", .help = "largest segment left to the device"),
	ATTR(link, gso_max_segs, .name = "gso_max_segs", .wire = IFLA_GSO_MAX_SEGS,
	     .traits = ATTR_DETAIL, .help = "most segments left to the device"),
	ATTR(link, tso_max_size, .name = "tso_max_size", .wire = IFLA_TSO_MAX_SIZE,
	     .traits = ATTR_STATUS | ATTR_DETAIL, .help = "largest segment the device can take"),
	ATTR(link, tso_max_segs, .name = "tso_max_segs", .wire = IFLA_TSO_MAX_SEGS,
	     .traits = ATTR_STATUS | ATTR_DETAIL, .help = "most segments the device can take"),
	ATTR(link, gro_max_size, .name = "gro_max_size", .wire = IFLA_GRO_MAX_SIZE,
	     .traits = ATTR_DETAIL, .usage = "BYTES", .since = "5.19", .help = "largest packet built when receiving"),
	ATTR(link, gso_ipv4_max_size, .name = "gso_ipv4_max_size", .wire = IFLA_GSO_IPV4_MAX_SIZE,
	     .traits = ATTR_DETAIL, .usage = "BYTES", .since = "6.3", .help = "gso_max_size for IPv4"),
	ATTR(link, gro_ipv4_max_size, .name = "gro_ipv4_max_size", .wire = IFLA_GRO_IPV4_MAX_SIZE,
	     .traits = ATTR_DETAIL, .usage = "BYTES", .since = "6.3", .help = "gro_max_size for IPv4"),
	ATTR(link, parent_bus, .name = "parentbus", .wire = IFLA_PARENT_DEV_BUS_NAME,
	     .traits = ATTR_STATUS | ATTR_DETAIL, .help = "bus of the device behind it"),
	ATTR(link, parent_device, .name = "parentdev", .wire = IFLA_PARENT_DEV_NAME,
	     .traits = ATTR_STATUS | ATTR_DETAIL, .help = "device behind it"),
	ATTR(link, netns_immutable, .name = "netns-immutable", .wire = IFLA_NETNS_IMMUTABLE,
	     .traits = ATTR_STATUS | ATTR_NO_ZERO | ATTR_DETAIL,
	     .help = "cannot move to another namespace (6.15)"),
	ATTR(link, alias, .name = "alias", .json = "ifalias", .wire = IFLA_IFALIAS, .usage = "TEXT",
	     .help = "free text that describes it"),
};
/* clang-format on */

static const struct attr_extra link_extras[] = {
	ATTR_EXTRA(link, asked),     ATTR_EXTRA(link, kind),  ATTR_EXTRA(link, port_kind),
	ATTR_EXTRA(link, altnames),  ATTR_EXTRA(link, data),  ATTR_EXTRA(link, port),
	ATTR_EXTRA(link, kind_info), ATTR_EXTRA(link, stats), ATTR_EXTRA(link, pad),
	ATTR_EXTRA(link, manage),    ATTR_EXTRA(link, peer),  ATTR_EXTRA(link, peer_netns),
};

const struct attr_table link_table = ATTR_TABLE(link, "link", link_rows, link_extras);

void link_set_kind(struct link *link, struct names *names, const char *kind)
{
	link->kind.id = names_of(names, kind);
	link->kind_info = link_kind_find(kind);
}

bool link_is_port_state(const struct link *link)
{
	const struct attr_table *table = link->kind_info ? link->kind_info->table : NULL;
	const void *data = table ? (const char *)&link->data + table->asked : NULL;
	uint64_t name = attr_bit(&link_table, ATTR_ROW(&link_table, link, name));
	uint64_t state =
		attr_bit(&bridge_port_table, ATTR_ROW(&bridge_port_table, bridge_port, state));

	return link->port.asked.value == state && !(link->asked.value & ~name) &&
	       !(data && ((const struct attr_set *)data)->value);
}

size_t link_parts(void *object, struct part parts[PARTS])
{
	struct link *link = object;
	size_t count = 0;

	parts[count++] = (struct part){ .table = &link_table, .object = link };
	if (link->kind_info && link->kind_info->table)
		parts[count++] = (struct part){ .table = link->kind_info->table,
						.object = &link->data,
						.json = "info_data" };
	parts[count++] = (struct part){ .table = &bridge_port_table,
					.object = &link->port,
					.json = "info_slave_data" };
	return count;
}

bool link_matches(const void *link, const void *filter)
{
	const struct link *have = link, *want = filter;

	return (!want->kind.id || want->kind.id == have->kind.id) &&
	       (!want->port_kind.id || want->port_kind.id == have->port_kind.id);
}

int link_pack(void *object, struct pack *pack)
{
	struct link *link = object;

	/* No pointer goes into a file: while writing no name is found. */
	link->kind_info = link_kind_find(pack_text(pack, link->kind.id));
	return pack_names(pack, &link->altnames);
}

unsigned link_values(const struct link *link)
{
	unsigned count = (unsigned)__builtin_popcountll(link->port.asked.value);
	uint64_t asked = link->asked.value;

	for (size_t i = 0; i < link_table.count; i++)
		count += (asked >> i & 1) && !(link_table.rows[i].traits & ATTR_KEY);
	if (link->kind_info && link->kind_info->table) {
		const struct attr_set *data =
			(const void *)((const char *)&link->data + link->kind_info->table->asked);

		count += (unsigned)__builtin_popcountll(data->value);
	}
	return count;
}

/* Where the link below it is: a veth's own end is here when it is told as one. */
static uint32_t lower_netns(const struct link *link)
{
	return ATTR_HAS(&link_table, link, link, link_netns) ? link->link_netns.id : link->netns.id;
}

int link_links(void *object, link_function *function, void *cookie)
{
	struct link *link = object;
	struct part parts[PARTS];
	size_t count = link_parts(link, parts);
	/* No row says the other end of a veth. */
	int r = link->peer.id ? function(cookie, link->peer_netns.id, &link->peer) : 0;

	for (size_t p = 0; p < count; p++) {
		uint64_t left = object_link_rows(parts[p].table);

		for (; left && !r; left &= left - 1) {
			const struct attr *row = &parts[p].table->rows[__builtin_ctzll(left)];
			struct link_name *name = attr_field(row, parts[p].object);

			if (name->id && !(row->traits & (ATTR_KEY | ATTR_ACTION)))
				r = function(cookie,
					     name == &link->link ? lower_netns(link)
								 : link->netns.id,
					     name);
		}
	}
	return r;
}
