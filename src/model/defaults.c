/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Read back from links that were just made (6.18); br_dev_setup(), br_multicast_init(), new_nbp(), vxlan_nl2conf(). */
#include "model/defaults.h"

#include <string.h>

#include "model/link.h"
#include "model/uapi.h"

struct number {
	const struct attr_table *table;
	uint16_t offset;
	uint64_t value;
};

#define LINK(member, value)                                         \
	{                                                           \
		&link_table, offsetof(struct link, member), (value) \
	}
#define BRIDGE(member, value)                                           \
	{                                                               \
		&bridge_table, offsetof(struct bridge, member), (value) \
	}
#define PORT(member, value)                                                       \
	{                                                                         \
		&bridge_port_table, offsetof(struct bridge_port, member), (value) \
	}
#define VXLAN(member, value)                                          \
	{                                                             \
		&vxlan_table, offsetof(struct vxlan, member), (value) \
	}
#define VLAN(member, value)                                         \
	{                                                           \
		&vlan_table, offsetof(struct vlan, member), (value) \
	}

/* clang-format off */
static const struct number numbers[] = {
	LINK(multicast, 1), LINK(all_multicast, 0), LINK(promisc, 0), LINK(arp, 1), LINK(group, 0),
	LINK(addrgenmode, 0), LINK(gso_max_size, 65536), LINK(gso_max_segs, 65535),
	LINK(gro_max_size, 65536), LINK(gso_ipv4_max_size, 65536), LINK(gro_ipv4_max_size, 65536),
	/* times in 1/100 s */
	BRIDGE(forward_delay, 1500), BRIDGE(hello_time, 200), BRIDGE(max_age, 2000),
	BRIDGE(ageing_time, 30000), BRIDGE(stp_state, 0), BRIDGE(stp_mode, 0),
	BRIDGE(priority, 32768), BRIDGE(vlan_filtering, 0), BRIDGE(vlan_protocol, ETH_P_8021Q),
	BRIDGE(vlan_default_pvid, 1), BRIDGE(vlan_stats_enabled, 0),
	BRIDGE(vlan_stats_per_port, 0), BRIDGE(fdb_max_learned, 0), BRIDGE(group_fwd_mask, 0),
	BRIDGE(mcast_snooping, 1), BRIDGE(no_linklocal_learn, 0), BRIDGE(mcast_vlan_snooping, 0),
	BRIDGE(mst_enabled, 0), BRIDGE(mdb_offload_fail_notification, 0),
	BRIDGE(fdb_local_vlan_0, 0), BRIDGE(mcast_router, 1), BRIDGE(mcast_query_use_ifaddr, 0),
	BRIDGE(mcast_querier, 0), BRIDGE(mcast_hash_elasticity, 16), BRIDGE(mcast_hash_max, 4096),
	BRIDGE(mcast_last_member_count, 2), BRIDGE(mcast_startup_query_count, 2),
	BRIDGE(mcast_last_member_interval, 100), BRIDGE(mcast_membership_interval, 26000),
	BRIDGE(mcast_querier_interval, 25500), BRIDGE(mcast_query_interval, 12500),
	BRIDGE(mcast_query_response_interval, 1000), BRIDGE(mcast_stats_enabled, 0),
	BRIDGE(mcast_igmp_version, 2), BRIDGE(mcast_mld_version, 1), BRIDGE(nf_call_iptables, 0),
	BRIDGE(nf_call_ip6tables, 0), BRIDGE(nf_call_arptables, 0),
	PORT(priority, 32), PORT(hairpin, 0), PORT(guard, 0), PORT(root_block, 0),
	PORT(fastleave, 0), PORT(learning, 1), PORT(learning_sync, 0), PORT(flood, 1),
	PORT(mcast_flood, 1), PORT(bcast_flood, 1), PORT(mcast_to_unicast, 0), PORT(proxy_arp, 0),
	PORT(proxy_arp_wifi, 0), PORT(mcast_router, 1), PORT(mcast_max_groups, 0),
	PORT(neigh_suppress, 0), PORT(neigh_vlan_suppress, 0), PORT(neigh_forward_grat, 0),
	PORT(group_fwd_mask, 0), PORT(vlan_tunnel, 0), PORT(isolated, 0), PORT(locked, 0),
	PORT(mab, 0), PORT(backup_nhid, 0),
	VXLAN(ttl, VXLAN_TTL_AUTO), VXLAN(tos, 0), VXLAN(df, 0), VXLAN(label, 0),
	VXLAN(ageing, 300), VXLAN(limit, 0), VXLAN(learning, 1), VXLAN(proxy, 0), VXLAN(rsc, 0),
	VXLAN(l2miss, 0), VXLAN(l3miss, 0), VXLAN(udpcsum, 1), VXLAN(udp6zerocsumtx, 0),
	VXLAN(udp6zerocsumrx, 0), VXLAN(remcsumtx, 0), VXLAN(remcsumrx, 0), VXLAN(localbypass, 1),
	VXLAN(reserved_bits, 0xf7ffffff000000ff), /* all but the I flag and the VNI */
	VXLAN(external, 0), VXLAN(vnifilter, 0), VXLAN(gbp, 0), VXLAN(gpe, 0),
	VLAN(protocol, ETH_P_8021Q), VLAN(reorder_hdr, 1), VLAN(gvrp, 0), VLAN(mvrp, 0),
	VLAN(loose_binding, 0), VLAN(bridge_binding, 0),
};
/* clang-format on */

