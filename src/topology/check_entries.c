/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "model/address.h"
#include "model/altname.h"
#include "model/fdb.h"
#include "model/neighbour.h"
#include "model/route.h"
#include "model/sysctl.h"
#include "model/vni.h"
#include "topology/check.h"
#include "topology/complete.h"
#include "topology/loader.h"

enum { IPV6_MTU_LEAST = 1280 }; /* RFC 8200 */

static struct place_in_file place_of(const struct loader *loader, enum object_type type, size_t i)
{
	struct origin_in_file at = network_origin(loader->network, type, i);

	return (struct place_in_file){ at.line, at.column };
}

/* What tells entries apart: their keys, and of fdb entries where they lead. */
static uint64_t hash_of(enum object_type type, const void *object)
{
	uint64_t hash = object_key_hash(type, object);
	const struct fdb *fdb = object;

	if (type != OBJECT_FDB)
		return hash;
	hash = key_map_hash(hash, &fdb->dst, sizeof(fdb->dst));
	hash = key_map_hash(hash, &fdb->vni, sizeof(fdb->vni));
	hash = key_map_hash(hash, &fdb->port, sizeof(fdb->port));
	return key_map_hash(hash, &fdb->via, sizeof(fdb->via));
}

/* To more than one VTEP goes what is flooded; any other MAC is behind one. */
static bool may_have_several(const struct fdb *fdb)
{
	static const struct mac zero;

	return (fdb->mac.bytes[0] & 1) || !memcmp(&fdb->mac, &zero, sizeof(zero));
}

/* What a repetition makes is: then none is there twice, and none need be remembered. */
static bool are_in_order(const struct network *network, enum object_type type)
{
	for (size_t i = 1; i < network->objects[type].count; i++)
		if (object_key_order(type, network_at(network, type, i - 1),
				     network_at(network, type, i)) >= 0)
			return false;
	return true;
}

static void check_doubled(struct loader *loader, enum object_type type)
{
	CLEANUP(key_map_clear) struct key_map seen = { 0 };
	size_t count = loader->network->objects[type].count;

	if (are_in_order(loader->network, type))
		return;
	for (size_t i = 0; i < count && !loader_is_done(loader); i++) {
		const void *object = network_at(loader->network, type, i);
		bool is_unicast = type == OBJECT_FDB && !may_have_several(object);
		uint64_t hash = is_unicast ? object_key_hash(type, object) : hash_of(type, object);
		uint32_t other;

		if (key_map_add(&seen, hash, (uint32_t)i, &other) &&
		    object_same_key(type, object, network_at(loader->network, type, other)))
			loader_refuse(loader, place_of(loader, type, i),
				      "this %s entry is given twice (line %u)",
				      object_info(type)->name,
				      network_origin(loader->network, type, other).line);
	}
}

/* One address is one link's: in a namespace packets to it could go to either. */
static void check_addresses(struct loader *loader)
{
	CLEANUP(key_map_clear) struct key_map seen = { 0 };
	size_t count = loader->network->objects[OBJECT_ADDRESS].count;

	for (size_t i = 0; i < count && !loader_is_done(loader); i++) {
		const struct link_address *address = network_at(loader->network, OBJECT_ADDRESS, i);
		struct place_in_file at = place_of(loader, OBJECT_ADDRESS, i);
		uint64_t hash = key_map_hash(KEY_MAP_HASH, &address->netns, sizeof(address->netns));
		const struct link *link;
		uint32_t other, index;

		hash = key_map_hash(hash, &address->local, sizeof(address->local));
		if (key_map_add(&seen, hash, (uint32_t)i, &other)) {
			const struct link_address *first =
				network_at(loader->network, OBJECT_ADDRESS, other);

			/* The same on several links for several other ends is an unnumbered link. */
			if (first->netns.id == address->netns.id &&
			    !memcmp(&first->local, &address->local, sizeof(first->local)) &&
			    (!address->peer.family || !first->peer.family ||
			     !memcmp(&first->peer, &address->peer, sizeof(first->peer)))) {
				CLEANUP(text_clear) struct text text = { 0 };

				address_print(address->local.family, address->local.bytes, &text);
				loader_refuse(
					loader, at,
					"addr: %s is in this namespace already, on '%s' (line %u)",
					text_string(&text),
					names_text(loader->names, first->dev.id),
					place_of(loader, OBJECT_ADDRESS, other).line);
			}
			continue;
		}
		if (address->local.family != IPV6 ||
		    !loader_find_link(loader, address->netns.id, address->dev.id, &index))
			continue;
		link = loader_link(loader, index);
		if (ATTR_HAS(&link_table, link, link, mtu) && link->mtu < IPV6_MTU_LEAST)
			loader_refuse(loader, at, "addr: IPv6 needs an mtu of %d, and '%s' has %u",
				      IPV6_MTU_LEAST, names_text(loader->names, link->name.id),
				      link->mtu);
	}
}

