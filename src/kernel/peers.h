/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which interface belongs to which: the other ends of veths, by name and namespace. */
#pragma once

#include <stddef.h>

struct error;
struct kernel;
struct link;

/*
 * Fills in `peer` and `peer_netns` of the veths among the links, which stand
 * together by namespace. Both ends among them are paired up; other ends are
 * looked for in all named namespaces. One in a namespace without a name is
 * called by a process that lives there: "pid:N". What cannot be known (no
 * permission, nobody lives there) stays empty.
 *
 * `leaving` is a lab that goes as a whole, or NULL: two links of it whose indexes say that
 * they are ends of one cable are not asked whether it is so, since both go anyway.
 */
int peers_find(struct kernel *kernel, struct link *links, size_t count, const char *leaving,
	       struct error *error);

/*
 * The same of the links below others (of a macvlan or vlan that was moved): fills
 * in `link` and `link_netns` of those that have it in another namespace.
 */
int lowers_find(struct kernel *kernel, struct link *links, size_t count, struct error *error);
