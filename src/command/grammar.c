/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/grammar.h"

bool span_is_empty(const struct span *span)
{
	return span->at >= span->end;
}

/* The next part within the span, which is cut by it. */
static bool next(struct span *span, struct synopsis_part *part)
{
	return synopsis_next(&span->at, part) && part->at < span->end;
}

static bool peek(const struct span *span, struct synopsis_part *part)
{
	struct span copy = *span;

	return next(&copy, part);
}

/* What is inside of the bracket; the span goes on behind it. */
static struct span inside(struct span *span, const struct synopsis_part *open)
{
	struct span inner = { open->at + 1, synopsis_close(open->at) };

	span->at = inner.end + (inner.end < span->end);
	return inner;
}

static bool has_bar(struct span span)
{
	struct synopsis_part part;

	while (next(&span, &part)) {
		if (part.kind == SYNOPSIS_BAR)
			return true;
		if (part.kind == SYNOPSIS_OPEN)
			inside(&span, &part);
	}
	return false;
}

/* A value may have a word that can be left out ("[inet6] ADDRESS"), a clause has values that can. */
static bool is_clause(struct span span)
{
	struct synopsis_part part;

	while (next(&span, &part)) {
		struct span inner;

		if (part.kind != SYNOPSIS_OPEN || *part.at != '[')
			continue;
		inner = inside(&span, &part);
		while (next(&inner, &part))
			if (part.kind == SYNOPSIS_VALUE)
				return true;
	}
	return false;
}

static void take_repeat(struct span *span, struct grammar *grammar, size_t from)
{
	struct synopsis_part part;

	if (!peek(span, &part) || part.kind != SYNOPSIS_REPEAT)
		return;
	next(span, &part);
	for (; from < grammar->count; from++)
		grammar->items[from].repeats = true;
}

static struct item *add(struct grammar *grammar, const struct synopsis_part *part, bool optional,
			unsigned choice)
{
	struct item *item = &grammar->items[grammar->count];

	if (grammar->count + 1 < ITEMS)
		grammar->count++;
	*item = (struct item){ .part = *part, .optional = optional, .choice = choice };
	return item;
}

/* A keyword outside of brackets of its own: one value, or a choice of some, is its own. */
static struct span value_behind(struct span *span)
{
	struct synopsis_part part;
	struct span value = { 0 };

	if (!peek(span, &part))
		return value;
	if (part.kind == SYNOPSIS_VALUE) {
		next(span, &part);
		value = (struct span){ part.at, part.at + part.length };
	} else if (part.kind == SYNOPSIS_OPEN && *part.at == '{') {
		next(span, &part);
		value.at = part.at;
		inside(span, &part);
		value.end = span->at;
	}
	return value;
}

static void gather(struct grammar *grammar, struct span span, bool optional, unsigned choice)
{
	struct synopsis_part part, first;

	while (next(&span, &part)) {
		size_t from = grammar->count;

		if (part.kind == SYNOPSIS_OPEN) {
			struct span inner = inside(&span, &part), rest = inner;
			bool is_optional = optional || *part.at == '[';

			next(&rest, &first);
			if (*part.at == '[' && first.kind == SYNOPSIS_WORD &&
			    !span_is_empty(&rest) && !has_bar(inner)) {
				struct item *item = add(grammar, &first, true, choice);

				*(is_clause(rest) ? &item->clause : &item->value) = rest;
			} else {
				gather(grammar, inner, is_optional,
				       has_bar(inner) ? ++grammar->choices : choice);
			}
		} else if (part.kind == SYNOPSIS_WORD) {
			struct item *item = add(grammar, &part, optional, choice);

			item->value = value_behind(&span);
		} else if (part.kind == SYNOPSIS_VALUE) {
			add(grammar, &part, optional, choice);
		}
		take_repeat(&span, grammar, from);
	}
}

void grammar_read(struct grammar *grammar, struct span text)
{
	*grammar = (struct grammar){ 0 };
	gather(grammar, text, false, 0);
}

bool grammar_alternative(const char **text, struct span *alternative)
{
	const char *at = *text + (**text == ' ');
	struct synopsis_part part;

	alternative->at = at;
	while (synopsis_next(&at, &part)) {
		if (part.kind == SYNOPSIS_OPEN) {
			at = synopsis_close(part.at);
			at += *at != '\0';
		} else if (part.kind == SYNOPSIS_BAR) {
			alternative->end = part.at;
			*text = at;
			return true;
		}
	}
	alternative->end = at;
	*text = at;
	return alternative->at < at;
}

void grammar_use(struct grammar *grammar, struct item *used)
{
	if (used->repeats)
		return;
	used->used = true;
	/* "[dev] DEV": the word has no place behind its value. */
	for (struct item *item = used;
	     used->part.kind == SYNOPSIS_VALUE && item > grammar->items;) {
		item--;
		if (item->part.kind != SYNOPSIS_WORD || !item->optional ||
		    !span_is_empty(&item->value) || !span_is_empty(&item->clause))
			break;
		item->used = true;
	}
	for (size_t i = 0; i < grammar->count && used->choice; i++)
		if (grammar->items[i].choice == used->choice)
			grammar->items[i].used = true;
}

struct item *grammar_word(struct grammar *grammar, const char *word)
{
	for (size_t i = 0; i < grammar->count; i++) {
		struct item *item = &grammar->items[i];

		if (item->part.kind == SYNOPSIS_WORD && !item->used &&
		    synopsis_is(&item->part, word))
			return item;
	}
	return NULL;
}

struct item *grammar_value(struct grammar *grammar)
{
	for (size_t i = 0; i < grammar->count; i++) {
		struct item *item = &grammar->items[i];

		if (item->part.kind == SYNOPSIS_VALUE && !item->used &&
		    !synopsis_is(&item->part, "OPTIONS"))
			return item;
	}
	return NULL;
}

bool item_bars(const struct item *item)
{
	return !item->optional && !item->used && span_is_empty(&item->value) &&
	       !synopsis_is(&item->part, "OPTIONS");
}
