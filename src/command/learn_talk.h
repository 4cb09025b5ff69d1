/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a lesson says to a learner, and what it asks. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct learner;
struct lesson_part;
struct text;

void learn_talk_title(struct learner *learner);
void learn_talk_step(struct learner *learner);
void learn_talk_prose(struct learner *learner, const char *paragraph);
void learn_talk_text(struct learner *learner, const char *lines);

/* One command, as somebody would type it, which may be continued over several lines. */
void learn_talk_command(struct learner *learner, const char *words);

/* What is the same in iproute2's words: a command a line. */
void learn_talk_commands(struct learner *learner, const char *lines);

/* What is known when something was checked. */
struct learn_result {
	const char *name;      /* the check's */
	const char *otherwise; /* prose: why it fails; NULL: nobody says */
	bool passed;
	struct text *printed; /* what was printed meanwhile, or NULL */
};

/* Counts and tells it. */
void learn_talk_result(struct learner *learner, const struct learn_result *result);

/* How the lesson ended: a line. */
void learn_talk_end(struct learner *learner);

enum learn_answer { LEARN_GO, LEARN_BACK, LEARN_REPEAT, LEARN_SKIP, LEARN_PROMPT, LEARN_LEAVE };

/*
 * Asks what to do: `runs` when Enter runs commands, else it goes on. What is asked but help is
 * answered here. End of input is leaving; without pauses it always is going.
 */
enum learn_answer learn_talk_ask(struct learner *learner, bool runs);
