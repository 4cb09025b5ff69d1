/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A change taken back: from how it was, what was asked for and how it is now, the steps back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "model/address.h"
#include "model/lab.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/uapi.h"
#include "plan/compare.h"
#include "plan/restore.h"
#include "support/real.h"
#include "topology/topology.h"

#define LAB "ovl: 1\nlab: demo\n"

struct story {
	struct attr_context context;
	struct topology before, after, now;
	struct comparison change, back;
	struct touches touches;
	struct restore restore;
	struct text told;
};

static void story_clear(struct story *story)
{
	comparison_clear(&story->change);
	comparison_clear(&story->back);
	touches_clear(&story->touches);
	restore_clear(&story->restore);
	topology_clear(&story->before);
	topology_clear(&story->after);
	topology_clear(&story->now);
	text_clear(&story->told);
	names_free(&story->context.names);
}

static void parse(struct story *story, const char *yaml, struct topology *topology)
{
	const struct topology_options options = { 0 };
	struct error error = { 0 };

	if (topology_parse("f", yaml, strlen(yaml), &options, &story->context, topology, NULL, NULL,
			   &error) < 0)
		fail_msg("%s", error.text);
}

/* `sent`: how many steps of the change went out; SIZE_MAX: all. */
static void assert_back(const char *before, const char *after, const char *now, size_t sent,
			const char *steps, const char *left)
{
	struct story story = { .context.names = names_new() };
	struct compare_options options = { 0 };
	struct error error = { 0 };

	parse(&story, before, &story.before);
	parse(&story, after, &story.after);
	parse(&story, now, &story.now);
	make_real(story.context.names, &story.before.network);
	make_real(story.context.names, &story.now.network);
	assert_int_equal(compare(&story.before.network, &story.after.network, "demo", &options,
				 &story.change, &error),
			 0);
	touches_of(&story.change, &story.before.network, &story.touches);
	restore_find(&story.touches, sent == SIZE_MAX ? UINT32_MAX : (uint32_t)sent,
		     &story.now.network, "demo", &story.context, &story.restore);
	options = (struct compare_options){ .restores = true, .last = &story.restore.made };
	assert_int_equal(compare(&story.now.network, &story.restore.want, "demo", &options,
				 &story.back, &error),
			 0);
	plan_print(&story.back.plan, &story.context, &story.told);
	drop_groups(&story.told);
	assert_string_equal(text_string(&story.told), steps);
	assert_string_equal(text_string(&story.restore.left), left);
	story_clear(&story);
}

#define BRIDGE LAB "links:\n  br0: {type: bridge, mtu: 1400}\n"

static void test_made_goes(void **state)
{
	(void)state;
	assert_back(LAB, BRIDGE, BRIDGE, SIZE_MAX, "- link br0\n", "");
	assert_back(LAB, BRIDGE, LAB, SIZE_MAX, "", "");
	/* Nothing was sent: what is there is somebody else's. */
	assert_back(LAB, BRIDGE, BRIDGE, 0, "", "");
	/* The same name, and not what was made. */
	assert_back(LAB, BRIDGE, LAB "links:\n  br0: {type: bridge, manage: patch}\n", SIZE_MAX, "",
		    "bridge 'br0'");
}

static void test_changed_is_as_before(void **state)
{
	static const char after[] = LAB "links:\n  br0: {type: bridge, mtu: 1300}\n";

	(void)state;
	assert_back(BRIDGE, after, after, SIZE_MAX, "~ link br0 mtu 1400\n", "");
	assert_back(BRIDGE, after, BRIDGE, SIZE_MAX, "", "");
	/* Somebody else set a third value. */
	assert_back(BRIDGE, after, LAB "links:\n  br0: {type: bridge, mtu: 1200}\n", SIZE_MAX, "",
		    "bridge 'br0'");
	assert_back(BRIDGE, after, LAB, SIZE_MAX, "", "bridge 'br0'");
}

static void test_removed_comes_back(void **state)
{
	static const char before[] =
		LAB "links:\n  br0: {type: bridge, mtu: 1400, addr: [10.0.0.1/24]}\n"
		    "routes: [10.9.0.0/16 via 10.0.0.2 dev br0]\n"
		    "arp: [10.0.0.9 lladdr 02:00:00:00:00:09 dev br0]\n";

	(void)state;
	assert_back(before, LAB, LAB, SIZE_MAX,
		    "+ link br0 type bridge\n"
		    "~ link br0 mtu 1400 alias ovl:demo\n"
		    "+ addr 10.0.0.1/24 dev br0\n"
		    "~ link br0 up\n"
		    "+ arp 10.0.0.9 dev br0 lladdr 02:00:00:00:00:09 nud permanent\n"
		    "+ route 10.9.0.0/16 via 10.0.0.2 dev br0\n",
		    "");
	assert_back(before, LAB, before, SIZE_MAX, "", "");
}

