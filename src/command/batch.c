/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/option.h"
#include "command/session_guard.h"
#include "command/touched.h"

enum {
	READ_SIZE = 64 * 1024,
	LONGEST_LINE = 1024 * 1024,
	MOST_WORDS = 1024,
	RECENT = APPLY_LINES, /* all that may wait, and the one that is read */
};

struct batch {
	struct request *request;
	const char *path;
	char *buffer; /* holds the line that is read, and what comes behind it */
	size_t start, end, room;
	int fd;
	bool at_end;
	uint32_t line;    /* number of the last one read */
	uint32_t command; /* number of the one where the command began */
	size_t commands, failures;
	uint32_t lines[RECENT]; /* where the last commands began */
	size_t standing;        /* commands before the first failure */
	struct error first;     /* failure */
	char *words[MOST_WORDS];
};

static void batch_clear(struct batch *batch)
{
	free(batch->buffer);
	if (batch->fd > STDIN_FILENO)
		close(batch->fd);
}

static const char *batch_name(const struct batch *batch)
{
	return strcmp(batch->path, "-") ? batch->path : "stdin";
}

/* A line that waited fails when later ones were read already. */
static size_t commands_before(const struct batch *batch, uint32_t line)
{
	size_t count = batch->commands;

	while (count && batch->commands - count < RECENT &&
	       batch->lines[(count - 1) % RECENT] >= line)
		count--;
	return count;
}

/* Keeps the first failure, tells each when the batch goes on. */
static void failed(struct batch *batch, uint32_t line, const struct error *why)
{
	struct error error = *why;

	error_wrap(&error, "%s:%u", batch_name(batch), line);
	if (!batch->failures++) {
		batch->first = error;
		batch->standing = commands_before(batch, line);
	}
	if (batch->request->options.force)
		error_print(&error, stderr);
}

static int flush(struct batch *batch)
{
	struct error error = { 0 };
	int r = apply_flush(&batch->request->apply, &error);

	if (r < 0)
		failed(batch, batch->request->apply.failed_line, &error);
	return r;
}

/* Whoever writes line by line waits for what the last one does: nothing is held back. */
static int flush_before_waiting(struct batch *batch)
{
	struct pollfd poller = { batch->fd, POLLIN, 0 };

	if (poll(&poller, 1, 0))
		return 0;
	text_flush(batch->request->out);
	session_forget(batch->request);
	return flush(batch);
}

