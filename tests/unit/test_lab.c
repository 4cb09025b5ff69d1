/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose an object is, by what the kernel tells of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/names.h"
#include "model/address.h"
#include "model/fdb.h"
#include "model/lab.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/route.h"
#include "model/uapi.h"

static struct link link_of(struct names *names, const char *name, uint32_t group, const char *alias)
{
	struct link link = { .name = { names_of(names, name) }, .group = group };

	link.alias.id = names_of(names, alias);
	return link;
}

static enum owner owner_of(const char *name, uint32_t group, const char *alias)
{
	struct names *names = names_new();
	struct link link = link_of(names, name, group, alias);
	enum owner owner = lab_owner("demo", names, &link);

	names_free(&names);
	return owner;
}

static void a_link_is_the_labs_by_group_and_alias(void **state)
{
	uint32_t group = lab_group("demo");

	(void)state;
	assert_int_equal(owner_of("br0", group, "ovl:demo"), OWNER_LAB);
	assert_int_equal(owner_of("br0", group, "ovl:demo my bridge"), OWNER_LAB);
	assert_int_equal(owner_of("br0", group, ""), OWNER_LAB);
	assert_int_equal(owner_of("br0", 0, "ovl:demo"), OWNER_NOBODY);
	assert_int_equal(owner_of("br0", group, "my bridge"), OWNER_NOBODY);
	assert_int_equal(owner_of("br0", 0, ""), OWNER_NOBODY);
	assert_int_equal(owner_of("br0", 0, "ovl:demo:adopted"), OWNER_ADOPTED);
	assert_int_equal(owner_of("br0", 0, "ovl:demo:adopted my bridge"), OWNER_ADOPTED);
}

static void another_labs_is_told_apart(void **state)
{
	(void)state;
	assert_int_equal(owner_of("br0", lab_group("demo2"), "ovl:demo2"), OWNER_OTHER);
	assert_int_equal(owner_of("br0", lab_group("demo"), "ovl:demo2"), OWNER_CLASH);
	assert_int_equal(owner_of("br0", lab_group("demo"), "ovl:dem"), OWNER_CLASH);
	assert_int_equal(owner_of("br0", 0, "ovl:other:adopted"), OWNER_OTHER);
	assert_int_equal(owner_of("br0", 0, "ovl:demo:adoptedx"), OWNER_NOBODY);
	assert_int_equal(owner_of("br0", 0, "ovl:Demo"), OWNER_NOBODY);
	assert_int_equal(owner_of("br0", 0, "ovl:"), OWNER_NOBODY);
}

static void a_namespace_is_the_labs_by_its_lo(void **state)
{
	(void)state;
	assert_int_equal(owner_of("lo", 0, "ovl:demo"), OWNER_LAB);
	assert_int_equal(owner_of("lo", 0, ""), OWNER_NOBODY);
	assert_int_equal(owner_of("lo", 0, "ovl:demo:adopted"), OWNER_ADOPTED);
}

static void groups_are_below_2_to_the_31_and_differ(void **state)
{
	char name[16] = "a";

	(void)state;
	assert_int_not_equal(lab_group("demo"), lab_group("demp"));
	for (int i = 0; i < 1000; i++) {
		uint32_t group;

		name[1] = (char)('a' + i % 26);
		name[2] = (char)('a' + i / 26 % 26);
		name[3] = (char)('a' + i / 676);
		group = lab_group(name);
		assert_true(group >= LAB_GROUP && group < UINT32_C(2) * LAB_GROUP);
	}
}

static void names_are_checked(void **state)
{
	(void)state;
	assert_true(lab_check_name("a"));
	assert_true(lab_check_name("my-lab-2"));
	assert_true(lab_check_name("abcdefghijklmnopqrstuvwxyz012345"));
	assert_false(lab_check_name("abcdefghijklmnopqrstuvwxyz0123456"));
	assert_false(lab_check_name(""));
	assert_false(lab_check_name("Demo"));
	assert_false(lab_check_name("a b"));
	assert_false(lab_check_name("a/b"));
}

static void an_alias_keeps_the_users_text(void **state)
{
	struct names *names = names_new();
	struct lab_alias split;

	(void)state;
	assert_string_equal(names_text(names, lab_alias(names, "demo", false, "")), "ovl:demo");
	assert_string_equal(names_text(names, lab_alias(names, "demo", true, "a b")),
			    "ovl:demo:adopted a b");
	split = lab_alias_split("ovl:demo:adopted a b");
	assert_int_equal(split.length, 4);
	assert_true(split.adopted);
	assert_string_equal(split.text, "a b");
	split = lab_alias_split("just text");
	assert_int_equal(split.length, 0);
	assert_string_equal(split.text, "just text");
	names_free(&names);
}

