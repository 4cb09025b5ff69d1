/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each codec of the attribute layer, for random values and at its limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "attr/attr.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"

enum { ROUNDS = 2000 };

/* A member of every type that has a codec. */
struct sample {
	struct attr_set asked;
	bool on, presence;
	uint8_t u8, state;
	uint16_t u16, port;
	uint32_t u32, vni, ageing, mask;
	uint64_t u64, limit;
	int32_t nsid, index;
	struct mac mac;
	struct lladdr lladdr;
	struct address address;
	struct prefix prefix;
	struct link_name link;
	struct label label, qdisc;
	struct netns_name netns;
	struct port_range ports;
	struct realms realms;
	struct reasons reasons;
	struct bridge_id bridge_id;
	struct timer timer;
};

static const struct keyword states[] = {
	{ "none", 0, 0 }, { "noarp", 64, 0 }, { "802.1Q", 200, 0 }, { 0 }
};
static const struct keyword unset[] = { { "unset", UINT32_MAX, 0 }, { 0 } };

static const struct attr rows[] = {
	ATTR(sample, on, .name = "on", .wire = 1),
	ATTR(sample, presence, .name = "presence", .wire = 2, .traits = ATTR_PRESENCE | ATTR_FLAG),
	ATTR(sample, u8, .name = "u8", .wire = 3),
	ATTR(sample, state, .name = "state", .wire = 4, .keywords = states, .traits = ATTR_NO_ZERO),
	ATTR(sample, u16, .name = "u16", .wire = 5),
	ATTR(sample, port, .name = "port", .wire = 6, .traits = ATTR_NET_ORDER),
	ATTR(sample, u32, .name = "u32", .wire = 7),
	ATTR(sample, vni, .name = "vni", .wire = 8, .min = 1, .max = 0xffffff,
	     .traits = ATTR_NET_ORDER),
	ATTR(sample, ageing, .name = "ageing", .wire = 9, .traits = ATTR_CENTISECONDS),
	ATTR(sample, mask, .name = "mask", .wire = 10, .traits = ATTR_HEX, .max = 0xffff),
	ATTR(sample, u64, .name = "u64", .wire = 11),
	ATTR(sample, limit, .name = "limit", .wire = 12, .traits = ATTR_NET_ORDER),
	ATTR(sample, nsid, .name = "nsid", .wire = 13, .keywords = unset),
	ATTR(sample, index, .name = "index", .wire = 14, .min = 1, .max = INT32_MAX,
	     .traits = ATTR_NET_ORDER),
	ATTR(sample, mac, .name = "mac", .wire = 15),
	ATTR(sample, lladdr, .name = "lladdr", .wire = 16),
	ATTR(sample, address, .name = "address", .wire = 17),
	ATTR(sample, prefix, .name = "prefix", .wire = 18),
	ATTR(sample, link, .name = "link", .wire = 19),
	ATTR(sample, label, .name = "label", .wire = 20),
	ATTR(sample, qdisc, .name = "qdisc", .wire = 21, .max = 15),
	ATTR(sample, netns, .name = "netns"),
	ATTR(sample, ports, .name = "ports", .wire = 22),
	ATTR(sample, realms, .name = "realms", .json = "flow", .wire = 25),
	ATTR(sample, reasons, .name = "reasons", .wire = 26),
	ATTR(sample, bridge_id, .name = "bridge_id", .wire = 23),
	ATTR(sample, timer, .name = "timer", .wire = 24),
};
static const struct attr_extra extras[] = { ATTR_EXTRA(sample, asked) };
static const struct attr_table table = ATTR_TABLE(sample, "sample", rows, extras);

static struct attr_context context;
static struct error error;
static struct sample sample;

/* xorshift64*: the same numbers on every machine. */
static uint64_t next_random(void)
{
	static uint64_t seed = 0x9e3779b97f4a7c15;

	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 0x2545f4914f6cdd1d;
}

