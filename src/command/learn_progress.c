/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/learn_progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/state.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

enum { LINE_MOST = 64 };

static const char folder[] = "learn";

/* A file of the user's own is told from others by its path, of which a name has a hash (FNV-1a). */
static void name_of(const struct learn_file *file, char name[STATE_NAME])
{
	const char *path = file->own ? file->own : file->name;
	uint64_t hash = 0xcbf29ce484222325;

	if (!file->own && strlen(file->name) < STATE_NAME - 8) {
		snprintf(name, STATE_NAME, "%s", file->name);
		return;
	}
	for (const char *at = path; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 0x100000001b3;
	snprintf(name, STATE_NAME, "file-%016" PRIx64, hash);
}

struct learn_progress learn_progress_read(const struct learn_file *file)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	CLEANUP(text_clear) struct text text = { 0 };
	struct learn_progress progress = { 0 };
	struct error ignored = { 0 };
	char name[STATE_NAME];

	name_of(file, name);
	if (state_open(STATE_PERSONAL, folder, false, &directory, &ignored) < 0 ||
	    state_read(&directory, name, LINE_MOST, &text, &ignored) < 0)
		return progress;
	if (!strcmp(text_string(&text), "done\n"))
		progress.done = true;
	else
		sscanf(text_string(&text), "step %" SCNu32, &progress.step);
	return progress;
}

int learn_progress_write(const struct learn_file *file, struct learn_progress progress,
			 struct error *error)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	char name[STATE_NAME], line[LINE_MOST];
	int r = state_open(STATE_PERSONAL, folder, true, &directory, error);

	if (r < 0)
		return r;
	name_of(file, name);
	if (progress.done)
		snprintf(line, sizeof(line), "done\n");
	else
		snprintf(line, sizeof(line), "step %" PRIu32 "\n", progress.step);
	return state_replace(&directory, name, line, strlen(line), error);
}
