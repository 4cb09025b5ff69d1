/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/sender.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* A ring: send number n, counted from the first one, is sends[n % SENDS]. */
struct sender {
	struct send sends[SENDS];
	/* The caller's: how many it has posted, and let go of; the next one is gathered. */
	size_t posted, released;
	pthread_t thread;
	bool runs;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t work, news;
	size_t given;   /* how many the thread may carry out … */
	size_t carried; /* … and has */
	size_t awaited; /* the caller sleeps until it has so many */
	bool stopped;   /* the last one carried out was refused, and not looked at yet */
	bool ends;
};

static struct send *send_at(struct sender *sender, size_t number)
{
	return &sender->sends[number % SENDS];
}

struct sender *sender_new(void)
{
	struct sender *sender = memory_new(1, sizeof(*sender));

	pthread_mutex_init(&sender->lock, NULL);
	pthread_cond_init(&sender->work, NULL);
	pthread_cond_init(&sender->news, NULL);
	return sender;
}

void sender_free(struct sender **sender)
{
	if (!*sender)
		return;
	sender_rest(*sender);
	for (size_t i = 0; i < SENDS; i++) {
		message_clear(&(*sender)->sends[i].message);
		arena_clear(&(*sender)->sends[i].arena);
	}
	pthread_mutex_destroy(&(*sender)->lock);
	pthread_cond_destroy(&(*sender)->work);
	pthread_cond_destroy(&(*sender)->news);
	free(*sender);
	*sender = NULL;
}

struct send *sender_gathers(struct sender *sender)
{
	return send_at(sender, sender->posted);
}

/* A refusal is kept: to tell it may need the names of links, and those the caller has. */
static int keep_refusal(void *cookie, const struct answer *answer)
{
	struct send *send = cookie;

	if (!answer->errnum || answer->message)
		return 0;
	send->refused = true;
	send->pending[answer->index].refusal = (struct answer){
		.index = answer->index,
		.errnum = answer->errnum,
		.offset = answer->offset,
		.sentence =
			arena_copy(&send->arena, answer->sentence, strlen(answer->sentence) + 1),
	};
	return 0;
}

static void carry_out(struct send *send)
{
	send->result =
		netlink_exchange(send->place.netlink, send->message.bytes, send->message.length,
				 send->count, keep_refusal, send, &send->error);
	send->refused |= send->result < 0;
}

static void *carry_out_all(void *cookie)
{
	struct sender *sender = cookie;

	pthread_mutex_lock(&sender->lock);
	for (;;) {
		struct send *send = send_at(sender, sender->carried);

		while (!sender->ends && (sender->stopped || sender->carried == sender->given))
			pthread_cond_wait(&sender->work, &sender->lock);
		if (sender->ends)
			break;
		pthread_mutex_unlock(&sender->lock);
		carry_out(send);
		pthread_mutex_lock(&sender->lock);
		sender->carried++;
		sender->stopped = send->refused;
		if (sender->stopped || sender->carried >= sender->awaited)
			pthread_cond_signal(&sender->news);
	}
	pthread_mutex_unlock(&sender->lock);
	return NULL;
}

void sender_post(struct sender *sender, bool more)
{
	struct send *send = sender_gathers(sender);

	netlink_gather(send->place.netlink, false);
	sender->posted++;
	/* Where there can be no thread, it goes without. */
	if (more && !sender->runs)
		sender->runs = !pthread_create(&sender->thread, NULL, carry_out_all, sender);
	pthread_mutex_lock(&sender->lock);
	sender->given = sender->posted;
	pthread_cond_signal(&sender->work);
	pthread_mutex_unlock(&sender->lock);
	if (sender->runs)
		return;
	carry_out(send);
	sender->carried = sender->posted;
}

struct send *sender_look(struct sender *sender, bool all)
{
	size_t carried;

	pthread_mutex_lock(&sender->lock);
	/* Half of the ring at once, so that the two do not wake each other for every send. */
	sender->awaited = all ? sender->posted
			  : sender->posted - sender->released == SENDS
				  ? sender->released + SENDS / 2
				  : 0;
	while (!sender->stopped && sender->carried < sender->awaited)
		pthread_cond_wait(&sender->news, &sender->lock);
	carried = sender->carried;
	pthread_mutex_unlock(&sender->lock);
	return carried > sender->released ? send_at(sender, sender->released) : NULL;
}

/* Ready to be gathered again. */
static void send_reset(struct send *send)
{
	send->message.length = 0;
	send->count = 0;
	memset(send->keys, 0, sizeof(send->keys));
	send->refused = false;
	arena_reset(&send->arena);
}

void sender_release(struct sender *sender)
{
	struct send *send = send_at(sender, sender->released++);
	bool refused = send->refused;

	send_reset(send);
	if (!refused)
		return;
	pthread_mutex_lock(&sender->lock);
	sender->stopped = false;
	pthread_cond_signal(&sender->work);
	pthread_mutex_unlock(&sender->lock);
}

void sender_drop(struct sender *sender)
{
	for (size_t i = 0; i < SENDS; i++)
		send_reset(&sender->sends[i]);
	pthread_mutex_lock(&sender->lock);
	sender->posted = sender->released = sender->given = sender->carried;
	sender->stopped = false;
	pthread_mutex_unlock(&sender->lock);
}

bool sender_is_busy(const struct sender *sender)
{
	return sender->posted != sender->released || sender->sends[sender->posted % SENDS].count;
}

void sender_rest(struct sender *sender)
{
	if (!sender->runs)
		return;
	pthread_mutex_lock(&sender->lock);
	sender->ends = true;
	pthread_cond_signal(&sender->work);
	pthread_mutex_unlock(&sender->lock);
	pthread_join(sender->thread, NULL);
	sender->runs = sender->ends = false;
}
