/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries compared: addresses, neighbours, fdb entries, routes, settings. What
 * falls with a step though it is as wanted is made again.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/names.h"
#include "model/address.h"
#include "model/altname.h"
#include "model/fdb.h"
#include "model/neighbour.h"
#include "model/route.h"
#include "model/sysctl.h"
#include "model/uapi.h"
#include "model/vni.h"
#include "plan/comparing.h"
#include "plan/vni_cuts.h"

/* The link an entry is on, as far as either picture knows it. */
struct device {
	uint32_t netns;
	struct link_name name;
	struct space *space;
	struct wanted *wanted;
	struct standing *standing;
};

/* Entries that most comparisons never look at: settled and indexed when one is looked for. */
struct past_entries {
	const struct network *network; /* or NULL */
	const void **items;
	struct key_index index;
};

/* All entries of one type. */
struct entries {
	struct comparing *c;
	enum object_type type;
	const struct network *have_in, *want_in;
	const void **want;
	size_t want_count;
	struct key_index index; /* made when it is asked for */
	size_t have_count;
	size_t *match;      /* of each wanted: the index of what is there, or SIZE_MAX */
	bool *is_used;      /* of each there: it is somebody's match */
	bool *is_as_wanted; /* of each wanted, where rows say all: its match is */
	bool *falls;        /* of each wanted: its match is there and will not be */
	struct device last; /* entries of one link stand together */
	bool has_last;
	/* Of the lab's last file, and how others' were before the lab changed them. */
	struct past_entries past, former;
	bool has_marks;                       /* what the lab puts there says so */
	const struct link_address **usurpers; /* find_usurpers() */
	size_t usurpers_count, usurpers_room;
};

static struct device device_of(struct entries *entries, uint32_t netns, struct link_name name)
{
	struct comparing *c = entries->c;
	struct device *last = &entries->last;

	if (entries->has_last && last->netns == netns && last->name.id == name.id)
		return *last;
	*last = (struct device){ .netns = netns, .name = name, .space = comparing_space(c, netns) };
	if (name.id) {
		last->wanted = wanted_find(c, netns, name);
		last->standing = standing_find(c, netns, name);
	}
	entries->has_last = true;
	return *last;
}

static struct link_name dev_of(enum object_type type, const void *entry)
{
	const struct route_full *route = entry;

	switch (type) {
	case OBJECT_ADDRESS:
		return ((const struct link_address *)entry)->dev;
	case OBJECT_NEIGHBOUR:
		return ((const struct neighbour *)entry)->dev;
	case OBJECT_FDB:
		return ((const struct fdb *)entry)->dev;
	case OBJECT_ALTNAME:
		return ((const struct altname *)entry)->dev;
	case OBJECT_VNI:
		return ((const struct vni *)entry)->dev;
	case OBJECT_ROUTE:
		return route->route.hops ? route->nexthop[0].dev : route->route.dev;
	default:
		return (struct link_name){ 0 };
	}
}

static struct device device_of_entry(struct entries *entries, const void *entry)
{
	return device_of(entries, object_netns(entries->type, entry), dev_of(entries->type, entry));
}

static const void *settle(struct entries *entries, const void *want)
{
	struct device device = device_of_entry(entries, want);
	const struct settling settling = {
		.link = device.wanted     ? device.wanted->link
			: device.standing ? device.standing->link
					  : NULL,
		.have = device.standing ? device.standing->link : NULL,
	};

	return settle_entry(entries->c, entries->type, want, &settling);
}

static bool hops_fall(struct entries *entries, const struct route_full *route)
{
	for (uint32_t i = 0; i < route->route.hops; i++) {
		struct device device =
			device_of(entries, route->route.netns.id, route->nexthop[i].dev);

		if (device.standing && device.standing->falls)
			return true;
	}
	return false;
}

/* Whether the entry will not be there when the links are as they shall be. */
static bool falls(struct entries *entries, const void *have)
{
	struct device device = device_of_entry(entries, have);
	const struct fdb *fdb = have;

	if ((device.space && device.space->is_gone) || (device.standing && device.standing->falls))
		return true;
	if (entries->type == OBJECT_ROUTE)
		return hops_fall(entries, have);
	/* A bridge forgets what it knows of a port that leaves. */
	return entries->type == OBJECT_FDB && fdb->master && device.wanted &&
	       (device.wanted->loses_master ||
		attributes_have(&device.wanted->attributes, ATTR_ROW(&link_table, link, master)));
}

