/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/walk.h"

#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/words.h"
#include "command/option.h"
#include "model/link.h"

static void use_table(struct walk *walk, const struct attr_table *table)
{
	size_t at = 0;

	while (at + 1 < WALK_TABLES && walk->tables[at] && walk->tables[at] != table)
		at++;
	walk->tables[at] = table;
}

const struct attr *walk_row(const struct walk *walk, const char *at, size_t length)
{
	const struct attr *row = NULL;
	char word[WALK_WORD] = { 0 };

	for (size_t i = 0; i < length && length < sizeof(word); i++)
		word[i] = (char)(at[i] >= 'A' && at[i] <= 'Z' ? at[i] | 0x20 : at[i]);
	for (size_t t = 0; t < WALK_TABLES && walk->tables[t] && !row; t++)
		row = attr_find(walk->tables[t], word);
	return row;
}

/* Begins the arguments of a verb. */
static void enter_verb(struct walk *walk, const struct verb *verb)
{
	const char *text = verb->synopsis;
	struct span span;

	walk->verb = verb;
	walk->leads = true;
	walk->netns = walk->base_netns;
	memset(walk->used, 0, sizeof(walk->used));
	memset(walk->tables, 0, sizeof(walk->tables));
	/* A kind's own words win over those of every link: link_words.h. */
	for (size_t i = 0; i < VERB_TABLES && verb->tables[i]; i++)
		use_table(walk, verb->tables[i]);
	walk->grammar.count = 0;
	if (grammar_alternative(&text, &span))
		grammar_read(&walk->grammar, span);
	/* A keyword that stands alone, such as a route's type, is taken by its row. */
	for (size_t i = 0; i < walk->grammar.count; i++) {
		struct item *item = &walk->grammar.items[i];
		const struct attr *row = item->part.kind == SYNOPSIS_VALUE
						 ? walk_row(walk, item->part.at, item->part.length)
						 : NULL;

		item->used |= row && (row->traits & ATTR_BARE);
	}
	/* With -A no namespace is named. */
	if (walk->everywhere && (verb->traits & VERB_EVERYWHERE) && walk->grammar.count)
		walk->grammar.items[0].used = true;
}

/* `bridge fdb …` is `fdb …`, `bridge vni …` is `vxlan vni …`: their synopsis is "..." alone. */
static void enter_other(struct walk *walk, const char *name)
{
	for (size_t i = 0; i < walk->commands->count; i++) {
		if (!strcmp(walk->commands->items[i]->name, name)) {
			walk->command = walk->commands->items[i];
			return;
		}
	}
	for (size_t i = 0; i < walk->commands->count; i++) {
		for (size_t v = 0; v < walk->commands->items[i]->verbs_count; v++) {
			const struct verb *verb = &walk->commands->items[i]->verbs[v];

			if (!strcmp(verb->name, name) && strcmp(verb->synopsis, "...") != 0) {
				walk->command = walk->commands->items[i];
				enter_verb(walk, verb);
				return;
			}
		}
	}
}

/* The first word of several alternatives says which one it is. */
static void choose_alternative(struct walk *walk, const char *word)
{
	const char *text = walk->verb->synopsis;
	struct span span;

	walk->leads = false;
	while (grammar_alternative(&text, &span)) {
		struct grammar grammar;

		grammar_read(&grammar, span);
		if (!grammar_word(&grammar, word))
			continue;
		walk->grammar = grammar;
		return;
	}
}

static void expect(struct walk *walk, struct span value, const struct attr *row,
		   const struct synopsis_part *keyword)
{
	walk->value = value;
	walk->row = row;
	walk->value_optional = false;
	walk->keyword = keyword ? keyword->at : NULL;
	walk->keyword_length = keyword ? keyword->length : 0;
}

static bool is_bool_value(const char *word)
{
	return !strcmp(word, "on") || !strcmp(word, "off") || !strcmp(word, "1") ||
	       !strcmp(word, "0");
}

static bool has_options(const struct walk *walk)
{
	for (size_t i = 0; i < walk->grammar.count; i++)
		if (synopsis_is(&walk->grammar.items[i].part, "OPTIONS"))
			return true;
	return false;
}

/* A word of the tables; what it waits for follows from its row. */
static bool take_row(struct walk *walk, const char *word)
{
	for (size_t t = 0; t < WALK_TABLES && walk->tables[t] && has_options(walk); t++) {
		bool negated;
		const struct attr *row = attr_find_word(walk->tables[t], word, &negated);

		if (!row)
			continue;
		walk->used[t] |= attr_bit(walk->tables[t], row);
		if (negated || ((row->traits & ATTR_BARE) && strcmp(word, row->name) != 0))
			return true;
		/* "up" is both the name and a keyword of it. */
		for (const struct keyword *k = row->keywords;
		     (row->traits & ATTR_BARE) && k && k->word; k++)
			if (!strcmp(k->word, word))
				return true;
		text_cut(&walk->usage, 0);
		attr_usage(row, &walk->usage);
		text_string(&walk->usage);
		expect(walk,
		       (struct span){ walk->usage.bytes, walk->usage.bytes + walk->usage.length },
		       row, NULL);
		walk->value_optional = row->traits & ATTR_BOOL_WORD;
		return true;
	}
	return false;
}

