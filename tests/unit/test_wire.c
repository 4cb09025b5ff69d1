/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows <-> attributes of a message, over every table; and the buffer messages are built in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/attribute.h"
#include "kernel/wire.h"
#include "model/address.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/route.h"
#include "model/vni.h"
#include "support/rows.h"

enum { HEADER = 64, ROUNDS = 300 };

static const struct attr_table *const tables[] = {
	&bridge_table, &bridge_port_table, &vxlan_table,        &macvlan_table,   &vlan_table,
	&vrf_table,    &link_table,        &address_table,      &neighbour_table, &fdb_table,
	&route_table,  &nexthop_table,     &route_detail_table, &vni_table,
};

struct fixture {
	struct attr_context context;
	struct error error;
	struct message message;
	struct wire_map map;
};

static int set_up(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ .context = { .names = names_new(), .links = &rows_links } };
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	message_clear(&f->message);
	names_free(&f->context.names);
	return 0;
}

static void begin(struct fixture *f)
{
	f->message.length = 0;
	message_begin(&f->message, RTM_NEWLINK, 0, HEADER);
}

static void put(struct fixture *f, const struct attr_table *table, const void *object,
		uint64_t mask)
{
	begin(f);
	if (wire_put(&f->message, table, &f->context, object, mask, &f->error) < 0)
		fail_msg("%s: %s", table->name, f->error.text);
}

/* Reads what the message holds, copied to a place that ends where it ends. */
static int get(struct fixture *f, const struct attr_table *table, void *object)
{
	size_t length = mnl_nlmsg_get_payload_len(f->message.header);
	CLEANUP(pointer_free) char *copy = memory_new(length, 1);

	memcpy(copy, mnl_nlmsg_get_payload(f->message.header), length);
	wire_map_init(&f->map, table);
	return wire_get(&f->map, &f->context, copy, copy + HEADER, length - HEADER, object);
}

/* What the rows say by themselves; where two mean one attribute, the kind's function decides. */
static bool is_on_the_wire(const struct attr_table *table, const struct attr *row)
{
	if (row->header)
		return row->size <= row->header_size || row->bits;
	/* A prefix's length is in the header: kernel/route.c. */
	if (!row->wire || row->type == &attr_type_prefix)
		return false;
	for (const struct attr *other = table->rows; other < table->rows + table->count; other++)
		if (other != row && !other->header && other->wire == row->wire &&
		    other->nest == row->nest && !row->bits)
			return false;
	return true;
}

static uint64_t fill(struct fixture *f, const struct attr_table *table, void *object)
{
	uint64_t mask = 0, wanted = rows_next() & rows_next();

	for (const struct attr *row = table->rows; row < table->rows + table->count; row++) {
		if (!(wanted & attr_bit(table, row)) || !is_on_the_wire(table, row))
			continue;
		row->type->random(row, &f->context, rows_next, attr_field(row, object));
		attr_mark(table, object, row);
		mask |= attr_bit(table, row);
	}
	return mask;
}

static void every_row_reads_back_what_it_put(void **state)
{
	struct fixture *f = *state;

	for (size_t t = 0; t < sizeof(tables) / sizeof(*tables); t++) {
		const struct attr_table *table = tables[t];

		for (int round = 0; round < ROUNDS; round++) {
			CLEANUP(pointer_free) void *object = memory_new(1, table->size);
			CLEANUP(pointer_free) void *back = memory_new(1, table->size);
			uint64_t mask = fill(f, table, object);

			put(f, table, object, mask);
			assert_int_equal(get(f, table, back), 0);
			for (uint64_t left = mask; left; left &= left - 1) {
				const struct attr *row = &table->rows[__builtin_ctzll(left)];
				bool may_be_away = attr_is_zero(row, object) &&
						   (row->traits & (ATTR_FLAG | ATTR_PRESENCE));

				if (!attr_equal(row, object, back))
					fail_msg("%s: %s differs", table->name, row->name);
				if (!attr_has(table, back, row) && !may_be_away)
					fail_msg("%s: %s has no value", table->name, row->name);
			}
		}
	}
}

