/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headers as a line and as JSON; they are read in packet_read.c. */
#include "text/packet.h"

#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

#include "attr/codec.h"
#include "base/json.h"
#include "base/text.h"

struct named {
	uint32_t number;
	const char *name;
};

/* clang-format off */
static const struct named protocols[] = {
	{ IPPROTO_ICMP, "icmp" },     { IPPROTO_IGMP, "igmp" }, { IPPROTO_IPIP, "ipip" },
	{ IPPROTO_TCP, "tcp" },       { IPPROTO_UDP, "udp" },   { IPPROTO_IPV6, "ipv6" },
	{ IPPROTO_GRE, "gre" },       { IPPROTO_ESP, "esp" },   { IPPROTO_ICMPV6, "icmp6" },
	{ IPPROTO_NONE, "nothing" },  { 89, "ospf" },           { IPPROTO_SCTP, "sctp" },
};

static const struct named icmp_types[] = {
	{ 0, "echo-reply" }, { 3, "unreachable" }, { 5, "redirect" }, { 8, "echo-request" },
	{ 11, "time-exceeded" },
};

static const struct named icmp6_types[] = {
	{ 1, "unreachable" }, { 2, "too-big" }, { 3, "time-exceeded" },
	{ 128, "echo-request" }, { 129, "echo-reply" },
	{ 130, "listener-query" }, { 131, "listener-report" }, { 132, "listener-done" },
	{ 133, "router-solicitation" }, { 134, "router-advertisement" },
	{ 135, "neighbour-solicitation" }, { 136, "neighbour-advertisement" },
	{ 137, "redirect" }, { 143, "listener-report" },
};

static const struct named tcp_flags[] = {
	{ 0x02, "syn" }, { 0x10, "ack" }, { 0x01, "fin" }, { 0x04, "rst" }, { 0x08, "psh" },
	{ 0x20, "urg" },
};
/* clang-format on */

enum { ARP_REQUEST = 1, ARP_REPLY = 2 };

#define NAME_OF(table, number) name_of(table, sizeof(table) / sizeof(*(table)), number)

static const char *name_of(const struct named *table, size_t count, uint32_t number)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].number == number)
			return table[i].name;
	return NULL;
}

static const char *direction(const struct packet *packet)
{
	return packet->type == PACKET_OUTGOING    ? "out"
	       : packet->type == PACKET_OTHERHOST ? "fwd"
						  : "in";
}

/* RFC 3339, in UTC; without the day where lines are read as they come. */
static void put_time(uint64_t time_ns, bool date, struct text *text)
{
	time_t seconds = (time_t)(time_ns / 1000000000);
	char buffer[32] = "";
	struct tm parts;

	gmtime_r(&seconds, &parts);
	strftime(buffer, sizeof(buffer), date ? "%Y-%m-%dT%H:%M:%S" : "%H:%M:%S", &parts);
	text_printf(text, "%s.%06uZ", buffer, (unsigned)(time_ns / 1000 % 1000000));
}

static void put_mac(const char *before, const struct mac *mac, struct text *text)
{
	text_puts(text, before);
	mac_print(mac->bytes, sizeof(mac->bytes), text);
}

static void put_address(const char *before, const struct address *address, struct text *text)
{
	text_puts(text, before);
	address_print(address->family, address->bytes, text);
}

static void put_number(const char *before, uint64_t number, struct text *text)
{
	text_puts(text, before);
	text_number(text, number);
}

/* The name of a number, or both words. */
static void put_named(const char *name, const char *before, uint64_t number, struct text *text)
{
	if (name)
		text_printf(text, " %s", name);
	else
		put_number(before, number, text);
}

static void arp_words(const struct packet_frame *frame, struct text *text)
{
	if (frame->arp.operation == ARP_REQUEST) {
		put_address(" arp who-has ", &frame->destination, text);
		put_address(" tell ", &frame->source, text);
	} else if (frame->arp.operation == ARP_REPLY) {
		put_address(" arp ", &frame->source, text);
		put_mac(" is-at ", &frame->arp.sender, text);
	} else {
		put_number(" arp operation ", frame->arp.operation, text);
	}
}

/* 10.0.0.1:80, [fd00::1]:80 */
static void put_endpoint(const char *before, const struct address *address, bool has_port,
			 uint16_t port, struct text *text)
{
	bool brackets = has_port && address->family == IPV6;

	text_puts(text, before);
	put_address(brackets ? "[" : "", address, text);
	text_puts(text, brackets ? "]" : "");
	if (has_port)
		put_number(":", port, text);
}

