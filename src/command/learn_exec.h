/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs what a lesson says, within its sandbox. */
#pragma once

struct error;
struct learn_file;
struct text;

/*
 * Makes the surroundings of commands: this very program in front of PATH as `ovl`, an
 * empty folder to work in, $OVL_LESSON the folder of the lesson.
 */
int learn_exec_prepare(const struct learn_file *file, struct error *error);

/*
 * Runs a script by sh, without input. What it prints goes to the descriptor `output`, or
 * with -1 where ours goes. Its status is in *status, 128 + signal when one ended it.
 */
int learn_exec(const char *script, int output, int *status, struct error *error);

/* The same, and adds what it prints on stdout to the text. */
int learn_capture(const char *script, struct text *text, int *status, struct error *error);

/* The user's shell, with our input and output: until they leave it. */
int learn_exec_shell(struct error *error);

/* A file that nobody else has, for what commands print; -1 when there is none. */
int learn_exec_file(void);

/* Adds what is in it to the text, and empties it. */
void learn_exec_take(int file, struct text *text);
