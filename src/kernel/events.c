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

int events_join(const struct netlink *netlink, enum object_type type)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++)
		if (groups[i].type == type &&
		    setsockopt(netlink->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups[i].group,
			       sizeof(groups[i].group)) < 0)
			return -errno;
	return 0;
}
