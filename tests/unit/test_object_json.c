/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Objects as JSON: iproute2's keys, what -d, -s and -A add, and strings from outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "fuzz/output.h"
#include "model/address.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/route.h"
#include "model/vxlan.h"
#include "text/object_json.h"

struct fixture {
	struct attr_context context;
	struct json_options options;
	struct pools pools;
	struct text text;
};

static int set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .context.names = names_new() };
	f.options = (struct json_options){ .context = &f.context, .pools = &f.pools };
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	text_clear(&f->text);
	pools_clear(&f->pools);
	names_free(&f->context.names);
	return 0;
}

static const char *object(struct fixture *f, enum object_type type, const void *value)
{
	struct json json = { .out = &f->text };

	text_cut(&f->text, 0);
	object_json(type, &f->options, value, &json);
	output_check_json(&f->text);
	return text_string(&f->text);
}

static void assert_has(const char *json, const char *part)
{
	if (!strstr(json, part))
		fail_msg("no %s in %s", part, json);
}

static void assert_lacks(const char *json, const char *part)
{
	if (strstr(json, part))
		fail_msg("%s in %s", part, json);
}

static struct link a_vxlan(struct fixture *f)
{
	struct link link = { .name = { names_of(f->context.names, "vx0") },
			     .mtu = 1450,
			     .index = 7 };

	link_set_kind(&link, f->context.names, "vxlan");
	link.data.vxlan = (struct vxlan){ .vni = 42, .learning = true };
	ATTR_MARK(&link_table, link, &link, name);
	ATTR_MARK(&link_table, link, &link, mtu);
	ATTR_MARK(&link_table, link, &link, index);
	link.up = true;
	ATTR_MARK(&link_table, link, &link, up);
	ATTR_MARK(&vxlan_table, vxlan, &link.data.vxlan, vni);
	ATTR_MARK(&vxlan_table, vxlan, &link.data.vxlan, learning);
	return link;
}

static void a_link_has_iproute2s_keys(void **state)
{
	struct fixture *f = *state;
	struct link link = a_vxlan(f);
	const char *json = object(f, OBJECT_LINK, &link);

	assert_has(json, "\"ifname\":\"vx0\"");
	assert_has(json, "\"ifindex\":7");
	assert_has(json, "\"mtu\":1450");
	assert_has(json, "\"flags\":[\"UP\"]");
	assert_lacks(json, "linkinfo");
	assert_lacks(json, "stats64");
}

static void details_are_the_kinds_values(void **state)
{
	struct fixture *f = *state;
	struct link link = a_vxlan(f);

	f->options.details = true;
	assert_has(
		object(f, OBJECT_LINK, &link),
		"\"linkinfo\":{\"info_kind\":\"vxlan\",\"info_data\":{\"id\":42,\"learning\":true");
}

static void counters_come_with_stats(void **state)
{
	struct fixture *f = *state;
	struct link link = a_vxlan(f);

	link.stats.rx_bytes = UINT64_MAX;
	f->options.stats = true;
	assert_has(object(f, OBJECT_LINK, &link),
		   "\"stats64\":{\"rx\":{\"bytes\":18446744073709551615,");
}

static void a_link_without_flags_has_an_empty_list(void **state)
{
	struct fixture *f = *state;
	struct link link = a_vxlan(f);

	link.up = false;
	attr_drop(&link_table, &link, ATTR_ROW(&link_table, link, up));
	assert_has(object(f, OBJECT_LINK, &link), "\"flags\":[]");
}

static void other_names_of_a_link_are_a_list(void **state)
{
	struct fixture *f = *state;
	struct link link = a_vxlan(f);
	uint32_t names[2] = { names_of(f->context.names, "one"),
			      names_of(f->context.names, "two") };
	struct pools pools = { .names = names, .names_count = 2 };

	f->options.pools = &pools;
	link.altnames.count = 2;
	assert_has(object(f, OBJECT_LINK, &link), "\"altnames\":[\"one\",\"two\"]");
}

static void the_namespace_is_told_when_several_are_shown(void **state)
{
	struct fixture *f = *state;
	struct neighbour neighbour = { .dst = { IPV4, { 10, 0, 0, 1 } },
				       .netns = { names_of(f->context.names, "red") } };

	ATTR_MARK(&neighbour_table, neighbour, &neighbour, dst);
	ATTR_MARK(&neighbour_table, neighbour, &neighbour, netns);
	assert_lacks(object(f, OBJECT_NEIGHBOUR, &neighbour), "netns");
	f->options.with_netns = true;
	assert_has(object(f, OBJECT_NEIGHBOUR, &neighbour), "\"netns\":\"red\"");
}

