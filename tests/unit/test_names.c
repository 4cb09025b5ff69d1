/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/names.h"

static void equal_text_has_an_equal_id(void **state)
{
	CLEANUP(names_free) struct names *names = names_new();
	char copy[] = "eth0";

	(void)state;
	assert_int_equal(names_of(names, "eth0"), names_of(names, copy));
	assert_int_not_equal(names_of(names, "eth0"), names_of(names, "eth1"));
	copy[3] = '9';
	assert_string_equal(names_text(names, names_of(names, "eth0")), "eth0");
}

static void the_empty_text_is_zero(void **state)
{
	CLEANUP(names_free) struct names *names = names_new();

	(void)state;
	assert_int_equal(names_of(names, ""), 0);
	assert_int_equal(names_id(names, "abc", 0), 0);
	assert_int_equal(names_find(names, ""), 0);
	assert_string_equal(names_text(names, 0), "");
}

static void a_part_of_a_text_is_a_text_of_its_own(void **state)
{
	CLEANUP(names_free) struct names *names = names_new();
	uint32_t whole = names_of(names, "bridge");

	(void)state;
	assert_int_not_equal(names_id(names, "bridge", 2), whole);
	assert_int_equal(names_id(names, "bridge", 2), names_of(names, "br"));
	assert_int_equal(names_id(names, "bridge and more", 6), whole);
	/* A NUL ends it: the kernel pads names. */
	assert_int_equal(names_id(names, "br\0dge", 6), names_of(names, "br"));
}

static void looking_makes_no_name(void **state)
{
	CLEANUP(names_free) struct names *names = names_new();

	(void)state;
	assert_int_equal(names_find(names, "eth0"), 0);
	assert_int_equal(names_find(names, "eth0"), 0);
	assert_int_equal(names_of(names, "eth0"), 1);
	assert_int_equal(names_find(names, "eth0"), 1);
	assert_int_equal(names_find(names, "eth"), 0);
}

static void a_hundred_thousand_names_stay_apart(void **state)
{
	CLEANUP(names_free) struct names *names = names_new();
	const char *first;
	char name[16];

	(void)state;
	first = names_text(names, names_of(names, "v0"));
	for (uint32_t i = 0; i < 100000; i++) {
		snprintf(name, sizeof(name), "v%u", i);
		assert_int_equal(names_of(names, name), i + 1);
	}
	for (uint32_t i = 0; i < 100000; i++) {
		snprintf(name, sizeof(name), "v%u", i);
		assert_int_equal(names_find(names, name), i + 1);
		assert_string_equal(names_text(names, i + 1), name);
	}
	/* A text does not move when more come. */
	assert_ptr_equal(first, names_text(names, 1));
}

static void freeing_twice_is_freeing_once(void **state)
{
	struct names *names = names_new();

	(void)state;
	names_free(&names);
	assert_null(names);
	names_free(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_text_has_an_equal_id),
		cmocka_unit_test(the_empty_text_is_zero),
		cmocka_unit_test(a_part_of_a_text_is_a_text_of_its_own),
		cmocka_unit_test(looking_makes_no_name),
		cmocka_unit_test(a_hundred_thousand_names_stay_apart),
		cmocka_unit_test(freeing_twice_is_freeing_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
