/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/topology_text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "model/address.h"
#include "model/altname.h"
#include "model/fdb.h"
#include "model/neighbour.h"
#include "model/netns.h"
#include "model/sysctl.h"
#include "model/uapi.h"
#include "model/vni.h"
#include "text/entry_words.h"
#include "text/object_words.h"
#include "text/topology_write.h"
#include "text/vni_words.h"
#include "text/yaml.h"

#define IS(row, type, member) ((row)->offset == offsetof(struct type, member))

struct writing {
	struct topology_writer writer;
	struct network arranged; /* what is wanted, in the order it is written in */
	bool is_made;            /* the namespace whose body it is: by the lab */
	struct error *error;
};

static const char *name_of(const struct writing *writing, uint32_t id)
{
	return names_text(writing->writer.context.names, id);
}

/* --- What a file cannot say --- */

static void refuse(struct writing *writing, enum object_type type, const void *object,
		   const char *why)
{
	CLEANUP(text_clear) struct text title = { 0 };

	if (writing->error->errnum)
		return;
	object_title(type, &writing->writer.context, object, object_netns(type, object), &title);
	error_usage(writing->error, "%s: a file cannot say it: %s", text_string(&title), why);
}

static size_t parts_of(enum object_type type, const void *object, struct part parts[PARTS])
{
	void *writable;

	memcpy(&writable, &object, sizeof(writable));
	return object_info(type)->parts(writable, parts);
}

/* Entries are lines of words: a name in them is one word, as it is. */
static bool is_word(const char *name)
{
	CLEANUP(text_clear) struct text escaped = { 0 };

	text_escaped(&escaped, name, strlen(name));
	return !name[strcspn(name, " \t\r\n")] && !strcmp(text_string(&escaped), name);
}

static void check_row(struct writing *writing, enum object_type type, const void *object,
		      const struct attr *row, const void *part)
{
	bool is_line = type == OBJECT_ADDRESS || type == OBJECT_NEIGHBOUR || type == OBJECT_FDB ||
		       type == OBJECT_ROUTE;
	const char *name;

	if (row->traits & ATTR_ACTION) {
		CLEANUP(text_clear) struct text why = { 0 };

		text_printf(&why, "'%s' is done once and is no state", row->name);
		refuse(writing, type, object, text_string(&why));
	}
	if (!row->type->interned)
		return;
	name = name_of(writing, (uint32_t)attr_integer(attr_value(row, part), row->size));
	if (!yaml_can_say(name))
		refuse(writing, type, object, "a name in it is not UTF-8");
	else if (is_line && !is_word(name))
		refuse(writing, type, object, "a name in it has a blank or control character");
}

static void check_object(struct writing *writing, enum object_type type, const void *object)
{
	struct part parts[PARTS];
	size_t count = parts_of(type, object, parts);

	for (size_t p = 0; p < count; p++) {
		uint64_t left = attr_asked(parts[p].table, parts[p].object)->value;

		for (; left; left &= left - 1)
			check_row(writing, type, object,
				  &parts[p].table->rows[__builtin_ctzll(left)], parts[p].object);
	}
}

static void check_link(struct writing *writing, const struct link *link)
{
	bool is_own = link->manage == MANAGE_OWN;
	bool is_lo = writer_is_lo(&writing->writer, link);

	if (!is_own && writing->is_made)
		refuse(writing, OBJECT_LINK, link,
		       "nothing is somebody else's in a namespace that the lab makes");
	else if (is_own && writing->is_made && !link->kind.id && !is_lo)
		refuse(writing, OBJECT_LINK, link, "it needs a type");
	else if (link->kind.id && !link->kind_info && link->manage != MANAGE_PATCH)
		refuse(writing, OBJECT_LINK, link, "its kind is not known");
	else if (is_own && link->kind_info == link_kind_find("veth") && !link->peer.id)
		refuse(writing, OBJECT_LINK, link, "it is not known where its other end is");
}

static void check_sysctl(struct writing *writing, const struct sysctl *sysctl)
{
	const char *value = name_of(writing, sysctl->value.id);

	if (!*value || strchr(value, '\n'))
		refuse(writing, OBJECT_SYSCTL, sysctl, "its value is no line");
}

/* --- The order --- */

struct order {
	const struct network *network;
	enum object_type type;
	uint32_t *ranks; /* of each object: its namespace's */
};

