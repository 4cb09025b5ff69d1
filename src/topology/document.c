/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "topology/document.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <yaml.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

void document_clear(struct document *document)
{
	arena_clear(&document->arena);
	free(document->bytes);
	*document = (struct document){ 0 };
}

void document_forget_nodes(struct document *document)
{
	arena_clear(&document->arena);
	document->root = NULL;
	document->room = NULL;
	document->room_left = 0;
}

const struct node *node_find(const struct node *map, const char *key)
{
	if (!map || map->kind != NODE_MAP)
		return NULL;
	for (const struct node *node = map->first; node; node = node->next)
		if (!strcmp(node->key, key))
			return node;
	return NULL;
}

static struct place_in_file place_of(yaml_mark_t mark)
{
	return (struct place_in_file){ (uint32_t)mark.line + 1, (uint32_t)mark.column + 1 };
}

/* The keys of a map, to find a doubled one: open addressing. */
struct keys {
	const char **slots;
	size_t room, count;
};

static size_t hash_of(const char *key)
{
	size_t hash = 14695981039346656037U;

	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * 1099511628211U;
	return hash;
}

static const char **slot_of(struct keys *keys, const char *key)
{
	size_t at = hash_of(key) & (keys->room - 1);

	while (keys->slots[at] && strcmp(keys->slots[at], key))
		at = (at + 1) & (keys->room - 1);
	return &keys->slots[at];
}

/* Adds the key; false when it is there already. */
static bool keys_add(struct keys *keys, const char *key)
{
	const char **slot;

	if (keys->count * 2 >= keys->room) {
		struct keys grown = { .room = keys->room ? keys->room * 2 : 16,
				      .count = keys->count };

		grown.slots = memory_new(grown.room, sizeof(*grown.slots));
		for (size_t i = 0; i < keys->room; i++)
			if (keys->slots[i])
				*slot_of(&grown, keys->slots[i]) = keys->slots[i];
		free(keys->slots);
		*keys = grown;
	}
	slot = slot_of(keys, key);
	if (*slot)
		return false;
	*slot = key;
	keys->count++;
	return true;
}

static void keys_clear(struct keys *keys)
{
	free(keys->slots);
}

struct parser {
	struct document *document;
	yaml_parser_t yaml;
	struct error *error;
	unsigned depth;
	struct keys words; /* short keys that were met: most are met again */
};

static int refuse(const struct parser *parser, struct place_in_file at, const char *what)
{
	error_usage(parser->error, "%s", what);
	parser->document->failed_at = at;
	return document_error(parser->document, at, parser->error);
}

/* Where a byte of the file is: of a reader's error libyaml knows the offset alone. */
static struct place_in_file place_of_offset(const struct document *document, size_t offset)
{
	struct place_in_file at = { 1, 1 };

	for (size_t i = 0; i < offset && i < document->size; i++) {
		at.column += ((unsigned char)document->bytes[i] & 0xc0) != 0x80;
		if (document->bytes[i] == '\n')
			at = (struct place_in_file){ at.line + 1, 1 };
	}
	return at;
}

/* libyaml's own words, with a hint where one knows what people meant. */
static int refuse_syntax(struct parser *parser)
{
	const yaml_parser_t *yaml = &parser->yaml;
	bool in_reader = yaml->error == YAML_READER_ERROR;
	struct place_in_file at = in_reader
					  ? place_of_offset(parser->document, yaml->problem_offset)
					  : place_of(yaml->problem_mark);
	const char *line;
	size_t length;

	error_usage(parser->error, "this is no YAML: %s",
		    yaml->problem ? yaml->problem : "it cannot be read");
	line = document_line(parser->document, at.line, &length);
	if (line && memmem(line, length, "::", 2) &&
	    (memchr(line, '{', length) || memchr(line, '[', length)))
		error_hint(parser->error,
			   " (an IPv6 address inside {} or [] needs quotes: \"::1\")");
	else if (line && memchr(line, '\t', length))
		error_hint(parser->error, " (a tab cannot indent)");
	parser->document->failed_at = at;
	return document_error(parser->document, at, parser->error);
}

static int next(struct parser *parser, yaml_event_t *event)
{
	if (!yaml_parser_parse(&parser->yaml, event))
		return refuse_syntax(parser);
	return 0;
}

