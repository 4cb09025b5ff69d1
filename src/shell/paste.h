/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is pasted, as a terminal marks it ("bracketed paste": ESC [200~ … ESC [201~):
 * gathered to its end, then handed out line by line. What came behind it is kept as
 * keys.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct paste {
	bool is_open; /* its end did not come yet */
	struct text text;
	size_t at;
	struct text keys;
	size_t key_at;
};

/* What follows the beginning mark is to be read with paste_read(), as it comes: 0 or -1 at its end. */
void paste_begin(struct paste *paste);
int paste_read(struct paste *paste, int fd);

/* The same for bytes that were read already. */
void paste_add(struct paste *paste, const char *bytes, size_t length);

bool paste_has_lines(const struct paste *paste);
/* Puts the next line; false: it is the rest, which no newline ends. */
bool paste_take_line(struct paste *paste, struct text *line);

bool paste_has_keys(const struct paste *paste);
bool paste_take_key(struct paste *paste, unsigned char *key);
/* Before those that are there. */
void paste_put_key(struct paste *paste, char key);

/* Drops everything. */
void paste_clear(struct paste *paste);
