/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What falls when a link is removed: its other end, what is stacked on it, the
 * ports it has. What of that is wanted is made anew. And what a bridge forgets
 * when its ports change.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/names.h"
#include "model/address.h"
#include "model/neighbour.h"
#include "plan/comparing.h"

#define HAS(pointer, member) ATTR_HAS(&link_table, link, pointer, member)

static const char *name_of(const struct comparing *c, const struct link *link)
{
	return names_text(c->names, link->name.id);
}

/* Which links stand on which: a macvlan on its lower link, a vxlan on its underlay. */
struct uppers {
	size_t *first, *next; /* 1 + index; of each standing link */
};

static void stand_on(struct comparing *c, struct uppers *uppers, size_t upper,
		     struct link_name lower)
{
	struct standing *below =
		lower.id ? standing_find(c, c->standing[upper].link->netns.id, lower) : NULL;
	size_t at;

	if (!below)
		return;
	at = (size_t)(below - c->standing);
	uppers->next[upper] = uppers->first[at];
	uppers->first[at] = upper + 1;
}

static struct uppers find_uppers(struct comparing *c)
{
	struct uppers uppers = {
		.first = memory_new(c->standing_count + 1, sizeof(size_t)),
		.next = memory_new(c->standing_count + 1, sizeof(size_t)),
	};

	for (size_t i = 0; i < c->standing_count; i++) {
		const struct link *link = c->standing[i].link;
		const char *kind = link->kind_info ? link->kind_info->name : "";

		if (!strcmp(kind, "vxlan"))
			stand_on(c, &uppers, i, link->data.vxlan.dev);
		else if (strcmp(kind, "veth") != 0 && !HAS(link, link_netnsid))
			stand_on(c, &uppers, i, link->link);
	}
	return uppers;
}

/* A link that has to go because another one does; one that is wanted is made anew. */
static void fall(struct comparing *c, size_t at, size_t cause, size_t *queue, size_t *count)
{
	struct standing *standing = &c->standing[at];
	struct wanted *wanted = standing->wanted == SIZE_MAX ? NULL : &c->wanted[standing->wanted];

	if (standing->falls)
		return;
	standing->falls = true;
	standing->cause = cause;
	queue[(*count)++] = at;
	if (!wanted || cause == SIZE_MAX)
		return;
	/* What is made again needs the way free. */
	for (size_t root = at; root != SIZE_MAX; root = c->standing[root].cause)
		c->standing[root].is_early = true;
	if (wanted->action == ACTION_REPLACE)
		return;
	if (wanted->action != ACTION_CONFLICT && wanted->is_owned && wanted->link->kind.id) {
		wanted->action = ACTION_REPLACE;
		wanted->why = comparing_text(c, "it falls with '%s'",
					     name_of(c, c->standing[cause].link));
	} else {
		wanted_conflict(wanted, comparing_text(c, "it would fall with '%s'",
						       name_of(c, c->standing[cause].link)));
	}
}

static void fall_along(struct comparing *c, const struct uppers *uppers, size_t root, size_t *queue)
{
	size_t count = 0;

	fall(c, root, SIZE_MAX, queue, &count);
	c->standing[root].is_root = true;
	for (size_t i = 0; i < count; i++) {
		const struct link *link = c->standing[queue[i]].link;
		struct standing *peer =
			link->peer.id ? standing_find(c, link->peer_netns.id, link->peer) : NULL;

		if (peer)
			fall(c, (size_t)(peer - c->standing), queue[i], queue, &count);
		for (size_t up = uppers->first[queue[i]]; up; up = uppers->next[up - 1])
			fall(c, up - 1, queue[i], queue, &count);
	}
}

/* Whether nothing else keeps the VNI and port, which a vxlan to be made may need. */
static bool frees_vni(const struct link *link)
{
	return link->kind_info && !strcmp(link->kind_info->name, "vxlan");
}

