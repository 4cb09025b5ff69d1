/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/pcapng.h"

#include <linux/if_packet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "text/packet.h"

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 6,
	ORDER_MAGIC = 0x1a2b3c4d,
	OPTION_END = 0,
	OPTION_PROGRAM = 4, /* of a section */
	OPTION_NAME = 2,    /* of an interface … */
	OPTION_RESOLUTION = 9,
	OPTION_FLAGS = 2, /* of a packet */
	NANOSECONDS = 9,  /* 10^-9 */
};

/* <https://www.tcpdump.org/linktypes.html> */
static const uint16_t link_types[] = {
	[PACKET_START_ETHERNET] = 1,
	[PACKET_START_IP] = 101,
	[PACKET_START_UNKNOWN] = 147, /* for private use: no program takes it for what it is not */
};

struct pcapng_device {
	char *name;
	enum packet_start start;
};

static void put(struct text *text, const void *bytes, size_t length)
{
	static const char zeros[4] = { 0 };

	text_put(text, bytes, length);
	text_put(text, zeros, -length % 4);
}

static void put32(struct text *text, uint32_t number)
{
	put(text, &number, sizeof(number));
}

static void put16s(struct text *text, uint16_t first, uint16_t second)
{
	uint16_t both[] = { first, second };

	put(text, both, sizeof(both));
}

static void put_option(struct text *text, uint16_t code, const void *bytes, size_t length)
{
	put16s(text, code, (uint16_t)length);
	put(text, bytes, length);
}

/* A block's length stands in front and behind. */
static size_t block_begin(struct text *text, uint32_t type)
{
	size_t at = text->length;

	put32(text, type);
	put32(text, 0);
	return at;
}

static void block_end(struct text *text, size_t at)
{
	uint32_t length = (uint32_t)(text->length - at + sizeof(length));

	memcpy(text->bytes + at + 4, &length, sizeof(length));
	put32(text, length);
}

void pcapng_begin(struct text *text)
{
	static const uint64_t unknown = UINT64_MAX;
	size_t at = block_begin(text, BLOCK_SECTION);

	put32(text, ORDER_MAGIC);
	put16s(text, 1, 0);
	put(text, &unknown, sizeof(unknown));
	put_option(text, OPTION_PROGRAM, "ovl", 3);
	put_option(text, OPTION_END, NULL, 0);
	block_end(text, at);
}

static void put_device(const struct pcapng_device *device, struct text *text)
{
	static const uint8_t resolution = NANOSECONDS;
	size_t at = block_begin(text, BLOCK_INTERFACE);

	put16s(text, link_types[device->start], 0);
	put32(text, PCAPNG_SNAP);
	put_option(text, OPTION_NAME, device->name, strlen(device->name));
	put_option(text, OPTION_RESOLUTION, &resolution, sizeof(resolution));
	put_option(text, OPTION_END, NULL, 0);
	block_end(text, at);
}

static uint32_t device_number(struct pcapng *pcapng, const struct packet *packet, struct text *text)
{
	struct pcapng_device *device;

	for (size_t i = 0; i < pcapng->count; i++)
		if (pcapng->devices[i].start == packet->start &&
		    !strcmp(pcapng->devices[i].name, packet->dev))
			return (uint32_t)i;
	device = array_add(&pcapng->devices, &pcapng->count, &pcapng->room);
	*device = (struct pcapng_device){ memory_text(packet->dev), packet->start };
	put_device(device, text);
	return (uint32_t)pcapng->count - 1;
}

/* Bits 0 and 1: in or out; bits 2 to 4: to whom. */
static uint32_t flags_of(const struct packet *packet)
{
	enum { IN = 1, OUT = 2 };
	static const uint32_t flags[] = {
		[PACKET_HOST] = IN | 1 << 2,      [PACKET_BROADCAST] = IN | 3 << 2,
		[PACKET_MULTICAST] = IN | 2 << 2, [PACKET_OTHERHOST] = IN | 4 << 2,
		[PACKET_OUTGOING] = OUT,
	};

	return packet->type < sizeof(flags) / sizeof(*flags) ? flags[packet->type] : 0;
}

void pcapng_packet(struct pcapng *pcapng, const struct packet *packet, struct text *text)
{
	uint32_t device = device_number(pcapng, packet, text), flags = flags_of(packet);
	size_t at = block_begin(text, BLOCK_PACKET);

	put32(text, device);
	put32(text, (uint32_t)(packet->time_ns >> 32));
	put32(text, (uint32_t)packet->time_ns);
	put32(text, (uint32_t)packet->length);
	put32(text, (uint32_t)packet->whole);
	put(text, packet->bytes, packet->length);
	put_option(text, OPTION_FLAGS, &flags, sizeof(flags));
	put_option(text, OPTION_END, NULL, 0);
	block_end(text, at);
}

void pcapng_clear(struct pcapng *pcapng)
{
	for (size_t i = 0; i < pcapng->count; i++)
		free(pcapng->devices[i].name);
	free(pcapng->devices);
	*pcapng = (struct pcapng){ 0 };
}
