/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether links of a group changed since a moment: what the kernel tells a socket that
 * listens, instead of one more dump. A dump of N links whose other ends are in N namespaces
 * costs N² in the kernel, which looks each one's id up (net_eq_idr(), 6.18): 22 ms for 1000.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/netlink.h"

struct error;
struct place;

/* Zeroed: none, which is never calm. */
struct link_watch {
	struct netlink netlink;
};

/* From here on, in the namespace that ovl runs in. */
int link_watch_open(struct link_watch *watch, const struct place *place, struct error *error);

/* Accepts a zeroed one, and leaves one. Who hears nothing any more costs the kernel nothing. */
void link_watch_close(struct link_watch *watch);

/*
 * Whether no link came into the group since that was up all the time, and none of those of
 * the interned `names` (sorted) left it, is gone or is called otherwise: false when one did,
 * when another was down, or when news were lost.
 *
 * What rtnetlink(7) changes of a link that is down is not told (netdev_state_change()): who
 * was not up before may be in the group by now. Nor is what sysfs changes.
 */
bool link_watch_is_calm(struct link_watch *watch, uint32_t group, const uint32_t *names,
			size_t count);
