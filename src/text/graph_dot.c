/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drawings in Graphviz's language (dot(1), graphviz(7)). Labels are HTML-like,
 * where what XML knows means something; there and in tooltips, which are an
 * "escString", a backslash does, too.
 */
#include "text/graph.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/link.h"
#include "text/scene.h"
#include "text/scene_words.h"
#include "text/xml.h"

enum { TOOLTIP_MOST = 12, SMALL = 10 };

/* Fills and lines of nodes, by how they differ. */
static const struct {
	const char *fill, *line, *text;
} signs[SCENE_SIGNS] = {
	[SCENE_SAME] = { NULL, "#64748b", "#0f172a" },
	[SCENE_ADDED] = { "#bbf7d0", "#15803d", "#14532d" },
	[SCENE_CHANGED] = { "#fef08a", "#a16207", "#713f12" },
	[SCENE_REMOVED] = { "#fecaca", "#b91c1c", "#7f1d1d" },
};

#define MARK_COLOR "#b91c1c"
#define QUIET_COLOR "#475569"
#define TUNNEL_COLOR "#7c3aed"

/* Graphviz looks for its escapes (\N) in the text of labels, too. */
static void put_escaped(struct text *text, struct text *raw)
{
	CLEANUP(text_clear) struct text xml = { 0 };

	xml_put(&xml, text_string(raw), raw->length);
	for (size_t i = 0; i < xml.length; i++) {
		if (xml.bytes[i] == '\\')
			text_char(text, '\\');
		text_char(text, xml.bytes[i]);
	}
	text_cut(raw, 0);
}

/* A further line of a label: small, in a colour. */
static void put_line(struct text *text, const char *color, struct text *raw)
{
	if (!raw->length)
		return;
	text_printf(text, "<br/><font point-size=\"%d\" color=\"%s\">", SMALL, color);
	put_escaped(text, raw);
	text_puts(text, "</font>");
}

static void put_fact(void *cookie, const char *key, struct text *value)
{
	CLEANUP(text_clear) struct text escaped = { 0 };
	struct text *text = cookie;

	text_printf(text, "\\n%s: ", key);
	text_escaped(&escaped, value->bytes, value->length);
	for (size_t i = 0; i < escaped.length; i++) {
		char c = escaped.bytes[i];

		/* Graphviz takes "&lt;" for '<' in any text. */
		if (c == '&') {
			text_puts(text, "&amp;");
			continue;
		}
		if (c == '"' || c == '\\')
			text_char(text, '\\');
		text_char(text, c);
	}
}

static void put_tooltip(const struct graph *graph, enum graph_node node, uint32_t index,
			struct text *text)
{
	CLEANUP(text_clear) struct text title = { 0 };
	CLEANUP(text_clear) struct text facts = { 0 };

	graph_put_title(graph, node, index, &title);
	put_fact(&facts, "", &title);
	graph_facts(graph, node, index, TOOLTIP_MOST, put_fact, &facts);
	/* Behind the "\n: " of the first. */
	text_printf(text, " tooltip=\"%s\"", text_string(&facts) + 4);
}

/* "vxlan vni 333"; that a veth is one the line to its other end says. */
static void put_kind(const struct graph *graph, const struct scene_link *link, struct text *raw)
{
	const struct link_kind *kind = link->link->kind_info;

	if (kind && kind == link_kind_find("veth")) {
		if (link->peer == SCENE_NONE && scene_put_peer(graph->scene, link, raw)) {
			CLEANUP(text_clear) struct text peer = { 0 };

			text_put(&peer, raw->bytes, raw->length);
			text_cut(raw, 0);
			text_printf(raw, "↔ %s", text_string(&peer));
		}
		return;
	}
	scene_put_kind(graph->scene, link, raw);
	if (kind && kind->table == &vxlan_table && !link->link->data.vxlan.external)
		text_printf(raw, " vni %u", link->link->data.vxlan.vni);
}

static void put_addresses(const struct graph *graph, const struct scene_link *link,
			  struct text *text)
{
	CLEANUP(text_clear) struct text raw = { 0 };

	for (uint32_t i = 0; i < link->addresses.count; i++) {
		size_t index = graph->scene->addresses[link->addresses.at + i];
		uint8_t sign = scene_change(graph->scene, OBJECT_ADDRESS, index)->sign;

		text_puts(&raw, sign == SCENE_ADDED ? "+ " : sign == SCENE_REMOVED ? "- " : "");
		scene_put_address(graph->scene, index, &raw);
		put_line(text, sign ? signs[sign].line : "#1d4ed8", &raw);
	}
}

