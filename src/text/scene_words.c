/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/scene_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "model/address.h"
#include "model/fdb.h"
#include "model/lab.h"
#include "model/link.h"
#include "model/network.h"
#include "model/route.h"
#include "model/uapi.h"
#include "text/object_words.h"
#include "text/scene.h"

enum { PROCESS_NAME_ROOM = 64 };

static const char *name_of(const struct scene *scene, uint32_t id)
{
	return names_text(scene->context.names, id);
}

int scene_pid(const struct scene *scene, uint32_t netns)
{
	const char *name = name_of(scene, netns);

	return strncmp(name, "pid:", 4) ? 0 : (int)strtol(name + 4, NULL, 10);
}

void scene_put_netns(const struct scene *scene, uint32_t netns, struct text *text)
{
	char called[PROCESS_NAME_ROOM] = "";
	int pid = scene_pid(scene, netns);

	if (!netns) {
		text_puts(text, scene->options.own ? scene->options.own : "host");
	} else if (!pid) {
		text_puts(text, name_of(scene, netns));
	} else {
		if (scene->options.process_name)
			scene->options.process_name(pid, called);
		text_printf(text, *called ? "pid %d (%s)" : "pid %d", pid, called);
	}
}

void scene_put_name(const struct scene *scene, const struct scene_link *link, struct text *text)
{
	text_puts(text, name_of(scene, link->link->name.id));
}

void scene_put_kind(const struct scene *scene, const struct scene_link *view, struct text *text)
{
	const struct link *link = view->link;

	if (!link->kind.id && ATTR_HAS(&link_table, link, link, type)) {
		attr_print_value(ATTR_ROW(&link_table, link, type), &scene->context, link, text);
		return;
	}
	text_puts(text, name_of(scene, link->kind.id));
	if (link->kind_info && link->kind_info->table == &vlan_table)
		text_printf(text, " %u", link->data.vlan.id);
}

/* "eth0 in n1"; of one that has no name the numbers that the kernel tells. */
static void put_place(const struct scene *scene, const struct link *link, uint32_t netns,
		      uint32_t name, struct text *text)
{
	if (!name) {
		text_printf(text, "if%u in netnsid %d", link->link_index, link->link_netnsid);
		return;
	}
	text_puts(text, name_of(scene, name));
	if (netns != link->netns.id) {
		text_puts(text, " in ");
		scene_put_netns(scene, netns, text);
	}
}

bool scene_put_peer(const struct scene *scene, const struct scene_link *view, struct text *text)
{
	const struct link *link = view->link;

	if (!link->kind_info || link->kind_info != link_kind_find("veth") ||
	    (!link->peer.id && !ATTR_HAS(&link_table, link, link, link_index)))
		return false;
	put_place(scene, link, link->peer_netns.id, link->peer.id, text);
	return true;
}

bool scene_put_lower(const struct scene *scene, const struct scene_link *view, struct text *text)
{
	const struct link *link = view->link;
	bool is_vxlan = link->kind_info && link->kind_info->table == &vxlan_table;
	uint32_t name = link->link.id, netns = link->netns.id;

	if (link->kind_info == link_kind_find("veth") && link->kind_info)
		return false;
	if (ATTR_HAS(&link_table, link, link, link_netns))
		netns = link->link_netns.id;
	/* Of a vxlan that moved, 0 is none. */
	if (!name && ATTR_HAS(&link_table, link, link, link_netnsid)) {
		if (!link->link_index)
			return false;
		put_place(scene, link, netns, 0, text);
		return true;
	}
	if (!name && is_vxlan)
		name = link->data.vxlan.dev.id;
	if (!name)
		return false;
	put_place(scene, link, netns, name, text);
	return true;
}

bool scene_put_state(const struct scene *scene, const struct scene_link *view, struct text *text)
{
	const struct bridge_port *port = &view->link->port;

	if (!ATTR_HAS(&bridge_port_table, bridge_port, port, state))
		return false;
	attr_print_value(ATTR_ROW(&bridge_port_table, bridge_port, state), &scene->context, port,
			 text);
	return true;
}

static void put_other_mtu(const struct scene *scene, const struct scene_link *view, bool is_tunnel,
			  struct text *text)
{
	const struct link *other = scene->links[view->mtu_of].link;
	/* Where a veth's other end is stands beside it. */
	uint32_t netns = view->mtu_of == view->peer ? view->link->netns.id : other->netns.id;

	text_printf(text, "mtu %u", view->link->mtu);
	if (is_tunnel)
		text_printf(text, " + %u", scene_outer(view));
	text_printf(text, " %c %u of ", is_tunnel ? '>' : '<', other->mtu);
	put_place(scene, view->link, netns, other->name.id, text);
}

