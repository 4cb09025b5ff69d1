/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which steps would cut the ssh session of whoever has them carried out. Pure, as all of a plan. */
#pragma once

#include <stdbool.h>

struct names;
struct session;
struct step;

/*
 * Whether step_cuts() may say so at all. `session` may be NULL (it was not looked
 * for yet), and its path need not be read: this is what tells the many steps of a
 * batch that are harmless from the few for which the kernel has to be asked.
 */
bool step_may_cut(const struct step *step, const struct session *session);

/*
 * What of the step would cut the session ("down", "its deletion"), for a sentence
 * that goes on with "would cut this ssh session"; NULL: it leaves it alone. The
 * session is found, and its path is read. A name given to the link beforehand, in
 * the same plan, is not known.
 *
 * A step that moves the session from one way to another one that works is said to
 * cut, too: whether the other end follows is not known here.
 */
const char *step_cuts(const struct step *step, const struct session *session,
		      const struct names *names);

/* Whether what carries the session may be another once the step is done. */
bool step_moves_session(const struct step *step, const struct session *session);
