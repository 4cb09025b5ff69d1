/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The codec of struct realms: FROM/TO of a route, each a number or a name of
 * rt_realms (ip-route(8)). On the wire it is one number, FROM its upper half.
 */
#include <errno.h>
#include <string.h>

#include "attr/attr.h"
#include "attr/codec.h"
#include "attr/database.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

enum { LONGEST = 64 };

static const char database[] = "rt_realms";
static const char none[] = "unknown"; /* iproute2's word for 0, where its file has none */

static int refuse(const struct attr *row, const struct attr_context *context, const char *word,
		  const char *part, struct error *error)
{
	return codec_refuse(
		row, word, "realm",
		context->databases ? databases_nearest(context->databases, database, part) : NULL,
		error);
}

/* One half; nothing at all is 0. */
static int read_half(const struct attr *row, const struct attr_context *context, const char *word,
		     const char *part, uint16_t *realm, struct error *error)
{
	uint64_t value = 0;

	if (*part && strcmp(part, none) != 0 &&
	    !(context->databases && databases_number(context->databases, database, part, &value)) &&
	    !number_read(part, &value))
		return refuse(row, context, word, part, error);
	if (value > UINT16_MAX)
		return error_usage(error, "%s %s is above %u", row->name, part, UINT16_MAX);
	*realm = (uint16_t)value;
	return 0;
}

static int parse(const struct attr *row, const struct attr_context *context, struct words *words,
		 void *field, struct error *error)
{
	const char *word = codec_word(row, words, error);
	const char *slash = word ? strchr(word, '/') : NULL;
	struct realms value = { 0 };
	char from[LONGEST];
	uint64_t both;
	int r = 0;

	if (!word)
		return -EINVAL;
	if (!*word || !strcmp(word, "/") || (slash && slash - word >= LONGEST))
		return refuse(row, context, word, word, error);
	if (slash) {
		memcpy(from, word, (size_t)(slash - word));
		from[slash - word] = '\0';
		r = read_half(row, context, word, from, &value.from, error);
	}
	/* ip(8): without a slash, a number may be both halves as they are on the wire. */
	if (!slash && number_read(word, &both) && both > UINT16_MAX && both <= UINT32_MAX)
		value = (struct realms){ (uint16_t)(both >> 16), (uint16_t)both };
	else if (!r)
		r = read_half(row, context, word, slash ? slash + 1 : word, &value.to, error);
	if (r < 0)
		return r;
	memcpy(field, &value, sizeof(value));
	return 0;
}

static void put_half(const struct attr_context *context, uint16_t realm, struct text *text)
{
	const char *word =
		context->databases ? databases_word(context->databases, database, realm) : NULL;

	if (word)
		text_puts(text, word);
	else if (!realm)
		text_puts(text, none);
	else
		text_number(text, realm);
}

static void print(const struct attr *row, const struct attr_context *context, const void *field,
		  struct text *text)
{
	const struct realms *realms = field;

	(void)row;
	if (realms->from) {
		put_half(context, realms->from, text);
		text_char(text, '/');
	}
	put_half(context, realms->to, text);
}

static void json_half(const struct attr_context *context, uint16_t realm, const char *key,
		      struct json *json)
{
	put_half(context, realm, codec_open(json, key));
	codec_close(json);
}

static void json_put(const struct attr *row, const struct attr_context *context, const void *field,
		     const char *key, struct json *json)
{
	const struct realms *realms = field;

	(void)row;
	json_open_object(json, key);
	if (realms->from)
		json_half(context, realms->from, "from", json);
	json_half(context, realms->to, "to", json);
	json_close_object(json);
}

static int encode(const struct attr *row, const struct attr_context *context, const void *field,
		  uint8_t *payload, struct error *error)
{
	const struct realms *realms = field;

	(void)row;
	(void)context;
	(void)error;
	codec_put(payload, (uint32_t)realms->from << 16 | realms->to, 4, false);
	return 4;
}

static int decode(const struct attr *row, const struct attr_context *context,
		  const uint8_t *payload, size_t length, void *field)
{
	struct realms *realms = field;
	uint32_t both;

	(void)row;
	(void)context;
	if (length != 4)
		return -EINVAL;
	both = (uint32_t)codec_get(payload, 4, false);
	*realms = (struct realms){ (uint16_t)(both >> 16), (uint16_t)both };
	return 0;
}

static void random_value(const struct attr *row, const struct attr_context *context,
			 uint64_t (*next)(void), void *field)
{
	struct realms *realms = field;

	(void)row;
	(void)context;
	realms->from = (uint16_t)(next() % 256);
	realms->to = (uint16_t)(1 + next() % 255);
}

const struct attr_type attr_type_realms = {
	.name = "realms",
	.usage = "REALMS",
	.parse = parse,
	.print = print,
	.json = json_put,
	.encode = encode,
	.decode = decode,
	.random = random_value,
};
