/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The codec of struct timer: 1/100 s (USER_HZ) on the wire, seconds to people: 12.05. */
#include <errno.h>
#include <string.h>

#include "attr/attr.h"
#include "attr/codec.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

enum { HZ = 100 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool read_timer(const char *word, uint64_t *ticks)
{
	uint64_t value = 0;

	if (!is_digit(*word))
		return false;
	for (; is_digit(*word); word++) {
		if (__builtin_mul_overflow(value, 10U, &value) ||
		    __builtin_add_overflow(value, (unsigned)(*word - '0'), &value))
			return false;
	}
	if (__builtin_mul_overflow(value, (unsigned)HZ, &value))
		return false;
	if (*word == '.') {
		if (!is_digit(word[1]) || !is_digit(word[2]) ||
		    __builtin_add_overflow(value, (unsigned)((word[1] - '0') * 10 + word[2] - '0'),
					   &value))
			return false;
		word += 3;
	}
	*ticks = value;
	return !*word;
}

static int parse(const struct attr *row, const struct attr_context *context, struct words *words,
		 void *field, struct error *error)
{
	const char *word = codec_word(row, words, error);
	struct timer value;

	(void)context;
	if (!word)
		return -EINVAL;
	if (!read_timer(word, &value.ticks))
		return codec_refuse(row, word, "time in seconds", NULL, error);
	memcpy(field, &value, sizeof(value));
	return 0;
}

static void print(const struct attr *row, const struct attr_context *context, const void *field,
		  struct text *text)
{
	uint64_t ticks = ((const struct timer *)field)->ticks;

	(void)row;
	(void)context;
	text_number(text, ticks / HZ);
	text_char(text, '.');
	text_char(text, (char)('0' + ticks % HZ / 10));
	text_char(text, (char)('0' + ticks % 10));
}

static void json_put(const struct attr *row, const struct attr_context *context, const void *field,
		     const char *key, struct json *json)
{
	json_key(json, key);
	print(row, context, field, json->out);
}

static int encode(const struct attr *row, const struct attr_context *context, const void *field,
		  uint8_t *payload, struct error *error)
{
	(void)context;
	(void)error;
	codec_put(payload, ((const struct timer *)field)->ticks, 8, row->traits & ATTR_NET_ORDER);
	return 8;
}

static int decode(const struct attr *row, const struct attr_context *context,
		  const uint8_t *payload, size_t length, void *field)
{
	(void)context;
	if (length != 8)
		return -EINVAL;
	((struct timer *)field)->ticks = codec_get(payload, 8, row->traits & ATTR_NET_ORDER);
	return 0;
}

static void random_value(const struct attr *row, const struct attr_context *context,
			 uint64_t (*next)(void), void *field)
{
	(void)row;
	(void)context;
	((struct timer *)field)->ticks = next() >> next() % 64;
}

const struct attr_type attr_type_timer = {
	.name = "timer",
	.usage = "SECONDS",
	.parse = parse,
	.print = print,
	.json = json_put,
	.encode = encode,
	.decode = decode,
	.random = random_value,
};