/* `dev` and its like, which an entry names. */
static bool check_dev(struct loader *loader, enum object_type type, size_t i, const char *word,
		      uint32_t netns, uint32_t name, uint32_t *index)
{
	if (!name || loader_find_link(loader, netns, name, index))
		return name;
	if (netns)
		refuse_missing_link(loader, place_of(loader, type, i), word, netns, name);
	return false;
}

static void check_fdb(struct loader *loader)
{
	for (size_t i = 0; i < loader->network->objects[OBJECT_FDB].count; i++) {
		const struct fdb *fdb = network_at(loader->network, OBJECT_FDB, i);
		const struct link *link;
		const struct vxlan *vxlan;
		uint8_t family;
		uint32_t index, via;

		if (loader_is_done(loader))
			return;
		check_dev(loader, OBJECT_FDB, i, "via", fdb->netns.id, fdb->via.id, &via);
		if (!check_dev(loader, OBJECT_FDB, i, "dev", fdb->netns.id, fdb->dev.id, &index))
			continue;
		link = loader_link(loader, index);
		if (fdb->master && !link->master.id && link->manage == MANAGE_OWN &&
		    link->kind.id) {
			loader_refuse(loader, place_of(loader, OBJECT_FDB, i),
				      "fdb: '%s' is no port, so it has no 'master'",
				      names_text(loader->names, link->name.id));
			continue;
		}
		/* br_fdb_external_learn_add() */
		if (fdb->extern_learn && fdb->master && !loader->options->is_record) {
			loader_refuse(loader, place_of(loader, OBJECT_FDB, i),
				      "fdb: an entry with 'extern_learn' is dynamic in a bridge's "
				      "table: it has no place in a file");
			continue;
		}
		if (!fdb->dst.family || link->kind_info != link_kind_find("vxlan")) {
			if (fdb->dst.family && link->kind_info)
				loader_refuse(loader, place_of(loader, OBJECT_FDB, i),
					      "fdb: 'dst' is for a vxlan, and '%s' is a %s",
					      names_text(loader->names, link->name.id),
					      link->kind_info->name);
			continue;
		}
		vxlan = &link->data.vxlan;
		family = vxlan->local.family          ? vxlan->local.family
			 : vxlan->remote.family       ? vxlan->remote.family
			 : link->manage == MANAGE_OWN ? IPV4
						      : 0;
		if (family && family != fdb->dst.family)
			loader_refuse(loader, place_of(loader, OBJECT_FDB, i),
				      "dst: an %s address, and the vxlan's own is %s",
				      address_family_name(fdb->dst.family),
				      address_family_name(family));
	}
}

static void check_neighbours(struct loader *loader)
{
	for (size_t i = 0; i < loader->network->objects[OBJECT_NEIGHBOUR].count; i++) {
		const struct neighbour *neighbour =
			network_at(loader->network, OBJECT_NEIGHBOUR, i);
		uint32_t index;

		if (loader_is_done(loader))
			return;
		check_dev(loader, OBJECT_NEIGHBOUR, i, "dev", neighbour->netns.id,
			  neighbour->dev.id, &index);
	}
}

static void check_routes(struct loader *loader)
{
	for (size_t i = 0; i < loader->network->objects[OBJECT_ROUTE].count; i++) {
		const struct route_full *full = network_at(loader->network, OBJECT_ROUTE, i);
		const struct route *route = &full->route;
		uint32_t index;

		if (loader_is_done(loader))
			return;
		check_dev(loader, OBJECT_ROUTE, i, "dev", route->netns.id, route->dev.id, &index);
		for (uint32_t hop = 0; hop < route->hops; hop++)
			check_dev(loader, OBJECT_ROUTE, i, "nexthop dev", route->netns.id,
				  full->nexthop[hop].dev.id, &index);
	}
}

