/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/manual.h"

#include <errno.h>
#include <string.h>

#include "attr/keyword.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/grammar.h"
#include "command/help.h"
#include "command/option.h"
#include "command/schema.h"
#include "command/synopsis.h"
#include "model/link_kind.h"

/* Text of a line's own: what mdoc would take for a macro or an escape is not one. */
static void put_text(struct text *text, const char *string, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		char c = string[i];

		if ((c == '.' || c == '\'') &&
		    (!text->length || text->bytes[text->length - 1] == '\n'))
			text_puts(text, "\\&");
		if (c == '\\')
			text_puts(text, "\\e");
		else if (c == '-')
			text_puts(text, "\\-");
		else
			text_char(text, c);
	}
}

static void put_string(struct text *text, const char *string)
{
	put_text(text, string, strlen(string));
}

/* An argument of a macro: what mdoc would take for punctuation is none. */
static void put_argument(struct text *text, const char *macro, const char *at, size_t length)
{
	text_puts(text, macro);
	text_puts(text, strchr("[](){}.,:;?!|'", *at) ? " \\&" : " ");
	put_text(text, at, length);
}

static void put_line(struct text *text, const char *macro, const struct synopsis_part *part)
{
	put_argument(text, macro, part->at, part->length);
	text_char(text, '\n');
}

/* A macro a line: so brackets may nest and hold whatever they like. */
static void put_synopsis(struct text *text, const char *synopsis)
{
	struct synopsis_part part;

	while (synopsis_next(&synopsis, &part)) {
		switch (part.kind) {
		case SYNOPSIS_WORD:
			put_line(text, ".Cm", &part);
			break;
		case SYNOPSIS_VALUE:
			put_line(text, ".Ar", &part);
			break;
		case SYNOPSIS_OPEN:
			text_puts(text, *part.at == '[' ? ".Oo\n" : ".Bro\n");
			break;
		case SYNOPSIS_CLOSE:
			text_puts(text, *part.at == ']' ? ".Oc\n" : ".Brc\n");
			break;
		case SYNOPSIS_BAR:
			text_puts(text, "|\n");
			break;
		case SYNOPSIS_REPEAT:
			text_puts(text, "\\&...\\&\n");
			break;
		}
	}
}

/* One line of the synopsis; verbs with the same arguments share it. */
static void put_usage(const struct command *command, const char *verbs, const char *arguments,
		      struct text *text)
{
	bool are_many = strchr(verbs, '|');

	text_printf(text, ".Nm ovl %s\n", command->name);
	if (are_many)
		text_puts(text, ".Bro\n");
	put_synopsis(text, verbs);
	if (are_many)
		text_puts(text, ".Brc\n");
	put_synopsis(text, arguments);
}

static void put_command(const struct command *command, struct text *text)
{
	CLEANUP(text_clear) struct text names = { 0 };
	CLEANUP(text_clear) struct text arguments = { 0 };
	size_t count;

	for (size_t i = 0; i < command->verbs_count; i += count) {
		const char *synopsis = command->verbs[i].synopsis;
		struct span alternative = { synopsis, synopsis };

		count = verbs_alike(command, &command->verbs[i], &names);
		do {
			grammar_alternative(&synopsis, &alternative);
			text_cut(&arguments, 0);
			text_put(&arguments, alternative.at,
				 (size_t)(alternative.end - alternative.at));
			put_usage(command, text_string(&names), text_string(&arguments), text);
		} while (*synopsis);
	}
}

/* "{on|off}" has its choices set as words, "[NETNS/]DEV" is one placeholder. */
static void put_value(struct text *text, const char *usage)
{
	struct synopsis_part part;
	bool is_choice = *usage == '{';

	if (!is_choice) {
		for (size_t length; *usage; usage += length, usage += *usage == ' ') {
			length = strcspn(usage, " ");
			put_argument(text, *usage >= 'a' ? " Cm" : " Ar", usage, length);
		}
		return;
	}
	text_puts(text, " Brq");
	while (synopsis_next(&usage, &part)) {
		if (part.kind == SYNOPSIS_BAR)
			text_puts(text, " |");
		else if (part.kind == SYNOPSIS_WORD)
			put_argument(text, " Cm", part.at, part.length);
		else if (part.kind == SYNOPSIS_VALUE)
			put_argument(text, " Ar", part.at, part.length);
	}
}

