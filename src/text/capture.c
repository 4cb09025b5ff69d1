/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/capture.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "model/address.h"
#include "model/defaults.h"
#include "model/fdb.h"
#include "model/lab.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/netns.h"
#include "model/network.h"
#include "model/route.h"
#include "model/uapi.h"
#include "model/vni.h"
#include "text/capture_words.h"
#include "text/yaml.h"

#define HAS(pointer, member) ATTR_HAS(&link_table, link, pointer, member)
#define IS(row, type, member) ((row)->offset == offsetof(struct type, member))

/* Entries of one namespace, chained by their link. */
struct chains {
	uint32_t *slots; /* by hash of the link's name -> 1 + index of the first */
	uint32_t *last;  /* … and of the last */
	size_t size;
	uint32_t *next; /* of each entry, from `from` on */
	size_t from;
};

/* One namespace being written. */
struct capture {
	const struct network *network;
	const struct capture_options *options;
	struct attr_context context;
	struct text *text;
	size_t indent;
	uint32_t netns;
	bool is_owned; /* the namespace is the lab's */
	size_t from[OBJECT_TYPES], to[OBJECT_TYPES];
	struct network links; /* those of the namespace, to be found by name */
	struct chains addresses, remotes, vnis;
};

static const char *name_of(const struct capture *capture, uint32_t id)
{
	return names_text(capture->context.names, id);
}

static void put_indent(struct capture *capture, size_t more)
{
	text_spaces(capture->text, capture->indent + more);
}

static void put_list(struct text *text, bool *any, const char *key)
{
	yaml_key(text, any, key);
	text_char(text, '[');
}

static void put_row(struct capture *capture, const struct attr *row, const void *object, bool *any)
{
	CLEANUP(text_clear) struct text value = { 0 };

	attr_print_raw(row, &capture->context, object, &value);
	yaml_pair(capture->text, any, row->name, text_string(&value));
}

/* LINK, or NETNS/LINK where it is elsewhere. */
static void put_reference(struct capture *capture, const char *key, uint32_t netns, uint32_t name,
			  bool *any)
{
	CLEANUP(text_clear) struct text reference = { 0 };

	if (netns != capture->netns) {
		text_puts(&reference, netns ? name_of(capture, netns) : "host");
		text_char(&reference, '/');
	}
	text_puts(&reference, name_of(capture, name));
	yaml_pair(capture->text, any, key, text_string(&reference));
}

static bool is_kind(const struct link *link, const char *kind)
{
	return link && link->kind_info && !strcmp(link->kind_info->name, kind);
}

static const struct link *link_called(const struct capture *capture, struct link_name name)
{
	struct link key = { .netns = { capture->netns }, .name = name };

	return network_find(&capture->links, OBJECT_LINK, &key, NULL);
}

/* A bridge without a MAC of its own takes that of one of its ports. */
static bool has_borrowed_mac(const struct capture *capture, const struct link *bridge)
{
	for (size_t i = capture->from[OBJECT_LINK]; i < capture->to[OBJECT_LINK]; i++) {
		const struct link *port = network_at(capture->network, OBJECT_LINK, i);

		if (port->master.id == bridge->name.id &&
		    !memcmp(&port->address, &bridge->address, sizeof(port->address)))
			return true;
	}
	return false;
}

static bool is_lo(const struct capture *capture, const struct link *link)
{
	return !strcmp(name_of(capture, link->name.id), "lo");
}

enum { LO_MTU = 65536, LO_QUEUE = 1000 }; /* drivers/net/loopback.c */

/* What a link has by itself, or because of others. */
static bool is_by_itself(const struct capture *capture, const struct link *link,
			 const struct attr *row, bool is_ours)
{
	if (row->traits & (ATTR_KEY | ATTR_STATUS | ATTR_ACTION | ATTR_FIXED) ||
	    IS(row, link, up) || IS(row, link, alias) ||
	    (IS(row, link, group) && (is_ours || !link->group)))
		return true;
	if (is_lo(capture, link))
		return !((IS(row, link, mtu) && link->mtu != LO_MTU) ||
			 (IS(row, link, txqlen) && link->txqlen != LO_QUEUE));
	if (IS(row, link, address) && is_kind(link, "bridge"))
		return has_borrowed_mac(capture, link);
	/* A bridge takes the least of its ports'. */
	if (is_kind(link, "bridge") &&
	    (!strncmp(row->name, "gso_", 4) || !strncmp(row->name, "gro_", 4)))
		return true;
	return attr_has_default(&link_table, row, link->kind_info, link) ||
	       (row->traits & ATTR_NO_ZERO && attr_is_zero(row, link));
}

