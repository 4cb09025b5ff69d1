/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/pipes.h"

#include <errno.h>
#include <poll.h>
#include <regex.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/line.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/words.h"
#include "shell/pager.h"
#include "shell/save_file.h"

enum { READ_SIZE = 64 * 1024 };

struct stage {
	const struct pipe_row *row;
	struct stage *next;
	regex_t *re;     /* NULL: it has none */
	bool is_passing; /* the line that is read, of which there may be more */
	size_t lines;    /* that came here */
};

/* Where the output of the last stage goes. */
struct outlet {
	struct pager pager;
	struct save_file *save; /* instead */
	size_t lines;           /* that went there */
};

/* A line, or a piece of one that is too long. */
struct piece {
	const char *bytes;
	size_t length;  /* with the newline */
	bool continues; /* its line began before */
};

/*
 * REG_STARTEND takes a line as it is, without a copy that ends with a NUL. Nobody calls
 * setlocale(3): RE go by bytes, so '.' is one byte of a character that has several.
 */
static bool has_match(const struct stage *stage, const char *line, size_t length)
{
	regmatch_t range = { .rm_so = 0, .rm_eo = (regoff_t)length };

	return !regexec(stage->re, line, 0, &range, REG_STARTEND);
}

static bool match_passes(struct stage *stage, const char *line, size_t length)
{
	return has_match(stage, line, length);
}

static bool except_passes(struct stage *stage, const char *line, size_t length)
{
	return !has_match(stage, line, length);
}

static bool begin_passes(struct stage *stage, const char *line, size_t length)
{
	return stage->is_passing || has_match(stage, line, length);
}

static bool count_passes(struct stage *stage, const char *line, size_t length)
{
	(void)stage, (void)line, (void)length;
	return false;
}

static int re_take(struct pipes *pipes, struct stage *stage, const char *argument,
		   struct error *error)
{
	char why[256];
	int r;

	(void)pipes;
	stage->re = memory_new(1, sizeof(*stage->re));
	r = regcomp(stage->re, argument, REG_EXTENDED | REG_NOSUB);
	if (!r)
		return 0;
	regerror(r, stage->re, why, sizeof(why));
	free(take_ptr(stage->re));
	return error_usage(error, "'%s' is no regular expression: %s", argument, why);
}

static int json_take(struct pipes *pipes, struct stage *stage, const char *argument,
		     struct error *error)
{
	(void)argument;
	if (pipes->first != stage)
		return error_usage(error, "'json' is how the command prints: it comes first");
	pipes->want_json = true;
	return 0;
}

static int no_more_take(struct pipes *pipes, struct stage *stage, const char *argument,
			struct error *error)
{
	(void)stage, (void)argument, (void)error;
	pipes->no_pager = true;
	return 0;
}

static int save_take(struct pipes *pipes, struct stage *stage, const char *argument,
		     struct error *error)
{
	(void)stage;
	pipes->save = memory_new(1, sizeof(*pipes->save));
	return save_file_open(pipes->save, argument, error);
}

static int compare_take(struct pipes *pipes, struct stage *stage, const char *argument,
			struct error *error)
{
	(void)pipes, (void)stage, (void)argument;
	return error_usage(error, "'compare' stands behind a 'show' without arguments only");
}

/* clang-format off */
const struct pipe_row pipe_rows[] = {
	{ .word = "match", .argument = "RE", .help = "the lines that match an extended regular expression",
	  .take = re_take, .passes = match_passes },
	{ .word = "except", .argument = "RE", .help = "the lines that do not match it",
	  .take = re_take, .passes = except_passes },
	{ .word = "begin", .argument = "RE", .help = "all from the first line on that matches it",
	  .take = re_take, .passes = begin_passes },
	{ .word = "count", .help = "how many lines there are", .passes = count_passes },
	{ .word = "json", .help = "as JSON", .take = json_take },
	{ .word = "save", .argument = "FILE", .help = "into a file", .take = save_take },
	{ .word = "no-more", .help = "without the pager", .take = no_more_take },
	{ .word = "compare", .help = "the candidate compared with the kernel", .of_show = true,
	  .take = compare_take },
};
/* clang-format on */
const size_t pipe_rows_count = sizeof(pipe_rows) / sizeof(*pipe_rows);

/* Adds the words that begin so, with commas between them. */
static void list_words(const char *prefix, struct error *error)
{
	const char *comma = "";

	for (const struct pipe_row *row = pipe_rows; row < pipe_rows + pipe_rows_count; row++) {
		if (row->of_show || strncmp(prefix, row->word, strlen(prefix)))
			continue;
		error_hint(error, "%s%s", comma, row->word);
		comma = ", ";
	}
}

