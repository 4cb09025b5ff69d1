/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/link.h"
#include "text/scene.h"

void graph_clear(struct graph *graph)
{
	free(graph->edges);
	free(graph->clouds);
	*graph = (struct graph){ 0 };
}

bool graph_has_frame(const struct graph *graph, uint32_t netns)
{
	const struct scene *scene = graph->scene;
	const struct scene_netns *view = &scene->netns[netns];

	return view->name || view->shown || view->routes.count ||
	       view->change->sign != SCENE_SAME || scene->netns_count == 1;
}

static bool is_veth(const struct scene_link *link)
{
	return link->link->kind_info && link->link->kind_info == link_kind_find("veth");
}

static void add(struct graph *graph, const struct graph_edge *edge)
{
	*array_add(&graph->edges, &graph->edges_count, &graph->edges_room) = *edge;
}

/* Of a line between two objects that both come or go, or one of which does. */
static uint8_t join_signs(uint8_t a, uint8_t b)
{
	if (a == SCENE_REMOVED || b == SCENE_REMOVED)
		return SCENE_REMOVED;
	return a == SCENE_ADDED || b == SCENE_ADDED ? SCENE_ADDED : SCENE_SAME;
}

static uint8_t sign_of(const struct graph *graph, uint32_t link)
{
	return graph->scene->links[link].change->sign;
}

/*
 * What a bridge connects stands above it, what connects it to elsewhere (a
 * tunnel, a card, a cable to another bridge) below: it is in the middle.
 */
static bool is_above(const struct scene *scene, const struct scene_link *port)
{
	return is_veth(port) &&
	       (port->peer == SCENE_NONE || scene->links[port->peer].master == SCENE_NONE);
}

static void add_port(struct graph *graph, uint32_t port)
{
	const struct scene *scene = graph->scene;
	const struct scene_link *view = &scene->links[port];
	bool above = is_above(scene, view);

	if (view->master == SCENE_NONE)
		return;
	add(graph, &(struct graph_edge){
			   .kind = EDGE_PORT,
			   .upper = above ? port : view->master,
			   .lower = above ? view->master : port,
			   .sign = join_signs(view->change->sign, sign_of(graph, view->master)),
		   });
}

/* The end in a container is above the one on its bridge, or in what has more links. */
static void add_cable(struct graph *graph, uint32_t link)
{
	const struct scene *scene = graph->scene;
	uint32_t peer = scene->links[link].peer;
	struct graph_edge edge = { .kind = EDGE_CABLE, .upper = link, .lower = peer };
	int order;

	/* Each cable once. */
	if (peer == SCENE_NONE || peer < link)
		return;
	order = (scene->links[link].master != SCENE_NONE) -
		(scene->links[peer].master != SCENE_NONE);
	if (!order && scene->links[link].netns != scene->links[peer].netns) {
		uint32_t here = scene->netns[scene->links[link].netns].shown;
		uint32_t there = scene->netns[scene->links[peer].netns].shown;

		order = (here > there) - (here < there);
	}
	if (order > 0) {
		edge.upper = peer;
		edge.lower = link;
	}
	edge.is_level = !order;
	edge.sign = join_signs(sign_of(graph, link), sign_of(graph, peer));
	add(graph, &edge);
}

static void add_lower(struct graph *graph, uint32_t link)
{
	uint32_t lower = graph->scene->links[link].lower;

	if (lower == SCENE_NONE)
		return;
	add(graph, &(struct graph_edge){
			   .kind = EDGE_LOWER,
			   .upper = link,
			   .lower = lower,
			   .sign = join_signs(sign_of(graph, link), sign_of(graph, lower)),
		   });
}

/* Where a remote that is no link of the scene gets its node. */
struct far {
	const struct scene_remote *remote;
	uint32_t link;
};

struct fars {
	struct far *items;
	size_t count, room;
};

