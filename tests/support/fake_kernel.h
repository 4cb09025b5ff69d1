/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A kernel made of memory, for tests that must touch no other. It takes the
 * place of those files of src/kernel/ that have effects: sockets, namespaces
 * that are made, processes. A program includes it once: what is defined here is
 * not taken from libovl.a.
 *
 * It has these links: lo, br0 (bridge), v0 (veth, port of br0) and v1 (its other
 * end), vx0 (vxlan 42, port of br0), vf0 (vxlan with a vni filter).
 */
#pragma once

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "kernel/attribute.h"
#include "kernel/monitor.h"
#include "kernel/netlink.h"
#include "kernel/netns.h"
#include "kernel/packets.h"
#include "kernel/process.h"
#include "kernel/session.h"
#include "model/session.h"

static struct fake_kernel {
	/*
	 * What is answered to every request instead: datagrams, each behind its
	 * length in two bytes. The first message's sequence number and port
	 * become those that are waited for.
	 */
	const uint8_t *datagrams;
	size_t datagrams_size;
	/* Ends a dump with NLM_F_DUMP_INTR that many times. */
	unsigned torn;
	/* The how-manieth message that changes something (from 1) is refused; 0: none. */
	unsigned refused;
	int refused_with;
	/* The answers to the next that many sends are lost. */
	unsigned lost;
	/* What the caller's ssh session is found to be; its path is known then. NULL: there is none. */
	const struct session *session;
	unsigned session_reads; /* how often what carries it was asked for */
	/* Counters of what was asked. */
	unsigned changes, sends, dumps;
	/* What was sent: a line a send, "type flags" a message. */
	struct text log;
} fake_kernel;

/* All as at the start. */
static void fake_kernel_reset(void)
{
	text_clear(&fake_kernel.log);
	fake_kernel = (struct fake_kernel){ 0 };
}

static const struct fake_link {
	const char *name, *kind;
	uint32_t index, master, link;
	bool filter;
} fake_links[] = {
	{ "lo", NULL, 1, 0, 0, false },     { "br0", "bridge", 2, 0, 0, false },
	{ "v0", "veth", 3, 2, 4, false },   { "v1", "veth", 4, 0, 3, false },
	{ "vx0", "vxlan", 5, 2, 0, false }, { "vf0", "vxlan", 6, 0, 0, true },
};

static const struct fake_link *fake_find(const char *name, uint32_t index)
{
	for (size_t i = 0; i < sizeof(fake_links) / sizeof(*fake_links); i++)
		if (name ? !strcmp(fake_links[i].name, name) : fake_links[i].index == index)
			return &fake_links[i];
	return NULL;
}

static void fake_put_link(struct nlmsghdr *message, const struct fake_link *link)
{
	struct ifinfomsg *header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	struct nlattr *info, *data;

	message->nlmsg_type = RTM_NEWLINK;
	header->ifi_index = (int)link->index;
	header->ifi_flags = 1;
	mnl_attr_put_strz(message, IFLA_IFNAME, link->name);
	mnl_attr_put_u32(message, IFLA_MTU, 1500);
	if (link->master)
		mnl_attr_put_u32(message, IFLA_MASTER, link->master);
	if (link->link)
		mnl_attr_put_u32(message, IFLA_LINK, link->link);
	if (!link->kind)
		return;
	info = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_strz(message, IFLA_INFO_KIND, link->kind);
	if (!strcmp(link->kind, "vxlan")) {
		data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
		mnl_attr_put_u32(message, IFLA_VXLAN_ID, link->filter ? 0 : 42);
		mnl_attr_put_u16(message, IFLA_VXLAN_PORT, 0xb512); /* 4789, big-endian */
		mnl_attr_put_u8(message, IFLA_VXLAN_VNIFILTER, link->filter);
		mnl_attr_put_u8(message, IFLA_VXLAN_COLLECT_METADATA, link->filter);
		mnl_attr_nest_end(message, data);
	}
	if (link->master)
		mnl_attr_put_strz(message, IFLA_INFO_SLAVE_KIND, "bridge");
	mnl_attr_nest_end(message, info);
}

static bool fake_asks(const struct nlmsghdr *message)
{
	return (message->nlmsg_type & 3) == 2;
}

static bool fake_dumps(const struct nlmsghdr *message)
{
	return fake_asks(message) && (message->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
}

static struct nlmsghdr *fake_begin(char *buffer, const struct nlmsghdr *to)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_seq = to->nlmsg_seq;
	message->nlmsg_pid = to->nlmsg_pid;
	return message;
}

