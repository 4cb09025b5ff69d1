/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What went wrong, in the user's words, and which exit code it means. The
 * first function to know fills it; callers on the way up add where.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The exit codes of ovl; one meaning each, an interface for scripts. */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_USAGE = 1,       /* the command line or file is wrong; nothing was touched */
	EXIT_REFUSED = 2,     /* the kernel or the system refused; nothing is left behind */
	EXIT_DIFFERENT = 3,   /* differences exist */
	EXIT_UNDO_FAILED = 4, /* a change failed and could not be taken back completely */
	EXIT_CONFLICT = 5,    /* the file names an object that is not the lab's own */
	EXIT_BUSY = 6,        /* another ovl holds the lock, or a confirm is pending */
};

struct error {
	int errnum;          /* positive errno of the cause, 0 when nothing is wrong */
	enum exit_code exit; /* what main returns for it */
	bool is_bare;        /* says what is wrong and not yet what was expected */
	char text[1024];     /* without "ovl: " and without a newline */
};

/*
 * Records a refusal by the kernel or the system (exit 2). With errnum > 0 its
 * strerror text is appended. Returns -errnum (or -EINVAL when errnum is 0).
 */
int error_set(struct error *error, int errnum, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Records a mistake in what the user wrote (exit 1). Returns -EINVAL. */
int error_usage(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "WHERE: " in front of what is recorded. Returns -error->errnum. */
int error_wrap(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends to what is recorded: what to do about it. Returns -error->errnum. */
int error_hint(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Prints "ovl: TEXT" and a newline; what a user's word or a name from outside
 * has in it cannot move the terminal (text_escaped).
 */
void error_print(const struct error *error, FILE *file);

/* Prints "ovl: note: TEXT" in the same way. */
void error_note(FILE *file, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

/* Forgets what is recorded. */
void error_clear(struct error *error);
