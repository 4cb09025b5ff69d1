/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/learn_ip.h"

#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "command/learn_exec.h"
#include "text/lesson.h"

/* Only of commands that change something: `show` prints what there is instead. */
static bool is_ip(const char *lines)
{
	bool any = false;

	while (*lines) {
		if (strncmp(lines, "ip ", 3) != 0 && strncmp(lines, "bridge ", 7) != 0)
			return false;
		any = true;
		lines += strcspn(lines, "\n");
		lines += *lines == '\n';
	}
	return any;
}

/* Behind "ovl "; NULL when it is something else, or the shell is to do more with it. */
static const char *words_of(const char *command)
{
	return !strncmp(command, "ovl ", 4) && !strpbrk(command, "|&;<>$`") ? command + 4 : NULL;
}

static bool try(const char *script, struct text *text)
{
	struct error ignored = { 0 };
	int status;

	return !learn_capture(script, text, &status, &ignored) && !status &&
	       is_ip(text_string(text));
}

/* By itself, in the sandbox as it is. */
static bool translate_alone(const char *words, struct text *text)
{
	CLEANUP(text_clear) struct text script = { 0 };

	text_printf(&script, "exec 2>/dev/null; ovl -q --as ip %s", words);
	return try(text_string(&script), text);
}

/* Behind those in front of it, which are tried as one batch; what is printed for them is known. */
static bool translate_behind(struct text *batch, size_t printed, const char *words,
			     struct text *text)
{
	CLEANUP(text_clear) struct text script = { 0 };
	size_t before = batch->length;

	text_printf(batch, "%s\n", words);
	text_printf(&script,
		    "exec 2>/dev/null; ovl -q --as ip -b - <<'OVL_LESSON_END'\n%sOVL_LESSON_END\n",
		    text_string(batch));
	if (try(text_string(&script), text) && text->length > printed) {
		memmove(text->bytes, text->bytes + printed, text->length - printed);
		text_cut(text, text->length - printed);
		return true;
	}
	text_cut(batch, before);
	return false;
}

void learn_ip(const struct lesson_part *commands, struct text *texts)
{
	CLEANUP(text_clear) struct text batch = { 0 };
	size_t printed = 0;

	for (size_t i = 0; i < commands->commands_count; i++) {
		const char *words = words_of(commands->commands[i]);
		bool done = words && *words != '-' &&
			    translate_behind(&batch, printed, words, &texts[i]);

		printed += done ? texts[i].length : 0;
		if (!done && words) {
			text_cut(&texts[i], 0);
			done = translate_alone(words, &texts[i]);
		}
		if (!done) {
			text_cut(&texts[i], 0);
			text_puts(&texts[i], commands->commands[i]);
		} else {
			text_cut(&texts[i], texts[i].length - 1);
		}
	}
}
