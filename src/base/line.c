/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"

enum {
	READ_SIZE = 64 * 1024,
	LONGEST_LINE = 1024 * 1024,
};

char line_pipe[] = "|";

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* How many bytes are a newline that continues the line, backslash included; 0: none. */
static size_t continuation(const char *at, const char *end)
{
	const char *newline = at + 1 + (end - at > 2 && at[1] == '\r');

	return *at == '\\' && newline < end && *newline == '\n' ? (size_t)(newline + 1 - at) : 0;
}

/* Neither a blank nor a newline, a quote, a backslash or what ends words: letters of most words. */
static bool is_plain(char c, char ending)
{
	return c > '\'' && c != '\\' && c != ending;
}

/*
 * Takes one word's quotes and backslashes out, in place; `*at` is behind it afterwards,
 * and behind the `ending` that ended it: then `*ended`.
 */
static int take_word(char **at, char *end, char ending, char **word, bool *ended,
		     struct error *error)
{
	char *from = *at, *to;
	char quote = '\0';

	*word = from;
	while (from < end && is_plain(*from, ending))
		from++;
	to = from;
	for (; from < end && (quote || (!is_blank(*from) && !(ending && *from == ending)));
	     from++) {
		size_t joint = quote == '\'' ? 0 : continuation(from, end);

		if (joint) {
			from += joint - 1;
		} else if (quote && *from == quote) {
			quote = '\0';
		} else if (!quote && (*from == '"' || *from == '\'')) {
			quote = *from;
		} else if (*from == '\\' && quote != '\'' && from + 1 < end) {
			*to++ = *++from;
		} else {
			*to++ = *from;
		}
	}
	if (quote)
		return error_usage(error, "a %c is not closed", quote);
	*ended = from < end && ending && *from == ending;
	*at = from < end ? from + 1 : from;
	/* The word is shorter than what it was made of, or a blank or the line's end is behind it. */
	*to = '\0';
	return 0;
}

int line_split(char *bytes, size_t length, bool pipes, char *words[LINE_WORDS], size_t *count,
	       struct error *error)
{
	char *at = bytes, *end = bytes + length;
	char ending = pipes ? '|' : '\0';

	*count = 0;
	if (memchr(at, '\0', length))
		return error_usage(error, "there is a NUL byte in the line");
	for (;;) {
		size_t joint = 1;
		bool ended;

		for (; at < end && joint; at += joint)
			joint = is_blank(*at) ? 1 : continuation(at, end);
		if (at == end || *at == '#')
			return 0;
		if (*count >= LINE_WORDS_MOST)
			return error_usage(error, "the line has more than %d words",
					   LINE_WORDS_MOST);
		ended = pipes && *at == '|';
		if (ended)
			at++;
		else if (take_word(&at, end, ending, &words[(*count)++], &ended, error) < 0)
			return -EINVAL;
		if (ended)
			words[(*count)++] = line_pipe;
	}
}

/* What is known of a line by reading it from its beginning, as sh(1) does. */
struct reading {
	size_t at; /* how much of it was read */
	char quote;
	bool in_word, in_comment, continues;
};

/* Reads on up to the newline; whether the line that follows is a part of it. */
static bool read_on(struct reading *reading, const char *line, size_t newline)
{
	reading->continues = false;
	for (; reading->at < newline; reading->at++) {
		char c = line[reading->at];

		if (reading->quote && c == reading->quote) {
			reading->quote = '\0';
		} else if (c == '\\' && reading->quote != '\'' && !reading->in_comment) {
			size_t behind = ++reading->at;

			behind += behind < newline && line[behind] == '\r';
			reading->continues = behind == newline;
			if (reading->continues)
				break;
			reading->in_word = true;
		} else if (!reading->quote && (c == '"' || c == '\'')) {
			reading->quote = c;
			reading->in_word = true;
		} else if (!reading->quote && is_blank(c)) {
			reading->in_word = false;
		} else {
			reading->in_comment |= c == '#' && !reading->in_word && !reading->quote;
			reading->in_word = true;
		}
		if (reading->in_comment)
			break;
	}
	reading->at = newline + 1;
	return reading->continues;
}

bool line_continues(const char *line, size_t length)
{
	struct reading reading = { 0 };

	return length && line[length - 1] == '\\' && read_on(&reading, line, length);
}

static int fill(struct line_reader *reader, struct error *error)
{
	ssize_t n;

	if (reader->before_read && reader->before_read(reader->cookie)) {
		reader->at_end = true;
		reader->start = reader->end;
		return 0;
	}
	if (reader->start) {
		memmove(reader->buffer, reader->buffer + reader->start,
			reader->end - reader->start);
		reader->end -= reader->start;
		reader->start = 0;
	}
	if (reader->end > LONGEST_LINE)
		return error_usage(error, "the line is longer than %d bytes", LONGEST_LINE);
	if (reader->room - reader->end < READ_SIZE) {
		reader->room = reader->end + READ_SIZE;
		reader->buffer = memory_resize(reader->buffer, reader->room, 1);
	}
	do
		n = read(reader->fd, reader->buffer + reader->end, READ_SIZE);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_set(error, errno, "cannot read");
	reader->at_end = !n;
	reader->end += (size_t)n;
	return 0;
}

static int hand_out(struct line_reader *reader, size_t end, size_t next, char **bytes,
		    size_t *length)
{
	*bytes = reader->buffer + reader->start;
	*length = end - reader->start;
	reader->start = next;
	return 1;
}

int line_next(struct line_reader *reader, char **bytes, size_t *length, struct error *error)
{
	struct reading reading = { 0 };
	size_t scanned = 0;

	reader->first = reader->line + 1;
	for (;;) {
		size_t left = reader->end - reader->start - scanned;
		char *line = reader->buffer ? reader->buffer + reader->start : NULL;
		char *newline = left ? memchr(line + scanned, '\n', left) : NULL;
		int r;

		if (newline) {
			size_t at = (size_t)(newline - reader->buffer);

			reader->line++;
			/* The look from the beginning is for lines that may be continued only. */
			if (newline > line && (newline[-1] == '\\' || newline[-1] == '\r') &&
			    read_on(&reading, line, (size_t)(newline - line))) {
				scanned = (size_t)(newline + 1 - line);
				continue;
			}
			return hand_out(reader, at, at + 1, bytes, length);
		}
		if (reader->at_end && reader->start == reader->end)
			return 0;
		if (reader->at_end) {
			reader->line++;
			return hand_out(reader, reader->end, reader->end, bytes, length);
		}
		scanned = reader->end - reader->start;
		r = fill(reader, error);
		if (r < 0)
			return r;
	}
}

void line_reader_clear(struct line_reader *reader)
{
	free(reader->buffer);
	if (reader->fd > STDIN_FILENO)
		close(reader->fd);
}