bool comparing_is_pruned(const struct comparing *c, const struct standing *standing)
{
	return standing->wanted == SIZE_MAX && standing->owner == OWNER_LAB &&
	       strcmp(name_of(c, standing->link), "lo") != 0 && !c->options->no_prune;
}

static struct prefix subnet_of(const struct link_address *address)
{
	struct prefix subnet = { .family = address->local.family, .length = address->length };

	memcpy(subnet.bytes, address->local.bytes, sizeof(subnet.bytes));
	return subnet;
}

/* Whether a link that stays, or is made, shall have an address of the same subnet. */
static bool moves(const struct comparing *c, const struct link_address *have)
{
	const struct prefix subnet = subnet_of(have);

	for (size_t i = 0; i < c->want->objects[OBJECT_ADDRESS].count; i++) {
		const struct link_address *want = network_at(c->want, OBJECT_ADDRESS, i);

		if (want->netns.id == have->netns.id && want->dev.id != have->dev.id &&
		    want->length == have->length && prefix_contains(&subnet, &want->local))
			return true;
	}
	return false;
}

/*
 * While two links have a subnet, the kernel resolves a route's `via` by the first one, and the route
 * goes with it.
 */
static void free_subnets(struct comparing *c)
{
	for (size_t i = 0; i < c->have->objects[OBJECT_ADDRESS].count; i++) {
		const struct link_address *have = network_at(c->have, OBJECT_ADDRESS, i);
		struct standing *standing = standing_find(c, have->netns.id, have->dev);

		if (!standing || !standing->falls || standing->is_early || !moves(c, have))
			continue;
		for (size_t root = (size_t)(standing - c->standing); root != SIZE_MAX;
		     root = c->standing[root].cause)
			c->standing[root].is_early = true;
	}
}

void compare_fallen(struct comparing *c)
{
	struct uppers uppers = find_uppers(c);
	size_t *queue = memory_new(c->standing_count + 1, sizeof(*queue));

	/* First where the namespace stays: the other end there is removed, and takes this one along. */
	for (size_t i = 0; i < 2 * c->standing_count; i++) {
		size_t at = i % c->standing_count;
		struct standing *standing = &c->standing[at];
		const struct space *space = comparing_space(c, standing->link->netns.id);
		bool replaced = standing->wanted != SIZE_MAX &&
				c->wanted[standing->wanted].action == ACTION_REPLACE;

		if (standing->falls || (i < c->standing_count && space && space->is_gone) ||
		    (!replaced && !comparing_is_pruned(c, standing)))
			continue;
		fall_along(c, &uppers, at, queue);
		standing->is_early |= replaced || frees_vni(standing->link);
	}
	free_subnets(c);
	free(queue);
	free(uppers.first);
	free(uppers.next);
}

void comparing_loses(struct comparing *c, const struct standing *standing, const char *what,
		     const struct link *cause)
{
	difference_add(c, OBJECT_LINK, ACTION_CONFLICT, standing->link, NULL)->why =
		comparing_text(c, "%s '%s'", what, name_of(c, cause));
}

/* Whether the lab's last file put the port where it is. */
static bool was_put_there(const struct comparing *c, const struct link *port)
{
	const struct link *last = finder_find(&c->last_links, port);

	return last && last->master.id == port->master.id;
}

/* The ports of a bridge that falls are nobody's afterwards. */
void compare_lost_ports(struct comparing *c)
{
	for (size_t i = 0; i < c->standing_count; i++) {
		struct standing *port = &c->standing[i];
		struct standing *bridge =
			port->link->master.id
				? standing_find(c, port->link->netns.id, port->link->master)
				: NULL;
		struct wanted *wanted;

		if (!bridge || !bridge->falls || port->falls)
			continue;
		wanted = port->wanted == SIZE_MAX ? NULL : &c->wanted[port->wanted];
		if (wanted && (HAS(wanted->link, master) || wanted->is_owned))
			wanted->loses_master = HAS(wanted->link, master);
		else if (was_put_there(c, port->link))
			continue;
		else if (wanted)
			wanted_conflict(wanted,
					comparing_text(c, "it would no longer be a port of '%s'",
						       name_of(c, bridge->link)));
		else if (port->owner != OWNER_LAB)
			comparing_loses(c, port, "it would no longer be a port of", bridge->link);
	}
}

