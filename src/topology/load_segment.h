/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Segments and wires, which join hosts. On one machine a segment is a bridge in a
 * namespace of its own and a wire is a veth; a real host finds its ends there.
 */
#pragma once

#include "topology/loader.h"

/* What loader.lab_index holds. */
enum { LAB_HOST = 1, LAB_SEGMENT = 2 };

void load_segments(struct loader *loader, const struct scope *scope, const struct node *map,
		   struct link **defaults);
void load_wires(struct loader *loader, const struct scope *scope, const struct node *list);