static const char *fill_of(const struct scene_link *link)
{
	const struct link_kind *kind = link->link->kind_info;

	if (signs[link->change->sign].fill)
		return signs[link->change->sign].fill;
	if (kind && kind->table == &bridge_table)
		return "#dbeafe";
	if (kind && kind->table == &vxlan_table)
		return "#ede9fe";
	return "#ffffff";
}

static void put_link(const struct graph *graph, uint32_t index, struct text *text)
{
	const struct scene_link *link = &graph->scene->links[index];
	bool is_bridge = link->link->kind_info && link->link->kind_info->table == &bridge_table;
	CLEANUP(text_clear) struct text raw = { 0 };

	text_printf(text, "\t\tl%u [id=\"l%u\", label=<<b>", index, index);
	graph_put_title(graph, NODE_LINK, index, &raw);
	put_escaped(text, &raw);
	text_puts(text, "</b>");
	put_kind(graph, link, &raw);
	put_line(text, QUIET_COLOR, &raw);
	put_addresses(graph, link, text);
	for (unsigned mark = 0; mark < SCENE_MARKS; mark++) {
		if (link->marks & 1U << mark)
			scene_put_mark(graph->scene, link, mark, &raw);
		put_line(text, MARK_COLOR, &raw);
	}
	if (link->change->what)
		text_puts(&raw, link->change->what);
	put_line(text, signs[link->change->sign].text, &raw);
	text_printf(text, ">, fillcolor=\"%s\", color=\"%s\", fontcolor=\"%s\"", fill_of(link),
		    signs[link->change->sign].line, signs[link->change->sign].text);
	if (is_bridge)
		text_puts(text, ", width=1.6, penwidth=2");
	if (link->marks & 1U << MARK_DOWN)
		text_puts(text, ", style=\"rounded,filled,dashed\"");
	text_char(text, ',');
	put_tooltip(graph, NODE_LINK, index, text);
	text_puts(text, "];\n");
}

static void put_routes(const struct graph *graph, const struct scene_netns *netns,
		       struct text *text)
{
	CLEANUP(text_clear) struct text raw = { 0 };

	for (uint32_t i = 0; i < netns->routes.count; i++) {
		size_t index = graph->scene->routes[netns->routes.at + i];
		uint8_t sign = scene_change(graph->scene, OBJECT_ROUTE, index)->sign;

		if (!scene_route_is_default(graph->scene, index))
			continue;
		text_puts(&raw, sign == SCENE_ADDED ? "+ " : sign == SCENE_REMOVED ? "- " : "");
		scene_put_route(graph->scene, index, &raw);
		put_line(text, signs[sign].line, &raw);
	}
}

/* Which links have none of their own namespace above them. */
static bool *find_tops(const struct graph *graph)
{
	const struct scene_link *links = graph->scene->links;
	bool *is_top = memory_new(graph->scene->links_count + 1, sizeof(*is_top));

	for (size_t i = 0; i < graph->scene->links_count; i++)
		is_top[i] = !links[i].is_hidden;
	for (size_t i = 0; i < graph->edges_count; i++) {
		const struct graph_edge *edge = &graph->edges[i];

		if (!edge->to_cloud && !edge->is_level &&
		    links[edge->upper].netns == links[edge->lower].netns)
			is_top[edge->lower] = false;
	}
	return is_top;
}

/*
 * The name is a node above the others: lines pass beside a node, while they run
 * through the label of a cluster.
 */
static void put_title(const struct graph *graph, uint32_t index, const bool *is_top,
		      struct text *text)
{
	const struct scene_netns *netns = &graph->scene->netns[index];
	CLEANUP(text_clear) struct text raw = { 0 };

	text_printf(text,
		    "\t\tt%u [id=\"t%u\", shape=plain, style=\"\", fontsize=13, fontcolor=\"%s\", "
		    "label=<<b>",
		    index, index, signs[netns->change->sign].text);
	graph_put_title(graph, NODE_NETNS, index, &raw);
	put_escaped(text, &raw);
	text_puts(text, "</b>");
	put_routes(graph, netns, text);
	text_puts(text, ">,");
	put_tooltip(graph, NODE_NETNS, index, text);
	text_puts(text, "];\n");
	for (uint32_t i = netns->links.at; i < netns->links.at + netns->links.count; i++)
		if (is_top[i])
			text_printf(text, "\t\tt%u -> l%u [style=invis, weight=0];\n", index, i);
	if (!netns->shown)
		text_printf(text,
			    "\t\tt%u_lo [label=\"nothing but lo\", shape=plain, style=\"\"];\n"
			    "\t\tt%u -> t%u_lo [style=invis];\n",
			    index, index, index);
}

