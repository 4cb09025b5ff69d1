/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl graph`: the network drawn, as it runs or as a topology file says. */
#include "text/graph.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/lab.h"
#include "command/list.h"
#include "command/view.h"
#include "kernel/netns.h"
#include "kernel/process_filter.h"
#include "plan/overlay.h"

/* What is drawn: one of these holds the objects of the scene. */
struct drawing {
	struct view view;
	struct lab lab;
	struct overlay overlay;
	struct scene scene;
	struct graph graph;
};

static void drawing_clear(struct drawing *drawing)
{
	graph_clear(&drawing->graph);
	scene_clear(&drawing->scene);
	overlay_clear(&drawing->overlay);
	lab_clear(&drawing->lab);
	view_clear(&drawing->view);
}

static int look_at_kernel(struct request *request, struct drawing *drawing, struct error *error)
{
	const struct picture_options picture = { .overview = true, .closer = true };
	int r = view_take_all(request, &drawing->view, error);

	if (!r)
		r = view_read(request, &picture, &drawing->view, error);
	if (!r)
		graph_make(&drawing->graph, &drawing->view.scene);
	return r;
}

/* Asks no kernel. */
static int look_at_file(struct request *request, struct words *words, struct drawing *drawing,
			struct error *error)
{
	const struct scene_options options = { .family = request->options.family,
					       .details = request->options.details,
					       .is_drawn = true };
	struct attr_context context = request_context(request);
	int r = lab_load_alone(request, words, &drawing->lab, error);

	if (r < 0)
		return r;
	scene_make(&drawing->scene, &drawing->lab.topology.network, &context, &options);
	graph_make(&drawing->graph, &drawing->scene);
	return 0;
}

static int look_at_difference(struct request *request, struct words *words, struct drawing *drawing,
			      struct error *error)
{
	struct attr_context context = request_context(request);
	struct scene_options options = view_options(request, &drawing->view);
	int r = lab_load(request, words, &drawing->lab, error);

	options.is_drawn = true;
	if (!r)
		r = lab_compare(request, &drawing->lab, error);
	if (r < 0)
		return r;
	overlay_make(&drawing->overlay, &drawing->lab.have, &drawing->lab.topology.network,
		     &drawing->lab.comparison, &context);
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		options.changes[type] = drawing->overlay.changes[type];
	scene_make(&drawing->scene, &drawing->overlay.network, &context, &options);
	graph_make(&drawing->graph, &drawing->scene);
	lab_finish(request, &drawing->lab);
	return 0;
}

/* Graphviz's own program places the nodes; there is nothing to fall back on. */
static int run_dot(const struct drawing *drawing, struct text *svg, struct error *error)
{
	CLEANUP(text_clear) struct text source = { 0 };
	char *argv[] = { (char[]){ "dot" }, (char[]){ "-Tsvg" }, NULL };
	int status, r;

	graph_dot(&drawing->graph, &source);
	r = process_filter(argv, &source, svg, &status, error);
	if (r < 0)
		return r;
	if (status == EXEC_NOT_FOUND)
		return error_set(error, 0,
				 "svg and html are drawn by 'dot' of Graphviz, which is not "
				 "installed: --format dot and mermaid need nothing");
	if (status || !graph_svg_start(svg->bytes, svg->length))
		return error_set(error, 0, "'dot' of Graphviz made no drawing (status %d)", status);
	return 0;
}

static int draw(struct request *request, const struct drawing *drawing, struct error *error)
{
	CLEANUP(text_clear) struct text svg = { 0 };
	const char *format = request->options.format ? request->options.format : "dot";
	int r;

	if (!strcmp(format, "dot")) {
		graph_dot(&drawing->graph, request->out);
		return 0;
	}
	if (!strcmp(format, "mermaid")) {
		graph_mermaid(&drawing->graph, request->out);
		return 0;
	}
	r = run_dot(drawing, &svg, error);
	if (r < 0)
		return r;
	if (!strcmp(format, "svg"))
		graph_svg(svg.bytes, svg.length, request->out);
	else
		graph_html(&drawing->graph, svg.bytes, svg.length, request->out);
	return 0;
}

static int graph(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(drawing_clear) struct drawing drawing = { 0 };
	int r;

	if (request->options.json)
		return error_usage(error, "a drawing is no JSON: 'ovl -j show' says the same");
	if (request->options.diff && !words_peek(words))
		return error_usage(error, "--diff: a FILE is needed");
	if (!words_peek(words))
		r = look_at_kernel(request, &drawing, error);
	else if (request->options.diff)
		r = look_at_difference(request, words, &drawing, error);
	else
		r = look_at_file(request, words, &drawing, error);
	return r < 0 ? r : draw(request, &drawing, error);
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "",
	  "",
	  "[FILE]",
	  "draw all namespaces and what connects them, or what a topology file asks for",
	  graph,
	  0,
	  { NULL } },
};
/* clang-format on */

const struct command command_graph = {
	.name = "graph",
	.help = "the network as a drawing",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
};