size_t difference_masters(const struct difference *difference,
			  struct link_name masters[DIFFERENCE_MASTERS])
{
	const struct link *before = difference->before, *after = difference->after;
	const struct attributes *attributes = &difference->attributes;
	bool joins, leaves;
	size_t count = 0;

	if (difference->type != OBJECT_LINK || difference->action == ACTION_CONFLICT)
		return 0;
	joins = !before || difference->action == ACTION_REPLACE || difference->again ||
		attributes_have(attributes, ATTR_ROW(&link_table, link, master));
	leaves = joins || (difference->action == ACTION_DELETE && !difference->releases) ||
		 attributes_have(attributes, ATTR_ROW(&link_table, link, address));
	if (before && before->master.id && leaves)
		masters[count++] = before->master;
	if (after && after->master.id && joins)
		masters[count++] = after->master;
	return count;
}

/* The MAC that a file says stays; what is restored does not tell whether one did. */
static bool is_pinned(const struct comparing *c, const struct standing *bridge)
{
	return !c->options->restores && bridge->wanted != SIZE_MAX &&
	       HAS(c->wanted[bridge->wanted].link, address);
}

/* Whether there is any bridge that forgets its neighbours. */
static bool find_forgetful(struct comparing *c)
{
	bool any = false;

	for (size_t i = 0; i < c->result->count; i++) {
		const struct difference *difference = &c->result->items[i];
		const struct link *link =
			difference->after ? difference->after : difference->before;
		struct link_name masters[DIFFERENCE_MASTERS];
		size_t count = difference_masters(difference, masters);

		for (size_t k = 0; k < count; k++) {
			struct standing *bridge = standing_find(c, link->netns.id, masters[k]);

			if (!bridge || !bridge->link->kind_info ||
			    strcmp(bridge->link->kind_info->name, "bridge") != 0 ||
			    is_pinned(c, bridge))
				continue;
			bridge->forgets = any = true;
		}
	}
	return any;
}

/* Those of one link stand together. */
static void note_neighbours(const struct comparing *c, const struct network *network, bool *noted)
{
	const struct standing *standing = NULL;

	for (size_t i = 0; i < network->objects[OBJECT_NEIGHBOUR].count; i++) {
		const struct neighbour *neighbour = network_at(network, OBJECT_NEIGHBOUR, i);

		if (!standing || standing->link->netns.id != neighbour->netns.id ||
		    standing->link->name.id != neighbour->dev.id)
			standing = standing_find(c, neighbour->netns.id, neighbour->dev);
		if (standing)
			noted[standing - c->standing] = true;
	}
}

/* Neighbours are made again before what is dropped goes: a port goes before that. */
static void go_early(struct comparing *c, const bool *has_neighbours)
{
	for (size_t i = 0; i < c->standing_count; i++) {
		const struct link *port = c->standing[i].link;
		const struct standing *bridge =
			c->standing[i].falls && port->master.id
				? standing_find(c, port->netns.id, port->master)
				: NULL;

		if (!bridge || !bridge->forgets || !has_neighbours[bridge - c->standing])
			continue;
		for (size_t at = i; at != SIZE_MAX; at = c->standing[at].cause)
			c->standing[at].is_early = true;
	}
}

/*
 * A bridge's MAC is the lowest of its ports', unless one was set (br_stp_recalculate_bridge_id()); what
 * ports are made with is not known before.
 */
void compare_forgotten(struct comparing *c)
{
	bool *has_neighbours;

	if (!find_forgetful(c))
		return;
	has_neighbours = memory_new(c->standing_count + 1, sizeof(*has_neighbours));
	note_neighbours(c, c->want, has_neighbours);
	if (c->options->restores)
		note_neighbours(c, c->have, has_neighbours);
	go_early(c, has_neighbours);
	free(has_neighbours);
}
