/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/object_json.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "model/address.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/route.h"
#include "model/uapi.h"

static bool is_shown(const struct attr *row, const struct json_options *options, const void *object)
{
	if ((row->traits & ATTR_HIDDEN) || ((row->traits & ATTR_DETAIL) && !options->details) ||
	    ((row->traits & ATTR_STATS) && !options->stats))
		return false;
	/* Where an object is: place_json(). A namespace's own name is no such row. */
	if (row->type == &attr_type_netns_name && (row->traits & ATTR_KEY) &&
	    (row->traits & ATTR_STATUS))
		return false;
	if (!(row->traits & ATTR_NO_ZERO))
		return true;
	if (row->type == &attr_type_address)
		return !address_is_zero(attr_value(row, object));
	return !attr_is_zero(row, object);
}

/* Rows that form one array are neighbours; the array is there even when it is empty. */
static size_t list_json(const struct attr_table *table, size_t at,
			const struct json_options *options, const void *object, struct json *json)
{
	const char *list = table->rows[at].list;
	bool always = table->rows[at].type == &attr_type_bool, open = always;
	size_t i = at;

	if (always)
		json_open_array(json, list);
	for (; i < table->count && table->rows[i].list && !strcmp(table->rows[i].list, list); i++) {
		const struct attr *row = &table->rows[i];

		if (!attr_has(table, object, row) || !is_shown(row, options, object))
			continue;
		if (!open)
			json_open_array(json, list);
		open = true;
		attr_json(row, options->context, object, json);
	}
	if (open)
		json_close_array(json);
	return i - 1;
}

/* With -A. Not marked in the object, since nobody asked for it: the reader knows where it reads. */
static void place_json(const struct json_options *options, uint32_t netns, struct json *json)
{
	if (options->with_netns)
		json_string(json, "netns", names_text(options->context->names, netns));
}

static void part_json(const struct attr_table *table, const struct json_options *options,
		      const void *object, uint64_t left_out, struct json *json)
{
	uint64_t asked;

	memcpy(&asked, (const char *)object + table->asked, sizeof(asked));
	asked &= ~left_out;
	for (size_t i = 0; i < table->count; i++) {
		const struct attr *row = &table->rows[i];

		if (row->list && !(left_out >> i & 1))
			i = list_json(table, i, options, object, json);
		else if ((asked >> i & 1) && is_shown(row, options, object))
			attr_json(row, options->context, object, json);
	}
}

void rows_json(const struct attr_table *table, const struct json_options *options,
	       const void *object, struct json *json)
{
	part_json(table, options, object, 0, json);
}

static void stats_json(const struct link_stats *stats, struct json *json)
{
	json_open_object(json, "stats64");
	json_open_object(json, "rx");
	json_number(json, "bytes", stats->rx_bytes);
	json_number(json, "packets", stats->rx_packets);
	json_number(json, "errors", stats->rx_errors);
	json_number(json, "dropped", stats->rx_dropped);
	json_number(json, "over_errors", stats->rx_over_errors);
	json_number(json, "multicast", stats->multicast);
	json_close_object(json);
	json_open_object(json, "tx");
	json_number(json, "bytes", stats->tx_bytes);
	json_number(json, "packets", stats->tx_packets);
	json_number(json, "errors", stats->tx_errors);
	json_number(json, "dropped", stats->tx_dropped);
	json_number(json, "carrier_errors", stats->carrier_errors);
	json_number(json, "collisions", stats->collisions);
	json_close_object(json);
	json_close_object(json);
}

static void info_json(const struct json_options *options, const struct link *link,
		      struct json *json)
{
	const struct names *names = options->context->names;
	const struct link_kind *kind = link->kind_info;

