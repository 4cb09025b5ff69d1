/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/lab.h"

#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "model/address.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/route.h"
#include "model/uapi.h"

#define PREFIX "ovl:"
#define ADOPTED ":adopted"

static bool is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

bool lab_check_name(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < length; i++)
		if (!is_name_character(name[i]))
			return false;
	return length && length <= LAB_NAME_MOST;
}

uint32_t lab_group(const char *name)
{
	uint32_t hash = 2166136261U; /* FNV-1a */

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619U;
	/* Its last bits mix best: the two above 30 are folded in. */
	return LAB_GROUP | ((hash ^ hash >> 30) & (LAB_GROUP - 1));
}

struct lab_alias lab_alias_split(const char *alias)
{
	struct lab_alias none = { .lab = "", .text = alias }, split = { 0 };
	const char *at = alias + strlen(PREFIX);

	if (strncmp(alias, PREFIX, strlen(PREFIX)) != 0)
		return none;
	split.lab = at;
	while (is_name_character(*at))
		at++;
	split.length = (size_t)(at - split.lab);
	if (!strncmp(at, ADOPTED, strlen(ADOPTED))) {
		split.adopted = true;
		at += strlen(ADOPTED);
	}
	if (!split.length || split.length > LAB_NAME_MOST || (*at && *at != ' '))
		return none;
	split.text = *at ? at + 1 : at;
	return split;
}

bool lab_alias_is(const char *alias, const char *lab)
{
	struct lab_alias split = lab_alias_split(alias);

	return split.length == strlen(lab) && !strncmp(split.lab, lab, split.length);
}

uint32_t lab_alias(struct names *names, const char *lab, bool adopted, const char *text)
{
	char alias[LAB_ALIAS_MOST + 1];

	snprintf(alias, sizeof(alias), PREFIX "%s%s%s%s", lab, adopted ? ADOPTED : "",
		 *text ? " " : "", text);
	return names_of(names, alias);
}

enum owner lab_owner(const char *lab, const struct names *names, const struct link *link)
{
	const char *alias = names_text(names, link->alias.id);
	struct lab_alias split = lab_alias_split(alias);
	bool in_group = link->group == lab_group(lab);
	bool is_ours = lab_alias_is(alias, lab);

	if (split.length && !is_ours)
		return in_group ? OWNER_CLASH : OWNER_OTHER;
	if (is_ours && split.adopted)
		return OWNER_ADOPTED;
	if (!strcmp(names_text(names, link->name.id), "lo"))
		return is_ours ? OWNER_LAB : OWNER_NOBODY;
	/* A crash between the two messages leaves the group without the alias. */
	return in_group && (is_ours || !*alias) ? OWNER_LAB : OWNER_NOBODY;
}

static bool is_own_protocol(uint8_t protocol)
{
	return protocol == RTPROT_BOOT || protocol == RTPROT_STATIC || protocol == LAB_PROTOCOL;
}

/*
 * fe80:: and the MAC spread out (RFC 4291, appendix A): what the kernel makes when a link comes up.
 * A link that gets another MAC keeps the address; that of a bridge changes as its ports come and go.
 */
static bool is_made_of_mac(const struct link_address *address, const struct link *dev)
{
	static const uint8_t prefix[8] = { 0xfe, 0x80 };
	const uint8_t *mac = dev->address.bytes, *id = address->local.bytes + 8;

	if (dev->address.length != 6 || memcmp(address->local.bytes, prefix, sizeof(prefix)) != 0 ||
	    id[3] != 0xff || id[4] != 0xfe)
		return false;
	return address->maker_untold ||
	       (dev->kind_info && dev->kind_info->table == &bridge_table) ||
	       (id[0] == (mac[0] ^ 2) && id[1] == mac[1] && id[2] == mac[2] && id[5] == mac[3] &&
		id[6] == mac[4] && id[7] == mac[5]);
}

static bool is_loopback(const struct link_address *address)
{
	static const uint8_t four[4] = { 127, 0, 0, 1 }, six[16] = { [15] = 1 };

	return address->local.family == IPV4
		       ? address->length == 8 && !memcmp(address->local.bytes, four, sizeof(four))
		       : !memcmp(address->local.bytes, six, sizeof(six));
}

