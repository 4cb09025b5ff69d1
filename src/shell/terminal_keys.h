/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TAB and '?' on a line that is being typed; a part of shell/terminal.c. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct terminal_hooks;
struct text;

/* Binds them, and `paste` to the mark in front of what is pasted; ~/.inputrc may say otherwise. */
void terminal_keys_bind(const struct terminal_hooks *hooks, int (*paste)(int count, int key));

void terminal_keys_clear(void);

/* A key that could not be answered yet is forgotten; or is if the line is another one now. */
void terminal_keys_forget(void);
void terminal_keys_typed(void);

/* Puts the keys that can be answered by now, to be taken as if they were pressed again. */
bool terminal_keys_take(struct text *keys);

/* Shows a list below the line and draws the line anew; takes the text (shell/screenful.h). */
void terminal_list(struct text *text, size_t possibilities);
