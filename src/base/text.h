/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A growing buffer of text, kept in memory or streamed to a descriptor; the
 * one place where strings from outside are escaped before anybody sees them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *bytes;
	size_t length;
	size_t room;
	bool streams; /* written to `fd` whenever TEXT_STREAM_AT bytes have gathered */
	int fd;
	int failed; /* first errno of a write; later output is dropped */
};

/* Makes `text` stream to `fd`, which stays the caller's. */
void text_to_fd(struct text *text, int fd);

/* Frees the buffer; what was not flushed is lost. Accepts a zeroed one. */
void text_clear(struct text *text);

enum { TEXT_STREAM_AT = 64 * 1024 };

/* text_room() when there is none, or when it is time to write. */
char *text_grow(struct text *text, size_t more);

/* Makes room for `more` bytes past `length` and returns where they begin. */
static inline char *text_room(struct text *text, size_t more)
{
	return text->room - text->length < more || text->length >= TEXT_STREAM_AT
		       ? text_grow(text, more)
		       : text->bytes + text->length;
}

static inline void text_char(struct text *text, char c)
{
	*text_room(text, 1) = c;
	text->length++;
}

void text_put(struct text *text, const char *bytes, size_t length);
void text_puts(struct text *text, const char *string);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_number(struct text *text, uint64_t number);
void text_hex(struct text *text, uint64_t number); /* with 0x */
void text_spaces(struct text *text, size_t count);

/* The buffer as a C string; valid until the next change. Never NULL. */
const char *text_string(struct text *text);

/* Drops everything past `length`. */
void text_cut(struct text *text, size_t length);

/*
 * Writes what a streaming text holds. Returns 0, or the negative errno of the
 * first write that failed (also an earlier one), so that a full disk is never
 * taken for success.
 */
int text_flush(struct text *text);

/*
 * Puts a string from outside so that a terminal cannot be moved by it: control
 * characters, C1, DEL and bytes that are not UTF-8 become \xNN, bidirectional
 * and zero-width controls \uNNNN, a backslash \\.
 */
void text_escaped(struct text *text, const char *bytes, size_t length);

/* The same for text of which parts were escaped before: a backslash stays as it is. */
void text_escape_again(struct text *text, const char *bytes, size_t length);

/*
 * Puts a string as one word of a POSIX shell: as it is, in quotes, or by way of
 * printf where it has what text_escaped() would not let through.
 */
void text_shell_word(struct text *text, const char *string);

/* How many columns `length` bytes of valid UTF-8 take on a terminal. */
size_t text_width(const char *bytes, size_t length);

/* Length of the valid UTF-8 sequence at `bytes`, or 0; `*point` gets the code point. */
size_t text_utf8(const char *bytes, size_t length, uint32_t *point);
