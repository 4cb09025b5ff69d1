/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What apply, destroy and rollback have in common: a lab changed as a whole, and told. */
#pragma once

struct document;
struct error;
struct request;
struct store_meta;
struct target;
struct transaction;

/*
 * Changes the lab, or with --dry-run and --as ip shows the steps of it. As
 * transaction_run().
 */
int change_run(struct request *request, struct transaction *transaction, struct target *target,
	       struct error *error);

/*
 * Prints what was done: a line of counts, nothing with --quiet; with -j the object
 * that `diff -j` prints, of differences that are no more. `file`: where the places
 * are, NULL when there are none. Returns 0.
 */
int change_tell(struct request *request, const struct transaction *transaction, const char *file);

/* Keeps the file for `history` and `rollback`, unless it was a dry run. */
void change_keep(struct request *request, const struct transaction *transaction,
		 const struct document *document, const struct store_meta *meta);
