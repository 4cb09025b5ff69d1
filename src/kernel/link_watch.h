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
 * Whether the group has certainly the members it had, by the interned `names` (sorted):
 * false when one came, left, is gone or is called otherwise, or when news were lost.
 */
bool link_watch_is_calm(struct link_watch *watch, uint32_t group, const uint32_t *names,
			size_t count);
