/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/complete_line.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

static void add_word(struct line_place *place, char *word)
{
	*array_add(&place->words, &place->count, &place->room) = word;
}

static void drop_words(struct line_place *place)
{
	while (place->count)
		free(place->words[--place->count]);
}

/* A blank or a '|' that stands for itself. */
static void end_word(struct line_place *place, struct text *word, bool *has_word, char c)
{
	if (*has_word)
		add_word(place, memory_text(text_string(word)));
	text_cut(word, 0);
	*has_word = false;
	if (c == '|') {
		drop_words(place);
		place->stage++;
	}
}

/* Which quote is open behind that character; whether it is one of the word's own in *is_text. */
static enum line_quote next_quote(enum line_quote quote, char c, char next, bool *is_text)
{
	*is_text = false;
	if (quote == LINE_PLAIN && (c == '\'' || c == '"'))
		return c == '"' ? LINE_DOUBLE : LINE_SINGLE;
	if ((quote == LINE_SINGLE && c == '\'') || (quote == LINE_DOUBLE && c == '"'))
		return LINE_PLAIN;
	*is_text = c != '\\' || quote == LINE_SINGLE ||
		   (quote == LINE_DOUBLE && next && !strchr("\"\\$`", next));
	return quote;
}

void line_place_read(struct line_place *place, const char *line, size_t cursor)
{
	CLEANUP(text_clear) struct text word = { 0 };
	bool has_word = false;

	*place = (struct line_place){ .quote = LINE_PLAIN };
	for (size_t i = 0; i < cursor; i++) {
		char c = line[i];
		bool is_text;

		if (place->quote == LINE_PLAIN && strchr(" \t\n|", c)) {
			end_word(place, &word, &has_word, c);
			continue;
		}
		if (!has_word) {
			if (c == '#') {
				place->quote = LINE_COMMENT;
				break;
			}
			place->start = i;
			has_word = true;
		}
		place->quote =
			next_quote(place->quote, c, i + 1 < cursor ? line[i + 1] : '\0', &is_text);
		if (is_text) {
			text_char(&word, c);
		} else if (c == '\\' && place->quote != LINE_SINGLE) {
			/* The next one whatever it is, unless the cursor comes first. */
			if (++i < cursor)
				text_char(&word, line[i]);
			else
				place->quote = LINE_BACKSLASH;
		}
	}
	if (!has_word)
		place->start = cursor;
	place->typed = memory_text(text_string(&word));
	*array_add(&place->words, &place->count, &place->room) = NULL;
	place->count--;
}

void line_place_clear(struct line_place *place)
{
	drop_words(place);
	free(place->words);
	free(place->typed);
	*place = (struct line_place){ 0 };
}

/* Characters that a shell, or this one, takes for something else; a '#' only at a word's start. */
static bool is_special(const struct line_place *place, char c, bool is_first)
{
	if (place->quote == LINE_DOUBLE)
		return strchr("\"\\$`", c);
	return strchr(" \t|'\"\\&;<>()$`*?[]{}!", c) || (c == '#' && is_first);
}

void line_place_put(const struct line_place *place, const char *rest, bool ends, struct text *text)
{
	const char *first = *place->typed ? NULL : rest;

	for (; *rest; rest++) {
		if (place->quote == LINE_SINGLE && *rest == '\'') {
			text_puts(text, "'\\''");
			continue;
		}
		if (place->quote != LINE_SINGLE && is_special(place, *rest, rest == first))
			text_char(text, '\\');
		text_char(text, *rest);
	}
	if (ends && place->quote == LINE_SINGLE)
		text_char(text, '\'');
	if (ends && place->quote == LINE_DOUBLE)
		text_char(text, '"');
}
