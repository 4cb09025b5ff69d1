/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a bridge device has beside what every link has. Of its ports: bridge_port.h. */
#pragma once

#include "attr/attr.h"

/* STP's and IGMP's times are in 1/100 s. */
struct bridge {
	struct attr_set asked;
	uint64_t mcast_last_member_interval, mcast_membership_interval, mcast_querier_interval;
	uint64_t mcast_query_interval, mcast_query_response_interval;
	uint64_t mcast_startup_query_interval;
	struct timer hello_timer, tcn_timer, topology_change_timer, gc_timer;
	struct timer querier_other_timer, querier_other_timer6;
	uint32_t forward_delay, hello_time, max_age, ageing_time;
	uint32_t stp_state, stp_mode, root_path_cost;
	uint32_t mcast_hash_elasticity, mcast_hash_max;
	uint32_t mcast_last_member_count, mcast_startup_query_count;
	uint32_t fdb_n_learned, fdb_max_learned;
	uint32_t querier_port, querier_port6;
	uint16_t priority, vlan_protocol, vlan_default_pvid, group_fwd_mask, root_port;
	struct bridge_id bridge_id, root_id;
	struct mac group_address;
	struct address querier, querier6;
	uint8_t mcast_router, mcast_igmp_version, mcast_mld_version;
	bool vlan_filtering, vlan_stats_enabled, vlan_stats_per_port;
	bool mcast_snooping, mcast_query_use_ifaddr, mcast_querier, mcast_stats_enabled;
	bool nf_call_iptables, nf_call_ip6tables, nf_call_arptables;
	bool no_linklocal_learn, mcast_vlan_snooping, mst_enabled;
	bool mdb_offload_fail_notification, fdb_local_vlan_0;
	bool topology_change, topology_change_detected;
	bool fdb_flush;
	uint8_t pad[5];
};

extern const struct attr_table bridge_table;

/* Values that are possible alone and not together. */
int bridge_check(const struct bridge *bridge, const struct attr_context *context,
		 struct error *error);

/* Adds who is the querier: iproute2 has an object of its own for each family. */
void bridge_json(const struct bridge *bridge, const struct attr_context *context,
		 struct json *json);
