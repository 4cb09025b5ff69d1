/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * floor: what no program can be faster than. It makes what `ovl apply` makes of the files of
 * bench/apply, with the fewest system calls that lead there, reads no file, looks at nothing and
 * takes nothing back:
 *
 *     floor up N [BRIDGES]      namespaces n1..nN, each with a veth to one of the bridges br1...
 *     floor down N [BRIDGES]    deletes all that, until every link is gone
 *     floor entries KIND N      one namespace, and N entries, which are read back once
 *     floor dump KIND [NETNS]   a dump that is received and dropped unread
 *     floor ask N               asks for each of the N fdb entries
 *     floor settle              waits for what the kernel still does about deleted namespaces
 *
 * KIND is fdb, neigh, route4 or route6. /run/netns has to be a mount that is its own.
 *
 * Group and alias are those by which ovl knows what it made (model/lab.h), so that either deletes
 * what the other made.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/lab.h"

enum {
	/* More in one send() brings nothing: every message is worked on within it. */
	SEND_MESSAGES = 64,
	SEND_SIZE = 16 * 1024,
	/* The kernel makes pieces of 32 KiB of it: af_netlink.c. */
	RECEIVE_SIZE = 64 * 1024,
	/* Indexes of our own choice, so that nobody has to ask for one. */
	LO_INDEX = 1,
	INNER_INDEX = 64,
	BRIDGE_INDEX = 100,
	PORT_INDEX = 1000,
	/* The kernel's dump of an fdb is quadratic; from here on to ask for each is cheaper. */
	ASK_FROM = 60000,
};

static const char lab[] = "bench", alias[] = "ovl:bench";
/* 10.0.0.0/8 and 10.255.255.254. */
enum { NETWORK = 0x0a000000, GATEWAY = 0x0afffffe };

static _Noreturn void fail(const char *what, int errnum)
{
	fprintf(stderr, "floor: %s: %s\n", what, strerror(errnum));
	exit(1);
}

static int expect(int result, const char *what)
{
	if (result < 0)
		fail(what, errno);
	return result;
}

/* --- messages, gathered into one send */

struct batch {
	int fd;
	unsigned count;
	size_t used;
	struct nlmsghdr *last;
	char bytes[SEND_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
};

static void batch_open(struct batch *batch)
{
	*batch = (struct batch){ .fd = expect(
					 socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE),
					 "socket") };
}

/* The last message alone is acknowledged, but each refusal is answered. */
static void batch_send(struct batch *batch)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[1024];
	} answer;

	if (!batch->count)
		return;
	batch->last->nlmsg_flags |= NLM_F_ACK;
	expect((int)send(batch->fd, batch->bytes, batch->used, 0), "send");
	expect((int)recv(batch->fd, &answer, sizeof(answer), 0), "recv");
	if (answer.header.nlmsg_type != NLMSG_ERROR || answer.error.error)
		fail("the kernel refused", -answer.error.error);
	batch->count = 0;
	batch->used = 0;
}

static void *batch_add(struct batch *batch, uint16_t type, uint16_t flags, const void *header,
		       size_t size)
{
	struct nlmsghdr *message;

	if (batch->count == SEND_MESSAGES || batch->used > SEND_SIZE - 512)
		batch_send(batch);
	message = (void *)(batch->bytes + batch->used);
	*message = (struct nlmsghdr){
		.nlmsg_len = (uint32_t)NLMSG_LENGTH(size),
		.nlmsg_type = type,
		.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags),
	};
	memcpy(NLMSG_DATA(message), header, size);
	batch->used += NLMSG_SPACE(size);
	batch->count++;
	batch->last = message;
	return message;
}

static struct nlattr *put(struct batch *batch, uint16_t type, const void *value, size_t size)
{
	struct nlattr *attribute = (void *)(batch->bytes + batch->used);

	*attribute = (struct nlattr){ (uint16_t)(sizeof(struct nlattr) + size), type };
	memcpy((char *)attribute + sizeof(struct nlattr), value, size);
	batch->used += NLMSG_ALIGN(sizeof(struct nlattr) + size);
	batch->last->nlmsg_len = (uint32_t)(batch->bytes + batch->used - (char *)batch->last);
	return attribute;
}

static void put_number(struct batch *batch, uint16_t type, uint32_t value)
{
	put(batch, type, &value, sizeof(value));
}

