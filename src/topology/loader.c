/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "topology/loader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/names.h"
#include "base/words.h"
#include "text/take.h"

bool loader_is_done(const struct loader *loader)
{
	return loader->is_over || loader->mistakes_count == TOPOLOGY_MISTAKES;
}

enum { MESSAGE_MOST = 500 };

bool loader_is_told(const struct loader *loader, struct place_in_file at)
{
	for (size_t i = 0; at.line && i < loader->mistakes_count; i++)
		if (loader->mistakes[i].at.line == at.line &&
		    loader->mistakes[i].at.column == at.column)
			return true;
	return false;
}

void loader_mistake(struct loader *loader, struct place_in_file at, struct error *error)
{
	loader->mistakes_met++;
	if (!loader->mistakes)
		loader->mistakes = memory_new(TOPOLOGY_MISTAKES, sizeof(*loader->mistakes));
	/* Whatever quotes a long text leaves room for the place and the line. */
	if (strlen(error->text) > MESSAGE_MOST)
		strcpy(error->text + MESSAGE_MOST, "...");
	if (loader->mistakes_count < TOPOLOGY_MISTAKES && !loader_is_told(loader, at))
		loader->mistakes[loader->mistakes_count++] = (struct mistake){ at, *error };
	error_clear(error);
}

void loader_refuse(struct loader *loader, struct place_in_file at, const char *format, ...)
{
	struct error error = { 0 };
	char message[sizeof(error.text)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	error_usage(&error, "%s", message);
	loader_mistake(loader, at, &error);
}

struct place_in_file node_key_place(const struct node *node)
{
	return node->key_at;
}

/* The place `offset` bytes into a scalar, where the file shows it as it is. */
static struct place_in_file place_within(const struct loader *loader, const struct node *node,
					 struct place_in_file at, const char *text, size_t offset)
{
	struct place_in_file quoted = { at.line, at.column + 1 };

	if (document_shows(loader->document, at, text))
		quoted = at;
	else if (node && (node->is_plain || !document_shows(loader->document, quoted, text)))
		return at;
	quoted.column += (uint32_t)text_width(text, offset);
	return quoted;
}

static const char *kind_names[] = {
	[NODE_SCALAR] = "a value", [NODE_LIST] = "a list", [NODE_MAP] = "a map"
};

static bool is_nothing(const struct node *node)
{
	return node->kind == NODE_SCALAR && !*node->text;
}

bool loader_expects(struct loader *loader, const struct node *node, enum node_kind kind,
		    const char *what)
{
	struct place_in_file at = is_nothing(node) && node->key ? node_key_place(node) : node->at;

	if (node->kind == kind && (kind != NODE_SCALAR || !is_nothing(node)))
		return true;
	loader_refuse(loader, at, "'%s' is %s here, and %s", what,
		      is_nothing(node) ? "empty" : kind_names[node->kind],
		      kind == NODE_MAP    ? "a map is expected: {KEY: VALUE, ...}"
		      : kind == NODE_LIST ? "a list is expected: [ENTRY, ...]"
					  : "a value is expected");
	return false;
}

bool node_is_null(const struct node *node)
{
	return node->kind == NODE_SCALAR && node->is_plain && !strcmp(node->text, "null");
}

/* Expands a text of the file; NULL and a mistake on failure. */
static const char *expand(struct loader *loader, const struct scope *scope, const struct node *node,
			  struct place_in_file at, const char *text)
{
	struct error error = { 0 };
	size_t offset = 0;

	if (!strchr(text, '$'))
		return text;
	text_cut(&loader->expanded, 0);
	if (expression_expand(text, scope, &loader->expanded, &offset, &error) < 0) {
		loader_mistake(loader, place_within(loader, node, at, text, offset), &error);
		return NULL;
	}
	return text_string(&loader->expanded);
}

const char *loader_scalar(struct loader *loader, const struct scope *scope, const struct node *node,
			  const char *expected)
{
	const char *text;

	if (!loader_expects(loader, node, NODE_SCALAR, expected))
		return NULL;
	text = expand(loader, scope, node, node->at, node->text);
	if (text && !*text) {
		loader_refuse(loader, node->at, "'%s' is empty", expected);
		return NULL;
	}
	return text;
}

void loader_unknown_key(struct loader *loader, const struct node *node, const char *const *known,
			const struct part *parts, size_t count)
{
	struct error error = { 0 };

	object_unknown(parts, count, known, node->key, &error);
	if (!strchr(error.text, '?') && known) {
		error_hint(&error, " (known: ");
		for (size_t i = 0; known[i]; i++)
			error_hint(&error, "%s%s", i ? ", " : "", known[i]);
		error_hint(&error, count ? " and a link's attributes)" : ")");
	}
	loader_mistake(loader, node_key_place(node), &error);
}

void loader_check_keys(struct loader *loader, const struct node *map, const char *const *known)
{
	for (const struct node *node = map->first; node && !loader_is_done(loader);
	     node = node->next) {
		size_t i = 0;

		while (known[i] && strcmp(known[i], node->key) != 0)
			i++;
		if (!known[i])
			loader_unknown_key(loader, node, known, NULL, 0);
	}
}

/* A round of nested loops over the variables of one key or entry. */
struct round {
	const struct node *node;
	const struct repetition *repetitions;
	size_t count;
	bool is_key;
	loader_function *function;
	void *cookie;
};

static void too_many(struct loader *loader, struct place_in_file at)
{
	if (!loader->is_over)
		loader_refuse(loader, at, "this makes more than 1,000,000 objects");
	loader->is_over = true;
}

static void call(struct loader *loader, const struct round *round, const struct scope *scope)
{
	const struct node *node = round->node;
	const char *name = NULL;
	char copy[256];

	if (round->is_key) {
		name = expand(loader, scope, node, node_key_place(node), node->key);
		if (!name)
			return;
		if (!*name || strlen(name) >= sizeof(copy)) {
			loader_refuse(loader, node_key_place(node), "the key is %s",
				      *name ? "too long" : "empty");
			return;
		}
		/* What is below it expands texts of its own. */
		name = name == node->key ? name : strcpy(copy, name);
	}
	round->function(loader, scope, name, node, round->cookie);
	if (topology_count(loader->topology) > OBJECTS_MOST)
		too_many(loader, round->is_key ? node_key_place(node) : node->at);
}

static void repeat(struct loader *loader, const struct round *round, size_t depth,
		   const struct scope *outer)
{
	const struct repetition *repetition = &round->repetitions[depth];
	int64_t i;
	struct scope scope = { outer, NULL, NULL, &i };
	size_t mistakes = loader->mistakes_met;

	if (depth == round->count) {
		call(loader, round, outer);
		return;
	}
	scope.name = repetition->name;
	for (i = repetition->first; !loader_is_done(loader); i++) {
		repeat(loader, round, depth + 1, &scope);
		/* What is wrong once is wrong each time. */
		if (i == repetition->last || loader->mistakes_met > mistakes)
			break;
	}
}

/* How many times all of them repeat; OBJECTS_MOST + 1 when that is too many. */
static uint64_t product_of(const struct repetition *repetitions, size_t count)
{
	uint64_t product = 1;

	for (size_t i = 0; i < count; i++) {
		uint64_t times = (uint64_t)repetitions[i].last - (uint64_t)repetitions[i].first + 1;

		if (!times || times > OBJECTS_MOST || product * times > OBJECTS_MOST)
			return OBJECTS_MOST + 1;
		product *= times;
	}
	return product;
}

/* Where the repetitions of `text` are; false and a mistake when they are none. */
static bool find(struct loader *loader, const struct scope *scope, const struct node *node,
		 struct place_in_file at, const char *text, struct repetition *found, size_t *count)
{
	struct error error = { 0 };
	size_t offset = 0;

	if (!strchr(text, '$') || !repetition_find(text, scope, found, count, &offset, &error))
		return true;
	loader_mistake(loader, place_within(loader, node, at, text, offset), &error);
	return false;
}

/* How many objects a link, namespace or host has at least. */
static uint64_t least_of(const struct node *node)
{
	static const char *const lists[] = { "links", "routes", "arp", "fdb", "sysctl" };
	const struct node *netns = node_find(node, "netns");
	uint64_t least = 1;

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		const struct node *list = node_find(node, lists[i]);

		least += list && list->kind != NODE_SCALAR ? list->count : 0;
	}
	if (netns && netns->kind == NODE_MAP)
		for (node = netns->first; node; node = node->next)
			least += least_of(node);
	return least;
}

