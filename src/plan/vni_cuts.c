/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/vni_cuts.h"

#include <stdlib.h>

#include "base/memory.h"

void vni_cuts_clear(struct vni_cuts *cuts)
{
	free(cuts->items);
	*cuts = (struct vni_cuts){ 0 };
}

void vni_cuts_note(struct vni_cuts *cuts, const struct vni *vni)
{
	struct vni_cut cut = { vni->netns.id, vni->dev.id, vni->first };

	*array_add(&cuts->items, &cuts->count, &cuts->room) = cut;
	cut.at = vni->last + 1;
	*array_add(&cuts->items, &cuts->count, &cuts->room) = cut;
}

void vni_cuts_note_all(struct vni_cuts *cuts, const struct network *network)
{
	for (size_t i = 0; network && i < network->objects[OBJECT_VNI].count; i++)
		vni_cuts_note(cuts, network_at(network, OBJECT_VNI, i));
}

static int by_place(const void *a, const void *b)
{
	const struct vni_cut *left = a, *right = b;

	if (left->netns != right->netns)
		return left->netns < right->netns ? -1 : 1;
	if (left->dev != right->dev)
		return left->dev < right->dev ? -1 : 1;
	return left->at < right->at ? -1 : left->at > right->at;
}

void vni_cuts_sort(struct vni_cuts *cuts)
{
	if (cuts->count)
		qsort(cuts->items, cuts->count, sizeof(*cuts->items), by_place);
}

/* The first cut behind that one, as a place in the sorted array. */
static size_t behind(const struct vni_cuts *cuts, const struct vni_cut *cut)
{
	size_t low = 0, high = cuts->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_place(&cuts->items[middle], cut) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool vni_cuts_next(const struct vni_cuts *cuts, const struct vni *whole, struct vni *piece)
{
	bool begins = !piece->dev.id;
	struct vni_cut cut = { whole->netns.id, whole->dev.id,
			       begins ? whole->first : piece->last + 1 };
	uint32_t last = whole->last;
	size_t at;

	if (!begins && piece->last == whole->last)
		return false;
	at = behind(cuts, &cut);
	if (at < cuts->count && cuts->items[at].netns == cut.netns &&
	    cuts->items[at].dev == cut.dev && cuts->items[at].at <= last)
		last = cuts->items[at].at - 1;
	*piece = *whole;
	piece->first = cut.at;
	/* What is one VNI says no end. */
	if (last == cut.at)
		attr_drop(&vni_table, piece, ATTR_ROW(&vni_table, vni, last));
	piece->last = last;
	return true;
}

void vni_cuts_apply(const struct vni_cuts *cuts, const struct network *from, struct network *to)
{
	network_index(to, OBJECT_VNI);
	for (size_t i = 0; from && i < from->objects[OBJECT_VNI].count; i++) {
		const struct vni *whole = network_at(from, OBJECT_VNI, i);
		struct vni piece = { 0 };

		while (vni_cuts_next(cuts, whole, &piece))
			if (!network_find(to, OBJECT_VNI, &piece, NULL))
				network_add(to, OBJECT_VNI, &piece,
					    network_origin(from, OBJECT_VNI, i));
	}
}
