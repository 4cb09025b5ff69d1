/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "attr/value.h"
#include "base/cleanup.h"
#include "base/text.h"

static void assert_address(const char *word, const char *expected)
{
	CLEANUP(text_clear) struct text text = { 0 };
	struct address address;

	assert_true(address_read(word, &address));
	address_print(address.family, address.bytes, &text);
	assert_string_equal(text_string(&text), expected);
}

static void an_address_is_printed_in_its_canonical_form(void **state)
{
	(void)state;
	assert_address("10.0.200.255", "10.0.200.255");
	assert_address("0.0.0.0", "0.0.0.0");
	assert_address("::", "::");
	assert_address("::1", "::1");
	assert_address("FE80:0:0:0:0:0:0:1", "fe80::1");
	assert_address("1:0:0:2:0:0:0:3", "1:0:0:2::3");
	assert_address("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7");
	assert_address("1:0:0:0:0:0:0:0", "1::");
	assert_address("::ffff:10.0.0.1", "::ffff:10.0.0.1");
	assert_address("::10.0.0.1", "::10.0.0.1");
}

/* inet_ntop(3) is what iproute2 prints addresses with. */
static void any_address_is_printed_as_inet_ntop_prints_it(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		CLEANUP(text_clear) struct text text = { 0 };
		uint8_t bytes[16];
		char expected[INET6_ADDRSTRLEN];

		for (size_t at = 0; at < 16; at += 2) {
			seed = seed * 6364136223846793005 + 1442695040888963407;
			/* Zero groups and 0xffff are what the rules are about. */
			bytes[at] = seed >> 60 & 8 ? 0 : (uint8_t)(seed >> 40);
			bytes[at + 1] = seed >> 60 & 12 ? 0 : (uint8_t)(seed >> 48);
			if ((seed >> 56 & 15) == 15)
				bytes[at] = bytes[at + 1] = 0xff;
		}
		assert_non_null(inet_ntop(AF_INET6, bytes, expected, sizeof(expected)));
		address_print(IPV6, bytes, &text);
		assert_string_equal(text_string(&text), expected);
		text_cut(&text, 0);
		assert_non_null(inet_ntop(AF_INET, bytes, expected, sizeof(expected)));
		address_print(IPV4, bytes, &text);
		assert_string_equal(text_string(&text), expected);
	}
}

static void what_is_no_address_is_not_read(void **state)
{
	static const char *const words[] = { "",
					     "10",
					     "10.0.0",
					     "10.0.0.1/8",
					     "a.b",
					     ":::",
					     "10.0.0.1.2",
					     "1:2:3:4:5:6:7:8:9",
					     "fe80::1%eth0",
					     "10.0.0.256",
					     " 10.0.0.1" };
	struct address address = { .family = 77 };

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		assert_false(address_read(words[i], &address));
	assert_int_equal(address.family, 77);
}

static void an_ipv4_address_leaves_no_bytes_behind_it(void **state)
{
	struct address address;

	(void)state;
	memset(&address, 0xff, sizeof(address));
	assert_true(address_read("0.0.0.0", &address));
	assert_true(address_is_zero(&address));
	assert_int_equal(address_size(address.family), 4);
	assert_int_equal(address_size(IPV6), 16);
	assert_int_equal(address_size(0), 0);
}

static bool is_multicast(const char *word)
{
	struct address address;

	assert_true(address_read(word, &address));
	return address_is_multicast(&address);
}

static void multicast_is_told_from_unicast(void **state)
{
	(void)state;
	assert_true(is_multicast("224.0.0.0"));
	assert_true(is_multicast("239.255.255.255"));
	assert_true(is_multicast("ff02::1"));
	assert_false(is_multicast("223.255.255.255"));
	assert_false(is_multicast("240.0.0.0"));
	assert_false(is_multicast("fe80::1"));
}

static void assert_mac(const char *word, const char *expected)
{
	CLEANUP(text_clear) struct text text = { 0 };
	uint8_t bytes[6];

	assert_true(mac_read(word, bytes));
	mac_print(bytes, 6, &text);
	assert_string_equal(text_string(&text), expected);
}

static void a_mac_is_read_in_every_usual_spelling(void **state)
{
	(void)state;
	assert_mac("02:00:5e:10:00:FF", "02:00:5e:10:00:ff");
	assert_mac("2:0:5e:10:0:ff", "02:00:5e:10:00:ff");
	assert_mac("02-00-5e-10-00-ff", "02:00:5e:10:00:ff");
	assert_mac("0200.5e10.00ff", "02:00:5e:10:00:ff");
}

static void what_is_no_mac_is_not_read(void **state)
{
	static const char *const words[] = { "",
					     ":",
					     "02:00:5e:10:00",
					     "02:00:5e:10:00:",
					     "02:00:5e:10:00:ff:",
					     "02:00:5e:10:00:fff",
					     "02:00:5e:10:00:fg",
					     "02:00:5e:10::ff",
					     "02005e1000ff",
					     "0200.5e10",
					     "0200.5e10.00f",
					     "0200.5e10.00ff.",
					     "0200.5e10.00ff0",
					     "200.5e10.00ff" };
	uint8_t bytes[6] = { 1, 2, 3, 4, 5, 6 };

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		assert_false(mac_read(words[i], bytes));
	assert_memory_equal(bytes, "\1\2\3\4\5\6", 6);
}

static void a_mac_of_no_bytes_is_empty(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };

	(void)state;
	mac_print(NULL, 0, &text);
	assert_int_equal(text.length, 0);
}

static void a_number_is_read_whole_or_not_at_all(void **state)
{
	static const char *const words[] = { "",   "-1", "+1",  " 1",  "1 ", "x",
					     "0x", "08", "1.5", "0xg", "1k" };
	uint64_t number;

	(void)state;
	assert_true(number_read("0", &number));
	assert_int_equal(number, 0);
	assert_true(number_read("0x1F", &number));
	assert_int_equal(number, 31);
	assert_true(number_read("017", &number));
	assert_int_equal(number, 15);
	assert_true(number_read("18446744073709551615", &number));
	assert_true(number == UINT64_MAX && errno != ERANGE);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		assert_false(number_read(words[i], &number));
}

static void a_number_that_does_not_fit_says_so(void **state)
{
	uint64_t number;

	(void)state;
	assert_true(number_read("18446744073709551616", &number));
	assert_true(number == UINT64_MAX);
	assert_int_equal(errno, ERANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_printed_in_its_canonical_form),
		cmocka_unit_test(any_address_is_printed_as_inet_ntop_prints_it),
		cmocka_unit_test(what_is_no_address_is_not_read),
		cmocka_unit_test(an_ipv4_address_leaves_no_bytes_behind_it),
		cmocka_unit_test(multicast_is_told_from_unicast),
		cmocka_unit_test(a_mac_is_read_in_every_usual_spelling),
		cmocka_unit_test(what_is_no_mac_is_not_read),
		cmocka_unit_test(a_mac_of_no_bytes_is_empty),
		cmocka_unit_test(a_number_is_read_whole_or_not_at_all),
		cmocka_unit_test(a_number_that_does_not_fit_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
