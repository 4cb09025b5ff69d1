/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A packet: the first byte says what it begins with and how it passed, the rest
 * is the packet. Whatever it is, the line moves no terminal, is one line, and
 * the JSON is JSON.
 */
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "fuzz/output.h"
#include "text/packet.h"
#include "text/pcapng.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct packet_ports ports;
	CLEANUP(text_clear) struct text words = { 0 }, lines = { 0 }, file = { 0 };
	CLEANUP(pcapng_clear) struct pcapng pcapng = { 0 };
	struct json json = { .out = &lines };
	struct packet packet = { .dev = "eth0" };
	struct packet_view view;

	if (!size)
		return 0;
	packet_ports_add(&ports, 4789);
	packet.start = (enum packet_start)(*data % 3);
	packet.type = *data / 3 % 8;
	packet.time_ns = *data == 255 ? UINT64_MAX : *data;
	packet.bytes = data + 1;
	packet.length = packet.whole = size - 1;
	packet_read(&packet, &ports, &view);
	packet_words(&packet, &view, *data & 1, &words);
	packet_json(&packet, &view, &json);
	pcapng_packet(&pcapng, &packet, &file);
	output_check_text(text_string(&words), words.length);
	if (memchr(words.bytes, '\n', words.length) != words.bytes + words.length - 1)
		output_fails("not one line", words.bytes, words.length);
	output_check_json(&lines);
	return 0;
}
