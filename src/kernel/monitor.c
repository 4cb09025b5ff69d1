/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/listener.h"
#include "model/netns.h"

struct monitor {
	struct listening all;
	struct listener **listeners;
	size_t count, room;
	int mounts; /* /proc/self/mountinfo, or -1 */
	struct pollfd *polls;
	int epoll;         /* of all listeners, for monitor_polls(), or -1 */
	uint32_t *waiting; /* namespaces that steps lead to, the next one last */
	size_t waiting_count, waiting_room;
};

static int epoll_add(const struct monitor *monitor, struct listener *listener, struct error *error)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = listener };

	if (epoll_ctl(monitor->epoll, EPOLL_CTL_ADD, listener->netlink.fd, &event) < 0)
		return error_set(error, errno, "cannot wait for events");
	return 0;
}

static int listener_add(struct monitor *monitor, uint32_t netns, struct listener **result,
			struct error *error)
{
	struct listener *listener = memory_new(1, sizeof(*listener));
	int r = listener_open(&monitor->all, listener, netns, error);

	if (r < 0) {
		listener_free(&monitor->all, listener);
		return r;
	}
	*array_add(&monitor->listeners, &monitor->count, &monitor->room) = listener;
	*result = listener;
	return 0;
}

static struct listener *listener_of(const struct monitor *monitor, uint32_t netns)
{
	for (size_t i = 0; i < monitor->count; i++)
		if (monitor->listeners[i]->place.netns == netns)
			return monitor->listeners[i];
	return NULL;
}

static void listener_drop(struct monitor *monitor, struct listener *listener)
{
	/* Closing it is not enough while a child that was forked has it as well. */
	if (monitor->epoll >= 0)
		epoll_ctl(monitor->epoll, EPOLL_CTL_DEL, listener->netlink.fd, NULL);
	for (size_t i = 0; i < monitor->count; i++)
		if (monitor->listeners[i] == listener)
			monitor->listeners[i--] = monitor->listeners[--monitor->count];
	listener_free(&monitor->all, listener);
}

/* A namespace that has a name and may not be entered is told, and no failure. */
static int or_barred(struct monitor *monitor, uint32_t netns, int r, struct error *error)
{
	struct event event = {
		.kind = EVENT_BARRED, .type = OBJECT_TYPES, .netns = netns, .why = error
	};

	if (!netns || (r != -EPERM && r != -EACCES))
		return r == -ESTALE ? 0 : r;
	r = monitor->all.wish.function(monitor->all.wish.cookie, &event);
	error_clear(error);
	return r;
}

/* `late`: what is there already was not told before. */
static int listen_to(struct monitor *monitor, uint32_t netns, bool late, struct error *error)
{
	struct listener *listener = NULL;
	int r = listener_add(monitor, netns, &listener, error);

	if (!r && monitor->epoll >= 0)
		r = epoll_add(monitor, listener, error);
	if (!r)
		r = late || monitor->all.wish.present
			    ? listener_read(&monitor->all, listener, error)
			    : listener_learn(&monitor->all, listener, error);
	if (listener)
		listener_rest(&monitor->all, listener);
	return or_barred(monitor, netns, r, error);
}

static int begin_or_wait(struct monitor *monitor, uint32_t netns, bool late, struct error *error)
{
	if (!monitor->all.wish.one_by_one)
		return listen_to(monitor, netns, late, error);
	*array_add(&monitor->waiting, &monitor->waiting_count, &monitor->waiting_room) = netns;
	return 0;
}

static int tell_name(struct monitor *monitor, enum event_kind kind, const char *name)
{
	struct netns object = { .name = { names_of(monitor->all.kernel->names, name) } };

	if (!listening_wants(&monitor->all, OBJECT_NETNS))
		return 0;
	ATTR_MARK(&netns_table, netns, &object, name);
	return listening_tell(&monitor->all, kind, OBJECT_NETNS, 0, &object);
}

static int name_appears(struct monitor *monitor, const char *name, struct error *error)
{
	int r = tell_name(monitor, EVENT_SET, name);

	if (r || !monitor->all.wish.everywhere)
		return r;
	return begin_or_wait(monitor, names_of(monitor->all.kernel->names, name), true, error);
}

/* Its place among those that wait, or NULL. */
static uint32_t *waiting_find(const struct monitor *monitor, uint32_t netns)
{
	for (size_t i = 0; i < monitor->waiting_count; i++)
		if (monitor->waiting[i] == netns)
			return &monitor->waiting[i];
	return NULL;
}

static void stop_waiting(struct monitor *monitor, uint32_t netns)
{
	uint32_t *waiting = waiting_find(monitor, netns);

	if (waiting)
		*waiting = monitor->waiting[--monitor->waiting_count];
}

