/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenes made of topology files, and of names that no file would have. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "model/link.h"
#include "model/netns.h"
#include "model/network.h"
#include "text/scene.h"
#include "topology/topology.h"

struct pictured {
	struct attr_context context;
	struct topology topology;
	struct scene scene;
	struct text text;
};

static inline void pictured_clear(struct pictured *pictured)
{
	scene_clear(&pictured->scene);
	topology_clear(&pictured->topology);
	text_clear(&pictured->text);
	names_free(&pictured->context.names);
}

static inline void name_process(pid_t pid, char *name)
{
	strcpy(name, pid == 7 ? "nginx" : "");
}

/* Reads the file; the scene is made by picture(), so that links can be changed before. */
static inline void pictured_parse(struct pictured *pictured, const char *yaml)
{
	const struct topology_options options = { 0 };
	struct error error = { 0 };

	pictured->context.names = names_new();
	if (topology_parse("f", yaml, strlen(yaml), &options, &pictured->context,
			   &pictured->topology, NULL, NULL, &error) < 0)
		fail_msg("%s\n%s", error.text, yaml);
}

static inline struct link *pictured_link(struct pictured *pictured, const char *name)
{
	struct network *network = &pictured->topology.network;

	for (size_t i = 0; i < network->objects[OBJECT_LINK].count; i++) {
		struct link *link = network_at(network, OBJECT_LINK, i);

		if (!strcmp(names_text(pictured->context.names, link->name.id), name))
			return link;
	}
	fail_msg("no link '%s'", name);
	return NULL;
}

static inline void picture(struct pictured *pictured, const struct scene_options *options)
{
	struct scene_options ours = options ? *options : (struct scene_options){ 0 };

	ours.process_name = name_process;
	scene_make(&pictured->scene, &pictured->topology.network, &pictured->context, &ours);
}

/*
 * A veth's end, its namespace and its alias with whatever could mean something
 * to a terminal, a shell, DOT, Mermaid, XML, HTML or a script.
 */
#define HOSTILE_LINK "\"';<b>&\\N\x1b[2J"
#define HOSTILE_NETNS "]}--><!--\"\n\x9b%s`$(x)"
#define HOSTILE_ALIAS "</script><script>alert(1)</script>\xff\xe2\x80\xae%n\\G&quot;#quot;\r\n]]>"

static inline void pictured_move(void *object, size_t offset, uint32_t from, uint32_t to)
{
	uint32_t netns;

	memcpy(&netns, (char *)object + offset, sizeof(netns));
	if (netns == from)
		memcpy((char *)object + offset, &to, sizeof(to));
}

static inline void pictured_hostile(struct pictured *pictured)
{
	struct names *names;
	struct link *near, *far;

	pictured_parse(pictured, "ovl: 1\nlab: x\n"
				 "links: {br0: {type: bridge}, v0: {master: br0},\n"
				 "  vx0: {type: vxlan, id: 7, remote: 192.0.2.7, master: br0}}\n"
				 "netns: {n1: {links: {eth0: {type: veth, peer: host/v0,\n"
				 "  addr: [10.0.0.1/24]}}, routes: [default via 10.0.0.9]}}\n");
	names = pictured->context.names;
	near = pictured_link(pictured, "v0");
	far = pictured_link(pictured, "eth0");
	near->name.id = far->peer.id = names_of(names, HOSTILE_LINK);
	far->alias.id = near->alias.id = names_of(names, HOSTILE_ALIAS);
	for (enum object_type type = OBJECT_NETNS; type < OBJECT_TYPES; type++)
		for (size_t i = 0; i < pictured->topology.network.objects[type].count; i++)
			pictured_move(network_at(&pictured->topology.network, type, i),
				      type == OBJECT_NETNS ? offsetof(struct netns, name)
							   : object_info(type)->netns,
				      names_of(names, "n1"), names_of(names, HOSTILE_NETNS));
	near->peer_netns.id = names_of(names, HOSTILE_NETNS);
}
