/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The listing of forwarding entries, for `fdb show` and `vxlan remote show`. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/fdb.h"

struct error;
struct request;

/* Which entries. */
struct fdb_choice {
	struct fdb filter;
	uint16_t states; /* any of these NUD_*; 0: any at all */
	bool one_vlan;   /* only that of the filter, which may be none: 0 */
};

int fdb_show(struct request *request, const struct fdb_choice *choice, struct error *error);