/*
 * With its last IPv4 address a link forgets its IPv4 neighbours, permanent ones
 * too, and the routes by way of it: fib_disable_ip(), arp_ifdown().
 */
static bool loses_ipv4(const struct device *device, enum object_type type, const void *have)
{
	const struct standing *standing = device->standing;

	if (!standing || !standing->leaving || standing->leaving < standing->addresses)
		return false;
	return type == OBJECT_ROUTE ? ((const struct route_full *)have)->route.dst.family == IPV4
				    : type == OBJECT_NEIGHBOUR &&
					      ((const struct neighbour *)have)->dst.family == IPV4;
}

/* dev_set_mac_address(): a link that gets another MAC forgets all neighbours, permanent ones too. */
static bool forgets(const struct device *device)
{
	return (device->standing && device->standing->forgets) ||
	       (device->wanted &&
		attributes_have(&device->wanted->attributes, ATTR_ROW(&link_table, link, address)));
}

static bool loses(const struct device *device, enum object_type type, const void *have)
{
	return loses_ipv4(device, type, have) || (type == OBJECT_NEIGHBOUR && forgets(device));
}

/*
 * Whether what is there is lost with what becomes of its link, or of one of its nexthops'. Of a
 * route that is wanted `via` an address only the kernel knows which link that is.
 */
static bool is_lost(struct entries *entries, const void *have)
{
	const struct route_full *route = have;
	struct device device = device_of_entry(entries, have);

	if (loses(&device, entries->type, have))
		return true;
	for (uint32_t i = 1; entries->type == OBJECT_ROUTE && i < route->route.hops; i++) {
		device = device_of(entries, route->route.netns.id, route->nexthop[i].dev);
		if (loses(&device, entries->type, have))
			return true;
	}
	return false;
}

static void count_leaving(struct comparing *c)
{
	for (size_t i = 0; i < c->have->objects[OBJECT_ADDRESS].count; i++) {
		const struct link_address *address = network_at(c->have, OBJECT_ADDRESS, i);
		struct standing *standing = standing_find(c, address->netns.id, address->dev);

		if (standing && address->local.family == IPV4)
			standing->addresses++;
	}
	for (size_t i = 0; i < c->result->count; i++) {
		const struct difference *difference = &c->result->items[i];
		const struct link_address *address = difference->before;
		struct standing *standing;

		if (difference->type != OBJECT_ADDRESS || !address ||
		    address->local.family != IPV4 ||
		    (difference->action != ACTION_DELETE && difference->action != ACTION_REPLACE &&
		     !difference->again))
			continue;
		standing = standing_find(c, address->netns.id, address->dev);
		if (standing)
			standing->leaving++;
	}
}

/* Going down takes the IPv6 addresses along (addrconf_ifdown()). */
static bool goes_down(const struct device *device)
{
	const struct attr *up = ATTR_ROW(&link_table, link, up);

	return device->wanted && device->standing && device->standing->link->up &&
	       !device->wanted->link->up && attributes_have(&device->wanted->attributes, up);
}

static const void *have_at(const struct entries *entries, size_t i)
{
	return network_at(entries->have_in, entries->type, i);
}

static const struct key_index *index_of_wanted(struct entries *entries)
{
	if (!entries->index.slots)
		key_index_make(&entries->index, entries->type, entries->want, entries->want_count);
	return &entries->index;
}

static bool is_wanted(struct entries *entries, const void *key)
{
	return key_index_find(index_of_wanted(entries), key) != SIZE_MAX;
}

static bool is_match(const struct entries *entries, size_t have, size_t want)
{
	return object_matches(entries->type, have_at(entries, have), entries->want[want]);
}

/* A hundred thousand that are as wanted need no list of attributes. */
static bool rows_say_all(enum object_type type)
{
	return type != OBJECT_ROUTE && type != OBJECT_ADDRESS && type != OBJECT_VNI;
}

/* Of several with one key (routes) the one that is wholly as wanted, else the first. */
static void match_one(struct entries *entries, size_t have, size_t want)
{
	size_t other = entries->match[want];

	if (falls(entries, have_at(entries, have))) {
		entries->falls[want] = true;
		return;
	}
	if (other != SIZE_MAX) {
		if (is_match(entries, other, want) || !is_match(entries, have, want))
			return;
		entries->is_used[other] = false;
	}
	entries->match[want] = have;
	entries->is_used[have] = true;
	/* While both are in the cache. */
	entries->is_as_wanted[want] = rows_say_all(entries->type) && is_match(entries, have, want);
}

