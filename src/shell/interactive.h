/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session on a terminal: prompt, completion, what happens while somebody types. */
#pragma once

struct error;
struct shell;

/* Runs until the person leaves. */
int interactive_run(struct shell *shell, struct error *error);
