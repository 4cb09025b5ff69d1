/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From bytes to headers: no byte is read that was not asked for with bytes_take(). */
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "text/packet.h"

/* What is left of a header's payload. */
struct bytes {
	const uint8_t *at;
	size_t left;
};

enum {
	TAG_8021AD = 0x88a8,
	EXTENSIONS = 8,      /* of IPv6: more are nobody's */
	VXLAN_POLICY = 0x80, /* draft-smith-vxlan-group-policy */
	VXLAN_VNI = 0x08,
	VXLAN_PROTOCOL = 0x04, /* VXLAN-GPE: the header says what is inside */
	ECHO_REPLY = 0,
	ECHO_REQUEST = 8,
	ECHO6_REQUEST = 128,
	ECHO6_REPLY = 129,
	NEIGHBOUR_SOLICITATION = 135,
	NEIGHBOUR_ADVERTISEMENT = 136,
	OPTION_SOURCE_LLADDR = 1,
	OPTION_TARGET_LLADDR = 2,
};

/* NULL when there are not so many. */
static const uint8_t *bytes_take(struct bytes *bytes, size_t count)
{
	const uint8_t *at = bytes->at;

	if (bytes->left < count)
		return NULL;
	bytes->at += count;
	bytes->left -= count;
	return at;
}

/*
 * The payload ends where its header says, if not before: what follows is
 * padding. A length of 0 says nothing (offloads, jumbograms).
 */
static void bytes_limit(struct bytes *bytes, size_t length, size_t header)
{
	if (length >= header && length - header < bytes->left && length)
		bytes->left = length - header;
}

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void get_mac(struct mac *mac, const uint8_t *at)
{
	memcpy(mac->bytes, at, sizeof(mac->bytes));
}

static void get_address(struct address *address, uint8_t family, const uint8_t *at)
{
	address->family = family;
	memcpy(address->bytes, at, address_size(family));
}

static void read_arp(struct packet_frame *frame, struct bytes *bytes)
{
	/* Ethernet and IPv4 are the only ones that there are. */
	static const uint8_t usual[] = { 0, 1, 8, 0, 6, 4 };
	const uint8_t *at = bytes_take(bytes, 28);

	frame->cut = "arp";
	if (!at || memcmp(at, usual, sizeof(usual)) != 0)
		return;
	frame->cut = NULL;
	frame->network = NETWORK_ARP;
	frame->arp.operation = get16(at + 6);
	get_mac(&frame->arp.sender, at + 8);
	get_address(&frame->source, IPV4, at + 14);
	get_mac(&frame->arp.target, at + 18);
	get_address(&frame->destination, IPV4, at + 24);
}

/* Leaves the vxlan's payload in `bytes`; what it is (an EtherType, 0: a frame) is in *inside. */
static bool read_vxlan(struct packet_frame *frame, struct bytes *bytes, uint16_t *inside)
{
	static const uint16_t protocols[] = { 0, ETH_P_IP, ETH_P_IPV6, 0 };
	const uint8_t *at = bytes_take(bytes, 8);

	if (!at) {
		frame->cut = "vxlan";
		return false;
	}
	frame->has_vxlan = true;
	frame->vxlan_flags = at[0];
	frame->has_vni = at[0] & VXLAN_VNI;
	frame->vni = (uint32_t)(get16(at + 4) << 8 | at[6]);
	*inside = 0;
	if (at[0] & VXLAN_PROTOCOL) {
		if (!at[3] || at[3] >= sizeof(protocols) / sizeof(*protocols))
			return false;
		*inside = protocols[at[3]];
	} else if (at[0] & VXLAN_POLICY) {
		frame->has_policy = true;
		frame->policy = get16(at + 2);
	}
	return frame->has_vni;
}

static bool read_udp(struct packet_frame *frame, struct bytes *bytes,
		     const struct packet_ports *vxlan_ports, uint16_t *inside)
{
	const uint8_t *at = bytes_take(bytes, 8);

	frame->cut = "udp";
	if (!at)
		return false;
	frame->cut = NULL;
	frame->transport = TRANSPORT_UDP;
	frame->source_port = get16(at);
	frame->destination_port = get16(at + 2);
	bytes_limit(bytes, get16(at + 4), 8);
	return packet_ports_has(vxlan_ports, frame->destination_port) &&
	       read_vxlan(frame, bytes, inside);
}

