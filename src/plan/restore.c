/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/restore.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/names.h"
#include "model/address.h"
#include "model/altname.h"
#include "model/defaults.h"
#include "model/fdb.h"
#include "model/lab.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/netns.h"
#include "model/route.h"
#include "model/sysctl.h"
#include "plan/compare.h"
#include "plan/finder.h"
#include "plan/vni_cuts.h"
#include "text/object_words.h"

#define HAS(pointer, member) ATTR_HAS(&link_table, link, pointer, member)
#define IS(row, type, member) ((row)->offset == offsetof(struct type, member))

void touches_clear(struct touches *touches)
{
	free(touches->items);
	*touches = (struct touches){ 0 };
}

void restore_clear(struct restore *restore)
{
	network_clear(&restore->want);
	network_clear(&restore->made);
	text_clear(&restore->left);
}

static void add_touch(struct touches *touches, struct touch touch)
{
	*array_add(&touches->items, &touches->count, &touches->room) = touch;
}

/* What is made anew has to have all it had. */
static bool needs_replacement(const struct link *now, const struct link *was)
{
	struct arena arena = { 0 };
	struct attributes attributes = attributes_compare(OBJECT_LINK, now, was, &arena);
	bool needs = attributes_fixed(&attributes);

	arena_clear(&arena);
	return needs;
}

/* Whether the entry comes and goes by itself. */
static bool is_kernels(const struct finder *links, enum object_type type, const void *entry)
{
	const struct link_address *address = entry;
	const struct link key = { .netns = address->netns, .name = address->dev };

	return type == OBJECT_ADDRESS && lab_address_is_kernels(address, finder_find(links, &key));
}

/* --- What falls along with links --- */

/* Links whose entries do not outlive the change: some of all types, or the neighbours. */
enum { LOSE_SOME, LOSE_NEIGHBOURS, LOSSES };
struct losses {
	const void **items;
	uint32_t *steps;
	size_t count;
	struct key_index index;
};

/* `count`: of differences. */
static struct losses losses_new(size_t count)
{
	size_t most = count * (1 + DIFFERENCE_MASTERS) + 1;

	return (struct losses){
		.items = memory_new(most, sizeof(const void *)),
		.steps = memory_new(most, sizeof(uint32_t)),
	};
}

static void losses_clear(struct losses *losses)
{
	free(losses->items);
	free(losses->steps);
	key_index_clear(&losses->index);
}

/*
 * A link that leaves its master, goes down, has another MAC or loses an address
 * loses some of its entries, one that falls all.
 */
static bool loses(const struct difference *difference)
{
	if (difference->type == OBJECT_ADDRESS && difference->before)
		return difference->action == ACTION_DELETE ||
		       difference->action == ACTION_REPLACE || difference->again;
	if (difference->type != OBJECT_LINK || !difference->before)
		return false;
	return difference->action == ACTION_DELETE || difference->action == ACTION_REPLACE ||
	       difference->again ||
	       attributes_have(&difference->attributes, ATTR_ROW(&link_table, link, up)) ||
	       attributes_have(&difference->attributes, ATTR_ROW(&link_table, link, master)) ||
	       attributes_have(&difference->attributes, ATTR_ROW(&link_table, link, address));
}

static void add_loss(struct losses *losses, const void *link, uint32_t step)
{
	losses->items[losses->count] = link;
	losses->steps[losses->count++] = step;
}

static const void *key_of(struct netns_name netns, struct link_name name, struct arena *arena)
{
	struct link *key = arena_new(arena, sizeof(*key));

	key->netns = netns;
	key->name = name;
	return key;
}

/* Ports of one bridge stand together, and a bridge may have a thousand. */
static void add_bridge(struct losses *losses, struct netns_name netns, struct link_name name,
		       uint32_t step, struct arena *arena)
{
	size_t last = losses->count - 1;
	const struct link *link = losses->count ? losses->items[last] : NULL;

	if (!link || link->netns.id != netns.id || link->name.id != name.id)
		add_loss(losses, key_of(netns, name, arena), step);
	else if (step < losses->steps[last])
		losses->steps[last] = step;
}

