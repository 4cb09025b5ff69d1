/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every attribute table must keep to, and that each of its rows reads
 * back what it wrote; then what the kinds of links know beside their rows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attr/attr.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"
#include "kernel/wire.h"
#include "model/address.h"
#include "model/altname.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/link_kind.h"
#include "model/neighbour.h"
#include "model/netns.h"
#include "model/route.h"
#include "model/uapi.h"
#include "model/vni.h"
#include "support/rows.h"

/* A new table belongs here; everything below follows. */
static const struct attr_table *const tables[] = {
	&bridge_table,       &bridge_port_table, &vxlan_table, &macvlan_table,
	&vlan_table,         &vrf_table,         &link_table,  &address_table,
	&altname_table,      &neighbour_table,   &fdb_table,   &route_table,
	&route_detail_table, &nexthop_table,     &vni_table,   &netns_table,
};

enum { TABLES = sizeof(tables) / sizeof(*tables), ROUNDS = 300, MOST_WORDS = 256 };

/* The row after `row`, or the first one for NULL; NULL at the end. */
static const struct attr *row_after(const struct attr_table *table, const struct attr *row)
{
	row = row ? row + 1 : table->rows;
	return row < table->rows + table->count ? row : NULL;
}

static int setup(void **state)
{
	static struct attr_context context = { .links = &rows_links };

	context.names = names_new();
	*state = &context;
	return 0;
}

static int teardown(void **state)
{
	struct attr_context *context = *state;

	names_free(&context->names);
	return 0;
}

static void words_add(const char *(*words)[MOST_WORDS], size_t *count, const char *word,
		      const char *table)
{
	for (size_t i = 0; i < *count; i++)
		if (!strcmp((*words)[i], word))
			fail_msg("%s: '%s' is there twice", table, word);
	assert_true(*count < MOST_WORDS);
	(*words)[(*count)++] = word;
}

static void no_word_names_two_rows_of_a_table(void **state)
{
	(void)state;
	for (size_t t = 0; t < TABLES; t++) {
		const struct attr_table *table = tables[t];
		const char *words[MOST_WORDS];
		char copies[MOST_WORDS][64], *at;
		size_t count = 0, copied = 0;

		for (const struct attr *row = row_after(table, NULL); row;
		     row = row_after(table, row)) {
			assert_non_null(row->name);
			words_add(&words, &count, row->name, table->name);
			if (!row->alias)
				continue;
			assert_true(strlen(row->alias) < sizeof(copies[0]));
			strcpy(copies[copied], row->alias);
			for (char *word = strtok_r(copies[copied++], " ", &at); word;
			     word = strtok_r(NULL, " ", &at))
				words_add(&words, &count, word, table->name);
		}
		/* A keyword that stands alone must not be another row's word. */
		for (const struct attr *row = row_after(table, NULL); row;
		     row = row_after(table, row)) {
			if (!(row->traits & ATTR_BARE))
				continue;
			for (const struct keyword *k = row->keywords; k && k->word; k++) {
				const struct attr *other = attr_find(table, k->word);

				if (other && other != row)
					fail_msg("%s: '%s' is a row and a keyword of %s",
						 table->name, k->word, row->name);
			}
		}
	}
}

static void no_json_key_is_said_by_two_rows(void **state)
{
	(void)state;
	for (size_t t = 0; t < TABLES; t++) {
		const struct attr_table *table = tables[t];

		for (const struct attr *a = row_after(table, NULL); a; a = row_after(table, a)) {
			const char *key = a->json ? a->json : a->name;

			for (const struct attr *b = table->rows; b < a; b++) {
				const char *other = b->json ? b->json : b->name;

				if ((a->traits | b->traits) & ATTR_HIDDEN ||
				    strcmp(key, other) != 0 || !a->list != !b->list ||
				    (a->list && strcmp(a->list, b->list) != 0))
					continue;
				fail_msg("%s: rows %s and %s have the key '%s'", table->name,
					 b->name, a->name, key);
			}
		}
	}
}

