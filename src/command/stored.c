/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/stored.h"

#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "command/request.h"

void stored_clear(struct stored *stored)
{
	topology_clear(&stored->topology);
	store_file_clear(&stored->file);
}

int stored_read(struct request *request, const char *lab, size_t back, struct stored *stored,
		struct error *error)
{
	struct attr_context context = request_context(request);
	struct topology_options options = { .is_record = true };
	struct store_entry *entry = &stored->file.entry;
	int r = store_read(lab, back, &stored->file, error);

	if (r < 0)
		return r;
	options.host = *entry->meta.host ? entry->meta.host : NULL;
	options.sets = entry->meta.sets;
	r = topology_parse(entry->path, text_string(&stored->file.bytes), stored->file.bytes.length,
			   &options, &context, &stored->topology, NULL, NULL, error);
	stored->is_there = !r;
	return r;
}

void stored_last(struct request *request, const char *lab, struct stored *stored)
{
	CLEANUP(store_entries_clear) struct store_entries entries = { 0 };
	struct error why = { 0 };

	if (store_list(lab, &entries, &why) < 0 || !entries.count || *entries.items->meta.mark)
		return;
	if (stored_read(request, lab, 0, stored, &why) < 0)
		request_note(request, "the last file of the lab '%s' cannot be read: %s", lab,
			     why.text);
}

bool stored_is_last(const char *lab, const struct document *document, const struct store_meta *meta)
{
	CLEANUP(store_file_clear) struct store_file file = { 0 };
	struct error ignored = { 0 };
	const char *const *old, *const *new = meta->sets;

	if (store_read(lab, 0, &file, &ignored) < 0 || *file.entry.meta.mark ||
	    strcmp(file.entry.meta.host, meta->host ? meta->host : "") != 0 ||
	    file.bytes.length != document->size ||
	    memcmp(text_string(&file.bytes), document->bytes, document->size) != 0)
		return false;
	for (old = file.entry.meta.sets; *old && new &&*new; old++, new ++)
		if (strcmp(*old, *new) != 0)
			return false;
	return !*old && !(new &&*new);
}

void stored_keep(struct request *request, const char *lab, const struct document *document,
		 const struct store_meta *meta)
{
	struct store_meta whole = *meta;
	struct error why = { 0 };
	char who[STORE_WHO];
	uint64_t number;

	if (stored_is_last(lab, document, meta))
		return;
	store_who(who);
	whole.who = who;
	whole.time = time(NULL);
	if (store_add(lab, document->bytes, document->size, &whole, &number, &why) < 0)
		request_note(request, "the file is not kept for 'history' and 'rollback': %s",
			     why.text);
}
