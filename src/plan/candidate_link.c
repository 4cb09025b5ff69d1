/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links and namespaces of a candidate: made, changed, renamed, moved, removed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "model/defaults.h"
#include "model/link.h"
#include "model/netns.h"
#include "plan/changing.h"

#define HAS(pointer, member) ATTR_HAS(&link_table, link, pointer, member)
#define MARK(pointer, member) ATTR_MARK(&link_table, link, pointer, member)
#define DROP(pointer, member) attr_drop(&link_table, pointer, ATTR_ROW(&link_table, link, member))

enum { VXLAN_PORT = 4789 };

static const char *name_of(const struct changing *changing, uint32_t id)
{
	return names_text(changing->context->names, id);
}

static unsigned vxlan_port(const struct link *link)
{
	return link->data.vxlan.dstport ? link->data.vxlan.dstport : (unsigned)VXLAN_PORT;
}

/* Kernels take a vxlan by its VNI, port and what tells packets apart (vxlan_vni_in_use()). */
static bool meets(const struct link *link, const struct link *other)
{
	const struct vxlan *a = &link->data.vxlan, *b = &other->data.vxlan;
	uint8_t family = a->remote.family | a->group.family | a->local.family;
	uint8_t other_family = b->remote.family | b->group.family | b->local.family;

	return is_kind(link, "vxlan") && is_kind(other, "vxlan") &&
	       link->netns.id == other->netns.id && a->vni == b->vni &&
	       vxlan_port(link) == vxlan_port(other) && a->external == b->external &&
	       a->vnifilter == b->vnifilter && a->gbp == b->gbp && a->gpe == b->gpe &&
	       a->remcsumrx == b->remcsumrx && a->udp6zerocsumrx == b->udp6zerocsumrx &&
	       (family == IPV6) == (other_family == IPV6);
}

static int check_vni(struct changing *changing, const struct link *link, struct error *error)
{
	char why[128];
	const struct link *other;

	if (!is_kind(link, "vxlan"))
		return 0;
	for (size_t i = 0; (other = changing_walk(changing, OBJECT_LINK, &i)); i++) {
		if (!meets(link, other))
			continue;
		snprintf(why, sizeof(why), "id %u with dstport %u is taken by '%s'",
			 link->data.vxlan.vni, vxlan_port(link), name_of(changing, other->name.id));
		return changing_exists(changing, why, error);
	}
	return 0;
}

int name_check(struct changing *changing, uint32_t netns, uint32_t name, bool is_other,
	       struct error *error)
{
	CLEANUP(text_clear) struct text why = { 0 };
	const struct link *link = candidate_link(changing->network, netns, name, NULL);

	if (!link)
		return 0;
	if (link->name.id != name)
		text_printf(&why, "'%s' is an altname of '%s'", name_of(changing, name),
			    name_of(changing, link->name.id));
	else if (is_other)
		text_printf(&why, "its other end's name '%s' is taken", name_of(changing, name));
	return changing_exists(changing, why.length ? text_string(&why) : NULL, error);
}

/* What the kernel gives a link that nobody asked anything else of. */
static void fill_defaults(struct link *link, bool is_port)
{
	struct part parts[PARTS];
	size_t count = link_parts(link, parts);

	for (size_t p = 0; p < count; p++) {
		const struct attr_table *table = parts[p].table;

		for (size_t i = 0; i < table->count; i++) {
			const struct attr *row = &table->rows[i];

			if (attr_has(table, parts[p].object, row) ||
			    (table == &bridge_port_table) != is_port ||
			    !attr_default(table, row, link->kind_info,
					  attr_field(row, parts[p].object)))
				continue;
			/* None of it is not told. */
			if (!attr_is_zero(row, parts[p].object) || row->type == &attr_type_number ||
			    row->type == &attr_type_bool)
				attr_mark(table, parts[p].object, row);
		}
	}
}

static void join(struct changing *changing, struct link *link)
{
	const struct link *master =
		candidate_link(changing->network, link->netns.id, link->master.id, NULL);

	link->port_kind.id = master ? master->kind.id : 0;
	if (is_kernel(changing) && master && is_kind(master, "bridge"))
		fill_defaults(link, true);
}

/* Values of what it is made for are kept, those of what is done with it are not. */
static void make(struct changing *changing, struct link *link)
{
	struct link made = *link;

	DROP(&made, new_name);
	DROP(&made, new_netns);
	made.altnames.count = 0;
	MARK(&made, name);
	if (is_kernel(changing)) {
		MARK(&made, up);
		fill_defaults(&made, false);
	}
	if (made.master.id)
		join(changing, &made);
	changing_add(changing, OBJECT_LINK, &made);
}

