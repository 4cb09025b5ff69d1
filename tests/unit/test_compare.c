/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two pictures compared: how they differ, and the steps that make one of the other, in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "model/address.h"
#include "model/fdb.h"
#include "model/lab.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/uapi.h"
#include "plan/compare.h"
#include "plan/diff_print.h"
#include "plan/former.h"
#include "support/real.h"
#include "text/former.h"
#include "topology/topology.h"

#define LAB "ovl: 1\nlab: demo\n"

struct pair {
	struct attr_context context;
	struct topology have, want;
	struct compare_options options;
	struct comparison comparison;
	struct text told;
	struct error error;
	int result;
};

static void pair_clear(struct pair *pair)
{
	comparison_clear(&pair->comparison);
	topology_clear(&pair->have);
	topology_clear(&pair->want);
	text_clear(&pair->told);
	names_free(&pair->context.names);
}

static void parse(struct pair *pair, const char *yaml, struct topology *topology)
{
	const struct topology_options options = { 0 };

	if (topology_parse("f", yaml, strlen(yaml), &options, &pair->context, topology, NULL, NULL,
			   &pair->error) < 0)
		fail_msg("%s", pair->error.text);
}

static void read_pair(struct pair *pair, const char *have, const char *want)
{
	*pair = (struct pair){ .context.names = names_new() };
	parse(pair, have, &pair->have);
	parse(pair, want, &pair->want);
	make_real(pair->context.names, &pair->have.network);
}

static void run(struct pair *pair)
{
	pair->result = compare(&pair->have.network, &pair->want.network, "demo", &pair->options,
			       &pair->comparison, &pair->error);
}

static void assert_told(struct pair *pair, const char *expected)
{
	const struct diff_options options = { .lab = "demo" };

	run(pair);
	assert_int_equal(pair->result, 0);
	diff_print(&pair->comparison, &pair->context, &options, &pair->told);
	assert_string_equal(text_string(&pair->told), expected);
}

static void assert_steps(struct pair *pair, const char *expected)
{
	uint8_t stage = 0;

	run(pair);
	assert_int_equal(pair->result, 0);
	plan_print(&pair->comparison.plan, &pair->context, &pair->told);
	assert_string_equal(text_string(&pair->told), expected);
	for (size_t i = 0; i < pair->comparison.plan.count; i++) {
		assert_true(pair->comparison.steps[i].stage >= stage);
		stage = pair->comparison.steps[i].stage;
		assert_true(pair->comparison.steps[i].difference < pair->comparison.count);
	}
}

static void assert_steps_without_groups(struct pair *pair, const char *expected)
{
	run(pair);
	assert_int_equal(pair->result, 0);
	plan_print(&pair->comparison.plan, &pair->context, &pair->told);
	drop_groups(&pair->told);
	assert_string_equal(text_string(&pair->told), expected);
}

#define DIFF(have, want, expected)                    \
	do {                                          \
		CLEANUP(pair_clear) struct pair pair; \
		read_pair(&pair, LAB have, LAB want); \
		assert_told(&pair, expected);         \
	} while (0)
#define PLAN(have, want, expected)                            \
	do {                                                  \
		CLEANUP(pair_clear) struct pair pair;         \
		read_pair(&pair, LAB have, LAB want);         \
		assert_steps_without_groups(&pair, expected); \
	} while (0)

static void what_is_as_wanted_has_no_difference(void **state)
{
	(void)state;
	DIFF("links: {br0: {type: bridge, addr: [10.0.0.1/24]}}\nroutes: [10.1.0.0/16 via "
	     "10.0.0.2]\n",
	     "links: {br0: {type: bridge, addr: [10.0.0.1/24]}}\nroutes: [10.1.0.0/16 via "
	     "10.0.0.2]\n",
	     "");
}

static void what_is_not_named_is_not_compared(void **state)
{
	(void)state;
	DIFF("links: {br0: {type: bridge, ageing_time: 10s, mtu: 1400}}\n",
	     "links: {br0: {type: bridge}}\n", "");
}

static void a_value_that_changes_shows_before_and_after(void **state)
{
	(void)state;
	DIFF("links: {br0: {type: bridge, mtu: 1500}}\n",
	     "links: {br0: {type: bridge, mtu: 1400}}\n", "host\n  ~ link br0  mtu 1500 -> 1400\n");
}

static void a_fixed_attribute_that_changes_replaces_the_link(void **state)
{
	(void)state;
	DIFF("links: {vx0: {type: vxlan, id: 42}}\n", "links: {vx0: {type: vxlan, id: 7}}\n",
	     "host\n  -/+ link vx0  id 42 -> 7 (forces a replacement)\n");
}

static void another_kind_replaces_the_link(void **state)
{
	(void)state;
	DIFF("links: {x: {type: bridge}}\n", "links: {x: {type: ifb}}\n",
	     "host\n  -/+ link x  type bridge -> ifb (forces a replacement)\n");
}

