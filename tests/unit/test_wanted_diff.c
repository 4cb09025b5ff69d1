/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wanted against what was wanted: what came and went, and what is not named any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "model/link.h"
#include "plan/diff_print.h"
#include "plan/wanted_diff.h"
#include "topology/topology.h"

#define HEAD "ovl: 1\nlab: demo\n"

struct desk {
	struct attr_context context;
	struct topology before, after;
	struct comparison comparison;
	struct text text;
};

static void desk_clear(struct desk *desk)
{
	comparison_clear(&desk->comparison);
	topology_clear(&desk->before);
	topology_clear(&desk->after);
	text_clear(&desk->text);
	names_free(&desk->context.names);
}

static void parse(struct desk *desk, const char *yaml, const char *host, struct topology *topology)
{
	const struct topology_options options = { .host = host };
	CLEANUP(text_clear) struct text whole = { 0 };
	struct error error = { 0 };

	text_printf(&whole, HEAD "%s", yaml);
	if (topology_parse("f", text_string(&whole), whole.length, &options, &desk->context,
			   topology, NULL, NULL, &error) < 0)
		fail_msg("%s", error.text);
}

static void desk_init(struct desk *desk, const char *before, const char *host, const char *after)
{
	*desk = (struct desk){ .context.names = names_new() };
	parse(desk, before, host, &desk->before);
	parse(desk, after, NULL, &desk->after);
}

static const char *told(struct desk *desk)
{
	const struct diff_options options = { .lab = "demo" };

	wanted_diff(&desk->before.network, &desk->after.network, &desk->comparison);
	diff_print(&desk->comparison, &desk->context, &options, &desk->text);
	return text_string(&desk->text);
}

static void assert_diff(const char *before, const char *after, const char *expected)
{
	CLEANUP(desk_clear) struct desk desk;

	desk_init(&desk, before, NULL, after);
	assert_string_equal(told(&desk), expected);
}

static void what_is_the_same_is_not_told(void **state)
{
	const char *yaml =
		"links: {br0: {type: bridge, mtu: null}, vx: {type: vxlan, id: 7, remotes: "
		"[10.0.0.2, 10.0.0.3], altname: other}}\n"
		"netns: {n: {links: {e: {peer: host/v}}, sysctl: {net.ipv4.ip_forward: 1}}}\n"
		"routes: [default dev br0, {to: 10.5.0.0/16, nexthop: [dev br0, via 10.0.0.2]}]\n";

	(void)state;
	assert_diff(yaml, yaml, "");
}

static void what_comes_and_goes_is_told_by_namespace(void **state)
{
	(void)state;
	assert_diff("links: {br0: {type: bridge}, d0: {type: dummy, addr: 10.0.0.1/24}}\n"
		    "netns: {old: {}}\n",
		    "links: {br0: {type: bridge}, v0: {master: br0}}\n"
		    "netns: {n: {links: {e: {peer: host/v0, addr: 10.0.0.2/24}}}}\n",
		    "host\n"
		    "  - link d0\n"
		    "  + link v0  type veth, peer n/e, up on, master br0\n"
		    "  - addr 10.0.0.1/24 dev d0\n"
		    "netns n\n"
		    "  + netns n\n"
		    "  + link e  type veth, peer host/v0, up on\n"
		    "  + addr 10.0.0.2/24 dev e\n"
		    "netns old\n"
		    "  - netns old\n");
}

static void each_of_the_three_states_is_told(void **state)
{
	(void)state;
	assert_diff("links: {a: {type: dummy, mtu: 1400, promisc: off, txqueuelen: 7}, b: {type: "
		    "vxlan, id: 7, learning: off}}\n",
		    "links: {a: {type: dummy, mtu: null, address: 02:00:00:00:00:01}, b: {type: "
		    "vxlan, id: 7, learning: null}}\n",
		    "host\n"
		    "  ~ link a  promisc off -> none, mtu 1400 -> null, txqueuelen 7 -> none, "
		    "address none -> 02:00:00:00:00:01\n"
		    "  ~ link b  learning off -> null\n");
}

static void whose_it_is_is_told(void **state)
{
	(void)state;
	assert_diff("links: {a: {mtu: 1400}, b: {type: bridge, adopt: true}}\nnetns: {n: {}}\n",
		    "links: {a: {mtu: 1400, manage: patch}, b: {type: bridge}}\nnetns: {n: "
		    "{manage: patch}}\n",
		    "host\n"
		    "  ~ link a  manage none -> patch\n"
		    "  ~ link b  manage adopt -> none, up none -> on\n"
		    "netns n\n"
		    "  ~ netns n  manage none -> patch\n");
}

static void another_kind_or_end_is_a_change(void **state)
{
	(void)state;
	assert_diff("links: {a: {type: vxlan, id: 7}, v: {type: veth, peer: w}}\n",
		    "links: {a: {type: bridge, stp_state: on}, v: {type: veth, peer: x}}\n",
		    "host\n"
		    "  ~ link a  type vxlan -> bridge, stp_state none -> on\n"
		    "  ~ link v  peer w -> x\n"
		    "  - link w\n"
		    "  + link x  type veth, peer v, up on\n");
}

