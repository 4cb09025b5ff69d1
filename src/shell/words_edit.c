/* SPDX-License-Identifier: GPL-3.0-or-later */
/* undo, redo, discard, save, load, capture: the candidate as a whole. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/words.h"
#include "shell/list.h"
#include "shell/save_file.h"
#include "shell/session.h"
#include "shell/words.h"
#include "topology/document.h"
#include "topology/plain.h"

static int step(struct request *request, struct words *words, int by, struct error *error)
{
	struct shell *shell = shell_of(request);
	struct configured *configured = &shell->candidate;
	int r = words_end(words, error);
	const struct edit *edit;

	if (!r)
		r = configured_step(shell, by, error);
	if (r < 0)
		return r;
	edit = &configured->edits[by < 0 ? configured->done : configured->done - 1];
	shell_say(shell, "%s: %s", by < 0 ? "undone" : "done again",
		  edit->line ? edit->line : "a file was loaded");
	return 0;
}

static int undo(struct request *request, struct words *words, struct error *error)
{
	return step(request, words, -1, error);
}

WORD(undo, "", "", "take the last edit of the candidate back", undo, VERB_SESSION);

static int redo(struct request *request, struct words *words, struct error *error)
{
	return step(request, words, 1, error);
}

WORD(redo, "", "", "do what was undone last once more", redo, VERB_SESSION);

static int discard(struct request *request, struct words *words, struct error *error)
{
	int r = words_end(words, error);

	return r < 0 ? r : configured_discard(shell_of(request), error);
}

WORD(discard, "", "", "go back to what was opened, saved or committed last", discard, VERB_SESSION);

static bool is_same(const char *one, size_t length, const char *other, size_t other_length)
{
	return one && length == other_length && !memcmp(one, other, length);
}

/* What would be lost of the file that is there now, however it is called. */
static int refuse_loss(struct shell *shell, const char *path, const struct text *text,
		       struct error *error)
{
	const struct source_text *file = &shell->candidate.file;
	CLEANUP(document_clear) struct document there = { 0 };
	CLEANUP(text_clear) struct text losses = { 0 };
	CLEANUP(text_clear) struct text has = { 0 };
	struct error ignored = { 0 };
	struct stat stat_;

	if (shell->request.options.force || stat(path, &stat_) < 0 || !S_ISREG(stat_.st_mode))
		return 0;
	/* What is no YAML has no comments either. */
	document_read(path, &there, &ignored);
	if (is_same(there.bytes, there.size, text->bytes, text->length))
		return 0;
	if (file->path && !strcmp(file->path, path) &&
	    !is_same(there.bytes, there.size, file->bytes, file->length))
		return error_usage(error,
				   "'%s' was changed by others since it was opened: 'load' it, "
				   "save elsewhere, or with --force",
				   path);
	/* A text that has more itself was written by hand, and is what is wanted. */
	if (!there.bytes || topology_is_plain(there.bytes, there.size, &losses) ||
	    !topology_is_plain(text->bytes, text->length, &has))
		return 0;
	return error_usage(error,
			   "the file would lose %s, as the candidate was edited: save it "
			   "elsewhere, or with --force",
			   text_string(&losses));
}

static int write_file(const char *path, const struct text *text, struct error *error)
{
	CLEANUP(save_file_clear) struct save_file file = { .path = NULL };
	int r = save_file_open(&file, path, error);

	if (r < 0)
		return r;
	text_put(&file.text, text->bytes, text->length);
	return save_file_keep(&file, error);
}

static int save(struct request *request, struct words *words, struct error *error)
{
	struct shell *shell = shell_of(request);
	CLEANUP(text_clear) struct text text = { 0 };
	const char *path = words_take(words);
	int r = words_end(words, error);

	if (!path)
		path = shell->candidate.saved.path;
	if (!r && !path)
		r = error_usage(error, "a FILE is needed: the candidate is of none");
	if (!r)
		r = configured_print(shell, &text, error);
	if (r < 0)
		return r;
	if (!strcmp(path, "-")) {
		text_put(request->out, text.bytes, text.length);
		return 0;
	}
	r = refuse_loss(shell, path, &text, error);
	if (!r)
		r = write_file(path, &text, error);
	if (r < 0)
		return r;
	shell_say(shell, "saved to %s", path);
	configured_mark_saved(shell, text_string(&text), text.length, path);
	return 0;
}

WORD(save, "", "[FILE]", "write the candidate to its file, or another; '-' is stdout", save,
     VERB_SESSION);

int shell_read_file(struct shell *shell, const char *path,
		    int (*take)(struct shell *shell, const struct source_text *text,
				struct error *error),
		    struct error *error)
{
	const struct options *options = &shell->request.options;
	CLEANUP(source_text_clear) struct source_text text = { 0 };
	CLEANUP(document_clear) struct document document = { 0 };
	int r = document_read(path, &document, error);

	if (r < 0)
		return r;
	source_text_set(&text, document.bytes, document.size, path, options->host, options->sets);
	return take(shell, &text, error);
}

static int load(struct request *request, struct words *words, struct error *error)
{
	const char *path = words_take(words);
	int r = words_end(words, error);

	if (!r && !path)
		r = error_usage(error, "a FILE is needed");
	if (!r)
		r = shell_read_file(shell_of(request), path, configured_load, error);
	if (!r)
		configured_note_file(&shell_of(request)->candidate);
	return r;
}

WORD(load, "", "FILE", "make the candidate what the file says", load, VERB_SESSION);

static int capture(struct request *request, struct words *words, struct error *error)
{
	struct shell *shell = shell_of(request);
	CLEANUP(source_text_clear) struct source_text source = { 0 };
	CLEANUP(text_clear) struct text text = { 0 };
	const char *const line[] = { "capture", shell->candidate.lab, NULL };
	int r = words_end(words, error);

	if (r < 0)
		return r;
	if (shell_run_words(shell, line, &text) < 0)
		return error_set(error, 0, "what the kernel has of '%s' cannot be read",
				 shell->candidate.lab);
	source_text_set(&source, text_string(&text), text.length, NULL, NULL, NULL);
	return configured_load(shell, &source, error);
}

WORD(capture, "", "", "make the candidate what the kernel has of the lab", capture, VERB_SESSION);
