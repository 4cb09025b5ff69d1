/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a transaction writes into its journal: the objects it touches, as they
 * were and as they are to be, before its first send; then before each send how far
 * it is about to go. So another process can take it back.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "apply/journal.h"
#include "model/network.h"
#include "plan/restore.h"

struct error;

/* Makes the lab's journal and writes down what is touched. */
int ledger_begin(struct journal *journal, const char *lab, const struct touches *touches,
		 const struct names *names, struct error *error);

/* The first `sent` steps may be done from here on. */
int ledger_sent(struct journal *journal, uint32_t sent, struct error *error);

/* It holds from here on: what is left to do, the removal of namespaces, is done to the end. */
int ledger_commit(struct journal *journal, struct error *error);

/* What was read back; the touches lead into the two networks. */
struct ledger {
	struct network before, after;
	struct touches touches;
	uint32_t sent;
	bool is_there; /* there is a journal; without touches nothing was begun */
	bool is_committed;
};

/* Accepts a zeroed one. */
void ledger_clear(struct ledger *ledger);

/*
 * Reads the lab's journal. One that a crash cut off before the first send has no
 * touches.
 */
int ledger_read(struct ledger *ledger, const char *lab, struct names *names, struct error *error);
