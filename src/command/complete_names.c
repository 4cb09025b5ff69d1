/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/complete_names.h"

#include <stdio.h>

#include "apply/sandbox.h"
#include "apply/store.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/names.h"
#include "command/learn_files.h"
#include "command/request.h"
#include "kernel/netns.h"
#include "kernel/process.h"

struct links_put {
	const struct complete_links *wanted;
	const struct names *names;
	complete_function *put;
	void *cookie;
};

struct complete_link complete_link_of(const struct link *link)
{
	return (struct complete_link){
		.name = link->name.id,
		.kind = link->kind.id,
		.kind_info = link->kind_info,
		.is_port = link->port_kind.id,
		/* br_add_if(): neither a loopback nor a bridge. */
		.joins = !link->loopback && link->kind_info != link_kind_find("bridge"),
	};
}

bool complete_link_fits(const struct complete_link *link, const struct complete_links *wanted)
{
	if (wanted->kind && (!link->kind_info || link->kind_info != link_kind_find(wanted->kind)))
		return false;
	return (!wanted->ports || link->is_port) && (!wanted->joins || link->joins);
}

static int put_link(void *cookie, const void *object, bool removed)
{
	const struct links_put *links = cookie;
	const struct complete_link link = complete_link_of(object);

	(void)removed;
	if (complete_link_fits(&link, links->wanted))
		links->put(links->cookie, names_text(links->names, link.name),
			   link.kind ? names_text(links->names, link.kind) : NULL);
	return 0;
}

static void put_links(void *cookie, const struct complete_links *wanted, complete_function *put,
		      void *put_cookie)
{
	struct request *request = cookie;
	struct links_put links = { wanted, request->names, put, put_cookie };
	struct link filter = { 0 };
	struct error ignored = { 0 };
	struct place place;

	if (wanted->kind)
		link_set_kind(&filter, request->names, wanted->kind);
	if (kernel_place(&request->kernel, wanted->netns, &place, &ignored) < 0)
		return;
	/* A torn dump is good enough here. */
	kernel_dump(&place, OBJECT_LINK, &filter, false, &request->pools, put_link, &links,
		    &ignored);
}

static void put_netns(void *cookie, complete_function *put, void *put_cookie)
{
	struct netns_files files = { 0 };
	struct error ignored = { 0 };

	(void)cookie;
	if (netns_list(&files, &ignored) < 0)
		return;
	for (size_t i = 0; i < files.count; i++)
		if (files.items[i].state == NETNS_LIVE)
			put(put_cookie, files.items[i].name, NULL);
	netns_files_clear(&files);
}

static void put_sandboxes(void *cookie, complete_function *put, void *put_cookie)
{
	CLEANUP(sandboxes_clear) struct sandboxes sandboxes = { 0 };
	struct error ignored = { 0 };

	(void)cookie;
	if (sandbox_list(&sandboxes, &ignored) < 0)
		return;
	for (size_t i = 0; i < sandboxes.count; i++)
		put(put_cookie, sandboxes.items[i].name, NULL);
}

static void put_labs(void *cookie, complete_function *put, void *put_cookie)
{
	CLEANUP(state_labs_clear) struct state_labs labs = { 0 };
	struct error ignored = { 0 };

	(void)cookie;
	if (store_labs(&labs, &ignored) < 0)
		return;
	for (size_t i = 0; i < labs.count; i++)
		put(put_cookie, labs.names[i], NULL);
}

static void put_lessons(void *cookie, complete_function *put, void *put_cookie)
{
	CLEANUP(learn_files_clear) struct learn_files files = { 0 };
	struct error ignored = { 0 };

	(void)cookie;
	if (learn_files_read(&files, &ignored) < 0)
		return;
	for (size_t i = 0; i < files.count; i++)
		put(put_cookie, files.items[i].name, NULL);
}

static void put_processes(void *cookie, complete_function *put, void *put_cookie)
{
	CLEANUP(processes_clear) struct processes processes = { 0 };
	struct error ignored = { 0 };

	(void)cookie;
	if (processes_read(&processes, -1, &ignored) < 0)
		return;
	for (size_t i = 0; i < processes.count; i++) {
		char number[16], called[PROCESS_NAME];

		process_name(processes.items[i].pid, called);
		snprintf(number, sizeof(number), "%d", (int)processes.items[i].pid);
		put(put_cookie, number, called);
	}
}

struct complete_source complete_kernel(struct request *request)
{
	return (struct complete_source){
		.links = put_links,
		.netns = put_netns,
		.cookie = request,
		.sandboxes = put_sandboxes,
		.labs = put_labs,
		.lessons = put_lessons,
		.processes = put_processes,
	};
}
