/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/learn_steps.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "command/learn_changes.h"
#include "command/learn_exec.h"
#include "command/learn_files.h"
#include "command/learn_ip.h"
#include "command/learn_progress.h"
#include "command/learn_talk.h"
#include "command/learner.h"
#include "command/request.h"
#include "text/lesson.h"

/* The commands of a part as they are shown. */
struct shown {
	struct text *texts;
	size_t count;
	bool are_translated;
};

static void shown_clear(struct shown *shown)
{
	for (size_t i = 0; i < shown->count; i++)
		text_clear(&shown->texts[i]);
	free(shown->texts);
}

static struct shown shown_of(struct learner *learner, const struct lesson_part *part)
{
	struct shown shown = { memory_new(part->commands_count + 1, sizeof(*shown.texts)),
			       part->commands_count,
			       learner->manner->options->as_ip && !learner->is_silent };

	if (shown.are_translated)
		learn_ip(part, shown.texts);
	else
		for (size_t i = 0; i < shown.count; i++)
			text_puts(&shown.texts[i], part->commands[i]);
	return shown;
}

static void show_command(struct learner *learner, const struct lesson_part *part,
			 const struct shown *shown, size_t i)
{
	const char *words = text_string(&shown->texts[i]);

	if (shown->are_translated && strcmp(words, part->commands[i]) != 0)
		learn_talk_commands(learner, words);
	else
		learn_talk_command(learner, words);
}

/* Whether what is done is looked at, before and after. */
static bool looks(const struct learner *learner)
{
	return !learner->is_silent && !learner->manner->brief && !learner->manner->json;
}

/* A command that ended otherwise than it was to is told as a check that failed. */
static void judge(struct learner *learner, const struct lesson_part *part, const char *command,
		  int status)
{
	CLEANUP(text_clear) struct text name = { 0 };
	CLEANUP(text_clear) struct text printed = { 0 };
	struct learn_result result = { .printed = &printed };

	if (!status == !part->fails) {
		if (part->fails && looks(learner))
			text_puts(learner->out, SAY(learner, "  (it failed, as expected)\n",
						    "  （如预期那样失败了）\n"));
		return;
	}
	if (part->fails)
		text_puts(&name, SAY(learner, "the command was to fail, and did not: ",
				     "命令本应失败，却成功了："));
	else
		text_printf(
			&name,
			SAY(learner, "the command ended with status %d: ", "命令以状态 %d 结束："),
			status);
	text_puts(&name, command);
	result.name = text_string(&name);
	learn_exec_take(learner->output, &printed);
	learn_talk_result(learner, &result);
}

static int run_commands(struct learner *learner, const struct lesson_part *part,
			const struct shown *shown, struct error *error)
{
	int r = 0;

	learner->follows_prose = false;
	for (size_t i = 0; !r && i < part->commands_count; i++) {
		int status = 0;

		if (part->commands_count > 1 || !learner->manner->pauses)
			show_command(learner, part, shown, i);
		text_flush(learner->out);
		r = learn_exec(part->commands[i], learner->output, &status, error);
		if (!r)
			judge(learner, part, part->commands[i], status);
	}
	return r;
}

static int do_commands(struct learner *learner, const struct lesson_part *part,
		       const struct shown *shown, struct error *error)
{
	CLEANUP(learn_changes_clear) struct learn_changes changes = { 0 };
	int r = 0;

	if (looks(learner))
		r = learn_changes_begin(&changes, error);
	if (!r)
		r = run_commands(learner, part, shown, error);
	if (!r && looks(learner)) {
		text_char(learner->out, '\n');
		r = learn_changes_tell(&changes, learner, error);
	}
	return r;
}

static int do_check(struct learner *learner, const struct lesson_part *part, struct error *error)
{
	CLEANUP(text_clear) struct text printed = { 0 };
	CLEANUP(fd_close) int file = learn_exec_file();
	struct learn_result result = { .name = part->name,
				       .otherwise = part->otherwise,
				       .printed = &printed };
	int status = 0, r;

	text_flush(learner->out);
	r = learn_exec(part->text, file, &status, error);
	result.passed = !status;
	/* What the commands printed is seen already, unless it was kept. */
	if (!result.passed)
		learn_exec_take(learner->output, &printed);
	learn_exec_take(file, &printed);
	if (!r)
		learn_talk_result(learner, &result);
	return r;
}

/* The step to go on with another time, from 1 on; 0: all is done. */
static void keep_progress(struct learner *learner, uint32_t step)
{
	const struct learn_progress progress = { .done = !step, .step = step };
	struct error error = { 0 };

	if (!learner->manner->pauses ||
	    learn_progress_write(learner->file, progress, &error) == 0 || learner->state->is_told)
		return;
	learner->state->is_told = true;
	text_puts(learner->out,
		  SAY(learner, "(how far you come cannot be kept: ", "（学习进度无法保存："));
	text_escape_again(learner->out, error.text, strlen(error.text));
	text_puts(learner->out, SAY(learner, ")\n", "）\n"));
}

/* From here on nothing is said, and nothing seen. */
static void be_silent(struct learner *learner)
{
	learner->is_silent = true;
	if (learner->output < 0)
		learner->output = learn_exec_file();
}

static void speak_again(struct learner *learner)
{
	bool keeps = learner->manner->brief || learner->manner->json;

	learner->is_silent = false;
	if (!keeps)
		fd_close(&learner->output);
	if (!keeps)
		learner->output = -1;
}

