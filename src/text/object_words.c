/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/object_words.h"

#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "model/address.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/route.h"
#include "model/uapi.h"
#include "model/vni.h"
#include "text/vni_words.h"

static void put_name(const struct attr_context *context, uint32_t name, enum attr_style style,
		     struct text *text)
{
	const char *string = names_text(context->names, name);

	if (style == ATTR_STYLE_IP)
		text_shell_word(text, string);
	else
		text_escaped(text, string, strlen(string));
}

static void blank(struct text *text, size_t start)
{
	/* Not "greater": a text that streams begins anew when it is full. */
	if (text->length != start)
		text_char(text, ' ');
}

/* Rows that are not written as WORD VALUE, but by the object's own function below. */
static bool is_own(const struct attr *row)
{
	return row->traits & ATTR_STATUS;
}

/* To be nobody's port has a word of its own. */
static bool is_no_master(const struct attr_table *table, const struct attr *row, const void *object)
{
	return table == &link_table && row->offset == offsetof(struct link, master) &&
	       attr_is_zero(row, object);
}

static void rows_words(const struct attr_table *table, const struct attr_context *context,
		       const void *object, bool keys, bool others, enum attr_style style,
		       struct text *text, size_t start)
{
	for (const struct attr *row = table->rows; row < table->rows + table->count; row++) {
		bool is_key = row->traits & ATTR_KEY;

		if (is_own(row) || !attr_has(table, object, row) || !(is_key ? keys : others))
			continue;
		blank(text, start);
		if (is_no_master(table, row, object))
			text_puts(text, "nomaster");
		else if (row->traits & ATTR_POSITION)
			attr_print_word(row, context, object, style, text);
		else
			attr_print(row, context, object, style, text);
	}
}

/* What a delete says beside the key: one destination of several. */
static void picking_words(const struct attr_table *table, const struct attr_context *context,
			  const void *object, enum attr_style style, struct text *text)
{
	for (const struct attr *row = table->rows; row < table->rows + table->count; row++) {
		if (!(row->traits & ATTR_PICKS) || !attr_has(table, object, row))
			continue;
		text_char(text, ' ');
		attr_print(row, context, object, style, text);
	}
}

/* Where a link is born; that of one that exists is not among its words. */
static void birthplace(const struct attr_context *context, const struct link *link,
		       enum attr_style style, struct text *text)
{
	if (!link->netns.id)
		return;
	text_puts(text, " netns ");
	/* As the row of a move has it. */
	attr_print_word(ATTR_ROW(&link_table, link, new_netns), context,
			&(struct link){ .new_netns = link->netns }, style, text);
}

static void port_words(const struct attr_context *context, const struct link *link,
		       enum attr_style style, struct text *text, size_t start)
{
	if (!link->port.asked.value)
		return;
	text_puts(text, " type bridge_slave");
	rows_words(&bridge_port_table, context, &link->port, true, true, style, text, start);
}

static bool has_values(const struct attr_table *table, const void *object)
{
	struct attr_set asked;

	memcpy(&asked, (const char *)object + table->asked, sizeof(asked));
	return asked.value;
}

static void data_words(const struct attr_context *context, const struct link *link,
		       enum attr_style style, struct text *text, size_t start)
{
	const struct attr_table *table = link->kind_info->table;
	union link_data data = link->data;

	for (size_t i = 0; style == ATTR_STYLE_IP && i < table->count; i++)
		if (link->kind_info->is_implied &&
		    link->kind_info->is_implied(&data, &table->rows[i]))
			attr_drop(table, &data, &table->rows[i]);
	rows_words(table, context, &data, true, true, style, text, start);
}

static void link_words(const struct attr_context *context, const struct link *link,
		       const struct link *other, bool key_only, bool is_new, enum attr_style style,
		       struct text *text, size_t start)
{
	const struct attr_table *table = link->kind_info ? link->kind_info->table : NULL;
	const struct link *end;

	rows_words(&link_table, context, link, true, false, style, text, start);
	if (key_only)
		return;
	rows_words(&link_table, context, link, false, true, style, text, start);
	if (is_new)
		birthplace(context, link, style, text);
	if (link->kind.id && (is_new || (table && has_values(table, &link->data)))) {
		text_puts(text, " type ");
		put_name(context, link->kind.id, style, text);
	}
	if (table)
		data_words(context, link, style, text, start);
	port_words(context, link, style, text, start);
	end = other;
	if (end) {
		text_puts(text, end->name.id ? " peer name " : " peer");
		rows_words(&link_table, context, end, true, false, style, text, text->length);
		rows_words(&link_table, context, end, false, true, style, text, start);
		birthplace(context, end, style, text);
	}
}

static void put_length(struct text *text, uint8_t length)
{
	text_char(text, '/');
	text_number(text, length);
}

