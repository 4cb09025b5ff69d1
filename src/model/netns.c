/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/netns.h"

static const struct keyword ids[] = { { "auto", (uint64_t)-1, 0 }, { 0 } };

/* clang-format off */
static const struct attr netns_rows[] = {
	ATTR(netns, name, .name = "name", .usage = "NAME", .traits = ATTR_KEY | ATTR_POSITION,
	     .help = "name under /run/netns"),
	ATTR(netns, pid, .name = "pid", .traits = ATTR_ACTION | ATTR_HIDDEN,
	     .help = "process whose namespace gets the name"),
	ATTR(netns, id, .name = "id", .keywords = ids,
	     .help = "its id in the namespace ovl runs in"),
};
/* clang-format on */

static const struct attr_extra netns_extras[] = { ATTR_EXTRA(netns, asked), ATTR_EXTRA(netns, pad),
						  ATTR_EXTRA(netns, manage) };

const struct attr_table netns_table = ATTR_TABLE(netns, "netns", netns_rows, netns_extras);

size_t netns_parts(void *netns, struct part parts[PARTS])
{
	parts[0] = (struct part){ .table = &netns_table, .object = netns };
	return 1;
}
