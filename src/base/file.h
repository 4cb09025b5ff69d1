/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are wholly old or wholly new. */
#pragma once

#include <stddef.h>

struct error;

/*
 * Writes a file anew: into another beside it, which takes its place when it is on the disk
 * (fsync(2), rename(2)). A file that was there keeps its mode; of a link what it leads to is
 * written. On failure what was there is there.
 */
int file_replace(const char *path, const void *bytes, size_t length, struct error *error);
