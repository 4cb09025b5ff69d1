/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The codec of struct mac: an Ethernet address. */
#include <errno.h>
#include <string.h>

#include "attr/attr.h"
#include "attr/codec.h"
#include "base/text.h"

static int parse(const struct attr *row, const struct attr_context *context, struct words *words,
		 void *field, struct error *error)
{
	const char *word = codec_word(row, words, error);

	(void)context;
	if (!word)
		return -EINVAL;
	if (!mac_read(word, ((struct mac *)field)->bytes))
		return codec_refuse(row, word, "MAC address", NULL, error);
	return 0;
}

static void print(const struct attr *row, const struct attr_context *context, const void *field,
		  struct text *text)
{
	(void)row;
	(void)context;
	mac_print(((const struct mac *)field)->bytes, 6, text);
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
	memcpy(payload, field, 6);
	return 6;
}

static int decode(const struct attr *row, const struct attr_context *context,
		  const uint8_t *payload, size_t length, void *field)
{
	(void)row;
	(void)context;
	if (length != 6)
		return -EINVAL;
	memcpy(field, payload, 6);
	return 0;
}

static void random_value(const struct attr *row, const struct attr_context *context,
			 uint64_t (*next)(void), void *field)
{
	struct mac *mac = field;

	(void)row;
	(void)context;
	for (size_t i = 0; i < 6; i++)
		mac->bytes[i] = (uint8_t)next();
	/* Locally administered, of one station: what a device may have. */
	mac->bytes[0] = (uint8_t)((mac->bytes[0] & 0xfe) | 2);
}

const struct attr_type attr_type_mac = {
	.name = "mac",
	.usage = "MAC",
	.parse = parse,
	.print = print,
	.json = json_put,
	.encode = encode,
	.decode = decode,
	.random = random_value,
};
