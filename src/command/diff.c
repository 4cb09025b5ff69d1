/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl diff`: how the network differs from what a file asks for. Sends nothing that changes anything. */
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/lab.h"
#include "command/lab_verbs.h"
#include "command/list.h"
#include "plan/diff_print.h"

void lab_print(const struct request *request, const struct comparison *comparison, const char *lab,
	       const char *file, struct text *out)
{
	struct attr_context context = request_context(request);
	struct json json = { .out = out, .pretty = request->options.pretty };
	const struct diff_options options = { .lab = lab,
					      .file = file,
					      .color = request->options.color };

	if (request->options.json) {
		diff_json(comparison, &context, &options, &json);
		text_char(out, '\n');
	} else {
		diff_print(comparison, &context, &options, out);
	}
}

int lab_diff(struct request *request, struct lab *lab, const char *file, struct error *error)
{
	int r = lab_compare(request, lab, error);

	if (r < 0)
		return r;
	lab_print(request, &lab->comparison, lab->topology.lab, file, request->out);
	lab_finish(request, lab);
	return 0;
}

static int diff(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(lab_clear) struct lab lab = { 0 };
	const char *path = words_peek(words);
	int r = lab_load(request, words, &lab, error);

	return r < 0 ? r : lab_diff(request, &lab, lab_file_name(path), error);
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "",
	  "",
	  "FILE",
	  "show how the network differs from what the file asks for",
	  diff,
	  VERB_WHOLE,
	  { NULL } },
};
/* clang-format on */

const struct command command_diff = {
	.name = "diff",
	.help = "how the network differs from a topology file",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
};
