/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/lesson.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

enum { TICKS = 3 }; /* of a fence, at least */

/* A line of the file, without its end. */
struct line {
	const char *at;
	size_t length;
};

struct reader {
	const char *at, *end;
	uint32_t number; /* of the line taken last */
	struct lesson *lesson;
	struct lesson_step *step; /* the one being filled */
	struct text prose;        /* the paragraph being gathered */
	uint32_t prose_line;
	struct error *error;
};

static void reader_clear(struct reader *reader)
{
	text_clear(&reader->prose);
}

void lesson_clear(struct lesson *lesson)
{
	for (size_t i = 0; i < lesson->count; i++) {
		for (size_t k = 0; k < lesson->steps[i].count; k++)
			free(lesson->steps[i].parts[k].commands);
		free(lesson->steps[i].parts);
	}
	free(lesson->introduction.parts);
	free(lesson->steps);
	arena_clear(&lesson->arena);
	*lesson = (struct lesson){ 0 };
}

/* Where the file was written the lines may end as those of another system. */
static bool take_line(struct reader *reader, struct line *line)
{
	const char *end;

	if (reader->at == reader->end)
		return false;
	end = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
	if (!end)
		end = reader->end;
	*line = (struct line){ reader->at, (size_t)(end - reader->at) };
	if (line->length && line->at[line->length - 1] == '\r')
		line->length--;
	reader->at = end + (end < reader->end);
	reader->number++;
	return true;
}

static bool begins(struct line line, const char *word)
{
	size_t length = strlen(word);

	return line.length >= length && !memcmp(line.at, word, length);
}

static bool is(struct line line, const char *word)
{
	return line.length == strlen(word) && begins(line, word);
}

static struct line trim(struct line line)
{
	while (line.length && strchr(" \t", *line.at)) {
		line.at++;
		line.length--;
	}
	while (line.length && strchr(" \t", line.at[line.length - 1]))
		line.length--;
	return line;
}

static struct line behind(struct line line, size_t length)
{
	return trim((struct line){ line.at + length, line.length - length });
}

static const char *keep(struct reader *reader, const char *bytes, size_t length)
{
	char *copy = arena_new(&reader->lesson->arena, length + 1);

	if (length)
		memcpy(copy, bytes, length);
	return copy;
}

static struct lesson_part *add_part(struct reader *reader, enum lesson_part_type type,
				    uint32_t line)
{
	struct lesson_step *step = reader->step;
	struct lesson_part *part = array_add(&step->parts, &step->count, &step->room);

	*part = (struct lesson_part){ .type = type, .line = line };
	return part;
}

/* The word in front of why a check fails, in the languages there are. */
static size_t otherwise_length(const char *paragraph)
{
	static const char *const words[] = { "Otherwise:", "否则：", "否则:" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strncmp(paragraph, words[i], strlen(words[i])))
			return strlen(words[i]);
	return 0;
}

static int fail(struct reader *reader, uint32_t line)
{
	reader->number = line;
	return -reader->error->errnum;
}

#define FAIL(reader, line, ...) (error_usage((reader)->error, __VA_ARGS__), fail((reader), (line)))

/* The paragraph that was gathered becomes a part, or the reason of the check in front of it. */
static int end_prose(struct reader *reader)
{
	const char *paragraph = text_string(&reader->prose);
	size_t length = otherwise_length(paragraph);
	struct lesson_part *part;

	if (!*paragraph)
		return 0;
	if (length) {
		part = reader->step->count ? &reader->step->parts[reader->step->count - 1] : NULL;
		if (!part || part->type != LESSON_CHECK || part->otherwise)
			return FAIL(reader, reader->prose_line,
				    "'%.*s' stands right behind a check, and says why that fails",
				    (int)length, paragraph);
		length += strspn(paragraph + length, " ");
		part->otherwise = keep(reader, paragraph + length, reader->prose.length - length);
	} else {
		part = add_part(reader, LESSON_PROSE, reader->prose_line);
		part->text = keep(reader, paragraph, reader->prose.length);
	}
	text_cut(&reader->prose, 0);
	return 0;
}

static void add_prose(struct reader *reader, struct line line)
{
	if (reader->prose.length)
		text_char(&reader->prose, '\n');
	else
		reader->prose_line = reader->number;
	text_put(&reader->prose, line.at, line.length);
}

