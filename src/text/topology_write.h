/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A topology file being written: its form, which a network that was captured and
 * one that is wanted have in common. What of the network is written, and what of
 * each link, they know themselves.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr/attr.h"
#include "model/link.h"
#include "model/network.h"

struct fdb;
struct text;
struct topology_writer;

/* Who asks the writer to write, and what. */
struct writer_choice {
	/* Whether an entry is written at all. */
	bool (*is_chosen)(void *cookie, enum object_type type, const void *entry);
	/* Whether it is an element of its link's `remotes`, and not of `fdb`. */
	bool (*is_remote)(void *cookie, const struct fdb *fdb);
	/* Puts the words of an entry, of one that stands with its link without that. */
	void (*words)(void *cookie, enum object_type type, const void *entry, struct text *words);
};

/* What stands with its link, as a list. */
enum hanging { HANGING_ALTNAMES, HANGING_ADDRESSES, HANGING_REMOTES, HANGING_VNIS, HANGINGS };

/* Entries of one namespace, chained by their link. */
struct writer_chains {
	uint32_t *slots; /* by hash of the link's name -> 1 + index of the first */
	uint32_t *last;  /* … and of the last */
	size_t size;
	uint32_t *next; /* of each entry, from `from` on */
	size_t from;
};

struct topology_writer {
	/*
	 * The objects of a namespace stand together, in the order of the OBJECT_NETNS,
	 * those of the namespace ovl runs in first.
	 */
	const struct network *network;
	struct attr_context context;
	struct text *text;
	const struct writer_choice *choice;
	void *cookie;

	/* The body that is being written. */
	size_t indent;
	uint32_t netns;
	size_t from[OBJECT_TYPES], to[OBJECT_TYPES];
	struct network links; /* those of the namespace, to be found by name */
	struct writer_chains hanging[HANGINGS];
};

/* "ovl: 1", "lab: LAB". */
void writer_put_head(struct topology_writer *writer, const char *lab);

/*
 * Goes on to the next namespace, until writer_end_body(): its objects are from[] to
 * to[], and its links are found by name. What hangs on those is chosen afterwards.
 */
void writer_begin_body(struct topology_writer *writer, uint32_t netns);
void writer_choose_hanging(struct topology_writer *writer);
void writer_end_body(struct topology_writer *writer);

/* "  NETNS:", and behind the first "netns:"; returns the length to be handed to the end. */
size_t writer_begin_netns(struct topology_writer *writer, bool *any);
/* A namespace in which nothing was put is one all the same: a key has a value. */
void writer_end_netns(struct topology_writer *writer, size_t begun);

/* A line of the body. */
void writer_put_line(struct topology_writer *writer, size_t more, const char *line);

/* The link of the body that has the name, or NULL. */
const struct link *writer_link(const struct topology_writer *writer, struct link_name name);

bool writer_is_lo(const struct topology_writer *writer, const struct link *link);

/* "links:" before the first, "  NAME: "; what follows is a flow map. */
void writer_begin_link(struct topology_writer *writer, const struct link *link, bool *any);
void writer_end_link(struct topology_writer *writer, bool any);

/* "WORD: VALUE" in a flow map; "WORD: null". */
void writer_put_row(struct topology_writer *writer, const struct attr *row, const void *object,
		    bool *any);
void writer_put_null(struct topology_writer *writer, const char *key, bool *any);

/* "KEY: LINK", or NETNS/LINK where it is elsewhere. */
void writer_put_reference(struct topology_writer *writer, const char *key, uint32_t netns,
			  uint32_t name, bool *any);

/* What hangs on the link and was chosen. */
bool writer_has_hanging(const struct topology_writer *writer, enum hanging which,
			const struct link *link);
void writer_put_hanging(struct topology_writer *writer, enum hanging which, const struct link *link,
			bool *any);

/* "KEY:" and an entry a line: those of the body that were chosen and hang on no link. */
void writer_put_entries(struct topology_writer *writer, enum object_type type, const char *key);
