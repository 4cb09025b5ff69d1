/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/scene.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/names.h"
#include "model/address.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/netns.h"
#include "model/network.h"
#include "model/route.h"
#include "model/uapi.h"
#include "text/scene_remote.h"

void scene_clear(struct scene *scene)
{
	free(scene->netns);
	free(scene->links);
	free(scene->addresses);
	free(scene->fdb);
	free(scene->routes);
	free(scene->remotes);
	*scene = (struct scene){ 0 };
}

static const struct scene_change same;

const struct scene_change *scene_change(const struct scene *scene, enum object_type type,
					size_t index)
{
	const struct scene_change *changes = scene->options.changes[type];

	return changes ? &changes[index] : &same;
}

/* What making a scene needs to find things by. */
struct making {
	struct scene *scene;
	struct network *network;
	uint32_t *netns_of; /* by interned name: 1 + index of scene.netns */
	size_t names;       /* how many those are */
	uint32_t *link_of;  /* by index of the network's link: index of scene.links */
};

static const char *text_of(const struct scene *scene, uint32_t name)
{
	return names_text(scene->network->names, name);
}

static bool is_kind(const struct link *link, const char *kind)
{
	return link->kind_info && !strcmp(link->kind_info->name, kind);
}

/* Namespaces are few, and each is met often. */
static uint32_t *netns_slot(struct making *making, uint32_t name)
{
	if (name >= making->names) {
		size_t names = (size_t)name + 64;

		making->netns_of = memory_resize(making->netns_of, names, sizeof(uint32_t));
		memset(making->netns_of + making->names, 0,
		       (names - making->names) * sizeof(uint32_t));
		making->names = names;
	}
	return &making->netns_of[name];
}

static void add_netns(struct making *making, uint32_t name, const struct scene_change *change,
		      size_t *room)
{
	struct scene *scene = making->scene;
	uint32_t *slot = netns_slot(making, name);

	if (*slot)
		return;
	*array_add(&scene->netns, &scene->netns_count, room) =
		(struct scene_netns){ .name = name, .change = change };
	*slot = 1;
}

/* The own one first, those without a name last, by their process. */
static int by_title(const void *a, const void *b, void *cookie)
{
	const struct scene_netns *left = a, *right = b;
	const char *names[] = { text_of(cookie, left->name), text_of(cookie, right->name) };
	bool pids[] = { !strncmp(names[0], "pid:", 4), !strncmp(names[1], "pid:", 4) };

	if (!left->name != !right->name)
		return left->name ? 1 : -1;
	if (pids[0] != pids[1])
		return pids[0] ? 1 : -1;
	if (pids[0] && strlen(names[0]) != strlen(names[1]))
		return strlen(names[0]) < strlen(names[1]) ? -1 : 1;
	return strcmp(names[0], names[1]);
}

static void make_netns(struct making *making)
{
	struct scene *scene = making->scene;
	const struct network *network = making->network;
	size_t room = 0;

	for (size_t i = 0; i < network->objects[OBJECT_NETNS].count; i++) {
		const struct netns *netns = network_at(network, OBJECT_NETNS, i);

		add_netns(making, netns->name.id, scene_change(scene, OBJECT_NETNS, i), &room);
	}
	for (size_t i = 0; i < network->objects[OBJECT_LINK].count; i++) {
		const struct link *link = network_at(network, OBJECT_LINK, i);

		add_netns(making, link->netns.id, &same, &room);
	}
	if (scene->netns_count)
		qsort_r(scene->netns, scene->netns_count, sizeof(*scene->netns), by_title, scene);
	for (uint32_t i = 0; i < scene->netns_count; i++)
		*netns_slot(making, scene->netns[i].name) = i + 1;
}

static int by_name(const void *a, const void *b, void *cookie)
{
	const struct scene_link *left = a, *right = b;

	if (left->netns != right->netns)
		return left->netns < right->netns ? -1 : 1;
	return strcmp(text_of(cookie, left->link->name.id), text_of(cookie, right->link->name.id));
}

