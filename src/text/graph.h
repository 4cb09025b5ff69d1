/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A scene as a drawing: what is a node, which lines there are between nodes and
 * which end of one stands above the other. Graphviz, Mermaid and the page are
 * made from it.
 *
 * Nodes are called "l0", lines "e0", namespaces "n0" and VTEPs of other machines
 * "c0" in every format, so that no name from outside stands where it could mean
 * something; inside of labels it is escaped for the format.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scene;
struct scene_remote;
struct text;

enum graph_edge_kind {
	EDGE_PORT,   /* a port and its master */
	EDGE_CABLE,  /* both ends of a veth */
	EDGE_LOWER,  /* a link and the one below it */
	EDGE_TUNNEL, /* a vxlan and the VTEP it sends to */
};

struct graph_edge {
	enum graph_edge_kind kind;
	uint32_t upper, lower; /* links of the scene; `lower` may be a cloud */
	bool to_cloud;         /* `lower` is an index of graph.clouds */
	bool is_level;         /* neither stands above the other */
	bool down, up;         /* of a tunnel: which end sends to the other */
	bool is_lost;          /* who has the address has no such VNI */
	uint8_t sign;          /* enum scene_sign */
};

struct graph {
	const struct scene *scene;
	struct graph_edge *edges;
	const struct scene_remote **clouds; /* VTEPs that are no link of the scene */
	size_t edges_count, edges_room, clouds_count, clouds_room;
	bool has_changes; /* colours tell what differs */
};

void graph_make(struct graph *graph, const struct scene *scene);

/* Accepts a zeroed one. */
void graph_clear(struct graph *graph);

/* In the language of Graphviz; `dot` draws it. */
void graph_dot(const struct graph *graph, struct text *text);

/* A flowchart of Mermaid. */
void graph_mermaid(const struct graph *graph, struct text *text);

/*
 * A page that needs nothing else: the drawing that `dot -Tsvg` made of
 * graph_dot(), with all that is known of what the mouse is over.
 */
void graph_html(const struct graph *graph, const char *svg, size_t length, struct text *text);

/*
 * The drawing that `dot -Tsvg` made, each line of a node's label around its middle. Graphviz
 * places where a line begins, by the widths of its own fonts: with others, the viewer's, labels
 * would lean out of their nodes.
 */
void graph_svg(const char *svg, size_t length, struct text *text);

/* Where the drawing begins in what `dot -Tsvg` prints, behind its prologue; NULL: nowhere. */
const char *graph_svg_start(const char *svg, size_t length);

/* Whether it has a frame: all but the own one when that is empty and others are there. */
bool graph_has_frame(const struct graph *graph, uint32_t netns);

enum graph_node { NODE_NETNS, NODE_LINK, NODE_CLOUD };

/* Takes what is told of a node: "mtu", "1450". */
typedef void graph_fact_function(void *cookie, const char *key, struct text *value);

/*
 * Tells all that is known of a node, of lists (fdb, routes) the first `most`.
 * Nothing is escaped.
 */
void graph_facts(const struct graph *graph, enum graph_node node, uint32_t index, size_t most,
		 graph_fact_function *function, void *cookie);

/* The name of a node or namespace, as it stands in the drawing; not escaped. */
void graph_put_title(const struct graph *graph, enum graph_node node, uint32_t index,
		     struct text *text);