static void icmp_words(const struct packet_frame *frame, struct text *text)
{
	const char *name = frame->transport == TRANSPORT_ICMP6
				   ? NAME_OF(icmp6_types, frame->icmp.type)
				   : NAME_OF(icmp_types, frame->icmp.type);

	put_named(name, " type ", frame->icmp.type, text);
	if (frame->icmp.has_echo) {
		put_number(" id ", frame->icmp.id, text);
		put_number(" seq ", frame->icmp.sequence, text);
	} else if (frame->icmp.has_target) {
		put_address(" ", &frame->icmp.target, text);
	} else if (frame->icmp.code) {
		put_number(" code ", frame->icmp.code, text);
	}
	if (frame->icmp.has_mac)
		put_mac(" lladdr ", &frame->icmp.mac, text);
}

static void ip_words(const struct packet_frame *frame, bool details, struct text *text)
{
	bool has_ports = frame->transport == TRANSPORT_UDP || frame->transport == TRANSPORT_TCP;

	put_endpoint(" ", &frame->source, has_ports, frame->source_port, text);
	put_endpoint(" > ", &frame->destination, has_ports, frame->destination_port, text);
	if (details)
		put_number(" ttl ", frame->ip.ttl, text);
	put_named(NAME_OF(protocols, frame->ip.protocol), " protocol ", frame->ip.protocol, text);
	if (frame->ip.is_fragment)
		text_printf(text, " fragment %u%s", frame->ip.offset, frame->ip.more ? "+" : "");
	if (frame->transport == TRANSPORT_TCP)
		for (size_t i = 0; i < sizeof(tcp_flags) / sizeof(*tcp_flags); i++)
			if (frame->tcp_flags & tcp_flags[i].number)
				text_printf(text, " %s", tcp_flags[i].name);
	if (frame->transport == TRANSPORT_ICMP || frame->transport == TRANSPORT_ICMP6)
		icmp_words(frame, text);
}

static void vxlan_words(const struct packet_frame *frame, struct text *text)
{
	text_printf(text, " vxlan flags 0x%02x", frame->vxlan_flags);
	if (frame->has_vni)
		put_number(" vni ", frame->vni, text);
	if (frame->has_policy)
		put_number(" policy ", frame->policy, text);
}

static void frame_words(const struct packet_frame *frame, bool details, struct text *text)
{
	if (frame->has_ethernet) {
		put_mac(" ", &frame->source_mac, text);
		put_mac(" > ", &frame->destination_mac, text);
	}
	for (size_t i = 0; i < frame->tags_count; i++) {
		put_number(" vlan ", frame->tags[i] & 0xfff, text);
		if (frame->tags[i] >> 13)
			put_number(" priority ", frame->tags[i] >> 13, text);
	}
	if (frame->network == NETWORK_ARP)
		arp_words(frame, text);
	else if (frame->network == NETWORK_IP)
		ip_words(frame, details, text);
	else if (frame->network == NETWORK_OTHER && frame->type < 0x600)
		text_puts(text, " 802.3");
	else if (frame->network == NETWORK_OTHER)
		text_printf(text, " type 0x%04x", frame->type);
	if (frame->has_vxlan)
		vxlan_words(frame, text);
	if (frame->cut)
		text_printf(text, " (cut short: %s)", frame->cut);
}

void packet_words(const struct packet *packet, const struct packet_view *view, bool details,
		  struct text *text)
{
	put_time(packet->time_ns, details, text);
	text_char(text, ' ');
	text_escaped(text, packet->dev, strlen(packet->dev));
	text_printf(text, " %s", direction(packet));
	if (!view->count)
		put_number(" hardware ", packet->hardware, text);
	for (size_t i = 0; i < view->count; i++) {
		text_puts(text, i ? " |" : "");
		frame_words(&view->frames[i], details, text);
	}
	put_number(", length ", packet->whole, text);
	text_char(text, '\n');
}

static void json_mac(struct json *json, const char *key, const struct mac *mac)
{
	mac_print(mac->bytes, sizeof(mac->bytes), codec_open(json, key));
	codec_close(json);
}

static void json_address(struct json *json, const char *key, const struct address *address)
{
	address_print(address->family, address->bytes, codec_open(json, key));
	codec_close(json);
}

static void arp_json(const struct packet_frame *frame, struct json *json)
{
	json_open_object(json, "arp");
	if (frame->arp.operation == ARP_REQUEST || frame->arp.operation == ARP_REPLY)
		json_string(json, "op", frame->arp.operation == ARP_REQUEST ? "who-has" : "is-at");
	else
		json_number(json, "op", frame->arp.operation);
	json_mac(json, "sender_mac", &frame->arp.sender);
	json_address(json, "sender", &frame->source);
	json_mac(json, "target_mac", &frame->arp.target);
	json_address(json, "target", &frame->destination);
	json_close_object(json);
}

