/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/paste.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

static const char end_mark[] = "\033[201~";

void paste_begin(struct paste *paste)
{
	text_clear(&paste->text);
	paste->at = 0;
	paste->is_open = true;
}

/* Ends of lines are those of any system; no line holds a NUL. */
static void normalize(struct text *text)
{
	size_t kept = 0;

	for (size_t i = 0; i < text->length; i++) {
		char c = text->bytes[i];

		if (c == '\r') {
			c = '\n';
			if (i + 1 < text->length && text->bytes[i + 1] == '\n')
				i++;
		}
		text->bytes[kept++] = c ? c : ' ';
	}
	text_cut(text, kept);
}

void paste_add(struct paste *paste, const char *bytes, size_t length)
{
	size_t mark = sizeof(end_mark) - 1, had = paste->text.length;
	size_t from = had > mark ? had - mark : 0;
	const char *end;

	if (!length)
		return;
	text_put(&paste->text, bytes, length);
	end = memmem(paste->text.bytes + from, paste->text.length - from, end_mark, mark);
	if (!end)
		return;
	text_put(&paste->keys, end + mark,
		 paste->text.length - (size_t)(end - paste->text.bytes) - mark);
	text_cut(&paste->text, (size_t)(end - paste->text.bytes));
	paste->is_open = false;
	normalize(&paste->text);
}

int paste_read(struct paste *paste, int fd)
{
	char bytes[4096];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0)
		return -1;
	paste_add(paste, bytes, (size_t)n);
	return 0;
}

bool paste_has_lines(const struct paste *paste)
{
	return !paste->is_open && paste->at < paste->text.length;
}

bool paste_take_line(struct paste *paste, struct text *line)
{
	const char *at = paste->text.bytes + paste->at;
	size_t left = paste->text.length - paste->at;
	const char *stop = memchr(at, '\n', left);
	size_t length = stop ? (size_t)(stop - at) : left;

	text_put(line, at, length);
	paste->at += length + (stop != NULL);
	return stop;
}

bool paste_has_keys(const struct paste *paste)
{
	return paste->key_at < paste->keys.length;
}

bool paste_take_key(struct paste *paste, unsigned char *key)
{
	if (!paste_has_keys(paste))
		return false;
	*key = (unsigned char)paste->keys.bytes[paste->key_at++];
	if (!paste_has_keys(paste)) {
		text_cut(&paste->keys, 0);
		paste->key_at = 0;
	}
	return true;
}

void paste_put_key(struct paste *paste, char key)
{
	if (paste->key_at) {
		paste->keys.bytes[--paste->key_at] = key;
		return;
	}
	text_char(&paste->keys, 0);
	memmove(paste->keys.bytes + 1, paste->keys.bytes, paste->keys.length - 1);
	*paste->keys.bytes = key;
}

void paste_clear(struct paste *paste)
{
	text_clear(&paste->text);
	text_clear(&paste->keys);
	*paste = (struct paste){ 0 };
}
