/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/link_show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"
#include "command/show.h"
#include "kernel/process.h"
#include "model/fdb.h"
#include "model/uapi.h"
#include "text/object_words.h"

/* What the rows of a listing need beside their own link. */
struct view {
	const struct links *links;
	const struct links *ports; /* of bridges: all links that have a master */
};

#define LINK_CELL(listing, link, member) CELL((listing), &link_table, link, (link), member)

static const char *name_of(const struct listing *listing, uint32_t id)
{
	return names_text(listing->context.names, id);
}

static void put_name(struct listing *listing, uint32_t id, struct text *text)
{
	const char *name = name_of(listing, id);

	text_escaped(text, name, strlen(name));
}

/* up, down, no-carrier, …: what somebody wants to know of a link first. */
static void state_cell(struct listing *listing, const struct link *link)
{
	struct text *cell = columns_cell(&listing->print);

	if (!link->up)
		text_puts(cell, "down");
	else if (link->no_carrier)
		text_puts(cell, "no-carrier");
	else
		text_puts(cell, "up");
	columns_paint(&listing->print, link->up && !link->no_carrier ? PAINT_UP : PAINT_DOWN);
}

/* The other end: NAME here, NETNS/NAME elsewhere, netnsid N/ifINDEX where nobody knows. */
static void peer_cell(struct listing *listing, const struct link *link)
{
	struct text *cell = columns_cell(&listing->print);

	if (link->peer_netns.id) {
		const char *netns = name_of(listing, link->peer_netns.id);

		if (!strncmp(netns, "pid:", 4)) {
			char called[PROCESS_NAME];

			process_name((pid_t)strtol(netns + 4, NULL, 10), called);
			text_printf(cell, "pid %s (", netns + 4);
			text_escaped(cell, called, strlen(called));
			text_puts(cell, ")/");
		} else {
			text_escaped(cell, netns, strlen(netns));
			text_char(cell, '/');
		}
	}
	if (link->peer.id)
		put_name(listing, link->peer.id, cell);
	else if (link->link.id)
		put_name(listing, link->link.id, cell);
	else if (ATTR_HAS(&link_table, link, link, link_index))
		text_printf(cell, "netnsid %d/if%u", link->link_netnsid, link->link_index);
}

/* All that is known, as the words that would ask for it. */
static void details_cell(struct listing *listing, const struct link *link)
{
	struct text *cell = columns_cell(&listing->print);
	const struct attr_table *table = link->kind_info ? link->kind_info->table : NULL;
	const struct {
		const struct attr_table *table;
		const void *object;
	} parts[] = { { table, &link->data },
		      { link->port_kind.id ? &bridge_port_table : NULL, &link->port } };

	if (!listing->request->options.details)
		return;
	for (size_t p = 0; p < 2; p++) {
		for (size_t i = 0; parts[p].table && i < parts[p].table->count; i++) {
			const struct attr *row = &parts[p].table->rows[i];

			if (!attr_has(parts[p].table, parts[p].object, row) ||
			    (row->traits & ATTR_ACTION) ||
			    ((row->traits & ATTR_NO_ZERO) && attr_is_zero(row, parts[p].object)))
				continue;
			if (cell->length)
				text_char(cell, ' ');
			attr_print(row, &listing->context, parts[p].object, ATTR_STYLE_OVL, cell);
		}
	}
}

static void counter_cells(struct listing *listing, const struct link *link)
{
	bool stats = listing->request->options.stats;
	const struct link_stats *s = &link->stats;
	const uint64_t numbers[] = { s->rx_bytes, s->rx_packets, s->rx_errors + s->rx_dropped,
				     s->tx_bytes, s->tx_packets, s->tx_errors + s->tx_dropped };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		struct text *cell = columns_cell(&listing->print);

		if (stats)
			text_number(cell, numbers[i]);
	}
}

#define COUNTERS                                                                  \
	{ "RX-BYTES", 0 }, { "RX-PKTS", 0 }, { "RX-LOST", 0 }, { "TX-BYTES", 0 }, \
		{ "TX-PKTS", 0 },                                                 \
	{                                                                         \
		"TX-LOST", 0                                                      \
	}

static const struct column link_columns[] = {
	{ "NETNS", 0 }, { "NAME", 0 }, { "KIND", 0 },    { "STATE", 0 },
	{ "MTU", 0 },   { "MAC", 0 },  { "MASTER", 0 },  { "PEER/LINK", 0 },
	{ "ALIAS", 0 }, COUNTERS,      { "DETAILS", 0 },
};