static void put_words(struct text *text, const char *list)
{
	for (size_t length; *list; list += length, list += *list == ' ') {
		length = strcspn(list, " ");
		put_argument(text, ".Cm", list, length);
		text_puts(text, list[length] ? " ,\n" : " .\n");
	}
}

/* The help as a sentence. A word of the grammar at its beginning stays as it is. */
static void put_sentence(struct text *text, const char *help, const struct keyword *keywords)
{
	size_t start = text->length, length = strcspn(help, " ");
	bool is_word = memchr(help, '_', length) || help[length - 1] == ',';

	for (; keywords && keywords->word; keywords++)
		is_word |=
			strlen(keywords->word) == length && !memcmp(keywords->word, help, length);
	put_string(text, help);
	if (!is_word && text->bytes[start] >= 'a' && text->bytes[start] <= 'z')
		text->bytes[start] = (char)(text->bytes[start] - 'a' + 'A');
	text_puts(text, ".\n");
}

static void put_remarks(struct text *text, const struct attr_table *table, const struct attr *row)
{
	const char *key = row->json ? row->json : row->name;

	if (row->alias) {
		text_puts(text, "Also\n");
		put_words(text, row->alias);
	}
	if ((row->traits & ATTR_FIXED) && strcmp(table->name, "link") != 0)
		text_puts(text, "Cannot change later.\n");
	if (row->traits & (ATTR_HIDDEN | ATTR_ACTION))
		return;
	if (row->list) {
		text_puts(text, "JSON: in\n");
		put_argument(text, ".Li", row->list, strlen(row->list));
		text_puts(text, " .\n");
	} else if (strcmp(key, row->name) != 0) {
		text_puts(text, "JSON:\n");
		put_argument(text, ".Li", key, strlen(key));
		text_puts(text, row->json6 ? " ,\n" : " .\n");
		if (row->json6) {
			put_argument(text, ".Li", row->json6, strlen(row->json6));
			text_puts(text, " .\n");
		}
	}
}

static void put_row(struct text *text, const struct attr_table *table, const struct attr *row)
{
	CLEANUP(text_clear) struct text usage = { 0 };

	text_puts(text, ".It");
	if (row->traits & ATTR_STATUS) {
		put_argument(text, " Li", row->json ? row->json : row->name,
			     strlen(row->json ? row->json : row->name));
	} else {
		attr_usage(row, &usage);
		if (row->traits & ATTR_POSITION) {
			text_puts(text, " Oo");
			put_argument(text, " Cm", row->name, strlen(row->name));
			text_puts(text, " Oc");
		} else if (!(row->traits & ATTR_BARE)) {
			put_argument(text, " Cm", row->name, strlen(row->name));
		}
		put_value(text, text_string(&usage));
	}
	text_char(text, '\n');
	put_sentence(text, row->help, row->keywords);
	if (!(row->traits & ATTR_STATUS))
		put_remarks(text, table, row);
}

/* A flag of which there is nothing to say but its name. */
static bool is_bare_flag(const struct attr *row)
{
	return row->list && !strncmp(row->help, "flag ", 5);
}

static void put_bare_flags(struct text *text, const struct attr_table *table)
{
	bool any = false;

	for (const struct attr *row = table->rows; row < table->rows + table->count; row++) {
		if (!is_bare_flag(row))
			continue;
		if (any)
			text_puts(text, " ,\n");
		else
			text_printf(text, ".It Li %s\nAlso\n", row->list);
		put_argument(text, ".Li", row->name, strlen(row->name));
		any = true;
	}
	if (any)
		text_puts(text, " .\n");
}

/* The rows of tables that are asked for, or those that are only reported. */
static void put_list(struct text *text, const struct attr_table *const *tables, size_t count,
		     bool status)
{
	bool any = false;

	for (size_t t = 0; t < count; t++) {
		const struct attr_table *table = tables[t];

		for (size_t i = 0; i < table->count; i++) {
			const struct attr *row = &table->rows[i];

			if (!(row->traits & ATTR_STATUS) == status || is_bare_flag(row) ||
			    (status && (row->traits & ATTR_HIDDEN)))
				continue;
			if (!any && status)
				text_puts(text, ".Pp\nReported only, in JSON:\n");
			if (!any)
				text_puts(text, ".Bl -tag -width Ds -compact\n");
			any = true;
			put_row(text, table, row);
		}
		if (any && status)
			put_bare_flags(text, table);
	}
	if (any)
		text_puts(text, ".El\n");
}

