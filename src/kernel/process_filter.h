/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Another program that turns one text into another. */
#pragma once

struct error;
struct text;

/*
 * Runs the command (looked up in PATH, no shell) with `input` as its standard
 * input and adds to `output` what it prints; stderr is the caller's. Returns 0
 * when it ran, with its status (128 + signal; 127 when there is no such command,
 * 126 when it cannot be run) in *status.
 */
int process_filter(char **argv, const struct text *input, struct text *output, int *status,
		   struct error *error);
