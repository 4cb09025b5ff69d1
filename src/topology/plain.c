/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "topology/plain.h"

#include <string.h>

#include <yaml.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "topology/document.h"

enum loss {
	LOSS_COMMENTS,
	LOSS_VARIABLES,
	LOSS_DEFAULTS,
	LOSS_REPETITION,
	LOSS_EXPRESSIONS,
	LOSS_HOSTS,
	LOSS_SEGMENTS,
	LOSS_WIRES,
	LOSSES,
};

static const char *const loss_words[LOSSES] = {
	[LOSS_COMMENTS] = "its comments",       [LOSS_VARIABLES] = "its variables",
	[LOSS_DEFAULTS] = "its defaults",       [LOSS_REPETITION] = "its repetition",
	[LOSS_EXPRESSIONS] = "its expressions", [LOSS_HOSTS] = "its hosts",
	[LOSS_SEGMENTS] = "its segments",       [LOSS_WIRES] = "its wires",
};

struct losses {
	bool has[LOSSES];
};

/* --- Comments: what libyaml's scanner passes over --- */

/* A place in the text; libyaml counts characters. */
struct at {
	const char *bytes;
	size_t size, offset, index;
};

/* Goes on to a character; whether there is a '#' on the way, which only a comment has. */
static bool advance(struct at *at, size_t index)
{
	bool found = false;

	while (at->index < index && at->offset < at->size) {
		found |= at->bytes[at->offset] == '#';
		do
			at->offset++;
		while (at->offset < at->size && (at->bytes[at->offset] & 0xc0) == 0x80);
		at->index++;
	}
	return found;
}

/* "| # so": in front of the lines of a block scalar. */
static bool has_header_comment(const yaml_token_t *token, const struct at *at)
{
	const char *start = at->bytes + at->offset;

	return token->type == YAML_SCALAR_TOKEN &&
	       (token->data.scalar.style == YAML_LITERAL_SCALAR_STYLE ||
		token->data.scalar.style == YAML_FOLDED_SCALAR_STYLE) &&
	       memchr(start, '#', strcspn(start, "\r\n"));
}

static bool has_comments(const struct document *document)
{
	struct at at = { .bytes = document->bytes, .size = document->size };
	bool found = false, is_end = false;
	yaml_parser_t parser;

	if (!yaml_parser_initialize(&parser))
		return true;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)at.bytes, at.size);
	while (!found && !is_end) {
		yaml_token_t token;

		/* It was read already, so it can be scanned. */
		if (!yaml_parser_scan(&parser, &token))
			break;
		found = advance(&at, token.start_mark.index) || has_header_comment(&token, &at);
		advance(&at, token.end_mark.index);
		is_end = token.type == YAML_STREAM_END_TOKEN;
		yaml_token_delete(&token);
	}
	yaml_parser_delete(&parser);
	return found;
}

/* --- What is worked out: $(…), and what stands for others --- */

static void look_at_text(struct losses *losses, const char *text)
{
	while ((text = strchr(text, '$'))) {
		size_t length = strcspn(text, ")");

		if (text[1] == '(')
			losses->has[memchr(text, '=', length) ? LOSS_REPETITION
							      : LOSS_EXPRESSIONS] = true;
		/* "$$" is a dollar. */
		text += text[1] ? 2 : 1;
	}
}

static void look_at_node(struct losses *losses, const struct node *node)
{
	if (node->key)
		look_at_text(losses, node->key);
	if (node->kind == NODE_SCALAR) {
		look_at_text(losses, node->text);
		return;
	}
	for (node = node->first; node; node = node->next)
		look_at_node(losses, node);
}

/* The bodies below a key: of hosts, of namespaces. */
static void look_at_bodies(struct losses *losses, const struct node *body)
{
	static const char *const inner[] = { "netns", "hosts" };

	losses->has[LOSS_DEFAULTS] |= node_find(body, "defaults") != NULL;
	for (size_t i = 0; i < sizeof(inner) / sizeof(*inner); i++) {
		const struct node *map = node_find(body, inner[i]);

		if (!map || map->kind != NODE_MAP)
			continue;
		for (const struct node *node = map->first; node; node = node->next)
			look_at_bodies(losses, node);
	}
}

static bool put_losses(const struct losses *losses, struct text *lost)
{
	size_t count = 0, put = 0;

	for (size_t i = 0; i < LOSSES; i++)
		count += losses->has[i];
	for (size_t i = 0; i < LOSSES; i++) {
		if (!losses->has[i])
			continue;
		if (put++)
			text_puts(lost, put == count ? " and " : ", ");
		text_puts(lost, loss_words[i]);
	}
	return count;
}

bool topology_is_plain(const char *bytes, size_t size, struct text *lost)
{
	CLEANUP(document_clear) struct document document = { 0 };
	struct losses losses = { 0 };
	struct error error = { 0 };

	if (document_parse("", bytes, size, &document, &error) < 0 || !document.root) {
		text_puts(lost, "all of it");
		return false;
	}
	losses.has[LOSS_COMMENTS] = has_comments(&document);
	losses.has[LOSS_VARIABLES] = node_find(document.root, "vars") != NULL;
	losses.has[LOSS_HOSTS] = node_find(document.root, "hosts") != NULL;
	losses.has[LOSS_SEGMENTS] = node_find(document.root, "segments") != NULL;
	losses.has[LOSS_WIRES] = node_find(document.root, "wires") != NULL;
	look_at_bodies(&losses, document.root);
	look_at_node(&losses, document.root);
	return !put_losses(&losses, lost);
}
