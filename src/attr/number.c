/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The codec of uint8_t to uint64_t: numbers in a range, with keywords, with the
 * names of iproute2's databases, in hexadecimal, or times in 1/100 s.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "attr/attr.h"
#include "attr/codec.h"
#include "attr/database.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

static uint64_t most_of(const struct attr *row)
{
	if (row->max)
		return row->max;
	return row->size == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * row->size) - 1;
}

/* "15s", "200ms", "5min": `ticks` of 1/100 s; false when it is no number with a unit. */
static bool read_time(const char *word, uint64_t *ticks, bool *is_whole)
{
	char *unit;

	errno = 0;
	*ticks = strtoull(word, &unit, 10);
	*is_whole = true;
	if (errno)
		return false;
	if (!strcmp(unit, "ms")) {
		*is_whole = *ticks % 10 == 0;
		*ticks /= 10;
		return true;
	}
	if (strcmp(unit, "s") != 0 && strcmp(unit, "min") != 0 && strcmp(unit, "m") != 0)
		return false;
	if (__builtin_mul_overflow(*ticks, *unit == 's' ? 100U : 6000U, ticks))
		*ticks = UINT64_MAX;
	return true;
}

static int refuse_limit(const struct attr *row, const char *word, const char *side, uint64_t limit,
			struct error *error)
{
	if (row->traits & ATTR_HEX)
		return error_usage(error, "%s %s is %s 0x%llx", row->name, word, side,
				   (unsigned long long)limit);
	return error_usage(error, "%s %s is %s %llu", row->name, word, side,
			   (unsigned long long)limit);
}

static int check_range(const struct attr *row, const char *word, uint64_t value, bool is_cut,
		       struct error *error)
{
	if (is_cut || value > most_of(row))
		return refuse_limit(row, word, "above", most_of(row), error);
	if (value < row->min)
		return refuse_limit(row, word, "below", row->min, error);
	return 0;
}

/* A number that rt_dsfield could name is hexadecimal even without 0x: `tos 10` of iproute2 is 16. */
static bool read_number(const struct attr *row, const char *word, uint64_t *value)
{
	char *end;

	if (!row->database || !(row->traits & ATTR_HEX))
		return number_read(word, value);
	if (!isxdigit((unsigned char)*word))
		return false;
	errno = 0;
	*value = strtoull(word, &end, 16);
	return !*end;
}

static int read_value(const struct attr *row, const struct attr_context *context, const char *word,
		      uint64_t *value, struct error *error)
{
	struct databases *databases = row->database ? context->databases : NULL;
	bool is_whole;

	if (keyword_value(row->keywords, word, value))
		return 0;
	/* Names come first: "AF11" is a hexadecimal number too. */
	if (databases && databases_number(databases, row->database, word, value))
		return check_range(row, word, *value, false, error);
	if (read_number(row, word, value))
		return check_range(row, word, *value, errno == ERANGE, error);
	if ((row->traits & ATTR_CENTISECONDS) && isdigit((unsigned char)*word) &&
	    read_time(word, value, &is_whole)) {
		if (!is_whole)
			return error_usage(error, "%s: '%s' is no multiple of 10ms", row->name,
					   word);
		return check_range(row, word, *value, false, error);
	}
	return codec_refuse(row, word, "number",
			    databases ? databases_nearest(databases, row->database, word) : NULL,
			    error);
}

static int parse(const struct attr *row, const struct attr_context *context, struct words *words,
		 void *field, struct error *error)
{
	const char *word = codec_word(row, words, error);
	uint64_t value = 0;
	int r;

	if (!word)
		return -EINVAL;
	r = read_value(row, context, word, &value, error);
	if (r < 0)
		return r;
	attr_set_integer(field, row->size, value);
	return 0;
}

