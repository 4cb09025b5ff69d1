/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All links of a group removed by one message. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct error;
struct link_watch;
struct network;
struct place;

/*
 * Removes the links of the group in that namespace when they are exactly those
 * `count` of the interned names, as a dump made just now shows, or the picture `have`
 * where the watch, opened before that was read, heard of no change since: one message
 * costs what the removal of one link does, some 20 ms, not that for each. Returns 1
 * when they are gone, 0 when it is not so or the kernel refuses it (it takes all or
 * none: rtnl_group_dellink()); no more was done then than to set its bridges down.
 * `watch` may be NULL; it is closed.
 */
int link_group_delete(const struct place *place, uint32_t group, const uint32_t *names,
		      size_t count, const struct network *have, struct link_watch *watch,
		      struct error *error);
