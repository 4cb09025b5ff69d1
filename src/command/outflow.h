/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The output of what goes on until it is told to end: by SIGINT, SIGTERM or the
 * end of whoever reads. It waits for the reader as well as for signals: a reader
 * that stops does not keep it from being ended.
 */
#pragma once

#include <poll.h>
#include <signal.h>
#include <stdbool.h>

#include "base/text.h"

struct error;

struct outflow {
	struct text text; /* not yet written */
	struct text *out; /* where it goes */
	int signals;
	bool ended;
	sigset_t before;
};

enum { OUTFLOW_POLLS = 2 };

/* From here on both signals end it; what `out` holds is written. Close it also after a failure. */
int outflow_open(struct outflow *outflow, struct text *out, struct error *error);
void outflow_close(struct outflow *outflow);

/*
 * Writes what waits. After a signal the reader has some time more to take it all;
 * a second signal ends that too.
 */
int outflow_write(struct outflow *outflow, struct error *error);

/*
 * What to poll for while there is nothing to write, and then to look at: sets
 * `ended`, fails when the reader went away.
 */
void outflow_polls(const struct outflow *outflow, struct pollfd polls[OUTFLOW_POLLS]);
int outflow_look(struct outflow *outflow, const struct pollfd polls[OUTFLOW_POLLS],
		 struct error *error);
