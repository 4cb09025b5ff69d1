/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of the command line that edits the candidate. */
#pragma once

struct error;
struct shell;

/* Carries it out once more, in silence; `netns` is where it was about, NULL: the host. */
int edit_line(struct shell *shell, const char *line, const char *netns, struct error *error);
