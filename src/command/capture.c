/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl capture`: the running network as a topology file. */
#include "text/capture.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"
#include "command/command.h"
#include "command/list.h"
#include "kernel/netns.h"
#include "kernel/picture.h"
#include "model/lab.h"
#include "model/link.h"

/* What the file is called that describes no lab. */
#define NO_LAB "captured"

struct choice {
	char lab[LAB_NAME_MOST + 1]; /* "" : not said */
	uint32_t *netns;
	size_t count, room;
};

static void choice_clear(struct choice *choice)
{
	free(choice->netns);
}

static int take_names(struct request *request, struct words *words, struct choice *choice,
		      struct error *error)
{
	const char *name;

	if (!words_peek(words))
		return error_usage(error, "netns: NAME is expected");
	/* The namespace ovl runs in comes first though nothing of it is asked for. */
	while ((name = words_take(words))) {
		int fd = -1;
		int r = netns_open(name, &fd, error);

		fd_close(&fd);
		if (r < 0)
			return r;
		*array_add(&choice->netns, &choice->count, &choice->room) =
			names_of(request->names, name);
	}
	return 0;
}

static int take_choice(struct request *request, struct words *words, struct choice *choice,
		       struct error *error)
{
	const char *word = words_peek(words);

	if (word && strcmp(word, "netns") != 0) {
		if (!lab_check_name(word))
			return error_usage(
				error,
				"'%s' is no lab's name: a-z, 0-9 and '-' are expected, %d at most",
				word, LAB_NAME_MOST);
		memcpy(choice->lab, word, strlen(word) + 1);
		words_take(words);
	}
	if (words_take_if(words, "netns"))
		return take_names(request, words, choice, error);
	word = words_peek(words);
	return word ? error_usage(error, "'%s' is not expected: netns NAME...", word) : 0;
}

/* The only lab there is; with several the file is no lab's, and all is somebody else's. */
static void find_lab(const struct network *network, struct choice *choice)
{
	char found[LAB_NAME_MOST + 1] = "";

	for (size_t i = 0; i < network->objects[OBJECT_LINK].count; i++) {
		const struct link *link = network_at(network, OBJECT_LINK, i);
		struct lab_alias alias =
			lab_alias_split(names_text(network->names, link->alias.id));

		if (!alias.length)
			continue;
		if (*found &&
		    (strlen(found) != alias.length || strncmp(found, alias.lab, alias.length) != 0))
			return;
		memcpy(found, alias.lab, alias.length);
		found[alias.length] = '\0';
	}
	memcpy(choice->lab, found, sizeof(found));
}

static bool has_lab(const struct network *network, const char *lab)
{
	for (size_t i = 0; i < network->objects[OBJECT_LINK].count; i++) {
		const struct link *link = network_at(network, OBJECT_LINK, i);

		if (lab_alias_is(names_text(network->names, link->alias.id), lab))
			return true;
	}
	return false;
}

static int capture(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(choice_clear) struct choice choice = { .netns = NULL };
	CLEANUP(network_clear) struct network network = { 0 };
	struct picture_options picture = { .want = NULL };
	struct capture_options options = { .lab = NO_LAB };
	struct attr_context context = request_context(request);
	int r = take_choice(request, words, &choice, error);

	options.only_lab = *choice.lab;
	if (!r && !choice.count)
		r = picture_namespaces(&request->kernel, &choice.netns, &choice.count, error);
	if (!r)
		r = picture_read(&request->kernel, choice.netns, choice.count, &picture, &network,
				 error);
	if (r < 0)
		return r;
	if (*choice.lab && !has_lab(&network, choice.lab))
		return error_usage(error, "nothing here is of a lab '%s'", choice.lab);
	if (!*choice.lab)
		find_lab(&network, &choice);
	if (*choice.lab)
		options.lab = choice.lab;
	capture_print(&network, &context, &options, request->out);
	return 0;
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "",
	  "",
	  "[LAB] [netns NAME...]",
	  "print the network, or what the lab has of it, as a topology file",
	  capture,
	  VERB_WHOLE,
	  { NULL } },
};
/* clang-format on */

const struct command command_capture = {
	.name = "capture",
	.help = "the running network as a topology file",
	.verbs = verbs,
	.verbs_count = sizeof(verbs) / sizeof(*verbs),
};
