/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl learn`: experiments step by step, each in a sandbox, with what it changed in the kernel. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/learn_files.h"
#include "command/learn_lesson.h"
#include "command/learn_progress.h"
#include "command/list.h"
#include "command/terminal.h"
#include "text/columns.h"
#include "text/lesson.h"

enum { WIDEST = 80, NARROWEST = 20 };

/* All that is done is added up. */
struct total {
	uint32_t lessons, checks, failed;
	bool left;
	int status;
};

static struct learn_manner manner_of(const struct request *request, struct json *json)
{
	const struct options *options = &request->options;
	size_t width = terminal_width();

	return (struct learn_manner){
		.options = options,
		.chinese = terminal_wants_chinese(),
		.pauses = !options->no_pause && !options->json,
		.brief = options->every && options->no_pause && !options->verbose && !options->json,
		.json = options->json ? json : NULL,
		.width = width > WIDEST      ? WIDEST
			 : width < NARROWEST ? NARROWEST
					     : width,
	};
}

/* --- The list --- */

/* The titles come last: columns do not know of characters that are wide. */
static const struct column columns[] = { { "LESSON", 0 }, { "PROGRESS", 0 }, { "TITLE", 0 } };

static void put_progress(const struct learn_progress *progress, size_t steps, struct text *text)
{
	if (progress->done)
		text_puts(text, "done");
	else if (progress->step)
		text_printf(text, "step %u of %zu", progress->step, steps);
}

static void put_json(struct json *json, const struct learn_file *file, const struct lesson *lesson,
		     const struct learn_progress *progress)
{
	json_open_object(json, NULL);
	json_string(json, "lesson", file->name);
	json_string(json, "title", lesson->title);
	json_number(json, "steps", lesson->count);
	json_bool(json, "done", progress->done);
	if (progress->step)
		json_number(json, "step", progress->step);
	json_close_object(json);
}

static void put_row(struct columns *print, const struct learn_file *file,
		    const struct lesson *lesson, const struct learn_progress *progress)
{
	text_escaped(columns_cell(print), file->name, strlen(file->name));
	columns_paint(print, PAINT_NAME);
	put_progress(progress, lesson->count, columns_cell(print));
	text_escape_again(columns_cell(print), lesson->title, strlen(lesson->title));
	columns_row(print);
}

static int list(struct request *request, const struct learn_files *files, struct error *error)
{
	bool chinese = terminal_wants_chinese();
	struct json json = { .out = request->out, .pretty = request->options.pretty };
	struct columns print;
	int r = 0;

	columns_begin(&print, columns, sizeof(columns) / sizeof(*columns), false,
		      request->options.oneline, request->out);
	print.painted = request->options.color;
	if (request->options.json)
		json_open_array(&json, NULL);
	for (size_t i = 0; !r && i < files->count; i++) {
		CLEANUP(lesson_clear) struct lesson lesson = { 0 };
		struct learn_progress progress = learn_progress_read(&files->items[i]);

		r = learn_file_load(&files->items[i], chinese, &lesson, error);
		if (r < 0)
			break;
		if (request->options.json)
			put_json(&json, &files->items[i], &lesson, &progress);
		else
			put_row(&print, &files->items[i], &lesson, &progress);
	}
	if (request->options.json) {
		json_close_array(&json);
		text_char(request->out, '\n');
	}
	columns_end(&print);
	return r;
}

/* --- Lessons --- */

/* The step to begin with, from 0 on: where the user left, if that is still in the lesson. */
static uint32_t first_step(const struct request *request, const struct learn_manner *manner,
			   const struct learn_file *file, const struct lesson *lesson)
{
	struct learn_progress progress = { 0 };

	if (manner->pauses && !request->options.restart)
		progress = learn_progress_read(file);
	if (progress.done || progress.step < 2 || progress.step > lesson->count)
		return 0;
	request_note(request,
		     manner->chinese ? "从第 %u 步继续（--restart 从头开始）"
				     : "going on at step %u (--restart begins anew)",
		     progress.step);
	return progress.step - 1;
}

static int run_one(struct request *request, const struct learn_manner *manner,
		   const struct learn_file *file, struct total *total, struct error *error)
{
	CLEANUP(lesson_clear) struct lesson lesson = { 0 };
	struct learn_outcome outcome = { 0 };
	int r = learn_file_load(file, manner->chinese, &lesson, error);

	if (r < 0)
		return r;
	r = learn_lesson(file, &lesson, manner, first_step(request, manner, file, &lesson),
			 request->out, &outcome, error);
	total->lessons++;
	total->checks += outcome.checks;
	total->failed += outcome.failed;
	total->left = outcome.end != LEARN_DONE;
	total->status = outcome.status;
	if (!r && !outcome.status && outcome.end == LEARN_LEFT && outcome.is_kept) {
		text_printf(request->out,
			    manner->chinese ? "用 'ovl learn %s' 从这里继续。\n"
					    : "'ovl learn %s' goes on from here.\n",
			    file->name);
	}
	return r;
}

static void put_summary(struct request *request, const struct learn_manner *manner,
			const struct total *total)
{
	struct text *out = request->out;

	if (!manner->brief)
		return;
	text_printf(out, manner->chinese ? "%u 课%s，%u 项检查%s，" : "%u lesson%s, %u check%s, ",
		    total->lessons, total->lessons == 1 || manner->chinese ? "" : "s",
		    total->checks, total->checks == 1 || manner->chinese ? "" : "s");
	if (total->failed)
		text_printf(out, manner->chinese ? "%u 项未通过\n" : "%u failed\n", total->failed);
	else
		text_puts(out, manner->chinese ? "全部通过\n" : "all passed\n");
}

static int run_all(struct request *request, const struct learn_files *files, struct error *error)
{
	struct json json = { .out = request->out, .pretty = request->options.pretty };
	struct learn_manner manner = manner_of(request, &json);
	struct total total = { 0 };
	int r = 0;

	if (manner.json)
		json_open_array(&json, NULL);
	for (size_t i = 0; !r && !total.left && i < files->count; i++)
		r = run_one(request, &manner, &files->items[i], &total, error);
	if (manner.json) {
		json_close_array(&json);
		text_char(request->out, '\n');
	}
	if (!r)
		put_summary(request, &manner, &total);
	request->has_status = true;
	request->status = total.status ? total.status : total.failed ? EXIT_DIFFERENT : EXIT_DONE;
	return r;
}

static int run_named(struct request *request, const char *name, struct error *error)
{
	CLEANUP(learn_files_clear) struct learn_files files = { 0 };
	struct learn_file file = { 0 };
	int r = learn_file_find(name, &file, error);

	if (r < 0)
		return r;
	*array_add(&files.items, &files.count, &files.room) = file;
	return run_all(request, &files, error);
}

/* The first that is not done is the one that Enter means. */
static const char *suggestion(const struct learn_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		if (!learn_progress_read(&files->items[i]).done)
			return files->items[i].name;
	return files->items[0].name;
}

/* Somebody who does not know what there is, is shown it and asked. */
static int choose(struct request *request, const struct learn_files *files, struct error *error)
{
	bool chinese = terminal_wants_chinese();
	CLEANUP(pointer_free) char *line = NULL;
	size_t room = 0;
	int r = list(request, files, error);

	if (r < 0 || request->options.json || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
	    !files->count)
		return r;
	text_printf(request->out,
		    chinese ? "\n哪一课？[回车 = %s] > " : "\nWhich one? [Enter = %s] > ",
		    suggestion(files));
	text_flush(request->out);
	if (getline(&line, &room, stdin) < 0) {
		text_char(request->out, '\n');
		return 0;
	}
	line[strcspn(line, " \t\r\n")] = '\0';
	return !strcmp(line, "q") ? 0 : run_named(request, *line ? line : suggestion(files), error);
}

static int check_request(const struct request *request, const char *name, struct error *error)
{
	const struct options *options = &request->options;

	if (options->dry_run && !options->as_ip)
		return error_usage(error, "a lesson cannot be tried without running it");
	if (options->netns)
		return error_usage(error, "-n and a lesson do not go together: it is in a sandbox");
	if (options->every && name)
		return error_usage(error, "--all and '%s' do not go together", name);
	if (options->list && (options->every || name))
		return error_usage(error, "--list shows all lessons, and runs none");
	return 0;
}

static int learn(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(learn_files_clear) struct learn_files files = { 0 };
	const char *name = words_take(words);
	int r = check_request(request, name, error);

	if (!r && words_peek(words))
		r = error_usage(error, "'%s' is too much behind the LESSON", words_peek(words));
	if (r < 0)
		return r;
	if (name)
		return run_named(request, name, error);
	r = learn_files_read(&files, error);
	if (r < 0)
		return r;
	if (request->options.every)
		return run_all(request, &files, error);
	return request->options.list ? list(request, &files, error)
				     : choose(request, &files, error);
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "",
	  "",
	  "[LESSON | FILE]",
	  "go through a lesson step by step in a sandbox; without one, show which there are",
	  learn,
	  0,
	  { NULL } },
};
/* clang-format on */

const struct command command_learn = {
	.name = "learn",
	.help = "lessons to try step by step, in a sandbox",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
};
