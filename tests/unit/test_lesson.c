/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lessons as they are written, each mistake with its place; and their prose on a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "text/lesson.h"
#include "text/prose.h"

#define FENCE "```"

static struct lesson lesson_of(const char *text)
{
	struct lesson lesson;
	struct error error = { 0 };

	if (lesson_read("l.md", text, strlen(text), &lesson, &error) < 0)
		fail_msg("%s", error.text);
	return lesson;
}

static void assert_mistake(const char *text, const char *expected)
{
	struct lesson lesson;
	struct error error = { 0 };

	assert_int_equal(lesson_read("l.md", text, strlen(text), &lesson, &error), -22);
	assert_string_equal(error.text, expected);
	assert_int_equal(error.exit, EXIT_USAGE);
	assert_int_equal(lesson.count, 0);
}

static void a_lesson_is_steps_with_commands_checks_and_why(void **state)
{
	CLEANUP(lesson_clear)
	struct lesson lesson = lesson_of("<!-- for authors\nonly -->\n# The *title*\n\n"
					 "Why\nall this.\n\n"
					 "## First  \nDo it.\n" FENCE "sh\n"
					 "ovl a\n\n# a note\novl b \\\n   c\n" FENCE "\n\n"
					 "And see.\n\n" FENCE "check it is there\n"
					 "one\ntwo\n" FENCE "\n\nOtherwise: it is\nnot.\n\n"
					 "## Second\n" FENCE "sh fails\nfalse\n" FENCE "\n" FENCE
					 "`text\n" FENCE "\n  as it is\n" FENCE "`\n");
	const struct lesson_part *parts;

	(void)state;
	assert_string_equal(lesson.title, "The *title*");
	assert_int_equal(lesson.introduction.count, 1);
	assert_string_equal(lesson.introduction.parts[0].text, "Why\nall this.");
	assert_int_equal(lesson.count, 2);
	assert_string_equal(lesson.steps[0].title, "First");
	assert_int_equal(lesson.steps[0].line, 8);
	parts = lesson.steps[0].parts;
	assert_int_equal(lesson.steps[0].count, 4);
	assert_int_equal(parts[0].type, LESSON_PROSE);
	assert_int_equal(parts[1].type, LESSON_COMMANDS);
	assert_int_equal(parts[1].line, 10);
	assert_int_equal(parts[1].commands_count, 2);
	assert_string_equal(parts[1].commands[0], "ovl a");
	assert_string_equal(parts[1].commands[1], "ovl b \\\n   c");
	assert_false(parts[1].fails);
	assert_string_equal(parts[2].text, "And see.");
	assert_int_equal(parts[3].type, LESSON_CHECK);
	assert_string_equal(parts[3].name, "it is there");
	assert_string_equal(parts[3].text, "one\ntwo");
	assert_string_equal(parts[3].otherwise, "it is\nnot.");
	parts = lesson.steps[1].parts;
	assert_int_equal(lesson.steps[1].count, 2);
	assert_true(parts[0].fails);
	assert_int_equal(parts[1].type, LESSON_TEXT);
	assert_string_equal(parts[1].text, FENCE "\n  as it is");
}

static void lines_of_other_systems_and_languages_are_read(void **state)
{
	CLEANUP(lesson_clear)
	struct lesson lesson =
		lesson_of("\xef\xbb\xbf# 标题\r\n## 步骤\r\n" FENCE "sh\r\nx\r\n" FENCE "\r\n" FENCE
			  "check 名字\r\ny\r\n" FENCE "\r\n\r\n否则：不对\r\n");

	(void)state;
	assert_string_equal(lesson.title, "标题");
	assert_string_equal(lesson.steps[0].parts[0].commands[0], "x");
	assert_string_equal(lesson.steps[0].parts[1].name, "名字");
	assert_string_equal(lesson.steps[0].parts[1].otherwise, "不对");
}

