/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two pictures of the kernel, one after the other: what came, went and changed between them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/route.h"
#include "model/uapi.h"
#include "plan/changes.h"
#include "plan/compare.h"
#include "plan/diff_print.h"
#include "topology/topology.h"

struct story {
	struct attr_context context;
	struct topology before, after;
	struct comparison comparison;
	struct text told;
};

static void story_clear(struct story *story)
{
	comparison_clear(&story->comparison);
	topology_clear(&story->before);
	topology_clear(&story->after);
	text_clear(&story->told);
	names_free(&story->context.names);
}

static void parse(struct story *story, const char *body, struct topology *topology)
{
	const struct topology_options options = { 0 };
	CLEANUP(text_clear) struct text yaml = { 0 };
	struct error error = { 0 };

	text_printf(&yaml, "ovl: 1\nlab: demo\n%s", body);
	if (topology_parse("f", yaml.bytes, yaml.length, &options, &story->context, topology, NULL,
			   NULL, &error) < 0)
		fail_msg("%s", error.text);
}

static struct story story_of(const char *before, const char *after)
{
	struct story story = { .context.names = names_new() };

	parse(&story, before, &story.before);
	parse(&story, after, &story.after);
	return story;
}

static void assert_told(struct story *story, bool everything, const char *expected)
{
	const struct diff_options options = { .lab = "" };

	changes_between(&story->before.network, &story->after.network, everything,
			&story->comparison);
	diff_print(&story->comparison, &story->context, &options, &story->told);
	assert_string_equal(text_string(&story->told), expected);
}

static void assert_changes(const char *before, const char *after, const char *expected)
{
	CLEANUP(story_clear) struct story story = story_of(before, after);

	assert_told(&story, false, expected);
}

static void what_came_went_and_changed_is_told_by_namespace(void **state)
{
	(void)state;
	assert_changes(
		"links: {a: {type: bridge}, b: {type: dummy, mtu: 1400}}\n",
		"links: {b: {type: dummy, mtu: 1500}}\n"
		"netns: {n1: {links: {eth0: {type: dummy, addr: [10.0.0.1/24]}}}}\n",
		"host\n  - link a\n  ~ link b  mtu 1400 -> 1500\n"
		"netns n1\n  + netns n1\n  + link eth0  type dummy, up on\n  + link lo  up on\n"
		"  + addr 10.0.0.1/24 dev eth0\n");
	assert_changes("links: {a: {type: bridge}}\n", "links: {a: {type: bridge}}\n", "");
}

static void what_is_no_more_is_none(void **state)
{
	(void)state;
	assert_changes(
		"links: {b: {type: bridge}, p: {type: dummy, master: b, port: {isolated: on}}}\n",
		"links: {b: {type: bridge}, p: {type: dummy}}\n",
		"host\n  ~ link p  master b -> none\n");
	assert_changes("links: {b: {type: bridge}, p: {type: dummy}}\n",
		       "links: {b: {type: bridge}, p: {type: dummy, master: b, "
		       "port: {isolated: on, learning: on}}}\n",
		       "host\n  ~ link p  master none -> b, isolated none -> on\n");
}

#define PORT(name, cost)                                                                          \
	"links: {b: {type: bridge}, " name ", master: b, port: {isolated: on, cost: " #cost "}}}" \
	"\n"
#define VETH "p: {type: veth, peer: q"
#define VLAN "p: {type: vlan, link: b, id: 5"

static void a_cost_is_told_where_the_kernel_does_not_set_it(void **state)
{
	(void)state;
	assert_changes(PORT(VETH, 2), PORT(VETH, 7), "host\n  ~ link p  cost 2 -> 7\n");
	assert_changes(PORT(VETH, 7), PORT(VETH, 2), "host\n  ~ link p  cost 7 -> 2\n");
	assert_changes(PORT(VLAN, 5), PORT(VLAN, 19), "");
	assert_changes(PORT(VLAN, 5), PORT(VLAN, 20), "host\n  ~ link p  cost 5 -> 20\n");
	assert_changes(
		"links: {b: {type: bridge}, p: {type: dummy}}\n",
		"links: {b: {type: bridge}, p: {type: dummy, master: b, port: {cost: 100}}}\n",
		"host\n  ~ link p  master none -> b\n");
}

