/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A thread that receives the pieces of a long dump while its caller reads the
 * ones before: the kernel makes a piece inside the call that takes the last one
 * (netlink_recvmsg), which is more than half the time of a listing.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct ahead;

/*
 * One datagram that is there already: its length, 0 for one that is not the
 * kernel's, -EAGAIN when there is none, -EBADMSG for one that does not fit.
 */
ssize_t datagram_receive(int fd, void *buffer, size_t size);

/*
 * As many as are there already, each with `size` bytes of the buffer: how many, and
 * each one's length, as datagram_receive() says it; or what that returns.
 */
ssize_t datagrams_receive(int fd, void *buffer, size_t size, ssize_t *lengths, size_t most);

enum { DATAGRAMS_MOST = 16 };

/*
 * Up to `pieces` of at most `size` bytes are kept; who takes them late finds more of them there.
 * NULL where there can be no thread. Nobody else receives from `fd` until it is ended.
 */
struct ahead *ahead_start(int fd, size_t size, size_t pieces);

/*
 * As datagram_receive(), waiting for the thread; *datagram stays until the next
 * call. What is negative is the thread's last: it ended.
 */
ssize_t ahead_take(struct ahead *ahead, const void **datagram);

/* Ends the thread wherever it is; accepts one of NULL. */
void ahead_end(struct ahead **ahead);