static void each_mistake_is_told_with_its_line(void **state)
{
	(void)state;
	assert_mistake("", "l.md:1: the lesson has no '# TITLE'");
	assert_mistake("<!-- x -->\n", "l.md:1: the lesson has no '# TITLE'");
	assert_mistake("words\n", "l.md:1: the lesson's '# TITLE' comes before anything else");
	assert_mistake("\n" FENCE "text\nx\n" FENCE "\n",
		       "l.md:2: the lesson's '# TITLE' comes before anything else");
	assert_mistake("## Step\n", "l.md:1: the lesson's '# TITLE' comes before its steps");
	assert_mistake("# T\nprose\n",
		       "l.md:2: the lesson has no step: one begins with '## TITLE'");
	assert_mistake("# T\n# U\n",
		       "l.md:2: a lesson has one '# TITLE'; a step begins with '## TITLE'");
	assert_mistake("# T\n##\n", "l.md:2: the heading says nothing");
	assert_mistake("# T\n## S\n### X\n", "l.md:3: a heading has one '#' (the lesson's) or two "
					     "(a step's), not 3");
	assert_mistake("# T\n## S\n" FENCE "sh\nx\n",
		       "l.md:3: the block has no end: a line ``` is missing");
	assert_mistake("# T\n## S\n" FENCE "sh\n# only a note\n" FENCE "\n",
		       "l.md:3: the block is empty");
	assert_mistake("# T\n## S\n" FENCE "check x\n \n" FENCE "\n", "l.md:3: the block is empty");
	assert_mistake("# T\n## S\n" FENCE "bash\nx\n" FENCE "\n",
		       "l.md:3: a block is 'sh', 'sh fails', 'check NAME' or 'text', not 'bash'");
	assert_mistake("# T\n## S\n" FENCE "\nx\n" FENCE "\n",
		       "l.md:3: a block is 'sh', 'sh fails', 'check NAME' or 'text', not ''");
	assert_mistake(
		"# T\n## S\n" FENCE "sh failing\nx\n" FENCE "\n",
		"l.md:3: a block is 'sh', 'sh fails', 'check NAME' or 'text', not 'sh failing'");
	assert_mistake("# T\n## S\n" FENCE "check\nx\n" FENCE "\n",
		       "l.md:3: a check has a name: check NAME");
	assert_mistake("# T\n" FENCE "sh\nx\n" FENCE "\n## S\n",
		       "l.md:2: commands and checks belong to a step, which begins with "
		       "'## TITLE'");
	assert_mistake("# T\n## S\n\nOtherwise: x\n",
		       "l.md:4: 'Otherwise:' stands right behind a check, and says why that fails");
	assert_mistake("# T\n## S\n" FENCE "check a\nx\n" FENCE
		       "\nOtherwise: one\n\nOtherwise: two\n",
		       "l.md:8: 'Otherwise:' stands right behind a check, and says why that fails");
	assert_mistake("# T\n## S\n<!-- x\n", "l.md:3: the comment has no end: '-->' is missing");
}

static void a_line_with_a_nul_is_no_text(void **state)
{
	static const char bytes[] = "# T\n## S\nx\0y\n";
	struct lesson lesson;
	struct error error = { 0 };

	(void)state;
	assert_int_equal(lesson_read("l.md", bytes, sizeof(bytes) - 1, &lesson, &error), -22);
	assert_string_equal(error.text, "l.md:3: the line has a NUL: this is no text");
}

static void assert_compared(const char *translation, const char *expected)
{
	CLEANUP(lesson_clear)
	struct lesson original = lesson_of("# T\n## S\nwhy\n" FENCE "sh\na\n" FENCE "\n" FENCE
					   "check n\nb\n" FENCE "\n");
	CLEANUP(lesson_clear) struct lesson other = lesson_of(translation);
	struct error error = { 0 };
	int r = lesson_compare(&original, "l.zh.md", &other, &error);

	assert_int_equal(r, *expected ? -22 : 0);
	assert_string_equal(error.text, expected);
}

