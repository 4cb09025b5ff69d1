/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/capture.h"

#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "model/address.h"
#include "model/altname.h"
#include "model/defaults.h"
#include "model/fdb.h"
#include "model/lab.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/netns.h"
#include "model/network.h"
#include "model/route.h"
#include "model/uapi.h"
#include "text/capture_words.h"
#include "text/topology_write.h"
#include "text/yaml.h"

#define HAS(pointer, member) ATTR_HAS(&link_table, link, pointer, member)
#define IS(row, type, member) ((row)->offset == offsetof(struct type, member))

/* One namespace being written. */
struct capture {
	struct topology_writer writer;
	const struct network *network;
	const struct capture_options *options;
	bool is_owned; /* the namespace is the lab's */
};

static const char *name_of(const struct capture *capture, uint32_t id)
{
	return names_text(capture->writer.context.names, id);
}

static bool is_kind(const struct link *link, const char *kind)
{
	return link && link->kind_info && !strcmp(link->kind_info->name, kind);
}

/* A bridge without a MAC of its own takes that of one of its ports; when the last one goes, it has none. */
static bool has_borrowed_mac(const struct capture *capture, const struct link *bridge)
{
	if (lladdr_is_zero(&bridge->address))
		return true;
	for (size_t i = capture->writer.from[OBJECT_LINK]; i < capture->writer.to[OBJECT_LINK];
	     i++) {
		const struct link *port = network_at(capture->network, OBJECT_LINK, i);

		if (port->master.id == bridge->name.id &&
		    !memcmp(&port->address, &bridge->address, sizeof(port->address)))
			return true;
	}
	return false;
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
	if (writer_is_lo(&capture->writer, link))
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
			writer_put_row(&capture->writer, row, link, any);
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
		writer_put_row(&capture->writer, row, &link->data, any);
	}
}

/* The state follows the carrier, the cost the speed unless somebody set it. */
static void put_port(struct capture *capture, const struct link *link, bool *any)
{
	bool any_port = false;

	for (size_t i = 0; i < bridge_port_table.count; i++) {
		const struct attr *row = &bridge_port_table.rows[i];

		if (!attr_has(&bridge_port_table, &link->port, row) ||
		    row->traits & (ATTR_STATUS | ATTR_ACTION) || IS(row, bridge_port, state) ||
		    (IS(row, bridge_port, cost) && port_has_usual_cost(link)) ||
		    attr_has_default(&bridge_port_table, row, link->kind_info, &link->port))
			continue;
		if (!any_port)
			yaml_key(capture->writer.text, any, "port");
		writer_put_row(&capture->writer, row, &link->port, &any_port);
	}
	if (any_port)
		text_char(capture->writer.text, '}');
}

static bool is_static(const struct capture *capture, enum object_type type, const void *entry)
{
	struct link_name dev = { 0 };

	if (type == OBJECT_ADDRESS)
		dev = ((const struct link_address *)entry)->dev;
	else if (type == OBJECT_NEIGHBOUR)
		dev = ((const struct neighbour *)entry)->dev;
	else if (type == OBJECT_FDB)
		dev = ((const struct fdb *)entry)->dev;
	return lab_entry_is_static(type, entry, dev.id ? writer_link(&capture->writer, dev) : NULL);
}

/* An all-zero entry that says nothing but where to: an element of `remotes`. */
static bool is_remote(void *cookie, const struct fdb *fdb)
{
	static const struct mac flood;
	const struct capture *capture = cookie;

	return !memcmp(&fdb->mac, &flood, sizeof(flood)) && fdb->self && fdb->dst.family &&
	       fdb->state == NUD_PERMANENT && !fdb->port && !fdb->vni && !fdb->via.id &&
	       !fdb->src_vni && !fdb->nhid &&
	       is_kind(writer_link(&capture->writer, fdb->dev), "vxlan");
}