static void refuse_word(const char *word, bool is_ambiguous, struct error *error)
{
	const char *best = NULL;
	size_t distance = SIZE_MAX;

	if (is_ambiguous) {
		error_usage(error, "'%s' is ambiguous behind '|': ", word);
		list_words(word, error);
		return;
	}
	error_usage(error, "unknown word '%s' behind '|', which takes ", word);
	list_words("", error);
	for (const struct pipe_row *row = pipe_rows; row < pipe_rows + pipe_rows_count; row++)
		words_nearer(word, row->word, &best, &distance);
	words_suggest(error, word, best, distance);
}

const struct pipe_row *pipe_row_find(const char *word, struct error *error)
{
	const struct pipe_row *found = NULL;
	bool is_ambiguous = false;

	for (const struct pipe_row *row = pipe_rows; row < pipe_rows + pipe_rows_count; row++) {
		if (!strcmp(word, row->word))
			return row;
		if (row->of_show || strncmp(word, row->word, strlen(word)))
			continue;
		is_ambiguous |= found != NULL;
		found = row;
	}
	if (found && !is_ambiguous)
		return found;
	refuse_word(word, is_ambiguous, error);
	return NULL;
}

static int take_stage(struct words *words, struct pipes *pipes, struct error *error)
{
	const char *word = words_take(words), *argument = NULL;
	const struct pipe_row *row;
	struct stage *stage;

	if (!word || word == line_pipe) {
		error_usage(error, "a word is expected behind '|': ");
		list_words("", error);
		return -EINVAL;
	}
	row = pipe_row_find(word, error);
	if (!row)
		return -EINVAL;
	if (row->argument) {
		struct words none = { 0 };

		argument = words_value(words_peek(words) == line_pipe ? &none : words, row->word,
				       row->argument, error);
		if (!argument)
			return -EINVAL;
	}
	stage = memory_new(1, sizeof(*stage));
	stage->row = row;
	*(pipes->first ? &pipes->last->next : &pipes->first) = stage;
	pipes->last = stage;
	return row->take ? row->take(pipes, stage, argument, error) : 0;
}

int pipes_take(struct words *words, struct pipes *pipes, struct error *error)
{
	int r = take_stage(words, pipes, error);

	while (!r && words->left) {
		const char *word = words_take(words);

		if (word != line_pipe)
			return error_usage(error, "'%s' is one word too many behind '%s'%s", word,
					   pipes->last->row->word,
					   pipes->last->re ? ": blanks need quotes" : "");
		if (pipes->save)
			return error_usage(error, "nothing can stand behind 'save'");
		r = take_stage(words, pipes, error);
	}
	return r;
}

bool pipes_any(const struct pipes *pipes)
{
	return pipes->first;
}

bool pipes_want_json(const struct pipes *pipes)
{
	return pipes->want_json;
}

static void outlet_put(struct outlet *outlet, const struct piece *piece)
{
	outlet->lines += !piece->continues;
	if (outlet->save)
		text_put(&outlet->save->text, piece->bytes, piece->length);
	else
		pager_put(&outlet->pager, piece->bytes, piece->length);
}

static void pass(struct stage *stage, struct outlet *outlet, const struct piece *piece)
{
	for (; stage; stage = stage->next) {
		bool ends = piece->length && piece->bytes[piece->length - 1] == '\n';

		if (!stage->row->passes)
			continue;
		if (!piece->continues) {
			stage->lines++;
			stage->is_passing =
				stage->row->passes(stage, piece->bytes, piece->length - ends);
		}
		if (!stage->is_passing)
			return;
	}
	outlet_put(outlet, piece);
}

/* What a stage has to say of all lines goes through those behind it. */
static void pass_counts(struct stage *stage, struct outlet *outlet)
{
	char number[32];

	for (; stage; stage = stage->next) {
		if (stage->row->passes == count_passes) {
			int length = snprintf(number, sizeof(number), "%zu\n", stage->lines);

			pass(stage->next, outlet, &(struct piece){ number, (size_t)length, false });
		}
	}
}

/* What was read, up to the end of its last line, goes on. */
struct reader {
	char *bytes;
	size_t length, room;
	bool continues; /* what is in `bytes` */
};

static void pass_piece(struct reader *reader, size_t *start, size_t length, struct stage *stage,
		       struct outlet *outlet)
{
	const struct piece piece = { reader->bytes + *start, length, reader->continues };

	pass(stage, outlet, &piece);
	*start += length;
	reader->continues = piece.bytes[length - 1] != '\n';
}

/* Takes `more` bytes behind those that are there. */
static void pass_lines(struct reader *reader, size_t more, struct stage *stage,
		       struct outlet *outlet)
{
	size_t start = 0, end = reader->length + more;
	const char *newline = memchr(reader->bytes + reader->length, '\n', more);

