/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/former.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"
#include "model/address.h"
#include "model/altname.h"
#include "model/link.h"
#include "model/network.h"
#include "model/sysctl.h"
#include "text/capture_words.h"
#include "text/yaml.h"

struct printing {
	const struct network *network;
	struct attr_context context;
	struct text *text;
	uint32_t netns;
	size_t indent;
};

static const char *name_of(const struct printing *printing, uint32_t id)
{
	return names_text(printing->context.names, id);
}

static bool is_utf8(const char *string)
{
	size_t left = strlen(string), length;
	uint32_t point;

	for (; left; string += length, left -= length) {
		length = text_utf8(string, left, &point);
		if (!length)
			return false;
	}
	return true;
}

/* Whether the file's reader would take it: names and texts of others may be anything. */
static bool can_be_said(const struct printing *printing, const struct attr_table *table,
			const struct attr *row, const char *value)
{
	CLEANUP(pointer_free) void *object = memory_new(1, table->size);
	struct error ignored = { 0 };
	char *word;
	struct words words = { &word, 1 };

	memcpy(&word, &value, sizeof(word));
	return is_utf8(value) &&
	       attr_parse(table, row, &printing->context, object, &words, &ignored) >= 0;
}

static void put_row(struct printing *printing, const struct attr_table *table,
		    const struct attr *row, const void *object, bool *any)
{
	CLEANUP(text_clear) struct text value = { 0 };

	/* What is none has no words. */
	if (!attr_has(table, object, row)) {
		yaml_key(printing->text, any, row->name);
		text_puts(printing->text, "null");
		return;
	}
	attr_print_raw(row, &printing->context, object, &value);
	if (can_be_said(printing, table, row, text_string(&value)))
		yaml_pair(printing->text, any, row->name, text_string(&value));
}

static void put_rows(struct printing *printing, const struct attr_table *table, void *object,
		     bool *any)
{
	const struct attr_set *asked = attr_asked(table, object);

	for (size_t i = 0; i < table->count; i++)
		if ((asked->value | asked->null) & UINT64_C(1) << i &&
		    !(table->rows[i].traits & ATTR_KEY))
			put_row(printing, table, &table->rows[i], object, any);
}

/* What a link's `addr`, `vnis` or `altname` has of it. */
static void hanging_words(struct printing *printing, enum object_type type, const void *entry,
			  struct text *words)
{
	const struct link_address *address = entry;

	if (type == OBJECT_ALTNAME) {
		text_puts(words, name_of(printing, ((const struct altname *)entry)->name.id));
		return;
	}
	capture_words(type, &printing->context, entry, words);
	/* Said, so that one with an end has none again. */
	if (type != OBJECT_ADDRESS || address->valid_lft != UINT32_MAX ||
	    !ATTR_HAS(&address_table, link_address, address, valid_lft))
		return;
	text_puts(words, " valid_lft forever");
	if (address->preferred_lft == UINT32_MAX)
		text_puts(words, " preferred_lft forever");
}

static int is_on(void *cookie, uint32_t netns, struct link_name *name)
{
	const struct link *link = cookie;

	return link->netns.id == netns && link->name.id == name->id;
}

static void put_hanging(struct printing *printing, struct link *link, enum object_type type,
			const char *key, bool *any)
{
	const struct objects *objects = &printing->network->objects[type];
	bool any_entry = false;

	for (size_t i = 0; i < objects->count; i++) {
		void *entry = network_at(printing->network, type, i);
		CLEANUP(text_clear) struct text words = { 0 };

		if (!object_links(type, entry, is_on, link))
			continue;
		hanging_words(printing, type, entry, &words);
		if (!is_utf8(text_string(&words)))
			continue;
		if (any_entry) {
			text_puts(printing->text, ", ");
		} else {
			yaml_key(printing->text, any, key);
			text_char(printing->text, '[');
		}
		any_entry = true;
		yaml_scalar(printing->text, text_string(&words));
	}
	if (any_entry)
		text_char(printing->text, ']');
}

static bool has_vnis(const struct printing *printing, struct link *link)
{
	for (size_t i = 0; i < printing->network->objects[OBJECT_VNI].count; i++)
		if (object_links(OBJECT_VNI, network_at(printing->network, OBJECT_VNI, i), is_on,
				 link))
			return true;
	return false;
}