static int fake_status(struct exchange *exchange, const struct nlmsghdr *to, bool ends_dump,
		       int errnum)
{
	char buffer[256] __attribute__((aligned(8))) = { 0 };
	struct nlmsghdr *message = fake_begin(buffer, to);
	struct nlmsgerr *status;

	message->nlmsg_type = ends_dump ? NLMSG_DONE : NLMSG_ERROR;
	if (ends_dump && fake_kernel.torn) {
		message->nlmsg_flags |= NLM_F_DUMP_INTR;
		fake_kernel.torn--;
	}
	status = mnl_nlmsg_put_extra_header(message, sizeof(*status));
	status->error = -errnum;
	status->msg = *to;
	return exchange_take(exchange, message, message->nlmsg_len);
}

/* One link, or with an empty name all of them. */
static int fake_tell_links(struct exchange *exchange, const struct nlmsghdr *to, const char *name)
{
	char buffer[1024] __attribute__((aligned(8)));
	int r = 0;

	for (size_t i = 0; i < sizeof(fake_links) / sizeof(*fake_links) && !r; i++) {
		struct nlmsghdr *message;

		if (name && strcmp(fake_links[i].name, name) != 0)
			continue;
		memset(buffer, 0, sizeof(buffer));
		message = fake_begin(buffer, to);
		fake_put_link(message, &fake_links[i]);
		r = exchange_take(exchange, message, message->nlmsg_len);
	}
	return r;
}

static int fake_question(struct exchange *exchange, const struct nlmsghdr *message)
{
	const char *end = (const char *)message + message->nlmsg_len;
	const char *attributes = (const char *)message + NLMSG_LENGTH(sizeof(struct ifinfomsg));
	const struct nlattr *attribute = NULL;
	const char *name = NULL;
	int r = 0;

	if (message->nlmsg_type == RTM_GETLINK && attributes < end)
		attribute = wire_first(attributes, (size_t)(end - attributes));
	for (; attribute; attribute = wire_next(attribute, end))
		if (wire_type(attribute) == IFLA_IFNAME || wire_type(attribute) == IFLA_ALT_IFNAME)
			name = (const char *)wire_payload(attribute);
	if (fake_dumps(message)) {
		fake_kernel.dumps++;
		if (message->nlmsg_type == RTM_GETLINK)
			r = fake_tell_links(exchange, message, NULL);
		return r ? r : fake_status(exchange, message, true, 0);
	}
	if (message->nlmsg_type == RTM_GETLINK && name && fake_find(name, 0)) {
		r = fake_tell_links(exchange, message, name);
		return r ? r : fake_status(exchange, message, false, 0);
	}
	return fake_status(exchange, message, false,
			   message->nlmsg_type == RTM_GETLINK ? ENODEV : ENOENT);
}

static int fake_answers(struct exchange *exchange, void *messages, size_t count)
{
	const struct nlmsghdr *message = messages;
	int left = INT32_MAX, r = 0;
	bool loses = fake_kernel.lost && !fake_asks(message);

	fake_kernel.sends++;
	for (size_t i = 0; i < count && !r; i++, message = mnl_nlmsg_next(message, &left)) {
		int errnum = 0;

		if (fake_asks(message)) {
			r = fake_question(exchange, message);
			continue;
		}
		text_printf(&fake_kernel.log, "%s%u %#x", i ? ", " : "", message->nlmsg_type,
			    message->nlmsg_flags);
		if (++fake_kernel.changes == fake_kernel.refused)
			errnum = fake_kernel.refused_with;
		if (!loses && (errnum || i + 1 == count))
			r = fake_status(exchange, message, false, errnum);
	}
	if (!fake_asks(messages))
		text_char(&fake_kernel.log, '\n');
	if (loses)
		fake_kernel.lost--;
	return r;
}

static int fake_replays(struct exchange *exchange)
{
	size_t left = fake_kernel.datagrams_size;
	int r = 0;

	for (const uint8_t *at = fake_kernel.datagrams; left >= 2 && !exchange->done && !r;) {
		size_t length = (size_t)(at[0] | at[1] << 8);
		struct nlmsghdr *copy;

		at += 2;
		left -= 2;
		if (length > left)
			length = left;
		/* Exactly as long as the datagram: the sanitizer sees a read past it. */
		copy = memory_new(length ? length : 1, 1);
		memcpy(copy, at, length);
		if (at - 2 == fake_kernel.datagrams && length >= sizeof(*copy)) {
			exchange->first = copy->nlmsg_seq;
			exchange->port = copy->nlmsg_pid;
		}
		r = exchange_take(exchange, copy, length);
		pointer_free(&copy);
		at += length;
		left -= length;
	}
	return !r && !exchange->done ? -ETIMEDOUT : r;
}

