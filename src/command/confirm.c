/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl confirm`: what waits for its confirmation holds. */
#include "command/confirm.h"

#include <string.h>

#include "apply/guard.h"
#include "attr/value.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/list.h"
#include "command/request.h"

int confirm_find(const char *word, char name[LAB_NAME_MOST + 1], struct error *error)
{
	CLEANUP(state_labs_clear) struct state_labs waiting = { 0 };
	CLEANUP(text_clear) struct text names = { 0 };
	int r = guard_list(&waiting, error);

	if (r < 0)
		return r;
	for (size_t i = 0; i < waiting.count; i++) {
		const char *found = waiting.names[i];

		text_printf(&names, "%s%s", i ? ", " : "",
			    strcmp(found, GUARD_COMMANDS) ? found
							  : "'" GUARD_COMMANDS "' (commands)");
		if (waiting.count == 1 || (word && !strcmp(word, found)))
			memcpy(name, found, strlen(found) + 1);
		if (word && !strcmp(word, found))
			return 1;
	}
	if (word || !waiting.count)
		return 0;
	return waiting.count == 1 ? 1
				  : error_usage(error, "which? There wait %s", text_string(&names));
}

int guard_front(struct request *request, struct words *words, struct error *error)
{
	const char *name = words_take(words), *seconds = words_take(words),
		   *what = words_take(words);
	struct attr_context context = request_context(request);
	uint64_t number;

	if (!what || !number_read(seconds, &number) || !number || number > UINT32_MAX)
		return error_usage(error, "'guard' is ovl's own: see --confirm");
	return guard_run(&request->kernel, &context, name, (uint32_t)number, what, error);
}

static int confirm(struct request *request, struct words *words, struct error *error)
{
	struct attr_context context = request_context(request);
	const char *word = words_take(words);
	char name[LAB_NAME_MOST + 1];
	struct guard_wait wait;
	int r;

	if (words_peek(words))
		return error_usage(error, "'%s' is too much", words_peek(words));
	r = confirm_find(word, name, error);
	if (!r)
		return word ? error_usage(error, "nothing of '%s' waits to be confirmed", word)
			    : error_usage(error, "nothing waits to be confirmed");
	if (r < 0)
		return r;
	if (guard_look(name, &wait) && !wait.pid)
		request_note(request, "its guard was gone (killed): it would not have been taken "
				      "back");
	return guard_end(&request->kernel, &context, name, true, error);
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "",
	  "",
	  "[LAB]",
	  "what was changed with --confirm holds",
	  confirm,
	  VERB_WHOLE,
	  { NULL } },
};
/* clang-format on */

const struct command command_confirm = {
	.name = "confirm",
	.help = "what was changed with --confirm holds",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
};
