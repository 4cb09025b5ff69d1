/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/packets.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/words.h"
#include "kernel/ahead.h"
#include "kernel/kernel.h"
#include "kernel/netns.h"
#include "model/link.h"
#include "text/packet.h"

enum {
	TURN = 64,                /* packets of one call */
	QUEUE = 32 * 1024 * 1024, /* some 40,000 small packets */
	DATAGRAM = 64 * 1024,     /* of a link's event */
	MACS = 2 * ETH_ALEN,
	TAG = 4, /* the kernel takes a VLAN tag out of the frame */
	CONTROL = CMSG_SPACE(sizeof(struct timespec)) + CMSG_SPACE(sizeof(struct tpacket_auxdata)),
	FILTER_MOST = (BPF_MAXINSNS - 2) / 2,
};

struct device {
	uint32_t index, name;
	bool named, gone; /* of those asked for */
};

/* Room for one packet, beside its bytes. */
struct slot {
	struct sockaddr_ll from;
	struct iovec piece;
	_Alignas(struct cmsghdr) uint8_t control[CONTROL];
};

struct packets {
	struct place place;    /* for questions */
	struct netlink events; /* of links */
	int fd;
	size_t named;           /* devices asked for; 0: all */
	struct device *devices; /* also those that are gone: their packets may still wait */
	size_t devices_count, devices_room, last;
	struct packet_ports ports;
	struct mmsghdr messages[TURN];
	struct slot slots[TURN];
	uint8_t *bytes; /* TURN times TAG and `snap` */
	size_t snap;
	char *datagram;
	struct pools pools;
	struct pollfd *polls;
};

static int open_here(void *cookie, struct error *error)
{
	struct packets *packets = cookie;
	int group = RTNLGRP_LINK, on = 1, queue = QUEUE;
	int r = netlink_open(&packets->events, packets->place.kernel->names, error);

	if (r < 0)
		return r;
	if (setsockopt(packets->events.fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
		       sizeof(group)) < 0)
		return error_set(error, errno, "cannot listen to links");
	/* Of no protocol: it takes nothing in before it has its filter. */
	packets->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (packets->fd < 0) {
		error_set(error, errno, "cannot open a packet socket");
		if (error->errnum == EPERM)
			error_hint(error,
				   " (needs CAP_NET_RAW: run as root, or in a user namespace)");
		return -error->errnum;
	}
	if (setsockopt(packets->fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) < 0 ||
	    setsockopt(packets->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) < 0)
		return error_set(error, errno, "cannot set up a packet socket");
	if (setsockopt(packets->fd, SOL_SOCKET, SO_RCVBUFFORCE, &queue, sizeof(queue)) < 0)
		setsockopt(packets->fd, SOL_SOCKET, SO_RCVBUF, &queue, sizeof(queue));
	return 0;
}

static int open_inside(struct packets *packets, struct error *error)
{
	int fd, r;

	if (!packets->place.netns)
		return open_here(packets, error);
	r = kernel_netns_fd(packets->place.kernel, packets->place.netns, &fd, error);
	return r < 0 ? r : netns_visit(fd, open_here, packets, error);
}

/* Adds the device when it is new. */
static struct device *device_at(struct packets *packets, uint32_t index)
{
	struct device *devices = packets->devices;

	if (packets->last < packets->devices_count && devices[packets->last].index == index)
		return &devices[packets->last];
	for (size_t i = 0; i < packets->devices_count; i++)
		if (devices[i].index == index)
			return &devices[packets->last = i];
	packets->last = memory_append(&packets->devices, &packets->devices_count,
				      &packets->devices_room, sizeof(*packets->devices));
	packets->devices[packets->last] = (struct device){ .index = index };
	return &packets->devices[packets->last];
}

