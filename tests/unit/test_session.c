/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is believed of SSH_CONNECTION and of the kernel's lists of connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/names.h"
#include "base/text.h"
#include "kernel/connection.h"
#include "model/session.h"

/* "REMOTE PORT LOCAL PORT". */
static void assert_connection(const struct connection *connection, const char *expected)
{
	CLEANUP(text_clear) struct text text = { 0 };

	address_print(connection->remote.family, connection->remote.bytes, &text);
	text_printf(&text, " %u ", connection->remote_port);
	address_print(connection->local.family, connection->local.bytes, &text);
	text_printf(&text, " %u", connection->local_port);
	assert_string_equal(text_string(&text), expected);
}

static void the_variable_of_sshd_is_read(void **state)
{
	static const struct {
		const char *value, *connection, *zone;
	} values[] = {
		{ "203.0.113.9 50000 10.0.0.5 22", "203.0.113.9 50000 10.0.0.5 22", "" },
		{ "2001:db8::9 50000 2001:db8::5 22", "2001:db8::9 50000 2001:db8::5 22", "" },
		{ "::ffff:203.0.113.9 50000 ::ffff:10.0.0.5 65535",
		  "203.0.113.9 50000 10.0.0.5 65535", "" },
		{ "fe80::9%eth0 50000 fe80::5%eth0 22", "fe80::9 50000 fe80::5 22", "eth0" },
		{ "fe80::9%eth1.10 1 fe80::5 22", "fe80::9 1 fe80::5 22", "eth1.10" },
	};
	struct names *names = names_new();

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		struct connection connection;
		struct link_name zone;

		assert_true(session_read(values[i].value, names, &connection, &zone));
		assert_connection(&connection, values[i].connection);
		assert_string_equal(names_text(names, zone.id), values[i].zone);
	}
	names_free(&names);
}

static void anything_else_in_it_is_not(void **state)
{
	static const char *const values[] = {
		"",
		" ",
		"   ",
		"203.0.113.9",
		"203.0.113.9 50000 10.0.0.5",
		"203.0.113.9 50000 10.0.0.5 ",
		"203.0.113.9 50000 10.0.0.5 22 ",
		"203.0.113.9 50000 10.0.0.5 22 23",
		" 203.0.113.9 50000 10.0.0.5 22",
		"203.0.113.9  50000 10.0.0.5 22",
		"203.0.113.9\t50000 10.0.0.5 22",
		"203.0.113.9 50000 10.0.0.5 22\n",
		"203.0.113.9 0 10.0.0.5 22",
		"203.0.113.9 65536 10.0.0.5 22",
		"203.0.113.9 -1 10.0.0.5 22",
		"203.0.113.9 0x50 10.0.0.5 22",
		"203.0.113.9 000022 10.0.0.5 22",
		"203.0.113.9 50000 2001:db8::5 22",
		"203.0.113 50000 10.0.0.5 22",
		"203.0.113.9%eth0 50000 10.0.0.5 22",
		"2001:db8::9%eth0 50000 2001:db8::5 22",
		"fe80::9% 50000 fe80::5 22",
		"fe80::9%sixteen-letters- 50000 fe80::5 22",
		"0.0.0.0 50000 10.0.0.5 22",
		":: 50000 ::1 22",
		"client 50000 server 22",
		"UNKNOWN 65535 UNKNOWN 65535",
		"$(reboot) 1 10.0.0.5 22",
	};
	struct names *names = names_new();
	char longest[512] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		struct connection connection = { .local_port = 7 };
		struct link_name zone = { 7 };

		if (session_read(values[i], names, &connection, &zone))
			fail_msg("'%s' was read", values[i]);
		assert_int_equal(connection.local_port, 7);
		assert_int_equal(zone.id, 7);
	}
	memset(longest, '1', sizeof(longest) - 1);
	assert_false(
		session_read(longest, names, &(struct connection){ 0 }, &(struct link_name){ 0 }));
	names_free(&names);
}

static void a_line_of_the_kernels_list_is_read(void **state)
{
	static const struct {
		const char *line, *connection;
		unsigned long inode;
	} lines[] = {
		{ "   1: 0500000A:0016 097100CB:C350 01 00000000:00000000 02:000A2D1F 00000000     "
		  "0"
		  "        0 123456 2 ffff8880 20 4 1 10 -1\n",
		  "203.0.113.9 50000 10.0.0.5 22", 123456 },
		{ "  12: B80D0120000000000000000005000000:0016 "
		  "B80D0120000000000000000009000000:C350 01 00000000:00000000 00:00000000 00000000 "
		  " 1000        0 7 1 ffff8880 20 4 1 10 -1\n",
		  "2001:db8::9 50000 2001:db8::5 22", 7 },
		{ "   0: 0000000000000000FFFF00000500000A:0016 "
		  "0000000000000000FFFF0000097100CB:C350 01 0:0 0:0 0 0 0 9 1\n",
		  "203.0.113.9 50000 10.0.0.5 22", 9 },
	};
	struct connection connection;
	unsigned long inode;

	(void)state;
	/* The numbers are this machine's own. */
	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
		skip();
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		assert_true(connection_read(lines[i].line, &connection, &inode));
		assert_connection(&connection, lines[i].connection);
		assert_int_equal(inode, lines[i].inode);
	}
}

static void what_is_no_established_connection_is_passed_over(void **state)
{
	static const char *const lines[] = {
		"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid",
		"   0: 0500000A:0016 00000000:0000 0A 0:0 0:0 0 0 0 9 1",
		"   0: 0500000A:0016 097100CB:C350 06 0:0 0:0 0 0 0 0 1",
		"   0: 0500000A:0016 097100CB:C350 01 0:0 0:0 0 0",
		"   0: 0500000A 097100CB:C350 01 0:0 0:0 0 0 0 9 1",
		"   0: 0500000:0016 097100CB:C350 01 0:0 0:0 0 0 0 9 1",
		"   0: 0500000A0500000A:0016 097100CB:C350 01 0:0 0:0 0 0 0 9 1",
		"",
	};
	struct connection connection;
	unsigned long inode;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		assert_false(connection_read(lines[i], &connection, &inode));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_variable_of_sshd_is_read),
		cmocka_unit_test(anything_else_in_it_is_not),
		cmocka_unit_test(a_line_of_the_kernels_list_is_read),
		cmocka_unit_test(what_is_no_established_connection_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
