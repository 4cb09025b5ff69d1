/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/complete.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "attr/keyword.h"
#include "base/cleanup.h"
#include "base/names.h"
#include "base/text.h"
#include "command/complete_names.h"
#include "command/help.h"
#include "command/option.h"
#include "command/request.h"
#include "command/walk.h"

struct offers {
	struct walk *walk;
	const struct completion *completion;
	const struct complete_source *source;
	enum complete_more more;
};

static bool begins(const char *word, const char *typed)
{
	return !strncmp(word, typed, strlen(typed));
}

static void offer(struct offers *offers, const char *word, const char *help)
{
	const struct completion *completion = offers->completion;

	if (!word || begins(word, completion->typed))
		completion->put(completion->cookie, word, help);
}

static void offer_part(struct offers *offers, const char *at, size_t length, const char *help)
{
	char word[WALK_WORD];

	if (length >= sizeof(word))
		return;
	memcpy(word, at, length);
	word[length] = '\0';
	offer(offers, word, help);
}

/* What a source puts, with what stands in front of each name. */
struct from_source {
	struct offers *offers;
	struct text word;
	size_t prefix;
};

static void put_from_source(void *cookie, const char *word, const char *help)
{
	struct from_source *from = cookie;

	text_cut(&from->word, from->prefix);
	text_puts(&from->word, word);
	offer(from->offers, text_string(&from->word), help);
}

/* "NETNS/" in what is typed says whose links are meant. */
static void offer_links(struct offers *offers, struct complete_links wanted)
{
	const struct complete_source *source = offers->source;
	const char *typed = offers->completion->typed, *slash = strchr(typed, '/');
	struct from_source from = { .offers = offers };

	wanted.netns = offers->walk->netns;
	if (slash) {
		from.prefix = (size_t)(slash - typed) + 1;
		text_put(&from.word, typed, from.prefix);
		wanted.netns = names_id(offers->walk->names, typed, from.prefix - 1);
	}
	source->links(source->cookie, &wanted, put_from_source, &from);
	text_clear(&from.word);
}

/* PID, or pid:N in the place of a namespace's name. */
static void offer_processes(struct offers *offers, const char *prefix)
{
	const struct complete_source *source = offers->source;
	struct from_source from = { .offers = offers, .prefix = strlen(prefix) };

	text_puts(&from.word, prefix);
	if (source->processes)
		source->processes(source->cookie, put_from_source, &from);
	text_clear(&from.word);
}

/* A process stands for its namespace where one is only looked at; it is offered to who begins so. */
static void offer_netns(struct offers *offers, bool also_processes)
{
	const struct complete_source *source = offers->source;
	const char *typed = offers->completion->typed;
	struct from_source from = { .offers = offers };

	source->netns(source->cookie, put_from_source, &from);
	text_clear(&from.word);
	if (also_processes && *typed && (begins("pid:", typed) || begins(typed, "pid:")))
		offer_processes(offers, "pid:");
}

static void put_host(void *cookie, const char *word, const char *help)
{
	if (!strchr(word, '.'))
		put_from_source(cookie, word, help);
}

/* Namespaces that are no part of a host. */
static void offer_hosts(struct offers *offers)
{
	const struct complete_source *source = offers->source;
	struct from_source from = { .offers = offers };

	source->netns(source->cookie, put_host, &from);
	text_clear(&from.word);
}

static void offer_sandboxes(struct offers *offers)
{
	const struct complete_source *source = offers->source;
	struct from_source from = { .offers = offers };

	if (source->sandboxes)
		source->sandboxes(source->cookie, put_from_source, &from);
	text_clear(&from.word);
}

static void offer_labs(struct offers *offers)
{
	const struct complete_source *source = offers->source;
	struct from_source from = { .offers = offers };

	if (source->labs)
		source->labs(source->cookie, put_from_source, &from);
	text_clear(&from.word);
}

static void offer_lessons(struct offers *offers)
{
	const struct complete_source *source = offers->source;
	struct from_source from = { .offers = offers };

	if (source->lessons)
		source->lessons(source->cookie, put_from_source, &from);
	text_clear(&from.word);
}

