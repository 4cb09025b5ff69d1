/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One command being run: the options it was given, the kernel it talks to,
 * where its output goes and the plan it makes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apply/apply.h"
#include "apply/guard.h"
#include "base/error.h"
#include "kernel/kernel.h"
#include "model/link.h"
#include "model/session.h"
#include "plan/candidate.h"
#include "plan/plan.h"

struct command_set;
struct network;
struct text;
struct touched;
struct words;

enum { OPTION_SETS = 32 };

struct options {
	const char *netns; /* NULL: the one ovl was started in */
	const char *batch; /* NULL: none */
	bool json, pretty, details, stats, oneline, brief, all_netns;
	bool idempotent, quiet, verbose, dry_run, as_ip, force, color;
	bool adopt, no_prune, kill; /* of topology verbs */
	const char *line;   /* as it was typed, for messages; NULL: this process's command line */
	uint32_t confirm_s; /* unless it is confirmed in so many seconds, it is taken back; 0: no */
	uint8_t family;     /* 0: not said */
	int timeout_ms;     /* of the kernel's answers; 0: the usual */
	const char *host;   /* of a topology file; NULL: all of its hosts, here */
	uint64_t count, for_ms;              /* of monitor packets: when it ends; 0: not so */
	const char *format;                  /* of a drawing; NULL: dot */
	bool diff;                           /* of a drawing: how a file differs from the network */
	bool list, every, no_pause, restart; /* of lessons */
	const char *sets[OPTION_SETS + 1];   /* VAR=VALUE, for its variables; ends with NULL */
};

/* What is known of a link while one command is parsed. */
struct link_fact {
	uint32_t netns, name;
	struct link link;
};

struct request {
	struct options options;
	const struct command_set *commands; /* that a line may name */
	struct names *names;
	struct databases *databases;
	struct kernel kernel;
	struct pools pools;
	struct apply apply;
	struct plan plan;
	struct guard guard; /* of --confirm, from the first change on */
	bool is_guarded;
	/*
	 * What commands read and change instead of the kernel: NULL, a picture of the
	 * caller's, or in a batch that is only tried the `touched` part of the kernel's.
	 */
	struct network *candidate;
	enum candidate_mode candidate_mode;
	uint32_t home; /* of a candidate: which namespace is meant where none is named */
	size_t edits;  /* how often the candidate was changed */
	struct touched *touched;
	struct text *out;
	/* What `ovl shell` runs, above this layer; NULL: there is none. */
	int (*shell)(struct request *request, struct words *words, struct error *error);
	void *front;            /* of commands that a shell adds: the shell */
	struct session session; /* command/session_guard.h looks for it when a step could cut it */
	struct link_fact *facts;
	size_t facts_count, facts_room;
	const struct attr *read_back; /* command/missing.h: of the entry it looked at last */
	struct error unseen; /* why a listing of all namespaces lacks some; errnum 0: none */
	uint32_t line;       /* of a batch; 0: a command of its own */
	int status;          /* of a command that was run inside (netns exec) */
	bool has_status;
};

void request_init(struct request *request, const struct options *options, struct text *out);
void request_clear(struct request *request);

/* What codecs need, to read words: tolerant of names that may exist. */
struct attr_context request_context(const struct request *request);

/*
 * Ends one unit of a changing command: the plan made so far is shown (dry run,
 * --as ip), carried out, or queued (batch), and a new one begins; in the
 * candidate, where there is one. A verb calls it between objects that count as a
 * command each; the end of a verb does too.
 */
int request_commit(struct request *request, struct error *error);

/*
 * With --confirm: has a guard look before the first change of the program. `name`
 * is the lab's, or GUARD_COMMANDS; `settings` what of sysctls is changed, or NULL.
 */
int request_guard(struct request *request, const char *name, const struct network *settings,
		  struct error *error);

/* Shows a plan as --dry-run, or --as ip, have it. */
void request_show_plan(struct request *request, const struct plan *plan);

/*
 * A link by name in a namespace, as it is now, remembered until the
 * next change. NULL with the error set (exit 1) when there is none.
 */
const struct link *request_link(struct request *request, uint32_t netns, uint32_t name,
				struct error *error);

/*
 * Turns DEV of a listing, which may be an altname, into the link's own name. Exit
 * 1 when there is no such link here; with -A it may be in some namespaces only.
 */
int request_own_name(struct request *request, struct link_name *dev, struct error *error);

/*
 * Whether a namespace that could not be read merely lacks a link which the filter
 * names, and others may have with -A: then the error is cleared.
 */
bool request_passes(const struct request *request, struct error *error);

/* Enters the namespace that the options name, if they do; for the rest of this process's life. */
int request_enter(const struct request *request, struct error *error);

/* A command has ended, with `r`: says what follows when a guard waits for its confirmation. */
void request_note_guard(const struct request *request, int r);

/* A note on stderr, unless --quiet. */
void request_note(const struct request *request, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Reads whatever attributes come next of the parts, in their order of
 * precedence. 1: took some, 0: the next word is none's, negative: error.
 */
int request_take(const struct request *request, const struct part *parts, size_t count,
		 struct words *words, struct error *error);

/*
 * The namespaces a show is about: with -A every named one that may be entered,
 * else the one of the request (0). Those left out make the command fail when
 * the others are shown (`unseen`).
 */
int request_places(struct request *request, uint32_t **netns, size_t *count, struct error *error);

/* The interned name of DEV behind a keyword such as "dev"; checked for what a name may be. */
int request_name(const struct request *request, const char *word, uint32_t *name,
		 struct error *error);

/* The command that is the rest of a line, else the user's shell: for exec; to be freed. */
char **request_argv(struct words *words, bool *is_shell);
