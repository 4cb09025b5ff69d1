/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The codec of struct prefix. On the wire it is the address alone: the length
 * stands in the message's header, which the kernel layer reads and writes.
 */
#include <errno.h>
#include <string.h>

#include "attr/attr.h"
#include "attr/codec.h"
#include "base/error.h"
#include "base/text.h"

enum { LONGEST = 64 }; /* more than any address has letters */

static uint8_t bits_of(uint8_t family)
{
	return (uint8_t)(address_size(family) * 8);
}

static int refuse(const struct attr *row, const char *word, struct error *error)
{
	return codec_refuse(row, word, "prefix", NULL, error);
}

static int read_prefix(const struct attr *row, const char *word, struct prefix *prefix,
		       struct error *error)
{
	const char *slash = strchrnul(word, '/');
	size_t size = (size_t)(slash - word);
	struct address address;
	char part[LONGEST];
	uint64_t length;

	if (size >= sizeof(part))
		return refuse(row, word, error);
	memcpy(part, word, size);
	part[size] = '\0';
	if (!address_read_short(part, &address))
		return refuse(row, word, error);
	length = bits_of(address.family);
	if (*slash && !prefix_length_read(slash + 1, address.family, &length))
		return refuse(row, word, error);
	if (length > bits_of(address.family))
		return error_usage(error, "%s: the length of '%s' is above %u", row->name, word,
				   bits_of(address.family));
	prefix->family = address.family;
	prefix->length = (uint8_t)length;
	memcpy(prefix->bytes, address.bytes, sizeof(prefix->bytes));
	return 0;
}

static int parse(const struct attr *row, const struct attr_context *context, struct words *words,
		 void *field, struct error *error)
{
	const char *word = codec_word(row, words, error);
	struct prefix value = { 0 };
	int r = 0;

	if (!word)
		return -EINVAL;
	if (!strcmp(word, "default") || !strcmp(word, "all") || !strcmp(word, "any"))
		value.family = context->family ? context->family : IPV4;
	else
		r = read_prefix(row, word, &value, error);
	if (r < 0)
		return r;
	memcpy(field, &value, sizeof(value));
	return 0;
}

static bool is_default(const struct prefix *prefix)
{
	static const uint8_t zero[16];

	return !prefix->length && !memcmp(prefix->bytes, zero, sizeof(zero));
}

static void print(const struct attr *row, const struct attr_context *context, const void *field,
		  struct text *text)
{
	const struct prefix *prefix = field;

	(void)row;
	(void)context;
	if (is_default(prefix)) {
		text_put(text, "default", 7);
		return;
	}
	address_print(prefix->family, prefix->bytes, text);
	if (prefix->length != bits_of(prefix->family)) {
		text_char(text, '/');
		text_number(text, prefix->length);
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
	const struct prefix *prefix = field;
	size_t size = address_size(prefix->family);

	(void)row;
	(void)context;
	(void)error;
	memcpy(payload, prefix->bytes, size);
	return (int)size;
}

static int decode(const struct attr *row, const struct attr_context *context,
		  const uint8_t *payload, size_t length, void *field)
{
	struct prefix *prefix = field;

	(void)row;
	(void)context;
	if (length != 4 && length != 16)
		return -EINVAL;
	prefix->family = length == 4 ? IPV4 : IPV6;
	memset(prefix->bytes, 0, sizeof(prefix->bytes));
	memcpy(prefix->bytes, payload, length);
	return 0;
}

static void random_value(const struct attr *row, const struct attr_context *context,
			 uint64_t (*next)(void), void *field)
{
	struct prefix value = { .family = context->family };

	(void)row;
	if (!value.family)
		value.family = next() & 1 ? IPV4 : IPV6;
	/* Never the default, whose word tells no family; no host bits, as a route wants it. */
	value.length = (uint8_t)(8 + next() % (bits_of(value.family) - 7U));
	for (unsigned bit = 0; bit < value.length; bit++)
		value.bytes[bit / 8] |= (uint8_t)((next() & 1) << (7 - bit % 8));
	value.bytes[0] = value.family == IPV4 ? 10 : 0xfd;
	memcpy(field, &value, sizeof(value));
}

const struct attr_type attr_type_prefix = {
	.name = "prefix",
	.usage = "PREFIX",
	.parse = parse,
	.print = print,
	.json = json_put,
	.encode = encode,
	.decode = decode,
	.random = random_value,
};
