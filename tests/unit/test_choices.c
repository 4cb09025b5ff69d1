/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "shell/choices.h"

static void put_all(struct choices *choices, const char *const *words)
{
	for (; *words; words++)
		choices_put(choices, *words, NULL);
	choices_sort(choices);
}

static void words_are_sorted_with_numbers_by_their_size_and_none_is_doubled(void **state)
{
	CLEANUP(choices_clear) struct choices choices = { 0 };
	CLEANUP(text_clear) struct text text = { 0 };

	(void)state;
	choices_put(&choices, "br10", NULL);
	choices_put(&choices, NULL, "NAME");
	choices_put(&choices, "br2", NULL);
	choices_put(&choices, "br2", "bridge");
	choices_put(&choices, NULL, "ADDRESS");
	choices_put(&choices, NULL, "NAME");
	choices_sort(&choices);
	assert_int_equal(choices.words, 2);
	choices_table(&choices, 80, &text);
	assert_string_equal(text_string(&text), "  br2      bridge\n"
						"  br10\n"
						"  ADDRESS\n"
						"  NAME\n");
}

static void a_word_that_would_move_the_terminal_is_left_out(void **state)
{
	CLEANUP(choices_clear) struct choices choices = { 0 };
	CLEANUP(text_clear) struct text text = { 0 };

	(void)state;
	put_all(&choices, (const char *const[]){ "a\033[31m", "b\xff", "c\xc3\xa9", "d e", "f\x7f",
						 "g\xe2\x80\xae", "h\\i", "", NULL });
	choices_columns(&choices, 80, &text);
	assert_string_equal(text_string(&text), "c\xc3\xa9   d e  h\\i\n");
	choices_put(&choices, "x", "of \033[31mred");
	choices_sort(&choices);
	assert_string_equal(choices.items[3].help, "of \\x1b[31mred");
}

static void only_what_begins_as_typed_is_taken(void **state)
{
	CLEANUP(choices_clear) struct choices choices = { .typed = "br" };

	(void)state;
	put_all(&choices, (const char *const[]){ "b", "br", "br0", "vx0", NULL });
	assert_int_equal(choices.words, 2);
}

static void what_words_have_in_common_ends_between_characters(void **state)
{
	CLEANUP(choices_clear) struct choices some = { 0 }, one = { 0 }, accents = { 0 };

	(void)state;
	put_all(&some, (const char *const[]){ "bridge", "bri", "brick", NULL });
	assert_int_equal(choices_common(&some), 3);
	put_all(&one, (const char *const[]){ "bridge", NULL });
	assert_int_equal(choices_common(&one), 6);
	put_all(&accents, (const char *const[]){ "a\xc3\xa9", "a\xc3\xa8", NULL });
	assert_int_equal(choices_common(&accents), 1);
}

static void columns_are_as_many_as_fit(void **state)
{
	CLEANUP(choices_clear) struct choices choices = { 0 };
	CLEANUP(text_clear) struct text wide = { 0 }, narrow = { 0 }, none = { 0 };

	(void)state;
	put_all(&choices, (const char *const[]){ "a", "bb", "cc", "d", "ee", NULL });
	choices_columns(&choices, 10, &wide);
	assert_string_equal(text_string(&wide), "a   d\nbb  ee\ncc\n");
	choices_columns(&choices, 80, &none);
	assert_string_equal(text_string(&none), "a   bb  cc  d   ee\n");
	choices_columns(&choices, 1, &narrow);
	assert_string_equal(text_string(&narrow), "a\nbb\ncc\nd\nee\n");
}

static void help_is_cut_where_the_terminal_ends(void **state)
{
	CLEANUP(choices_clear) struct choices choices = { 0 };
	CLEANUP(text_clear) struct text text = { 0 };

	(void)state;
	choices_put(&choices, "mtu", "largest packet, in bytes");
	choices_put(&choices, "a-word-that-is-wider-than-others", "help");
	choices_put(&choices, "id", NULL);
	choices_sort(&choices);
	choices_table(&choices, 24, &text);
	assert_string_equal(text_string(&text), "  a-word-that-is-wider-than-others  help\n"
						"  id\n"
						"  mtu  largest packe...\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_sorted_with_numbers_by_their_size_and_none_is_doubled),
		cmocka_unit_test(a_word_that_would_move_the_terminal_is_left_out),
		cmocka_unit_test(only_what_begins_as_typed_is_taken),
		cmocka_unit_test(what_words_have_in_common_ends_between_characters),
		cmocka_unit_test(columns_are_as_many_as_fit),
		cmocka_unit_test(help_is_cut_where_the_terminal_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
