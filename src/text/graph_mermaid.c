/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drawings as a flowchart of Mermaid. Labels stand in quotes, where "#34;" is
 * the character of that number (mermaid.js.org, flowchart syntax, "entity codes"):
 * whatever could mean something, to Mermaid or to the page it is in, is put so.
 */
#include "text/graph.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "model/link.h"
#include "text/scene.h"
#include "text/scene_words.h"

static void put_escaped(struct text *text, struct text *raw)
{
	CLEANUP(text_clear) struct text escaped = { 0 };

	text_escaped(&escaped, text_string(raw), raw->length);
	for (size_t i = 0; i < escaped.length; i++) {
		unsigned char c = (unsigned char)escaped.bytes[i];

		if (c >= 0x80 || isalnum(c) || strchr(" .,:/()_-", c))
			text_char(text, (char)c);
		else
			text_printf(text, "#%u;", c);
	}
	text_cut(raw, 0);
}

static void put_line(struct text *text, struct text *raw)
{
	if (!raw->length)
		return;
	text_puts(text, "<br/>");
	put_escaped(text, raw);
}

static void put_link(const struct graph *graph, uint32_t index, struct text *text)
{
	const struct scene *scene = graph->scene;
	const struct scene_link *link = &scene->links[index];
	const struct link_kind *kind = link->link->kind_info;
	bool is_bridge = kind && kind->table == &bridge_table;
	CLEANUP(text_clear) struct text raw = { 0 };

	text_printf(text, "    l%u%s\"", index, is_bridge ? "([" : "[");
	graph_put_title(graph, NODE_LINK, index, &raw);
	put_escaped(text, &raw);
	if (!kind || kind != link_kind_find("veth"))
		scene_put_kind(scene, link, &raw);
	if (kind && kind->table == &vxlan_table && !link->link->data.vxlan.external)
		text_printf(&raw, " vni %u", link->link->data.vxlan.vni);
	put_line(text, &raw);
	for (uint32_t i = 0; i < link->addresses.count; i++) {
		scene_put_address(scene, scene->addresses[link->addresses.at + i], &raw);
		put_line(text, &raw);
	}
	for (unsigned mark = 0; mark < SCENE_MARKS; mark++) {
		if (link->marks & 1U << mark)
			scene_put_mark(scene, link, mark, &raw);
		put_line(text, &raw);
	}
	if (link->change->what)
		text_puts(&raw, link->change->what);
	put_line(text, &raw);
	text_printf(text, "\"%s\n", is_bridge ? "])" : "]");
}

static void put_netns(const struct graph *graph, uint32_t index, struct text *text)
{
	const struct scene_netns *netns = &graph->scene->netns[index];
	CLEANUP(text_clear) struct text raw = { 0 };

	text_printf(text, "  subgraph n%u[\"", index);
	graph_put_title(graph, NODE_NETNS, index, &raw);
	put_escaped(text, &raw);
	text_puts(text, "\"]\n");
	for (uint32_t i = netns->links.at; i < netns->links.at + netns->links.count; i++)
		if (!graph->scene->links[i].is_hidden)
			put_link(graph, i, text);
	if (!netns->shown)
		text_printf(text, "    n%ulo[\"nothing but lo\"]\n", index);
	text_puts(text, "  end\n");
}

static const char *line_of(const struct graph_edge *edge)
{
	switch (edge->kind) {
	case EDGE_PORT:
		return "---";
	case EDGE_CABLE:
		return "===";
	case EDGE_LOWER:
		return "-.-";
	default:
		return edge->up ? "<-.->" : "-.->";
	}
}

/* Mermaid has no arrow backwards: such a line is put the other way round. */
static void put_edge(const struct graph_edge *edge, struct text *text)
{
	bool is_back = edge->kind == EDGE_TUNNEL && !edge->down;

	if (is_back)
		text_printf(text, "  l%u -.-> l%u\n", edge->lower, edge->upper);
	else
		text_printf(text, "  l%u %s %c%u\n", edge->upper, line_of(edge),
			    edge->to_cloud ? 'c' : 'l', edge->lower);
}

static void put_class(const struct graph *graph, uint8_t sign, const char *name, const char *style,
		      struct text *text)
{
	const struct scene *scene = graph->scene;
	bool any = false;

	text_printf(text, "  classDef %s %s\n", name, style);
	for (uint32_t i = 0; i < scene->links_count; i++) {
		if (scene->links[i].change->sign != sign || scene->links[i].is_hidden)
			continue;
		text_printf(text, "%sl%u", any ? "," : "  class ", i);
		any = true;
	}
	for (uint32_t i = 0; i < scene->netns_count; i++) {
		if (scene->netns[i].change->sign != sign)
			continue;
		text_printf(text, "%sn%u", any ? "," : "  class ", i);
		any = true;
	}
	if (any)
		text_printf(text, " %s\n", name);
}

void graph_mermaid(const struct graph *graph, struct text *text)
{
	CLEANUP(text_clear) struct text raw = { 0 };

	text_puts(text, "flowchart TB\n");
	for (uint32_t i = 0; i < graph->scene->netns_count; i++)
		if (graph_has_frame(graph, i))
			put_netns(graph, i, text);
	for (uint32_t i = 0; i < graph->clouds_count; i++) {
		text_printf(text, "  c%u((\"", i);
		graph_put_title(graph, NODE_CLOUD, i, &raw);
		put_escaped(text, &raw);
		text_puts(text, "\"))\n");
	}
	for (size_t i = 0; i < graph->edges_count; i++)
		put_edge(&graph->edges[i], text);
	if (!graph->has_changes)
		return;
	put_class(graph, SCENE_ADDED, "added", "fill:#bbf7d0,stroke:#15803d,color:#14532d", text);
	put_class(graph, SCENE_CHANGED, "changed", "fill:#fef08a,stroke:#a16207,color:#713f12",
		  text);
	put_class(graph, SCENE_REMOVED, "removed", "fill:#fecaca,stroke:#b91c1c,color:#7f1d1d",
		  text);
}
