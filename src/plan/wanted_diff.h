/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How two topologies differ from each other, whatever the network is like. */
#pragma once

#include "model/network.h"
#include "plan/compare.h"

/*
 * What is named in one and not the other, or otherwise: created, deleted and changed objects, to
 * be printed as those of compare(); there are no steps. Both pictures are without gaps, and the
 * result points into them.
 */
void wanted_diff(const struct network *before, const struct network *after,
		 struct comparison *comparison);