static void a_table_has_at_most_64_rows(void **state)
{
	(void)state;
	for (size_t t = 0; t < TABLES; t++)
		assert_in_range(tables[t]->count, 1, 64);
}

/* Whether some row between `a` and a later `b` lacks what both have. */
static void assert_neighbours(const struct attr_table *table, const char *what,
			      bool (*same)(const struct attr *, const struct attr *))
{
	for (const struct attr *a = row_after(table, NULL); a; a = row_after(table, a)) {
		bool is_apart = false;

		for (const struct attr *b = a + 1; b < table->rows + table->count; b++) {
			if (!same(a, b))
				is_apart = true;
			else if (is_apart)
				fail_msg("%s: %s and %s share a %s and are no neighbours",
					 table->name, a->name, b->name, what);
		}
	}
}

static bool same_nest(const struct attr *a, const struct attr *b)
{
	return a->nest && a->nest == b->nest;
}

static bool same_mask(const struct attr *a, const struct attr *b)
{
	return (a->traits & b->traits & ATTR_MASKED) && a->wire == b->wire;
}

static void rows_that_share_a_nest_or_an_attribute_are_neighbours(void **state)
{
	(void)state;
	for (size_t t = 0; t < TABLES; t++) {
		assert_neighbours(tables[t], "nest", same_nest);
		assert_neighbours(tables[t], "masked attribute", same_mask);
	}
}

static void bits_are_said_once(void **state)
{
	(void)state;
	for (size_t t = 0; t < TABLES; t++) {
		for (const struct attr *a = row_after(tables[t], NULL); a;
		     a = row_after(tables[t], a)) {
			if (a->traits & ATTR_MASKED)
				assert_int_not_equal(a->bits, 0);
			for (const struct attr *b = tables[t]->rows; b < a; b++)
				if ((a->traits & b->traits & ATTR_MASKED) && a->wire == b->wire &&
				    a->nest == b->nest && (a->bits & b->bits))
					fail_msg("%s: %s and %s are the same bit", tables[t]->name,
						 a->name, b->name);
		}
	}
}

static void cover(const struct attr_table *table, const char *name, size_t offset, size_t size,
		  char *covered)
{
	assert_true(offset + size <= table->size);
	for (size_t at = offset; at < offset + size; at++)
		if (covered[at]++)
			fail_msg("%s: byte %zu, of %s, is said twice", table->name, at, name);
}

/* What no row and no extra names would never be compared, printed or sent. */
static void every_byte_is_said_once(void **state)
{
	unsigned holes = 0;

	(void)state;
	for (size_t t = 0; t < TABLES; t++) {
		const struct attr_table *table = tables[t];
		CLEANUP(pointer_free) char *covered = calloc(1, table->size);

		for (const struct attr *row = row_after(table, NULL); row;
		     row = row_after(table, row))
			cover(table, row->name, row->offset, row->size, covered);
		for (size_t e = 0; e < table->extras_count; e++)
			cover(table, table->extras[e].name, table->extras[e].offset,
			      table->extras[e].size, covered);
		for (size_t at = 0; at < table->size; at++) {
			if (covered[at])
				continue;
			print_error("%s: byte %zu of %zu is nobody's\n", table->name, at,
				    table->size);
			holes++;
		}
	}
	assert_int_equal(holes, 0);
}

/* One too many would be made anew for each message, while another one reads by it. */
static void a_map_is_there_for_each_table(void **state)
{
	(void)state;
	assert_in_range(TABLES, 1, WIRE_MAPS);
}

