/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/command.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/words.h"
#include "command/help.h"
#include "command/synopsis.h"

static int run_verb(struct request *request, const struct command *command, const struct verb *verb,
		    struct words *words, struct error *error)
{
	bool changes = verb->traits & VERB_CHANGES;
	int r;

	if (request->options.all_netns && changes && !(verb->traits & VERB_EVERYWHERE))
		return error_usage(error, "--all-netns goes with verbs that show, not with '%s %s'",
				   command->name, verb->name);
	if (request->candidate && !request->touched && (verb->traits & VERB_KERNEL))
		return error_usage(
			error, "'%s%s%s' is about the kernel, not the candidate: put 'do' in front",
			command->name, *verb->name ? " " : "", verb->name);
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
		error_hint(error, " (expected: ovl %s%s%s %s)", command->name,
			   *verb->name ? " " : "", verb->name, verb->synopsis);
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

/*
 * The verb of a line. Where the one that may be left out takes a COMMAND, a word
 * that is no verb begins its arguments.
 */
static const struct verb *take_verb(const struct command *command, struct words *words,
				    struct error *error)
{
	const char *word = words_peek(words);
	const struct verb *verb = word ? verb_find(command, word, true, error) : NULL, *usual;

	if (verb)
		words_take(words);
	if (verb || error->errnum)
		return verb;
	usual = verb_find(command, command->verb, false, error);
	if (!word || !usual || synopsis_has(usual->synopsis, "COMMAND"))
		return usual;
	return verb_find(command, word, false, error);
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
	verb = command_only_verb(command);
	if (verb)
		return run_verb(request, command, verb, words, error);
	verb = take_verb(command, words, error);
	if (!verb)
		return -EINVAL;
	if (words_peek(words) && !strcmp(words_peek(words), "help") && words->left == 1) {
		help_verb(command, verb, request->out);
		return 0;
	}
	return run_verb(request, command, verb, words, error);
}

int command_run(struct request *request, struct words *words, struct error *error)
{
	const char *word = words_take(words);
	const struct command *command = word ? command_find(request->commands, word, error) : NULL;

	return command ? run_command(request, command, words, error) : -EINVAL;
}

const struct verb *command_verb(const struct command_set *set, struct words words)
{
	struct error ignored = { 0 };
	const char *word = words_take(&words);
	const struct command *command = word ? command_find(set, word, &ignored) : NULL;
	const struct verb *verb = command ? command_only_verb(command) : NULL;

	if (!command || verb)
		return verb;
	verb = take_verb(command, &words, &ignored);
	if (!verb || strcmp(verb->synopsis, "...") != 0)
		return verb;
	command = command_find(&command_all, verb->name, &ignored);
	return command ? take_verb(command, &words, &ignored) : verb;
}

int command_run_as(struct request *request, const char *name, struct words *words,
		   struct error *error)
{
	const struct command *command = command_find(&command_all, name, error);

	return command ? run_command(request, command, words, error) : -EINVAL;
}
