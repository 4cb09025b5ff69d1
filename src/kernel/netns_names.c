/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/netns_names.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "kernel/netns_file.h"

void netns_names_clear(struct netns_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
	*names = (struct netns_names){ 0 };
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void stream_close(DIR **stream)
{
	if (*stream)
		closedir(*stream);
}

void netns_names_read(struct netns_names *names)
{
	CLEANUP(stream_close) DIR *stream = NULL;
	struct error ignored = { 0 };
	struct dirent *entry;
	int fd, r = netns_directory(&fd, &ignored);

	names->is_read = r == -ENOENT;
	if (r < 0)
		return;
	stream = fdopendir(fd);
	if (!stream) {
		fd_close(&fd);
		return;
	}
	while ((errno = 0, entry = readdir(stream)))
		*array_add(&names->items, &names->count, &names->room) = memory_text(entry->d_name);
	names->is_read = !errno;
	if (names->count)
		qsort(names->items, names->count, sizeof(*names->items), by_text);
}

bool netns_names_may_have(const struct netns_names *names, const char *name)
{
	if (!names->is_read || !*name || !strncmp(name, "pid:", 4))
		return true;
	/* "." is one of them. */
	return names->count &&
	       bsearch(&name, names->items, names->count, sizeof(*names->items), by_text);
}
