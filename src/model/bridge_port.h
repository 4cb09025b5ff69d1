/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a link has as a port of a bridge: `type bridge_slave` of ip-link(8), bridge(8)'s link. */
#pragma once

#include "attr/attr.h"

struct bridge_port {
	struct attr_set asked;
	struct timer hold_timer, message_age_timer, forward_delay_timer;
	uint32_t cost, backup_nhid, mcast_max_groups, mcast_n_groups;
	struct link_name backup_port;
	uint16_t priority, group_fwd_mask, hwmode;
	uint16_t port_id, port_no, designated_port, designated_cost;
	struct bridge_id designated_bridge, designated_root;
	uint8_t state, mcast_router;
	bool hairpin, guard, root_block, fastleave, learning, learning_sync;
	bool flood, mcast_flood, bcast_flood, mcast_to_unicast;
	bool proxy_arp, proxy_arp_wifi, neigh_suppress, neigh_vlan_suppress, neigh_forward_grat;
	bool vlan_tunnel, isolated, locked, mab;
	bool topology_change_ack, config_pending;
	bool fdb_flush;
	uint8_t pad[6];
};

extern const struct attr_table bridge_port_table;

/* Values that are possible alone and not together. */
int bridge_port_check(const struct bridge_port *port, const struct attr_context *context,
		      struct error *error);

/* Adds the names of the groups in group_fwd_mask. */
void bridge_port_json(const struct bridge_port *port, const struct attr_context *context,
		      struct json *json);