/* With its MAC a link loses its neighbours; a bridge's may change when its ports do. */
static void add_forgetful(struct losses *losses, const struct difference *difference, uint32_t step,
			  struct arena *arena)
{
	const struct link *link = difference->before ? difference->before : difference->after;
	struct link_name masters[DIFFERENCE_MASTERS];
	size_t count = difference_masters(difference, masters);

	for (size_t i = 0; i < count; i++)
		add_bridge(losses, link->netns, masters[i], step, arena);
	if (difference->type == OBJECT_LINK && difference->before &&
	    attributes_have(&difference->attributes, ATTR_ROW(&link_table, link, address)))
		add_loss(losses, link, step);
}

static void add_losses(struct losses losses[LOSSES], const struct difference *difference,
		       uint32_t step, struct arena *arena)
{
	const struct link_address *address = difference->before;

	if (loses(difference))
		add_loss(&losses[LOSE_SOME],
			 difference->type == OBJECT_ADDRESS
				 ? key_of(address->netns, address->dev, arena)
				 : difference->before,
			 step);
	add_forgetful(&losses[LOSE_NEIGHBOURS], difference, step, arena);
}

/* The first of equal ones is found: it has the first step of all. */
static void losses_index(struct losses *losses)
{
	key_index_make(&losses->index, OBJECT_LINK, losses->items, losses->count);
	for (size_t i = 0; i < losses->count; i++) {
		size_t at = key_index_find(&losses->index, losses->items[i]);

		if (losses->steps[i] < losses->steps[at])
			losses->steps[at] = losses->steps[i];
	}
}

/* What an entry loses, looked for among the links it names. */
struct looking {
	const struct losses *losses;
	uint32_t step;
};

static int find_loss(void *cookie, uint32_t netns, struct link_name *name)
{
	struct looking *looking = cookie;
	const struct link key = { .netns = { netns }, .name = *name };
	size_t at = key_index_find(&looking->losses->index, &key);

	if (at == SIZE_MAX)
		return 0;
	looking->step = looking->losses->steps[at];
	return 1;
}

/* Whether an entry is on, or leads by way of, a link that loses it. */
static bool is_lost(const struct losses losses[LOSSES], enum object_type type, const void *entry,
		    uint32_t *step)
{
	bool any = false;
	void *writable;

	/* Links, and what has no link, fall by steps of their own. */
	if (type == OBJECT_LINK)
		return false;
	memcpy(&writable, &entry, sizeof(writable));
	for (size_t i = 0; i < (type == OBJECT_NEIGHBOUR ? LOSSES : LOSE_NEIGHBOURS); i++) {
		struct looking looking = { .losses = &losses[i] };

		if (!losses[i].count || !object_links(type, writable, find_loss, &looking) ||
		    (any && looking.step >= *step))
			continue;
		*step = looking.step;
		any = true;
	}
	return any;
}

/* What has a step of its own may be lost before that. */
static void lose_earlier(const struct losses losses[LOSSES], struct touches *touches)
{
	for (size_t i = 0; i < touches->count; i++) {
		struct touch *touch = &touches->items[i];
		uint32_t step;

		if (touch->before && is_lost(losses, touch->type, touch->before, &step) &&
		    step < touch->step)
			touch->step = step;
	}
}

/* Which objects of a network have a touch of their own. */
static void known_begin(bool *known[OBJECT_TYPES], const struct network *network)
{
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		known[type] = memory_new(network->objects[type].count + 1, sizeof(bool));
}

static void known_clear(bool *known[OBJECT_TYPES])
{
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		free(known[type]);
}

static void add_lost(const struct network *have, const struct finder *links,
		     const struct losses losses[LOSSES], bool *const known[],
		     struct touches *touches)
{
	for (size_t type = 0; type < OBJECT_TYPES; type++) {
		for (size_t i = 0; i < have->objects[type].count; i++) {
			const void *entry = network_at(have, (enum object_type)type, i);
			uint32_t step;

			if (!known[type][i] &&
			    is_lost(losses, (enum object_type)type, entry, &step) &&
			    !is_kernels(links, (enum object_type)type, entry))
				add_touch(touches, (struct touch){ .type = (enum object_type)type,
								   .whole = true,
								   .step = step,
								   .before = entry });
		}
	}
}