	json_open_object(json, "linkinfo");
	if (link->kind.id)
		json_string(json, "info_kind", names_text(names, link->kind.id));
	if (kind && kind->table) {
		json_open_object(json, "info_data");
		rows_json(kind->table, options, &link->data, json);
		if (kind->json)
			kind->json(&link->data, options->context, json);
		json_close_object(json);
	}
	if (link->port_kind.id) {
		json_string(json, "info_slave_kind", names_text(names, link->port_kind.id));
		if (link->port.asked.value) {
			json_open_object(json, "info_slave_data");
			rows_json(&bridge_port_table, options, &link->port, json);
			bridge_port_json(&link->port, options->context, json);
			json_close_object(json);
		}
	}
	json_close_object(json);
}

/* The rows of all members but these. */
static uint64_t all_but(const struct attr_table *table, const size_t *members, size_t count)
{
	uint64_t left_out = UINT64_MAX;

	for (size_t i = 0; i < count; i++)
		left_out &= ~attr_bit(table, attr_row(table, members[i]));
	return left_out;
}

/* What `ip -br` leaves out of a link: all but its name, state, MAC, flags and the link below. */
static uint64_t not_brief(bool of_addresses)
{
	static const size_t members[] = {
		offsetof(struct link, link),
		offsetof(struct link, link_index),
		offsetof(struct link, name),
		offsetof(struct link, operstate),
	};
	const struct attr *address = ATTR_ROW(&link_table, link, address);
	uint64_t left_out = all_but(&link_table, members, sizeof(members) / sizeof(*members));

	for (size_t i = 0; i < link_table.count && !of_addresses; i++)
		if (link_table.rows[i].list || &link_table.rows[i] == address)
			left_out &= ~(UINT64_C(1) << i);
	return left_out;
}

/* What `ip addr` leaves out of what `ip link` says of a link. */
static uint64_t not_of_addresses(void)
{
	return attr_bit(&link_table, ATTR_ROW(&link_table, link, linkmode)) |
	       attr_bit(&link_table, ATTR_ROW(&link_table, link, addrgenmode));
}

void link_json_keys(const struct json_options *options, const struct link *link, bool of_addresses,
		    struct json *json)
{
	const struct names *names = options->context->names;
	uint64_t left_out = of_addresses ? not_of_addresses() : 0;

	/* `ip addr` tells the alias with -d only, `ip link` always. */
	if (of_addresses && !options->details)
		left_out |= attr_bit(&link_table, ATTR_ROW(&link_table, link, alias));
	if (options->brief)
		left_out |= not_brief(of_addresses);
	/* A link below that is in no namespace any more, or none at all: "link": null. */
	if (ATTR_HAS(&link_table, link, link, link) && !link->link.id) {
		left_out |= attr_bit(&link_table, ATTR_ROW(&link_table, link, link));
		json_null(json, "link");
	}
	place_json(options, link->netns.id, json);
	part_json(&link_table, options, link, left_out, json);
	if (options->brief)
		return;
	if (options->details && (link->kind.id || link->port_kind.id))
		info_json(options, link, json);
	if (link->peer.id || link->peer_netns.id) {
		json_open_object(json, "peer");
		if (link->peer_netns.id)
			json_string(json, "netns", names_text(names, link->peer_netns.id));
		if (link->peer.id)
			json_string(json, "ifname", names_text(names, link->peer.id));
		json_close_object(json);
	}
	if (options->stats)
		stats_json(&link->stats, json);
	if (link->altnames.count && options->pools) {
		json_open_array(json, "altnames");
		for (uint32_t i = 0; i < link->altnames.count; i++)
			json_string(
				json, NULL,
				names_text(names, options->pools->names[link->altnames.at + i]));
		json_close_array(json);
	}
}

void port_json_keys(const struct json_options *options, const struct link *link, struct json *json)
{
	for (size_t i = 0; i < bridge_port_table.count; i++) {
		const struct attr *row = &bridge_port_table.rows[i];

		if (attr_has(&bridge_port_table, &link->port, row) &&
		    is_shown(row, options, &link->port))
			row->type->json(row, options->context, attr_value(row, &link->port),
					row->name, json);
	}
}

