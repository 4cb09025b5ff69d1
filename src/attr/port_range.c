/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The codec of struct port_range: vxlan's lowest and highest source port. */
#include <errno.h>
#include <string.h>

#include "attr/attr.h"
#include "attr/codec.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

enum { WIRE_SIZE = 4 }; /* struct ifla_vxlan_port_range, big-endian: linux/if_link.h */

static int read_port(const struct attr *row, struct words *words, uint16_t *port,
		     struct error *error)
{
	const char *word = codec_word(row, words, error);
	uint64_t value;

	if (!word)
		return -EINVAL;
	if (!number_read(word, &value))
		return codec_refuse(row, word, "port", NULL, error);
	if (value > UINT16_MAX)
		return error_usage(error, "%s %s is above %u", row->name, word, UINT16_MAX);
	*port = (uint16_t)value;
	return 0;
}

static int parse(const struct attr *row, const struct attr_context *context, struct words *words,
		 void *field, struct error *error)
{
	struct port_range value;
	int r = read_port(row, words, &value.low, error);

	(void)context;
	if (!r)
		r = read_port(row, words, &value.high, error);
	if (r < 0)
		return r;
	if (value.low > value.high)
		return error_usage(error, "%s: the low port %u is above the high port %u",
				   row->name, value.low, value.high);
	memcpy(field, &value, sizeof(value));
	return 0;
}

static void print(const struct attr *row, const struct attr_context *context, const void *field,
		  struct text *text)
{
	const struct port_range *range = field;

	(void)row;
	(void)context;
	text_number(text, range->low);
	text_char(text, ' ');
	text_number(text, range->high);
}

static void json_put(const struct attr *row, const struct attr_context *context, const void *field,
		     const char *key, struct json *json)
{
	const struct port_range *range = field;

	(void)row;
	(void)context;
	json_open_object(json, key);
	json_number(json, "low", range->low);
	json_number(json, "high", range->high);
	json_close_object(json);
}

static int encode(const struct attr *row, const struct attr_context *context, const void *field,
		  uint8_t *payload, struct error *error)
{
	const struct port_range *range = field;

	(void)row;
	(void)context;
	(void)error;
	codec_put(payload, range->low, 2, true);
	codec_put(payload + 2, range->high, 2, true);
	return WIRE_SIZE;
}

static int decode(const struct attr *row, const struct attr_context *context,
		  const uint8_t *payload, size_t length, void *field)
{
	struct port_range *range = field;

	(void)row;
	(void)context;
	if (length != WIRE_SIZE)
		return -EINVAL;
	range->low = (uint16_t)codec_get(payload, 2, true);
	range->high = (uint16_t)codec_get(payload + 2, 2, true);
	return 0;
}

static void random_value(const struct attr *row, const struct attr_context *context,
			 uint64_t (*next)(void), void *field)
{
	struct port_range *range = field;

	(void)row;
	(void)context;
	range->low = (uint16_t)(1 + next() % UINT16_MAX);
	range->high = (uint16_t)(range->low + next() % (UINT16_MAX - range->low + 1U));
}

const struct attr_type attr_type_port_range = {
	.name = "port range",
	.usage = "LOW HIGH",
	.parse = parse,
	.print = print,
	.json = json_put,
	.encode = encode,
	.decode = decode,
	.random = random_value,
};