static void another_address_family_of_a_remote_replaces_a_vxlan(void **state)
{
	(void)state;
	DIFF("links: {vx0: {type: vxlan, id: 7, remote: 10.0.0.1}}\n",
	     "links: {vx0: {type: vxlan, id: 7, remote: 10.0.0.2}}\n",
	     "host\n  ~ link vx0  remote 10.0.0.1 -> 10.0.0.2\n");
	DIFF("links: {vx0: {type: vxlan, id: 7, remote: 10.0.0.1}}\n",
	     "links: {vx0: {type: vxlan, id: 7, remote: 'fd00::1'}}\n",
	     "host\n  -/+ link vx0  remote 10.0.0.1 -> fd00::1 (forces a replacement)\n");
}

static void another_other_end_replaces_both(void **state)
{
	(void)state;
	DIFF("links: {a: {type: veth, peer: b}, b: {}}\n",
	     "links: {a: {type: veth, peer: c}, c: {}}\n",
	     "host\n"
	     "  -/+ link a  peer b -> c (forces a replacement)\n"
	     "  + link c  type veth, peer a, up on\n"
	     "  - link b\n");
	PLAN("links: {a: {type: veth, peer: b}, b: {}}\n",
	     "links: {a: {type: veth, peer: c}, c: {}}\n",
	     "- link a\n"
	     "+ link a up type veth peer name c\n"
	     "~ link a alias ovl:demo\n"
	     "~ link c alias ovl:demo\n"
	     "~ link c up\n");
}

static void null_asks_for_the_default(void **state)
{
	(void)state;
	DIFF("links: {br0: {type: bridge, ageing_time: 10s}}\n",
	     "links: {br0: {type: bridge, ageing_time: null}}\n",
	     "host\n  ~ link br0  ageing_time 1000 -> 30000\n");
	DIFF("links: {br0: {type: bridge}, a: {type: ifb, master: br0}}\n",
	     "links: {br0: {type: bridge}, a: {type: ifb, master: null}}\n",
	     "host\n  ~ link a  master br0 -> none\n");
}

static void a_link_that_is_down_comes_up(void **state)
{
	(void)state;
	DIFF("links: {br0: {type: bridge, up: off}}\n", "links: {br0: {type: bridge}}\n",
	     "host\n  ~ link br0  up off -> on\n");
	DIFF("links: {br0: {type: bridge}}\n", "links: {br0: {type: bridge, up: off}}\n",
	     "host\n  ~ link br0  up on -> off\n");
}

static void what_the_file_no_longer_names_goes(void **state)
{
	(void)state;
	DIFF("links: {br0: {type: bridge}, br1: {type: bridge, addr: [10.0.0.1/24]}}\n",
	     "links: {br0: {type: bridge}}\n", "host\n  - link br1\n");
	DIFF("links: {br0: {type: bridge, addr: [10.0.0.1/24, 10.0.1.1/24]}}\n",
	     "links: {br0: {type: bridge, addr: [10.0.0.1/24]}}\n",
	     "host\n  - addr 10.0.1.1/24 dev br0\n");
}

static void without_prune_it_stays(void **state)
{
	CLEANUP(pair_clear) struct pair pair;

	(void)state;
	read_pair(&pair, LAB "links: {br0: {type: bridge}, br1: {type: bridge}}\n",
		  LAB "links: {br0: {type: bridge}}\n");
	pair.options.no_prune = true;
	assert_told(&pair, "");
}

static void a_foreign_link_is_left_alone(void **state)
{
	(void)state;
	DIFF("links: {eth9: {manage: patch, mtu: 1500, addr: [10.0.0.1/24]}}\n"
	     "routes: [10.1.0.0/16 dev eth9]\n",
	     "links: {br0: {type: bridge}}\n", "host\n  + link br0  type bridge, up on\n");
}

static void a_foreign_link_that_is_named_is_a_conflict(void **state)
{
	CLEANUP(pair_clear) struct pair pair;

	(void)state;
	read_pair(&pair, LAB "links: {br0: {type: bridge, manage: patch}}\n",
		  LAB "links: {br0: {type: bridge, mtu: 1400}}\n");
	assert_told(&pair, "host\n  ! link br0: it exists and is not the lab's own\n");
	assert_int_equal(comparison_exit(&pair.comparison), EXIT_CONFLICT);
	assert_int_equal(pair.comparison.plan.count, 0);
}

static void adopted_it_gets_an_alias(void **state)
{
	CLEANUP(pair_clear) struct pair pair;

	(void)state;
	read_pair(&pair, LAB "links: {br0: {type: bridge, manage: patch, mtu: 1500}}\n",
		  LAB "links: {br0: {type: bridge, adopt: true, mtu: 1400}}\n");
	assert_steps(&pair, "~ link br0 mtu 1400 alias ovl:demo:adopted\n");
	assert_int_equal(pair.comparison.totals[ACTION_ADOPT], 1);
}

