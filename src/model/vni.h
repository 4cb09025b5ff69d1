/* SPDX-License-Identifier: GPL-3.0-or-later */
/* VNIs that a vxlan with a vni filter accepts. */
#pragma once

#include "attr/attr.h"
#include "model/object.h"

struct vni {
	struct attr_set asked;
	struct netns_name netns;
	struct link_name dev;
	uint32_t first, last;         /* first == last: one VNI */
	struct address group, remote; /* one of them at most: where its frames are flooded to */
	uint8_t pad[6];
};

extern const struct attr_table vni_table;

size_t vni_parts(void *vni, struct part parts[PARTS]);