static void every_row_has_a_line_of_help(void **state)
{
	(void)state;
	for (size_t t = 0; t < TABLES; t++) {
		for (const struct attr *row = row_after(tables[t], NULL); row;
		     row = row_after(tables[t], row)) {
			size_t length = row->help ? strlen(row->help) : 0;

			if (!length || length > 90 || strchr(row->help, '\n') ||
			    row->help[length - 1] == '.' ||
			    (isupper((unsigned char)row->help[0]) &&
			     islower((unsigned char)row->help[1])))
				fail_msg("%s: %s: help is not one line in small letters: '%s'",
					 tables[t]->name, row->name, row->help ? row->help : "");
		}
	}
}

/* Reads `line` into `object` as a command line would. */
static int take(const struct attr_table *table, const struct attr_context *context,
		const char *line, void *object, struct error *error)
{
	CLEANUP(pointer_free) char *copy = strdup(line);
	char *at, *words[16];
	struct words cursor = { .at = words };
	int r = 1;

	for (char *word = strtok_r(copy, " ", &at); word; word = strtok_r(NULL, " ", &at)) {
		assert_true(cursor.left < 16);
		words[cursor.left++] = word;
	}
	while (cursor.left && r > 0)
		r = attr_take(table, context, object, &cursor, error);
	return r > 0 ? 0 : r ? r : -ENOENT;
}

static void assert_reads_back(const struct attr_table *table, const struct attr *row,
			      const struct attr_context *context, const void *object,
			      enum attr_style style)
{
	CLEANUP(pointer_free) void *again = calloc(1, table->size);
	CLEANUP(text_clear) struct text text = { 0 }, second = { 0 };
	struct error error = { 0 };

	attr_print(row, context, object, style, &text);
	if (take(table, context, text_string(&text), again, &error) < 0)
		fail_msg("%s: '%s' is not read: %s", table->name, text_string(&text), error.text);
	attr_print(row, context, again, style, &second);
	assert_string_equal(text_string(&text), text_string(&second));
	if (!attr_has(table, again, row) || !attr_equal(row, object, again))
		fail_msg("%s: '%s' is read as another value", table->name, text_string(&text));
}

static void a_value_is_read_back_from_its_words(void **state)
{
	for (size_t t = 0; t < TABLES; t++) {
		const struct attr_table *table = tables[t];
		CLEANUP(pointer_free) void *object = calloc(1, table->size);

		for (const struct attr *row = row_after(table, NULL); row;
		     row = row_after(table, row)) {
			if (row->traits & ATTR_STATUS)
				continue;
			for (unsigned round = 0; round < ROUNDS; round++) {
				memset(object, 0, table->size);
				row->type->random(row, *state, rows_next, attr_field(row, object));
				assert_reads_back(table, row, *state, object, ATTR_STYLE_OVL);
				assert_reads_back(table, row, *state, object, ATTR_STYLE_IP);
			}
		}
	}
}

/* A prefix's length is in the message's header: rtm_dst_len. */
static bool equal_on_the_wire(const struct attr *row, const void *a, const void *b)
{
	if (row->type == &attr_type_prefix) {
		const struct prefix *left = attr_value(row, a), *right = attr_value(row, b);

		return left->family == right->family && !memcmp(left->bytes, right->bytes, 16);
	}
	return attr_equal(row, a, b);
}

static void assert_wire_reads_back(const struct attr_table *table, const struct attr *row,
				   const struct attr_context *context, const void *object)
{
	CLEANUP(pointer_free) void *again = calloc(1, table->size);
	uint8_t payload[ATTR_PAYLOAD + 1] = { 0 };
	struct error error = { 0 };
	int length = row->type->encode(row, context, attr_value(row, object), payload, &error);

	if (length < 0)
		fail_msg("%s: %s is not encoded: %s", table->name, row->name, error.text);
	assert_true(length <= ATTR_PAYLOAD);
	assert_int_equal(
		row->type->decode(row, context, payload, (size_t)length, attr_field(row, again)),
		0);
	if (!equal_on_the_wire(row, object, again))
		fail_msg("%s: %s is decoded as another value", table->name, row->name);
}

