/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold for whatever a fuzz target makes the program print. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static inline void output_fails(const char *why, const char *bytes, size_t length)
{
	fprintf(stderr, "%s:\n", why);
	fwrite(bytes, 1, length, stderr);
	abort();
}

/* Nothing in it moves a terminal: text_escaped() would leave every line as it is. */
static inline void output_check_text(const char *bytes, size_t length)
{
	size_t at = 0;

	while (at < length) {
		uint32_t point = 0;
		size_t size = text_utf8(bytes + at, length - at, &point);

		if (!size || (point < 0x20 && point != '\n') || (point >= 0x7f && point < 0xa0) ||
		    (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e))
			output_fails("a character that moves the terminal", bytes, length);
		at += size;
	}
}

static inline const char *json_skip_string(const char *at, const char *end)
{
	if (at == end || *at++ != '"')
		return NULL;
	for (; at < end && *at != '"'; at++) {
		if ((unsigned char)*at < 0x20)
			return NULL;
		if (*at != '\\')
			continue;
		if (++at == end || !strchr("\"\\/bfnrtu", *at))
			return NULL;
		for (int i = 0; *at == 'u' && i < 4; i++)
			if (end - at <= 4 || !strchr("0123456789abcdefABCDEF", at[1 + i]))
				return NULL;
	}
	return at < end ? at + 1 : NULL;
}

static inline const char *json_skip_blanks(const char *at, const char *end)
{
	while (at < end && strchr(" \t\n", *at))
		at++;
	return at;
}

/* Behind the value that begins at `at`, or NULL when it is no JSON (RFC 8259). */
static inline const char *json_skip(const char *at, const char *end, int depth)
{
	static const char *const words[] = { "true", "false", "null" };
	char close, *behind;

	at = json_skip_blanks(at, end);
	if (at == end || !depth)
		return NULL;
	if (*at == '"')
		return json_skip_string(at, end);
	for (size_t i = 0; i < 3; i++)
		if ((size_t)(end - at) >= strlen(words[i]) &&
		    !memcmp(at, words[i], strlen(words[i])))
			return at + strlen(words[i]);
	if (*at != '{' && *at != '[') {
		if (*at == '+' || *at == '.')
			return NULL;
		strtod(at, &behind);
		return behind > at ? behind : NULL;
	}
	close = *at == '{' ? '}' : ']';
	at = json_skip_blanks(at + 1, end);
	if (at < end && *at == close)
		return at + 1;
	for (;;) {
		if (close == '}') {
			at = json_skip_string(json_skip_blanks(at, end), end);
			at = at ? json_skip_blanks(at, end) : NULL;
			if (!at || at == end || *at++ != ':')
				return NULL;
		}
		at = json_skip(at, end, depth - 1);
		at = at ? json_skip_blanks(at, end) : NULL;
		if (!at || at == end || (*at != ',' && *at != close))
			return NULL;
		if (*at++ == close)
			return at;
	}
}

/* It is JSON documents, one behind another; none at all is fine. */
static inline void output_check_json(struct text *text)
{
	const char *at = text_string(text), *end = at + text->length;

	while (at && json_skip_blanks(at, end) != end)
		at = json_skip(at, end, 32);
	if (!at)
		output_fails("not JSON", text->bytes, text->length);
}
