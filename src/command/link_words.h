/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of link, veth, bridge and vxlan commands: what they have in common. */
#pragma once

#include "plan/link.h"

struct error;
struct request;
struct words;

/* Where in the grammar: what a word may mean depends on it. */
enum link_place {
	LINK_NEW,  /* add: a name is given, the namespace is where it is born */
	LINK_PEER, /* the same behind `peer` */
	LINK_OLD,  /* set: `name` renames, `netns` moves */
};

/*
 * Reads the words of one link to their end, or to `peer` (which stays). The
 * kind may be set before (vxlan add …) or come as `type KIND`; its own words win
 * over the common ones. Checks the values together.
 */
int link_words_take(struct request *request, struct link_wish *wish, enum link_place place,
		    struct words *words, struct error *error);

/*
 * The same of a bridge's port, in bridge(8)'s words: `self` and `master` alone, which say
 * whom the values are told, the device or its bridge.
 */
int link_port_words_take(struct request *request, struct link_wish *wish, struct words *words,
			 struct error *error);