/* Which step comes first for each difference; those without any fall with another: from the first. */
static uint32_t *first_steps(const struct comparison *comparison)
{
	uint32_t *first = memory_new(comparison->count + 1, sizeof(*first));

	for (size_t i = comparison->plan.count; i--;)
		first[comparison->steps[i].difference] = (uint32_t)i;
	return first;
}

static size_t index_in(const struct network *network, enum object_type type, const void *object)
{
	const struct objects *objects = &network->objects[type];
	size_t size = object_info(type)->size;
	const char *at = object;

	if (!objects->count || at < objects->items || at >= objects->items + objects->count * size)
		return SIZE_MAX;
	return (size_t)(at - objects->items) / size;
}

/* By key, in what was compared; most changes never ask. */
static const void *find_before(const struct network *have, struct finder *finders,
			       enum object_type type, const void *key)
{
	if (!finders[type].items)
		finders[type] = finder_of(have, type);
	return finder_find(&finders[type], key);
}

/* What the kernel sets along with a setting when that goes back: all of it, also what is as it was. */
static void add_set_along(struct touches *touches, const struct network *before,
			  const struct sysctl *sysctl, uint32_t step)
{
	const char *by = names_text(before->names, sysctl->key.id);

	for (size_t i = 0; sysctl_resets(by) && i < before->objects[OBJECT_SYSCTL].count; i++) {
		const struct sysctl *along = network_at(before, OBJECT_SYSCTL, i);

		if (along->netns.id == sysctl->netns.id &&
		    sysctl_is_reset(names_text(before->names, along->key.id), by))
			add_touch(touches, (struct touch){ .type = OBJECT_SYSCTL,
							   .whole = true,
							   .step = step,
							   .before = along });
	}
}

void touches_of(const struct comparison *comparison, const struct network *have,
		struct touches *touches)
{
	struct finder finders[OBJECT_TYPES] = { 0 };
	struct losses losses[LOSSES] = { losses_new(comparison->count),
					 losses_new(comparison->count) };
	bool *known[OBJECT_TYPES];
	struct arena arena = { 0 };
	uint32_t *first = first_steps(comparison);

	known_begin(known, have);
	for (size_t i = 0; i < comparison->count; i++) {
		const struct difference *difference = &comparison->items[i];
		struct touch touch = { .type = difference->type,
				       .step = first[i],
				       .before = difference->before,
				       .after = difference->after };
		size_t at;

		if (difference->action == ACTION_CONFLICT)
			continue;
		/* What is made again was there, also where it could not be matched. */
		if (!touch.before && touch.after)
			touch.before = find_before(have, finders, touch.type, touch.after);
		touch.whole = difference->action == ACTION_REPLACE || difference->again ||
			      (difference->action == ACTION_DELETE && !difference->releases);
		if (difference->type == OBJECT_NETNS && difference->action == ACTION_ADOPT)
			continue;
		add_touch(touches, touch);
		if (touch.type == OBJECT_SYSCTL && touch.before)
			add_set_along(touches, have, touch.before, first[i]);
		at = touch.before ? index_in(have, touch.type, touch.before) : SIZE_MAX;
		if (at != SIZE_MAX)
			known[touch.type][at] = true;
		add_losses(losses, difference, first[i], &arena);
	}
	for (size_t i = 0; i < LOSSES; i++)
		losses_index(&losses[i]);
	if (losses[LOSE_SOME].count || losses[LOSE_NEIGHBOURS].count) {
		if (!finders[OBJECT_LINK].items)
			finders[OBJECT_LINK] = finder_of(have, OBJECT_LINK);
		lose_earlier(losses, touches);
		add_lost(have, &finders[OBJECT_LINK], losses, known, touches);
	}
	arena_clear(&arena);
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		finder_clear(&finders[type]);
	known_clear(known);
	for (size_t i = 0; i < LOSSES; i++)
		losses_clear(&losses[i]);
	free(first);
}

