/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/cut.h"

#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/session.h"
#include "model/sysctl.h"
#include "model/uapi.h"
#include "plan/plan.h"

#define LINK_HAS(pointer, member) ATTR_HAS(&link_table, link, pointer, member)
#define ROUTE_HAS(pointer, member) ATTR_HAS(&route_table, route, pointer, member)
#define VXLAN_HAS(pointer, member) ATTR_HAS(&vxlan_table, vxlan, pointer, member)
#define PORT_HAS(pointer, member) ATTR_HAS(&bridge_port_table, bridge_port, pointer, member)

enum {
	FORWARDING = 3,      /* BR_STATE_FORWARDING: <linux/if_bridge.h> */
	LEAST_MTU = 1280,    /* with less a link has no IPv6: addrconf_notify() */
	ADDRESS_METRIC = 256 /* IP6_RT_PRIO_ADDRCONF: of the route that comes with an address */
};

static bool is_same_address(const struct address *a, const struct address *b)
{
	return a->family == b->family && !memcmp(a->bytes, b->bytes, address_size(a->family));
}

static bool is_same_lladdr(const struct lladdr *a, const struct lladdr *b)
{
	return a->length == b->length && !memcmp(a->bytes, b->bytes, a->length);
}

/* Whether the name is one of the link that packets to the client leave on. */
static bool is_dev(const struct session_path *path, struct link_name name)
{
	const struct session_link *link = session_path_link(path, name);

	return name.id == path->dev.id || (link && link->own.id == path->dev.id);
}

static bool is_vxlan(const struct link *link)
{
	return link->kind_info && link->kind_info->table == &vxlan_table;
}

static bool is_passthru(const struct link *link)
{
	return link->kind_info && link->kind_info->table == &macvlan_table &&
	       link->data.macvlan.mode == MACVLAN_MODE_PASSTHRU;
}

static bool tunnel_changes(const struct link *link)
{
	const struct vxlan *vxlan = &link->data.vxlan;

	return is_vxlan(link) && (VXLAN_HAS(vxlan, remote) || VXLAN_HAS(vxlan, group) ||
				  VXLAN_HAS(vxlan, local) || VXLAN_HAS(vxlan, dev));
}

static bool link_may_cut(const struct step *step)
{
	const struct link *link = step->object;

	if (step->change == CHANGE_DELETE)
		return true;
	if (step->change != CHANGE_SET)
		return is_passthru(link);
	return (LINK_HAS(link, up) && !link->up) || LINK_HAS(link, new_netns) ||
	       LINK_HAS(link, master) || LINK_HAS(link, address) ||
	       (LINK_HAS(link, arp) && !link->arp) ||
	       (LINK_HAS(link, mtu) && link->mtu < LEAST_MTU) || PORT_HAS(&link->port, state) ||
	       tunnel_changes(link);
}

static const char *link_cuts(const struct step *step, const struct session *session)
{
	const struct link *link = step->object;
	bool makes = step->change != CHANGE_SET && step->change != CHANGE_DELETE;
	const struct session_link *on =
		session_path_link(&session->path, makes ? link->link : link->name);

	if (!on)
		return NULL;
	if (makes)
		return is_passthru(link) ? "a macvlan that takes all its packets" : NULL;
	if (step->change == CHANGE_DELETE)
		return "its deletion";
	if (LINK_HAS(link, up) && !link->up)
		return "down";
	if (LINK_HAS(link, new_netns))
		return "the move to another namespace";
	/* Packets for a vlan never come to the bridge below it is put into. */
	if (LINK_HAS(link, master) && link->master.id != on->master.id &&
	    (on->is_end || on->master.id))
		return link->master.id ? "another master" : "leaving its master";
	if (PORT_HAS(&link->port, state) && link->port.state != FORWARDING)
		return "a port that does not forward";
	if (tunnel_changes(link))
		return "another way of the tunnel";
	if (!on->is_end)
		return NULL;
	if (LINK_HAS(link, address) && !is_same_lladdr(&link->address, &on->address))
		return "another MAC";
	if (LINK_HAS(link, arp) && !link->arp)
		return "arp off";
	if (LINK_HAS(link, mtu) && link->mtu < LEAST_MTU &&
	    session->connection.local.family == IPV6)
		return "an mtu below IPv6's least";
	return NULL;
}

