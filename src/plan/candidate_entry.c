/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses, neighbours, fdb entries, routes, VNIs, altnames and settings of a candidate. */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "model/address.h"
#include "model/altname.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/route.h"
#include "model/uapi.h"
#include "model/vni.h"
#include "plan/changing.h"

/* Where the entry is that the kernel takes for the same; false when there is none. */
bool entry_find(const struct changing *changing, enum object_type type, const void *entry,
		size_t *at)
{
	struct same_key same = { 0 };

	network_index(changing->network, type);
	if (!network_next(changing->network, type, entry, &same))
		return false;
	*at = same.at;
	return true;
}

/* find_matching_ifa(): IPv4 may have one address with several lengths on a link. */
static bool find_address(const struct changing *changing, const void *entry, size_t *at)
{
	const struct link_address *address = entry, *have;
	struct same_key same = { 0 };

	network_index(changing->network, OBJECT_ADDRESS);
	while (network_next(changing->network, OBJECT_ADDRESS, entry, &same)) {
		have = network_at(changing->network, OBJECT_ADDRESS, same.at);
		*at = same.at;
		if (have->length == address->length ||
		    (address->local.family == IPV6 && changing->step->change != CHANGE_DELETE))
			return true;
	}
	return false;
}

static void complete_address(const struct changing *changing, void *entry)
{
	struct link_address *address = entry;
	const struct link_address *other;

	address->family = address->local.family;
	if (!is_kernel(changing))
		return;
	address->permanent = !address->valid_lft || address->valid_lft == UINT32_MAX;
	address->dynamic = !address->permanent;
	if (address->permanent) {
		address->valid_lft = UINT32_MAX;
		if (!ATTR_HAS(&address_table, link_address, address, preferred_lft))
			address->preferred_lft = UINT32_MAX;
	}
	if (!address->preferred_lft &&
	    ATTR_HAS(&address_table, link_address, address, preferred_lft)) {
		address->deprecated = true;
		ATTR_MARK(&address_table, link_address, address, deprecated);
	}
	ATTR_MARK(&address_table, link_address, address, family);
	ATTR_MARK(&address_table, link_address, address, length);
	ATTR_MARK(&address_table, link_address, address, scope);
	ATTR_MARK(&address_table, link_address, address, valid_lft);
	ATTR_MARK(&address_table, link_address, address, preferred_lft);
	attr_mark(&address_table, address,
		  address->permanent ? ATTR_ROW(&address_table, link_address, permanent)
				     : ATTR_ROW(&address_table, link_address, dynamic));
	if (address->family != IPV4)
		return;
	if (!address->label.id) {
		address->label.id = address->dev.id;
		ATTR_MARK(&address_table, link_address, address, label);
	}
	for (size_t i = 0; (other = changing_walk(changing, OBJECT_ADDRESS, &i)); i++) {
		struct prefix prefix = { .family = IPV4, .length = other->length };

		memcpy(prefix.bytes, other->local.bytes, sizeof(prefix.bytes));
		if (other->netns.id != address->netns.id || other->dev.id != address->dev.id ||
		    other->secondary || other->length != address->length ||
		    !memcmp(&other->local, &address->local, sizeof(other->local)) ||
		    other->peer.family || !prefix_contains(&prefix, &address->local))
			continue;
		address->secondary = true;
		ATTR_MARK(&address_table, link_address, address, secondary);
		return;
	}
}

static void complete_route(const struct changing *changing, void *entry)
{
	route_complete(changing, entry);
}

/* An IPv6 link gets one of its own with `up`. */
static bool is_kernels_address(const struct changing *changing, const void *entry)
{
	const struct link_address *address = entry;

	(void)changing;
	return address->local.family == IPV6 && address->local.bytes[0] == 0xfe &&
	       (address->local.bytes[1] & 0xc0) == 0x80;
}

/* The route of a prefix that an address of a link has. */
static bool is_kernels_route(const struct changing *changing, const void *entry)
{
	const struct route_full *full = entry;
	const struct prefix *dst = &full->route.dst;
	const struct link_address *address;
	struct address to = { .family = dst->family };

	memcpy(to.bytes, dst->bytes, sizeof(to.bytes));
	if (dst->family == IPV6 && (dst->bytes[0] == 0xfe || dst->bytes[0] == 0xff))
		return true;
	for (size_t i = 0; (address = changing_walk(changing, OBJECT_ADDRESS, &i)); i++) {
		const struct address *on = address->peer.family ? &address->peer : &address->local;
		struct prefix prefix = { .family = on->family, .length = address->length };

		memcpy(prefix.bytes, on->bytes, sizeof(prefix.bytes));
		if (address->netns.id == full->route.netns.id &&
		    (dst->length == address->length || full->route.table == RT_TABLE_LOCAL) &&
		    prefix_contains(&prefix, &to))
			return true;
	}
	return false;
}

