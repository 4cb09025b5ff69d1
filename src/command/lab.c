/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/lab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/words.h"
#include "command/request.h"
#include "model/lab.h"
#include "model/netns.h"

void lab_clear(struct lab *lab)
{
	comparison_clear(&lab->comparison);
	network_clear(&lab->have);
	topology_clear(&lab->topology);
}

static void tell_mistake(void *cookie, const struct topology_mistake *mistake)
{
	(void)cookie;
	if (!mistake->is_last)
		error_print(&mistake->error, stderr);
}

/* Interned names of namespaces. */
struct places {
	uint32_t *items;
	size_t count, room;
};

static void places_clear(struct places *places)
{
	free(places->items);
}

/* One that may not be entered is named at the end: what is in it is not known. */
static int add_owned(struct request *request, const char *lab, uint32_t netns,
		     struct places *places)
{
	struct error why = { 0 };
	struct lab_alias alias;
	uint32_t id;

	if (picture_netns_alias(&request->kernel, netns, &id, &why) < 0) {
		if (!request->unseen.errnum)
			request->unseen = why;
		else
			error_hint(&request->unseen, "; nor '%s'",
				   names_text(request->names, netns));
		return 0;
	}
	alias = lab_alias_split(names_text(request->names, id));
	if (alias.length == strlen(lab) && !strncmp(alias.lab, lab, alias.length))
		*array_add(&places->items, &places->count, &places->room) = netns;
	else
		kernel_forget(&request->kernel, netns);
	return 0;
}

static int find_places(struct request *request, const struct topology *topology,
		       struct places *places, struct error *error)
{
	CLEANUP(pointer_free) uint32_t *named = NULL;
	CLEANUP(pointer_free) bool *is_wanted = NULL;
	const struct objects *want = &topology->network.objects[OBJECT_NETNS];
	uint32_t most = 0;
	size_t count;
	int r = picture_namespaces(&request->kernel, &named, &count, error);

	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++)
		most = named[i] > most ? named[i] : most;
	is_wanted = memory_new((size_t)most + 1, sizeof(*is_wanted));
	*array_add(&places->items, &places->count, &places->room) = 0;
	for (size_t i = 0; i < want->count; i++) {
		const struct netns *netns = network_at(&topology->network, OBJECT_NETNS, i);

		*array_add(&places->items, &places->count, &places->room) = netns->name.id;
		if (netns->name.id <= most)
			is_wanted[netns->name.id] = true;
	}
	for (size_t i = 0; i < count; i++)
		if (named[i] && !is_wanted[named[i]])
			add_owned(request, topology->lab, named[i], places);
	return 0;
}

int lab_read(struct request *request, struct words *words, struct lab *lab, struct error *error)
{
	CLEANUP(places_clear) struct places places = { 0 };
	const struct topology_options options = { .host = request->options.host,
						  .sets = request->options.sets };
	struct attr_context context = request_context(request);
	struct picture_options picture = { .want = &lab->topology.network };
	const char *path = words_take(words);
	int r;

	if (!path)
		return error_usage(error, "a FILE is needed");
	if (words_peek(words))
		return error_usage(error, "'%s' is too much behind the FILE", words_peek(words));
	r = topology_read(path, &options, &context, &lab->topology, tell_mistake, NULL, error);
	if (!r)
		r = find_places(request, &lab->topology, &places, error);
	return r < 0 ? r
		     : picture_read(&request->kernel, places.items, places.count, &picture,
				    &lab->have, error);
}

const char *lab_file_name(const char *path)
{
	return path && !strcmp(path, "-") ? "stdin" : path;
}

int lab_compare(struct request *request, struct lab *lab, struct error *error)
{
	const struct compare_options options = {
		.adopt = request->options.adopt,
		.no_prune = request->options.no_prune,
		.plain_addresses = request->options.as_ip,
	};

	return compare(&lab->have, &lab->topology.network, lab->topology.lab, &options,
		       &lab->comparison, error);
}

void lab_finish(struct request *request, const struct lab *lab)
{
	/* What could not be looked at is worse than a difference: exit 2. */
	if (request->unseen.errnum)
		return;
	request->status = comparison_exit(&lab->comparison);
	request->has_status = true;
}
