/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/forerunner.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/kernel.h"
#include "kernel/objects.h"

enum {
	WORTH_A_THREAD = 16,
	AHEAD_MOST = 32, /* first pieces that wait to be read */
};

/* The way into one namespace. */
struct way {
	struct netlink *socket; /* where it is open, else … */
	const char *name;       /* … what is to be entered, and … */
	struct netlink opened;  /* … what was opened there */
	int fd;                 /* of the namespace, or -1 */
};

struct forerunner {
	struct kernel *kernel;
	const uint32_t *netns;
	struct way *ways;
	size_t count;
	bool keeps; /* descriptors of the namespaces, too: they are asked for sooner or later */
	struct message message;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t news;
	size_t begun;   /* so many are the caller's: they were asked, or it was there first */
	size_t reached; /* where the caller is */
	bool at_work;   /* on the one behind those that are begun */
	bool ends;
};

static void begin(struct forerunner *me, struct way *way)
{
	if (!way->socket &&
	    !kernel_enter(me->kernel, way->name, &way->opened, me->keeps ? &way->fd : NULL))
		way->socket = &way->opened;
	if (way->socket)
		netlink_begin(way->socket, me->message.bytes, me->message.length);
}

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
		begin(me, &me->ways[me->begun]);
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
	for (size_t i = 0; i < me->count; i++) {
		netlink_close(&me->ways[i].opened);
		fd_close(&me->ways[i].fd);
	}
	message_clear(&me->message);
	pthread_mutex_destroy(&me->lock);
	pthread_cond_destroy(&me->news);
	free(me->ways);
	free(me);
}

static struct forerunner *forerunner_new(struct kernel *kernel, const uint32_t *netns, size_t count)
{
	struct forerunner *me = memory_new(1, sizeof(*me));

	*me = (struct forerunner){ .kernel = kernel, .netns = netns, .count = count };
	me->ways = memory_new(count, sizeof(*me->ways));
	me->keeps = kernel_may_keep(kernel, count);
	pthread_mutex_init(&me->lock, NULL);
	pthread_cond_init(&me->news, NULL);
	for (size_t i = 0; i < count; i++)
		/* The caller goes on interning names while these are entered. */
		me->ways[i] = (struct way){ .socket = kernel_socket(kernel, netns[i]),
					    .name = names_text(kernel->names, netns[i]),
					    .opened = { .fd = -1 },
					    .fd = -1 };
	return me;
}

struct forerunner *forerunner_start(struct kernel *kernel, const uint32_t *netns, size_t count)
{
	struct error ignored = { 0 };
	struct forerunner *me;
	struct place place;

	if (count < WORTH_A_THREAD) {
		kernel_prepare(kernel, netns, count);
		return NULL;
	}
	kernel_expect(count);
	if (kernel_settle(kernel, &ignored) < 0 || kernel_place(kernel, 0, &place, &ignored) < 0)
		return NULL;
	me = forerunner_new(kernel, netns, count);
	if (!wire_object(OBJECT_LINK)->ask(&place, NULL, true, false, &me->message, &ignored)) {
		message_finish(&me->message);
		if (!pthread_create(&me->thread, NULL, run, me))
			return me;
	}
	forerunner_free(me);
	return NULL;
}

static void hand_over(struct forerunner *me, size_t i)
{
	struct way *way = &me->ways[i];

	if (way->socket == &way->opened) {
		kernel_keep(me->kernel, me->netns[i], &way->opened, way->fd);
		*way = (struct way){ .opened = { .fd = -1 }, .fd = -1 };
	}
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
	hand_over(me, i);
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
