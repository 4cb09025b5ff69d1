/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/address.h"

#include <stdlib.h>
#include <string.h>

#include "model/uapi.h"

static const struct keyword families[] = { { "inet", IPV4, 0 }, { "inet6", IPV6, 0 }, { 0 } };
static const struct keyword forever[] = { { "forever", 0xffffffff, 0 }, { 0 } };
/* IFAPROT_*: <linux/if_addr.h> */
static const struct keyword protocols[] = {
	{ "kernel_lo", 1, 0 },
	{ "kernel_ra", 2, 0 },
	{ "kernel_ll", 3, 0 },
	{ 0 },
};
static const struct keyword scopes[] = {
	{ "global", 0, 0 }, { "site", 200, 0 },    { "link", 253, 0 },
	{ "host", 254, 0 }, { "nowhere", 255, 0 }, { 0 },
};

#define IFA_BIT(member, word, flag, more, text)                                     \
	ATTR(link_address, member, .name = word, .wire = IFA_FLAGS, .bits = (flag), \
	     .traits = ATTR_FLAG | (more), .help = text)

/* clang-format off */
static const struct attr address_rows[] = {
	ATTR(link_address, netns, .name = "netns", .traits = ATTR_KEY | ATTR_STATUS,
	     .help = "network namespace it is in"),
	ATTR(link_address, family, .name = "family", .keywords = families, .traits = ATTR_STATUS,
	     AT(ifaddrmsg, ifa_family), .help = "inet or inet6"),
	/* IFA_LOCAL and IFA_ADDRESS swap meaning between IPv4 and IPv6, and /LEN is in the
	 * header: kernel/address.c and the command read and write both. */
	ATTR(link_address, local, .name = "local", .usage = "ADDRESS/LEN",
	     .traits = ATTR_KEY | ATTR_POSITION, .help = "the address"),
	ATTR(link_address, length, .name = "prefixlen", AT(ifaddrmsg, ifa_prefixlen), .max = 128,
	     .traits = ATTR_KEY | ATTR_STATUS, .help = "length of the prefix"),
	ATTR(link_address, peer, .name = "peer", .alias = "remote", .json = "address",
	     .usage = "ADDRESS[/LEN]", .traits = ATTR_KEY,
	     .help = "address of the other end of a point-to-point link"),
	ATTR(link_address, dev, .name = "dev", .usage = "DEV", .traits = ATTR_KEY | ATTR_HIDDEN,
	     .help = "link it belongs to"),
	ATTR(link_address, metric, .name = "metric", .alias = "priority preference",
	     .wire = IFA_RT_PRIORITY, .help = "metric of the prefix's route"),
	ATTR(link_address, broadcast, .name = "broadcast", .alias = "brd", .wire = IFA_BROADCAST,
	     .usage = "{ADDRESS|+|-}", .help = "broadcast address; + the prefix's last, - its first"),
	ATTR(link_address, anycast, .name = "anycast", .wire = IFA_ANYCAST, .help = "anycast address"),
	ATTR(link_address, scope, .name = "scope", .keywords = scopes, .database = "rt_scopes",
	     AT(ifaddrmsg, ifa_scope), .help = "where the address is valid"),
	IFA_BIT(secondary, "secondary", IFA_F_SECONDARY, ATTR_STATUS, "not the first of its prefix"),
	/* The same bit of an IPv6 address; kernel/address.c tells them apart. */
	ATTR(link_address, temporary, .name = "temporary", .traits = ATTR_FLAG | ATTR_STATUS,
	     .help = "privacy address (RFC 8981)"),
	IFA_BIT(nodad, "nodad", IFA_F_NODAD, 0, "no duplicate address detection"),
	IFA_BIT(optimistic, "optimistic", IFA_F_OPTIMISTIC, 0, "usable during detection (RFC 4429)"),
	IFA_BIT(dadfailed, "dadfailed", IFA_F_DADFAILED, ATTR_STATUS, "somebody else has it"),
	IFA_BIT(home, "home", IFA_F_HOMEADDRESS, 0, "home address (RFC 6275)"),
	IFA_BIT(deprecated, "deprecated", IFA_F_DEPRECATED, ATTR_STATUS, "not for new connections"),
	IFA_BIT(tentative, "tentative", IFA_F_TENTATIVE, ATTR_STATUS, "not yet known to be unique"),
	ATTR(link_address, dynamic, .name = "dynamic", .traits = ATTR_FLAG | ATTR_STATUS,
	     .help = "its time is limited"),
	IFA_BIT(permanent, "permanent", IFA_F_PERMANENT, ATTR_STATUS | ATTR_HIDDEN,
		"its time is not limited"),
	IFA_BIT(mngtmpaddr, "mngtmpaddr", IFA_F_MANAGETEMPADDR, 0, "template of temporary addresses"),
	IFA_BIT(noprefixroute, "noprefixroute", IFA_F_NOPREFIXROUTE, 0, "no route for the prefix"),
	IFA_BIT(autojoin, "autojoin", IFA_F_MCAUTOJOIN, 0, "join the multicast group"),
	IFA_BIT(stable_privacy, "stable-privacy", IFA_F_STABLE_PRIVACY, ATTR_STATUS,
		"made from a secret (RFC 7217)"),
	ATTR(link_address, protocol, .name = "proto", .json = "protocol", .wire = IFA_PROTO,
	     .keywords = protocols, .traits = ATTR_NO_ZERO, .usage = "PROTO", .since = "5.18",
	     .help = "who put it there"),
	ATTR(link_address, label, .name = "label", .wire = IFA_LABEL, .usage = "LABEL", .max = 15,
	     .help = "a name of at most 15 characters; the link's, unless one is given"),
	/* Both are in one struct ifa_cacheinfo: kernel/address.c. */
	ATTR(link_address, valid_lft, .name = "valid_lft", .json = "valid_life_time", .keywords = forever,
	     .traits = ATTR_JSON_NUMBER, .usage = "{SECONDS|forever}", .help = "how long it exists"),
	ATTR(link_address, preferred_lft, .name = "preferred_lft", .json = "preferred_life_time",
	     .keywords = forever, .traits = ATTR_JSON_NUMBER, .usage = "{SECONDS|forever}",
	     .help = "how long it is used for new connections"),
};
/* clang-format on */

static const struct attr_extra address_extras[] = { ATTR_EXTRA(link_address, asked),
						    ATTR_EXTRA(link_address, maker_untold),
						    ATTR_EXTRA(link_address, pad) };

const struct attr_table address_table =
	ATTR_TABLE(link_address, "addr", address_rows, address_extras);

bool address_conceals_end(const struct link_address *address)
{
	return address->local.family == IPV4 && address->permanent && address->deprecated;
}

size_t address_parts(void *address, struct part parts[PARTS])
{
	parts[0] = (struct part){ .table = &address_table, .object = address };
	return 1;
}
