/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a vlan device has beside what every link has. */
#pragma once

#include "attr/attr.h"

struct vlan {
	struct attr_set asked;
	uint16_t id, protocol;
	bool reorder_hdr, gvrp, loose_binding, mvrp, bridge_binding;
	uint8_t pad[7];
};

extern const struct attr_table vlan_table;

/* What a vlan that is to be made must have. */
int vlan_check_new(const struct vlan *vlan, const struct attr_context *context,
		   struct error *error);
