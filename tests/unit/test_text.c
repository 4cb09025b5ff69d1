/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"

static void assert_escaped(const char *bytes, size_t length, const char *expected)
{
	CLEANUP(text_clear) struct text text = { 0 };

	text_escaped(&text, bytes, length);
	assert_string_equal(text_string(&text), expected);
}

#define assert_shown(literal, expected) assert_escaped((literal), sizeof(literal) - 1, (expected))

static void a_text_grows_with_what_is_put_into_it(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };

	(void)state;
	assert_string_equal(text_string(&text), "");
	text_puts(&text, "id ");
	text_number(&text, 0);
	text_char(&text, ' ');
	text_number(&text, UINT64_MAX);
	text_spaces(&text, 2);
	text_hex(&text, 0x2a);
	text_put(&text, "abc", 0);
	assert_string_equal(text_string(&text), "id 0 18446744073709551615  0x2a");
	for (int i = 0; i < 100000; i++)
		text_char(&text, 'x');
	assert_int_equal(strlen(text_string(&text)), 31 + 100000);
	text_cut(&text, 2);
	assert_string_equal(text_string(&text), "id");
	text_cut(&text, 100);
	assert_int_equal(text.length, 2);
}

static void a_formatted_text_may_be_of_any_length(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };

	(void)state;
	for (int width = 126; width <= 130; width++) {
		text_cut(&text, 0);
		text_printf(&text, "%*s", width, "x");
		assert_int_equal(text.length, width);
		assert_int_equal(text_string(&text)[width - 1], 'x');
	}
}

static void a_cleared_text_is_a_new_one(void **state)
{
	struct text text = { 0 };

	(void)state;
	text_puts(&text, "abc");
	text_clear(&text);
	assert_string_equal(text_string(&text), "");
	text_clear(&text);
	text_clear(&text);
}

static void a_streaming_text_arrives_in_order_and_whole(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };
	char line[32];
	int ends[2];
	FILE *in;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_true(fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) > 0);
	text_to_fd(&text, ends[1]);
	for (int i = 0; i < 60000; i++)
		text_printf(&text, "%d\n", i);
	/* It does not gather: what was written is gone from memory. */
	assert_true(text.room <= 256UL * 1024);
	assert_int_equal(text_flush(&text), 0);
	assert_int_equal(text.length, 0);
	close(ends[1]);
	in = fdopen(ends[0], "re");
	for (int i = 0; i < 60000; i++) {
		assert_non_null(fgets(line, sizeof(line), in));
		assert_int_equal(atoi(line), i);
	}
	assert_null(fgets(line, sizeof(line), in));
	fclose(in);
}

static void a_full_disk_is_remembered(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };
	CLEANUP(fd_close) int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	if (fd < 0)
		skip();
	text_to_fd(&text, fd);
	for (int i = 0; i < 100000; i++)
		text_puts(&text, "0123456789");
	assert_true(text.room <= 256UL * 1024);
	assert_int_equal(text_flush(&text), -ENOSPC);
	text_puts(&text, "later");
	assert_int_equal(text_flush(&text), -ENOSPC);
}

static void a_text_in_memory_has_nothing_to_flush(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };

	(void)state;
	text_puts(&text, "abc");
	assert_int_equal(text_flush(&text), 0);
	assert_string_equal(text_string(&text), "abc");
}

static void no_string_from_outside_moves_the_terminal(void **state)
{
	(void)state;
	assert_shown("plain_Name-0.1", "plain_Name-0.1");
	assert_shown("\x1b[2J\r\n\t", "\\x1b[2J\\x0d\\x0a\\x09");
	assert_shown("\x7f", "\\x7f");
	assert_shown("\\x1b", "\\\\x1b");
	/* C1 alone is no UTF-8; in UTF-8 it is a control character still. */
	assert_shown("\x9b", "\\x9b");
	assert_shown("\xc2\x9b", "\\x9b");
	assert_shown("\0", "\\x00");
}

static void what_draws_nothing_is_made_visible(void **state)
{
	(void)state;
	assert_shown("a\u202eb", "a\\u202eb");
	assert_shown("\u200b\u2066\ufeff\u00ad", "\\u200b\\u2066\\ufeff\\u00ad");
	assert_shown("\U000e0041", "\\U000e0041");
}

static void letters_of_any_script_stay(void **state)
{
	(void)state;
	assert_shown("Brücke 橋 \U0001f309", "Brücke 橋 \U0001f309");
}

static void broken_utf8_is_escaped_byte_by_byte(void **state)
{
	(void)state;
	assert_shown("\xff", "\\xff");
	assert_shown("\xc3", "\\xc3");
	assert_shown("\xc3(", "\\xc3(");
	assert_shown("\xe2\x82", "\\xe2\\x82");
	assert_shown("\xc0\xaf", "\\xc0\\xaf");
	assert_shown("\xed\xa0\x80", "\\xed\\xa0\\x80");
	assert_shown("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
}

static void a_code_point_is_decoded_only_from_its_shortest_form(void **state)
{
	uint32_t point = 7;

	(void)state;
	assert_int_equal(text_utf8("\xe2\x82\xac", 3, &point), 3);
	assert_int_equal(point, 0x20ac);
	assert_int_equal(text_utf8("\xf0\x9f\x8c\x89", 4, &point), 4);
	assert_int_equal(point, 0x1f309);
	assert_int_equal(text_utf8("\xe2\x82\xac", 2, &point), 0);
	assert_int_equal(text_utf8("\xe0\x82\xac", 3, &point), 0);
	assert_int_equal(text_utf8("\xf0\x82\x82\xac", 4, &point), 0);
	assert_int_equal(text_utf8("", 0, &point), 0);
	assert_int_equal(point, 0x1f309);
}

static void width_counts_letters_not_bytes(void **state)
{
	(void)state;
	assert_int_equal(text_width("Brücke", 7), 6);
	assert_int_equal(text_width("", 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_grows_with_what_is_put_into_it),
		cmocka_unit_test(a_formatted_text_may_be_of_any_length),
		cmocka_unit_test(a_cleared_text_is_a_new_one),
		cmocka_unit_test(a_streaming_text_arrives_in_order_and_whole),
		cmocka_unit_test(a_full_disk_is_remembered),
		cmocka_unit_test(a_text_in_memory_has_nothing_to_flush),
		cmocka_unit_test(no_string_from_outside_moves_the_terminal),
		cmocka_unit_test(what_draws_nothing_is_made_visible),
		cmocka_unit_test(letters_of_any_script_stay),
		cmocka_unit_test(broken_utf8_is_escaped_byte_by_byte),
		cmocka_unit_test(a_code_point_is_decoded_only_from_its_shortest_form),
		cmocka_unit_test(width_counts_letters_not_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