	while (newline) {
		pass_piece(reader, &start, (size_t)(newline + 1 - reader->bytes) - start, stage,
			   outlet);
		newline = memchr(reader->bytes + start, '\n', end - start);
	}
	/* Nobody looks at the rest of a line that was decided about. */
	if (end > start && (reader->continues || end - start >= PIPES_LINE_MOST))
		pass_piece(reader, &start, end - start, stage, outlet);
	memmove(reader->bytes, reader->bytes + start, end - start);
	reader->length = end - start;
}

/* 1: there may be more; 0: the end. */
static int read_more(struct reader *reader, int fd, struct stage *stage, struct outlet *outlet)
{
	size_t start = 0;
	ssize_t n;

	if (reader->room - reader->length <= READ_SIZE) {
		reader->room = reader->room ? reader->room * 2 : 2 * READ_SIZE;
		reader->bytes = memory_resize(reader->bytes, reader->room, 1);
	}
	n = read(fd, reader->bytes + reader->length, READ_SIZE);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 1 : -errno;
	/* regexec() does not need it; the sanitizers' does. */
	reader->bytes[reader->length + (size_t)n] = '\0';
	if (n && !stage && !outlet->save)
		pager_put(&outlet->pager, reader->bytes, (size_t)n);
	else if (n)
		pass_lines(reader, (size_t)n, stage, outlet);
	else if (reader->length)
		pass_piece(reader, &start, reader->length, stage, outlet);
	return n > 0;
}

/* Until the end (0), or until nobody reads any more (1). */
static int run(struct pipes *pipes, int fd, struct outlet *outlet)
{
	CLEANUP(pointer_free) char *bytes = NULL;
	struct stage *first = pipes ? pipes->first : NULL;
	struct reader reader = { 0 };
	int r = 1;

	while (r > 0) {
		struct pollfd polled[] = {
			{ .fd = fd, .events = POLLIN },
			{ .fd = outlet->save ? -1 : pager_target(&outlet->pager) },
		};

		if (poll(polled, 2, pager_timeout_ms(&outlet->pager)) < 0 && errno != EINTR)
			r = -errno;
		else if (polled[1].revents)
			break;
		else if (polled[0].revents)
			r = read_more(&reader, fd, first, outlet);
		bytes = reader.bytes;
		pager_tick(&outlet->pager);
		pager_flush(&outlet->pager);
		if (pager_failed(&outlet->pager) ||
		    (outlet->save && text_flush(&outlet->save->text) < 0))
			break;
	}
	if (!r)
		pass_counts(first, outlet);
	return r;
}

int pipes_run(struct pipes *pipes, int fd, int out, bool page, struct error *error)
{
	struct outlet outlet = { .save = pipes ? pipes->save : NULL };
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	int r, ended;

	sigaction(SIGPIPE, &ignore, &before);
	pager_begin(&outlet.pager, out, page && !outlet.save && !(pipes && pipes->no_pager));
	r = run(pipes, fd, &outlet);
	/* Before the pager is waited for: whoever writes is to learn that nobody reads. */
	close(fd);
	ended = pager_end(&outlet.pager, error);
	sigaction(SIGPIPE, &before, NULL);
	if (ended < 0)
		return ended;
	if (r < 0)
		return error_set(error, -r, "cannot read the command's output");
	if (outlet.save) {
		r = text_flush(&outlet.save->text);
		if (r < 0)
			return error_set(error, -r, "cannot save to '%s'", outlet.save->path);
		pipes->is_whole = true;
		pipes->saved = outlet.lines;
		return 0;
	}
	if (r && !outlet.pager.pid)
		return error_set(error, EPIPE, "cannot write the output");
	return r;
}

static void tell_saved(const struct pipes *pipes)
{
	CLEANUP(text_clear) struct text text = { 0 };

	text_printf(&text, "%zu line%s to ", pipes->saved, pipes->saved == 1 ? "" : "s");
	text_escaped(&text, pipes->save->path, strlen(pipes->save->path));
	fprintf(stderr, "%s\n", text_string(&text));
}

int pipes_finish(struct pipes *pipes, int status, struct error *error)
{
	int r;

	if (!pipes || !pipes->save || !pipes->is_whole)
		return 0;
	if (status != EXIT_DONE && status != EXIT_DIFFERENT)
		return 0;
	r = save_file_keep(pipes->save, error);
	if (!r)
		tell_saved(pipes);
	return r;
}

static void stage_free(struct stage *stage)
{
	if (stage->re) {
		regfree(stage->re);
		free(stage->re);
	}
	free(stage);
}

void pipes_clear(struct pipes *pipes)
{
	while (pipes->first) {
		struct stage *next = pipes->first->next;

		stage_free(pipes->first);
		pipes->first = next;
	}
	if (pipes->save)
		save_file_clear(pipes->save);
	free(pipes->save);
	*pipes = (struct pipes){ 0 };
}