static void put_link_rows(struct capture *capture, const struct link *link, bool is_ours, bool *any)
{
	for (size_t i = 0; i < link_table.count; i++) {
		const struct attr *row = &link_table.rows[i];

		if (attr_has(&link_table, link, row) && !is_by_itself(capture, link, row, is_ours))
			put_row(capture, row, link, any);
	}
}

static void put_data_rows(struct capture *capture, const struct link *link, bool *any)
{
	const struct link_kind *kind = link->kind_info;
	const struct attr_table *table = kind->table;

	for (size_t i = 0; table && i < table->count; i++) {
		const struct attr *row = &table->rows[i];

		if (!attr_has(table, &link->data, row) ||
		    row->traits & (ATTR_KEY | ATTR_STATUS | ATTR_ACTION) ||
		    attr_has_default(table, row, kind, &link->data) ||
		    (row->traits & ATTR_NO_ZERO && attr_is_zero(row, &link->data)) ||
		    (row->traits & ATTR_FLAG && attr_is_zero(row, &link->data)) ||
		    (kind->is_implied && kind->is_implied(&link->data, row)))
			continue;
		/* What they are in new kernels, or follows from other values. */
		if (table == &bridge_table && IS(row, bridge, mcast_startup_query_interval))
			continue;
		put_row(capture, row, &link->data, any);
	}
}

/* The state follows the carrier, the cost the speed. */
static void put_port(struct capture *capture, const struct link *link, bool *any)
{
	bool any_port = false;

	for (size_t i = 0; i < bridge_port_table.count; i++) {
		const struct attr *row = &bridge_port_table.rows[i];

		if (!attr_has(&bridge_port_table, &link->port, row) ||
		    row->traits & (ATTR_STATUS | ATTR_ACTION) || IS(row, bridge_port, state) ||
		    IS(row, bridge_port, cost) ||
		    attr_has_default(&bridge_port_table, row, link->kind_info, &link->port))
			continue;
		if (!any_port)
			yaml_key(capture->text, any, "port");
		put_row(capture, row, &link->port, &any_port);
	}
	if (any_port)
		text_char(capture->text, '}');
}

static void chains_make(struct chains *chains, size_t from, size_t to)
{
	*chains = (struct chains){ .size = 16, .from = from };
	while (chains->size < 2 * (to - from))
		chains->size *= 2;
	chains->slots = memory_new(chains->size, sizeof(*chains->slots));
	chains->last = memory_new(chains->size, sizeof(*chains->last));
	chains->next = memory_new(to - from + 1, sizeof(*chains->next));
}

static void chains_clear(struct chains *chains)
{
	free(chains->slots);
	free(chains->last);
	free(chains->next);
	*chains = (struct chains){ 0 };
}

static struct link_name dev_at(const struct capture *capture, enum object_type type, size_t i)
{
	const void *object = network_at(capture->network, type, i);

	return type == OBJECT_ADDRESS ? ((const struct link_address *)object)->dev
	       : type == OBJECT_VNI   ? ((const struct vni *)object)->dev
				      : ((const struct fdb *)object)->dev;
}

static size_t chain_slot(const struct capture *capture, const struct chains *chains,
			 enum object_type type, struct link_name dev)
{
	size_t at = (dev.id * 2654435761U) & (chains->size - 1);

	while (chains->slots[at] && dev_at(capture, type, chains->slots[at] - 1).id != dev.id)
		at = (at + 1) & (chains->size - 1);
	return at;
}

static void chain_add(const struct capture *capture, struct chains *chains, enum object_type type,
		      size_t i)
{
	size_t at = chain_slot(capture, chains, type, dev_at(capture, type, i));

	if (chains->slots[at])
		chains->next[chains->last[at] - 1 - chains->from] = (uint32_t)i + 1;
	else
		chains->slots[at] = (uint32_t)i + 1;
	chains->last[at] = (uint32_t)i + 1;
}