static void offer_keywords(struct offers *offers, const struct attr *row, const char *help)
{
	for (const struct keyword *k = row->keywords; k && k->word; k++)
		if (keyword_word(row->keywords, k->value) == k->word)
			offer(offers, k->word, help);
}

static void offer_row_value(struct offers *offers, const struct attr *row)
{
	CLEANUP(text_clear) struct text usage = { 0 };

	if (row->keywords) {
		offer_keywords(offers, row, NULL);
	} else if (row->traits & ATTR_NEW_NAME) {
		offer(offers, NULL, "NAME");
	} else if (row->type == &attr_type_bool) {
		offer(offers, "on", NULL);
		offer(offers, "off", NULL);
	} else if (row->type == &attr_type_link_name) {
		bool is_master = row == ATTR_ROW(&link_table, link, master);

		offer_links(offers, (struct complete_links){ .kind = is_master ? "bridge" : NULL });
	} else if (row->type == &attr_type_netns_name) {
		offer_netns(offers, true);
	} else {
		attr_usage(row, &usage);
		offer(offers, NULL, text_string(&usage));
	}
}

static void offer_verbs(struct offers *offers)
{
	for (size_t i = 0; i < offers->walk->command->verbs_count; i++)
		offer(offers, offers->walk->command->verbs[i].name,
		      offers->walk->command->verbs[i].help);
}

static void offer_kinds(struct offers *offers)
{
	for (size_t i = 0; i < link_kinds_count; i++)
		offer(offers, link_kinds[i].name, link_kinds[i].help);
	if (!strcmp(offers->walk->verb->name, "set"))
		offer(offers, "bridge_slave", "port of a bridge");
}

/* "BRIDGE", "VXLAN": links of that kind. */
static const struct link_kind *kind_of_value(const char *name)
{
	for (size_t i = 0; i < link_kinds_count; i++)
		if (!strcasecmp(link_kinds[i].name, name))
			return &link_kinds[i];
	return NULL;
}

/* What a placeholder of a synopsis stands for. */
static void offer_value(struct offers *offers, const struct synopsis_part *part)
{
	const struct verb *verb = offers->walk->verb;
	const struct attr *row;
	char name[WALK_WORD] = { 0 };

	if (part->length >= sizeof(name))
		return;
	memcpy(name, part->at, part->length);
	if (!strcmp(name, "DEV") || !strcmp(name, "PORT") || kind_of_value(name)) {
		const struct link_kind *kind = kind_of_value(name);

		offer_links(offers, (struct complete_links){
					    .kind = kind ? kind->name : NULL,
					    .ports = *name == 'P',
					    .joins = verb && !strcmp(verb->name, "addif") && !kind,
				    });
	} else if (!strcmp(name, "NETNS")) {
		/* An option's, or that of a command that looks inside. */
		offer_netns(offers,
			    offers->walk->option || (verb && (!strcmp(verb->name, "exec") ||
							      !strcmp(verb->name, "pids"))));
	} else if (!strcmp(name, "PID")) {
		offer_processes(offers, "");
	} else if (!strcmp(name, "HOST") && !offers->walk->option) {
		offer_hosts(offers);
	} else if (!strcmp(name, "SANDBOX")) {
		offer_sandboxes(offers);
	} else if (!strcmp(name, "LAB")) {
		offer_labs(offers);
	} else if (!strcmp(name, "LESSON")) {
		offer_lessons(offers);
	} else if (!strcmp(name, "KIND")) {
		offer_kinds(offers);
	} else if (!strcmp(name, "OBJECT")) {
		offer_verbs(offers);
	} else if (!strcmp(name, "FILE")) {
		offers->more = COMPLETE_FILES;
	} else {
		/* "nud STATE" is about the row of its keyword. */
		row = offers->walk->keyword ? walk_row(offers->walk, offers->walk->keyword,
						       offers->walk->keyword_length)
					    : walk_row(offers->walk, part->at, part->length);
		if (row)
			offer_row_value(offers, row);
		else
			offer(offers, NULL, name);
	}
}

