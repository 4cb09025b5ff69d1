/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A YAML document as a tree of nodes that know their place, read through
 * libyaml's events: its loader is quadratic on nesting and keeps doubled keys.
 * What a topology file has no use for is refused here: tags, anchors, aliases,
 * merge keys, a second document, NUL bytes, nesting over 32, more than 16 MiB.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct error;

enum { DOCUMENT_SIZE = 16 * 1024 * 1024, DOCUMENT_DEPTH = 32 };

struct place_in_file {
	uint32_t line, column; /* from 1; 0: not from a file */
};

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

/* A node; in a map with its key in front. Nodes of one list or map are chained. */
struct node {
	struct node *next;
	union {
		struct node *first; /* of a list or map */
		const char *text;   /* of a scalar; never with a NUL inside */
	};
	const char *key;             /* in a map, else NULL */
	struct place_in_file key_at; /* of the key */
	struct place_in_file at;
	uint32_t count; /* of a list or map */
	uint8_t kind;
	bool is_plain; /* a scalar without quotes: only such a "null" means null */
};

struct document {
	struct arena arena;
	char *room; /* of texts, which need no alignment: what is left of a piece of the arena */
	size_t room_left;
	const char *path; /* for messages; "-" is stdin */
	char *bytes;      /* of the file, for the line under a caret */
	size_t size;
	struct node *root;              /* NULL: the file is empty */
	struct place_in_file failed_at; /* after a failure, which clears the rest; else nowhere */
};

/* Reads a file ("-": stdin) whole; exit 1 with file:line:column when it is no such document. */
int document_read(const char *path, struct document *document, struct error *error);

/* The same from memory; the bytes are copied. */
int document_parse(const char *path, const char *bytes, size_t size, struct document *document,
		   struct error *error);

/* Frees the nodes; what document_error() needs is kept. */
void document_forget_nodes(struct document *document);

/* Accepts a zeroed one. */
void document_clear(struct document *document);

/* The value of a key, or NULL: it has none, or is no map. */
const struct node *node_find(const struct node *map, const char *key);

/* The line's bytes, without the newline; its length may be 0. NULL: there is no such line. */
const char *document_line(const struct document *document, uint32_t line, size_t *length);

/* Whether the text stands at the place as it is: then an offset in it is one in the line. */
bool document_shows(const struct document *document, struct place_in_file at, const char *text);

/* "FILE:LINE:COLUMN: " in front of the error, the line and a caret behind it. */
int document_error(const struct document *document, struct place_in_file at, struct error *error);