/* Those from `from` on, some of them: how many; *next is behind the last one's match. */
static size_t match_some(struct entries *entries, size_t from, size_t *next)
{
	const void *keys[KEY_INDEX_MANY];
	size_t found[KEY_INDEX_MANY], count = 0;

	while (count < KEY_INDEX_MANY && from + count < entries->have_count) {
		keys[count] = have_at(entries, from + count);
		count++;
	}
	key_index_find_many(index_of_wanted(entries), keys, count, found);
	for (size_t i = 0; i < count; i++) {
		if (found[i] == SIZE_MAX)
			continue;
		match_one(entries, from + i, found[i]);
		*next = found[i] + 1;
	}
	return count;
}

static void match(struct entries *entries)
{
	size_t next = 0;

	for (size_t i = 0; i < entries->have_count;) {
		/* The kernel tells routes in the order in which files count them. */
		if (next < entries->want_count &&
		    key_is_same(entries->type, entries->want[next], have_at(entries, i)))
			match_one(entries, i++, next++);
		else
			i += match_some(entries, i, &next);
	}
}

static bool is_place_owned_now(const struct device *device)
{
	return (device->space && device->space->is_owned) ||
	       (device->standing && device->standing->owner == OWNER_LAB);
}

static bool is_place_owned_then(const struct device *device)
{
	return (device->space && device->space->is_owned) ||
	       (device->wanted && device->wanted->is_owned);
}

/* The lifetimes of an address run on. */
static bool is_as_said(struct entries *entries, const void *have, const void *said)
{
	return object_matches(entries->type, have, said) ||
	       (entries->type == OBJECT_ADDRESS &&
		!attributes_compare(OBJECT_ADDRESS, have, said, &entries->c->result->arena).count);
}

/*
 * Neither an fdb entry nor a VNI keeps a protocol, and no address does before Linux 5.18: later ones say it of what
 * the kernel itself adds to any link that is up.
 */
static bool has_marks(const struct network *have, enum object_type type)
{
	if (type != OBJECT_ADDRESS)
		return type != OBJECT_FDB && type != OBJECT_VNI;
	for (size_t i = 0; i < have->objects[type].count; i++)
		if (((const struct link_address *)network_at(have, type, i))->protocol)
			return true;
	return false;
}

static const void *find_past(struct entries *entries, struct past_entries *past, const void *have)
{
	size_t count = past->network ? past->network->objects[entries->type].count : 0, at;

	if (!count)
		return NULL;
	if (!past->items) {
		past->items = memory_new(count, sizeof(*past->items));
		for (size_t i = 0; i < count; i++)
			past->items[i] =
				settle(entries, network_at(past->network, entries->type, i));
		key_index_make(&past->index, entries->type, past->items, count);
	}
	at = key_index_find(&past->index, have);
	return at == SIZE_MAX ? NULL : past->items[at];
}

static void past_clear(struct past_entries *past)
{
	key_index_clear(&past->index);
	free(past->items);
}

/*
 * Whether the lab's mark is not to be seen on an address that was there before: Linux 6.1 leaves
 * it the protocol that it has when it is changed; 6.12 does not.
 */
static bool keeps_protocol(struct entries *entries, const void *have)
{
	const struct link_address *address = have, *former;

	if (entries->type != OBJECT_ADDRESS)
		return false;
	former = find_past(entries, &entries->former, have);
	return former && former->protocol == address->protocol;
}

/* Whether the lab's last file put the entry there and it still is as that says. */
static bool is_of_last(struct entries *entries, const void *have)
{
	const void *last = find_past(entries, &entries->past, have);

	return last &&
	       (!entries->has_marks || entries->c->options->restores ||
		lab_entry_is_marked(entries->type, have) || keeps_protocol(entries, have)) &&
	       is_as_said(entries, have, last);
}

