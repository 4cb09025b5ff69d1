/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The numbers by which the kernel tells namespaces apart in its answers
 * (IFLA_LINK_NETNSID …), and which name or process stands behind one.
 */
#include "kernel/netns.h"

#include <errno.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "kernel/attribute.h"
#include "kernel/netlink.h"
#include "kernel/process.h"

struct id_answer {
	int32_t id;
	struct error *error;
};

static int take_id(void *cookie, const struct answer *answer)
{
	struct id_answer *result = cookie;
	const struct nlmsghdr *message = answer->message;

	if (answer->errnum && *answer->sentence) {
		error_set(result->error, 0, "kernel: %s", answer->sentence);
		result->error->errnum = answer->errnum;
		return -answer->errnum;
	}
	if (answer->errnum)
		return error_set(result->error, answer->errnum, "kernel");
	if (!message || message->nlmsg_type != RTM_NEWNSID)
		return 0;
	if (mnl_nlmsg_get_payload_len(message) < sizeof(struct rtgenmsg))
		return error_set(result->error, EBADMSG, "an answer of the kernel cannot be read");

	const void *end = mnl_nlmsg_get_payload_tail(message);
	const char *start = mnl_nlmsg_get_payload_offset(message, sizeof(struct rtgenmsg));
	const struct nlattr *attribute =
		start < (const char *)end ? wire_first(start, (size_t)((const char *)end - start))
					  : NULL;

	for (; attribute; attribute = wire_next(attribute, end)) {
		uint32_t value;

		if (wire_type(attribute) != NETNSA_NSID)
			continue;
		if (!wire_u32(attribute, &value))
			return error_set(result->error, EBADMSG,
					 "an answer of the kernel cannot be read");
		result->id = (int32_t)value;
	}
	return 0;
}

/* NETNSA_FD, and the id when one is to be set. */
static int exchange(struct netlink *netlink, uint16_t type, int fd, const int32_t *set,
		    int32_t *answered, struct error *error)
{
	_Alignas(struct nlmsghdr) char buffer[128];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct id_answer result = { NETNSA_NSID_NOT_ASSIGNED, error };
	int r;

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST;
	mnl_nlmsg_put_extra_header(message, sizeof(struct rtgenmsg));
	mnl_attr_put_u32(message, NETNSA_FD, (uint32_t)fd);
	if (set)
		mnl_attr_put_u32(message, NETNSA_NSID, (uint32_t)*set);
	r = netlink_exchange(netlink, message, message->nlmsg_len, 1, take_id, &result, error);
	if (r < 0)
		return r;
	*answered = result.id;
	return 0;
}

int netns_id(struct netlink *netlink, int fd, int32_t *id, struct error *error)
{
	return exchange(netlink, RTM_GETNSID, fd, NULL, id, error);
}

int netns_set_id(struct netlink *netlink, int fd, int32_t id, struct error *error)
{
	int32_t unused;
	int r = exchange(netlink, RTM_NEWNSID, fd, &id, &unused, error);

	if (r == -EPERM)
		error_hint(error, " (needs CAP_NET_ADMIN)");
	return r;
}

void netns_ids_clear(struct netns_ids *ids)
{
	for (size_t i = 0; i < ids->count; i++)
		free(ids->items[i].name);
	free(ids->items);
	*ids = (struct netns_ids){ 0 };
}

const struct netns_id *netns_ids_find(const struct netns_ids *ids, int32_t id)
{
	for (size_t i = 0; i < ids->count; i++)
		if (ids->items[i].id == id)
			return &ids->items[i];
	return NULL;
}

/* Keeps the first name or process of an id. One that is gone meanwhile is no failure. */
static int ids_add(struct netlink *netlink, struct netns_ids *ids, const char *name, pid_t pid,
		   struct error *error)
{
	CLEANUP(fd_close) int fd = -1;
	char process[24];
	int32_t id;
	int r;

	snprintf(process, sizeof(process), "pid:%d", pid);
	if (netns_open(name ? name : process, &fd, error) < 0) {
		error_clear(error);
		return 0;
	}
	r = netns_id(netlink, fd, &id, error);
	if (r < 0 || id < 0 || netns_ids_find(ids, id))
		return r;
	*array_add(&ids->items, &ids->count, &ids->room) =
		(struct netns_id){ id, name ? memory_text(name) : NULL, name ? 0 : pid };
	return 0;
}

int netns_ids_read(struct netlink *netlink, struct netns_ids *ids, struct error *error)
{
	CLEANUP(netns_files_clear) struct netns_files files = { 0 };
	int r = netns_list(&files, error);

	for (size_t i = 0; i < files.count && r >= 0; i++)
		if (files.items[i].state == NETNS_LIVE)
			r = ids_add(netlink, ids, files.items[i].name, 0, error);
	return r;
}

static bool is_seen(const struct processes *processes, size_t before)
{
	const struct process *process = &processes->items[before];

	for (size_t i = 0; i < before; i++)
		if (processes->items[i].netns_device == process->netns_device &&
		    processes->items[i].netns_inode == process->netns_inode)
			return true;
	return false;
}

int netns_ids_read_processes(struct netlink *netlink, struct netns_ids *ids, struct error *error)
{
	CLEANUP(processes_clear) struct processes processes = { 0 };
	int r = processes_read(&processes, -1, error);

	for (size_t i = 0; i < processes.count && r >= 0; i++)
		if (!is_seen(&processes, i))
			r = ids_add(netlink, ids, NULL, processes.items[i].pid, error);
	return r;
}
