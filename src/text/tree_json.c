/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree's JSON: iproute2's keys where it has them, ports inside their bridge. */
#include "text/tree.h"

#include "base/cleanup.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "model/link.h"
#include "model/network.h"
#include "text/object_json.h"
#include "text/scene.h"
#include "text/scene_words.h"

static void put_text(struct json *json, const char *key, struct text *text)
{
	json_bytes(json, key, text_string(text), text->length);
	text_cut(text, 0);
}

static void put_address(struct json *json, const char *key, const struct address *address)
{
	CLEANUP(text_clear) struct text text = { 0 };

	if (!address->family)
		return;
	address_print(address->family, address->bytes, &text);
	put_text(json, key, &text);
}

/* As `-n` takes it; of the own namespace null, unless that has a name. */
static void put_netns(const struct scene *scene, struct json *json, uint32_t netns)
{
	if (netns)
		json_string(json, "netns", names_text(scene->context.names, netns));
	else if (scene->options.own)
		json_string(json, "netns", scene->options.own);
	else
		json_null(json, "netns");
}

static void put_link_name(const struct scene *scene, struct json *json, const char *key,
			  uint32_t name)
{
	if (name)
		json_string(json, key, names_text(scene->context.names, name));
}

static void put_peer(const struct scene *scene, struct json *json, const struct link *link)
{
	if (!link->peer.id || link->kind_info != link_kind_find("veth"))
		return;
	json_open_object(json, "peer");
	put_netns(scene, json, link->peer_netns.id);
	put_link_name(scene, json, "ifname", link->peer.id);
	json_close_object(json);
}

static void put_tunnel(const struct scene *scene, struct json *json, const struct scene_link *view)
{
	const struct vxlan *vxlan = &view->link->data.vxlan;

	if (!view->link->kind_info || view->link->kind_info->table != &vxlan_table)
		return;
	json_open_object(json, "vxlan");
	json_number(json, "id", vxlan->vni);
	json_number(json, "port", vxlan->dstport);
	put_address(json, "local", &vxlan->local);
	json_open_array(json, "remotes");
	for (uint32_t i = 0; i < view->remotes.count; i++) {
		const struct scene_remote *remote = &scene->remotes[view->remotes.at + i];

		json_open_object(json, NULL);
		put_address(json, "dst", &remote->address);
		if (remote->nhid)
			json_number(json, "nhid", remote->nhid);
		json_number(json, "entries", remote->entries);
		if (remote->link != SCENE_NONE && remote->is_vtep) {
			const struct link *far = scene->links[remote->link].link;

			put_netns(scene, json, far->netns.id);
			put_link_name(scene, json, "ifname", far->name.id);
		}
		json_close_object(json);
	}
	json_close_array(json);
	json_close_object(json);
}

static void put_objects(const struct scene *scene, struct json *json, const char *key,
			enum object_type type, const uint32_t *indexes, struct range range)
{
	const struct json_options options = { .context = &scene->context };

	json_open_array(json, key);
	for (uint32_t i = range.at; i < range.at + range.count; i++)
		object_json(type, &options, network_at(scene->network, type, indexes[i]), json);
	json_close_array(json);
}

static void put_marks(const struct scene *scene, struct json *json, const struct scene_link *view)
{
	CLEANUP(text_clear) struct text text = { 0 };

	json_open_array(json, "marks");
	for (unsigned mark = 0; mark < SCENE_MARKS; mark++) {
		if (!(view->marks & 1U << mark))
			continue;
		scene_put_mark(scene, view, mark, &text);
		put_text(json, NULL, &text);
	}
	json_close_array(json);
}

static void put_flags(struct json *json, const struct link *link)
{
	json_bool(json, "up", link->up);
	if (link->up)
		json_bool(json, "carrier", !link->no_carrier);
	if (link->mtu)
		json_number(json, "mtu", link->mtu);
}

static void put_link(const struct scene *scene, struct json *json, const struct scene_link *view)
{
	CLEANUP(text_clear) struct text text = { 0 };
	const struct link *link = view->link;

	json_open_object(json, NULL);
	put_link_name(scene, json, "ifname", link->name.id);
	put_link_name(scene, json, "kind", link->kind.id);
	put_flags(json, link);
	mac_print(link->address.bytes, link->address.length, &text);
	if (text.length)
		put_text(json, "address", &text);
	if (scene_put_alias(scene, view, &text))
		put_text(json, "ifalias", &text);
	if (scene_put_state(scene, view, &text)) {
		put_text(json, "state", &text);
		json_bool(json, "isolated", link->port.isolated);
	}
	put_peer(scene, json, link);
	if (scene_put_lower(scene, view, &text))
		put_text(json, "link", &text);
	put_tunnel(scene, json, view);
	put_objects(scene, json, "addr_info", OBJECT_ADDRESS, scene->addresses, view->addresses);
	put_marks(scene, json, view);
	if (view->first != SCENE_NONE) {
		json_open_array(json, "ports");
		for (uint32_t port = view->first; port != SCENE_NONE;
		     port = scene->links[port].next)
			put_link(scene, json, &scene->links[port]);
		json_close_array(json);
	}
	json_close_object(json);
}

void tree_json(const struct scene *scene, struct json *json)
{
	CLEANUP(text_clear) struct text text = { 0 };

	json_open_array(json, NULL);
	for (size_t n = 0; n < scene->netns_count; n++) {
		const struct scene_netns *netns = &scene->netns[n];

		json_open_object(json, NULL);
		put_netns(scene, json, netns->name);
		json_bool(json, "own", !netns->name);
		scene_put_netns(scene, netns->name, &text);
		put_text(json, "title", &text);
		json_open_array(json, "links");
		for (uint32_t i = netns->links.at; i < netns->links.at + netns->links.count; i++)
			if (!scene->links[i].is_hidden && scene->links[i].master == SCENE_NONE)
				put_link(scene, json, &scene->links[i]);
		json_close_array(json);
		put_objects(scene, json, "routes", OBJECT_ROUTE, scene->routes, netns->routes);
		json_close_object(json);
	}
	json_close_array(json);
}