/* A kernel in which the link with the name's id N has the index 1000 + N. */
static uint32_t index_of(void *cookie, uint32_t name, struct error *failure)
{
	(void)cookie;
	if (!strcmp(names_text(context.names, name), "gone")) {
		error_set(failure, ENODEV, "link 'gone'");
		return 0;
	}
	return 1000 + name;
}

static uint32_t name_of(void *cookie, uint32_t index)
{
	(void)cookie;
	return index - 1000;
}

static const struct attr_links links = { .index = index_of, .name = name_of };

static int set_up(void **state)
{
	(void)state;
	context = (struct attr_context){ .names = names_new(), .links = &links };
	sample = (struct sample){ 0 };
	error_clear(&error);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	names_free(&context.names);
	return 0;
}

/* Reads `line` as the value of the row; it is split at single blanks. */
static int parse(const char *name, const char *line)
{
	char buffer[600];
	char *words[8];
	struct words cursor = { .at = words };
	char *at = buffer;

	snprintf(buffer, sizeof(buffer), "%s", line);
	while (at && *at) {
		words[cursor.left++] = at;
		at = strchr(at, ' ');
		if (at)
			*at++ = '\0';
	}
	error_clear(&error);
	return attr_parse(&table, attr_find(&table, name), &context, &sample, &cursor, &error);
}

static void assert_text(const char *name, const char *line, const char *expected)
{
	CLEANUP(text_clear) struct text text = { 0 };

	if (parse(name, line) < 0)
		fail_msg("%s", error.text);
	attr_print_value(attr_find(&table, name), &context, &sample, &text);
	assert_string_equal(text_string(&text), expected);
}

static void assert_json(const char *name, const char *line, const char *expected)
{
	CLEANUP(text_clear) struct text text = { 0 };
	struct json json = { .out = &text };

	if (parse(name, line) < 0)
		fail_msg("%s", error.text);
	json_open_object(&json, NULL);
	attr_json(attr_find(&table, name), &context, &sample, &json);
	json_close_object(&json);
	assert_string_equal(text_string(&text), expected);
}

static void assert_refused(const char *name, const char *line, const char *message)
{
	assert_int_equal(parse(name, line), -EINVAL);
	assert_string_equal(error.text, message);
	assert_int_equal(error.exit, EXIT_USAGE);
}

static void assert_wire(const char *name, const char *line, const char *bytes, size_t length)
{
	const struct attr *row = attr_find(&table, name);
	uint8_t payload[ATTR_PAYLOAD];

	assert_int_equal(parse(name, line), 0);
	assert_int_equal(
		row->type->encode(row, &context, attr_value(row, &sample), payload, &error),
		length);
	assert_memory_equal(payload, bytes, length);
}

static int decode(const char *name, const void *payload, size_t length)
{
	const struct attr *row = attr_find(&table, name);

	return row->type->decode(row, &context, payload, length, attr_field(row, &sample));
}

static void any_random_value_survives_being_printed_and_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROUNDS * table.count; i++) {
		const struct attr *row = &rows[i % table.count];
		CLEANUP(text_clear) struct text text = { 0 };
		struct sample made = { 0 };

		row->type->random(row, &context, next_random, attr_field(row, &made));
		attr_print_value(row, &context, &made, &text);
		if (parse(row->name, text_string(&text)) < 0)
			fail_msg("%s", error.text);
		if (!attr_equal(row, &made, &sample))
			fail_msg("%s '%s' is read as another value", row->name, text_string(&text));
	}
}

static void any_random_value_survives_the_wire(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROUNDS * table.count; i++) {
		const struct attr *row = &rows[i % table.count];
		struct sample made = { 0 }, read = { 0 };
		uint8_t payload[ATTR_PAYLOAD + 1];
		int length;

		if (!row->wire)
			continue;
		row->type->random(row, &context, next_random, attr_field(row, &made));
		/* Netlink aligns to 4 bytes; a u64 or worse may be anywhere. */
		length = row->type->encode(row, &context, attr_value(row, &made), payload + 1,
					   &error);
		assert_in_range(length, 0, ATTR_PAYLOAD);
		read.prefix.length = made.prefix.length;
		assert_int_equal(row->type->decode(row, &context, payload + 1, (size_t)length,
						   attr_field(row, &read)),
				 0);
		if (!attr_equal(row, &made, &read))
			fail_msg("%s changes on the wire", row->name);
	}
}

