/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include <string.h>

#include "base/text.h"

static void line_break(struct json *json)
{
	text_char(json->out, '\n');
	text_spaces(json->out, 4UL * json->depth);
}

void json_key(struct json *json, const char *key)
{
	uint64_t bit = UINT64_C(1) << json->depth;

	if (json->filled & bit)
		text_char(json->out, ',');
	json->filled |= bit;
	if (json->pretty && json->depth)
		line_break(json);
	if (key) {
		size_t length = strlen(key);
		char *at = text_room(json->out, length + 4);

		*at++ = '"';
		memcpy(at, key, length);
		at += length;
		*at++ = '"';
		*at++ = ':';
		json->out->length += length + 3;
		if (json->pretty)
			text_char(json->out, ' ');
	}
}

static void open(struct json *json, const char *key, char bracket)
{
	json_key(json, key);
	text_char(json->out, bracket);
	json->depth++;
	json->filled &= ~(UINT64_C(1) << json->depth);
}

static void close(struct json *json, char bracket)
{
	bool filled = json->filled >> json->depth & 1;

	json->depth--;
	if (json->pretty && filled)
		line_break(json);
	text_char(json->out, bracket);
}

void json_open_object(struct json *json, const char *key)
{
	open(json, key, '{');
}

void json_close_object(struct json *json)
{
	close(json, '}');
}

void json_open_array(struct json *json, const char *key)
{
	open(json, key, '[');
}

void json_close_array(struct json *json)
{
	close(json, ']');
}

static void put_unicode(struct text *out, uint32_t c)
{
	if (c > 0xffff) {
		c -= 0x10000;
		text_printf(out, "\\u%04x\\u%04x", 0xd800 | c >> 10, 0xdc00 | (c & 0x3ff));
	} else {
		text_printf(out, "\\u%04x", c);
	}
}

void json_bytes(struct json *json, const char *key, const char *bytes, size_t length)
{
	json_key(json, key);
	text_char(json->out, '"');
	while (length) {
		uint32_t c = 0;
		size_t size, plain = 0;

		while (plain < length && bytes[plain] >= ' ' && bytes[plain] < 0x7f &&
		       bytes[plain] != '"' && bytes[plain] != '\\')
			plain++;
		text_put(json->out, bytes, plain);
		bytes += plain;
		length -= plain;
		if (!length)
			break;
		size = text_utf8(bytes, length, &c);
		if (!size) {
			text_puts(json->out, "\\ufffd");
			size = 1;
		} else if (c == '"' || c == '\\') {
			text_char(json->out, '\\');
			text_char(json->out, (char)c);
		} else if (c < 0xa0 || (c >= 0x2000 && c < 0x2070) || c == 0xfeff || c == 0xad ||
			   c == 0x61c || c == 0x180e || (c >= 0xfff9 && c <= 0xfffb) ||
			   (c >= 0xe0000 && c <= 0xe007f)) {
			put_unicode(json->out, c);
		} else {
			text_put(json->out, bytes, size);
		}
		bytes += size;
		length -= size;
	}
	text_char(json->out, '"');
}

void json_string(struct json *json, const char *key, const char *string)
{
	json_bytes(json, key, string, strlen(string));
}

void json_plain(struct json *json, const char *key, const char *bytes, size_t length)
{
	char *at;

	json_key(json, key);
	at = text_room(json->out, length + 2);
	*at++ = '"';
	memcpy(at, bytes, length);
	at[length] = '"';
	json->out->length += length + 2;
}

void json_number(struct json *json, const char *key, uint64_t number)
{
	json_key(json, key);
	text_number(json->out, number);
}

void json_integer(struct json *json, const char *key, int64_t number)
{
	json_key(json, key);
	if (number < 0)
		text_char(json->out, '-');
	text_number(json->out, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

void json_bool(struct json *json, const char *key, bool value)
{
	json_key(json, key);
	text_puts(json->out, value ? "true" : "false");
}

void json_null(struct json *json, const char *key)
{
	json_key(json, key);
	text_puts(json->out, "null");
}

void json_hex(struct json *json, const char *key, uint64_t number)
{
	json_key(json, key);
	text_char(json->out, '"');
	text_hex(json->out, number);
	text_char(json->out, '"');
}
