/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl shell`: where it is listed; what it runs is above this layer. */
#include "base/error.h"
#include "command/command.h"
#include "command/list.h"

static int run(struct request *request, struct words *words, struct error *error)
{
	if (!request->shell)
		return error_usage(error, "this is a shell already");
	return request->shell(request, words, error);
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "",
	  "",
	  "[FILE] | -c COMMAND [-c COMMAND]...",
	  "run commands as they are typed, or those of a file; with 'configure' they edit a candidate",
	  run,
	  VERB_TERMINAL,
	  { NULL } },
};
/* clang-format on */

const struct command command_shell = {
	.name = "shell",
	.help = "type commands, edit a topology and commit it",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
};
