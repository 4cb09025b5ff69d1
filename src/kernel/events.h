/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In which multicast groups the kernel tells of what type (rtnetlink(7), <linux/rtnetlink.h>). */
#pragma once

#include "kernel/netlink.h"
#include "model/object.h"

/*
 * From now on the socket is told of objects of the type. Returns 0 or a negative errno; EINVAL:
 * the kernel does not know the group yet (of VNIs before 5.18).
 */
int events_join(const struct netlink *netlink, enum object_type type);

/* The same of nexthop objects, of which there is no type here. Older kernels (before 5.3) have none. */
int events_join_nexthops(const struct netlink *netlink);