/* The last IPv4 address takes neighbours and routes along, which no step says. */
static void test_what_fell_along(void **state)
{
	static const char before[] = LAB "links:\n  br0: {type: bridge, addr: [10.0.0.1/24]}\n"
					 "routes: [10.9.0.0/16 via 10.0.0.2 dev br0]\n"
					 "arp: [10.0.0.9 lladdr 02:00:00:00:00:09 dev br0]\n";
	static const char after[] = LAB "links:\n  br0: {type: bridge, addr: [10.0.0.7/24]}\n"
					"arp: [10.0.0.9 lladdr 02:00:00:00:00:09 dev br0]\n";
	static const char now[] = LAB "links:\n  br0: {type: bridge}\n";

	(void)state;
	assert_back(before, after, now, 1,
		    "+ addr 10.0.0.1/24 dev br0\n"
		    "+ arp 10.0.0.9 dev br0 lladdr 02:00:00:00:00:09 nud permanent\n"
		    "+ route 10.9.0.0/16 via 10.0.0.2 dev br0\n",
		    "");
}

static void test_replaced_is_made_again(void **state)
{
	static const char before[] = LAB "links:\n  vx0: {type: vxlan, id: 5}\n";
	static const char after[] = LAB "links:\n  vx0: {type: vxlan, id: 6}\n";

	(void)state;
	assert_back(before, after, after, SIZE_MAX,
		    "- link vx0\n"
		    "+ link vx0 up type vxlan id 5 dstport 4789\n"
		    "~ link vx0 alias ovl:demo\n",
		    "");
	assert_back(before, after, LAB, SIZE_MAX,
		    "+ link vx0 up type vxlan id 5 dstport 4789\n"
		    "~ link vx0 alias ovl:demo\n",
		    "");
}

#define VNIS(list) \
	LAB "links:\n  vx0: {type: vxlan, external: on, vnifilter: on, vnis: [" list "]}\n"

/* What was made stands in one range with what was there. */
static void test_vnis_of_ranges_go_and_come_back(void **state)
{
	(void)state;
	assert_back(VNIS("100-110"), VNIS("100-120"), VNIS("100-120"), SIZE_MAX,
		    "- vni dev vx0 vni 111-120\n", "");
	assert_back(VNIS("100-110"), VNIS("100-120"), VNIS("100-115"), SIZE_MAX,
		    "- vni dev vx0 vni 111-115\n", "");
	assert_back(VNIS("100-110"), VNIS("100-102"), VNIS("100-102, 108"), SIZE_MAX,
		    "+ vni dev vx0 vni 103-107\n+ vni dev vx0 vni 109-110\n", "");
}

static void test_between_two_pictures(void **state)
{
	struct story story = { .context.names = names_new() };
	struct text told = { 0 };

	(void)state;
	parse(&story, LAB "links:\n  a: {type: ifb}\n  b: {type: ifb, mtu: 1400}\n", &story.before);
	parse(&story, LAB "links:\n  b: {type: ifb, mtu: 1300}\n  c: {type: ifb}\n", &story.after);
	touches_between(&story.before.network, &story.after.network, &story.touches);
	for (size_t i = 0; i < story.touches.count; i++) {
		const struct touch *touch = &story.touches.items[i];
		const struct link *link = touch->before ? touch->before : touch->after;

		text_printf(&told, "%s%s%s ", touch->before ? touch->after ? "~" : "-" : "+",
			    names_text(story.context.names, link->name.id),
			    touch->whole ? "!" : "");
	}
	assert_string_equal(text_string(&told), "-a! ~b +c ");
	text_clear(&told);
	story_clear(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made_goes),
		cmocka_unit_test(test_changed_is_as_before),
		cmocka_unit_test(test_removed_comes_back),
		cmocka_unit_test(test_what_fell_along),
		cmocka_unit_test(test_replaced_is_made_again),
		cmocka_unit_test(test_vnis_of_ranges_go_and_come_back),
		cmocka_unit_test(test_between_two_pictures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