/* What the types do in their own way. NULL: as entries do in general. */
static const struct manner {
	bool (*find)(const struct changing *changing, const void *entry, size_t *at);
	/* Gives a new one what the kernel gives it. */
	void (*complete)(const struct changing *changing, void *entry);
	/* Whether it may be one that the kernel made since the picture was read. */
	bool (*is_kernels)(const struct changing *changing, const void *entry);
} manners[OBJECT_TYPES] = {
	[OBJECT_ADDRESS] = { find_address, complete_address, is_kernels_address },
	[OBJECT_FDB] = { fdb_find, NULL, fdb_is_kernels },
	[OBJECT_ROUTE] = { NULL, complete_route, is_kernels_route },
};

static bool find_same(const struct changing *changing, const void *entry, size_t *at)
{
	enum object_type type = changing->step->type;

	return manners[type].find ? manners[type].find(changing, entry, at)
				  : entry_find(changing, type, entry, at);
}

int entry_misses(const struct changing *changing, const void *entry, struct error *error)
{
	enum object_type type = changing->step->type;

	if (is_kernel(changing) && manners[type].is_kernels &&
	    manners[type].is_kernels(changing, entry))
		return 0;
	return changing_misses(changing, error);
}

void *entry_add(struct changing *changing, void *entry)
{
	enum object_type type = changing->step->type;

	if (manners[type].complete)
		manners[type].complete(changing, entry);
	return changing_add(changing, type, entry);
}

/* Gives what is there the values asked for; a route, which has nothing else, becomes the new one. */
static void change_at(struct changing *changing, void *entry, size_t at)
{
	enum object_type type = changing->step->type;
	const struct object_info *info = object_info(type);
	void *have = changing_edit(changing, type, at);

	if (!info->whole)
		object_merge(type, have, entry, false);
	else
		memcpy(have, info->copy ? info->copy(entry, &changing->network->arena) : entry,
		       info->size);
	if (manners[type].complete)
		manners[type].complete(changing, have);
}

int entry_add_new(struct changing *changing, void *entry, struct error *error)
{
	enum object_type type = changing->step->type;
	size_t at;

	if (!find_same(changing, entry, &at)) {
		entry_add(changing, entry);
		return 0;
	}
	if (changing->step->may_exist &&
	    object_matches(type, network_at(changing->network, type, at), entry))
		return 0;
	return changing_exists(changing, NULL, error);
}

int entry_replace(struct changing *changing, void *entry)
{
	size_t at;

	if (find_same(changing, entry, &at))
		change_at(changing, entry, at);
	else
		entry_add(changing, entry);
	return 0;
}

int entry_set(struct changing *changing, void *entry, struct error *error)
{
	size_t at;

	if (!find_same(changing, entry, &at))
		return entry_misses(changing, entry, error);
	change_at(changing, entry, at);
	return 0;
}

static int del(struct changing *changing, void *entry, struct error *error)
{
	enum object_type type = changing->step->type;
	bool is_route = type == OBJECT_ROUTE;
	size_t at = is_route ? route_pick(changing, entry) : SIZE_MAX;

	if (is_route ? at == SIZE_MAX : !find_same(changing, entry, &at))
		return changing->step->may_miss ? 0 : entry_misses(changing, entry, error);
	changing_remove(changing, type, at);
	return 0;
}

static int change_address(struct changing *changing, void *entry, struct error *error)
{
	struct link_address gone;
	size_t at;

	switch (changing->step->change) {
	case CHANGE_DELETE:
		if (!find_address(changing, entry, &at))
			return del(changing, entry, error);
		gone = *(const struct link_address *)network_at(changing->network, OBJECT_ADDRESS,
								at);
		changing_remove(changing, OBJECT_ADDRESS, at);
		fall_address(changing, &gone);
		return 0;
	case CHANGE_SET:
		/* inet_rtm_newaddr(), inet6_rtm_newaddr(): an address that is not there is made. */
		return is_kernel(changing) ? entry_replace(changing, entry)
					   : entry_set(changing, entry, error);
	case CHANGE_ADD:
		return entry_add_new(changing, entry, error);
	default:
		return entry_replace(changing, entry);
	}
}

/* neigh_add(): proxies are a table of their own, where an add never fails. */
static int change_neighbour(struct changing *changing, void *entry, struct error *error)
{
	const struct neighbour *neighbour = entry;

	switch (changing->step->change) {
	case CHANGE_DELETE:
		return del(changing, entry, error);
	case CHANGE_SET:
		return entry_set(changing, entry, error);
	case CHANGE_ADD:
		if (!neighbour->proxy)
			return entry_add_new(changing, entry, error);
		break;
	default:
		break;
	}
	return entry_replace(changing, entry);
}

