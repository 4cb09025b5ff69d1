/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan carried out in a picture of the network instead of in the kernel: what a
 * batch that is only tried would leave, what a file becomes by commands.
 */
#pragma once

#include "model/network.h"

struct attr_context;
struct error;
struct plan;

/* What the picture is of. */
enum candidate_mode {
	/*
	 * The kernel. What falls there with a step falls here: a link that is set
	 * down loses its routes, neighbours and IPv6 addresses, one that moves to
	 * another namespace its addresses, too. What is made has the values the
	 * kernel gives it, as far as they are the same on every machine.
	 */
	CANDIDATE_KERNEL,
	/*
	 * A topology file: nothing but what is named. Only a deletion takes other
	 * objects along; what moves takes its entries with it. Links of the
	 * namespace ovl runs in may be referred to without being named, and so may
	 * `lo`; "none" (nomaster) is asked for as the default.
	 */
	CANDIDATE_FILE,
};

/*
 * Carries the plan out, each step with its verb's meaning, and leaves gaps where
 * objects went (network_close_gaps()). On failure nothing of it is done. The
 * words are those of the kernel's refusals where those have any of ovl's: exit 1
 * when a name is not there, 2 when an object is there already or is not.
 *
 * The kernel's picture must have been read with what it made itself
 * (picture_options.everything): what it makes along with a later step (the
 * route of an address, the MACs of a port) is not here, so that a deletion of
 * such an entry succeeds. What only the kernel knows (limits, drivers,
 * permissions, whether a gateway can be reached) it does not refuse.
 */
int candidate_apply(struct network *network, const struct plan *plan, enum candidate_mode mode,
		    const struct attr_context *context, struct error *error);

/* The link of that name, or with that altname; NULL. Its index in *at when that is not NULL. */
const struct link *candidate_link(struct network *network, uint32_t netns, uint32_t name,
				  size_t *at);

/* The name of the bridge (or other master) that the link is a port of; 0: none. */
uint32_t candidate_master(struct network *network, uint32_t netns, uint32_t name);
