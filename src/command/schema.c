/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/schema.h"

#include <stdio.h>
#include <string.h>

#include "attr/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "base/words.h"
#include "model/address.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/route.h"
#include "topology/load_link.h"

static void put_type(struct json *json, const char *key, const char *type)
{
	json_open_object(json, key);
	json_string(json, "type", type);
	json_close_object(json);
}

static void put_reference(struct json *json, const char *key, const char *definition)
{
	char path[96];

	snprintf(path, sizeof(path), "#/definitions/%s", definition);
	json_open_object(json, key);
	json_string(json, "$ref", path);
	json_close_object(json);
}

static void put_described(struct json *json, const char *key, const char *definition,
			  const char *help)
{
	/* What stands beside a $ref is not looked at: draft 07. */
	json_open_object(json, key);
	json_string(json, "description", help);
	json_open_array(json, "allOf");
	put_reference(json, NULL, definition);
	json_close_array(json);
	json_close_object(json);
}

static void put_words(struct json *json, const struct attr *row)
{
	json_open_object(json, NULL);
	json_open_array(json, "enum");
	for (const struct keyword *word = row->keywords; word && word->word; word++)
		if (keyword_word(row->keywords, word->value) == word->word)
			json_string(json, NULL, word->word);
	json_close_array(json);
	json_close_object(json);
}

static void put_integer(struct json *json, const struct attr *row)
{
	uint64_t most = row->max         ? row->max
			: row->size == 8 ? 0
					 : (UINT64_C(1) << 8 * row->size) - 1;

	json_open_object(json, NULL);
	json_string(json, "type", "integer");
	json_number(json, "minimum", row->min);
	if (most)
		json_number(json, "maximum", most);
	json_close_object(json);
}

/* Every value may be an expression, $(...), so each may be a string; a list is several words. */
static void put_row(struct json *json, const struct attr *row, const char *key, bool may_be_null)
{
	bool is_number = row->type == &attr_type_number;

	json_open_object(json, key);
	json_string(json, "description", row->help);
	json_open_array(json, "anyOf");
	if (row->keywords)
		put_words(json, row);
	/* YAML 1.1 takes "on" for true. */
	if (row->type == &attr_type_bool)
		put_type(json, NULL, "boolean");
	if (is_number)
		put_integer(json, row);
	put_type(json, NULL, "string");
	if (!is_number && row->type != &attr_type_bool)
		put_type(json, NULL, "number");
	if (row->type == &attr_type_port_range)
		put_type(json, NULL, "array");
	if (may_be_null)
		put_type(json, NULL, "null");
	json_close_array(json);
	json_close_object(json);
}

static bool is_in(const struct attr_table *table, const char *name)
{
	for (size_t i = 0; table && i < table->count; i++)
		if (load_takes(&table->rows[i]) && attr_is_called(&table->rows[i], name))
			return true;
	return false;
}

/* `port` is a link's own key, though a vxlan's source ports are called so, too. */
static bool is_link_key(const char *word)
{
	size_t i = 0;

	while (link_keys[i] && strcmp(link_keys[i], word) != 0)
		i++;
	return link_keys[i];
}

/* The rows by all their spellings, but for those `before` has. */
static void put_rows(struct json *json, const struct attr_table *table,
		     const struct attr_table *before)
{
	for (const struct attr *row = table->rows; row < table->rows + table->count; row++) {
		const char *alias = row->alias;

		if (!load_takes(row))
			continue;
		if (!is_in(before, row->name))
			put_row(json, row, row->name, true);
		while (alias && *alias) {
			char word[32];
			size_t length = strcspn(alias, " ");

			snprintf(word, sizeof(word), "%.*s", (int)length, alias);
			/* The name of one row may be an alias of another. */
			if (!is_in(before, word) && !is_link_key(word) &&
			    strcmp(attr_find(table, word)->name, row->name) == 0)
				put_row(json, row, word, true);
			alias += length + (alias[length] == ' ');
		}
	}
}

static void put_closed(struct json *json)
{
	json_bool(json, "additionalProperties", false);
	json_close_object(json);
}

