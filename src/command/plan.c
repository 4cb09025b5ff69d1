/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl plan`: the steps that would make the network what a file asks for, also as a script. */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/lab.h"
#include "command/lab_verbs.h"
#include "command/list.h"
#include "command/session_guard.h"
#include "plan/diff_print.h"
#include "plan/plan.h"

/* A script that ends at its first failure; what is in the way it can only say. */
static void print_script(struct request *request, const struct lab *lab,
			 const struct attr_context *context, const struct diff_options *options)
{
	CLEANUP(text_clear) struct text conflicts = { 0 };
	const char *line;

	text_puts(request->out, "#!/bin/sh\n");
	diff_print(&lab->comparison, context, options, &conflicts);
	line = text_string(&conflicts);
	while (*line) {
		size_t length = (size_t)(strchr(line, '\n') - line) + 1;

		text_puts(request->out, "# ");
		text_put(request->out, line, length);
		line += length;
	}
	text_puts(request->out, "set -e\n");
	plan_print_ip(&lab->comparison.plan, NULL, context, request->out);
}

int lab_plan(struct request *request, struct lab *lab, const char *file, struct error *error)
{
	struct attr_context context = request_context(request);
	struct json json = { .out = request->out, .pretty = request->options.pretty };
	struct diff_options options = { .lab = lab->topology.lab,
					.file = file,
					.color = request->options.color,
					.only_conflicts = true };
	int r = lab_compare(request, lab, error);

	if (!r)
		r = session_mark(request, &lab->comparison.plan, error);
	if (r < 0)
		return r;
	if (request->options.as_ip) {
		options.color = false;
		print_script(request, lab, &context, &options);
	} else if (request->options.json) {
		options.only_conflicts = false;
		options.by_steps = true;
		diff_json(&lab->comparison, &context, &options, &json);
		text_char(request->out, '\n');
	} else {
		diff_print(&lab->comparison, &context, &options, request->out);
		plan_print(&lab->comparison.plan, &context, request->out);
	}
	lab_finish(request, lab);
	return 0;
}

static int plan(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(lab_clear) struct lab lab = { 0 };
	const char *path = words_peek(words);
	int r = lab_load(request, words, &lab, error);

	return r < 0 ? r : lab_plan(request, &lab, lab_file_name(path), error);
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "",
	  "",
	  "FILE",
	  "show the steps that would make the network what the file asks for",
	  plan,
	  VERB_WHOLE,
	  { NULL } },
};
/* clang-format on */

const struct command command_plan = {
	.name = "plan",
	.help = "the steps that make the network what a topology file asks for",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
};