/* `ip route` does not say what is usual: unicast, table main, protocol boot, scope global. */
static uint64_t usual_of_route(const struct route *route, bool details)
{
	uint64_t usual = 0;

	if (route->cloned)
		usual = attr_bit(&route_table, ATTR_ROW(&route_table, route, protocol)) |
			attr_bit(&route_table, ATTR_ROW(&route_table, route, scope));
	/* Some answers to a lookup are of no table. */
	if (!route->table)
		usual |= attr_bit(&route_table, ATTR_ROW(&route_table, route, table));
	if (details)
		return usual;
	if (route->type == RTN_UNICAST)
		usual |= attr_bit(&route_table, ATTR_ROW(&route_table, route, type));
	if (route->table == RT_TABLE_MAIN)
		usual |= attr_bit(&route_table, ATTR_ROW(&route_table, route, table));
	if (route->protocol == RTPROT_BOOT)
		usual |= attr_bit(&route_table, ATTR_ROW(&route_table, route, protocol));
	if (route->scope == RT_SCOPE_UNIVERSE)
		usual |= attr_bit(&route_table, ATTR_ROW(&route_table, route, scope));
	return usual;
}

static void address_json(const char *key, const struct address *address, struct json *json)
{
	CLEANUP(text_clear) struct text text = { 0 };

	if (!address->family)
		return;
	address_print(address->family, address->bytes, &text);
	json_plain(json, key, text.bytes, text.length);
}

static void via_json(const struct address *via, struct json *json)
{
	json_open_object(json, "via");
	json_string(json, "family", via->family == IPV6 ? "inet6" : "inet");
	address_json("host", via, json);
	json_close_object(json);
}

static void encap_json(const struct route_detail *detail, struct json *json)
{
	bool six = detail->encap == LWTUNNEL_ENCAP_IP6;

	json_open_object(json, "encap");
	json_string(json, "encap_type", route_encap_name(detail->encap));
	if (six || detail->encap == LWTUNNEL_ENCAP_IP) {
		json_number(json, "id", detail->encap_id);
		address_json("src", &detail->encap_src, json);
		address_json("dst", &detail->encap_dst, json);
		json_number(json, six ? "hoplimit" : "ttl", detail->encap_ttl);
		json_number(json, six ? "tc" : "tos", detail->encap_tos);
		for (const struct keyword *flag = route_encap_flags; flag->word; flag++)
			if (detail->encap_flags & flag->value)
				json_bool(json, flag->word, true);
	}
	json_close_object(json);
}

/* One metric; what has a scale or a name of its bits is not as its row would have it. */
static void metric_json(const struct json_options *options, const struct route_detail *detail,
			const struct attr *row, struct json *json)
{
	uint32_t left = detail->features & ~(uint32_t)(RTAX_FEATURE_ECN | RTAX_FEATURE_TCP_USEC_TS);

	switch (row->wire) {
	case RTAX_LOCK:
		break;
	case RTAX_RTT:
		json_number(json, row->name, detail->rtt / 8);
		break;
	case RTAX_RTTVAR:
		json_number(json, row->name, detail->rttvar / 4);
		break;
	case RTAX_FEATURES:
		for (const struct keyword *feature = route_features; feature->word; feature++)
			if (detail->features & feature->value)
				json_bool(json, feature->word, true);
		if (left)
			json_hex(json, row->name, detail->features);
		break;
	default:
		attr_json(row, options->context, detail, json);
	}
}

/* The metrics stand in an object of their own. */
static uint64_t metric_rows(void)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < route_detail_table.count; i++)
		if (route_detail_table.rows[i].nest == RTA_METRICS)
			rows |= UINT64_C(1) << i;
	return rows;
}

/* [{"mtu": 1400}]; a metric that is only locked is 0. */
static void metrics_json(const struct json_options *options, const struct route_detail *detail,
			 struct json *json)
{
	bool open = false;

	for (size_t i = 0; i < route_detail_table.count; i++) {
		const struct attr *row = &route_detail_table.rows[i];
		bool has = attr_has(&route_detail_table, detail, row);

		if (row->nest != RTA_METRICS || (!has && !(detail->lock >> row->wire & 1)))
			continue;
		if (!open) {
			json_open_array(json, "metrics");
			json_open_object(json, NULL);
		}
		open = true;
		metric_json(options, detail, row, json);
	}
	if (open) {
		json_close_object(json);
		json_close_array(json);
	}
}