/* A link's own keys, beside its rows. */
static void put_link_keys(struct json *json, const struct link_kind *kind)
{
	if (kind) {
		json_open_object(json, "type");
		json_string(json, "description", kind->help);
		json_string(json, "const", kind->name);
		json_close_object(json);
	}
	if (!kind || !strcmp(kind->name, "veth"))
		put_described(json, "peer", "text", "[NETNS/]LINK: the other end of a veth");
	if (kind && !strcmp(kind->name, "vxlan"))
		put_described(
			json, "remotes", "entries",
			"VTEPs that frames for unknown MACs are sent to; its own local is skipped");
	if (kind && !strcmp(kind->name, "vxlan"))
		put_described(json, "vnis", "entries", "VNIs it accepts, with 'vnifilter'");
	put_described(json, "addr", "addresses", "addresses");
	put_described(json, "altname", "texts", "further names");
	put_described(json, "port", "port", "what it is as a port of a bridge");
	put_described(json, "adopt", "text", "true: take it over where somebody else made it");
	put_described(json, "manage", "text", "patch: change what is named, and give it back");
}

static void put_link(struct json *json, const char *name, const struct link_kind *kind)
{
	const struct attr_table *own = kind ? kind->table : NULL;

	json_open_object(json, name);
	json_string(json, "type", "object");
	json_open_object(json, "properties");
	put_link_keys(json, kind);
	if (own)
		put_rows(json, own, NULL);
	put_rows(json, &link_table, own);
	json_close_object(json);
	put_closed(json);
}

static void put_if_kind(struct json *json, const struct link_kind *kind)
{
	char name[64];

	snprintf(name, sizeof(name), "%s", kind->name);
	json_open_object(json, NULL);
	json_open_object(json, "if");
	json_open_object(json, "properties");
	json_open_object(json, "type");
	json_string(json, "const", kind->name);
	json_close_object(json);
	json_close_object(json);
	json_open_array(json, "required");
	json_string(json, NULL, "type");
	json_close_array(json);
	json_close_object(json);
	put_reference(json, "then", name);
	json_close_object(json);
}

/* By its `type`; without one it is the end of a veth, or exists. */
static void put_any_link(struct json *json)
{
	json_open_object(json, "link");
	json_string(json, "type", "object");
	json_open_object(json, "properties");
	json_open_object(json, "type");
	json_string(json, "description", "kind of link");
	json_open_array(json, "anyOf");
	json_open_object(json, NULL);
	json_open_array(json, "enum");
	for (size_t i = 0; i < link_kinds_count; i++)
		json_string(json, NULL, link_kinds[i].name);
	json_close_array(json);
	json_close_object(json);
	put_type(json, NULL, "string");
	json_close_array(json);
	json_close_object(json);
	json_close_object(json);
	json_open_array(json, "allOf");
	for (size_t i = 0; i < link_kinds_count; i++)
		put_if_kind(json, &link_kinds[i]);
	json_open_object(json, NULL);
	json_open_object(json, "if");
	json_open_object(json, "not");
	json_open_array(json, "required");
	json_string(json, NULL, "type");
	json_close_array(json);
	json_close_object(json);
	json_close_object(json);
	put_reference(json, "then", "untyped");
	json_close_object(json);
	json_close_array(json);
	json_close_object(json);
}

static void put_map_of(struct json *json, const char *name, const char *help,
		       const char *definition)
{
	json_open_object(json, name);
	json_string(json, "description", help);
	json_string(json, "type", "object");
	put_reference(json, "additionalProperties", definition);
	json_close_object(json);
}

/* Strings, or maps with the words of the tables. */
static void put_entries(struct json *json, const char *name, const struct attr_table *table,
			const struct attr_table *more, bool may_be_one)
{
	json_open_object(json, name);
	if (may_be_one) {
		json_open_array(json, "anyOf");
		put_type(json, NULL, "string");
		json_open_object(json, NULL);
	}
	json_string(json, "type", "array");
	json_open_object(json, "items");
	json_open_array(json, "anyOf");
	put_type(json, NULL, "string");
	json_open_object(json, NULL);
	json_string(json, "type", "object");
	json_open_object(json, "properties");
	for (const struct attr_table *const *at =
		     (const struct attr_table *const[]){ table, more, NULL };
	     *at; at++)
		for (const struct attr *row = (*at)->rows; row < (*at)->rows + (*at)->count; row++)
			if (!(row->traits & (ATTR_STATUS | ATTR_ACTION)))
				put_row(json, row, row->name, false);
	if (table == &route_table)
		put_type(json, "nexthop", "array");
	json_close_object(json);
	json_close_object(json);
	json_close_array(json);
	json_close_object(json);
	if (may_be_one) {
		json_close_object(json);
		json_close_array(json);
	}
	json_close_object(json);
}