/* Links and settings by name; of entries the order is the picture's, and may matter. */
static uint32_t name_at(const struct order *order, uint32_t i)
{
	const void *object = network_at(order->network, order->type, i);

	return order->type == OBJECT_NETNS    ? ((const struct netns *)object)->name.id
	       : order->type == OBJECT_LINK   ? ((const struct link *)object)->name.id
	       : order->type == OBJECT_SYSCTL ? ((const struct sysctl *)object)->key.id
					      : 0;
}

static int by_place(const void *a, const void *b, void *cookie)
{
	const struct order *order = cookie;
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	uint32_t name = name_at(order, left), other = name_at(order, right);

	if (order->ranks[left] != order->ranks[right])
		return order->ranks[left] < order->ranks[right] ? -1 : 1;
	if (name != other)
		return strverscmp(names_text(order->network->names, name),
				  names_text(order->network->names, other));
	return left < right ? -1 : left > right;
}

/* 0 is the machine's own namespace; the others have been arranged. */
static uint32_t rank_of(const struct network *network, enum object_type type, const void *object)
{
	struct netns key = { .name = { object_netns(type, object) } };
	size_t at = SIZE_MAX;

	if (type == OBJECT_NETNS || !key.name.id)
		return 0;
	network_find(network, OBJECT_NETNS, &key, &at);
	assert(at != SIZE_MAX);
	return (uint32_t)at + 1;
}

static void arrange(struct network *network, enum object_type type)
{
	struct objects *objects = &network->objects[type], sorted = { 0 };
	size_t size = object_info(type)->size;
	CLEANUP(pointer_free)
	uint32_t *ranks = memory_new(objects->count + 1, sizeof(*ranks));
	CLEANUP(pointer_free)
	uint32_t *places = memory_new(objects->count + 1, sizeof(*places));
	struct order order = { network, type, ranks };

	for (size_t i = 0; i < objects->count; i++) {
		ranks[i] = rank_of(network, type, network_at(network, type, i));
		places[i] = (uint32_t)i;
	}
	qsort_r(places, objects->count, sizeof(*places), by_place, &order);
	sorted.items = memory_new(objects->count + 1, size);
	sorted.count = sorted.room = objects->count;
	for (size_t i = 0; i < objects->count; i++)
		memcpy(sorted.items + i * size, objects->items + places[i] * size, size);
	free(objects->items);
	free(objects->slots);
	*objects = sorted;
	network_index(network, type);
}

/* What stands with its link needs that to stand with. */
static void add_link(struct writing *writing, struct netns_name netns, struct link_name name,
		     const char *kind)
{
	struct network *network = &writing->arranged;
	struct link link = { .netns = netns, .name = name, .manage = MANAGE_PATCH };
	struct netns key = { .name = netns };
	const struct netns *where = network_find(network, OBJECT_NETNS, &key, NULL);

	if (network_find(network, OBJECT_LINK, &link, NULL))
		return;
	if (where && where->manage == MANAGE_OWN)
		link.manage = MANAGE_OWN;
	ATTR_MARK(&link_table, link, &link, name);
	if (kind)
		link_set_kind(&link, network->names, kind);
	network_add(network, OBJECT_LINK, &link, (struct origin_in_file){ 0 });
}

static void gather(struct writing *writing, const struct network *wanted)
{
	struct network *network = &writing->arranged;

	network->names = writing->writer.context.names;
	for (enum object_type type = 0; type < OBJECT_TYPES; type++)
		for (size_t i = 0; i < wanted->objects[type].count; i++)
			if (!network_is_gap(wanted, type, i))
				network_add(network, type, network_at(wanted, type, i),
					    (struct origin_in_file){ 0 });
	arrange(network, OBJECT_NETNS);
	network_index(network, OBJECT_LINK);
	for (size_t i = 0; i < network->objects[OBJECT_ADDRESS].count; i++) {
		const struct link_address *address = network_at(network, OBJECT_ADDRESS, i);

		add_link(writing, address->netns, address->dev, NULL);
	}
	for (size_t i = 0; i < network->objects[OBJECT_ALTNAME].count; i++) {
		const struct altname *altname = network_at(network, OBJECT_ALTNAME, i);

		add_link(writing, altname->netns, altname->dev, NULL);
	}
	for (size_t i = 0; i < network->objects[OBJECT_VNI].count; i++) {
		const struct vni *vni = network_at(network, OBJECT_VNI, i);

		add_link(writing, vni->netns, vni->dev, "vxlan");
	}
	for (enum object_type type = OBJECT_LINK; type < OBJECT_TYPES; type++)
		arrange(network, type);
}

