/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

void text_to_fd(struct text *text, int fd)
{
	text->streams = true;
	text->fd = fd;
}

void text_clear(struct text *text)
{
	free(text->bytes);
	*text = (struct text){ 0 };
}

int text_flush(struct text *text)
{
	size_t done = 0;

	if (!text->streams)
		return 0;
	while (done < text->length && !text->failed) {
		ssize_t n = write(text->fd, text->bytes + done, text->length - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			text->failed = errno;
	}
	text->length = 0;
	return -text->failed;
}

char *text_grow(struct text *text, size_t more)
{
	if (text->streams && text->length >= TEXT_STREAM_AT)
		text_flush(text);
	if (text->room - text->length < more) {
		size_t room = text->room ? text->room : 256;

		while (room - text->length < more)
			room *= 2;
		text->bytes = memory_resize(text->bytes, room, 1);
		text->room = room;
	}
	return text->bytes + text->length;
}

void text_put(struct text *text, const char *bytes, size_t length)
{
	if (!length)
		return;
	memcpy(text_room(text, length), bytes, length);
	text->length += length;
}

void text_puts(struct text *text, const char *string)
{
	text_put(text, string, strlen(string));
}

void text_printf(struct text *text, const char *format, ...)
{
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(text_room(text, 128), 128, format, arguments);
	va_end(arguments);
	if (n < 0)
		return;
	if (n >= 128) {
		va_start(arguments, format);
		vsnprintf(text_room(text, (size_t)n + 1), (size_t)n + 1, format, arguments);
		va_end(arguments);
	}
	text->length += (size_t)n;
}

void text_number(struct text *text, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	text_put(text, digits + at, sizeof(digits) - at);
}

void text_hex(struct text *text, uint64_t number)
{
	text_printf(text, "0x%llx", (unsigned long long)number);
}

void text_spaces(struct text *text, size_t count)
{
	/* A text that never held anything has no bytes at all. */
	if (!count)
		return;
	memset(text_room(text, count), ' ', count);
	text->length += count;
}

const char *text_string(struct text *text)
{
	*text_room(text, 1) = '\0';
	return text->bytes;
}

void text_cut(struct text *text, size_t length)
{
	if (length < text->length)
		text->length = length;
}

size_t text_utf8(const char *bytes, size_t length, uint32_t *point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *b = (const unsigned char *)bytes;
	size_t size = length == 0   ? 0
		      : b[0] < 0x80 ? 1
		      : b[0] < 0xc2 ? 0
		      : b[0] < 0xe0 ? 2
		      : b[0] < 0xf0 ? 3
		      : b[0] < 0xf5 ? 4
				    : 0;
	uint32_t value;

	if (!size || size > length)
		return 0;
	value = size == 1 ? b[0] : b[0] & (0x7fU >> size);
	for (size_t i = 1; i < size; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (b[i] & 0x3f);
	}
	if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*point = value;
	return size;
}

/* Characters that draw nothing and change how what follows is drawn (UAX #9, U+2028, BOM). */
static bool is_invisible(uint32_t c)
{
	return c == 0xad || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

static void escape(struct text *text, const char *bytes, size_t length, bool backslash)
{
	while (length) {
		uint32_t c = 0;
		size_t size, plain = 0;

		while (plain < length && bytes[plain] >= ' ' && bytes[plain] < 0x7f &&
		       bytes[plain] != '\\')
			plain++;
		text_put(text, bytes, plain);
		bytes += plain;
		length -= plain;
		if (!length)
			break;
		size = text_utf8(bytes, length, &c);
		if (!size) {
			text_printf(text, "\\x%02x", (unsigned char)*bytes);
			size = 1;
		} else if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
			text_printf(text, "\\x%02x", c);
		} else if (c == '\\' && backslash) {
			text_puts(text, "\\\\");
		} else if (is_invisible(c)) {
			text_printf(text, c > 0xffff ? "\\U%08x" : "\\u%04x", c);
		} else {
			text_put(text, bytes, size);
		}
		bytes += size;
		length -= size;
	}
}

void text_escaped(struct text *text, const char *bytes, size_t length)
{
	escape(text, bytes, length, true);
}

void text_escape_again(struct text *text, const char *bytes, size_t length)
{
	escape(text, bytes, length, false);
}

void text_shell_word(struct text *text, const char *string)
{
	static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "0123456789_@%+=:,./-";
	struct text escaped = { 0 };
	size_t length = strlen(string);
	bool shows;

	if (length && strspn(string, harmless) == length) {
		text_put(text, string, length);
		return;
	}
	text_escape_again(&escaped, string, length);
	shows = escaped.length == length;
	text_clear(&escaped);
	if (!shows) {
		text_puts(text, "\"$(printf '");
		for (; *string; string++)
			text_printf(text, "\\%03o", (unsigned char)*string);
		text_puts(text, "')\"");
		return;
	}
	text_char(text, '\'');
	for (; *string; string++) {
		if (*string == '\'')
			text_puts(text, "'\\''");
		else
			text_char(text, *string);
	}
	text_char(text, '\'');
}

size_t text_width(const char *bytes, size_t length)
{
	size_t width = 0;

	for (size_t i = 0; i < length; i++)
		width += ((unsigned char)bytes[i] & 0xc0) != 0x80;
	return width;
}
