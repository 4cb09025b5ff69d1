/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "topology/word_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/route.h"
#include "topology/loader.h"

void word_list_clear(struct word_list *list)
{
	text_clear(&list->bytes);
	free(list->places);
	free(list->pointers);
	*list = (struct word_list){ 0 };
}

struct word_list *word_list_begin(struct loader *loader)
{
	struct word_list *list = loader->words;

	text_cut(&list->bytes, 0);
	list->count = 0;
	return list;
}

static void add(struct word_list *list, const char *word, size_t length, struct word_place place)
{
	place.offset = list->bytes.length;
	*array_add(&list->places, &list->count, &list->room) = place;
	text_put(&list->bytes, word, length);
	text_char(&list->bytes, '\0');
}

void word_list_add(struct word_list *list, const char *word)
{
	add(list, word, strlen(word), (struct word_place){ 0 });
}

void word_list_key(struct word_list *list, const struct node *node)
{
	add(list, node->key, strlen(node->key),
	    (struct word_place){ .node = node, .is_key = true });
}

static bool add_scalar(struct loader *loader, const struct scope *scope, const struct node *node,
		       bool is_whole)
{
	struct word_list *list = loader->words;
	const char *text = loader_scalar(loader, scope, node, node->key ? node->key : "entry");
	size_t count = list->count;

	if (!text)
		return false;
	if (is_whole) {
		add(list, text, strlen(text), (struct word_place){ .node = node });
		return true;
	}
	for (const char *at = text; *at;) {
		size_t length = strcspn(at, " \t\r\n");

		if (length)
			add(list, at, length,
			    (struct word_place){ .node = node, .within = (size_t)(at - text) });
		at += length + strspn(at + length, " \t\r\n");
	}
	if (list->count > count)
		return true;
	loader_refuse(loader, node->at, "'%s' is empty", node->key ? node->key : "entry");
	return false;
}

bool word_list_value(struct loader *loader, const struct scope *scope, const struct node *node,
		     bool is_whole)
{
	if (node->kind != NODE_LIST)
		return add_scalar(loader, scope, node, is_whole);
	if (!node->first) {
		loader_refuse(loader, node->at, "'%s' is an empty list",
			      node->key ? node->key : "entry");
		return false;
	}
	for (const struct node *entry = node->first; entry; entry = entry->next)
		if (!add_scalar(loader, scope, entry, is_whole))
			return false;
	return true;
}

/* The row a key is called by; words of the status alone are none. */
static const struct attr *find_row(const struct attr_table *table, const char *key)
{
	for (size_t i = 0; table && i < table->count; i++)
		if (attr_is_called(&table->rows[i], key) && !(table->rows[i].traits & ATTR_STATUS))
			return &table->rows[i];
	return NULL;
}

static bool add_pair(struct loader *loader, const struct scope *scope, const struct node *node,
		     const struct attr_table *table, const struct attr_table *more)
{
	const struct attr *row = find_row(table, node->key);
	const char *text;

	if (!row)
		row = find_row(more, node->key);
	if (node_is_null(node)) {
		loader_refuse(loader, node->at, "'%s' of an entry cannot be null: leave it out",
			      node->key);
		return false;
	}
	/* A flag is there or not: "onlink: on". */
	if (row && row->type == &attr_type_bool && (row->traits & ATTR_FLAG)) {
		text = loader_scalar(loader, scope, node, node->key);
		if (!text)
			return false;
		if (!strcmp(text, "on"))
			word_list_key(loader->words, node);
		else if (strcmp(text, "off") != 0)
			loader_refuse(loader, node->at, "%s: '%s' is neither on nor off", node->key,
				      text);
		return !strcmp(text, "on") || !strcmp(text, "off");
	}
	word_list_key(loader->words, node);
	return word_list_value(loader, scope, node, false);
}

/* nexthop: [{via: ADDRESS, dev: DEV}, ...] */
static bool add_nexthops(struct loader *loader, const struct scope *scope, const struct node *list)
{
	if (!loader_expects(loader, list, NODE_LIST, list->key))
		return false;
	for (const struct node *hop = list->first; hop; hop = hop->next) {
		word_list_key(loader->words, list);
		if (hop->kind != NODE_MAP) {
			if (!word_list_value(loader, scope, hop, false))
				return false;
			continue;
		}
		for (const struct node *node = hop->first; node; node = node->next)
			if (!add_pair(loader, scope, node, &nexthop_table, NULL))
				return false;
	}
	return true;
}

bool word_list_entry(struct loader *loader, const struct scope *scope, const struct node *node,
		     const struct attr_table *table, const struct attr_table *more)
{
	if (node->kind == NODE_LIST) {
		loader_refuse(loader, node->at, "an entry is a string or a map, and no list");
		return false;
	}
	if (node->kind == NODE_SCALAR)
		return word_list_value(loader, scope, node, false);
	if (!node->first) {
		loader_refuse(loader, node->at, "the entry is empty");
		return false;
	}
	for (const struct node *pair = node->first; pair; pair = pair->next) {
		bool done = !strcmp(pair->key, "nexthop")
				    ? add_nexthops(loader, scope, pair)
				    : add_pair(loader, scope, pair, table, more);

		if (!done)
			return false;
	}
	return true;
}

struct words word_list_words(struct word_list *list)
{
	if (list->pointers_room < list->count) {
		list->pointers_room = list->count * 2;
		list->pointers =
			memory_resize(list->pointers, list->pointers_room, sizeof(*list->pointers));
	}
	for (size_t i = 0; i < list->count; i++)
		list->pointers[i] = list->bytes.bytes + list->places[i].offset;
	return (struct words){ list->pointers, list->count };
}

static struct place_in_file place_of(const struct loader *loader, const struct word_place *place)
{
	const struct node *node = place->node;
	struct place_in_file at = node->at, quoted = { at.line, at.column + 1 };

	if (place->is_key)
		return node_key_place(node);
	if (!node->is_plain)
		at = quoted;
	if (strchr(node->text, '$') || !document_shows(loader->document, at, node->text))
		return node->at;
	at.column += (uint32_t)text_width(node->text, place->within);
	return at;
}

/* Whether the message is about the word: it quotes it. */
static bool quotes(const char *message, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = message; (at = strchr(at, '\'')); at++)
		if (!strncmp(at + 1, word, length) && at[1 + length] == '\'')
			return true;
	return false;
}

/*
 * The word that is next, the last one taken, or one before: the message says
 * which. An error about nothing of the entry is about all of it.
 */
struct place_in_file word_list_place(const struct loader *loader, const struct words *words,
				     const char *message, struct place_in_file entry)
{
	const struct word_list *list = loader->words;
	size_t next = list->count - words->left;

	for (size_t i = next + (words->left > 0); i-- > 0;)
		if (list->places[i].node && quotes(message, list->pointers[i]))
			return place_of(loader, &list->places[i]);
	return entry;
}
