/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ovl shell`: the command line's own commands in a session, with a candidate that can be edited. */
#pragma once

struct error;
struct request;
struct words;

/*
 * Runs `ovl shell [-c COMMAND]... [FILE]`: on a terminal what is typed, else the lines of the
 * commands, the file or stdin, up to the first that fails. The request is the caller's, of which
 * the options hold for every line; its status is that of the line that failed.
 */
int shell_run(struct request *request, struct words *words, struct error *error);
