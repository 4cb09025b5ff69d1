/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One rtnetlink socket in one network namespace, and the one function through
 * which every message of ovl goes. Sources: netlink(7), rtnetlink(7),
 * Documentation/userspace-api/netlink of the kernel.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/exchange.h"

struct ahead;
struct error;
struct names;

enum {
	NETLINK_SEND = 16 * 1024,      /* bytes of one send: more brings nothing (measured) */
	NETLINK_SEND_MESSAGES = 64,    /* and messages */
	NETLINK_TIMEOUT_MS = 5 * 1000, /* an answer that takes longer is lost */
};

struct netlink {
	int fd;            /* -1: closed; it keeps its namespace alive */
	uint32_t port;     /* our address; 0: none was opened */
	uint32_t sequence; /* of the last message sent */
	int timeout_ms;
	bool verbose;         /* tell on stderr what is sent and answered */
	struct names *names;  /* the caller's */
	uint32_t *link_names; /* hash of index -> interned name, pairs */
	size_t links, links_room;
	bool gathers;                   /* netlink_gather() */
	_Alignas(4) char begun[64];     /* the dump that netlink_begin() sent, and … */
	size_t begun_length;            /* … 0: none */
	int64_t begun_until_ms;         /* when a piece of it is lost that did not come */
	struct ahead *begun_ahead;      /* who receives it meanwhile, or NULL */
	uint32_t last_name, last_index; /* of the link asked for last since then; 0: none */
};

/*
 * Opens a socket in the namespace the calling thread is in. Needs no
 * privilege. Extended acks, capped acks and strict checks are on where the
 * kernel has them (4.20).
 */
int netlink_open(struct netlink *netlink, struct names *names, struct error *error);

/* The same for messages of sock_diag(7), which tell of sockets instead of links. */
int netlink_open_sockets(struct netlink *netlink, struct names *names, struct error *error);

/* Accepts a zeroed or closed one. */
void netlink_close(struct netlink *netlink);

/*
 * Sends `count` messages that stand one behind another in `messages`, numbers
 * them, asks for an acknowledgement of the last one only, and hands every
 * answer to `answer` until the last message is answered.
 *
 * The kernel goes on after a refused message. Fails with ECOMM when nothing was
 * sent (the text says why), with ENOBUFS or ETIMEDOUT
 * when answers were lost: what was done is not known then, and the caller must
 * read it again. EAGAIN: the dump was torn (NLM_F_DUMP_INTR); every object was
 * handed over all the same. Messages that are not the kernel's, or not answers
 * to this send, are ignored; a mangled one is EBADMSG.
 */
int netlink_exchange(struct netlink *netlink, void *messages, size_t length, size_t count,
		     answer_function *answer, void *cookie, struct error *error);

/*
 * Sends the request of a dump, of 64 bytes at most; nobody waits for its answers. A
 * netlink_exchange() of the same request takes them, one of another reads them off first.
 */
void netlink_begin(struct netlink *netlink, const void *message, size_t length);

/*
 * The same, and a thread receives the answers, up to 32 MiB of them, until somebody takes them. Without
 * one it is as netlink_begin().
 */
void netlink_begin_ahead(struct netlink *netlink, const void *message, size_t length);

/* Whether the request is the one begun. */
bool netlink_has_begun(const struct netlink *netlink, const void *message, size_t length);

/* Whether nothing came that nobody took, nor was anything lost. */
bool netlink_is_silent(const struct netlink *netlink);

/*
 * For a caller that must not be kept waiting: takes one datagram of the answers to what
 * netlink_begin() sent, if it is there, and sets *done behind the last one. Fails as
 * netlink_exchange(), which reads the rest off. The exchange is zeroed at first, but for
 * `answer` and `cookie`.
 *
 * The kernel makes the next piece of a dump inside this call: 32 KiB, a third of a millisecond.
 */
int netlink_take(struct netlink *netlink, struct exchange *exchange, bool *done,
		 struct error *error);

/*
 * The interface index of a link's interned name or altname in the socket's
 * namespace, 0 when there is none. Asks the kernel each time, unless a send is
 * gathered.
 */
uint32_t netlink_index(struct netlink *netlink, uint32_t name);

/*
 * While the messages of one send are gathered, the last link's index is
 * remembered: thousands of entries name the same. Each send begins anew, since
 * an index may go to another link.
 */
void netlink_gather(struct netlink *netlink, bool gathers);

/* The interned name of an index, remembered; "if7" when there is no such link (any more). */
uint32_t netlink_link_name(struct netlink *netlink, uint32_t index);

/* Remembers a name that a message said; the index is not 0. */
void netlink_know_link(struct netlink *netlink, uint32_t index, uint32_t name);

/* Whether the link is administratively up; false when there is none. */
bool netlink_link_is_up(const struct netlink *netlink, const char *name);

/* Forgets the names of links, after one was renamed or removed. */
void netlink_forget_links(struct netlink *netlink);
