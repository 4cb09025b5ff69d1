/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests over all attribute tables share: random values and links without a kernel. */
#pragma once

#include "attr/attr.h"

/* xorshift64: the same values in every run. */
uint64_t rows_next(void);

/* Links' indexes are their names' ids here, and 1000 more. */
extern const struct attr_links rows_links;