/* Events; where some were lost and all is read in steps, these begin again. */
static int hear(struct monitor *monitor, struct listener *listener, size_t most,
		struct error *error)
{
	uint32_t netns = listener->place.netns;
	int r = listener_hear(&monitor->all, listener, most, error);

	if (r != -ENOBUFS || error->errnum)
		return r;
	listener_drop(monitor, listener);
	if (!waiting_find(monitor, netns))
		*array_add(&monitor->waiting, &monitor->waiting_count, &monitor->waiting_room) =
			netns;
	return listening_tell(&monitor->all, EVENT_LOST, OBJECT_TYPES, netns, NULL);
}

/* What it said to the end is told; then nothing of ours keeps the namespace alive. */
static int name_vanishes(struct monitor *monitor, const char *name, struct error *error)
{
	uint32_t netns = names_of(monitor->all.kernel->names, name);
	struct listener *listener = netns ? listener_of(monitor, netns) : NULL;
	int r = 0;

	/* One that is read at the moment has told nothing that is known for certain. */
	if (listener && !waiting_find(monitor, netns))
		r = hear(monitor, listener, LISTENER_ALL, error);
	stop_waiting(monitor, netns);
	listener = listener ? listener_of(monitor, netns) : NULL;
	if (listener)
		listener_drop(monitor, listener);
	return r ? r : tell_name(monitor, EVENT_DELETE, name);
}

static int drop_dead(struct netns_files *files, struct error *error)
{
	size_t live = 0;
	int r = netns_list(files, error);

	for (size_t i = 0; i < files->count; i++) {
		if (files->items[i].state == NETNS_LIVE)
			files->items[live++] = files->items[i];
		else
			free(files->items[i].name);
	}
	files->count = live;
	return r;
}

/* Mounts changed: which names came and which went, both lists being sorted. */
static int look_at_names(struct monitor *monitor, struct error *error)
{
	CLEANUP(netns_files_clear) struct netns_files old = { 0 };
	struct netns_files now = { 0 };
	int r = drop_dead(&now, error);
	size_t o = 0, n = 0;

	if (r < 0)
		return r;
	old = monitor->all.names;
	monitor->all.names = now;
	while (!r && (o < old.count || n < now.count)) {
		int order = o == old.count   ? 1
			    : n == now.count ? -1
					     : strcmp(old.items[o].name, now.items[n].name);
		bool same = !order && old.items[o].device == now.items[n].device &&
			    old.items[o].inode == now.items[n].inode;

		if (order <= 0 && !same)
			r = name_vanishes(monitor, old.items[o].name, error);
		if (order >= 0 && !same && !r)
			r = name_appears(monitor, now.items[n].name, error);
		o += order <= 0;
		n += order >= 0;
	}
	return r;
}

static int begin_with_names(struct monitor *monitor, struct error *error)
{
	const struct monitor_wish *wish = &monitor->all.wish;
	const struct netns_files *names = &monitor->all.names;
	int r = 0;

	if (wish->everywhere)
		kernel_expect(names->count);
	for (size_t i = 0; !r && wish->present && i < names->count; i++)
		r = tell_name(monitor, EVENT_HAVE, names->items[i].name);
	for (size_t i = 0; !r && wish->everywhere && i < names->count; i++)
		r = begin_or_wait(monitor,
				  names_of(monitor->all.kernel->names, names->items[i].name), false,
				  error);
	return r;
}

static int open_names(struct monitor *monitor, struct error *error)
{
	int r;

	if (!listening_wants(&monitor->all, OBJECT_NETNS) && !monitor->all.wish.everywhere)
		return 0;
	/* It is ready (POLLPRI) when something is mounted or unmounted: proc(5). */
	monitor->mounts = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (monitor->mounts < 0)
		return error_set(error, errno, "cannot open /proc/self/mountinfo");
	r = drop_dead(&monitor->all.names, error);
	return r < 0 ? r : begin_with_names(monitor, error);
}

int monitor_open(struct kernel *kernel, const struct monitor_wish *wish, struct monitor **result,
		 struct error *error)
{
	CLEANUP(monitor_close) struct monitor *monitor = memory_new(1, sizeof(*monitor));
	int r;

	listening_init(&monitor->all, kernel, wish);
	monitor->mounts = monitor->epoll = -1;
	r = open_names(monitor, error);
	if (!r && (wish->here || !wish->everywhere))
		r = begin_or_wait(monitor, 0, false, error);
	if (!r)
		*result = take_ptr(monitor);
	return r;
}

void monitor_close(struct monitor **owner)
{
	struct monitor *monitor = *owner;

	if (!monitor)
		return;
	for (size_t i = 0; i < monitor->count; i++)
		listener_free(&monitor->all, monitor->listeners[i]);
	free(monitor->listeners);
	listening_clear(&monitor->all);
	fd_close(&monitor->mounts);
	fd_close(&monitor->epoll);
	free(monitor->polls);
	free(monitor->waiting);
	free(monitor);
	*owner = NULL;
}