/* --- Two pictures --- */

static bool has_same_values(enum object_type type, const void *a, const void *b,
			    struct arena *arena)
{
	return (object_matches(type, a, b) && object_matches(type, b, a)) ||
	       (!attributes_compare(type, a, b, arena).count &&
		!attributes_compare(type, b, a, arena).count);
}

/* Which address of a subnet is the first one is no value, and yet how it was. */
static bool is_same_rank(const struct link_address *a, const struct link_address *b)
{
	return a->local.family != IPV4 || a->secondary == b->secondary;
}

static bool is_same(enum object_type type, const void *a, const void *b)
{
	struct arena arena = { 0 };
	bool same = (type != OBJECT_ADDRESS || is_same_rank(a, b)) &&
		    has_same_values(type, a, b, &arena);

	arena_clear(&arena);
	return same;
}

static void touch_between(struct touches *touches, enum object_type type, const void *before,
			  const void *after)
{
	add_touch(touches, (struct touch){ .type = type,
					   .whole = before && (!after || type != OBJECT_LINK ||
							       needs_replacement(after, before)),
					   .before = before,
					   .after = after });
}

/* A picture says nothing of what is none; that it became none is to be said. */
static void say_none(const struct link *before, struct link *after)
{
	static const size_t members[] = { offsetof(struct link, master),
					  offsetof(struct link, alias) };

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		const struct attr *row = attr_row(&link_table, members[i]);

		if (attr_has(&link_table, before, row))
			attr_mark(&link_table, after, row);
	}
}

/* What the kernel tells as one range before may be two after. */
static void cut_vnis(struct network *before, struct network *after)
{
	struct network *networks[] = { before, after };
	CLEANUP(vni_cuts_clear) struct vni_cuts cuts = { 0 };

	vni_cuts_note_all(&cuts, before);
	vni_cuts_note_all(&cuts, after);
	vni_cuts_sort(&cuts);
	for (size_t i = 0; i < 2; i++) {
		CLEANUP(network_clear) struct network pieces = { .names = before->names };
		struct objects whole = networks[i]->objects[OBJECT_VNI];

		vni_cuts_apply(&cuts, networks[i], &pieces);
		networks[i]->objects[OBJECT_VNI] = pieces.objects[OBJECT_VNI];
		pieces.objects[OBJECT_VNI] = whole;
	}
}

/* As loses(): what takes the touch back takes entries along that are alike in both pictures. */
static bool loses_back(const struct touch *touch)
{
	const struct link *was = touch->before, *is = touch->after;

	if (touch->type == OBJECT_ADDRESS)
		return was;
	return touch->type == OBJECT_LINK && was && is &&
	       (touch->whole || was->up != is->up || was->master.id != is->master.id ||
		memcmp(&was->address, &is->address, sizeof(was->address)) != 0);
}

/* A touch may change what a bridge it was or is a port of has for a MAC, and with that its neighbours. */
static void add_bridges_back(struct losses *losses, const struct touch *touch, struct arena *arena)
{
	const struct link *was = touch->before, *is = touch->after;

	if (touch->type != OBJECT_LINK)
		return;
	if (was && was->master.id)
		add_bridge(losses, was->netns, was->master, 0, arena);
	if (is && is->master.id)
		add_bridge(losses, is->netns, is->master, 0, arena);
}

static void add_lost_back(const struct network *before, const struct finder *links,
			  bool *const known[], struct touches *touches)
{
	struct losses losses[LOSSES] = { losses_new(touches->count), losses_new(touches->count) };
	struct arena arena = { 0 };

	for (size_t i = 0; i < touches->count; i++) {
		const struct touch *touch = &touches->items[i];
		const struct link_address *address = touch->before;

		if (loses_back(touch))
			add_loss(&losses[LOSE_SOME],
				 touch->type == OBJECT_ADDRESS
					 ? key_of(address->netns, address->dev, &arena)
					 : touch->before,
				 0);
		add_bridges_back(&losses[LOSE_NEIGHBOURS], touch, &arena);
	}
	for (size_t i = 0; i < LOSSES; i++)
		losses_index(&losses[i]);
	if (losses[LOSE_SOME].count || losses[LOSE_NEIGHBOURS].count)
		add_lost(before, links, losses, known, touches);
	for (size_t i = 0; i < LOSSES; i++)
		losses_clear(&losses[i]);
	arena_clear(&arena);
}