static void no_attribute_is_put_for_a_row_that_is_not_asked_for(void **state)
{
	struct fixture *f = *state;
	struct vxlan vxlan = { .vni = 7, .dstport = 4789, .learning = true };

	put(f, &vxlan_table, &vxlan, attr_bit(&vxlan_table, ATTR_ROW(&vxlan_table, vxlan, vni)));
	assert_int_equal(mnl_nlmsg_get_payload_len(f->message.header), HEADER + 8);
	put(f, &vxlan_table, &vxlan, 0);
	assert_int_equal(mnl_nlmsg_get_payload_len(f->message.header), HEADER);
}

/* The first attribute of the message. */
static const struct nlattr *first(struct fixture *f)
{
	return mnl_nlmsg_get_payload_offset(f->message.header, HEADER);
}

static void a_port_is_big_endian_and_a_vni_is_not(void **state)
{
	struct fixture *f = *state;
	struct vxlan vxlan = { .vni = 0x010203, .dstport = 0x1234 };
	uint32_t number;

	put(f, &vxlan_table, &vxlan,
	    attr_bit(&vxlan_table, ATTR_ROW(&vxlan_table, vxlan, dstport)));
	assert_int_equal(wire_type(first(f)), IFLA_VXLAN_PORT);
	assert_memory_equal(wire_payload(first(f)), "\x12\x34", 2);
	put(f, &vxlan_table, &vxlan, attr_bit(&vxlan_table, ATTR_ROW(&vxlan_table, vxlan, vni)));
	assert_true(wire_u32(first(f), &number));
	assert_int_equal(number, 0x010203);
}

static void an_ipv6_address_goes_to_an_attribute_of_its_own(void **state)
{
	struct fixture *f = *state;
	const struct attr *row = ATTR_ROW(&vxlan_table, vxlan, local);
	struct vxlan vxlan = { 0 }, back = { 0 };

	assert_true(address_read("fd00::1", &vxlan.local));
	put(f, &vxlan_table, &vxlan, attr_bit(&vxlan_table, row));
	assert_int_equal(wire_type(first(f)), IFLA_VXLAN_LOCAL6);
	assert_int_equal(wire_length(first(f)), 16);
	assert_int_equal(get(f, &vxlan_table, &back), 0);
	assert_true(attr_equal(row, &vxlan, &back));
	assert_true(address_read("10.0.0.1", &vxlan.local));
	put(f, &vxlan_table, &vxlan, attr_bit(&vxlan_table, row));
	assert_int_equal(wire_type(first(f)), IFLA_VXLAN_LOCAL);
	assert_int_equal(wire_length(first(f)), 4);
}

static void rows_that_share_an_attribute_go_into_one_with_a_mask(void **state)
{
	struct fixture *f = *state;
	uint64_t mask = 0, bits = 0, on = 0;
	struct bridge bridge = { 0 }, back = { 0 };
	uint32_t words[2];
	size_t rows = 0;

	for (const struct attr *row = bridge_table.rows;
	     row < bridge_table.rows + bridge_table.count; row++) {
		if (!(row->traits & ATTR_MASKED))
			continue;
		mask |= attr_bit(&bridge_table, row);
		bits |= row->bits;
		if (!rows++) {
			*(bool *)attr_field(row, &bridge) = true;
			on = row->bits;
		}
	}
	assert_true(rows > 1);
	put(f, &bridge_table, &bridge, mask);
	assert_int_equal(mnl_nlmsg_get_payload_len(f->message.header), HEADER + 4 + 8);
	memcpy(words, wire_payload(first(f)), sizeof(words));
	assert_int_equal(words[0], on);
	assert_int_equal(words[1], bits);
	assert_int_equal(get(f, &bridge_table, &back), 0);
	assert_int_equal(back.asked.value, mask);
}

static void a_flag_that_is_off_is_not_put_and_one_that_is_on_has_no_payload(void **state)
{
	struct fixture *f = *state;
	const struct attr *row = ATTR_ROW(&vxlan_table, vxlan, gbp);
	struct vxlan vxlan = { 0 }, back = { 0 };

	assert_true(row->traits & ATTR_PRESENCE);
	put(f, &vxlan_table, &vxlan, attr_bit(&vxlan_table, row));
	assert_int_equal(mnl_nlmsg_get_payload_len(f->message.header), HEADER);
	vxlan.gbp = true;
	put(f, &vxlan_table, &vxlan, attr_bit(&vxlan_table, row));
	assert_int_equal(wire_length(first(f)), 0);
	assert_int_equal(get(f, &vxlan_table, &back), 0);
	assert_true(back.gbp);
}

