/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/take.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/words.h"
#include "model/link.h"

int object_take(const struct attr_context *context, const struct part *parts, size_t count,
		struct words *words, struct error *error)
{
	for (size_t i = 0; i < count; i++) {
		int r = attr_take(parts[i].table, context, parts[i].object, words, error);

		if (r)
			return r;
	}
	return 0;
}

int object_unknown(const struct part *parts, size_t count, const char *const *others,
		   const char *word, struct error *error)
{
	const char *best = NULL;
	size_t distance = SIZE_MAX;

	for (size_t p = 0; p < count; p++) {
		const struct attr_table *table = parts[p].table;

		for (size_t i = 0; i < table->count; i++) {
			const struct keyword *keyword = table->rows[i].keywords;

			if (table->rows[i].traits & ATTR_STATUS)
				continue;
			words_nearer(word, table->rows[i].name, &best, &distance);
			for (; (table->rows[i].traits & ATTR_BARE) && keyword->word; keyword++)
				words_nearer(word, keyword->word, &best, &distance);
		}
	}
	for (; others && *others; others++)
		words_nearer(word, *others, &best, &distance);
	error_usage(error, "'%s' is not known here", word);
	error->is_bare = true;
	words_suggest(error, word, best, distance);
	return -EINVAL;
}

int link_name_take(const struct attr_context *context, const char *word, uint32_t *name,
		   struct error *error)
{
	struct attr_context existing = *context;
	const struct attr *row = ATTR_ROW(&link_table, link, name);
	char *copy[1];
	struct words words = { copy, 1 };
	struct link link = { 0 };
	int r;

	existing.tolerant = true;
	memcpy(copy, &word, sizeof(word));
	r = row->type->parse(row, &existing, &words, &link.name, error);
	*name = link.name.id;
	return r;
}
