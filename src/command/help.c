/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/help.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "command/command.h"
#include "command/option.h"

enum { WORD_WIDTH = 26 };

static void put_entry(struct text *text, const char *word, const char *help)
{
	size_t width = strlen(word);

	text_puts(text, "  ");
	text_puts(text, word);
	if (width >= WORD_WIDTH) {
		text_char(text, '\n');
		width = 0;
		text_puts(text, "  ");
	}
	text_spaces(text, WORD_WIDTH - width);
	text_puts(text, help);
	text_char(text, '\n');
}

static void put_row(const struct attr *row, struct text *text)
{
	CLEANUP(text_clear) struct text word = { 0 };
	CLEANUP(text_clear) struct text value = { 0 };

	attr_usage(row, &value);
	if (row->traits & (ATTR_BARE | ATTR_POSITION)) {
		text_puts(&word, row->traits & ATTR_POSITION ? "[" : "");
		if (row->traits & ATTR_POSITION)
			text_printf(&word, "%s] ", row->name);
	} else {
		text_puts(&word, row->name);
		if (value.length)
			text_char(&word, ' ');
	}
	text_put(&word, value.bytes, value.length);
	put_entry(text, text_string(&word), row->help);
}

static bool same_tables(const struct verb *a, const struct verb *b)
{
	return !memcmp(a->tables, b->tables, sizeof(a->tables));
}

static void put_tables(const struct verb *verb, struct text *text)
{
	for (size_t t = 0; t < VERB_TABLES && verb->tables[t]; t++) {
		const struct attr_table *table = verb->tables[t];

		text_printf(text, "\nOptions of %s:\n", table->name);
		for (size_t i = 0; i < table->count; i++)
			if (!(table->rows[i].traits & ATTR_STATUS))
				put_row(&table->rows[i], text);
	}
}

static void put_synopsis(const struct command *command, const struct verb *verb, struct text *text)
{
	text_printf(text, "ovl %s %s%s%s\n", command->name, verb->name, *verb->synopsis ? " " : "",
		    verb->synopsis);
}

void help_verb(const struct command *command, const struct verb *verb, struct text *text)
{
	text_puts(text, "Usage: ");
	put_synopsis(command, verb, text);
	text_printf(text, "\n  %s\n", verb->help);
	put_tables(verb, text);
}

void help_command(const struct command *command, struct text *text)
{
	for (size_t i = 0; i < command->verbs_count; i++) {
		text_puts(text, i ? "       " : "Usage: ");
		put_synopsis(command, &command->verbs[i], text);
	}
	text_printf(text, "\n%s\n\n", command->help);
	for (size_t i = 0; i < command->verbs_count; i++)
		put_entry(text, command->verbs[i].name, command->verbs[i].help);
	for (size_t i = 0; i < command->verbs_count; i++) {
		bool told = !command->verbs[i].tables[0];

		for (size_t j = 0; j < i && !told; j++)
			told = same_tables(&command->verbs[i], &command->verbs[j]);
		if (!told)
			put_tables(&command->verbs[i], text);
	}
}

void help_all(struct text *text)
{
	text_puts(text, "Usage: ovl [OPTIONS] OBJECT [VERB] [ARGUMENTS]\n"
			"       ovl [OPTIONS] -b FILE|-\n"
			"       ovl help [OBJECT]\n\nObjects:\n");
	for (size_t i = 0; i < commands_count; i++)
		put_entry(text, commands[i]->name, commands[i]->help);
	text_puts(text, "\nOptions:\n");
	for (size_t i = 0; i < option_rows_count; i++) {
		CLEANUP(text_clear) struct text word = { 0 };

		option_usage(&option_rows[i], &word);
		put_entry(text, text_string(&word), option_rows[i].help);
	}
}
