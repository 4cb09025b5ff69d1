/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The codec of struct bridge_id: 8000.2:0:0:0:0:b, the priority and the MAC. */
#include <errno.h>
#include <string.h>

#include "attr/attr.h"
#include "attr/codec.h"
#include "base/text.h"

enum { WIRE_SIZE = 8 }; /* struct ifla_bridge_id: linux/if_link.h */

static const char digits[] = "0123456789abcdef";

static int parse(const struct attr *row, const struct attr_context *context, struct words *words,
		 void *field, struct error *error)
{
	const char *word = codec_word(row, words, error);
	struct bridge_id value = { 0 };

	(void)context;
	if (!word)
		return -EINVAL;
	for (size_t i = 0; i < 4; i++) {
		const char *digit = word[i] ? strchr(digits, word[i]) : NULL;

		if (!digit)
			return codec_refuse(row, word, "bridge id", NULL, error);
		value.priority[i / 2] = (uint8_t)(value.priority[i / 2] << 4 | (digit - digits));
	}
	if (word[4] != '.' || !mac_read(word + 5, value.mac))
		return codec_refuse(row, word, "bridge id", NULL, error);
	memcpy(field, &value, sizeof(value));
	return 0;
}

static void put_hex(struct text *text, uint8_t byte, bool is_padded)
{
	if (is_padded || byte > 15)
		text_char(text, digits[byte >> 4]);
	text_char(text, digits[byte & 15]);
}

/* The MAC without leading zeros, as ether_ntoa(3) writes it and so iproute2. */
static void print(const struct attr *row, const struct attr_context *context, const void *field,
		  struct text *text)
{
	const struct bridge_id *id = field;

	(void)row;
	(void)context;
	put_hex(text, id->priority[0], true);
	put_hex(text, id->priority[1], true);
	for (size_t i = 0; i < 6; i++) {
		text_char(text, i ? ':' : '.');
		put_hex(text, id->mac[i], false);
	}
}

static void json_put(const struct attr *row, const struct attr_context *context, const void *field,
		     const char *key, struct json *json)
{
	print(row, context, field, codec_open(json, key));
	codec_close(json);
}

static int encode(const struct attr *row, const struct attr_context *context, const void *field,
		  uint8_t *payload, struct error *error)
{
	(void)row;
	(void)context;
	(void)error;
	memcpy(payload, field, WIRE_SIZE);
	return WIRE_SIZE;
}

static int decode(const struct attr *row, const struct attr_context *context,
		  const uint8_t *payload, size_t length, void *field)
{
	(void)row;
	(void)context;
	if (length != WIRE_SIZE)
		return -EINVAL;
	memcpy(field, payload, WIRE_SIZE);
	return 0;
}

static void random_value(const struct attr *row, const struct attr_context *context,
			 uint64_t (*next)(void), void *field)
{
	uint64_t bytes = next();

	(void)row;
	(void)context;
	memcpy(field, &bytes, WIRE_SIZE);
}

const struct attr_type attr_type_bridge_id = {
	.name = "bridge id",
	.usage = "BRIDGE-ID",
	.parse = parse,
	.print = print,
	.json = json_put,
	.encode = encode,
	.decode = decode,
	.random = random_value,
};