/* Whether a route leads its packets otherwise than the session's go now. */
static bool leads_elsewhere(const struct route_full *full, const struct session_path *path)
{
	const struct route *route = &full->route;
	const struct address *via = route->via.family ? &route->via : &route_detail_of(full)->via;
	uint8_t type = route->type ? route->type : RTN_UNICAST;

	if (type != path->route.route.type)
		return true;
	if (type != RTN_UNICAST)
		return false;
	if (route->nhid || path->route.route.nhid)
		return route->nhid != path->route.route.nhid;
	if (route_detail_of(full)->encap || route_detail_of(&path->route)->encap)
		return true;
	if (route->hops) {
		/* The flow may take any of them. */
		for (uint32_t i = 0; i < route->hops; i++)
			if (!is_dev(path, full->nexthop[i].dev) ||
			    !is_same_address(&full->nexthop[i].via, &path->gateway))
				return true;
		return false;
	}
	if (route->dev.id && !is_dev(path, route->dev))
		return true;
	return !is_same_address(via, &path->gateway);
}

/* Whether the route comes in front of the one that decides now, or takes its place. */
static bool wins(const struct route_full *full, enum change change, const struct session *session)
{
	const struct route *new = &full->route, *now = &session->path.route.route;

	if (route_detail_of(full)->from.length &&
	    !prefix_contains(&route_detail_of(full)->from, &session->connection.local))
		return false;
	if (new->table != now->table)
		return new->table == RT_TABLE_LOCAL;
	if (new->dst.length != now->dst.length)
		return new->dst.length > now->dst.length;
	if (new->metric != now->metric)
		return new->metric < now->metric;
	/* Beside an IPv6 route of the same metric half of the flows take the new one. */
	return change != CHANGE_ADD &&
	       (change != CHANGE_APPEND || session->connection.remote.family == IPV6);
}

/* Whether the words of a delete fit the route that decides; what they leave out fits. */
static bool is_deciding(const struct route_full *full, const struct session_path *path)
{
	const struct route *gone = &full->route, *now = &path->route.route;
	const struct address *via = gone->via.family ? &gone->via : &route_detail_of(full)->via;
	bool names_metric = ROUTE_HAS(gone, metric) && gone->metric;

	return gone->table == now->table && gone->dst.length == now->dst.length &&
	       (!names_metric || gone->metric == now->metric) &&
	       (!gone->type || gone->type == now->type) && (!gone->tos || gone->tos == now->tos) &&
	       (!gone->dev.id || is_dev(path, gone->dev)) &&
	       (!via->family || is_same_address(via, &path->gateway)) &&
	       (!gone->src.family || is_same_address(&gone->src, &now->src)) &&
	       (!ROUTE_HAS(gone, protocol) || gone->protocol == now->protocol);
}

static const char *route_cuts(const struct step *step, const struct session *session)
{
	struct route_full full = *(const struct route_full *)step->object;
	const struct session_path *path = &session->path;

	if (!path->route.route.dst.family)
		return NULL;
	route_settle(&full, step->change == CHANGE_DELETE);
	if (step->change == CHANGE_DELETE)
		return is_deciding(&full, path) ? "its deletion" : NULL;
	return wins(&full, step->change, session) && leads_elsewhere(&full, path)
		       ? "another way to the client"
		       : NULL;
}

static struct prefix prefix_of(const struct link_address *address)
{
	const struct address *of = address->peer.family ? &address->peer : &address->local;
	struct prefix prefix = { .family = of->family, .length = address->length };

	memcpy(prefix.bytes, of->bytes, sizeof(prefix.bytes));
	return prefix;
}

/* An address brings a route to its prefix. */
static bool address_captures(const struct link_address *address, const struct session *session)
{
	struct route_full full = { .route = { .dst = prefix_of(address),
					      .dev = address->dev,
					      .metric = address->metric } };

	if (address->noprefixroute || !session->path.route.route.dst.family ||
	    !prefix_contains(&full.route.dst, &session->connection.remote))
		return false;
	if (!full.route.metric && full.route.dst.family == IPV6)
		full.route.metric = ADDRESS_METRIC;
	route_settle(&full, false);
	return wins(&full, CHANGE_ADD, session) && leads_elsewhere(&full, &session->path);
}

static const char *address_cuts(const struct step *step, const struct session *session)
{
	const struct link_address *address = step->object;
	const struct session_path *path = &session->path;
	const struct connection *connection = &session->connection;
	const struct session_link *on = session_path_link(path, address->dev);

	if (step->change != CHANGE_DELETE) {
		if (is_same_address(&address->local, &connection->remote) &&
		    !is_same_address(&connection->local, &connection->remote))
			return "the client's address on this machine";
		return address_captures(address, session) ? "another way to the client" : NULL;
	}
	if (!on)
		return NULL;
	if (on->own.id == path->address.dev.id) {
		if (is_same_address(&address->local, &connection->local))
			return "its deletion";
		if (path->primary.family && is_same_address(&address->local, &path->primary))
			return "its deletion, which takes its secondary addresses along,";
	}
	/* A route goes with the address that it prefers as source: fib_sync_down_addr(). */
	if (is_dev(path, address->dev) && path->route.route.src.family && !path->promotes &&
	    is_same_address(&address->local, &path->route.route.src))
		return "its deletion, which takes the route to the client along,";
	return NULL;
}