/* Where nothing is the lab's, an entry of it says so by its protocol. */
static const void *marked(struct entries *entries, const struct device *device, const void *want)
{
	struct comparing *c = entries->c;
	union {
		struct link_address address;
		struct neighbour neighbour;
		struct route_full route;
	} * copy;

	if (c->options->restores || is_place_owned_then(device) || entries->type == OBJECT_FDB ||
	    entries->type == OBJECT_ALTNAME || entries->type == OBJECT_VNI ||
	    (entries->type == OBJECT_ADDRESS && c->options->plain_addresses))
		return want;
	copy = object_copy(entries->type, want, &c->result->arena);
#define MARK_PROTOCOL(table, object, pointer)                             \
	do {                                                              \
		if (!ATTR_HAS(&(table), object, (pointer), protocol)) {   \
			(pointer)->protocol = LAB_PROTOCOL;               \
			ATTR_MARK(&(table), object, (pointer), protocol); \
		}                                                         \
	} while (0)
	if (entries->type == OBJECT_ADDRESS)
		MARK_PROTOCOL(address_table, link_address, &copy->address);
	else if (entries->type == OBJECT_NEIGHBOUR)
		MARK_PROTOCOL(neighbour_table, neighbour, &copy->neighbour);
	else
		MARK_PROTOCOL(route_table, route, &copy->route.route);
	return copy;
}

static struct difference *add_wanted(struct entries *entries, size_t i, enum action action,
				     const void *before, struct attributes attributes)
{
	struct comparing *c = entries->c;
	struct device device = device_of_entry(entries, entries->want[i]);
	struct difference *difference = difference_add(c, entries->type, action, before,
						       marked(entries, &device, entries->want[i]));

	difference->attributes = attributes;
	difference->origin = network_origin(entries->want_in, entries->type, i);
	return difference;
}

static bool may_change(struct entries *entries, const struct device *device, const void *have)
{
	uint8_t manage = device->wanted ? device->wanted->link->manage : MANAGE_OWN;
	const struct device holder = device_of_entry(entries, have);

	/* A route may have been on another device than the one it goes to now. */
	return is_place_owned_now(device) || is_place_owned_now(&holder) ||
	       entries->c->options->adopt || entries->c->options->restores ||
	       lab_entry_is_marked(entries->type, have) || is_of_last(entries, have) ||
	       manage != MANAGE_OWN;
}

static bool is_same_subnet(const struct link_address *a, const struct link_address *b)
{
	struct prefix prefix = { .family = a->local.family, .length = a->length };

	memcpy(prefix.bytes, a->peer.family ? a->peer.bytes : a->local.bytes, sizeof(prefix.bytes));
	return a->netns.id == b->netns.id && a->dev.id == b->dev.id && a->length == b->length &&
	       prefix_contains(&prefix, b->peer.family ? &b->peer : &b->local);
}

/*
 * Where what was the first address of a subnet comes back, and another is that now: those
 * that are first and were not.
 */
static void find_usurpers(struct entries *entries)
{
	for (size_t i = 0; i < entries->want_count; i++) {
		const struct link_address *was = entries->want[i], *is;

		if (entries->match[i] == SIZE_MAX || was->local.family != IPV4 || !was->secondary)
			continue;
		is = have_at(entries, entries->match[i]);
		if (!is->secondary)
			*array_add(&entries->usurpers, &entries->usurpers_count,
				   &entries->usurpers_room) = is;
	}
}

/* All others of such a subnet are made anew, behind the first. */
static bool is_reordered(const struct entries *entries, const struct link_address *have)
{
	for (size_t i = 0; i < entries->usurpers_count; i++)
		if (is_same_subnet(entries->usurpers[i], have))
			return true;
	return false;
}

static bool is_wanted_second(const struct entries *entries, const void *have, const void *want)
{
	return entries->usurpers_count && ((const struct link_address *)want)->secondary &&
	       is_reordered(entries, have);
}

/* What was not read says nothing. */
static bool is_compared(const struct entries *entries, const void *want)
{
	const struct route_full *route = want;

	return entries->type != OBJECT_ROUTE ||
	       route_types_have(entries->c->options->types, route->route.dst.family);
}