static void add_tunnel(struct graph *graph, uint32_t link, const struct scene_remote *remote)
{
	bool is_first = link < remote->link;

	add(graph, &(struct graph_edge){
			   .kind = EDGE_TUNNEL,
			   .upper = is_first ? link : remote->link,
			   .lower = is_first ? remote->link : link,
			   .is_level = true,
			   .down = is_first,
			   .up = !is_first,
			   .is_lost = !remote->is_vtep,
			   .sign = remote->sign,
		   });
}

static void add_tunnels(struct graph *graph, uint32_t link, struct fars *fars)
{
	struct range range = graph->scene->links[link].remotes;

	for (uint32_t i = range.at; i < range.at + range.count; i++) {
		const struct scene_remote *remote = &graph->scene->remotes[i];

		if (remote->link != SCENE_NONE)
			add_tunnel(graph, link, remote);
		else
			*array_add(&fars->items, &fars->count, &fars->room) =
				(struct far){ remote, link };
	}
}

static int by_ends(const void *a, const void *b)
{
	const struct graph_edge *left = a, *right = b;

	if (left->upper != right->upper)
		return left->upper < right->upper ? -1 : 1;
	return (left->lower > right->lower) - (left->lower < right->lower);
}

/* A tunnel that both ends use is one line. */
static void merge_tunnels(struct graph *graph, size_t from)
{
	size_t kept = from;

	if (graph->edges_count == from)
		return;
	qsort(graph->edges + from, graph->edges_count - from, sizeof(*graph->edges), by_ends);
	for (size_t i = from + 1; i < graph->edges_count; i++) {
		struct graph_edge *edge = &graph->edges[kept];
		const struct graph_edge *next = &graph->edges[i];

		if (by_ends(edge, next)) {
			graph->edges[++kept] = *next;
			continue;
		}
		if (edge->sign != next->sign)
			edge->sign = SCENE_CHANGED;
		edge->down |= next->down;
		edge->up |= next->up;
		edge->is_lost &= next->is_lost;
	}
	graph->edges_count = kept + 1;
}

static int by_address(const void *a, const void *b)
{
	const struct far *left = a, *right = b;
	int order = memcmp(&left->remote->address, &right->remote->address,
			   sizeof(left->remote->address));

	if (!order && left->remote->nhid != right->remote->nhid)
		order = left->remote->nhid < right->remote->nhid ? -1 : 1;
	return order ? order : (left->link > right->link) - (left->link < right->link);
}

static bool is_one_place(const struct scene_remote *a, const struct scene_remote *b)
{
	return !memcmp(&a->address, &b->address, sizeof(a->address)) && a->nhid == b->nhid;
}

/* One node for each address. */
static void add_clouds(struct graph *graph, struct fars *fars)
{
	if (fars->count)
		qsort(fars->items, fars->count, sizeof(*fars->items), by_address);
	for (size_t i = 0; i < fars->count; i++) {
		const struct far *far = &fars->items[i];

		if (!i || !is_one_place(fars->items[i - 1].remote, far->remote))
			*array_add(&graph->clouds, &graph->clouds_count, &graph->clouds_room) =
				far->remote;
		add(graph, &(struct graph_edge){
				   .kind = EDGE_TUNNEL,
				   .upper = far->link,
				   .lower = (uint32_t)graph->clouds_count - 1,
				   .to_cloud = true,
				   .down = true,
				   .sign = far->remote->sign,
			   });
	}
	free(fars->items);
}

void graph_make(struct graph *graph, const struct scene *scene)
{
	struct fars fars = { 0 };
	size_t tunnels;

	*graph = (struct graph){ .scene = scene };
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		graph->has_changes |= scene->options.changes[type] != NULL;
	for (uint32_t i = 0; i < scene->links_count; i++) {
		add_port(graph, i);
		add_cable(graph, i);
		add_lower(graph, i);
	}
	tunnels = graph->edges_count;
	for (uint32_t i = 0; i < scene->links_count; i++)
		add_tunnels(graph, i, &fars);
	merge_tunnels(graph, tunnels);
	add_clouds(graph, &fars);
}
