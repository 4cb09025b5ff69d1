/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/address.h"

#include <stdlib.h>
#include <string.h>

#include "model/uapi.h"

static const struct keyword families[] = { { "inet", IPV4, 0 }, { "inet6", IPV6, 0 }, { 0 } };
static const struct keyword forever[] = { { "forever", 0xffffffff, 0 }, { 0 } };
/* IFAPROT_*: <linux/if_addr.h> */
static const struct keyword protocols[] = {
	{ "kernel_lo", 1, 0 }, { "kernel_ra", 2, 0 }, { "kernel_ll", 3, 0 }, { 0 },
};
static const struct keyword scopes[] = {
	{ "global", 0, 0 }, { "site", 200, 0 }, { "link", 253, 0 }, { "host", 254, 0 }, { "nowhere", 255, 0 }, { 0 },
};

#define IFA_BIT(member, word, flag, more, text)                                       \
	ATTR(ifaddr, member, .name = word, .wire = IFA_FLAGS, .bits = (flag),         \
	     .traits = ATTR_FLAG | (more), .help = text)

/* clang-format off */
static const struct attr address_rows[] = {
	ATTR(ifaddr, netns, .name = "netns", .traits = ATTR_KEY | ATTR_STATUS,
	     .help = "network namespace it is in"),
	ATTR(ifaddr, family, .name = "family", .keywords = families, .traits = ATTR_STATUS,
	     AT(ifaddrmsg, ifa_family), .help = "inet or inet6"),
	/* IFA_LOCAL and IFA_ADDRESS swap meaning between IPv4 and IPv6, and /LEN is in the
	 * header: kernel/address.c and the command read and write both. */
	ATTR(ifaddr, local, .name = "local", .usage = "ADDRESS/LEN",
	     .traits = ATTR_KEY | ATTR_POSITION, .help = "the address"),
	ATTR(ifaddr, length, .name = "prefixlen", AT(ifaddrmsg, ifa_prefixlen), .max = 128,
	     .traits = ATTR_KEY | ATTR_STATUS, .help = "length of the prefix"),
	ATTR(ifaddr, peer, .name = "peer", .alias = "remote", .json = "address",
	     .usage = "ADDRESS[/LEN]", .traits = ATTR_KEY,
	     .help = "address of the other end of a point-to-point link"),
	ATTR(ifaddr, dev, .name = "dev", .usage = "DEV", .traits = ATTR_KEY | ATTR_HIDDEN,
	     .help = "link it belongs to"),
	ATTR(ifaddr, metric, .name = "metric", .alias = "priority preference",
	     .wire = IFA_RT_PRIORITY, .help = "metric of the prefix's route"),
	ATTR(ifaddr, broadcast, .name = "broadcast", .alias = "brd", .wire = IFA_BROADCAST,
	     .usage = "{ADDRESS|+|-}", .help = "broadcast address; + the prefix's, - none"),
	ATTR(ifaddr, anycast, .name = "anycast", .wire = IFA_ANYCAST, .help = "anycast address"),
	ATTR(ifaddr, scope, .name = "scope", .keywords = scopes, .database = "rt_scopes",
	     AT(ifaddrmsg, ifa_scope), .help = "where the address is valid"),
	IFA_BIT(secondary, "secondary", IFA_F_SECONDARY, ATTR_STATUS, "not the first of its prefix"),
	/* The same bit of an IPv6 address; kernel/address.c tells them apart. */
	ATTR(ifaddr, temporary, .name = "temporary", .traits = ATTR_FLAG | ATTR_STATUS,
	     .help = "privacy address (RFC 8981)"),
	IFA_BIT(nodad, "nodad", IFA_F_NODAD, 0, "no duplicate address detection"),
	IFA_BIT(optimistic, "optimistic", IFA_F_OPTIMISTIC, 0, "usable during detection (RFC 4429)"),
	IFA_BIT(dadfailed, "dadfailed", IFA_F_DADFAILED, ATTR_STATUS, "somebody else has it"),
	IFA_BIT(home, "home", IFA_F_HOMEADDRESS, 0, "home address (RFC 6275)"),
	IFA_BIT(deprecated, "deprecated", IFA_F_DEPRECATED, ATTR_STATUS, "not for new connections"),
	IFA_BIT(tentative, "tentative", IFA_F_TENTATIVE, ATTR_STATUS, "not yet known to be unique"),
	ATTR(ifaddr, dynamic, .name = "dynamic", .traits = ATTR_FLAG | ATTR_STATUS,
	     .help = "its time is limited"),
	IFA_BIT(permanent, "permanent", IFA_F_PERMANENT, ATTR_STATUS | ATTR_HIDDEN,
		"its time is not limited"),
	IFA_BIT(mngtmpaddr, "mngtmpaddr", IFA_F_MANAGETEMPADDR, 0, "template of temporary addresses"),
	IFA_BIT(noprefixroute, "noprefixroute", IFA_F_NOPREFIXROUTE, 0, "no route for the prefix"),
	IFA_BIT(autojoin, "autojoin", IFA_F_MCAUTOJOIN, 0, "join the multicast group"),
	IFA_BIT(stable_privacy, "stable-privacy", IFA_F_STABLE_PRIVACY, ATTR_STATUS,
		"made from a secret (RFC 7217)"),
	ATTR(ifaddr, protocol, .name = "proto", .json = "protocol", .wire = IFA_PROTO,
	     .keywords = protocols, .traits = ATTR_NO_ZERO, .usage = "PROTO",
	     .help = "who put it there"),
	ATTR(ifaddr, label, .name = "label", .wire = IFA_LABEL, .usage = "LABEL",
	     .help = "the link's name, or DEV:TEXT"),
	/* Both are in one struct ifa_cacheinfo: kernel/address.c. */
	ATTR(ifaddr, valid_lft, .name = "valid_lft", .json = "valid_life_time", .keywords = forever,
	     .traits = ATTR_JSON_NUMBER, .usage = "{SECONDS|forever}", .help = "how long it exists"),
	ATTR(ifaddr, preferred_lft, .name = "preferred_lft", .json = "preferred_life_time",
	     .keywords = forever, .traits = ATTR_JSON_NUMBER, .usage = "{SECONDS|forever}",
	     .help = "how long it is used for new connections"),
};
/* clang-format on */

static const struct attr_extra address_extras[] = { ATTR_EXTRA(ifaddr, asked),
						   ATTR_EXTRA(ifaddr, pad) };

const struct attr_table address_table = ATTR_TABLE(ifaddr, "addr", address_rows, address_extras);

bool address_read_prefix(const char *word, struct address *address, uint8_t *length)
{
	const char *slash = strchr(word, '/');
	char text[64];
	uint64_t number;

	if (!slash) {
		if (!address_read(word, address))
			return false;
		*length = address->family == IPV6 ? 128 : 32;
		return true;
	}
	if ((size_t)(slash - word) >= sizeof(text))
		return false;
	memcpy(text, word, (size_t)(slash - word));
	text[slash - word] = '\0';
	if (!address_read(text, address) || !number_read(slash + 1, &number) ||
	    number > address_size(address->family) * 8)
		return false;
	*length = (uint8_t)number;
	return true;
}

size_t address_parts(void *address, struct part parts[PARTS])
{
	parts[0] = (struct part){ .table = &address_table, .object = address };
	return 1;
}
