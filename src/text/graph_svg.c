/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Graphviz made of a drawing, so that it looks the same where the fonts are others. */
#include "text/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static bool begins(const char *line, size_t length, const char *with)
{
	return length >= strlen(with) && !memcmp(line, with, strlen(with));
}

/* Takes the pairs of numbers behind `name`, whatever letters are between: of a path, of points. */
static bool read_middle(const char *line, size_t length, const char *name, double *middle)
{
	const char *at = memmem(line, length, name, strlen(name)), *end = line + length;
	double least = 0, most = 0;
	size_t count = 0;

	if (!at)
		return false;
	for (at += strlen(name); at < end && *at != '"';) {
		char *behind;
		double number = strtod(at, &behind);

		if (behind == at) {
			at++;
			continue;
		}
		at = behind;
		if (count++ % 2)
			continue;
		least = count == 1 || number < least ? number : least;
		most = count == 1 || number > most ? number : most;
	}
	*middle = (least + most) / 2;
	return count > 0;
}

static bool read_shape(const char *line, size_t length, double *middle)
{
	if (begins(line, length, "<path ") || begins(line, length, "<polygon "))
		return read_middle(line, length, " d=\"", middle) ||
		       read_middle(line, length, " points=\"", middle);
	return begins(line, length, "<ellipse ") && read_middle(line, length, " cx=\"", middle);
}

/* Where the number of x="" ends, when the line is a text of which only the start is known. */
static const char *behind_start(const char *line, size_t length)
{
	static const char start[] = "<text text-anchor=\"start\" x=\"";

	return begins(line, length, start)
		       ? memchr(line + strlen(start), '"', length - strlen(start))
		       : NULL;
}

const char *graph_svg_start(const char *svg, size_t length)
{
	return length ? memmem(svg, length, "<svg", 4) : NULL;
}

void graph_svg(const char *svg, size_t length, struct text *text)
{
	const char *end = svg + length;
	bool in_node = false, has_middle = false;
	double middle = 0;

	for (const char *line = svg, *next; line < end; line = next) {
		const char *newline = memchr(line, '\n', (size_t)(end - line)), *behind;
		size_t size;

		next = newline ? newline + 1 : end;
		size = (size_t)(next - line);
		if (begins(line, size, "<g ") && memmem(line, size, " class=\"", 8)) {
			in_node = memmem(line, size, " class=\"node\"", 13) != NULL;
			has_middle = false;
		} else if (in_node && !has_middle) {
			has_middle = read_shape(line, size, &middle);
		}
		behind = has_middle ? behind_start(line, size) : NULL;
		if (behind) {
			text_printf(text, "<text text-anchor=\"middle\" x=\"%g", middle);
			line = behind;
		}
		text_put(text, line, (size_t)(next - line));
	}
}
