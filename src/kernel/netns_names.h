/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands below /run/netns at a glance: of a thousand names which are still there. */
#pragma once

#include <stdbool.h>

#include "kernel/netns.h"

struct netns_names {
	struct netns_files files;
	bool is_read;
};

/* Accepts a zeroed one. */
void netns_names_clear(struct netns_names *names);

/* Into zeroed ones. Nothing of it is opened: a file may be a namespace or anything else. */
void netns_names_read(struct netns_names *names);

/*
 * Whether there may be such a namespace, or what is left of one: false when there is no
 * such file for certain. Names that stand for processes have none.
 */
bool netns_names_may_have(const struct netns_names *names, const char *name);
