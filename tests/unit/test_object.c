/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done with objects of any type by their rows: compared, cut down, copied, hashed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/neighbour.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/object.h"
#include "model/route.h"
#include "model/vxlan.h"

#define FDB_MARK(pointer, member) ATTR_MARK(&fdb_table, fdb, (pointer), member)
#define LINK_MARK(pointer, member) ATTR_MARK(&link_table, link, (pointer), member)

static struct fdb fdb_of(uint8_t last, uint32_t dev)
{
	struct fdb fdb = { .mac = { { 2, 0, 0, 0, 0, last } }, .dev = { dev } };

	FDB_MARK(&fdb, mac);
	FDB_MARK(&fdb, dev);
	return fdb;
}

static void every_type_knows_its_size_its_parts_and_its_place(void **state)
{
	(void)state;
	for (enum object_type type = 0; type < OBJECT_TYPES; type++) {
		const struct object_info *info = object_info(type);
		struct part parts[PARTS];
		char object[8192] = { 0 };

		assert_non_null(info->name);
		assert_true(info->size > 0 && info->size < sizeof(object));
		assert_in_range(info->parts(object, parts), 1, PARTS);
		assert_non_null(parts[0].table);
		assert_int_equal(object_netns(type, object), 0);
	}
}

static void a_filter_selects_by_the_values_it_names(void **state)
{
	struct fdb have = fdb_of(1, 7), filter = { 0 };

	(void)state;
	have.vlan = 5;
	FDB_MARK(&have, vlan);
	assert_true(object_matches(OBJECT_FDB, &have, &filter));
	filter.vlan = 5;
	FDB_MARK(&filter, vlan);
	assert_true(object_matches(OBJECT_FDB, &have, &filter));
	filter.dev.id = 8;
	/* A value that is not marked is not asked for. */
	assert_true(object_matches(OBJECT_FDB, &have, &filter));
	FDB_MARK(&filter, dev);
	assert_false(object_matches(OBJECT_FDB, &have, &filter));
}

static void a_kinds_values_are_compared_with_that_kind_only(void **state)
{
	struct link vxlan = { .kind_info = link_kind_find("vxlan") };
	struct link bridge = { .kind_info = link_kind_find("bridge") };
	struct link want = { .kind_info = link_kind_find("vxlan") };

	(void)state;
	vxlan.data.vxlan.vni = want.data.vxlan.vni = 42;
	ATTR_MARK(&vxlan_table, vxlan, &vxlan.data.vxlan, vni);
	assert_true(object_matches(OBJECT_LINK, &bridge, &want));
	ATTR_MARK(&vxlan_table, vxlan, &want.data.vxlan, vni);
	assert_true(object_matches(OBJECT_LINK, &vxlan, &want));
	assert_false(object_matches(OBJECT_LINK, &bridge, &want));
	want.data.vxlan.vni = 43;
	assert_false(object_matches(OBJECT_LINK, &vxlan, &want));
}

static void a_key_is_compared_without_the_rest(void **state)
{
	struct neighbour have = { .dst = { IPV4, { 10, 0, 0, 1 } }, .dev = { 3 } }, key;

	(void)state;
	ATTR_MARK(&neighbour_table, neighbour, &have, dst);
	ATTR_MARK(&neighbour_table, neighbour, &have, dev);
	key = have;
	key.state = NUD_STALE;
	ATTR_MARK(&neighbour_table, neighbour, &key, state);
	assert_true(object_has_key(OBJECT_NEIGHBOUR, &have, &key));
	assert_false(object_matches(OBJECT_NEIGHBOUR, &have, &key));
	key.dst.bytes[3] = 2;
	assert_false(object_has_key(OBJECT_NEIGHBOUR, &have, &key));
}

static void the_hash_is_that_of_the_key(void **state)
{
	struct fdb one = fdb_of(1, 7), same = fdb_of(1, 7), other = fdb_of(2, 7);

	(void)state;
	same.state = NUD_PERMANENT;
	FDB_MARK(&same, state);
	assert_true(object_key_hash(OBJECT_FDB, &one) == object_key_hash(OBJECT_FDB, &same));
	assert_false(object_key_hash(OBJECT_FDB, &one) == object_key_hash(OBJECT_FDB, &other));
	other = fdb_of(1, 8);
	assert_false(object_key_hash(OBJECT_FDB, &one) == object_key_hash(OBJECT_FDB, &other));
}

static void keys_that_count_up_are_in_order(void **state)
{
	struct fdb one = fdb_of(1, 7), same = fdb_of(1, 7), two = fdb_of(2, 7);

	(void)state;
	same.state = NUD_PERMANENT;
	FDB_MARK(&same, state);
	assert_int_equal(object_key_order(OBJECT_FDB, &one, &same), 0);
	assert_true(object_key_order(OBJECT_FDB, &one, &two) < 0);
	assert_true(object_key_order(OBJECT_FDB, &two, &one) > 0);
}

