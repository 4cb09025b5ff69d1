/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/terminal_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/keymaps.h>
#include <readline/readline.h>

#include "base/cleanup.h"
#include "base/line.h"
#include "base/memory.h"
#include "base/text.h"
#include "shell/choices.h"
#include "shell/complete_line.h"
#include "shell/terminal.h"

static const struct terminal_hooks *hooks;
static struct choices last; /* what TAB found, to be listed */

/* Keys pressed before they could be answered. */
static struct {
	struct text keys;
	char *line; /* where; NULL: none was */
	int point;
	const char *bell; /* how readline rings otherwise, or NULL */
} early;

static void gather(const struct line_place *place, struct choices *choices, bool explains)
{
	size_t command = 0;
	enum complete_more more =
		hooks->complete(hooks->cookie, place, &command, choices_put, choices);

	if (explains && more == COMPLETE_FILES && !*place->typed)
		choices_put(choices, NULL, "FILE");
	else if (explains && more == COMPLETE_COMMAND)
		choices_put(choices, NULL, command == place->count ? "COMMAND" : "ARGUMENT");
	if (more == COMPLETE_COMMAND && command == place->count && (!explains || *place->typed))
		choices_put_programs(choices, place->typed);
	else if (more != COMPLETE_WORDS && (!explains || more == COMPLETE_FILES))
		choices_put_files(choices, place->typed);
	choices->typed = NULL;
	choices_sort(choices);
}

/* To readline that is a key which led to nothing, which it would ring the bell for. */
static bool is_early(void)
{
	if (!hooks->lacks(hooks->cookie))
		return false;
	if (!early.line) {
		early.line = memory_text(rl_line_buffer);
		early.point = rl_point;
	}
	text_put(&early.keys, rl_executing_keyseq, (size_t)rl_key_sequence_length);
	if (!early.bell) {
		early.bell = rl_variable_value("bell-style");
		rl_variable_bind("bell-style", "none");
	}
	return true;
}

void terminal_keys_forget(void)
{
	text_clear(&early.keys);
	free(take_ptr(early.line));
}

void terminal_keys_typed(void)
{
	if (early.bell)
		rl_variable_bind("bell-style", early.bell);
	early.bell = NULL;
	if (early.line && (early.point != rl_point || strcmp(early.line, rl_line_buffer) != 0))
		terminal_keys_forget();
}

bool terminal_keys_take(struct text *keys)
{
	if (!early.line || hooks->lacks(hooks->cookie))
		return false;
	text_put(keys, text_string(&early.keys), early.keys.length);
	terminal_keys_forget();
	/* A TAB behind a TAB would list; this one is the first again. */
	rl_last_func = NULL;
	return true;
}

/* '?': what can come next, a line each. */
static int explain(int count, int key)
{
	CLEANUP(line_place_clear) struct line_place place;
	CLEANUP(choices_clear) struct choices found = { 0 };
	CLEANUP(text_clear) struct text table = { 0 };

	line_place_read(&place, rl_line_buffer, (size_t)rl_point);
	if (place.quote != LINE_PLAIN)
		return rl_insert(count, key);
	gather(&place, &found, true);
	if (is_early())
		return 0;
	choices_table(&found, terminal_columns(), &table);
	if (!found.count)
		text_puts(&table, *place.typed ? "  nothing begins so here\n"
					       : "  nothing more that is known\n");
	terminal_list(&table, 0);
	return 0;
}

/* The line up to the cursor with the word of that many bytes in its place. */
static char *with_word(const struct line_place *place, const char *word, size_t length, bool ends)
{
	CLEANUP(pointer_free) char *rest = memory_text(word + strlen(place->typed));
	struct text line = { 0 };

	rest[length - strlen(place->typed)] = '\0';
	text_put(&line, rl_line_buffer, (size_t)rl_point);
	line_place_put(place, rest, ends, &line);
	text_string(&line);
	return line.bytes;
}

static bool ends_word(const char *word)
{
	size_t length = strlen(word);

	return !length || word[length - 1] != '/';
}

/*
 * To readline the whole line up to the cursor is one word: so it never takes apart
 * what is quoted, and what it inserts is quoted here.
 */
static char **found_lines(const struct line_place *place)
{
	char nothing[] = "";
	const struct line_place fresh = { .typed = nothing };
	const char *first = last.items[0].word;
	char **lines = memory_new(last.words + 2, sizeof(*lines));

	if (last.words == 1) {
		lines[0] = with_word(place, first, strlen(first), ends_word(first));
		rl_completion_suppress_append = !ends_word(first);
		return lines;
	}
	lines[0] = with_word(place, first, choices_common(&last), false);
	for (size_t i = 0; i < last.words; i++) {
		const char *word = last.items[i].word;
		struct text text = { 0 };

		/* All are inserted one behind the other. */
		if (rl_completion_type == '*' && i) {
			line_place_put(&fresh, word, true, &text);
			text_string(&text);
			lines[i + 1] = text.bytes;
		} else {
			lines[i + 1] = with_word(place, word, strlen(word), ends_word(word));
		}
	}
	return lines;
}

/* Enter. A line that a backslash continues is edited on, without it. */
static int enter(int count, int key)
{
	if (!line_continues(rl_line_buffer, (size_t)rl_end))
		return rl_newline(count, key);
	rl_delete_text(rl_end - 1, rl_end);
	rl_point = rl_end;
	return 0;
}

static char **complete_line(const char *text, int start, int end)
{
	CLEANUP(line_place_clear) struct line_place place;

	(void)text;
	(void)start;
	(void)end;
	rl_attempted_completion_over = 1;
	rl_sort_completion_matches = 0;
	rl_ignore_completion_duplicates = 0;
	choices_clear(&last);
	line_place_read(&place, rl_line_buffer, (size_t)rl_point);
	if (place.quote == LINE_COMMENT || place.quote == LINE_BACKSLASH)
		return NULL;
	gather(&place, &last, false);
	return !is_early() && last.words ? found_lines(&place) : NULL;
}

static void list_found(char **matches, int count, int longest)
{
	CLEANUP(text_clear) struct text columns = { 0 };

	(void)matches;
	(void)count;
	(void)longest;
	choices_columns(&last, terminal_columns(), &columns);
	terminal_list(&columns, last.words);
}

void terminal_keys_bind(const struct terminal_hooks *own, int (*paste)(int count, int key))
{
	Keymap maps[] = { emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap };

	hooks = own;
	rl_attempted_completion_function = complete_line;
	rl_completion_display_matches_hook = list_found;
	rl_completer_word_break_characters = "";
	rl_add_defun("ovl-explain", explain, -1);
	rl_add_defun("ovl-enter", enter, -1);
	for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++) {
		rl_bind_keyseq_in_map("\033[200~", paste, maps[i]);
		rl_bind_key_in_map('\r', enter, maps[i]);
		rl_bind_key_in_map('\n', enter, maps[i]);
	}
	/* In a vi's command mode it searches. */
	rl_bind_key_in_map('?', explain, emacs_standard_keymap);
	rl_bind_key_in_map('?', explain, vi_insertion_keymap);
}

void terminal_keys_clear(void)
{
	terminal_keys_forget();
	choices_clear(&last);
}