/* Words and values that may stand where the span begins: "[inet6] ADDRESS", "{TABLE|cache}". */
static void offer_span(struct offers *offers, struct span span)
{
	struct synopsis_part part;
	char bracket = '\0';

	while (synopsis_next(&span.at, &part) && part.at < span.end) {
		if (part.kind == SYNOPSIS_OPEN) {
			bracket = *part.at;
		} else if (part.kind == SYNOPSIS_CLOSE) {
			if (bracket != '[')
				return;
			bracket = '\0';
		} else if (offers->walk->row && bracket != '[') {
			/* The row knows better than its usage. */
			offer_row_value(offers, offers->walk->row);
			return;
		} else if (part.kind == SYNOPSIS_WORD) {
			offer_part(offers, part.at, part.length, NULL);
		} else if (part.kind == SYNOPSIS_VALUE && bracket != '[') {
			offer_value(offers, &part);
		}
		if (!bracket && part.kind < SYNOPSIS_OPEN)
			return;
	}
}

/* Whether a table in front of the row's has the word, or the synopsis has it. */
static bool is_hidden(const struct offers *offers, size_t table, const char *word)
{
	bool negated;

	for (size_t t = 0; t < table; t++)
		if (attr_find_word(offers->walk->tables[t], word, &negated))
			return true;
	for (size_t i = 0; i < offers->walk->grammar.count; i++)
		if (synopsis_is(&offers->walk->grammar.items[i].part, word))
			return true;
	return false;
}

/* Another spelling is offered to who began to type it. */
static void offer_aliases(struct offers *offers, const struct attr *row)
{
	const char *typed = offers->completion->typed, *alias = row->alias;
	char negation[WALK_WORD] = "no";

	if (!*typed)
		return;
	for (size_t length; alias && *alias; alias += length + (alias[length] == ' ')) {
		length = strcspn(alias, " ");
		offer_part(offers, alias, length, row->help);
	}
	if (!(row->traits & ATTR_BOOL_WORD) || !begins(typed, "no") ||
	    strlen(row->name) + 3 > sizeof(negation))
		return;
	strcat(negation, row->name);
	offer(offers, negation, row->help);
}

static void offer_rows(struct offers *offers)
{
	for (size_t t = 0; t < WALK_TABLES && offers->walk->tables[t]; t++) {
		const struct attr_table *table = offers->walk->tables[t];

		for (const struct attr *row = table->rows; row < table->rows + table->count;
		     row++) {
			if (!verb_has_row(offers->walk->verb, row) ||
			    (row->traits & ATTR_POSITION) ||
			    (offers->walk->used[t] & attr_bit(table, row)) ||
			    is_hidden(offers, t, row->name))
				continue;
			if (row->traits & ATTR_BARE) {
				offer_keywords(offers, row, row->help);
				continue;
			}
			offer(offers, row->name, row->help);
			if (!begins(row->name, offers->completion->typed))
				offer_aliases(offers, row);
		}
	}
}

static void offer_bare(struct offers *offers, const struct item *item)
{
	const struct attr *row = walk_row(offers->walk, item->part.at, item->part.length);

	if (row && (row->traits & ATTR_BARE))
		offer_keywords(offers, row, row->help);
}

/* The items of one alternative, up to the first that has to come before the others. */
static void offer_items(struct offers *offers, const struct grammar *grammar)
{
	const struct item *bar = NULL;

	for (const struct item *item = grammar->items; item < grammar->items + grammar->count;
	     item++) {
		if (bar && (!bar->choice || bar->choice != item->choice))
			return;
		/* A route's type, which its row takes, may also stand first. */
		if (item->used && offers->walk->leads && item->part.kind == SYNOPSIS_VALUE)
			offer_bare(offers, item);
		if (item->used)
			continue;
		if (synopsis_is(&item->part, "OPTIONS")) {
			offer_rows(offers);
		} else if (*item->part.at == '-' && !*offers->completion->typed) {
			continue; /* "--": nobody looks for it */
		} else if (item->part.kind == SYNOPSIS_WORD) {
			const struct attr *row =
				walk_row(offers->walk, item->part.at, item->part.length);

			offer_part(offers, item->part.at, item->part.length,
				   row ? row->help : NULL);
		} else if (synopsis_is(&item->part, "COMMAND")) {
			offers->more = COMPLETE_COMMAND;
		} else {
			offer_value(offers, &item->part);
		}
		if (item_bars(item))
			bar = item;
	}
}

