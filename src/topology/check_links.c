/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/names.h"
#include "topology/check.h"
#include "topology/complete.h"
#include "topology/loader.h"

enum {
	PORTS_MOST = 1023, /* BR_MAX_PORTS: br_private.h */
	MTU_LEAST = 68,    /* ETH_MIN_MTU: linux/if_ether.h */
	MTU_MOST = 65535,  /* ETH_MAX_MTU */
	MTU_USUAL = 1500,
	VXLAN_PORT_USUAL = 8472,
};

struct check {
	struct loader *loader;
	struct link *link;
	struct loaded_link *fact;
	struct place_in_file at;
};

static const char *name_of(const struct loader *loader, uint32_t name)
{
	return names_text(loader->names, name);
}

static bool is_kind(const struct link *link, const char *kind)
{
	return link->kind_info && !strcmp(link->kind_info->name, kind);
}

/*
 * The link of that name. NULL when the file has none: a mistake, but on the
 * machine's own namespace, where it may exist.
 */
static struct link *find(const struct check *check, struct place_in_file at, const char *word,
			 uint32_t netns, uint32_t name, uint32_t *index)
{
	if (loader_find_link(check->loader, netns, name, index))
		return loader_link(check->loader, *index);
	if (netns)
		refuse_missing_link(check->loader, at.line ? at : check->at, word, netns, name);
	return NULL;
}

static void check_master(const struct check *check)
{
	const struct link *link = check->link, *master;
	struct loader *loader = check->loader;
	struct place_in_file at = check->fact->master.line ? check->fact->master : check->at;
	uint32_t index;

	if (!link->master.id) {
		if (link->port.asked.value && link->manage == MANAGE_OWN && link->kind.id)
			loader_refuse(loader, check->at, "'%s' has 'port' options and no 'master'",
				      name_of(loader, link->name.id));
		return;
	}
	if (link->master.id == link->name.id) {
		loader_refuse(loader, at, "master: '%s' cannot be its own master",
			      name_of(loader, link->name.id));
		return;
	}
	master = find(check, at, "master", link->netns.id, link->master.id, &index);
	if (!master)
		return;
	if (master->kind_info && !is_kind(master, "bridge"))
		loader_refuse(loader, at, "master: '%s' is a %s: a bridge is expected",
			      name_of(loader, master->name.id), master->kind_info->name);
	else if (is_kind(link, "bridge") && is_kind(master, "bridge"))
		loader_refuse(loader, at, "master: a bridge cannot be a port of a bridge");
	else if (is_kind(master, "bridge") && ++loader->facts[index].ports == PORTS_MOST + 1)
		loader_refuse(loader, at,
			      "master: a bridge has at most %d ports, and this is one more "
			      "of '%s'",
			      PORTS_MOST, name_of(loader, master->name.id));
}

/* The mtu a link will have; 0: not known. What the kernel gives a veth and a dummy is. */
static uint32_t mtu_of(const struct link *link)
{
	if (ATTR_HAS(&link_table, link, link, mtu))
		return link->mtu;
	return (is_kind(link, "veth") || is_kind(link, "dummy")) && link->manage == MANAGE_OWN
		       ? MTU_USUAL
		       : 0;
}

/* vxlan_config_apply(): what does not fit into the link below is cut down in silence. */
static void check_vxlan_mtu(const struct check *check, const struct link *lower)
{
	const struct vxlan *vxlan = &check->link->data.vxlan;
	bool is_ipv6 = vxlan->local.family == IPV6 || vxlan->remote.family == IPV6 ||
		       vxlan->group.family == IPV6;
	uint32_t headers = is_ipv6 ? 70 : 50, room = mtu_of(lower);

	if (!room || !ATTR_HAS(&link_table, link, check->link, mtu) ||
	    check->link->mtu + headers <= room)
		return;
	loader_refuse(check->loader, check->fact->mtu.line ? check->fact->mtu : check->at,
		      "mtu: %u and %u bytes of headers do not fit into the %u of '%s'",
		      check->link->mtu, headers, room, name_of(check->loader, lower->name.id));
}

static void check_mtu(const struct check *check)
{
	const struct link *link = check->link;
	struct place_in_file at = check->fact->mtu.line ? check->fact->mtu : check->at;

	if (!ATTR_HAS(&link_table, link, link, mtu))
		return;
	if (link->kind_info && (link->mtu < MTU_LEAST || link->mtu > MTU_MOST))
		loader_refuse(check->loader, at, "mtu: %u is not between %d and %d", link->mtu,
			      MTU_LEAST, MTU_MOST);
}