static void compare_wanted(struct entries *entries, size_t i)
{
	struct comparing *c = entries->c;
	const void *want = entries->want[i];
	const void *have =
		entries->match[i] == SIZE_MAX ? NULL : have_at(entries, entries->match[i]);
	struct device device = device_of_entry(entries, want);
	struct attributes attributes;
	struct difference *difference;

	if (!is_compared(entries, want))
		return;
	if (!have && entries->falls[i]) {
		add_wanted(entries, i, ACTION_NONE, NULL, (struct attributes){ 0 })->again = true;
		return;
	}
	if (have && entries->is_as_wanted[i] && !is_lost(entries, have)) {
		c->result->totals[ACTION_NONE]++;
		return;
	}
	attributes = attributes_compare(entries->type, have, want, &c->result->arena);
	if (!have) {
		add_wanted(entries, i, ACTION_CREATE, NULL, attributes);
		return;
	}
	if (!attributes.count && goes_down(&device) && entries->type == OBJECT_ADDRESS &&
	    ((const struct link_address *)want)->local.family == IPV6) {
		add_wanted(entries, i, ACTION_NONE, have, attributes)->again = true;
		return;
	}
	if (!attributes.count && is_wanted_second(entries, have, want)) {
		add_wanted(entries, i, ACTION_REPLACE, have, attributes);
		return;
	}
	if (!attributes.count && is_lost(entries, have)) {
		add_wanted(entries, i, ACTION_NONE, have, attributes)->again = true;
		return;
	}
	if (!attributes.count) {
		c->result->totals[ACTION_NONE]++;
		return;
	}
	if (!may_change(entries, &device, have)) {
		difference = add_wanted(entries, i, ACTION_CONFLICT, have, attributes);
		difference->why = "it exists and is not the lab's own";
		return;
	}
	add_wanted(entries, i, attributes_fixed(&attributes) ? ACTION_REPLACE : ACTION_CHANGE, have,
		   attributes);
}

/* What is asked for without a VLAN a bridge that filters has once for each. */
static bool is_of_a_vlan(struct entries *entries, const void *have)
{
	struct fdb key;

	if (entries->type != OBJECT_FDB)
		return false;
	key = *(const struct fdb *)have;
	if (!key.vlan)
		return false;
	key.vlan = 0;
	return is_wanted(entries, &key);
}

/* How somebody else's entry was before the lab changed it; NULL: there was none. */
static const void *former_of(struct entries *entries, const void *have)
{
	return find_past(entries, &entries->former, have);
}

/*
 * Others give altnames, too (udev): of those of a link that is not the lab's it gave the
 * ones that are remembered.
 */
static bool is_given_altname(struct entries *entries, const struct device *device, const void *have)
{
	return find_past(entries, &entries->past, have) &&
	       (is_place_owned_now(device) || former_of(entries, have));
}

/* A link of somebody else's stays in a namespace of the lab's, and so does what is on it. */
static bool is_on_others(const struct device *device)
{
	return device->standing &&
	       (device->standing->owner == OWNER_NOBODY || device->standing->owner == OWNER_OTHER);
}

/*
 * An address that is to expire, or of another protocol, may be anybody's: it is the lab's where
 * the last file says so.
 */
static bool is_asked_address(struct entries *entries, const struct device *device, const void *have)
{
	const struct link *link = device->standing ? device->standing->link : NULL;
	const void *last;

	if (entries->type != OBJECT_ADDRESS || lab_address_is_kernels(have, link))
		return false;
	last = find_past(entries, &entries->past, have);
	return last && is_as_said(entries, have, last);
}

/* Whether it is the lab's, and no longer named. */
static bool is_pruned(struct entries *entries, const struct device *device, const void *have)
{
	if (entries->type == OBJECT_ALTNAME)
		return is_given_altname(entries, device, have);
	/* Also one that is to expire, where the last file says so. */
	if (former_of(entries, have))
		return is_of_last(entries, have);
	return (lab_entry_is_static(entries->type, have,
				    device->standing ? device->standing->link : NULL) ||
		is_asked_address(entries, device, have)) &&
	       ((is_place_owned_now(device) && !is_on_others(device)) ||
		is_of_last(entries, have)) &&
	       !is_of_a_vlan(entries, have);
}

/* What an address has only since the lab changed it, and no change takes away. */
static bool has_more(const struct link_address *have, const struct link_address *former)
{
	return (have->broadcast.family && !former->broadcast.family) ||
	       (!former->label.id && have->label.id && have->label.id != have->dev.id);
}

static bool needs_replacement(enum object_type type, const void *have, const void *former,
			      const struct attributes *differs)
{
	/* A neighbour keeps the protocol that a change does not say. */
	return type == OBJECT_NEIGHBOUR || attributes_fixed(differs) ||
	       (type == OBJECT_ADDRESS && has_more(have, former));
}