/* --- Entries --- */

/* Flags that are off are not there; what is named besides is kept. */
static void drop_off(const struct attr_table *table, void *object)
{
	for (const struct attr *row = table->rows; row < table->rows + table->count; row++)
		if (row->traits & ATTR_FLAG && attr_has(table, object, row) &&
		    attr_is_zero(row, object))
			attr_drop(table, object, row);
}

static bool is_chosen(void *cookie, enum object_type type, const void *entry)
{
	struct writing *writing = cookie;

	check_object(writing, type, entry);
	return true;
}

/* As the file would read an element of `remotes`. */
static bool is_remote(void *cookie, const struct fdb *fdb)
{
	const struct writing *writing = cookie;
	const struct link *link = writer_link(&writing->writer, fdb->dev);
	static const struct mac flood;
	struct fdb said = *fdb;

	if (!link || link->kind_info != link_kind_find("vxlan") || !fdb->dst.family ||
	    memcmp(&fdb->mac, &flood, sizeof(flood)) != 0 || !fdb->self ||
	    fdb->state != NUD_PERMANENT || address_is_multicast(&fdb->dst) ||
	    address_is_zero(&fdb->dst) ||
	    !memcmp(&fdb->dst, &link->data.vxlan.local, sizeof(fdb->dst)))
		return false;
	attr_drop(&fdb_table, &said, ATTR_ROW(&fdb_table, fdb, netns));
	attr_drop(&fdb_table, &said, ATTR_ROW(&fdb_table, fdb, mac));
	attr_drop(&fdb_table, &said, ATTR_ROW(&fdb_table, fdb, dev));
	attr_drop(&fdb_table, &said, ATTR_ROW(&fdb_table, fdb, dst));
	attr_drop(&fdb_table, &said, ATTR_ROW(&fdb_table, fdb, self));
	attr_drop(&fdb_table, &said, ATTR_ROW(&fdb_table, fdb, state));
	return !said.asked.value;
}

static void address_words(const struct writing *writing, const struct link_address *address,
			  struct text *words)
{
	struct link_address said = *address;

	drop_off(&address_table, &said);
	attr_drop(&address_table, &said, ATTR_ROW(&address_table, link_address, dev));
	object_words(OBJECT_ADDRESS, &writing->writer.context, &said, NULL, WORDS_NEW,
		     ATTR_STYLE_OVL, words);
}

static void neighbour_words(const struct writing *writing, const struct neighbour *neighbour,
			    struct text *words)
{
	struct neighbour said = *neighbour;

	drop_off(&neighbour_table, &said);
	if (said.state == NUD_PERMANENT && !said.managed && !said.proxy)
		attr_drop(&neighbour_table, &said, ATTR_ROW(&neighbour_table, neighbour, state));
	object_words(OBJECT_NEIGHBOUR, &writing->writer.context, &said, NULL, WORDS_NEW,
		     ATTR_STYLE_OVL, words);
}

/* Whose table it is in is said where the file would take it for the other one. */
static void fdb_words(const struct writing *writing, const struct fdb *fdb, struct text *words)
{
	const struct link *link = writer_link(&writing->writer, fdb->dev);
	struct fdb said = *fdb, bare;

	drop_off(&fdb_table, &said);
	bare = said;
	attr_drop(&fdb_table, &bare, ATTR_ROW(&fdb_table, fdb, self));
	attr_drop(&fdb_table, &bare, ATTR_ROW(&fdb_table, fdb, master));
	attr_drop(&fdb_table, &bare, ATTR_ROW(&fdb_table, fdb, state));
	if (link) {
		struct fdb settled = bare;

		fdb_settle_table(&settled, link);
		if (settled.self == fdb->self && settled.master == fdb->master) {
			bare.state = said.state;
			bare.asked.value |= said.asked.value &
					    attr_bit(&fdb_table, ATTR_ROW(&fdb_table, fdb, state));
			said = bare;
		}
	}
	if (said.state == (fdb->self ? NUD_PERMANENT : NUD_NOARP))
		attr_drop(&fdb_table, &said, ATTR_ROW(&fdb_table, fdb, state));
	object_words(OBJECT_FDB, &writing->writer.context, &said, NULL, WORDS_NEW, ATTR_STYLE_OVL,
		     words);
}

