/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was somebody else's before a lab changed it: which values are remembered,
 * and which of them go back when the lab's file names them no more. Pure: no
 * socket, file or clock.
 *
 * The lab's last file says whether a remembered value means anything: one of
 * something it does not name is left from a change that did not come to be, or
 * was given back already.
 */
#pragma once

#include <stdbool.h>

#include "model/network.h"

struct comparison;

/*
 * A link's altname has no former value: those that the lab gives are remembered.
 *
 * Puts into `fresh` (its names are set) what is to be remembered before the
 * comparison with `have` is carried out: of `former` (may be NULL) what `last` (NULL:
 * nothing is known of one) names, and how that is which is somebody else's and
 * changed for the first time. Whether there is any of the latter.
 */
bool former_record(const struct comparison *comparison, const struct network *have, const char *lab,
		   const struct network *last, const struct network *former, struct network *fresh);
