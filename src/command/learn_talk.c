/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/learn_talk.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "command/learn_files.h"
#include "command/learner.h"
#include "command/request.h"
#include "text/lesson.h"
#include "text/prose.h"

enum {
	INDENT = 4,
	PRINTED_MOST = 30, /* lines of what commands printed, where a check fails */
	BOLD = 1,
	RED = 31,
	GREEN = 32,
};

static bool speaks(const struct learner *learner)
{
	return !learner->is_silent && !learner->manner->brief && !learner->manner->json;
}

static void paint(struct learner *learner, unsigned color)
{
	if (learner->manner->options->color)
		text_printf(learner->out, "\033[%um", color);
}

static void put_escaped(struct learner *learner, const char *string)
{
	text_escape_again(learner->out, string, strlen(string));
}

void learn_talk_title(struct learner *learner)
{
	const struct lesson *lesson = learner->lesson;

	if (learner->manner->brief) {
		put_escaped(learner, learner->file->name);
		text_puts(learner->out, "  ");
		put_escaped(learner, lesson->title);
		text_char(learner->out, '\n');
		return;
	}
	if (!speaks(learner))
		return;
	paint(learner, BOLD);
	put_escaped(learner, lesson->title);
	paint(learner, 0);
	text_char(learner->out, '\n');
}

void learn_talk_step(struct learner *learner)
{
	const struct lesson *lesson = learner->lesson;

	if (!speaks(learner))
		return;
	text_char(learner->out, '\n');
	paint(learner, BOLD);
	text_printf(learner->out, SAY(learner, "Step %u of %zu: ", "第 %u 步（共 %zu 步）："),
		    learner->step + 1, lesson->count);
	put_escaped(learner, lesson->steps[learner->step].title);
	paint(learner, 0);
	text_char(learner->out, '\n');
}

static void put_prose(struct learner *learner, const char *paragraph, size_t indent)
{
	const struct prose_options options = { .width = learner->manner->width,
					       .indent = indent,
					       .color = learner->manner->options->color };

	prose_print(paragraph, &options, learner->out);
}

void learn_talk_prose(struct learner *learner, const char *paragraph)
{
	if (!speaks(learner))
		return;
	text_char(learner->out, '\n');
	put_prose(learner, paragraph, 0);
	learner->follows_prose = true;
}

void learn_talk_text(struct learner *learner, const char *lines)
{
	if (!speaks(learner))
		return;
	text_char(learner->out, '\n');
	prose_verbatim(lines, 0, learner->out);
	learner->follows_prose = true;
}

void learn_talk_command(struct learner *learner, const char *words)
{
	CLEANUP(text_clear) struct text lines = { 0 };

	if (!speaks(learner))
		return;
	prose_verbatim(words, INDENT, &lines);
	/* The first line has the prompt in front of it, further ones are indented as it is. */
	text_spaces(learner->out, INDENT - 2);
	text_puts(learner->out, "$ ");
	paint(learner, BOLD);
	text_put(learner->out, lines.bytes + INDENT, lines.length - INDENT - 1);
	paint(learner, 0);
	text_char(learner->out, '\n');
}

/* Breaks a long command as a shell lets it be broken: at a blank, where a word begins. */
static void break_command(const char *line, size_t length, size_t width, struct text *text)
{
	while (length > width) {
		size_t at = width - 2;

		while (at && line[at] != ' ')
			at--;
		if (!at || memchr(line, '\'', length) || memchr(line, '"', length))
			break;
		text_put(text, line, at);
		text_puts(text, " \\\n    ");
		line += at + 1;
		length -= at + 1;
	}
	text_put(text, line, length);
}

void learn_talk_commands(struct learner *learner, const char *lines)
{
	CLEANUP(text_clear) struct text command = { 0 };

	while (*lines) {
		size_t length = strcspn(lines, "\n");

		text_cut(&command, 0);
		break_command(lines, length, learner->manner->width - INDENT, &command);
		learn_talk_command(learner, text_string(&command));
		lines += length;
		lines += *lines == '\n';
	}
}

/* The end of it, which says why. */
static void put_printed(struct learner *learner, const struct text *printed, size_t indent)
{
	const char *at = printed->bytes, *end, *from;

	if (!printed->length)
		return;
	end = from = at + printed->length;
	for (size_t lines = 0; from > at; from--)
		if (from < end && from[-1] == '\n' && ++lines >= PRINTED_MOST)
			break;
	while (from < end) {
		const char *stop = memchr(from, '\n', (size_t)(end - from));

		stop = stop ? stop : end;
		text_spaces(learner->out, indent);
		text_puts(learner->out, "| ");
		text_escape_again(learner->out, from, (size_t)(stop - from));
		text_char(learner->out, '\n');
		from = stop + (stop < end);
	}
}

static void put_json(struct learner *learner, const struct learn_result *result)
{
	struct json *json = learner->manner->json;

	json_open_object(json, NULL);
	json_string(json, "name", result->name);
	json_bool(json, "passed", result->passed);
	if (!result->passed && result->otherwise)
		json_string(json, "reason", result->otherwise);
	if (!result->passed && result->printed && result->printed->length)
		json_bytes(json, "printed", result->printed->bytes, result->printed->length);
	json_close_object(json);
}

