/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the network is what the candidate says, and what was committed last: found out in a
 * child, so that nobody who types waits for it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct pollfd;
struct shell;

struct drift {
	bool differs; /* the network, from the candidate */
	bool drifted; /* the network, from what was committed last */
	bool is_known;
	/* The child that looks. */
	pid_t pid; /* 0: none */
	int fd;
	int64_t due_ms; /* when to look, on CLOCK_MONOTONIC; 0: not before something changes */
};

/* Something changed: a look is due in a moment, when it is quiet. */
void drift_note(struct drift *drift);

/* Fills in what to wait for, at most one, and shortens *timeout_ms to when a look is due. */
size_t drift_polls(const struct drift *drift, struct pollfd *polls, int *timeout_ms);

/* After each wait: takes a child's answer, begins a look that is due. Whether what is known changed. */
bool drift_ready(struct shell *shell, struct drift *drift);

/* Ends a look that is under way. */
void drift_clear(struct drift *drift);
