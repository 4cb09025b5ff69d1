/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told when the kernel refuses a step. */
#pragma once

struct answer;
struct attr;
struct error;
struct place;
struct step;

/*
 * Fills the error: which object, which of its values where the kernel says it,
 * the kernel's sentence, and what to do about it where that is known. Returns
 * -errno.
 */
int refusal_tell(const struct place *place, const struct step *step, const struct answer *answer,
		 const struct attr *row, struct error *error);

/* Puts "OBJECT 'KEY'", as messages name what a step is about. */
struct text;
void step_name(const struct place *place, const struct step *step, struct text *text);