int netlink_exchange(struct netlink *netlink, void *messages, size_t length, size_t count,
		     answer_function *answer, void *cookie, struct error *error)
{
	struct exchange exchange = { .port = netlink->port,
				     .first = netlink->sequence + 1,
				     .count = count,
				     .answer = answer,
				     .cookie = cookie };
	struct nlmsghdr *message = messages;
	int left = (int)length, r;

	for (size_t i = 0; i < count; i++, message = mnl_nlmsg_next(message, &left)) {
		message->nlmsg_seq = ++netlink->sequence;
		message->nlmsg_pid = netlink->port;
	}
	r = fake_kernel.datagrams ? fake_replays(&exchange)
				  : fake_answers(&exchange, messages, count);
	exchange_clear(&exchange);
	if (!r && !exchange.done)
		r = -ETIMEDOUT;
	if (r == -EBADMSG)
		return error_set(error, EBADMSG, "the kernel's answer cannot be read");
	if (r == -ETIMEDOUT)
		return error_set(error, ETIMEDOUT, "no answer from the kernel");
	return r ? r : exchange.torn && fake_dumps(messages) ? -EAGAIN : 0;
}

int netlink_open(struct netlink *netlink, struct names *names, struct error *error)
{
	(void)error;
	*netlink = (struct netlink){ .fd = -1, .port = 7, .sequence = 100, .names = names };
	return 0;
}

void netlink_close(struct netlink *netlink)
{
	netlink->fd = -1;
}

uint32_t netlink_index(struct netlink *netlink, uint32_t name)
{
	const struct fake_link *link = fake_find(names_text(netlink->names, name), 0);

	return link ? link->index : 0;
}

void netlink_gather(struct netlink *netlink, bool gathers)
{
	(void)netlink;
	(void)gathers;
}

uint32_t netlink_link_name(struct netlink *netlink, uint32_t index)
{
	const struct fake_link *link = fake_find(NULL, index);

	/* A name that its owner gave to do harm. */
	return index ? names_of(netlink->names, link ? link->name : "a\033[1m\302\233\xff\"\\") : 0;
}

bool netlink_link_is_up(const struct netlink *netlink, const char *name)
{
	(void)netlink;
	return fake_find(name, 0);
}

void netlink_begin(struct netlink *netlink, const void *message, size_t length)
{
	(void)netlink;
	(void)message;
	(void)length;
}

void netlink_begin_ahead(struct netlink *netlink, const void *message, size_t length)
{
	netlink_begin(netlink, message, length);
}

bool netlink_has_begun(const struct netlink *netlink, const void *message, size_t length)
{
	(void)netlink;
	(void)message;
	(void)length;
	return false;
}

bool netlink_is_silent(const struct netlink *netlink)
{
	(void)netlink;
	return true;
}

int netlink_take(struct netlink *netlink, struct exchange *exchange, bool *done,
		 struct error *error)
{
	(void)netlink;
	(void)exchange;
	*done = true;
	return error_set(error, ENOSYS, "nothing was begun");
}

void netlink_know_link(struct netlink *netlink, uint32_t index, uint32_t name)
{
	(void)netlink;
	(void)index;
	(void)name;
}

void netlink_forget_links(struct netlink *netlink)
{
	(void)netlink;
}

/* Namespaces are made and ended in words only. */

int netns_add(const char *name, struct error *error)
{
	(void)name;
	(void)error;
	return 0;
}

int netns_attach(const char *name, pid_t pid, struct error *error)
{
	(void)pid;
	return netns_add(name, error);
}

int netns_bind(const char *name, int fd, struct error *error)
{
	(void)fd;
	return netns_add(name, error);
}

int netns_delete(const char *name, struct error *error)
{
	return netns_add(name, error);
}

void kernel_make_netns(struct kernel *kernel, struct kernel_netns *items, size_t count)
{
	(void)kernel;
	for (size_t i = 0; i < count; i++)
		items[i].r = 0;
}

void kernel_delete_netns(struct kernel *kernel, struct kernel_netns *items, size_t count)
{
	kernel_make_netns(kernel, items, count);
}

int netns_remove_leftover(const char *name, struct error *error)
{
	(void)name;
	(void)error;
	return 0;
}

int netns_exec(int fd, const struct netns_command *command, int *status, struct error *error)
{
	(void)fd;
	(void)command;
	*status = EXEC_FAILED;
	return error_set(error, ENOSYS, "no command is run here");
}

int netns_run(int fd, const struct netns_command *command, int *status, struct error *error)
{
	return netns_exec(fd, command, status, error);
}

int netns_id(struct netlink *netlink, int fd, int32_t *id, struct error *error)
{
	(void)netlink;
	(void)fd;
	(void)error;
	*id = -1;
	return 0;
}

int netns_set_id(struct netlink *netlink, int fd, int32_t id, struct error *error)
{
	(void)netlink;
	(void)fd;
	(void)id;
	(void)error;
	return 0;
}

