/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An entry of the neighbour table: ARP for IPv4, neighbour discovery for IPv6. */
#pragma once

#include "attr/attr.h"
#include "model/object.h"

struct neighbour {
	struct attr_set asked;
	struct netns_name netns;
	struct link_name dev, master;
	struct address dst;
	struct lladdr lladdr;
	uint16_t state; /* NUD_* */
	uint8_t protocol;
	bool router, proxy, managed, extern_learn, offload, use, extern_valid;
	uint32_t used, confirmed, updated, refcnt, probes; /* times in seconds */
};

extern const struct attr_table neighbour_table;

size_t neighbour_parts(void *neighbour, struct part parts[PARTS]);
