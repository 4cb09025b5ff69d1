/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The answers to one send, taken out of datagrams that nobody vouches for. It
 * needs no socket, so that tests can answer in the kernel's place.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct nlmsghdr;

/* The kernel's answer to one message of a send. */
struct answer {
	size_t index;                   /* which message of the send, from 0 */
	const struct nlmsghdr *message; /* an object, or NULL: the message is done or refused */
	int errnum;                     /* why it was refused (positive), or 0 */
	const char *sentence;           /* the kernel's own (extack), escaped, or "" */
	uint32_t offset;                /* into the message, of the attribute meant; 0: not said */
};

/* Returns 0 to go on; anything else ends the reading and is returned. */
typedef int answer_function(void *cookie, const struct answer *answer);

/* A send's state while its answers come in. */
struct exchange {
	uint32_t port, first;    /* our address, and the sequence number of the first message */
	size_t count;            /* of messages */
	bool verbose;            /* tell on stderr what is answered */
	bool done;               /* the last message is answered */
	bool torn;               /* objects changed while they were listed (NLM_F_DUMP_INTR) */
	answer_function *answer; /* NULL: they are only read off */
	void *cookie;
	struct text sentence;
};

/*
 * Takes the messages of one datagram. Those that are no answers to this send
 * are ignored. -EBADMSG: it is mangled; else what answer() returned.
 */
int exchange_take(struct exchange *exchange, const void *datagram, size_t length);

/* Accepts a zeroed one. */
void exchange_clear(struct exchange *exchange);
