/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Listens to what the kernel says of changes, in one namespace or in every
 * named one, and hands it over as objects of the model. What is done with them,
 * and when it ends, is the caller's.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/object.h"

struct error;
struct kernel;
struct monitor;
struct pollfd;
struct pools;

enum event_kind {
	EVENT_SET, /* made or changed */
	EVENT_DELETE,
	EVENT_LOST, /* events were lost; everything is read again, EVENT_READING of each type follows */
	EVENT_READING, /* all objects of the type follow as EVENT_HAVE */
	EVENT_HAVE,
	EVENT_AGAIN, /* they changed meanwhile: what came since EVENT_READING is void, they follow anew */
	EVENT_TORN,   /* they changed each time: some may be missing or doubled */
	EVENT_BARRED, /* the namespace cannot be listened to */
};

struct event {
	enum event_kind kind;
	enum object_type type;   /* not of LOST, BARRED */
	uint32_t netns;          /* where; 0: the namespace ovl runs in */
	const void *object;      /* of SET, DELETE, HAVE: valid during the call */
	const void *before;      /* of SET: a link as it was; NULL: it is new, or no link */
	const struct error *why; /* of BARRED */
};

/* Returns 0 to go on; anything else ends the monitor_wait() it is called in, which returns it. */
typedef int event_function(void *cookie, const struct event *event);

struct monitor_wish {
	uint32_t types;  /* bit 1 << OBJECT_LINK … */
	uint32_t needed; /* those among them that the kernel must know of; others it may lack */
	bool everywhere; /* in every named namespace, also in those that get a name meanwhile */
	bool here;       /* with `everywhere`: also in the one ovl runs in, which may have none */
	bool present;    /* what is there is told before what changes, as of a later namespace */
	bool one_by_one; /* in steps; for monitor_step() and monitor_read(), with links in `types` */
	bool stats;
	struct pools *pools; /* lists of an object; emptied behind each event */
	event_function *function;
	void *cookie;
};

/*
 * Subscribes: every later change is told. Of a namespace that gets its name
 * later, what is in it already is told as EVENT_HAVE.
 *
 * Names of namespaces (OBJECT_NETNS) come and go with their mounts, so /proc
 * is needed for them and for `everywhere`.
 */
int monitor_open(struct kernel *kernel, const struct monitor_wish *wish, struct monitor **monitor,
		 struct error *error);
void monitor_close(struct monitor **monitor);

/*
 * Waits for something to happen, to what is listened to or to one of the
 * caller's descriptors, whose `revents` are set, and hands over events: some,
 * the caller calls again.
 */
int monitor_wait(struct monitor *monitor, struct pollfd *others, size_t count, struct error *error);

/*
 * With `one_by_one`, for a caller that must not be kept waiting: a step of a millisecond or
 * so towards listening to every namespace. What is in one is told as EVENT_HAVE, a few pieces
 * of a dump a step; what happened there meanwhile, in further steps. Where events were lost
 * that begins again (but ids of names are not told anew). Does nothing once all is told, which
 * monitor_is_complete() says. The kernel is asked nothing by others before.
 */
int monitor_step(struct monitor *monitor, struct error *error);
bool monitor_is_complete(const struct monitor *monitor);

/*
 * Whether there is something in that namespace (0: the one ovl runs in) which steps are still
 * to tell; whether or not, monitor_prefer() has the next ones go there, if there is.
 */
bool monitor_is_behind(const struct monitor *monitor, uint32_t netns);
void monitor_prefer(struct monitor *monitor, uint32_t netns);

enum { MONITOR_POLLS = 2 };

/*
 * For a caller with a poll(2) of its own: what to wait for (MONITOR_POLLS,
 * however many namespaces there are), and afterwards, with the `revents` of these, what
 * monitor_wait() does.
 */
int monitor_polls(struct monitor *monitor, struct pollfd *polls, struct error *error);
int monitor_read(struct monitor *monitor, const struct pollfd *polls, struct error *error);
