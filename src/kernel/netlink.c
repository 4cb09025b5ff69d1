/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/netlink.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/ahead.h"

/* The kernel sizes the pieces of a dump by the first read: 32 KiB is its most (af_netlink.c). */
enum { RECEIVE_SIZE = 64 * 1024, RECEIVE_QUEUE = 4 * 1024 * 1024 };

/* So many pieces in, a dump is long enough to be worth a thread. */
enum { LONG_DUMP = 3 };

/* Kept at once for who reads along, and for who comes later: the kernel makes them of 32 KiB. */
enum { PIECES = 4, PIECES_LATER = 1024 };

/* Messages of a send whose answers are received together, each in 4 KiB. */
enum { MANY = 16 };

/*
 * Who receives takes a buffer and gives it back: hardly ever do two at once, and a
 * buffer for each of a thousand sockets is pages that the kernel has to clear first.
 */
static _Atomic(char *) spare;

static char *buffer_take(void)
{
	char *buffer = atomic_exchange(&spare, NULL);

	return buffer ? buffer : memory_resize(NULL, 1, RECEIVE_SIZE); /* no page before its use */
}

static void buffer_give(char **buffer)
{
	free(atomic_exchange(&spare, *buffer));
}

static int open_protocol(struct netlink *netlink, int protocol, struct names *names,
			 struct error *error)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	socklen_t size = sizeof(address);
	int on = 1, queue = RECEIVE_QUEUE;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		return error_set(error, errno, "cannot open a netlink socket");
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &size) < 0) {
		int errnum = errno;

		close(fd);
		return error_set(error, errnum, "cannot bind a netlink socket");
	}
	/* Old kernels lack them, and work without. */
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	/* FORCE needs CAP_NET_ADMIN and passes net.core.rmem_max; the other does what it may. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &queue, sizeof(queue)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &queue, sizeof(queue));
	*netlink = (struct netlink){
		.fd = fd,
		.port = address.nl_pid,
		.sequence = (uint32_t)time(NULL),
		.timeout_ms = NETLINK_TIMEOUT_MS,
		.names = names,
	};
	return 0;
}

int netlink_open(struct netlink *netlink, struct names *names, struct error *error)
{
	return open_protocol(netlink, NETLINK_ROUTE, names, error);
}

int netlink_open_sockets(struct netlink *netlink, struct names *names, struct error *error)
{
	return open_protocol(netlink, NETLINK_SOCK_DIAG, names, error);
}

void netlink_close(struct netlink *netlink)
{
	ahead_end(&netlink->begun_ahead);
	/* A zeroed one has no descriptor 0, but no address. */
	if (netlink->port && netlink->fd >= 0)
		close(netlink->fd);
	free(netlink->link_names);
	*netlink = (struct netlink){ .fd = -1 };
}

/* Datagrams that came together: the answers to many messages are small, and many. */
struct bunch {
	char *buffer;
	size_t most; /* 1, where they may be big */
	size_t count, next;
	ssize_t lengths[DATAGRAMS_MOST];
};

static ssize_t receive_now(struct netlink *netlink, struct bunch *bunch, const void **datagram)
{
	size_t size = RECEIVE_SIZE / bunch->most;
	ssize_t n;

	*datagram = bunch->buffer;
	if (bunch->most == 1)
		return datagram_receive(netlink->fd, bunch->buffer, size);
	if (bunch->next == bunch->count) {
		bunch->count = bunch->next = 0;
		n = datagrams_receive(netlink->fd, bunch->buffer, size, bunch->lengths,
				      bunch->most);
		if (n <= 0)
			return n;
		bunch->count = (size_t)n;
	}
	*datagram = bunch->buffer + bunch->next * size;
	return bunch->lengths[bunch->next++];
}

/* Waits for and reads one datagram; its length, 0 for one that is not the kernel's. */
static ssize_t receive(struct netlink *netlink, int64_t deadline, struct bunch *bunch,
		       const void **datagram)
{
	for (;;) {
		struct pollfd poller = { netlink->fd, POLLIN, 0 };
		ssize_t n = receive_now(netlink, bunch, datagram);
		int64_t left;

		if (n != -EAGAIN)
			return n;
		left = deadline - clock_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(&poller, 1, (int)left) < 0 && errno != EINTR)
			return -errno;
	}
}

