/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The surroundings within a sandbox: ids, mounts, the loopback device. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct error;

/*
 * Furnishes the namespaces that the calling process, their pid 1, was made in.
 * With `maps_ids` it is in a user namespace of its own as well, and becomes the
 * root there that is `uid` and `gid` outside.
 */
int sandbox_furnish(bool maps_ids, uid_t uid, gid_t gid, struct error *error);
