/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/wire.h"

#include <assert.h>
#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/memory.h"
#include "kernel/attribute.h"

static void make_room(struct message *message, size_t more)
{
	size_t offset = message->header ? (size_t)((char *)message->header - message->bytes) : 0;

	if (message->room - message->length >= more)
		return;
	message->room = message->room * 2 + more;
	message->bytes = memory_resize(message->bytes, message->room, 1);
	if (message->header)
		message->header = (void *)(message->bytes + offset);
}

void message_clear(struct message *message)
{
	free(message->bytes);
	*message = (struct message){ 0 };
}

void *message_begin(struct message *message, uint16_t type, uint16_t flags, size_t header)
{
	message->header = NULL;
	make_room(message, MESSAGE_SIZE);
	message->header = mnl_nlmsg_put_header(message->bytes + message->length);
	message->header->nlmsg_type = type;
	message->header->nlmsg_flags = NLM_F_REQUEST | flags;
	message->placed_count = 0;
	return mnl_nlmsg_put_extra_header(message->header, header);
}

/* Rows and lists are bounded, so that a message always has room: a mistake of ours otherwise. */
static void check_room(const struct message *message, size_t length)
{
	assert(message->header->nlmsg_len + length + 8 <= MESSAGE_SIZE);
}

void message_put(struct message *message, uint16_t type, const void *payload, size_t length)
{
	check_room(message, length);
	mnl_attr_put(message->header, type, length, payload);
}

void message_put_u32(struct message *message, uint16_t type, uint32_t value)
{
	message_put(message, type, &value, sizeof(value));
}

void message_put_text(struct message *message, uint16_t type, const char *text)
{
	message_put(message, type, text, strlen(text) + 1);
}

struct nlattr *message_nest(struct message *message, uint16_t type)
{
	check_room(message, 0);
	return mnl_attr_nest_start(message->header, type);
}

void message_end(struct message *message, struct nlattr *nest)
{
	mnl_attr_nest_end(message->header, nest);
}

void message_finish(struct message *message)
{
	message->length += NLMSG_ALIGN(message->header->nlmsg_len);
}

const struct attr *message_row_at(const struct message *message, uint32_t offset)
{
	for (size_t i = 0; i < message->placed_count; i++)
		if (offset >= message->placed[i].start && offset < message->placed[i].end)
			return message->placed[i].row;
	return NULL;
}

static void put_header(struct message *message, const struct attr *row, const void *object)
{
	uint8_t *field = (uint8_t *)mnl_nlmsg_get_payload(message->header) + row->header - 1;
	uint64_t value = attr_integer(attr_value(row, object), row->size);

	if (row->bits)
		value = (attr_integer(field, row->header_size) & ~row->bits) |
			(value ? row->bits : 0);
	attr_set_integer(field, row->header_size, value);
}

/* A bool that is some bits of one u32, alone or with a mask that says which bits are meant. */
static void put_bits(struct message *message, const struct attr *row, const void *object,
		     uint64_t value_bits, uint64_t mask_bits)
{
	uint32_t words[2] = { (uint32_t)value_bits, (uint32_t)mask_bits };

	(void)object;
	message_put(message, row->wire, words, row->traits & ATTR_MASKED ? 8 : 4);
}

/* All rows of `mask` that share the attribute of `first`, in one attribute. */
static void put_shared(struct message *message, const struct attr_table *table,
		       const struct attr *first, const void *object, uint64_t mask)
{
	uint64_t values = 0, meant = 0;

	for (const struct attr *row = first; row < table->rows + table->count; row++) {
		if (row->wire != first->wire || row->nest != first->nest || !row->bits ||
		    row->header || !(mask & attr_bit(table, row)))
			continue;
		meant |= row->bits;
		if (!attr_is_zero(row, object))
			values |= row->bits;
	}
	put_bits(message, first, object, values, meant);
}

static int put_row(struct message *message, const struct attr *row,
		   const struct attr_context *context, const void *object, struct error *error)
{
	uint8_t payload[ATTR_PAYLOAD];
	uint16_t type = row->wire;
	int length;

	if (row->type == &attr_type_address && row->wire6) {
		const struct address *address = attr_value(row, object);

		type = address->family == IPV6 ? row->wire6 : row->wire;
	}
	length = row->type->encode(row, context, attr_value(row, object), payload, error);
	if (length < 0)
		return length;
	/* A presence attribute that is off is not sent at all. */
	if ((row->traits & ATTR_PRESENCE) && attr_is_zero(row, object))
		return 0;
	message_put(message, type, payload, (size_t)length);
	return 0;
}

int wire_put(struct message *message, const struct attr_table *table,
	     const struct attr_context *context, const void *object, uint64_t mask,
	     struct error *error)
{
	struct nlattr *nest = NULL;
	uint16_t in = 0;
	uint64_t left = mask;