static void a_value_is_read_back_from_the_wire(void **state)
{
	for (size_t t = 0; t < TABLES; t++) {
		const struct attr_table *table = tables[t];
		CLEANUP(pointer_free) void *object = calloc(1, table->size);

		for (const struct attr *row = row_after(table, NULL); row;
		     row = row_after(table, row)) {
			if (!row->wire || row->traits & ATTR_STATUS)
				continue;
			for (unsigned round = 0; round < ROUNDS; round++) {
				memset(object, 0, table->size);
				row->type->random(row, *state, rows_next, attr_field(row, object));
				assert_wire_reads_back(table, row, *state, object);
			}
		}
	}
}

static bool has_one_size(const struct attr *row)
{
	return row->type == &attr_type_bool || row->type == &attr_type_number ||
	       row->type == &attr_type_integer || row->type == &attr_type_mac ||
	       row->type == &attr_type_port_range || row->type == &attr_type_bridge_id ||
	       row->type == &attr_type_realms || row->type == &attr_type_timer;
}

static void a_payload_of_a_wrong_size_is_refused(void **state)
{
	const uint8_t payload[ATTR_PAYLOAD] = { 0 };

	for (size_t t = 0; t < TABLES; t++) {
		const struct attr_table *table = tables[t];
		CLEANUP(pointer_free) void *object = calloc(1, table->size);

		for (const struct attr *row = row_after(table, NULL); row;
		     row = row_after(table, row)) {
			uint8_t sent[ATTR_PAYLOAD];
			int length;

			if (!row->wire || !has_one_size(row))
				continue;
			length =
				row->type->encode(row, *state, attr_value(row, object), sent, NULL);
			assert_int_equal(row->type->decode(row, *state, payload, (size_t)length + 1,
							   attr_field(row, object)),
					 -EINVAL);
			if (length)
				assert_int_equal(row->type->decode(row, *state, payload,
								   (size_t)length - 1,
								   attr_field(row, object)),
						 -EINVAL);
		}
	}
}

/* From here on: what kinds know beside their rows. */

static const struct link_kind *kind_of(const char *name)
{
	const struct link_kind *kind = link_kind_find(name);

	assert_non_null(kind);
	return kind;
}

static union link_data data_of(const struct attr_context *context, const char *kind,
			       const char *line)
{
	union link_data data = { 0 };
	struct error error = { 0 };

	if (take(kind_of(kind)->table, context, line, &data, &error) < 0)
		fail_msg("'%s': %s", line, error.text);
	return data;
}

static void assert_refused(const struct attr_context *context, const char *kind, const char *line,
			   const char *expected)
{
	union link_data data = data_of(context, kind, line);
	const struct link_kind *info = kind_of(kind);
	struct error error = { 0 };
	int r = info->check ? info->check(&data, context, &error) : 0;

	if (!r && info->check_new)
		r = info->check_new(&data, context, &error);
	assert_int_equal(r, -EINVAL);
	assert_string_equal(error.text, expected);
}

static void assert_accepted(const struct attr_context *context, const char *kind, const char *line)
{
	union link_data data = data_of(context, kind, line);
	const struct link_kind *info = kind_of(kind);
	struct error error = { 0 };

	if (info->check && info->check(&data, context, &error) < 0)
		fail_msg("'%s': %s", line, error.text);
	if (info->check_new && info->check_new(&data, context, &error) < 0)
		fail_msg("'%s': %s", line, error.text);
}

static void assert_replaces(const struct attr_context *context, const char *kind, const char *have,
			    const char *want, bool expected)
{
	union link_data before = data_of(context, kind, have), after = data_of(context, kind, want);
	const struct link_kind *info = kind_of(kind);
	bool replaces = false;

	for (const struct attr *row = row_after(info->table, NULL); row;
	     row = row_after(info->table, row))
		if (attr_has(info->table, &after, row))
			replaces |= info->replaces(&before, &after, row);
	if (replaces != expected)
		fail_msg("%s: '%s' to '%s' is wrongly %s", kind, have, want,
			 replaces ? "a replacement" : "a change in place");
}

