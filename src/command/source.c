/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/source.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "command/request.h"
#include "command/touched.h"
#include "model/altname.h"
#include "model/fdb.h"
#include "model/neighbour.h"
#include "model/route.h"
#include "plan/candidate.h"

/* What has been told of the kernel so far, and how its candidate calls a namespace. */
static int prepare(struct request *request, uint32_t *netns, enum object_type type,
		   struct error *error)
{
	int r;

	if (!request->touched) {
		*netns = *netns ? *netns : request->home;
		return 0;
	}
	r = touched_need(request, *netns, type, error);
	if (!r)
		*netns = touched_netns(request, *netns);
	return r;
}

/* A port of a bridge is one because its master says so. */
static void tell_link(struct request *request, struct link *link)
{
	struct network *network = request->candidate;
	struct pools *pools = &request->pools;
	const struct link *master =
		link->master.id ? candidate_link(network, link->netns.id, link->master.id, NULL)
				: NULL;

	if (master)
		link->port_kind = master->kind;
	if (link->peer.id && link->peer_netns.id == link->netns.id) {
		link->link = link->peer;
		ATTR_MARK(&link_table, link, link, link);
		/* In a listing an end of the same namespace has none. */
		link->peer_netns.id = 0;
	} else if (link->peer.id && !link->peer_netns.id) {
		link->peer_netns.id = names_of(
			request->names, request->candidate_mode == CANDIDATE_FILE ? "host" : ".");
	}
	link->altnames = (struct range){ .at = (uint32_t)pools->names_count };
	for (size_t i = 0; i < network->objects[OBJECT_ALTNAME].count; i++) {
		const struct altname *altname = network_at(network, OBJECT_ALTNAME, i);

		if (network_is_gap(network, OBJECT_ALTNAME, i) ||
		    altname->netns.id != link->netns.id || altname->dev.id != link->name.id)
			continue;
		*array_add(&pools->names, &pools->names_count, &pools->names_room) =
			altname->name.id;
		link->altnames.count++;
	}
}

/* As bridge(8) shows it: a bridge's table tells the bridge, and the flags no `master`. */
static void tell_fdb(struct request *request, struct fdb *fdb)
{
	if (fdb->bridge.id && fdb->bridge.id == fdb->dev.id) {
		attr_drop(&fdb_table, fdb, ATTR_ROW(&fdb_table, fdb, self));
		fdb->master = true;
	}
	if (fdb->master && fdb->bridge.id != fdb->dev.id)
		fdb->bridge.id = candidate_master(request->candidate, fdb->netns.id, fdb->dev.id);
	if (!fdb->master)
		return;
	fdb->asked.value &= ~attr_bit(&fdb_table, ATTR_ROW(&fdb_table, fdb, master));
	ATTR_MARK(&fdb_table, fdb, fdb, bridge);
}

/* An object as the kernel would tell it. */
static void tell(struct request *request, enum object_type type, void *object)
{
	if (type == OBJECT_LINK)
		tell_link(request, object);
	else if (type == OBJECT_FDB)
		tell_fdb(request, object);
}

static bool is_of_bridge(struct request *request, const struct fdb *fdb, const struct fdb *filter)
{
	uint32_t bridge = filter->bridge.id;

	return !bridge || fdb->bridge.id == bridge || fdb->dev.id == bridge ||
	       candidate_master(request->candidate, fdb->netns.id, fdb->dev.id) == bridge;
}

/* What the kernel selects by though no row asks for it. */
static bool selects(struct request *request, enum object_type type, const void *object,
		    const void *filter)
{
	const struct neighbour *neighbour = object, *like = filter;
	const struct route_full *route = object, *wanted = filter;
	uint8_t family = request->options.family;

	if (type == OBJECT_NEIGHBOUR)
		/* Proxies are a table of their own. */
		return neighbour->proxy == (like && like->proxy) &&
		       (!family || neighbour->dst.family == family);
	if (!filter)
		return true;
	if (type == OBJECT_FDB)
		return is_of_bridge(request, object, filter);
	return type != OBJECT_ROUTE || !wanted->route.dst.family ||
	       wanted->route.dst.family == route->route.dst.family;
}

static int dump_candidate(struct request *request, uint32_t netns, enum object_type type,
			  const void *filter, object_function *function, void *cookie,
			  struct error *error)
{
	const struct object_info *info = object_info(type);
	CLEANUP(pointer_free) void *copy = memory_new(1, info->size);
	const struct network *network = request->candidate;
	uint32_t asked = netns;
	int r = prepare(request, &netns, type, error);

	for (size_t i = 0; !r && i < network->objects[type].count; i++) {
		const void *object = network_at(network, type, i);

		if (network_is_gap(network, type, i) || object_netns(type, object) != netns)
			continue;
		memcpy(copy, object, info->size);
		tell(request, type, copy);
		if ((filter && !object_matches(type, copy, filter)) ||
		    !selects(request, type, copy, filter))
			continue;
		memcpy((char *)copy + info->netns, &asked, sizeof(asked));
		r = function(cookie, copy, false);
	}
	return r;
}