	for (; left; left &= left - 1) {
		const struct attr *row = &table->rows[__builtin_ctzll(left)];
		uint32_t start;
		int r = 0;

		if (row->header) {
			put_header(message, row, object);
			continue;
		}
		if (!row->wire)
			continue;
		if (row->nest != in && nest) {
			message_end(message, nest);
			nest = NULL;
		}
		if (row->nest != in && row->nest)
			nest = message_nest(message, row->nest);
		in = row->nest;
		start = message->header->nlmsg_len;
		if (row->bits) {
			const struct attr *first = row;

			/* The first of the rows that share it puts it for all. */
			for (const struct attr *other = table->rows; other < row; other++)
				if (other->wire == row->wire && other->nest == row->nest &&
				    other->bits && !other->header &&
				    (mask & attr_bit(table, other)))
					first = other;
			if (first == row)
				put_shared(message, table, row, object, mask);
		} else {
			r = put_row(message, row, context, object, error);
		}
		if (r < 0)
			return r;
		if (message->placed_count < sizeof(message->placed) / sizeof(*message->placed))
			message->placed[message->placed_count++] =
				(struct attr_problem){ start, message->header->nlmsg_len, row };
	}
	if (nest)
		message_end(message, nest);
	return 0;
}

void wire_map_init(struct wire_map *map, const struct attr_table *table)
{
	memset(map, 0, sizeof(*map));
	map->table = table;
	for (size_t i = 0; i < table->count; i++) {
		const struct attr *row = &table->rows[i];

		if (row->header)
			map->headers[map->headers_count++] = (uint8_t)i;
		else if (row->nest && row->wire && !map->nest_of[row->nest])
			map->nest_of[row->nest] = (uint8_t)(i + 1);
		else if (!row->nest && row->wire && !map->row_of[row->wire])
			map->row_of[row->wire] = (uint8_t)(i + 1);
		if (!row->nest && row->wire6)
			map->row_of[row->wire6] = (uint8_t)(i + 1);
	}
}

static void get_headers(const struct wire_map *map, const uint8_t *header, void *object)
{
	const struct attr_table *table = map->table;
	uint64_t marks = 0;

	for (size_t i = 0; i < map->headers_count; i++) {
		const struct attr *row = &table->rows[map->headers[i]];
		uint64_t value = attr_integer(header + row->header - 1, row->header_size);

		if (row->bits)
			value = (value & row->bits) != 0;
		/* A word that stands or not is not there when it is off. */
		if (!value && (row->traits & ATTR_FLAG))
			continue;
		attr_set_integer(attr_field(row, object), row->size, value);
		marks |= attr_bit(table, row);
	}
	attr_asked(table, object)->value |= marks;
}

/* Every row that is some bits of this attribute. */
static int get_bits(const struct wire_map *map, const struct attr *first,
		    const struct nlattr *attribute, void *object)
{
	const struct attr_table *table = map->table;
	bool masked = first->traits & ATTR_MASKED;
	uint32_t words[2] = { 0, UINT32_MAX };

	if (wire_length(attribute) != (masked ? 8U : 4U))
		return -EBADMSG;
	memcpy(words, wire_payload(attribute), wire_length(attribute));
	for (const struct attr *row = first; row < table->rows + table->count; row++) {
		bool value = words[0] & row->bits;

		if (row->wire != first->wire || row->nest != first->nest || !row->bits ||
		    row->header)
			continue;
		if (!(words[1] & row->bits) || (!value && (row->traits & ATTR_FLAG)))
			continue;
		attr_set_integer(attr_field(row, object), row->size, value);
		attr_mark(table, object, row);
	}
	return 0;
}

static int get_row(const struct wire_map *map, const struct attr *row,
		   const struct attr_context *context, const struct nlattr *attribute, void *object)
{
	if (row->bits)
		return get_bits(map, row, attribute, object);
	if (row->type->decode(row, context, wire_payload(attribute), wire_length(attribute),
			      attr_field(row, object)) < 0)
		return -EBADMSG;
	attr_mark(map->table, object, row);
	return 0;
}

static int get_nest(const struct wire_map *map, const struct attr *first,
		    const struct attr_context *context, const struct nlattr *nest, void *object)
{
	const void *end = wire_payload(nest) + wire_length(nest);
	const struct nlattr *attribute = wire_first(wire_payload(nest), wire_length(nest));

	for (; attribute; attribute = wire_next(attribute, end)) {
		const struct attr *row = first;
		const struct attr *last = map->table->rows + map->table->count;
		uint16_t type = wire_type(attribute);

		while (row < last &&
		       (row->nest != first->nest || (row->wire != type && row->wire6 != type)))
			row++;
		if (row < last && get_row(map, row, context, attribute, object) < 0)
			return -EBADMSG;
	}
	return 0;
}

int wire_get(const struct wire_map *map, const struct attr_context *context, const void *header,
	     const void *attributes, size_t length, void *object)
{
	const struct nlattr *attribute = wire_first(attributes, length);
	const void *end = (const char *)attributes + length;

	if (header)
		get_headers(map, header, object);
	for (; attribute; attribute = wire_next(attribute, end)) {
		uint16_t type = wire_type(attribute);
		const struct attr *rows = map->table->rows;
		int r = 0;

		if (type >= sizeof(map->row_of))
			continue;
		if (map->row_of[type])
			r = get_row(map, &rows[map->row_of[type] - 1], context, attribute, object);
		else if (map->nest_of[type])
			r = get_nest(map, &rows[map->nest_of[type] - 1], context, attribute,
				     object);
		if (r < 0)
			return r;
	}
	return 0;
}