static void a_default_is_not_told(void **state)
{
	(void)state;
	assert_changes("",
		       "links: {b: {type: bridge, mtu: 1500, ageing_time: 300s, stp_state: on}}\n",
		       "host\n  + link b  type bridge, up on, stp_state on\n");
}

#define VXLAN "links: {v: {type: vxlan, id: 7, dstport: 4789, external: off}}\n"

static void destinations_beside_each_other_are_not_each_other(void **state)
{
	(void)state;
	assert_changes(VXLAN "fdb: [00:00:00:00:00:00 dev v dst 192.0.2.1 self permanent]\n",
		       VXLAN "fdb: [00:00:00:00:00:00 dev v dst 192.0.2.2 self permanent,\n"
			     "      00:00:00:00:00:00 dev v dst 192.0.2.1 self permanent]\n",
		       "host\n  + fdb 00:00:00:00:00:00 dev v self dst 192.0.2.2  "
		       "state permanent\n");
	/* A MAC has one destination, which may become another. */
	assert_changes(VXLAN "fdb: [02:00:00:00:00:01 dev v dst 192.0.2.1 self permanent]\n",
		       VXLAN "fdb: [02:00:00:00:00:01 dev v dst 192.0.2.2 self permanent]\n",
		       "host\n  ~ fdb 02:00:00:00:00:01 dev v self dst 192.0.2.2  "
		       "dst 192.0.2.1 -> 192.0.2.2\n");
}

static void routes_with_one_key_are_told_apart(void **state)
{
	(void)state;
	assert_changes("links: {d: {type: dummy}}\nroutes: [10.1.0.0/16 via 10.0.0.1 dev d]\n",
		       "links: {d: {type: dummy}}\nroutes: [10.1.0.0/16 via 10.0.0.2 dev d]\n",
		       "host\n  ~ route 10.1.0.0/16  via 10.0.0.1 -> 10.0.0.2\n");
}

static void what_comes_by_itself_is_told_on_request(void **state)
{
	static const char after[] =
		"links: {d: {type: dummy}}\nroutes: [ff00::/8 dev d table 255]\n"
		"arp: [\"ff02::1 lladdr 33:33:00:00:00:01 dev d\"]\n";
	CLEANUP(story_clear) struct story story = story_of("links: {d: {type: dummy}}\n", after);

	(void)state;
	assert_changes("links: {d: {type: dummy}}\n", after, "");
	changes_between(&story.before.network, &story.after.network, true, &story.comparison);
	assert_int_equal(story.comparison.totals[ACTION_CREATE], 2);
}

static void set_state(struct topology *topology, uint16_t state)
{
	struct neighbour *neighbour = network_at(&topology->network, OBJECT_NEIGHBOUR, 0);

	neighbour->state = state;
	ATTR_MARK(&neighbour_table, neighbour, neighbour, state);
}

static void assert_states(uint16_t before, uint16_t after, const char *expected)
{
	static const char arp[] = "links: {d: {type: dummy}}\n"
				  "arp: [10.0.0.1 lladdr 02:00:00:00:00:01 dev d]\n";
	CLEANUP(story_clear) struct story story = story_of(arp, arp);

	set_state(&story.before, before);
	set_state(&story.after, after);
	assert_told(&story, false, expected);
}

static void how_fresh_an_entry_is_goes_without_saying(void **state)
{
	(void)state;
	assert_states(NUD_REACHABLE, NUD_STALE, "");
	assert_states(NUD_DELAY, NUD_REACHABLE, "");
	assert_states(NUD_INCOMPLETE, NUD_FAILED, "");
	assert_states(NUD_FAILED, NUD_REACHABLE,
		      "host\n  ~ arp 10.0.0.1 dev d  nud failed -> reachable\n");
	assert_states(NUD_STALE, NUD_PERMANENT,
		      "host\n  ~ arp 10.0.0.1 dev d  nud stale -> permanent\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_came_went_and_changed_is_told_by_namespace),
		cmocka_unit_test(what_is_no_more_is_none),
		cmocka_unit_test(a_cost_is_told_where_the_kernel_does_not_set_it),
		cmocka_unit_test(a_default_is_not_told),
		cmocka_unit_test(destinations_beside_each_other_are_not_each_other),
		cmocka_unit_test(routes_with_one_key_are_told_apart),
		cmocka_unit_test(what_comes_by_itself_is_told_on_request),
		cmocka_unit_test(how_fresh_an_entry_is_goes_without_saying),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