static int take_link(void *cookie, const void *object, bool removed)
{
	struct packets *packets = cookie;
	const struct link *link = object;
	struct device *device = device_at(packets, link->index);

	device->name = link->name.id;
	device->gone = removed;
	if (link->kind_info && link->kind_info == link_kind_find("vxlan") &&
	    link->data.vxlan.dstport)
		packet_ports_add(&packets->ports, link->data.vxlan.dstport);
	packets->pools.names_count = 0;
	return 0;
}

static void forget_links(void *cookie)
{
	struct packets *packets = cookie;

	for (size_t i = 0; i < packets->devices_count; i++)
		packets->devices[i].gone = true;
}

static int read_links(struct packets *packets, struct error *error)
{
	return kernel_read(&packets->place, OBJECT_LINK, NULL, false, &packets->pools, take_link,
			   forget_links, packets, error);
}

static bool all_gone(const struct packets *packets)
{
	for (size_t i = 0; i < packets->devices_count; i++)
		if (packets->devices[i].named && !packets->devices[i].gone)
			return false;
	return packets->named > 0;
}

static int name_device(struct packets *packets, uint32_t name, struct error *error)
{
	struct attr_context context = place_context(&packets->place);
	uint32_t index = context.links->index(context.links->cookie, name, error);
	size_t distance = SIZE_MAX;
	const char *nearest = NULL;

	if (index) {
		struct device *device = device_at(packets, index);

		packets->named += !device->named;
		device->named = true;
		return 0;
	}
	for (size_t i = 0; i < packets->devices_count; i++)
		words_nearer(names_text(context.names, name),
			     names_text(context.names, packets->devices[i].name), &nearest,
			     &distance);
	words_suggest(error, names_text(context.names, name), nearest, distance);
	return -error->errnum;
}

