/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/scene_remote.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/address.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/network.h"
#include "text/scene.h"

/* An address and the link that has it. */
struct holder {
	struct address address;
	uint32_t link;
};

struct holders {
	struct holder *items;
	size_t count;
};

static int by_address(const struct address *a, const struct address *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, address_size(a->family));
}

static int by_holder(const void *a, const void *b)
{
	const struct holder *left = a, *right = b;
	int order = by_address(&left->address, &right->address);

	return order ? order : (left->link > right->link) - (left->link < right->link);
}

static struct holders find_holders(const struct scene *scene)
{
	size_t count = scene->network->objects[OBJECT_ADDRESS].count;
	struct holders holders = { memory_new(count + 1, sizeof(*holders.items)), 0 };

	for (uint32_t link = 0; link < scene->links_count; link++) {
		struct range range = scene->links[link].addresses;

		for (uint32_t i = range.at; i < range.at + range.count; i++) {
			const struct link_address *address =
				network_at(scene->network, OBJECT_ADDRESS, scene->addresses[i]);

			holders.items[holders.count++] = (struct holder){ address->local, link };
		}
	}
	qsort(holders.items, holders.count, sizeof(*holders.items), by_holder);
	return holders;
}

/* The first of those that have the address, or their count. */
static size_t first_holder(const struct holders *holders, const struct address *address)
{
	size_t low = 0, high = holders->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_address(&holders->items[middle].address, address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_vxlan(const struct link *link)
{
	return link->kind_info && !strcmp(link->kind_info->name, "vxlan");
}

/* The vxlan in the holder's namespace that takes what `from` sends to the address. */
static uint32_t find_vtep(const struct scene *scene, const struct holder *holder, uint32_t from)
{
	const struct vxlan *sender = &scene->links[from].link->data.vxlan;
	struct range links = scene->netns[scene->links[holder->link].netns].links;

	for (uint32_t i = links.at; i < links.at + links.count; i++) {
		const struct vxlan *vxlan = &scene->links[i].link->data.vxlan;

		if (i == from || !is_vxlan(scene->links[i].link) || vxlan->vni != sender->vni ||
		    vxlan->dstport != sender->dstport ||
		    (vxlan->local.family && by_address(&vxlan->local, &holder->address)))
			continue;
		return i;
	}
	return SCENE_NONE;
}

/* Several namespaces may have the same address: the one with a VTEP that fits is meant. */
static void find_far_end(const struct scene *scene, const struct holders *holders, uint32_t from,
			 struct scene_remote *remote)
{
	remote->link = SCENE_NONE;
	if (!remote->address.family || address_is_multicast(&remote->address))
		return;
	for (size_t i = first_holder(holders, &remote->address);
	     i < holders->count && !by_address(&holders->items[i].address, &remote->address); i++) {
		const struct holder *holder = &holders->items[i];
		uint32_t vtep = find_vtep(scene, holder, from);

		if (vtep != SCENE_NONE) {
			remote->link = vtep;
			remote->is_vtep = true;
			return;
		}
		if (remote->link == SCENE_NONE &&
		    scene->links[holder->link].netns != scene->links[from].netns)
			remote->link = holder->link;
	}
}

static int by_remote(const void *a, const void *b)
{
	const struct scene_remote *left = a, *right = b;

	if (left->nhid != right->nhid)
		return left->nhid < right->nhid ? -1 : 1;
	return by_address(&left->address, &right->address);
}

static struct scene_remote *add_remote(struct scene *scene)
{
	struct scene_remote *remote =
		array_add(&scene->remotes, &scene->remotes_count, &scene->remotes_room);

	*remote = (struct scene_remote){ .link = SCENE_NONE };
	return remote;
}

/* An entry of its own, as the kernel would make one for a device that is not there yet. */
static void add_default(struct scene *scene, const struct scene_link *view)
{
	const struct vxlan *vxlan = &view->link->data.vxlan;
	const struct address *to = vxlan->remote.family ? &vxlan->remote : &vxlan->group;
	struct scene_remote *remote;

	if (!to->family || address_is_zero(to))
		return;
	remote = add_remote(scene);
	remote->address = *to;
	remote->entries = !view->link->index;
	remote->sign = view->link->index ? SCENE_SIGNS : view->change->sign;
}

/* SCENE_SIGNS: nothing was said yet. */
static uint8_t join_signs(uint8_t a, uint8_t b)
{
	return a == b || b == SCENE_SIGNS ? a : a == SCENE_SIGNS ? b : SCENE_CHANGED;
}

/* Entries that lead to one address are one remote. */
static void merge(struct scene *scene, struct range *range)
{
	struct scene_remote *remotes = scene->remotes + range->at;
	size_t count = scene->remotes_count - range->at, kept = 0;

	qsort(remotes, count, sizeof(*remotes), by_remote);
	for (size_t i = 0; i < count; i++) {
		if (kept && !by_remote(&remotes[kept - 1], &remotes[i])) {
			remotes[kept - 1].entries += remotes[i].entries;
			remotes[kept - 1].sign =
				join_signs(remotes[kept - 1].sign, remotes[i].sign);
		} else {
			remotes[kept++] = remotes[i];
		}
	}
	scene->remotes_count = range->at + kept;
	range->count = (uint32_t)kept;
}

static void find_remotes(struct scene *scene, const struct holders *holders, uint32_t link)
{
	struct scene_link *view = &scene->links[link];

	view->remotes.at = (uint32_t)scene->remotes_count;
	add_default(scene, view);
	for (uint32_t i = view->fdb.at; i < view->fdb.at + view->fdb.count; i++) {
		const struct fdb *fdb = network_at(scene->network, OBJECT_FDB, scene->fdb[i]);
		struct scene_remote *remote;

		if (!fdb->dst.family && !fdb->nhid)
			continue;
		remote = add_remote(scene);
		remote->address = fdb->dst;
		remote->nhid = fdb->nhid;
		remote->entries = 1;
		remote->sign = scene_change(scene, OBJECT_FDB, scene->fdb[i])->sign;
	}
	if (scene->remotes_count == view->remotes.at)
		return;
	merge(scene, &view->remotes);
	for (uint32_t i = view->remotes.at; i < scene->remotes_count; i++) {
		struct scene_remote *remote = &scene->remotes[i];

		find_far_end(scene, holders, link, remote);
		if (remote->sign == SCENE_SIGNS)
			remote->sign = SCENE_SAME;
		if (remote->link != SCENE_NONE && !remote->is_vtep)
			view->marks |= 1U << MARK_LOST;
	}
}

void scene_find_remotes(struct scene *scene)
{
	struct holders holders = find_holders(scene);

	for (uint32_t i = 0; i < scene->links_count; i++)
		if (is_vxlan(scene->links[i].link))
			find_remotes(scene, &holders, i);
	free(holders.items);
}