static bool has_mac_of(const struct link *bridge, const struct link *port)
{
	return port->master.id == bridge->name.id && port->netns.id == bridge->netns.id &&
	       !memcmp(&bridge->address, &port->address, sizeof(port->address));
}

/* Whether it has a port's MAC, or none since the last port went. */
static bool is_borrowed(const struct network *network, const struct link *bridge)
{
	for (size_t i = 0; i < network->objects[OBJECT_LINK].count; i++)
		if (has_mac_of(bridge, network_at(network, OBJECT_LINK, i)))
			return true;
	return lladdr_is_zero(&bridge->address);
}

/*
 * The MAC that a bridge had of a port, and has no more since that went, it has again with the port:
 * if it was set, the bridge would keep it for ever.
 */
static void forget_borrowed_mac(const struct link *port, const struct finder *old_links,
				const struct network *after, const struct finder *new_links)
{
	const struct attr *row = ATTR_ROW(&link_table, link, address);
	const struct link key = { .netns = port->netns, .name = port->master };
	const struct link *now = finder_find(new_links, port);
	const struct link *is = finder_find(new_links, &key);
	const void *found = finder_find(old_links, &key);
	struct link *was;

	memcpy(&was, &found, sizeof(was));
	/* The value stays: by it a link is known that has another name. */
	if (was && is && was->kind_info && was->kind_info->table == &bridge_table &&
	    has_mac_of(was, port) && !(now && has_mac_of(was, now)) && is_borrowed(after, is))
		attr_asked(&link_table, was)->value &= ~attr_bit(&link_table, row);
}

static void forget_borrowed_macs(const struct network *before, const struct finder *old_links,
				 const struct network *after, const struct finder *new_links)
{
	for (size_t i = 0; i < before->objects[OBJECT_LINK].count; i++) {
		const struct link *port = network_at(before, OBJECT_LINK, i);

		if (port->master.id)
			forget_borrowed_mac(port, old_links, after, new_links);
	}
}

void touches_between(struct network *before, struct network *after, struct touches *touches)
{
	struct finder old_links = finder_of(before, OBJECT_LINK);
	struct finder new_links = finder_of(after, OBJECT_LINK);
	bool *known[OBJECT_TYPES];

	cut_vnis(before, after);
	known_begin(known, before);
	for (size_t t = 0; t < OBJECT_TYPES; t++) {
		enum object_type type = (enum object_type)t;
		struct finder old = finder_of(before, type), new = finder_of(after, type);

		for (size_t i = 0; i < before->objects[type].count; i++) {
			const void *was = network_at(before, type, i);
			const void *is = finder_find(&new, was);
			struct link *link;

			memcpy(&link, &is, sizeof(link));
			if (link && type == OBJECT_LINK)
				say_none(was, link);
			if ((!is || !is_same(type, was, is)) &&
			    !is_kernels(&old_links, type, was)) {
				touch_between(touches, type, was, is);
				known[type][i] = true;
				if (type == OBJECT_SYSCTL)
					add_set_along(touches, before, was, 0);
			}
		}
		for (size_t i = 0; i < after->objects[type].count; i++) {
			const void *is = network_at(after, type, i);

			if (!finder_find(&old, is) && !is_kernels(&new_links, type, is))
				touch_between(touches, type, NULL, is);
		}
		finder_clear(&old);
		finder_clear(&new);
	}
	add_lost_back(before, &old_links, known, touches);
	forget_borrowed_macs(before, &old_links, after, &new_links);
	known_clear(known);
	finder_clear(&old_links);
	finder_clear(&new_links);
}

