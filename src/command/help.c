/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/help.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/grammar.h"
#include "command/option.h"
#include "command/synopsis.h"
#include "model/link_kind.h"

enum { PAGE_WIDTH = 80, WORD_WIDTH = 26, ENTRY_INDENT = 2, USAGE_INDENT = 11 };

/* How much of `string` goes without a break: to a blank outside of brackets, or to any. */
static size_t piece_length(const char *string, bool whole)
{
	unsigned depth = 0;
	size_t i;

	for (i = 0; string[i] && (string[i] != ' ' || (whole && depth)); i++) {
		depth += string[i] == '[' || string[i] == '{';
		depth -= depth && (string[i] == ']' || string[i] == '}');
	}
	return i;
}

/*
 * Puts words up to the page's width, further lines behind `indent` blanks. A
 * bracket stays on one line where it fits on one.
 */
static void put_wrapped(struct text *text, size_t column, size_t indent, const char *string)
{
	while (*string) {
		size_t length = piece_length(string, true);

		if (text_width(string, length) > PAGE_WIDTH - 1 - indent)
			length = piece_length(string, false);
		if (column > indent && column + 1 + text_width(string, length) > PAGE_WIDTH) {
			text_char(text, '\n');
			text_spaces(text, indent);
			column = indent;
		} else if (column > indent) {
			text_char(text, ' ');
			column++;
		}
		text_put(text, string, length);
		column += text_width(string, length);
		string += length;
		string += strspn(string, " ");
	}
	text_char(text, '\n');
}

/* A word with its value; a long list of choices goes on in a further line. */
static void put_choices(struct text *text, const char *word)
{
	size_t column = ENTRY_INDENT;

	while (*word) {
		size_t length = strcspn(word, "|");

		length += word[length] == '|';
		if (column + length > PAGE_WIDTH) {
			text_char(text, '\n');
			text_spaces(text, ENTRY_INDENT + 1);
			column = ENTRY_INDENT + 1;
		}
		text_put(text, word, length);
		column += length;
		word += length;
	}
}

static void put_entry(struct text *text, const char *word, const char *help)
{
	size_t indent = ENTRY_INDENT + WORD_WIDTH, width = strlen(word);

	text_spaces(text, ENTRY_INDENT);
	put_choices(text, word);
	if (width >= WORD_WIDTH) {
		text_char(text, '\n');
		text_spaces(text, indent);
	} else {
		text_spaces(text, WORD_WIDTH - width);
	}
	put_wrapped(text, indent, indent, help);
}

static void put_row(const struct attr *row, struct text *text)
{
	CLEANUP(text_clear) struct text word = { 0 };
	CLEANUP(text_clear) struct text value = { 0 };

	attr_usage(row, &value);
	if (row->traits & ATTR_POSITION)
		text_printf(&word, "[%s]", row->name);
	else if (!(row->traits & ATTR_BARE))
		text_puts(&word, row->name);
	if (word.length && value.length)
		text_char(&word, ' ');
	text_put(&word, value.bytes, value.length);
	put_entry(text, text_string(&word), row->help);
}

bool verb_has_row(const struct verb *verb, const struct attr *row)
{
	if (row->traits & ATTR_STATUS)
		return false;
	/* What cannot change is no word of `set`. */
	return strcmp(verb->name, "set") != 0 || !(row->traits & ATTR_FIXED);
}

/* Two tables of one name are parts of one object: listed as one. `verb` NULL: of any. */
static void put_table(const struct attr_table *table, const char *last, const struct verb *verb,
		      struct text *text)
{
	if (strcmp(last, table->name) != 0)
		text_printf(text, "\nOptions of %s:\n", table->name);
	for (size_t i = 0; i < table->count; i++)
		if (verb ? verb_has_row(verb, &table->rows[i])
			 : !(table->rows[i].traits & ATTR_STATUS))
			put_row(&table->rows[i], text);
}

static void put_tables(const struct verb *verb, struct text *text)
{
	for (size_t t = 0; t < VERB_TABLES && verb->tables[t]; t++)
		put_table(verb->tables[t], t ? verb->tables[t - 1]->name : "", verb, text);
}

bool is_object(const char *word)
{
	for (size_t i = 0; i < command_all.count; i++)
		if (!strcmp(command_all.items[i]->name, word))
			return true;
	return false;
}

static bool has_kinds(const struct verb *verb)
{
	return synopsis_has(verb->synopsis, "KIND") && synopsis_has(verb->synopsis, "OPTIONS");
}

/* The kinds of links, and the words of those that are no object of their own. */
static void put_kinds(struct text *text)
{
	text_puts(text, "\nKinds:\n");
	for (size_t i = 0; i < link_kinds_count; i++)
		put_entry(text, link_kinds[i].name, link_kinds[i].help);
	for (size_t i = 0; i < link_kinds_count; i++)
		if (link_kinds[i].table && !is_object(link_kinds[i].name))
			put_table(link_kinds[i].table, "", NULL, text);
}

/* A line for each alternative of a synopsis; `first` is told that it is the first of all. */
static void put_usage(const struct command *command, const char *verb, const char *synopsis,
		      bool first, struct text *text)
{
	CLEANUP(text_clear) struct text arguments = { 0 };
	struct span alternative = { synopsis, synopsis };

	while (grammar_alternative(&synopsis, &alternative) || first) {
		size_t start = text->length, length = (size_t)(alternative.end - alternative.at);

		text_printf(text, "%sovl %s%s%s", first ? "Usage: " : "       ", command->name,
			    *verb ? " " : "", verb);
		text_cut(&arguments, 0);
		text_put(&arguments, alternative.at, length);
		put_wrapped(text, text->length - start, USAGE_INDENT, text_string(&arguments));
		first = false;
		if (!*synopsis)
			return;
	}
}

