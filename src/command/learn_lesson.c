/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/learn_lesson.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "apply/sandbox.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "command/learn_files.h"
#include "command/learn_steps.h"
#include "command/learn_talk.h"
#include "command/request.h"
#include "text/lesson.h"

struct visit {
	struct learner learner;
	uint32_t first;
	bool is_first; /* of this lesson: its introduction is told */
};

static void begin(struct visit *visit)
{
	struct learner *learner = &visit->learner;
	const struct lesson *lesson = learner->lesson;

	if (visit->is_first)
		learn_talk_title(learner);
	for (size_t i = 0; visit->is_first && !visit->first && i < lesson->introduction.count;
	     i++) {
		const struct lesson_part *part = &lesson->introduction.parts[i];

		if (part->type == LESSON_TEXT)
			learn_talk_text(learner, part->text);
		else
			learn_talk_prose(learner, part->text);
	}
	if (visit->first)
		text_printf(learner->out,
			    SAY(learner, "\n(the steps before step %u are run again)\n",
				"\n（正在重新执行第 %u 步之前的步骤）\n"),
			    visit->first + 1);
	text_flush(learner->out);
}

/* Runs in the sandbox: its output is a text of its own, what it found is in the state. */
static int inside(void *cookie)
{
	struct visit *visit = cookie;
	struct learner *learner = &visit->learner;
	CLEANUP(text_clear) struct text out = { 0 };
	struct error error = { 0 };
	int r;

	text_to_fd(&out, STDOUT_FILENO);
	learner->out = &out;
	/* A shell that the user asks for reads what follows: no line is to be read ahead. */
	setvbuf(stdin, NULL, _IONBF, 0);
	if (!learner->manner->options->color)
		setenv("NO_COLOR", "1", 1);
	if (learner->manner->json)
		learner->manner->json->out = &out;
	else
		begin(visit);
	r = learn_steps(learner, visit->first, &error);
	if (text_flush(&out) < 0 && r >= 0)
		r = error_set(&error, out.failed, "cannot write the output");
	if (r < 0)
		error_print(&error, stderr);
	return r < 0 ? (int)error.exit : EXIT_DONE;
}

/* Also in JSON, of which the one inside writes the part that is the lesson's. */
static void open_json(const struct learner *learner)
{
	struct json *json = learner->manner->json;

	if (!json)
		return;
	json_open_object(json, NULL);
	json_string(json, "lesson", learner->file->name);
	json_string(json, "title", learner->lesson->title);
	json_open_array(json, "steps");
}

static void close_json(const struct learner *learner, const struct learn_outcome *outcome)
{
	struct json *json = learner->manner->json;

	if (!json)
		return;
	/* The array was filled by somebody else. */
	json->filled |= UINT64_C(1) << json->depth;
	json_close_array(json);
	json_number(json, "checks", outcome->checks);
	json_number(json, "failed", outcome->failed);
	json_close_object(json);
}

static void count(const struct learner *learner, struct learn_outcome *outcome)
{
	outcome->checks = outcome->failed = 0;
	for (size_t i = 0; i < learner->lesson->count; i++) {
		outcome->checks += learner->state->tallies[i].checks;
		outcome->failed += learner->state->tallies[i].failed;
	}
}

static int visit_sandboxes(struct visit *visit, struct learn_outcome *outcome, struct error *error)
{
	struct learn_state *state = visit->learner.state;
	int r = 0, status = 0;

	do {
		state->end = LEARN_BROKEN;
		r = sandbox_call(inside, visit, &status, error);
		visit->first = state->step;
		visit->is_first = false;
	} while (!r && !status && state->end == LEARN_AGAIN);
	outcome->end = state->end;
	outcome->is_kept = !state->is_told;
	outcome->status = status;
	return r;
}

int learn_lesson(const struct learn_file *file, const struct lesson *lesson,
		 const struct learn_manner *manner, uint32_t first, struct text *out,
		 struct learn_outcome *outcome, struct error *error)
{
	size_t size = sizeof(struct learn_state) + lesson->count * sizeof(struct learn_tally);
	struct learn_state *state =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct visit visit = {
		.learner = { .file = file, .lesson = lesson, .manner = manner, .output = -1 },
		.first = first,
		.is_first = true
	};
	int r;

	if (state == MAP_FAILED)
		return error_set(error, errno, "cannot share memory with a sandbox");
	visit.learner.state = state;
	open_json(&visit.learner);
	r = text_flush(out);
	if (r < 0)
		error_set(error, out->failed, "cannot write the output");
	else
		r = visit_sandboxes(&visit, outcome, error);
	count(&visit.learner, outcome);
	close_json(&visit.learner, outcome);
	munmap(state, size);
	return r;
}