int monitor_wait(struct monitor *monitor, struct pollfd *others, size_t count, struct error *error)
{
	size_t listeners = monitor->count, polled = count + 1 + listeners;
	struct pollfd *polls = memory_resize(monitor->polls, polled, sizeof(*polls));
	struct pollfd *mine = polls + count + 1;
	int r = 0;

	monitor->polls = polls;
	memcpy(polls, others, count * sizeof(*others));
	polls[count] = (struct pollfd){ monitor->mounts, POLLPRI, 0 };
	for (size_t i = 0; i < listeners; i++)
		mine[i] = (struct pollfd){ monitor->listeners[i]->netlink.fd, POLLIN, 0 };
	if (poll(polls, polled, -1) < 0) {
		for (size_t i = 0; i < count; i++)
			others[i].revents = 0;
		return errno == EINTR ? 0 : error_set(error, errno, "cannot wait for events");
	}
	memcpy(others, polls, count * sizeof(*others));
	for (size_t i = 0; i < listeners && !r; i++)
		if (mine[i].revents)
			r = listener_hear(&monitor->all, monitor->listeners[i], LISTENER_TURN,
					  error);
	/* Last, since it changes which listeners there are. */
	if (!r && polls[count].revents)
		r = look_at_names(monitor, error);
	return r;
}

/* What is there, and behind it what happened meanwhile: *done when there is nothing more of either. */
static int read_on(struct monitor *monitor, struct listener *listener, bool *done,
		   struct error *error)
{
	int r = listener_read_step(&monitor->all, listener, done, error);

	if (r || !*done)
		return r;
	*done = !listener_has_news(listener);
	if (!*done)
		return hear(monitor, listener, LISTENER_TURN, error);
	listener_steps_free(&listener->steps);
	listener_rest(&monitor->all, listener);
	return monitor->epoll >= 0 ? epoll_add(monitor, listener, error) : 0;
}

int monitor_step(struct monitor *monitor, struct error *error)
{
	struct listener *listener;
	uint32_t netns;
	bool done = false;
	int r = 0;

	if (!monitor->waiting_count)
		return 0;
	netns = monitor->waiting[monitor->waiting_count - 1];
	listener = listener_of(monitor, netns);
	if (!listener)
		r = listener_add(monitor, netns, &listener, error);
	if (!r)
		r = read_on(monitor, listener, &done, error);
	if (r || done)
		stop_waiting(monitor, netns);
	listener = r ? listener_of(monitor, netns) : NULL;
	if (listener)
		listener_drop(monitor, listener);
	return or_barred(monitor, netns, r, error);
}

bool monitor_is_behind(const struct monitor *monitor, uint32_t netns)
{
	return waiting_find(monitor, netns);
}

void monitor_prefer(struct monitor *monitor, uint32_t netns)
{
	uint32_t *waiting = waiting_find(monitor, netns);

	if (!waiting)
		return;
	*waiting = monitor->waiting[monitor->waiting_count - 1];
	monitor->waiting[monitor->waiting_count - 1] = netns;
}

bool monitor_is_complete(const struct monitor *monitor)
{
	return !monitor->waiting_count;
}

int monitor_polls(struct monitor *monitor, struct pollfd *polls, struct error *error)
{
	int r = 0;

	if (monitor->epoll < 0) {
		monitor->epoll = epoll_create1(EPOLL_CLOEXEC);
		if (monitor->epoll < 0)
			return error_set(error, errno, "cannot wait for events");
		for (size_t i = 0; i < monitor->count && !r; i++)
			if (!monitor->listeners[i]->steps)
				r = epoll_add(monitor, monitor->listeners[i], error);
	}
	polls[0] = (struct pollfd){ monitor->epoll, POLLIN, 0 };
	/* Not among them: who polls for changed mounts is told of them once (mounts_poll(), 6.18). */
	polls[1] = (struct pollfd){ monitor->mounts, POLLPRI, 0 };
	return r;
}

int monitor_read(struct monitor *monitor, const struct pollfd *polls, struct error *error)
{
	struct epoll_event events[64];
	int count = polls[0].revents ? epoll_wait(monitor->epoll, events, 64, 0) : 0;
	int r = 0;

	if (count < 0 && errno != EINTR)
		return error_set(error, errno, "cannot wait for events");
	for (int i = 0; i < count && !r; i++)
		r = hear(monitor, events[i].data.ptr, LISTENER_TURN, error);
	/* Last, since it changes which listeners there are. */
	if (!r && polls[1].revents)
		r = look_at_names(monitor, error);
	return r;
}
