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

enum { SETS_MOST = 64 };

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

static int take_words(const char **path, struct topology_options *options, const char **sets,
		      struct words *words, struct error *error)
{
	static const char *const known[] = { "--host", "--set", NULL };
	size_t count = 0;

	while (words->left) {
		const char *word = words_take(words);

		if (!strcmp(word, "--host")) {
			options->host = words_value(words, word, "HOST", error);
			if (!options->host)
				return -EINVAL;
		} else if (!strcmp(word, "--set")) {
			if (count == SETS_MOST)
				return error_usage(error, "--set: more than %d", SETS_MOST);
			sets[count] = words_value(words, word, "VAR=VALUE", error);
			if (!sets[count++])
				return -EINVAL;
		} else if (*path || (*word == '-' && word[1])) {
			return object_unknown(NULL, 0, known, word, error);
		} else {
			*path = word;
		}
	}
	return *path ? 0 : error_usage(error, "a FILE is needed (- is stdin)");
}

static int run(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(topology_clear) struct topology topology = { 0 };
	const char *sets[SETS_MOST + 1] = { NULL };
	struct topology_options options = { .sets = sets };
	struct attr_context context = request_context(request);
	struct checking checking = { .request = request,
				     .json = { .out = request->out,
					       .pretty = request->options.pretty } };
	const char *path = NULL;
	int r = take_words(&path, &options, sets, words, error);

	if (r < 0)
		return r;
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