static void give_back(struct entries *entries, const void *have, const void *former)
{
	struct comparing *c = entries->c;
	struct attributes differs =
		attributes_compare(entries->type, have, former, &c->result->arena);
	bool replaces = needs_replacement(entries->type, have, former, &differs);
	struct difference *difference = difference_add(
		c, entries->type, replaces ? ACTION_REPLACE : ACTION_CHANGE, have, former);

	difference->attributes = differs;
	difference->gives_back = true;
}

static void compare_other(struct entries *entries, size_t i)
{
	struct comparing *c = entries->c;
	const void *have = have_at(entries, i);
	struct device device;
	struct difference *difference;

	if (entries->is_used[i] || c->options->no_prune || falls(entries, have))
		return;
	device = device_of_entry(entries, have);
	if (c->options->restores ? !is_of_last(entries, have)
				 : !is_pruned(entries, &device, have)) {
		if (entries->usurpers_count && is_reordered(entries, have)) {
			difference_add(c, entries->type, ACTION_REPLACE, have, have);
			return;
		}
		/* What is made again is nobody's difference. */
		if (c->options->restores && is_lost(entries, have)) {
			difference_add(c, entries->type, ACTION_NONE, have, have)->again = true;
			c->result->totals[ACTION_NONE]--;
		}
		return;
	}
	if (entries->type != OBJECT_ALTNAME && former_of(entries, have)) {
		give_back(entries, have, former_of(entries, have));
		return;
	}
	difference = difference_add(c, entries->type, ACTION_DELETE, have, NULL);
	/*
	 * An address gone late would take along, as its secondaries, those that are
	 * made before; a MAC, a VNI of one port, or a route's key, can be elsewhere when
	 * it is free.
	 */
	difference->frees = entries->type == OBJECT_ADDRESS || entries->type == OBJECT_FDB ||
			    entries->type == OBJECT_VNI || is_wanted(entries, have);
}

/* The addresses that go, by a step of their own. */
struct leaving {
	const struct link_address **items;
	size_t count, room;
};

static struct leaving leaving_of(const struct comparing *c)
{
	struct leaving leaving = { 0 };

	for (size_t i = 0; i < c->result->count; i++) {
		const struct difference *difference = &c->result->items[i];

		if (difference->type == OBJECT_ADDRESS &&
		    (difference->action == ACTION_DELETE || difference->action == ACTION_REPLACE))
			*array_add(&leaving.items, &leaving.count, &leaving.room) =
				difference->before;
	}
	return leaving;
}

/* With its first address a subnet's others go, unless promote_secondaries keeps them. */
static void restore_secondaries(struct entries *entries)
{
	struct comparing *c = entries->c;
	struct leaving leaving = leaving_of(c);

	for (size_t i = 0; leaving.count && i < entries->want_count; i++) {
		const struct link_address *have;

		if (entries->match[i] == SIZE_MAX)
			continue;
		have = have_at(entries, entries->match[i]);
		for (size_t k = 0; have->secondary && k < leaving.count; k++) {
			if (leaving.items[k]->secondary || leaving.items[k] == have ||
			    !is_same_subnet(leaving.items[k], have))
				continue;
			add_wanted(entries, i, ACTION_NONE, have, (struct attributes){ 0 })->again =
				true;
			c->result->totals[ACTION_NONE]--;
			break;
		}
	}
	free(leaving.items);
}

/* A route that prefers an address as its source goes with it (fib_sync_down_addr()). */
static void restore_routes(struct entries *entries)
{
	struct comparing *c = entries->c;
	struct leaving leaving = leaving_of(c);

	for (size_t i = 0; i < c->result->count; i++) {
		const struct difference *difference = &c->result->items[i];

		if (difference->type == OBJECT_ADDRESS && difference->again && difference->before)
			*array_add(&leaving.items, &leaving.count, &leaving.room) =
				difference->before;
	}
	for (size_t i = 0; leaving.count && i < entries->want_count; i++) {
		const struct route_full *have;

		if (entries->match[i] == SIZE_MAX)
			continue;
		have = have_at(entries, entries->match[i]);
		for (size_t k = 0; have->route.src.family && k < leaving.count; k++) {
			if (leaving.items[k]->netns.id != have->route.netns.id ||
			    memcmp(&leaving.items[k]->local, &have->route.src,
				   sizeof(have->route.src)) != 0)
				continue;
			add_wanted(entries, i, ACTION_NONE, have, (struct attributes){ 0 })->again =
				true;
			c->result->totals[ACTION_NONE]--;
			break;
		}
	}
	free(leaving.items);
}

