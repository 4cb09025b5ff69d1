/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * raw_dump {route4|route6|fdb}: what no listing can be faster than. Asks for a
 * dump, receives it in as few pieces as the kernel gives and drops each piece
 * unread, but for its last bytes: the end of the dump.
 *
 * raw_dump {overview|closer}: links, addresses and routes (and fdb entries) of this
 * namespace and of all that have a name, each entered as it must be to ask there.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sched.h>
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

struct request {
	struct nlmsghdr header;
	union {
		struct ifinfomsg link;
		struct ifaddrmsg address;
		struct rtmsg route;
		struct ndmsg neighbour;
	};
};

static int open_socket(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), on = 1;

	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	return fd;
}

/* Returns 0 when the dump came to its end. */
static int dump(int fd, const char *what)
{
	static char buffer[RECEIVE_SIZE];
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct request request = { .header = { .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
					       .nlmsg_seq = 1 } };
	ssize_t n;

	if (!strcmp(what, "fdb")) {
		request.header.nlmsg_type = RTM_GETNEIGH;
		request.header.nlmsg_len = NLMSG_LENGTH(sizeof(request.neighbour));
		request.neighbour.ndm_family = AF_BRIDGE;
	} else if (!strcmp(what, "route4") || !strcmp(what, "route6")) {
		request.header.nlmsg_type = RTM_GETROUTE;
		request.header.nlmsg_len = NLMSG_LENGTH(sizeof(request.route));
		request.route.rtm_family = what[5] == '4' ? AF_INET : AF_INET6;
	} else if (!strcmp(what, "link")) {
		request.header.nlmsg_type = RTM_GETLINK;
		request.header.nlmsg_len = NLMSG_LENGTH(sizeof(request.link));
	} else {
		request.header.nlmsg_type = RTM_GETADDR;
		request.header.nlmsg_len = NLMSG_LENGTH(sizeof(request.address));
	}
	if (sendto(fd, &request, request.header.nlmsg_len, 0, (struct sockaddr *)&kernel,
		   sizeof(kernel)) < 0)
		return 1;
	do
		n = recv(fd, buffer, sizeof(buffer), 0);
	while (n > 0 && !is_end(buffer, (size_t)n));
	return n <= 0;
}

static int look(int closer)
{
	static const char *const dumps[] = { "link", "address", "route4", "route6", "fdb" };
	int fd = open_socket(), r = 0;

	for (int i = 0; i < 4 + closer && !r; i++)
		r = dump(fd, dumps[i]);
	close(fd);
	return r;
}

static int overview(int closer)
{
	DIR *directory = opendir("/run/netns");
	struct dirent *entry;
	int r = look(closer);

	while (directory && !r && (entry = readdir(directory))) {
		int netns = openat(dirfd(directory), entry->d_name, O_RDONLY | O_CLOEXEC);

		if (*entry->d_name != '.' && !setns(netns, CLONE_NEWNET))
			r = look(closer);
		close(netns);
	}
	return r || !directory;
}

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";

	if (!strcmp(what, "overview") || !strcmp(what, "closer"))
		return overview(*what == 'c');
	if (strcmp(what, "fdb") && strcmp(what, "route4") && strcmp(what, "route6")) {
		fputs("usage: raw_dump {route4|route6|fdb|overview|closer}\n", stderr);
		return 1;
	}
	return dump(open_socket(), what);
}