static void address_words(const struct attr_context *context, const struct link_address *address,
			  bool key_only, enum attr_style style, struct text *text, size_t start)
{
	bool peer = ATTR_HAS(&address_table, link_address, address, peer);

	address_print(address->local.family, address->local.bytes, text);
	if (peer) {
		text_puts(text, " peer ");
		address_print(address->peer.family, address->peer.bytes, text);
	}
	put_length(text, address->length);
	for (const struct attr *row = address_table.rows;
	     row < address_table.rows + address_table.count; row++) {
		if (is_own(row) || (row->traits & ATTR_POSITION) ||
		    row->offset == offsetof(struct link_address, peer) ||
		    !attr_has(&address_table, address, row) ||
		    (key_only && !(row->traits & ATTR_KEY)))
			continue;
		blank(text, start);
		attr_print(row, context, address, style, text);
	}
}

/* "rtt 10ms"; what is no whole number of ms stays the kernel's own unit, which has no name. */
static void time_words(uint32_t value, uint32_t unit, struct text *text)
{
	if (value % unit) {
		text_number(text, value);
		return;
	}
	text_number(text, value / unit);
	text_puts(text, "ms");
}

static void feature_words(uint32_t features, struct text *text)
{
	uint32_t left = features;

	for (const struct keyword *feature = route_features; feature->word; feature++) {
		if (!(features & feature->value))
			continue;
		left &= ~(uint32_t)feature->value;
		text_char(text, ' ');
		text_puts(text, feature->word);
	}
	if (left) {
		text_char(text, ' ');
		text_number(text, left);
	}
}

/* "mtu lock 1400": the lock stands behind the metric's word; rto_min is always locked. */
static void metric_words(const struct attr_context *context, const struct route_detail *detail,
			 const struct attr *row, struct text *text)
{
	text_puts(text, row->name);
	if (row->wire == RTAX_FEATURES) {
		feature_words(detail->features, text);
		return;
	}
	if ((detail->lock >> row->wire & 1) && row->wire != RTAX_RTO_MIN)
		text_puts(text, " lock");
	text_char(text, ' ');
	if (row->wire == RTAX_RTT || row->wire == RTAX_RTTVAR || row->wire == RTAX_RTO_MIN)
		time_words((uint32_t)attr_integer(attr_value(row, detail), row->size),
			   row->wire == RTAX_RTT      ? 8
			   : row->wire == RTAX_RTTVAR ? 4
						      : 1,
			   text);
	else
		attr_print_value(row, context, detail, text);
}

static void detail_words(const struct attr_context *context, const struct route_detail *detail,
			 enum attr_style style, struct text *text)
{
	for (const struct attr *row = route_detail_table.rows;
	     row < route_detail_table.rows + route_detail_table.count; row++) {
		if ((row->traits & ATTR_STATUS) || !attr_has(&route_detail_table, detail, row) ||
		    row->wire == RTAX_LOCK)
			continue;
		text_char(text, ' ');
		if (row->nest == RTA_METRICS)
			metric_words(context, detail, row, text);
		else if (row->wire == RTA_TTL_PROPAGATE && style == ATTR_STYLE_IP)
			text_puts(text, detail->ttl_propagate ? "ttl-propagate enabled"
							      : "ttl-propagate disabled");
		else
			attr_print(row, context, detail, style, text);
	}
}

static void via_words(const struct address *via, uint8_t family, struct text *text)
{
	text_puts(text, via->family == family ? " via "
			: via->family == IPV6 ? " via inet6 "
					      : " via inet ");
	address_print(via->family, via->bytes, text);
}

static void nexthop_words(const struct attr_context *context, const struct route_full *full,
			  enum attr_style style, struct text *text)
{
	for (uint32_t i = 0; i < full->route.hops; i++) {
		const struct nexthop *hop = &full->nexthop[i];

		text_puts(text, " nexthop");
		if (hop->via.family)
			via_words(&hop->via, full->route.dst.family, text);
		if (hop->dev.id) {
			text_char(text, ' ');
			attr_print(ATTR_ROW(&nexthop_table, nexthop, dev), context, hop, style,
				   text);
		}
		if (ATTR_HAS(&nexthop_table, nexthop, hop, realms)) {
			text_char(text, ' ');
			attr_print(ATTR_ROW(&nexthop_table, nexthop, realms), context, hop, style,
				   text);
		}
		text_puts(text, " weight ");
		text_number(text, hop->weight_less_one + 1U);
		if (hop->onlink)
			text_puts(text, " onlink");
	}
}

static void encap_words(const struct route_detail *detail, struct text *text)
{
	bool six = detail->encap == LWTUNNEL_ENCAP_IP6;

	text_puts(text, " encap ");
	text_puts(text, route_encap_name(detail->encap));
	if (detail->encap_id) {
		text_puts(text, " id ");
		text_number(text, detail->encap_id);
	}
	if (detail->encap_src.family) {
		text_puts(text, " src ");
		address_print(detail->encap_src.family, detail->encap_src.bytes, text);
	}
	if (detail->encap_dst.family) {
		text_puts(text, " dst ");
		address_print(detail->encap_dst.family, detail->encap_dst.bytes, text);
	}
	if (detail->encap_ttl) {
		text_puts(text, six ? " hoplimit " : " ttl ");
		text_number(text, detail->encap_ttl);
	}
	if (detail->encap_tos) {
		text_puts(text, six ? " tc " : " tos ");
		text_hex(text, detail->encap_tos);
	}
	for (const struct keyword *flag = route_encap_flags; flag->word; flag++) {
		if (!(detail->encap_flags & flag->value))
			continue;
		text_char(text, ' ');
		text_puts(text, flag->word);
	}
}

