/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Objects as words: how much of one is told, in whose spelling, and what is never put raw. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/neighbour.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/names.h"
#include "base/text.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/vxlan.h"
#include "text/object_words.h"

struct fixture {
	struct attr_context context;
	struct text text;
	struct link link;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	struct link *link = &fixture.link;

	fixture = (struct fixture){ .context.names = names_new() };
	*link = (struct link){ .name = { names_of(fixture.context.names, "vx0") },
			       .mtu = 1400,
			       .master = { names_of(fixture.context.names, "br0") } };
	link_set_kind(link, fixture.context.names, "vxlan");
	link->data.vxlan = (struct vxlan){ .vni = 42, .learning = false };
	ATTR_MARK(&link_table, link, link, name);
	ATTR_MARK(&link_table, link, link, mtu);
	ATTR_MARK(&link_table, link, link, master);
	ATTR_MARK(&vxlan_table, vxlan, &link->data.vxlan, vni);
	ATTR_MARK(&vxlan_table, vxlan, &link->data.vxlan, learning);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	text_clear(&f->text);
	names_free(&f->context.names);
	return 0;
}

static const char *words(struct fixture *f, enum object_type type, const void *object,
			 enum words_extent extent, enum attr_style style)
{
	text_cut(&f->text, 0);
	object_words(type, &f->context, object, NULL, extent, style, &f->text);
	return text_string(&f->text);
}

static void a_delete_needs_the_key_a_change_the_values_and_a_new_one_all(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(words(f, OBJECT_LINK, &f->link, WORDS_KEY, ATTR_STYLE_OVL), "vx0");
	assert_string_equal(words(f, OBJECT_LINK, &f->link, WORDS_VALUES, ATTR_STYLE_OVL),
			    "vx0 mtu 1400 master br0 type vxlan id 42 learning off");
	f->link.netns.id = names_of(f->context.names, "red");
	assert_string_equal(words(f, OBJECT_LINK, &f->link, WORDS_NEW, ATTR_STYLE_OVL),
			    "vx0 mtu 1400 master br0 netns red type vxlan id 42 learning off");
}

static void the_kind_is_told_along_with_values_of_it(void **state)
{
	struct fixture *f = *state;

	f->link.data.vxlan.asked.value = 0;
	assert_string_equal(words(f, OBJECT_LINK, &f->link, WORDS_VALUES, ATTR_STYLE_OVL),
			    "vx0 mtu 1400 master br0");
	assert_string_equal(words(f, OBJECT_LINK, &f->link, WORDS_NEW, ATTR_STYLE_OVL),
			    "vx0 mtu 1400 master br0 type vxlan");
}

static void iproute2_spells_some_words_in_another_way(void **state)
{
	struct fixture *f = *state;

	assert_non_null(
		strstr(words(f, OBJECT_LINK, &f->link, WORDS_NEW, ATTR_STYLE_IP), "nolearning"));
	f->link.group = 7;
	ATTR_MARK(&link_table, link, &f->link, group);
	assert_non_null(
		strstr(words(f, OBJECT_LINK, &f->link, WORDS_NEW, ATTR_STYLE_OVL), " ifgroup 7"));
	assert_non_null(
		strstr(words(f, OBJECT_LINK, &f->link, WORDS_NEW, ATTR_STYLE_IP), " group 7"));
}

static void one_destination_of_several_is_named_to_delete_it(void **state)
{
	struct fixture *f = *state;
	struct fdb fdb = { .dev = f->link.name, .self = true, .dst = { IPV4, { 10, 0, 0, 1 } } };

	ATTR_MARK(&fdb_table, fdb, &fdb, mac);
	ATTR_MARK(&fdb_table, fdb, &fdb, dev);
	ATTR_MARK(&fdb_table, fdb, &fdb, self);
	ATTR_MARK(&fdb_table, fdb, &fdb, dst);
	fdb.state = NUD_PERMANENT;
	ATTR_MARK(&fdb_table, fdb, &fdb, state);
	assert_string_equal(words(f, OBJECT_FDB, &fdb, WORDS_KEY, ATTR_STYLE_OVL),
			    "00:00:00:00:00:00 dev vx0 self dst 10.0.0.1");
}

static void a_hostile_name_reaches_no_terminal_and_no_shell(void **state)
{
	struct fixture *f = *state;
	const char *both[2];

	f->link.name.id = names_of(f->context.names, "a\033[1m$(x)");
	f->link.netns.id = names_of(f->context.names, "\xc2\x9b;b");
	for (enum attr_style style = ATTR_STYLE_OVL; style <= ATTR_STYLE_IP; style++) {
		both[0] = words(f, OBJECT_LINK, &f->link, WORDS_NEW, style);
		assert_null(strchr(both[0], '\033'));
		assert_null(strstr(both[0], "\xc2\x9b"));
	}
	assert_null(strstr(both[0], "$(x)"));
	assert_null(strstr(both[0], ";b"));
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_delete_needs_the_key_a_change_the_values_and_a_new_one_all),
		TEST(the_kind_is_told_along_with_values_of_it),
		TEST(iproute2_spells_some_words_in_another_way),
		TEST(one_destination_of_several_is_named_to_delete_it),
		TEST(a_hostile_name_reaches_no_terminal_and_no_shell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