static void a_state_goes_into_the_header(void **state)
{
	struct fixture *f = *state;
	struct neighbour neighbour = { .state = NUD_REACHABLE, .router = true }, back = { 0 };
	const struct ndmsg *header;

	put(f, &neighbour_table, &neighbour,
	    attr_bit(&neighbour_table, ATTR_ROW(&neighbour_table, neighbour, state)) |
		    attr_bit(&neighbour_table, ATTR_ROW(&neighbour_table, neighbour, router)));
	header = mnl_nlmsg_get_payload(f->message.header);
	assert_int_equal(header->ndm_state, NUD_REACHABLE);
	assert_int_equal(header->ndm_flags, NTF_ROUTER);
	assert_int_equal(get(f, &neighbour_table, &back), 0);
	assert_int_equal(back.state, NUD_REACHABLE);
	assert_true(back.router);
	assert_false(back.proxy);
}

static void rows_of_one_nest_share_it(void **state)
{
	struct fixture *f = *state;
	struct route_detail detail = { .mtu = 1400, .advmss = 1300 }, back = { 0 };
	uint64_t mask =
		attr_bit(&route_detail_table, ATTR_ROW(&route_detail_table, route_detail, mtu)) |
		attr_bit(&route_detail_table, ATTR_ROW(&route_detail_table, route_detail, advmss));

	put(f, &route_detail_table, &detail, mask);
	assert_int_equal(wire_type(first(f)), RTA_METRICS);
	assert_int_equal(mnl_nlmsg_get_payload_len(f->message.header), HEADER + 4 + 8 + 8);
	assert_int_equal(get(f, &route_detail_table, &back), 0);
	assert_int_equal(back.mtu, 1400);
	assert_int_equal(back.advmss, 1300);
	assert_int_equal(back.asked.value, mask);
}

static void an_attribute_nobody_knows_is_skipped(void **state)
{
	struct fixture *f = *state;
	struct vxlan back = { 0 };

	begin(f);
	message_put(&f->message, 0x3ff0, "unknown", 7);
	message_put(&f->message, 127, "unknown", 7);
	message_put_u32(&f->message, IFLA_VXLAN_ID, 5);
	assert_int_equal(get(f, &vxlan_table, &back), 0);
	assert_int_equal(back.vni, 5);
}

static void a_known_attribute_of_a_wrong_size_is_refused(void **state)
{
	struct fixture *f = *state;
	struct vxlan vxlan = { 0 };
	struct bridge bridge = { 0 };

	begin(f);
	message_put(&f->message, IFLA_VXLAN_ID, "abc", 3);
	assert_int_equal(get(f, &vxlan_table, &vxlan), -EBADMSG);
	begin(f);
	message_put(&f->message, IFLA_VXLAN_LOCAL6, "abcde", 5);
	assert_int_equal(get(f, &vxlan_table, &vxlan), -EBADMSG);
	begin(f);
	message_put_u32(&f->message, IFLA_BR_MULTI_BOOLOPT, 1);
	assert_int_equal(get(f, &bridge_table, &bridge), -EBADMSG);
}

static void attributes_that_reach_past_the_end_are_not_read(void **state)
{
	struct fixture *f = *state;
	uint16_t lengths[] = { 0, 1, 3, 9, 200, 65535 };

	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		struct vxlan back = { 0 };
		struct nlattr attribute;

		begin(f);
		message_put_u32(&f->message, IFLA_VXLAN_ID, 5);
		memcpy(&attribute, first(f), sizeof(attribute));
		attribute.nla_len = lengths[i];
		memcpy(mnl_nlmsg_get_payload_offset(f->message.header, HEADER), &attribute,
		       sizeof(attribute));
		assert_int_equal(get(f, &vxlan_table, &back), 0);
		assert_int_equal(back.asked.value, 0);
	}
}

