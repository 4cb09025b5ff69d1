/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawings: which lines there are, what stands above what, and that names stay names. */
#include "support/scene.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "model/lab.h"
#include "plan/compare.h"
#include "plan/overlay.h"
#include "text/graph.h"
#include "text/xml.h"

#define HEAD "ovl: 1\nlab: demo\n"
#define TWO_HOSTS                                                                              \
	HEAD "wires: [[a/eth0, b/eth0]]\n"                                                     \
	     "hosts:\n"                                                                        \
	     "  a:\n"                                                                          \
	     "    links:\n"                                                                    \
	     "      eth0: {addr: [10.23.0.1/16]}\n"                                            \
	     "      br0: {type: bridge}\n"                                                     \
	     "      v1: {master: br0}\n"                                                       \
	     "      vx0: {type: vxlan, id: 333, remotes: [10.23.0.2, 10.23.0.9], dev: eth0,\n" \
	     "            master: br0}\n"                                                      \
	     "    netns: {n1: {links: {eth0: {peer: host/v1, addr: [10.10.0.1/24]}}}}\n"       \
	     "  b: {links: {eth0: {addr: [10.23.0.2/16]},\n"                                   \
	     "              vx0: {type: vxlan, id: 333, remote: 10.23.0.1, dev: eth0},\n"      \
	     "              vx1: {type: vxlan, id: 4, remote: 10.23.0.1, dev: eth0}}}\n"

/* "a/v1 > a/br0": who stands above whom; "=" where neither does. */
static void put_end(const struct graph *graph, bool is_cloud, uint32_t index, struct text *text)
{
	if (is_cloud) {
		graph_put_title(graph, NODE_CLOUD, index, text);
		return;
	}
	graph_put_title(graph, NODE_NETNS, graph->scene->links[index].netns, text);
	text_char(text, '/');
	graph_put_title(graph, NODE_LINK, index, text);
}

static void put_edges(const struct graph *graph, struct text *text)
{
	for (size_t i = 0; i < graph->edges_count; i++) {
		const struct graph_edge *edge = &graph->edges[i];

		put_end(graph, false, edge->upper, text);
		text_puts(text, edge->is_level ? " = " : " > ");
		put_end(graph, edge->to_cloud, edge->lower, text);
		if (edge->kind == EDGE_TUNNEL)
			text_printf(text, "%s%s%s", edge->down ? " down" : "",
				    edge->up ? " up" : "", edge->is_lost ? " lost" : "");
		text_char(text, '\n');
	}
}

static void a_bridge_is_between_its_containers_and_what_leads_elsewhere(void **state)
{
	CLEANUP(pictured_clear) struct pictured pictured = { 0 };
	CLEANUP(graph_clear) struct graph graph = { 0 };

	(void)state;
	pictured_parse(&pictured, TWO_HOSTS);
	picture(&pictured, NULL);
	graph_make(&graph, &pictured.scene);
	put_edges(&graph, &pictured.text);
	assert_string_equal(text_string(&pictured.text), "b/eth0 > a/eth0\n"
							 "a/v1 > a/br0\n"
							 "a.n1/eth0 > a/v1\n"
							 "a/br0 > a/vx0\n"
							 "a/vx0 > a/eth0\n"
							 "b/vx0 > b/eth0\n"
							 "b/vx1 > b/eth0\n"
							 "a/eth0 = b/vx1 up lost\n"
							 "a/vx0 = b/vx0 down up\n"
							 "a/vx0 > 10.23.0.9 down\n");
}

static void draw(struct pictured *pictured, void (*function)(const struct graph *, struct text *))
{
	CLEANUP(graph_clear) struct graph graph = { 0 };

	graph_make(&graph, &pictured->scene);
	function(&graph, &pictured->text);
}

static void page(const struct graph *graph, struct text *text)
{
	static const char svg[] = "<?xml?><!DOCTYPE svg><svg></svg>\n";

	graph_html(graph, svg, strlen(svg), text);
}

/* None of the formats lets anything through that was not spelled for it. */
static void assert_harmless(const char *text)
{
	for (const char *at = text; *at; at++)
		assert_true((unsigned char)*at >= ' ' || *at == '\n' || *at == '\t');
	assert_null(strstr(text, "\xff"));
	assert_null(strstr(text, "\xc2\x9b"));
	assert_null(strstr(text, "\xe2\x80\xae"));
}

static size_t count(const char *text, const char *part)
{
	size_t found = 0;

	for (; (text = strstr(text, part)); text++)
		found++;
	return found;
}

static void dot_takes_no_orders_from_names(void **state)
{
	CLEANUP(pictured_clear) struct pictured pictured = { 0 };

	(void)state;
	pictured_hostile(&pictured);
	picture(&pictured, NULL);
	draw(&pictured, graph_dot);
	assert_harmless(text_string(&pictured.text));
	/* In a label for XML, in a tooltip for an escString. */
	assert_non_null(strstr(pictured.text.bytes,
			       "<b>&quot;&#39;;&lt;b&gt;&amp;\\\\\\\\N\\\\x1b[2J</b>"));
	assert_non_null(
		strstr(pictured.text.bytes, "tooltip=\"\\\"';<b>&amp;\\\\\\\\N\\\\x1b[2J\\n"));
	assert_non_null(strstr(pictured.text.bytes, "\\nalias: </script><script>alert(1)"));
}