/* Tables of one name are parts of one object. */
static void put_object(struct text *text, const struct attr_table *const *tables, size_t count)
{
	text_puts(text, ".Ss Of");
	put_argument(text, "", tables[0]->name, strlen(tables[0]->name));
	text_char(text, '\n');
	put_list(text, tables, count, false);
	put_list(text, tables, count, true);
}

/* A table is described where the object is: a link's words are not told again of each kind. */
static bool belongs(const struct command *command, const struct attr_table *table)
{
	for (size_t i = 0; i < command_all.count; i++)
		if (command_all.items[i] != command &&
		    !strncmp(command_all.items[i]->name, table->name,
			     strlen(command_all.items[i]->name)))
			return false;
	return true;
}

enum { MOST_TABLES = 16 };

/* The command's tables, each once; those of one name are neighbours in the verbs' rows. */
static size_t tables_of(const struct command *command, const struct attr_table *tables[MOST_TABLES])
{
	size_t count = 0;

	for (size_t v = 0; v < command->verbs_count; v++) {
		for (size_t t = 0; t < VERB_TABLES && command->verbs[v].tables[t]; t++) {
			const struct attr_table *table = command->verbs[v].tables[t];
			bool known = !belongs(command, table) || count == MOST_TABLES;

			for (size_t i = 0; i < count; i++)
				known |= tables[i] == table;
			if (!known)
				tables[count++] = table;
		}
	}
	return count;
}

static void put_tables(const struct command *command, struct text *text)
{
	const struct attr_table *tables[MOST_TABLES];
	size_t count = tables_of(command, tables), next;

	for (size_t i = 0; i < count; i = next) {
		for (next = i + 1; next < count && !strcmp(tables[next]->name, tables[i]->name);)
			next++;
		put_object(text, tables + i, next - i);
	}
}

/* What has no command of its own is made with `link add`. */
static void put_kinds(struct text *text)
{
	for (size_t i = 0; i < link_kinds_count; i++)
		if (link_kinds[i].table && !is_object(link_kinds[i].name))
			put_object(text, &link_kinds[i].table, 1);
}

static void put_option(const struct option_row *row, struct text *text)
{
	const char *value = row->value;

	text_puts(text, ".It");
	if (row->letter)
		text_printf(text, " Fl %s%s", row->letter, row->name ? " ," : "");
	if (row->name) {
		text_puts(text, " Fl -");
		put_string(text, row->name);
	}
	if (value && *value == '[')
		text_printf(text, " Ns Op = Ns Brq %.*s", (int)strlen(value) - 2, value + 1);
	else if (value)
		put_value(text, value);
	text_char(text, '\n');
	put_sentence(text, row->help, NULL);
}

static void put_option_list(struct text *text)
{
	text_puts(text, ".Bl -tag -width Ds -compact\n");
	for (size_t i = 0; i < option_rows_count; i++)
		put_option(&option_rows[i], text);
	text_puts(text, ".El\n");
}

static void put_objects(struct text *text)
{
	text_puts(text, ".Bl -tag -width monitor -compact\n");
	for (size_t i = 0; i < command_all.count; i++) {
		text_printf(text, ".It Cm %s\n", command_all.items[i]->name);
		put_sentence(text, command_all.items[i]->help, NULL);
	}
	text_puts(text, ".El\n");
}

int manual_run(struct words *words, struct text *text, struct error *error)
{
	const char *word = words_take(words), *part;
	const struct command *command;

	if (word && !strcmp(word, "objects")) {
		put_objects(text);
		return 0;
	}
	if (word && !strcmp(word, "options")) {
		put_option_list(text);
		return 0;
	}
	if (word && !strcmp(word, "schema")) {
		schema_put(text);
		return 0;
	}
	command = command_find(&command_all, word ? word : "", error);
	if (!command)
		return -EINVAL;
	part = words_value(words, word, "synopsis or options", error);
	if (!part)
		return -EINVAL;
	if (!strcmp(part, "synopsis")) {
		put_command(command, text);
	} else if (!strcmp(part, "options")) {
		put_tables(command, text);
		if (!strcmp(command->name, "link"))
			put_kinds(text);
	} else {
		return error_usage(error, "manual: '%s' is neither synopsis nor options", part);
	}
	return 0;
}