static void a_nest_in_bounds_may_hold_an_attribute_that_is_not(void **state)
{
	struct fixture *f = *state;
	struct route_detail back = { 0 };
	struct nlattr inner = { .nla_len = 100, .nla_type = RTAX_MTU };

	begin(f);
	message_put(&f->message, RTA_METRICS, &inner, sizeof(inner));
	assert_int_equal(get(f, &route_detail_table, &back), 0);
	assert_int_equal(back.asked.value, 0);
}

static void many_messages_stand_one_behind_another(void **state)
{
	struct fixture *f = *state;
	const struct nlmsghdr *message;
	int left;

	for (uint32_t i = 0; i < 200; i++) {
		message_begin(&f->message, RTM_NEWNEIGH, 0, sizeof(struct ndmsg));
		message_put_u32(&f->message, NDA_VNI, i);
		message_put_text(&f->message, NDA_LLADDR, "a text of some length");
		message_finish(&f->message);
	}
	message = (const void *)f->message.bytes;
	left = (int)f->message.length;
	for (uint32_t i = 0; i < 200; i++) {
		const struct nlattr *attribute;
		uint32_t number;

		assert_true(mnl_nlmsg_ok(message, left));
		assert_int_equal(message->nlmsg_flags, NLM_F_REQUEST);
		attribute = mnl_nlmsg_get_payload_offset(message, sizeof(struct ndmsg));
		assert_true(wire_u32(attribute, &number));
		assert_int_equal(number, i);
		message = mnl_nlmsg_next(message, &left);
	}
	assert_int_equal(left, 0);
}

static void a_message_that_is_given_up_leaves_no_trace(void **state)
{
	struct fixture *f = *state;
	size_t length;

	begin(f);
	message_finish(&f->message);
	length = f->message.length;
	message_begin(&f->message, RTM_NEWNEIGH, 0, sizeof(struct ndmsg));
	message_put_u32(&f->message, NDA_VNI, 1);
	assert_int_equal(f->message.length, length);
	message_begin(&f->message, RTM_NEWNEIGH, 0, sizeof(struct ndmsg));
	assert_int_equal(mnl_nlmsg_get_payload_len(f->message.header), sizeof(struct ndmsg));
}

static void an_offset_into_the_message_leads_back_to_the_row(void **state)
{
	struct fixture *f = *state;
	const struct attr *vni = ATTR_ROW(&vxlan_table, vxlan, vni);
	const struct attr *port = ATTR_ROW(&vxlan_table, vxlan, dstport);
	struct vxlan vxlan = { .vni = 7, .dstport = 4789 };
	uint32_t start = NLMSG_HDRLEN + HEADER;

	put(f, &vxlan_table, &vxlan, attr_bit(&vxlan_table, vni) | attr_bit(&vxlan_table, port));
	assert_ptr_equal(message_row_at(&f->message, start), vni);
	assert_ptr_equal(message_row_at(&f->message, start + 7), vni);
	assert_ptr_equal(message_row_at(&f->message, start + 8), port);
	assert_null(message_row_at(&f->message, start - 1));
	assert_null(message_row_at(&f->message, start + 16));
	assert_null(message_row_at(&f->message, 0));
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(every_row_reads_back_what_it_put),
		TEST(no_attribute_is_put_for_a_row_that_is_not_asked_for),
		TEST(a_port_is_big_endian_and_a_vni_is_not),
		TEST(an_ipv6_address_goes_to_an_attribute_of_its_own),
		TEST(rows_that_share_an_attribute_go_into_one_with_a_mask),
		TEST(a_flag_that_is_off_is_not_put_and_one_that_is_on_has_no_payload),
		TEST(a_state_goes_into_the_header),
		TEST(rows_of_one_nest_share_it),
		TEST(an_attribute_nobody_knows_is_skipped),
		TEST(a_known_attribute_of_a_wrong_size_is_refused),
		TEST(attributes_that_reach_past_the_end_are_not_read),
		TEST(a_nest_in_bounds_may_hold_an_attribute_that_is_not),
		TEST(many_messages_stand_one_behind_another),
		TEST(a_message_that_is_given_up_leaves_no_trace),
		TEST(an_offset_into_the_message_leads_back_to_the_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
