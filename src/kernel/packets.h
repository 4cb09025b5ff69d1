/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The packets that pass the devices of a namespace, as a packet socket sees them
 * (packet(7)). It changes nothing: no device is made promiscuous, so that a
 * network card shows what it takes in anyway. What is in a packet is told by
 * text/packet.h.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct error;
struct kernel;
struct packet;
struct packet_ports;
struct packets;
struct pollfd;

/* Returns 0 to go on; anything else ends the packets_wait() it is called in, which returns it. */
typedef int packet_function(void *cookie, const struct packet *packet);

/*
 * Every later packet of the devices of those interned names (or altnames; none:
 * of all devices) is kept until it is asked for, as far as there is room: up to
 * `snap` bytes of each. A device keeps being listened to when it is renamed.
 *
 * Exit 1: there is no such device. Needs CAP_NET_RAW, which is named when it is
 * missing.
 */
int packets_open(struct kernel *kernel, uint32_t netns, const uint32_t *devices, size_t count,
		 size_t snap, struct packets **packets, struct error *error);
void packets_close(struct packets **packets);

/* The destination ports of the vxlans that were there at some time, and the usual two. */
const struct packet_ports *packets_vxlan_ports(const struct packets *packets);

/*
 * Waits for packets or for one of the caller's descriptors, whose `revents` are
 * set, and hands over packets: some, the caller calls again. Fails when the
 * devices that were named are all gone (exit 2).
 */
int packets_wait(struct packets *packets, struct pollfd *others, size_t count,
		 packet_function *function, void *cookie, struct error *error);

/* How many there was no room for. */
uint64_t packets_lost(struct packets *packets);