/* Counted before anything is done: so far too many end at once. */
static void run(struct loader *loader, const struct scope *scope, struct round *round,
		struct place_in_file at)
{
	uint64_t product;

	if (!round->count) {
		call(loader, round, scope);
		return;
	}
	product = product_of(round->repetitions, round->count);
	loader->repeated += product;
	if (loader->repeated > OBJECTS_MOST || product * least_of(round->node) > OBJECTS_MOST) {
		too_many(loader, at);
		return;
	}
	repeat(loader, round, 0, scope);
}

void loader_each_key(struct loader *loader, const struct scope *scope, const struct node *map,
		     const char *what, loader_function *function, void *cookie)
{
	if (!loader_expects(loader, map, NODE_MAP, what))
		return;
	for (const struct node *node = map->first; node && !loader_is_done(loader);
	     node = node->next) {
		struct repetition found[REPETITIONS];
		struct round round = { .node = node,
				       .repetitions = found,
				       .is_key = true,
				       .function = function,
				       .cookie = cookie };

		if (find(loader, scope, NULL, node_key_place(node), node->key, found, &round.count))
			run(loader, scope, &round, node_key_place(node));
	}
}

/* An entry that is a map or list repeats by what its scalars say. */
static bool find_below(struct loader *loader, const struct scope *scope, const struct node *entry,
		       struct repetition *found, size_t *count)
{
	if (entry->kind == NODE_SCALAR)
		return find(loader, scope, entry, entry->at, entry->text, found, count);
	for (const struct node *node = entry->first; node; node = node->next)
		if (node->kind == NODE_SCALAR &&
		    !find(loader, scope, node, node->at, node->text, found, count))
			return false;
	return true;
}