/* The kernel's choice: the first vethN that is free where the other end comes to. */
static uint32_t free_name(const struct changing *changing, uint32_t netns)
{
	char name[16];

	for (unsigned i = 0;; i++) {
		uint32_t id;

		snprintf(name, sizeof(name), "veth%u", i);
		id = names_of(changing->context->names, name);
		if (!candidate_link(changing->network, netns, id, NULL))
			return id;
	}
}

/* The other end of a veth that is to be made: as it is asked for, or as the kernel chooses. */
static int take_other(struct changing *changing, const struct link *link, struct link *other,
		      struct error *error)
{
	int r;

	if (changing->step->other)
		*other = *(const struct link *)changing->step->other;
	else
		*other = (struct link){ .netns = link->peer.id ? link->peer_netns : link->netns,
					.name = link->peer };
	other->kind = link->kind;
	other->kind_info = link->kind_info;
	other->peer.id = 0;
	r = changing_netns(changing, other->netns.id, error);
	if (r < 0)
		return r;
	if (!other->name.id)
		other->name.id = free_name(changing, other->netns.id);
	if (other->name.id == link->name.id && other->netns.id == link->netns.id)
		return changing_exists(changing, "its other end has the same name", error);
	r = name_check(changing, other->netns.id, other->name.id, true, error);
	return r < 0 ? r : changing_resolve(changing, OBJECT_LINK, other, error);
}

/* Whether what is to be made is there, with each value that is named. */
static bool is_there(struct changing *changing, const struct link *link)
{
	const struct link *other = changing->step->other, *end;
	const struct link *have =
		candidate_link(changing->network, link->netns.id, link->name.id, NULL);

	if (!have || !object_matches(OBJECT_LINK, have, link))
		return false;
	if (!other || !other->name.id)
		return true;
	end = candidate_link(changing->network, other->netns.id, other->name.id, NULL);
	return end && have->peer.id == end->name.id && have->peer_netns.id == end->netns.id &&
	       object_matches(OBJECT_LINK, end, other);
}

static int add(struct changing *changing, struct link *link, struct error *error)
{
	bool is_veth = is_kind(link, "veth");
	struct link other;
	int r;

	if (changing->step->may_exist && is_there(changing, link))
		return 0;
	r = name_check(changing, link->netns.id, link->name.id, false, error);
	if (!r && HAS(link, link_netns))
		r = changing_netns(changing, link->link_netns.id, error);
	if (!r)
		r = check_vni(changing, link, error);
	if (!r && is_veth) {
		r = take_other(changing, link, &other, error);
		if (r < 0)
			return r;
		link->peer.id = 0;
	}
	if (!r)
		r = changing_resolve(changing, OBJECT_LINK, link, error);
	if (r < 0)
		return r;
	if (is_veth) {
		link_tie(changing, &other, link);
		link_tie(changing, link, &other);
		make(changing, &other);
	}
	make(changing, link);
	return 0;
}

/* References are looked up where the link will be; an altname becomes the link's own name. */
static int resolve_change(struct changing *changing, struct link *change, const struct link *have,
			  struct error *error)
{
	struct link where = *change;
	int r;

	where.netns = HAS(change, new_netns) ? change->new_netns : have->netns;
	r = changing_resolve(changing, OBJECT_LINK, &where, error);
	where.netns = change->netns;
	if (!r)
		*change = where;
	return r;
}

/* IPv6 has no business there: addrconf_notify(). */
static bool is_short(const struct link *link)
{
	return HAS(link, mtu) && link->mtu < MTU_LEAST_IPV6;
}

static void change_effects(struct changing *changing, size_t at, const struct link *change,
			   const struct link *before)
{
	struct link *link = network_at(changing->network, OBJECT_LINK, at);
	bool is_new_master = link->master.id != before->master.id;

	if (is_new_master && before->master.id && (is_kernel(changing) || !link->master.id)) {
		struct bridge_port asked = change->port;

		fall_port(changing, link);
		if (link->master.id)
			link->port = asked;
	}
	if (is_new_master && link->master.id)
		join(changing, link);
	if (!is_kernel(changing))
		return;
	if (is_short(link) && !is_short(before))
		fall_ipv6(changing, link->netns.id, link->name.id);
	if (before->up && !link->up)
		fall_down(changing, link->netns.id, link->name.id);
	else if (HAS(change, address)) /* also the one it has: dev_set_mac_address() */
		fall_neighbours(changing, link->netns.id, link->name.id);
}

/* br_add_if() */
static int check_master(const struct changing *changing, const struct link *link, uint32_t master,
			uint32_t netns, struct error *error)
{
	const struct link *bridge =
		master ? candidate_link(changing->network, netns, master, NULL) : NULL;

	if (is_kernel(changing) && bridge && is_kind(bridge, "bridge") && is_kind(link, "bridge"))
		return changing_refuses(changing, ELOOP, "a bridge is no port of a bridge", error);
	return 0;
}

