/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/candidate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "model/altname.h"
#include "model/link.h"
#include "model/netns.h"
#include "plan/changing.h"

static void changing_clear(struct changing *changing)
{
	free(changing->done);
	arena_clear(&changing->arena);
}

static struct done *note(struct changing *changing, enum object_type type, size_t at)
{
	struct done *done = array_add(&changing->done, &changing->done_count, &changing->done_room);

	*done = (struct done){ .type = type, .at = at };
	return done;
}

void *changing_add(struct changing *changing, enum object_type type, const void *object)
{
	struct network *network = changing->network;

	/* Only what has lists needs a copy in the network's own memory. */
	if (object_info(type)->copy)
		object = object_copy(type, object, &network->arena);
	note(changing, type, network->objects[type].count)->what = DONE_ADD;
	return network_add(network, type, object, (struct origin_in_file){ 0 });
}

void changing_remove(struct changing *changing, enum object_type type, size_t at)
{
	note(changing, type, at)->what = DONE_REMOVE;
	network_remove(changing->network, type, at);
}

void *changing_edit(struct changing *changing, enum object_type type, size_t at)
{
	void *object = network_at(changing->network, type, at);
	struct done *done = note(changing, type, at);

	done->what = DONE_EDIT;
	done->before = arena_copy(&changing->arena, object, object_info(type)->size);
	return object;
}

void *changing_walk(const struct changing *changing, enum object_type type, size_t *at)
{
	const struct network *network = changing->network;

	while (*at < network->objects[type].count && network_is_gap(network, type, *at))
		++*at;
	return *at < network->objects[type].count ? network_at(network, type, *at) : NULL;
}

static void take_back(struct changing *changing)
{
	struct network *network = changing->network;

	while (changing->done_count) {
		const struct done *done = &changing->done[--changing->done_count];

		if (done->what == DONE_ADD)
			network_remove(network, done->type, done->at);
		else if (done->what == DONE_REMOVE)
			network_restore(network, done->type, done->at);
		else
			memcpy(network_at(network, done->type, done->at), done->before,
			       object_info(done->type)->size);
		/* Its key may be another one now. */
		if (done->what == DONE_EDIT)
			network_rekey(network, done->type, done->at);
	}
}

int changing_refuses(const struct changing *changing, int errnum, const char *why,
		     struct error *error)
{
	CLEANUP(text_clear) struct text call = { 0 };

	step_call(changing->step, step_netns(changing->step), changing->context, &call);
	error_set(error, 0, "%s: %s", text_string(&call), why);
	error->errnum = errnum;
	return -errnum;
}

int changing_exists(const struct changing *changing, const char *what, struct error *error)
{
	changing_refuses(changing, EEXIST, what ? what : "exists already", error);
	return error_hint(error, "%s", step_remedy(changing->step, EEXIST));
}

int changing_misses(const struct changing *changing, struct error *error)
{
	return changing_refuses(changing, ENOENT, "is not there", error);
}

int changing_netns(const struct changing *changing, uint32_t netns, struct error *error)
{
	struct netns key = { .name = { netns } };

	network_index(changing->network, OBJECT_NETNS);
	if (!netns || network_find(changing->network, OBJECT_NETNS, &key, NULL))
		return 0;
	error_usage(error, "netns '%s': there is no such namespace",
		    names_text(changing->context->names, netns));
	error->errnum = ENOENT;
	return -ENOENT;
}

const struct link *candidate_link(struct network *network, uint32_t netns, uint32_t name,
				  size_t *at)
{
	struct link key = { .netns = { netns }, .name = { name } };
	const struct link *link;

	network_index(network, OBJECT_LINK);
	link = network_find(network, OBJECT_LINK, &key, at);
	for (size_t i = 0; !link && i < network->objects[OBJECT_ALTNAME].count; i++) {
		const struct altname *altname = network_at(network, OBJECT_ALTNAME, i);

		if (altname->netns.id != netns || altname->name.id != name ||
		    network_is_gap(network, OBJECT_ALTNAME, i))
			continue;
		key.name = altname->dev;
		return network_find(network, OBJECT_LINK, &key, at);
	}
	return link;
}

