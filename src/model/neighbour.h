/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An entry of the neighbour table: ARP for IPv4, neighbour discovery for IPv6. */
#pragma once

#include "attr/attr.h"
#include "model/object.h"

struct neighbour {
	struct attr_set asked;
	struct netns_name netns;
	struct link_name dev;
	struct address dst;
	bool proxy, router, managed;
	struct link_name master;
	uint16_t state; /* NUD_* */
	uint8_t protocol;
	bool extern_learn, offload, use, extern_valid;
	struct lladdr lladdr;
	uint32_t used, confirmed, updated, refcnt, probes; /* times in seconds */
};

extern const struct attr_table neighbour_table;

size_t neighbour_parts(void *neighbour, struct part parts[PARTS]);
