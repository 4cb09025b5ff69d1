/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A change taken back: the network is compared with how it was, and what differs is restored. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "plan/restore.h"

struct attr_context;
struct error;
struct kernel;
struct names;
struct signals;

struct take_back {
	struct kernel *kernel;
	const struct attr_context *context;
	const char *lab; /* NULL: the change was no lab's */
	const struct touches *touches;
	uint32_t sent;           /* how many of its steps may have been done */
	struct signals *signals; /* one that comes now ends it; NULL: they are not asked for */
	bool *is_stuck; /* set when all was tried and some does not go; NULL: nobody asks */
};

/*
 * Restores what the change touched and nobody else changed since; steps that are
 * refused are tried again when the network is read back. Fails with exit 4: the
 * text names what is not as it was.
 */
int take_back(const struct take_back *back, struct error *error);

/* The files of namespaces that were cut short in being made or removed. */
int take_back_leftovers(const struct names *names, const struct touches *touches,
			struct error *error);
