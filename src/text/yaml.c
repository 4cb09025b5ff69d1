/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/yaml.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

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
		else
			text_char(text, (char)c);
	}
	text_char(text, '"');
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
