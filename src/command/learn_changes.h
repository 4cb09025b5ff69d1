/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What commands change in the kernel: a picture of all namespaces before, and one after. */
#pragma once

#include "model/network.h"

struct error;
struct learner;
struct names;

struct learn_changes {
	struct names *names;
	struct network before, after;
};

/* Accepts a zeroed one. */
void learn_changes_clear(struct learn_changes *changes);

/* Looks at the network as it is before anything is done. */
int learn_changes_begin(struct learn_changes *changes, struct error *error);

/* Looks again, and tells how it differs. */
int learn_changes_tell(struct learn_changes *changes, struct learner *learner, struct error *error);
