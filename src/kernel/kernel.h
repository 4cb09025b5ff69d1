/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel as a whole: a netlink socket in each namespace that is asked for,
 * and objects of the model read from it and written to it. Interface indexes
 * do not leave this folder.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr/attr.h"
#include "base/error.h"
#include "kernel/netlink.h"
#include "kernel/wire.h"
#include "model/object.h"
#include "model/range.h"

struct foresight;
struct kernel_socket;
struct stat;

struct kernel {
	struct names *names;         /* the caller's */
	struct databases *databases; /* the caller's */
	uint8_t family;              /* what "any" and "default" mean */
	bool verbose;
	int timeout_ms;                 /* of answers; 0: NETLINK_TIMEOUT_MS */
	struct kernel_socket **sockets; /* one a namespace, opened when first asked for */
	size_t sockets_count, sockets_room;
	uint32_t *socket_of; /* by interned name: 1 + index of sockets */
	size_t socket_of_count;
	/* Whether links tell all but their statistics when those are left out; kernel/link.c. */
	enum { LINKS_UNKNOWN, LINKS_TELL, LINKS_CONCEAL } links_without_stats;
	struct wire_map *maps[WIRE_MAPS]; /* of tables, each made when first met */
	struct foresight *foreseen;       /* kernel/foresight.h */
	/* Called before anything is read: what waits to be done must be done. NULL: nothing does. */
	int (*settle)(void *cookie, struct error *error);
	void *settle_cookie;
};

/* One namespace of it: where a message goes, and how its links are called. */
struct place {
	struct kernel *kernel;
	struct netlink *netlink;
	uint32_t netns;
	struct attr_links links;
	struct attr_context context; /* without links: place_context() has them */
};

struct attr_context place_context(const struct place *place);

struct reader;

void kernel_clear(struct kernel *kernel);

/*
 * A way into the namespace of that interned name; 0 is the one ovl runs in.
 * Fails when there is no such namespace (exit 1) or it may not be entered.
 */
int kernel_place(struct kernel *kernel, uint32_t netns, struct place *place, struct error *error);

/*
 * So many namespaces will be entered: a descriptor or two each, which may be more than
 * are allowed at first. Each time the table of descriptors grows while there are two
 * threads the kernel waits for an RCU grace period, some 10 ms (expand_fdtable(),
 * 6.18): so it grows before.
 */
void kernel_expect(size_t count);

/* Whether kernel_place() may find the namespace: false when there is none for certain. */
bool kernel_may_place(struct kernel *kernel, uint32_t netns);

/*
 * Opens the ways into many namespaces in one go, which is faster. Where one does
 * not open, kernel_place() tells why.
 */
void kernel_prepare(struct kernel *kernel, const uint32_t *netns, size_t count);

/*
 * The calling thread enters the namespace of that name and opens a socket there and, unless
 * `fd` is NULL, a descriptor of it: the caller's, until kernel_keep(). Returns 0 or a negative
 * errno. Other threads may use the kernel meanwhile.
 */
int kernel_enter(const struct kernel *kernel, const char *name, struct netlink *netlink, int *fd);

/* Whether descriptors of that many namespaces may stay open beside their sockets. */
bool kernel_may_keep(const struct kernel *kernel, size_t count);

/* The socket that is open in the namespace, or NULL. It stays where it is until it is closed. */
struct netlink *kernel_socket(struct kernel *kernel, uint32_t netns);

/*
 * A descriptor of the namespace, for IFLA_NET_NS_FD; it stays the kernel's and
 * lives as long as it.
 */
int kernel_netns_fd(struct kernel *kernel, uint32_t netns, int *fd, struct error *error);

/*
 * Which namespace the socket is in that is open there, whatever has its name by now. False
 * when none is, or it may not be asked (CAP_NET_ADMIN in there). No descriptor stays open.
 */
bool kernel_netns_stat(struct kernel *kernel, uint32_t netns, struct stat *stat);

/*
 * Closes what is open in the namespace, so that it can go away (an open socket
 * keeps it alive). No place in it may be used afterwards.
 */
void kernel_forget(struct kernel *kernel, uint32_t netns);

/* One of many namespaces that are made, or removed, together: which, and what became of it. */
struct kernel_netns {
	uint32_t netns;
	int r; /* as netns_add() or netns_delete() returns it */
	struct error error;
};

/*
 * Makes them, several at once, and keeps the ways into them open. A namespace costs
 * 0.3 ms in the kernel, where threads do not keep each other waiting.
 */
