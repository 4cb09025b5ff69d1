/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The last 50 files that were applied of each lab: LAB/N.yaml and LAB/N.meta in the
 * directory of what is kept, N counting up for ever. To whoever loses all of it nothing
 * happens but that there is no going back to them.
 *
 * A meta is lines "KEY VALUE" in which a line's end is "\n" and a backslash "\\"; what
 * is not known or cannot be read is passed over. Who changes a lab's files holds its
 * lock (lab_lock.h); who reads them need not.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "apply/state.h"
#include "base/arena.h"
#include "base/text.h"

struct error;

enum {
	STORE_MOST = 50,
	STORE_WHO = 64,
};

/* What is known of an apply. Of texts read back none is NULL; all are data from outside. */
struct store_meta {
	int64_t time;            /* s since 1970 */
	const char *who;         /* a login name, or "uid 1000" */
	const char *host;        /* --host */
	const char *from;        /* the path of the file */
	const char *comment;     /* of whoever applied it */
	const char *mark;        /* what became of it: "rolled back" */
	const char *const *sets; /* the words of --set, ends with NULL */
};

void store_meta_put(struct text *text, const struct store_meta *meta);

/*
 * Puts what the lines say over what the meta has, and all of `sets`. The texts stay in
 * `lines`, which it changes.
 */
void store_meta_take(char *lines, struct arena *arena, struct store_meta *meta);

struct store_entry {
	uint64_t number;
	const char *path; /* of the file */
	struct store_meta meta;
};

struct store_entries {
	struct arena arena; /* holds the texts */
	struct store_entry *items;
	size_t count, room;
};

void store_entries_clear(struct store_entries *entries);

/* Who runs this: through sudo whoever called that, else the login name, or the uid. */
void store_who(char who[STORE_WHO]);

/*
 * Keeps a file; *number is what it is called by from then on. The oldest beyond 50 go.
 * Members of the meta may be NULL. On failure nothing was kept.
 */
int store_add(const char *lab, const void *bytes, size_t length, const struct store_meta *meta,
	      uint64_t *number, struct error *error);

/* Those of a lab, the newest first; a lab without any has none. */
int store_list(const char *lab, struct store_entries *entries, struct error *error);

/* One file: the newest (back 0), or of so many applies before. Exit 1: there is none. */
struct store_file {
	struct store_entries entries; /* holds `entry` */
	struct store_entry entry;
	struct text bytes;
};

int store_read(const char *lab, size_t back, struct store_file *file, struct error *error);

void store_file_clear(struct store_file *file);

/* Drops the newest, if it is that one, as its apply was taken back. Its number is not used again. */
int store_drop_newest(const char *lab, uint64_t number, struct error *error);

/* Says what became of one; `back` as above. */
int store_mark(const char *lab, size_t back, const char *mark, struct error *error);

/* The labs that have files, sorted. What another user's directory has is left out. */
int store_labs(struct state_labs *labs, struct error *error);
