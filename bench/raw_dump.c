/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * raw_dump {route4|route6|fdb}: what no listing can be faster than. Asks for a
 * dump, receives it in as few pieces as the kernel gives and drops each piece
 * unread, but for its last bytes: the end of the dump.
 */
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RECEIVE_SIZE = 64 * 1024 }; /* the kernel makes pieces of 32 KiB of it: af_netlink.c */

/* NLMSG_DONE carries a status and stands alone or last. */
static int is_end(const char *bytes, size_t length)
{
	size_t size = NLMSG_LENGTH(sizeof(int));
	struct nlmsghdr header;

	if (length < size)
		return 0;
	memcpy(&header, bytes + length - size, sizeof(header));
	return header.nlmsg_len == size && header.nlmsg_type == NLMSG_DONE;
}

int main(int argc, char **argv)
{
	static char buffer[RECEIVE_SIZE];
	struct {
		struct nlmsghdr header;
		union {
			struct rtmsg route;
			struct ndmsg neighbour;
		};
	} request = { .header = { .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP, .nlmsg_seq = 1 } };
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	const char *what = argc == 2 ? argv[1] : "";
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), on = 1;
	ssize_t n;

	if (!strcmp(what, "fdb")) {
		request.header.nlmsg_type = RTM_GETNEIGH;
		request.header.nlmsg_len = NLMSG_LENGTH(sizeof(request.neighbour));
		request.neighbour.ndm_family = AF_BRIDGE;
	} else if (!strcmp(what, "route4") || !strcmp(what, "route6")) {
		request.header.nlmsg_type = RTM_GETROUTE;
		request.header.nlmsg_len = NLMSG_LENGTH(sizeof(request.route));
		request.route.rtm_family = what[5] == '4' ? AF_INET : AF_INET6;
	} else {
		fputs("usage: raw_dump {route4|route6|fdb}\n", stderr);
		return 1;
	}
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	if (sendto(fd, &request, request.header.nlmsg_len, 0, (struct sockaddr *)&kernel,
		   sizeof(kernel)) < 0) {
		perror("raw_dump");
		return 1;
	}
	do
		n = recv(fd, buffer, sizeof(buffer), 0);
	while (n > 0 && !is_end(buffer, (size_t)n));
	return n > 0 ? 0 : 1;
}