void netns_ids_clear(struct netns_ids *ids)
{
	*ids = (struct netns_ids){ 0 };
}

int netns_ids_read(struct netlink *netlink, struct netns_ids *ids, struct error *error)
{
	(void)netlink;
	(void)ids;
	(void)error;
	return 0;
}

int netns_ids_read_processes(struct netlink *netlink, struct netns_ids *ids, struct error *error)
{
	return netns_ids_read(netlink, ids, error);
}

const struct netns_id *netns_ids_find(const struct netns_ids *ids, int32_t id)
{
	(void)ids;
	(void)id;
	return NULL;
}

void processes_clear(struct processes *processes)
{
	*processes = (struct processes){ 0 };
}

int processes_read(struct processes *processes, int netns_fd, struct error *error)
{
	(void)processes;
	(void)netns_fd;
	(void)error;
	return 0;
}

void process_name(pid_t pid, char name[PROCESS_NAME])
{
	(void)pid;
	*name = '\0';
}

bool process_can(unsigned int capability)
{
	(void)capability;
	return true;
}

int process_is_with_init(const char *type)
{
	(void)type;
	return 1;
}

int process_exec(char **argv, unsigned int first_closed, int *status, struct error *error)
{
	(void)argv;
	(void)first_closed;
	return netns_exec(-1, NULL, status, error);
}

int monitor_open(struct kernel *kernel, const struct monitor_wish *wish, struct monitor **monitor,
		 struct error *error)
{
	(void)kernel;
	(void)wish;
	(void)monitor;
	return error_set(error, ENOSYS, "nothing to listen to here");
}

void monitor_close(struct monitor **monitor)
{
	(void)monitor;
}

int monitor_wait(struct monitor *monitor, struct pollfd *others, size_t count, struct error *error)
{
	(void)others;
	(void)count;
	return monitor_open(NULL, NULL, &monitor, error);
}

int monitor_step(struct monitor *monitor, struct error *error)
{
	return monitor_open(NULL, NULL, &monitor, error);
}

bool monitor_is_behind(const struct monitor *monitor, uint32_t netns)
{
	(void)netns;
	return !monitor;
}

void monitor_prefer(struct monitor *monitor, uint32_t netns)
{
	(void)monitor;
	(void)netns;
}

bool monitor_is_complete(const struct monitor *monitor)
{
	return !monitor;
}

int monitor_polls(struct monitor *monitor, struct pollfd *polls, struct error *error)
{
	return monitor_wait(monitor, polls, MONITOR_POLLS, error);
}

int monitor_read(struct monitor *monitor, const struct pollfd *polls, struct error *error)
{
	(void)polls;
	return monitor_step(monitor, error);
}

/* The session is the test's own; what it points to stays the test's. */

void session_find(struct kernel *kernel, struct session *session)
{
	(void)kernel;
	session->state = SESSION_NONE;
	if (!fake_kernel.session)
		return;
	session->state = SESSION_FOUND;
	session->connection = fake_kernel.session->connection;
	*array_add(&session->netns, &session->netns_count, &session->netns_room) = 0;
}

void session_find_names(struct kernel *kernel, struct session *session)
{
	(void)kernel;
	session->has_names = true;
}

int session_read_path(struct kernel *kernel, struct session *session, struct error *error)
{
	const struct session_path *path = &fake_kernel.session->path;

	(void)kernel;
	(void)error;
	session_clear_path(session);
	session->path = *path;
	session->path.links = NULL;
	session->path.links_count = session->path.links_room = 0;
	for (size_t i = 0; i < path->links_count; i++)
		*array_add(&session->path.links, &session->path.links_count,
			   &session->path.links_room) = path->links[i];
	session->has_path = true;
	fake_kernel.session_reads++;
	return 0;
}

int packets_open(struct kernel *kernel, uint32_t netns, const uint32_t *devices, size_t count,
		 size_t snap, struct packets **packets, struct error *error)
{
	(void)kernel;
	(void)netns;
	(void)devices;
	(void)count;
	(void)snap;
	(void)packets;
	return error_set(error, ENOSYS, "no packets pass here");
}

void packets_close(struct packets **packets)
{
	(void)packets;
}

const struct packet_ports *packets_vxlan_ports(const struct packets *packets)
{
	(void)packets;
	return NULL;
}

int packets_wait(struct packets *packets, struct pollfd *others, size_t count,
		 packet_function *function, void *cookie, struct error *error)
{
	(void)others;
	(void)function;
	(void)cookie;
	return packets_open(NULL, 0, NULL, count, 0, &packets, error);
}

uint64_t packets_lost(struct packets *packets)
{
	(void)packets;
	return 0;
}
