/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

__attribute__((format(printf, 2, 0))) static void format_text(struct error *error,
							      const char *format, va_list arguments)
{
	vsnprintf(error->text, sizeof(error->text), format, arguments);
}

static void append(struct error *error, const char *text)
{
	size_t used = strlen(error->text);

	snprintf(error->text + used, sizeof(error->text) - used, "%s", text);
}

int error_set(struct error *error, int errnum, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	format_text(error, format, arguments);
	va_end(arguments);
	if (errnum > 0) {
		append(error, ": ");
		append(error, strerror(errnum));
	}
	error->errnum = errnum > 0 ? errnum : EINVAL;
	error->exit = EXIT_REFUSED;
	error->is_bare = false;
	return -error->errnum;
}

int error_usage(struct error *error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	format_text(error, format, arguments);
	va_end(arguments);
	error->errnum = EINVAL;
	error->exit = EXIT_USAGE;
	error->is_bare = false;
	return -EINVAL;
}

int error_wrap(struct error *error, const char *format, ...)
{
	char inner[sizeof(error->text)];
	va_list arguments;

	memcpy(inner, error->text, sizeof(inner));
	va_start(arguments, format);
	format_text(error, format, arguments);
	va_end(arguments);
	append(error, ": ");
	append(error, inner);
	return -error->errnum;
}

int error_hint(struct error *error, const char *format, ...)
{
	size_t used = strlen(error->text);
	va_list arguments;

	error->is_bare = false;
	va_start(arguments, format);
	vsnprintf(error->text + used, sizeof(error->text) - used, format, arguments);
	va_end(arguments);
	return -error->errnum;
}

static void print_line(FILE *file, const char *start, const char *rest)
{
	CLEANUP(text_clear) struct text text = { 0 };

	text_puts(&text, start);
	text_escape_again(&text, rest, strlen(rest));
	fprintf(file, "%s\n", text_string(&text));
}

/*
 * The two lines below an error in a file: what it says there, and a caret. NULL
 * when there is none. Only these may begin a line.
 */
static const char *excerpt_of(const char *text)
{
	const char *caret = strrchr(text, '\n'), *line = caret;

	if (!caret || strcmp(caret + 1 + strspn(caret + 1, " "), "^") != 0)
		return NULL;
	while (line > text && *--line != '\n')
		;
	return *line == '\n' && line[1] == ' ' && line[2] == ' ' ? line : NULL;
}

void error_print(const struct error *error, FILE *file)
{
	const char *excerpt = excerpt_of(error->text);
	CLEANUP(text_clear) struct text text = { 0 };
	size_t length;

	if (!excerpt) {
		print_line(file, "ovl: ", error->text);
		return;
	}
	text_puts(&text, "ovl: ");
	text_escape_again(&text, error->text, (size_t)(excerpt - error->text));
	text_char(&text, '\n');
	length = strcspn(++excerpt, "\n");
	text_escape_again(&text, excerpt, length);
	fprintf(file, "%s%s\n", text_string(&text), excerpt + length);
}

void error_note(FILE *file, const char *format, va_list arguments)
{
	struct error note;

	format_text(&note, format, arguments);
	print_line(file, "ovl: note: ", note.text);
}

void error_clear(struct error *error)
{
	error->errnum = 0;
	error->exit = EXIT_DONE;
	error->is_bare = false;
	error->text[0] = '\0';
}
