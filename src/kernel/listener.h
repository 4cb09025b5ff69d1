/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One namespace whose events are listened to: what comes out of its socket as
 * objects of the model, with the names of their time. Which namespaces there
 * are is up to kernel/monitor.c.
 */
#pragma once

#include "kernel/kernel.h"
#include "kernel/monitor.h"
#include "kernel/netns.h"
#include "model/link.h"

enum {
	LISTENER_TURN = 256,      /* datagrams of one namespace before the others have their turn */
	LISTENER_ALL = 64 * 1024, /* more than a queue holds */
};

/* What all listeners share. */
struct listening {
	struct kernel *kernel;
	struct monitor_wish wish;
	struct netns_files names; /* namespaces with a name, as told */
	struct reader readers[OBJECT_TYPES];
	void *object;       /* room for one of any type */
	struct link before; /* what a link was before its event */
	char *buffer;       /* of a datagram */
};

struct known_link;
struct listener_steps;

struct listener {
	struct netlink netlink; /* its names of links are those as of the last event read */
	struct place place;     /* the namespace seen through that socket */
	bool asked;             /* the kernel's own socket in it is open, for questions */
	struct netns_ids ids;   /* told so far */
	/* Links as they were last told of, when they are listened to: by index. */
	struct known_link **links;
	size_t links_count, links_room; /* the room is a power of two, or 0 */
	struct listener_steps *steps;   /* of a reading that goes on, or NULL */
};

void listening_init(struct listening *all, struct kernel *kernel, const struct monitor_wish *wish);
void listening_clear(struct listening *all);
bool listening_wants(const struct listening *all, enum object_type type);

/* Hands an event over to whom the wish names; the shorter form leaves out objects of the other family. */
int listening_hand_over(struct listening *all, const struct event *event);
int listening_tell(struct listening *all, enum event_kind kind, enum object_type type,
		   uint32_t netns, const void *object);

/*
 * Subscribes in the namespace. -ESTALE, without an error: it cannot be found by
 * its name any more, which is no failure; the next look at the names says that
 * it is gone. The same holds for all that follows. Free it also after a failure.
 */
int listener_open(struct listening *all, struct listener *listener, uint32_t netns,
		  struct error *error);

/* Takes it, with its sockets. */
void listener_free(struct listening *all, struct listener *listener);

/*
 * Reads up to `most` datagrams, fewer when there are no more, and tells their
 * events; when some were lost, everything anew. With `one_by_one` that is left to
 * the caller: -ENOBUFS, without an error.
 */
int listener_hear(struct listening *all, struct listener *listener, size_t most,
		  struct error *error);

/*
 * The socket that questions are asked on, which is not the one that events wait
 * in. Unless it is the kernel's for ovl's own namespace, listener_rest() closes
 * it again, so that there are not two for each namespace.
 */
int listener_place(struct listening *all, struct listener *listener, struct place *place,
		   struct error *error);
void listener_rest(struct listening *all, struct listener *listener);

/* Keeps a link, to tell later changes by. */
void listener_know(struct listening *all, struct listener *listener, const struct link *link);

/*
 * Tells a link and keeps it: made, changed, gone or there. Its altnames are told
 * as objects of their own, which they are for who gives and takes them.
 */
int listener_tell_link(struct listening *all, struct listener *listener, enum event_kind kind,
		       const struct link *link);

/* Keeps the name that a link has by that message (RTM_NEWLINK, RTM_DELLINK): 0 or -EBADMSG. */
int listener_learn_name(struct listener *listener, const struct nlmsghdr *message);

/* Forgets links and their names. */
void listener_forget(struct listener *listener);

/* Keeps what links there are, since a message may come when its link is gone. */
int listener_learn(struct listening *all, struct listener *listener, struct error *error);

/* Tells everything there is in the namespace; what names and ids namespaces have there. */
int listener_read(struct listening *all, struct listener *listener, struct error *error);
int listener_read_names(struct listening *all, struct listener *listener, struct error *error);

/*
 * The same in steps of a millisecond or so, links being among what is listened to; *done is
 * set behind the last. Events wait meanwhile, to be heard afterwards.
 */
int listener_read_step(struct listening *all, struct listener *listener, bool *done,
		       struct error *error);
void listener_steps_free(struct listener_steps **steps);

/* Whether there are events to be heard. */
bool listener_has_news(const struct listener *listener);