/* A value that was given may open further words. */
static void learn(struct walk *walk, const struct synopsis_part *part, const char *word)
{
	const struct link_kind *kind;

	if (walk->row) {
		/* A link that is made is born there, and so is its master. */
		if (walk->row->type == &attr_type_netns_name && !strcmp(walk->verb->name, "add"))
			walk->netns = names_of(walk->names, word);
		return;
	}
	if (!part || !synopsis_is(part, "KIND"))
		return;
	kind = link_kind_find(word);
	if (kind && kind->table)
		use_table(walk, kind->table);
	else if (!strcmp(word, "bridge_slave"))
		use_table(walk, &bridge_port_table);
}

/* Whether the word is (part of) the value that is waited for. */
static bool take_value(struct walk *walk, const char *word)
{
	struct span *value = &walk->value;
	struct synopsis_part part;

	if (walk->value_optional && !is_bool_value(word)) {
		value->at = value->end;
		return false;
	}
	while (!span_is_empty(value) && synopsis_next(&value->at, &part) && part.at < value->end) {
		const char *close = synopsis_close(part.at);

		if (part.kind == SYNOPSIS_OPEN) {
			value->at = close + (*close != '\0');
			/* "[inet6] ADDRESS": the word may be left out. */
			if (*part.at == '[' && ((size_t)(close - part.at) != strlen(word) + 1 ||
						memcmp(part.at + 1, word, strlen(word)) != 0))
				continue;
		}
		learn(walk, &part, word);
		return true;
	}
	value->at = value->end;
	return false;
}

static void take_argument(struct walk *walk, const char *word)
{
	struct item *item;

	if (!span_is_empty(&walk->value) && take_value(walk, word))
		return;
	if (walk->leads)
		choose_alternative(walk, word);
	item = grammar_word(&walk->grammar, word);
	if (item && !span_is_empty(&item->clause)) {
		struct item head = *item;

		grammar_read(&walk->grammar, item->clause);
		memset(walk->used, 0, sizeof(walk->used));
		walk->netns = walk->base_netns;
		if (head.repeats && walk->grammar.count + 1 < ITEMS)
			walk->grammar.items[walk->grammar.count++] = head;
		return;
	}
	if (item) {
		grammar_use(&walk->grammar, item);
		expect(walk, item->value, NULL, &item->part);
		return;
	}
	if (take_row(walk, word))
		return;
	item = grammar_value(&walk->grammar);
	if (!item)
		return;
	grammar_use(&walk->grammar, item);
	walk->row = NULL;
	learn(walk, &item->part, word);
}

static void take_option_value(struct walk *walk, const char *value)
{
	if (walk->option->name && !strcmp(walk->option->name, "netns"))
		walk->netns = walk->base_netns = names_of(walk->names, value);
	walk->option = NULL;
}

/* An option whose value is the next word becomes walk->option. */
static void take_option(struct walk *walk, const char *word)
{
	const char *value;
	const struct option_row *row = option_find(word, walk->command, &value);

	if (!row)
		return;
	walk->everywhere |= row->letter && strchr("Aa", *row->letter);
	walk->option = row->value && *row->value != '[' ? row : NULL;
	if (walk->option && value)
		take_option_value(walk, value);
}

/* As command_run(): a word that is no verb, or an option of a verb's own, may begin a COMMAND. */
static void leave_out_verb(struct walk *walk, const char *word)
{
	struct error ignored = { 0 };
	const struct verb *usual;

	if (!walk->command || walk->verb || walk->lost || walk->help ||
	    verb_find(walk->command, word, true, &ignored))
		return;
	usual = verb_find(walk->command, walk->command->verb, true, &ignored);
	if (usual && synopsis_has(usual->synopsis, "COMMAND"))
		enter_verb(walk, usual);
}

static void take_word(struct walk *walk, const char *word)
{
	struct error ignored = { 0 };

	if (!walk->command && !walk->help && !strcmp(word, "help")) {
		walk->help = true;
	} else if (!walk->command) {
		walk->command = command_find(walk->commands, word, &ignored);
		walk->lost = !walk->command;
		if (walk->command && command_only_verb(walk->command))
			enter_verb(walk, walk->command->verbs);
	} else if (!walk->verb) {
		const struct verb *verb = verb_find(walk->command, word, true, &ignored);

		if (verb && !strcmp(verb->synopsis, "..."))
			enter_other(walk, verb->name);
		else if (verb)
			enter_verb(walk, verb);
		else
			walk->lost = true;
	} else {
		take_argument(walk, word);
	}
}

/* Whether the verb's own words are over. */
static bool is_at_command(const struct walk *walk)
{
	struct grammar grammar = walk->grammar;
	const struct item *item = walk->verb ? grammar_value(&grammar) : NULL;

	return item && synopsis_is(&item->part, "COMMAND");
}

void walk_word(struct walk *walk, const char *word)
{
	bool is_option = word[0] == '-' && word[1] && !walk->no_options &&
			 (!walk->command || word[1] == '-');
	const char *value;

	if (walk->command && (!is_option || !option_find(word, true, &value)))
		leave_out_verb(walk, word);
	if (walk->option)
		take_option_value(walk, word);
	else if (is_option && !strcmp(word, "--"))
		walk->no_options = true;
	else if (is_option && !(walk->verb && grammar_word(&walk->grammar, word)))
		take_option(walk, word);
	else if (!is_option && span_is_empty(&walk->value) && is_at_command(walk))
		walk->at_command = true;
	else if (!walk->lost)
		take_word(walk, word);
}

void walk_clear(struct walk *walk)
{
	text_clear(&walk->usage);
}
