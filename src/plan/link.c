/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/link.h"

#include <string.h>

#include "model/uapi.h"

static void move(const struct attr *row, struct link *from, struct link *to)
{
	if (!attr_has(&link_table, from, row))
		return;
	memcpy(attr_field(row, to), attr_value(row, from), row->size);
	attr_mark(&link_table, to, row);
	attr_drop(&link_table, from, row);
}

/*
 * What the kernel does not take, or takes in silence and forgets, in the
 * message that makes a link (6.18): the alias, what it is as a bridge's port,
 * addrgenmode, protodown and its reason, carrier. Of a veth's second end also the master and every flag: `up`
 * there fails with ENOTCONN, since the first end does not exist yet.
 */
static struct link take_later(struct link *link, bool second_end)
{
	struct link later = { .netns = link->netns, .name = link->name, .kind = link->kind };

	ATTR_MARK(&link_table, link, &later, name);
	if (ATTR_HAS(&link_table, link, link, addrgenmode))
		move(ATTR_ROW(&link_table, link, up), link, &later);
	for (size_t i = 0; i < link_table.count; i++) {
		const struct attr *row = &link_table.rows[i];
		bool is_flag = row->header == 1 + offsetof(struct ifinfomsg, ifi_flags) ||
			       row->offset == offsetof(struct link, arp);

		if (row->wire == IFLA_IFALIAS || row->wire == IFLA_PROTO_DOWN ||
		    row->wire == IFLA_PROTO_DOWN_REASON || row->wire == IFLA_CARRIER ||
		    row->offset == offsetof(struct link, addrgenmode) ||
		    (second_end && (is_flag || row->wire == IFLA_MASTER)))
			move(row, link, &later);
	}
	later.port = link->port;
	memset(&link->port, 0, sizeof(link->port));
	return later;
}

/* The link by the name and in the namespace it has once it is changed so. */
static struct link link_after(const struct link *link)
{
	struct link after = { .netns = link->new_netns.id ? link->new_netns : link->netns,
			      .name = link->new_name.id ? link->new_name : link->name };

	ATTR_MARK(&link_table, link, &after, name);
	return after;
}

/* What the device itself is told, and a port's state, are messages of their own: kernel/link.c. */
static struct link take_alone(struct link *link, const struct attr *row)
{
	struct link alone = link_after(link);

	if (attr_has(&bridge_port_table, &link->port, row)) {
		memcpy(attr_field(row, &alone.port), attr_value(row, &link->port), row->size);
		attr_mark(&bridge_port_table, &alone.port, row);
		attr_drop(&bridge_port_table, &link->port, row);
	}
	return alone;
}

/* `addrgenmode` comes before `up`, which makes the address: not in one message. */
static void add_later(struct plan *plan, const struct link *later)
{
	struct link first = *later, second = link_after(later);
	struct link device = take_alone(&first, ATTR_ROW(&bridge_port_table, bridge_port, hwmode));
	struct link state = take_alone(&first, ATTR_ROW(&bridge_port_table, bridge_port, state));

	if (later->up && ATTR_HAS(&link_table, link, later, addrgenmode))
		move(ATTR_ROW(&link_table, link, up), &first, &second);
	if (link_values(&first))
		plan_add(plan, OBJECT_LINK, CHANGE_SET, &first);
	if (link_values(&second))
		plan_add(plan, OBJECT_LINK, CHANGE_SET, &second);
	if (link_values(&device))
		plan_add(plan, OBJECT_LINK, CHANGE_SET, &device);
	/* The last: any other change of the link enables a port again that is disabled. */
	if (link_values(&state))
		plan_add(plan, OBJECT_LINK, CHANGE_SET, &state);
}

static void add_addresses(struct plan *plan, const struct link_wish *wish)
{
	struct link after = link_after(&wish->link);

	for (size_t i = 0; i < wish->addresses_count; i++) {
		struct link_address address = wish->addresses[i];

		address.netns = after.netns;
		address.dev = after.name;
		ATTR_MARK(&address_table, link_address, &address, dev);
		plan_add(plan, OBJECT_ADDRESS, CHANGE_ADD, &address);
	}
}

static void add_altnames(struct plan *plan, const struct link_wish *wish)
{
	struct link after = link_after(&wish->link);

	for (size_t i = 0; i < wish->altnames_count; i++) {
		struct altname altname = wish->altnames[i];

		altname.netns = after.netns;
		altname.dev = after.name;
		ATTR_MARK(&altname_table, altname, &altname, dev);
		plan_add(plan, OBJECT_ALTNAME, CHANGE_ADD, &altname);
	}
}

void plan_link_add(struct plan *plan, const struct link_wish *wish, const struct link_wish *peer)
{
	struct link first = wish->link, second, later, later_second = { 0 };
	struct step *step;

	later = take_later(&first, false);
	if (peer) {
		second = peer->link;
		later_second = take_later(&second, true);
	}
	step = plan_add(plan, OBJECT_LINK, CHANGE_ADD, &first);
	if (peer)
		step->other = arena_copy(&plan->arena, &second, sizeof(second));
	add_later(plan, &later);
	if (peer && second.name.id)
		add_later(plan, &later_second);
	add_addresses(plan, wish);
	add_altnames(plan, wish);
	if (peer) {
		add_addresses(plan, peer);
		add_altnames(plan, peer);
	}
}

/* A live vxlan takes no mtu beside what is its own: vxlan_nl2conf(), "Cannot change mtu". */
static void split_data(struct plan *plan, struct link *link)
{
	struct link data = { .netns = link->netns,
			     .name = link->name,
			     .kind = link->kind,
			     .kind_info = link->kind_info,
			     .data = link->data };

	ATTR_MARK(&link_table, link, &data, name);
	if (!ATTR_HAS(&link_table, link, link, mtu) || !link_values(&data))
		return;
	plan_add(plan, OBJECT_LINK, CHANGE_SET, &data);
	memset(&link->data, 0, sizeof(link->data));
}

void plan_link_set(struct plan *plan, const struct link_wish *wish)
{
	struct link link = wish->link, port = link_after(&link);

	/* What only a port has the kernel takes when the link is one already. */
	if (ATTR_HAS(&link_table, link, &link, master) && link.master.id) {
		port.port = link.port;
		memset(&link.port, 0, sizeof(link.port));
	}
	split_data(plan, &link);
	add_later(plan, &link);
	add_later(plan, &port);
	add_addresses(plan, wish);
	add_altnames(plan, wish);
}