static void read_tcp(struct packet_frame *frame, struct bytes *bytes)
{
	const uint8_t *at = bytes_take(bytes, 20);

	frame->cut = "tcp";
	if (!at)
		return;
	frame->cut = NULL;
	frame->transport = TRANSPORT_TCP;
	frame->source_port = get16(at);
	frame->destination_port = get16(at + 2);
	frame->tcp_flags = at[13];
}

/* The link layer address among the options of a neighbour's message (RFC 4861, 4.6). */
static void read_neighbour(struct packet_frame *frame, struct bytes *bytes)
{
	uint8_t wanted = frame->icmp.type == NEIGHBOUR_SOLICITATION ? OPTION_SOURCE_LLADDR
								    : OPTION_TARGET_LLADDR;
	const uint8_t *at = bytes_take(bytes, 16);

	frame->cut = "icmp6";
	if (!at)
		return;
	frame->cut = NULL;
	frame->icmp.has_target = true;
	get_address(&frame->icmp.target, IPV6, at);
	while ((at = bytes_take(bytes, 8))) {
		if (!at[1] || !bytes_take(bytes, (size_t)(at[1] - 1) * 8))
			return;
		if (at[0] != wanted || at[1] != 1)
			continue;
		get_mac(&frame->icmp.mac, at + 2);
		frame->icmp.has_mac = true;
		return;
	}
}

static void read_icmp(struct packet_frame *frame, struct bytes *bytes, bool is_v6)
{
	const uint8_t *at = bytes_take(bytes, 8);
	uint8_t type;

	frame->cut = is_v6 ? "icmp6" : "icmp";
	if (!at)
		return;
	frame->cut = NULL;
	frame->transport = is_v6 ? TRANSPORT_ICMP6 : TRANSPORT_ICMP;
	frame->icmp.type = type = at[0];
	frame->icmp.code = at[1];
	frame->icmp.has_echo = is_v6 ? type == ECHO6_REQUEST || type == ECHO6_REPLY
				     : type == ECHO_REQUEST || type == ECHO_REPLY;
	frame->icmp.id = get16(at + 4);
	frame->icmp.sequence = get16(at + 6);
	if (is_v6 && (type == NEIGHBOUR_SOLICITATION || type == NEIGHBOUR_ADVERTISEMENT))
		read_neighbour(frame, bytes);
}

/* Whether a vxlan's payload follows. Behind the first fragment's there is no header. */
static bool read_transport(struct packet_frame *frame, struct bytes *bytes,
			   const struct packet_ports *vxlan_ports, uint16_t *inside)
{
	if (frame->ip.offset)
		return false;
	if (frame->ip.protocol == IPPROTO_UDP)
		return read_udp(frame, bytes, vxlan_ports, inside);
	if (frame->ip.protocol == IPPROTO_TCP)
		read_tcp(frame, bytes);
	else if (frame->ip.protocol == IPPROTO_ICMP && frame->source.family == IPV4)
		read_icmp(frame, bytes, false);
	else if (frame->ip.protocol == IPPROTO_ICMPV6 && frame->source.family == IPV6)
		read_icmp(frame, bytes, true);
	return false;
}

static bool read_ipv4(struct packet_frame *frame, struct bytes *bytes)
{
	const uint8_t *at = bytes_take(bytes, 20);
	size_t header, length;

	frame->cut = "ipv4";
	if (!at || at[0] >> 4 != 4)
		return false;
	header = (size_t)(at[0] & 15) * 4;
	length = get16(at + 2);
	if (header < 20 || (length && length < header) || !bytes_take(bytes, header - 20))
		return false;
	frame->cut = NULL;
	frame->network = NETWORK_IP;
	frame->ip.more = at[6] & 0x20;
	frame->ip.offset = (uint16_t)((get16(at + 6) & 0x1fff) * 8);
	frame->ip.is_fragment = frame->ip.more || frame->ip.offset;
	frame->ip.ttl = at[8];
	frame->ip.protocol = at[9];
	get_address(&frame->source, IPV4, at + 12);
	get_address(&frame->destination, IPV4, at + 16);
	bytes_limit(bytes, length, header);
	return true;
}

