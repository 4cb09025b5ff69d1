/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An IPv4 or IPv6 address of a link. */
#pragma once

#include "attr/attr.h"
#include "model/object.h"

struct link_address {
	struct attr_set asked;
	struct netns_name netns;
	struct link_name dev;
	struct address local, peer;
	uint8_t length; /* of the prefix */
	uint8_t scope;
	uint32_t metric, valid_lft, preferred_lft;
	struct label label;
	struct address broadcast, anycast;
	uint8_t protocol;
	bool secondary, temporary, nodad, optimistic, dadfailed, home, deprecated, tentative;
	bool permanent, dynamic, mngtmpaddr, noprefixroute, autojoin, stable_privacy;
	uint8_t family;
	bool maker_untold; /* by the kernel, of any address: before Linux 5.18 */
	uint8_t pad;
};

extern const struct attr_table address_table;

size_t address_parts(void *address, struct part parts[PARTS]);

/*
 * Whether it is an IPv4 address that stays for ever and is deprecated: its preferred_lft is
 * 0, but the kernel says "forever" of both times (inet_fill_ifaddr(), 6.18), and so does ip(8).
 */
bool address_conceals_end(const struct link_address *address);
