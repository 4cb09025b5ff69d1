/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words that select links, wherever something is listed of them: link, addr, arp. */
#pragma once

#include <stdint.h>

struct error;
struct link;
struct link_name;
struct request;
struct words;

/*
 * master DEV, vrf NAME or nomaster, which leaves `master` empty. 1: took it, 0: the
 * next word is none of these, negative: error. DEV has to be there, but for -A.
 */
int link_filter_take_master(struct request *request, struct link_name *master, struct words *words,
			    struct error *error);

/* The same for all words: those and type KIND[_slave], group GROUP, up, down. */
int link_filter_take(struct request *request, struct link *filter, struct words *words,
		     struct error *error);

/* Those words: for a list of what is known, and for a synopsis. */
#define LINK_FILTER_WORDS "type", "master", "nomaster", "vrf", "group", "up", "down"
#define LINK_FILTER_CHOICE "[master BRIDGE|vrf DEV|nomaster] [group GROUP] [up|down]"
