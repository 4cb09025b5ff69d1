/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/bridge_port.h"

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "model/uapi.h"

static const struct keyword states[] = {
	{ "disabled", BR_STATE_DISABLED, 0 }, { "listening", BR_STATE_LISTENING, 0 },
	{ "learning", BR_STATE_LEARNING, 0 }, { "forwarding", BR_STATE_FORWARDING, 0 },
	{ "blocking", BR_STATE_BLOCKING, 0 }, { 0 },
};
static const struct keyword mcast_routers[] = {
	{ "off", 0, 0 }, { "auto", 1, 0 }, { "on", 2, 0 }, { "temporary", 3, 0 }, { 0 },
};

static const struct keyword hwmodes[] = { { "veb", BRIDGE_MODE_VEB, 0 },
					  { "vepa", BRIDGE_MODE_VEPA, 0 },
					  { 0 } };

#define ON_OFF(member, number, text, ...)                                                   \
	ATTR(bridge_port, member, .name = #member, .wire = (number), .traits = ATTR_DETAIL, \
	     .help = text, ##__VA_ARGS__)

#define STATUS(member, word, key, number, more, text)                          \
	ATTR(bridge_port, member, .name = word, .json = key, .wire = (number), \
	     .traits = ATTR_STATUS | ATTR_DETAIL | (more), .help = text)

/* clang-format off */
static const struct attr bridge_port_rows[] = {
	ATTR(bridge_port, state, .name = "state", .wire = IFLA_BRPORT_STATE, .keywords = states,
	     .max = BR_STATE_BLOCKING, .traits = ATTR_BOOL_NUMBER | ATTR_BRIDGE_WORD, .help = "whether it forwards (with STP off yours to say)"),
	/* BR_MAX_PORT_PRIORITY of br_private.h: the port's number takes the other 10 bits. */
	ATTR(bridge_port, priority, .name = "priority", .wire = IFLA_BRPORT_PRIORITY, .max = 63,
	     .help = "priority among the ports, lowest wins (STP)"),
	ATTR(bridge_port, cost, .name = "cost", .wire = IFLA_BRPORT_COST, .min = 1, .max = 65535,
	     .help = "cost of the path through the port (STP)"),
	ON_OFF(hairpin, IFLA_BRPORT_MODE, "send frames back out where they came in"),
	ON_OFF(guard, IFLA_BRPORT_GUARD, "shut the port when an STP packet comes in"),
	ON_OFF(root_block, IFLA_BRPORT_PROTECT, "the port never leads to the root bridge (STP)"),
	ATTR(bridge_port, fastleave, .name = "fastleave", .alias = "mcast_fast_leave",
	     .wire = IFLA_BRPORT_FAST_LEAVE, .traits = ATTR_DETAIL,
	     .help = "end a group at once on a leave message"),
	ATTR(bridge_port, learning, .name = "learning", .wire = IFLA_BRPORT_LEARNING,
	     .help = "learn MACs from frames that come in"),
	ATTR(bridge_port, learning_sync, .name = "learning_sync",
	     .wire = IFLA_BRPORT_LEARNING_SYNC, .traits = ATTR_DETAIL | ATTR_BRIDGE_WORD,
	     .help = "hardware tells the bridge what it learned (switch devices only)"),
	ATTR(bridge_port, flood, .name = "flood", .wire = IFLA_BRPORT_UNICAST_FLOOD,
	     .help = "send out unicast whose MAC is not known"),
	STATUS(port_id, "port_id", "id", IFLA_BRPORT_ID, ATTR_HEX, "its STP id"),
	STATUS(port_no, "port_no", "no", IFLA_BRPORT_NO, ATTR_HEX, "its number in the bridge"),
	STATUS(designated_port, "designated_port", NULL, IFLA_BRPORT_DESIGNATED_PORT, 0,
	       "STP id of the port that serves this segment"),
	STATUS(designated_cost, "designated_cost", NULL, IFLA_BRPORT_DESIGNATED_COST, 0,
	       "cost from there to the root bridge"),
	STATUS(designated_bridge, "designated_bridge", "bridge_id", IFLA_BRPORT_BRIDGE_ID, 0,
	       "STP id of the bridge that serves this segment"),
	STATUS(designated_root, "designated_root", "root_id", IFLA_BRPORT_ROOT_ID, 0,
	       "STP id of the root bridge"),
	STATUS(hold_timer, "hold_timer", NULL, IFLA_BRPORT_HOLD_TIMER, 0,
	       "time until STP may send here again"),
	STATUS(message_age_timer, "message_age_timer", NULL, IFLA_BRPORT_MESSAGE_AGE_TIMER, 0,
	       "time until what STP heard here is too old"),
	STATUS(forward_delay_timer, "forward_delay_timer", NULL, IFLA_BRPORT_FORWARD_DELAY_TIMER,
	       0, "time until the port's next state"),
	STATUS(topology_change_ack, "topology_change_ack", NULL, IFLA_BRPORT_TOPOLOGY_CHANGE_ACK,
	       ATTR_BOOL_NUMBER, "STP will confirm a change of topology here"),
	STATUS(config_pending, "config_pending", NULL, IFLA_BRPORT_CONFIG_PENDING,
	       ATTR_BOOL_NUMBER, "STP waits to send here"),
	ON_OFF(proxy_arp, IFLA_BRPORT_PROXYARP, "answer ARP in place of hosts behind other ports"),
	ON_OFF(proxy_arp_wifi, IFLA_BRPORT_PROXYARP_WIFI, "proxy ARP as IEEE 802.11 and Hotspot 2.0 want it"),
	ATTR(bridge_port, mcast_router, .name = "mcast_router", .json = "multicast_router",
	     .wire = IFLA_BRPORT_MULTICAST_ROUTER, .keywords = mcast_routers, .max = 3,
	     .traits = ATTR_BOOL_NUMBER | ATTR_JSON_NUMBER | ATTR_DETAIL,
	     .help = "whether a multicast router is behind it: 0 no, 1 ask, 2 yes, 3 for a while"),
	ON_OFF(mcast_flood, IFLA_BRPORT_MCAST_FLOOD, "send out multicast nobody asked for"),
	ON_OFF(bcast_flood, IFLA_BRPORT_BCAST_FLOOD, "send out broadcast"),
	ON_OFF(mcast_to_unicast, IFLA_BRPORT_MCAST_TO_UCAST, "send multicast to each member as unicast"),
	ATTR(bridge_port, mcast_n_groups, .name = "mcast_n_groups",
	     .wire = IFLA_BRPORT_MCAST_N_GROUPS, .traits = ATTR_STATUS | ATTR_DETAIL,
	     .help = "number of multicast groups behind it"),
	ATTR(bridge_port, mcast_max_groups, .name = "mcast_max_groups",
	     .wire = IFLA_BRPORT_MCAST_MAX_GROUPS, .traits = ATTR_DETAIL, .usage = "GROUPS",
	     .since = "6.3", .help = "most multicast groups behind it; 0 is no limit (6.3)"),
	ON_OFF(neigh_suppress, IFLA_BRPORT_NEIGH_SUPPRESS,
	       "answer ARP and ND from the neighbour table instead of sending them out"),
	ON_OFF(neigh_vlan_suppress, IFLA_BRPORT_NEIGH_VLAN_SUPPRESS,
	       "neigh_suppress is said for each VLAN (6.4)", .since = "6.4"),
	ON_OFF(neigh_forward_grat, IFLA_BRPORT_NEIGH_FORWARD_GRAT,
	       "send out gratuitous ARP and NA despite neigh_suppress (7.1)", .since = "7.1"),
	ATTR(bridge_port, group_fwd_mask, .name = "group_fwd_mask",
	     .wire = IFLA_BRPORT_GROUP_FWD_MASK, .traits = ATTR_HEX | ATTR_DETAIL,
	     .usage = "MASK", .help = "link-local groups to forward: bit N is 01:80:c2:00:00:0N"),
	ON_OFF(vlan_tunnel, IFLA_BRPORT_VLAN_TUNNEL, "map VLANs to tunnels (VNIs)"),
	ATTR(bridge_port, isolated, .name = "isolated", .wire = IFLA_BRPORT_ISOLATED,
	     .help = "no traffic with other isolated ports"),
	ON_OFF(locked, IFLA_BRPORT_LOCKED, "only hosts with an fdb entry may talk (802.1X)",
	       .since = "5.18"),
	ON_OFF(mab, IFLA_BRPORT_MAB, "report hosts refused by a locked port as locked fdb entries (6.2)",
	       .since = "6.2"),
	ATTR(bridge_port, backup_port, .name = "backup_port", .wire = IFLA_BRPORT_BACKUP_PORT,
	     .usage = "DEV", .traits = ATTR_NO_ZERO | ATTR_DETAIL,
	     .help = "port that takes over while this one has no carrier"),
	ATTR(bridge_port, backup_nhid, .name = "backup_nhid", .wire = IFLA_BRPORT_BACKUP_NHID,
	     .usage = "ID", .traits = ATTR_DETAIL,
	     .help = "fdb nexthop of what goes to the backup port; 0 is none (6.6)"),
	/* Of the device, not of the bridge, in a message of its own: kernel/link.c. */
	ATTR(bridge_port, hwmode, .name = "hwmode", .keywords = hwmodes, .max = BRIDGE_MODE_VEPA,
	     .traits = ATTR_ACTION | ATTR_BRIDGE_WORD,
	     .help = "how a device that switches in hardware does it"),
	ATTR(bridge_port, fdb_flush, .name = "fdb_flush", .wire = IFLA_BRPORT_FLUSH,
	     .traits = ATTR_FLAG | ATTR_PRESENCE | ATTR_ACTION,
	     .help = "forget the fdb entries learned here"),
};
/* clang-format on */

static const struct attr_extra bridge_port_extras[] = {
	ATTR_EXTRA(bridge_port, asked),
	ATTR_EXTRA(bridge_port, pad),
};

const struct attr_table bridge_port_table =
	ATTR_TABLE(bridge_port, "bridge_slave", bridge_port_rows, bridge_port_extras);

/* net/bridge/br_private.h: BR_GROUPFWD_MACPAUSE */
enum { GROUP_FWD_PAUSE = 2 };

int bridge_port_check(const struct bridge_port *port, const struct attr_context *context,
		      struct error *error)
{
	const struct attr_table *table = &bridge_port_table;

	(void)context;
	if (ATTR_HAS(table, bridge_port, port, group_fwd_mask) &&
	    (port->group_fwd_mask & GROUP_FWD_PAUSE))
		return error_usage(
			error, "group_fwd_mask 0x%x: bit 1 (pause) is never forwarded by a bridge",
			port->group_fwd_mask);
	if (!ATTR_HAS(table, bridge_port, port, mab) || !port->mab)
		return 0;
	/* br_netlink.c, br_setport() */
	if (ATTR_HAS(table, bridge_port, port, locked) && !port->locked)
		return error_usage(error, "mab needs 'locked on'");
	if (ATTR_HAS(table, bridge_port, port, learning) && !port->learning)
		return error_usage(error, "mab needs 'learning on'");
	return 0;
}

void bridge_port_json(const struct bridge_port *port, const struct attr_context *context,
		      struct json *json)
{
	static const char *const names[16] = { [0] = "stp", [2] = "lacp", [14] = "lldp" };
	CLEANUP(text_clear) struct text text = { 0 };

	(void)context;
	if (!ATTR_HAS(&bridge_port_table, bridge_port, port, group_fwd_mask))
		return;
	for (unsigned bit = 0; bit < 16; bit++) {
		if (!(port->group_fwd_mask & 1U << bit))
			continue;
		if (text.length)
			text_char(&text, ',');
		if (names[bit])
			text_puts(&text, names[bit]);
		else
			text_hex(&text, 1U << bit);
	}
	json_string(json, "group_fwd_mask_str", text.length ? text_string(&text) : "0x0");
}