/* --- What is to be as it was --- */

struct restoring {
	struct restore *restore;
	const char *lab;
	const struct attr_context *context;
	struct finder finders[OBJECT_TYPES];
};

static void tell_left(struct restoring *restoring, enum object_type type, const void *object)
{
	struct text *left = &restoring->restore->left;

	text_puts(left, left->length ? ", " : "");
	object_title(type, restoring->context, object,
		     type == OBJECT_NETNS ? 0 : object_netns(type, object), left);
}

/* What follows from others, or has a meaning only while the link is there. */
static bool is_by_itself(const struct link *link, const struct attr_table *table,
			 const struct attr *row, const void *part)
{
	const struct link_kind *kind = link->kind_info;
	bool is_veth = kind && !strcmp(kind->name, "veth");
	bool is_bridge = kind && !strcmp(kind->name, "bridge");

	if (row->traits & (ATTR_STATUS | ATTR_ACTION) ||
	    (row->traits & ATTR_NO_ZERO && attr_is_zero(row, part)))
		return true;
	/* A bridge whose last port went has no MAC, and none can be given back. */
	if (table == &link_table)
		return IS(row, link, index) ||
		       (is_bridge && IS(row, link, address) && lladdr_is_zero(&link->address)) ||
		       (is_veth && (IS(row, link, link) || IS(row, link, link_netns))) ||
		       (is_bridge &&
			(!strncmp(row->name, "gso_", 4) || !strncmp(row->name, "gro_", 4)));
	if (table == &bridge_port_table)
		return IS(row, bridge_port, state);
	return (row->traits & ATTR_FLAG && attr_is_zero(row, part)) ||
	       (kind->is_implied && kind->is_implied(&link->data, row)) ||
	       (table == &bridge_table && IS(row, bridge, mcast_startup_query_interval));
}

static bool is_cost(const struct attr_table *table, const struct attr *row)
{
	return table == &bridge_port_table && IS(row, bridge_port, cost);
}

/* Whether the kernel gave the port another cost since the device has another speed. */
static bool follows_speed(const struct link *before, const struct link *after)
{
	/* No file says a state. */
	return HAS(after, operstate) && before->operstate != after->operstate &&
	       port_has_usual_cost(before) && port_has_usual_cost(after);
}

/* All that a link had, as one may ask for it: what is a default as that, so that it is compared. */
static struct link link_as_wanted(const struct link *before)
{
	struct link link = *before;
	struct part parts[PARTS];
	size_t count = link_parts(&link, parts);

	for (size_t p = 0; p < count; p++) {
		const struct attr_table *table = parts[p].table;
		struct attr_set *asked = (void *)((char *)parts[p].object + table->asked);

		for (uint64_t left = asked->value; left; left &= left - 1) {
			const struct attr *row = &table->rows[__builtin_ctzll(left)];

			if (row->traits & ATTR_KEY)
				continue;
			if (is_by_itself(before, table, row, parts[p].object) ||
			    (is_cost(table, row) && port_has_usual_cost(before))) {
				attr_drop(table, parts[p].object, row);
			} else if (attr_has_default(table, row, before->kind_info,
						    parts[p].object)) {
				attr_drop(table, parts[p].object, row);
				asked->null |= attr_bit(table, row);
			}
		}
	}
	link.manage = MANAGE_OWN;
	return link;
}

static void want(struct restoring *restoring, enum object_type type, const void *object)
{
	const struct origin_in_file nowhere = { 0 };
	struct link link;

	if (type == OBJECT_LINK) {
		link = link_as_wanted(object);
		object = &link;
	}
	network_add(&restoring->restore->want, type, object, nowhere);
}

static bool is_running(const struct link *link)
{
	return link->up && !link->no_carrier;
}

/*
 * A port's state follows its carrier, its bridge and STP; where none of them moved it
 * somebody said it.
 */