static void a_neighbours_state_is_a_list_in_capitals(void **state)
{
	struct fixture *f = *state;
	struct neighbour neighbour = { .dst = { IPV4, { 10, 0, 0, 1 } }, .state = NUD_REACHABLE };

	ATTR_MARK(&neighbour_table, neighbour, &neighbour, dst);
	ATTR_MARK(&neighbour_table, neighbour, &neighbour, state);
	assert_has(object(f, OBJECT_NEIGHBOUR, &neighbour), "\"dst\":\"10.0.0.1\"");
	assert_has(text_string(&f->text), "\"state\":[\"REACHABLE\"]");
}

static void a_route_does_not_say_what_is_usual(void **state)
{
	struct fixture *f = *state;
	struct route_full route = { .route = { .dst = { IPV4, 8, { 10 } },
					       .type = RTN_UNICAST,
					       .table = RT_TABLE_MAIN,
					       .protocol = RTPROT_BOOT } };
	const char *json;

	ATTR_MARK(&route_table, route, &route.route, dst);
	ATTR_MARK(&route_table, route, &route.route, type);
	ATTR_MARK(&route_table, route, &route.route, table);
	ATTR_MARK(&route_table, route, &route.route, protocol);
	json = object(f, OBJECT_ROUTE, &route);
	assert_has(json, "\"dst\":\"10.0.0.0/8\"");
	assert_lacks(json, "\"type\"");
	assert_lacks(json, "\"table\"");
	assert_lacks(json, "\"protocol\"");
	f->options.details = true;
	assert_has(object(f, OBJECT_ROUTE, &route), "\"type\":\"unicast\"");
}

static void a_routes_nexthops_are_objects(void **state)
{
	struct fixture *f = *state;
	struct nexthop hops[2] = { { .via = { IPV4, { 10, 0, 0, 1 } }, .weight_less_one = 1 },
				   { .via = { IPV4, { 10, 0, 0, 2 } } } };
	struct route_full route = { .route = { .dst = { IPV4, 8, { 10 } } }, .nexthop = hops };
	const char *json;

	for (size_t i = 0; i < 2; i++)
		ATTR_MARK(&nexthop_table, nexthop, &hops[i], via);
	ATTR_MARK(&route_table, route, &route.route, dst);
	route.route.hops = 2;
	json = object(f, OBJECT_ROUTE, &route);
	assert_has(json, "\"nexthops\":[{");
	assert_has(json, "\"gateway\":\"10.0.0.1\"");
	assert_has(json, "\"weight\":2");
	assert_has(json, "\"gateway\":\"10.0.0.2\"");
	assert_has(json, "\"weight\":1");
}

static void whatever_a_name_is_the_json_is_valid(void **state)
{
	static const char *const names[] = { "\"",       "\\",       "a\nb",
					     "\033[1m",  "\xff\xfe", "\xe2\x80\xae",
					     "\xc2\x9b", "\x7f",     "\xed\xa0\x80",
					     "ü" };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct link link = a_vxlan(f);

		link.name.id = names_of(f->context.names, names[i]);
		link.alias.id = link.name.id;
		ATTR_MARK(&link_table, link, &link, alias);
		object(f, OBJECT_LINK, &link);
		for (size_t at = 0; at < f->text.length; at++)
			assert_true((unsigned char)f->text.bytes[at] >= 0x20 &&
				    f->text.bytes[at] != 0x7f);
	}
	/* Valid text comes through as it is. */
	assert_non_null(strstr(text_string(&f->text), "ü"));
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_link_has_iproute2s_keys),
		TEST(details_are_the_kinds_values),
		TEST(counters_come_with_stats),
		TEST(a_link_without_flags_has_an_empty_list),
		TEST(other_names_of_a_link_are_a_list),
		TEST(the_namespace_is_told_when_several_are_shown),
		TEST(a_neighbours_state_is_a_list_in_capitals),
		TEST(a_route_does_not_say_what_is_usual),
		TEST(a_routes_nexthops_are_objects),
		TEST(whatever_a_name_is_the_json_is_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