static void what_is_kept_is_the_key_and_what_was_asked_for(void **state)
{
	struct link have = { .name = { 1 }, .mtu = 1500, .group = 5 }, asked = { .mtu = 1400 };

	(void)state;
	LINK_MARK(&have, name);
	LINK_MARK(&have, mtu);
	LINK_MARK(&have, group);
	LINK_MARK(&asked, mtu);
	object_keep(OBJECT_LINK, &have, &asked);
	assert_true(ATTR_HAS(&link_table, link, &have, name));
	assert_true(ATTR_HAS(&link_table, link, &have, mtu));
	assert_int_equal(have.mtu, 1500);
	assert_false(ATTR_HAS(&link_table, link, &have, group));
}

static void what_was_asked_for_and_was_not_there_is_kept_as_none(void **state)
{
	struct link have = { .name = { 1 } }, asked = { .master = { 9 } };

	(void)state;
	LINK_MARK(&have, name);
	LINK_MARK(&asked, master);
	object_keep(OBJECT_LINK, &have, &asked);
	assert_true(ATTR_HAS(&link_table, link, &have, master));
	assert_int_equal(have.master.id, 0);
}

static void values_that_are_there_already_are_cut(void **state)
{
	struct link want = { .name = { 1 }, .mtu = 1400, .up = true };
	struct link have = { .name = { 1 }, .mtu = 1400 };

	(void)state;
	LINK_MARK(&want, name);
	LINK_MARK(&want, mtu);
	LINK_MARK(&want, up);
	assert_true(object_cut_down(OBJECT_LINK, &want, &have));
	assert_false(ATTR_HAS(&link_table, link, &want, mtu));
	assert_true(ATTR_HAS(&link_table, link, &want, up));
	assert_true(ATTR_HAS(&link_table, link, &want, name));
	have.up = true;
	assert_false(object_cut_down(OBJECT_LINK, &want, &have));
}

static void a_copy_has_lists_of_its_own(void **state)
{
	CLEANUP(arena_clear) struct arena arena = { 0 };
	struct nexthop hops[2] = { { .weight_less_one = 3 }, { .weight_less_one = 4 } };
	struct route_detail detail = { .mtu = 1400 };
	struct route_full route = { .nexthop = hops, .detail = &detail };
	const struct route_full *copy;

	(void)state;
	route.route.hops = 2;
	copy = object_copy(OBJECT_ROUTE, &route, &arena);
	memset(hops, 0, sizeof(hops));
	detail.mtu = 0;
	assert_int_equal(copy->route.hops, 2);
	assert_int_equal(copy->detail->mtu, 1400);
	assert_int_equal(copy->nexthop[0].weight_less_one, 3);
	assert_int_equal(copy->nexthop[1].weight_less_one, 4);
}

/* A picture has a million of them: what few have stands elsewhere. */
static void bulk_entries_are_small(void **state)
{
	static const enum object_type types[] = { OBJECT_ADDRESS, OBJECT_NEIGHBOUR, OBJECT_FDB,
						  OBJECT_ROUTE };

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		print_message("%s: %zu bytes\n", object_info(types[i])->name,
			      object_info(types[i])->size);
		assert_in_range(object_info(types[i])->size, 1, 128);
	}
}

/* What is not there reads as zeros, and is left alone. */
static void a_route_without_details_compares_as_one_with_none(void **state)
{
	struct route_detail none = { .mtu = 0 }, asked = { .mtu = 1400 };
	struct route_full plain = { .route = { .table = 7 } }, with = plain, want = plain;

	(void)state;
	with.detail = &none;
	want.detail = &asked;
	assert_true(object_same_key(OBJECT_ROUTE, &plain, &with));
	assert_true(object_key_hash(OBJECT_ROUTE, &plain) == object_key_hash(OBJECT_ROUTE, &with));
	assert_true(object_matches(OBJECT_ROUTE, &plain, &want));
	ATTR_MARK(&route_detail_table, route_detail, &asked, mtu);
	assert_false(object_matches(OBJECT_ROUTE, &plain, &want));
	object_keep(OBJECT_ROUTE, &plain, &want);
	assert_null(plain.detail);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_knows_its_size_its_parts_and_its_place),
		cmocka_unit_test(a_filter_selects_by_the_values_it_names),
		cmocka_unit_test(a_kinds_values_are_compared_with_that_kind_only),
		cmocka_unit_test(a_key_is_compared_without_the_rest),
		cmocka_unit_test(the_hash_is_that_of_the_key),
		cmocka_unit_test(keys_that_count_up_are_in_order),
		cmocka_unit_test(what_is_kept_is_the_key_and_what_was_asked_for),
		cmocka_unit_test(what_was_asked_for_and_was_not_there_is_kept_as_none),
		cmocka_unit_test(values_that_are_there_already_are_cut),
		cmocka_unit_test(a_copy_has_lists_of_its_own),
		cmocka_unit_test(bulk_entries_are_small),
		cmocka_unit_test(a_route_without_details_compares_as_one_with_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