static int check_plainness(const struct parser *parser, const yaml_event_t *event)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return refuse(parser, place_of(event->start_mark),
			      "an alias (*) is not allowed here");
	case YAML_SCALAR_EVENT:
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
		break;
	default:
		break;
	}
	if (anchor)
		return refuse(parser, place_of(event->start_mark),
			      "an anchor (&) is not allowed here");
	if (tag)
		return refuse(parser, place_of(event->start_mark), "a tag (!) is not allowed here");
	return 0;
}

enum { TEXT_PIECE = 8 * 1024 };

static char *keep_text(struct document *document, const char *text, size_t size)
{
	if (size > TEXT_PIECE / 4)
		return arena_copy(&document->arena, text, size);
	if (document->room_left < size) {
		document->room = arena_new(&document->arena, TEXT_PIECE);
		document->room_left = TEXT_PIECE;
	}
	document->room += size;
	document->room_left -= size;
	return memcpy(document->room - size, text, size);
}

/* libyaml counts; a NUL inside would cut every comparison short. */
static int check_text(struct parser *parser, const yaml_event_t *event)
{
	if (strlen((const char *)event->data.scalar.value) == event->data.scalar.length)
		return 0;
	return refuse(parser, place_of(event->start_mark), "there is a NUL in the text");
}

static int take_scalar(struct parser *parser, const yaml_event_t *event, const char **text)
{
	int r = check_text(parser, event);

	if (!r)
		*text = keep_text(parser->document, (const char *)event->data.scalar.value,
				  event->data.scalar.length + 1);
	return r;
}

static int read_node(struct parser *parser, yaml_event_t *event, struct node **node);

enum { WORDS_MOST = 4096, WORD_MOST = 16 };

/* The key as it is kept already, else it itself: short keys are kept once. */
static const char *keep_key(struct parser *parser, const yaml_event_t *event)
{
	const char *key = (const char *)event->data.scalar.value;
	size_t length = event->data.scalar.length;
	const char *kept;

	if (length > WORD_MOST)
		return keep_text(parser->document, key, length + 1);
	if (parser->words.count) {
		kept = *slot_of(&parser->words, key);
		if (kept)
			return kept;
	}
	kept = keep_text(parser->document, key, length + 1);
	if (parser->words.count < WORDS_MOST)
		keys_add(&parser->words, kept);
	return kept;
}

static int read_map(struct parser *parser, struct node *map)
{
	CLEANUP(keys_clear) struct keys keys = { 0 };
	struct node **tail = &map->first;

	for (;;) {
		yaml_event_t event;
		struct place_in_file at;
		const char *key = NULL;
		int r = next(parser, &event);

		if (r < 0)
			return r;
		if (event.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&event);
			return 0;
		}
		at = place_of(event.start_mark);
		r = check_plainness(parser, &event);
		if (!r && event.type != YAML_SCALAR_EVENT)
			r = refuse(parser, at, "a key must be a word");
		if (!r)
			r = check_text(parser, &event);
		if (!r)
			key = keep_key(parser, &event);
		yaml_event_delete(&event);
		if (!r && !strcmp(key, "<<"))
			r = refuse(parser, at, "a merge key (<<) is not allowed here");
		if (!r)
			r = next(parser, &event);
		if (r < 0)
			return r;
		r = read_node(parser, &event, tail);
		yaml_event_delete(&event);
		if (r < 0)
			return r;
		(*tail)->key = key;
		(*tail)->key_at = at;
		if (!keys_add(&keys, key)) {
			error_usage(parser->error, "'%s' is given twice", key);
			parser->document->failed_at = at;
			return document_error(parser->document, at, parser->error);
		}
		tail = &(*tail)->next;
		map->count++;
	}
}

static int read_list(struct parser *parser, struct node *list)
{
	struct node **tail = &list->first;

	for (;;) {
		yaml_event_t event;
		int r = next(parser, &event);

		if (r < 0)
			return r;
		if (event.type == YAML_SEQUENCE_END_EVENT) {
			yaml_event_delete(&event);
			return 0;
		}
		r = read_node(parser, &event, tail);
		yaml_event_delete(&event);
		if (r < 0)
			return r;
		tail = &(*tail)->next;
		list->count++;
	}
}