/* Asks until the answer is about the lesson. */
static int ask(struct learner *learner, bool runs, enum learn_answer *answer, struct error *error)
{
	int r = 0;

	do {
		*answer = learn_talk_ask(learner, runs);
		if (*answer != LEARN_PROMPT)
			continue;
		text_puts(learner->out,
			  SAY(learner, "(exit comes back to the lesson)\n", "（exit 返回课程）\n"));
		text_flush(learner->out);
		r = learn_exec_shell(error);
	} while (!r && *answer == LEARN_PROMPT);
	return r;
}

/* Whether the step ends here: the user goes elsewhere. */
static bool goes_away(struct learner *learner, enum learn_answer answer)
{
	struct learn_state *state = learner->state;

	state->step = learner->step;
	switch (answer) {
	case LEARN_BACK:
		state->step -= state->step > 0;
		state->end = LEARN_AGAIN;
		return true;
	case LEARN_REPEAT:
		state->end = LEARN_AGAIN;
		return true;
	case LEARN_LEAVE:
		state->end = LEARN_LEFT;
		return true;
	case LEARN_SKIP:
		be_silent(learner);
		return false;
	default:
		return false;
	}
}

static int pause_before(struct learner *learner, const struct lesson_part *part,
			const struct shown *shown, bool *away, struct error *error)
{
	enum learn_answer answer;
	int r;

	if (!learner->manner->pauses || learner->is_silent)
		return 0;
	text_char(learner->out, '\n');
	for (size_t i = 0; i < shown->count; i++)
		show_command(learner, part, shown, i);
	if (part->fails)
		text_puts(learner->out,
			  SAY(learner, "  (expected to fail)\n", "  （预期会失败）\n"));
	r = ask(learner, true, &answer, error);
	*away = !r && goes_away(learner, answer);
	return r;
}

static int do_part(struct learner *learner, const struct lesson_part *part, bool *away,
		   struct error *error)
{
	int r;

	switch (part->type) {
	case LESSON_PROSE:
		learn_talk_prose(learner, part->text);
		return 0;
	case LESSON_TEXT:
		learn_talk_text(learner, part->text);
		return 0;
	case LESSON_CHECK:
		return do_check(learner, part, error);
	case LESSON_COMMANDS:
		break;
	}
	{
		CLEANUP(shown_clear) struct shown shown = shown_of(learner, part);

		r = pause_before(learner, part, &shown, away, error);
		if (looks(learner) && !*away && !r)
			text_char(learner->out, '\n');
		return r < 0 || *away ? r : do_commands(learner, part, &shown, error);
	}
}

static int do_step(struct learner *learner, bool *away, struct error *error)
{
	const struct lesson_step *step = &learner->lesson->steps[learner->step];
	enum learn_answer answer = LEARN_GO;
	CLEANUP(text_clear) struct text forgotten = { 0 };
	bool was_silent = learner->is_silent;
	int r = 0;

	if (!was_silent)
		learner->state->tallies[learner->step] = (struct learn_tally){ 0 };
	learn_exec_take(learner->output, &forgotten);
	learn_talk_step(learner);
	for (size_t i = 0; !r && !*away && i < step->count; i++) {
		r = do_part(learner, &step->parts[i], away, error);
		/* Nobody listens any more. */
		if (!r && text_flush(learner->out) < 0)
			r = error_set(error, learner->out->failed, "cannot write the output");
	}
	if (!r && !*away && !learner->is_silent && learner->step + 1 < learner->lesson->count) {
		r = ask(learner, false, &answer, error);
		/* The step is done: who leaves goes on with the next. */
		if (!r && answer == LEARN_LEAVE)
			keep_progress(learner, learner->step + 2);
		if (!r && answer != LEARN_SKIP)
			*away = goes_away(learner, answer);
	}
	if (!was_silent && learner->is_silent)
		speak_again(learner);
	return r;
}

static void begin_json(struct learner *learner)
{
	struct json *json = learner->manner->json;

	if (!json)
		return;
	json_open_object(json, NULL);
	json_string(json, "title", learner->lesson->steps[learner->step].title);
	json_open_array(json, "checks");
}

static void end_json(struct learner *learner)
{
	struct json *json = learner->manner->json;

	if (!json)
		return;
	json_close_array(json);
	json_close_object(json);
}

static int go_through(struct learner *learner, uint32_t first, struct error *error)
{
	bool away = false;
	int r = 0;

	for (learner->step = 0; !r && !away && learner->step < learner->lesson->count;
	     learner->step += !away) {
		if (learner->step < first) {
			if (!learner->is_silent)
				be_silent(learner);
		} else {
			if (learner->is_silent)
				speak_again(learner);
			keep_progress(learner, learner->step + 1);
		}
		begin_json(learner);
		r = do_step(learner, &away, error);
		end_json(learner);
	}
	if (r < 0 || away)
		return r;
	learner->state->end = LEARN_DONE;
	keep_progress(learner, 0);
	learn_talk_end(learner);
	return 0;
}

int learn_steps(struct learner *learner, uint32_t first, struct error *error)
{
	bool keeps = learner->manner->brief || learner->manner->json;
	int r = learn_exec_prepare(learner->file, error);

	if (r < 0)
		return r;
	learner->output = keeps ? learn_exec_file() : -1;
	r = go_through(learner, first, error);
	fd_close(&learner->output);
	return r;
}