static bool is_said_state(struct restoring *restoring, const struct attr_table *table,
			  const struct attr *row, const struct link *was, const struct link *now)
{
	const struct link key = { .netns = now->netns, .name = now->master };
	const struct link *bridge;

	if (table != &bridge_port_table || !IS(row, bridge_port, state) || !is_running(was) ||
	    !is_running(now) || was->master.id != now->master.id)
		return false;
	bridge = finder_find(&restoring->finders[OBJECT_LINK], &key);
	return bridge && bridge->up && bridge->kind_info &&
	       bridge->kind_info->table == &bridge_table && !bridge->data.bridge.stp_state;
}

/* Of the values that were changed, those that still are what they were changed to. */
static bool keep_ours(struct restoring *restoring, const struct touch *touch, struct link *was,
		      const struct link *now)
{
	const struct link *after = touch->after;
	struct part parts[PARTS];
	size_t count = link_parts(was, parts);
	bool any = false, others = false;

	for (size_t p = 0; p < count; p++) {
		const struct attr_table *table = parts[p].table;
		const void *ours = attributes_part(OBJECT_LINK, touch->after, table);
		const void *theirs = attributes_part(OBJECT_LINK, now, table);

		for (uint64_t left = attr_asked(table, parts[p].object)->value; left;
		     left &= left - 1) {
			const struct attr *row = &table->rows[__builtin_ctzll(left)];

			if (row->traits & ATTR_KEY)
				continue;
			if ((is_by_itself(was, table, row, parts[p].object) &&
			     !is_said_state(restoring, table, row, touch->before, now)) ||
			    (is_cost(table, row) && follows_speed(touch->before, after))) {
				attr_drop(table, parts[p].object, row);
				continue;
			}
			if (ours && theirs && attr_equal(row, ours, theirs)) {
				any = true;
				continue;
			}
			others = true;
			attr_drop(table, parts[p].object, row);
		}
	}
	if (others)
		tell_left(restoring, OBJECT_LINK, was);
	return any;
}

/* A port that comes back has its options again. */
static void add_port(struct link *was, const struct link *before)
{
	struct link whole;

	if (!HAS(was, master) || !was->master.id)
		return;
	whole = link_as_wanted(before);
	was->port = whole.port;
}

static void restore_values(struct restoring *restoring, const struct touch *touch, const void *now)
{
	struct link was = *(const struct link *)touch->before;

	object_keep(OBJECT_LINK, &was, touch->after);
	if (!object_cut_down(OBJECT_LINK, &was, touch->after) ||
	    !object_cut_down(OBJECT_LINK, &was, now) || !keep_ours(restoring, touch, &was, now))
		return;
	if (needs_replacement(now, &was)) {
		want(restoring, OBJECT_LINK, touch->before);
		return;
	}
	was.manage = MANAGE_OWN;
	was.peer.id = was.peer_netns.id = 0;
	add_port(&was, touch->before);
	network_add(&restoring->restore->want, OBJECT_LINK, &was, (struct origin_in_file){ 0 });
}

/* A namespace that a lab made says so on its `lo`, or a crash came before that. */
static bool is_own_netns(struct restoring *restoring, const struct netns *netns)
{
	const struct link key = { .netns = netns->name,
				  .name = { names_find(restoring->context->names, "lo") } };
	const struct link *lo = finder_find(&restoring->finders[OBJECT_LINK], &key);

	return !restoring->lab || !lo || !lo->alias.id ||
	       lab_owner(restoring->lab, restoring->context->names, lo) == OWNER_LAB;
}

/* Whether what is there is what the change made: an index, or a name, may be another's by now. */
static bool is_made(struct restoring *restoring, const struct touch *touch, const void *now)
{
	const struct link *link = now, *after = touch->after;
	bool is_alike;

	if (touch->type == OBJECT_NETNS)
		return is_own_netns(restoring, now);
	if (touch->type != OBJECT_LINK)
		return object_matches(touch->type, now, touch->after) ||
		       is_same(touch->type, now, touch->after);
	is_alike = after->kind.id && link->kind.id == after->kind.id;
	if (restoring->lab)
		return is_alike &&
		       lab_owner(restoring->lab, restoring->context->names, link) == OWNER_LAB;
	return is_alike && !memcmp(&link->address, &after->address, sizeof(link->address));
}

