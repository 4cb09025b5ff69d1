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
#include "base/line.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/option.h"
#include "command/session_guard.h"
#include "command/touched.h"

enum { RECENT = APPLY_LINES }; /* all that may wait, and the one that is read */

struct batch {
	struct request *request;
	const char *path;
	struct line_reader reader;
	size_t commands, failures;
	uint32_t lines[RECENT]; /* where the last commands began */
	size_t standing;        /* commands before the first failure */
	struct error first;     /* failure */
	char *words[LINE_WORDS];
};

static void batch_clear(struct batch *batch)
{
	line_reader_clear(&batch->reader);
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
static int flush_before_waiting(void *cookie)
{
	struct batch *batch = cookie;
	struct pollfd poller = { batch->reader.fd, POLLIN, 0 };

	if (poll(&poller, 1, 0))
		return 0;
	text_flush(batch->request->out);
	session_forget(batch->request);
	return flush(batch) < 0 && !batch->request->options.force;
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

	batch->lines[batch->commands++ % RECENT] = batch->reader.first;
	request->line = batch->reader.first;
	request->apply.failed_line = batch->reader.first;
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
	batch->lines[batch->commands++ % RECENT] = batch->reader.first;
	failed(batch, batch->reader.first, error);
	return -error->errnum;
}

static void run_all(struct batch *batch)
{
	struct error error = { 0 };
	size_t length, count;
	char *line;
	int r;

	while ((r = line_next(&batch->reader, &line, &length, &error)) > 0) {
		error_clear(&error);
		r = line_split(line, length, false, batch->words, &count, &error);
		if (r < 0)
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

	batch.reader.fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	batch.reader.before_read = flush_before_waiting;
	batch.reader.cookie = &batch;
	if (batch.reader.fd < 0) {
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