static void no_payload_of_any_size_is_read_out_of_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < table.count; i++) {
		for (size_t length = 0; length <= ATTR_PAYLOAD + 8; length++) {
			uint8_t payload[ATTR_PAYLOAD + 8];
			CLEANUP(text_clear) struct text text = { 0 };

			memset(payload, 0xff, sizeof(payload));
			/* Right at the end of the array: one byte more and the sanitizer sees it. */
			if (rows[i].type->decode(&rows[i], &context,
						 payload + sizeof(payload) - length, length,
						 attr_field(&rows[i], &sample)) == 0 &&
			    rows[i].type != &attr_type_link_name)
				attr_print_value(&rows[i], &context, &sample, &text);
		}
	}
}

static void a_bool_is_on_or_off(void **state)
{
	(void)state;
	assert_text("on", "1", "on");
	assert_text("on", "off", "off");
	assert_json("on", "on", "{\"on\":true}");
	assert_wire("on", "on", "\1", 1);
	assert_wire("presence", "on", "", 0);
	assert_int_equal(decode("on", "\2", 1), 0);
	assert_true(sample.on);
	assert_int_equal(decode("on", "\0\0\0\1", 4), -EINVAL);
	assert_int_equal(decode("presence", "", 0), 0);
	assert_true(sample.presence);
	assert_int_equal(decode("presence", "\1", 1), -EINVAL);
	assert_refused("on", "yes", "on: 'yes' is neither on nor off");
}

static void a_number_is_decimal_hexadecimal_or_octal(void **state)
{
	(void)state;
	assert_text("u32", "0x2a", "42");
	assert_text("u32", "052", "42");
	assert_text("mask", "42", "0x2a");
	assert_json("mask", "42", "{\"mask\":\"0x2a\"}");
	assert_json("u64", "18446744073709551615", "{\"u64\":18446744073709551615}");
	assert_refused("u32", "-1", "u32: '-1' is no number");
	assert_refused("u32", "0x", "u32: '0x' is no number");
	assert_refused("u32", "1e3", "u32: '1e3' is no number");
	assert_refused("u32", "+1", "u32: '+1' is no number");
}

static void a_number_fits_its_field_and_its_row(void **state)
{
	(void)state;
	assert_text("u8", "255", "255");
	assert_refused("u8", "256", "u8 256 is above 255");
	assert_refused("u16", "65536", "u16 65536 is above 65535");
	assert_refused("u32", "4294967296", "u32 4294967296 is above 4294967295");
	assert_refused("u64", "18446744073709551616",
		       "u64 18446744073709551616 is above 18446744073709551615");
	assert_text("vni", "16777215", "16777215");
	assert_refused("vni", "16777216", "vni 16777216 is above 16777215");
	assert_refused("vni", "0", "vni 0 is below 1");
	assert_refused("mask", "0x10000", "mask 0x10000 is above 0xffff");
}

static void a_keyword_is_a_number_with_a_name(void **state)
{
	(void)state;
	assert_text("state", "64", "noarp");
	assert_text("state", "802.1Q", "802.1Q");
	assert_text("state", "65", "65");
	assert_json("state", "noarp", "{\"state\":\"noarp\"}");
	assert_json("state", "65", "{\"state\":65}");
	assert_wire("state", "802.1Q", "\xc8", 1);
	assert_refused("state", "noapr", "state: 'noapr' is no number (did you mean 'noarp'?)");
}

static void a_time_may_have_a_unit(void **state)
{
	(void)state;
	assert_text("ageing", "30000", "30000");
	assert_text("ageing", "15s", "1500");
	assert_text("ageing", "200ms", "20");
	assert_text("ageing", "5min", "30000");
	assert_refused("ageing", "5ms", "ageing: '5ms' is no multiple of 10ms");
	assert_refused("ageing", "5sec", "ageing: '5sec' is no number");
	assert_refused("ageing", "99999999999999999999s",
		       "ageing: '99999999999999999999s' is no number");
	assert_refused("ageing", "42949673s", "ageing 42949673s is above 4294967295");
	assert_refused("ageing", "18446744073709551615s",
		       "ageing 18446744073709551615s is above 4294967295");
	assert_refused("u32", "15s", "u32: '15s' is no number");
}