uint32_t candidate_master(struct network *network, uint32_t netns, uint32_t name)
{
	const struct link *link = candidate_link(network, netns, name, NULL);

	return link ? link->master.id : 0;
}

static bool is_lo(const struct changing *changing, uint32_t name)
{
	return !strcmp(names_text(changing->context->names, name), "lo");
}

bool changing_may_miss(const struct changing *changing, uint32_t netns, uint32_t name)
{
	/* NETNS/LINK is no link's name. */
	return changing->mode == CANDIDATE_FILE && (!netns || is_lo(changing, name)) &&
	       !strchr(names_text(changing->context->names, name), '/');
}

static int no_link(const struct changing *changing, uint32_t name, struct error *error)
{
	error_usage(error, "there is no link '%s'", names_text(changing->context->names, name));
	error->errnum = ENOENT;
	return -ENOENT;
}

struct link *changing_link(struct changing *changing, uint32_t netns, uint32_t name, size_t *at,
			   struct error *error)
{
	struct link lo = { .netns = { netns }, .name = { name } };

	if (candidate_link(changing->network, netns, name, at))
		return network_at(changing->network, OBJECT_LINK, *at);
	if (changing->mode != CANDIDATE_FILE || !is_lo(changing, name) ||
	    changing_netns(changing, netns, error) < 0) {
		no_link(changing, name, error);
		return NULL;
	}
	ATTR_MARK(&link_table, link, &lo, name);
	*at = changing->network->objects[OBJECT_LINK].count;
	return changing_add(changing, OBJECT_LINK, &lo);
}

struct resolving {
	struct changing *changing;
	struct error *error;
};

static int resolve(void *cookie, uint32_t netns, struct link_name *name)
{
	const struct resolving *resolving = cookie;
	struct changing *changing = resolving->changing;
	const struct link *link = candidate_link(changing->network, netns, name->id, NULL);

	if (!link)
		return changing_may_miss(changing, netns, name->id)
			       ? 0
			       : no_link(changing, name->id, resolving->error);
	*name = link->name;
	return 0;
}

int changing_resolve(struct changing *changing, enum object_type type, void *object,
		     struct error *error)
{
	struct resolving resolving = { changing, error };

	return object_links(type, object, resolve, &resolving);
}

static int apply_step(struct changing *changing, struct error *error)
{
	const struct step *step = changing->step;
	void *object = object_copy(step->type, step->object, &changing->arena);
	int r;

	if (step->type == OBJECT_NETNS)
		return change_netns(changing, error);
	r = changing_netns(changing, object_netns(step->type, object), error);
	if (r < 0)
		return r;
	if (step->type == OBJECT_LINK)
		return change_link(changing, object, error);
	r = changing_resolve(changing, step->type, object, error);
	/* What is not there any more has no link to be looked up either. */
	if (r < 0 && step->may_miss && step->change == CHANGE_DELETE) {
		error_clear(error);
		return 0;
	}
	return r < 0 ? r : change_entry(changing, object, error);
}

enum { FEW_GAPS = 64 };

/* Seldom enough that many deletions cost little, often enough that gaps do not pile up. */
static void close_some_gaps(struct network *network)
{
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		if (network->objects[type].gaps_count > FEW_GAPS &&
		    network->objects[type].gaps_count > network->objects[type].count / 2) {
			network_close_gaps(network);
			return;
		}
}

int candidate_apply(struct network *network, const struct plan *plan, enum candidate_mode mode,
		    const struct attr_context *context, struct error *error)
{
	CLEANUP(changing_clear)
	struct changing changing = { .network = network, .mode = mode, .context = context };
	int r = 0;

	close_some_gaps(network);
	for (size_t i = 0; !r && i < plan->count; i++) {
		changing.step = &plan->steps[i];
		r = apply_step(&changing, error);
	}
	if (r < 0)
		take_back(&changing);
	return r;
}
