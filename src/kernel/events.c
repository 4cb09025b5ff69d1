/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/events.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

static const struct {
	enum object_type type;
	int group;
} groups[] = {
	{ OBJECT_LINK, RTNLGRP_LINK },           { OBJECT_ADDRESS, RTNLGRP_IPV4_IFADDR },
	{ OBJECT_ADDRESS, RTNLGRP_IPV6_IFADDR }, { OBJECT_NEIGHBOUR, RTNLGRP_NEIGH },
	{ OBJECT_FDB, RTNLGRP_NEIGH },           { OBJECT_ROUTE, RTNLGRP_IPV4_ROUTE },
	{ OBJECT_ROUTE, RTNLGRP_IPV6_ROUTE },    { OBJECT_NETNS, RTNLGRP_NSID },
	{ OBJECT_VNI, RTNLGRP_TUNNEL },
};

static int join(const struct netlink *netlink, int group)
{
	return setsockopt(netlink->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) <
			       0
		       ? -errno
		       : 0;
}

int events_join(const struct netlink *netlink, enum object_type type)
{
	int r = 0;

	for (size_t i = 0; !r && i < sizeof(groups) / sizeof(*groups); i++)
		if (groups[i].type == type)
			r = join(netlink, groups[i].group);
	return r;
}

int events_join_nexthops(const struct netlink *netlink)
{
	int r = join(netlink, RTNLGRP_NEXTHOP);

	return r == -EINVAL ? 0 : r;
}
