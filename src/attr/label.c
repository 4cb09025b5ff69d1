/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The codec of struct label: any text, as many bytes as the row's max allows. */
#include <errno.h>
#include <string.h>

#include "attr/attr.h"
#include "attr/codec.h"
#include "base/error.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"

enum { LABEL_MOST = 255 }; /* IFALIASZ - 1: linux/if.h */

static size_t most_of(const struct attr *row)
{
	return row->max && row->max < LABEL_MOST ? (size_t)row->max : LABEL_MOST;
}

static int parse(const struct attr *row, const struct attr_context *context, struct words *words,
		 void *field, struct error *error)
{
	/* The empty text is a value: it takes an alias away, as `ip link set alias ""` does. */
	const char *word = words_peek(words) ? words_take(words) : codec_word(row, words, error);

	if (!word)
		return -EINVAL;
	if (strlen(word) > most_of(row))
		return error_usage(error, "%s: '%s' is longer than %zu characters", row->name, word,
				   most_of(row));
	((struct label *)field)->id = names_of(context->names, word);
	return 0;
}

static void print(const struct attr *row, const struct attr_context *context, const void *field,
		  struct text *text)
{
	const char *label = names_text(context->names, ((const struct label *)field)->id);

	(void)row;
	text_escaped(text, label, strlen(label));
}

static void json_put(const struct attr *row, const struct attr_context *context, const void *field,
		     const char *key, struct json *json)
{
	(void)row;
	json_string(json, key, names_text(context->names, ((const struct label *)field)->id));
}

static int encode(const struct attr *row, const struct attr_context *context, const void *field,
		  uint8_t *payload, struct error *error)
{
	const char *label = names_text(context->names, ((const struct label *)field)->id);
	size_t length = strlen(label);

	(void)row;
	(void)error;
	if (length > LABEL_MOST)
		return error_set(error, E2BIG, "%s '%s'", row->name, label);
	memcpy(payload, label, length);
	payload[length] = '\0';
	/* IFLA_IFALIAS counts the NUL among its 255 bytes, and none at all takes the alias away. */
	return (int)length + (length && length < LABEL_MOST);
}

static int decode(const struct attr *row, const struct attr_context *context,
		  const uint8_t *payload, size_t length, void *field)
{
	(void)row;
	if (length > ATTR_PAYLOAD)
		return -EINVAL;
	((struct label *)field)->id =
		length ? names_id(context->names, (const char *)payload, length) : 0;
	return 0;
}

static void random_value(const struct attr *row, const struct attr_context *context,
			 uint64_t (*next)(void), void *field)
{
	char label[LABEL_MOST + 1];

	codec_random_name(next, 1, most_of(row) < 40 ? most_of(row) : 40, label);
	((struct label *)field)->id = names_of(context->names, label);
}

const struct attr_type attr_type_label = {
	.name = "label",
	.usage = "TEXT",
	.parse = parse,
	.print = print,
	.json = json_put,
	.encode = encode,
	.decode = decode,
	.random = random_value,
	.interned = true,
};
