/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/synopsis.h"

#include <string.h>

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* "VNI[-VNI]" is one word: its bracket is no part of its own. */
static size_t word_length(const char *text)
{
	size_t length = 0;

	while (text[length] && !strchr(" |]}", text[length]) && strncmp(text + length, "...", 3)) {
		if (text[length] == '[')
			length += strcspn(text + length, "]");
		length += text[length] != '\0';
	}
	return length;
}

bool synopsis_next(const char **text, struct synopsis_part *part)
{
	const char *at = *text + strspn(*text, " ");

	*part = (struct synopsis_part){ .at = at, .length = 1 };
	if (!*at) {
		*text = at;
		return false;
	}
	if (*at == '[' || *at == '{') {
		part->kind = SYNOPSIS_OPEN;
	} else if (*at == ']' || *at == '}') {
		part->kind = SYNOPSIS_CLOSE;
	} else if (*at == '|') {
		part->kind = SYNOPSIS_BAR;
	} else if (!strncmp(at, "...", 3)) {
		part->kind = SYNOPSIS_REPEAT;
		part->length = 3;
	} else {
		part->kind = is_capital(*at) ? SYNOPSIS_VALUE : SYNOPSIS_WORD;
		part->length = word_length(at);
	}
	*text = at + part->length;
	return true;
}

bool synopsis_is(const struct synopsis_part *part, const char *word)
{
	return strlen(word) == part->length && !memcmp(part->at, word, part->length);
}

const char *synopsis_close(const char *open)
{
	const char *text = open;
	struct synopsis_part part;
	unsigned depth = 0;

	while (synopsis_next(&text, &part)) {
		depth += part.kind == SYNOPSIS_OPEN;
		depth -= part.kind == SYNOPSIS_CLOSE;
		if (!depth)
			return part.at;
	}
	return text;
}

bool synopsis_has(const char *synopsis, const char *value)
{
	struct synopsis_part part;

	while (synopsis_next(&synopsis, &part))
		if (part.kind == SYNOPSIS_VALUE && synopsis_is(&part, value))
			return true;
	return false;
}