static void mermaid_takes_no_orders_from_names(void **state)
{
	CLEANUP(pictured_clear) struct pictured pictured = { 0 };
	const char *line;

	(void)state;
	pictured_hostile(&pictured);
	picture(&pictured, NULL);
	draw(&pictured, graph_mermaid);
	assert_harmless(text_string(&pictured.text));
	assert_non_null(
		strstr(pictured.text.bytes, "\"#34;#39;#59;#60;b#62;#38;#92;#92;N#92;x1b#91;2J"));
	/* A line has one label, between two quotes. */
	for (line = pictured.text.bytes; *line; line += strcspn(line, "\n") + 1) {
		size_t quotes = 0;

		for (size_t i = 0; line[i] != '\n'; i++)
			quotes += line[i] == '"';
		assert_true(!quotes || quotes == 2);
	}
}

static void a_page_takes_no_orders_from_names(void **state)
{
	CLEANUP(pictured_clear) struct pictured pictured = { 0 };
	const char *data, *end;

	(void)state;
	pictured_hostile(&pictured);
	picture(&pictured, NULL);
	draw(&pictured, page);
	assert_harmless(text_string(&pictured.text));
	assert_int_equal(count(pictured.text.bytes, "<script"), 2);
	assert_int_equal(count(pictured.text.bytes, "</script"), 2);
	data = strstr(pictured.text.bytes, "id=\"data\">");
	assert_non_null(data);
	data += strlen("id=\"data\">");
	end = strchr(data, '<');
	assert_int_equal(strncmp(end, "</script>\n<script>", strlen("</script>\n<script>")), 0);
	assert_non_null(strstr(data, "\\u003c/script\\u003e\\u003cscript\\u003ealert(1)"));
}

static void a_page_asks_for_nothing(void **state)
{
	CLEANUP(pictured_clear) struct pictured pictured = { 0 };
	const char *text;

	(void)state;
	pictured_parse(&pictured, TWO_HOSTS);
	picture(&pictured, NULL);
	draw(&pictured, page);
	text = text_string(&pictured.text);
	assert_non_null(strstr(text, "default-src 'none'"));
	assert_null(strstr(text, "http:"));
	assert_null(strstr(text, "https:"));
	assert_null(strstr(text, "src=\""));
	assert_null(strstr(text, "DOCTYPE svg"));
	assert_non_null(strstr(text, "<svg></svg>"));
}

/* Lines as `dot -Tsvg` writes them. */
static void labels_are_around_the_middle_of_their_nodes(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };
	static const char drawn[] =
		"<g id=\"n0\" class=\"cluster\">\n"
		"<path fill=\"#fff\" d=\"M12,-8C12,-8 88,-8 88,-8\"/>\n"
		"<text text-anchor=\"start\" x=\"20\" y=\"-9\">frame</text>\n"
		"<g id=\"l0\" class=\"node\">\n"
		"<g id=\"a_l0\"><a xlink:title=\"l0\">\n"
		"<path fill=\"#fff\" d=\"M67.5,-343C67.5,-343 28.5,-343 28.5,-343 22.5,-343 "
		"16.5,-337\"/>\n"
		"<text text-anchor=\"start\" x=\"31.5\" y=\"-330.4\">lo</text>\n"
		"<text text-anchor=\"start\" x=\"25.5\" y=\"-320\"> x=&quot;1&quot;</text>\n"
		"<g id=\"t0\" class=\"node\">\n"
		"<text text-anchor=\"start\" x=\"20\" y=\"-9\">red</text>\n"
		"<g id=\"c0\" class=\"node\">\n"
		"<ellipse fill=\"#fff\" cx=\"-7\" cy=\"3\" rx=\"9\" ry=\"4\"/>\n"
		"<text text-anchor=\"start\" x=\"-11\" y=\"2\">192.0.2.7</text>\n"
		"<g id=\"e0\" class=\"edge\">\n"
		"<text text-anchor=\"start\" x=\"1\" y=\"2\">";

	(void)state;
	graph_svg(drawn, strlen(drawn), &text);
	assert_string_equal(
		text_string(&text),
		"<g id=\"n0\" class=\"cluster\">\n"
		"<path fill=\"#fff\" d=\"M12,-8C12,-8 88,-8 88,-8\"/>\n"
		"<text text-anchor=\"start\" x=\"20\" y=\"-9\">frame</text>\n"
		"<g id=\"l0\" class=\"node\">\n"
		"<g id=\"a_l0\"><a xlink:title=\"l0\">\n"
		"<path fill=\"#fff\" d=\"M67.5,-343C67.5,-343 28.5,-343 28.5,-343 22.5,-343 "
		"16.5,-337\"/>\n"
		"<text text-anchor=\"middle\" x=\"42\" y=\"-330.4\">lo</text>\n"
		"<text text-anchor=\"middle\" x=\"42\" y=\"-320\"> x=&quot;1&quot;</text>\n"
		"<g id=\"t0\" class=\"node\">\n"
		"<text text-anchor=\"start\" x=\"20\" y=\"-9\">red</text>\n"
		"<g id=\"c0\" class=\"node\">\n"
		"<ellipse fill=\"#fff\" cx=\"-7\" cy=\"3\" rx=\"9\" ry=\"4\"/>\n"
		"<text text-anchor=\"middle\" x=\"-7\" y=\"2\">192.0.2.7</text>\n"
		"<g id=\"e0\" class=\"edge\">\n"
		"<text text-anchor=\"start\" x=\"1\" y=\"2\">");
}

