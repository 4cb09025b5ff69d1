/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture packed and unpacked is the same, and no damage to the bytes does any. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/lwtunnel.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "model/altname.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/network.h"
#include "model/pack.h"
#include "model/route.h"
#include "support/rows.h"
#include "text/object_json.h"
#include "text/object_words.h"

enum { EACH = 40, DAMAGES = 20000 };

struct fixture {
	struct attr_context context;
	struct network network;
	struct text bytes;
	struct error error;
};

static int set_up(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ .context.names = names_new() };
	fixture.network.names = fixture.context.names;
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	network_clear(&f->network);
	text_clear(&f->bytes);
	names_free(&f->context.names);
	return 0;
}

static uint32_t name_of(struct fixture *f)
{
	struct label label;

	attr_type_label.random(&(struct attr){ 0 }, &f->context, rows_next, &label);
	return label.id;
}

static void fill(struct fixture *f, const struct attr_table *table, void *object)
{
	uint64_t wanted = rows_next();

	for (const struct attr *row = table->rows; row < table->rows + table->count; row++) {
		if (!(wanted & attr_bit(table, row))) {
			attr_asked(table, object)->null |= rows_next() & attr_bit(table, row);
			continue;
		}
		row->type->random(row, &f->context, rows_next, attr_field(row, object));
		attr_mark(table, object, row);
	}
}

static void fill_link(struct fixture *f, struct link *link)
{
	struct pools *pools = &f->network.pools;
	size_t kind = rows_next() % (link_kinds_count + 2);

	if (kind < link_kinds_count)
		link_set_kind(link, f->network.names, link_kinds[kind].name);
	else if (kind == link_kinds_count)
		link_set_kind(link, f->network.names, "tun");
	link->port_kind.id = rows_next() & 1 ? name_of(f) : 0;
	link->manage = (uint8_t)(rows_next() % 4);
	link->stats.tx_bytes = rows_next();
	link->altnames.at = (uint32_t)pools->names_count;
	for (link->altnames.count = 0; rows_next() & 3; link->altnames.count++)
		*array_add(&pools->names, &pools->names_count, &pools->names_room) = name_of(f);
}

static void fill_route(struct fixture *f, struct route_full *full)
{
	uint32_t count = (uint32_t)(rows_next() % 4);

	full->route.hops = count;
	full->route.lookup = LOOKUP_ROUTE;
	if (count)
		full->nexthop = arena_new(&f->network.arena, count * sizeof(*full->nexthop));
	for (uint32_t i = 0; i < count; i++)
		fill(f, &nexthop_table, &full->nexthop[i]);
	if (!(rows_next() & 1))
		return;
	full->detail = arena_new(&f->network.arena, sizeof(*full->detail));
	full->detail->cache = (uint32_t)rows_next();
	full->detail->encap = rows_next() & 1 ? LWTUNNEL_ENCAP_IP : 0;
	full->detail->encap_id = rows_next();
	full->detail->encap_dst = (struct address){ IPV4, { 10, 0, 0, 1 } };
}

static void add_random(struct fixture *f, enum object_type type)
{
	const struct object_info *info = object_info(type);
	CLEANUP(pointer_free) void *object = memory_new(1, info->size);
	struct origin_in_file origin = { (uint32_t)rows_next() % 50, (uint32_t)rows_next() % 9 };
	struct part parts[PARTS];
	size_t count;

	if (type == OBJECT_LINK)
		fill_link(f, object);
	if (type == OBJECT_ROUTE)
		fill_route(f, object);
	count = info->parts(object, parts);
	for (size_t i = 0; i < count; i++)
		if (!parts[i].is_none)
			fill(f, parts[i].table, parts[i].object);
	network_add(&f->network, type, object, origin);
}

static void pack_random(struct fixture *f, size_t each)
{
	for (enum object_type type = 0; type < OBJECT_TYPES; type++)
		for (size_t i = 0; i < each; i++)
			add_random(f, type);
	network_pack(&f->network, &f->bytes);
}