static void patched_it_only_changes(void **state)
{
	(void)state;
	PLAN("links: {br0: {type: bridge, manage: patch, mtu: 1500}}\n",
	     "links: {br0: {manage: patch, mtu: 1400}}\n", "~ link br0 mtu 1400\n");
	DIFF("links: {vx0: {type: vxlan, id: 7, manage: patch}}\n",
	     "links: {vx0: {type: vxlan, id: 8, manage: patch}}\n",
	     "host\n  ! link vx0  id 7 -> 8 (forces a replacement): 'id' is fixed when it is made, "
	     "and it is not the lab's to be made anew\n");
}

static void another_labs_link_is_a_conflict_that_names_it(void **state)
{
	CLEANUP(pair_clear) struct pair pair;
	struct link *link;

	(void)state;
	read_pair(&pair, LAB "links: {br0: {type: bridge}}\n",
		  LAB "links: {br0: {type: bridge}}\n");
	link = network_at(&pair.have.network, OBJECT_LINK, 0);
	link->alias.id = lab_alias(pair.context.names, "prod", false, "");
	link->group = lab_group("prod");
	pair.options.adopt = true;
	assert_told(&pair, "host\n  ! link br0: it belongs to the lab 'prod'\n");
}

static void hashes_that_meet_are_refused(void **state)
{
	CLEANUP(pair_clear) struct pair pair;
	struct link *link;

	(void)state;
	read_pair(&pair, LAB "links: {br0: {type: bridge}}\n",
		  LAB "links: {br0: {type: bridge}}\n");
	link = network_at(&pair.have.network, OBJECT_LINK, 0);
	link->alias.id = lab_alias(pair.context.names, "prod", false, "");
	assert_told(&pair,
		    "host\n  ! link br0: the names of the labs 'demo' and 'prod' have the same "
		    "hash: one of them needs another name\n");
}

static void a_link_without_its_alias_gets_it_back(void **state)
{
	CLEANUP(pair_clear) struct pair pair;
	struct link *link;

	(void)state;
	read_pair(&pair, LAB "links: {br0: {type: bridge}}\n",
		  LAB "links: {br0: {type: bridge}}\n");
	link = network_at(&pair.have.network, OBJECT_LINK, 0);
	link->alias.id = 0;
	assert_steps(&pair, "~ link br0 alias ovl:demo\n");
}

static void what_others_refer_to_is_made_first(void **state)
{
	(void)state;
	PLAN("",
	     "links:\n"
	     "  a: {type: veth, peer: n1/b, master: br0, port: {isolated: on}}\n"
	     "  br0: {type: bridge, addr: [10.0.0.1/24]}\n"
	     "  m0: {type: macvlan, link: br0, mode: bridge}\n"
	     "netns: {n1: {links: {b: {addr: [10.0.0.2/24]}}, routes: [default via 10.0.0.1],\n"
	     "             arp: [10.0.0.9 lladdr 02:00:00:00:00:09 dev b]}}\n"
	     "fdb: [02:00:00:00:00:01 dev a]\n",
	     "+ netns n1\n"
	     "~ n1: link lo alias ovl:demo\n"
	     "+ link br0 type bridge\n"
	     "+ link a up master br0 type veth peer name b netns n1\n"
	     "+ link m0 link br0 up type macvlan mode bridge\n"
	     "~ link br0 alias ovl:demo\n"
	     "~ link a alias ovl:demo\n"
	     "~ n1: link b alias ovl:demo\n"
	     "~ link m0 alias ovl:demo\n"
	     "~ link a type bridge_slave isolated on\n"
	     "+ addr 10.0.0.1/24 dev br0\n"
	     "+ n1: addr 10.0.0.2/24 dev b\n"
	     "~ n1: link b up\n"
	     "~ n1: link lo up\n"
	     "~ link br0 up\n"
	     "+ n1: arp 10.0.0.9 dev b lladdr 02:00:00:00:00:09 nud permanent\n"
	     "+ fdb 02:00:00:00:00:01 dev a master static\n"
	     "+ n1: route default via 10.0.0.1\n");
}

static void what_goes_goes_last_and_in_reverse(void **state)
{
	(void)state;
	PLAN("netns: {n1: {links: {br0: {type: bridge, addr: [10.0.0.1/24]}}}, n2: {}}\n"
	     "links: {br1: {type: bridge}}\nroutes: [10.1.0.0/16 dev br1]\n",
	     "links: {br1: {type: bridge}}\n",
	     "- route 10.1.0.0/16 dev br1\n"
	     "- netns n2\n"
	     "- netns n1\n");
}

static void a_vni_is_free_before_it_is_taken(void **state)
{
	(void)state;
	PLAN("links: {old: {type: vxlan, id: 7}}\n", "links: {new: {type: vxlan, id: 7}}\n",
	     "- link old\n"
	     "+ link new up type vxlan id 7 dstport 4789\n"
	     "~ link new alias ovl:demo\n");
}

