/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The codec of bool: on or off, in iproute2's several spellings. */
#include <errno.h>
#include <string.h>

#include "attr/attr.h"
#include "attr/codec.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "base/words.h"

static bool read_bool(const struct attr *row, const char *word, bool *value)
{
	uint64_t number;

	if (keyword_value(row->keywords, word, &number)) {
		*value = number;
		return true;
	}
	*value = !strcmp(word, "on") || !strcmp(word, "1");
	return *value || !strcmp(word, "off") || !strcmp(word, "0");
}

static int parse(const struct attr *row, const struct attr_context *context, struct words *words,
		 void *field, struct error *error)
{
	const char *word = words_peek(words), *best = NULL;
	size_t distance = SIZE_MAX;
	bool value;

	(void)context;
	if (word && read_bool(row, word, &value)) {
		words_take(words);
		*(bool *)field = value;
		return 0;
	}
	if (row->traits & (ATTR_BOOL_WORD | ATTR_FLAG)) {
		*(bool *)field = true;
		return 0;
	}
	word = codec_word(row, words, error);
	if (!word)
		return -EINVAL;
	error_usage(error, "%s: '%s' is neither on nor off", row->name, word);
	words_nearer(word, "on", &best, &distance);
	words_nearer(word, "off", &best, &distance);
	words_suggest(error, word, best, distance);
	return -EINVAL;
}

static void print(const struct attr *row, const struct attr_context *context, const void *field,
		  struct text *text)
{
	(void)row;
	(void)context;
	text_puts(text, *(const bool *)field ? "on" : "off");
}

static void json_put(const struct attr *row, const struct attr_context *context, const void *field,
		     const char *key, struct json *json)
{
	bool value = *(const bool *)field;

	(void)context;
	if (row->traits & ATTR_BOOL_NUMBER)
		json_number(json, key, value);
	else if (value || !(row->traits & (ATTR_FLAG | ATTR_PRESENCE)))
		json_bool(json, key, value);
}

static int encode(const struct attr *row, const struct attr_context *context, const void *field,
		  uint8_t *payload, struct error *error)
{
	(void)context;
	(void)error;
	if (row->traits & ATTR_PRESENCE)
		return 0;
	payload[0] = *(const bool *)field;
	return 1;
}

static int decode(const struct attr *row, const struct attr_context *context,
		  const uint8_t *payload, size_t length, void *field)
{
	bool is_presence = row->traits & ATTR_PRESENCE;

	(void)context;
	if (length != !is_presence)
		return -EINVAL;
	*(bool *)field = is_presence || payload[0];
	return 0;
}

static void random_value(const struct attr *row, const struct attr_context *context,
			 uint64_t (*next)(void), void *field)
{
	bool value = next() & 1;

	(void)context;
	*(bool *)field = value || (row->traits & (ATTR_PRESENCE | ATTR_FLAG | ATTR_NO_ZERO));
}

/* A bool of another value may count as true and as false in one breath. */
static bool is_value(const void *field)
{
	return *(const uint8_t *)field <= 1;
}

const struct attr_type attr_type_bool = {
	.name = "bool",
	.usage = "{on|off}",
	.parse = parse,
	.print = print,
	.json = json_put,
	.encode = encode,
	.decode = decode,
	.random = random_value,
	.is_value = is_value,
};