static int take_heading(struct reader *reader, struct line line)
{
	struct lesson *lesson = reader->lesson;
	size_t marks = 0;
	struct line title;

	while (marks < line.length && line.at[marks] == '#')
		marks++;
	title = behind(line, marks);
	if (marks > 2)
		return FAIL(reader, reader->number,
			    "a heading has one '#' (the lesson's) or two (a step's), not %zu",
			    marks);
	if (!title.length)
		return FAIL(reader, reader->number, "the heading says nothing");
	if (marks == 1 && lesson->title)
		return FAIL(reader, reader->number,
			    "a lesson has one '# TITLE'; a step begins with '## TITLE'");
	if (marks == 1) {
		lesson->title = keep(reader, title.at, title.length);
		return 0;
	}
	if (!lesson->title)
		return FAIL(reader, reader->number,
			    "the lesson's '# TITLE' comes before its steps");
	reader->step = array_add(&lesson->steps, &lesson->count, &lesson->room);
	*reader->step = (struct lesson_step){ .title = keep(reader, title.at, title.length),
					      .line = reader->number };
	return 0;
}

/* A '\' at the end of a line goes on in the next. */
static bool is_continued(struct line line)
{
	size_t slashes = 0;

	while (slashes < line.length && line.at[line.length - 1 - slashes] == '\\')
		slashes++;
	return slashes % 2;
}

static void take_commands(struct reader *reader, struct lesson_part *part)
{
	const char *at = part->text;
	bool goes_on = false;
	size_t start = 0;

	for (size_t from = 0; at[from]; from += at[from] == '\n') {
		struct line line = { at + from, strcspn(at + from, "\n") }, command;

		from += line.length;
		goes_on = is_continued(line) && at[from];
		if (goes_on)
			continue;
		command = trim((struct line){ at + start, from - start });
		start = from + (at[from] == '\n');
		if (!command.length || *command.at == '#')
			continue;
		*array_add(&part->commands, &part->commands_count, &part->commands_room) =
			keep(reader, command.at, command.length);
	}
}

/* How a block begins: what it is stands behind the ticks. */
static int begin_block(struct reader *reader, struct line info, struct lesson_part *part)
{
	*part = (struct lesson_part){ .line = reader->number };
	if (is(info, "text")) {
		part->type = LESSON_TEXT;
	} else if (is(info, "sh") || (begins(info, "sh ") && is(behind(info, 2), "fails"))) {
		part->type = LESSON_COMMANDS;
		part->fails = info.length > 2;
	} else if (is(info, "check")) {
		return FAIL(reader, reader->number, "a check has a name: check NAME");
	} else if (begins(info, "check ")) {
		struct line name = behind(info, strlen("check"));

		part->type = LESSON_CHECK;
		part->name = keep(reader, name.at, name.length);
	} else {
		return FAIL(reader, reader->number,
			    "a block is 'sh', 'sh fails', 'check NAME' or 'text', not '%.*s'",
			    info.length > 64 ? 64 : (int)info.length, info.at);
	}
	if (part->type != LESSON_TEXT && reader->step == &reader->lesson->introduction)
		return FAIL(reader, reader->number,
			    "commands and checks belong to a step, which begins with '## TITLE'");
	return 0;
}

static int take_block(struct reader *reader, struct line fence, size_t ticks)
{
	CLEANUP(text_clear) struct text body = { 0 };
	uint32_t first = reader->number;
	struct lesson_part part, *added;
	struct line line;
	int r = begin_block(reader, behind(fence, ticks), &part);

	if (r < 0)
		return r;
	for (;;) {
		size_t closing = 0;

		if (!take_line(reader, &line))
			return FAIL(reader, first, "the block has no end: a line ``` is missing");
		while (closing < line.length && line.at[closing] == '`')
			closing++;
		if (closing >= ticks && !behind(line, closing).length)
			break;
		text_put(&body, line.at, line.length);
		text_char(&body, '\n');
	}
	text_cut(&body, body.length - (body.length > 0));
	part.text = keep(reader, body.bytes, body.length);
	if (part.type == LESSON_COMMANDS)
		take_commands(reader, &part);
	if (part.type == LESSON_COMMANDS ? !part.commands_count
					 : !part.text[strspn(part.text, " \t\n")])
		return FAIL(reader, first, "the block is empty");
	added = add_part(reader, part.type, first);
	*added = part;
	return 0;
}

