/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors with their place in the file: the line, and a caret under it. */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "topology/document.h"

const char *document_line(const struct document *document, uint32_t line, size_t *length)
{
	const char *at = document->bytes, *end = document->bytes + document->size, *newline;

	for (uint32_t i = 1; i < line && at; i++) {
		at = memchr(at, '\n', (size_t)(end - at));
		at = at ? at + 1 : NULL;
	}
	if (!at || at > end)
		return NULL;
	newline = memchr(at, '\n', (size_t)(end - at));
	*length = (size_t)((newline ? newline : end) - at);
	return at;
}

static bool begins_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

/* Where the column is in the line: columns count characters. */
static size_t byte_of_column(const char *line, size_t length, size_t column)
{
	size_t at = 0;

	for (column--; at < length && column; column--)
		for (at++; at < length && !begins_character(line[at]);)
			at++;
	return at;
}

bool document_shows(const struct document *document, struct place_in_file at, const char *text)
{
	size_t length, size = strlen(text), from;
	const char *line = at.line ? document_line(document, at.line, &length) : NULL;

	if (!line)
		return false;
	from = byte_of_column(line, length, at.column);
	return length - from >= size && !memcmp(line + from, text, size);
}

enum { SHOWN = 76 };

/*
 * A long line is cut so that the place of the error is seen. What would be
 * escaped, and so be longer than one column, is shown as one.
 */
static void put_excerpt(const struct document *document, struct place_in_file at, struct text *text)
{
	size_t length, place, start, column = at.column - 1, skip = 0;
	const char *line = document_line(document, at.line, &length);

	if (!line || !at.column)
		return;
	if (column > SHOWN - 16)
		skip = column - (SHOWN - 16);
	place = byte_of_column(line, length, skip + 1);
	text_puts(text, "\n  ");
	start = text->length;
	for (size_t shown = 0; place < length && shown < SHOWN; shown++) {
		uint32_t point;
		size_t size = text_utf8(line + place, length - place, &point);

		if (!size || point < ' ' || (point >= 0x7f && point < 0xa0))
			text_char(text, size && (point == '\t' || point == '\r') ? ' ' : '?');
		else
			text_put(text, line + place, size);
		place += size ? size : 1;
	}
	while (text->length > start && text->bytes[text->length - 1] == ' ')
		text->length--;
	text_puts(text, "\n  ");
	text_spaces(text, column - skip);
	text_char(text, '^');
}

int document_error(const struct document *document, struct place_in_file at, struct error *error)
{
	CLEANUP(text_clear) struct text excerpt = { 0 };

	if (!at.line)
		return error_wrap(error, "%s", document->path);
	put_excerpt(document, at, &excerpt);
	error_wrap(error, "%s:%u:%u", document->path, at.line, at.column);
	return error_hint(error, "%s", text_string(&excerpt));
}
