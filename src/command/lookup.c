/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which command or verb a word means. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"

/* How well a word fits a name: not at all, as a prefix, or wholly. */
enum fit { FIT_NONE, FIT_PREFIX, FIT_WHOLE };

static enum fit fits(const char *word, const char *name, const char *shorts)
{
	size_t i = 0;

	while (word[i] && word[i] == name[i])
		i++;
	if (!word[i] && !name[i])
		return FIT_WHOLE;
	return words_among(shorts, word) ? FIT_WHOLE : i && !word[i] ? FIT_PREFIX : FIT_NONE;
}

/* Gathers what a word could mean. */
struct candidates {
	struct text list;
	size_t count;
	const char *nearest;
	size_t distance;
};

static void candidate(struct candidates *candidates, const char *name)
{
	if (candidates->count++)
		text_puts(&candidates->list, ", ");
	text_puts(&candidates->list, name);
}

static int refuse(struct candidates *candidates, const char *what, const char *word,
		  struct error *error)
{
	if (candidates->count > 1)
		return error_usage(error, "%s '%s' is ambiguous: %s", what, word,
				   text_string(&candidates->list));
	error_usage(error, "there is no %s '%s'", what, word);
	words_suggest(error, word, candidates->nearest, candidates->distance);
	return -EINVAL;
}

static void candidates_clear(struct candidates *candidates)
{
	text_clear(&candidates->list);
}

const struct command *command_find(const struct command_set *set, const char *word,
				   struct error *error)
{
	CLEANUP(candidates_clear) struct candidates candidates = { .distance = SIZE_MAX };
	const struct command *found = NULL;

	for (size_t i = 0; i < set->count; i++) {
		enum fit fit = fits(word, set->items[i]->name, set->items[i]->shorts);

		if (fit == FIT_WHOLE)
			return set->items[i];
		if (fit == FIT_NONE)
			continue;
		found = set->items[i];
		candidate(&candidates, found->name);
	}
	if (candidates.count == 1)
		return found;
	for (size_t i = 0; i < set->count; i++)
		words_nearer(word, set->items[i]->name, &candidates.nearest, &candidates.distance);
	refuse(&candidates, "object", word, error);
	return NULL;
}

const struct verb *verb_find(const struct command *command, const char *word, bool missing_ok,
			     struct error *error)
{
	CLEANUP(candidates_clear) struct candidates candidates = { .distance = SIZE_MAX };
	const struct verb *found = NULL;

	for (size_t i = 0; i < command->verbs_count; i++) {
		const struct verb *verb = &command->verbs[i];
		enum fit fit = fits(word, verb->name, verb->shorts);

		if (fit == FIT_WHOLE)
			return verb;
		if (fit == FIT_NONE || (verb->traits & VERB_WHOLE))
			continue;
		found = verb;
		candidate(&candidates, verb->name);
	}
	if (candidates.count == 1)
		return found;
	if (!candidates.count && missing_ok)
		return NULL;
	for (size_t i = 0; i < command->verbs_count; i++)
		words_nearer(word, command->verbs[i].name, &candidates.nearest,
			     &candidates.distance);
	if (candidates.count > 1) {
		refuse(&candidates, "verb", word, error);
	} else {
		error_usage(error, "'%s' has no verb '%s'", command->name, word);
		words_suggest(error, word, candidates.nearest, candidates.distance);
	}
	return NULL;
}