static void nexthops_json(const struct json_options *options, const struct route_full *full,
			  struct json *json)
{
	json_open_array(json, "nexthops");
	for (uint32_t i = 0; i < full->route.hops; i++) {
		const struct nexthop *hop = &full->nexthop[i];
		bool other = hop->via.family && hop->via.family != full->route.dst.family;
		uint64_t via = attr_bit(&nexthop_table, ATTR_ROW(&nexthop_table, nexthop, via));

		json_open_object(json, NULL);
		if (other)
			via_json(&hop->via, json);
		json_number(json, "weight", hop->weight_less_one + 1U);
		part_json(&nexthop_table, options, hop, other ? via : 0, json);
		json_close_object(json);
	}
	json_close_array(json);
}

/* What the answer to a lookup says of the way taken; IPv4 only. */
static void cache_json(uint32_t cache, struct json *json)
{
	json_open_array(json, "cache");
	for (const struct keyword *flag = route_cache_flags; flag->word; flag++)
		if (cache & flag->value)
			json_string(json, NULL, flag->word);
	json_close_array(json);
}

static void route_json(const struct json_options *options, const struct route_full *full,
		       struct json *json)
{
	const struct route *route = &full->route;
	const struct route_detail *detail = route_detail_of(full);

	part_json(&route_table, options, route, usual_of_route(route, options->details), json);
	if (detail->asked.value) {
		if (ATTR_HAS(&route_detail_table, route_detail, detail, via))
			via_json(&detail->via, json);
		part_json(&route_detail_table, options, detail, metric_rows(), json);
		metrics_json(options, detail, json);
	}
	if (detail->encap)
		encap_json(detail, json);
	if (route->cloned && route->dst.family == IPV4)
		cache_json(detail->cache, json);
	if (route->hops)
		nexthops_json(options, full, json);
}

/* As ip(8) has it, which tells what the kernel does. */
static void link_address_json(const struct json_options *options,
			      const struct link_address *address, uint64_t left_out,
			      struct json *json)
{
	struct link_address told = *address;

	if (address_conceals_end(&told))
		told.preferred_lft = UINT32_MAX;
	part_json(&address_table, options, &told, left_out, json);
}

static void plain_json(enum object_type type, const struct json_options *options,
		       const void *object, struct json *json)
{
	static const size_t of_address[] = {
		offsetof(struct link_address, local),
		offsetof(struct link_address, peer),
		offsetof(struct link_address, length),
		offsetof(struct link_address, metric),
	};
	static const size_t of_neighbour[] = {
		offsetof(struct neighbour, dst),
		offsetof(struct neighbour, dev),
		offsetof(struct neighbour, lladdr),
	};
	struct part parts[PARTS];
	uint64_t left_out = 0;
	void *writable;

	/* parts() gives writable pointers; nothing is written through these. */
	memcpy(&writable, &object, sizeof(writable));
	object_info(type)->parts(writable, parts);
	if (options->brief && type == OBJECT_ADDRESS)
		left_out = all_but(&address_table, of_address,
				   sizeof(of_address) / sizeof(*of_address));
	else if (options->brief && type == OBJECT_NEIGHBOUR)
		left_out = all_but(&neighbour_table, of_neighbour,
				   sizeof(of_neighbour) / sizeof(*of_neighbour));
	if (type == OBJECT_ADDRESS)
		link_address_json(options, object, left_out, json);
	else
		part_json(parts[0].table, options, parts[0].object, left_out, json);
}

void object_json(enum object_type type, const struct json_options *options, const void *object,
		 struct json *json)
{
	json_open_object(json, NULL);
	if (type == OBJECT_LINK) {
		link_json_keys(options, object, false, json);
	} else {
		place_json(options, object_netns(type, object), json);
		if (type == OBJECT_ROUTE)
			route_json(options, object, json);
		else
			plain_json(type, options, object, json);
	}
	json_close_object(json);
}