static void put_kind(struct capture *capture, const struct link *link, bool is_ours, bool *any)
{
	bool has_peer =
		link->peer.id && strncmp(name_of(capture, link->peer_netns.id), "pid:", 4) != 0;

	if (!link->kind_info || (is_kind(link, "veth") && !is_ours))
		return;
	yaml_pair(capture->writer.text, any, "type", link->kind_info->name);
	if (is_kind(link, "veth") && has_peer)
		writer_put_reference(&capture->writer, "peer", link->peer_netns.id, link->peer.id,
				     any);
	else if (!is_kind(link, "veth") && HAS(link, link) && link->link.id)
		writer_put_reference(&capture->writer, "link", link->netns.id, link->link.id, any);
}

/* A lab's links are up unless one says otherwise; of others nothing is taken for granted. */
static void put_state(struct capture *capture, const struct link *link, bool is_ours, bool *any)
{
	const char *whole = name_of(capture, link->alias.id);
	const char *alias = is_ours ? lab_alias_split(whole).text : whole;

	if (!is_ours || !link->up)
		yaml_pair(capture->writer.text, any, "up", link->up ? "on" : "off");
	if (*alias)
		yaml_pair(capture->writer.text, any, "alias", alias);
}

static bool is_ours(const struct capture *capture, const struct link *link)
{
	return writer_is_lo(&capture->writer, link)
		       ? capture->is_owned
		       : lab_owner(capture->options->lab, capture->writer.context.names, link) ==
				 OWNER_LAB;
}

/* `lo` is there in every namespace, and up in most. */
static bool is_worth_it(struct capture *capture, const struct link *link)
{
	if (!writer_is_lo(&capture->writer, link))
		return !capture->options->only_lab || is_ours(capture, link);
	return writer_has_hanging(&capture->writer, HANGING_ADDRESSES, link) ||
	       link->mtu != LO_MTU || link->txqlen != LO_QUEUE ||
	       (bool)link->up != capture->is_owned;
}

static void put_link(struct capture *capture, const struct link *link, bool *any_link)
{
	struct topology_writer *writer = &capture->writer;
	bool ours = is_ours(capture, link);
	bool any = false;

	writer_begin_link(writer, link, any_link);
	put_kind(capture, link, ours, &any);
	if (!ours)
		yaml_pair(writer->text, &any, "manage", "patch");
	put_state(capture, link, ours, &any);
	put_link_rows(capture, link, ours, &any);
	if (link->kind_info)
		put_data_rows(capture, link, &any);
	if (link->master.id)
		put_port(capture, link, &any);
	writer_put_hanging(writer, HANGING_ALTNAMES, link, &any);
	writer_put_hanging(writer, HANGING_ADDRESSES, link, &any);
	writer_put_hanging(writer, HANGING_REMOTES, link, &any);
	writer_put_hanging(writer, HANGING_VNIS, link, &any);
	writer_end_link(writer, any);
}

static void put_links(struct capture *capture)
{
	bool any = false;

	for (size_t i = capture->writer.from[OBJECT_LINK]; i < capture->writer.to[OBJECT_LINK];
	     i++) {
		const struct link *link = network_at(capture->network, OBJECT_LINK, i);

		if (!is_worth_it(capture, link) ||
		    (writer_is_lo(&capture->writer, link) && capture->options->only_lab &&
		     !capture->is_owned))
			continue;
		put_link(capture, link, &any);
	}
}

static bool is_route_of(struct capture *capture, const struct route_full *full)
{
	struct link_name dev = full->route.hops ? full->nexthop[0].dev : full->route.dev;
	const struct link *link = dev.id ? writer_link(&capture->writer, dev) : NULL;

	/* A route that is to expire is nobody's to keep. */
	if (ATTR_HAS(&route_detail_table, route_detail, route_detail_of(full), expires))
		return false;
	return !capture->options->only_lab || capture->is_owned || (link && is_ours(capture, link));
}

