/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a vrf device has beside what every link has. */
#pragma once

#include "attr/attr.h"

struct vrf {
	struct attr_set asked;
	uint32_t table;
	uint8_t pad[4];
};

extern const struct attr_table vrf_table;

/* What a vrf that is to be made must have. */
int vrf_check_new(const struct vrf *vrf, const struct attr_context *context, struct error *error);
