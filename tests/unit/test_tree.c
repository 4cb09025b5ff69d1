/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network as a tree: what stands where, within the width, with the characters there are. */
#include "support/scene.h"

#include "base/cleanup.h"
#include "base/json.h"
#include "model/fdb.h"
#include "model/uapi.h"
#include "text/tree.h"

static void print(struct pictured *pictured, size_t width, bool utf8)
{
	const struct tree_options options = { .width = width, .utf8 = utf8 };

	tree_print(&pictured->scene, &options, &pictured->text);
}

static void assert_tree(const char *yaml, size_t width, bool utf8, const char *expected)
{
	CLEANUP(pictured_clear) struct pictured pictured = { 0 };

	pictured_parse(&pictured, yaml);
	picture(&pictured, NULL);
	print(&pictured, width, utf8);
	assert_string_equal(text_string(&pictured.text), expected);
}

#define HEAD "ovl: 1\nlab: demo\n"
#define TWO_HOSTS                                                                                \
	HEAD "wires: [[a/eth0, b/eth0]]\n"                                                       \
	     "hosts:\n"                                                                          \
	     "  a:\n"                                                                            \
	     "    links:\n"                                                                      \
	     "      eth0: {addr: [10.23.0.1/16]}\n"                                              \
	     "      br0: {type: bridge}\n"                                                       \
	     "      v1: {master: br0, port: {isolated: on}}\n"                                   \
	     "      vx0: {type: vxlan, id: 333, remotes: [10.23.0.2], dev: eth0, master: br0}\n" \
	     "    netns: {n1: {links: {eth0: {peer: host/v1, addr: [10.10.0.1/24]}},\n"          \
	     "                 routes: [default via 10.10.0.9]}}\n"                              \
	     "  b: {links: {eth0: {addr: [10.23.0.2/16]},\n"                                     \
	     "              vx0: {type: vxlan, id: 333, remote: 10.23.0.1, up: off}}}\n"

static void ports_stand_below_their_bridge_and_ends_name_each_other(void **state)
{
	(void)state;
	assert_tree(TWO_HOSTS, 80, true,
		    "┌ a ──────────────────────────────────────────────────┐\n"
		    "│ br0     bridge                                      │\n"
		    "│ ├─ v1   veth ↔ eth0 in a.n1  [isolated]             │\n"
		    "│ └─ vx0  vxlan vni 333 → 10.23.0.2 (1 fdb)  dev eth0 │\n"
		    "│ eth0    veth ↔ eth0 in b  10.23.0.1/16              │\n"
		    "└─────────────────────────────────────────────────────┘\n"
		    "┌ a.n1 ───────────────────────────────────────────────┐\n"
		    "│ eth0  veth ↔ v1 in a  10.10.0.1/24                  │\n"
		    "│ default via 10.10.0.9                               │\n"
		    "└─────────────────────────────────────────────────────┘\n"
		    "┌ b ──────────────────────────────────────────────────┐\n"
		    "│ eth0  veth ↔ eth0 in a  10.23.0.2/16                │\n"
		    "│ vx0   vxlan vni 333 → 10.23.0.1 (1 fdb)  [down]     │\n"
		    "└─────────────────────────────────────────────────────┘\n");
}

static void without_utf8_lines_are_plain(void **state)
{
	(void)state;
	assert_tree(TWO_HOSTS, 80, false,
		    "+ a ---------------------------------------------------+\n"
		    "| br0     bridge                                       |\n"
		    "| |- v1   veth <-> eth0 in a.n1  [isolated]            |\n"
		    "| `- vx0  vxlan vni 333 -> 10.23.0.2 (1 fdb)  dev eth0 |\n"
		    "| eth0    veth <-> eth0 in b  10.23.0.1/16             |\n"
		    "+------------------------------------------------------+\n"
		    "+ a.n1 ------------------------------------------------+\n"
		    "| eth0  veth <-> v1 in a  10.10.0.1/24                 |\n"
		    "| default via 10.10.0.9                                |\n"
		    "+------------------------------------------------------+\n"
		    "+ b ---------------------------------------------------+\n"
		    "| eth0  veth <-> eth0 in a  10.23.0.2/16               |\n"
		    "| vx0   vxlan vni 333 -> 10.23.0.1 (1 fdb)  [down]     |\n"
		    "+------------------------------------------------------+\n");
}