static void put_netns(const struct graph *graph, uint32_t index, const bool *is_top,
		      struct text *text)
{
	const struct scene_netns *netns = &graph->scene->netns[index];
	const char *fill = signs[netns->change->sign].fill;

	text_printf(text,
		    "\tsubgraph cluster_%u {\n\t\tgraph [id=\"n%u\", color=\"%s\", bgcolor=\"%s\",",
		    index, index, signs[netns->change->sign].line, fill ? fill : "#f8fafc");
	put_tooltip(graph, NODE_NETNS, index, text);
	text_puts(text, "];\n");
	put_title(graph, index, is_top, text);
	for (uint32_t i = netns->links.at; i < netns->links.at + netns->links.count; i++)
		if (!graph->scene->links[i].is_hidden)
			put_link(graph, i, text);
	text_puts(text, "\t}\n");
}

static void put_cloud(const struct graph *graph, uint32_t index, struct text *text)
{
	CLEANUP(text_clear) struct text raw = { 0 };

	text_printf(text, "\tc%u [id=\"c%u\", label=<<b>", index, index);
	graph_put_title(graph, NODE_CLOUD, index, &raw);
	put_escaped(text, &raw);
	text_puts(text, "</b>>, shape=ellipse, style=\"filled,dashed\", fillcolor=\"#f1f5f9\", "
			"color=\"" TUNNEL_COLOR "\",");
	put_tooltip(graph, NODE_CLOUD, index, text);
	text_puts(text, "];\n");
}

static void put_edge(const struct graph *graph, size_t index, struct text *text)
{
	static const char *const styles[] = {
		[EDGE_PORT] = ", weight=4",
		[EDGE_CABLE] = ", penwidth=2.5, color=\"#0f766e\"",
		[EDGE_LOWER] = ", style=dotted, arrowhead=vee, arrowsize=0.6, dir=forward",
		[EDGE_TUNNEL] =
			", style=dashed, penwidth=2, arrowhead=vee, arrowtail=vee, arrowsize=0.8",
	};
	const struct graph_edge *edge = &graph->edges[index];

	text_printf(text, "\tl%u -> %c%u [id=\"e%zu\"%s", edge->upper, edge->to_cloud ? 'c' : 'l',
		    edge->lower, index, styles[edge->kind]);
	if (edge->kind == EDGE_TUNNEL)
		text_printf(text, ", color=\"%s\", dir=%s",
			    edge->is_lost ? MARK_COLOR : TUNNEL_COLOR,
			    !edge->up    ? "forward"
			    : edge->down ? "both"
					 : "back");
	if (edge->sign != SCENE_SAME)
		text_printf(text, ", color=\"%s\"", signs[edge->sign].line);
	/* Between two namespaces there is room for the name of the lower. */
	if (edge->is_level)
		text_puts(text, ", constraint=false");
	else if (!edge->to_cloud &&
		 graph->scene->links[edge->upper].netns != graph->scene->links[edge->lower].netns)
		text_puts(text, ", minlen=2, weight=3");
	text_puts(text, "];\n");
}

void graph_dot(const struct graph *graph, struct text *text)
{
	CLEANUP(pointer_free) bool *is_top = find_tops(graph);

	text_puts(
		text,
		"digraph ovl {\n"
		"\tgraph [rankdir=TB, fontname=\"Helvetica,Arial,sans-serif\", "
		"nodesep=0.35, ranksep=0.35, style=rounded, bgcolor=white];\n"
		"\tnode [shape=box, style=\"rounded,filled\", fillcolor=white, "
		"fontname=\"Helvetica,Arial,sans-serif\", fontsize=12, margin=\"0.12,0.06\"];\n"
		"\tedge [dir=none, color=\"#64748b\", fontname=\"Helvetica,Arial,sans-serif\"];\n");
	for (uint32_t i = 0; i < graph->scene->netns_count; i++)
		if (graph_has_frame(graph, i))
			put_netns(graph, i, is_top, text);
	for (uint32_t i = 0; i < graph->clouds_count; i++)
		put_cloud(graph, i, text);
	for (size_t i = 0; i < graph->edges_count; i++)
		if (!graph->scene->links[graph->edges[i].upper].is_hidden)
			put_edge(graph, i, text);
	text_puts(text, "}\n");
}