static void make_links(struct making *making)
{
	struct scene *scene = making->scene;
	const struct network *network = making->network;
	size_t count = network->objects[OBJECT_LINK].count;

	scene->links = memory_new(count + 1, sizeof(*scene->links));
	scene->links_count = count;
	making->link_of = memory_new(count + 1, sizeof(*making->link_of));
	for (size_t i = 0; i < count; i++) {
		const struct link *link = network_at(network, OBJECT_LINK, i);

		scene->links[i] = (struct scene_link){
			.link = link,
			.netns = *netns_slot(making, link->netns.id) - 1,
			.peer = SCENE_NONE,
			.master = SCENE_NONE,
			.lower = SCENE_NONE,
			.mtu_of = SCENE_NONE,
			.first = SCENE_NONE,
			.next = SCENE_NONE,
			.change = scene_change(scene, OBJECT_LINK, i),
		};
	}
	qsort_r(scene->links, count, sizeof(*scene->links), by_name, scene);
	for (uint32_t i = 0; i < count; i++) {
		const char *at = (const char *)scene->links[i].link;
		struct scene_netns *netns = &scene->netns[scene->links[i].netns];
		size_t index =
			(size_t)(at - network->objects[OBJECT_LINK].items) / sizeof(struct link);

		making->link_of[index] = i;
		if (!netns->links.count++)
			netns->links.at = i;
	}
}

static uint32_t find_link(const struct making *making, uint32_t netns, uint32_t name)
{
	struct link key = { .netns = { netns }, .name = { name } };
	size_t index;

	return name && network_find(making->network, OBJECT_LINK, &key, &index)
		       ? making->link_of[index]
		       : SCENE_NONE;
}

/* The kernel has none, a file may: whoever follows masters comes to an end. */
static void break_circles(struct scene *scene)
{
	for (size_t i = 0; i < scene->links_count; i++) {
		uint32_t at = (uint32_t)i;

		for (int depth = 0; at != SCENE_NONE; depth++) {
			if (depth == SCENE_DEPTH)
				scene->links[i].master = at = SCENE_NONE;
			else
				at = scene->links[at].master;
		}
	}
}

static void join_links(struct making *making)
{
	struct scene *scene = making->scene;

	for (uint32_t i = 0; i < scene->links_count; i++) {
		struct scene_link *view = &scene->links[i];
		const struct link *link = view->link;

		view->master = find_link(making, link->netns.id, link->master.id);
		if (is_kind(link, "veth")) {
			view->peer = find_link(making, link->peer_netns.id, link->peer.id);
			continue;
		}
		view->lower = find_link(making,
					link->link_netns.id ? link->link_netns.id : link->netns.id,
					link->link.id);
		/* Index numbers of a vxlan that moved mean links of where it was made. */
		if (is_kind(link, "vxlan") && view->lower == SCENE_NONE &&
		    !ATTR_HAS(&link_table, link, link, link_netnsid))
			view->lower = find_link(making, link->netns.id, link->data.vxlan.dev.id);
	}
	break_circles(scene);
	/* From the last on, so that the ports of a master come in order. */
	for (uint32_t i = (uint32_t)scene->links_count; i--;) {
		struct scene_link *view = &scene->links[i];

		if (view->master == SCENE_NONE)
			continue;
		view->next = scene->links[view->master].first;
		scene->links[view->master].first = i;
	}
}

static bool is_shown(const struct scene *scene, enum object_type type, const void *object)
{
	const struct link_address *address = object;
	const struct route_full *full = object;
	const struct fdb *fdb = object;

	/* The groups that each device listens to. */
	if (type == OBJECT_FDB)
		return scene->options.details || !(fdb->mac.bytes[0] & 1) || fdb->dst.family ||
		       fdb->state != NUD_PERMANENT;
	if (type == OBJECT_ADDRESS) {
		const struct address *local = &address->local;

		return (!scene->options.family || scene->options.family == local->family) &&
		       (scene->options.details || local->family != IPV6 ||
			local->bytes[0] != 0xfe || (local->bytes[1] & 0xc0) != 0x80);
	}
	/* What the kernel made for each address says nothing new. */
	if (type == OBJECT_ROUTE)
		return (!scene->options.family ||
			scene->options.family == full->route.dst.family) &&
		       (scene->options.details ||
			(full->route.table == RT_TABLE_MAIN &&
			 (!full->route.dst.length || full->route.protocol != RTPROT_KERNEL)));
	return true;
}

