/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines that were entered, on readline's list and in a file that several
 * shells share. A line is appended to the file as it is entered, under a lock:
 * a crash loses nothing, and no shell loses another's. Lines that are there
 * twice, and those past the most, go when the file is read.
 */
#pragma once

#include <stdbool.h>

struct error;
struct text;

enum { HISTORY_MOST = 10000 };

/*
 * $XDG_STATE_HOME/ovl/history, else ~/.local/state/ovl/history. False when neither
 * variable leads anywhere.
 */
bool history_default_path(struct text *path);

/*
 * Reads the file (mode 0600; its directory is made with 0700) into readline's list,
 * the newest last. -EPERM: it or its directory is another user's.
 */
int history_load(const char *path, struct error *error);

/*
 * Adds a line to the list, in the place of an earlier equal one, and to the file
 * (NULL: none). An empty one, one that begins with a blank and the last one again
 * are left out; the list is used even when this fails.
 */
int history_keep(const char *line, const char *path, struct error *error);