static int read_node(struct parser *parser, yaml_event_t *event, struct node **node)
{
	struct node *made = arena_new(&parser->document->arena, sizeof(*made));
	int r = check_plainness(parser, event);

	if (r < 0)
		return r;
	made->at = place_of(event->start_mark);
	*node = made;
	if (event->type == YAML_SCALAR_EVENT) {
		made->kind = NODE_SCALAR;
		made->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
		return take_scalar(parser, event, &made->text);
	}
	if (++parser->depth > DOCUMENT_DEPTH)
		return refuse(parser, made->at, "this is nested more than 32 deep");
	if (event->type == YAML_MAPPING_START_EVENT) {
		made->kind = NODE_MAP;
		r = read_map(parser, made);
	} else {
		made->kind = NODE_LIST;
		r = read_list(parser, made);
	}
	parser->depth--;
	return r;
}

/* STREAM-START, one document or none, STREAM-END. */
static int read_stream(struct parser *parser)
{
	bool done = false;
	int r = 0;

	while (!r && !done) {
		yaml_event_t event;

		r = next(parser, &event);
		if (r < 0)
			return r;
		switch (event.type) {
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_END_EVENT:
			break;
		case YAML_DOCUMENT_START_EVENT:
			if (parser->document->root)
				r = refuse(parser, place_of(event.start_mark),
					   "a file is one document: a second one begins here");
			break;
		case YAML_STREAM_END_EVENT:
			done = true;
			break;
		default:
			r = read_node(parser, &event, &parser->document->root);
		}
		yaml_event_delete(&event);
	}
	return r;
}

static int parse(struct document *document, struct error *error)
{
	struct parser parser = { .document = document, .error = error };
	int r;

	if (!yaml_parser_initialize(&parser.yaml))
		return error_set(error, ENOMEM, "%s", document->path);
	/* A byte order mark, which libyaml skips only where it looks for the encoding itself. */
	if (document->size >= 3 && !memcmp(document->bytes, "\xef\xbb\xbf", 3)) {
		document->size -= 3;
		memmove(document->bytes, document->bytes + 3, document->size);
	}
	yaml_parser_set_encoding(&parser.yaml, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser.yaml, (const unsigned char *)document->bytes,
				     document->size);
	r = read_stream(&parser);
	yaml_parser_delete(&parser.yaml);
	keys_clear(&parser.words);
	return r;
}

/* What is known of a failure is kept. */
static int forget(struct document *document, int r)
{
	struct place_in_file at = document->failed_at;

	document_clear(document);
	document->failed_at = at;
	return r;
}

int document_parse(const char *path, const char *bytes, size_t size, struct document *document,
		   struct error *error)
{
	int r;

	*document = (struct document){ .path = path, .size = size };
	document->bytes = memory_new(size + 1, 1);
	memcpy(document->bytes, bytes, size);
	if (size > DOCUMENT_SIZE)
		r = error_usage(error, "%s: the file is larger than 16 MiB", path);
	else
		r = parse(document, error);
	return r < 0 ? forget(document, r) : 0;
}

static int read_all(int fd, struct document *document, struct error *error)
{
	size_t room = 0;

	for (;;) {
		ssize_t n;

		if (room - document->size < 64 * 1024) {
			room = document->size + 256 * 1024;
			document->bytes = memory_resize(document->bytes, room, 1);
		}
		n = read(fd, document->bytes + document->size, room - document->size - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(error, errno, "cannot read '%s'", document->path);
		if (!n)
			return 0;
		document->size += (size_t)n;
		if (document->size > DOCUMENT_SIZE)
			return error_usage(error, "%s: the file is larger than 16 MiB",
					   document->path);
	}
}

int document_read(const char *path, struct document *document, struct error *error)
{
	CLEANUP(fd_close) int file = -1;
	int fd = STDIN_FILENO, r;

	*document = (struct document){ .path = strcmp(path, "-") ? path : "stdin" };
	if (strcmp(path, "-")) {
		/* A FIFO is fine, a terminal without an end is the user's business. */
		fd = file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (fd < 0) {
			error_set(error, errno, "cannot open '%s'", path);
			error->exit = EXIT_USAGE;
			return -error->errnum;
		}
	}
	r = read_all(fd, document, error);
	if (!r)
		r = parse(document, error);
	return r < 0 ? forget(document, r) : 0;
}
