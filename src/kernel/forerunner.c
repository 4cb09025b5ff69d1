/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/forerunner.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "kernel/kernel.h"
#include "kernel/objects.h"

enum {
	WORTH_A_THREAD = 16,
	AHEAD_MOST = 32, /* first pieces that wait to be read */
};

struct forerunner {
	struct netlink **sockets; /* NULL: there is no such namespace */
	size_t count;
	struct message message;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t news;
	size_t begun;   /* so many are the caller's: they were asked, or it was there first */
	size_t reached; /* where the caller is */
	bool at_work;   /* on the one behind those that are begun */
	bool ends;
};

static void *run(void *cookie)
{
	struct forerunner *me = cookie;

	pthread_mutex_lock(&me->lock);
	for (;;) {
		while (!me->ends && me->begun < me->count && me->begun >= me->reached + AHEAD_MOST)
			pthread_cond_wait(&me->news, &me->lock);
		if (me->ends || me->begun >= me->count)
			break;
		me->at_work = true;
		pthread_mutex_unlock(&me->lock);
		if (me->sockets[me->begun])
			netlink_begin(me->sockets[me->begun], me->message.bytes,
				      me->message.length);
		pthread_mutex_lock(&me->lock);
		me->at_work = false;
		me->begun++;
		/* Only who waits for this very one is woken. */
		if (me->begun == me->reached + 1)
			pthread_cond_broadcast(&me->news);
	}
	pthread_mutex_unlock(&me->lock);
	return NULL;
}

static void forerunner_free(struct forerunner *me)
{
	message_clear(&me->message);
	pthread_mutex_destroy(&me->lock);
	pthread_cond_destroy(&me->news);
	free(me->sockets);
	free(me);
}

struct forerunner *forerunner_start(struct kernel *kernel, const uint32_t *netns, size_t count)
{
	struct error ignored = { 0 };
	struct forerunner *me;
	struct place place = { .kernel = kernel };
	size_t there = 0;

	if (count < WORTH_A_THREAD || kernel_settle(kernel, &ignored) < 0)
		return NULL;
	me = memory_new(1, sizeof(*me));
	me->sockets = memory_new(count, sizeof(*me->sockets));
	me->count = count;
	pthread_mutex_init(&me->lock, NULL);
	pthread_cond_init(&me->news, NULL);
	for (size_t i = 0; i < count; i++) {
		if (!kernel_may_place(kernel, netns[i]) ||
		    kernel_place(kernel, netns[i], &place, &ignored) < 0)
			continue;
		me->sockets[i] = place.netlink;
		there++;
	}
	if (there >= WORTH_A_THREAD &&
	    !wire_object(OBJECT_LINK)->ask(&place, NULL, true, false, &me->message, &ignored)) {
		message_finish(&me->message);
		if (!pthread_create(&me->thread, NULL, run, me))
			return me;
	}
	forerunner_free(me);
	return NULL;
}

void forerunner_reach(struct forerunner *me, size_t i)
{
	if (!me)
		return;
	pthread_mutex_lock(&me->lock);
	me->reached = i;
	/* It is left behind: what the caller does itself is begun. */
	if (!me->at_work && me->begun <= i)
		me->begun = i + 1;
	while (me->begun <= i)
		pthread_cond_wait(&me->news, &me->lock);
	if (me->begun <= i + AHEAD_MOST / 2)
		pthread_cond_broadcast(&me->news);
	pthread_mutex_unlock(&me->lock);
}

void forerunner_end(struct forerunner **forerunner)
{
	struct forerunner *me = *forerunner;

	if (!me)
		return;
	pthread_mutex_lock(&me->lock);
	me->ends = true;
	pthread_cond_broadcast(&me->news);
	pthread_mutex_unlock(&me->lock);
	pthread_join(me->thread, NULL);
	forerunner_free(me);
	*forerunner = NULL;
}