static void put_link(struct printing *printing, struct link *link)
{
	struct part parts[PARTS];
	size_t count = link_parts(link, parts);
	bool any = false, is_vxlan = has_vnis(printing, link);

	text_spaces(printing->text, printing->indent + 2);
	yaml_scalar(printing->text, name_of(printing, link->name.id));
	text_puts(printing->text, ": ");
	yaml_pair(printing->text, &any, "manage", "patch");
	if (is_vxlan)
		yaml_pair(printing->text, &any, "type", "vxlan");
	for (size_t p = 0; p < count; p++) {
		const struct attr_set *asked = attr_asked(parts[p].table, parts[p].object);
		bool any_port = false;

		if (!(asked->value | asked->null))
			continue;
		if (parts[p].table == &bridge_port_table) {
			yaml_key(printing->text, &any, "port");
			put_rows(printing, parts[p].table, parts[p].object, &any_port);
			text_puts(printing->text, any_port ? "}" : "{}");
			continue;
		}
		/* Whose rows they are. */
		if (parts[p].table != &link_table && !is_vxlan)
			yaml_pair(printing->text, &any, "type", link->kind_info->name);
		put_rows(printing, parts[p].table, parts[p].object, &any);
	}
	put_hanging(printing, link, OBJECT_ALTNAME, "altname", &any);
	put_hanging(printing, link, OBJECT_ADDRESS, "addr", &any);
	put_hanging(printing, link, OBJECT_VNI, "vnis", &any);
	text_puts(printing->text, "}\n");
}

static void put_head(struct printing *printing, const char *key)
{
	text_spaces(printing->text, printing->indent);
	text_printf(printing->text, "%s:\n", key);
}

static void put_sysctl(struct printing *printing, const struct sysctl *sysctl)
{
	text_spaces(printing->text, printing->indent + 2);
	yaml_scalar(printing->text, name_of(printing, sysctl->key.id));
	text_puts(printing->text, ": ");
	yaml_scalar(printing->text, name_of(printing, sysctl->value.id));
	text_char(printing->text, '\n');
}

static void put_entries(struct printing *printing, enum object_type type, const char *key)
{
	const struct objects *objects = &printing->network->objects[type];
	bool any = false;

	for (size_t i = 0; i < objects->count; i++) {
		const void *entry = network_at(printing->network, type, i);
		CLEANUP(text_clear) struct text words = { 0 };

		if (object_netns(type, entry) != printing->netns)
			continue;
		capture_words(type, &printing->context, entry, &words);
		if (!is_utf8(text_string(&words)))
			continue;
		if (!any)
			put_head(printing, key);
		any = true;
		text_spaces(printing->text, printing->indent + 2);
		text_puts(printing->text, "- ");
		yaml_scalar(printing->text, text_string(&words));
		text_char(printing->text, '\n');
	}
}

/* What is in the namespace, or nothing at all. */
static void put_body(struct printing *printing)
{
	const struct network *network = printing->network;
	bool any = false;

	for (size_t i = 0; i < network->objects[OBJECT_LINK].count; i++) {
		struct link *link = network_at(network, OBJECT_LINK, i);

		if (link->netns.id != printing->netns)
			continue;
		if (!any)
			put_head(printing, "links");
		any = true;
		put_link(printing, link);
	}
	put_entries(printing, OBJECT_ROUTE, "routes");
	put_entries(printing, OBJECT_NEIGHBOUR, "arp");
	put_entries(printing, OBJECT_FDB, "fdb");
	any = false;
	for (size_t i = 0; i < network->objects[OBJECT_SYSCTL].count; i++) {
		const struct sysctl *sysctl = network_at(network, OBJECT_SYSCTL, i);

		if (sysctl->netns.id != printing->netns ||
		    !is_utf8(name_of(printing, sysctl->value.id)))
			continue;
		if (!any)
			put_head(printing, "sysctl");
		any = true;
		put_sysctl(printing, sysctl);
	}
}

struct places_seen {
	uint32_t *items;
	size_t count, room;
};

static void see(struct places_seen *seen, uint32_t netns)
{
	for (size_t i = 0; i < seen->count; i++)
		if (seen->items[i] == netns)
			return;
	*array_add(&seen->items, &seen->count, &seen->room) = netns;
}

static void see_type(struct places_seen *seen, const struct network *network, enum object_type type)
{
	uint32_t last = 0;

	for (size_t i = 0; i < network->objects[type].count; i++) {
		uint32_t netns = object_netns(type, network_at(network, type, i));

		if (netns && netns != last)
			see(seen, netns);
		last = netns;
	}
}

void former_print(const struct network *network, const struct attr_context *context,
		  const char *lab, struct text *text)
{
	struct printing printing = { .network = network, .context = *context, .text = text };
	struct places_seen seen = { 0 };

	text_puts(text, "ovl: 1\nlab: ");
	yaml_scalar(text, lab);
	text_char(text, '\n');
	put_body(&printing);
	see_type(&seen, network, OBJECT_LINK);
	see_type(&seen, network, OBJECT_ROUTE);
	see_type(&seen, network, OBJECT_SYSCTL);
	printing.indent = 4;
	for (size_t i = 0; i < seen.count; i++) {
		text_puts(text, i ? "  " : "netns:\n  ");
		printing.netns = seen.items[i];
		yaml_scalar(text, name_of(&printing, printing.netns));
		text_puts(text, ":\n    manage: patch\n");
		put_body(&printing);
	}
	free(seen.items);
}
