/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames as they are on the wire, and what is said of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <linux/if_arp.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "text/packet.h"

/* Pieces of frames: Ethernet from ..:0a to ..:0b, addresses 10.23.0.1 and 10.23.0.2, fd00::1, … */
#define MACS "02000000000b 02000000000a "
#define INNER_MACS "02000000020b 02000000020a "
#define IPV4(length, flags, protocol) \
	"0800 4500" length "0000" flags "40" protocol "0000 0a170001 0a170002 "
#define IPV6(length, next)               \
	"86dd 60000000" length next "ff" \
	"fd000000000000000000000000000001 ff0200000000000000000001ff000002 "
#define VXLAN(flags) "c350 12b5 0000 0000 " flags "000000 00006f 00 "
#define ARP_WHO_HAS "0806 0001 0800 06 04 0001 02000000020a 0a0a0102 000000000000 0a0a0103"
#define ECHO_REQUEST "08 00 0000 0007 0001 "

struct frame {
	uint8_t bytes[512];
	size_t length;
};

static struct frame frame_of(const char *hex)
{
	struct frame frame = { .length = 0 };

	while (*hex) {
		char digits[3] = { 0 };

		if (isspace((unsigned char)*hex)) {
			hex++;
			continue;
		}
		memcpy(digits, hex, 2);
		frame.bytes[frame.length++] = (uint8_t)strtoul(digits, NULL, 16);
		hex += 2;
	}
	return frame;
}

static struct packet packet_of(const struct frame *frame)
{
	return (struct packet){ .time_ns = 1764000000123456789,
				.dev = "eth0",
				.type = PACKET_HOST,
				.hardware = ARPHRD_ETHER,
				.start = PACKET_START_ETHERNET,
				.bytes = frame->bytes,
				.length = frame->length,
				.whole = frame->length };
}

static struct packet_ports usual_ports(void)
{
	struct packet_ports ports = { { 0 } };

	packet_ports_add(&ports, 4789);
	return ports;
}

static void put_words(const struct packet *packet, bool details, struct text *text)
{
	struct packet_ports ports = usual_ports();
	struct packet_view view;

	packet_read(packet, &ports, &view);
	packet_words(packet, &view, details, text);
}

/* Without the time and the device. */
static void assert_words(const char *hex, const char *expected)
{
	static const char start[] = "16:00:00.123456Z eth0 in ";
	CLEANUP(text_clear) struct text text = { 0 };
	struct frame frame = frame_of(hex);
	struct packet packet = packet_of(&frame);

	put_words(&packet, false, &text);
	assert_memory_equal(text_string(&text), start, strlen(start));
	text_cut(&text, text.length - 1);
	assert_string_equal(text_string(&text) + strlen(start), expected);
}

static void assert_json(const char *hex, const char *expected)
{
	CLEANUP(text_clear) struct text text = { 0 };
	struct frame frame = frame_of(hex);
	struct packet packet = packet_of(&frame);
	struct packet_ports ports = usual_ports();
	struct json json = { .out = &text };
	struct packet_view view;

	packet_read(&packet, &ports, &view);
	packet_json(&packet, &view, &json);
	assert_string_equal(text_string(&text), expected);
}

