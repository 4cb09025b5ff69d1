/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lab changed as a whole: what is there is read, compared with what is wanted,
 * carried out in stages, read back and compared again. Whatever goes wrong before
 * that, or a signal, and all of it is taken back. The one way in which apply,
 * destroy, rollback and whoever else holds a wanted picture change the network.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apply/journal.h"
#include "apply/lab_lock.h"
#include "apply/lab_network.h"
#include "apply/signals.h"
#include "kernel/link_watch.h"
#include "plan/compare.h"
#include "plan/restore.h"
#include "topology/topology.h"

struct attr_context;
struct error;
struct kernel;

/* What a lab is to become; the caller's, and good until the transaction is cleared. */
struct target {
	struct kernel *kernel;
	const struct attr_context *context;
	const char *lab;
	struct network *want; /* without objects: the lab is to be gone */
	struct compare_options options;
	bool only_looks; /* nothing is to be carried out: no lock is taken, nothing finished */
	bool forward;    /* past the first change nothing is taken back, all is tried (destroy) */
	bool kill;       /* processes in namespaces that are to go */
	bool force;      /* … may go on without a name, unless they are killed */
};

struct transaction {
	const struct target *target;
	struct lab_lock lock;
	struct signals signals;
	struct places places;
	struct topology former;  /* what others had before this lab: plan/former.h */
	struct link_watch watch; /* since before `have` was read; of what goes forward only */
	struct network have;     /* before */
	struct comparison comparison;
	struct touches touches;
	struct journal journal;
	uint32_t sent; /* how many steps may have been done */
};

/* Accepts a zeroed one; the lab's lock is released. */
void transaction_clear(struct transaction *transaction);

/*
 * Takes the lab's lock (exit 6: another ovl has it), finishes what one that was
 * killed left behind, reads the network and compares it: the comparison may be
 * shown. Nothing of the lab is changed otherwise.
 */
int transaction_prepare(struct transaction *transaction, const struct target *target,
			struct error *error);

/*
 * Carries it out. Exit 5 when something of somebody else's is in the way (nothing
 * is done), 2 when it failed and all of it was taken back, 4 when that did not
 * succeed: the text lists what is left, and the journal stays for the next try.
 */
int transaction_run(struct transaction *transaction, struct error *error);

/*
 * Takes back what a journal says, if the lab has one; the lock is held. What does
 * not go back, when all was tried, is told on stderr, and the journal ends.
 */
int transaction_recover(struct kernel *kernel, const struct attr_context *context, const char *lab,
			struct error *error);
