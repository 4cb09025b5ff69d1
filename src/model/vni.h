/* SPDX-License-Identifier: GPL-3.0-or-later */
/* VNIs that a vxlan with a vni filter accepts. */
#pragma once

#include "attr/attr.h"
#include "model/object.h"

struct vni {
	struct attr_set asked;
	struct netns_name netns;
	struct link_name dev;
	uint32_t first, last; /* first == last: one VNI */
	struct address group; /* multicast group or remote of the range */
	uint8_t pad[7];
};

extern const struct attr_table vni_table;

size_t vni_parts(void *vni, struct part parts[PARTS]);
