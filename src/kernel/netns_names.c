/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/netns_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/netns_file.h"

void netns_names_clear(struct netns_names *names)
{
	netns_files_clear(&names->files);
	names->is_read = false;
}

void netns_names_read(struct netns_names *names)
{
	struct error ignored = { 0 };

	names->is_read = !netns_list_names(&names->files, &ignored);
}

static int compare_name(const void *name, const void *file)
{
	return strcmp(name, ((const struct netns_file *)file)->name);
}

bool netns_names_may_have(const struct netns_names *names, const char *name)
{
	const struct netns_files *files = &names->files;

	if (!names->is_read || !*name || !strcmp(name, ".") || !strncmp(name, "pid:", 4))
		return true;
	return files->count &&
	       bsearch(name, files->items, files->count, sizeof(*files->items), compare_name);
}