/* Passes the extension headers that may stand before a transport's (RFC 8200, 4.1). */
static bool read_extensions(struct packet_frame *frame, struct bytes *bytes)
{
	for (int i = 0; i < EXTENSIONS && !frame->ip.offset; i++) {
		uint8_t type = frame->ip.protocol;
		const uint8_t *at;

		if (type != IPPROTO_HOPOPTS && type != IPPROTO_ROUTING &&
		    type != IPPROTO_FRAGMENT && type != IPPROTO_DSTOPTS)
			return true;
		at = bytes_take(bytes, 8);
		if (!at || (type != IPPROTO_FRAGMENT && !bytes_take(bytes, (size_t)at[1] * 8)))
			return false;
		frame->ip.protocol = at[0];
		if (type != IPPROTO_FRAGMENT)
			continue;
		frame->ip.is_fragment = true;
		frame->ip.more = at[3] & 1;
		frame->ip.offset = get16(at + 2) & 0xfff8;
	}
	return true;
}

static bool read_ipv6(struct packet_frame *frame, struct bytes *bytes)
{
	const uint8_t *at = bytes_take(bytes, 40);

	frame->cut = "ipv6";
	if (!at || at[0] >> 4 != 6)
		return false;
	frame->network = NETWORK_IP;
	frame->ip.protocol = at[6];
	frame->ip.ttl = at[7];
	get_address(&frame->source, IPV6, at + 8);
	get_address(&frame->destination, IPV6, at + 24);
	bytes_limit(bytes, get16(at + 4), 0);
	if (!read_extensions(frame, bytes))
		return false;
	frame->cut = NULL;
	return true;
}

static bool read_ethernet(struct packet_frame *frame, struct bytes *bytes)
{
	const uint8_t *at = bytes_take(bytes, 14);

	frame->cut = "ethernet";
	if (!at)
		return false;
	frame->has_ethernet = true;
	get_mac(&frame->destination_mac, at);
	get_mac(&frame->source_mac, at + 6);
	frame->type = get16(at + 12);
	while (frame->type == ETH_P_8021Q || frame->type == TAG_8021AD) {
		frame->cut = "vlan";
		at = bytes_take(bytes, 4);
		if (!at || frame->tags_count == PACKET_TAGS)
			return false;
		frame->tags[frame->tags_count++] = get16(at);
		frame->type = get16(at + 2);
	}
	frame->cut = NULL;
	return true;
}

/* Whether a vxlan's payload follows. */
static bool read_frame(struct packet_frame *frame, struct bytes *bytes,
		       const struct packet_ports *vxlan_ports, uint16_t *inside)
{
	if (!frame->type && !read_ethernet(frame, bytes))
		return false;
	if (frame->type == ETH_P_ARP)
		read_arp(frame, bytes);
	else if (frame->type == ETH_P_IP)
		return read_ipv4(frame, bytes) && read_transport(frame, bytes, vxlan_ports, inside);
	else if (frame->type == ETH_P_IPV6)
		return read_ipv6(frame, bytes) && read_transport(frame, bytes, vxlan_ports, inside);
	else
		frame->network = NETWORK_OTHER;
	return false;
}

void packet_read(const struct packet *packet, const struct packet_ports *vxlan_ports,
		 struct packet_view *view)
{
	struct bytes bytes = { packet->bytes, packet->length };
	uint16_t inside = 0;
	bool more = true;

	view->count = 0;
	if (packet->start == PACKET_START_UNKNOWN)
		return;
	if (packet->start == PACKET_START_IP)
		inside = bytes.left && bytes.at[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP;
	while (more && view->count < PACKET_DEPTH) {
		struct packet_frame *frame = &view->frames[view->count++];

		memset(frame, 0, sizeof(*frame));
		frame->type = inside;
		more = read_frame(frame, &bytes, vxlan_ports, &inside);
	}
}
