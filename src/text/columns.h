/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Aligned columns with a header. A listing that is sorted gathers its rows, so
 * that widths fit and columns that are empty throughout are left out; one that
 * streams prints each row at once with fixed widths. With -o: no header, every
 * column, one blank between, "-" for an empty cell.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum { COLUMNS = 20 };

struct column {
	const char *title;
	unsigned width; /* of a streaming listing, at least */
};

/* The colours of ip(8): SGR numbers of ECMA-48. */
enum paint {
	PAINT_NAME = 36,
	PAINT_MAC = 33,
	PAINT_IPV4 = 35,
	PAINT_IPV6 = 34,
	PAINT_UP = 32,
	PAINT_DOWN = 31
};

struct columns {
	const struct column *columns;
	size_t count;
	bool oneline, streams, header_done;
	bool painted; /* cells may have a colour; the caller's to set after columns_begin */
	size_t gap;   /* blanks that wait for the next cell */
	struct text *out;
	struct text cells; /* gathered, each ends with a NUL */
	struct text cell;  /* the one being filled */
	size_t at;         /* how many cells of the row were begun */
	size_t rows;
};

void columns_begin(struct columns *columns, const struct column *column, size_t count, bool streams,
		   bool oneline, struct text *out);

/* Where the next cell's text goes; escape what comes from outside. */
struct text *columns_cell(struct columns *columns);

/* Gives the text of the cell being filled a colour, where colours are wanted. */
void columns_paint(struct columns *columns, enum paint paint);

/* Ends the row; cells not filled are empty. */
void columns_row(struct columns *columns);

/* Prints what was gathered, and frees. */
void columns_end(struct columns *columns);