static void unpack(struct fixture *f, struct network *back)
{
	if (network_unpack(back, f->bytes.bytes, f->bytes.length, &f->error) < 0)
		fail_msg("%s", f->error.text);
}

/* The struct, without where its lists are. */
static void *bare(enum object_type type, const void *object)
{
	size_t size = object_info(type)->size;
	void *copy = memcpy(memory_new(1, size), object, size);

	if (type == OBJECT_LINK)
		((struct link *)copy)->altnames.at = 0;
	if (type == OBJECT_ROUTE) {
		((struct route_full *)copy)->detail = NULL;
		((struct route_full *)copy)->nexthop = NULL;
	}
	return copy;
}

static void assert_same_lists(const struct network *network, const struct network *back,
			      enum object_type type, size_t i)
{
	const struct link *link = network_at(network, type, i), *other = network_at(back, type, i);
	const struct route_full *route = (const void *)link, *found = (const void *)other;

	if (type == OBJECT_LINK && link->altnames.count)
		assert_memory_equal(network->pools.names + link->altnames.at,
				    back->pools.names + other->altnames.at,
				    link->altnames.count * sizeof(uint32_t));
	if (type == OBJECT_ROUTE) {
		assert_int_equal(!route->detail, !found->detail);
		assert_memory_equal(route_detail_of(route), route_detail_of(found),
				    sizeof(*route->detail));
	}
	if (type == OBJECT_ROUTE && route->route.hops)
		assert_memory_equal(route->nexthop, found->nexthop,
				    route->route.hops * sizeof(*route->nexthop));
}

static void objects_of_every_type_survive_with_their_lists_and_origins(void **state)
{
	struct fixture *f = *state;
	CLEANUP(network_clear) struct network back = { .names = f->network.names };

	pack_random(f, EACH);
	unpack(f, &back);
	for (enum object_type type = 0; type < OBJECT_TYPES; type++) {
		assert_int_equal(back.objects[type].count, EACH);
		for (size_t i = 0; i < EACH; i++) {
			CLEANUP(pointer_free)
			void *a = bare(type, network_at(&f->network, type, i));
			CLEANUP(pointer_free) void *b = bare(type, network_at(&back, type, i));
			struct origin_in_file was = network_origin(&f->network, type, i);
			struct origin_in_file is = network_origin(&back, type, i);

			assert_memory_equal(a, b, object_info(type)->size);
			assert_memory_equal(&was, &is, sizeof(was));
			assert_same_lists(&f->network, &back, type, i);
		}
	}
}

/* Everything that names something, said in another process: the ids are others. */
static void names_are_told_by_their_text(void **state)
{
	struct fixture *f = *state;
	CLEANUP(names_free) struct names *names = names_new();
	CLEANUP(network_clear) struct network back = { .names = names };
	CLEANUP(text_clear) struct text again = { 0 };

	pack_random(f, EACH);
	names_of(names, "an id that shifts the others");
	unpack(f, &back);
	assert_string_not_equal(names_text(names, 2), names_text(f->network.names, 2));
	network_pack(&back, &again);
	assert_int_equal(again.length, f->bytes.length);
	assert_memory_equal(again.bytes, f->bytes.bytes, again.length);
}

static void a_link_knows_its_kind_and_its_names_again(void **state)
{
	struct fixture *f = *state;
	CLEANUP(names_free) struct names *names = names_new();
	CLEANUP(network_clear) struct network back = { .names = names };
	struct names *old = f->network.names;
	struct pools *pools = &f->network.pools;
	struct link link = { .name.id = names_of(old, "vx0"), .manage = MANAGE_PATCH };
	const struct link *found;

	link_set_kind(&link, old, "vxlan");
	link.data.vxlan.dev.id = names_of(old, "eth0");
	link.port.backup_port.id = names_of(old, "p1");
	link.altnames.count = 1;
	*array_add(&pools->names, &pools->names_count, &pools->names_room) = names_of(old, "long");
	network_add(&f->network, OBJECT_LINK, &link, (struct origin_in_file){ 7, 3 });
	network_pack(&f->network, &f->bytes);
	names_of(names, "another");
	unpack(f, &back);
	found = network_at(&back, OBJECT_LINK, 0);
	assert_string_equal(names_text(names, found->name.id), "vx0");
	assert_string_equal(names_text(names, found->kind.id), "vxlan");
	assert_ptr_equal(found->kind_info, link_kind_find("vxlan"));
	assert_string_equal(names_text(names, found->data.vxlan.dev.id), "eth0");
	assert_string_equal(names_text(names, found->port.backup_port.id), "p1");
	assert_string_equal(names_text(names, back.pools.names[found->altnames.at]), "long");
	assert_int_equal(found->manage, MANAGE_PATCH);
	assert_int_equal(network_origin(&back, OBJECT_LINK, 0).line, 7);
}