static void offer_arguments(struct offers *offers)
{
	const char *text = offers->walk->verb->synopsis;
	struct span span;

	if (!span_is_empty(&offers->walk->value)) {
		offer_span(offers, offers->walk->value);
		/* Another word may follow at once, but that is not what one asks for. */
		if (!offers->walk->value_optional || !*offers->completion->typed)
			return;
	}
	offers->walk->keyword = NULL;
	offers->walk->row = NULL;
	if (!offers->walk->leads) {
		offer_items(offers, &offers->walk->grammar);
		return;
	}
	/* What enter_verb() marked is of the first alternative, the only one where it marks. */
	offer_items(offers, &offers->walk->grammar);
	for (bool first = true; grammar_alternative(&text, &span); first = false) {
		struct grammar other;

		if (first)
			continue;
		grammar_read(&other, span);
		offer_items(offers, &other);
	}
}

static void offer_options(struct offers *offers)
{
	for (size_t i = 0; i < option_rows_count; i++) {
		const struct option_row *row = &option_rows[i];
		char word[WALK_WORD];

		if (row->name) {
			snprintf(word, sizeof(word), "--%s", row->name);
			offer(offers, word, row->help);
		}
		if (row->letter && !offers->walk->command) {
			snprintf(word, sizeof(word), "-%s", row->letter);
			offer(offers, word, row->help);
		}
	}
}

/* "NETNS", "FILE", "[auto|always|never]": an option's value is said as a verb's is. */
static void offer_option_value(struct offers *offers, const char *value)
{
	struct synopsis_part part;
	bool brackets = *value == '[' || *value == '{';

	offers->walk->keyword = NULL;
	while (synopsis_next(&value, &part)) {
		if (part.kind == SYNOPSIS_WORD)
			offer_part(offers, part.at, part.length, NULL);
		else if (part.kind == SYNOPSIS_VALUE && !brackets)
			offer_value(offers, &part);
	}
}

static void offer_objects(struct offers *offers)
{
	for (size_t i = 0; i < offers->walk->commands->count; i++)
		offer(offers, offers->walk->commands->items[i]->name,
		      offers->walk->commands->items[i]->help);
	if (!offers->walk->help)
		offer(offers, "help", "what there is");
}

static void offer_next(struct offers *offers)
{
	const char *typed = offers->completion->typed;

	if (*typed == '-' && !offers->walk->no_options &&
	    (typed[1] == '-' || !offers->walk->command))
		offer_options(offers);
	else if (!offers->walk->command && !offers->walk->no_options)
		offer_objects(offers);
	else if (offers->walk->command && !offers->walk->verb)
		offer_verbs(offers);
	else if (offers->walk->verb && !offers->walk->help)
		offer_arguments(offers);
}

enum complete_more complete(struct completion *completion)
{
	const struct complete_source kernel = complete_kernel(completion->request);
	CLEANUP(walk_clear)
	struct walk walk = {
		.names = completion->request->names,
		.commands = completion->request->commands,
	};
	struct offers offers = { .walk = &walk, .completion = completion };

	offers.source = completion->source ? completion->source : &kernel;
	for (completion->command = 0; completion->command < completion->count;
	     completion->command++) {
		walk_word(&walk, completion->words[completion->command]);
		if (walk.at_command)
			return COMPLETE_COMMAND;
	}
	if (walk.option)
		offer_option_value(&offers, walk.option->value);
	else if (!walk.lost)
		offer_next(&offers);
	return offers.more;
}