static void what_is_too_wide_goes_on_below(void **state)
{
	(void)state;
	assert_tree(TWO_HOSTS, 40, true,
		    "┌ a ───────────────────────────────────┐\n"
		    "│ br0     bridge                       │\n"
		    "│ ├─ v1   veth ↔ eth0 in a.n1          │\n"
		    "│ │       [isolated]                   │\n"
		    "│ └─ vx0  vxlan vni 333 → 10.23.0.2 (1 │\n"
		    "│         fdb)  dev eth0               │\n"
		    "│ eth0    veth ↔ eth0 in b             │\n"
		    "│         10.23.0.1/16                 │\n"
		    "└──────────────────────────────────────┘\n"
		    "┌ a.n1 ────────────────────────────────┐\n"
		    "│ eth0  veth ↔ v1 in a  10.10.0.1/24   │\n"
		    "│ default via 10.10.0.9                │\n"
		    "└──────────────────────────────────────┘\n"
		    "┌ b ───────────────────────────────────┐\n"
		    "│ eth0  veth ↔ eth0 in a  10.23.0.2/16 │\n"
		    "│ vx0   vxlan vni 333 → 10.23.0.1 (1   │\n"
		    "│       fdb)  [down]                   │\n"
		    "└──────────────────────────────────────┘\n");
}

/* As the kernel tells of a network in which much is not as it should be. */
static void what_deserves_a_second_look_is_marked(void **state)
{
	CLEANUP(pictured_clear) struct pictured pictured = { 0 };
	struct link *link;

	(void)state;
	pictured_parse(&pictured,
		       HEAD "links:\n"
			    "  br0: {type: bridge}\n"
			    "  v0: {type: veth, peer: v9, mtu: 1400}\n"
			    "  v1: {type: veth, peer: v8, master: br0, mtu: 1500}\n"
			    "  v8: {mtu: 1500}\n"
			    "  v9: {mtu: 1500}\n"
			    "  vx0: {type: vxlan, id: 7, dev: v9, mtu: 1450, master: br0}\n"
			    "  vx1: {type: vxlan, id: 8, mtu: 1430, master: br0}\n");
	pictured_link(&pictured, "vx0")->mtu = 1500;
	link = pictured_link(&pictured, "v0");
	link->up = false;
	pictured_link(&pictured, "br0")->no_carrier = true;
	link = pictured_link(&pictured, "v1");
	link->port.state = BR_STATE_LISTENING;
	ATTR_MARK(&bridge_port_table, bridge_port, &link->port, state);
	picture(&pictured, NULL);
	print(&pictured, 80, false);
	assert_string_equal(
		text_string(&pictured.text),
		"+ host ----------------------------------------------------------------+\n"
		"| br0     bridge  [no carrier]                                         |\n"
		"| |- v1   veth <-> v8  [listening]                                     |\n"
		"| |- vx0  vxlan vni 7 -> nowhere  dev v9  [mtu 1500 + 50 > 1500 of v9] |\n"
		"| `- vx1  vxlan vni 8 -> nowhere  [mtu 1430 < 1500 of v1]              |\n"
		"| v0      veth <-> v9  [down]  [mtu 1400 < 1500 of v9]                 |\n"
		"| v8      veth <-> v1                                                  |\n"
		"| v9      veth <-> v0                                                  |\n"
		"+----------------------------------------------------------------------+\n");
}

static void a_namespace_without_a_name_has_a_process_s(void **state)
{
	CLEANUP(pictured_clear) struct pictured pictured = { 0 };
	struct link *link;

	(void)state;
	pictured_parse(&pictured, HEAD "links: {v0: {type: veth, peer: v1}, lo: {}}\n");
	link = pictured_link(&pictured, "v1");
	link->netns.id = names_of(pictured.context.names, "pid:7");
	pictured_link(&pictured, "v0")->peer_netns = link->netns;
	picture(&pictured, NULL);
	print(&pictured, 80, false);
	assert_string_equal(text_string(&pictured.text),
			    "+ host --------------------------------+\n"
			    "| v0  veth <-> v1 in pid 7 (nginx)     |\n"
			    "+--------------------------------------+\n"
			    "+ pid 7 (nginx) -----------------------+\n"
			    "| v1  veth <-> v0 in host              |\n"
			    "+--------------------------------------+\n");
}

/* Every line is as wide as the others and not wider than was asked for. */
static void assert_fits(struct text *text, size_t width)
{
	const char *line = text_string(text);

	while (*line) {
		size_t length = strcspn(line, "\n");

		assert_true(text_width(line, length) <= width);
		line += length + 1;
	}
}