static void what_was_packed_stands_behind_what_was_there(void **state)
{
	struct fixture *f = *state;
	CLEANUP(network_clear) struct network back = { .names = f->network.names };

	text_puts(&f->bytes, "odd");
	pack_random(f, 1);
	assert_memory_equal(f->bytes.bytes, "odd", 3);
	assert_int_equal(network_unpack(&back, f->bytes.bytes + 3, f->bytes.length - 3, &f->error),
			 0);
	assert_int_equal(back.objects[OBJECT_FDB].count, 1);
}

static void nothing_survives_as_nothing(void **state)
{
	struct fixture *f = *state;
	CLEANUP(network_clear) struct network back = { .names = f->network.names };

	network_pack(&f->network, &f->bytes);
	unpack(f, &back);
	for (enum object_type type = 0; type < OBJECT_TYPES; type++)
		assert_int_equal(back.objects[type].count, 0);
}

static void zeros_take_no_room(void **state)
{
	struct fixture *f = *state;
	struct fdb fdb = { .vlan = 5, .mac = { { 2, 0, 0, 0, 0, 1 } } };

	for (int i = 0; i < 1000; i++)
		network_add(&f->network, OBJECT_FDB, &fdb, (struct origin_in_file){ 0 });
	network_pack(&f->network, &f->bytes);
	assert_true(f->bytes.length < 1000 * 24);
}

/* Unpacks a copy that ends where it ends, so that a sanitizer sees a read past it. */
static int unpack_copy(struct fixture *f, size_t length, struct network *back)
{
	CLEANUP(pointer_free) char *copy = memory_new(length, 1);
	int r;

	if (length)
		memcpy(copy, f->bytes.bytes, length);
	error_clear(&f->error);
	r = network_unpack(back, copy, length, &f->error);
	if (r < 0) {
		assert_int_equal(r, -f->error.errnum);
		assert_true(*f->error.text);
		for (enum object_type type = 0; type < OBJECT_TYPES; type++)
			assert_int_equal(back->objects[type].count, 0);
	}
	return r;
}

static void another_layout_is_refused_and_says_so(void **state)
{
	struct fixture *f = *state;
	CLEANUP(network_clear) struct network back = { .names = f->network.names };

	pack_random(f, 1);
	f->bytes.bytes[8] ^= 1;
	assert_int_equal(unpack_copy(f, f->bytes.length, &back), -EPROTO);
	assert_string_equal(f->error.text, "the picture of a network was written by another "
					   "version of ovl, and only that one can read it");
	f->bytes.bytes[0] ^= 1;
	assert_int_equal(unpack_copy(f, f->bytes.length, &back), -EBADMSG);
	assert_string_equal(f->error.text, "this is no picture of a network");
}

static void what_is_cut_off_is_refused(void **state)
{
	struct fixture *f = *state;
	CLEANUP(network_clear) struct network back = { .names = f->network.names };

	pack_random(f, 2);
	for (size_t length = 0; length < f->bytes.length; length++) {
		assert_int_equal(unpack_copy(f, length, &back), -EBADMSG);
		assert_string_equal(f->error.text, "the picture of a network is cut off");
	}
	text_char(&f->bytes, '\0');
	assert_int_equal(unpack_copy(f, f->bytes.length, &back), -EBADMSG);
}

