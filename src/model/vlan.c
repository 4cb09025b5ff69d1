/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/vlan.h"

#include "base/error.h"
#include "model/uapi.h"

static const struct keyword protocols[] = {
	{ "802.1Q", ETH_P_8021Q, 0 },
	{ "802.1ad", ETH_P_8021AD, 0 },
	{ "802.1q", ETH_P_8021Q, 0 },
	{ "802.1AD", ETH_P_8021AD, 0 },
	{ 0 },
};

/* All of them share IFLA_VLAN_FLAGS, and an array in JSON. */
#define FLAG(member, key, bit, text)                                                               \
	ATTR(vlan, member, .name = #member, .json = key, .list = "flags", .wire = IFLA_VLAN_FLAGS, \
	     .bits = (bit), .traits = ATTR_MASKED | ATTR_DETAIL, .help = text)

/* clang-format off */
static const struct attr vlan_rows[] = {
	ATTR(vlan, protocol, .name = "protocol", .wire = IFLA_VLAN_PROTOCOL,
	     .keywords = protocols, .traits = ATTR_FIXED | ATTR_NET_ORDER, .help = "how frames are tagged"),
	/* 4095 is VLAN_VID_MASK, which the kernel refuses. */
	ATTR(vlan, id, .name = "id", .wire = IFLA_VLAN_ID, .max = 4094, .usage = "VID",
	     .traits = ATTR_FIXED, .help = "VLAN"),
	FLAG(reorder_hdr, "REORDER_HDR", VLAN_FLAG_REORDER_HDR,
	     "take the tag off before others see the frame"),
	FLAG(gvrp, "GVRP", VLAN_FLAG_GVRP, "announce the VLAN over GVRP"),
	FLAG(mvrp, "MVRP", VLAN_FLAG_MVRP, "announce the VLAN over MVRP"),
	FLAG(loose_binding, "LOOSE_BINDING", VLAN_FLAG_LOOSE_BINDING,
	     "its state does not follow the link below"),
	FLAG(bridge_binding, "BRIDGE_BINDING", VLAN_FLAG_BRIDGE_BINDING,
	     "its state follows the bridge's ports that are in the VLAN"),
};
/* clang-format on */

static const struct attr_extra vlan_extras[] = {
	ATTR_EXTRA(vlan, asked),
	ATTR_EXTRA(vlan, pad),
};

const struct attr_table vlan_table = ATTR_TABLE(vlan, "vlan", vlan_rows, vlan_extras);

int vlan_check_new(const struct vlan *vlan, const struct attr_context *context, struct error *error)
{
	(void)context;
	if (!ATTR_HAS(&vlan_table, vlan, vlan, id))
		return error_usage(error, "a vlan needs 'id VID'");
	return 0;
}