static void icmp_json(const struct packet_frame *frame, struct json *json)
{
	bool is_v6 = frame->transport == TRANSPORT_ICMP6;
	const char *name = is_v6 ? NAME_OF(icmp6_types, frame->icmp.type)
				 : NAME_OF(icmp_types, frame->icmp.type);

	json_open_object(json, is_v6 ? "icmp6" : "icmp");
	json_number(json, "type", frame->icmp.type);
	json_number(json, "code", frame->icmp.code);
	if (name)
		json_string(json, "name", name);
	if (frame->icmp.has_echo) {
		json_number(json, "id", frame->icmp.id);
		json_number(json, "seq", frame->icmp.sequence);
	}
	if (frame->icmp.has_target)
		json_address(json, "target", &frame->icmp.target);
	if (frame->icmp.has_mac)
		json_mac(json, "lladdr", &frame->icmp.mac);
	json_close_object(json);
}

static void transport_json(const struct packet_frame *frame, struct json *json)
{
	if (frame->transport == TRANSPORT_ICMP || frame->transport == TRANSPORT_ICMP6)
		icmp_json(frame, json);
	if (frame->transport != TRANSPORT_UDP && frame->transport != TRANSPORT_TCP)
		return;
	json_open_object(json, frame->transport == TRANSPORT_UDP ? "udp" : "tcp");
	json_number(json, "sport", frame->source_port);
	json_number(json, "dport", frame->destination_port);
	if (frame->transport == TRANSPORT_TCP) {
		json_open_array(json, "flags");
		for (size_t i = 0; i < sizeof(tcp_flags) / sizeof(*tcp_flags); i++)
			if (frame->tcp_flags & tcp_flags[i].number)
				json_string(json, NULL, tcp_flags[i].name);
		json_close_array(json);
	}
	json_close_object(json);
}

static void ip_json(const struct packet_frame *frame, struct json *json)
{
	json_open_object(json, "ip");
	json_address(json, "src", &frame->source);
	json_address(json, "dst", &frame->destination);
	json_number(json, "ttl", frame->ip.ttl);
	json_number(json, "protocol", frame->ip.protocol);
	if (frame->ip.is_fragment) {
		json_number(json, "fragment", frame->ip.offset);
		json_bool(json, "more_fragments", frame->ip.more);
	}
	json_close_object(json);
	transport_json(frame, json);
}

/* The object stays open: what a vxlan carries is in it. */
static void frame_json(const struct packet_frame *frame, struct json *json)
{
	json_open_object(json, "frame");
	if (frame->has_ethernet) {
		json_mac(json, "src", &frame->source_mac);
		json_mac(json, "dst", &frame->destination_mac);
	}
	for (size_t i = 0; i < frame->tags_count; i++) {
		if (!i)
			json_open_array(json, "vlan");
		json_open_object(json, NULL);
		json_number(json, "id", frame->tags[i] & 0xfff);
		json_number(json, "priority", frame->tags[i] >> 13);
		json_close_object(json);
		if (i + 1 == frame->tags_count)
			json_close_array(json);
	}
	if (frame->type)
		json_hex(json, "type", frame->type);
	if (frame->network == NETWORK_ARP)
		arp_json(frame, json);
	if (frame->network == NETWORK_IP)
		ip_json(frame, json);
	if (frame->cut)
		json_string(json, "cut", frame->cut);
	if (!frame->has_vxlan)
		return;
	json_open_object(json, "vxlan");
	json_hex(json, "flags", frame->vxlan_flags);
	if (frame->has_vni)
		json_number(json, "vni", frame->vni);
	if (frame->has_policy)
		json_number(json, "policy", frame->policy);
}

void packet_json(const struct packet *packet, const struct packet_view *view, struct json *json)
{
	json_open_object(json, NULL);
	put_time(packet->time_ns, true, codec_open(json, "time"));
	codec_close(json);
	json_string(json, "dev", packet->dev);
	json_string(json, "direction", direction(packet));
	json_number(json, "length", packet->whole);
	if (!view->count)
		json_number(json, "hardware", packet->hardware);
	for (size_t i = 0; i < view->count; i++)
		frame_json(&view->frames[i], json);
	for (size_t i = view->count; i-- > 0;) {
		if (view->frames[i].has_vxlan)
			json_close_object(json);
		json_close_object(json);
	}
	json_close_object(json);
}
