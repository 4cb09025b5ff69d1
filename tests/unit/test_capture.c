/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network written as a topology file: as people would write it, and read back as the same. */
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
#include "model/address.h"
#include "model/fdb.h"
#include "model/lab.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/uapi.h"
#include "plan/compare.h"
#include "text/capture.h"
#include "topology/topology.h"

struct captured {
	struct attr_context context;
	struct topology topology, again;
	struct text text;
};

static void captured_clear(struct captured *captured)
{
	topology_clear(&captured->topology);
	topology_clear(&captured->again);
	text_clear(&captured->text);
	names_free(&captured->context.names);
}

static void parse(struct captured *captured, const char *yaml, struct topology *topology)
{
	const struct topology_options options = { 0 };
	struct error error = { 0 };

	if (topology_parse("f", yaml, strlen(yaml), &options, &captured->context, topology, NULL,
			   NULL, &error) < 0)
		fail_msg("%s\n%s", error.text, yaml);
}

/* As the kernel would report it. */
static void make_real(struct captured *captured, struct network *network)
{
	for (size_t i = 0; i < network->objects[OBJECT_LINK].count; i++) {
		struct link *link = network_at(network, OBJECT_LINK, i);
		const char *text = names_text(captured->context.names, link->alias.id);

		if (link->manage == MANAGE_OWN) {
			link->alias.id = lab_alias(captured->context.names, "demo", false, text);
			link->group = lab_group("demo");
			ATTR_MARK(&link_table, link, link, group);
			ATTR_MARK(&link_table, link, link, alias);
		}
		ATTR_MARK(&link_table, link, link, up);
		if (!strcmp(names_text(captured->context.names, link->name.id), "lo")) {
			link->mtu = 65536;
			link->txqlen = 1000;
		}
	}
	for (size_t i = 0; i < network->objects[OBJECT_ADDRESS].count; i++)
		((struct link_address *)network_at(network, OBJECT_ADDRESS, i))->permanent = true;
	for (size_t i = 0; i < network->objects[OBJECT_NEIGHBOUR].count; i++) {
		struct neighbour *neighbour = network_at(network, OBJECT_NEIGHBOUR, i);

		if (!neighbour->proxy)
			neighbour->state = NUD_PERMANENT;
		ATTR_MARK(&neighbour_table, neighbour, neighbour, state);
	}
	for (size_t i = 0; i < network->objects[OBJECT_FDB].count; i++) {
		struct fdb *fdb = network_at(network, OBJECT_FDB, i);

		fdb->state = fdb->self ? NUD_PERMANENT : NUD_NOARP;
		ATTR_MARK(&fdb_table, fdb, fdb, state);
	}
}

static void assert_captured(const char *yaml, const char *expected)
{
	CLEANUP(captured_clear) struct captured captured = { .context.names = names_new() };
	CLEANUP(comparison_clear) struct comparison comparison = { 0 };
	const struct capture_options options = { .lab = "demo" };
	const struct compare_options how = { 0 };
	struct error error = { 0 };

	parse(&captured, yaml, &captured.topology);
	make_real(&captured, &captured.topology.network);
	capture_print(&captured.topology.network, &captured.context, &options, &captured.text);
	assert_string_equal(text_string(&captured.text), expected);
	parse(&captured, text_string(&captured.text), &captured.again);
	assert_int_equal(compare(&captured.topology.network, &captured.again.network, "demo", &how,
				 &comparison, &error),
			 0);
	assert_int_equal(comparison_exit(&comparison), 0);
}

#define HEAD "ovl: 1\nlab: demo\n"

static void what_is_a_default_is_not_written(void **state)
{
	(void)state;
	assert_captured(
		HEAD "links: {br0: {type: bridge, mtu: 1500, ageing_time: 300s, stp_state: off}}\n",
		HEAD "links:\n  br0: {type: bridge}\n");
}

static void each_thing_has_its_place(void **state)
{
	(void)state;
	assert_captured(
		HEAD
		"links:\n"
		"  br0: {type: bridge, forward_delay: 4s, addr: [10.0.0.254/24, 'fd00::1/64']}\n"
		"  vx0: {type: vxlan, id: 7, dstport: 4789, local: 10.0.0.1, master: br0, remotes: "
		"[10.0.0.2, 10.0.0.3]}\n"
		"  v1: {type: veth, peer: n1/eth0, master: br0, port: {isolated: on}}\n"
		"netns:\n"
		"  n1:\n"
		"    links: {eth0: {addr: [10.0.0.9/24]}}\n"
		"    routes: [default via 10.0.0.254, 10.5.0.0/16 via 10.0.0.2 metric 20 table "
		"100]\n"
		"    arp: [10.0.0.7 lladdr 02:00:00:00:00:07 dev eth0, proxy 10.0.0.8 dev eth0]\n"
		"fdb: [02:00:00:00:00:07 dev vx0 dst 10.0.0.2, 02:00:00:00:00:08 dev v1]\n",
		HEAD
		"links:\n"
		"  br0: {type: bridge, forward_delay: 400, addr: [10.0.0.254/24, \"fd00::1/64\"]}\n"
		"  vx0: {type: vxlan, master: br0, id: 7, local: 10.0.0.1, dstport: 4789, remotes: "
		"[10.0.0.2, 10.0.0.3]}\n"
		"  v1: {type: veth, peer: n1/eth0, master: br0, port: {isolated: on}}\n"
		"fdb:\n"
		"  - \"02:00:00:00:00:07 dev vx0 self dst 10.0.0.2\"\n"
		"  - \"02:00:00:00:00:08 dev v1 master\"\n"
		"netns:\n"
		"  n1:\n"
		"    links:\n"
		"      eth0: {type: veth, peer: host/v1, addr: [10.0.0.9/24]}\n"
		"    routes:\n"
		"      - default via 10.0.0.254\n"
		"      - 10.5.0.0/16 via 10.0.0.2 table 100 metric 20\n"
		"    arp:\n"
		"      - \"10.0.0.7 dev eth0 lladdr 02:00:00:00:00:07\"\n"
		"      - proxy 10.0.0.8 dev eth0\n");
}

static void what_is_nobodys_is_patched(void **state)
{
	(void)state;
	assert_captured(HEAD "links: {br0: {type: bridge, manage: patch, up: off, mtu: 1400}}\n",
			HEAD "links:\n  br0: {type: bridge, manage: patch, up: off, mtu: 1400}\n");
}

static void words_of_others_are_quoted(void **state)
{
	(void)state;
	assert_captured(HEAD "links: {br0: {type: bridge, alias: \"a: \\\"b\\\" $$5 #\"}, 'null': "
			     "{type: bridge}}\n",
			HEAD "links:\n"
			     "  br0: {type: bridge, alias: \"a: \\\"b\\\" $$5 #\"}\n"
			     "  \"null\": {type: bridge}\n");
}

static void an_empty_namespace_is_one_all_the_same(void **state)
{
	(void)state;
	assert_captured(HEAD "netns: {n1: {}}\n", HEAD "netns:\n  n1: {}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_a_default_is_not_written),
		cmocka_unit_test(each_thing_has_its_place),
		cmocka_unit_test(what_is_nobodys_is_patched),
		cmocka_unit_test(words_of_others_are_quoted),
		cmocka_unit_test(an_empty_namespace_is_one_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
