/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * VNIs of several pictures made comparable. The kernel keeps single VNIs and
 * tells runs of them as ranges of its own choice; a file has those that somebody
 * wrote. Cut at each other's ends, ranges of one vxlan are the same or apart.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/network.h"
#include "model/vni.h"

/* Where ranges begin, or begin again behind one. */
struct vni_cuts {
	struct vni_cut {
		uint32_t netns, dev, at;
	} * items;
	size_t count, room;
};

/* Accepts a zeroed one. */
void vni_cuts_clear(struct vni_cuts *cuts);

void vni_cuts_note(struct vni_cuts *cuts, const struct vni *vni);
void vni_cuts_note_all(struct vni_cuts *cuts, const struct network *network);

/* When all are noted. */
void vni_cuts_sort(struct vni_cuts *cuts);

/* The next piece of a range; a zeroed one begins. False behind the last. */
bool vni_cuts_next(const struct vni_cuts *cuts, const struct vni *whole, struct vni *piece);

/* Adds the pieces of all VNIs of a network to another one: each once, with its origin. */
void vni_cuts_apply(const struct vni_cuts *cuts, const struct network *from, struct network *to);
