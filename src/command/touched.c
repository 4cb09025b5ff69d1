/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/touched.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "command/request.h"
#include "kernel/netns.h"
#include "kernel/picture.h"
#include "model/netns.h"
#include "plan/candidate.h"

#define HAS(pointer, member) ATTR_HAS(&link_table, link, pointer, member)

enum {
	LINKS = 1 << OBJECT_LINK | 1 << OBJECT_ALTNAME,
	VNIS = 1 << OBJECT_VNI,
	FALLS_DOWN = 1 << OBJECT_ADDRESS | 1 << OBJECT_NEIGHBOUR | 1 << OBJECT_ROUTE,
	ALL = LINKS | FALLS_DOWN | 1 << OBJECT_FDB | VNIS,
};

/* A namespace that the kernel had when the batch began, by one of its names. */
struct space {
	uint32_t netns;
	uint32_t same;  /* the name that was met first, of several of one namespace */
	uint32_t types; /* that were read: bits of 1 << OBJECT_… */
	bool is_met;
};

struct touched {
	struct network network;
	struct space *spaces;
	size_t count, room;
};

static struct space *space_add(struct touched *touched, uint32_t netns)
{
	struct space *space = array_add(&touched->spaces, &touched->count, &touched->room);

	*space = (struct space){ .netns = netns, .same = netns };
	return space;
}

static struct space *space_find(struct touched *touched, uint32_t netns)
{
	for (size_t i = 0; i < touched->count; i++)
		if (touched->spaces[i].netns == netns)
			return &touched->spaces[i];
	return NULL;
}

static void add_netns(struct touched *touched, uint32_t name)
{
	struct netns netns = { .name = { name } };

	ATTR_MARK(&netns_table, netns, &netns, name);
	network_add(&touched->network, OBJECT_NETNS, &netns, (struct origin_in_file){ 0 });
}

int touched_begin(struct request *request, struct error *error)
{
	struct touched *touched;
	struct netns_files files = { 0 };
	int r = netns_list(&files, error);

	if (r < 0)
		return r;
	touched = memory_new(1, sizeof(*touched));
	touched->network.names = request->names;
	space_add(touched, 0)->is_met = true;
	for (size_t i = 0; i < files.count; i++) {
		uint32_t name = names_of(request->names, files.items[i].name);

		if (files.items[i].state != NETNS_LIVE)
			continue;
		space_add(touched, name);
		add_netns(touched, name);
	}
	netns_files_clear(&files);
	request->touched = touched;
	request->candidate = &touched->network;
	request->candidate_mode = CANDIDATE_KERNEL;
	return 0;
}

void touched_end(struct request *request)
{
	if (!request->touched)
		return;
	network_clear(&request->touched->network);
	free(request->touched->spaces);
	free(request->touched);
	request->touched = NULL;
	request->candidate = NULL;
}

/* A process's namespace has a name that is in no list. */
static struct space *find_process(struct request *request, uint32_t netns)
{
	struct error ignored = { 0 };
	struct place place;

	if (strncmp(names_text(request->names, netns), "pid:", 4) != 0 ||
	    kernel_place(&request->kernel, netns, &place, &ignored) < 0)
		return NULL;
	add_netns(request->touched, netns);
	return space_add(request->touched, netns);
}

/* Finds the name by which the namespace was met before, if it was. */
static void meet(struct request *request, struct space *space)
{
	struct touched *touched = request->touched;
	struct error ignored = { 0 };
	int fd, other;

	space->is_met = true;
	if (kernel_netns_fd(&request->kernel, space->netns, &fd, &ignored) < 0)
		return;
	for (size_t i = 0; i < touched->count; i++) {
		const struct space *before = &touched->spaces[i];

		if (before == space || !before->is_met || before->same != before->netns ||
		    kernel_netns_fd(&request->kernel, before->netns, &other, &ignored) < 0 ||
		    !netns_same(fd, other))
			continue;
		space->same = before->netns;
		return;
	}
}

