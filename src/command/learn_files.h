/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where lessons are, what they are called, and the one a user means. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "text/lesson.h"

struct error;

struct learn_file {
	char *path; /* of the original */
	char *name; /* "2-veth": the file without .md; of a file of the user's own as it was named */
	char *own;  /* the whole path of a file that the user named; NULL: it is one of ours */
};

struct learn_files {
	struct learn_file *items;
	size_t count, room;
};

/* Accepts a zeroed one. */
void learn_file_clear(struct learn_file *file);
void learn_files_clear(struct learn_files *files);

/* All in $OVL_LESSONS, else where they are installed, in their order. Exit 2: it cannot be read. */
int learn_files_read(struct learn_files *files, struct error *error);

/*
 * The one that a word means: a path (with '/' or ending in .md), "2-veth", "veth", "2", or a
 * beginning of those that fits one only. Exit 1 when there is none; the nearest is told.
 */
int learn_file_find(const char *word, struct learn_file *file, struct error *error);

/*
 * Reads it; in Chinese where that is wanted and FILE.zh.md is there, which must have the
 * same commands and checks as the original.
 */
int learn_file_load(const struct learn_file *file, bool chinese, struct lesson *lesson,
		    struct error *error);
