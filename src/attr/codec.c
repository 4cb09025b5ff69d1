/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attr/codec.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "attr/attr.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "base/words.h"

const char *codec_word(const struct attr *row, struct words *words, struct error *error)
{
	const char *word = words_peek(words);
	CLEANUP(text_clear) struct text usage = { 0 };

	if (word && *word)
		return words_take(words);
	attr_usage(row, &usage);
	return words_value(words, row->name, text_string(&usage), error);
}

/* "STATE" becomes "state"; a placeholder that is no word ("0-255") is no noun either. */
static const char *noun_of(const struct attr *row, const char *noun, char *buffer, size_t size)
{
	size_t length = row->usage ? strlen(row->usage) : 0;

	if (!length || length >= size)
		return noun;
	for (size_t i = 0; i <= length; i++) {
		unsigned char c = (unsigned char)row->usage[i];

		if (c && !isupper(c))
			return noun;
		buffer[i] = (char)tolower(c);
	}
	return buffer;
}

int codec_refuse(const struct attr *row, const char *word, const char *noun, const char *more,
		 struct error *error)
{
	const char *best = more;
	size_t distance = more ? words_distance(word, more) : SIZE_MAX, length;
	char buffer[32];

	error_usage(error, "%s: '%s' is no %s", row->name, word,
		    noun_of(row, noun, buffer, sizeof(buffer)));
	length = strlen(error->text);
	for (const struct keyword *k = row->keywords; k && k->word; k++)
		words_nearer(word, k->word, &best, &distance);
	words_suggest(error, word, best, distance);
	if (row->keywords && strlen(error->text) == length) {
		for (const struct keyword *k = row->keywords; k->word; k++)
			error_hint(error, "%s%s", k == row->keywords ? " (known: " : ", ", k->word);
		error_hint(error, ")");
	}
	return -EINVAL;
}

void codec_put(uint8_t *payload, uint64_t value, size_t size, bool is_big_endian)
{
	if (!is_big_endian) {
		attr_set_integer(payload, size, value);
		return;
	}
	for (size_t i = size; i-- > 0; value >>= 8)
		payload[i] = (uint8_t)value;
}

uint64_t codec_get(const uint8_t *payload, size_t size, bool is_big_endian)
{
	uint64_t value = 0;

	if (!is_big_endian)
		return attr_integer(payload, size);
	for (size_t i = 0; i < size; i++)
		value = value << 8 | payload[i];
	return value;
}

struct text *codec_open(struct json *json, const char *key)
{
	json_key(json, key);
	text_char(json->out, '"');
	return json->out;
}

void codec_close(struct json *json)
{
	text_char(json->out, '"');
}

void codec_random_name(uint64_t (*next)(void), size_t least, size_t most, char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
	size_t length = least + next() % (most - least + 1);

	for (size_t i = 0; i < length; i++)
		name[i] = letters[next() % (i ? sizeof(letters) - 1 : 26)];
	name[length] = '\0';
}