static void entries_are_told_by_what_tells_them_apart(void **state)
{
	(void)state;
	assert_diff(
		"links: {vx: {type: vxlan, id: 7, remotes: [10.0.0.2, 10.0.0.3]}}\n"
		"arp: [10.0.0.9 lladdr 02:00:00:00:00:01 dev vx]\n"
		"routes: [10.5.0.0/16 via 10.0.0.1, 10.6.0.0/16 via 10.0.0.1, {to: 10.7.0.0/16, "
		"nexthop: [dev vx, via 10.0.0.2]}]\n"
		"sysctl: {net.ipv4.ip_forward: 1, net.ipv4.conf.vx.rp_filter: 0}\n"
		"fdb: [02:00:00:00:00:01 dev vx dst 10.0.0.2]\n",
		"links: {vx: {type: vxlan, id: 7, remotes: [10.0.0.3, 10.0.0.4]}}\n"
		"arp: [10.0.0.9 lladdr 02:00:00:00:00:02 dev vx]\n"
		"routes: [10.5.0.0/16 via 10.0.0.2, 10.6.0.0/16 via 10.0.0.1 metric 7, {to: "
		"10.7.0.0/16, nexthop: [dev vx, via 10.0.0.3]}]\n"
		"sysctl: {net.ipv4.ip_forward: 0}\n"
		"fdb: [02:00:00:00:00:01 dev vx dst 10.0.0.3]\n",
		"host\n"
		"  ~ arp 10.0.0.9 dev vx  lladdr 02:00:00:00:00:01 -> 02:00:00:00:00:02\n"
		"  - fdb 00:00:00:00:00:00 dev vx self dst 10.0.0.2\n"
		"  ~ fdb 02:00:00:00:00:01 dev vx self dst 10.0.0.3  dst 10.0.0.2 -> 10.0.0.3\n"
		"  + fdb 00:00:00:00:00:00 dev vx self dst 10.0.0.4  state permanent\n"
		"  ~ route 10.5.0.0/16  via 10.0.0.1 -> 10.0.0.2\n"
		"  - route 10.6.0.0/16\n"
		"  ~ route 10.7.0.0/16  nexthops nexthop dev vx weight 1 nexthop via 10.0.0.2 "
		"weight 1 -> nexthop dev vx weight 1 nexthop via 10.0.0.3 weight 1\n"
		"  + route 10.6.0.0/16 metric 7  via 10.0.0.1\n"
		"  ~ sysctl net.ipv4.ip_forward  value 1 -> 0\n"
		"  - sysctl net.ipv4.conf.vx.rp_filter\n");
}

static void what_a_file_says_without_words_is_no_difference(void **state)
{
	CLEANUP(desk_clear) struct desk desk;
	const struct attr *up = ATTR_ROW(&link_table, link, up);
	struct network *network;

	(void)state;
	desk_init(&desk, "netns: {n: {links: {d: {type: dummy}}}}\nlinks: {b: {type: bridge}}\n",
		  NULL, "netns: {n: {links: {d: {type: dummy}}}}\nlinks: {b: {type: bridge}}\n");
	network = &desk.before.network;
	/* As commands make them: without `up`, and without the namespace's `lo`. */
	for (size_t i = 0; i < network->objects[OBJECT_LINK].count; i++) {
		struct link *link = network_at(network, OBJECT_LINK, i);

		attr_drop(&link_table, link, up);
		if (!strcmp(names_text(desk.context.names, link->name.id), "lo"))
			network_remove(network, OBJECT_LINK, i);
	}
	assert_string_equal(told(&desk), "");
	assert_int_equal(desk.comparison.totals[ACTION_NONE], 3);
	assert_diff("netns: {n: {}}\n", "netns: {n: {links: {lo: {mtu: 9000}}}}\n",
		    "netns n\n  ~ link lo  mtu none -> 9000\n");
	assert_diff("links: {}\n", "links: {eth0: {manage: patch, addr: 10.0.0.1/24}}\n",
		    "host\n  + addr 10.0.0.1/24 dev eth0\n");
}

static void the_end_of_a_segment_is_somebody_elses(void **state)
{
	CLEANUP(desk_clear) struct desk desk;

	(void)state;
	desk_init(&desk,
		  "hosts: {a: {links: {eth0: {mtu: 1400}}}, b: {}}\nwires: [[a/eth0, b/eth0]]\n",
		  "a", "links: {eth0: {mtu: 1400, manage: patch}}\n");
	assert_string_equal(told(&desk), "");
}

static void json_says_the_same(void **state)
{
	CLEANUP(desk_clear) struct desk desk;
	const struct diff_options options = { .lab = "demo" };
	struct json json = { .out = &desk.text };

	(void)state;
	desk_init(&desk, "links: {a: {type: dummy, mtu: 1400}}\n", NULL,
		  "links: {a: {type: dummy}}\n");
	wanted_diff(&desk.before.network, &desk.after.network, &desk.comparison);
	diff_json(&desk.comparison, &desk.context, &options, &json);
	assert_non_null(strstr(text_string(&desk.text),
			       "\"attributes\":[{\"name\":\"mtu\",\"before\":\"1400\",\"after\":"
			       "null,\"forces_replace\":false}]"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_the_same_is_not_told),
		cmocka_unit_test(what_comes_and_goes_is_told_by_namespace),
		cmocka_unit_test(each_of_the_three_states_is_told),
		cmocka_unit_test(whose_it_is_is_told),
		cmocka_unit_test(another_kind_or_end_is_a_change),
		cmocka_unit_test(entries_are_told_by_what_tells_them_apart),
		cmocka_unit_test(what_a_file_says_without_words_is_no_difference),
		cmocka_unit_test(the_end_of_a_segment_is_somebody_elses),
		cmocka_unit_test(json_says_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
