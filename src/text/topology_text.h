/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A picture that a topology file asks for, as such a file again: without variables, defaults,
 * repetition or hosts, but with all that is named, and nothing else. Read back it is the same
 * picture.
 */
#pragma once

#include "attr/attr.h"

struct network;
struct text;

/*
 * The network has no gaps (network_close_gaps()); its index of links is made. What a lab does not make of the ends of
 * segments (topology of one host) becomes `manage: patch`.
 */
void topology_text(struct network *network, const struct attr_context *context, const char *lab,
		   struct text *text);
