/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network namespace with a name under /run/netns. */
#pragma once

#include "attr/attr.h"
#include "model/object.h"

struct netns {
	struct attr_set asked;
	struct netns_name name;
	uint32_t pid;   /* give the namespace of this process the name */
	int32_t id;     /* the namespace's id in the one ovl runs in; negative: none, or "auto" */
	uint8_t manage; /* enum manage, of a picture that is wanted */
	uint8_t pad[3];
};

extern const struct attr_table netns_table;

size_t netns_parts(void *netns, struct part parts[PARTS]);
