/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diff, check, plan, show, history: the candidate looked at. */
#include <errno.h>
#include <string.h>

#include "attr/value.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/words.h"
#include "command/lab.h"
#include "command/lab_verbs.h"
#include "command/view.h"
#include "plan/wanted_diff.h"
#include "shell/list.h"
#include "shell/session.h"
#include "shell/words.h"

/* The rest of a line about the candidate alone, which is read as a file would be. */
static int read_candidate(struct request *request, struct words *words, struct lab *lab,
			  const char **file, struct error *error)
{
	int r = words_end(words, error);

	if (!r)
		r = configured_lab(shell_of(request), lab, file, error);
	/* What follows is about the kernel. */
	request->candidate = NULL;
	return r;
}

/* How the candidate differs from another topology, not from the kernel. */
static int diff_topology(struct request *request, struct topology *before, struct error *error)
{
	struct shell *shell = shell_of(request);
	CLEANUP(comparison_clear) struct comparison comparison = { 0 };
	CLEANUP(lab_clear) struct lab lab = { 0 };
	const char *file;
	int r = configured_lab(shell, &lab, &file, error);

	if (r < 0)
		return r;
	wanted_diff(&before->network, &lab.topology.network, &comparison);
	lab_print(request, &comparison, shell->candidate.lab, file, request->out);
	request->status = comparison_exit(&comparison);
	request->has_status = true;
	return 0;
}

static int diff_saved(struct request *request, struct error *error)
{
	struct shell *shell = shell_of(request);
	CLEANUP(topology_clear) struct topology saved = { 0 };
	int r = configured_parse(shell, &shell->candidate.saved, &saved, error);

	return r < 0 ? r : diff_topology(request, &saved, error);
}

static int diff_stored(struct request *request, const char *word, struct error *error)
{
	CLEANUP(stored_clear) struct stored stored = { .is_there = false };
	uint64_t back;
	int r;

	if (!number_read(word, &back) || back >= STORE_MOST) {
		error_usage(error, "'%s': 'saved', or how many files back is expected", word);
		return words_meant(error, word, "saved");
	}
	r = stored_read(request, shell_of(request)->candidate.lab, (size_t)back, &stored, error);
	return r < 0 ? r : diff_topology(request, &stored.topology, error);
}

static int diff(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(lab_clear) struct lab lab = { 0 };
	const char *word = words_take(words), *file;
	int r;

	if (!word) {
		r = read_candidate(request, words, &lab, &file, error);
		return r < 0 ? r : lab_diff(request, &lab, file, error);
	}
	r = words_end(words, error);
	if (r < 0)
		return r;
	return strcmp(word, "saved") != 0 ? diff_stored(request, word, error)
					  : diff_saved(request, error);
}

WORD(diff, "compare", "[{saved|N}]",
     "how the kernel, the saved file, or the N-th applied before differs from the candidate", diff,
     0);

static int check(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(lab_clear) struct lab lab = { 0 };
	const char *file;
	int r = read_candidate(request, words, &lab, &file, error);

	if (r < 0)
		return r;
	text_printf(request->out, "%s: %zu objects, nothing is wrong\n", lab.topology.lab,
		    topology_count(&lab.topology));
	return 0;
}

WORD(check, "", "", "read the candidate as a file is read, and say what is wrong with it", check,
     0);

static int plan(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(lab_clear) struct lab lab = { 0 };
	const char *file;
	int r = read_candidate(request, words, &lab, &file, error);

	return r < 0 ? r : lab_plan(request, &lab, file, error);
}

WORD(plan, "", "", "show the steps that a commit would do", plan, 0);

static int show(struct request *request, struct words *words, struct error *error)
{
	CLEANUP(scene_clear) struct scene scene = { 0 };
	const struct scene_options options = { .family = request->options.family,
					       .details = request->options.details };
	struct attr_context context = request_context(request);
	int r = words_end(words, error);

	if (r < 0)
		return r;
	network_close_gaps(request->candidate);
	scene_make(&scene, request->candidate, &context, &options);
	view_print(request, &scene);
	return 0;
}

WORD(show, "", "", "show the candidate as a tree; 'show | compare' is 'diff'", show, 0);

static int history(struct request *request, struct words *words, struct error *error)
{
	struct shell *shell = shell_of(request);
	char *lab = shell->candidate.lab;
	struct words own = { &lab, 1 };
	int r = words_end(words, error);

	return r < 0 ? r : command_run_as(request, "history", &own, error);
}

WORD(history, "", "", "list the lab's files that were applied, the newest first", history, 0);