static void the_wire_has_the_byte_order_of_the_row(void **state)
{
	const uint32_t host = 0x01020304;

	(void)state;
	assert_wire("u32", "0x01020304", (const char *)&host, 4);
	assert_wire("port", "0x0102", "\1\2", 2);
	assert_wire("vni", "0x010203", "\0\1\2\3", 4);
	assert_wire("limit", "1", "\0\0\0\0\0\0\0\1", 8);
	assert_wire("index", "1", "\0\0\0\1", 4);
	assert_int_equal(decode("port", "\1\2", 2), 0);
	assert_int_equal(sample.port, 0x0102);
	assert_int_equal(decode("port", "\1\2\3\4", 4), -EINVAL);
	assert_int_equal(decode("u64", "\1\2\3\4", 4), -EINVAL);
}

static void an_integer_may_be_negative(void **state)
{
	(void)state;
	assert_text("nsid", "-2", "-2");
	assert_text("nsid", "unset", "unset");
	assert_text("nsid", "-1", "unset");
	assert_text("nsid", "-2147483648", "-2147483648");
	assert_json("nsid", "-2", "{\"nsid\":-2}");
	assert_json("nsid", "unset", "{\"nsid\":\"unset\"}");
	assert_refused("nsid", "-2147483649", "nsid -2147483649 is below -2147483648");
	assert_refused("nsid", "2147483648", "nsid 2147483648 is above 2147483647");
	assert_refused("nsid", "99999999999999999999",
		       "nsid 99999999999999999999 is above 2147483647");
	assert_refused("nsid", "--1", "nsid: '--1' is no number (known: unset)");
	assert_refused("index", "0", "index 0 is below 1");
}

static void a_mac_has_six_bytes(void **state)
{
	(void)state;
	assert_text("mac", "2:0:0:0:0:B", "02:00:00:00:00:0b");
	assert_json("mac", "02:00:00:00:00:0b", "{\"mac\":\"02:00:00:00:00:0b\"}");
	assert_wire("mac", "02:00:00:00:00:0b", "\2\0\0\0\0\x0b", 6);
	assert_int_equal(decode("mac", "\2\0\0\0\0", 5), -EINVAL);
	assert_refused("mac", "02:00:00:00:00", "mac: '02:00:00:00:00' is no MAC address");
}

static void a_link_layer_address_may_be_a_tunnels(void **state)
{
	const char *infiniband = "80:00:00:48:fe:80:00:00:00:00:00:00:00:02:c9:03:00:00:10:3b";

	(void)state;
	assert_text("lladdr", "02:00:00:00:00:0b", "02:00:00:00:00:0b");
	assert_int_equal(sample.lladdr.length, 6);
	assert_wire("lladdr", "10.0.0.1", "\x0a\0\0\1", 4);
	assert_text("lladdr", "10.0.0.1", "10.0.0.1");
	assert_text("lladdr", "fe80::1", "fe80::1");
	assert_int_equal(sample.lladdr.length, 16);
	assert_text("lladdr", infiniband, infiniband);
	assert_json("lladdr", "10.0.0.1", "{\"lladdr\":\"10.0.0.1\"}");
	assert_int_equal(decode("lladdr", "", 0), 0);
	assert_int_equal(sample.lladdr.length, 0);
	assert_int_equal(decode("lladdr", "123456789012345678901", 21), -EINVAL);
	assert_refused("lladdr", "10.0.0", "lladdr: '10.0.0' is no link layer address");
}