static void what_falls_with_a_replaced_link_is_made_again(void **state)
{
	(void)state;
	PLAN("links:\n  vx0: {type: vxlan, id: 7, master: br0, addr: [10.0.0.1/24]}\n"
	     "  br0: {type: bridge}\nroutes: [10.1.0.0/16 via 10.0.0.2 dev vx0]\n"
	     "fdb: [02:00:00:00:00:01 dev vx0 dst 10.0.0.9]\n",
	     "links:\n  vx0: {type: vxlan, id: 8, master: br0, addr: [10.0.0.1/24]}\n"
	     "  br0: {type: bridge}\nroutes: [10.1.0.0/16 via 10.0.0.2 dev vx0]\n"
	     "fdb: [02:00:00:00:00:01 dev vx0 dst 10.0.0.9]\n",
	     "- link vx0\n"
	     "+ link vx0 up master br0 type vxlan id 8 dstport 4789\n"
	     "~ link vx0 alias ovl:demo\n"
	     "+ addr 10.0.0.1/24 dev vx0\n"
	     "+ fdb 02:00:00:00:00:01 dev vx0 self dst 10.0.0.9 permanent\n"
	     "+ route 10.1.0.0/16 via 10.0.0.2 dev vx0\n");
	/* … and that alone is what differs. */
	DIFF("links: {vx0: {type: vxlan, id: 7, addr: [10.0.0.1/24]}}\n",
	     "links: {vx0: {type: vxlan, id: 8, addr: [10.0.0.1/24]}}\n",
	     "host\n  -/+ link vx0  id 7 -> 8 (forces a replacement)\n");
}

static void the_ports_of_a_replaced_bridge_come_back(void **state)
{
	(void)state;
	PLAN("links: {x: {type: bridge}, p: {type: ifb, master: x, port: {isolated: on}}}\n",
	     "links: {x: {type: bridge, numtxqueues: 2}, p: {type: ifb, master: x, port: "
	     "{isolated: on}}}\n",
	     "- link x\n"
	     "+ link x numtxqueues 2 type bridge\n"
	     "~ link x alias ovl:demo\n"
	     "~ link p master x\n"
	     "~ link p type bridge_slave isolated on\n"
	     "~ link x up\n");
}

static void a_foreign_port_of_a_bridge_that_falls_is_a_conflict(void **state)
{
	(void)state;
	DIFF("links: {x: {type: bridge}, p: {type: ifb, manage: patch, master: x}}\n",
	     "links: {y: {type: bridge}}\n",
	     "host\n"
	     "  ! link p: it would no longer be a port of 'x'\n"
	     "  + link y  type bridge, up on\n"
	     "  - link x\n");
}

static void a_link_on_a_replaced_one_is_replaced(void **state)
{
	(void)state;
	DIFF("links: {u: {type: ifb, numtxqueues: 1}, vx0: {type: vxlan, id: 7, dev: u}}\n",
	     "links: {u: {type: ifb, numtxqueues: 2}, vx0: {type: vxlan, id: 7, dev: u}}\n",
	     "host\n"
	     "  -/+ link u  numtxqueues 1 -> 2 (forces a replacement)\n"
	     "  -/+ link vx0: it falls with 'u'\n");
}

static void secondaries_come_back_when_their_primary_goes(void **state)
{
	CLEANUP(pair_clear) struct pair pair;
	struct link_address *second;

	(void)state;
	read_pair(&pair, LAB "links: {br0: {type: bridge, addr: [10.0.0.1/24, 10.0.0.2/24]}}\n",
		  LAB "links: {br0: {type: bridge, addr: [10.0.0.2/24]}}\n");
	second = network_at(&pair.have.network, OBJECT_ADDRESS, 1);
	second->secondary = true;
	assert_steps(&pair, "- addr 10.0.0.1/24 dev br0\n"
			    "+ addr 10.0.0.2/24 dev br0\n");
	assert_true(pair.comparison.plan.steps[1].may_exist);
}

static void a_flood_list_has_many_destinations(void **state)
{
	(void)state;
	DIFF("links: {vx0: {type: vxlan, id: 7, remotes: [10.0.0.1, 10.0.0.2]}}\n",
	     "links: {vx0: {type: vxlan, id: 7, remotes: [10.0.0.2, 10.0.0.3]}}\n",
	     "host\n"
	     "  + fdb 00:00:00:00:00:00 dev vx0 self dst 10.0.0.3  state permanent\n"
	     "  - fdb 00:00:00:00:00:00 dev vx0 self dst 10.0.0.1\n");
	DIFF("links: {vx0: {type: vxlan, id: 7}}\nfdb: [02:00:00:00:00:01 dev vx0 dst 10.0.0.1]\n",
	     "links: {vx0: {type: vxlan, id: 7}}\nfdb: [02:00:00:00:00:01 dev vx0 dst 10.0.0.2]\n",
	     "host\n  ~ fdb 02:00:00:00:00:01 dev vx0 self dst 10.0.0.2  dst 10.0.0.1 -> "
	     "10.0.0.2\n");
}

#define VX "links: {vx0: {type: vxlan, external: on, vnifilter: on, vnis: "