static void names_from_outside_move_no_terminal_and_break_no_frame(void **state)
{
	(void)state;
	for (int utf8 = 0; utf8 < 2; utf8++) {
		for (size_t width = 40; width < 130; width += 13) {
			CLEANUP(pictured_clear) struct pictured pictured = { 0 };
			const struct scene_options options = { .details = true };
			const char *at;

			pictured_hostile(&pictured);
			picture(&pictured, &options);
			print(&pictured, width, utf8);
			assert_fits(&pictured.text, width);
			for (at = text_string(&pictured.text); *at; at++) {
				assert_true((unsigned char)*at >= ' ' || *at == '\n');
				assert_true(utf8 || (unsigned char)*at < 0x7f);
			}
			if (width > 110)
				assert_non_null(strstr(pictured.text.bytes, "\\x1b[2J"));
			assert_null(strstr(pictured.text.bytes, "\xff"));
			assert_null(strstr(pictured.text.bytes, "\xe2\x80\xae"));
		}
	}
}

static void many_remotes_are_cut_short_unless_details_are_wanted(void **state)
{
	(void)state;
	for (int details = 0; details < 2; details++) {
		CLEANUP(pictured_clear) struct pictured pictured = { 0 };
		const struct scene_options options = { .details = details };

		pictured_parse(&pictured, HEAD "links: {vx0: {type: vxlan, id: 7, "
					       "remotes: [192.0.2.$(i=1..20)]}}\n");
		picture(&pictured, &options);
		print(&pictured, 80, false);
		assert_int_equal(!strstr(text_string(&pictured.text), "and 12 more"), details);
		assert_int_equal(!!strstr(text_string(&pictured.text), "192.0.2.20 (1 fdb)"),
				 details);
		assert_fits(&pictured.text, 80);
	}
}

static void the_json_has_ports_inside_their_bridge_and_the_far_end_of_a_tunnel(void **state)
{
	CLEANUP(pictured_clear) struct pictured pictured = { 0 };
	struct json json = { .out = &pictured.text };

	(void)state;
	pictured_parse(&pictured, TWO_HOSTS);
	picture(&pictured, NULL);
	tree_json(&pictured.scene, &json);
	assert_non_null(strstr(text_string(&pictured.text),
			       "\"ports\":[{\"ifname\":\"v1\",\"kind\":\"veth\""));
	assert_non_null(strstr(pictured.text.bytes,
			       "\"remotes\":[{\"dst\":\"10.23.0.2\",\"entries\":1,"
			       "\"netns\":\"b\",\"ifname\":\"vx0\"}]"));
	assert_non_null(strstr(pictured.text.bytes, "\"marks\":[\"isolated\"]"));
	assert_non_null(strstr(pictured.text.bytes,
			       "\"routes\":[{\"dst\":\"default\",\"gateway\":\"10.10.0.9\""));
}

/* A file may say so, the kernel never: it is shown once and nobody runs in circles. */
static void bridges_that_are_ports_of_each_other_are_shown(void **state)
{
	CLEANUP(pictured_clear) struct pictured pictured = { 0 };
	struct link *a, *b;

	(void)state;
	pictured_parse(&pictured, HEAD "links: {a: {type: bridge}, b: {type: bridge}}\n");
	a = pictured_link(&pictured, "a");
	b = pictured_link(&pictured, "b");
	a->master = b->name;
	b->master = a->name;
	picture(&pictured, NULL);
	print(&pictured, 80, false);
	assert_non_null(strstr(text_string(&pictured.text), "`- b"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_stand_below_their_bridge_and_ends_name_each_other),
		cmocka_unit_test(without_utf8_lines_are_plain),
		cmocka_unit_test(what_is_too_wide_goes_on_below),
		cmocka_unit_test(what_deserves_a_second_look_is_marked),
		cmocka_unit_test(a_namespace_without_a_name_has_a_process_s),
		cmocka_unit_test(names_from_outside_move_no_terminal_and_break_no_frame),
		cmocka_unit_test(many_remotes_are_cut_short_unless_details_are_wanted),
		cmocka_unit_test(
			the_json_has_ports_inside_their_bridge_and_the_far_end_of_a_tunnel),
		cmocka_unit_test(bridges_that_are_ports_of_each_other_are_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