static bool is_static(const struct capture *capture, enum object_type type, size_t i)
{
	const void *entry = network_at(capture->network, type, i);
	struct link_name dev = { 0 };

	if (type == OBJECT_ADDRESS)
		dev = ((const struct link_address *)entry)->dev;
	else if (type == OBJECT_NEIGHBOUR)
		dev = ((const struct neighbour *)entry)->dev;
	else if (type == OBJECT_FDB)
		dev = ((const struct fdb *)entry)->dev;
	return lab_entry_is_static(type, entry, dev.id ? link_called(capture, dev) : NULL);
}

/* An all-zero entry that says nothing but where to: an element of `remotes`. */
static bool is_remote(const struct capture *capture, const struct fdb *fdb)
{
	static const struct mac flood;

	return !memcmp(&fdb->mac, &flood, sizeof(flood)) && fdb->self && fdb->dst.family &&
	       fdb->state == NUD_PERMANENT && !fdb->port && !fdb->vni && !fdb->via.id &&
	       !fdb->src_vni && !fdb->nhid && is_kind(link_called(capture, fdb->dev), "vxlan");
}

static void remote_words(const struct fdb *fdb, struct text *words)
{
	address_print(fdb->dst.family, fdb->dst.bytes, words);
}

/* The entries of one type that stand with their link: a list. */
static void put_hanging(struct capture *capture, const struct link *link, enum object_type type,
			const struct chains *chains, const char *key, bool *any)
{
	uint32_t i = chains->slots[chain_slot(capture, chains, type, link->name)];
	bool any_entry = false;

	for (; i; i = chains->next[i - 1 - chains->from]) {
		const void *entry = network_at(capture->network, type, i - 1);
		CLEANUP(text_clear) struct text words = { 0 };

		if (any_entry)
			text_puts(capture->text, ", ");
		else
			put_list(capture->text, any, key);
		any_entry = true;
		if (type == OBJECT_FDB)
			remote_words(entry, &words);
		else
			capture_words(type, &capture->context, entry, &words);
		yaml_scalar(capture->text, text_string(&words));
	}
	if (any_entry)
		text_char(capture->text, ']');
}

static void put_altnames(struct capture *capture, const struct link *link, bool *any)
{
	for (uint32_t i = 0; i < link->altnames.count; i++) {
		if (i)
			text_puts(capture->text, ", ");
		else
			put_list(capture->text, any, "altname");
		yaml_scalar(capture->text,
			    name_of(capture, capture->network->pools.names[link->altnames.at + i]));
	}
	if (link->altnames.count)
		text_char(capture->text, ']');
}

static void put_kind(struct capture *capture, const struct link *link, bool is_ours, bool *any)
{
	bool has_peer =
		link->peer.id && strncmp(name_of(capture, link->peer_netns.id), "pid:", 4) != 0;

	if (!link->kind_info || (is_kind(link, "veth") && !is_ours))
		return;
	yaml_pair(capture->text, any, "type", link->kind_info->name);
	if (is_kind(link, "veth") && has_peer)
		put_reference(capture, "peer", link->peer_netns.id, link->peer.id, any);
	else if (!is_kind(link, "veth") && HAS(link, link) && link->link.id)
		put_reference(capture, "link", link->netns.id, link->link.id, any);
}

/* A lab's links are up unless one says otherwise; of others nothing is taken for granted. */
static void put_state(struct capture *capture, const struct link *link, bool is_ours, bool *any)
{
	const char *whole = name_of(capture, link->alias.id);
	const char *alias = is_ours ? lab_alias_split(whole).text : whole;

	if (!is_ours || !link->up)
		yaml_pair(capture->text, any, "up", link->up ? "on" : "off");
	if (*alias)
		yaml_pair(capture->text, any, "alias", alias);
}

static bool is_ours(const struct capture *capture, const struct link *link)
{
	return is_lo(capture, link) ? capture->is_owned
				    : lab_owner(capture->options->lab, capture->context.names,
						link) == OWNER_LAB;
}

/* `lo` is there in every namespace, and up in most. */
static bool is_worth_it(struct capture *capture, const struct link *link)
{
	const struct chains *chains = &capture->addresses;

	if (!is_lo(capture, link))
		return !capture->options->only_lab || is_ours(capture, link);
	return chains->slots[chain_slot(capture, chains, OBJECT_ADDRESS, link->name)] != 0 ||
	       link->mtu != LO_MTU || link->txqlen != LO_QUEUE ||
	       (bool)link->up != capture->is_owned;
}

