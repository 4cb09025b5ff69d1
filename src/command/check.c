/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl check`: reads a topology file and says what is wrong with it; asks no kernel. */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/list.h"
#include "text/take.h"
#include "topology/topology.h"

struct checking {
	const struct request *request;
	const char *path;
	struct json json;
};

static void report(void *cookie, const struct topology_mistake *mistake)
{
	struct checking *checking = cookie;
	struct json *json = &checking->json;

	/* The last one is the command's own error. */
	if (!checking->request->options.json) {
		if (!mistake->is_last)
			error_print(&mistake->error, stderr);
		return;
	}
	json_open_object(json, NULL);
	json_string(json, "file", checking->path);
	json_number(json, "line", mistake->at.line);
	json_number(json, "column", mistake->at.column);
	json_string(json, "message", mistake->message);
	json_close_object(json);
}

static int run(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(topology_clear) struct topology topology = { 0 };
	struct topology_options options = { .host = request->options.host,
					    .sets = request->options.sets };
	struct attr_context context = request_context(request);
	struct checking checking = { .request = request,
				     .json = { .out = request->out,
					       .pretty = request->options.pretty } };
	const char *path = words_take(words);
	int r;

	if (!path)
		return error_usage(error, "a FILE is needed (- is stdin)");
	if (words->left)
		return object_unknown(NULL, 0, NULL, *words->at, error);
	checking.path = strcmp(path, "-") ? path : "stdin";
	if (!request->options.json)
		return topology_read(path, &options, &context, &topology, report, &checking, error);
	json_open_object(&checking.json, NULL);
	json_number(&checking.json, "format", 1);
	json_string(&checking.json, "file", checking.path);
	json_open_array(&checking.json, "errors");
	r = topology_read(path, &options, &context, &topology, report, &checking, error);
	json_close_array(&checking.json);
	if (topology.lab)
		json_string(&checking.json, "lab", topology.lab);
	else
		json_null(&checking.json, "lab");
	json_number(&checking.json, "objects", topology_count(&topology));
	json_close_object(&checking.json);
	text_char(request->out, '\n');
	return r;
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "", "", "FILE", "read a topology file and say what is wrong with it", run, 0, { NULL } },
};
/* clang-format on */

const struct command command_check = {
	.name = "check",
	.help = "a topology file, without a look at the kernel",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
};
