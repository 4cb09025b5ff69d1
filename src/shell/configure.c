/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/configure.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "command/lab.h"
#include "model/netns.h"
#include "shell/edit_line.h"
#include "shell/session.h"
#include "text/topology_text.h"

static char *text_or_null(const char *text)
{
	return text && *text ? memory_text(text) : NULL;
}

void source_text_clear(struct source_text *text)
{
	for (size_t i = 0; text->sets && text->sets[i]; i++)
		free(text->sets[i]);
	free(text->sets);
	free(text->bytes);
	free(text->path);
	free(text->host);
	*text = (struct source_text){ 0 };
}

void source_text_set(struct source_text *text, const char *bytes, size_t length, const char *path,
		     const char *host, const char *const *sets)
{
	size_t count = 0;

	*text = (struct source_text){
		.bytes = memory_new(length + 1, 1),
		.length = length,
		.path = text_or_null(path),
		.host = text_or_null(host),
	};
	memcpy(text->bytes, bytes, length);
	while (sets && sets[count])
		count++;
	text->sets = memory_new(count + 1, sizeof(*text->sets));
	for (size_t i = 0; i < count; i++)
		text->sets[i] = memory_text(sets[i]);
}

static void source_text_copy(struct source_text *to, const struct source_text *from)
{
	source_text_set(to, from->bytes, from->length, from->path, from->host,
			(const char *const *)from->sets);
}

/* Messages call what is of no file the candidate. */
int configured_parse(struct shell *shell, const struct source_text *text, struct topology *topology,
		     struct error *error)
{
	const struct topology_options options = { .host = text->host,
						  .sets = (const char *const *)text->sets };
	struct attr_context context = request_context(&shell->request);

	return topology_parse(text->path ? text->path : "candidate", text->bytes, text->length,
			      &options, &context, topology, lab_tell_mistake, NULL, error);
}

static void edit_clear(struct edit *edit)
{
	source_text_clear(&edit->text);
	free(edit->line);
	free(edit->netns);
	*edit = (struct edit){ 0 };
}

/* What was undone is not done again once something else is done. */
static struct edit *add_edit(struct configured *configured)
{
	while (configured->count > configured->done)
		edit_clear(&configured->edits[--configured->count]);
	if (configured->saved_at > configured->done)
		configured->saved_at = SIZE_MAX;
	configured->done++;
	return array_add(&configured->edits, &configured->count, &configured->room);
}

/* Lines that are typed from here on are about the candidate. */
static void attach(struct shell *shell)
{
	struct request *request = &shell->request;

	request->candidate = shell->candidate.is_open ? &shell->candidate.topology.network : NULL;
	request->candidate_mode = CANDIDATE_FILE;
}

static void take_topology(struct shell *shell, struct topology *topology)
{
	topology_clear(&shell->candidate.topology);
	shell->candidate.topology = *topology;
	*topology = (struct topology){ 0 };
	attach(shell);
}

int configured_open(struct shell *shell, const struct source_text *text, struct error *error)
{
	struct configured *configured = &shell->candidate;
	struct topology topology = { 0 };
	int r = configured_parse(shell, text, &topology, error);

	if (r < 0) {
		topology_clear(&topology);
		return r;
	}
	configured->is_open = true;
	memcpy(configured->lab, topology.lab, strlen(topology.lab) + 1);
	source_text_copy(&add_edit(configured)->text, text);
	source_text_copy(&configured->saved, text);
	if (text->path)
		source_text_copy(&configured->file, text);
	configured->saved_at = 1;
	take_topology(shell, &topology);
	return 0;
}

void configured_close(struct shell *shell)
{
	struct configured *configured = &shell->candidate;

	for (size_t i = 0; i < configured->count; i++)
		edit_clear(&configured->edits[i]);
	free(configured->edits);
	topology_clear(&configured->topology);
	source_text_clear(&configured->saved);
	source_text_clear(&configured->file);
	*configured = (struct configured){ 0 };
	attach(shell);
}

int configured_load(struct shell *shell, const struct source_text *text, struct error *error)
{
	struct configured *configured = &shell->candidate;
	struct topology topology = { 0 };
	int r = configured_parse(shell, text, &topology, error);

	if (!r && strcmp(topology.lab, configured->lab) != 0)
		r = error_usage(error, "that is a file of the lab '%s', not of '%s'", topology.lab,
				configured->lab);
	if (!r) {
		source_text_copy(&add_edit(configured)->text, text);
		take_topology(shell, &topology);
	}
	topology_clear(&topology);
	return r;
}

void configured_note_file(struct configured *configured)
{
	const struct source_text *text = configured_text(configured);

	if (!text || !text->path || !configured->file.path ||
	    strcmp(text->path, configured->file.path) != 0)
		return;
	source_text_clear(&configured->file);
	source_text_copy(&configured->file, text);
}