static void vnis_are_compared_one_by_one_however_they_are_ranged(void **state)
{
	(void)state;
	DIFF(VX "[100-110]}}\n", VX "[100, 101-105, 106-110]}}\n", "");
	DIFF(VX "[100-110]}}\n", VX "[100-104, 106-112]}}\n",
	     "host\n"
	     "  + vni dev vx0 vni 111-112\n"
	     "  - vni dev vx0 vni 105\n");
	DIFF(VX "[100-110]}}\n", VX "['100-110 remote 10.0.0.2']}}\n",
	     "host\n"
	     "  -/+ vni dev vx0 vni 100-110 remote 10.0.0.2  remote none -> 10.0.0.2 (forces a "
	     "replacement)\n");
	DIFF(VX "['100-102 remote 10.0.0.2']}}\n", VX "[101]}}\n",
	     "host\n"
	     "  -/+ vni dev vx0 vni 101  remote 10.0.0.2 -> none (forces a replacement)\n"
	     "  - vni dev vx0 vni 100 remote 10.0.0.2\n"
	     "  - vni dev vx0 vni 102 remote 10.0.0.2\n");
}

static void a_route_that_goes_another_way_differs(void **state)
{
	(void)state;
	DIFF("links: {br0: {type: bridge}}\nroutes: [10.1.0.0/16 via 10.0.0.2 dev br0]\n",
	     "links: {br0: {type: bridge}}\nroutes: [10.1.0.0/16 dev br0]\n",
	     "host\n  ~ route 10.1.0.0/16  via 10.0.0.2 -> none\n");
	DIFF("links: {br0: {type: bridge}}\n"
	     "routes: [10.1.0.0/16 nexthop via 10.0.0.2 dev br0 nexthop via 10.0.0.3 dev br0]\n",
	     "links: {br0: {type: bridge}}\n"
	     "routes: [10.1.0.0/16 nexthop via 10.0.0.2 dev br0 nexthop via 10.0.0.4 dev br0]\n",
	     "host\n  ~ route 10.1.0.0/16  nexthops "
	     "nexthop via 10.0.0.2 dev br0 weight 1 nexthop via 10.0.0.3 dev br0 weight 1 -> "
	     "nexthop via 10.0.0.2 dev br0 weight 1 nexthop via 10.0.0.4 dev br0 weight 1\n");
}

static void on_a_foreign_link_entries_say_whose_they_are(void **state)
{
	(void)state;
	PLAN("links: {e: {type: ifb, manage: patch}}\n",
	     "links: {e: {manage: patch, addr: [10.0.0.1/24]}}\nroutes: [10.1.0.0/16 dev e]\n"
	     "arp: [10.0.0.9 lladdr 02:00:00:00:00:09 dev e]\n",
	     "+ addr 10.0.0.1/24 dev e proto 111\n"
	     "+ arp 10.0.0.9 dev e lladdr 02:00:00:00:00:09 nud permanent protocol 111\n"
	     "+ route 10.1.0.0/16 dev e proto ovl\n");
}

static void there_only_the_last_file_says_what_may_go(void **state)
{
	CLEANUP(pair_clear) struct pair pair;
	struct topology last = { 0 };

	(void)state;
	read_pair(&pair,
		  LAB "links: {e: {type: ifb, manage: patch}}\n"
		      "routes: [10.1.0.0/16 dev e proto ovl, 10.2.0.0/16 dev e proto ovl, "
		      "10.3.0.0/16 dev e]\n",
		  LAB "links: {e: {manage: patch}}\n");
	run(&pair);
	assert_int_equal(pair.comparison.count, 0);
	comparison_clear(&pair.comparison);
	parse(&pair,
	      LAB "links: {e: {manage: patch}}\nroutes: [10.1.0.0/16 dev e, 10.3.0.0/16 dev e]\n",
	      &last);
	pair.options.last = &last.network;
	assert_told(&pair, "host\n  - route 10.1.0.0/16\n");
	topology_clear(&last);
}

/* Before Linux 5.18 no address has a protocol, whoever put it there. */
static void an_address_that_cannot_be_marked_is_the_labs_when_its_last_file_says_so(void **state)
{
	static const char *const want = LAB "links: {e: {manage: patch}}\n";
	static const char *const have[] = {
		LAB "links: {e: {type: ifb, manage: patch, addr: [10.0.0.1/24, 10.1.0.1/24]}}\n",
		LAB "links: {e: {type: ifb, manage: patch, addr: [10.0.0.1/24, 10.1.0.1/24 proto "
		    "3]}}\n",
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		CLEANUP(pair_clear) struct pair pair;
		struct topology last = { 0 };

		read_pair(&pair, have[i], want);
		parse(&pair, LAB "links: {e: {manage: patch, addr: [10.0.0.1/24]}}\n", &last);
		pair.options.last = &last.network;
		assert_told(&pair, i ? "" : "host\n  - addr 10.0.0.1/24 dev e\n");
		topology_clear(&last);
	}
}

