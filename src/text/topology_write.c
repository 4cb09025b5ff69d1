/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/topology_write.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "model/address.h"
#include "model/altname.h"
#include "model/fdb.h"
#include "model/netns.h"
#include "model/vni.h"
#include "text/yaml.h"

static const struct {
	enum object_type type;
	const char *key;
} hangings[HANGINGS] = {
	[HANGING_ALTNAMES] = { OBJECT_ALTNAME, "altname" },
	[HANGING_ADDRESSES] = { OBJECT_ADDRESS, "addr" },
	[HANGING_REMOTES] = { OBJECT_FDB, "remotes" },
	[HANGING_VNIS] = { OBJECT_VNI, "vnis" },
};

static const char *name_of(const struct topology_writer *writer, uint32_t id)
{
	return names_text(writer->context.names, id);
}

/* --- Entries by their link --- */

static void chains_make(struct writer_chains *chains, size_t from, size_t to)
{
	*chains = (struct writer_chains){ .size = 16, .from = from };
	while (chains->size < 2 * (to - from))
		chains->size *= 2;
	chains->slots = memory_new(chains->size, sizeof(*chains->slots));
	chains->last = memory_new(chains->size, sizeof(*chains->last));
	chains->next = memory_new(to - from + 1, sizeof(*chains->next));
}

static void chains_clear(struct writer_chains *chains)
{
	free(chains->slots);
	free(chains->last);
	free(chains->next);
	*chains = (struct writer_chains){ 0 };
}

static struct link_name dev_at(const struct topology_writer *writer, enum object_type type,
			       size_t i)
{
	const void *object = network_at(writer->network, type, i);

	return type == OBJECT_ADDRESS   ? ((const struct link_address *)object)->dev
	       : type == OBJECT_ALTNAME ? ((const struct altname *)object)->dev
	       : type == OBJECT_VNI     ? ((const struct vni *)object)->dev
					: ((const struct fdb *)object)->dev;
}

static size_t chain_slot(const struct topology_writer *writer, enum hanging which,
			 struct link_name dev)
{
	const struct writer_chains *chains = &writer->hanging[which];
	size_t at = (dev.id * 2654435761U) & (chains->size - 1);

	while (chains->slots[at] &&
	       dev_at(writer, hangings[which].type, chains->slots[at] - 1).id != dev.id)
		at = (at + 1) & (chains->size - 1);
	return at;
}

static void chain_add(struct topology_writer *writer, enum hanging which, size_t i)
{
	struct writer_chains *chains = &writer->hanging[which];
	size_t at = chain_slot(writer, which, dev_at(writer, hangings[which].type, i));

	if (chains->slots[at])
		chains->next[chains->last[at] - 1 - chains->from] = (uint32_t)i + 1;
	else
		chains->slots[at] = (uint32_t)i + 1;
	chains->last[at] = (uint32_t)i + 1;
}

static bool is_chosen(const struct topology_writer *writer, enum object_type type, size_t i)
{
	return writer->choice->is_chosen(writer->cookie, type,
					 network_at(writer->network, type, i));
}

static bool hangs(const struct topology_writer *writer, enum object_type type, size_t i)
{
	return type != OBJECT_FDB ||
	       writer->choice->is_remote(writer->cookie, network_at(writer->network, type, i));
}

/* --- Bodies --- */

void writer_put_head(struct topology_writer *writer, const char *lab)
{
	text_puts(writer->text, "ovl: 1\nlab: ");
	yaml_scalar(writer->text, lab);
	text_char(writer->text, '\n');
}

void writer_begin_body(struct topology_writer *writer, uint32_t netns)
{
	const struct network *network = writer->network;
	const struct objects *all = &network->objects[OBJECT_LINK];

	writer->netns = netns;
	writer->indent = netns ? 4 : 0;
	for (enum object_type type = 0; type < OBJECT_TYPES; type++) {
		size_t at = writer->from[type] = writer->to[type];

		while (at < network->objects[type].count && type != OBJECT_NETNS &&
		       object_netns(type, network_at(network, type, at)) == netns)
			at++;
		writer->to[type] = at;
	}
	writer->links.objects[OBJECT_LINK] = (struct objects){
		.items = all->items + writer->from[OBJECT_LINK] * sizeof(struct link),
		.count = writer->to[OBJECT_LINK] - writer->from[OBJECT_LINK],
	};
	network_index(&writer->links, OBJECT_LINK);
}

void writer_choose_hanging(struct topology_writer *writer)
{
	for (enum hanging which = 0; which < HANGINGS; which++) {
		enum object_type type = hangings[which].type;

		chains_make(&writer->hanging[which], writer->from[type], writer->to[type]);
		for (size_t i = writer->from[type]; i < writer->to[type]; i++)
			if (is_chosen(writer, type, i) && hangs(writer, type, i))
				chain_add(writer, which, i);
	}
}