static void put_words(void *cookie, enum object_type type, const void *entry, struct text *words)
{
	const struct writing *writing = cookie;
	const struct fdb *fdb = entry;

	switch (type) {
	case OBJECT_ALTNAME:
		text_puts(words, name_of(writing, ((const struct altname *)entry)->name.id));
		break;
	case OBJECT_ADDRESS:
		address_words(writing, entry, words);
		break;
	case OBJECT_NEIGHBOUR:
		neighbour_words(writing, entry, words);
		break;
	case OBJECT_VNI:
		vni_words_put(entry, words);
		break;
	case OBJECT_FDB:
		if (is_remote(cookie, fdb))
			address_print(fdb->dst.family, fdb->dst.bytes, words);
		else
			fdb_words(writing, fdb, words);
		break;
	default:
		object_words(type, &writing->writer.context, entry, NULL, WORDS_NEW, ATTR_STYLE_OVL,
			     words);
	}
}

/* --- Links --- */

/* Which end of a veth is written first: that one says where the other is. */
static bool is_second_end(const struct writing *writing, const struct link *link)
{
	struct link key = { .netns = link->peer_netns, .name = link->peer };
	const struct link *other =
		link->peer.id ? network_find(&writing->arranged, OBJECT_LINK, &key, NULL) : NULL;

	return other && other < link && other->peer.id == link->name.id &&
	       other->peer_netns.id == link->netns.id;
}

static void put_kind(struct writing *writing, const struct link *link, bool *any)
{
	struct topology_writer *writer = &writing->writer;

	if (is_second_end(writing, link))
		return;
	if (link->kind.id)
		yaml_pair(writer->text, any, "type", name_of(writing, link->kind.id));
	if (link->peer.id)
		writer_put_reference(writer, "peer", link->peer_netns.id, link->peer.id, any);
}

static void put_manage(struct writing *writing, const struct link *link, bool *any)
{
	if (link->manage == MANAGE_ADOPT)
		yaml_pair(writing->writer.text, any, "adopt", "true");
	else if (link->manage != MANAGE_OWN)
		yaml_pair(writing->writer.text, any, "manage", "patch");
}

static bool is_understood(const struct writing *writing, const struct link *link,
			  const struct attr *row)
{
	return IS(row, link, up) && link->up && link->manage == MANAGE_OWN &&
	       (link->kind.id || writing->is_made);
}

/* What the rows of one table have; with `port` in a map of their own. */
static void put_rows(struct writing *writing, const struct link *link, const struct part *part,
		     bool *any)
{
	struct topology_writer *writer = &writing->writer;
	const struct attr_table *table = part->table;
	const struct attr_set *asked = attr_asked(table, part->object);

	for (size_t i = 0; i < table->count; i++) {
		const struct attr *row = &table->rows[i];
		bool is_common = table == &link_table;

		if (!((asked->value | asked->null) >> i & 1) ||
		    row->traits & (ATTR_KEY | ATTR_STATUS) ||
		    (is_common && IS(row, link, link_netns)))
			continue;
		/* A name of none, which no text is. */
		if (asked->null >> i & 1 ||
		    (row->type->interned && attr_is_zero(row, part->object)))
			writer_put_null(writer, row->name, any);
		else if (is_common && IS(row, link, link))
			writer_put_reference(writer, row->name,
					     ATTR_HAS(&link_table, link, link, link_netns)
						     ? link->link_netns.id
						     : link->netns.id,
					     link->link.id, any);
		else if (!is_common || !is_understood(writing, link, row))
			writer_put_row(writer, row, part->object, any);
	}
}

static void put_attributes(struct writing *writing, const struct link *link, bool *any)
{
	struct part parts[PARTS];
	size_t count = parts_of(OBJECT_LINK, link, parts);
	bool any_port = false;

	for (size_t i = 0; i < count; i++) {
		const struct attr_set *asked = attr_asked(parts[i].table, parts[i].object);

		if (parts[i].table != &bridge_port_table) {
			put_rows(writing, link, &parts[i], any);
			continue;
		}
		if (!asked->value && !asked->null)
			continue;
		yaml_key(writing->writer.text, any, "port");
		put_rows(writing, link, &parts[i], &any_port);
		text_puts(writing->writer.text, any_port ? "}" : "{}");
	}
}

/* Whether the link is there though the file does not name it. */
static bool goes_without_saying(const struct writing *writing, const struct link *link)
{
	return link->manage == MANAGE_OWN &&
	       ((writing->is_made && writer_is_lo(&writing->writer, link)) ||
		is_second_end(writing, link));
}

