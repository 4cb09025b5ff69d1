/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/screenful.h"

#include <stdio.h>
#include <string.h>

#include <readline/readline.h>

#include "base/cleanup.h"

static bool is_on(const char *variable)
{
	const char *value = rl_variable_value(variable);

	return value && !strcmp(value, "on");
}

/* Shows so many lines; 0: all. */
static void show(struct screenful *screenful, int lines)
{
	const struct text *text = &screenful->text;
	bool all = !lines;

	while (screenful->at < text->length && (all || lines-- > 0)) {
		const char *line = text->bytes + screenful->at;
		size_t length = strcspn(line, "\n") + 1;

		fwrite(line, 1, length, rl_outstream);
		screenful->at += length;
	}
	if (screenful->at == text->length) {
		screenful_end(screenful);
		return;
	}
	screenful->state = SCREENFUL_MORE;
	fputs("--More--", rl_outstream);
	fflush(rl_outstream);
}

static void show_page(struct screenful *screenful)
{
	int rows, columns;

	rl_get_screen_size(&rows, &columns);
	show(screenful, is_on("page-completions") && rows > 2 ? rows - 1 : 0);
}

void screenful_begin(struct screenful *screenful, struct text *text, size_t possibilities)
{
	screenful_end(screenful);
	text_string(text);
	screenful->text = *text;
	*text = (struct text){ 0 };
	if (!possibilities || rl_completion_query_items <= 0 ||
	    possibilities < (size_t)rl_completion_query_items) {
		show_page(screenful);
		return;
	}
	screenful->state = SCREENFUL_ASKS;
	fprintf(rl_outstream, "Display all %zu possibilities? (y or n)", possibilities);
	fflush(rl_outstream);
}

void screenful_end(struct screenful *screenful)
{
	text_clear(&screenful->text);
	screenful->at = 0;
	screenful->state = SCREENFUL_NONE;
	fflush(rl_outstream);
}

static void leave_question(struct screenful *screenful)
{
	if (screenful->state == SCREENFUL_ASKS)
		fputc('\n', rl_outstream);
	else
		fputs("\r        \r", rl_outstream);
}

void screenful_key(struct screenful *screenful, int key)
{
	bool asks = screenful->state == SCREENFUL_ASKS;

	if (!key) {
		rl_ding();
	} else if (key == EOF || strchr("nNqQ\177", key)) {
		leave_question(screenful);
		screenful_end(screenful);
	} else if (strchr("yY ", key)) {
		leave_question(screenful);
		show_page(screenful);
	} else if (!asks && strchr("\r\n", key)) {
		leave_question(screenful);
		show(screenful, 1);
	} else {
		rl_ding();
	}
}
