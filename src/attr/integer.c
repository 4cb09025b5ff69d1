/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The codec of int32_t: numbers that may be negative, with keywords. */
#include <errno.h>
#include <string.h>

#include "attr/attr.h"
#include "attr/codec.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

/* The row's limits hold signed numbers; with neither set they are the type's. */
static int64_t least_of(const struct attr *row)
{
	return row->min || row->max ? (int64_t)row->min : INT32_MIN;
}

static int64_t most_of(const struct attr *row)
{
	return row->max ? (int64_t)row->max : INT32_MAX;
}

static int32_t value_of(const void *field)
{
	int32_t value;

	memcpy(&value, field, sizeof(value));
	return value;
}

static const char *word_of(const struct attr *row, int32_t value)
{
	/* A negative keyword's value is written as the 64 or 32 bits that it has. */
	const char *word = keyword_word(row->keywords, (uint64_t)value);

	return word ? word : keyword_word(row->keywords, (uint32_t)value);
}

static int read_value(const struct attr *row, const char *word, int64_t *value, struct error *error)
{
	bool is_negative = *word == '-';
	uint64_t number;

	if (keyword_value(row->keywords, word, &number)) {
		*value = (int32_t)number;
		return 0;
	}
	if (!number_read(word + is_negative, &number))
		return codec_refuse(row, word, "number", NULL, error);
	if (number > INT64_MAX)
		number = INT64_MAX;
	*value = is_negative ? -(int64_t)number : (int64_t)number;
	if (*value > most_of(row))
		return error_usage(error, "%s %s is above %lld", row->name, word,
				   (long long)most_of(row));
	if (*value < least_of(row))
		return error_usage(error, "%s %s is below %lld", row->name, word,
				   (long long)least_of(row));
	return 0;
}

static int parse(const struct attr *row, const struct attr_context *context, struct words *words,
		 void *field, struct error *error)
{
	const char *word = codec_word(row, words, error);
	int64_t value = 0;
	int r;

	(void)context;
	if (!word)
		return -EINVAL;
	r = read_value(row, word, &value, error);
	if (r < 0)
		return r;
	attr_set_integer(field, sizeof(int32_t), (uint64_t)value);
	return 0;
}

static void print(const struct attr *row, const struct attr_context *context, const void *field,
		  struct text *text)
{
	int64_t value = value_of(field);
	const char *word = word_of(row, value_of(field));

	(void)context;
	if (word) {
		text_puts(text, word);
		return;
	}
	if (value < 0)
		text_char(text, '-');
	text_number(text, (uint64_t)(value < 0 ? -value : value));
}

static void json_put(const struct attr *row, const struct attr_context *context, const void *field,
		     const char *key, struct json *json)
{
	const char *word = word_of(row, value_of(field));

	(void)context;
	if (word && !(row->traits & ATTR_JSON_NUMBER))
		json_string(json, key, word);
	else
		json_integer(json, key, value_of(field));
}

static int encode(const struct attr *row, const struct attr_context *context, const void *field,
		  uint8_t *payload, struct error *error)
{
	(void)context;
	(void)error;
	codec_put(payload, attr_integer(field, 4), 4, row->traits & ATTR_NET_ORDER);
	return 4;
}

static int decode(const struct attr *row, const struct attr_context *context,
		  const uint8_t *payload, size_t length, void *field)
{
	(void)context;
	if (length != 4)
		return -EINVAL;
	attr_set_integer(field, 4, codec_get(payload, 4, row->traits & ATTR_NET_ORDER));
	return 0;
}

static void random_value(const struct attr *row, const struct attr_context *context,
			 uint64_t (*next)(void), void *field)
{
	uint64_t span = (uint64_t)(most_of(row) - least_of(row));
	int64_t value = least_of(row) + (int64_t)(next() % (span + 1));

	(void)context;
	if (!value && (row->traits & ATTR_NO_ZERO))
		value = most_of(row);
	attr_set_integer(field, sizeof(int32_t), (uint64_t)value);
}

const struct attr_type attr_type_integer = {
	.name = "integer",
	.usage = "NUMBER",
	.parse = parse,
	.print = print,
	.json = json_put,
	.encode = encode,
	.decode = decode,
	.random = random_value,
};