static void put_link(struct writing *writing, const struct link *link, bool *any_link)
{
	struct topology_writer *writer = &writing->writer;
	size_t before = writer->text->length;
	bool any_before = *any_link, any = false;

	check_object(writing, OBJECT_LINK, link);
	check_link(writing, link);
	writer_begin_link(writer, link, any_link);
	put_kind(writing, link, &any);
	put_manage(writing, link, &any);
	put_attributes(writing, link, &any);
	for (enum hanging which = 0; which < HANGINGS; which++)
		writer_put_hanging(writer, which, link, &any);
	writer_end_link(writer, any);
	if (any || !goes_without_saying(writing, link))
		return;
	text_cut(writer->text, before);
	*any_link = any_before;
}

/* --- Bodies --- */

static void put_sysctls(struct writing *writing)
{
	struct topology_writer *writer = &writing->writer;
	size_t from = writer->from[OBJECT_SYSCTL], to = writer->to[OBJECT_SYSCTL];

	if (from < to)
		writer_put_line(writer, 0, "sysctl:");
	for (size_t i = from; i < to; i++) {
		const struct sysctl *sysctl = network_at(&writing->arranged, OBJECT_SYSCTL, i);

		check_object(writing, OBJECT_SYSCTL, sysctl);
		check_sysctl(writing, sysctl);
		text_spaces(writer->text, writer->indent + 2);
		yaml_scalar(writer->text, name_of(writing, sysctl->key.id));
		text_puts(writer->text, ": ");
		yaml_scalar(writer->text, name_of(writing, sysctl->value.id));
		text_char(writer->text, '\n');
	}
}

static void put_body(struct writing *writing)
{
	struct topology_writer *writer = &writing->writer;
	bool any = false;

	writer_choose_hanging(writer);
	for (size_t i = writer->from[OBJECT_LINK]; i < writer->to[OBJECT_LINK]; i++)
		put_link(writing, network_at(&writing->arranged, OBJECT_LINK, i), &any);
	writer_put_entries(writer, OBJECT_ROUTE, "routes");
	writer_put_entries(writer, OBJECT_NEIGHBOUR, "arp");
	writer_put_entries(writer, OBJECT_FDB, "fdb");
	put_sysctls(writing);
}

static void put_namespace(struct writing *writing, const struct netns *netns, bool *any)
{
	struct topology_writer *writer = &writing->writer;
	const struct attr *id = ATTR_ROW(&netns_table, netns, id);
	size_t begun;

	check_object(writing, OBJECT_NETNS, netns);
	if (!strcmp(name_of(writing, netns->name.id), "host"))
		refuse(writing, OBJECT_NETNS, netns, "'host' is the machine's own namespace there");
	writing->is_made = netns->manage == MANAGE_OWN;
	begun = writer_begin_netns(writer, any);
	if (attr_has(&netns_table, netns, id)) {
		CLEANUP(text_clear) struct text line = { 0 };

		text_puts(&line, "id: ");
		attr_print_raw(id, &writer->context, netns, &line);
		writer_put_line(writer, 0, text_string(&line));
	}
	if (netns->manage == MANAGE_ADOPT)
		writer_put_line(writer, 0, "adopt: true");
	else if (!writing->is_made)
		writer_put_line(writer, 0, "manage: patch");
	put_body(writing);
	writer_end_netns(writer, begun);
}

int topology_text(const struct network *wanted, const struct attr_context *context,
		  const struct topology_text_options *options, struct text *text,
		  struct error *error)
{
	static const struct writer_choice choice = { is_chosen, is_remote, put_words };
	CLEANUP(text_clear) struct text out = { 0 };
	struct writing writing = {
		.writer = { .network = &writing.arranged,
			    .context = *context,
			    .text = &out,
			    .choice = &choice,
			    .cookie = &writing },
		.error = error,
	};
	bool any = false;

	/* What the command line says about families is about the command line. */
	writing.writer.context.family = 0;
	gather(&writing, wanted);
	writer_put_head(&writing.writer, options->lab);
	writer_begin_body(&writing.writer, 0);
	put_body(&writing);
	writer_end_body(&writing.writer);
	for (size_t i = 0; i < writing.arranged.objects[OBJECT_NETNS].count; i++) {
		const struct netns *netns = network_at(&writing.arranged, OBJECT_NETNS, i);

		writer_begin_body(&writing.writer, netns->name.id);
		put_namespace(&writing, netns, &any);
		writer_end_body(&writing.writer);
	}
	network_clear(&writing.arranged);
	if (error->errnum)
		return -error->errnum;
	text_put(text, out.bytes, out.length);
	return 0;
}
