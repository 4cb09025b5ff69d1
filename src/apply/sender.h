/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sends of many steps, and a thread that carries them out while further ones
 * are gathered: the kernel does the work inside the call, so that one thread
 * would read lines and wait in turn. The thread touches nothing but the sends
 * it was given and their socket; whoever else wants to use that waits first.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "kernel/kernel.h"
#include "plan/plan.h"

enum { SENDS = 8 }; /* at once at most, the one that is gathered among them */

/* A step of a send. */
struct pending {
	struct step step;
	uint32_t line;         /* of the batch */
	uint64_t key;          /* hash of the object's */
	struct answer refusal; /* errnum 0: none */
};

/* Steps that go to the kernel together: of one type, in one namespace. */
struct send {
	struct message message;
	struct pending pending[NETLINK_SEND_MESSAGES];
	size_t count;
	uint64_t keys[16]; /* bit n: a step has a key that is n in its last ten bits */
	struct place place;
	struct arena arena; /* of the objects and of what the kernel said */
	bool refused;       /* a step was, or … */
	int result;         /* … netlink_exchange() failed */
	struct error error; /* of that */
};

struct sender;

struct sender *sender_new(void);
void sender_free(struct sender **sender);

/* The send that is gathered now: for the caller to fill. */
struct send *sender_gathers(struct sender *sender);

/*
 * Has the gathered send carried out, and begins the next one. With `more` to
 * come the thread does it, meanwhile; else it is done when this returns, unless
 * the thread is at work already.
 */
void sender_post(struct sender *sender, bool more);

/*
 * The oldest send that was carried out and not let go of yet, or NULL. Waits
 * while there is no room to gather a further one; with `all` until the thread
 * has nothing left to do. A refused send comes last: nothing is sent behind it
 * before it was looked at.
 */
struct send *sender_look(struct sender *sender, bool all);

/* Lets go of the send that sender_look() gave; behind a refused one the thread goes on. */
void sender_release(struct sender *sender);

/* Forgets the send that sender_look() gave, which was refused, and all behind it. */
void sender_drop(struct sender *sender);

/* Whether a step waits or is under way. */
bool sender_is_busy(const struct sender *sender);

/* Ends the thread, which has nothing left to do. */
void sender_rest(struct sender *sender);
