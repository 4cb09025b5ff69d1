/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prose of a Markdown file for a terminal: wrapped, with `code`, **bold** and
 * *emphasis* shown where colours are wanted and their marks left out. Where one
 * may break a line between characters that have no blanks (Chinese), it is broken.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;

struct prose_options {
	size_t width; /* columns of a line, the indent with them */
	size_t indent;
	bool color;
};

/*
 * Puts a paragraph, or a list whose entries begin with "- ", "* " or "1. "; each line
 * ends with a newline. Nothing of it moves a terminal (text_escape_again()).
 */
void prose_print(const char *paragraph, const struct prose_options *options, struct text *text);

/* How many columns a character takes: 2 of the wide ones (UAX #11), 0 of what combines. */
size_t prose_width_of(uint32_t point);

/* Puts lines as they are, each indented. */
void prose_verbatim(const char *lines, size_t indent, struct text *text);