/* Before 5.18 an address does not say who made it. */
bool lab_address_is_kernels(const struct link_address *address, const struct link *dev)
{
	/* IFAPROT_*, not the protocols of routes. */
	enum { KERNEL_LO = 1, KERNEL_LL = 3 };

	return address->stable_privacy || address->temporary || is_loopback(address) ||
	       (address->protocol >= KERNEL_LO && address->protocol <= KERNEL_LL) ||
	       (!address->protocol && dev && is_made_of_mac(address, dev));
}

static bool address_is_static(const struct link_address *address, const struct link *dev)
{
	return address->permanent && !lab_address_is_kernels(address, dev) &&
	       (!address->protocol || address->protocol == LAB_PROTOCOL);
}

/* One host's, not a group's, nor the zeros of a device that has no addresses. */
static bool is_hosts(const struct lladdr *lladdr)
{
	static const struct lladdr zero;

	return lladdr->length && !(lladdr->bytes[0] & 1) &&
	       memcmp(lladdr->bytes, zero.bytes, sizeof(zero.bytes)) != 0;
}

/* What needs no resolving the kernel enters as NOARP by itself: multicast, broadcast, loopback. */
bool lab_neighbour_is_fixed(const struct neighbour *neighbour, const struct link *dev)
{
	if (neighbour->extern_learn || neighbour->extern_valid)
		return false;
	if (neighbour->proxy || neighbour->state & NUD_PERMANENT)
		return true;
	return neighbour->state & NUD_NOARP && is_hosts(&neighbour->lladdr) &&
	       !address_is_multicast(&neighbour->dst) && (!dev || dev->arp);
}

static bool neighbour_is_static(const struct neighbour *neighbour, const struct link *dev)
{
	return lab_neighbour_is_fixed(neighbour, dev) &&
	       (!neighbour->protocol || is_own_protocol(neighbour->protocol));
}

static bool is_kind(const struct link *dev, const char *kind)
{
	return dev && dev->kind_info && !strcmp(dev->kind_info->name, kind);
}

bool lab_fdb_is_default(const struct fdb *fdb, const struct link *dev)
{
	static const struct mac flood;
	const struct vxlan *vxlan = dev ? &dev->data.vxlan : NULL;

	return is_kind(dev, "vxlan") && !memcmp(&fdb->mac, &flood, sizeof(flood)) &&
	       fdb->dst.family &&
	       (!memcmp(&fdb->dst, &vxlan->remote, sizeof(fdb->dst)) ||
		!memcmp(&fdb->dst, &vxlan->group, sizeof(fdb->dst)));
}

/*
 * The unicast MACs a plain device, or a bridge for itself, listens to belong to
 * what is stacked on it (macvlan): that table is nobody's to clean. What is in a
 * bridge's own table says which bridge's.
 */
static bool fdb_is_static(const struct fdb *fdb, const struct link *dev)
{
	if (fdb->extern_learn || !(fdb->state & (NUD_PERMANENT | NUD_NOARP)))
		return false;
	if (fdb->self && dev && !is_kind(dev, "vxlan") &&
	    !(is_kind(dev, "bridge") && fdb->bridge.id))
		return false;
	return !lab_fdb_is_default(fdb, dev);
}

bool lab_entry_is_static(enum object_type type, const void *entry, const struct link *dev)
{
	switch (type) {
	case OBJECT_ADDRESS:
		return address_is_static(entry, dev);
	case OBJECT_NEIGHBOUR:
		return neighbour_is_static(entry, dev);
	case OBJECT_FDB:
		return fdb_is_static(entry, dev);
	case OBJECT_ROUTE:
		return is_own_protocol(((const struct route_full *)entry)->route.protocol);
	case OBJECT_VNI:
		return true;
	default:
		return false;
	}
}

bool lab_entry_is_marked(enum object_type type, const void *entry)
{
	switch (type) {
	case OBJECT_ADDRESS:
		return ((const struct link_address *)entry)->protocol == LAB_PROTOCOL;
	case OBJECT_NEIGHBOUR:
		return ((const struct neighbour *)entry)->protocol == LAB_PROTOCOL;
	case OBJECT_ROUTE:
		return ((const struct route_full *)entry)->route.protocol == LAB_PROTOCOL;
	default:
		return false;
	}
}