void help_verb(const struct command *command, const struct verb *verb, struct text *text)
{
	put_usage(command, verb->name, verb->synopsis, true, text);
	text_puts(text, "\n  ");
	put_wrapped(text, 2, 2, verb->help);
	if (synopsis_has(verb->synopsis, "OPTIONS"))
		put_tables(verb, text);
	if (has_kinds(verb))
		put_kinds(text);
}

size_t verbs_alike(const struct command *command, const struct verb *verb, struct text *names)
{
	const struct verb *end = command->verbs + command->verbs_count, *next = verb;

	text_cut(names, 0);
	for (; next < end && !strcmp(next->synopsis, verb->synopsis); next++) {
		if (next > verb)
			text_char(names, '|');
		text_puts(names, next->name);
	}
	return (size_t)(next - verb);
}

/* Verbs with the same arguments share a line. */
static void put_usages(const struct command *command, struct text *text)
{
	CLEANUP(text_clear) struct text names = { 0 };
	CLEANUP(text_clear) struct text choice = { 0 };
	size_t count;

	for (size_t i = 0; i < command->verbs_count; i += count) {
		count = verbs_alike(command, &command->verbs[i], &names);
		text_cut(&choice, 0);
		text_printf(&choice, count > 1 ? "{%s}" : "%s", text_string(&names));
		put_usage(command, text_string(&choice), command->verbs[i].synopsis, !i, text);
	}
}

/* Whether an earlier verb of the command has the same tables listed. */
static bool is_told(const struct command *command, const struct verb *verb)
{
	for (const struct verb *other = command->verbs; other < verb; other++)
		if (!memcmp(verb->tables, other->tables, sizeof(verb->tables)) &&
		    synopsis_has(other->synopsis, "OPTIONS"))
			return true;
	return false;
}

/* A verb's tables, without those an earlier verb has. */
static void put_new_tables(const struct command *command, const struct verb *verb,
			   struct text *text)
{
	struct verb rest = *verb;
	size_t count = 0;

	memset(rest.tables, 0, sizeof(rest.tables));
	for (size_t t = 0; t < VERB_TABLES && verb->tables[t]; t++) {
		bool told = false;

		for (const struct verb *other = command->verbs; other < verb; other++)
			for (size_t u = 0;
			     u < VERB_TABLES && synopsis_has(other->synopsis, "OPTIONS"); u++)
				told |= other->tables[u] == verb->tables[t];
		if (!told)
			rest.tables[count++] = verb->tables[t];
	}
	put_tables(&rest, text);
}

void help_command(const struct command *command, struct text *text)
{
	const struct verb *end = command->verbs + command->verbs_count;

	if (command_only_verb(command)) {
		help_verb(command, command->verbs, text);
		return;
	}
	put_usages(command, text);
	text_char(text, '\n');
	put_wrapped(text, 0, 0, command->help);
	text_char(text, '\n');
	for (const struct verb *verb = command->verbs; verb < end; verb++)
		put_entry(text, verb->name, verb->help);
	for (const struct verb *verb = command->verbs; verb < end; verb++)
		if (synopsis_has(verb->synopsis, "OPTIONS") && !is_told(command, verb))
			put_new_tables(command, verb, text);
	if (has_kinds(command->verbs))
		put_kinds(text);
}

void help_all(struct text *text)
{
	text_puts(text, "Usage: ovl [OPTIONS] OBJECT [VERB] [ARGUMENTS]\n"
			"       ovl [OPTIONS] -b FILE|-\n"
			"       ovl help [OBJECT [VERB]]\n\nObjects:\n");
	for (size_t i = 0; i < command_all.count; i++)
		put_entry(text, command_all.items[i]->name, command_all.items[i]->help);
	text_puts(text, "\nOptions, short ones in front of the object, long ones anywhere:\n");
	for (size_t i = 0; i < option_rows_count; i++) {
		CLEANUP(text_clear) struct text word = { 0 };

		option_usage(&option_rows[i], &word);
		put_entry(text, text_string(&word), option_rows[i].help);
	}
	text_puts(text, "\nExit codes:\n"
			"  0  done\n"
			"  1  the command line or the file is wrong; nothing was touched\n"
			"  2  the kernel or the system refused; nothing is left behind\n"
			"  3  differences exist (diff, plan), or a check of a lesson failed\n"
			"  4  a change failed and could not be taken back completely\n"
			"  5  a file names what exists and is not the lab's own\n"
			"  6  busy: another ovl holds the lock\n"
			"\nMore: man ovl, man ovl-OBJECT\n");
}

static void help_set(const struct command_set *set, struct text *text)
{
	text_puts(text, "Commands:\n");
	for (size_t i = 0; i < set->count; i++)
		put_entry(text, set->items[i]->name, set->items[i]->help);
	text_puts(text, "\nMore: help COMMAND; '?' lists what can come next; man ovl-shell\n");
}

int help_run(const struct command_set *set, struct words *words, struct text *text,
	     struct error *error)
{
	const char *word = words_take(words);
	const struct command *command;
	const struct verb *verb;

	if (!word) {
		set == &command_all ? help_all(text) : help_set(set, text);
		return 0;
	}
	command = command_find(set, word, error);
	if (!command)
		return -EINVAL;
	word = words_take(words);
	if (!word || !strcmp(word, "help")) {
		help_command(command, text);
		return 0;
	}
	verb = verb_find(command, word, false, error);
	if (!verb)
		return -EINVAL;
	help_verb(command, verb, text);
	return 0;
}