static void a_bit_that_flipped_is_refused(void **state)
{
	struct fixture *f = *state;
	CLEANUP(network_clear) struct network back = { .names = f->network.names };

	pack_random(f, 2);
	for (size_t at = 0; at < f->bytes.length; at++) {
		char bit = (char)(1 << rows_next() % 8);

		f->bytes.bytes[at] ^= bit;
		assert_true(unpack_copy(f, f->bytes.length, &back) < 0);
		f->bytes.bytes[at] ^= bit;
	}
}

static void a_count_that_cannot_be_is_refused(void **state)
{
	struct fixture *f = *state;
	CLEANUP(network_clear) struct network back = { .names = f->network.names };

	pack_random(f, 1);
	memset(f->bytes.bytes + PACK_HEAD, 0xff, 8);
	pack_seal(f->bytes.bytes, f->bytes.length);
	assert_int_equal(unpack_copy(f, f->bytes.length, &back), -EBADMSG);
	text_cut(&f->bytes, 0);
	network_pack(&f->network, &f->bytes);
	memset(f->bytes.bytes + PACK_HEAD + 8, 0xff, 4);
	pack_seal(f->bytes.bytes, f->bytes.length);
	assert_int_equal(unpack_copy(f, f->bytes.length, &back), -EBADMSG);
}

/* Whatever it is now, it can be said, compared and packed again. */
static void use(struct fixture *f, const struct network *network)
{
	CLEANUP(text_clear) struct text out = { 0 };
	struct json json = { .out = &out };
	struct json_options options = {
		.context = &f->context, .details = true, .stats = true, .pools = &network->pools
	};

	for (enum object_type type = 0; type < OBJECT_TYPES; type++)
		for (size_t i = 0; i < network->objects[type].count; i++) {
			const void *object = network_at(network, type, i);

			object_words(type, &f->context, object, NULL, WORDS_NEW, ATTR_STYLE_IP,
				     &out);
			object_json(type, &options, object, &json);
			assert_true(object_matches(type, object, object));
		}
	network_pack(network, &out);
}

/* Somebody who can make a sum as well. */
static void damage_behind_a_good_head_is_refused_or_harmless(void **state)
{
	struct fixture *f = *state;
	CLEANUP(text_clear) struct text good = { 0 };
	int refused = 0;

	pack_random(f, 2);
	good = f->bytes;
	f->bytes = (struct text){ 0 };
	for (int round = 0; round < DAMAGES; round++) {
		CLEANUP(network_clear) struct network back = { .names = f->network.names };
		size_t length = good.length;

		text_cut(&f->bytes, 0);
		text_put(&f->bytes, good.bytes, length);
		for (int left = 1 + (int)(rows_next() % 3); left; left--) {
			char *at = f->bytes.bytes + PACK_HEAD + rows_next() % (length - PACK_HEAD);

			*at = (char)(*at ^ (rows_next() & 1 ? 1 << rows_next() % 8 : 0xff));
		}
		if (!(rows_next() & 7))
			text_cut(&f->bytes, PACK_HEAD + rows_next() % (length - PACK_HEAD));
		pack_seal(f->bytes.bytes, f->bytes.length);
		if (unpack_copy(f, f->bytes.length, &back) < 0)
			refused++;
		else
			use(f, &back);
	}
	assert_in_range(refused, DAMAGES / 10, DAMAGES - DAMAGES / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(objects_of_every_type_survive_with_their_lists_and_origins),
		TEST(names_are_told_by_their_text),
		TEST(a_link_knows_its_kind_and_its_names_again),
		TEST(what_was_packed_stands_behind_what_was_there),
		TEST(nothing_survives_as_nothing),
		TEST(zeros_take_no_room),
		TEST(another_layout_is_refused_and_says_so),
		TEST(what_is_cut_off_is_refused),
		TEST(a_bit_that_flipped_is_refused),
		TEST(a_count_that_cannot_be_is_refused),
		TEST(damage_behind_a_good_head_is_refused_or_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
