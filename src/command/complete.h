/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can come next on a command line: options, objects and verbs, the words
 * of a verb's synopsis and tables that were not used yet, their values, and the
 * names of what is really there. It only reads, and what it cannot read it
 * leaves out without a word.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct request;
struct words;

/*
 * Takes a candidate that begins with what was typed; `help` is one line, or
 * NULL. `word` is NULL for a value that nobody can list, such as a new name:
 * `help` is its placeholder.
 */
typedef void complete_function(void *cookie, const char *word, const char *help);

/* Which links are wanted: those of a namespace (interned, 0: the request's), … */
struct complete_links {
	uint32_t netns;
	const char *kind; /* … of a kind, NULL: any … */
	bool ports;       /* … that are ports of bridges, … */
	bool joins;       /* … or could become some */
};

/* Where names come from: each function puts what there is, with a line of help or NULL. */
struct complete_source {
	void (*links)(void *cookie, const struct complete_links *wanted, complete_function *put,
		      void *put_cookie);
	void (*netns)(void *cookie, complete_function *put, void *put_cookie);
	void *cookie;
	void (*sandboxes)(void *cookie, complete_function *put, void *put_cookie); /* NULL: none */
	void (*labs)(void *cookie, complete_function *put, void *put_cookie);      /* NULL: none */
	void (*lessons)(void *cookie, complete_function *put, void *put_cookie);   /* NULL: none */
	void (*processes)(void *cookie, complete_function *put, void *put_cookie); /* the same */
};

/* What may stand there beside the candidates; the caller knows how to list it. */
enum complete_more { COMPLETE_WORDS, COMPLETE_FILES, COMPLETE_COMMAND };

struct completion {
	struct request *request;
	const struct complete_source *source; /* NULL: the kernel, now */
	char *const *words;                   /* in front of the one being typed, without "ovl" */
	size_t count;
	const char *typed; /* may be empty */
	complete_function *put;
	void *cookie;
	size_t command; /* COMPLETE_COMMAND: at which of the words that command begins */
};

enum complete_more complete(struct completion *completion);

/*
 * `ovl complete -- [WORD...] TYPED`, for the shells: prints a candidate a line,
 * a tab, its help. A line that begins with the tab says what the shell is to
 * list by itself: "files", or "command N": the words from the N-th on.
 */
int complete_run(struct request *request, struct words *words, struct error *error);
