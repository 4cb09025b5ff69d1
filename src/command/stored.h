/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a lab that were applied before, as pictures. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "apply/store.h"
#include "topology/topology.h"

struct error;
struct request;

struct stored {
	bool is_there;
	struct store_file file;
	struct topology topology;
};

/* Accepts a zeroed one. */
void stored_clear(struct stored *stored);

/*
 * Reads the file that was applied last (back 0), or so many before, with the host
 * and the variables it was applied with. Exit 1: there is none.
 */
int stored_read(struct request *request, const char *lab, size_t back, struct stored *stored,
		struct error *error);

/*
 * What the lab was last made to be, as far as that is known: none when it never
 * was, was destroyed since, or cannot be read any more (which is told). Without it
 * nothing on links of others is taken for the lab's.
 */
void stored_last(struct request *request, const char *lab, struct stored *stored);

/*
 * Whether a file is the one that was applied last, with the same host and variables,
 * and not undone since: reading that again would give the same.
 */
bool stored_is_last(const char *lab, const struct document *document,
		    const struct store_meta *meta);

/*
 * Keeps a file that was applied, if it is not the one that is last already. `from` is
 * its path. What fails is told and no failure: the network is what was asked for.
 */
void stored_keep(struct request *request, const char *lab, const struct document *document,
		 const struct store_meta *meta);