static void arp_is_a_question_and_an_answer(void **state)
{
	(void)state;
	assert_words("ffffffffffff 02000000020a " ARP_WHO_HAS,
		     "02:00:00:00:02:0a > ff:ff:ff:ff:ff:ff arp who-has 10.10.1.3 tell 10.10.1.2, "
		     "length 42");
	assert_words(MACS "0806 0001 0800 06 04 0002 02000000000a 0a0a0103 02000000000b 0a0a0102",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b arp 10.10.1.3 is-at 02:00:00:00:00:0a, "
		     "length 42");
	assert_words(MACS "0806 0001 0800 06 04 0009 02000000000a 0a0a0103 02000000000b 0a0a0102",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b arp operation 9, length 42");
	assert_words(MACS "0806 0006 0800 08 04 0001 02000000000a 0a0a0103 02000000000b 0a0a0102",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b (cut short: arp), length 42");
}

static void a_vxlan_is_opened(void **state)
{
	(void)state;
	assert_words(MACS IPV4("0000", "0000", "11")
			     VXLAN("08") "ffffffffffff 02000000020a " ARP_WHO_HAS,
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b 10.23.0.1:50000 > 10.23.0.2:4789 udp "
		     "vxlan flags 0x08 vni 111 | 02:00:00:00:02:0a > ff:ff:ff:ff:ff:ff "
		     "arp who-has 10.10.1.3 tell 10.10.1.2, length 92");
	assert_words(MACS IPV4("0000", "0000", "11") VXLAN("08")
			     INNER_MACS IPV4("001c", "4000", "01") ECHO_REQUEST,
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b 10.23.0.1:50000 > 10.23.0.2:4789 udp "
		     "vxlan flags 0x08 vni 111 | 02:00:00:00:02:0a > 02:00:00:00:02:0b "
		     "10.23.0.1 > 10.23.0.2 icmp echo-request id 7 seq 1, length 92");
	assert_json(
		MACS IPV4("0000", "0000", "11") VXLAN("08") INNER_MACS IPV4("001c", "4000", "01")
			ECHO_REQUEST,
		"{\"time\":\"2025-11-24T16:00:00.123456Z\",\"dev\":\"eth0\","
		"\"direction\":\"in\",\"length\":92,\"frame\":{\"src\":\"02:00:00:00:00:0a\","
		"\"dst\":\"02:00:00:00:00:0b\",\"type\":\"0x800\",\"ip\":{\"src\":\"10.23.0.1\","
		"\"dst\":\"10.23.0.2\",\"ttl\":64,\"protocol\":17},\"udp\":{\"sport\":50000,"
		"\"dport\":4789},\"vxlan\":{\"flags\":\"0x8\",\"vni\":111,\"frame\":{"
		"\"src\":\"02:00:00:00:02:0a\",\"dst\":\"02:00:00:00:02:0b\",\"type\":\"0x800\","
		"\"ip\":{\"src\":\"10.23.0.1\",\"dst\":\"10.23.0.2\",\"ttl\":64,\"protocol\":1},"
		"\"icmp\":{\"type\":8,\"code\":0,\"name\":\"echo-request\",\"id\":7,\"seq\":1}}}}"
		"}");
}

static void a_vxlan_without_its_vni_bit_is_not_opened(void **state)
{
	(void)state;
	assert_words(MACS IPV4("0000", "0000", "11") VXLAN("00") INNER_MACS "0800",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b 10.23.0.1:50000 > 10.23.0.2:4789 udp "
		     "vxlan flags 0x00, length 64");
}

static void a_vxlan_may_have_a_policy_or_say_what_is_inside(void **state)
{
	(void)state;
	assert_words(MACS IPV4("0000", "0000",
			       "11") "c350 12b5 0000 0000 88 00 0005 00006f 00 " INNER_MACS "88cc",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b 10.23.0.1:50000 > 10.23.0.2:4789 udp "
		     "vxlan flags 0x88 vni 111 policy 5 | 02:00:00:00:02:0a > 02:00:00:00:02:0b "
		     "type 0x88cc, length 64");
	/* GPE, 1: IPv4 without Ethernet; 4, a service header, is not opened. */
	assert_words(
		MACS IPV4("0000", "0000",
			  "11") "c350 12b5 0000 0000 0c 0000 01 00006f 00 "
				"4500 001c 0000 0000 40 01 0000 0a0a0102 0a0a0103" ECHO_REQUEST,
		"02:00:00:00:00:0a > 02:00:00:00:00:0b 10.23.0.1:50000 > 10.23.0.2:4789 udp "
		"vxlan flags 0x0c vni 111 | 10.10.1.2 > 10.10.1.3 icmp echo-request id 7 seq 1, "
		"length 78");
	assert_words(MACS IPV4("0000", "0000", "11") "c350 12b5 0000 0000 0c 0000 04 00006f 00 ",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b 10.23.0.1:50000 > 10.23.0.2:4789 udp "
		     "vxlan flags 0x0c vni 111, length 50");
}

static void another_port_is_no_vxlan_unless_it_is_said_to_be(void **state)
{
	static const char hex[] =
		MACS IPV4("0000", "0000", "11") "c350 2118 0000 0000 "
						"08000000 00006f 00 " INNER_MACS "88cc";
	CLEANUP(text_clear) struct text text = { 0 };
	struct frame frame = frame_of(hex);
	struct packet packet = packet_of(&frame);
	struct packet_ports ports = usual_ports();
	struct packet_view view;

	(void)state;
	assert_words(hex, "02:00:00:00:00:0a > 02:00:00:00:00:0b 10.23.0.1:50000 > 10.23.0.2:8472 "
			  "udp, length 64");
	packet_ports_add(&ports, 8472);
	packet_read(&packet, &ports, &view);
	assert_int_equal(view.count, 2);
	assert_int_equal(view.frames[0].vni, 111);
	assert_int_equal(view.frames[1].type, 0x88cc);
	packet_words(&packet, &view, false, &text);
	assert_non_null(strstr(text_string(&text), "udp vxlan flags 0x08 vni 111 | "));
}

static void a_vxlan_in_a_vxlan_ends_somewhere(void **state)
{
	struct packet_ports ports = usual_ports();
	struct packet_view view;
	char hex[1024] = "";
	struct frame frame;
	struct packet packet;

	(void)state;
	for (int i = 0; i < PACKET_DEPTH + 2; i++)
		strcat(hex, MACS IPV4("0000", "0000", "11") VXLAN("08"));
	frame = frame_of(hex);
	packet = packet_of(&frame);
	packet_read(&packet, &ports, &view);
	assert_int_equal(view.count, PACKET_DEPTH);
	assert_true(view.frames[PACKET_DEPTH - 1].has_vxlan);
}

static void vlan_tags_are_told(void **state)
{
	(void)state;
	assert_words(MACS "8100 000a " ARP_WHO_HAS,
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b vlan 10 "
		     "arp who-has 10.10.1.3 tell 10.10.1.2, length 46");
	assert_words(MACS "88a8 0064 8100 a00a 88cc",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b vlan 100 vlan 10 priority 5 "
		     "type 0x88cc, length 22");
	assert_words(MACS "8100 0001 8100 0002 8100 0003 0800",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b vlan 1 vlan 2 (cut short: vlan), "
		     "length 26");
	assert_json(MACS "8100 a00a 88cc",
		    "{\"time\":\"2025-11-24T16:00:00.123456Z\",\"dev\":\"eth0\","
		    "\"direction\":\"in\",\"length\":18,\"frame\":{\"src\":\"02:00:00:00:00:0a\","
		    "\"dst\":\"02:00:00:00:00:0b\",\"vlan\":[{\"id\":10,\"priority\":5}],"
		    "\"type\":\"0x88cc\"}}");
}

static void ports_and_flags_of_tcp(void **state)
{
	(void)state;
	assert_words(
		MACS IPV4("0028", "4000", "06") "d431 0929 00000000 00000000 5012 0000 00000000",
		"02:00:00:00:00:0a > 02:00:00:00:00:0b 10.23.0.1:54321 > 10.23.0.2:2345 tcp "
		"syn ack, length 54");
	assert_words(MACS IPV6("0014", "06") "d431 0929 00000000 00000000 5002 0000 00000000",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b [fd00::1]:54321 > "
		     "[ff02::1:ff00:2]:2345 tcp syn, length 74");
}

static void padding_is_no_part_of_a_packet(void **state)
{
	(void)state;
	/* 20 bytes of header and 4 of ICMP; the rest only makes the frame 60 bytes long. */
	assert_words(MACS IPV4("0018", "0000", "01") ECHO_REQUEST "0000 0000 0000 0000 0000",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b 10.23.0.1 > 10.23.0.2 icmp "
		     "(cut short: icmp), length 52");
	assert_words(MACS IPV4("0014", "0000", "01") ECHO_REQUEST,
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b 10.23.0.1 > 10.23.0.2 icmp "
		     "(cut short: icmp), length 42");
}

static void a_fragment_behind_the_first_has_no_ports(void **state)
{
	(void)state;
	assert_words(MACS IPV4("0000", "2000", "11") VXLAN("08") INNER_MACS "88cc",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b 10.23.0.1:50000 > 10.23.0.2:4789 udp "
		     "fragment 0+ vxlan flags 0x08 vni 111 | 02:00:00:00:02:0a > 02:00:00:00:02:0b "
		     "type 0x88cc, length 64");
	assert_words(MACS IPV4("0000", "00b9", "11") VXLAN("08"),
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b 10.23.0.1 > 10.23.0.2 udp "
		     "fragment 1480, length 50");
	assert_words(MACS IPV6("0000", "2c") "11 00 05c9 00000001" VXLAN("08"),
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b fd00::1 > ff02::1:ff00:2 udp "
		     "fragment 1480+, length 78");
}

static void neighbour_discovery_is_told_like_arp(void **state)
{
	(void)state;
	assert_words(MACS IPV6("0020", "3a") "87 00 0000 00000000 fd000000000000000000000000000002 "
					     "01 01 02000000000a",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b fd00::1 > ff02::1:ff00:2 icmp6 "
		     "neighbour-solicitation fd00::2 lladdr 02:00:00:00:00:0a, length 86");
	/* Another option first, which is passed. */
	assert_words(MACS IPV6("0028", "3a") "88 00 0000 60000000 fd000000000000000000000000000002 "
					     "0e 01 000000000000 02 01 02000000000b",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b fd00::1 > ff02::1:ff00:2 icmp6 "
		     "neighbour-advertisement fd00::2 lladdr 02:00:00:00:00:0b, length 94");
	assert_words(MACS IPV6("0018", "3a") "87 00 0000 00000000 fd000000000000000000000000000002",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b fd00::1 > ff02::1:ff00:2 icmp6 "
		     "neighbour-solicitation fd00::2, length 78");
	/* An option of no length would go on for ever. */
	assert_words(MACS IPV6("0020", "3a") "87 00 0000 00000000 fd000000000000000000000000000002 "
					     "01 00 02000000000a",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b fd00::1 > ff02::1:ff00:2 icmp6 "
		     "neighbour-solicitation fd00::2, length 86");
}

static void extension_headers_are_passed(void **state)
{
	(void)state;
	assert_words(MACS IPV6("0010", "00") "3a 00 05020000 0100 8f 00 0000 0000 0000",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b fd00::1 > ff02::1:ff00:2 icmp6 "
		     "listener-report, length 70");
	assert_words(MACS IPV6("0008", "00") "3a 01 05020000 0100",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b fd00::1 > ff02::1:ff00:2 protocol 0 "
		     "(cut short: ipv6), length 62");
}

static void what_is_not_known_has_its_number(void **state)
{
	(void)state;
	assert_words(MACS IPV4("0000", "0000", "fe"),
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b 10.23.0.1 > 10.23.0.2 protocol 254, "
		     "length 34");
	assert_words(MACS "0026 424203", "02:00:00:00:00:0a > 02:00:00:00:00:0b 802.3, length 17");
	assert_words(MACS IPV4("0000", "0000", "01") "2a 07 0000 0000 0000",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b 10.23.0.1 > 10.23.0.2 icmp type 42 "
		     "code 7, length 42");
}

static void a_header_that_is_none_ends_it(void **state)
{
	(void)state;
	assert_words(MACS "0800 6500 0014 0000 0000 40 11 0000 0a170001 0a170002",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b (cut short: ipv4), length 34");
	assert_words(MACS "0800 4400 0014 0000 0000 40 11 0000 0a170001 0a170002",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b (cut short: ipv4), length 34");
	assert_words(MACS "0800 4500 0013 0000 0000 40 11 0000 0a170001 0a170002",
		     "02:00:00:00:00:0a > 02:00:00:00:00:0b (cut short: ipv4), length 34");
	assert_words("", "(cut short: ethernet), length 0");
}

/* Each length of one frame has a line; what fits is the same, and what does not is called cut. */
static void cut_at_every_length_it_says_what_is_missing(void **state)
{
	static const struct {
		size_t from;
		const char *cut;
	} cuts[] = { { 0, " (cut short: ethernet)" },   { 14, " (cut short: ipv4)" },
		     { 34, " (cut short: udp)" },       { 42, " (cut short: vxlan)" },
		     { 50, "| (cut short: ethernet)" }, { 64, " (cut short: arp)" },
		     { 92, "tell 10.10.1.2" } };
	struct frame frame =
		frame_of(MACS IPV4("0000", "0000", "11") VXLAN("08") INNER_MACS ARP_WHO_HAS);
	size_t at = 0;

	(void)state;
	assert_int_equal(frame.length, 92);
	for (size_t length = 0; length <= frame.length; length++) {
		CLEANUP(text_clear) struct text text = { 0 };
		/* A copy of that length: the sanitizer sees a read past it. */
		CLEANUP(pointer_free) uint8_t *bytes = memory_new(length + !length, 1);
		struct packet packet = packet_of(&frame);

		memcpy(bytes, frame.bytes, length);
		packet.bytes = bytes;
		packet.length = length;
		put_words(&packet, false, &text);
		at += at + 1 < sizeof(cuts) / sizeof(*cuts) && cuts[at + 1].from == length;
		assert_non_null(strstr(text_string(&text), cuts[at].cut));
		assert_non_null(strstr(text_string(&text), ", length 92\n"));
	}
}

static void directions_and_what_is_no_ethernet(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };
	struct frame frame =
		frame_of("4500 001c 0000 0000 40 01 0000 0a0a0102 0a0a0103" ECHO_REQUEST);
	struct packet packet = packet_of(&frame);

	(void)state;
	packet.start = PACKET_START_IP;
	packet.type = PACKET_OUTGOING;
	put_words(&packet, true, &text);
	packet.type = PACKET_OTHERHOST;
	put_words(&packet, false, &text);
	packet.start = PACKET_START_UNKNOWN;
	packet.hardware = 32;
	packet.type = PACKET_BROADCAST;
	put_words(&packet, false, &text);
	assert_string_equal(
		text_string(&text),
		"2025-11-24T16:00:00.123456Z eth0 out 10.10.1.2 > 10.10.1.3 ttl 64 icmp "
		"echo-request id 7 seq 1, length 28\n"
		"16:00:00.123456Z eth0 fwd 10.10.1.2 > 10.10.1.3 icmp echo-request id 7 "
		"seq 1, length 28\n"
		"16:00:00.123456Z eth0 in hardware 32, length 28\n");
}

static void a_device_may_be_called_anything(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };
	struct frame frame = frame_of(MACS "88cc");
	struct packet packet = packet_of(&frame);

	(void)state;
	packet.dev = "a\033[31mb\302\233";
	put_words(&packet, false, &text);
	assert_string_equal(text_string(&text),
			    "16:00:00.123456Z a\\x1b[31mb\\x9b in 02:00:00:00:00:0a > "
			    "02:00:00:00:00:0b type 0x88cc, length 14\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arp_is_a_question_and_an_answer),
		cmocka_unit_test(a_vxlan_is_opened),
		cmocka_unit_test(a_vxlan_without_its_vni_bit_is_not_opened),
		cmocka_unit_test(a_vxlan_may_have_a_policy_or_say_what_is_inside),
		cmocka_unit_test(another_port_is_no_vxlan_unless_it_is_said_to_be),
		cmocka_unit_test(a_vxlan_in_a_vxlan_ends_somewhere),
		cmocka_unit_test(vlan_tags_are_told),
		cmocka_unit_test(ports_and_flags_of_tcp),
		cmocka_unit_test(padding_is_no_part_of_a_packet),
		cmocka_unit_test(a_fragment_behind_the_first_has_no_ports),
		cmocka_unit_test(neighbour_discovery_is_told_like_arp),
		cmocka_unit_test(extension_headers_are_passed),
		cmocka_unit_test(what_is_not_known_has_its_number),
		cmocka_unit_test(a_header_that_is_none_ends_it),
		cmocka_unit_test(cut_at_every_length_it_says_what_is_missing),
		cmocka_unit_test(directions_and_what_is_no_ethernet),
		cmocka_unit_test(a_device_may_be_called_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
