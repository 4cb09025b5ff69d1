/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/link_group.h"

#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "kernel/kernel.h"
#include "model/link.h"

/* What is in the group, against what is to be. */
struct members {
	uint32_t group;
	const uint32_t *names; /* sorted */
	size_t count, found;
	bool others;
};

static int by_value(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

static int count_member(void *cookie, const void *object, bool removed)
{
	const struct link *link = object;
	struct members *members = cookie;

	if (removed || link->group != members->group)
		return 0;
	if (bsearch(&link->name.id, members->names, members->count, sizeof(*members->names),
		    by_value))
		members->found++;
	else
		members->others = true;
	return 0;
}

static void count_again(void *cookie)
{
	struct members *members = cookie;

	members->found = 0;
	members->others = false;
}

static int keep_refusal(void *cookie, const struct answer *answer)
{
	if (answer->errnum)
		*(int *)cookie = answer->errnum;
	return 0;
}

int link_group_delete(const struct place *place, uint32_t group, const uint32_t *names,
		      size_t count, struct error *error)
{
	CLEANUP(pointer_free) uint32_t *sorted = memory_new(count + 1, sizeof(*sorted));
	CLEANUP(message_clear) struct message message = { 0 };
	CLEANUP(pools_clear) struct pools pools = { 0 };
	struct members members = { .group = group, .names = sorted, .count = count };
	int refusal = 0, r;

	for (size_t i = 0; i < count; i++)
		sorted[i] = names[i];
	qsort(sorted, count, sizeof(*sorted), by_value);
	netlink_forget_links(place->netlink);
	r = kernel_read(place, OBJECT_LINK, NULL, false, &pools, count_member, count_again,
			&members, error);
	if (r < 0)
		return r;
	if (members.others || members.found != count)
		return 0;
	message_begin(&message, RTM_DELLINK, 0, sizeof(struct ifinfomsg));
	message_put_u32(&message, IFLA_GROUP, group);
	message_finish(&message);
	r = netlink_exchange(place->netlink, message.bytes, message.length, 1, keep_refusal,
			     &refusal, error);
	netlink_forget_links(place->netlink);
	return r < 0 ? r : !refusal;
}
