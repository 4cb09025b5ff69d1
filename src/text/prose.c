/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/prose.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

enum style { PLAIN, CODE, BOLD, EMPHASIS };

/* SGR numbers of ECMA-48. */
static const unsigned sgr[] = { [CODE] = 36, [BOLD] = 1, [EMPHASIS] = 3 };

struct range {
	uint32_t from, to;
};

static bool is_in(uint32_t point, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (point >= ranges[i].from && point <= ranges[i].to)
			return true;
	return false;
}

#define IS_IN(point, ranges) is_in((point), (ranges), sizeof(ranges) / sizeof(*(ranges)))

size_t prose_width_of(uint32_t point)
{
	/* East_Asian_Width W and F: UAX #11. */
	static const struct range wide[] = {
		{ 0x1100, 0x115f },   { 0x2e80, 0x303e },   { 0x3041, 0x33ff },
		{ 0x3400, 0x4dbf },   { 0x4e00, 0x9fff },   { 0xa000, 0xa4cf },
		{ 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },
		{ 0xff00, 0xff60 },   { 0xffe0, 0xffe6 },   { 0x1f300, 0x1f64f },
		{ 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
	};
	static const struct range combining[] = { { 0x300, 0x36f }, { 0xfe00, 0xfe0f } };

	if (point < 0x300)
		return 1;
	return IS_IN(point, wide) ? 2 : IS_IN(point, combining) ? 0 : 1;
}

/* What no line begins with, and what none ends with. */
static bool is_closing(uint32_t point)
{
	return point == 0x3001 || point == 0x3002 || point == 0xff0c || point == 0xff1a ||
	       point == 0xff1b || point == 0xff01 || point == 0xff1f || point == 0xff09 ||
	       point == 0x300d || point == 0x300f || point == 0x300b || point == 0x201d ||
	       point == 0x2019 || point == 0x2026 || point == 0x3011;
}

static bool is_opening(uint32_t point)
{
	return point == 0xff08 || point == 0x300c || point == 0x300e || point == 0x300a ||
	       point == 0x201c || point == 0x2018 || point == 0x3010;
}

/* One line being filled, and what cannot be told from it by a break. */
struct filler {
	const struct prose_options *options;
	struct text *out;
	size_t hang;      /* columns in front of each line but the first */
	struct text word; /* cannot be broken */
	size_t word_width;
	bool blank;    /* one stands in front of it */
	size_t column; /* of the line; 0: nothing stands in it */
	enum style style, line_style;
	uint32_t last; /* the character before */
};

static void put_style(const struct filler *filler, struct text *text, enum style style)
{
	if (filler->options->color)
		text_printf(text, "\033[%um", style == PLAIN ? 0 : sgr[style]);
}

static void break_line(struct filler *filler)
{
	text_char(filler->out, '\n');
	text_spaces(filler->out, filler->hang);
	filler->column = filler->hang;
}

static void end_word(struct filler *filler)
{
	bool begun = filler->column > filler->hang;
	size_t blank = filler->blank && begun;

	if (filler->word.length) {
		if (begun && filler->column + blank + filler->word_width > filler->options->width) {
			break_line(filler);
			blank = 0;
		}
		text_spaces(filler->out, blank);
		text_put(filler->out, filler->word.bytes, filler->word.length);
		filler->column += blank + filler->word_width;
		text_cut(&filler->word, 0);
		filler->word_width = 0;
		filler->blank = false;
	}
}

static void set_style(struct filler *filler, enum style style)
{
	put_style(filler, &filler->word, style);
	filler->style = style;
}

static void put_character(struct filler *filler, const char *at, size_t size, uint32_t point)
{
	size_t width = prose_width_of(point);

	if (point == ' ') {
		end_word(filler);
		filler->blank = true;
		filler->last = point;
		return;
	}
	if ((width == 2 || prose_width_of(filler->last) == 2) && !is_closing(point) &&
	    !is_opening(filler->last))
		end_word(filler);
	text_put(&filler->word, at, size);
	filler->word_width += width;
	filler->last = point;
}

/*
 * The style that marks at this place begin or end: `mark` gets their length; 0 when
 * there are none. What begins must end in the same paragraph, and not with a blank.
 */
static enum style find_mark(const struct filler *filler, const char *at, size_t *mark)
{
	static const struct {
		const char *mark;
		enum style style;
	} marks[] = { { "`", CODE }, { "**", BOLD }, { "*", EMPHASIS } };

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		size_t length = strlen(marks[i].mark);
		const char *end;

		if (strncmp(at, marks[i].mark, length) != 0)
			continue;
		*mark = length;
		if (filler->style == marks[i].style)
			return PLAIN;
		end = filler->style == PLAIN && at[length] != ' '
			      ? strstr(at + length + (at[length] != '\0'), marks[i].mark)
			      : NULL;
		if (end && end[-1] != ' ')
			return marks[i].style;
	}
	*mark = 0;
	return filler->style;
}