/* Of several the first. */
static void put_lost(const struct scene *scene, const struct scene_link *view, struct text *text)
{
	for (uint32_t i = view->remotes.at; i < view->remotes.at + view->remotes.count; i++) {
		const struct scene_remote *remote = &scene->remotes[i];

		if (remote->link == SCENE_NONE || remote->is_vtep)
			continue;
		text_printf(text, "no vni %u at ", view->link->data.vxlan.vni);
		scene_put_remote(remote, text);
		return;
	}
}

void scene_put_mark(const struct scene *scene, const struct scene_link *link, unsigned mark,
		    struct text *text)
{
	static const char *const words[SCENE_MARKS] = {
		[MARK_DOWN] = "down",
		[MARK_NO_CARRIER] = "no carrier",
		[MARK_ISOLATED] = "isolated",
	};

	if (mark == MARK_STATE)
		scene_put_state(scene, link, text);
	else if (mark == MARK_MTU_SMALL)
		put_other_mtu(scene, link, false, text);
	else if (mark == MARK_MTU_BIG)
		put_other_mtu(scene, link, true, text);
	else if (mark == MARK_LOST)
		put_lost(scene, link, text);
	else
		text_puts(text, words[mark]);
}

bool scene_put_alias(const struct scene *scene, const struct scene_link *link, struct text *text)
{
	const char *alias = lab_alias_split(name_of(scene, link->link->alias.id)).text;

	text_puts(text, alias);
	return *alias;
}

void scene_put_address(const struct scene *scene, size_t index, struct text *text)
{
	const struct link_address *address = network_at(scene->network, OBJECT_ADDRESS, index);
	bool has_peer = address->peer.family &&
			memcmp(&address->peer, &address->local, sizeof(address->peer)) != 0;

	address_print(address->local.family, address->local.bytes, text);
	if (has_peer) {
		text_puts(text, " peer ");
		address_print(address->peer.family, address->peer.bytes, text);
	}
	text_printf(text, "/%u", address->length);
}

void scene_put_remote(const struct scene_remote *remote, struct text *text)
{
	if (remote->address.family)
		address_print(remote->address.family, remote->address.bytes, text);
	else
		text_printf(text, "nexthop %u", remote->nhid);
}

static void put_hop(const struct scene *scene, const struct address *via, uint32_t dev,
		    struct text *text)
{
	if (via->family) {
		text_puts(text, " via ");
		address_print(via->family, via->bytes, text);
	}
	if (dev) {
		text_puts(text, " dev ");
		text_puts(text, name_of(scene, dev));
	}
}

bool scene_route_is_default(const struct scene *scene, size_t index)
{
	const struct route_full *full = network_at(scene->network, OBJECT_ROUTE, index);

	return !full->route.dst.length;
}

void scene_put_route(const struct scene *scene, size_t index, struct text *text)
{
	const struct route_full *full = network_at(scene->network, OBJECT_ROUTE, index);
	const struct route *route = &full->route;
	const struct address *via = route->via.family ? &route->via : &route_detail_of(full)->via;

	if (route->type != RTN_UNICAST && route->type) {
		attr_print_value(ATTR_ROW(&route_table, route, type), &scene->context, route, text);
		text_char(text, ' ');
	}
	if (route->dst.length || (route->dst.family == IPV6 && !via->family)) {
		address_print(route->dst.family, route->dst.bytes, text);
		text_printf(text, "/%u", route->dst.length);
	} else {
		text_puts(text, "default");
	}
	put_hop(scene, via, route->dev.id, text);
	for (uint32_t i = 0; i < route->hops; i++) {
		const struct nexthop *hop = &full->nexthop[i];

		text_puts(text, i ? "," : "");
		put_hop(scene, &hop->via, hop->dev.id, text);
	}
	if (route->table && route->table != RT_TABLE_MAIN)
		text_printf(text, " table %u", route->table);
	if (route->metric && !(route->dst.family == IPV6 && route->metric == ROUTE_METRIC_IPV6))
		text_printf(text, " metric %u", route->metric);
}

void scene_put_fdb(const struct scene *scene, size_t index, struct text *text)
{
	const struct fdb *fdb = network_at(scene->network, OBJECT_FDB, index);

	mac_print(fdb->mac.bytes, sizeof(fdb->mac.bytes), text);
	if (fdb->dst.family) {
		text_puts(text, " dst ");
		address_print(fdb->dst.family, fdb->dst.bytes, text);
	}
	if (fdb->nhid)
		text_printf(text, " nhid %u", fdb->nhid);
	if (fdb->vlan)
		text_printf(text, " vlan %u", fdb->vlan);
	if (fdb->vni)
		text_printf(text, " vni %u", fdb->vni);
	text_puts(text, fdb->state & NUD_PERMANENT ? " permanent"
			: fdb->state & NUD_NOARP   ? " static"
						   : " dynamic");
}
