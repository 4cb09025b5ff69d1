/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/xml.h"

#include "base/cleanup.h"
#include "base/text.h"

void xml_put(struct text *text, const char *bytes, size_t length)
{
	CLEANUP(text_clear) struct text escaped = { 0 };

	text_escaped(&escaped, bytes, length);
	for (size_t i = 0; i < escaped.length; i++) {
		switch (escaped.bytes[i]) {
		case '&':
			text_puts(text, "&amp;");
			break;
		case '<':
			text_puts(text, "&lt;");
			break;
		case '>':
			text_puts(text, "&gt;");
			break;
		case '"':
			text_puts(text, "&quot;");
			break;
		case '\'':
			text_puts(text, "&#39;");
			break;
		default:
			text_char(text, escaped.bytes[i]);
		}
	}
}