static int set(struct changing *changing, struct link *change, struct error *error)
{
	size_t at;
	struct link *have = changing_link(changing, change->netns.id, change->name.id, &at, error);
	const struct link_kind *kind = change->kind_info;
	struct link before;
	int r;

	if (!have)
		return -error->errnum;
	r = move_check(changing, have, change, error);
	if (!r)
		r = resolve_change(changing, change, have, error);
	if (!r)
		r = check_master(changing, have, change->master.id, have->netns.id, error);
	if (r < 0)
		return r;
	have = changing_edit(changing, OBJECT_LINK, at);
	move_link(changing, at, change);
	before = *have;
	object_merge(OBJECT_LINK, have, change, !is_kernel(changing));
	if (kind && kind->supersede && kind == have->kind_info)
		kind->supersede(&have->data, &change->data);
	change_effects(changing, at, change, &before);
	return 0;
}

static int del(struct changing *changing, const struct link *link, struct error *error)
{
	size_t at;
	const struct link *have =
		candidate_link(changing->network, link->netns.id, link->name.id, &at);

	if (!have) {
		if (changing->step->may_miss)
			return 0;
		error_usage(error, "there is no link '%s'", name_of(changing, link->name.id));
		error->errnum = ENOENT;
		return -ENOENT;
	}
	if (is_kernel(changing) && !strcmp(name_of(changing, have->name.id), "lo"))
		return changing_refuses(changing, EOPNOTSUPP, "it cannot be removed", error);
	fall_link(changing, at);
	return 0;
}

int change_link(struct changing *changing, const struct link *link, struct error *error)
{
	struct link copy = *link;

	switch (changing->step->change) {
	case CHANGE_DELETE:
		return del(changing, link, error);
	case CHANGE_SET:
		return set(changing, &copy, error);
	case CHANGE_REPLACE:
		if (candidate_link(changing->network, link->netns.id, link->name.id, NULL))
			return set(changing, &copy, error);
		break;
	default:
		break;
	}
	return add(changing, &copy, error);
}

static int netns_refuse(const struct changing *changing, const struct netns *netns, int errnum,
			const char *why, struct error *error)
{
	error_set(error, 0, "netns '%s': %s", name_of(changing, netns->name.id), why);
	error->errnum = errnum;
	return -errnum;
}

static int netns_add(struct changing *changing, struct netns netns, struct error *error)
{
	struct link lo = { .netns = netns.name,
			   .name = { names_of(changing->context->names, "lo") } };

	if (!changing_netns(changing, netns.name.id, error))
		return changing->step->may_exist && !netns.pid
			       ? 0
			       : netns_refuse(changing, &netns, EEXIST, "exists already", error);
	error_clear(error);
	if (netns.pid && !is_kernel(changing))
		return netns_refuse(changing, &netns, EINVAL,
				    "a file does not name processes, whose namespaces come and go",
				    error);
	attr_drop(&netns_table, &netns, ATTR_ROW(&netns_table, netns, pid));
	changing_add(changing, OBJECT_NETNS, &netns);
	/* That of a process has what it has. */
	if (!is_kernel(changing) || ((const struct netns *)changing->step->object)->pid)
		return 0;
	lo.loopback = true;
	MARK(&lo, loopback);
	MARK(&lo, name);
	MARK(&lo, up);
	changing_add(changing, OBJECT_LINK, &lo);
	return 0;
}

int change_netns(struct changing *changing, struct error *error)
{
	const struct netns *netns = changing->step->object;
	struct netns *have;
	size_t at;
	int r;

	if (changing->step->change == CHANGE_ADD || changing->step->change == CHANGE_REPLACE)
		return netns_add(changing, *netns, error);
	r = changing_netns(changing, netns->name.id, error);
	if (r < 0 && changing->step->may_miss && changing->step->change == CHANGE_DELETE) {
		error_clear(error);
		return 0;
	}
	if (r < 0)
		return r;
	network_find(changing->network, OBJECT_NETNS, netns, &at);
	if (changing->step->change == CHANGE_DELETE) {
		changing_remove(changing, OBJECT_NETNS, at);
		fall_netns(changing, netns->name.id);
		return 0;
	}
	have = changing_edit(changing, OBJECT_NETNS, at);
	object_merge(OBJECT_NETNS, have, netns, false);
	/* "auto": the kernel's choice. */
	if (have->id < 0 && is_kernel(changing))
		attr_drop(&netns_table, have, ATTR_ROW(&netns_table, netns, id));
	return 0;
}