static void a_bridge_has_room_for_1023_ports(void **state)
{
	CLEANUP(pair_clear) struct pair pair;

	(void)state;
	read_pair(&pair, LAB,
		  LAB "links: {br0: {type: bridge}, 'p$(i=1..1023)': {type: ifb, master: br0}}\n");
	run(&pair);
	assert_int_equal(pair.result, 0);
}

static void json_says_it_all(void **state)
{
	CLEANUP(pair_clear) struct pair pair;
	const struct diff_options options = { .lab = "demo", .file = "f" };
	struct json json = { 0 };

	(void)state;
	read_pair(&pair, LAB "links: {vx0: {type: vxlan, id: 42}}\n",
		  LAB "links: {vx0: {type: vxlan, id: 7}}\n");
	run(&pair);
	json.out = &pair.told;
	diff_json(&pair.comparison, &pair.context, &options, &json);
	assert_string_equal(
		text_string(&pair.told),
		"{\"format\":1,\"lab\":\"demo\",\"summary\":{\"create\":0,\"change\":0,"
		"\"replace\":1,\"delete\":0,\"adopt\":0,\"conflict\":0,\"unchanged\":0},"
		"\"changes\":[{\"netns\":null,\"object\":\"link\",\"name\":\"vx0\","
		"\"action\":\"replace\",\"attributes\":[{\"name\":\"id\",\"before\":\"42\","
		"\"after\":\"7\",\"forces_replace\":true}],\"file\":\"f\",\"line\":3,"
		"\"column\":9}]}");
}

/* A comparison whose cost grew with the square would take minutes. */
static void many_entries_take_no_time(void **state)
{
	CLEANUP(pair_clear) struct pair pair;
	struct timespec before, after;

	(void)state;
	read_pair(&pair,
		  LAB "links: {br0: {type: bridge, addr: [10.0.0.1/24]}, vx0: {type: vxlan, id: 7, "
		      "remotes: ['10.16.$(f=0..79).$(g=1..250)']}}\n"
		      "routes: ['10.$(i=1..200).$(j=1..250).0/24 via 10.0.0.2 dev br0']\n"
		      "fdb: ['02:00:00:00:$(k=10..89):$(l=10..99) dev vx0 dst 10.0.0.9']\n",
		  LAB "links: {br0: {type: bridge, addr: [10.0.0.1/24]}, vx0: {type: vxlan, id: 7, "
		      "remotes: ['10.16.$(f=0..79).$(g=1..250)']}}\n"
		      "routes: ['10.$(i=1..200).$(j=1..250).0/24 via 10.0.0.2 dev br0']\n"
		      "fdb: ['02:00:00:00:$(k=10..89):$(l=10..99) dev vx0 dst 10.0.0.9']\n");
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	run(&pair);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	assert_int_equal(pair.comparison.count, 0);
	assert_true(pair.comparison.totals[ACTION_NONE] > 70000);
	assert_true(after.tv_sec - before.tv_sec < 5);
	if (getenv("SHOW_TIMES"))
		printf("%zu in %.1f ms\n", pair.comparison.totals[ACTION_NONE],
		       (double)(after.tv_sec - before.tv_sec) * 1e3 +
			       (double)(after.tv_nsec - before.tv_nsec) / 1e6);
}

/* --- What was somebody else's */

/* A lab's `last` file, what was there before it, and the network as that file made it. */
struct release {
	struct pair pair;
	struct topology last, former;
};

static void release_clear(struct release *release)
{
	topology_clear(&release->last);
	topology_clear(&release->former);
	pair_clear(&release->pair);
}

static void read_release(struct release *release, const char *have, const char *last,
			 const char *former, const char *want)
{
	read_pair(&release->pair, have, want);
	parse(&release->pair, last, &release->last);
	parse(&release->pair, former, &release->former);
	release->pair.options.last = &release->last.network;
	release->pair.options.former = &release->former.network;
}

#define PATCHED LAB "links: {eth0: {manage: patch, type: ifb, mtu: 1400, txqueuelen: 9}}\n"
#define FORMER LAB "links: {eth0: {manage: patch, mtu: 1500, txqueuelen: 77}}\n"

static void what_no_file_names_any_more_is_as_it_was_before_the_lab(void **state)
{
	CLEANUP(release_clear) struct release release = { 0 };

	(void)state;
	read_release(&release, PATCHED, PATCHED, FORMER, LAB);
	assert_told(&release.pair, "host\n  ~ link eth0  mtu 1400 -> 1500, txqueuelen 9 -> 77\n");
}

static void one_value_goes_back_and_another_is_still_wanted(void **state)
{
	CLEANUP(release_clear) struct release release = { 0 };

	(void)state;
	read_release(&release, PATCHED, PATCHED, FORMER,
		     LAB "links: {eth0: {manage: patch, mtu: 1300}}\n");
	assert_steps(&release.pair, "~ link eth0 mtu 1300 txqueuelen 77\n");
}

