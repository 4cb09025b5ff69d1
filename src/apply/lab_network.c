/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apply/lab_network.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/foresight.h"
#include "kernel/kernel.h"
#include "kernel/netns_names.h"
#include "kernel/picture.h"
#include "model/lab.h"
#include "model/netns.h"

void places_clear(struct places *places)
{
	free(places->items);
	*places = (struct places){ 0 };
}

void places_keep_named(struct places *places, const struct names *names)
{
	CLEANUP(netns_names_clear) struct netns_names all = { 0 };
	size_t kept = 0, there = 0;

	netns_names_read(&all);
	for (size_t i = 0; i < places->count; i++) {
		if (!netns_names_may_have(&all, names_text(names, places->items[i])))
			continue;
		there += i < places->there;
		places->items[kept++] = places->items[i];
	}
	places->count = kept;
	places->there = there;
}

static void add_place(struct places *places, uint32_t netns)
{
	*array_add(&places->items, &places->count, &places->room) = netns;
}

enum {
	TOGETHER = 256, /* so many namespaces are entered by one visit */
	MANY = 64, /* from so many on the machine's own links take as long to tell as to enter them */
};

/* One that may not be entered is named: what is in it is not known. */
static int add_owned(struct kernel *kernel, const char *lab, uint32_t netns, bool is_known,
		     struct places *places, struct error *unseen, struct error *error)
{
	struct error why = { 0 };
	uint32_t id = 0;
	struct place place;
	int r = is_known ? kernel_place(kernel, netns, &place, &why)
			 : picture_netns_alias(kernel, netns, &id, &why);

	/* It went meanwhile: so does what is known of it. */
	if (r == -ENOENT && is_known) {
		add_place(places, netns);
		return 0;
	}
	if (r < 0 && !unseen) {
		*error = why;
		return r;
	}
	if (r < 0) {
		if (!unseen->errnum)
			*unseen = why;
		else
			error_hint(unseen, "; nor '%s'", names_text(kernel->names, netns));
		return 0;
	}
	if (is_known || lab_alias_is(names_text(kernel->names, id), lab))
		add_place(places, netns);
	else
		kernel_forget(kernel, netns);
	return 0;
}

/* What is wanted and is not there comes behind all others. */
static void add_missing(const struct objects *wanted, const struct network *want,
			const bool *is_there, uint32_t most, struct places *places)
{
	places->there = places->count;
	for (size_t i = 0; i < wanted->count; i++) {
		const struct netns *netns = network_at(want, OBJECT_NETNS, i);

		if (netns->name.id > most || !is_there[netns->name.id])
			add_place(places, netns->name.id);
	}
}

/* Marks the namespaces that the picture, or NULL, names. */
static void mark_named(const struct network *network, uint32_t most, bool *marks)
{
	for (size_t i = 0; network && i < network->objects[OBJECT_NETNS].count; i++) {
		const struct netns *netns = network_at(network, OBJECT_NETNS, i);

		if (netns->name.id <= most)
			marks[netns->name.id] = true;
	}
}

/* How many of the namespaces are known to be the lab's, or shall be. */
static size_t count_known(const uint32_t *named, size_t count, const bool *is_known,
			  const bool *is_wanted)
{
	size_t known = 0;

	for (size_t i = 0; i < count; i++)
		known += is_known[named[i]] || is_wanted[named[i]];
	return known;
}

int lab_places(struct kernel *kernel, const struct network *want, const struct past *past,
	       const char *lab, struct places *places, struct error *unseen, struct error *error)
{
	CLEANUP(pointer_free) bool *is_known = NULL;
	CLEANUP(pointer_free) uint32_t *named = NULL;
	CLEANUP(pointer_free) bool *is_wanted = NULL;
	CLEANUP(pointer_free) bool *is_there = NULL;
	const struct objects *wanted = &want->objects[OBJECT_NETNS];
	CLEANUP(pointer_free) uint32_t *others = NULL;
	uint32_t most = 0;
	size_t count, known, others_count = 0;
	int r = picture_namespaces(kernel, &named, &count, error);

	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++)
		most = named[i] > most ? named[i] : most;
	is_wanted = memory_new((size_t)most + 1, sizeof(*is_wanted));
	is_known = memory_new((size_t)most + 1, sizeof(*is_known));
	is_there = memory_new((size_t)most + 1, sizeof(*is_there));
	for (size_t i = 0; i < count; i++)
		is_there[named[i]] = true;
	others = memory_new(count, sizeof(*others));
	mark_named(past->last, most, is_known);
	mark_named(past->former, most, is_known);
	add_place(places, 0);
	for (size_t i = 0; i < wanted->count; i++) {
		const struct netns *netns = network_at(want, OBJECT_NETNS, i);

		if (netns->name.id > most || !is_there[netns->name.id])
			continue;
		add_place(places, netns->name.id);
		is_wanted[netns->name.id] = true;
	}
	for (size_t i = 0; i < count; i++)
		if (named[i] && !is_wanted[named[i]])
			others[others_count++] = named[i];
	known = count_known(named, count, is_known, is_wanted);
	kernel_expect(known + TOGETHER);
	if (known >= MANY)
		foresight_begin(kernel, 0, OBJECT_LINK, NULL);
	for (size_t i = 0; !r && i < others_count; i++) {
		/* Those that turn out to be nobody's are closed again, before there are too many. */
		if (i % TOGETHER == 0)
			kernel_prepare(kernel, others + i,
				       others_count - i < TOGETHER ? others_count - i : TOGETHER);
		r = add_owned(kernel, lab, others[i], is_known[others[i]], places, unseen, error);
	}
	add_missing(wanted, want, is_there, most, places);
	return r;
}

int lab_network_read(struct kernel *kernel, struct network *want, const struct past *past,
		     const struct places *places, uint32_t types, const char *leaving,
		     struct network *have, struct error *error)
{
	const struct picture_options options = {
		.want = want,
		.former = past->former,
		.last = past->last,
		.types = types,
		.leaving = leaving,
	};

	CLEANUP(pointer_free) uint32_t *there = memory_new(places->count + 1, sizeof(*there));
	size_t count = 0;

	kernel_expect(places->count);
	/* A thousand that are to be made need not be handed from thread to thread to be missed. */
	for (size_t i = 0; i < places->count; i++)
		if (i < places->there || kernel_may_place(kernel, places->items[i]))
			there[count++] = places->items[i];
	return picture_read(kernel, there, count, &options, have, error);
}
