/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file that output is streamed into: what was there stays until all is written and is kept
 * on purpose.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/text.h"

struct error;

struct save_file {
	char *path; /* as the user wrote it; NULL: none is open */
	char *name; /* in the directory */
	int directory;
	int fd;
	bool in_place;    /* a device: there is nothing to replace */
	char fresh[32];   /* the new file's name; "": it has none yet (O_TMPFILE) */
	struct text text; /* put the output here; it streams */
};

/*
 * Opens a new file beside `path`; a device is opened itself, anything else than a file is
 * refused. A file that is replaced lends its mode, else it is 0644 less umask. A link is
 * followed, but none that somebody else has laid into a directory where all may write
 * (sticky, as fs.protected_symlinks has it).
 */
int save_file_open(struct save_file *file, const char *path, struct error *error);

/* Writes the rest, and puts the new file in the old one's place. */
int save_file_keep(struct save_file *file, struct error *error);

/* Leaves the old file as it was, unless the new one was kept. Accepts a zeroed one. */
void save_file_clear(struct save_file *file);
