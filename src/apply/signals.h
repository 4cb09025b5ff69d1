/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signals while a change is carried out: SIGINT and SIGTERM are read between
 * sends (signalfd(2)), so that none cuts one in half; SIGHUP and SIGPIPE wait.
 * What was not read by the end came too late, and is dropped.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>

struct error;

struct signals {
	int fd;
	sigset_t before; /* what was blocked */
	bool held;
};

/* Held from here on, in every thread that is started afterwards. */
int signals_hold(struct signals *signals, struct error *error);

/* The next SIGINT or SIGTERM that came meanwhile, or 0. */
int signals_take(struct signals *signals);

/* As it was; accepts a zeroed one. */
void signals_release(struct signals *signals);
