/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/terminal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "attr/value.h"

enum { USUAL_WIDTH = 80 };

size_t terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t width = 0;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	return columns && number_read(columns, &width) && width ? (size_t)width : USUAL_WIDTH;
}

static const char *first_set(const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return "";
}

/* "zh", "zh_CN.UTF-8", "zh-Hans"; of LANGUAGE, a list, the first counts. */
static bool is_chinese(const char *locale)
{
	const char *codeset = strchr(locale, '.');

	return !strncasecmp(locale, "zh", 2) && strchr("_.-@:", locale[2]) &&
	       (!codeset || !strncasecmp(codeset, ".utf-8", 6) ||
		!strncasecmp(codeset, ".utf8", 5));
}

bool terminal_wants_chinese(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *locale = first_set(names, sizeof(names) / sizeof(*names));
	const char *language = getenv("LANGUAGE");

	/* As gettext(3) has it: in the locale C nothing is translated. */
	if (language && *language && strcmp(locale, "C") != 0 && strcmp(locale, "POSIX") != 0)
		return is_chinese(language);
	return is_chinese(locale);
}
