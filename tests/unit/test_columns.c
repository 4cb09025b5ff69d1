/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "text/columns.h"

static const struct column three[] = { { "NAME", 6 }, { "STATE", 4 }, { "MAC", 0 } };

static void put(struct columns *columns, const char *first, const char *second, const char *third)
{
	text_puts(columns_cell(columns), first);
	text_puts(columns_cell(columns), second);
	if (third)
		text_puts(columns_cell(columns), third);
	columns_row(columns);
}

static void a_gathered_listing_is_as_wide_as_its_widest_cell(void **state)
{
	CLEANUP(text_clear) struct text out = { 0 };
	struct columns columns;

	(void)state;
	columns_begin(&columns, three, 3, false, false, &out);
	put(&columns, "a", "no-carrier", "x");
	put(&columns, "a-long-name", "up", "y");
	assert_int_equal(out.length, 0);
	columns_end(&columns);
	assert_string_equal(text_string(&out), "NAME         STATE       MAC\n"
					       "a            no-carrier  x\n"
					       "a-long-name  up          y\n");
}

static void a_column_without_a_value_is_left_out(void **state)
{
	CLEANUP(text_clear) struct text out = { 0 };
	struct columns columns;

	(void)state;
	columns_begin(&columns, three, 3, false, false, &out);
	put(&columns, "a", "", "x");
	put(&columns, "b", "", NULL);
	columns_end(&columns);
	assert_string_equal(text_string(&out), "NAME  MAC\na     x\nb\n");
}

static void nothing_at_all_has_no_header(void **state)
{
	CLEANUP(text_clear) struct text out = { 0 };
	struct columns columns;

	(void)state;
	columns_begin(&columns, three, 3, false, false, &out);
	columns_end(&columns);
	columns_begin(&columns, three, 3, true, false, &out);
	columns_end(&columns);
	assert_int_equal(out.length, 0);
}

static void a_stream_prints_each_row_at_once_in_fixed_widths(void **state)
{
	CLEANUP(text_clear) struct text out = { 0 };
	struct columns columns;

	(void)state;
	columns_begin(&columns, three, 3, true, false, &out);
	put(&columns, "a", "up", "x");
	assert_string_equal(text_string(&out), "NAME    STATE  MAC\n"
					       "a       up    x\n");
	put(&columns, "a-long-name", "", "y");
	columns_end(&columns);
	assert_non_null(strstr(text_string(&out), "a-long-name        y\n"));
}

static void a_line_for_awk_has_every_field_and_single_blanks(void **state)
{
	CLEANUP(text_clear) struct text out = { 0 };
	struct columns columns;

	(void)state;
	columns_begin(&columns, three, 3, false, true, &out);
	put(&columns, "a", "", "two words");
	put(&columns, "b", "up", NULL);
	columns_end(&columns);
	assert_string_equal(text_string(&out), "a - two,words\nb up -\n");
}

static void letters_of_several_bytes_take_one_column(void **state)
{
	CLEANUP(text_clear) struct text out = { 0 };
	struct columns columns;

	(void)state;
	columns_begin(&columns, three, 3, false, false, &out);
	put(&columns, "brücke", "up", "x");
	put(&columns, "bridge", "up", "y");
	columns_end(&columns);
	assert_string_equal(text_string(&out), "NAME    STATE  MAC\n"
					       "brücke  up     x\n"
					       "bridge  up     y\n");
}

static void no_line_ends_in_blanks(void **state)
{
	CLEANUP(text_clear) struct text out = { 0 };
	struct columns columns;

	(void)state;
	for (int streams = 0; streams < 2; streams++) {
		columns_begin(&columns, three, 3, streams, false, &out);
		put(&columns, "a", "up", "x");
		put(&columns, "b", "up", "");
		put(&columns, "c", "", "");
		columns_end(&columns);
	}
	assert_null(strstr(text_string(&out), " \n"));
}

static void colours_take_no_column_and_none_are_put_unasked(void **state)
{
	CLEANUP(text_clear) struct text plain = { 0 };
	CLEANUP(text_clear) struct text painted = { 0 };
	struct columns columns;

	(void)state;
	for (int paint = 0; paint < 2; paint++) {
		columns_begin(&columns, three, 3, false, false, paint ? &painted : &plain);
		columns.painted = paint;
		text_puts(columns_cell(&columns), "a");
		columns_paint(&columns, PAINT_NAME);
		put(&columns, "up", "x", NULL);
		columns_end(&columns);
	}
	assert_string_equal(text_string(&plain), "NAME  STATE  MAC\na     up     x\n");
	assert_string_equal(text_string(&painted),
			    "NAME  STATE  MAC\n\033[36ma\033[0m     up     x\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_gathered_listing_is_as_wide_as_its_widest_cell),
		cmocka_unit_test(a_column_without_a_value_is_left_out),
		cmocka_unit_test(nothing_at_all_has_no_header),
		cmocka_unit_test(a_stream_prints_each_row_at_once_in_fixed_widths),
		cmocka_unit_test(a_line_for_awk_has_every_field_and_single_blanks),
		cmocka_unit_test(letters_of_several_bytes_take_one_column),
		cmocka_unit_test(no_line_ends_in_blanks),
		cmocka_unit_test(colours_take_no_column_and_none_are_put_unasked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
