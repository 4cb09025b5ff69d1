/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attr/keyword.h"

#include <string.h>

bool keyword_value(const struct keyword *keywords, const char *word, uint64_t *value)
{
	for (; keywords && keywords->word; keywords++) {
		if (*keywords->word == *word && !strcmp(keywords->word, word)) {
			*value = keywords->value;
			return true;
		}
	}
	return false;
}

const char *keyword_shown(const struct keyword *keywords, uint64_t value)
{
	for (; keywords && keywords->word; keywords++) {
		if (keywords->value == value)
			return keywords->shown;
	}
	return NULL;
}

const char *keyword_word(const struct keyword *keywords, uint64_t value)
{
	for (; keywords && keywords->word; keywords++) {
		if (keywords->value == value)
			return keywords->word;
	}
	return NULL;
}
