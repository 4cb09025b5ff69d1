/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/words.h"

#include <string.h>

#include "base/error.h"

enum { LONGEST = 31 };

const char *words_peek(const struct words *words)
{
	return words->left ? *words->at : NULL;
}

const char *words_take(struct words *words)
{
	if (!words->left)
		return NULL;
	words->left--;
	return *words->at++;
}

bool words_take_if(struct words *words, const char *word)
{
	if (!words->left || strcmp(*words->at, word))
		return false;
	words_take(words);
	return true;
}

bool words_among(const char *list, const char *word)
{
	while (list && *word) {
		const char *blank;
		size_t i = 0;

		while (word[i] && word[i] != ' ' && list[i] == word[i])
			i++;
		if (!word[i] && (list[i] == ' ' || !list[i]))
			return true;
		blank = strchr(list + i, ' ');
		list = blank ? blank + 1 : NULL;
	}
	return false;
}

const char *words_value(struct words *words, const char *after, const char *expected,
			struct error *error)
{
	const char *value = words_take(words);

	if (!value)
		error_usage(error, "'%s' needs a value: %s", after, expected);
	else if (!*value)
		error_usage(error, "'%s' has an empty value: %s is expected", after, expected);
	else
		return value;
	return NULL;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Damerau's distance with adjacent swaps, over the first 31 letters. */
size_t words_distance(const char *a, const char *b)
{
	size_t rows[3][LONGEST + 1];
	size_t a_length = strnlen(a, LONGEST), b_length = strnlen(b, LONGEST);
	size_t *before = rows[0], *last = rows[1], *now = rows[2];

	for (size_t j = 0; j <= b_length; j++)
		last[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t *turn = before;

		now[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			now[j] = least(least(last[j], now[j - 1]) + 1,
				       last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
		before = last;
		last = now;
		now = turn;
	}
	return last[b_length];
}

void words_nearer(const char *word, const char *candidate, const char **best, size_t *distance)
{
	size_t length = strlen(word), d = words_distance(word, candidate);

	/* A word that is known was refused for where it stands: it is no slip of another. */
	if (!strcmp(word, candidate)) {
		*distance = 0;
		*best = NULL;
		return;
	}
	/* Who stops in the middle of a word is near to it, however much is missing. */
	if (length > 1 && d > 1 && !strncmp(word, candidate, length))
		d = 1;
	if (d < *distance) {
		*distance = d;
		*best = candidate;
	}
}

void words_suggest(struct error *error, const char *word, const char *best, size_t distance)
{
	if (best && distance <= 1 + strlen(word) / 4 && distance < strlen(word))
		error_hint(error, " (did you mean '%s'?)", best);
}