static void put_link(struct capture *capture, const struct link *link)
{
	bool ours = is_ours(capture, link);
	bool any = false;

	put_indent(capture, 2);
	yaml_scalar(capture->text, name_of(capture, link->name.id));
	text_puts(capture->text, ": ");
	put_kind(capture, link, ours, &any);
	if (!ours)
		yaml_pair(capture->text, &any, "manage", "patch");
	put_state(capture, link, ours, &any);
	put_link_rows(capture, link, ours, &any);
	if (link->kind_info)
		put_data_rows(capture, link, &any);
	if (link->master.id)
		put_port(capture, link, &any);
	put_altnames(capture, link, &any);
	put_hanging(capture, link, OBJECT_ADDRESS, &capture->addresses, "addr", &any);
	put_hanging(capture, link, OBJECT_FDB, &capture->remotes, "remotes", &any);
	put_hanging(capture, link, OBJECT_VNI, &capture->vnis, "vnis", &any);
	text_puts(capture->text, any ? "}\n" : "{}\n");
}

static void put_links(struct capture *capture)
{
	bool any = false;

	for (size_t i = capture->from[OBJECT_LINK]; i < capture->to[OBJECT_LINK]; i++) {
		const struct link *link = network_at(capture->network, OBJECT_LINK, i);

		if (!is_worth_it(capture, link) ||
		    (is_lo(capture, link) && capture->options->only_lab && !capture->is_owned))
			continue;
		if (!any) {
			put_indent(capture, 0);
			text_puts(capture->text, "links:\n");
		}
		any = true;
		put_link(capture, link);
	}
}

static bool is_route_of(struct capture *capture, const struct route_full *full)
{
	struct link_name dev = full->route.hops ? full->nexthop[0].dev : full->route.dev;
	const struct link *link = dev.id ? link_called(capture, dev) : NULL;

	/* A route that is to expire is nobody's to keep. */
	if (ATTR_HAS(&route_detail_table, route_detail, route_detail_of(full), expires))
		return false;
	return !capture->options->only_lab || capture->is_owned || (link && is_ours(capture, link));
}

static bool is_chosen(struct capture *capture, enum object_type type, size_t i)
{
	const void *entry = network_at(capture->network, type, i);
	struct link_name dev = { 0 };
	const struct link *link;

	if (!is_static(capture, type, i))
		return false;
	if (type == OBJECT_ROUTE)
		return is_route_of(capture, entry);
	dev = type == OBJECT_FDB ? ((const struct fdb *)entry)->dev
				 : ((const struct neighbour *)entry)->dev;
	if (type == OBJECT_FDB && is_remote(capture, entry))
		return false;
	link = link_called(capture, dev);
	return !capture->options->only_lab || capture->is_owned || (link && is_ours(capture, link));
}

static void put_entries(struct capture *capture, enum object_type type, const char *key)
{
	bool any = false;

	for (size_t i = capture->from[type]; i < capture->to[type]; i++) {
		CLEANUP(text_clear) struct text words = { 0 };
		const void *entry = network_at(capture->network, type, i);

		if (!is_chosen(capture, type, i))
			continue;
		if (!any) {
			put_indent(capture, 0);
			text_printf(capture->text, "%s:\n", key);
		}
		any = true;
		capture_words(type, &capture->context, entry, &words);
		put_indent(capture, 2);
		text_puts(capture->text, "- ");
		yaml_scalar(capture->text, text_string(&words));
		text_char(capture->text, '\n');
	}
}