static void assert_json(const struct attr_context *context, const char *kind,
			const union link_data *data, const char *expected)
{
	CLEANUP(text_clear) struct text text = { 0 };
	struct json json = { .out = &text };

	json_open_object(&json, NULL);
	kind_of(kind)->json(data, context, &json);
	json_close_object(&json);
	if (!strstr(text_string(&text), expected))
		fail_msg("%s is not in %s", expected, text_string(&text));
}

static void a_kind_is_found_by_its_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < link_kinds_count; i++) {
		assert_ptr_equal(link_kind_find(link_kinds[i].name), &link_kinds[i]);
		assert_non_null(link_kinds[i].help);
		if (link_kinds[i].table)
			assert_true(link_kinds[i].table->size <= sizeof(union link_data));
	}
	assert_null(link_kind_find("vx"));
	assert_null(link_kind_find("veth")->table);
}

static void iproute2s_words_are_read(void **state)
{
	union link_data data =
		data_of(*state, "vxlan",
			"id 42 remote fd00::1 port 1000 2000 nolearning "
			"noudpcsum gbp tos inherit ttl inherit maxaddress unlimited");

	assert_int_equal(data.vxlan.vni, 42);
	assert_int_equal(data.vxlan.remote.family, IPV6);
	assert_int_equal(data.vxlan.srcport.high, 2000);
	assert_false(data.vxlan.learning);
	assert_true(ATTR_HAS(&vxlan_table, vxlan, &data.vxlan, learning));
	assert_true(data.vxlan.gbp);
	assert_int_equal(data.vxlan.tos, 1);
	assert_int_equal(data.vxlan.ttl, VXLAN_TTL_INHERIT);
	data = data_of(*state, "bridge",
		       "stp_state 1 vlan_filtering 1 mcast_router 2 forward_delay 4s "
		       "vlan_protocol 802.1ad fdb_flush nf_call_iptables off");
	assert_int_equal(data.bridge.stp_state, 1);
	assert_true(data.bridge.vlan_filtering);
	assert_int_equal(data.bridge.mcast_router, 2);
	assert_int_equal(data.bridge.forward_delay, 400);
	assert_int_equal(data.bridge.vlan_protocol, 0x88a8);
	assert_true(data.bridge.fdb_flush);
	data = data_of(*state, "macvlan", "mode passthru nopromisc bclim -1");
	assert_int_equal(data.macvlan.mode, MACVLAN_MODE_PASSTHRU);
	assert_int_equal(data.macvlan.flag, MACVLAN_FLAG_NOPROMISC);
	assert_int_equal(data.macvlan.bclim, -1);
	data = data_of(*state, "macvlan", "mode source flag nodst");
	assert_int_equal(data.macvlan.flag, MACVLAN_FLAG_NODST);
	data = data_of(*state, "vlan", "id 7 protocol 802.1q reorder_hdr off gvrp on");
	assert_int_equal(data.vlan.protocol, 0x8100);
	assert_true(data.vlan.gvrp);
}

static void assert_ip_words(const struct attr_context *context, const char *kind, const char *line,
			    const char *expected)
{
	const struct attr_table *table = kind_of(kind)->table;
	union link_data data = data_of(context, kind, line);
	CLEANUP(text_clear) struct text text = { 0 };

	for (const struct attr *row = row_after(table, NULL); row; row = row_after(table, row)) {
		if (!attr_has(table, &data, row))
			continue;
		if (text.length)
			text_char(&text, ' ');
		attr_print(row, context, &data, ATTR_STYLE_IP, &text);
	}
	assert_string_equal(text_string(&text), expected);
}

