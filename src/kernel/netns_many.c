/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many namespaces made, or removed, at once: the kernel's work on one leaves room for others. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/kernel.h"
#include "kernel/netns.h"
#include "kernel/netns_file.h"

enum {
	MAKERS = 2,   /* they need a processor each … */
	REMOVERS = 8, /* … and these wait */
	MOST = REMOVERS,
};

/* A namespace, and what is known of it outside of the thread that works on it. */
struct item {
	struct kernel_netns *told;
	const char *name;
	struct names *names;
	/* Of what is removed. */
	int directory;
	struct stat stat; /* of the namespace, where … */
	bool is_known;    /* … it was entered */
	/* Of what is made. */
	int fd;
	struct netlink netlink;
};

/* What one thread does: each `of`-th item. */
struct share {
	struct item *items;
	size_t first, of, count;
	void (*function)(struct item *item);
};

static void *work(void *cookie)
{
	const struct share *share = cookie;

	for (size_t i = share->first; i < share->count; i += share->of)
		share->function(&share->items[i]);
	return NULL;
}

/* The caller is one of the threads, and all of them where there can be no other. */
static void work_together(struct item *items, size_t count, size_t threads,
			  void (*function)(struct item *item))
{
	struct share shares[MOST];
	pthread_t thread[MOST];
	bool runs[MOST] = { false };

	for (size_t i = 0; i < threads; i++) {
		shares[i] = (struct share){ items, i, threads, count, function };
		runs[i] = i && i < count && !pthread_create(&thread[i], NULL, work, &shares[i]);
	}
	for (size_t i = 0; i < threads; i++)
		if (!runs[i])
			work(&shares[i]);
	for (size_t i = 0; i < threads; i++)
		if (runs[i])
			pthread_join(thread[i], NULL);
}

static struct item *items_new(struct kernel *kernel, struct kernel_netns *told, size_t count)
{
	struct item *items = memory_new(count + 1, sizeof(*items));

	for (size_t i = 0; i < count; i++) {
		told[i].r = 0;
		items[i] = (struct item){ .told = &told[i],
					  .name = names_text(kernel->names, told[i].netns),
					  .names = kernel->names,
					  .fd = -1 };
	}
	return items;
}

/* The thread is in the new one afterwards: it is no longer needed elsewhere. */
static void make(struct item *item)
{
	struct kernel_netns *told = item->told;

	told->r = netns_check_new(item->name, "make it", &told->error);
	if (told->r < 0)
		return;
	if (unshare(CLONE_NEWNET) < 0) {
		told->r = netns_refused_make(item->name, errno, &told->error);
		return;
	}
	told->r = netns_open("", &item->fd, &told->error);
	if (!told->r)
		told->r = netlink_open(&item->netlink, item->names, &told->error);
	if (told->r < 0)
		fd_close(&item->fd);
}

struct making {
	struct item *items;
	size_t count;
};

static int make_all(void *cookie, struct error *error)
{
	const struct making *making = cookie;

	(void)error;
	work_together(making->items, making->count, MAKERS, make);
	return 0;
}

static void put_names(struct item *items, size_t count)
{
	CLEANUP(fd_close) int directory = -1;
	CLEANUP(fd_close) int lock = -1;
	struct error error = { 0 };
	int r = netns_hold(items->name, &directory, &lock, &error);

	for (size_t i = 0; i < count; i++) {
		struct kernel_netns *told = items[i].told;

		if (told->r < 0)
			continue;
		told->error = error;
		told->r =
			r < 0 ? r
			      : netns_put_name(directory, items[i].name, items[i].fd, &told->error);
	}
}

void kernel_make_netns(struct kernel *kernel, struct kernel_netns *told, size_t count)
{
	CLEANUP(pointer_free) struct item *items = items_new(kernel, told, count);
	CLEANUP(fd_close) int own = -1;
	struct making making = { items, count };
	struct error error = { 0 };
	int r = netns_open("", &own, &error);

	if (!r)
		r = netns_visit(own, make_all, &making, &error);
	for (size_t i = 0; r < 0 && i < count; i++) {
		told[i].r = r;
		told[i].error = error;
	}
	/* Behind the making: while others are torn down it takes long, and more may be waiting. */
	if (!r)
		put_names(items, count);
	for (size_t i = 0; i < count; i++) {
		if (items[i].fd < 0)
			continue;
		if (!told[i].r) {
			kernel_keep(kernel, told[i].netns, &items[i].netlink, items[i].fd);
			continue;
		}
		netlink_close(&items[i].netlink);
		fd_close(&items[i].fd);
	}
}

static void take_away(struct item *item)
{
	item->told->r = netns_take_name(item->directory, item->name,
					item->is_known ? &item->stat : NULL, &item->told->error);
}

void kernel_delete_netns(struct kernel *kernel, struct kernel_netns *told, size_t count)
{
	CLEANUP(pointer_free) struct item *items = items_new(kernel, told, count);
	CLEANUP(fd_close) int directory = -1;
	CLEANUP(fd_close) int lock = -1;
	struct error error = { 0 };
	int r = netns_hold_old(items->name, &directory, &lock, &error);

	for (size_t i = 0; i < count; i++) {
		/* Which one was looked at, before it is closed. */
		items[i].is_known = kernel_netns_stat(kernel, told[i].netns, &items[i].stat);
		kernel_forget(kernel, told[i].netns);
		items[i].directory = directory;
		told[i].r = r;
		told[i].error = error;
	}
	if (!r)
		work_together(items, count, REMOVERS, take_away);
}
