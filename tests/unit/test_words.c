/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/words.h"

static void words_are_taken_one_by_one(void **state)
{
	char mtu[] = "mtu", value[] = "1500";
	char *line[] = { mtu, value };
	struct words words = { .at = line, .left = 2 };

	(void)state;
	assert_string_equal(words_peek(&words), "mtu");
	assert_false(words_take_if(&words, "mt"));
	assert_true(words_take_if(&words, "mtu"));
	assert_string_equal(words_take(&words), "1500");
	assert_null(words_peek(&words));
	assert_null(words_take(&words));
	assert_false(words_take_if(&words, "mtu"));
	assert_int_equal(words.left, 0);
}

static void a_value_that_is_missing_or_empty_is_named(void **state)
{
	char empty[] = "", value[] = "1500";
	char *line[] = { empty, value };
	struct words words = { .at = line, .left = 2 };
	struct error error = { 0 };

	(void)state;
	assert_null(words_value(&words, "mtu", "NUMBER", &error));
	assert_string_equal(error.text, "'mtu' has an empty value: NUMBER is expected");
	assert_string_equal(words_value(&words, "mtu", "NUMBER", &error), "1500");
	assert_null(words_value(&words, "mtu", "NUMBER", &error));
	assert_string_equal(error.text, "'mtu' needs a value: NUMBER");
	assert_int_equal(error.exit, EXIT_USAGE);
}

static void the_distance_counts_letters(void **state)
{
	(void)state;
	assert_int_equal(words_distance("bridge", "bridge"), 0);
	assert_int_equal(words_distance("brigde", "bridge"), 1);
	assert_int_equal(words_distance("bride", "bridge"), 1);
	assert_int_equal(words_distance("bridges", "bridge"), 1);
	assert_int_equal(words_distance("fridge", "bridge"), 1);
	assert_int_equal(words_distance("", "bridge"), 6);
	assert_int_equal(words_distance("bridge", ""), 6);
	assert_int_equal(words_distance("vxlan", "bridge"), 6);
}

static void words_of_any_length_are_compared(void **state)
{
	(void)state;
	assert_int_equal(words_distance("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
					"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"),
			 0);
}

static const char *suggestion(const char *word)
{
	static const char *const known[] = { "bridge", "veth", "vxlan", "vlan" };
	static struct error error;
	const char *best = NULL;
	size_t distance = SIZE_MAX;

	error_usage(&error, "?");
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		words_nearer(word, known[i], &best, &distance);
	words_suggest(&error, word, best, distance);
	return error.text;
}

static void of_a_word_that_is_known_nothing_is_proposed(void **state)
{
	(void)state;
	assert_string_equal(suggestion("bridge"), "?");
	assert_string_equal(suggestion("vxlan"), "?");
	assert_string_equal(suggestion("vlan"), "?");
}

static void only_what_is_near_is_proposed(void **state)
{
	(void)state;
	assert_string_equal(suggestion("brigde"), "? (did you mean 'bridge'?)");
	assert_string_equal(suggestion("vxln"), "? (did you mean 'vxlan'?)");
	assert_string_equal(suggestion("macsec"), "?");
	assert_string_equal(suggestion("x"), "?");
	assert_string_equal(suggestion(""), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_taken_one_by_one),
		cmocka_unit_test(a_value_that_is_missing_or_empty_is_named),
		cmocka_unit_test(the_distance_counts_letters),
		cmocka_unit_test(words_of_any_length_are_compared),
		cmocka_unit_test(only_what_is_near_is_proposed),
		cmocka_unit_test(of_a_word_that_is_known_nothing_is_proposed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
