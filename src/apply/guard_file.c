/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/guard_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

#define OUTCOME_SUFFIX ".outcome"

enum { FILE_MOST = 4096 };

int guard_file_write(int fd, int64_t until, const char *what)
{
	char text[512];

	snprintf(text, sizeof(text), "%" PRId64 " %.255s\n", until, what);
	if (ftruncate(fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	return state_write(fd, text, strlen(text));
}

static bool read_file(const char *name, const char *suffix, struct text *text)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	struct error ignored = { 0 };
	char file[STATE_NAME];

	return state_lab_file(name, suffix, file, &ignored) >= 0 &&
	       state_open(STATE_RUNTIME, NULL, false, &directory, &ignored) >= 0 &&
	       state_read(&directory, file, FILE_MOST, text, &ignored) >= 0;
}

bool guard_file_exists(const char *name)
{
	CLEANUP(text_clear) struct text text = { 0 };

	return read_file(name, GUARD_SUFFIX, &text);
}

void guard_file_read(const char *name, struct guard_wait *wait)
{
	CLEANUP(text_clear) struct text text = { 0 };
	char *end;

	if (!read_file(name, GUARD_SUFFIX, &text))
		return;
	wait->until = strtoll(text_string(&text), &end, 10);
	if (*end == ' ')
		snprintf(wait->what, sizeof(wait->what), "%.*s", (int)strcspn(end + 1, "\n"),
			 end + 1);
}

void guard_outcome(const char *name, struct text *text)
{
	if (!read_file(name, OUTCOME_SUFFIX, text))
		text_cut(text, 0);
	if (text->length && text->bytes[text->length - 1] == '\n')
		text_cut(text, text->length - 1);
}

void guard_outcome_write(const char *name, const char *outcome)
{
	CLEANUP(state_close) struct state_directory directory = { .fd = -1 };
	CLEANUP(text_clear) struct text line = { 0 };
	struct error ignored = { 0 };
	char file[STATE_NAME];

	text_printf(&line, "%s\n", outcome);
	if (state_lab_file(name, OUTCOME_SUFFIX, file, &ignored) >= 0 &&
	    state_open(STATE_RUNTIME, NULL, true, &directory, &ignored) >= 0)
		state_replace(&directory, file, line.bytes, line.length, &ignored);
}

int guard_refuse_busy(const char *name, struct error *error)
{
	struct guard_wait wait = { 0 };

	guard_look(name, &wait);
	error_set(error, 0, "'%s' waits to be confirmed%s: 'ovl confirm' or 'ovl rollback' first",
		  *wait.what ? wait.what : name,
		  wait.pid ? "" : ", and its guard is gone (it was killed)");
	error->errnum = EBUSY;
	error->exit = EXIT_BUSY;
	return -EBUSY;
}