static void only_addresses_that_stay_are_static(void **state)
{
	struct link dev = { .address = { 6, { 0x02, 0, 0, 0, 0, 1 } } };
	struct link_address address = { .permanent = true, .length = 64 };

	(void)state;
	address.local = (struct address){ IPV6, { 0xfd, 0, [15] = 1 } };
	assert_true(lab_entry_is_static(OBJECT_ADDRESS, &address, &dev));
	address.permanent = false;
	assert_false(lab_entry_is_static(OBJECT_ADDRESS, &address, &dev));
	address.permanent = true;
	address.protocol = 3; /* IFAPROT_KERNEL_LL */
	assert_false(lab_entry_is_static(OBJECT_ADDRESS, &address, &dev));
	address.protocol = LAB_PROTOCOL;
	assert_true(lab_entry_is_static(OBJECT_ADDRESS, &address, &dev));
	/* What the kernel makes of the MAC, of which older kernels do not say so. */
	address.protocol = 0;
	address.local =
		(struct address){ IPV6,
				  { 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe, 0, 0, 1 } };
	assert_false(lab_entry_is_static(OBJECT_ADDRESS, &address, &dev));
	address.local.bytes[15] = 2;
	assert_true(lab_entry_is_static(OBJECT_ADDRESS, &address, &dev));
	/* It may be of the MAC the link had before, where the kernel would not say. */
	address.maker_untold = true;
	assert_false(lab_entry_is_static(OBJECT_ADDRESS, &address, &dev));
	address.maker_untold = false;
	/* A bridge's may, too. */
	dev.kind_info = link_kind_find("bridge");
	assert_false(lab_entry_is_static(OBJECT_ADDRESS, &address, &dev));
	address = (struct link_address){ .permanent = true, .length = 8 };
	address.local = (struct address){ IPV4, { 127, 0, 0, 1 } };
	assert_false(lab_entry_is_static(OBJECT_ADDRESS, &address, &dev));
}

static void only_neighbours_that_stay_are_static(void **state)
{
	struct neighbour neighbour = { .state = NUD_PERMANENT,
				       .dst = { IPV4, { 10, 0, 0, 1 } },
				       .lladdr = { 6, { 2, 0, 0, 0, 0, 1 } } };
	struct link dev = { .arp = true };

	(void)state;
	assert_true(lab_entry_is_static(OBJECT_NEIGHBOUR, &neighbour, &dev));
	neighbour.state = NUD_STALE;
	assert_false(lab_entry_is_static(OBJECT_NEIGHBOUR, &neighbour, &dev));
	neighbour.state = NUD_NOARP;
	assert_true(lab_entry_is_static(OBJECT_NEIGHBOUR, &neighbour, &dev));
	neighbour.lladdr.bytes[0] = 0x33;
	assert_false(lab_entry_is_static(OBJECT_NEIGHBOUR, &neighbour, &dev));
	/* 0.0.0.0 on lo, which every namespace gets in time. */
	neighbour.lladdr = (struct lladdr){ .length = 6 };
	assert_false(lab_entry_is_static(OBJECT_NEIGHBOUR, &neighbour, &dev));
	neighbour.lladdr.bytes[0] = 2;
	neighbour.extern_learn = true;
	neighbour.state = NUD_PERMANENT;
	assert_false(lab_entry_is_static(OBJECT_NEIGHBOUR, &neighbour, &dev));
	neighbour = (struct neighbour){ .proxy = true };
	assert_true(lab_entry_is_static(OBJECT_NEIGHBOUR, &neighbour, &dev));
	neighbour.protocol = RTPROT_ZEBRA;
	assert_false(lab_entry_is_static(OBJECT_NEIGHBOUR, &neighbour, &dev));
}

static void only_fdb_entries_that_stay_are_static(void **state)
{
	struct link vxlan = { .kind_info = link_kind_find("vxlan") },
		    veth = { .kind_info = link_kind_find("veth") };
	struct fdb fdb = { .state = NUD_PERMANENT,
			   .self = true,
			   .mac = { { 2 } },
			   .dst = { IPV4, { 10, 0, 0, 1 } } };

	(void)state;
	assert_true(lab_entry_is_static(OBJECT_FDB, &fdb, &vxlan));
	assert_false(lab_entry_is_static(OBJECT_FDB, &fdb, &veth));
	fdb.state = NUD_REACHABLE;
	assert_false(lab_entry_is_static(OBJECT_FDB, &fdb, &vxlan));
	fdb.state = NUD_NOARP;
	fdb.extern_learn = true;
	assert_false(lab_entry_is_static(OBJECT_FDB, &fdb, &vxlan));
	/* The device's own destination is no entry of anybody. */
	fdb = (struct fdb){ .state = NUD_PERMANENT,
			    .self = true,
			    .dst = { IPV4, { 10, 0, 0, 1 } } };
	assert_true(lab_entry_is_static(OBJECT_FDB, &fdb, &vxlan));
	vxlan.data.vxlan.remote = fdb.dst;
	assert_false(lab_entry_is_static(OBJECT_FDB, &fdb, &vxlan));
}

static void only_routes_that_somebody_put_there_are_static(void **state)
{
	static const struct {
		uint8_t protocol;
		bool is_static;
	} protocols[] = {
		{ RTPROT_BOOT, true },    { RTPROT_STATIC, true },    { LAB_PROTOCOL, true },
		{ RTPROT_KERNEL, false }, { RTPROT_RA, false },       { RTPROT_DHCP, false },
		{ RTPROT_BGP, false },    { RTPROT_REDIRECT, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(protocols) / sizeof(*protocols); i++) {
		struct route_full route = { .route.protocol = protocols[i].protocol };

		assert_int_equal(lab_entry_is_static(OBJECT_ROUTE, &route, NULL),
				 protocols[i].is_static);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_link_is_the_labs_by_group_and_alias),
		cmocka_unit_test(another_labs_is_told_apart),
		cmocka_unit_test(a_namespace_is_the_labs_by_its_lo),
		cmocka_unit_test(groups_are_below_2_to_the_31_and_differ),
		cmocka_unit_test(names_are_checked),
		cmocka_unit_test(an_alias_keeps_the_users_text),
		cmocka_unit_test(only_addresses_that_stay_are_static),
		cmocka_unit_test(only_neighbours_that_stay_are_static),
		cmocka_unit_test(only_fdb_entries_that_stay_are_static),
		cmocka_unit_test(only_routes_that_somebody_put_there_are_static),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