/* The list of a type's objects that a namespace (routes) or a link has. */
static struct range *range_at(const struct scene *scene, enum object_type type, size_t holder)
{
	return type == OBJECT_ROUTE ? &scene->netns[holder].routes
	       : type == OBJECT_FDB ? &scene->links[holder].fdb
				    : &scene->links[holder].addresses;
}

/* Whose list the object goes into; NULL: nobody's. */
static struct range *range_of(struct making *making, enum object_type type, size_t index)
{
	const void *object = network_at(making->network, type, index);
	uint32_t netns = object_netns(type, object), holder;

	if (!is_shown(making->scene, type, object))
		return NULL;
	if (type == OBJECT_ROUTE)
		holder = *netns_slot(making, netns) - 1;
	else
		holder = find_link(making, netns,
				   type == OBJECT_FDB
					   ? ((const struct fdb *)object)->dev.id
					   : ((const struct link_address *)object)->dev.id);
	return holder == SCENE_NONE ? NULL : range_at(making->scene, type, holder);
}

/* Indexes of the objects, those of one list together: counted, then placed. */
static uint32_t *group(struct making *making, enum object_type type)
{
	const struct scene *scene = making->scene;
	size_t count = making->network->objects[type].count;
	size_t holders = type == OBJECT_ROUTE ? scene->netns_count : scene->links_count;
	struct range **ranges = memory_new(count + 1, sizeof(*ranges));
	uint32_t *placed = memory_new(count + 1, sizeof(*placed)), at = 0;

	for (size_t i = 0; i < count; i++) {
		ranges[i] = range_of(making, type, i);
		if (ranges[i])
			ranges[i]->count++;
	}
	for (size_t i = 0; i < holders; i++) {
		struct range *range = range_at(scene, type, i);

		range->at = at;
		at += range->count;
		range->count = 0;
	}
	for (size_t i = 0; i < count; i++)
		if (ranges[i])
			placed[ranges[i]->at + ranges[i]->count++] = (uint32_t)i;
	free(ranges);
	return placed;
}

static bool is_usual_loopback(const struct link_address *address)
{
	static const uint8_t six[16] = { [15] = 1 }, four[4] = { 127, 0, 0, 1 };

	return address->local.family == IPV4 ? !memcmp(address->local.bytes, four, sizeof(four))
					     : !memcmp(address->local.bytes, six, sizeof(six));
}

/* `lo` as every namespace has it; in a picture also as a new one has it. */
static bool is_usual_lo(const struct scene *scene, const struct scene_link *view)
{
	if (strcmp(text_of(scene, view->link->name.id), "lo") != 0 || scene->options.details ||
	    (ATTR_HAS(&link_table, link, view->link, up) && !view->link->up &&
	     !scene->options.is_drawn) ||
	    view->change->what)
		return false;
	for (uint32_t i = 0; i < view->addresses.count; i++)
		if (!is_usual_loopback(network_at(scene->network, OBJECT_ADDRESS,
						  scene->addresses[view->addresses.at + i])))
			return false;
	return true;
}

/* The port with the largest MTU of each master: what its others are compared with. */
static uint32_t widest_port(const struct scene *scene, uint32_t master)
{
	uint32_t widest = SCENE_NONE;

	for (uint32_t i = scene->links[master].first; i != SCENE_NONE; i = scene->links[i].next)
		if (widest == SCENE_NONE ||
		    scene->links[i].link->mtu > scene->links[widest].link->mtu)
			widest = i;
	return widest;
}