void writer_end_body(struct topology_writer *writer)
{
	free(writer->links.objects[OBJECT_LINK].slots);
	writer->links = (struct network){ 0 };
	for (enum hanging which = 0; which < HANGINGS; which++)
		chains_clear(&writer->hanging[which]);
}

size_t writer_begin_netns(struct topology_writer *writer, bool *any)
{
	if (!*any)
		text_puts(writer->text, "netns:\n");
	*any = true;
	text_puts(writer->text, "  ");
	yaml_scalar(writer->text, name_of(writer, writer->netns));
	text_puts(writer->text, ":\n");
	return writer->text->length;
}

void writer_end_netns(struct topology_writer *writer, size_t begun)
{
	if (writer->text->length != begun)
		return;
	text_cut(writer->text, begun - 1);
	text_puts(writer->text, " {}\n");
}

void writer_put_line(struct topology_writer *writer, size_t more, const char *line)
{
	text_spaces(writer->text, writer->indent + more);
	text_puts(writer->text, line);
	text_char(writer->text, '\n');
}

/* --- Links --- */

const struct link *writer_link(const struct topology_writer *writer, struct link_name name)
{
	struct link key = { .netns = { writer->netns }, .name = name };

	return network_find(&writer->links, OBJECT_LINK, &key, NULL);
}

bool writer_is_lo(const struct topology_writer *writer, const struct link *link)
{
	return !strcmp(name_of(writer, link->name.id), "lo");
}

void writer_begin_link(struct topology_writer *writer, const struct link *link, bool *any)
{
	if (!*any)
		writer_put_line(writer, 0, "links:");
	*any = true;
	text_spaces(writer->text, writer->indent + 2);
	yaml_scalar(writer->text, name_of(writer, link->name.id));
	text_puts(writer->text, ": ");
}

void writer_end_link(struct topology_writer *writer, bool any)
{
	text_puts(writer->text, any ? "}\n" : "{}\n");
}

void writer_put_row(struct topology_writer *writer, const struct attr *row, const void *object,
		    bool *any)
{
	CLEANUP(text_clear) struct text value = { 0 };

	attr_print_raw(row, &writer->context, object, &value);
	yaml_pair(writer->text, any, row->name, text_string(&value));
}

void writer_put_null(struct topology_writer *writer, const char *key, bool *any)
{
	yaml_key(writer->text, any, key);
	text_puts(writer->text, "null");
}

void writer_put_reference(struct topology_writer *writer, const char *key, uint32_t netns,
			  uint32_t name, bool *any)
{
	CLEANUP(text_clear) struct text reference = { 0 };

	if (netns != writer->netns) {
		text_puts(&reference, netns ? name_of(writer, netns) : "host");
		text_char(&reference, '/');
	}
	text_puts(&reference, name_of(writer, name));
	yaml_pair(writer->text, any, key, text_string(&reference));
}

/* --- Entries --- */

bool writer_has_hanging(const struct topology_writer *writer, enum hanging which,
			const struct link *link)
{
	return writer->hanging[which].slots[chain_slot(writer, which, link->name)];
}

void writer_put_hanging(struct topology_writer *writer, enum hanging which, const struct link *link,
			bool *any)
{
	const struct writer_chains *chains = &writer->hanging[which];
	uint32_t i = chains->slots[chain_slot(writer, which, link->name)];
	bool any_entry = false;

	for (; i; i = chains->next[i - 1 - chains->from]) {
		CLEANUP(text_clear) struct text words = { 0 };

		writer->choice->words(writer->cookie, hangings[which].type,
				      network_at(writer->network, hangings[which].type, i - 1),
				      &words);
		if (any_entry)
			text_puts(writer->text, ", ");
		else
			yaml_list(writer->text, any, hangings[which].key);
		any_entry = true;
		yaml_scalar(writer->text, text_string(&words));
	}
	if (any_entry)
		text_char(writer->text, ']');
}

void writer_put_entries(struct topology_writer *writer, enum object_type type, const char *key)
{
	bool any = false;

	for (size_t i = writer->from[type]; i < writer->to[type]; i++) {
		CLEANUP(text_clear) struct text words = { 0 };

		if (!is_chosen(writer, type, i) || (type == OBJECT_FDB && hangs(writer, type, i)))
			continue;
		if (!any) {
			text_spaces(writer->text, writer->indent);
			text_printf(writer->text, "%s:\n", key);
		}
		any = true;
		writer->choice->words(writer->cookie, type, network_at(writer->network, type, i),
				      &words);
		text_spaces(writer->text, writer->indent + 2);
		text_puts(writer->text, "- ");
		yaml_scalar(writer->text, text_string(&words));
		text_char(writer->text, '\n');
	}
}