static int change_route(struct changing *changing, struct route_full *full, struct error *error)
{
	const struct link *link;

	route_complete(changing, full);
	if (changing->step->change == CHANGE_DELETE)
		return del(changing, full, error);
	/* fib_check_nh(): an address of the host's own needs no link that is up. */
	link = candidate_link(changing->network, full->route.netns.id, full->route.dev.id, NULL);
	if (is_kernel(changing) && link && !link->up && full->route.scope != RT_SCOPE_HOST)
		return changing_refuses(changing, ENETDOWN, "the link it leaves on is down", error);
	switch (changing->step->change) {
	case CHANGE_ADD:
		return entry_add_new(changing, full, error);
	case CHANGE_SET:
		return route_is_behind(changing, full) ? changing_exists(changing, NULL, error)
						       : entry_set(changing, full, error);
	case CHANGE_REPLACE:
		return route_is_behind(changing, full) ? changing_exists(changing, NULL, error)
						       : entry_replace(changing, full);
	default:
		return route_append(changing, full, error);
	}
}

/* What of a range is left when another one is taken out of it. */
static void cut_range(struct changing *changing, size_t at, uint32_t first, uint32_t last)
{
	struct vni whole = *(const struct vni *)network_at(changing->network, OBJECT_VNI, at);
	struct vni part = whole;

	changing_remove(changing, OBJECT_VNI, at);
	if (whole.first < first) {
		part.last = first - 1;
		changing_add(changing, OBJECT_VNI, &part);
	}
	if (whole.last > last) {
		part.first = last + 1;
		part.last = whole.last;
		changing_add(changing, OBJECT_VNI, &part);
	}
}

/* Each VNI is one of its own to the kernel: an added one takes the place of what was (vxlan_vnifilter.c). */
static int change_vni(struct changing *changing, const struct vni *vni, struct error *error)
{
	size_t count = changing->network->objects[OBJECT_VNI].count;
	uint64_t found = 0;
	const struct vni *have;

	for (size_t i = 0; (have = changing_walk(changing, OBJECT_VNI, &i)) && i < count; i++) {
		uint32_t first = vni->first > have->first ? vni->first : have->first;
		uint32_t last = vni->last < have->last ? vni->last : have->last;

		if (have->netns.id != vni->netns.id || have->dev.id != vni->dev.id || first > last)
			continue;
		found += (uint64_t)last - first + 1;
		cut_range(changing, i, first, last);
	}
	if (changing->step->change != CHANGE_DELETE) {
		changing_add(changing, OBJECT_VNI, vni);
		return 0;
	}
	if (found <= vni->last - vni->first && !changing->step->may_miss)
		return changing_misses(changing, error);
	return 0;
}

static int change_altname(struct changing *changing, struct altname *altname, struct error *error)
{
	const struct link *link;

	if (changing->step->change == CHANGE_DELETE)
		return del(changing, altname, error);
	link = candidate_link(changing->network, altname->netns.id, altname->name.id, NULL);
	if (link && changing->step->may_exist && link->name.id == altname->dev.id &&
	    altname->name.id != altname->dev.id)
		return 0;
	if (link)
		return changing_exists(changing, NULL, error);
	entry_add(changing, altname);
	return 0;
}

/* A link whose packets are too short has none of IPv6 (addrconf.c). */
static bool lacks_ipv6(const struct changing *changing, enum object_type type, const void *entry)
{
	const struct link_address *address = entry;
	const struct neighbour *neighbour = entry;
	const struct route_full *full = entry;
	uint8_t family = type == OBJECT_ADDRESS     ? address->local.family
			 : type == OBJECT_NEIGHBOUR ? neighbour->dst.family
			 : type == OBJECT_ROUTE     ? full->route.dst.family
						    : 0;
	uint32_t dev = type == OBJECT_ADDRESS     ? address->dev.id
		       : type == OBJECT_NEIGHBOUR ? neighbour->dev.id
						  : full->route.dev.id;
	const struct link *link =
		family == IPV6
			? candidate_link(changing->network, object_netns(type, entry), dev, NULL)
			: NULL;

	return is_kernel(changing) && changing->step->change != CHANGE_DELETE && link &&
	       ATTR_HAS(&link_table, link, link, mtu) && link->mtu < MTU_LEAST_IPV6;
}

int change_entry(struct changing *changing, void *entry, struct error *error)
{
	if (lacks_ipv6(changing, changing->step->type, entry))
		return changing_refuses(changing, EINVAL, "its link's mtu is too small for IPv6",
					error);
	switch (changing->step->type) {
	case OBJECT_ADDRESS:
		return change_address(changing, entry, error);
	case OBJECT_NEIGHBOUR:
		return change_neighbour(changing, entry, error);
	case OBJECT_FDB:
		return change_fdb(changing, entry, error);
	case OBJECT_ROUTE:
		return change_route(changing, entry, error);
	case OBJECT_VNI:
		return change_vni(changing, entry, error);
	case OBJECT_ALTNAME:
		return change_altname(changing, entry, error);
	default:
		break;
	}
	/* A setting is there, whatever it is. */
	return changing->step->change == CHANGE_DELETE ? del(changing, entry, error)
						       : entry_replace(changing, entry);
}
