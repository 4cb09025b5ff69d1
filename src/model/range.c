/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/range.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/route.h"

struct route_detail *pools_detail(struct pools *pools)
{
	struct route_detail *detail;

	if (pools->details_used == pools->details_count)
		*array_add(&pools->details, &pools->details_count, &pools->details_room) =
			memory_new(1, sizeof(*detail));
	detail = pools->details[pools->details_used++];
	memset(detail, 0, sizeof(*detail));
	return detail;
}

void pools_forget_routes(struct pools *pools)
{
	pools->nexthops_count = pools->details_used = 0;
}

void pools_clear(struct pools *pools)
{
	for (size_t i = 0; i < pools->details_count; i++)
		free(pools->details[i]);
	free(pools->details);
	free(pools->names);
	free(pools->nexthops);
	*pools = (struct pools){ 0 };
}