static bool is_only_ranked(const struct link_address *now, const struct link_address *before)
{
	struct arena arena = { 0 };
	bool is_only = has_same_values(OBJECT_ADDRESS, now, before, &arena);

	arena_clear(&arena);
	return is_only;
}

static void restore_one(struct restoring *restoring, const struct touch *touch)
{
	const void *key = touch->before ? touch->before : touch->after;
	const void *now = finder_find(&restoring->finders[touch->type], key);

	if (!touch->before) {
		if (now && is_made(restoring, touch, now))
			network_add(&restoring->restore->made, touch->type, now,
				    (struct origin_in_file){ 0 });
		else if (now)
			tell_left(restoring, touch->type, now);
	} else if (!now) {
		if (touch->whole || touch->type != OBJECT_LINK)
			want(restoring, touch->type, touch->before);
		else
			tell_left(restoring, touch->type, touch->before);
	} else if (touch->type == OBJECT_SYSCTL && touch->whole && !touch->after) {
		want(restoring, touch->type, touch->before);
	} else if (touch->type == OBJECT_LINK) {
		if (touch->whole)
			want(restoring, touch->type, touch->before);
		else
			restore_values(restoring, touch, now);
	} else if (is_same(touch->type, now, touch->before)) {
		return;
	} else if ((touch->after && is_made(restoring, touch, now)) ||
		   (touch->type == OBJECT_ADDRESS && is_only_ranked(now, touch->before))) {
		want(restoring, touch->type, touch->before);
	} else {
		tell_left(restoring, touch->type, now);
	}
}

static void note_vnis(struct vni_cuts *cuts, const struct touch *touch)
{
	if (touch->type == OBJECT_VNI && touch->before)
		vni_cuts_note(cuts, touch->before);
	if (touch->type == OBJECT_VNI && touch->after)
		vni_cuts_note(cuts, touch->after);
}

/* Each piece for itself. Those before and after are of one range, where there are both. */
static void restore_vnis(struct restoring *restoring, const struct vni_cuts *cuts,
			 const struct touch *touch)
{
	struct vni before = { 0 }, after = { 0 };
	struct touch piece = *touch;

	for (;;) {
		if (touch->before && !vni_cuts_next(cuts, touch->before, &before))
			return;
		if (touch->after && !vni_cuts_next(cuts, touch->after, &after))
			return;
		piece.before = touch->before ? &before : NULL;
		piece.after = touch->after ? &after : NULL;
		restore_one(restoring, &piece);
	}
}

static bool is_second(const struct touch *touch)
{
	const struct link_address *before = touch->before;

	return touch->type == OBJECT_ADDRESS && before && before->secondary;
}

void restore_find(const struct touches *touches, uint32_t sent, const struct network *now,
		  const char *lab, const struct attr_context *context, struct restore *restore)
{
	struct restoring restoring = { .restore = restore, .lab = lab, .context = context };
	CLEANUP(vni_cuts_clear) struct vni_cuts cuts = { 0 };
	CLEANUP(network_clear) struct network vnis = { .names = now->names };

	restore->want.names = restore->made.names = now->names;
	vni_cuts_note_all(&cuts, now);
	for (size_t i = 0; i < touches->count; i++)
		note_vnis(&cuts, &touches->items[i]);
	vni_cuts_sort(&cuts);
	vni_cuts_apply(&cuts, now, &vnis);
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		restoring.finders[type] =
			finder_of(type == OBJECT_VNI ? &vnis : now, (enum object_type)type);
	/* What comes back first is the first of its subnet. */
	for (int seconds = 0; seconds < 2; seconds++) {
		for (size_t i = 0; i < touches->count; i++) {
			const struct touch *touch = &touches->items[i];

			if (touch->step >= sent || is_second(touch) != (bool)seconds)
				continue;
			if (touch->type == OBJECT_VNI)
				restore_vnis(&restoring, &cuts, touch);
			else
				restore_one(&restoring, touch);
		}
	}
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		finder_clear(&restoring.finders[type]);
}
