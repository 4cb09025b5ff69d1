/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * floor_entries {bridge|vxlan|neigh|route4|route6} DEV COUNT: what no batch can
 * be faster than. Sends COUNT messages that were built beforehand, 64 to a send
 * with the last acknowledged, and prints how many us the kernel takes for one.
 */
#include <arpa/inet.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE_SIZE = 128, SEND_MESSAGES = 64 };

static void put(struct nlmsghdr *message, unsigned short type, const void *payload, size_t length)
{
	struct nlattr *attribute = (void *)((char *)message + NLMSG_ALIGN(message->nlmsg_len));

	attribute->nla_type = type;
	attribute->nla_len = (unsigned short)(sizeof(*attribute) + length);
	memcpy(attribute + 1, payload, length);
	message->nlmsg_len =
		(unsigned)NLMSG_ALIGN(NLMSG_ALIGN(message->nlmsg_len) + attribute->nla_len);
}

/* Entry `i` of the kind: the same that bench/run's batch files have. */
static void build(struct nlmsghdr *message, const char *kind, unsigned index, unsigned i)
{
	unsigned char number[4] = { 0, (unsigned char)(i >> 16), (unsigned char)(i >> 8),
				    (unsigned char)i };
	unsigned char mac[6] = { 2, 0, number[0], number[1], number[2], number[3] };
	unsigned char four[4] = { 10, number[1], number[2], number[3] };
	unsigned char six[16] = { 0xfd, 0, 0, 0, number[0], number[1], number[2], number[3] };

	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL;
	if (!strncmp(kind, "route", 5)) {
		struct rtmsg *header = NLMSG_DATA(message);
		int is_four = kind[5] == '4';

		message->nlmsg_type = RTM_NEWROUTE;
		message->nlmsg_len = NLMSG_LENGTH(sizeof(*header));
		*header = (struct rtmsg){
			.rtm_family = (unsigned char)(is_four ? AF_INET : AF_INET6),
			.rtm_dst_len = (unsigned char)(is_four ? 32 : 64),
			.rtm_table = RT_TABLE_MAIN,
			.rtm_protocol = RTPROT_BOOT,
			.rtm_type = RTN_UNICAST,
		};
		put(message, RTA_DST, is_four ? four : six, is_four ? 4 : 16);
		inet_pton(AF_INET, "192.0.2.2", four);
		inet_pton(AF_INET6, "fe80::2", six);
		put(message, RTA_GATEWAY, is_four ? four : six, is_four ? 4 : 16);
		put(message, RTA_OIF, &index, sizeof(index));
		return;
	}
	struct ndmsg *header = NLMSG_DATA(message);

	message->nlmsg_type = RTM_NEWNEIGH;
	message->nlmsg_len = NLMSG_LENGTH(sizeof(*header));
	*header = (struct ndmsg){ .ndm_family = AF_BRIDGE, .ndm_ifindex = (int)index };
	if (!strcmp(kind, "neigh")) {
		header->ndm_family = AF_INET;
		header->ndm_state = NUD_PERMANENT;
		put(message, NDA_DST, four, sizeof(four));
	} else if (!strcmp(kind, "vxlan")) {
		header->ndm_flags = NTF_SELF;
		header->ndm_state = NUD_PERMANENT | NUD_NOARP;
		inet_pton(AF_INET, "192.0.2.2", four);
		put(message, NDA_DST, four, sizeof(four));
	} else {
		header->ndm_flags = NTF_MASTER;
		header->ndm_state = NUD_NOARP | NUD_REACHABLE;
	}
	put(message, NDA_LLADDR, mac, sizeof(mac));
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

int main(int argc, char **argv)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	unsigned count = argc == 4 ? (unsigned)strtoul(argv[3], NULL, 10) : 0, sent = 0;
	unsigned index = count ? if_nametoindex(argv[2]) : 0;
	char *messages = calloc(count, MESSAGE_SIZE), *at = messages;
	double start;

	if (!count || !index || !messages) {
		fputs("usage: floor_entries {bridge|vxlan|neigh|route4|route6} DEV COUNT\n",
		      stderr);
		return 1;
	}
	for (unsigned i = 0; i < count; i++) {
		struct nlmsghdr *message = (void *)at;

		build(message, argv[1], index, i);
		if (i % SEND_MESSAGES == SEND_MESSAGES - 1 || i + 1 == count)
			message->nlmsg_flags |= NLM_F_ACK;
		at += message->nlmsg_len;
	}
	start = now_us();
	for (at = messages; sent < count;) {
		char *first = at;
		struct {
			struct nlmsghdr header;
			struct nlmsgerr error;
		} answer;

		do {
			at += ((const struct nlmsghdr *)(void *)at)->nlmsg_len;
			sent++;
		} while (sent % SEND_MESSAGES && sent < count);
		if (sendto(fd, first, (size_t)(at - first), 0, (struct sockaddr *)&kernel,
			   sizeof(kernel)) < 0 ||
		    recv(fd, &answer, sizeof(answer), 0) < (ssize_t)sizeof(answer) ||
		    answer.error.error) {
			fputs("floor_entries: the kernel refused\n", stderr);
			return 1;
		}
	}
	printf("%.2f\n", (now_us() - start) / count);
	free(messages);
	close(fd);
	return 0;
}
