/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/bridge.h"

#include "base/error.h"
#include "base/json.h"
#include "model/uapi.h"

static const struct keyword switched[] = { { "off", 0, 0 }, { "on", 1, 0 }, { 0 } };
static const struct keyword stp_modes[] = {
	{ "auto", 0, 0 },
	{ "user", 1, 0 },
	{ "kernel", 2, 0 },
	{ 0 },
};
static const struct keyword vlan_protocols[] = {
	{ "802.1Q", ETH_P_8021Q, 0 },
	{ "802.1ad", ETH_P_8021AD, 0 },
	{ "802.1q", ETH_P_8021Q, 0 },
	{ "802.1AD", ETH_P_8021AD, 0 },
	{ 0 },
};
static const struct keyword mcast_routers[] = {
	{ "off", 0, 0 },
	{ "auto", 1, 0 },
	{ "on", 2, 0 },
	{ 0 },
};

/* CONFIG_BRIDGE_IGMP_SNOOPING: without it the kernel takes such values and forgets them. */
#define SNOOPING .needs = "multicast snooping"

/* A word with a number on iproute2's command line: WORD {0|1}. */
#define SWITCH(member, number, text, ...)                                     \
	ATTR(bridge, member, .name = #member, .wire = (number), .help = text, \
	     .traits = ATTR_BOOL_NUMBER | ATTR_DETAIL, ##__VA_ARGS__)

/* All of them share IFLA_BR_MULTI_BOOLOPT. */
#define BOOLOPT(member, bit, text, ...)                                                            \
	ATTR(bridge, member, .name = #member, .wire = IFLA_BR_MULTI_BOOLOPT,                       \
	     .bits = UINT64_C(1) << (bit), .traits = ATTR_BOOL_NUMBER | ATTR_MASKED | ATTR_DETAIL, \
	     .help = text, ##__VA_ARGS__)

#define TIME(member, word, key, number, ...)                                               \
	ATTR(bridge, member, .name = word, .json = key, .wire = (number), .usage = "TIME", \
	     .traits = ATTR_CENTISECONDS | ATTR_DETAIL, __VA_ARGS__)

#define STATUS(member, word, key, number, ...)                            \
	ATTR(bridge, member, .name = word, .json = key, .wire = (number), \
	     .traits = ATTR_STATUS | ATTR_DETAIL, __VA_ARGS__)

#define QUERIER(member, word, number, ...)                                                        \
	ATTR(bridge, member, .name = word, .nest = IFLA_BR_MCAST_QUERIER_STATE, .wire = (number), \
	     .traits = ATTR_STATUS | ATTR_DETAIL | ATTR_HIDDEN, __VA_ARGS__)

/* clang-format off */
static const struct attr bridge_rows[] = {
	TIME(forward_delay, "forward_delay", NULL, IFLA_BR_FORWARD_DELAY,
	     .help = "how long a port listens, then learns, before it forwards (STP)"),
	TIME(hello_time, "hello_time", NULL, IFLA_BR_HELLO_TIME, .min = 100, .max = 1000,
	     .help = "time between hello packets (STP)"),
	TIME(max_age, "max_age", NULL, IFLA_BR_MAX_AGE, .min = 600, .max = 4000,
	     .help = "how long another bridge may be silent before it counts as gone (STP)"),
	ATTR(bridge, ageing_time, .name = "ageing_time", .wire = IFLA_BR_AGEING_TIME,
	     .usage = "TIME", .traits = ATTR_CENTISECONDS,
	     .help = "how long a learned MAC is kept without traffic; 0 keeps it for ever"),
	/* Reported as 2 when a program runs STP for the bridge. */
	ATTR(bridge, stp_state, .name = "stp_state", .wire = IFLA_BR_STP_STATE,
	     .keywords = switched, .max = 2, .usage = "{on|off}",
	     .traits = ATTR_BOOL_NUMBER | ATTR_JSON_NUMBER,
	     .help = "spanning tree protocol"),
	ATTR(bridge, stp_mode, .name = "stp_mode", .wire = IFLA_BR_STP_MODE,
	     .keywords = stp_modes, .traits = ATTR_DETAIL, .since = "7.1",
	     .help = "who runs STP; only to be changed while it is off"),
	ATTR(bridge, priority, .name = "priority", .wire = IFLA_BR_PRIORITY,
	     .traits = ATTR_DETAIL, .help = "priority as root bridge, lowest wins (STP)"),
	ATTR(bridge, vlan_filtering, .name = "vlan_filtering", .wire = IFLA_BR_VLAN_FILTERING,
	     .traits = ATTR_BOOL_NUMBER, .needs = "VLAN filtering",
	     .help = "forward only within VLANs"),
	ATTR(bridge, vlan_protocol, .name = "vlan_protocol", .wire = IFLA_BR_VLAN_PROTOCOL,
	     .keywords = vlan_protocols, .traits = ATTR_NET_ORDER | ATTR_DETAIL,
	     .needs = "VLAN filtering",
	     .help = "VLAN tags it filters by"),
	STATUS(bridge_id, "bridge_id", NULL, IFLA_BR_BRIDGE_ID, .help = "its own STP id"),
	STATUS(root_id, "designated_root", "root_id", IFLA_BR_ROOT_ID,
	       .help = "STP id of the root bridge"),
	STATUS(root_port, "root_port", NULL, IFLA_BR_ROOT_PORT,
	       .help = "number of the port towards the root bridge; 0 where it is root itself"),
	STATUS(root_path_cost, "root_path_cost", NULL, IFLA_BR_ROOT_PATH_COST,
	       .help = "cost of the path to the root bridge"),
	ATTR(bridge, topology_change, .name = "topology_change", .wire = IFLA_BR_TOPOLOGY_CHANGE,
	     .traits = ATTR_STATUS | ATTR_BOOL_NUMBER | ATTR_DETAIL,
	     .help = "STP is passing on a change of topology"),
	ATTR(bridge, topology_change_detected, .name = "topology_change_detected",
	     .wire = IFLA_BR_TOPOLOGY_CHANGE_DETECTED,
	     .traits = ATTR_STATUS | ATTR_BOOL_NUMBER | ATTR_DETAIL,
	     .help = "STP has seen a change of topology here"),
	STATUS(hello_timer, "hello_timer", NULL, IFLA_BR_HELLO_TIMER,
	       .help = "time until the next hello packet"),
	STATUS(tcn_timer, "tcn_timer", NULL, IFLA_BR_TCN_TIMER,
	       .help = "time until the next topology change notification"),
	STATUS(topology_change_timer, "topology_change_timer", NULL,
	       IFLA_BR_TOPOLOGY_CHANGE_TIMER, .help = "time until a topology change is over"),
	STATUS(gc_timer, "gc_timer", NULL, IFLA_BR_GC_TIMER,
	       .help = "time until old fdb entries are looked for"),
	STATUS(fdb_n_learned, "fdb_n_learned", NULL, IFLA_BR_FDB_N_LEARNED,
	       .help = "number of learned fdb entries"),
	ATTR(bridge, fdb_max_learned, .name = "fdb_max_learned", .wire = IFLA_BR_FDB_MAX_LEARNED,
	     .traits = ATTR_DETAIL, .usage = "ENTRIES", .since = "6.7",
	     .help = "most fdb entries it learns; 0 is no limit"),
	ATTR(bridge, fdb_flush, .name = "fdb_flush", .wire = IFLA_BR_FDB_FLUSH,
	     .traits = ATTR_FLAG | ATTR_PRESENCE | ATTR_ACTION,
	     .help = "forget all learned fdb entries"),
	ATTR(bridge, vlan_default_pvid, .name = "vlan_default_pvid",
	     .wire = IFLA_BR_VLAN_DEFAULT_PVID, .max = 4094, .traits = ATTR_DETAIL,
	     .usage = "VID", .needs = "VLAN filtering", .help = "VLAN of untagged frames on new ports; 0 is none"),
	SWITCH(vlan_stats_enabled, IFLA_BR_VLAN_STATS_ENABLED, "count traffic of each VLAN",
	       .needs = "VLAN filtering"),
	SWITCH(vlan_stats_per_port, IFLA_BR_VLAN_STATS_PER_PORT,
	       "count traffic of each VLAN on each port; set before ports have VLANs",
	       .needs = "VLAN filtering"),
	ATTR(bridge, group_fwd_mask, .name = "group_fwd_mask", .wire = IFLA_BR_GROUP_FWD_MASK,
	     .traits = ATTR_HEX | ATTR_DETAIL, .usage = "MASK",
	     .help = "link-local groups to forward: bit N is 01:80:c2:00:00:0N"),
	ATTR(bridge, group_address, .name = "group_address", .alias = "group_addr",
	     .json = "group_addr", .wire = IFLA_BR_GROUP_ADDR, .usage = "MAC",
	     .traits = ATTR_DETAIL, .help = "group MAC that STP packets are sent to"),
	SWITCH(mcast_snooping, IFLA_BR_MCAST_SNOOPING,
	       "learn from IGMP and MLD which ports want a group", SNOOPING),
	BOOLOPT(no_linklocal_learn, BR_BOOLOPT_NO_LL_LEARN,
		"do not learn from link-local frames"),
	BOOLOPT(mcast_vlan_snooping, BR_BOOLOPT_MCAST_VLAN_SNOOPING,
		"multicast snooping for each VLAN; needs vlan_filtering",
		.needs = "VLAN filtering", .since = "5.15"),
	BOOLOPT(mst_enabled, BR_BOOLOPT_MST_ENABLE,
		"multiple spanning trees; set before the bridge has VLANs",
		.needs = "VLAN filtering", .since = "5.18"),
	BOOLOPT(mdb_offload_fail_notification, BR_BOOLOPT_MDB_OFFLOAD_FAIL_NOTIFICATION,
		"report multicast entries that hardware could not take (6.16)",
		.since = "6.16"),
	BOOLOPT(fdb_local_vlan_0, BR_BOOLOPT_FDB_LOCAL_VLAN_0,
		"keep the ports' own MACs once, not for each VLAN (6.18)",
		.since = "6.18"),
	ATTR(bridge, mcast_router, .name = "mcast_router", .wire = IFLA_BR_MCAST_ROUTER, SNOOPING,
	     .keywords = mcast_routers, .max = 2,
	     .traits = ATTR_BOOL_NUMBER | ATTR_JSON_NUMBER | ATTR_DETAIL,
	     .help = "whether a multicast router is here: 0 no, 1 ask, 2 yes"),
	SWITCH(mcast_query_use_ifaddr, IFLA_BR_MCAST_QUERY_USE_IFADDR,
	       "send queries from the bridge's own address", SNOOPING),
	SWITCH(mcast_querier, IFLA_BR_MCAST_QUERIER, "send IGMP and MLD queries", SNOOPING),
	QUERIER(querier, "mcast_querier_ipv4_addr", BRIDGE_QUERIER_IP_ADDRESS,
		.help = "the IGMP querier"),
	QUERIER(querier_port, "mcast_querier_ipv4_port", BRIDGE_QUERIER_IP_PORT,
		.help = "index of the port the IGMP querier is behind"),
	QUERIER(querier_other_timer, "mcast_querier_ipv4_other_timer",
		BRIDGE_QUERIER_IP_OTHER_TIMER, .help = "time until the IGMP querier counts as gone"),
	QUERIER(querier6, "mcast_querier_ipv6_addr", BRIDGE_QUERIER_IPV6_ADDRESS,
		.help = "the MLD querier"),
	QUERIER(querier_port6, "mcast_querier_ipv6_port", BRIDGE_QUERIER_IPV6_PORT,
		.help = "index of the port the MLD querier is behind"),
	QUERIER(querier_other_timer6, "mcast_querier_ipv6_other_timer",
		BRIDGE_QUERIER_IPV6_OTHER_TIMER, .help = "time until the MLD querier counts as gone"),
	ATTR(bridge, mcast_hash_elasticity, .name = "mcast_hash_elasticity",
	     .wire = IFLA_BR_MCAST_HASH_ELASTICITY, SNOOPING, .traits = ATTR_DETAIL,
	     .help = "without effect since Linux 5.0, which always reports 16"),
	ATTR(bridge, mcast_hash_max, .name = "mcast_hash_max", .wire = IFLA_BR_MCAST_HASH_MAX, SNOOPING,
	     .traits = ATTR_DETAIL, .help = "most multicast groups it learns"),
	ATTR(bridge, mcast_last_member_count, .name = "mcast_last_member_count",
	     .json = "mcast_last_member_cnt", .wire = IFLA_BR_MCAST_LAST_MEMBER_CNT, SNOOPING,
	     .traits = ATTR_DETAIL, .help = "queries sent after a leave before the group ends"),
	ATTR(bridge, mcast_startup_query_count, .name = "mcast_startup_query_count",
	     .json = "mcast_startup_query_cnt", .wire = IFLA_BR_MCAST_STARTUP_QUERY_CNT, SNOOPING,
	     .traits = ATTR_DETAIL, .help = "queries sent in the start-up phase"),
	TIME(mcast_last_member_interval, "mcast_last_member_interval",
	     "mcast_last_member_intvl", IFLA_BR_MCAST_LAST_MEMBER_INTVL, SNOOPING,
	     .help = "time between queries after a leave"),
	TIME(mcast_membership_interval, "mcast_membership_interval", "mcast_membership_intvl",
	     IFLA_BR_MCAST_MEMBERSHIP_INTVL, SNOOPING, .help = "how long a group lives without a report"),
	TIME(mcast_querier_interval, "mcast_querier_interval", "mcast_querier_intvl",
	     IFLA_BR_MCAST_QUERIER_INTVL, SNOOPING,
	     .help = "how long another querier may be silent before this bridge takes over"),
	/* Below 1 s and above a day the kernel takes the limit instead, without an error. */
	TIME(mcast_query_interval, "mcast_query_interval", "mcast_query_intvl",
	     IFLA_BR_MCAST_QUERY_INTVL, SNOOPING, .min = 100, .max = 8640000,
	     .help = "time between general queries"),
	TIME(mcast_query_response_interval, "mcast_query_response_interval",
	     "mcast_query_response_intvl", IFLA_BR_MCAST_QUERY_RESPONSE_INTVL, SNOOPING,
	     .help = "how long hosts may take to answer a general query"),
	TIME(mcast_startup_query_interval, "mcast_startup_query_interval",
	     "mcast_startup_query_intvl", IFLA_BR_MCAST_STARTUP_QUERY_INTVL, SNOOPING, .min = 100,
	     .max = 8640000, .help = "time between queries in the start-up phase"),
	SWITCH(mcast_stats_enabled, IFLA_BR_MCAST_STATS_ENABLED, "count IGMP and MLD packets", SNOOPING),
	ATTR(bridge, mcast_igmp_version, .name = "mcast_igmp_version",
	     .wire = IFLA_BR_MCAST_IGMP_VERSION, SNOOPING, .min = 2, .max = 3, .traits = ATTR_DETAIL,
	     .help = "version of the IGMP queries it sends"),
	ATTR(bridge, mcast_mld_version, .name = "mcast_mld_version",
	     .wire = IFLA_BR_MCAST_MLD_VERSION, SNOOPING, .min = 1, .max = 2, .traits = ATTR_DETAIL,
	     .help = "version of the MLD queries it sends"),
	SWITCH(nf_call_iptables, IFLA_BR_NF_CALL_IPTABLES, "bridged IPv4 passes iptables"),
	SWITCH(nf_call_ip6tables, IFLA_BR_NF_CALL_IP6TABLES, "bridged IPv6 passes ip6tables"),
	SWITCH(nf_call_arptables, IFLA_BR_NF_CALL_ARPTABLES, "bridged ARP passes arptables"),
};
/* clang-format on */

static const struct attr_extra bridge_extras[] = {
	ATTR_EXTRA(bridge, asked),
	ATTR_EXTRA(bridge, pad),
};

const struct attr_table bridge_table = ATTR_TABLE(bridge, "bridge", bridge_rows, bridge_extras);

/* net/bridge/br_private.h: BR_GROUPFWD_RESTRICTED */
enum { GROUP_FWD_FORBIDDEN = 7 };

int bridge_check(const struct bridge *bridge, const struct attr_context *context,
		 struct error *error)
{
	(void)context;
	/* Any delay will do while STP is off: 0 is common then. br_stp.c, br_set_forward_delay() */
	if (ATTR_HAS(&bridge_table, bridge, bridge, stp_state) && bridge->stp_state &&
	    ATTR_HAS(&bridge_table, bridge, bridge, forward_delay) &&
	    (bridge->forward_delay < 200 || bridge->forward_delay > 3000))
		return error_usage(error,
				   "forward_delay %u: expected 200-3000 (2 to 30 s) with STP on",
				   bridge->forward_delay);
	if (ATTR_HAS(&bridge_table, bridge, bridge, group_fwd_mask) &&
	    (bridge->group_fwd_mask & GROUP_FWD_FORBIDDEN))
		return error_usage(error,
				   "group_fwd_mask 0x%x: bits 0 to 2 (STP, pause, LACP) are never "
				   "forwarded by a bridge",
				   bridge->group_fwd_mask);
	return 0;
}

static void querier_json(const struct bridge *bridge, const struct attr_context *context,
			 const char *key, const size_t members[3], struct json *json)
{
	json_open_object(json, key);
	for (size_t i = 0; i < 3; i++) {
		const struct attr *row = attr_row(&bridge_table, members[i]);

		if (attr_has(&bridge_table, bridge, row))
			row->type->json(row, context, attr_value(row, bridge), row->name, json);
	}
	json_close_object(json);
}

void bridge_json(const struct bridge *bridge, const struct attr_context *context, struct json *json)
{
	static const size_t ipv4[] = { offsetof(struct bridge, querier),
				       offsetof(struct bridge, querier_port),
				       offsetof(struct bridge, querier_other_timer) };
	static const size_t ipv6[] = { offsetof(struct bridge, querier6),
				       offsetof(struct bridge, querier_port6),
				       offsetof(struct bridge, querier_other_timer6) };

	if (!ATTR_HAS(&bridge_table, bridge, bridge, querier) &&
	    !ATTR_HAS(&bridge_table, bridge, bridge, querier6))
		return;
	querier_json(bridge, context, "mcast_querier_state_ipv4", ipv4, json);
	querier_json(bridge, context, "mcast_querier_state_ipv6", ipv6, json);
}