static void link_row(struct listing *listing, const void *object)
{
	const struct link *link = object;

	LINK_CELL(listing, link, name);
	cell_name(listing, link->kind.id);
	state_cell(listing, link);
	LINK_CELL(listing, link, mtu);
	LINK_CELL(listing, link, address);
	LINK_CELL(listing, link, master);
	peer_cell(listing, link);
	LINK_CELL(listing, link, alias);
	counter_cells(listing, link);
	details_cell(listing, link);
}

static const struct column brief_columns[] = {
	{ "NETNS", 0 },
	{ "NAME", 0 },
	{ "STATE", 0 },
	{ "MAC", 0 },
};

static void brief_row(struct listing *listing, const void *object)
{
	const struct link *link = object;

	LINK_CELL(listing, link, name);
	state_cell(listing, link);
	LINK_CELL(listing, link, address);
}

static const struct column veth_columns[] = {
	{ "NETNS", 0 }, { "NAME", 0 },   { "STATE", 0 }, { "PEER", 0 },    { "MTU", 0 },
	{ "MAC", 0 },   { "MASTER", 0 }, COUNTERS,       { "DETAILS", 0 },
};

static void veth_row(struct listing *listing, const void *object)
{
	const struct link *link = object;

	LINK_CELL(listing, link, name);
	state_cell(listing, link);
	peer_cell(listing, link);
	LINK_CELL(listing, link, mtu);
	LINK_CELL(listing, link, address);
	LINK_CELL(listing, link, master);
	counter_cells(listing, link);
	details_cell(listing, link);
}

static const struct column vxlan_columns[] = {
	{ "NETNS", 0 },  { "NAME", 0 }, { "STATE", 0 },   { "VNI", 0 },      { "LOCAL", 0 },
	{ "REMOTE", 0 }, { "DEV", 0 },  { "PORT", 0 },    { "LEARNING", 0 }, { "MASTER", 0 },
	{ "MTU", 0 },    COUNTERS,      { "DETAILS", 0 },
};

#define VXLAN_CELL(listing, pointer, member) CELL((listing), &vxlan_table, vxlan, (pointer), member)

static void vxlan_row(struct listing *listing, const void *object)
{
	const struct link *link = object;
	const struct vxlan *vxlan = &link->data.vxlan;

	LINK_CELL(listing, link, name);
	state_cell(listing, link);
	VXLAN_CELL(listing, vxlan, vni);
	VXLAN_CELL(listing, vxlan, local);
	if (ATTR_HAS(&vxlan_table, vxlan, vxlan, group))
		VXLAN_CELL(listing, vxlan, group);
	else
		VXLAN_CELL(listing, vxlan, remote);
	VXLAN_CELL(listing, vxlan, dev);
	VXLAN_CELL(listing, vxlan, dstport);
	VXLAN_CELL(listing, vxlan, learning);
	LINK_CELL(listing, link, master);
	LINK_CELL(listing, link, mtu);
	counter_cells(listing, link);
	details_cell(listing, link);
}

static const struct column bridge_columns[] = {
	{ "NETNS", 0 }, { "NAME", 0 }, { "STATE", 0 }, { "STP", 0 },     { "PORTS", 0 },
	{ "MTU", 0 },   { "MAC", 0 },  COUNTERS,       { "DETAILS", 0 },
};

static void ports_cell(struct listing *listing, const struct link *bridge)
{
	const struct view *view = listing->cookie;
	struct text *cell = columns_cell(&listing->print);

	for (size_t i = 0; i < view->ports->count; i++) {
		const struct link *port = &view->ports->items[i];

		if (port->netns.id != bridge->netns.id || port->master.id != bridge->name.id)
			continue;
		if (cell->length)
			text_char(cell, ' ');
		put_name(listing, port->name.id, cell);
	}
}

static void bridge_row(struct listing *listing, const void *object)
{
	const struct link *link = object;

	LINK_CELL(listing, link, name);
	state_cell(listing, link);
	CELL(listing, &bridge_table, bridge, &link->data.bridge, stp_state);
	ports_cell(listing, link);
	LINK_CELL(listing, link, mtu);
	LINK_CELL(listing, link, address);
	counter_cells(listing, link);
	details_cell(listing, link);
}

static const struct column port_columns[] = {
	{ "NETNS", 0 }, { "BRIDGE", 0 },   { "PORT", 0 },  { "STATE", 0 },    { "COST", 0 },
	{ "PRIO", 0 },  { "LEARNING", 0 }, { "FLOOD", 0 }, { "ISOLATED", 0 }, { "DETAILS", 0 },
};

#define PORT_CELL(listing, link, member) \
	CELL((listing), &bridge_port_table, bridge_port, &(link)->port, member)