/* `ip link set type bridge` reads numbers where ovl has words. */
static void iproute2_is_told_what_it_reads(void **state)
{
	assert_ip_words(*state, "bridge", "vlan_filtering on stp_state on mcast_router auto",
			"stp_state 1 vlan_filtering 1 mcast_router 1");
	assert_ip_words(*state, "vxlan", "id 7 ttl inherit learning off external on",
			"id 7 ttl inherit external nolearning");
	assert_ip_words(*state, "vlan", "id 7 gvrp on", "id 7 gvrp on");
	assert_ip_words(*state, "macvlan", "mode passthru flag nopromisc",
			"mode passthru nopromisc");
}

static void values_that_exclude_each_other_are_refused(void **state)
{
	assert_refused(*state, "vxlan", "id 1 group 10.0.0.1 dev eth0",
		       "group '10.0.0.1': expected a multicast address (one VTEP is a 'remote')");
	assert_refused(
		*state, "vxlan", "id 1 remote ff05::1",
		"remote 'ff05::1': expected a unicast address (a multicast one is a 'group')");
	assert_refused(*state, "vxlan", "id 1 group 239.1.1.1 remote 10.0.0.1 dev eth0",
		       "'group' and 'remote' are the same destination: only one of them");
	assert_refused(*state, "vxlan", "id 1 remote 10.0.0.1 local fd00::1",
		       "local 'fd00::1': expected an IPv4 address, as the destination is");
	assert_refused(*state, "vxlan", "id 1 local 239.1.1.1",
		       "local '239.1.1.1': expected a unicast address");
	assert_refused(*state, "vxlan", "id 9 external",
		       "id 9: an external device has none, each packet says its own");
	assert_refused(*state, "vxlan", "external gbp gpe", "'gbp' and 'gpe' exclude each other");
	assert_refused(*state, "bridge", "stp_state on forward_delay 100",
		       "forward_delay 100: expected 200-3000 (2 to 30 s) with STP on");
	assert_refused(*state, "bridge", "group_fwd_mask 0x4001",
		       "group_fwd_mask 0x4001: bits 0 to 2 (STP, pause, LACP) are never forwarded "
		       "by a bridge");
	assert_refused(*state, "macvlan", "mode bridge flag nopromisc",
		       "'nopromisc' needs 'mode passthru'");
	assert_accepted(*state, "vxlan", "id 1 group ff05::1 local fd00::1 dev eth0");
	assert_accepted(*state, "vxlan", "id 0 external vnifilter");
	assert_accepted(*state, "bridge", "forward_delay 0 group_fwd_mask 0x4000");
	assert_accepted(*state, "macvlan", "mode passthru nopromisc");
}

static void a_new_link_needs_what_its_kind_needs(void **state)
{
	assert_refused(*state, "vxlan", "dstport 4789", "a vxlan needs 'id VNI' (or 'external')");
	assert_refused(*state, "vxlan", "id 1 vnifilter", "'vnifilter' needs 'external'");
	assert_refused(*state, "vxlan", "id 1 gpe", "'gpe' needs 'external'");
	assert_refused(*state, "vxlan", "id 1 group 239.1.1.1",
		       "group '239.1.1.1': expected 'dev DEV' beside it");
	assert_refused(*state, "vlan", "gvrp on", "a vlan needs 'id VID'");
}

static void a_port_is_refused_what_excludes_each_other(void **state)
{
	struct bridge_port port = { 0 };
	struct error error = { 0 };

	assert_int_equal(take(&bridge_port_table, *state, "mab on locked off", &port, &error), 0);
	assert_int_equal(bridge_port_check(&port, *state, &error), -EINVAL);
	assert_string_equal(error.text, "mab needs 'locked on'");
	port = (struct bridge_port){ 0 };
	assert_int_equal(take(&bridge_port_table, *state, "mab on learning off", &port, &error), 0);
	assert_int_equal(bridge_port_check(&port, *state, &error), -EINVAL);
	assert_string_equal(error.text, "mab needs 'learning on'");
	port = (struct bridge_port){ 0 };
	assert_int_equal(take(&bridge_port_table, *state, "group_fwd_mask 2", &port, &error), 0);
	assert_int_equal(bridge_port_check(&port, *state, &error), -EINVAL);
	port = (struct bridge_port){ 0 };
	assert_int_equal(
		take(&bridge_port_table, *state, "mab on locked on learning on", &port, &error), 0);
	assert_int_equal(bridge_port_check(&port, *state, &error), 0);
}

