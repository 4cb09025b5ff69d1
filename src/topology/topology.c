/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "topology/topology.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "topology/check.h"
#include "topology/complete.h"
#include "topology/load_lab.h"
#include "topology/loader.h"
#include "topology/word_list.h"

void topology_clear(struct topology *topology)
{
	network_clear(&topology->network);
	document_clear(&topology->document);
	*topology = (struct topology){ 0 };
}

size_t topology_count(const struct topology *topology)
{
	size_t count = 0;

	for (size_t type = 0; type < OBJECT_TYPES; type++)
		count += topology->network.objects[type].count;
	return count;
}

static void loader_clear(struct loader *loader)
{
	word_list_clear(loader->words);
	text_clear(&loader->expanded);
	key_map_clear(&loader->space_index);
	key_map_clear(&loader->lab_index);
	key_map_clear(&loader->link_index);
	pools_clear(&loader->pools);
	free(loader->spaces);
	free(loader->facts);
	free(loader->ends);
	free(loader->mistakes);
}

/* What cannot be read makes no picture; of a picture each mistake is told. */
static void complete_and_check(struct loader *loader)
{
	static void (*const parts[])(struct loader *) = { complete_links, complete_entries,
							  check_links, check_entries };
	size_t count = sizeof(parts) / sizeof(*parts);

	for (size_t i = 0; i < count && !loader_is_done(loader); i++)
		parts[i](loader);
}

static int by_place(const void *a, const void *b)
{
	const struct place_in_file *left = &((const struct mistake *)a)->at;
	const struct place_in_file *right = &((const struct mistake *)b)->at;

	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	return left->column < right->column ? -1 : left->column > right->column;
}

static int tell(struct loader *loader, topology_report *report, void *cookie, struct error *error)
{
	size_t count = loader->mistakes_count;

	if (!count)
		return 0;
	qsort(loader->mistakes, count, sizeof(*loader->mistakes), by_place);
	for (size_t i = 0; i < count; i++) {
		const struct mistake *mistake = &loader->mistakes[i];
		struct topology_mistake told = { mistake->error, mistake->at, mistake->error.text,
						 i + 1 == count };

		document_error(loader->document, mistake->at, &told.error);
		if (report)
			report(cookie, &told);
		*error = told.error;
	}
	return -error->errnum;
}

/* A document that is none has one mistake, which it has told already. */
static int tell_document(const struct document *document, topology_report *report, void *cookie,
			 const struct error *error)
{
	struct topology_mistake told = { *error, document->failed_at, NULL, true };
	char message[sizeof(error->text)];
	char *end;

	memcpy(message, error->text, sizeof(message));
	if (report) {
		size_t skip = 0;

		/* PATH:LINE:COLUMN: in front, the line and a caret behind. */
		for (unsigned i = 0; document->failed_at.line && i < 3; i++) {
			const char *colon = strstr(message + skip, i < 2 ? ":" : ": ");

			skip = colon ? (size_t)(colon - message) + (i < 2 ? 1 : 2) : skip;
		}
		end = strchr(message, '\n');
		if (end && document->failed_at.line)
			*end = '\0';
		told.message = message + skip;
		report(cookie, &told);
	}
	return -error->errnum;
}

static int read_document(struct topology *topology, const struct topology_options *options,
			 const struct attr_context *context, topology_report *report, void *cookie,
			 struct error *error)
{
	struct word_list words = { 0 };
	CLEANUP(loader_clear)
	struct loader loader = { .topology = topology,
				 .document = &topology->document,
				 .network = &topology->network,
				 .options = options,
				 .context = *context,
				 .names = context->names,
				 .words = &words };
	int r;

	/* What the command line says about families and names is about the command line. */
	loader.context.family = 0;
	loader.context.tolerant = false;
	topology->network.names = context->names;
	load_lab(&loader);
	/* Half of what a large file takes. */
	document_forget_nodes(&topology->document);
	if (!loader.mistakes_count)
		complete_and_check(&loader);
	r = tell(&loader, report, cookie, error);
	if (r < 0)
		topology_clear(topology);
	return r;
}

int topology_read(const char *path, const struct topology_options *options,
		  const struct attr_context *context, struct topology *topology,
		  topology_report *report, void *cookie, struct error *error)
{
	*topology = (struct topology){ 0 };
	if (document_read(path, &topology->document, error) < 0)
		return tell_document(&topology->document, report, cookie, error);
	return read_document(topology, options, context, report, cookie, error);
}

int topology_parse(const char *path, const char *bytes, size_t size,
		   const struct topology_options *options, const struct attr_context *context,
		   struct topology *topology, topology_report *report, void *cookie,
		   struct error *error)
{
	*topology = (struct topology){ 0 };
	if (document_parse(path, bytes, size, &topology->document, error) < 0)
		return tell_document(&topology->document, report, cookie, error);
	return read_document(topology, options, context, report, cookie, error);
}
