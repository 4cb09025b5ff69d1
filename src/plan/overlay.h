/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two pictures that were compared as one: what is wanted, and what goes, each
 * object with how it differs. For drawings (text/scene.h).
 */
#pragma once

#include "base/arena.h"
#include "model/network.h"
#include "text/scene.h"

struct attr_context;
struct comparison;

struct overlay {
	struct network network;
	struct scene_change *changes[OBJECT_TYPES]; /* parallel to its objects */
	size_t counts[OBJECT_TYPES], rooms[OBJECT_TYPES];
	struct arena arena; /* what the changes say */
};

/*
 * An object that is there has the values it has, with those that are wanted put
 * over them. What is somebody else's and not named is left out. The network
 * points into both pictures and the comparison.
 */
void overlay_make(struct overlay *overlay, const struct network *have, const struct network *want,
		  const struct comparison *comparison, const struct attr_context *context);

/* Accepts a zeroed one. */
void overlay_clear(struct overlay *overlay);
