/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The values attributes have. A field's C type picks its codec (attr/attr.h),
 * so two things that are read or written differently have different types.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;

enum { IPV4 = 2, IPV6 = 10 }; /* AF_INET, AF_INET6: <linux/socket.h> */

/* An Ethernet address. */
struct mac {
	uint8_t bytes[6];
};

/* A link layer address of any device: 6 bytes for Ethernet, 4 or 16 for an IP tunnel. */
struct lladdr {
	uint8_t length;
	uint8_t bytes[20];
};

/* An IPv4 or IPv6 address; family 0 is "none". */
struct address {
	uint8_t family;
	uint8_t bytes[16];
};

/* What a route leads to: an address and how many of its bits count. */
struct prefix {
	uint8_t family;
	uint8_t length;
	uint8_t bytes[16];
};

/* The name of a link in the same namespace, interned. */
struct link_name {
	uint32_t id;
};

/* Any other text, interned: an alias, a label, the name of a queueing discipline. */
struct label {
	uint32_t id;
};

/* A namespace as it is named on the command line: NAME, or pid:N. */
struct netns_name {
	uint32_t id;
};

/* vxlan's source ports. */
struct port_range {
	uint16_t low, high;
};

/* Routing realms of a route's source and destination; 0 is none. */
struct realms {
	uint16_t from, to;
};

/* Why a link is held down: which reasons are meant, and which of them hold. */
struct reasons {
	uint32_t mask, bits;
};

/* 802.1D bridge identifier: priority and MAC. */
struct bridge_id {
	uint8_t priority[2];
	uint8_t mac[6];
};

/* Time left in 1/100 s (USER_HZ), reported only. */
struct timer {
	uint64_t ticks;
};

/* How many bytes an address of the family has: 4, 16, else 0. */
size_t address_size(uint8_t family);

/* "IPv4" or "IPv6", for messages. */
const char *address_family_name(uint8_t family);

/* Reads "10.0.0.1" or "fe80::1"; returns false when it is neither. */
bool address_read(const char *word, struct address *address);

/* The same, and IPv4's short forms as ip(8) reads them: "10.1" is 10.1.0.0. */
bool address_read_short(const char *word, struct address *address);

/* The length of a prefix: a number of any size, or IPv4's mask in dotted form. */
bool prefix_length_read(const char *word, uint8_t family, uint64_t *length);

/* Reads "A/LEN" or "A" (a host's address), A also in a short form; false when it is neither. */
bool address_read_prefix(const char *word, struct address *address, uint8_t *length);

/* Whether the address is one of the prefix's. */
bool prefix_contains(const struct prefix *prefix, const struct address *address);

/* Clears the bits behind its length; whether one was set. */
bool prefix_trim(struct prefix *prefix);

void address_print(uint8_t family, const uint8_t *bytes, struct text *text);
void mac_print(const uint8_t *bytes, size_t length, struct text *text);

/* Reads six hexadecimal bytes with ':' (or '-', or three groups with '.') between. */
bool mac_read(const char *word, uint8_t bytes[6]);

bool address_is_multicast(const struct address *address);
bool address_is_zero(const struct address *address);

/* Also when there is none. */
bool lladdr_is_zero(const struct lladdr *lladdr);

/*
 * Reads a number in decimal, with 0x in hexadecimal or with 0 in octal (as
 * iproute2 does). False when `word` is no such number or has anything behind
 * it; one that does not fit is UINT64_MAX with errno ERANGE.
 */
bool number_read(const char *word, uint64_t *number);
