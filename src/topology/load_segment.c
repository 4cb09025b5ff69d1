/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "topology/load_segment.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/names.h"
#include "model/netns.h"
#include "topology/load_link.h"

static const char bridge_name[] = "br";

/* HOST/LINK */
struct member {
	uint32_t host, name;
};

static bool load_member(struct loader *loader, const struct scope *scope, const struct node *node,
			struct member *member)
{
	const char *text = loader_scalar(loader, scope, node, "HOST/LINK"), *slash;
	struct error error = { 0 };
	char host[128];
	uint32_t other;

	if (!text)
		return false;
	slash = strchr(text, '/');
	if (!slash || slash == text || !slash[1] || (size_t)(slash - text) >= sizeof(host)) {
		loader_refuse(loader, node->at, "'%s' is no end: HOST/LINK is expected", text);
		return false;
	}
	snprintf(host, sizeof(host), "%.*s", (int)(slash - text), text);
	member->host = names_of(loader->names, host);
	if (!key_map_find(&loader->lab_index, key_map_pair(LAB_HOST, member->host), &other)) {
		loader_refuse(loader, node->at, "there is no host '%s'", host);
		return false;
	}
	if (!loader_link_name(loader, slash + 1, loader->options->host, &member->name, &error))
		return true;
	loader_mistake(loader, node->at, &error);
	return false;
}

/* On a real machine: the end is expected when it is this host's. */
static void expect(struct loader *loader, const struct member *member, struct place_in_file at)
{
	if (!strcmp(names_text(loader->names, member->host), loader->options->host))
		*array_add(&loader->ends, &loader->ends_count, &loader->ends_room) =
			(struct expected_end){ member->name, at };
}

/* A port is called as its end, or by a hash of that where a name has no room for it. */
static uint32_t port_name(struct loader *loader, const struct member *member)
{
	const char *host = names_text(loader->names, member->host);
	const char *name = names_text(loader->names, member->name);
	char whole[256];
	int length = snprintf(whole, sizeof(whole), "%s.%s", host, name);

	if (length > 15)
		snprintf(whole, sizeof(whole), "port-%08x",
			 (uint32_t)key_map_hash(KEY_MAP_HASH, whole, strlen(whole)));
	return names_of(loader->names, whole);
}

struct loading_segment {
	uint32_t space; /* of the segment's namespace */
};

static void load_port(struct loader *loader, const struct scope *scope, const char *name,
		      const struct node *node, void *cookie)
{
	const struct loading_segment *segment = cookie;
	struct loaded_link fact = { .space = segment->space, .peer = node->at, .master = node->at };
	struct link link = { 0 };
	struct member member;

	(void)name;
	if (!load_member(loader, scope, node, &member))
		return;
	if (loader->options->host) {
		expect(loader, &member, node->at);
		return;
	}
	link.netns.id = loader->spaces[segment->space].netns;
	link.name.id = port_name(loader, &member);
	link_set_kind(&link, loader->names, "veth");
	link.master.id = names_of(loader->names, bridge_name);
	link.peer.id = member.name;
	link.peer_netns.id = member.host;
	ATTR_MARK(&link_table, link, &link, name);
	ATTR_MARK(&link_table, link, &link, master);
	loader_add_link(loader, &link, &fact, node->at);
}

static void load_segment(struct loader *loader, const struct scope *scope, const char *name,
			 const struct node *node, void *cookie)
{
	struct space space = { .at = node_key_place(node), .is_made = true, .defaults = cookie };
	struct loading_segment segment = { 0 };
	struct loaded_link fact = { 0 };
	struct netns netns = { .id = -1 };
	struct link bridge = { 0 };
	struct error error = { 0 };
	size_t count = loader->spaces_count;
	uint32_t other;

	space.netns = loader_netns_name(loader, names_of(loader->names, "seg"), name, &error);
	space.host_netns = space.netns;
	if (!space.netns) {
		loader_mistake(loader, space.at, &error);
		return;
	}
	if (loader->options->host) {
		if (key_map_add(&loader->lab_index, key_map_pair(LAB_SEGMENT, space.netns), 0,
				&other))
			loader_refuse(loader, space.at, "there is a segment '%s' already", name);
		loader_each_entry(loader, scope, node, name, false, load_port, &segment);
		return;
	}
	segment.space = fact.space = loader_add_space(loader, &space);
	if (segment.space < count)
		return;
	netns.name.id = space.netns;
	ATTR_MARK(&netns_table, netns, &netns, name);
	network_add(loader->network, OBJECT_NETNS, &netns, origin_of(space.at));
	bridge.netns.id = space.netns;
	bridge.name.id = names_of(loader->names, bridge_name);
	link_set_kind(&bridge, loader->names, "bridge");
	ATTR_MARK(&link_table, link, &bridge, name);
	link_take_defaults(&bridge, &space);
	loader_add_link(loader, &bridge, &fact, space.at);
	loader_each_entry(loader, scope, node, name, false, load_port, &segment);
}

void load_segments(struct loader *loader, const struct scope *scope, const struct node *map,
		   struct link **defaults)
{
	loader_each_key(loader, scope, map, "segments", load_segment, defaults);
}

/* The end of a wire, which the host's body may describe. */
static void add_end(struct loader *loader, const struct member *end, const struct member *other,
		    struct place_in_file at, struct place_in_file other_at)
{
	struct loaded_link fact = { .peer = other_at };
	struct link link = { .netns.id = end->host, .name.id = end->name };
	uint32_t index;

	if (loader_find_link(loader, end->host, end->name, &index)) {
		struct link *there = loader_link(loader, index);

		if (there->peer.id) {
			loader_refuse(loader, at, "'%s' has another end already",
				      names_text(loader->names, end->name));
			return;
		}
		there->peer.id = other->name;
		there->peer_netns.id = other->host;
		loader->facts[index].peer = other_at;
		return;
	}
	link.peer.id = other->name;
	link.peer_netns.id = other->host;
	ATTR_MARK(&link_table, link, &link, name);
	if (!key_map_find(&loader->space_index, end->host, &fact.space))
		return; /* the host itself is a mistake */
	loader_add_link(loader, &link, &fact, at);
}

static void load_wire(struct loader *loader, const struct scope *scope, const char *name,
		      const struct node *node, void *cookie)
{
	struct member ends[2];

	(void)name;
	(void)cookie;
	if (node->kind != NODE_LIST || node->count != 2) {
		loader_refuse(loader, node->at, "a wire is [HOST/LINK, HOST/LINK]");
		return;
	}
	if (!load_member(loader, scope, node->first, &ends[0]) ||
	    !load_member(loader, scope, node->first->next, &ends[1]))
		return;
	if (loader->options->host) {
		expect(loader, &ends[0], node->first->at);
		expect(loader, &ends[1], node->first->next->at);
		return;
	}
	add_end(loader, &ends[0], &ends[1], node->first->at, node->first->next->at);
	add_end(loader, &ends[1], &ends[0], node->first->next->at, node->first->at);
}

void load_wires(struct loader *loader, const struct scope *scope, const struct node *list)
{
	loader_each_entry(loader, scope, list, "wires", false, load_wire, NULL);
}
