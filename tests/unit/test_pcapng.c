/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file of packets, block by block; tests/netns/packets.sh lets other programs read one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/if_packet.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "text/packet.h"
#include "text/pcapng.h"

static uint32_t word_at(const struct text *text, size_t at)
{
	uint32_t word;

	assert_in_range(at, 0, text->length - sizeof(word));
	memcpy(&word, text->bytes + at, sizeof(word));
	return word;
}

/* Where the next block begins; its two lengths are the same. */
static size_t block_at(const struct text *text, size_t at, uint32_t type)
{
	uint32_t length = word_at(text, at + 4);

	assert_int_equal(word_at(text, at), type);
	assert_int_equal(length % 4, 0);
	assert_in_range(length, 12, text->length - at);
	assert_int_equal(word_at(text, at + length - 4), length);
	return at + length;
}

static struct packet packet_on(const char *dev, uint8_t type)
{
	return (struct packet){ .time_ns = 1764000000123456789,
				.dev = dev,
				.type = type,
				.bytes = (const uint8_t *)"abcde",
				.length = 5,
				.whole = 1500 };
}

static void a_device_is_described_once_in_front_of_its_first_packet(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };
	CLEANUP(pcapng_clear) struct pcapng pcapng = { 0 };
	struct packet first = packet_on("eth0", PACKET_HOST);
	struct packet second = packet_on("vxlan0", PACKET_OUTGOING);
	size_t at, v0, packet;

	(void)state;
	pcapng_begin(&text);
	pcapng_packet(&pcapng, &first, &text);
	pcapng_packet(&pcapng, &second, &text);
	pcapng_packet(&pcapng, &first, &text);
	at = block_at(&text, 0, 0x0a0d0d0a);
	assert_int_equal(word_at(&text, 8), 0x1a2b3c4d);
	at = block_at(&text, at, 1);
	at = block_at(&text, at, 6);
	v0 = at;
	at = packet = block_at(&text, at, 1);
	assert_int_equal(word_at(&text, v0 + 8), 1);
	assert_int_equal(word_at(&text, v0 + 16), 2 | 6 << 16);
	assert_memory_equal(text.bytes + v0 + 20, "vxlan0\0\0", 8);
	at = block_at(&text, at, 6);
	assert_int_equal(word_at(&text, packet + 8), 1);
	assert_int_equal((uint64_t)word_at(&text, packet + 12) << 32 | word_at(&text, packet + 16),
			 1764000000123456789);
	assert_int_equal(word_at(&text, packet + 20), 5);
	assert_int_equal(word_at(&text, packet + 24), 1500);
	assert_memory_equal(text.bytes + packet + 28, "abcde\0\0\0", 8);
	assert_int_equal(word_at(&text, packet + 36), 2 | 4 << 16);
	assert_int_equal(word_at(&text, packet + 40), 2);
	packet = at;
	at = block_at(&text, at, 6);
	assert_int_equal(word_at(&text, packet + 8), 0);
	assert_int_equal(word_at(&text, packet + 40), 1 | 1 << 2);
	assert_int_equal(at, text.length);
}

static void a_name_that_begins_another_way_is_another_device(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };
	CLEANUP(pcapng_clear) struct pcapng pcapng = { 0 };
	struct packet ethernet = packet_on("a", PACKET_HOST), ip = packet_on("a", PACKET_HOST);

	(void)state;
	ip.start = PACKET_START_IP;
	pcapng_packet(&pcapng, &ethernet, &text);
	pcapng_packet(&pcapng, &ip, &text);
	assert_int_equal(pcapng.count, 2);
	assert_int_equal(word_at(&text, block_at(&text, block_at(&text, 0, 1), 6) + 8), 101);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_is_described_once_in_front_of_its_first_packet),
		cmocka_unit_test(a_name_that_begins_another_way_is_another_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