void route_words_rest(const struct attr_context *context, const struct route_full *full,
		      enum attr_style style, struct text *text)
{
	if (route_detail_of(full)->encap)
		encap_words(route_detail_of(full), text);
	detail_words(context, route_detail_of(full), style, text);
	nexthop_words(context, full, style, text);
}

static void route_words(const struct attr_context *context, const struct route_full *full,
			enum attr_style style, struct text *text, size_t start)
{
	const struct route *route = &full->route;
	struct attr_context family = *context;

	/* "default" is IPv4's unless the command says otherwise. */
	if (style == ATTR_STYLE_IP)
		family.family = route->dst.family;
	for (const struct attr *row = route_table.rows; row < route_table.rows + route_table.count;
	     row++) {
		if (is_own(row) || !attr_has(&route_table, route, row))
			continue;
		blank(text, start);
		if (row->offset == offsetof(struct route, dst))
			attr_print_raw(row, &family, route, text);
		else
			attr_print(row, &family, route, style, text);
	}
	if (ATTR_HAS(&route_detail_table, route_detail, route_detail_of(full), via))
		via_words(&route_detail_of(full)->via, route->dst.family, text);
	route_words_rest(context, full, style, text);
}

static void vni_words(const struct attr_context *context, const struct vni *vni,
		      enum attr_style style, struct text *text)
{
	text_puts(text, "dev ");
	put_name(context, vni->dev.id, style, text);
	text_puts(text, " vni ");
	vni_words_put(vni, text);
}

/* ip(8) takes the address of a proxy entry as the value of `proxy`. */
static void neighbour_words(const struct attr_context *context, const void *object, bool key_only,
			    enum attr_style style, struct text *text, size_t start)
{
	struct neighbour neighbour = *(const struct neighbour *)object;

	if (neighbour.proxy) {
		text_puts(text, "proxy ");
		start = text->length;
		attr_drop(&neighbour_table, &neighbour,
			  ATTR_ROW(&neighbour_table, neighbour, proxy));
	}
	rows_words(&neighbour_table, context, &neighbour, true, false, style, text, start);
	if (!key_only)
		rows_words(&neighbour_table, context, &neighbour, false, true, style, text, start);
	else
		picking_words(&neighbour_table, context, &neighbour, style, text);
}

void object_words(enum object_type type, const struct attr_context *context, const void *object,
		  const void *other, enum words_extent extent, enum attr_style style,
		  struct text *text)
{
	bool key_only = extent == WORDS_KEY;
	size_t start = text->length;
	struct part parts[PARTS];
	void *writable;

	memcpy(&writable, &object, sizeof(writable));
	switch (type) {
	case OBJECT_LINK:
		link_words(context, object, other, extent == WORDS_KEY, extent == WORDS_NEW, style,
			   text, start);
		break;
	case OBJECT_ADDRESS:
		address_words(context, object, key_only, style, text, start);
		break;
	case OBJECT_ROUTE:
		route_words(context, object, style, text, start);
		break;
	case OBJECT_VNI:
		vni_words(context, object, style, text);
		break;
	case OBJECT_NEIGHBOUR:
		neighbour_words(context, object, key_only, style, text, start);
		break;
	case OBJECT_NETNS:
	case OBJECT_FDB:
	case OBJECT_ALTNAME:
	case OBJECT_SYSCTL:
	case OBJECT_TYPES:
		object_info(type)->parts(writable, parts);
		rows_words(parts[0].table, context, object, true, false, style, text, start);
		if (!key_only)
			rows_words(parts[0].table, context, object, false, true, style, text,
				   start);
		else
			picking_words(parts[0].table, context, object, style, text);
		break;
	}
}

void object_title(enum object_type type, const struct attr_context *context, const void *object,
		  uint32_t netns, struct text *text)
{
	const struct link *link = object;
	const char *name = names_text(context->names, netns);

	/* A link is called by its kind: "vxlan 'vx0'". */
	text_puts(text, type == OBJECT_LINK && link->kind_info
				? names_text(context->names, link->kind.id)
				: object_info(type)->name);
	text_puts(text, " '");
	object_words(type, context, object, NULL, WORDS_KEY, ATTR_STYLE_OVL, text);
	text_char(text, '\'');
	if (!netns)
		return;
	text_puts(text, " in netns '");
	text_escaped(text, name, strlen(name));
	text_char(text, '\'');
}