static void compare_mtu(struct scene *scene, struct scene_link *view, uint32_t other)
{
	uint32_t mtu = view->link->mtu;

	if (other == SCENE_NONE || !mtu || mtu >= scene->links[other].link->mtu)
		return;
	view->marks |= 1U << MARK_MTU_SMALL;
	view->mtu_of = other;
}

unsigned scene_outer(const struct scene_link *link)
{
	enum {
		OUTER_IPV4 =
			14 + 20 + 8 + 8, /* the frame's Ethernet header, outer IP, UDP, VXLAN */
		OUTER_IPV6 = 14 + 40 + 8 + 8,
	};
	const struct vxlan *vxlan = &link->link->data.vxlan;

	return vxlan->local.family == IPV6 || vxlan->remote.family == IPV6 ||
			       vxlan->group.family == IPV6
		       ? OUTER_IPV6
		       : OUTER_IPV4;
}

static void compare_tunnel_mtu(struct scene *scene, struct scene_link *view)
{
	uint32_t mtu = view->link->mtu;

	if (!is_kind(view->link, "vxlan") || view->lower == SCENE_NONE || !mtu ||
	    !scene->links[view->lower].link->mtu ||
	    mtu + scene_outer(view) <= scene->links[view->lower].link->mtu)
		return;
	view->marks |= 1U << MARK_MTU_BIG;
	view->mtu_of = view->lower;
}

static void mark_link(struct scene *scene, struct scene_link *view)
{
	const struct link *link = view->link;
	bool is_up = link->up || !ATTR_HAS(&link_table, link, link, up);

	if (!is_up)
		view->marks |= 1U << MARK_DOWN;
	if (is_up && link->no_carrier)
		view->marks |= 1U << MARK_NO_CARRIER;
	if (ATTR_HAS(&bridge_port_table, bridge_port, &link->port, state) &&
	    link->port.state != BR_STATE_FORWARDING && is_up &&
	    (!link->no_carrier || link->port.state != BR_STATE_DISABLED))
		view->marks |= 1U << MARK_STATE;
	if (link->port.isolated)
		view->marks |= 1U << MARK_ISOLATED;
	compare_mtu(scene, view, view->peer);
	compare_tunnel_mtu(scene, view);
}

static void mark_links(struct scene *scene)
{
	for (size_t i = 0; i < scene->links_count; i++) {
		struct scene_link *view = &scene->links[i];

		mark_link(scene, view);
		view->is_hidden = is_usual_lo(scene, view);
	}
	for (size_t i = 0; i < scene->links_count; i++)
		if (scene->links[i].lower != SCENE_NONE)
			scene->links[scene->links[i].lower].is_hidden = false;
	for (size_t i = 0; i < scene->links_count; i++)
		scene->netns[scene->links[i].netns].shown += !scene->links[i].is_hidden;
	for (uint32_t i = 0; i < scene->links_count; i++) {
		uint32_t widest = widest_port(scene, i);

		for (uint32_t port = scene->links[i].first; port != SCENE_NONE;
		     port = scene->links[port].next)
			if (!(scene->links[port].marks &
			      (1U << MARK_MTU_SMALL | 1U << MARK_MTU_BIG)))
				compare_mtu(scene, &scene->links[port], widest);
	}
}

void scene_make(struct scene *scene, struct network *network, const struct attr_context *context,
		const struct scene_options *options)
{
	struct making making = { .scene = scene, .network = network };

	*scene = (struct scene){ .network = network, .context = *context, .options = *options };
	network_index(network, OBJECT_LINK);
	make_netns(&making);
	make_links(&making);
	join_links(&making);
	scene->addresses = group(&making, OBJECT_ADDRESS);
	scene->fdb = group(&making, OBJECT_FDB);
	scene->routes = group(&making, OBJECT_ROUTE);
	mark_links(scene);
	scene_find_remotes(scene);
	free(making.netns_of);
	free(making.link_of);
}