/* An altname is a name: no other link in the namespace may have it. */
static void check_altnames(struct loader *loader)
{
	for (size_t i = 0; i < loader->network->objects[OBJECT_ALTNAME].count; i++) {
		const struct altname *altname = network_at(loader->network, OBJECT_ALTNAME, i);
		uint32_t index;

		if (loader_find_link(loader, altname->netns.id, altname->name.id, &index))
			loader_refuse(loader, place_of(loader, OBJECT_ALTNAME, i),
				      "altname: there is a link '%s' here already (line %u)",
				      names_text(loader->names, altname->name.id),
				      place_of(loader, OBJECT_LINK, index).line);
	}
}

static int by_first(const void *a, const void *b)
{
	const struct vni *left = *(const struct vni *const *)a;
	const struct vni *right = *(const struct vni *const *)b;

	if (left->netns.id != right->netns.id)
		return left->netns.id < right->netns.id ? -1 : 1;
	if (left->dev.id != right->dev.id)
		return left->dev.id < right->dev.id ? -1 : 1;
	if (left->first != right->first)
		return left->first < right->first ? -1 : 1;
	return left < right ? -1 : left > right;
}

/* A VNI has one destination: it is in one range only. */
static void check_vnis(struct loader *loader)
{
	size_t count = loader->network->objects[OBJECT_VNI].count;
	CLEANUP(pointer_free) const struct vni **vnis = memory_new(count + 1, sizeof(*vnis));

	for (size_t i = 0; i < count; i++)
		vnis[i] = network_at(loader->network, OBJECT_VNI, i);
	qsort(vnis, count, sizeof(*vnis), by_first);
	for (size_t i = 1; i < count && !loader_is_done(loader); i++) {
		const struct vni *first = network_at(loader->network, OBJECT_VNI, 0);

		if (vnis[i]->netns.id != vnis[i - 1]->netns.id ||
		    vnis[i]->dev.id != vnis[i - 1]->dev.id || vnis[i]->first > vnis[i - 1]->last)
			continue;
		loader_refuse(loader, place_of(loader, OBJECT_VNI, (size_t)(vnis[i] - first)),
			      "vnis: %u is given twice (line %u)", vnis[i]->first,
			      place_of(loader, OBJECT_VNI, (size_t)(vnis[i - 1] - first)).line);
		/* What comes next may be in the longer of the two. */
		if (vnis[i]->last < vnis[i - 1]->last)
			vnis[i] = vnis[i - 1];
	}
}

/* Two names of one value: devinet_sysctl_forward(). */
static void check_forwarding(struct loader *loader)
{
	static const char *const names[] = { "net.ipv4.ip_forward",
					     "net.ipv4.conf.all.forwarding" };
	CLEANUP(key_map_clear) struct key_map seen = { 0 };

	for (size_t i = 0; i < loader->network->objects[OBJECT_SYSCTL].count; i++) {
		const struct sysctl *sysctl = network_at(loader->network, OBJECT_SYSCTL, i), *same;
		const char *key = names_text(loader->names, sysctl->key.id);
		uint32_t other;

		if ((strcmp(key, names[0]) != 0 && strcmp(key, names[1]) != 0) ||
		    !key_map_add(&seen, key_map_pair(sysctl->netns.id, 0), (uint32_t)i, &other))
			continue;
		same = network_at(loader->network, OBJECT_SYSCTL, other);
		if (same->key.id != sysctl->key.id && same->value.id != sysctl->value.id)
			loader_refuse(loader, place_of(loader, OBJECT_SYSCTL, i),
				      "sysctl '%s' is '%s' by another name, and that is %s (line "
				      "%u)",
				      key, names_text(loader->names, same->key.id),
				      names_text(loader->names, same->value.id),
				      place_of(loader, OBJECT_SYSCTL, other).line);
	}
}

void check_entries(struct loader *loader)
{
	static const enum object_type types[] = { OBJECT_NEIGHBOUR, OBJECT_FDB, OBJECT_ROUTE,
						  OBJECT_ALTNAME, OBJECT_SYSCTL };

	check_addresses(loader);
	check_fdb(loader);
	check_neighbours(loader);
	check_routes(loader);
	check_altnames(loader);
	check_vnis(loader);
	if (!loader->options->is_record)
		check_forwarding(loader);
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		check_doubled(loader, types[i]);
}
