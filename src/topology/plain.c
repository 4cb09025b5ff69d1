/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "topology/plain.h"

#include <string.h>
#include <yaml.h>

#include "base/text.h"
#include "base/words.h"

enum loss { LOSS_COMMENTS = 1, LOSS_EXPRESSIONS = 2, LOSS_DEFAULTS = 4, LOSS_HOSTS = 8 };

static const char *const loss_names[] = { "the comments", "the repetition and the variables",
					  "the defaults", "the hosts" };

/* The scanner passes comments over: they are where no token is. */
static bool has_comment(const char *bytes, size_t from, size_t to)
{
	return to > from && memchr(bytes + from, '#', to - from);
}

/* "$$(" is a "$(" that stands for itself. */
static bool has_expression(const char *text)
{
	for (const char *at = text; (at = strstr(at, "$(")); at += 2)
		if (at == text || at[-1] != '$')
			return true;
	return false;
}

static unsigned int loss_of_scalar(const yaml_token_t *token, bool is_key)
{
	const char *text = (const char *)token->data.scalar.value;

	if (has_expression(text))
		return LOSS_EXPRESSIONS;
	if (!is_key)
		return 0;
	return words_among("hosts segments wires", text) ? LOSS_HOSTS
	       : !strcmp(text, "defaults")               ? LOSS_DEFAULTS
	       : !strcmp(text, "vars")                   ? LOSS_EXPRESSIONS
							 : 0;
}

static unsigned int losses_of(yaml_parser_t *parser, const char *bytes, size_t length)
{
	unsigned int losses = 0;
	bool is_key = false, ends = false;
	size_t behind = 0;

	while (!ends) {
		yaml_token_t token;

		if (!yaml_parser_scan(parser, &token))
			return losses;
		ends = token.type == YAML_STREAM_END_TOKEN;
		if (token.type == YAML_SCALAR_TOKEN || ends) {
			size_t at = ends ? length : token.start_mark.index;

			if (has_comment(bytes, behind, at))
				losses |= LOSS_COMMENTS;
			behind = token.end_mark.index;
		}
		if (token.type == YAML_SCALAR_TOKEN)
			losses |= loss_of_scalar(&token, is_key);
		is_key = token.type == YAML_KEY_TOKEN;
		yaml_token_delete(&token);
	}
	return losses;
}

bool topology_is_plain(const char *bytes, size_t length, struct text *out)
{
	yaml_parser_t parser;
	unsigned int losses;
	size_t told = 0;

	if (!yaml_parser_initialize(&parser))
		return true;
	yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
	losses = losses_of(&parser, bytes, length);
	yaml_parser_delete(&parser);
	for (size_t i = 0; i < sizeof(loss_names) / sizeof(*loss_names); i++)
		if (losses >> i & 1)
			text_printf(out, "%s%s", told++ ? ", " : "", loss_names[i]);
	return !losses;
}
