/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/peers.h"

#include <stdio.h>

#include "base/error.h"
#include "base/names.h"
#include "command/request.h"
#include "kernel/netns.h"

/*
 * A veth says the other end's index and the id its namespace has here
 * (IFLA_LINK, IFLA_LINK_NETNSID); the id leads to the namespace, a socket in it
 * to the name.
 */
static void find_elsewhere(struct request *request, const struct netns_ids *ids, struct link *link)
{
	const struct netns_id *id = netns_ids_find(ids, link->link_netnsid);
	struct error ignored = { 0 };
	struct place place;
	char pid[32];

	if (!id)
		return;
	snprintf(pid, sizeof(pid), "pid:%d", (int)id->pid);
	link->peer_netns.id = names_of(request->names, id->name ? id->name : pid);
	if (!kernel_place(&request->kernel, link->peer_netns.id, &place, &ignored))
		link->peer.id = netlink_link_name(place.netlink, link->link_index);
}

/* The ids known in one namespace, read once for all of its links. */
static int find_in(struct request *request, struct link *links, size_t count, uint32_t netns,
		   struct error *error)
{
	struct netns_ids ids = { 0 };
	bool read = false, read_processes = false;
	struct place place;
	int r = kernel_place(&request->kernel, netns, &place, error);

	for (size_t i = 0; !r && i < count; i++) {
		struct link *link = &links[i];

		if (link->netns.id != netns || !link->kind_info ||
		    link->kind_info != link_kind_find("veth"))
			continue;
		if (!ATTR_HAS(&link_table, link, link, link_netnsid)) {
			link->peer = link->link;
			continue;
		}
		if (!read)
			r = netns_ids_read(place.netlink, &ids, error);
		read = true;
		if (!r && !netns_ids_find(&ids, link->link_netnsid) && !read_processes) {
			read_processes = true;
			r = netns_ids_read_processes(place.netlink, &ids, error);
		}
		if (!r)
			find_elsewhere(request, &ids, link);
	}
	netns_ids_clear(&ids);
	return r;
}

int peers_find(struct request *request, struct link *links, size_t count, struct error *error)
{
	int r = 0;

	for (size_t i = 0; !r && i < count; i++)
		if (!i || links[i].netns.id != links[i - 1].netns.id)
			r = find_in(request, links, count, links[i].netns.id, error);
	return r;
}
