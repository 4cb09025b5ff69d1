/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many commands from a file: a line a command. */
#pragma once

struct error;
struct request;

/*
 * Runs each line of the file ("-": stdin) as a command. `#` begins a comment,
 * quotes and `\` as in a shell, `\` at the end of a line continues it. Stops at
 * the first failure, unless --force: then each failure is told on stderr and
 * the first one's exit code is that of the batch.
 */
int batch_run(struct request *request, const char *path, struct error *error);
