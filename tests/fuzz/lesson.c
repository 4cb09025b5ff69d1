/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A teacher's file: it is a lesson or an error, and whatever it says moves no terminal. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "fuzz/output.h"
#include "text/lesson.h"
#include "text/prose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print(const struct lesson_step *step, struct text *text)
{
	const struct prose_options options = { .width = 20, .indent = 2 };

	for (size_t i = 0; i < step->count; i++) {
		const struct lesson_part *part = &step->parts[i];

		if (part->type == LESSON_PROSE)
			prose_print(part->text, &options, text);
		else
			prose_verbatim(part->text, 4, text);
		if (part->otherwise)
			prose_print(part->otherwise, &options, text);
		if (part->type == LESSON_COMMANDS && !part->commands_count)
			output_fails("commands without any", part->text, strlen(part->text));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lesson lesson;
	struct error error = { 0 };
	struct text text = { 0 };

	if (lesson_read("l.md", (const char *)data, size, &lesson, &error) < 0) {
		if (error.exit != EXIT_USAGE || lesson.count)
			abort();
		return 0;
	}
	if (!lesson.title || !lesson.count || lesson_compare(&lesson, "l.md", &lesson, &error) < 0)
		abort();
	print(&lesson.introduction, &text);
	for (size_t i = 0; i < lesson.count; i++)
		print(&lesson.steps[i], &text);
	output_check_text(text.bytes, text.length);
	text_clear(&text);
	lesson_clear(&lesson);
	return 0;
}