/* What is for those who read the file only; it ends with the line that has its end. */
static int skip_comment(struct reader *reader, struct line line)
{
	uint32_t first = reader->number;

	while (!memmem(line.at, line.length, "-->", 3))
		if (!take_line(reader, &line))
			return FAIL(reader, first, "the comment has no end: '-->' is missing");
	return 0;
}

static int take(struct reader *reader, struct line line)
{
	size_t ticks = 0;
	int r = 0;

	while (ticks < line.length && line.at[ticks] == '`')
		ticks++;
	if (!trim(line).length)
		return end_prose(reader);
	if (ticks < TICKS && *line.at != '#' && !begins(line, "<!--")) {
		if (!reader->lesson->title)
			return FAIL(reader, reader->number,
				    "the lesson's '# TITLE' comes before anything else");
		add_prose(reader, line);
		return 0;
	}
	r = end_prose(reader);
	if (r < 0)
		return r;
	if (*line.at == '#')
		return take_heading(reader, line);
	if (*line.at == '<')
		return skip_comment(reader, line);
	if (!reader->lesson->title)
		return FAIL(reader, reader->number,
			    "the lesson's '# TITLE' comes before anything else");
	return take_block(reader, line, ticks);
}

static int read_all(struct reader *reader)
{
	const char *nul = memchr(reader->at, '\0', (size_t)(reader->end - reader->at));
	struct line line;
	int r = 0;

	while (!r && take_line(reader, &line)) {
		if (nul && nul < reader->at)
			return FAIL(reader, reader->number, "the line has a NUL: this is no text");
		r = take(reader, line);
	}
	if (!r)
		r = end_prose(reader);
	if (r < 0)
		return r;
	if (!reader->lesson->title)
		return FAIL(reader, 1, "the lesson has no '# TITLE'");
	if (!reader->lesson->count)
		return FAIL(reader, reader->number,
			    "the lesson has no step: one begins with '## TITLE'");
	return 0;
}

int lesson_read(const char *path, const char *bytes, size_t length, struct lesson *lesson,
		struct error *error)
{
	CLEANUP(reader_clear)
	struct reader reader = { .at = length ? bytes : "", .lesson = lesson, .error = error };
	int r;

	*lesson = (struct lesson){ 0 };
	reader.end = reader.at + length;
	reader.step = &lesson->introduction;
	/* What an editor of another system puts in front of UTF-8. */
	if (length >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3))
		reader.at += 3;
	r = read_all(&reader);
	if (!r)
		return 0;
	lesson_clear(lesson);
	return error_wrap(error, "%s:%u", path, reader.number);
}

/* The next part that is done rather than read. */
static const struct lesson_part *next_part(const struct lesson_step *step, size_t *at)
{
	while (*at < step->count) {
		const struct lesson_part *part = &step->parts[(*at)++];

		if (part->type == LESSON_COMMANDS || part->type == LESSON_CHECK)
			return part;
	}
	return NULL;
}

static int compare_step(const struct lesson_step *original, const char *path,
			const struct lesson_step *translation, struct error *error)
{
	const struct lesson_part *a, *b;
	size_t i = 0, k = 0;

	do {
		a = next_part(original, &i);
		b = next_part(translation, &k);
		if (a && b && a->type == b->type && a->fails == b->fails &&
		    !strcmp(a->text, b->text) && !a->otherwise == !b->otherwise)
			continue;
		if (!a && !b)
			return 0;
		error_usage(error,
			    b ? "the block is not as in the original, where line %u has it"
			      : "the step lacks a block that the original has in line %u",
			    a ? a->line : original->line);
		return error_wrap(error, "%s:%u", path, b ? b->line : translation->line);
	} while (a && b);
	return 0;
}

int lesson_compare(const struct lesson *original, const char *path,
		   const struct lesson *translation, struct error *error)
{
	for (size_t i = 0; i < original->count && i < translation->count; i++) {
		int r = compare_step(&original->steps[i], path, &translation->steps[i], error);

		if (r < 0)
			return r;
	}
	if (original->count == translation->count)
		return 0;
	error_usage(error, "it has %zu steps, the original has %zu", translation->count,
		    original->count);
	return error_wrap(error, "%s", path);
}