/* The space of what the kernel has under that name; NULL: the batch made it, or nobody did. */
static struct space *space_of(struct request *request, uint32_t netns)
{
	struct space *space = space_find(request->touched, netns);

	if (!space)
		space = find_process(request, netns);
	if (space && !space->is_met)
		meet(request, space);
	return space && space->same != netns ? space_find(request->touched, space->same) : space;
}

uint32_t touched_netns(struct request *request, uint32_t netns)
{
	const struct space *space = space_of(request, netns);

	return space ? space->netns : netns;
}

/* Moves what was read to the candidate, as far as it is not there. */
static void take_over(struct request *request, struct network *fresh, uint32_t types)
{
	struct network *network = request->candidate;

	for (size_t type = 0; type < OBJECT_TYPES; type++) {
		for (size_t i = 0; types >> type & 1 && i < fresh->objects[type].count; i++) {
			void *object = network_at(fresh, (enum object_type)type, i);
			struct link *link = object;

			if (type == OBJECT_LINK) {
				/* Altnames are objects of their own here. */
				link->altnames.count = 0;
				if (link->peer.id)
					link->peer_netns.id =
						touched_netns(request, link->peer_netns.id);
			}
			if (object_info((enum object_type)type)->copy)
				object = object_copy((enum object_type)type, object,
						     &network->arena);
			network_add(network, (enum object_type)type, object,
				    (struct origin_in_file){ 0 });
		}
	}
}

static int need(struct request *request, uint32_t netns, uint32_t types, struct error *error)
{
	CLEANUP(network_clear) struct network fresh = { .names = request->names };
	struct picture_options options = { .everything = true };
	struct space *space = space_of(request, netns);
	struct error why = { 0 };
	struct place place;
	int r;

	if (!space)
		return 0;
	netns = space->netns;
	/* Which entries there can be, the links say. */
	if (types & ~(uint32_t)LINKS) {
		r = need(request, netns, LINKS, error);
		if (r < 0)
			return r;
		space = space_find(request->touched, netns);
	}
	types &= ~space->types;
	space->types |= types;
	if (!types)
		return 0;
	if (netns && kernel_place(&request->kernel, netns, &place, &why) < 0) {
		space->types = ALL;
		return 0;
	}
	options.types = types;
	r = picture_read(&request->kernel, &netns, 1, &options, &fresh, error);
	if (!r)
		take_over(request, &fresh, types);
	return r;
}

int touched_need(struct request *request, uint32_t netns, enum object_type type,
		 struct error *error)
{
	return need(request, netns, LINKS | UINT32_C(1) << type, error);
}

/* The namespaces of the other ends of the links in one. */
static int need_peers(struct request *request, uint32_t netns, struct error *error)
{
	const struct network *network = request->candidate;
	int r = 0;

	for (size_t i = 0; !r && i < network->objects[OBJECT_LINK].count; i++) {
		const struct link *link = network_at(network, OBJECT_LINK, i);

		if (!network_is_gap(network, OBJECT_LINK, i) && link->netns.id == netns &&
		    link->peer.id)
			r = need(request, link->peer_netns.id, ALL, error);
	}
	return r;
}

static int need_netns_step(struct request *request, const struct step *step, struct error *error)
{
	const struct netns *netns = step->object;
	struct touched *touched = request->touched;
	struct space *of;
	uint32_t same;
	char pid[32];
	int r;

	if (step->change == CHANGE_DELETE) {
		of = space_find(touched, netns->name.id);
		/* One of several names: what is in the namespace stays. */
		if (of && space_of(request, of->netns) != of) {
			*of = (struct space){
				.netns = of->netns, .same = of->netns, .types = ALL, .is_met = true
			};
			return 0;
		}
		r = need(request, netns->name.id, ALL, error);
		return r < 0 ? r : need_peers(request, netns->name.id, error);
	}
	if (step->change != CHANGE_ADD || !netns->pid || space_find(touched, netns->name.id))
		return 0;
	snprintf(pid, sizeof(pid), "pid:%u", netns->pid);
	of = space_of(request, names_of(request->names, pid));
	if (!of)
		return error_usage(error, "netns '%s': there is no such process", pid);
	same = of->netns;
	*space_add(touched, netns->name.id) =
		(struct space){ .netns = netns->name.id, .same = same, .is_met = true };
	return 0;
}