/* The keyword or the database's name of a value, or NULL. */
static const char *word_of(const struct attr *row, const struct attr_context *context,
			   uint64_t value)
{
	const char *word = keyword_word(row->keywords, value);

	if (!word && row->database && context->databases)
		word = databases_word(context->databases, row->database, value);
	return word;
}

/* Without printf: a dump of 100,000 routes comes through here several times a route. */
static void put_hex(struct text *text, uint64_t value, size_t least)
{
	char digits[16];
	size_t at = sizeof(digits);

	do {
		digits[--at] = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value || sizeof(digits) - at < least);
	text_put(text, "0x", 2);
	text_put(text, digits + at, sizeof(digits) - at);
}

/* As iproute2 has them: %#x without a database (0 stays 0), else %#04x (a tos is 0x08). */
static void put_number(const struct attr *row, uint64_t value, struct text *text)
{
	if ((row->traits & ATTR_HEX) && (value || row->database))
		put_hex(text, value, row->database && !(row->traits & ATTR_JSON_NUMBER) ? 2 : 1);
	else
		text_number(text, value);
}

static void print(const struct attr *row, const struct attr_context *context, const void *field,
		  struct text *text)
{
	uint64_t value = attr_integer(field, row->size);
	const char *word = word_of(row, context, value);

	if (word)
		text_puts(text, word);
	else
		put_number(row, value, text);
}

static void json_put(const struct attr *row, const struct attr_context *context, const void *field,
		     const char *key, struct json *json)
{
	uint64_t value = attr_integer(field, row->size);
	const char *word = NULL;

	if (!(row->traits & ATTR_JSON_NUMBER)) {
		word = keyword_shown(row->keywords, value);
		word = word ? word : word_of(row, context, value);
	}
	if (word) {
		json_string(json, key, word);
	} else if (row->traits & ATTR_HEX || (row->database && !(row->traits & ATTR_JSON_NUMBER))) {
		/* What could have a name is a string in iproute2 even without one: "table":"100". */
		put_number(row, value, codec_open(json, key));
		codec_close(json);
	} else {
		json_number(json, key, value);
	}
}

static int encode(const struct attr *row, const struct attr_context *context, const void *field,
		  uint8_t *payload, struct error *error)
{
	(void)context;
	(void)error;
	codec_put(payload, attr_integer(field, row->size), row->size, row->traits & ATTR_NET_ORDER);
	return row->size;
}

static int decode(const struct attr *row, const struct attr_context *context,
		  const uint8_t *payload, size_t length, void *field)
{
	(void)context;
	if (length != row->size)
		return -EINVAL;
	attr_set_integer(field, row->size,
			 codec_get(payload, length, row->traits & ATTR_NET_ORDER));
	return 0;
}

static void random_value(const struct attr *row, const struct attr_context *context,
			 uint64_t (*next)(void), void *field)
{
	uint64_t least = row->min, span = most_of(row) - least, value = next();
	size_t keywords = 0;

	(void)context;
	while (row->keywords && row->keywords[keywords].word)
		keywords++;
	/* A row of keywords without a range has no other values, unless it says so. */
	if (keywords && ((row->traits & ATTR_BOOL_NUMBER) || (value & 1) ||
			 (!row->max && !row->database && !(row->traits & ATTR_JSON_NUMBER)))) {
		size_t at = next() % keywords;

		value = row->keywords[at].value;
		if (!value && (row->traits & ATTR_NO_ZERO))
			value = row->keywords[(at + 1) % keywords].value;
	} else {
		value = next() >> next() % 64;
		value = least + (span == UINT64_MAX ? value : value % (span + 1));
	}
	if (!value && (row->traits & ATTR_NO_ZERO))
		value = most_of(row);
	attr_set_integer(field, row->size, value);
}

const struct attr_type attr_type_number = {
	.name = "number",
	.usage = "NUMBER",
	.parse = parse,
	.print = print,
	.json = json_put,
	.encode = encode,
	.decode = decode,
	.random = random_value,
};
