/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The codec of struct lladdr: a MAC, a tunnel's IP address, InfiniBand's 20 bytes. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "attr/attr.h"
#include "attr/codec.h"
#include "base/text.h"

enum { INFINIBAND = 20 };

static unsigned digit_of(char c)
{
	return isdigit((unsigned char)c) ? (unsigned)(c - '0')
					 : (unsigned)(tolower((unsigned char)c) - 'a' + 10);
}

static bool read_infiniband(const char *word, uint8_t *bytes)
{
	if (strlen(word) != 3 * INFINIBAND - 1)
		return false;
	for (size_t i = 0; i < INFINIBAND; i++, word += 3) {
		if (!isxdigit((unsigned char)word[0]) || !isxdigit((unsigned char)word[1]) ||
		    word[2] != (i + 1 < INFINIBAND ? ':' : '\0'))
			return false;
		bytes[i] = (uint8_t)(digit_of(word[0]) << 4 | digit_of(word[1]));
	}
	return true;
}

static int parse(const struct attr *row, const struct attr_context *context, struct words *words,
		 void *field, struct error *error)
{
	const char *word = codec_word(row, words, error);
	struct lladdr value = { 0 };
	struct address address;

	(void)context;
	if (!word)
		return -EINVAL;
	if (mac_read(word, value.bytes)) {
		value.length = 6;
	} else if (address_read(word, &address)) {
		value.length = (uint8_t)address_size(address.family);
		memcpy(value.bytes, address.bytes, value.length);
	} else if (read_infiniband(word, value.bytes)) {
		value.length = INFINIBAND;
	} else {
		return codec_refuse(row, word, "link layer address", NULL, error);
	}
	memcpy(field, &value, sizeof(value));
	return 0;
}

static void print(const struct attr *row, const struct attr_context *context, const void *field,
		  struct text *text)
{
	const struct lladdr *lladdr = field;

	(void)row;
	(void)context;
	if (lladdr->length == 4 || lladdr->length == 16)
		address_print(lladdr->length == 4 ? IPV4 : IPV6, lladdr->bytes, text);
	else
		mac_print(lladdr->bytes, lladdr->length, text);
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
	const struct lladdr *lladdr = field;

	(void)row;
	(void)context;
	(void)error;
	memcpy(payload, lladdr->bytes, lladdr->length);
	return lladdr->length;
}

static int decode(const struct attr *row, const struct attr_context *context,
		  const uint8_t *payload, size_t length, void *field)
{
	struct lladdr value = { 0 };

	(void)row;
	(void)context;
	if (length > sizeof(value.bytes))
		return -EINVAL;
	value.length = (uint8_t)length;
	if (length)
		memcpy(value.bytes, payload, length);
	memcpy(field, &value, sizeof(value));
	return 0;
}

static void random_value(const struct attr *row, const struct attr_context *context,
			 uint64_t (*next)(void), void *field)
{
	static const uint8_t lengths[] = { 6, 6, 4, 16, INFINIBAND };
	struct lladdr value = { .length = lengths[next() % sizeof(lengths)] };

	(void)row;
	(void)context;
	for (size_t i = 0; i < value.length; i++)
		value.bytes[i] = (uint8_t)next();
	memcpy(field, &value, sizeof(value));
}

static bool is_value(const void *field)
{
	const struct lladdr *lladdr = field;

	return lladdr->length <= sizeof(lladdr->bytes);
}

const struct attr_type attr_type_lladdr = {
	.name = "lladdr",
	.usage = "LLADDR",
	.parse = parse,
	.print = print,
	.json = json_put,
	.encode = encode,
	.decode = decode,
	.random = random_value,
	.is_value = is_value,
};
