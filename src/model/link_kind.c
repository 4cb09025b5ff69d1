/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/link_kind.h"

#include <string.h>

/* A kind's functions know its own struct: these take it out of the union. */
#define CHECK(kind, function)                                                                      \
	static int kind##_##function##_of(const union link_data *data,                             \
					  const struct attr_context *context, struct error *error) \
	{                                                                                          \
		return kind##_##function(&data->kind, context, error);                             \
	}
#define REPLACES(kind)                                                                           \
	static bool kind##_replaces_of(const union link_data *have, const union link_data *want, \
				       const struct attr *row)                                   \
	{                                                                                        \
		return kind##_replaces(&have->kind, &want->kind, row);                           \
	}
#define JSON(kind)                                                                        \
	static void kind##_json_of(const union link_data *data,                           \
				   const struct attr_context *context, struct json *json) \
	{                                                                                 \
		kind##_json(&data->kind, context, json);                                  \
	}

CHECK(bridge, check)
JSON(bridge)
CHECK(vxlan, check)
CHECK(vxlan, check_new)
REPLACES(vxlan)
JSON(vxlan)
CHECK(macvlan, check)
REPLACES(macvlan)
JSON(macvlan)
CHECK(vlan, check_new)
CHECK(vrf, check_new)

static void vxlan_supersede_of(union link_data *data, const union link_data *change)
{
	vxlan_supersede(&data->vxlan, &change->vxlan);
}

static int vxlan_encode_of(const union link_data *data, uint64_t rows, uint16_t *number,
			   uint8_t payload[ATTR_PAYLOAD])
{
	return vxlan_encode(&data->vxlan, rows, number, payload);
}

static int vxlan_decode_of(union link_data *data, uint16_t number, const uint8_t *payload,
			   size_t length)
{
	return vxlan_decode(&data->vxlan, number, payload, length);
}

static bool vxlan_is_implied_of(const union link_data *data, const struct attr *row)
{
	return vxlan_is_implied(&data->vxlan, row);
}

const struct link_kind link_kinds[] = {
	{
		.name = "veth",
		.help = "two ends of a cable",
	},
	{
		.name = "bridge",
		.help = "Ethernet switch",
		.table = &bridge_table,
		.check = bridge_check_of,
		.json = bridge_json_of,
	},
	{
		.name = "vxlan",
		.help = "Ethernet over UDP (RFC 7348)",
		.table = &vxlan_table,
		.check = vxlan_check_of,
		.check_new = vxlan_check_new_of,
		.replaces = vxlan_replaces_of,
		.supersede = vxlan_supersede_of,
		.encode = vxlan_encode_of,
		.decode = vxlan_decode_of,
		.is_implied = vxlan_is_implied_of,
		.json = vxlan_json_of,
	},
	{
		.name = "macvlan",
		.help = "another MAC on a link",
		.table = &macvlan_table,
		.check = macvlan_check_of,
		.replaces = macvlan_replaces_of,
		.json = macvlan_json_of,
	},
	{
		.name = "vlan",
		.help = "one VLAN of a link (802.1Q)",
		.table = &vlan_table,
		.check_new = vlan_check_new_of,
	},
	{
		.name = "vrf",
		.help = "ports with a routing table of their own",
		.table = &vrf_table,
		.check_new = vrf_check_new_of,
	},
	{
		.name = "dummy",
		.help = "link that swallows what is sent",
	},
	{
		.name = "ifb",
		.help = "link that hands back what is sent (traffic shaping)",
	},
};

const size_t link_kinds_count = sizeof(link_kinds) / sizeof(*link_kinds);

const struct link_kind *link_kind_find(const char *name)
{
	for (size_t i = 0; i < link_kinds_count; i++)
		if (!strcmp(link_kinds[i].name, name))
			return &link_kinds[i];
	return NULL;
}