static void what_the_kernel_refuses_to_change_is_a_replacement(void **state)
{
	assert_replaces(*state, "vxlan", "id 1 remote 10.0.0.1", "remote 10.0.0.2", false);
	assert_replaces(*state, "vxlan", "id 1 remote 10.0.0.1", "group 239.1.1.1", false);
	assert_replaces(*state, "vxlan", "id 1 remote 10.0.0.1", "remote fd00::1", true);
	assert_replaces(*state, "vxlan", "id 1 local fd00::1", "group ff05::1", false);
	assert_replaces(*state, "vxlan", "id 1", "local fd00::1", true);
	assert_replaces(*state, "vxlan", "id 1 ttl 5", "ttl auto", false);
	assert_replaces(*state, "vxlan", "id 1 ttl 5", "ttl inherit", true);
	assert_replaces(*state, "vxlan", "id 1 ttl inherit", "ttl 5", true);
	assert_replaces(*state, "vxlan", "id 1 ttl inherit", "ttl inherit", false);
	assert_replaces(*state, "macvlan", "mode bridge", "mode vepa", false);
	assert_replaces(*state, "macvlan", "mode bridge", "mode passthru", true);
}

static void a_destination_is_a_group_when_it_is_multicast(void **state)
{
	const uint8_t remote[] = { 10, 0, 0, 1 }, group[16] = { 0xff, 5, [15] = 1 };
	union link_data data = { 0 };
	const struct link_kind *kind = kind_of("vxlan");

	(void)state;
	assert_int_equal(kind->decode(&data, IFLA_VXLAN_GROUP, remote, 4), 1);
	assert_true(ATTR_HAS(&vxlan_table, vxlan, &data.vxlan, remote));
	assert_false(ATTR_HAS(&vxlan_table, vxlan, &data.vxlan, group));
	data = (union link_data){ 0 };
	assert_int_equal(kind->decode(&data, IFLA_VXLAN_GROUP6, group, 16), 1);
	assert_true(ATTR_HAS(&vxlan_table, vxlan, &data.vxlan, group));
	assert_false(ATTR_HAS(&vxlan_table, vxlan, &data.vxlan, remote));
	assert_int_equal(data.vxlan.group.family, IPV6);
	assert_int_equal(kind->decode(&data, IFLA_VXLAN_GROUP6, group, 4), -EINVAL);
	assert_int_equal(kind->decode(&data, IFLA_VXLAN_GROUP, remote, 3), -EINVAL);
	assert_int_equal(kind->decode(&data, IFLA_VXLAN_ID, remote, 4), 0);
}

static void a_ttl_is_a_byte_and_an_inherited_one_a_flag(void **state)
{
	uint64_t ttl = attr_bit(&vxlan_table, ATTR_ROW(&vxlan_table, vxlan, ttl));
	union link_data data = data_of(*state, "vxlan", "ttl 64"), read = { 0 };
	const struct link_kind *kind = kind_of("vxlan");
	uint8_t payload[ATTR_PAYLOAD];
	uint16_t number;

	assert_int_equal(kind->encode(&data, ttl, &number, payload), 1);
	assert_int_equal(number, IFLA_VXLAN_TTL);
	assert_int_equal(payload[0], 64);
	assert_int_equal(kind->encode(&data, ~ttl, &number, payload), 0);
	assert_int_equal(number, 0);
	data = data_of(*state, "vxlan", "hoplimit inherit");
	assert_int_equal(kind->encode(&data, ttl, &number, payload), 0);
	assert_int_equal(number, IFLA_VXLAN_TTL_INHERIT);

	/* The kernel reports both, as bytes. */
	assert_int_equal(kind->decode(&read, IFLA_VXLAN_TTL, (const uint8_t *)"\5", 1), 1);
	assert_int_equal(kind->decode(&read, IFLA_VXLAN_TTL_INHERIT, (const uint8_t *)"\0", 1), 1);
	assert_int_equal(read.vxlan.ttl, 5);
	assert_int_equal(kind->decode(&read, IFLA_VXLAN_TTL_INHERIT, (const uint8_t *)"\1", 1), 1);
	assert_int_equal(read.vxlan.ttl, VXLAN_TTL_INHERIT);
	assert_true(ATTR_HAS(&vxlan_table, vxlan, &read.vxlan, ttl));
	assert_int_equal(kind->decode(&read, IFLA_VXLAN_TTL, payload, 0), -EINVAL);
}