static bool is_chosen(void *cookie, enum object_type type, const void *entry)
{
	struct capture *capture = cookie;
	struct link_name dev = { 0 };
	const struct link *link;

	/* They stand with their link, if that is written. */
	if (type == OBJECT_ALTNAME || type == OBJECT_VNI)
		return true;
	if (!is_static(capture, type, entry))
		return false;
	if (type == OBJECT_ADDRESS)
		return true;
	if (type == OBJECT_ROUTE)
		return is_route_of(capture, entry);
	dev = type == OBJECT_FDB ? ((const struct fdb *)entry)->dev
				 : ((const struct neighbour *)entry)->dev;
	link = writer_link(&capture->writer, dev);
	return !capture->options->only_lab || capture->is_owned || (link && is_ours(capture, link));
}

static void put_words(void *cookie, enum object_type type, const void *entry, struct text *words)
{
	const struct capture *capture = cookie;
	const struct fdb *fdb = entry;

	if (type == OBJECT_ALTNAME)
		text_puts(words, name_of(capture, ((const struct altname *)entry)->name.id));
	else if (type == OBJECT_FDB && is_remote(cookie, fdb))
		address_print(fdb->dst.family, fdb->dst.bytes, words);
	else
		capture_words(type, &capture->writer.context, entry, words);
}

static void put_body(struct capture *capture)
{
	put_links(capture);
	writer_put_entries(&capture->writer, OBJECT_ROUTE, "routes");
	writer_put_entries(&capture->writer, OBJECT_NEIGHBOUR, "arp");
	writer_put_entries(&capture->writer, OBJECT_FDB, "fdb");
}

static bool owns_namespace(struct capture *capture)
{
	struct link_name lo = { names_find(capture->writer.context.names, "lo") };
	const struct link *link = lo.id ? writer_link(&capture->writer, lo) : NULL;

	return link &&
	       lab_owner(capture->options->lab, capture->writer.context.names, link) == OWNER_LAB;
}

/* Whether the lab has anything in a namespace that is not its own. */
static bool has_ours(struct capture *capture)
{
	for (size_t i = capture->writer.from[OBJECT_LINK]; i < capture->writer.to[OBJECT_LINK];
	     i++) {
		const struct link *link = network_at(capture->network, OBJECT_LINK, i);

		if (!writer_is_lo(&capture->writer, link) && is_ours(capture, link))
			return true;
	}
	return false;
}

static void put_namespace(struct capture *capture, bool *any)
{
	size_t begun;

	capture->is_owned = owns_namespace(capture);
	if (capture->options->only_lab && !capture->is_owned && !has_ours(capture))
		return;
	writer_choose_hanging(&capture->writer);
	begun = writer_begin_netns(&capture->writer, any);
	if (!capture->is_owned)
		writer_put_line(&capture->writer, 0, "manage: patch");
	put_body(capture);
	writer_end_netns(&capture->writer, begun);
}

void capture_print(const struct network *network, const struct attr_context *context,
		   const struct capture_options *options, struct text *text)
{
	static const struct writer_choice choice = { is_chosen, is_remote, put_words };
	struct text out = { 0 };
	struct capture capture = {
		.writer = { .network = network,
			    .context = *context,
			    .text = &out,
			    .choice = &choice,
			    .cookie = &capture },
		.network = network,
		.options = options,
	};
	bool any = false;

	writer_put_head(&capture.writer, options->lab);
	writer_begin_body(&capture.writer, 0);
	writer_choose_hanging(&capture.writer);
	put_body(&capture);
	writer_end_body(&capture.writer);
	for (size_t i = 0; i < network->objects[OBJECT_NETNS].count; i++) {
		const struct netns *netns = network_at(network, OBJECT_NETNS, i);

		writer_begin_body(&capture.writer, netns->name.id);
		put_namespace(&capture, &any);
		writer_end_body(&capture.writer);
	}
	text_put(text, out.bytes, out.length);
	text_clear(&out);
}
