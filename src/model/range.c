/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/range.h"

#include <stdlib.h>

void pools_clear(struct pools *pools)
{
	free(pools->names);
	free(pools->nexthops);
	*pools = (struct pools){ 0 };
}
