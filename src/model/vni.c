/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/vni.h"

#include "model/uapi.h"

/* clang-format off */
static const struct attr vni_rows[] = {
	ATTR(vni, netns, .name = "netns", .traits = ATTR_KEY | ATTR_STATUS,
	     .help = "network namespace it is in"),
	ATTR(vni, dev, .name = "dev", .json = "ifname", .usage = "DEV", .traits = ATTR_KEY,
	     .help = "vxlan with a vni filter"),
	/* The words are VNI or VNI-VNI: the command reads both. */
	ATTR(vni, first, .name = "vni", .max = 0xffffff, .usage = "VNI[-VNI]", .traits = ATTR_KEY,
	     .nest = VXLAN_VNIFILTER_ENTRY, .wire = VXLAN_VNIFILTER_ENTRY_START,
	     .help = "VNI, or a range of them"),
	ATTR(vni, last, .name = "vni_end", .json = "vniEnd", .max = 0xffffff,
	     .nest = VXLAN_VNIFILTER_ENTRY, .wire = VXLAN_VNIFILTER_ENTRY_END,
	     .traits = ATTR_STATUS, .help = "last VNI of the range"),
	ATTR(vni, group, .name = "group", .nest = VXLAN_VNIFILTER_ENTRY,
	     .wire = VXLAN_VNIFILTER_ENTRY_GROUP, .wire6 = VXLAN_VNIFILTER_ENTRY_GROUP6,
	     .help = "multicast group that frames for unknown MACs go to"),
	/* The same attribute: kernel/vni.c tells which it is. */
	ATTR(vni, remote, .name = "remote", .nest = VXLAN_VNIFILTER_ENTRY,
	     .wire = VXLAN_VNIFILTER_ENTRY_GROUP, .wire6 = VXLAN_VNIFILTER_ENTRY_GROUP6,
	     .help = "VTEP that frames for unknown MACs go to"),
};
/* clang-format on */

static const struct attr_extra vni_extras[] = { ATTR_EXTRA(vni, asked), ATTR_EXTRA(vni, pad) };

const struct attr_table vni_table = ATTR_TABLE(vni, "vni", vni_rows, vni_extras);

size_t vni_parts(void *vni, struct part parts[PARTS])
{
	parts[0] = (struct part){ .table = &vni_table, .object = vni };
	return 1;
}