static void what_somebody_changed_since_is_left_and_told(void **state)
{
	CLEANUP(release_clear) struct release release = { 0 };

	(void)state;
	read_release(&release, LAB "links: {eth0: {manage: patch, type: ifb, mtu: 1333}}\n",
		     PATCHED, LAB "links: {eth0: {manage: patch, mtu: 1500}}\n", LAB);
	assert_told(&release.pair, "");
	assert_string_equal(text_string(&release.pair.comparison.left), "mtu of 'eth0'");
}

static void without_the_former_values_or_the_last_file_all_stays(void **state)
{
	CLEANUP(release_clear) struct release lost = { 0 }, unknown = { 0 }, kept = { 0 };

	(void)state;
	read_release(&lost, PATCHED, PATCHED, FORMER, LAB);
	lost.pair.options.former = NULL;
	assert_told(&lost.pair, "");
	read_release(&unknown, PATCHED, PATCHED, FORMER, LAB);
	unknown.pair.options.last = NULL;
	assert_told(&unknown.pair, "");
	read_release(&kept, PATCHED, PATCHED, FORMER, LAB);
	kept.pair.options.no_prune = true;
	assert_told(&kept.pair, "");
}

static void a_value_the_last_file_did_not_name_is_left_over_and_means_nothing(void **state)
{
	CLEANUP(release_clear) struct release release = { 0 };

	(void)state;
	read_release(&release, PATCHED, LAB "links: {eth0: {manage: patch, mtu: 1400}}\n", FORMER,
		     LAB);
	assert_told(&release.pair, "host\n  ~ link eth0  mtu 1400 -> 1500\n");
}

static void a_port_goes_back_to_its_bridge_as_it_was_there(void **state)
{
	static const char *const have =
		LAB "links: {br0: {type: bridge}, theirs: {manage: patch, type: bridge},"
		    " eth0: {manage: patch, type: ifb, master: br0}}\n";
	CLEANUP(release_clear) struct release release = { 0 }, gone = { 0 };

	(void)state;
	read_release(&release, have, have,
		     LAB "links: {eth0: {manage: patch, master: theirs, port: {priority: 9}}}\n",
		     LAB);
	assert_steps(&release.pair, "~ link eth0 master theirs\n"
				    "~ link eth0 type bridge_slave priority 9\n"
				    "- link br0\n");
	read_release(&gone, have, have, LAB "links: {eth0: {manage: patch, master: nowhere}}\n",
		     LAB);
	assert_steps(&gone.pair, "- link br0\n");
	assert_string_equal(text_string(&gone.pair.comparison.left), "master of 'eth0'");
}

/* Linux 6.1 leaves an address that is changed the protocol it had: none of the lab's. */
static void an_address_goes_back_whatever_protocol_it_kept(void **state)
{
	static const char *const have =
		LAB "links: {eth0: {manage: patch, type: ifb, addr: [10.0.0.1/24 valid_lft 5000"
		    " preferred_lft 5000, 10.1.0.1/24 proto 3]}}\n";
	static const char *const last = LAB "links: {eth0: {manage: patch, addr: [10.0.0.1/24"
					    " valid_lft 5000 preferred_lft 5000]}}\n";
	CLEANUP(release_clear) struct release release = { 0 };

	(void)state;
	read_release(&release, have, last,
		     LAB "links: {eth0: {manage: patch, addr: [10.0.0.1/24 valid_lft forever"
			 " preferred_lft forever]}}\n",
		     LAB);
	assert_told(&release.pair, "host\n  ~ addr 10.0.0.1/24 dev eth0  valid_lft 5000 -> "
				   "forever, preferred_lft 5000 -> forever\n");
}

static void a_setting_goes_back_unless_somebody_changed_it(void **state)
{
	static const char *const last = LAB "sysctl: {net.ipv4.ip_forward: 1}\n";
	static const char *const former = LAB "sysctl: {net.ipv4.ip_forward: 0}\n";
	CLEANUP(release_clear) struct release release = { 0 }, changed = { 0 };

	(void)state;
	read_release(&release, last, last, former, LAB);
	assert_told(&release.pair, "host\n  ~ sysctl net.ipv4.ip_forward  value 1 -> 0\n");
	read_release(&changed, LAB "sysctl: {net.ipv4.ip_forward: 2}\n", last, former, LAB);
	assert_told(&changed.pair, "");
	assert_string_equal(text_string(&changed.pair.comparison.left),
			    "the setting 'net.ipv4.ip_forward'");
}

/* What is remembered before `want` is made of `have`. */
static void assert_remembered(const char *have, const char *last, const char *former,
			      const char *want, bool any, const char *expected)
{
	CLEANUP(release_clear) struct release release = { 0 };
	CLEANUP(network_clear) struct network fresh = { 0 };
	CLEANUP(text_clear) struct text text = { 0 };
	struct pair *pair = &release.pair;

	read_release(&release, have, last, former, want);
	run(pair);
	assert_int_equal(pair->result, 0);
	fresh.names = pair->context.names;
	assert_int_equal(former_record(&pair->comparison, &pair->have.network, "demo",
				       pair->options.last, pair->options.former, &fresh),
			 any);
	former_print(&fresh, &pair->context, "demo", &text);
	assert_string_equal(text_string(&text), expected);
}

