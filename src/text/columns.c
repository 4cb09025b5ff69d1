/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/columns.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

void columns_begin(struct columns *columns, const struct column *column, size_t count, bool streams,
		   bool oneline, struct text *out)
{
	assert(count <= COLUMNS);
	*columns = (struct columns){
		.columns = column,
		.count = count,
		.oneline = oneline,
		.streams = streams || oneline,
		.out = out,
	};
}

/* Columns a cell takes; what paints it takes none (nothing else has an escape in it). */
static size_t shown_width(const char *bytes, size_t length)
{
	size_t width = text_width(bytes, length);

	if (!memchr(bytes, '\x1b', length))
		return width;
	for (size_t i = 0; i < length; i++)
		if (bytes[i] == '\x1b')
			for (width--; i < length && bytes[i] != 'm'; i++)
				width--;
	return width;
}

/*
 * Puts a cell; the blanks behind it wait for the next one that is not empty, so
 * that no line ends in blanks.
 */
static void put_padded(struct columns *columns, const char *bytes, size_t length, size_t width,
		       bool last)
{
	size_t shown = length ? shown_width(bytes, length) : 0;

	if (length) {
		text_spaces(columns->out, columns->gap);
		text_put(columns->out, bytes, length);
		columns->gap = 0;
	}
	columns->gap += (shown < width ? width - shown : 0) + 2;
	if (last) {
		text_char(columns->out, '\n');
		columns->gap = 0;
	}
}

/* Made for awk: a blank inside a cell would be a new field. */
static void put_oneline(struct columns *columns, struct text *cell, bool last)
{
	for (size_t i = 0; i < cell->length; i++)
		if (cell->bytes[i] == ' ')
			cell->bytes[i] = ',';
	if (!cell->length)
		text_char(cell, '-');
	text_put(columns->out, cell->bytes, cell->length);
	text_char(columns->out, last ? '\n' : ' ');
}

/* A cell of a row that is printed at once. */
static void stream_cell(struct columns *columns)
{
	struct text *cell = &columns->cell;
	bool last = columns->at == columns->count;

	if (columns->oneline)
		put_oneline(columns, cell, last);
	else
		put_padded(columns, cell->bytes, cell->length,
			   columns->columns[columns->at - 1].width, last);
}

static void header(struct columns *columns)
{
	columns->header_done = true;
	if (columns->oneline)
		return;
	for (size_t i = 0; i < columns->count; i++) {
		const struct column *column = &columns->columns[i];

		put_padded(columns, column->title, strlen(column->title), column->width,
			   i + 1 == columns->count);
	}
}

static void finish_cell(struct columns *columns)
{
	if (columns->streams) {
		if (!columns->header_done)
			header(columns);
		stream_cell(columns);
	} else {
		text_put(&columns->cells, columns->cell.bytes, columns->cell.length);
		text_char(&columns->cells, '\0');
	}
	columns->cell.length = 0;
}

void columns_paint(struct columns *columns, enum paint paint)
{
	struct text *cell = &columns->cell;
	char code[8];
	int size = snprintf(code, sizeof(code), "\x1b[%dm", (int)paint);

	if (!columns->painted || !cell->length)
		return;
	text_room(cell, (size_t)size);
	memmove(cell->bytes + size, cell->bytes, cell->length);
	memcpy(cell->bytes, code, (size_t)size);
	cell->length += (size_t)size;
	text_puts(cell, "\x1b[0m");
}

struct text *columns_cell(struct columns *columns)
{
	if (columns->at)
		finish_cell(columns);
	columns->at++;
	return &columns->cell;
}

void columns_row(struct columns *columns)
{
	while (columns->at < columns->count)
		columns_cell(columns);
	finish_cell(columns);
	columns->at = 0;
	columns->rows++;
}

static void print_row(struct columns *columns, const char *const *cells, const size_t *widths)
{
	for (size_t i = 0; i < columns->count; i++)
		if (widths[i])
			put_padded(columns, cells[i], strlen(cells[i]), widths[i], false);
	text_char(columns->out, '\n');
	columns->gap = 0;
}

void columns_end(struct columns *columns)
{
	size_t widths[COLUMNS] = { 0 };
	const char *cells[COLUMNS];
	const char *at = columns->cells.bytes;

	for (size_t row = 0; !columns->streams && row < columns->rows; row++)
		for (size_t i = 0; i < columns->count; i++) {
			size_t width = shown_width(at, strlen(at));

			if (width > widths[i])
				widths[i] = width;
			at += strlen(at) + 1;
		}
	for (size_t i = 0; i < columns->count; i++) {
		cells[i] = columns->columns[i].title;
		if (widths[i] && widths[i] < strlen(cells[i]))
			widths[i] = strlen(cells[i]);
	}
	if (!columns->streams && columns->rows) {
		print_row(columns, cells, widths);
		at = columns->cells.bytes;
		for (size_t row = 0; row < columns->rows; row++) {
			for (size_t i = 0; i < columns->count; i++) {
				cells[i] = at;
				at += strlen(at) + 1;
			}
			print_row(columns, cells, widths);
		}
	}
	text_clear(&columns->cells);
	text_clear(&columns->cell);
}
