/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drawings as a page of their own: the SVG inside, and what is known of each node
 * as JSON that a script shows as plain text. The page asks for nothing over the
 * network, which its own policy forbids, too.
 */
#include "text/graph.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "text/scene.h"

enum { LISTED_MOST = 200 };

/* clang-format off */
static const char head[] =
"<!DOCTYPE html>\n"
"<html lang=\"en\">\n"
"<head>\n"
"<meta charset=\"utf-8\">\n"
"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	"style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
"<meta name=\"viewport\" content=\"width=device-width\">\n"
"<title>The network</title>\n"
"<style>\n"
"body { margin: 0; font: 14px/1.4 Helvetica, Arial, sans-serif; color: #0f172a; display: flex; "
	"min-height: 100vh; }\n"
"main { flex: 1; overflow: auto; padding: 1em; }\n"
"main svg { max-width: 100%; height: auto; }\n"
"aside { width: 24em; padding: 1em; background: #f1f5f9; border-left: 1px solid #cbd5e1; "
	"box-sizing: border-box; overflow: auto; max-height: 100vh; position: sticky; top: 0; }\n"
"h1 { font-size: 1.1em; margin: 0 0 .6em; overflow-wrap: anywhere; }\n"
"dl { display: grid; grid-template-columns: max-content 1fr; gap: .15em .8em; margin: 0; }\n"
"dt { color: #475569; }\n"
"dd { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, monospace; "
	"font-size: .92em; }\n"
"dt.mark, dd.mark, dt.differs, dd.differs { color: #b91c1c; }\n"
"ul { list-style: none; padding: .8em 0 0; margin: 1.2em 0 0; border-top: 1px solid #cbd5e1; "
	"color: #475569; }\n"
"li svg, li b { width: 2.6em; height: .9em; vertical-align: middle; margin-right: .6em; "
	"display: inline-block; }\n"
"li b { border: 1px solid #64748b; border-radius: 4px; box-sizing: border-box; }\n"
".node, .cluster { cursor: pointer; }\n"
".near path, .near polygon, .near ellipse { stroke-width: 3.5px; }\n"
".far { opacity: .35; }\n"
"</style>\n"
"</head>\n"
"<body>\n"
"<main>\n";

static const char legend[] =
"</main>\n"
"<aside>\n"
"<div id=\"facts\"><h1>Point at something</h1>A click keeps it.</div>\n"
"<ul>\n"
"<li><b style=\"background:#dbeafe;border-width:2px\"></b>bridge</li>\n"
"<li><b style=\"background:#ede9fe\"></b>vxlan</li>\n"
"<li><svg viewBox=\"0 0 42 12\"><line y1=\"6\" y2=\"6\" x2=\"42\" stroke=\"#0f766e\" "
	"stroke-width=\"2.5\"/></svg>veth: both ends of a cable</li>\n"
"<li><svg viewBox=\"0 0 42 12\"><line y1=\"6\" y2=\"6\" x2=\"42\" stroke=\"#64748b\"/></svg>"
	"port of a bridge</li>\n"
"<li><svg viewBox=\"0 0 42 12\"><line y1=\"6\" y2=\"6\" x2=\"42\" stroke=\"#64748b\" "
	"stroke-dasharray=\"1 4\"/></svg>uses the link below</li>\n"
"<li><svg viewBox=\"0 0 42 12\"><line y1=\"6\" y2=\"6\" x2=\"42\" stroke=\"#7c3aed\" "
	"stroke-width=\"2\" stroke-dasharray=\"5 3\"/></svg>tunnel to a VTEP</li>\n";

static const char legend_of_changes[] =
"<li><b style=\"background:#bbf7d0\"></b>+ is to be made</li>\n"
"<li><b style=\"background:#fef08a\"></b>~ is to be changed</li>\n"
"<li><b style=\"background:#fecaca\"></b>- is to be removed</li>\n";

static const char data[] =
"</ul>\n"
"</aside>\n"
"<script type=\"application/json\" id=\"data\">";