static void xml_has_its_own_characters_as_entities(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };

	(void)state;
	xml_put(&text, "<a href='\"'>&amp;\n\\", 19);
	assert_string_equal(text_string(&text),
			    "&lt;a href=&#39;&quot;&#39;&gt;&amp;amp;\\x0a\\\\");
}

/* The kernel has the first network, wanted is the second. */
static void what_differs_is_said_of_each_object(void **state)
{
	CLEANUP(pictured_clear) struct pictured have = { 0 };
	CLEANUP(topology_clear) struct topology want = { 0 };
	CLEANUP(comparison_clear) struct comparison comparison = { 0 };
	CLEANUP(overlay_clear) struct overlay overlay = { 0 };
	const struct topology_options none = { 0 };
	const struct compare_options how = { .adopt = true };
	static const char wanted[] =
		HEAD "links:\n"
		     "  br0: {type: bridge, forward_delay: 4s}\n"
		     "  vx0: {type: vxlan, id: 7, remotes: [192.0.2.1, 192.0.2.3], master: br0}\n"
		     "  vx1: {type: vxlan, id: 8}\n";
	struct error error = { 0 };
	struct scene_options options = { 0 };

	(void)state;
	pictured_parse(&have, HEAD "links:\n"
				   "  br0: {type: bridge, forward_delay: 15s}\n"
				   "  vx0: {type: vxlan, id: 7, remotes: [192.0.2.1, 192.0.2.2]}\n"
				   "  old: {type: bridge}\n");
	for (size_t i = 0; i < have.topology.network.objects[OBJECT_LINK].count; i++) {
		struct link *link = network_at(&have.topology.network, OBJECT_LINK, i);

		link->index = (uint32_t)i + 1;
		link->alias.id = names_of(have.context.names, "ovl:demo");
		link->group = lab_group("demo");
		ATTR_MARK(&link_table, link, link, alias);
		ATTR_MARK(&link_table, link, link, group);
	}
	assert_int_equal(topology_parse("f", wanted, strlen(wanted), &none, &have.context, &want,
					NULL, NULL, &error),
			 0);
	assert_int_equal(
		compare(&have.topology.network, &want.network, "demo", &how, &comparison, &error),
		0);
	overlay_make(&overlay, &have.topology.network, &want.network, &comparison, &have.context);
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		options.changes[type] = overlay.changes[type];
	scene_make(&have.scene, &overlay.network, &have.context, &options);
	for (size_t i = 0; i < have.scene.links_count; i++) {
		const struct scene_link *link = &have.scene.links[i];

		text_printf(&have.text, "%c %s %s\n", " +~-"[link->change->sign],
			    names_text(have.context.names, link->link->name.id),
			    link -> change -> what ? link -> change -> what : "");
		for (uint32_t r = 0; r < link->remotes.count; r++)
			text_printf(&have.text, "%c to .%u\n",
				    " +~-"[have.scene.remotes[link->remotes.at + r].sign],
				    have.scene.remotes[link->remotes.at + r].address.bytes[3]);
	}
	assert_string_equal(text_string(&have.text), "~ br0 forward_delay 1500 → 400\n"
						     "- old \n"
						     "~ vx0 master none → br0\n"
						     "  to .1\n"
						     "- to .2\n"
						     "+ to .3\n"
						     "+ vx1 \n");
	draw(&have, graph_mermaid);
	assert_non_null(strstr(text_string(&have.text), "  class l3 added\n"));
	assert_non_null(strstr(text_string(&have.text), "  class l1 removed\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bridge_is_between_its_containers_and_what_leads_elsewhere),
		cmocka_unit_test(dot_takes_no_orders_from_names),
		cmocka_unit_test(mermaid_takes_no_orders_from_names),
		cmocka_unit_test(a_page_takes_no_orders_from_names),
		cmocka_unit_test(a_page_asks_for_nothing),
		cmocka_unit_test(labels_are_around_the_middle_of_their_nodes),
		cmocka_unit_test(xml_has_its_own_characters_as_entities),
		cmocka_unit_test(what_differs_is_said_of_each_object),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
