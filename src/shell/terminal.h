/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A person at a terminal: lines are edited with readline, while nothing blocks.
 * What lines, TAB and '?' mean is the caller's, in hooks. There is one terminal,
 * as readline knows one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "command/complete.h"

struct error;
struct line_place;
struct pollfd;

enum { TERMINAL_POLLS = 14 }; /* room for the caller's */

struct terminal_hooks {
	void *cookie;
	/*
	 * The prompt as it is now, good until the next call; what takes no column
	 * (colour) stands between \001 and \002.
	 */
	const char *(*prompt)(void *cookie);
	/*
	 * A line was entered; NULL: Ctrl-D on an empty one. The terminal is in its usual
	 * mode meanwhile. Another result than 0 ends terminal_run(), which returns it.
	 *
	 * SIGINT, SIGQUIT and SIGTSTP are ignored by the shell itself: a child that is
	 * forked calls terminal_forked(), and then they are as they were outside.
	 */
	int (*line)(void *cookie, const char *line);
	/*
	 * Puts what can come next at that place of the line; where it returns
	 * COMPLETE_COMMAND, *command is as in struct completion.
	 */
	enum complete_more (*complete)(void *cookie, const struct line_place *place,
				       size_t *command, complete_function *put, void *put_cookie);
	/*
	 * Whether complete() could not put all there is, but soon will: asked behind it, and
	 * again behind each ready(). The key that asked for it is answered then, unless the
	 * line was edited or left meanwhile.
	 */
	bool (*lacks)(void *cookie);
	/*
	 * Fills in what else is waited for, returns how many; *timeout_ms is -1 (no
	 * limit) before. NULL: nothing is. ready() is called when one of these is
	 * ready, or the time has come; its result is as that of line().
	 */
	size_t (*wait_for)(void *cookie, struct pollfd *polls, int *timeout_ms);
	int (*ready)(void *cookie, const struct pollfd *polls, size_t count);
};

/*
 * Reads lines from stdin and hands them over, until a hook says so, or the terminal is
 * gone or SIGTERM or SIGHUP came, when it returns 0. In the end the terminal is as it
 * was before.
 *
 * What is pasted (as a terminal marks it) is entered line by line; a rest without a
 * newline is left to be edited.
 *
 * `history` is the path of its file, NULL for none; that it cannot be used is a note.
 */
int terminal_run(const struct terminal_hooks *hooks, const char *history, struct error *error);

/*
 * Prints a line above the one being typed, or at once where none is. It is escaped
 * already, and has no newline at its end.
 */
void terminal_announce(const char *text);

/* The prompt may have changed: it is asked for and drawn anew, with the line. */
void terminal_prompt_changed(void);

/* What was pasted and not entered yet is dropped: a command that Ctrl-C stopped was part of it. */
void terminal_forget_pasted(void);

/* In a child that line() forked: signals as they were before terminal_run(). */
void terminal_forked(void);

/* Columns of the terminal; 80 when they are not known. */
size_t terminal_columns(void);