void learn_talk_result(struct learner *learner, const struct learn_result *result)
{
	struct learn_tally *tally = &learner->state->tallies[learner->step];
	size_t indent = strlen("  FAIL  ");

	if (learner->is_silent)
		return;
	tally->checks++;
	tally->failed += !result->passed;
	if (learner->manner->json) {
		put_json(learner, result);
		return;
	}
	if (learner->follows_prose)
		text_char(learner->out, '\n');
	learner->follows_prose = false;
	paint(learner, result->passed ? GREEN : RED);
	text_puts(learner->out, result->passed ? "  ok    " : "  FAIL  ");
	paint(learner, 0);
	if (learner->manner->brief)
		text_printf(learner->out, SAY(learner, "step %u: ", "第 %u 步："),
			    learner->step + 1);
	put_escaped(learner, result->name);
	text_char(learner->out, '\n');
	if (!result->passed && result->otherwise)
		put_prose(learner, result->otherwise, indent);
	if (!result->passed && result->printed)
		put_printed(learner, result->printed, indent);
}

void learn_talk_end(struct learner *learner)
{
	size_t checks = 0, failed = 0;

	for (size_t i = 0; i < learner->lesson->count; i++) {
		checks += learner->state->tallies[i].checks;
		failed += learner->state->tallies[i].failed;
	}
	if (!speaks(learner))
		return;
	text_char(learner->out, '\n');
	paint(learner, BOLD);
	text_printf(learner->out,
		    SAY(learner, "The lesson is over: %zu check%s, ", "课程结束：%zu 项检查%s，"),
		    checks, checks == 1 || learner->manner->chinese ? "" : "s");
	if (failed)
		text_printf(learner->out, SAY(learner, "%zu failed.", "%zu 项未通过。"), failed);
	else
		text_puts(learner->out, SAY(learner, "all passed.", "全部通过。"));
	paint(learner, 0);
	text_char(learner->out, '\n');
}

static void put_help(struct learner *learner)
{
	text_puts(learner->out,
		  SAY(learner,
		      "  Enter  runs the commands, or goes on\n"
		      "  b      back: the step before this one, in a new sandbox\n"
		      "  r      this step again from its beginning, in a new sandbox\n"
		      "  s      skips the step: it is run without a word\n"
		      "  !      a shell in the sandbox, to try things; exit comes back\n"
		      "  q      leaves; 'ovl learn LESSON' goes on at this step another time\n",
		      "  回车   运行命令，或者继续\n"
		      "  b      上一步：在新的沙箱里回到前一步\n"
		      "  r      重来：在新的沙箱里从头再做这一步\n"
		      "  s      跳过：不作讲解，直接运行这一步\n"
		      "  !      沙箱里的命令行，可以随意尝试；exit 返回课程\n"
		      "  q      离开；以后用 'ovl learn 课程' 从这一步继续\n"));
}

static void put_question(struct learner *learner, bool runs)
{
	const struct learner *l = learner;

	text_puts(l->out, runs ? SAY(l, "[Enter] run", "[回车] 运行")
			       : SAY(l, "[Enter] go on", "[回车] 继续"));
	text_puts(l->out, SAY(l, "  b back  r repeat  s skip  ! shell  q leave  ? help > ",
			      "  b 上一步  r 重来  s 跳过  ! 命令行  q 离开  ? 帮助 > "));
}

/* The answer a line gives; false when it gives none. */
static bool read_answer(const char *line, enum learn_answer *answer)
{
	static const struct {
		const char *word;
		enum learn_answer answer;
	} words[] = { { "", LEARN_GO },       { "b", LEARN_BACK },        { "back", LEARN_BACK },
		      { "r", LEARN_REPEAT },  { "repeat", LEARN_REPEAT }, { "s", LEARN_SKIP },
		      { "skip", LEARN_SKIP }, { "!", LEARN_PROMPT },      { "q", LEARN_LEAVE },
		      { "quit", LEARN_LEAVE } };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(line, words[i].word)) {
			*answer = words[i].answer;
			return true;
		}
	return false;
}

enum learn_answer learn_talk_ask(struct learner *learner, bool runs)
{
	CLEANUP(pointer_free) char *line = NULL;
	size_t room = 0;

	if (!learner->manner->pauses || learner->is_silent)
		return LEARN_GO;
	text_char(learner->out, '\n');
	for (;;) {
		enum learn_answer answer = LEARN_LEAVE;
		ssize_t length;
		char *word;

		put_question(learner, runs);
		text_flush(learner->out);
		length = getline(&line, &room, stdin);
		/* What is typed on a terminal ends the line there. */
		if (length < 0 || !isatty(STDIN_FILENO))
			text_char(learner->out, '\n');
		if (length < 0)
			return LEARN_LEAVE;
		word = line + strspn(line, " \t");
		word[strcspn(word, " \t\r\n")] = '\0';
		if (read_answer(word, &answer))
			return answer;
		put_help(learner);
	}
}
