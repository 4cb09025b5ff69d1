/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps that make or change a link, with what goes along: its other end, addresses, altnames. */
#pragma once

#include "model/address.h"
#include "model/altname.h"
#include "model/link.h"
#include "plan/plan.h"

enum { LINK_ADDRESSES = 16, LINK_ALTNAMES = 16 };

/* A link as it is asked for in one breath. */
struct link_wish {
	struct link link;
	struct link_address
		addresses[LINK_ADDRESSES]; /* their links and namespaces are filled in here */
	size_t addresses_count;
	struct altname altnames[LINK_ALTNAMES]; /* likewise */
	size_t altnames_count;
};

/*
 * Makes the link; `peer` is a veth's other end or NULL. All that fits goes into
 * the creating message, so that nothing is moved or renamed afterwards.
 */
void plan_link_add(struct plan *plan, const struct link_wish *wish, const struct link_wish *peer);

/* Changes what the wish names of a link that exists. */
void plan_link_set(struct plan *plan, const struct link_wish *wish);