/* Ranges that begin and end alike have one key. */
static void cut_vnis(struct entries *entries)
{
	CLEANUP(vni_cuts_clear) struct vni_cuts cuts = { 0 };
	struct network *vnis = entries->c->result->vnis;

	vni_cuts_note_all(&cuts, entries->have_in);
	vni_cuts_note_all(&cuts, entries->want_in);
	vni_cuts_note_all(&cuts, entries->past.network);
	vni_cuts_note_all(&cuts, entries->former.network);
	vni_cuts_sort(&cuts);
	vni_cuts_apply(&cuts, entries->have_in, &vnis[VNI_HAVE]);
	vni_cuts_apply(&cuts, entries->want_in, &vnis[VNI_WANT]);
	vni_cuts_apply(&cuts, entries->past.network, &vnis[VNI_LAST]);
	vni_cuts_apply(&cuts, entries->former.network, &vnis[VNI_FORMER]);
	entries->have_in = &vnis[VNI_HAVE];
	entries->want_in = &vnis[VNI_WANT];
	entries->past.network = &vnis[VNI_LAST];
	entries->former.network = &vnis[VNI_FORMER];
}

static void compare_type(struct comparing *c, enum object_type type)
{
	struct entries entries = {
		.c = c,
		.type = type,
		.have_in = c->have,
		.want_in = c->want,
		.past.network = c->options->last,
		.former.network = c->options->restores ? NULL : c->options->former,
		.has_marks = has_marks(c->have, type),
	};

	if (type == OBJECT_VNI)
		cut_vnis(&entries);
	entries.want_count = entries.want_in->objects[type].count;
	entries.have_count = entries.have_in->objects[type].count;

	entries.want = memory_new(entries.want_count + 1, sizeof(*entries.want));
	entries.match = memory_new(entries.want_count + 1, sizeof(*entries.match));
	entries.is_as_wanted = memory_new(entries.want_count + 1, sizeof(*entries.is_as_wanted));
	entries.falls = memory_new(entries.want_count + 1, sizeof(*entries.falls));
	entries.is_used = memory_new(entries.have_count + 1, sizeof(*entries.is_used));
	for (size_t i = 0; i < entries.want_count; i++) {
		entries.want[i] = settle(&entries, network_at(entries.want_in, type, i));
		entries.match[i] = SIZE_MAX;
	}
	match(&entries);
	if (type == OBJECT_ADDRESS && c->options->restores)
		find_usurpers(&entries);
	for (size_t i = 0; i < entries.want_count; i++)
		compare_wanted(&entries, i);
	for (size_t i = 0; i < entries.have_count; i++)
		compare_other(&entries, i);
	if (type == OBJECT_ADDRESS) {
		restore_secondaries(&entries);
		count_leaving(c);
	}
	if (type == OBJECT_ROUTE)
		restore_routes(&entries);
	key_index_clear(&entries.index);
	past_clear(&entries.past);
	past_clear(&entries.former);
	free(entries.want);
	free(entries.match);
	free(entries.is_as_wanted);
	free(entries.falls);
	free(entries.is_used);
	free(entries.usurpers);
}

void compare_entries(struct comparing *c)
{
	static const enum object_type order[] = { OBJECT_ALTNAME,   OBJECT_ADDRESS, OBJECT_VNI,
						  OBJECT_NEIGHBOUR, OBJECT_FDB,     OBJECT_ROUTE };
	uint32_t types = c->options->types;

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++)
		if (!types || types & 1U << order[i])
			compare_type(c, order[i]);
}

static bool is_reset(const struct comparing *c, const struct sysctl *sysctl,
		     const struct sysctl *by)
{
	return sysctl->netns.id == by->netns.id &&
	       sysctl_is_reset(names_text(c->names, sysctl->key.id),
			       names_text(c->names, by->key.id));
}

/* Whether a setting that is as wanted will not be: another one that changes sets it along. */
static bool is_set_along(const struct comparing *c, const struct sysctl *sysctl,
			 const struct key_index *have_index, const void *const *have)
{
	for (size_t i = 0; i < c->want->objects[OBJECT_SYSCTL].count; i++) {
		const struct sysctl *by = network_at(c->want, OBJECT_SYSCTL, i);
		size_t at;

		if (!is_reset(c, sysctl, by))
			continue;
		at = key_index_find(have_index, by);
		if (at == SIZE_MAX || ((const struct sysctl *)have[at])->value.id != by->value.id)
			return true;
	}
	return false;
}

