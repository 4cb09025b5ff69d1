/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What others' links, entries and settings had before a lab changed them, as a topology file.
 * Of altnames, which have no former value, it has those that the lab gave: they are to go.
 */
#pragma once

#include "attr/attr.h"

struct network;
struct text;

/*
 * Writes links, each with `manage: patch` and nothing but the values that it has
 * here, and settings. A value that a file could not say is left out: it will stay as
 * it is then, and the rest is not lost with it.
 */
void former_print(const struct network *network, const struct attr_context *context,
		  const char *lab, struct text *text);
