/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In a mount namespace that keeps its mounts inside: file systems of its own
 * where the names of namespaces and the state of ovl are. They last as long as
 * the mount namespace.
 */
#pragma once

struct error;

/*
 * Empty ones on /run/netns, /run/ovl, /var/lib/ovl and $XDG_RUNTIME_DIR/ovl. Where
 * there is no such directory and the caller has no right to make one, its parent
 * becomes a copy of itself. What has no place, because the machine has no /var/lib
 * or no runtime directory, is left out.
 */
int mount_own_places(struct error *error);

/* What is at a name below one directory appears at that below another, with all mounts below it. */
int mount_again(int from, int to, const char *name);
