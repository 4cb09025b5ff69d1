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

struct nexthop *pools_nexthop(struct pools *pools)
{
	struct nexthop *hop =
		array_add(&pools->reading, &pools->reading_count, &pools->reading_room);

	memset(hop, 0, sizeof(*hop));
	return hop;
}

struct nexthop *pools_nexthops_end(struct pools *pools)
{
	size_t count = pools->reading_count;

	pools->reading_count = 0;
	return count ? arena_copy(&pools->nexthops, pools->reading, count * sizeof(*pools->reading))
		     : NULL;
}

void pools_forget_routes(struct pools *pools)
{
	pools->reading_count = pools->details_used = 0;
	arena_reset(&pools->nexthops);
}

void pools_clear(struct pools *pools)
{
	for (size_t i = 0; i < pools->details_count; i++)
		free(pools->details[i]);
	free(pools->details);
	free(pools->names);
	free(pools->reading);
	arena_clear(&pools->nexthops);
	*pools = (struct pools){ 0 };
}
