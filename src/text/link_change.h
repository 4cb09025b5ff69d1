/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A link and its changes as a reader wants them told, who has seen the link before. */
#pragma once

#include <stdbool.h>

#include "attr/attr.h"

struct link;
struct text;

/* What tells one link from another: what it is, whether it is up, where it belongs; not how it is tuned. */
void link_brief(const struct attr_context *context, const struct link *link, struct text *text);

/*
 * The words that would make `now` of `before`, and its new operational state:
 * "vx0 name vx1", "vx0 down operstate DOWN". False, with nothing put, when what
 * changed has no words (counters, flags of the kernel's own).
 */
bool link_change(const struct attr_context *context, const struct link *before,
		 const struct link *now, struct text *text);