static void a_translation_does_the_same(void **state)
{
	(void)state;
	assert_compared("# 题\n## 步\n" FENCE "sh\na\n" FENCE "\n为何\n" FENCE "check 名\nb\n" FENCE
			"\n",
			"");
	assert_compared("# 题\n## 步\n" FENCE "sh\nx\n" FENCE "\n",
			"l.zh.md:3: the block is not as in the original, where line 4 has it");
	assert_compared("# 题\n## 步\n" FENCE "sh fails\na\n" FENCE "\n",
			"l.zh.md:3: the block is not as in the original, where line 4 has it");
	assert_compared("# 题\n## 步\n" FENCE "sh\na\n" FENCE "\n",
			"l.zh.md:2: the step lacks a block that the original has in line 7");
	assert_compared("# 题\n## 步\n" FENCE "sh\na\n" FENCE "\n" FENCE "check n\nb\n" FENCE
			"\n## 多\n",
			"l.zh.md: it has 2 steps, the original has 1");
}

static void assert_prose(const char *paragraph, size_t width, bool color, const char *expected)
{
	const struct prose_options options = { .width = width, .color = color };
	CLEANUP(text_clear) struct text text = { 0 };

	prose_print(paragraph, &options, &text);
	assert_string_equal(text_string(&text), expected);
}

static void prose_is_wrapped_at_blanks(void **state)
{
	(void)state;
	assert_prose("one two\nthree", 40, false, "one two three\n");
	assert_prose("it\u2019s \u201cone\u201d\ntwo", 40, false,
		     "it\u2019s \u201cone\u201d two\n");
	assert_prose("one two three", 9, false, "one two\nthree\n");
	assert_prose("one-word-that-is-too-long x", 9, false, "one-word-that-is-too-long\nx\n");
	assert_prose("", 9, false, "");
	assert_prose("- one two three\n  four\n- five", 9, false,
		     "- one two\n  three\n  four\n- five\n");
	assert_prose("10. one two", 8, false, "10. one\n    two\n");
}

static void marks_are_left_out_or_shown(void **state)
{
	(void)state;
	assert_prose("a `b c` **d** *e*, 2 * 3 and *", 40, false, "a b c d e, 2 * 3 and *\n");
	assert_prose("`a` **b** *c*", 40, true,
		     "\033[36ma\033[0m \033[1mb\033[0m \033[3mc\033[0m\n");
	assert_prose("`*`", 40, false, "*\n");
	assert_prose("`open", 40, false, "`open\n");
}

static void chinese_is_broken_between_characters(void **state)
{
	(void)state;
	assert_prose("网桥是交换机", 8, false, "网桥是交\n换机\n");
	assert_prose("网桥\n交换", 40, false, "网桥交换\n");
	assert_prose("网桥。\n`ovl` 看\nip", 40, false, "网桥。ovl 看 ip\n");
	assert_prose("网桥是交。换", 8, false, "网桥是\n交。换\n");
	assert_prose("用 `ovl` 看", 8, false, "用 ovl\n看\n");
	assert_prose("见（网）桥", 6, false, "见\n（网）\n桥\n");
}

static void prose_moves_no_terminal(void **state)
{
	CLEANUP(text_clear) struct text text = { 0 };

	(void)state;
	assert_prose("a\033[2Jb \xff c\\d", 40, false, "a\\x1b[2Jb \\xff c\\d\n");
	prose_verbatim("a\tb\033\n\nc", 2, &text);
	assert_string_equal(text_string(&text), "  a       b\\x1b\n  \n  c\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lesson_is_steps_with_commands_checks_and_why),
		cmocka_unit_test(lines_of_other_systems_and_languages_are_read),
		cmocka_unit_test(each_mistake_is_told_with_its_line),
		cmocka_unit_test(a_line_with_a_nul_is_no_text),
		cmocka_unit_test(a_translation_does_the_same),
		cmocka_unit_test(prose_is_wrapped_at_blanks),
		cmocka_unit_test(marks_are_left_out_or_shown),
		cmocka_unit_test(chinese_is_broken_between_characters),
		cmocka_unit_test(prose_moves_no_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
