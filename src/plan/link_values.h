/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A link's values one by one, whichever part of it they are of. */
#pragma once

#include <stdbool.h>

#include "attr/attr.h"

struct link;

/* Makes it a link of the same name and kind that says nothing. */
void link_begin(struct link *link, const struct link *like);

/* The part that has the table, to be written to; NULL: the link is of another kind. */
void *link_part(struct link *link, const struct attr_table *table);

/* Whether it names the value, also as `null`. */
bool link_names(const struct link *link, const struct attr_table *table, const struct attr *row);

/* The same of a file's link; with its master it says all that it is as a port. */
bool link_says(const struct link *link, const struct attr_table *table, const struct attr *row);

void value_copy(const struct attr_table *table, const struct attr *row, const void *from, void *to);

/* Gives the link each value that `values`, of the same kind, has and it does not name. */
void link_add_values(struct link *link, const struct link *values);
