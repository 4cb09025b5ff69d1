/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/connection.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/netlink.h"
#include "kernel/wire.h"
#include "model/session.h"

enum { ESTABLISHED = 1 }; /* TCP_ESTABLISHED of the kernel's tcp_states.h */

static int keep_state(void *cookie, const struct answer *answer)
{
	const struct inet_diag_msg *found;
	uint16_t *port = cookie;

	if (answer->errnum)
		return -answer->errnum;
	if (!answer->message ||
	    mnl_nlmsg_get_payload_len(answer->message) < sizeof(struct inet_diag_msg))
		return 0;
	found = mnl_nlmsg_get_payload(answer->message);
	/* Without the connection the socket that listens is what answers. */
	*port = found->idiag_state == ESTABLISHED ? found->id.idiag_dport : 0;
	return 0;
}

bool connection_exists(const struct connection *connection, struct link_name zone,
		       struct names *names)
{
	CLEANUP(netlink_close) struct netlink netlink = { .fd = -1 };
	CLEANUP(message_clear) struct message message = { 0 };
	size_t size = address_size(connection->local.family);
	struct error ignored = { 0 };
	struct inet_diag_req_v2 *request;
	uint16_t port = 0;

	if (netlink_open_sockets(&netlink, names, &ignored) < 0)
		return false;
	request = message_begin(&message, SOCK_DIAG_BY_FAMILY, 0, sizeof(*request));
	request->sdiag_family = connection->local.family;
	request->sdiag_protocol = IPPROTO_TCP;
	request->id.idiag_sport = htons(connection->local_port);
	request->id.idiag_dport = htons(connection->remote_port);
	memcpy(request->id.idiag_src, connection->local.bytes, size);
	memcpy(request->id.idiag_dst, connection->remote.bytes, size);
	request->id.idiag_if = netlink_index(&netlink, zone.id);
	request->id.idiag_cookie[0] = request->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	message_finish(&message);
	return !netlink_exchange(&netlink, message.bytes, message.length, 1, keep_state, &port,
				 &ignored) &&
	       port == htons(connection->remote_port);
}

/* "0100007F:0016": each 32 bits of the address as a number of this machine. */
static bool read_end(const char *word, struct address *address, uint16_t *port)
{
	size_t digits = strspn(word, "0123456789ABCDEF");
	unsigned number;

	*address = (struct address){ .family = digits == 8 ? IPV4 : IPV6 };
	if ((digits != 8 && digits != 32) || sscanf(word + digits, ":%4X", &number) != 1)
		return false;
	*port = (uint16_t)number;
	for (size_t i = 0; i < digits; i += 8) {
		uint32_t group;

		if (sscanf(word + i, "%8X", &number) != 1)
			return false;
		group = number;
		memcpy(address->bytes + i / 2, &group, sizeof(group));
	}
	address_unmap(address);
	return true;
}

bool connection_read(const char *line, struct connection *connection, unsigned long *inode)
{
	char local[64], remote[64];
	unsigned state;

	/* Number, both ends, state, queues, timer, retransmits, user, timeout, inode: proc(5). */
	return sscanf(line, " %*u: %63s %63s %2X %*s %*s %*s %*s %*s %lu", local, remote, &state,
		      inode) == 4 &&
	       state == ESTABLISHED &&
	       read_end(local, &connection->local, &connection->local_port) &&
	       read_end(remote, &connection->remote, &connection->remote_port);
}

static void file_close(FILE **file)
{
	if (*file)
		fclose(*file);
}

/* Returns true to go on. */
typedef bool line_function(void *cookie, const struct connection *connection, unsigned long inode);

/* Both tables of the namespace that the process ("thread-self") lives in. */
static void read_tables(const char *process, line_function *function, void *cookie)
{
	static const char *const tables[] = { "tcp", "tcp6" };

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		CLEANUP(file_close) FILE *file = NULL;
		struct connection connection;
		unsigned long inode;
		char line[512];

		snprintf(line, sizeof(line), "/proc/%s/net/%s", process, tables[i]);
		file = fopen(line, "re");
		while (file && fgets(line, sizeof(line), file))
			if (connection_read(line, &connection, &inode) &&
			    !function(cookie, &connection, inode))
				return;
	}
}

struct looked_for {
	const struct connection *connection;
	bool found;
};

static bool is_same(const struct connection *a, const struct connection *b)
{
	return a->local_port == b->local_port && a->remote_port == b->remote_port &&
	       !memcmp(&a->local, &b->local, sizeof(a->local)) &&
	       !memcmp(&a->remote, &b->remote, sizeof(a->remote));
}

static bool compare(void *cookie, const struct connection *connection, unsigned long inode)
{
	struct looked_for *looked_for = cookie;

	(void)inode;
	looked_for->found |= is_same(connection, looked_for->connection);
	return !looked_for->found;
}

bool connection_is_listed(const struct connection *connection)
{
	struct looked_for looked_for = { connection, false };

	read_tables("thread-self", compare, &looked_for);
	return looked_for.found;
}

/* A socket of a process. */
struct descriptor {
	unsigned long inode;
	int fd;
};

struct owner {
	struct descriptor *sockets;
	size_t count, room;
	int lowest; /* descriptor of a connection; -1: none yet */
	struct connection *connection;
};

static void owner_clear(struct owner *owner)
{
	free(owner->sockets);
}

static void directory_close(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

static int read_sockets(pid_t pid, struct owner *owner)
{
	CLEANUP(directory_close) DIR *directory = NULL;
	const struct dirent *entry;
	char text[64];

	snprintf(text, sizeof(text), "/proc/%d/fd", pid);
	directory = opendir(text);
	if (!directory)
		return -errno;
	while ((entry = readdir(directory))) {
		ssize_t length =
			readlinkat(dirfd(directory), entry->d_name, text, sizeof(text) - 1);
		unsigned long inode;

		if (length < 0 && (errno == EACCES || errno == EPERM))
			return -errno;
		text[length < 0 ? 0 : length] = '\0';
		if (sscanf(text, "socket:[%lu]", &inode) == 1)
			*array_add(&owner->sockets, &owner->count, &owner->room) =
				(struct descriptor){ inode, atoi(entry->d_name) };
	}
	return 0;
}

static bool keep_lowest(void *cookie, const struct connection *connection, unsigned long inode)
{
	struct owner *owner = cookie;

	for (size_t i = 0; i < owner->count; i++) {
		const struct descriptor *socket = &owner->sockets[i];

		if (socket->inode != inode || (owner->lowest >= 0 && socket->fd > owner->lowest))
			continue;
		owner->lowest = socket->fd;
		*owner->connection = *connection;
	}
	return true;
}

int connection_of_process(pid_t pid, struct connection *connection)
{
	CLEANUP(owner_clear) struct owner owner = { .lowest = -1, .connection = connection };
	char process[16];
	int r = read_sockets(pid, &owner);

	if (r < 0 || !owner.count)
		return r;
	snprintf(process, sizeof(process), "%d", pid);
	read_tables(process, keep_lowest, &owner);
	return owner.lowest >= 0;
}
