/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told of a node of a drawing when somebody looks closer. */
#include "text/graph.h"

#include "base/text.h"
#include "model/link.h"
#include "text/scene.h"
#include "text/scene_words.h"

/* A fact being put together. */
struct telling {
	const struct graph *graph;
	const struct scene *scene;
	size_t most;
	graph_fact_function *function;
	void *cookie;
	struct text value;
};

static void tell(struct telling *telling, const char *key)
{
	if (telling->value.length)
		telling->function(telling->cookie, key, &telling->value);
	text_cut(&telling->value, 0);
}

static void tell_more(struct telling *telling, const char *key, size_t count)
{
	if (count <= telling->most)
		return;
	text_printf(&telling->value, "and %zu more", count - telling->most);
	tell(telling, key);
}

/* "+ ", "~ " or "- " of an object that differs, and its words. */
static void tell_all(struct telling *telling, const char *key, enum object_type type,
		     const uint32_t *indexes, struct range range,
		     void (*put)(const struct scene *scene, size_t index, struct text *text))
{
	static const char *const signs[SCENE_SIGNS] = { "", "+ ", "~ ", "- " };

	for (uint32_t i = 0; i < range.count && i < telling->most; i++) {
		uint32_t index = indexes[range.at + i];
		const struct scene_change *change = scene_change(telling->scene, type, index);

		text_puts(&telling->value, signs[change->sign]);
		put(telling->scene, index, &telling->value);
		if (change->what)
			text_printf(&telling->value, " (%s)", change->what);
		tell(telling, key);
	}
	tell_more(telling, key, range.count);
}

static void tell_tunnel(struct telling *telling, const struct scene_link *view)
{
	const struct vxlan *vxlan = &view->link->data.vxlan;
	struct range range = view->remotes;

	if (!view->link->kind_info || view->link->kind_info->table != &vxlan_table)
		return;
	text_number(&telling->value, vxlan->vni);
	tell(telling, "vni");
	if (vxlan->dstport)
		text_number(&telling->value, vxlan->dstport);
	tell(telling, "port");
	if (vxlan->local.family)
		address_print(vxlan->local.family, vxlan->local.bytes, &telling->value);
	tell(telling, "local");
	for (uint32_t i = 0; i < range.count && i < telling->most; i++) {
		const struct scene_remote *remote = &telling->scene->remotes[range.at + i];

		scene_put_remote(remote, &telling->value);
		text_printf(&telling->value, " (%u fdb)", remote->entries);
		tell(telling, "sends to");
	}
	tell_more(telling, "sends to", range.count);
}

static void tell_link(struct telling *telling, const struct scene_link *view)
{
	const struct link *link = view->link;

	scene_put_kind(telling->scene, view, &telling->value);
	tell(telling, "kind");
	if (view->change->what)
		text_puts(&telling->value, view->change->what);
	tell(telling, "differs");
	for (unsigned mark = 0; mark < SCENE_MARKS; mark++) {
		if (!(view->marks & 1U << mark))
			continue;
		scene_put_mark(telling->scene, view, mark, &telling->value);
		tell(telling, "mark");
	}
	mac_print(link->address.bytes, link->address.length, &telling->value);
	tell(telling, "mac");
	if (link->mtu)
		text_number(&telling->value, link->mtu);
	tell(telling, "mtu");
	scene_put_state(telling->scene, view, &telling->value);
	tell(telling, "state");
	scene_put_peer(telling->scene, view, &telling->value);
	tell(telling, "other end");
	scene_put_lower(telling->scene, view, &telling->value);
	tell(telling, "on");
	tell_tunnel(telling, view);
	tell_all(telling, "address", OBJECT_ADDRESS, telling->scene->addresses, view->addresses,
		 scene_put_address);
	scene_put_alias(telling->scene, view, &telling->value);
	tell(telling, "alias");
	tell_all(telling, "fdb", OBJECT_FDB, telling->scene->fdb, view->fdb, scene_put_fdb);
}

static void tell_netns(struct telling *telling, const struct scene_netns *netns)
{
	text_number(&telling->value, netns->shown);
	tell(telling, "links");
	tell_all(telling, "route", OBJECT_ROUTE, telling->scene->routes, netns->routes,
		 scene_put_route);
}

void graph_put_title(const struct graph *graph, enum graph_node node, uint32_t index,
		     struct text *text)
{
	const struct scene *scene = graph->scene;

	if (node == NODE_NETNS)
		scene_put_netns(scene, scene->netns[index].name, text);
	else if (node == NODE_LINK)
		scene_put_name(scene, &scene->links[index], text);
	else
		scene_put_remote(graph->clouds[index], text);
}

void graph_facts(const struct graph *graph, enum graph_node node, uint32_t index, size_t most,
		 graph_fact_function *function, void *cookie)
{
	struct telling telling = { graph, graph->scene, most, function, cookie, { 0 } };

	if (node == NODE_NETNS) {
		tell_netns(&telling, &graph->scene->netns[index]);
	} else if (node == NODE_LINK) {
		const struct scene_link *link = &graph->scene->links[index];

		scene_put_netns(graph->scene, graph->scene->netns[link->netns].name,
				&telling.value);
		tell(&telling, "namespace");
		tell_link(&telling, link);
	} else {
		text_puts(&telling.value, address_is_multicast(&graph->clouds[index]->address)
						  ? "a multicast group"
						  : "a VTEP on another machine");
		tell(&telling, "kind");
	}
	text_clear(&telling.value);
}
