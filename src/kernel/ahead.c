/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/ahead.h"

#include <errno.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/memory.h"

/* So many at once, so that the two do not wake each other for every piece. */
enum { AT_ONCE = 2 };

/* A ring: piece number n, counted from the first one, is at n % count. */
struct ahead {
	int fd;
	size_t size, count; /* of a piece, of pieces */
	char *bytes;
	ssize_t *lengths;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t room, news;
	size_t received;
	size_t taken; /* the last of them may still be read */
	bool ends;
};

/* What came is the kernel's and fits: its length; 0 or -EBADMSG. */
static ssize_t length_of(const struct msghdr *header, const struct sockaddr_nl *sender, size_t n)
{
	if (header->msg_flags & MSG_TRUNC)
		return -EBADMSG;
	return header->msg_namelen == sizeof(*sender) && !sender->nl_pid ? (ssize_t)n : 0;
}

ssize_t datagram_receive(int fd, void *buffer, size_t size)
{
	struct sockaddr_nl sender;
	struct iovec part = { buffer, size };
	struct msghdr header = { .msg_name = &sender,
				 .msg_namelen = sizeof(sender),
				 .msg_iov = &part,
				 .msg_iovlen = 1 };
	ssize_t n = recvmsg(fd, &header, MSG_DONTWAIT);

	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	return length_of(&header, &sender, (size_t)n);
}

ssize_t datagrams_receive(int fd, void *buffer, size_t size, ssize_t *lengths, size_t most)
{
	struct sockaddr_nl senders[DATAGRAMS_MOST];
	struct iovec parts[DATAGRAMS_MOST];
	struct mmsghdr headers[DATAGRAMS_MOST];
	int n;

	for (size_t i = 0; i < most; i++) {
		parts[i] = (struct iovec){ (char *)buffer + i * size, size };
		headers[i].msg_hdr = (struct msghdr){ .msg_name = &senders[i],
						      .msg_namelen = sizeof(senders[i]),
						      .msg_iov = &parts[i],
						      .msg_iovlen = 1 };
	}
	n = recvmmsg(fd, headers, (unsigned int)most, MSG_DONTWAIT, NULL);
	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	for (int i = 0; i < n; i++)
		lengths[i] = length_of(&headers[i].msg_hdr, &senders[i], headers[i].msg_len);
	return n;
}

static char *piece_at(const struct ahead *ahead, size_t number)
{
	return ahead->bytes + number % ahead->count * ahead->size;
}

static void *receive_ahead(void *cookie)
{
	struct ahead *ahead = cookie;
	ssize_t length = 0;

	while (length >= 0) {
		size_t number;
		bool ends;

		pthread_mutex_lock(&ahead->lock);
		while (!ahead->ends && ahead->received + 1 == ahead->taken + ahead->count)
			pthread_cond_wait(&ahead->room, &ahead->lock);
		number = ahead->received;
		ends = ahead->ends;
		pthread_mutex_unlock(&ahead->lock);
		if (ends)
			break;
		length = datagram_receive(ahead->fd, piece_at(ahead, number), ahead->size);
		ahead->lengths[number % ahead->count] = length;
		pthread_mutex_lock(&ahead->lock);
		ahead->received++;
		if (length < 0 || ahead->received - ahead->taken >= AT_ONCE)
			pthread_cond_signal(&ahead->news);
		pthread_mutex_unlock(&ahead->lock);
	}
	return NULL;
}

static void ahead_free(struct ahead *ahead)
{
	free(ahead->bytes);
	free(ahead->lengths);
	pthread_mutex_destroy(&ahead->lock);
	pthread_cond_destroy(&ahead->room);
	pthread_cond_destroy(&ahead->news);
	free(ahead);
}

/* Signals are for those who expect them. */
static int start_thread(struct ahead *ahead)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&ahead->thread, NULL, receive_ahead, ahead);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return r;
}

struct ahead *ahead_start(int fd, size_t size, size_t pieces)
{
	struct ahead *ahead = memory_new(1, sizeof(*ahead));

	*ahead = (struct ahead){ .fd = fd, .size = size, .count = pieces };
	ahead->lengths = memory_new(pieces, sizeof(*ahead->lengths));
	/* No page of it is there before it is used; but a system may refuse so much. */
	ahead->bytes = malloc(pieces * size);
	pthread_mutex_init(&ahead->lock, NULL);
	pthread_cond_init(&ahead->room, NULL);
	pthread_cond_init(&ahead->news, NULL);
	if (ahead->bytes && !start_thread(ahead))
		return ahead;
	ahead_free(ahead);
	return NULL;
}

ssize_t ahead_take(struct ahead *ahead, const void **datagram)
{
	size_t number;

	pthread_mutex_lock(&ahead->lock);
	while (ahead->received == ahead->taken)
		pthread_cond_wait(&ahead->news, &ahead->lock);
	number = ahead->taken++;
	pthread_cond_signal(&ahead->room);
	pthread_mutex_unlock(&ahead->lock);
	*datagram = piece_at(ahead, number);
	return ahead->lengths[number % ahead->count];
}

void ahead_end(struct ahead **ahead)
{
	if (!*ahead)
		return;
	pthread_mutex_lock(&(*ahead)->lock);
	(*ahead)->ends = true;
	pthread_cond_signal(&(*ahead)->room);
	pthread_mutex_unlock(&(*ahead)->lock);
	pthread_join((*ahead)->thread, NULL);
	ahead_free(*ahead);
	*ahead = NULL;
}
