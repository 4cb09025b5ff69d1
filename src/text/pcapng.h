/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packets as a file that Wireshark and tcpdump open. Each device is described
 * in front of its first packet. The text is one that does not stream. Source:
 * draft-ietf-opsawg-pcapng.
 */
#pragma once

#include <stddef.h>

struct packet;
struct text;

struct pcapng {
	struct pcapng_device *devices;
	size_t count, room;
};

enum { PCAPNG_SNAP = 256 * 1024 }; /* most bytes of a packet */

/* Puts what a file begins with. */
void pcapng_begin(struct text *text);

/* Puts the packet, as whole blocks. */
void pcapng_packet(struct pcapng *pcapng, const struct packet *packet, struct text *text);

/* Accepts a zeroed one. */
void pcapng_clear(struct pcapng *pcapng);
