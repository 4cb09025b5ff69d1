/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network interface: what every kind has, its kind's own values, what it is as a bridge's port. */
#pragma once

#include "attr/attr.h"
#include "model/bridge_port.h"
#include "model/link_kind.h"
#include "model/object.h"
#include "model/range.h"

/* struct rtnl_link_stats64 as far as iproute2 shows it. */
struct link_stats {
	uint64_t rx_bytes, rx_packets, rx_errors, rx_dropped, rx_over_errors, multicast;
	uint64_t tx_bytes, tx_packets, tx_errors, tx_dropped, carrier_errors, collisions;
};

struct link {
	struct attr_set asked;
	struct netns_name netns; /* where it is; key with the name */
	struct link_name name;
	struct netns_name new_netns;  /* where it shall go */
	struct link_name new_name;    /* what it shall be called */
	struct label kind;            /* "vxlan", also of kinds unknown to the tables */
	struct label port_kind;       /* of its master: "bridge" */
	struct link_name link;        /* the link below (vlan, macvlan), or a veth's other end */
	struct netns_name link_netns; /* where that is; empty: here */
	struct netns_name peer_netns; /* veth: where the other end is; empty: here or not known */
	struct link_name peer;        /* veth: the other end; empty: not known */
	struct link_name master;
	struct label qdisc, alias;
	struct range altnames; /* network's lists of names */
	uint32_t index, link_index, mtu, group, txqlen, promiscuity, allmulti, min_mtu, max_mtu;
	int32_t link_netnsid;
	uint32_t tx_queues, rx_queues;
	uint32_t gso_max_size, gso_max_segs, tso_max_size, tso_max_segs, gro_max_size;
	uint32_t gso_ipv4_max_size, gro_ipv4_max_size;
	struct label parent_bus, parent_device;
	struct reasons protodown_reason;
	uint16_t type;
	struct lladdr address, broadcast, permanent_address;
	uint8_t operstate, linkmode, addrgenmode;
	bool point_to_point, protodown, carrier, netns_immutable;
	/* ifi_flags; those a user may ask for first */
	bool up, multicast, all_multicast, promisc, arp;
	bool no_carrier, loopback, broadcasts, is_point_to_point, no_arp, is_master, is_slave;
	bool debug, dynamic, automedia, portsel, no_trailers, lower_up, dormant, echo, parent_down;
	uint8_t manage; /* enum manage, of a picture that is wanted */
	uint8_t pad[2];
	const struct link_kind *kind_info; /* NULL: a kind without a table */
	union link_data data;
	struct bridge_port port;
	struct link_stats stats;
};

extern const struct attr_table link_table;

/* Sets the kind by name; one that has no table keeps its name only. */
void link_set_kind(struct link *link, struct names *names, const char *kind);

/* How many values are asked for, the key aside. */
unsigned link_values(const struct link *link);

/* Whether the kinds fit, which no row says: a filter without one takes any. */
bool link_matches(const void *link, const void *filter);

/* What object_info() has for a pack: the kind's row is found again by its name; altnames. */
int link_pack(void *link, struct pack *pack);

/* Whether all it says is its state as a bridge's port, which has a message of its own. */
bool link_is_port_state(const struct link *link);

size_t link_parts(void *link, struct part parts[PARTS]);

/* The links it names: its master, what is below it, a veth's other end, wherever those are. */
int link_links(void *link, link_function *function, void *cookie);
