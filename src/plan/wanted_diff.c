/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/wanted_diff.h"

#include <string.h>

#include "base/memory.h"
#include "plan/finder.h"

static bool is_among(const struct attributes *attributes, const struct attribute *attribute)
{
	for (size_t i = 0; i < attributes->count; i++)
		if (attributes->items[i].row == attribute->row &&
		    attributes->items[i].aspect == attribute->aspect)
			return true;
	return false;
}

/* What one names and the other has not is a difference in either direction. */
static struct attributes both_ways(enum object_type type, const void *before, const void *after,
				   struct arena *arena)
{
	struct attributes there = attributes_compare(type, before, after, arena);
	struct attributes back = attributes_compare(type, after, before, arena);
	struct attribute *all = arena_new(arena, (there.count + back.count + 1) * sizeof(*all));
	size_t count = there.count;

	if (there.count)
		memcpy(all, there.items, there.count * sizeof(*all));
	for (size_t i = 0; i < back.count; i++)
		if (!is_among(&there, &back.items[i]))
			all[count++] = back.items[i];
	for (size_t i = 0; i < count; i++)
		all[i].forces_replace = false;
	return (struct attributes){ all, count };
}

static void add(struct comparison *comparison, struct difference difference)
{
	*array_add(&comparison->items, &comparison->count, &comparison->room) = difference;
	comparison->totals[difference.action]++;
}

static void compare_object(struct comparison *comparison, enum object_type type, const void *before,
			   const void *after, struct origin_in_file origin)
{
	struct difference difference = { .type = type,
					 .action = before ? ACTION_CHANGE : ACTION_CREATE,
					 .before = before,
					 .after = after,
					 .origin = origin };

	difference.attributes = before ? both_ways(type, before, after, &comparison->arena)
				       : attributes_compare(type, NULL, after, &comparison->arena);
	if (before && !difference.attributes.count)
		comparison->totals[ACTION_NONE]++;
	else
		add(comparison, difference);
}

static void compare_type(struct comparison *comparison, enum object_type type,
			 const struct network *before, const struct network *after)
{
	struct finder was = finder_of(before, type), is = finder_of(after, type);

	for (size_t i = 0; i < before->objects[type].count; i++) {
		const void *object = network_at(before, type, i);

		if (!finder_find(&is, object))
			add(comparison, (struct difference){ .type = type,
							     .action = ACTION_DELETE,
							     .before = object });
	}
	for (size_t i = 0; i < after->objects[type].count; i++) {
		const void *object = network_at(after, type, i);

		compare_object(comparison, type, finder_find(&was, object), object,
			       network_origin(after, type, i));
	}
	finder_clear(&was);
	finder_clear(&is);
}

void wanted_diff(const struct network *before, const struct network *after,
		 struct comparison *comparison)
{
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		compare_type(comparison, (enum object_type)type, before, after);
}
