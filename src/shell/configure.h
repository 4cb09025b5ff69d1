/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Configure mode's candidate: the picture a topology file asks for, and the edits made to it
 * since. Any edit can be undone: the candidate is made again from the text it began with and
 * the lines that were typed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "model/lab.h"
#include "topology/topology.h"

struct error;
struct lab;
struct shell;

/* A topology as text, and what else belongs to reading it. */
struct source_text {
	char *bytes; /* ends with a NUL */
	size_t length;
	char *path;  /* of the file; NULL: it is none of a file */
	char *host;  /* --host, or NULL */
	char **sets; /* --set; ends with NULL, or NULL */
};

struct edit {
	char *line;              /* a command; NULL: */
	struct source_text text; /* the candidate became this one */
	char *netns;             /* where the line was about; NULL: the host */
};

struct configured {
	bool is_open;
	char lab[LAB_NAME_MOST + 1];
	struct topology topology;
	struct edit *edits; /* the first one is a text */
	size_t done;        /* so many of them are in the candidate; the rest was undone */
	size_t count, room;
	struct source_text file;  /* as it was opened or saved last; its path NULL: none was */
	struct source_text saved; /* what was opened, saved or committed last */
	bool is_unconfirmed;      /* that was a commit, which may still be taken back */
	size_t saved_at; /* as many edits were done then; SIZE_MAX: that is not to be had again */
};

void source_text_clear(struct source_text *text);

/* Copies all of it; path, host and sets may be NULL, and the path and host "". */
void source_text_set(struct source_text *text, const char *bytes, size_t length, const char *path,
		     const char *host, const char *const *sets);

/* Reads a text as a topology. Mistakes in it but the last are printed. */
int configured_parse(struct shell *shell, const struct source_text *text, struct topology *topology,
		     struct error *error);

/* Opens the candidate with that text. Mistakes in it but the last are printed. */
int configured_open(struct shell *shell, const struct source_text *text, struct error *error);

/* Accepts one that is not open. */
void configured_close(struct shell *shell);

/* The candidate becomes that text, as an edit. */
int configured_load(struct shell *shell, const struct source_text *text, struct error *error);

/* What was loaded is what stands in the candidate's own file, when it came from there. */
void configured_note_file(struct configured *configured);

/* A line was carried out in the candidate; `netns` is where it was about, NULL: the host. */
void configured_note_line(struct shell *shell, const char *line, const char *netns);

/* Makes the candidate anew, without what a line did before it failed. */
int configured_remake(struct shell *shell, struct error *error);

/* Takes one edit back (-1) or does it again (1); -ENOENT, exit 1: there is none. */
int configured_step(struct shell *shell, int by, struct error *error);

/* Back to what was opened, saved or committed last. */
int configured_discard(struct shell *shell, struct error *error);

/* The interned name of a namespace that the candidate has; 0: it has none of that name. */
uint32_t configured_netns(const struct shell *shell, const char *name);

bool configured_is_changed(const struct configured *configured);

/* What was not done to it, as in "it was …"; NULL: nothing that would be lost. */
const char *configured_lacks(const struct configured *configured);

/* What there is now was saved, or committed, as that text; `path` NULL: as before. */
void configured_mark_saved(struct shell *shell, const char *bytes, size_t length, const char *path);

/* The text that the candidate is, with its comments; NULL when lines changed it since. */
const struct source_text *configured_text(const struct configured *configured);

/* The candidate as the text of a file; exit 1 when no file can say something of it. */
int configured_print(struct shell *shell, struct text *text, struct error *error);

/*
 * Reads the candidate as a file would be read, with all checks of one; `file` becomes what
 * places are in: NULL, when it is of no file.
 */
int configured_lab(struct shell *shell, struct lab *lab, const char **file, struct error *error);