static void an_address_keeps_its_family(void **state)
{
	(void)state;
	assert_text("address", "10.0.0.1", "10.0.0.1");
	assert_text("address", "FE80:0::1", "fe80::1");
	assert_wire("address", "10.0.0.1", "\x0a\0\0\1", 4);
	assert_wire("address", "::1", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	assert_json("address", "::1", "{\"address\":\"::1\"}");
	assert_int_equal(decode("address", "\x0a\0\0\1", 4), 0);
	assert_int_equal(sample.address.family, IPV4);
	assert_int_equal(decode("address", "\x0a\0\0\1\0", 5), -EINVAL);
	assert_refused("address", "10.0.0.256", "address: '10.0.0.256' is no address");
	assert_refused("address", "10.1", "address: '10.1' is no address");
}

static void any_is_the_zero_address_of_the_asked_family(void **state)
{
	(void)state;
	assert_text("address", "any", "0.0.0.0");
	assert_text("address", "default", "0.0.0.0");
	context.family = IPV6;
	assert_text("address", "any", "::");
}

static void a_prefix_is_read_as_iproute2_reads_it(void **state)
{
	(void)state;
	assert_text("prefix", "10.0.0.0/8", "10.0.0.0/8");
	assert_text("prefix", "10/8", "10.0.0.0/8");
	assert_text("prefix", "172.16/12", "172.16.0.0/12");
	assert_text("prefix", "10.1", "10.1.0.0");
	assert_text("prefix", "10.0.0.0/255.0.0.0", "10.0.0.0/8");
	assert_text("prefix", "10.0.0.1", "10.0.0.1");
	assert_int_equal(sample.prefix.length, 32);
	assert_text("prefix", "10.0.0.1/32", "10.0.0.1");
	assert_text("prefix", "2001:db8::/32", "2001:db8::/32");
	assert_text("prefix", "::1/128", "::1");
	assert_text("prefix", "0/0", "default");
	assert_text("prefix", "::/0", "default");
	assert_int_equal(sample.prefix.family, IPV6);
	assert_text("prefix", "all", "default");
	assert_int_equal(sample.prefix.family, IPV4);
	assert_text("prefix", "10.0.0.1/0", "10.0.0.1/0");
	assert_json("prefix", "10/8", "{\"prefix\":\"10.0.0.0/8\"}");
	assert_json("prefix", "any", "{\"prefix\":\"default\"}");
}

static void a_wrong_prefix_is_refused(void **state)
{
	(void)state;
	assert_refused("prefix", "10.0.0.0/33", "prefix: the length of '10.0.0.0/33' is above 32");
	assert_refused("prefix", "::/129", "prefix: the length of '::/129' is above 128");
	assert_refused("prefix", "10.0.0.0/", "prefix: '10.0.0.0/' is no prefix");
	assert_refused("prefix", "10.0.0.0/8x", "prefix: '10.0.0.0/8x' is no prefix");
	assert_refused("prefix", "10.0.0.0/255.0.255.0",
		       "prefix: '10.0.0.0/255.0.255.0' is no prefix");
	assert_refused("prefix", "/8", "prefix: '/8' is no prefix");
	assert_refused("prefix", "10./8", "prefix: '10./8' is no prefix");
	assert_refused("prefix", "300/8", "prefix: '300/8' is no prefix");
	assert_refused("prefix", "default/8", "prefix: 'default/8' is no prefix");
	assert_int_equal(parse("prefix", "1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:"
					 "1111:1111:1111:1111:1111/8"),
			 -EINVAL);
}

static void a_prefix_on_the_wire_is_its_address(void **state)
{
	(void)state;
	assert_wire("prefix", "10/8", "\x0a\0\0\0", 4);
	assert_int_equal(decode("prefix", "\x0a\1\0\0", 4), 0);
	assert_int_equal(sample.prefix.length, 8);
	assert_int_equal(decode("prefix", "\x0a\1\0\0", 3), -EINVAL);
}

static void a_links_name_becomes_an_index_on_the_wire(void **state)
{
	const struct attr *row = attr_find(&table, "link");
	const uint32_t none = 0, index = 1000 + names_of(context.names, "eth0");
	uint8_t payload[ATTR_PAYLOAD];

	(void)state;
	assert_wire("link", "eth0", (const char *)&index, 4);
	sample.link.id = 0;
	assert_int_equal(row->type->encode(row, &context, &sample.link, payload, &error), 4);
	assert_memory_equal(payload, &none, 4);
	assert_int_equal(decode("link", &index, 4), 0);
	assert_string_equal(names_text(context.names, sample.link.id), "eth0");
	assert_int_equal(decode("link", &none, 4), 0);
	assert_int_equal(sample.link.id, 0);
	assert_int_equal(decode("link", &none, 2), -EINVAL);
}

static void a_link_that_is_not_there_stops_the_encoding(void **state)
{
	const struct attr *row = attr_find(&table, "link");
	uint8_t payload[ATTR_PAYLOAD];

	(void)state;
	assert_int_equal(parse("link", "gone"), 0);
	assert_int_equal(row->type->encode(row, &context, &sample.link, payload, &error), -ENODEV);
	assert_string_equal(error.text, "link 'gone': No such device");
	context.links = NULL;
	assert_int_equal(row->type->encode(row, &context, &sample.link, payload, &error),
			 -EOPNOTSUPP);
	assert_int_equal(decode("link", "\1\0\0\0", 4), -EOPNOTSUPP);
}

static void a_new_links_name_is_checked_and_an_old_ones_is_not(void **state)
{
	(void)state;
	assert_text("link", "abcdefghijklmno", "abcdefghijklmno");
	assert_json("link", "br-0.1", "{\"link\":\"br-0.1\"}");
	assert_refused("link", "abcdefghijklmnop",
		       "link: 'abcdefghijklmnop' is longer than 15 characters");
	assert_refused("link", "a/b", "link: 'a/b' has a '/', which no link's name may");
	assert_refused("link", "a:b", "link: 'a:b' has a ':', which no link's name may");
	assert_refused("link", "eth%d", "link: 'eth%d' has a '%', which no link's name may");
	assert_refused("link", "a\tb",
		       "link: 'a\tb' has a blank or control character, which no link's name may");
	assert_refused("link", ".", "link: '.' is no link's name");
	assert_refused("link", "..", "link: '..' is no link's name");
	context.tolerant = true;
	assert_text("link", "an-altname-of-more-than-15-characters",
		    "an-altname-of-more-than-15-characters");
	assert_text("link",
		    "a\x07"
		    "b",
		    "a\\x07b");
}

static void a_label_is_text_of_a_limited_length(void **state)
{
	char longest[300];

	(void)state;
	memset(longest, 'x', sizeof(longest));
	longest[255] = '\0';
	assert_wire("label", "ovl:demo", "ovl:demo", 9);
	/* The kernel takes an alias of 255 bytes without its NUL only. */
	assert_wire("label", longest, longest, 255);
	assert_int_equal(decode("label", longest, 255), 0);
	assert_string_equal(names_text(context.names, sample.label.id), longest);
	longest[255] = 'x';
	longest[256] = '\0';
	assert_int_equal(parse("label", longest), -EINVAL);
	assert_refused("qdisc", "abcdefghijklmnop",
		       "qdisc: 'abcdefghijklmnop' is longer than 15 characters");
	assert_json("label", "a\"b", "{\"label\":\"a\\\"b\"}");
	assert_int_equal(decode("label", "noqueue\0tail", 12), 0);
	assert_string_equal(names_text(context.names, sample.label.id), "noqueue");
}

static void an_empty_label_takes_the_text_away(void **state)
{
	const struct attr *row = attr_find(&table, "label");
	char empty[] = "";
	char *word = empty;
	struct words words = { .at = &word, .left = 1 };
	uint8_t payload[ATTR_PAYLOAD];

	(void)state;
	sample.label.id = 7;
	assert_int_equal(attr_parse(&table, row, &context, &sample, &words, &error), 0);
	assert_int_equal(sample.label.id, 0);
	assert_int_equal(row->type->encode(row, &context, &sample.label, payload, &error), 0);
	assert_int_equal(decode("label", "", 0), 0);
}

static void a_namespace_is_a_name_or_a_process(void **state)
{
	const struct attr *row = attr_find(&table, "netns");
	uint8_t payload[ATTR_PAYLOAD];

	(void)state;
	assert_text("netns", "n1", "n1");
	assert_text("netns", "_a.b-c", "_a.b-c");
	assert_text("netns", "pid:42", "pid:42");
	assert_json("netns", "n1", "{\"netns\":\"n1\"}");
	assert_refused("netns", ".hidden",
		       "netns: '.hidden' is no namespace: NAME or pid:N is expected");
	assert_refused("netns", "a/b", "netns: 'a/b' is no namespace: NAME or pid:N is expected");
	assert_int_equal(parse("netns", "/run/netns/n1"), -EINVAL);
	assert_int_equal(parse("netns", "pid:0"), -EINVAL);
	assert_int_equal(parse("netns", "pid:4x"), -EINVAL);
	assert_int_equal(parse("netns", "pid:"), -EINVAL);
	assert_int_equal(parse("netns", "-a"), -EINVAL);
	assert_int_equal(parse("netns", "a123456789b123456789c123456789d123456789e123456789f12345"
					"6789g123"),
			 0);
	assert_int_equal(parse("netns", "a123456789b123456789c123456789d123456789e123456789f12345"
					"6789g1234"),
			 -EINVAL);
	context.tolerant = true;
	assert_text("netns", "a+b", "a+b");
	assert_text("netns", "/run/netns/n1", "n1");
	assert_text("netns", "/var/run/netns/a+b", "a+b");
	assert_refused("netns", "/proc/1/ns/net",
		       "netns: '/proc/1/ns/net' is no namespace: NAME or pid:N is expected");
	assert_int_equal(parse("netns", "/run/netns/"), -EINVAL);
	assert_int_equal(parse("netns", "/run/netns/.."), -EINVAL);
	assert_int_equal(parse("netns", "/run/netns/../n1"), -EINVAL);
	assert_int_equal(parse("netns", "/run/netns/pid:1"), -EINVAL);
	assert_int_equal(parse("netns", "a/b"), -EINVAL);
	assert_int_equal(parse("netns", ".."), -EINVAL);
	assert_int_equal(row->type->encode(row, &context, &sample.netns, payload, &error), 0);
}

static void realms_are_of_the_source_and_the_destination(void **state)
{
	(void)state;
	assert_text("realms", "5", "5");
	assert_text("realms", "3/5", "3/5");
	assert_text("realms", "/5", "5");
	assert_text("realms", "3/", "3/unknown");
	assert_text("realms", "unknown", "unknown");
	assert_text("realms", "0x30005", "3/5");
	assert_json("realms", "3/5", "{\"flow\":{\"from\":\"3\",\"to\":\"5\"}}");
	assert_json("realms", "5", "{\"flow\":{\"to\":\"5\"}}");
	assert_int_equal(decode("realms", "\1\2", 2), -EINVAL);
	assert_refused("realms", "65536/1", "realms 65536 is above 65535");
	assert_refused("realms", "/", "realms: '/' is no realm");
	assert_refused("realms", "x/1", "realms: 'x/1' is no realm");
	assert_refused("realms", "1/2/3", "realms: '1/2/3' is no realm");
}

static void a_reason_is_on_or_off(void **state)
{
	(void)state;
	assert_text("reasons", "3 on", "3 on");
	assert_text("reasons", "31 off", "31 off");
	assert_json("reasons", "3 on", "{\"reasons\":[\"3\"]}");
	assert_json("reasons", "3 off", "{\"reasons\":[]}");
	assert_wire("reasons", "3 on", "\10\0\1\0\10\0\0\0\10\0\2\0\10\0\0\0", 16);
	/* As the kernel tells them: those that hold. */
	assert_int_equal(decode("reasons", "\10\0\2\0\11\0\0\0", 8), 0);
	assert_int_equal(sample.reasons.mask, 9);
	assert_int_equal(decode("reasons", "\10\0\1\0\11\0\0\0", 8), -EINVAL);
	assert_int_equal(decode("reasons", "\10\0\2\0\11\0\0", 7), -EINVAL);
	assert_refused("reasons", "32 on", "reasons 32 is above 31");
	assert_refused("reasons", "x on", "reasons: 'x' is no reason");
	assert_refused("reasons", "3 yes", "reasons 3: 'on' or 'off' is expected, not 'yes'");
	assert_refused("reasons", "3", "reasons 3: 'on' or 'off' is expected");
}

static void a_range_of_ports_has_two_words(void **state)
{
	(void)state;
	assert_text("ports", "1024 65535", "1024 65535");
	assert_json("ports", "1 2", "{\"ports\":{\"low\":1,\"high\":2}}");
	assert_wire("ports", "258 772", "\1\2\3\4", 4);
	assert_int_equal(decode("ports", "\1\2", 2), -EINVAL);
	assert_refused("ports", "2 1", "ports: the low port 2 is above the high port 1");
	assert_refused("ports", "1 65536", "ports 65536 is above 65535");
	assert_refused("ports", "1 x", "ports: 'x' is no port");
	assert_refused("ports", "1", "'ports' needs a value: LOW HIGH");
}

static void a_bridge_id_is_printed_as_iproute2_prints_it(void **state)
{
	(void)state;
	assert_text("bridge_id", "8000.02:00:00:00:00:0b", "8000.2:0:0:0:0:b");
	assert_json("bridge_id", "8000.aa:bb:cc:0:0:1", "{\"bridge_id\":\"8000.aa:bb:cc:0:0:1\"}");
	assert_wire("bridge_id", "8000.2:0:0:0:0:b", "\x80\0\2\0\0\0\0\x0b", 8);
	assert_int_equal(decode("bridge_id", "\x80\0\2\0\0\0", 6), -EINVAL);
	assert_refused("bridge_id", "800.2:0:0:0:0:b",
		       "bridge_id: '800.2:0:0:0:0:b' is no bridge id");
}

static void a_timer_is_in_seconds(void **state)
{
	(void)state;
	assert_text("timer", "12.05", "12.05");
	assert_int_equal(sample.timer.ticks, 1205);
	assert_text("timer", "3", "3.00");
	assert_json("timer", "0.07", "{\"timer\":0.07}");
	assert_refused("timer", "1.5", "timer: '1.5' is no time in seconds");
	assert_refused("timer", "184467440737095516.16",
		       "timer: '184467440737095516.16' is no time in seconds");
	assert_int_equal(decode("timer", "\1\0\0\0", 4), -EINVAL);
}

#define test(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(any_random_value_survives_being_printed_and_read),
		test(any_random_value_survives_the_wire),
		test(no_payload_of_any_size_is_read_out_of_bounds),
		test(a_bool_is_on_or_off),
		test(a_number_is_decimal_hexadecimal_or_octal),
		test(a_number_fits_its_field_and_its_row),
		test(a_keyword_is_a_number_with_a_name),
		test(a_time_may_have_a_unit),
		test(the_wire_has_the_byte_order_of_the_row),
		test(an_integer_may_be_negative),
		test(a_mac_has_six_bytes),
		test(a_link_layer_address_may_be_a_tunnels),
		test(an_address_keeps_its_family),
		test(any_is_the_zero_address_of_the_asked_family),
		test(a_prefix_is_read_as_iproute2_reads_it),
		test(a_wrong_prefix_is_refused),
		test(a_prefix_on_the_wire_is_its_address),
		test(a_links_name_becomes_an_index_on_the_wire),
		test(a_link_that_is_not_there_stops_the_encoding),
		test(a_new_links_name_is_checked_and_an_old_ones_is_not),
		test(a_label_is_text_of_a_limited_length),
		test(an_empty_label_takes_the_text_away),
		test(a_namespace_is_a_name_or_a_process),
		test(realms_are_of_the_source_and_the_destination),
		test(a_reason_is_on_or_off),
		test(a_range_of_ports_has_two_words),
		test(a_bridge_id_is_printed_as_iproute2_prints_it),
		test(a_timer_is_in_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