static void fill(struct filler *filler, const char *at, size_t length)
{
	const char *end = at + length;

	while (at < end) {
		uint32_t point = 0;
		size_t mark, size;
		enum style style = find_mark(filler, at, &mark);

		if (mark) {
			/* A mark that begins belongs to what follows, which may be in the next line. */
			if (style != PLAIN && prose_width_of(filler->last) == 2 &&
			    !is_opening(filler->last))
				end_word(filler);
			set_style(filler, style);
			at += mark;
			continue;
		}
		size = text_utf8(at, (size_t)(end - at), &point);
		if (!size) {
			size = 1;
			point = '?';
		}
		put_character(filler, at, size, point);
		at += size;
	}
}

/* The mark of a list's entry, its blank with it; 0: it is none. */
static size_t bullet_length(const char *line)
{
	size_t digits = strspn(line, "0123456789");

	if ((*line == '-' || *line == '*' || *line == '+') && line[1] == ' ')
		return 2;
	return digits && digits <= 3 && line[digits] == '.' && line[digits + 1] == ' ' ? digits + 2
										       : 0;
}

static uint32_t last_point(const char *bytes, size_t length)
{
	uint32_t point = 0;
	size_t from = length;

	while (from && ((unsigned char)bytes[from - 1] & 0xc0) == 0x80)
		from--;
	if (from)
		text_utf8(bytes + from - 1, length - from + 1, &point);
	return point;
}

/* A wide mark has the blank within itself. */
static bool has_room(uint32_t point)
{
	return prose_width_of(point) == 2 && (is_closing(point) || is_opening(point));
}

/* Lines that are one: a blank joins them, but for characters that have none between them. */
static void join_line(struct text *joined, const char *line, size_t length)
{
	uint32_t first = 0, last = last_point(joined->bytes, joined->length);

	while (length && isspace((unsigned char)line[length - 1]))
		length--;
	text_utf8(line, length, &first);
	if (joined->length && !(prose_width_of(first) == 2 && prose_width_of(last) == 2) &&
	    !has_room(last) && !has_room(first))
		text_char(joined, ' ');
	text_escape_again(joined, line, length);
}

static void print_entry(struct text *joined, size_t bullet, const struct prose_options *options,
			struct text *out)
{
	struct filler filler = { .options = options, .out = out, .last = ' ' };

	if (!joined->length)
		return;
	/* An entry that says nothing has lost its blank. */
	bullet = bullet < joined->length ? bullet : joined->length;
	text_spaces(out, options->indent);
	text_put(out, joined->bytes, bullet);
	filler.hang = filler.column = options->indent + bullet;
	fill(&filler, text_string(joined) + bullet, joined->length - bullet);
	if (filler.style != PLAIN)
		set_style(&filler, PLAIN);
	end_word(&filler);
	text_char(out, '\n');
	text_clear(&filler.word);
	text_cut(joined, 0);
}

void prose_print(const char *paragraph, const struct prose_options *options, struct text *out)
{
	CLEANUP(text_clear) struct text joined = { 0 };
	size_t bullet = 0;

	while (*paragraph) {
		size_t blanks = strspn(paragraph, " \t");
		const char *line = paragraph + blanks;
		size_t length = strcspn(line, "\n");

		if (bullet_length(line)) {
			print_entry(&joined, bullet, options, out);
			bullet = bullet_length(line);
		}
		join_line(&joined, line, length);
		paragraph = line + length;
		paragraph += *paragraph == '\n';
	}
	print_entry(&joined, bullet, options, out);
}

void prose_verbatim(const char *lines, size_t indent, struct text *text)
{
	while (*lines) {
		size_t length = strcspn(lines, "\n"), from = 0;

		text_spaces(text, indent);
		/* A tab is no harm, and means as many blanks as it would there. */
		for (size_t at = 0; at <= length; at++) {
			if (at < length && lines[at] != '\t')
				continue;
			text_escape_again(text, lines + from, at - from);
			if (at < length)
				text_spaces(text, 8 - at % 8);
			from = at + 1;
		}
		text_char(text, '\n');
		lines += length;
		lines += *lines == '\n';
	}
}
