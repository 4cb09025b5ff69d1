/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/fdb.h"
#include "plan/key_index.h"

struct matching {
	struct network *before, *after;
	enum object_type type;
	pairs_function *is_same;
	void *cookie;
	struct pairs pairs;
};

static bool leads_to_same(const struct fdb *was, const struct fdb *is)
{
	return !memcmp(&was->dst, &is->dst, sizeof(was->dst)) && was->port == is->port &&
	       was->vni == is->vni && was->via.id == is->via.id;
}

static bool is_match(const struct matching *matching, const void *was, const void *is, bool exactly)
{
	if (exactly)
		return matching->is_same(matching->cookie, matching->type, was, is);
	return !key_is_flood(matching->type, was) || leads_to_same(was, is);
}

static void match(struct matching *matching, bool exactly)
{
	struct pairs *pairs = &matching->pairs;

	for (size_t i = 0; i < matching->before->objects[matching->type].count; i++) {
		const void *was = network_at(matching->before, matching->type, i);
		struct same_key same = { 0 };

		if (pairs->after[i] != SIZE_MAX ||
		    network_is_gap(matching->before, matching->type, i))
			continue;
		while (network_next(matching->after, matching->type, was, &same)) {
			if (pairs->is_taken[same.at] ||
			    !is_match(matching, was,
				      network_at(matching->after, matching->type, same.at),
				      exactly))
				continue;
			pairs->after[i] = same.at;
			pairs->is_taken[same.at] = true;
			break;
		}
	}
}

struct pairs pairs_of(struct network *before, struct network *after, enum object_type type,
		      pairs_function *is_same, void *cookie)
{
	size_t count = before->objects[type].count;
	struct matching matching = { before, after, type, is_same, cookie, { 0 } };

	matching.pairs.after = memory_new(count + 1, sizeof(*matching.pairs.after));
	matching.pairs.is_taken =
		memory_new(after->objects[type].count + 1, sizeof(*matching.pairs.is_taken));
	for (size_t i = 0; i < count; i++)
		matching.pairs.after[i] = SIZE_MAX;
	network_index(before, type);
	network_index(after, type);
	match(&matching, true);
	match(&matching, false);
	return matching.pairs;
}

void pairs_clear(struct pairs *pairs)
{
	free(pairs->after);
	free(pairs->is_taken);
	*pairs = (struct pairs){ 0 };
}
