/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"

static void write_all(struct json *json)
{
	json_open_array(json, NULL);
	json_open_object(json, NULL);
	json_string(json, "name", "br0");
	json_plain(json, "mac", "02:00", 5);
	json_number(json, "mtu", 1500);
	json_integer(json, "nsid", -1);
	json_bool(json, "up", true);
	json_null(json, "peer");
	json_hex(json, "mask", 42);
	json_open_array(json, "flags");
	json_string(json, NULL, "UP");
	json_string(json, NULL, "LOWER_UP");
	json_close_array(json);
	json_open_object(json, "empty");
	json_close_object(json);
	json_close_object(json);
	json_open_array(json, NULL);
	json_close_array(json);
	json_close_array(json);
}

static void a_document_is_written_as_it_comes(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };
	struct json json = { .out = &text };

	(void)state;
	write_all(&json);
	assert_string_equal(text_string(&text),
			    "[{\"name\":\"br0\",\"mac\":\"02:00\",\"mtu\":1500,\"nsid\":-1,"
			    "\"up\":true,\"peer\":null,\"mask\":\"0x2a\","
			    "\"flags\":[\"UP\",\"LOWER_UP\"],\"empty\":{}},[]]");
	assert_int_equal(json.depth, 0);
}

/* Without the blanks between its tokens. */
static void squeeze(struct text *out, const char *at)
{
	bool in_string = false;

	for (; *at; at++) {
		if (*at == '"' && (at[-1] != '\\' || at[-2] == '\\'))
			in_string = !in_string;
		if (in_string || (*at != ' ' && *at != '\n'))
			text_char(out, *at);
	}
}

static void a_pretty_document_says_the_same(void **state)
{
	CLEANUP(text_clear) struct text plain = { 0 };
	CLEANUP(text_clear) struct text pretty = { 0 };
	CLEANUP(text_clear) struct text squeezed = { 0 };
	struct json json = { .out = &plain };

	(void)state;
	write_all(&json);
	json = (struct json){ .out = &pretty, .pretty = true };
	write_all(&json);
	squeeze(&squeezed, text_string(&pretty));
	assert_string_equal(text_string(&squeezed), text_string(&plain));
	assert_non_null(strstr(text_string(&pretty), "\n        \"mtu\": 1500,\n"));
}

static void nothing_found_is_an_empty_array(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };
	struct json json = { .out = &text, .pretty = true };

	(void)state;
	json_open_array(&json, NULL);
	json_close_array(&json);
	assert_string_equal(text_string(&text), "[]");
}

static void a_key_after_a_nested_object_has_its_comma(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };
	struct json json = { .out = &text };

	(void)state;
	json_open_object(&json, NULL);
	json_open_object(&json, "a");
	json_number(&json, "b", 1);
	json_close_object(&json);
	json_open_object(&json, "c");
	json_number(&json, "d", 2);
	json_close_object(&json);
	json_number(&json, "e", 3);
	json_close_object(&json);
	assert_string_equal(text_string(&text), "{\"a\":{\"b\":1},\"c\":{\"d\":2},\"e\":3}");
}

static void the_largest_numbers_are_exact(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };
	struct json json = { .out = &text };

	(void)state;
	json_open_array(&json, NULL);
	json_number(&json, NULL, UINT64_MAX);
	json_integer(&json, NULL, INT64_MIN);
	json_integer(&json, NULL, INT64_MAX);
	json_close_array(&json);
	assert_string_equal(text_string(&text),
			    "[18446744073709551615,-9223372036854775808,9223372036854775807]");
}

static void assert_bytes(const char *bytes, size_t length, const char *expected)
{
	CLEANUP(text_clear) struct text text = { 0 };
	struct json json = { .out = &text };

	json_bytes(&json, NULL, bytes, length);
	assert_string_equal(text_string(&text), expected);
}

static void control_and_invisible_characters_are_escaped(void **state)
{
	(void)state;
	assert_bytes("\"\\/", 3, "\"\\\"\\\\/\"");
	assert_bytes("\x1b[2J\n\0", 6, "\"\\u001b[2J\\u000a\\u0000\"");
	assert_bytes("\x7f\xc2\x9b", 3, "\"\\u007f\\u009b\"");
	assert_bytes("\u202e", 3, "\"\\u202e\"");
	assert_bytes("\U000e0041", 4, "\"\\udb40\\udc41\"");
	assert_bytes("ü橋", 5, "\"ü橋\"");
}

static void bytes_that_are_no_utf8_become_the_replacement_character(void **state)
{
	(void)state;
	assert_bytes("\xff(\xe2\x82", 4, "\"\\ufffd(\\ufffd\\ufffd\"");
	assert_bytes("\xed\xa0\x80", 3, "\"\\ufffd\\ufffd\\ufffd\"");
}

static bool is_hex(const char *digits)
{
	return strspn(digits, "0123456789abcdef") >= 4;
}

/* Whether it is one string of RFC 8259: valid UTF-8, nothing below U+0020, known escapes. */
static bool is_json_string(const char *at)
{
	uint32_t point;

	if (*at++ != '"')
		return false;
	while (*at && *at != '"') {
		size_t size = text_utf8(at, strlen(at), &point);

		if (!size || point < 0x20)
			return false;
		if (*at == '\\') {
			if (at[1] == 'u' ? !is_hex(at + 2) : !strchr("\"\\", at[1]))
				return false;
			size = at[1] == 'u' ? 6 : 2;
		}
		at += size;
	}
	return at[0] == '"' && !at[1];
}

static void any_bytes_make_a_valid_string(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		CLEANUP(text_clear) struct text text = { 0 };
		struct json json = { .out = &text };
		char bytes[12];

		for (size_t at = 0; at < sizeof(bytes); at++) {
			seed = seed * 6364136223846793005 + 1442695040888963407;
			bytes[at] = (char)(seed >> 56 | (seed >> 40 & 0xc0));
		}
		json_bytes(&json, NULL, bytes, sizeof(bytes));
		if (!is_json_string(text_string(&text)))
			fail_msg("%s", text_string(&text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_is_written_as_it_comes),
		cmocka_unit_test(a_pretty_document_says_the_same),
		cmocka_unit_test(nothing_found_is_an_empty_array),
		cmocka_unit_test(a_key_after_a_nested_object_has_its_comma),
		cmocka_unit_test(the_largest_numbers_are_exact),
		cmocka_unit_test(control_and_invisible_characters_are_escaped),
		cmocka_unit_test(bytes_that_are_no_utf8_become_the_replacement_character),
		cmocka_unit_test(any_bytes_make_a_valid_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
