/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text from outside within XML and HTML. */
#pragma once

#include <stddef.h>

struct text;

/*
 * Puts a string so that it is text and nothing else, also inside of quotes: what
 * could move a terminal is escaped as text_escaped() does, the rest of XML's
 * own characters are entities.
 */
void xml_put(struct text *text, const char *bytes, size_t length);