/*
 * Every third of four message types asks (RTM_GET…, rtnetlink.h). The flag alone
 * says nothing: NLM_F_DUMP shares its bits with NLM_F_EXCL and NLM_F_REPLACE.
 */
static bool is_dump(const struct nlmsghdr *message)
{
	return (message->nlmsg_type & 3) == 2 && (message->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
}

static struct ahead *take_ahead(struct netlink *netlink)
{
	struct ahead *ahead = netlink->begun_ahead;

	netlink->begun_ahead = NULL;
	return ahead;
}

/*
 * Reads until the last message is answered. What answer() returns ends it, but
 * the rest of a dump is read off: else the socket could not be asked again.
 *
 * ENOBUFS says that the queue was full once: what fitted in is still there.
 * What came is taken, and the caller told in the end that some may be missing.
 */
static int receive_all(struct netlink *netlink, struct exchange *exchange, bool dump,
		       struct error *error)
{
	CLEANUP(ahead_end) struct ahead *ahead = take_ahead(netlink);
	CLEANUP(buffer_give) char *buffer = buffer_take();
	struct bunch bunch = { .buffer = buffer,
			       .most = exchange->count < MANY ? 1 : DATAGRAMS_MOST };
	int64_t deadline = clock_ms() + netlink->timeout_ms;
	size_t pieces = 0;
	bool lost = false;
	int result = 0;

	while (!exchange->done) {
		const void *datagram;
		ssize_t n = ahead ? ahead_take(ahead, &datagram)
				  : receive(netlink, deadline, &bunch, &datagram);
		int r;

		/* What others send keeps nobody waiting. */
		if (!n && clock_ms() >= deadline)
			n = -ETIMEDOUT;
		if (n < 0)
			ahead_end(&ahead);
		if (n == -EAGAIN)
			continue;
		if (n == -ENOBUFS && clock_ms() < deadline) {
			lost = true;
			continue;
		}
		if (n == -ETIMEDOUT && lost)
			return -ENOBUFS;
		if (n < 0 && n != -EBADMSG)
			return result ? result
				      : error_set(error, (int)-n, "cannot receive from the kernel");
		r = n < 0 ? (int)n : exchange_take(exchange, datagram, (size_t)n);
		/* The deadline is for silence: a long dump that goes on is fine. */
		if (n > 0 && dump)
			deadline = clock_ms() + netlink->timeout_ms;
		if (dump && ++pieces == LONG_DUMP && !exchange->done && !ahead)
			ahead = ahead_start(netlink->fd, RECEIVE_SIZE, PIECES);
		if (!r)
			continue;
		if (!dump || result)
			return result ? result : r;
		result = r;
		exchange->answer = NULL;
	}
	/* That of a single message is no dump's: there is nothing else to miss. */
	return !result && lost && (dump || exchange->count > 1) ? -ENOBUFS : result;
}

static void number_messages(struct netlink *netlink, void *messages, size_t length, size_t count)
{
	struct nlmsghdr *message = messages;
	int left = (int)length;

	for (size_t i = 0; i < count; i++, message = mnl_nlmsg_next(message, &left)) {
		message->nlmsg_seq = ++netlink->sequence;
		message->nlmsg_pid = netlink->port;
		if (i + 1 == count && !is_dump(message))
			message->nlmsg_flags |= NLM_F_ACK;
		if (netlink->verbose)
			fprintf(stderr, "-> %u: type %u flags 0x%x, %u bytes\n", message->nlmsg_seq,
				message->nlmsg_type, message->nlmsg_flags, message->nlmsg_len);
	}
}

static int send_all(struct netlink *netlink, const void *messages, size_t length)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t n;

	do
		n = sendto(netlink->fd, messages, length, 0, (struct sockaddr *)&kernel,
			   sizeof(kernel));
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

void netlink_begin(struct netlink *netlink, const void *message, size_t length)
{
	if (netlink->begun_length || length > sizeof(netlink->begun))
		return;
	memcpy(netlink->begun, message, length);
	number_messages(netlink, netlink->begun, length, 1);
	if (!send_all(netlink, netlink->begun, length))
		netlink->begun_length = length;
	netlink->begun_until_ms = clock_ms() + netlink->timeout_ms;
}

void netlink_begin_ahead(struct netlink *netlink, const void *message, size_t length)
{
	netlink_begin(netlink, message, length);
	if (netlink->begun_length && !netlink->begun_ahead)
		netlink->begun_ahead = ahead_start(netlink->fd, RECEIVE_SIZE, PIECES_LATER);
}

bool netlink_has_begun(const struct netlink *netlink, const void *message, size_t length)
{
	const struct nlmsghdr *asked = message;
	struct nlmsghdr begun;

	memcpy(&begun, netlink->begun, sizeof(begun));
	return netlink->begun_length && length == netlink->begun_length &&
	       asked->nlmsg_type == begun.nlmsg_type && asked->nlmsg_flags == begun.nlmsg_flags &&
	       !memcmp((const char *)message + sizeof(begun), netlink->begun + sizeof(begun),
		       length - sizeof(begun));
}

bool netlink_is_silent(const struct netlink *netlink)
{
	struct pollfd poller = { netlink->fd, POLLIN, 0 };

	return !poll(&poller, 1, 0);
}

/* Whether that request was begun, whose number it has then; another one is read off. */
static bool is_begun(struct netlink *netlink, void *message, size_t length, size_t count)
{
	struct nlmsghdr begun;
	struct exchange exchange = { .port = netlink->port, .count = 1 };
	struct error ignored = { 0 };

	memcpy(&begun, netlink->begun, sizeof(begun));
	if (count == 1 && netlink_has_begun(netlink, message, length)) {
		netlink->begun_length = 0;
		memcpy(message, &begun, sizeof(begun));
		return true;
	}
	netlink->begun_length = 0;
	exchange.first = begun.nlmsg_seq;
	receive_all(netlink, &exchange, true, &ignored);
	exchange_clear(&exchange);
	return false;
}

/* What became of an exchange, in words. */
static int outcome(const struct netlink *netlink, int r, struct error *error)
{
	if (r == -EBADMSG)
		return error_set(error, EBADMSG, "the kernel's answer cannot be read");
	if (r == -ETIMEDOUT)
		return error_set(error, ETIMEDOUT, "no answer from the kernel for %d s",
				 netlink->timeout_ms / 1000);
	if (r == -ENOBUFS)
		return error_set(error, ENOBUFS, "answers of the kernel were lost");
	return r;
}

int netlink_exchange(struct netlink *netlink, void *messages, size_t length, size_t count,
		     answer_function *answer, void *cookie, struct error *error)
{
	struct exchange exchange = { .port = netlink->port,
				     .count = count,
				     .verbose = netlink->verbose,
				     .answer = answer,
				     .cookie = cookie };
	bool dump = count == 1 && is_dump(messages);
	int r = 0;

	if (!netlink->begun_length || !is_begun(netlink, messages, length, count)) {
		number_messages(netlink, messages, length, count);
		r = send_all(netlink, messages, length);
	}
	if (r < 0) {
		error_set(error, -r, "cannot send to the kernel");
		error->errnum = ECOMM;
		return -ECOMM;
	}
	exchange.first = ((const struct nlmsghdr *)messages)->nlmsg_seq;
	r = receive_all(netlink, &exchange, dump, error);
	exchange_clear(&exchange);
	if (r)
		return outcome(netlink, r, error);
	return exchange.torn && dump ? -EAGAIN : 0;
}

int netlink_take(struct netlink *netlink, struct exchange *exchange, bool *done,
		 struct error *error)
{
	CLEANUP(buffer_give) char *buffer = buffer_take();
	struct nlmsghdr begun;
	ssize_t n;
	int r;

	*done = false;
	if (!netlink->begun_length)
		return error_set(error, ECOMM, "cannot send to the kernel");
	/* What is left of it is no answer to the same request, should that be sent. */
	memcpy(&begun, netlink->begun, sizeof(begun));
	begun.nlmsg_type = NLMSG_NOOP;
	memcpy(netlink->begun, &begun, sizeof(begun));
	exchange->port = netlink->port;
	exchange->first = begun.nlmsg_seq;
	exchange->count = 1;
	exchange->verbose = netlink->verbose;
	n = datagram_receive(netlink->fd, buffer, RECEIVE_SIZE);
	if (n == -EAGAIN)
		return clock_ms() < netlink->begun_until_ms ? 0
							    : outcome(netlink, -ETIMEDOUT, error);
	if (n < 0 && n != -EBADMSG && n != -ENOBUFS)
		return error_set(error, (int)-n, "cannot receive from the kernel");
	r = n < 0 ? (int)n : exchange_take(exchange, buffer, (size_t)n);
	if (r)
		return outcome(netlink, r, error);
	netlink->begun_until_ms = clock_ms() + netlink->timeout_ms;
	*done = exchange->done;
	if (*done)
		netlink->begun_length = 0;
	return *done && exchange->torn ? -EAGAIN : 0;
}

uint32_t netlink_index(struct netlink *netlink, uint32_t name)
{
	struct ifreq request = { 0 };
	const char *text = names_text(netlink->names, name);
	size_t length = strlen(text);

	if (netlink->gathers && netlink->last_index && netlink->last_name == name)
		return netlink->last_index;
	if (!length || length >= sizeof(request.ifr_name))
		return 0;
	memcpy(request.ifr_name, text, length);
	/* Every socket answers this, for its own namespace, also in the middle of a dump. */
	if (ioctl(netlink->fd, SIOCGIFINDEX, &request) < 0)
		return 0;
	netlink->last_name = name;
	netlink->last_index = (uint32_t)request.ifr_ifindex;
	return netlink->last_index;
}

void netlink_gather(struct netlink *netlink, bool gathers)
{
	netlink->gathers = gathers;
	netlink->last_index = 0;
}

bool netlink_link_is_up(const struct netlink *netlink, const char *name)
{
	struct ifreq request = { 0 };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	return ioctl(netlink->fd, SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_UP);
}

static uint32_t *link_slot(struct netlink *netlink, uint32_t index)
{
	size_t at = index & (netlink->links_room - 1);

	while (netlink->link_names[2 * at] && netlink->link_names[2 * at] != index)
		at = (at + 1) & (netlink->links_room - 1);
	return netlink->link_names + 2 * at;
}

static void links_grow(struct netlink *netlink)
{
	uint32_t *old = netlink->link_names;
	size_t old_room = netlink->links_room;

	netlink->links_room = old_room ? old_room * 2 : 64;
	netlink->link_names = memory_new(netlink->links_room, 2 * sizeof(*old));
	for (size_t i = 0; i < old_room; i++)
		if (old[2 * i])
			memcpy(link_slot(netlink, old[2 * i]), old + 2 * i, 2 * sizeof(*old));
	free(old);
}

uint32_t netlink_link_name(struct netlink *netlink, uint32_t index)
{
	struct ifreq request = { .ifr_ifindex = (int)index };
	uint32_t *slot;

	if (!index)
		return 0;
	if (netlink->links * 2 >= netlink->links_room)
		links_grow(netlink);
	slot = link_slot(netlink, index);
	if (slot[0])
		return slot[1];
	if (ioctl(netlink->fd, SIOCGIFNAME, &request) < 0)
		snprintf(request.ifr_name, sizeof(request.ifr_name), "if%u", index);
	slot[0] = index;
	slot[1] = names_id(netlink->names, request.ifr_name, sizeof(request.ifr_name));
	netlink->links++;
	return slot[1];
}

void netlink_know_link(struct netlink *netlink, uint32_t index, uint32_t name)
{
	uint32_t *slot;

	if (netlink->links * 2 >= netlink->links_room)
		links_grow(netlink);
	slot = link_slot(netlink, index);
	netlink->links += !slot[0];
	slot[0] = index;
	slot[1] = name;
}

void netlink_forget_links(struct netlink *netlink)
{
	free(netlink->link_names);
	netlink->link_names = NULL;
	netlink->links = netlink->links_room = 0;
}