static void what_was_first_is_remembered_and_nothing_of_the_labs_own(void **state)
{
	(void)state;
	assert_remembered(LAB "links: {br0: {type: bridge, mtu: 1500},"
			      " eth0: {manage: patch, type: ifb, mtu: 1500, txqueuelen: 77}}\n"
			      "sysctl: {net.ipv4.ip_forward: 0}\n",
			  LAB, LAB,
			  LAB
			  "links: {br0: {type: bridge, mtu: 1400},"
			  " eth0: {manage: patch, mtu: 1400, alias: 'it''s $$5', master: br0}}\n"
			  "sysctl: {net.ipv4.ip_forward: 1}\n",
			  true,
			  LAB "links:\n"
			      "  eth0: {manage: patch, mtu: 1500, master: null, alias: null}\n"
			      "sysctl:\n  net.ipv4.ip_forward: 0\n");
	/* The lab's own value is not taken for what was there. */
	assert_remembered(PATCHED, PATCHED, FORMER,
			  LAB "links: {eth0: {manage: patch, mtu: 1300, txqueuelen: 9}}\n", false,
			  LAB "links:\n  eth0: {manage: patch, mtu: 1500, txqueuelen: 77}\n");
	/* One that is left over from a change that was taken back is. */
	assert_remembered(PATCHED, LAB, FORMER, LAB "links: {eth0: {manage: patch, mtu: 1300}}\n",
			  true, LAB "links:\n  eth0: {manage: patch, mtu: 1400}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_as_wanted_has_no_difference),
		cmocka_unit_test(what_is_not_named_is_not_compared),
		cmocka_unit_test(a_value_that_changes_shows_before_and_after),
		cmocka_unit_test(a_fixed_attribute_that_changes_replaces_the_link),
		cmocka_unit_test(another_kind_replaces_the_link),
		cmocka_unit_test(another_address_family_of_a_remote_replaces_a_vxlan),
		cmocka_unit_test(another_other_end_replaces_both),
		cmocka_unit_test(null_asks_for_the_default),
		cmocka_unit_test(a_link_that_is_down_comes_up),
		cmocka_unit_test(what_the_file_no_longer_names_goes),
		cmocka_unit_test(without_prune_it_stays),
		cmocka_unit_test(a_foreign_link_is_left_alone),
		cmocka_unit_test(a_foreign_link_that_is_named_is_a_conflict),
		cmocka_unit_test(adopted_it_gets_an_alias),
		cmocka_unit_test(patched_it_only_changes),
		cmocka_unit_test(another_labs_link_is_a_conflict_that_names_it),
		cmocka_unit_test(hashes_that_meet_are_refused),
		cmocka_unit_test(a_link_without_its_alias_gets_it_back),
		cmocka_unit_test(what_others_refer_to_is_made_first),
		cmocka_unit_test(what_goes_goes_last_and_in_reverse),
		cmocka_unit_test(a_vni_is_free_before_it_is_taken),
		cmocka_unit_test(what_falls_with_a_replaced_link_is_made_again),
		cmocka_unit_test(the_ports_of_a_replaced_bridge_come_back),
		cmocka_unit_test(a_foreign_port_of_a_bridge_that_falls_is_a_conflict),
		cmocka_unit_test(a_link_on_a_replaced_one_is_replaced),
		cmocka_unit_test(secondaries_come_back_when_their_primary_goes),
		cmocka_unit_test(a_flood_list_has_many_destinations),
		cmocka_unit_test(vnis_are_compared_one_by_one_however_they_are_ranged),
		cmocka_unit_test(a_route_that_goes_another_way_differs),
		cmocka_unit_test(on_a_foreign_link_entries_say_whose_they_are),
		cmocka_unit_test(there_only_the_last_file_says_what_may_go),
		cmocka_unit_test(
			an_address_that_cannot_be_marked_is_the_labs_when_its_last_file_says_so),
		cmocka_unit_test(a_bridge_has_room_for_1023_ports),
		cmocka_unit_test(json_says_it_all),
		cmocka_unit_test(many_entries_take_no_time),
		cmocka_unit_test(what_no_file_names_any_more_is_as_it_was_before_the_lab),
		cmocka_unit_test(one_value_goes_back_and_another_is_still_wanted),
		cmocka_unit_test(what_somebody_changed_since_is_left_and_told),
		cmocka_unit_test(an_address_goes_back_whatever_protocol_it_kept),
		cmocka_unit_test(without_the_former_values_or_the_last_file_all_stays),
		cmocka_unit_test(a_value_the_last_file_did_not_name_is_left_over_and_means_nothing),
		cmocka_unit_test(a_port_goes_back_to_its_bridge_as_it_was_there),
		cmocka_unit_test(a_setting_goes_back_unless_somebody_changed_it),
		cmocka_unit_test(what_was_first_is_remembered_and_nothing_of_the_labs_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