static void json_has_the_keys_no_row_says(void **state)
{
	union link_data data = data_of(*state, "vxlan", "ttl auto");
	struct bridge_port port = { 0 };
	struct error error = { 0 };
	CLEANUP(text_clear) struct text text = { 0 };
	struct json json = { .out = &text };

	assert_json(*state, "vxlan", &data, "{\"ttl\":0}");
	data = data_of(*state, "vxlan", "ttl inherit");
	assert_json(*state, "vxlan", &data, "{\"ttl_inherit\":true}");
	data = data_of(*state, "macvlan", "mode passthru nopromisc");
	assert_json(*state, "macvlan", &data, "{\"nopromisc\":true}");

	data = (union link_data){ 0 };
	assert_json(*state, "bridge", &data, "{}");
	assert_true(address_read("10.0.0.9", &data.bridge.querier));
	ATTR_MARK(&bridge_table, bridge, &data.bridge, querier);
	assert_json(*state, "bridge", &data,
		    "{\"mcast_querier_state_ipv4\":{\"mcast_querier_ipv4_addr\":\"10.0.0.9\"},"
		    "\"mcast_querier_state_ipv6\":{}}");

	assert_int_equal(take(&bridge_port_table, *state, "group_fwd_mask 0x400d", &port, &error),
			 0);
	json_open_object(&json, NULL);
	bridge_port_json(&port, *state, &json);
	json_close_object(&json);
	assert_string_equal(text_string(&text), "{\"group_fwd_mask_str\":\"stp,lacp,0x8,lldp\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_word_names_two_rows_of_a_table),
		cmocka_unit_test(no_json_key_is_said_by_two_rows),
		cmocka_unit_test(a_table_has_at_most_64_rows),
		cmocka_unit_test(rows_that_share_a_nest_or_an_attribute_are_neighbours),
		cmocka_unit_test(bits_are_said_once),
		cmocka_unit_test(every_byte_is_said_once),
		cmocka_unit_test(a_map_is_there_for_each_table),
		cmocka_unit_test(every_row_has_a_line_of_help),
		cmocka_unit_test(a_value_is_read_back_from_its_words),
		cmocka_unit_test(a_value_is_read_back_from_the_wire),
		cmocka_unit_test(a_payload_of_a_wrong_size_is_refused),
		cmocka_unit_test(a_kind_is_found_by_its_name),
		cmocka_unit_test(iproute2s_words_are_read),
		cmocka_unit_test(iproute2_is_told_what_it_reads),
		cmocka_unit_test(values_that_exclude_each_other_are_refused),
		cmocka_unit_test(a_new_link_needs_what_its_kind_needs),
		cmocka_unit_test(a_port_is_refused_what_excludes_each_other),
		cmocka_unit_test(what_the_kernel_refuses_to_change_is_a_replacement),
		cmocka_unit_test(a_destination_is_a_group_when_it_is_multicast),
		cmocka_unit_test(a_ttl_is_a_byte_and_an_inherited_one_a_flag),
		cmocka_unit_test(json_has_the_keys_no_row_says),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
