/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The codec of struct reasons: why a link is held down, 32 bits with names of
 * protodown_reasons.d (ip-link(8)). The words say one of them, REASON on|off;
 * the kernel tells all that hold. On the wire the mask and the bits are two
 * attributes in a nest (IFLA_PROTO_DOWN_REASON_*, <linux/if_link.h>).
 */
#include <errno.h>
#include <string.h>

#include "attr/attr.h"
#include "attr/codec.h"
#include "attr/database.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "base/words.h"

enum { BITS = 32, MASK = 1, VALUE = 2, ENTRY = 8 /* a header of two u16, a u32 */ };

static const char database[] = "protodown_reasons";

static int parse(const struct attr *row, const struct attr_context *context, struct words *words,
		 void *field, struct error *error)
{
	const char *word = codec_word(row, words, error);
	struct reasons value = { 0 };
	const char *state;
	uint64_t bit;

	if (!word)
		return -EINVAL;
	if (!(context->databases && databases_number(context->databases, database, word, &bit)) &&
	    !number_read(word, &bit))
		return codec_refuse(row, word, "reason",
				    context->databases
					    ? databases_nearest(context->databases, database, word)
					    : NULL,
				    error);
	if (bit >= BITS)
		return error_usage(error, "%s %s is above %d", row->name, word, BITS - 1);
	state = words_take(words);
	if (!state || (strcmp(state, "on") != 0 && strcmp(state, "off") != 0))
		return error_usage(error, "%s %s: 'on' or 'off' is expected%s%s%s", row->name, word,
				   state ? ", not '" : "", state ? state : "", state ? "'" : "");
	value.mask = UINT32_C(1) << bit;
	value.bits = strcmp(state, "on") ? 0 : value.mask;
	memcpy(field, &value, sizeof(value));
	return 0;
}

static void put_reason(const struct attr_context *context, unsigned bit, struct text *text)
{
	const char *word =
		context->databases ? databases_word(context->databases, database, bit) : NULL;

	if (word)
		text_puts(text, word);
	else
		text_number(text, bit);
}

static void print(const struct attr *row, const struct attr_context *context, const void *field,
		  struct text *text)
{
	const struct reasons *reasons = field;

	for (uint32_t left = reasons->mask; left; left &= left - 1) {
		unsigned bit = (unsigned)__builtin_ctz(left);

		if (left != reasons->mask)
			text_printf(text, " %s ", row->name);
		put_reason(context, bit, text);
		text_puts(text, reasons->bits >> bit & 1 ? " on" : " off");
	}
}

static void json_put(const struct attr *row, const struct attr_context *context, const void *field,
		     const char *key, struct json *json)
{
	const struct reasons *reasons = field;

	(void)row;
	json_open_array(json, key);
	for (uint32_t left = reasons->bits; left; left &= left - 1) {
		put_reason(context, (unsigned)__builtin_ctz(left), codec_open(json, NULL));
		codec_close(json);
	}
	json_close_array(json);
}

static void put_entry(uint8_t *at, uint16_t type, uint32_t value)
{
	codec_put(at, ENTRY, 2, false);
	codec_put(at + 2, type, 2, false);
	codec_put(at + 4, value, 4, false);
}

/* codec_put() swaps nothing unless it is asked to: these are the host's order, as netlink's are. */
static int encode(const struct attr *row, const struct attr_context *context, const void *field,
		  uint8_t *payload, struct error *error)
{
	const struct reasons *reasons = field;

	(void)row;
	(void)context;
	(void)error;
	put_entry(payload, MASK, reasons->mask);
	put_entry(payload + ENTRY, VALUE, reasons->bits);
	return 2 * ENTRY;
}

/* The kernel sends the bits alone. */
static int decode(const struct attr *row, const struct attr_context *context,
		  const uint8_t *payload, size_t length, void *field)
{
	struct reasons value = { 0 };
	bool has_mask = false, has_bits = false;

	(void)row;
	(void)context;
	for (; length >= ENTRY; payload += ENTRY, length -= ENTRY) {
		uint64_t type = codec_get(payload + 2, 2, false);

		if (codec_get(payload, 2, false) != ENTRY)
			return -EINVAL;
		if (type == MASK)
			value.mask = (uint32_t)codec_get(payload + 4, 4, false);
		else if (type == VALUE)
			value.bits = (uint32_t)codec_get(payload + 4, 4, false);
		has_mask |= type == MASK;
		has_bits |= type == VALUE;
	}
	if (length || !has_bits)
		return -EINVAL;
	if (!has_mask)
		value.mask = value.bits;
	memcpy(field, &value, sizeof(value));
	return 0;
}

static void random_value(const struct attr *row, const struct attr_context *context,
			 uint64_t (*next)(void), void *field)
{
	uint64_t number = next();
	struct reasons *reasons = field;

	(void)row;
	(void)context;
	reasons->mask = UINT32_C(1) << (number % BITS);
	reasons->bits = number >> 32 & 1 ? reasons->mask : 0;
}

const struct attr_type attr_type_reasons = {
	.name = "reasons",
	.usage = "REASON {on|off}",
	.parse = parse,
	.print = print,
	.json = json_put,
	.encode = encode,
	.decode = decode,
	.random = random_value,
};