/* What of the entries in its namespace a change of a link touches. */
static uint32_t types_of_change(const struct link *have, const struct link *change)
{
	uint32_t types = LINKS;

	if (HAS(change, new_name) || HAS(change, new_netns))
		return ALL;
	if (HAS(change, master) && have->master.id && have->master.id != change->master.id)
		types |= 1 << OBJECT_FDB;
	if (HAS(change, up) && !change->up && have->up)
		types |= FALLS_DOWN;
	if (HAS(change, address))
		types |= 1 << OBJECT_NEIGHBOUR;
	return types;
}

static int need_link_step(struct request *request, const struct step *step, struct error *error)
{
	const struct link *link = step->object, *other = step->other, *have;
	uint32_t netns = touched_netns(request, link->netns.id);
	uint32_t types;
	int r = need(request, netns, LINKS, error);

	if (!r && other)
		r = need(request, other->netns.id, LINKS, error);
	if (!r && HAS(link, link_netns))
		r = need(request, link->link_netns.id, LINKS, error);
	if (!r && HAS(link, new_netns))
		r = need(request, link->new_netns.id, LINKS, error);
	if (r < 0)
		return r;
	have = candidate_link(request->candidate, netns, link->name.id, NULL);
	if (step->change == CHANGE_ADD || !have)
		return 0;
	types = step->change == CHANGE_DELETE ? ALL : types_of_change(have, link);
	if (have->peer.id && types == ALL)
		r = need(request, have->peer_netns.id, step->change == CHANGE_DELETE ? ALL : LINKS,
			 error);
	return r < 0 ? r : need(request, netns, types, error);
}

static int need_step(struct request *request, const struct step *step, struct error *error)
{
	uint32_t types = LINKS | UINT32_C(1) << step->type;

	if (step->type == OBJECT_NETNS)
		return need_netns_step(request, step, error);
	if (step->type == OBJECT_LINK)
		return need_link_step(request, step, error);
	/* An address takes its routes along, the last one more; a gateway is reached by an address. */
	if (step->type == OBJECT_ADDRESS && step->change == CHANGE_DELETE)
		types |= FALLS_DOWN;
	if (step->type == OBJECT_ROUTE)
		types |= 1 << OBJECT_ADDRESS;
	return need(request, object_netns(step->type, step->object), types & ALL, error);
}

static void *rename_places(struct request *request, enum object_type type, const void *object,
			   struct arena *arena)
{
	void *copy = object_copy(type, object, arena);
	struct part parts[PARTS];
	size_t count = object_info(type)->parts(copy, parts);

	for (size_t p = 0; p < count; p++) {
		for (size_t i = 0; i < parts[p].table->count; i++) {
			const struct attr *row = &parts[p].table->rows[i];
			struct netns_name *name = attr_field(row, parts[p].object);

			if (row->type == &attr_type_netns_name && name->id)
				name->id = touched_netns(request, name->id);
		}
	}
	return copy;
}

int touched_need_plan(struct request *request, struct plan *renamed, struct error *error)
{
	int r = 0;

	for (size_t i = 0; !r && i < request->plan.count; i++) {
		const struct step *step = &request->plan.steps[i];
		struct step *copy = plan_add(renamed, step->type, step->change, step->object);
		const void *object = copy->object;

		r = need_step(request, step, error);
		*copy = *step;
		copy->object = object;
		if (step->type != OBJECT_NETNS)
			copy->object = rename_places(request, step->type, object, &renamed->arena);
		if (step->other)
			copy->other =
				rename_places(request, OBJECT_LINK, step->other, &renamed->arena);
	}
	return r;
}