static const char script[] =
"</script>\n"
"<script>\n"
"'use strict';\n"
"const data = JSON.parse(document.getElementById('data').textContent);\n"
"const facts = document.getElementById('facts');\n"
"let kept = null;\n"
"function element(parent, name, text, style) {\n"
"	const made = parent.appendChild(document.createElement(name));\n"
"	made.textContent = text;\n"
"	if (style) made.className = style;\n"
"}\n"
"function show(id) {\n"
"	const node = data.nodes[id];\n"
"	facts.textContent = '';\n"
"	element(facts, 'h1', node.title);\n"
"	const list = facts.appendChild(document.createElement('dl'));\n"
"	let last = '';\n"
"	for (const [key, value] of node.facts) {\n"
"		const style = key === 'mark' || key === 'differs' ? key : '';\n"
"		element(list, 'dt', key === last ? '' : key, style);\n"
"		element(list, 'dd', value, style);\n"
"		last = key;\n"
"	}\n"
"	const near = new Set([id]);\n"
"	for (const [edge, a, b] of data.edges)\n"
"		if (a === id || b === id) near.add(edge).add(a).add(b);\n"
"	for (const shape of document.querySelectorAll('main g.node, main g.edge')) {\n"
"		if (shape.id[0] === 't') continue;\n"
"		shape.classList.toggle('near', near.has(shape.id) && id[0] !== 'n');\n"
"		shape.classList.toggle('far', !near.has(shape.id) && id[0] !== 'n');\n"
"	}\n"
"}\n"
"for (const shape of document.querySelectorAll('main g.node, main g.cluster')) {\n"
"	const id = shape.id.replace('t', 'n');\n"
"	if (!data.nodes[id]) continue;\n"
"	shape.addEventListener('mouseenter', () => { if (!kept) show(id); });\n"
"	shape.addEventListener('click', event => {\n"
"		kept = kept === id ? null : id;\n"
"		show(id);\n"
"		event.preventDefault();\n"
"		event.stopPropagation();\n"
"	});\n"
"}\n"
"document.querySelector('main').addEventListener('click', () => { kept = null; });\n"
"</script>\n"
"</body>\n"
"</html>\n";
/* clang-format on */

static void put_fact(void *cookie, const char *key, struct text *value)
{
	CLEANUP(text_clear) struct text escaped = { 0 };
	struct json *json = cookie;

	/* As elsewhere: what cannot be seen is seen. */
	text_escaped(&escaped, value->bytes, value->length);
	json_open_array(json, NULL);
	json_string(json, NULL, key);
	json_bytes(json, NULL, escaped.bytes, escaped.length);
	json_close_array(json);
}

static void put_node(const struct graph *graph, struct json *json, enum graph_node node,
		     uint32_t index)
{
	static const char letters[] = { [NODE_NETNS] = 'n', [NODE_LINK] = 'l', [NODE_CLOUD] = 'c' };
	CLEANUP(text_clear) struct text id = { 0 };
	CLEANUP(text_clear) struct text title = { 0 };
	CLEANUP(text_clear) struct text escaped = { 0 };

	text_printf(&id, "%c%u", letters[node], index);
	graph_put_title(graph, node, index, &title);
	text_escaped(&escaped, title.bytes, title.length);
	json_open_object(json, text_string(&id));
	json_bytes(json, "title", escaped.bytes, escaped.length);
	json_open_array(json, "facts");
	graph_facts(graph, node, index, LISTED_MOST, put_fact, json);
	json_close_array(json);
	json_close_object(json);
}

static void put_nodes(const struct graph *graph, struct json *json)
{
	json_open_object(json, "nodes");
	for (uint32_t i = 0; i < graph->scene->netns_count; i++)
		if (graph_has_frame(graph, i))
			put_node(graph, json, NODE_NETNS, i);
	for (uint32_t i = 0; i < graph->scene->links_count; i++)
		if (!graph->scene->links[i].is_hidden)
			put_node(graph, json, NODE_LINK, i);
	for (uint32_t i = 0; i < graph->clouds_count; i++)
		put_node(graph, json, NODE_CLOUD, i);
	json_close_object(json);
}

static void put_id(struct json *json, char letter, size_t index)
{
	char id[24];

	snprintf(id, sizeof(id), "%c%zu", letter, index);
	json_string(json, NULL, id);
}

static void put_edges(const struct graph *graph, struct json *json)
{
	json_open_array(json, "edges");
	for (size_t i = 0; i < graph->edges_count; i++) {
		const struct graph_edge *edge = &graph->edges[i];

		json_open_array(json, NULL);
		put_id(json, 'e', i);
		put_id(json, 'l', edge->upper);
		put_id(json, edge->to_cloud ? 'c' : 'l', edge->lower);
		json_close_array(json);
	}
	json_close_array(json);
}

/* Within a script element "</" and "<!--" mean something to HTML: JSON can do without brackets. */
static void put_data(const struct graph *graph, struct text *text)
{
	CLEANUP(text_clear) struct text plain = { 0 };
	struct json json = { .out = &plain };

	json_open_object(&json, NULL);
	put_nodes(graph, &json);
	put_edges(graph, &json);
	json_close_object(&json);
	for (size_t i = 0; i < plain.length; i++) {
		if (strchr("<>&", plain.bytes[i]))
			text_printf(text, "\\u%04x", (unsigned)plain.bytes[i]);
		else
			text_char(text, plain.bytes[i]);
	}
}

void graph_html(const struct graph *graph, const char *svg, size_t length, struct text *text)
{
	const char *start = graph_svg_start(svg, length);

	text_puts(text, head);
	if (start)
		graph_svg(start, length - (size_t)(start - svg), text);
	text_puts(text, legend);
	if (graph->has_changes)
		text_puts(text, legend_of_changes);
	text_puts(text, data);
	put_data(graph, text);
	text_puts(text, script);
}