void loader_each_entry(struct loader *loader, const struct scope *scope, const struct node *list,
		       const char *what, bool may_be_one, loader_function *function, void *cookie)
{
	bool is_one = may_be_one && list->kind == NODE_SCALAR && !is_nothing(list);

	if (!is_one && !loader_expects(loader, list, NODE_LIST, what))
		return;
	for (const struct node *node = is_one ? list : list->first; node && !loader_is_done(loader);
	     node = is_one ? NULL : node->next) {
		struct repetition found[REPETITIONS];
		struct round round = {
			.node = node, .repetitions = found, .function = function, .cookie = cookie
		};

		if (find_below(loader, scope, node, found, &round.count))
			run(loader, scope, &round, node->at);
	}
}

uint32_t loader_add_space(struct loader *loader, const struct space *space)
{
	uint32_t index = (uint32_t)loader->spaces_count, other;

	if (key_map_add(&loader->space_index, space->netns, index, &other)) {
		loader_refuse(loader, space->at, "there is a namespace '%s' already (line %u)",
			      loader_space_name(loader, space->netns),
			      loader->spaces[other].at.line);
		return other;
	}
	*array_add(&loader->spaces, &loader->spaces_count, &loader->spaces_room) = *space;
	return index;
}

struct link *loader_link(const struct loader *loader, uint32_t index)
{
	return network_at(loader->network, OBJECT_LINK, index);
}

bool loader_find_link(const struct loader *loader, uint32_t netns, uint32_t name, uint32_t *index)
{
	return key_map_find(&loader->link_index, key_map_pair(netns, name), index);
}

uint32_t loader_add_link(struct loader *loader, const struct link *link,
			 const struct loaded_link *fact, struct place_in_file at)
{
	uint32_t index = (uint32_t)loader->facts_count, other;

	if (key_map_add(&loader->link_index, key_map_pair(link->netns.id, link->name.id), index,
			&other)) {
		loader_refuse(loader, at, "there is a link '%s' here already (line %u)",
			      names_text(loader->names, link->name.id),
			      network_origin(loader->network, OBJECT_LINK, other).line);
		return other;
	}
	network_add(loader->network, OBJECT_LINK, link, origin_of(at));
	*array_add(&loader->facts, &loader->facts_count, &loader->facts_room) = *fact;
	return index;
}

const char *loader_space_name(const struct loader *loader, uint32_t netns)
{
	return netns ? names_text(loader->names, netns) : "host";
}

uint32_t loader_netns_name(struct loader *loader, uint32_t host, const char *name,
			   struct error *error)
{
	struct attr_context context = loader->context;
	static const struct attr row = { .name = "netns",
					 .type = &attr_type_netns_name,
					 .size = sizeof(struct netns_name) };
	char *copy = NULL;
	struct words words = { &copy, 1 };
	struct netns_name made = { 0 };
	char whole[256];

	if (!strcmp(name, "host") || !strcmp(name, ".") || strchr(name, ':')) {
		error_usage(error, "'%s' cannot be a namespace's name%s", name,
			    strchr(name, ':') ? "" : ": it means the host");
		return 0;
	}
	if (host)
		snprintf(whole, sizeof(whole), "%s.%s", names_text(loader->names, host), name);
	else
		snprintf(whole, sizeof(whole), "%s", name);
	copy = whole;
	return row.type->parse(&row, &context, &words, &made, error) < 0 ? 0 : made.id;
}

int loader_link_name(struct loader *loader, const char *word, bool is_foreign, uint32_t *name,
		     struct error *error)
{
	struct attr_context context = loader->context;
	static const struct attr row = { .name = "link",
					 .type = &attr_type_link_name,
					 .size = sizeof(struct link_name) };
	struct link_name made = { 0 };
	char *copy;
	struct words words = { &copy, 1 };
	int r;

	memcpy(&copy, &word, sizeof(copy));
	context.tolerant = is_foreign;
	r = row.type->parse(&row, &context, &words, &made, error);
	*name = made.id;
	return r;
}

int loader_reference(struct loader *loader, const struct space *space, const char *text,
		     uint32_t *netns, uint32_t *name, struct error *error)
{
	const char *slash = strchr(text, '/');
	char where[256];

	*netns = space->netns;
	if (slash) {
		size_t length = (size_t)(slash - text);

		if (!length || length >= sizeof(where) || !slash[1])
			return error_usage(error, "'%s' is no link: LINK or NETNS/LINK is expected",
					   text);
		memcpy(where, text, length);
		where[length] = '\0';
		if (!strcmp(where, "host") || !strcmp(where, "."))
			*netns = space->host_netns;
		else
			*netns = loader_netns_name(loader, space->host, where, error);
		if (error->errnum)
			return -error->errnum;
		text = slash + 1;
	}
	return loader_link_name(loader, text, !*netns, name, error);
}
