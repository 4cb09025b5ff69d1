/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Objects as JSON, with iproute2's keys. The rows say most of it; what differs
 * for one type of object stands in a function of that object.
 */
#pragma once

#include <stdbool.h>

#include "model/object.h"

struct json;
struct link;
struct pools;
struct route_full;

struct json_options {
	const struct attr_context *context;
	bool details, stats;
	bool brief;                /* the few keys of `ip -br -j` */
	bool with_netns;           /* -A: say which namespace */
	const struct pools *pools; /* of altnames */
};

/* A whole object, with its braces. */
void object_json(enum object_type type, const struct json_options *options, const void *object,
		 struct json *json);

/* The keys of a link without its braces, for "ip -j addr", which adds addr_info. */
void link_json_keys(const struct json_options *options, const struct link *link, bool of_addresses,
		    struct json *json);

/* What a link is as a bridge's port, without braces, by bridge(8)'s words: for "bridge -j link". */
void port_json_keys(const struct json_options *options, const struct link *link, struct json *json);

/* The rows of one part that have a value, with the lists they form. */
void rows_json(const struct attr_table *table, const struct json_options *options,
	       const void *object, struct json *json);