static const char *neighbour_cuts(const struct step *step, const struct session *session)
{
	const struct neighbour *neighbour = step->object;
	const struct session_path *path = &session->path;

	if (!is_same_address(&neighbour->dst, &path->hop) || !is_dev(path, neighbour->dev))
		return NULL;
	/* Another one is found again by asking. */
	if (step->change == CHANGE_DELETE)
		return path->hop_is_permanent ? "its deletion" : NULL;
	return neighbour->lladdr.length && !is_same_lladdr(&neighbour->lladdr, &path->hop_address)
		       ? "another MAC"
		       : NULL;
}

/* Whether it is net.ipv6.conf.LINK.disable_ipv6; the first separator says which it is: sysctl.d(5). */
static bool disables_ipv6_of(const char *key, const char *link)
{
	char path[64];
	int length = snprintf(path, sizeof(path), "net/ipv6/conf/%s/disable_ipv6", link);
	bool dots = key[strcspn(key, "./")] == '.';

	if (length >= (int)sizeof(path) || strlen(key) != (size_t)length)
		return false;
	for (size_t i = 0; key[i]; i++) {
		char c = !dots ? key[i] : key[i] == '.' ? '/' : key[i] == '/' ? '.' : key[i];

		if (c != path[i])
			return false;
	}
	return true;
}

static const char *sysctl_cuts(const struct step *step, const struct session *session,
			       const struct names *names)
{
	const struct sysctl *sysctl = step->object;
	const struct session_path *path = &session->path;
	const char *key = names_text(names, sysctl->key.id);
	bool cuts = disables_ipv6_of(key, "all");

	if (session->connection.local.family != IPV6 ||
	    !strcmp(names_text(names, sysctl->value.id), "0"))
		return NULL;
	for (size_t i = 0; i < path->links_count; i++)
		cuts |= path->links[i].is_end &&
			disables_ipv6_of(key, names_text(names, path->links[i].own.id));
	return cuts ? "its value" : NULL;
}

static bool contains_client(const struct prefix *prefix, const struct session *session)
{
	const struct address *remote = &session->connection.remote;

	return prefix->family == remote->family && prefix_contains(prefix, remote);
}

static bool address_may_cut(const struct step *step, const struct session *session)
{
	const struct link_address *address = step->object;
	struct prefix prefix = prefix_of(address);

	if (step->change == CHANGE_DELETE)
		return address->local.family == session->connection.local.family;
	return contains_client(&prefix, session) ||
	       is_same_address(&address->local, &session->connection.remote);
}

static bool neighbour_may_cut(const struct step *step, const struct session *session)
{
	const struct neighbour *neighbour = step->object;

	if (neighbour->proxy)
		return false;
	return session->has_path ? is_same_address(&neighbour->dst, &session->path.hop)
				 : neighbour->dst.family == session->connection.remote.family;
}

bool step_may_cut(const struct step *step, const struct session *session)
{
	const struct route_full *full = step->object;

	switch (step->type) {
	case OBJECT_LINK:
		return link_may_cut(step);
	case OBJECT_ADDRESS:
		return !session || address_may_cut(step, session);
	case OBJECT_ROUTE:
		return !session || contains_client(&full->route.dst, session);
	case OBJECT_NEIGHBOUR:
		return !session || neighbour_may_cut(step, session);
	case OBJECT_SYSCTL:
		return true;
	default:
		return false;
	}
}

const char *step_cuts(const struct step *step, const struct session *session,
		      const struct names *names)
{
	uint32_t netns = object_netns(step->type, step->object);

	/* A link that is born elsewhere stands on one of the namespace it is asked for from. */
	if (step->type == OBJECT_LINK && step->change == CHANGE_ADD && !step->inside)
		netns = ((const struct link *)step->object)->link_netns.id;
	if (!session_is_in(session, netns) || !step_may_cut(step, session))
		return NULL;
	switch (step->type) {
	case OBJECT_LINK:
		return link_cuts(step, session);
	case OBJECT_ADDRESS:
		return address_cuts(step, session);
	case OBJECT_ROUTE:
		return route_cuts(step, session);
	case OBJECT_NEIGHBOUR:
		return neighbour_cuts(step, session);
	case OBJECT_SYSCTL:
		return sysctl_cuts(step, session, names);
	default:
		return NULL;
	}
}

bool step_moves_session(const struct step *step, const struct session *session)
{
	const struct link_address *address = step->object;

	switch (step->type) {
	case OBJECT_LINK:
		return step->change == CHANGE_SET;
	case OBJECT_ADDRESS:
		return step->change != CHANGE_DELETE ||
		       session_path_link(&session->path, address->dev);
	case OBJECT_ROUTE:
	case OBJECT_NEIGHBOUR:
		return step_may_cut(step, session);
	default:
		return false;
	}
}