/* The kernel keeps only packets of the devices that are named. */
static int filter_devices(struct packets *packets, struct error *error)
{
	CLEANUP(pointer_free)
	struct sock_filter *code = memory_new(2 * packets->named + 2, sizeof(*code));
	struct sock_fprog program = { .filter = code };

	if (packets->named > FILTER_MOST)
		return error_usage(error, "more than %d devices: name none for all of them",
				   FILTER_MOST);
	code[program.len++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
							   (uint32_t)(SKF_AD_OFF + SKF_AD_IFINDEX));
	for (size_t i = 0; i < packets->devices_count; i++) {
		if (!packets->devices[i].named)
			continue;
		code[program.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
								   packets->devices[i].index, 0, 1);
		code[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, UINT32_MAX);
	}
	code[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
	if (setsockopt(packets->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0)
		return error_set(error, errno, "cannot filter by device");
	return 0;
}

static int begin(struct packets *packets, struct error *error)
{
	struct sockaddr_ll all = { .sll_family = AF_PACKET,
				   .sll_protocol =
					   (uint16_t)((ETH_P_ALL & 0xff) << 8 | ETH_P_ALL >> 8) };
	int r = packets->named ? filter_devices(packets, error) : 0;

	if (r < 0)
		return r;
	if (bind(packets->fd, (struct sockaddr *)&all, sizeof(all)) < 0)
		return error_set(error, errno, "cannot bind a packet socket");
	return 0;
}

static void make_room(struct packets *packets, size_t snap)
{
	packets->snap = snap;
	packets->bytes = memory_new(TURN, snap + TAG);
	packets->datagram = memory_new(1, DATAGRAM);
}

int packets_open(struct kernel *kernel, uint32_t netns, const uint32_t *devices, size_t count,
		 size_t snap, struct packets **result, struct error *error)
{
	CLEANUP(packets_close) struct packets *packets = memory_new(1, sizeof(*packets));
	int r;

	packets->fd = packets->events.fd = -1;
	make_room(packets, snap);
	packet_ports_add(&packets->ports, 4789);
	packet_ports_add(&packets->ports, 8472);
	r = kernel_place(kernel, netns, &packets->place, error);
	if (!r)
		r = open_inside(packets, error);
	if (!r)
		r = read_links(packets, error);
	for (size_t i = 0; !r && i < count; i++)
		r = name_device(packets, devices[i], error);
	if (!r)
		r = begin(packets, error);
	if (!r)
		*result = take_ptr(packets);
	return r;
}

void packets_close(struct packets **owner)
{
	struct packets *packets = *owner;

	if (!packets)
		return;
	netlink_close(&packets->events);
	fd_close(&packets->fd);
	pools_clear(&packets->pools);
	free(packets->devices);
	free(packets->bytes);
	free(packets->datagram);
	free(packets->polls);
	free(packets);
	*owner = NULL;
}

const struct packet_ports *packets_vxlan_ports(const struct packets *packets)
{
	return &packets->ports;
}

static int take_events(struct packets *packets, size_t length, struct link *link)
{
	const struct nlmsghdr *message = (const void *)packets->datagram;
	CLEANUP(pointer_free) struct reader *reader = memory_new(1, sizeof(*reader));
	int left = (int)length;

	reader_init(reader, &packets->place, OBJECT_LINK, &packets->pools);
	for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
		int r;

		if (message->nlmsg_type != RTM_NEWLINK && message->nlmsg_type != RTM_DELLINK)
			continue;
		memset(link, 0, sizeof(*link));
		r = reader_get(reader, message, link);
		if (r < 0)
			return r;
		if (!r)
			take_link(packets, link, message->nlmsg_type == RTM_DELLINK);
	}
	return 0;
}

/* Links changed. When events were lost or cannot be read, all links are read again. */
static int hear(struct packets *packets, struct error *error)
{
	CLEANUP(pointer_free) struct link *link = memory_new(1, sizeof(*link));
	bool lost = false;
	ssize_t n;

	netlink_forget_links(packets->place.netlink);
	while ((n = datagram_receive(packets->events.fd, packets->datagram, DATAGRAM)) != -EAGAIN)
		if (n < 0 || take_events(packets, (size_t)n, link) < 0)
			lost = true;
	return lost ? read_links(packets, error) : 0;
}

static enum packet_start start_of(uint16_t hardware)
{
	switch (hardware) {
	case ARPHRD_ETHER:
	case ARPHRD_LOOPBACK:
		return PACKET_START_ETHERNET;
	case ARPHRD_NONE: /* tun, wireguard, VXLAN-GPE */
	case ARPHRD_RAWIP:
	case ARPHRD_TUNNEL:
	case ARPHRD_TUNNEL6:
	case ARPHRD_SIT:
		return PACKET_START_IP;
	default:
		return PACKET_START_UNKNOWN;
	}
}

/* Puts the tag back where it was: TAG bytes are free in front of the packet's. */
static void put_tag(struct packet *packet, const struct tpacket_auxdata *about)
{
	uint16_t type =
		about->tp_status & TP_STATUS_VLAN_TPID_VALID ? about->tp_vlan_tpid : ETH_P_8021Q;
	uint8_t tag[TAG] = { (uint8_t)(type >> 8), (uint8_t)type,
			     (uint8_t)(about->tp_vlan_tci >> 8), (uint8_t)about->tp_vlan_tci };
	uint8_t *bytes = (uint8_t *)(uintptr_t)packet->bytes - TAG;

	if (packet->length < MACS || packet->start != PACKET_START_ETHERNET)
		return;
	memmove(bytes, packet->bytes, MACS);
	memcpy(bytes + MACS, tag, TAG);
	packet->bytes = bytes;
	packet->length += TAG;
	packet->whole += TAG;
}

static void read_about(struct packet *packet, struct msghdr *header)
{
	for (struct cmsghdr *at = CMSG_FIRSTHDR(header); at; at = CMSG_NXTHDR(header, at)) {
		struct tpacket_auxdata about;
		struct timespec time;

		if (at->cmsg_level == SOL_SOCKET && at->cmsg_type == SCM_TIMESTAMPNS &&
		    at->cmsg_len >= CMSG_LEN(sizeof(time))) {
			memcpy(&time, CMSG_DATA(at), sizeof(time));
			packet->time_ns =
				(uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
		} else if (at->cmsg_level == SOL_PACKET && at->cmsg_type == PACKET_AUXDATA &&
			   at->cmsg_len >= CMSG_LEN(sizeof(about))) {
			memcpy(&about, CMSG_DATA(at), sizeof(about));
			packet->whole = about.tp_len;
			if (about.tp_status & TP_STATUS_VLAN_VALID)
				put_tag(packet, &about);
		}
	}
}

/* The event of a link that is new may still wait behind its first packet. */
static const char *device_name(struct packets *packets, uint32_t index)
{
	struct device *device = device_at(packets, index);

	if (!device->name)
		device->name = netlink_link_name(packets->place.netlink, index);
	return names_text(packets->place.kernel->names, device->name);
}

static void read_packet(struct packets *packets, size_t i, struct packet *packet)
{
	const struct slot *slot = &packets->slots[i];
	size_t length = packets->messages[i].msg_len;

	*packet = (struct packet){
		.dev = device_name(packets, (uint32_t)slot->from.sll_ifindex),
		.type = slot->from.sll_pkttype,
		.hardware = slot->from.sll_hatype,
		.start = start_of(slot->from.sll_hatype),
		.bytes = slot->piece.iov_base,
		.length = length < packets->snap ? length : packets->snap,
		.whole = length,
	};
	read_about(packet, &packets->messages[i].msg_hdr);
}

static void empty_slots(struct packets *packets)
{
	for (size_t i = 0; i < TURN; i++) {
		struct slot *slot = &packets->slots[i];

		slot->piece = (struct iovec){ packets->bytes + i * (packets->snap + TAG) + TAG,
					      packets->snap };
		packets->messages[i].msg_hdr = (struct msghdr){
			.msg_name = &slot->from,
			.msg_namelen = sizeof(slot->from),
			.msg_iov = &slot->piece,
			.msg_iovlen = 1,
			.msg_control = slot->control,
			.msg_controllen = sizeof(slot->control),
		};
	}
}

static int receive(struct packets *packets, packet_function *function, void *cookie,
		   struct error *error)
{
	int n, r = 0;

	empty_slots(packets);
	n = recvmmsg(packets->fd, packets->messages, TURN, MSG_DONTWAIT | MSG_TRUNC, NULL);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return error_set(error, errno, "cannot receive packets");
	for (int i = 0; i < n && !r; i++) {
		struct packet packet;

		read_packet(packets, (size_t)i, &packet);
		r = function(cookie, &packet);
	}
	return r;
}

int packets_wait(struct packets *packets, struct pollfd *others, size_t count,
		 packet_function *function, void *cookie, struct error *error)
{
	struct pollfd *polls = memory_resize(packets->polls, count + 2, sizeof(*polls));
	int r = 0;

	packets->polls = polls;
	memcpy(polls, others, count * sizeof(*others));
	polls[count] = (struct pollfd){ packets->events.fd, POLLIN, 0 };
	polls[count + 1] = (struct pollfd){ packets->fd, POLLIN, 0 };
	if (poll(polls, count + 2, -1) < 0) {
		for (size_t i = 0; i < count; i++)
			others[i].revents = 0;
		return errno == EINTR ? 0 : error_set(error, errno, "cannot wait for packets");
	}
	memcpy(others, polls, count * sizeof(*others));
	/* First, so that packets have the names of their time. */
	if (polls[count].revents)
		r = hear(packets, error);
	if (!r && polls[count + 1].revents)
		r = receive(packets, function, cookie, error);
	else if (!r && all_gone(packets))
		r = error_set(error, 0, "the %s gone",
			      packets->named > 1 ? "devices are" : "device is");
	return r;
}

uint64_t packets_lost(struct packets *packets)
{
	struct tpacket_stats stats = { 0 };
	socklen_t size = sizeof(stats);

	if (getsockopt(packets->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) < 0)
		return 0;
	return stats.tp_drops;
}