static void put_body_keys(struct json *json)
{
	put_map_of(json, "links", "links by name", "link");
	put_described(json, "routes", "routes", "routes: the words of ovl route, or a map of them");
	put_described(json, "arp", "neighbours",
		      "neighbours: the words of ovl arp, or a map of them");
	put_described(json, "fdb", "fdb", "fdb entries: the words of ovl fdb, or a map of them");
	put_map_of(json, "sysctl", "settings of the namespace: net.ipv4.ip_forward", "text");
	put_described(json, "defaults", "defaults",
		      "attributes of links by kind, where they say none");
}

static void put_defaults(struct json *json)
{
	json_open_object(json, "defaults");
	json_string(json, "type", "object");
	json_open_object(json, "properties");
	for (size_t i = 0; i < link_kinds_count; i++)
		put_reference(json, link_kinds[i].name, link_kinds[i].name);
	json_close_object(json);
	put_closed(json);
}

static void put_bodies(struct json *json)
{
	json_open_object(json, "netns");
	json_string(json, "type", "object");
	json_open_object(json, "properties");
	put_body_keys(json);
	put_described(json, "id", "text", "its id in the namespace ovl runs in");
	put_described(json, "adopt", "text", "true: take it over where somebody else made it");
	put_described(json, "manage", "text", "patch: change what is named, and give it back");
	json_close_object(json);
	put_closed(json);
	json_open_object(json, "host");
	json_string(json, "type", "object");
	json_open_object(json, "properties");
	put_body_keys(json);
	put_map_of(json, "netns", "namespaces by name", "netns");
	json_close_object(json);
	put_closed(json);
}

static void put_definitions(struct json *json)
{
	json_open_object(json, "definitions");
	json_open_object(json, "text");
	json_open_array(json, "type");
	for (const char *const *type = (const char *const[]){ "string", "number", "boolean", NULL };
	     *type; type++)
		json_string(json, NULL, *type);
	json_close_array(json);
	json_close_object(json);
	json_open_object(json, "texts");
	json_open_array(json, "anyOf");
	put_reference(json, NULL, "text");
	put_type(json, NULL, "array");
	json_close_array(json);
	json_close_object(json);
	put_reference(json, "entries", "texts");
	put_any_link(json);
	for (size_t i = 0; i < link_kinds_count; i++)
		put_link(json, link_kinds[i].name, &link_kinds[i]);
	put_link(json, "untyped", NULL);
	json_open_object(json, "port");
	json_string(json, "type", "object");
	json_open_object(json, "properties");
	put_rows(json, &bridge_port_table, NULL);
	json_close_object(json);
	put_closed(json);
	put_entries(json, "addresses", &address_table, NULL, true);
	put_entries(json, "routes", &route_table, &route_detail_table, false);
	put_entries(json, "neighbours", &neighbour_table, NULL, false);
	put_entries(json, "fdb", &fdb_table, NULL, false);
	put_defaults(json);
	put_bodies(json);
	json_close_object(json);
}

void schema_put(struct text *text)
{
	struct json json = { .out = text, .pretty = true };

	json_open_object(&json, NULL);
	json_string(&json, "$schema", "http://json-schema.org/draft-07/schema#");
	json_string(&json, "title", "ovl topology file");
	json_string(&json, "description", "ovl-topology(5)");
	json_string(&json, "type", "object");
	json_open_array(&json, "required");
	json_string(&json, NULL, "ovl");
	json_string(&json, NULL, "lab");
	json_close_array(&json);
	json_open_object(&json, "properties");
	json_open_object(&json, "ovl");
	json_string(&json, "description", "version of the format");
	json_number(&json, "const", 1);
	json_close_object(&json);
	put_described(&json, "lab", "text", "whose the objects are: a-z, 0-9 and -");
	put_map_of(&json, "vars", "variables: --set gives them other values", "text");
	put_body_keys(&json);
	put_map_of(&json, "netns", "namespaces by name", "netns");
	put_map_of(&json, "hosts", "several machines by name", "host");
	put_map_of(&json, "segments", "Ethernet segments: the ends in each, HOST/LINK", "texts");
	json_open_object(&json, "wires");
	json_string(&json, "description", "pairs of ends: [HOST/LINK, HOST/LINK]");
	json_string(&json, "type", "array");
	json_close_object(&json);
	json_close_object(&json);
	put_definitions(&json);
	put_closed(&json);
	text_char(text, '\n');
}