/* What the kernel sets along when `was` is given back is as it was, or as somebody made it since. */
static void give_along_back(struct comparing *c, const struct sysctl *was,
			    const struct sysctl *asked, const struct finder *wanted,
			    const struct key_index *have_index, const void *const *have)
{
	const struct network *former = c->options->former;

	for (size_t i = 0; i < former->objects[OBJECT_SYSCTL].count; i++) {
		const struct sysctl *along = network_at(former, OBJECT_SYSCTL, i), *is;
		size_t at = key_index_find(have_index, along);
		struct difference *difference;

		if (!is_reset(c, along, was) || at == SIZE_MAX || finder_find(wanted, along))
			continue;
		is = have[at];
		if (is->value.id != asked->value.id)
			along = is;
		difference = difference_add(
			c, OBJECT_SYSCTL,
			is->value.id == along->value.id ? ACTION_NONE : ACTION_CHANGE, is, along);
		difference->attributes =
			attributes_compare(OBJECT_SYSCTL, is, along, &c->result->arena);
		difference->again = !difference->attributes.count;
		difference->gives_back = true;
		if (difference->again)
			c->result->totals[ACTION_NONE]--;
	}
}

/* Those that the file names no more, in a namespace that is not the lab's. */
static void give_sysctls_back(struct comparing *c, const struct key_index *have_index,
			      const void *const *have)
{
	const struct network *former = c->options->former, *last = c->options->last;
	struct finder said, wanted;

	if (!former || !last || c->options->no_prune || c->options->restores)
		return;
	said = finder_of(last, OBJECT_SYSCTL);
	wanted = finder_of(c->want, OBJECT_SYSCTL);
	for (size_t i = 0; i < former->objects[OBJECT_SYSCTL].count; i++) {
		const struct sysctl *was = network_at(former, OBJECT_SYSCTL, i);
		const struct sysctl *asked = finder_find(&said, was), *after;
		size_t at = key_index_find(have_index, was);
		struct difference *difference;

		if (!asked || at == SIZE_MAX || finder_find(&wanted, was))
			continue;
		after = former_sysctl(c, was, asked, have[at]);
		if (!after)
			continue;
		difference = difference_add(c, OBJECT_SYSCTL, ACTION_CHANGE, have[at], after);
		difference->attributes =
			attributes_compare(OBJECT_SYSCTL, have[at], after, &c->result->arena);
		difference->gives_back = true;
		give_along_back(c, was, asked, &wanted, have_index, have);
	}
	finder_clear(&said);
	finder_clear(&wanted);
}

/* Settings are changed, never made. */
void compare_sysctls(struct comparing *c)
{
	size_t have_count = c->have->objects[OBJECT_SYSCTL].count;
	const void **have = memory_new(have_count + 1, sizeof(*have));
	struct key_index index;

	for (size_t i = 0; i < have_count; i++)
		have[i] = network_at(c->have, OBJECT_SYSCTL, i);
	key_index_make(&index, OBJECT_SYSCTL, have, have_count);
	for (size_t i = 0; i < c->want->objects[OBJECT_SYSCTL].count; i++) {
		const struct sysctl *want = network_at(c->want, OBJECT_SYSCTL, i);
		size_t at = key_index_find(&index, want);
		const void *before = at == SIZE_MAX ? NULL : have[at];
		struct link_name dev = {
			comparing_sysctl_link(c, names_text(c->names, want->key.id)),
		};
		struct wanted *link = dev.id ? wanted_find(c, want->netns.id, dev) : NULL;
		struct attributes attributes =
			attributes_compare(OBJECT_SYSCTL, before, want, &c->result->arena);
		struct difference *difference;

		if (!attributes.count && !(link && is_made(link)) &&
		    !is_set_along(c, want, &index, have)) {
			c->result->totals[ACTION_NONE]++;
			continue;
		}
		difference = difference_add(c, OBJECT_SYSCTL,
					    attributes.count ? ACTION_CHANGE : ACTION_NONE, before,
					    want);
		difference->attributes = attributes;
		difference->origin = network_origin(c->want, OBJECT_SYSCTL, i);
		difference->again = !attributes.count;
	}
	give_sysctls_back(c, &index, have);
	key_index_clear(&index);
	free(have);
}
