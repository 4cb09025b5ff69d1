/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which sandboxes stay, and how much lives in them. */
#include "apply/sandbox.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/sandbox_store.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"

void sandboxes_clear(struct sandboxes *sandboxes)
{
	for (size_t i = 0; i < sandboxes->count; i++)
		free(sandboxes->items[i].name);
	free(sandboxes->items);
	*sandboxes = (struct sandboxes){ 0 };
}

/* The keeper's own /proc has those of its PID namespace, whatever networks they are in. */
static void count_processes(struct sandbox *sandbox)
{
	struct dirent *entry;
	char path[32];
	DIR *directory;

	snprintf(path, sizeof(path), "/proc/%d/root/proc", sandbox->pid);
	directory = opendir(path);
	if (!directory)
		return;
	while ((entry = readdir(directory)))
		sandbox->processes += isdigit((unsigned char)*entry->d_name) != 0;
	closedir(directory);
	/* None: something else is mounted there by now, or the keeper just ended. */
	sandbox->counted = sandbox->processes > 0;
	sandbox->processes -= sandbox->counted;
}

struct reading {
	const struct state_directory *store;
	struct sandboxes *sandboxes;
};

static int add(void *cookie, const char *name)
{
	struct reading *reading = cookie;
	struct sandboxes *all = reading->sandboxes;
	struct sandbox_file file = sandbox_store_look(reading->store, name);
	struct sandbox *sandbox;

	if (file.state != SANDBOX_LIVE && file.state != SANDBOX_STALE)
		return 0;
	sandbox = array_add(&all->items, &all->count, &all->room);
	*sandbox = (struct sandbox){ .name = memory_text(name),
				     .stale = file.state == SANDBOX_STALE,
				     .pid = file.pid,
				     .since = file.since };
	if (file.pid)
		count_processes(sandbox);
	/* Had it died, the pid would be anybody's. */
	if (sandbox_store_look(reading->store, name).pid != file.pid)
		sandbox->counted = false;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct sandbox *left = a, *right = b;

	return strcmp(left->name, right->name);
}

int sandbox_list(struct sandboxes *sandboxes, struct error *error)
{
	CLEANUP(state_close) struct state_directory store = { .fd = -1 };
	struct reading reading = { &store, sandboxes };
	int r = sandbox_store_open(&store, false, error);

	sandboxes_clear(sandboxes);
	if (!r)
		r = state_each(&store, add, &reading, error);
	if (sandboxes->count)
		qsort(sandboxes->items, sandboxes->count, sizeof(*sandboxes->items), by_name);
	return r;
}