static int fill(struct batch *batch, struct error *error)
{
	ssize_t n;

	if (flush_before_waiting(batch) < 0 && !batch->request->options.force) {
		batch->at_end = true;
		batch->start = batch->end;
		return 0;
	}
	if (batch->start) {
		memmove(batch->buffer, batch->buffer + batch->start, batch->end - batch->start);
		batch->end -= batch->start;
		batch->start = 0;
	}
	if (batch->end > LONGEST_LINE)
		return error_usage(error, "the line is longer than %d bytes", LONGEST_LINE);
	if (batch->room - batch->end < READ_SIZE) {
		batch->room = batch->end + READ_SIZE;
		batch->buffer = memory_resize(batch->buffer, batch->room, 1);
	}
	do
		n = read(batch->fd, batch->buffer + batch->end, READ_SIZE);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_set(error, errno, "cannot read");
	batch->at_end = !n;
	batch->end += (size_t)n;
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
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

/*
 * The next line with those that continue it, without the newline, in
 * batch->buffer from *from to *to; 0 at the end of the file.
 */
static int next_line(struct batch *batch, size_t *from, size_t *to, struct error *error)
{
	struct reading reading = { 0 };
	size_t scanned = 0;

	batch->command = batch->line + 1;
	for (;;) {
		size_t left = batch->end - batch->start - scanned;
		char *newline =
			left ? memchr(batch->buffer + batch->start + scanned, '\n', left) : NULL;
		int r;

		if (newline) {
			char *line = batch->buffer + batch->start;

			batch->line++;
			/* The look from the beginning is for lines that may be continued only. */
			if (newline > line && (newline[-1] == '\\' || newline[-1] == '\r') &&
			    read_on(&reading, line, (size_t)(newline - line))) {
				scanned = (size_t)(newline + 1 - line);
				continue;
			}
			*from = batch->start;
			*to = (size_t)(newline - batch->buffer);
			batch->start = *to + 1;
			return 1;
		}
		if (batch->at_end) {
			if (batch->start == batch->end)
				return 0;
			batch->line++;
			*from = batch->start;
			*to = batch->start = batch->end;
			return 1;
		}
		scanned = batch->end - batch->start;
		r = fill(batch, error);
		if (r < 0)
			return r;
	}
}

/* How many bytes are a newline that continues the line, backslash included; 0: none. */
static size_t continuation(const char *at, const char *end)
{
	const char *newline = at + 1 + (end - at > 2 && at[1] == '\r');

	return *at == '\\' && newline < end && *newline == '\n' ? (size_t)(newline + 1 - at) : 0;
}

/* Neither a blank nor a newline, a quote or a backslash: letters of most words. */
static bool is_plain(char c)
{
	return c > '\'' && c != '\\';
}

/* Takes one word's quotes and backslashes out, in place; `*at` is behind it afterwards. */
static int take_word(char **at, char *end, char **word, struct error *error)
{
	char *from = *at, *to;
	char quote = '\0';

	*word = from;
	while (from < end && is_plain(*from))
		from++;
	to = from;
	for (; from < end && (quote || !is_blank(*from)); from++) {
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
	*at = from < end ? from + 1 : from;
	/* The word is shorter than what it was made of, or a blank or the line's end is behind it. */
	*to = '\0';
	return 0;
}

static int split(struct batch *batch, size_t from, size_t to, size_t *count, struct error *error)
{
	char *at = batch->buffer + from, *end = batch->buffer + to;

	*count = 0;
	if (memchr(at, '\0', to - from))
		return error_usage(error, "there is a NUL byte in the line");
	for (;;) {
		size_t joint = 1;

		for (; at < end && joint; at += joint)
			joint = is_blank(*at) ? 1 : continuation(at, end);
		if (at == end || *at == '#')
			return 0;
		if (*count == MOST_WORDS)
			return error_usage(error, "the line has more than %d words", MOST_WORDS);
		if (take_word(&at, end, &batch->words[(*count)++], error) < 0)
			return -EINVAL;
	}
}

static void report(void *cookie, uint32_t line, const struct error *error)
{
	failed(cookie, line, error);
}

/* Options in front of a line's object hold for that line. */
static int run_words(struct batch *batch, struct words *words, struct error *error)
{
	struct request *request = batch->request;
	struct options saved = request->options;
	enum special special;
	int r;

	r = options_take(&request->options, words, &special, error);
	if (!r && (special || request->options.batch != saved.batch ||
		   request->options.netns != saved.netns))
		r = error_usage(error, "-n, -b, -h and -V have no place in a batch's line");
	if (!r)
		r = words->left ? command_run(request, words, error) : 0;
	request->options = saved;
	return r;
}

/* One line; a failure of an earlier one that waited may come to light. */
static int run_line(struct batch *batch, size_t count)
{
	struct request *request = batch->request;
	struct words words = { batch->words, count };
	struct error error = { 0 };
	uint32_t line;
	int r;

	batch->lines[batch->commands++ % RECENT] = batch->command;
	request->line = batch->command;
	request->apply.failed_line = batch->command;
	request->has_status = false;
	request->status = 0;
	r = run_words(batch, &words, &error);
	if (!r && request->has_status && request->status)
		r = error_set(&error, 0, "the command ended with status %d", request->status);
	if (r < 0 && request->status)
		error.exit = (enum exit_code)request->status;
	if (!r)
		return 0;
	/* A line that is wrong in itself fails later than those before it that still wait. */
	line = request->apply.failed_line;
	if (flush(batch) < 0)
		return r;
	failed(batch, line, &error);
	return r;
}

/* The line itself cannot be read: what is before it still counts. */
static int refuse_line(struct batch *batch, const struct error *error)
{
	int r = flush(batch);

	if (r < 0)
		return r;
	batch->lines[batch->commands++ % RECENT] = batch->command;
	failed(batch, batch->command, error);
	return -error->errnum;
}

static void run_all(struct batch *batch)
{
	struct error error = { 0 };
	size_t from, to, count;
	int r;

	while ((r = next_line(batch, &from, &to, &error)) > 0) {
		error_clear(&error);
		if (split(batch, from, to, &count, &error) < 0)
			r = refuse_line(batch, &error);
		else if (count)
			r = run_line(batch, count);
		if (r < 0 && !batch->request->options.force)
			return;
	}
	if (r < 0)
		refuse_line(batch, &error);
}

int batch_run(struct request *request, const char *path, struct error *error)
{
	CLEANUP(batch_clear) struct batch batch = { .request = request, .path = path };

	batch.fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	if (batch.fd < 0) {
		error_set(error, errno, "cannot open '%s'", path);
		error->exit = EXIT_USAGE;
		return -error->errnum;
	}
	request->apply.keep_going = request->options.force;
	request->apply.report = report;
	request->apply.cookie = &batch;
	/* What is only tried is done to a candidate: a line may need what an earlier one makes. */
	if (!request->candidate && (request->options.dry_run || request->options.as_ip)) {
		int r = touched_begin(request, error);

		if (r < 0)
			return r;
	}
	run_all(&batch);
	flush(&batch);
	touched_end(request);
	request->apply.report = NULL;
	request->line = 0;
	request->has_status = false;
	if (!batch.failures)
		return 0;
	*error = batch.first;
	if (request->options.force) {
		/* They were told on the way. */
		error_set(error, 0, "%s: %zu of %zu commands failed", batch_name(&batch),
			  batch.failures, batch.commands);
		error->exit = batch.first.exit;
		return -error->errnum;
	}
	return error_hint(error, " (%zu command%s before it stand%s)", batch.standing,
			  batch.standing == 1 ? "" : "s", batch.standing == 1 ? "s" : "");
}
