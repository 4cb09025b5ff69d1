/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/yaml.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

/* What libyaml's reader refuses as it is, or takes for the end of a line, is escaped. */
static size_t put_point(struct text *text, const char *string)
{
	uint32_t point = 0;
	size_t length = text_utf8(string, strlen(string), &point);

	if (!length)
		text_char(text, *string);
	else if (point < 0xa0 || point == 0x2028 || point == 0x2029 || point == 0xfeff ||
		 point == 0xfffe || point == 0xffff)
		text_printf(text, "\\u%04x", point);
	else
		text_put(text, string, length);
	return length ? length : 1;
}

void yaml_scalar(struct text *text, const char *string)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-";
	size_t length = strlen(string);
	bool is_plain = length && isalnum((unsigned char)*string) && strcmp(string, "null") != 0 &&
			string[length - 1] != ' ' && !strstr(string, "  ");

	for (size_t i = 0; i < length && is_plain; i++)
		is_plain = strchr(plain, string[i]) || string[i] == ' ';
	if (is_plain) {
		text_puts(text, string);
		return;
	}
	text_char(text, '"');
	for (; *string; string++) {
		unsigned char c = (unsigned char)*string;

		if (c == '"' || c == '\\')
			text_char(text, '\\');
		if (c == '$')
			text_char(text, '$');
		if (c < ' ' || c == 0x7f)
			text_printf(text, "\\x%02x", c);
		else if (c < 0x80)
			text_char(text, (char)c);
		else
			string += put_point(text, string) - 1;
	}
	text_char(text, '"');
}

bool yaml_can_say(const char *string)
{
	uint32_t point;

	while (*string) {
		size_t length = text_utf8(string, strlen(string), &point);

		if (!length)
			return false;
		string += length;
	}
	return true;
}

void yaml_key(struct text *text, bool *any, const char *key)
{
	text_puts(text, *any ? ", " : "{");
	*any = true;
	yaml_scalar(text, key);
	text_puts(text, ": ");
}

void yaml_pair(struct text *text, bool *any, const char *key, const char *value)
{
	yaml_key(text, any, key);
	yaml_scalar(text, value);
}

void yaml_list(struct text *text, bool *any, const char *key)
{
	yaml_key(text, any, key);
	text_char(text, '[');
}