static void put_text(struct batch *batch, uint16_t type, const char *text)
{
	put(batch, type, text, strlen(text) + 1);
}

static void nest_end(const struct batch *batch, struct nlattr *nest)
{
	nest->nla_len = (uint16_t)(batch->bytes + batch->used - (char *)nest);
}

/* --- messages about links */

static void add_bridge(struct batch *batch, unsigned i)
{
	struct ifinfomsg header = { .ifi_index = BRIDGE_INDEX + (int)i };
	char name[IF_NAMESIZE];
	struct nlattr *info;

	batch_add(batch, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	snprintf(name, sizeof(name), "br%u", i);
	put_text(batch, IFLA_IFNAME, name);
	put_number(batch, IFLA_GROUP, lab_group(lab));
	info = put(batch, IFLA_LINKINFO, "", 0);
	put_text(batch, IFLA_INFO_KIND, "bridge");
	nest_end(batch, info);
}

/* Both ends at once: vI, and eth0 in the namespace. */
static void add_veth(struct batch *batch, unsigned i, int master, int netns)
{
	struct ifinfomsg header = { .ifi_index = PORT_INDEX + (int)i,
				    .ifi_flags = IFF_UP,
				    .ifi_change = IFF_UP };
	struct ifinfomsg inner = { .ifi_index = INNER_INDEX };
	struct nlattr *info, *data, *end;
	char name[IF_NAMESIZE];

	batch_add(batch, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	snprintf(name, sizeof(name), "v%u", i);
	put_text(batch, IFLA_IFNAME, name);
	put_number(batch, IFLA_GROUP, lab_group(lab));
	if (master)
		put_number(batch, IFLA_MASTER, (uint32_t)master);
	info = put(batch, IFLA_LINKINFO, "", 0);
	put_text(batch, IFLA_INFO_KIND, "veth");
	data = put(batch, IFLA_INFO_DATA, "", 0);
	end = put(batch, VETH_INFO_PEER, &inner, sizeof(inner));
	put_text(batch, IFLA_IFNAME, "eth0");
	put_number(batch, IFLA_GROUP, lab_group(lab));
	put_number(batch, IFLA_NET_NS_FD, (uint32_t)netns);
	nest_end(batch, end);
	nest_end(batch, data);
	nest_end(batch, info);
}

/* Its alias, which no create takes, and up. */
static void set_link(struct batch *batch, int index)
{
	struct ifinfomsg header = { .ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };

	batch_add(batch, RTM_NEWLINK, 0, &header, sizeof(header));
	put_text(batch, IFLA_IFALIAS, alias);
}

static void set_down(struct batch *batch, unsigned bridge)
{
	struct ifinfomsg header = { .ifi_change = IFF_UP };
	char name[IF_NAMESIZE];

	batch_add(batch, RTM_NEWLINK, 0, &header, sizeof(header));
	snprintf(name, sizeof(name), "br%u", bridge);
	put_text(batch, IFLA_IFNAME, name);
}

static void delete_group(struct batch *batch, uint32_t group)
{
	struct ifinfomsg header = { 0 };

	batch_add(batch, RTM_DELLINK, 0, &header, sizeof(header));
	put_number(batch, IFLA_GROUP, group);
}

static void add_address(struct batch *batch, uint32_t address)
{
	const struct ifaddrmsg header = { .ifa_family = AF_INET,
					  .ifa_prefixlen = 8,
					  .ifa_index = INNER_INDEX };

	address = htonl(address);
	batch_add(batch, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	put(batch, IFA_LOCAL, &address, sizeof(address));
	put(batch, IFA_ADDRESS, &address, sizeof(address));
}

static void add_route(struct batch *batch, uint8_t family, uint8_t length, const void *to,
		      const void *via)
{
	const struct rtmsg header = { .rtm_family = family,
				      .rtm_dst_len = length,
				      .rtm_table = RT_TABLE_MAIN,
				      .rtm_protocol = RTPROT_BOOT,
				      .rtm_type = RTN_UNICAST };
	size_t size = family == AF_INET ? 4 : 16;

	batch_add(batch, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	if (length)
		put(batch, RTA_DST, to, size);
	put(batch, RTA_GATEWAY, via, size);
	put_number(batch, RTA_OIF, INNER_INDEX);
}

/* --- up: namespaces on bridges */

/* A namespace, and a socket in it. */
struct inner {
	int netns;
	struct batch *batch;
};

static void make_netns(unsigned i, struct inner *inner)
{
	char path[32];

	snprintf(path, sizeof(path), "/run/netns/n%u", i);
	expect(mknod(path, S_IFREG, 0), path);
	expect(unshare(CLONE_NEWNET), "unshare");
	/* Its socket is opened while the process is there: no way back is needed. */
	inner->netns = expect(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "open");
	expect(mount("/proc/self/ns/net", path, "none", MS_BIND, NULL), path);
	inner->batch = malloc(sizeof(*inner->batch));
	batch_open(inner->batch);
}

static void furnish(struct batch *batch, unsigned i)
{
	uint32_t via = htonl(GATEWAY);

	set_link(batch, LO_INDEX);
	set_link(batch, INNER_INDEX);
	add_address(batch, NETWORK + i);
	add_route(batch, AF_INET, 0, NULL, &via);
	batch_send(batch);
}

/* The sockets stay open: of the host, and that of each namespace. */
static struct inner *up(struct batch *host, unsigned count, unsigned bridges)
{
	struct inner *inners = calloc(count + 1, sizeof(*inners));
	struct rlimit files = { 2 * count + 64, 2 * count + 64 };

	setrlimit(RLIMIT_NOFILE, &files);
	batch_open(host);
	for (unsigned b = 1; b <= bridges; b++)
		add_bridge(host, b);
	for (unsigned i = 1; i <= count; i++)
		make_netns(i, &inners[i]);
	for (unsigned i = 1; i <= count; i++)
		add_veth(host, i, BRIDGE_INDEX + 1 + (int)(i % bridges), inners[i].netns);
	for (unsigned i = 1; i <= count; i++)
		set_link(host, PORT_INDEX + (int)i);
	batch_send(host);
	/*
	 * All pairs are there before an inner end is up, and a bridge is up last: each port
	 * that comes up on a bridge that is up makes the kernel look at all the others.
	 */
	for (unsigned i = 1; i <= count; i++)
		furnish(inners[i].batch, i);
	for (unsigned b = 1; b <= bridges; b++)
		set_link(host, BRIDGE_INDEX + (int)b);
	batch_send(host);
	return inners;
}

/* --- down */

/* The group of whoever made it. */
static uint32_t group_of_bridge(struct batch *batch)
{
	const struct ifinfomsg header = { 0 };
	static char answer[RECEIVE_SIZE];
	size_t at = NLMSG_SPACE(sizeof(header)), length;
	struct nlattr attribute;

	batch_add(batch, RTM_GETLINK, 0, &header, sizeof(header));
	put_text(batch, IFLA_IFNAME, "br1");
	expect((int)send(batch->fd, batch->bytes, batch->used, 0), "send");
	batch->count = 0;
	batch->used = 0;
	length = (size_t)expect((int)recv(batch->fd, answer, sizeof(answer), 0), "recv");
	if (((const struct nlmsghdr *)(const void *)answer)->nlmsg_type == NLMSG_ERROR)
		fail("br1", ENODEV);
	for (; at + sizeof(attribute) < length; at += NLMSG_ALIGN((size_t)attribute.nla_len)) {
		uint32_t group;

		memcpy(&attribute, answer + at, sizeof(attribute));
		memcpy(&group, answer + at + sizeof(attribute), sizeof(group));
		if (attribute.nla_type == IFLA_GROUP)
			return group;
	}
	fail("br1 has no group", ENODEV);
}

static void down(unsigned count, unsigned bridges)
{
	static struct batch host;
	uint32_t group;
	char path[32];

	batch_open(&host);
	group = group_of_bridge(&host);
	/*
	 * A bridge that is down does not look at all other ports for each that goes: 0.7 s
	 * instead of 1.2 s for 1000. The acknowledgement comes when both ends of all pairs
	 * are gone, since rtnl_unlock() waits for that: net/core/dev.c, netdev_run_todo().
	 */
	for (unsigned b = 1; b <= bridges; b++)
		set_down(&host, b);
	delete_group(&host, group);
	batch_send(&host);
	for (unsigned i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "/run/netns/n%u", i + 1);
		expect(umount2(path, MNT_DETACH), path);
		expect(unlink(path), path);
	}
}

/* --- entries: of the bridge's port, or of the link in the namespace */

enum kind { FDB, NEIGH, ROUTE4, ROUTE6, KINDS };
static const char *const kind_names[] = { "fdb", "neigh", "route4", "route6" };

/* An entry's number as the files count, in hundreds: 11.A.B.C, 02:00:00:AA:BB:CC. */
struct digits {
	uint8_t a, b, c;
};

static struct digits decimal(unsigned i)
{
	return (struct digits){ (uint8_t)(i / 10000), (uint8_t)(i / 100 % 100),
				(uint8_t)(i % 100) };
}

/* The same digits, read as hexadecimal ones. */
static uint8_t hex(unsigned two_digits)
{
	return (uint8_t)(two_digits / 10 * 16 + two_digits % 10);
}

static uint32_t address_of(unsigned i)
{
	struct digits at = decimal(i);

	return htonl(0x0b000000U | (uint32_t)at.a << 16 | (uint32_t)at.b << 8 | at.c);
}

static void put_mac(struct batch *batch, unsigned i)
{
	struct digits at = decimal(i);
	const uint8_t mac[6] = { 2, 0, 0, hex(at.a), hex(at.b), hex(at.c) };

	put(batch, NDA_LLADDR, mac, sizeof(mac));
}

static void add_fdb(struct batch *batch, unsigned i)
{
	const struct ndmsg header = { .ndm_family = AF_BRIDGE,
				      .ndm_ifindex = PORT_INDEX + 1,
				      .ndm_flags = NTF_MASTER,
				      .ndm_state = NUD_NOARP };

	batch_add(batch, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	put_mac(batch, i);
}

static void add_neighbour(struct batch *batch, unsigned i)
{
	const struct ndmsg header = { .ndm_family = AF_INET,
				      .ndm_ifindex = INNER_INDEX,
				      .ndm_state = NUD_PERMANENT };
	uint32_t address = address_of(i);

	batch_add(batch, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	put(batch, NDA_DST, &address, sizeof(address));
	put_mac(batch, i);
}

static void add_route4(struct batch *batch, unsigned i)
{
	uint32_t to = address_of(i), via = htonl(GATEWAY);

	add_route(batch, AF_INET, 32, &to, &via);
}

static void add_route6(struct batch *batch, unsigned i)
{
	struct digits at = decimal(i);
	uint8_t to[16] = { 0xfd, 0, 0, hex(at.a), 0, hex(at.b), 0, hex(at.c) };
	const uint8_t via[16] = { 0xfe, 0x80, [15] = 2 };

	add_route(batch, AF_INET6, 64, to, via);
}

static void (*const add_entry[])(struct batch *batch, unsigned i) = { add_fdb, add_neighbour,
								      add_route4, add_route6 };

/* NLMSG_DONE carries a status and stands alone or last. */
static bool is_end(const char *bytes, size_t length)
{
	size_t size = NLMSG_LENGTH(sizeof(int));
	struct nlmsghdr header;

	if (length < size)
		return false;
	memcpy(&header, bytes + length - size, sizeof(header));
	return header.nlmsg_len == size && header.nlmsg_type == NLMSG_DONE;
}

static void dump(struct batch *batch, enum kind kind)
{
	static char buffer[RECEIVE_SIZE];
	const struct ndmsg neighbour = { .ndm_family = kind == FDB ? AF_BRIDGE : AF_INET };
	const struct rtmsg route = { .rtm_family = kind == ROUTE4 ? AF_INET : AF_INET6 };
	int on = 1, length;

	setsockopt(batch->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	if (kind == ROUTE4 || kind == ROUTE6)
		batch_add(batch, RTM_GETROUTE, NLM_F_DUMP, &route, sizeof(route));
	else
		batch_add(batch, RTM_GETNEIGH, NLM_F_DUMP, &neighbour, sizeof(neighbour));
	expect((int)send(batch->fd, batch->bytes, batch->used, 0), "send");
	do
		length = expect((int)recv(batch->fd, buffer, sizeof(buffer), 0), "recv");
	while (!is_end(buffer, (size_t)length));
}

/* Every answer is a datagram of its own; recvmmsg(2) takes those of one send at once. */
static void receive_answers(int fd, unsigned count)
{
	static char bytes[SEND_MESSAGES][512];
	static struct iovec parts[SEND_MESSAGES];
	static struct mmsghdr answers[SEND_MESSAGES];

	for (unsigned i = 0; i < count; i++) {
		parts[i] = (struct iovec){ bytes[i], sizeof(bytes[i]) };
		answers[i].msg_hdr = (struct msghdr){ .msg_iov = &parts[i], .msg_iovlen = 1 };
	}
	if (recvmmsg(fd, answers, count, 0, NULL) != (int)count)
		fail("recvmmsg", errno);
	for (unsigned i = 0; i < count; i++)
		if (((const struct nlmsghdr *)(const void *)bytes[i])->nlmsg_type == NLMSG_ERROR)
			fail("an entry is not there", ENOENT);
}

static void ask(struct batch *batch, int index, unsigned count)
{
	const struct ndmsg header = { .ndm_family = AF_BRIDGE,
				      .ndm_ifindex = index,
				      .ndm_flags = NTF_MASTER };

	for (unsigned i = 0; i < count; i++) {
		batch_add(batch, RTM_GETNEIGH, 0, &header, sizeof(header));
		put_mac(batch, i);
		if (batch->count < SEND_MESSAGES && i + 1 < count)
			continue;
		expect((int)send(batch->fd, batch->bytes, batch->used, 0), "send");
		receive_answers(batch->fd, batch->count);
		batch->count = 0;
		batch->used = 0;
	}
}

static void entries(enum kind kind, unsigned count)
{
	static struct batch host;
	struct inner *inners = up(&host, 1, 1);
	struct batch *batch = kind == FDB ? &host : inners[1].batch;

	for (unsigned i = 0; i < count; i++)
		add_entry[kind](batch, i);
	batch_send(batch);
	if (kind == FDB && count >= ASK_FROM)
		ask(batch, PORT_INDEX + 1, count);
	else
		dump(batch, kind);
}

/* --- settle */

/*
 * The kernel takes deleted namespaces apart one list after the other, and links last: when one
 * end of a pair goes with a namespace that was deleted after all others, they are gone.
 */
static void settle(void)
{
	static struct batch batch;
	static char event[RECEIVE_SIZE];
	const struct nlmsghdr *header = (const void *)event;
	int host = expect(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "open"), netns;
	int links = RTNLGRP_LINK;

	batch_open(&batch);
	expect(unshare(CLONE_NEWNET), "unshare");
	netns = expect(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "open");
	add_veth(&batch, 0, 0, netns);
	batch_send(&batch);
	expect(setsockopt(batch.fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &links, sizeof(links)),
	       "setsockopt");
	expect(setns(host, CLONE_NEWNET), "setns");
	close(netns);
	do
		expect((int)recv(batch.fd, event, sizeof(event), 0), "recv");
	while (header->nlmsg_type != RTM_DELLINK);
}

static _Noreturn void usage(void)
{
	fputs("usage: floor up N [BRIDGES] | down N [BRIDGES] | entries KIND N | dump KIND [NETNS] "
	      "| ask N "
	      "|\n"
	      "             settle\n"
	      "       KIND: fdb neigh route4 route6\n",
	      stderr);
	exit(1);
}

static enum kind kind_of(const char *word)
{
	enum kind kind = FDB;

	while (kind < KINDS && strcmp(kind_names[kind], word))
		kind++;
	if (kind == KINDS)
		usage();
	return kind;
}

static unsigned number(const char *word)
{
	char *end;
	unsigned long value = strtoul(word, &end, 10);

	if (!value || *end || value > 1U << 24)
		usage();
	return (unsigned)value;
}

static void enter(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	expect(setns(expect(open(path, O_RDONLY | O_CLOEXEC), path), CLONE_NEWNET), path);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	static struct batch host;

	if (!strcmp(mode, "up") && (argc == 3 || argc == 4)) {
		up(&host, number(argv[2]), argc == 4 ? number(argv[3]) : 1);
	} else if (!strcmp(mode, "down") && (argc == 3 || argc == 4)) {
		down(number(argv[2]), argc == 4 ? number(argv[3]) : 1);
	} else if (!strcmp(mode, "entries") && argc == 4) {
		entries(kind_of(argv[2]), number(argv[3]));
	} else if (!strcmp(mode, "dump") && (argc == 3 || argc == 4)) {
		if (argc == 4)
			enter(argv[3]);
		batch_open(&host);
		dump(&host, kind_of(argv[2]));
	} else if (!strcmp(mode, "ask") && argc == 3) {
		batch_open(&host);
		/* Which index v1 has depends on who made it. */
		ask(&host, (int)if_nametoindex("v1"), number(argv[2]));
	} else if (!strcmp(mode, "settle") && argc == 2) {
		settle();
	} else {
		usage();
	}
	return 0;
}
