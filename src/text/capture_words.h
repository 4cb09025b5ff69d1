/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An entry that is there as the fewest words that make it again. */
#pragma once

#include "model/object.h"

struct attr_context;
struct text;

/* Of an address without its link, which it stands with; neighbours, fdb entries, routes with it. */
void capture_words(enum object_type type, const struct attr_context *context, const void *entry,
		   struct text *words);