void configured_note_line(struct shell *shell, const char *line, const char *netns)
{
	struct edit *edit = add_edit(&shell->candidate);

	edit->line = memory_text(line);
	edit->netns = text_or_null(netns);
}

/* The text that the candidate was last, and the lines since. */
static size_t last_text(const struct configured *configured)
{
	size_t at = configured->done - 1;

	while (configured->edits[at].line)
		at--;
	return at;
}

int configured_remake(struct shell *shell, struct error *error)
{
	struct configured *configured = &shell->candidate;
	size_t at = last_text(configured);
	struct topology topology = { 0 };
	int r = configured_parse(shell, &configured->edits[at].text, &topology, error);

	if (!r)
		take_topology(shell, &topology);
	topology_clear(&topology);
	while (!r && ++at < configured->done)
		r = edit_line(shell, configured->edits[at].line, configured->edits[at].netns,
			      error);
	return r;
}

int configured_step(struct shell *shell, int by, struct error *error)
{
	struct configured *configured = &shell->candidate;
	size_t before = configured->done;
	int r;

	if (by < 0 ? configured->done == 1 : configured->done == configured->count) {
		error_usage(error, by < 0 ? "there is nothing to undo"
					  : "there is nothing that was undone");
		return -ENOENT;
	}
	configured->done = by < 0 ? before - 1 : before + 1;
	r = configured_remake(shell, error);
	if (r < 0) {
		struct error ignored = { 0 };

		configured->done = before;
		configured_remake(shell, &ignored);
	}
	return r;
}

uint32_t configured_netns(const struct shell *shell, const char *name)
{
	const struct network *network = &shell->candidate.topology.network;
	uint32_t id = names_find(shell->request.names, name);

	for (size_t i = 0; id && i < network->objects[OBJECT_NETNS].count; i++) {
		const struct netns *netns = network_at(network, OBJECT_NETNS, i);

		if (!network_is_gap(network, OBJECT_NETNS, i) && netns->name.id == id)
			return id;
	}
	return 0;
}

bool configured_is_changed(const struct configured *configured)
{
	return configured->is_open &&
	       (configured->is_unconfirmed || configured->saved_at != configured->done);
}

const char *configured_lacks(const struct configured *configured)
{
	if (!configured_is_changed(configured))
		return NULL;
	return configured->saved_at == configured->done ? "committed, but that is not confirmed"
							: "neither committed nor saved";
}

int configured_discard(struct shell *shell, struct error *error)
{
	struct configured *configured = &shell->candidate;
	CLEANUP(source_text_clear) struct source_text saved = { 0 };

	if (!configured_is_changed(configured))
		return 0;
	source_text_copy(&saved, &configured->saved);
	if (configured_load(shell, &saved, error) < 0)
		return -error->errnum;
	configured->saved_at = configured->done;
	return 0;
}

const struct source_text *configured_text(const struct configured *configured)
{
	const struct edit *edit = &configured->edits[configured->done - 1];

	return edit->line ? NULL : &edit->text;
}

int configured_print(struct shell *shell, struct text *text, struct error *error)
{
	struct configured *configured = &shell->candidate;
	const struct source_text *whole = configured_text(configured);
	const struct topology_text_options options = { .lab = configured->lab };
	struct attr_context context = request_context(&shell->request);

	if (whole) {
		text_put(text, whole->bytes, whole->length);
		return 0;
	}
	return topology_text(&configured->topology.network, &context, &options, text, error);
}

int configured_lab(struct shell *shell, struct lab *lab, const char **file, struct error *error)
{
	const struct source_text *whole = configured_text(&shell->candidate);
	CLEANUP(source_text_clear) struct source_text printed = { 0 };
	CLEANUP(text_clear) struct text text = { 0 };
	int r;

	*file = whole ? whole->path : NULL;
	if (whole)
		return configured_parse(shell, whole, &lab->topology, error);
	r = configured_print(shell, &text, error);
	if (r < 0)
		return r;
	source_text_set(&printed, text_string(&text), text.length, NULL, NULL, NULL);
	return configured_parse(shell, &printed, &lab->topology, error);
}

void configured_mark_saved(struct shell *shell, const char *bytes, size_t length, const char *path)
{
	struct configured *configured = &shell->candidate;
	const struct source_text *whole = configured_text(configured);
	struct source_text saved;

	source_text_set(&saved, bytes, length, path ? path : configured->saved.path,
			whole ? whole->host : NULL,
			whole ? (const char *const *)whole->sets : NULL);
	source_text_clear(&configured->saved);
	configured->saved = saved;
	if (path) {
		source_text_clear(&configured->file);
		source_text_copy(&configured->file, &saved);
	}
	configured->saved_at = configured->done;
	configured->is_unconfirmed = false;
}