int request_dump(struct request *request, uint32_t netns, enum object_type type, const void *filter,
		 bool stats, object_function *function, void *cookie, struct error *error)
{
	struct place place;
	int r;

	if (request->candidate)
		return dump_candidate(request, netns, type, filter, function, cookie, error);
	r = kernel_place(&request->kernel, netns, &place, error);
	return r < 0 ? r
		     : kernel_dump(&place, type, filter, stats, &request->pools, function, cookie,
				   error);
}

int request_read(struct request *request, uint32_t netns, enum object_type type, const void *filter,
		 bool stats, object_function *function, void (*restart)(void *cookie), void *cookie,
		 struct error *error)
{
	struct place place;
	int r;

	if (request->candidate) {
		restart(cookie);
		return dump_candidate(request, netns, type, filter, function, cookie, error);
	}
	r = kernel_place(&request->kernel, netns, &place, error);
	return r < 0 ? r
		     : kernel_read(&place, type, filter, stats, &request->pools, function, restart,
				   cookie, error);
}

/* Links may be called by an altname in a key, too. */
struct renaming {
	struct network *network;
	uint32_t netns;
};

static int use_own_name(void *cookie, uint32_t netns, struct link_name *name)
{
	struct renaming *renaming = cookie;
	const struct link *link =
		candidate_link(renaming->network, renaming->netns, name->id, NULL);

	(void)netns;
	if (link)
		*name = link->name;
	return 0;
}

struct found {
	enum object_type type;
	const void *key;
	void *object;
	bool any, matches;
};

/* As kernel_get(): the first with the key, or the first with all values it names. */
static int keep_found(void *cookie, const void *object, bool removed)
{
	struct found *found = cookie;
	bool matches = object_matches(found->type, object, found->key);

	(void)removed;
	if (!object_has_key(found->type, object, found->key) ||
	    (found->any && !(matches && !found->matches)))
		return 0;
	memcpy(found->object, object, object_info(found->type)->size);
	found->any = true;
	found->matches = matches;
	return 0;
}

static int get_link(struct request *request, uint32_t netns, const struct link *key,
		    struct link *link, struct error *error)
{
	struct link lo = { .netns = { netns }, .name = key->name };
	uint32_t asked = netns;
	const struct link *have;
	int r = prepare(request, &netns, OBJECT_LINK, error);

	if (r < 0)
		return r;
	have = candidate_link(request->candidate, netns, key->name.id, NULL);
	/* A file need not name it. */
	if (!have && request->candidate_mode == CANDIDATE_FILE &&
	    !strcmp(names_text(request->names, key->name.id), "lo")) {
		ATTR_MARK(&link_table, link, &lo, name);
		have = &lo;
	}
	if (!have)
		return -ENOENT;
	*link = *have;
	tell_link(request, link);
	link->netns.id = asked;
	return 0;
}

static int get_candidate(struct request *request, uint32_t netns, enum object_type type,
			 const void *key, void *object, struct error *error)
{
	CLEANUP(pointer_free) void *own = memory_new(1, object_info(type)->size);
	struct found found = { .type = type, .key = own, .object = object };
	struct renaming renaming = { request->candidate, netns };
	int r = prepare(request, &renaming.netns, type, error);

	if (r < 0)
		return r;
	memcpy(own, key, object_info(type)->size);
	object_links(type, own, use_own_name, &renaming);
	r = dump_candidate(request, netns, type, NULL, keep_found, &found, error);
	return r < 0 ? r : found.any ? 0 : -ENOENT;
}

int request_get(struct request *request, uint32_t netns, enum object_type type, const void *key,
		void *object, struct error *error)
{
	struct place place;
	int r;

	if (request->candidate && type == OBJECT_LINK)
		return get_link(request, netns, key, object, error);
	if (request->candidate)
		return get_candidate(request, netns, type, key, object, error);
	r = kernel_place(&request->kernel, netns, &place, error);
	return r < 0 ? r : kernel_get(&place, type, key, &request->pools, object, error);
}

static void *take_home(const struct request *request, enum object_type type, const void *object,
		       struct arena *arena)
{
	char *copy = object_copy(type, object, arena);

	if (!object_netns(type, copy))
		memcpy(copy + object_info(type)->netns, &request->home, sizeof(request->home));
	return copy;
}

/* What names no namespace is in the one that is home. */
static void take_plan_home(const struct request *request, struct plan *moved)
{
	for (size_t i = 0; i < request->plan.count; i++) {
		const struct step *step = &request->plan.steps[i];
		struct step *copy = plan_add(moved, step->type, step->change, step->object);
		const void *object = copy->object;

		*copy = *step;
		copy->object = object;
		if (step->type != OBJECT_NETNS)
			copy->object = take_home(request, step->type, object, &moved->arena);
		if (step->other)
			copy->other = take_home(request, OBJECT_LINK, step->other, &moved->arena);
	}
}

int request_change_candidate(struct request *request, struct error *error)
{
	CLEANUP(plan_clear) struct plan renamed = { 0 };
	struct attr_context context = request_context(request);
	const struct plan *plan = &request->plan;
	int r = request->touched ? touched_need_plan(request, &renamed, error) : 0;

	if (r < 0)
		return r;
	if (request->home)
		take_plan_home(request, &renamed);
	if (request->touched || request->home)
		plan = &renamed;
	return candidate_apply(request->candidate, plan, request->candidate_mode, &context, error);
}
