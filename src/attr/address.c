/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The codec of struct address: an IPv4 or IPv6 address; "any" is the family's zero. */
#include <errno.h>
#include <string.h>

#include "attr/attr.h"
#include "attr/codec.h"
#include "base/text.h"

static int parse(const struct attr *row, const struct attr_context *context, struct words *words,
		 void *field, struct error *error)
{
	const char *word = codec_word(row, words, error);
	struct address value = { 0 };

	if (!word)
		return -EINVAL;
	if (!strcmp(word, "any") || !strcmp(word, "default"))
		value.family = context->family ? context->family : IPV4;
	else if (!address_read(word, &value))
		return codec_refuse(row, word, "address", NULL, error);
	memcpy(field, &value, sizeof(value));
	return 0;
}

static void print(const struct attr *row, const struct attr_context *context, const void *field,
		  struct text *text)
{
	const struct address *address = field;

	(void)row;
	(void)context;
	if (address->family)
		address_print(address->family, address->bytes, text);
	else
		text_puts(text, "any");
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
	const struct address *address = field;
	size_t size = address_size(address->family);

	(void)row;
	(void)context;
	(void)error;
	memcpy(payload, address->bytes, size);
	return (int)size;
}

static int decode(const struct attr *row, const struct attr_context *context,
		  const uint8_t *payload, size_t length, void *field)
{
	struct address value = { .family = length == 4 ? IPV4 : IPV6 };

	(void)row;
	(void)context;
	if (length != 4 && length != 16)
		return -EINVAL;
	memcpy(value.bytes, payload, length);
	memcpy(field, &value, sizeof(value));
	return 0;
}

static void random_value(const struct attr *row, const struct attr_context *context,
			 uint64_t (*next)(void), void *field)
{
	struct address value = { .family = context->family };

	(void)row;
	if (!value.family)
		value.family = next() & 1 ? IPV4 : IPV6;
	for (size_t i = 0; i < address_size(value.family); i++)
		value.bytes[i] = (uint8_t)next();
	/* Neither multicast nor zero: one that a host may have. */
	value.bytes[0] = value.family == IPV4 ? 10 : 0xfd;
	memcpy(field, &value, sizeof(value));
}

const struct attr_type attr_type_address = {
	.name = "address",
	.usage = "ADDRESS",
	.parse = parse,
	.print = print,
	.json = json_put,
	.encode = encode,
	.decode = decode,
	.random = random_value,
};
