/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A packet's bytes as what is said of them: its headers, and those of the frame
 * that a VXLAN carries in it. As much as one must see to follow a frame through
 * an overlay, and no more. Sources: RFC 791, 826, 2460, 4443, 4861, 7348, 8200,
 * IEEE 802.1Q, draft-ietf-nvo3-vxlan-gpe.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr/value.h"

struct json;
struct text;

/* UDP ports behind which a VXLAN is expected, a bit each. */
struct packet_ports {
	uint8_t bits[65536 / 8];
};

static inline void packet_ports_add(struct packet_ports *ports, uint16_t port)
{
	ports->bits[port / 8] |= (uint8_t)(1 << port % 8);
}

static inline bool packet_ports_has(const struct packet_ports *ports, uint16_t port)
{
	return ports->bits[port / 8] >> port % 8 & 1;
}

/* What the bytes begin with. */
enum packet_start { PACKET_START_ETHERNET, PACKET_START_IP, PACKET_START_UNKNOWN };

/* A packet as it passed a device. */
struct packet {
	uint64_t time_ns;  /* since 1970, UTC */
	const char *dev;   /* as the kernel has it: not escaped */
	uint8_t type;      /* PACKET_HOST … PACKET_OUTGOING of <linux/if_packet.h>, packet(7) */
	uint16_t hardware; /* ARPHRD_… of <linux/if_arp.h> */
	enum packet_start start;
	const uint8_t *bytes;
	size_t length; /* of `bytes`; the packet may be longer: */
	size_t whole;
};

enum packet_network { NETWORK_NONE, NETWORK_ARP, NETWORK_IP, NETWORK_OTHER };
enum packet_transport {
	TRANSPORT_NONE,
	TRANSPORT_UDP,
	TRANSPORT_TCP,
	TRANSPORT_ICMP,
	TRANSPORT_ICMP6,
};

enum {
	PACKET_TAGS = 2,  /* VLAN tags of a frame that are told */
	PACKET_DEPTH = 3, /* a frame in a VXLAN in a VXLAN */
};

/* A frame and the headers in it, down to the transport's. */
struct packet_frame {
	bool has_ethernet;
	struct mac source_mac, destination_mac;
	uint16_t tags[PACKET_TAGS]; /* priority and id (TCI) */
	uint8_t tags_count;
	uint16_t type; /* EtherType, or below 0x600 an 802.3 length */

	enum packet_network network;
	struct address source, destination; /* of IP; of ARP's sender and target */

	struct {
		uint16_t operation;
		struct mac sender, target;
	} arp;
	struct {
		uint8_t protocol, ttl;
		bool is_fragment, more;
		uint16_t offset; /* of the fragment, in bytes */
	} ip;

	enum packet_transport transport;
	uint16_t source_port, destination_port;
	uint8_t tcp_flags;
	struct {
		uint8_t type, code;
		bool has_echo, has_target, has_mac;
		uint16_t id, sequence; /* of an echo */
		struct address target; /* of IPv6's neighbour discovery */
		struct mac mac;
	} icmp;

	bool has_vxlan; /* the next frame is inside, unless there is none: it cannot be read */
	uint8_t vxlan_flags;
	bool has_vni, has_policy;
	uint32_t vni;
	uint16_t policy;

	const char
		*cut; /* the header that the bytes end in, or that is no such header; NULL: none */
};

struct packet_view {
	struct packet_frame frames[PACKET_DEPTH]; /* the outermost first */
	size_t count;
};

/* Reads any bytes at all; what cannot be understood is left out. */
void packet_read(const struct packet *packet, const struct packet_ports *vxlan_ports,
		 struct packet_view *view);

/* Puts a line, with its newline; the date and the hop limits with `details`. */
void packet_words(const struct packet *packet, const struct packet_view *view, bool details,
		  struct text *text);

/* Puts a JSON object. */
void packet_json(const struct packet *packet, const struct packet_view *view, struct json *json);
