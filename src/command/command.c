/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/command.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "base/words.h"
#include "command/help.h"

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

const struct command *command_find(const char *word, struct error *error)
{
	CLEANUP(candidates_clear) struct candidates candidates = { .distance = SIZE_MAX };
	const struct command *found = NULL;

	for (size_t i = 0; i < commands_count; i++) {
		enum fit fit = fits(word, commands[i]->name, commands[i]->shorts);

		if (fit == FIT_WHOLE)
			return commands[i];
		if (fit == FIT_NONE)
			continue;
		found = commands[i];
		candidate(&candidates, found->name);
	}
	if (candidates.count == 1)
		return found;
	for (size_t i = 0; i < commands_count; i++)
		words_nearer(word, commands[i]->name, &candidates.nearest, &candidates.distance);
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

static int run_verb(struct request *request, const struct command *command, const struct verb *verb,
		    struct words *words, struct error *error)
{
	bool changes = verb->traits & VERB_CHANGES;
	int r;

	if (request->options.all_netns && changes && !(verb->traits & VERB_EVERYWHERE))
		return error_usage(error, "--all-netns goes with verbs that show, not with '%s %s'",
				   command->name, verb->name);
	/*
	 * What waits in a batch's send must be there before anything looks at the
	 * kernel; of the verbs that change something, flush does.
	 */
	if ((!changes || (verb->traits & VERB_WHOLE)) && !(verb->traits & VERB_PASSES)) {
		r = apply_flush(&request->apply, error);
		if (r < 0)
			return r;
	}
	r = verb->run(request, words, error);
	if (r < 0 && error->is_bare)
		error_hint(error, " (expected: ovl %s %s %s)", command->name, verb->name,
			   verb->synopsis);
	if (!r && changes)
		r = request_commit(request, error);
	if (!r && request->unseen.errnum) {
		*error = request->unseen;
		r = -error->errnum;
	}
	error_clear(&request->unseen);
	plan_reset(&request->plan);
	return r;
}

static int run_command(struct request *request, const struct command *command, struct words *words,
		       struct error *error)
{
	const char *word = words_peek(words);
	const struct verb *verb;

	if (word && !strcmp(word, "help")) {
		help_command(command, request->out);
		return 0;
	}
	verb = verb_find(command, word ? word : command->verb, false, error);
	if (!verb)
		return -EINVAL;
	if (word)
		words_take(words);
	if (words_peek(words) && !strcmp(words_peek(words), "help") && words->left == 1) {
		help_verb(command, verb, request->out);
		return 0;
	}
	return run_verb(request, command, verb, words, error);
}

int command_run(struct request *request, struct words *words, struct error *error)
{
	const char *word = words_take(words);
	const struct command *command = word ? command_find(word, error) : NULL;

	return command ? run_command(request, command, words, error) : -EINVAL;
}

int command_run_as(struct request *request, const char *name, struct words *words,
		   struct error *error)
{
	const struct command *command = command_find(name, error);

	return command ? run_command(request, command, words, error) : -EINVAL;
}