void kernel_make_netns(struct kernel *kernel, struct kernel_netns *items, size_t count);

/*
 * Closes what is open in them and takes their names away, several at once: each
 * umount2(2) waits for an RCU grace period, and those that wait together share it.
 */
void kernel_delete_netns(struct kernel *kernel, struct kernel_netns *items, size_t count);

/* The kernel's from now on: a socket in the namespace, and its descriptor. */
void kernel_keep(struct kernel *kernel, uint32_t netns, const struct netlink *netlink, int fd);

/* How one type of object is written and read; each has a file of its own. */
struct wire_object {
	uint16_t type; /* RTM_NEW…; RTM_DEL… and RTM_GET… are the next two (rtnetlink(7)) */
	size_t header; /* size of the fixed header */
	/*
	 * Builds the message that makes the change. `other` is a veth's other
	 * end, else NULL.
	 */
	int (*put)(const struct place *place, enum change change, const void *object,
		   const void *other, struct message *message, struct error *error);
	/*
	 * Builds a request: with `all` a dump of what the filter (NULL: anything)
	 * selects, as far as the kernel can select by it; else for the one object
	 * that has the filter's key.
	 */
	int (*ask)(const struct place *place, const void *filter, bool all, bool stats,
		   struct message *message, struct error *error);
	/* Reads a message into a zeroed object; 1: it is not of this type, skip it. */
	int (*get)(struct reader *reader, const struct nlmsghdr *message, void *object);
	/*
	 * Whether an object has that key. NULL: what answers to ask() is the one
	 * meant; else an answer that is another one is looked for in a dump.
	 */
	bool (*same)(const void *object, const void *key);
};

/* What reading messages of one type needs. */
struct reader {
	const struct place *place;
	struct attr_context context;
	const struct wire_object *wire;
	struct pools *pools; /* lists go here; the caller's */
	bool stats;
	bool more;    /* get() wants the same message again: it holds a further object … */
	size_t entry; /* … this one */
	uint32_t last_dev[2]; /* index and name of the last link met */
};

void reader_init(struct reader *reader, const struct place *place, enum object_type type,
		 struct pools *pools);

/* Reads a message of the reader's type into a zeroed object: 0, 1 to skip it, or -EBADMSG. */
int reader_get(struct reader *reader, const struct nlmsghdr *message, void *object);

const struct wire_map *reader_map(const struct reader *reader, const struct attr_table *table);

/* As netlink_link_name, remembering the last. */
uint32_t reader_link(struct reader *reader, uint32_t index);

const struct wire_object *wire_object(enum object_type type);

/* Returns 0 to go on. `removed`: the kernel says it is gone (monitor). */
typedef int object_function(void *cookie, const void *object, bool removed);

/* Has done what waits to be done. ECANCELED: it was refused, which says nothing about what is asked for. */
int kernel_settle(const struct kernel *kernel, struct error *error);

/*
 * Hands every object that `filter` selects to `function`. The filter's values
 * are asked of the kernel where it can select by them, and compared here all
 * the same. EAGAIN: the dump was torn; every object was handed over all the same.
 */
int kernel_dump(const struct place *place, enum object_type type, const void *filter, bool stats,
		struct pools *pools, object_function *function, void *cookie, struct error *error);

/*
 * The same for a reader that keeps what it is handed: a torn dump is read again,
 * `restart` called first each time to drop what came before. Fails (exit 2) when
 * it was torn 5 times.
 */
int kernel_read(const struct place *place, enum object_type type, const void *filter, bool stats,
		struct pools *pools, object_function *function, void (*restart)(void *cookie),
		void *cookie, struct error *error);

/*
 * Reads one object by its key rows. -ENOENT (no error set) when there is none.
 */
int kernel_get(const struct place *place, enum object_type type, const void *key,
	       struct pools *pools, void *object, struct error *error);

/*
 * Reads objects of one type by their keys, many with one send, and hands over those
 * that are there. A key's second object (a further destination of a MAC) is not found.
 */
int kernel_get_many(const struct place *place, enum object_type type, const void *keys,
		    size_t count, struct pools *pools, object_function *function, void *cookie,
		    struct error *error);

/* Asks the kernel for what `question` leads to (a route: what a packet would meet). */
int kernel_look_up(const struct place *place, enum object_type type, const void *question,
		   struct pools *pools, void *object, struct error *error);
