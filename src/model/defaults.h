/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a link has that nobody asked anything else of. Only values that are the
 * same on every machine: an MTU or a number of queues often is not.
 */
#pragma once

#include <stdbool.h>

#include "attr/attr.h"

struct link;
struct link_kind;

/*
 * Writes the default of a link's row into the field; false when it is not known.
 * `kind` is the link's, NULL for one without a table.
 */
bool attr_default(const struct attr_table *table, const struct attr *row,
		  const struct link_kind *kind, void *field);

/* Whether the object has the row's default. */
bool attr_has_default(const struct attr_table *table, const struct attr *row,
		      const struct link_kind *kind, const void *object);

/*
 * Whether a port's STP cost is one that the kernel gives by itself. Where that follows the device's
 * speed, one that somebody set to such a value cannot be told from it.
 */
bool port_has_usual_cost(const struct link *port);
