/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which interface belongs to which: the other ends of veths, by name and namespace. */
#pragma once

#include <stddef.h>

struct error;
struct link;
struct request;

/*
 * Fills in `peer` and `peer_netns` of the veths among the links. An end in a
 * namespace without a name is called by a process that lives there: "pid:N".
 * What cannot be known (no permission, nobody lives there) stays empty.
 */
int peers_find(struct request *request, struct link *links, size_t count, struct error *error);
