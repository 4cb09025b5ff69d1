/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands that a shell adds; shell/list.c registers them. */
#pragma once

struct command;

extern const struct command word_configure, word_use, word_exit, word_do, word_diff, word_check,
	word_plan, word_show, word_history, word_commit, word_confirm, word_rollback, word_undo,
	word_redo, word_discard, word_save, word_load, word_capture, word_watch;