/* vlan and macvlan, which do not live without the link below, and refuse a larger mtu. */
static void check_lower(const struct check *check)
{
	const struct link *link = check->link, *lower;
	bool needs = is_kind(link, "vlan") || is_kind(link, "macvlan");
	struct loader *loader = check->loader;
	uint32_t netns = ATTR_HAS(&link_table, link, link, link_netns) ? link->link_netns.id
								       : link->netns.id;
	uint32_t index;

	if (!ATTR_HAS(&link_table, link, link, link)) {
		if (needs && link->manage == MANAGE_OWN)
			loader_refuse(loader, check->at,
				      "'%s': a %s needs 'link', the link below it",
				      name_of(loader, link->name.id), link->kind_info->name);
		return;
	}
	lower = find(check, check->fact->lower, "link", netns, link->link.id, &index);
	if (lower && needs && ATTR_HAS(&link_table, link, link, mtu) && mtu_of(lower) &&
	    link->mtu > mtu_of(lower))
		loader_refuse(loader, check->fact->mtu.line ? check->fact->mtu : check->at,
			      "mtu: %u is above the %u of '%s' below it", link->mtu, mtu_of(lower),
			      name_of(loader, lower->name.id));
}

static void check_vxlan(const struct check *check)
{
	const struct vxlan *vxlan = &check->link->data.vxlan;
	const struct link *lower;
	uint32_t index;

	if (!is_kind(check->link, "vxlan") || !vxlan->dev.id)
		return;
	if (vxlan->dev.id == check->link->name.id) {
		loader_refuse(
			check->loader, check->fact->lower.line ? check->fact->lower : check->at,
			"dev: '%s' cannot carry itself", name_of(check->loader, vxlan->dev.id));
		return;
	}
	lower = find(check, check->fact->lower, "dev", check->link->netns.id, vxlan->dev.id,
		     &index);
	if (lower)
		check_vxlan_mtu(check, lower);
}

static void check_backup_port(const struct check *check)
{
	const struct link *link = check->link;
	uint32_t index;

	if (link->port.backup_port.id)
		find(check, check->at, "backup_port", link->netns.id, link->port.backup_port.id,
		     &index);
}

/*
 * vxlan_config_validate(): the VNI is taken where port and family are the same.
 * Of flags that change how packets are received only the family is looked at:
 * with others the socket is refused instead.
 */
static void check_vnis(struct loader *loader)
{
	CLEANUP(key_map_clear) struct key_map taken = { 0 };

	for (uint32_t i = 0; i < loader->facts_count && !loader_is_done(loader); i++) {
		const struct link *link = loader_link(loader, i);
		const struct vxlan *vxlan = &link->data.vxlan;
		struct origin_in_file at = network_origin(loader->network, OBJECT_LINK, i);
		struct {
			uint32_t netns, vni, port, is_ipv6;
		} key = { .netns = link->netns.id, .vni = vxlan->vni };
		uint32_t other;

		if (!is_kind(link, "vxlan") || vxlan->external)
			continue;
		key.port = ATTR_HAS(&vxlan_table, vxlan, vxlan, dstport) ? vxlan->dstport
									 : VXLAN_PORT_USUAL;
		key.is_ipv6 = vxlan->local.family == IPV6 || vxlan->remote.family == IPV6 ||
			      vxlan->group.family == IPV6;
		if (!key_map_add(&taken, key_map_hash(KEY_MAP_HASH, &key, sizeof(key)), i, &other))
			continue;
		loader_refuse(loader, (struct place_in_file){ at.line, at.column },
			      "vxlan '%s': id %u with dstport %u is taken by '%s' (line %u)",
			      name_of(loader, link->name.id), vxlan->vni, key.port,
			      name_of(loader, loader_link(loader, other)->name.id),
			      network_origin(loader->network, OBJECT_LINK, other).line);
	}
}

void check_links(struct loader *loader)
{
	for (uint32_t i = 0; i < loader->facts_count && !loader_is_done(loader); i++) {
		struct origin_in_file at = network_origin(loader->network, OBJECT_LINK, i);
		struct check check = {
			loader, loader_link(loader, i), &loader->facts[i], { at.line, at.column }
		};

		check_mtu(&check);
		check_master(&check);
		check_lower(&check);
		check_vxlan(&check);
		check_backup_port(&check);
	}
	check_vnis(loader);
}