/* What of each type is in the namespace, and which entries stand with their link. */
static void begin_body(struct capture *capture)
{
	struct objects *view = &capture->links.objects[OBJECT_LINK];
	const struct objects *all = &capture->network->objects[OBJECT_LINK];

	for (size_t type = 0; type < OBJECT_TYPES; type++) {
		size_t at = capture->from[type] = capture->to[type];

		while (at < capture->network->objects[type].count && type != OBJECT_NETNS &&
		       object_netns((enum object_type)type,
				    network_at(capture->network, (enum object_type)type, at)) ==
			       capture->netns)
			at++;
		capture->to[type] = at;
	}
	*view = (struct objects){ .items = all->items +
					   capture->from[OBJECT_LINK] * sizeof(struct link),
				  .count = capture->to[OBJECT_LINK] - capture->from[OBJECT_LINK] };
	network_index(&capture->links, OBJECT_LINK);
	chains_make(&capture->addresses, capture->from[OBJECT_ADDRESS],
		    capture->to[OBJECT_ADDRESS]);
	chains_make(&capture->remotes, capture->from[OBJECT_FDB], capture->to[OBJECT_FDB]);
	chains_make(&capture->vnis, capture->from[OBJECT_VNI], capture->to[OBJECT_VNI]);
	for (size_t i = capture->from[OBJECT_ADDRESS]; i < capture->to[OBJECT_ADDRESS]; i++)
		if (is_static(capture, OBJECT_ADDRESS, i))
			chain_add(capture, &capture->addresses, OBJECT_ADDRESS, i);
	for (size_t i = capture->from[OBJECT_FDB]; i < capture->to[OBJECT_FDB]; i++)
		if (is_static(capture, OBJECT_FDB, i) &&
		    is_remote(capture, network_at(capture->network, OBJECT_FDB, i)))
			chain_add(capture, &capture->remotes, OBJECT_FDB, i);
	for (size_t i = capture->from[OBJECT_VNI]; i < capture->to[OBJECT_VNI]; i++)
		chain_add(capture, &capture->vnis, OBJECT_VNI, i);
}

static void end_body(struct capture *capture)
{
	free(capture->links.objects[OBJECT_LINK].slots);
	capture->links = (struct network){ 0 };
	chains_clear(&capture->addresses);
	chains_clear(&capture->remotes);
	chains_clear(&capture->vnis);
}

static void put_body(struct capture *capture)
{
	put_links(capture);
	put_entries(capture, OBJECT_ROUTE, "routes");
	put_entries(capture, OBJECT_NEIGHBOUR, "arp");
	put_entries(capture, OBJECT_FDB, "fdb");
}

static bool owns_namespace(struct capture *capture)
{
	struct link_name lo = { names_find(capture->context.names, "lo") };
	const struct link *link = lo.id ? link_called(capture, lo) : NULL;

	return link && lab_owner(capture->options->lab, capture->context.names, link) == OWNER_LAB;
}

/* Whether the lab has anything in a namespace that is not its own. */
static bool has_ours(struct capture *capture)
{
	for (size_t i = capture->from[OBJECT_LINK]; i < capture->to[OBJECT_LINK]; i++) {
		const struct link *link = network_at(capture->network, OBJECT_LINK, i);

		if (!is_lo(capture, link) && is_ours(capture, link))
			return true;
	}
	return false;
}

static void put_namespace(struct capture *capture, bool *any)
{
	size_t before;

	capture->is_owned = owns_namespace(capture);
	if (capture->options->only_lab && !capture->is_owned && !has_ours(capture))
		return;
	if (!*any)
		text_puts(capture->text, "netns:\n");
	*any = true;
	text_puts(capture->text, "  ");
	yaml_scalar(capture->text, name_of(capture, capture->netns));
	text_char(capture->text, ':');
	text_char(capture->text, '\n');
	before = capture->text->length;
	if (!capture->is_owned) {
		put_indent(capture, 0);
		text_puts(capture->text, "manage: patch\n");
	}
	put_body(capture);
	/* A key without a value is an error. */
	if (capture->text->length == before) {
		text_cut(capture->text, before - 1);
		text_puts(capture->text, " {}\n");
	}
}

void capture_print(const struct network *network, const struct attr_context *context,
		   const struct capture_options *options, struct text *text)
{
	struct text out = { 0 };
	struct capture capture = {
		.network = network,
		.options = options,
		.context = *context,
		.text = &out,
	};
	bool any = false;

	text_puts(&out, "ovl: 1\nlab: ");
	yaml_scalar(&out, options->lab);
	text_char(&out, '\n');
	begin_body(&capture);
	put_body(&capture);
	end_body(&capture);
	capture.indent = 4;
	for (size_t i = 0; i < network->objects[OBJECT_NETNS].count; i++) {
		const struct netns *netns = network_at(network, OBJECT_NETNS, i);

		capture.netns = netns->name.id;
		begin_body(&capture);
		put_namespace(&capture, &any);
		end_body(&capture);
	}
	text_put(text, out.bytes, out.length);
	text_clear(&out);
}