static void port_row(struct listing *listing, const void *object)
{
	const struct link *link = object;

	LINK_CELL(listing, link, master);
	LINK_CELL(listing, link, name);
	PORT_CELL(listing, link, state);
	PORT_CELL(listing, link, cost);
	PORT_CELL(listing, link, priority);
	PORT_CELL(listing, link, learning);
	PORT_CELL(listing, link, flood);
	PORT_CELL(listing, link, isolated);
	details_cell(listing, link);
}

#define LOOKS(kind, table, row)                                    \
	{                                                          \
		kind, table, sizeof(table) / sizeof(*(table)), row \
	}

static const struct look {
	const char *kind;
	const struct column *columns;
	size_t count;
	void (*row)(struct listing *listing, const void *object);
} looks[] = {
	LOOKS("veth", veth_columns, veth_row),
	LOOKS("vxlan", vxlan_columns, vxlan_row),
	LOOKS("bridge", bridge_columns, bridge_row),
};
static const struct look all_look = LOOKS(NULL, link_columns, link_row);
static const struct look brief_look = LOOKS(NULL, brief_columns, brief_row);
static const struct look port_look = LOOKS(NULL, port_columns, port_row);

static bool selects(const struct listing *listing, const struct link *link,
		    const struct link *filter)
{
	(void)listing;
	return object_matches(OBJECT_LINK, link, filter);
}

/* A name that is there but not selected (another kind), or not there at all. */
static int refuse_missing(struct request *request, const char *kind, const struct link *filter,
			  struct error *error)
{
	const struct link *link = request_link(request, 0, filter->name.id, error);
	const char *name = names_text(request->names, filter->name.id);

	if (!link)
		return -error->errnum;
	if (kind && link->kind.id != filter->kind.id)
		return error_usage(error, "link '%s' is no %s", name, kind);
	return 0;
}

/* "ports": [...] of a bridge stands beside iproute2's keys. */
static void put_json(struct listing *listing, const struct link *link, const struct look *look)
{
	struct json *json = &listing->json;
	const struct view *view = listing->cookie;

	json_open_object(json, NULL);
	link_json_keys(&listing->json_options, link, false, json);
	if (look->row == port_row)
		port_json_keys(&listing->json_options, link, json);
	if (look->row == bridge_row) {
		json_open_array(json, "ports");
		for (size_t i = 0; i < view->ports->count; i++)
			if (view->ports->items[i].netns.id == link->netns.id &&
			    view->ports->items[i].master.id == link->name.id)
				json_string(json, NULL,
					    name_of(listing, view->ports->items[i].name.id));
		json_close_array(json);
	}
	json_close_object(json);
}

static int show(struct request *request, const struct look *look, const char *kind,
		const struct link *filter, struct error *error)
{
	CLEANUP(links_clear) struct links links = { 0 };
	CLEANUP(links_clear) struct links ports = { 0 };
	struct view view = { &links, &ports };
	struct listing listing = { .request = request,
				   .type = OBJECT_LINK,
				   .columns = look->columns,
				   .columns_count = look->count,
				   .row = look->row,
				   .cookie = &view };
	bool any = false;
	/* One link by name is asked for by itself: cheap on a machine with thousands. */
	int r = links_read(request, filter, true, &links, error);

	if (!r && look->row == bridge_row)
		r = links_read(request, NULL, false, &ports, error);
	if (r < 0)
		return r;
	for (size_t i = 0; i < links.count && !any; i++)
		any = selects(&listing, &links.items[i], filter);
	if (!any && filter->name.id && !request->options.all_netns) {
		r = refuse_missing(request, kind, filter, error);
		if (r < 0)
			return r;
	}
	listing_begin(&listing, false);
	for (size_t i = 0; i < links.count; i++) {
		if (!selects(&listing, &links.items[i], filter))
			continue;
		if (request->options.json)
			put_json(&listing, &links.items[i], look);
		else
			listing_put(&listing, &links.items[i]);
	}
	listing_end(&listing);
	return 0;
}

int link_show(struct request *request, const char *kind, const struct link *filter,
	      struct error *error)
{
	const struct look *look = request->options.brief ? &brief_look : &all_look;

	for (size_t i = 0; kind && !request->options.brief && i < sizeof(looks) / sizeof(*looks);
	     i++)
		if (!strcmp(looks[i].kind, kind))
			look = &looks[i];
	return show(request, look, kind, filter, error);
}

int port_show(struct request *request, const struct link *filter, struct error *error)
{
	return show(request, &port_look, NULL, filter, error);
}