static bool is_kind(const struct link_kind *kind, const char *name)
{
	return kind && !strcmp(kind->name, name);
}

/* ether_setup(); a vxlan's and a macvlan's MTU follows what is below them. */
static bool link_default(const struct attr *row, const struct link_kind *kind, void *field)
{
	static const uint8_t all_ones[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct lladdr *address = field;

	if (!kind)
		return false;
	if (row->offset == offsetof(struct link, mtu) &&
	    (is_kind(kind, "veth") || is_kind(kind, "bridge") || is_kind(kind, "dummy") ||
	     is_kind(kind, "ifb"))) {
		attr_set_integer(field, row->size, 1500);
		return true;
	}
	if (row->offset == offsetof(struct link, txqlen)) {
		attr_set_integer(field, row->size, is_kind(kind, "ifb") ? 32 : 1000);
		return true;
	}
	if (row->offset != offsetof(struct link, broadcast))
		return false;
	*address = (struct lladdr){ .length = sizeof(all_ones) };
	memcpy(address->bytes, all_ones, sizeof(all_ones));
	return true;
}

/* IEEE 802.1D's group for spanning trees. */
static bool group_address_default(const struct attr_table *table, const struct attr *row,
				  void *field)
{
	static const uint8_t group[6] = { 0x01, 0x80, 0xc2 };

	if (table != &bridge_table || row->offset != offsetof(struct bridge, group_address))
		return false;
	memset(field, 0, row->size);
	memcpy(field, group, sizeof(group));
	return true;
}

bool attr_default(const struct attr_table *table, const struct attr *row,
		  const struct link_kind *kind, void *field)
{
	if (row->traits & (ATTR_KEY | ATTR_STATUS | ATTR_ACTION))
		return false;
	if (row->type == &attr_type_link_name || row->type == &attr_type_label ||
	    row->type == &attr_type_address || row->type == &attr_type_port_range) {
		memset(field, 0, row->size);
		return true;
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		if (numbers[i].table != table || numbers[i].offset != row->offset)
			continue;
		attr_set_integer(field, row->size, numbers[i].value);
		return true;
	}
	return group_address_default(table, row, field) ||
	       (table == &link_table && link_default(row, kind, field));
}

bool attr_has_default(const struct attr_table *table, const struct attr *row,
		      const struct link_kind *kind, const void *object)
{
	union {
		uint8_t bytes[ATTR_PAYLOAD];
		uint64_t aligned;
	} field = { { 0 } };

	if (row->size > sizeof(field) || !attr_default(table, row, kind, field.bytes))
		return false;
	if (row->type == &attr_type_address)
		return address_is_zero(attr_value(row, object));
	return !memcmp(field.bytes, attr_value(row, object), row->size);
}

/* port_cost() of net/bridge/br_if.c: 4 is that of 1 Gbit/s before Linux 5.13. */
bool port_has_usual_cost(const struct link *port)
{
	static const uint32_t by_speed[] = { 1, 2, 3, 4, 5, 19, 100 };
	uint32_t cost = port->port.cost;

	/* Those have one speed, or none. */
	if (is_kind(port->kind_info, "veth"))
		return cost == 2;
	if (is_kind(port->kind_info, "ifb") || is_kind(port->kind_info, "dummy"))
		return cost == 100;
	for (size_t i = 0; i < sizeof(by_speed) / sizeof(*by_speed); i++)
		if (cost == by_speed[i])
			return true;
	return false;
}
