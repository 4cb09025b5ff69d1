/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/columns.h"

#include <assert.h>
#include <string.h>

void columns_begin(struct columns *columns, const struct column *column, size_t count,
		   bool streams, bool oneline, struct text *out)
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

static void put_padded(struct text *out, const char *bytes, size_t length, size_t width, bool last)
{
	size_t shown = text_width(bytes, length);

	text_put(out, bytes, length);
	if (!last)
		text_spaces(out, (shown < width ? width - shown : 0) + 2);
}

/* A cell of a row that is printed at once. */
static void stream_cell(struct columns *columns)
{
	struct text *cell = &columns->cell;
	bool last = columns->at == columns->count;

	if (columns->oneline) {
		/* Made for awk: a blank inside a cell would be a new field. */
		for (size_t i = 0; i < cell->length; i++)
			if (cell->bytes[i] == ' ')
				cell->bytes[i] = ',';
		if (!cell->length)
			text_char(cell, '-');
		text_put(columns->out, cell->bytes, cell->length);
		if (!last)
			text_char(columns->out, ' ');
	} else {
		put_padded(columns->out, cell->bytes, cell->length,
			   columns->columns[columns->at - 1].width, last);
	}
	if (last)
		text_char(columns->out, '\n');
}

static void header(struct columns *columns)
{
	columns->header_done = true;
	if (columns->oneline)
		return;
	for (size_t i = 0; i < columns->count; i++) {
		const struct column *column = &columns->columns[i];

		put_padded(columns->out, column->title, strlen(column->title), column->width,
			   i + 1 == columns->count);
	}
	text_char(columns->out, '\n');
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
	size_t last = 0;

	/* Nothing but blanks behind the last cell that says something. */
	for (size_t i = 0; i < columns->count; i++)
		if (widths[i] && *cells[i])
			last = i;
	for (size_t i = 0; i <= last; i++)
		if (widths[i])
			put_padded(columns->out, cells[i], strlen(cells[i]), widths[i], i == last);
	text_char(columns->out, '\n');
}

void columns_end(struct columns *columns)
{
	size_t widths[COLUMNS] = { 0 };
	const char *cells[COLUMNS];
	const char *at = columns->cells.bytes;

	for (size_t row = 0; !columns->streams && row < columns->rows; row++)
		for (size_t i = 0; i < columns->count; i++) {
			size_t width = text_width(at, strlen(at));

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
