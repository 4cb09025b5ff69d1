/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/topology_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "model/address.h"
#include "model/altname.h"
#include "model/fdb.h"
#include "model/lab.h"
#include "model/link.h"
#include "model/netns.h"
#include "model/network.h"
#include "model/sysctl.h"
#include "model/uapi.h"
#include "model/vni.h"
#include "text/object_words.h"
#include "text/vni_words.h"
#include "text/yaml.h"

#define IS(row, type, member) ((row)->offset == offsetof(struct type, member))

/* Where an object stands: in the order of namespaces, then, for what hangs on one, of its link. */
struct entry {
	uint32_t space, dev;
	size_t at;
};

struct list {
	struct entry *items;
	size_t count;
	size_t from, to; /* those of the namespace being written */
};

struct writing {
	const struct network *network;
	struct attr_context context;
	struct text *text;
	size_t indent;
	uint32_t netns; /* being written; 0: the host */
	bool is_made;
	uint32_t *spaces; /* by interned name: the order of the namespace */
	size_t spaces_count;
	struct list lists[OBJECT_TYPES];
	struct list remotes; /* of OBJECT_FDB, what stands with its vxlan */
	bool *is_written;    /* links whose other end says it */
	uint32_t lo;
};

static const char *name_of(const struct writing *writing, uint32_t id)
{
	return names_text(writing->context.names, id);
}

static void put_indent(struct writing *writing, size_t more)
{
	text_spaces(writing->text, writing->indent + more);
}

/* An all-zero entry that says nothing but where to: an element of `remotes`. */
static bool is_remote(const struct writing *writing, const struct fdb *fdb)
{
	static const struct mac flood;
	const struct link key = { .netns = fdb->netns, .name = fdb->dev };
	const struct link *link;
	struct fdb plain = { .netns = fdb->netns };

	plain.dev = fdb->dev;
	plain.dst = fdb->dst;
	plain.self = true;
	plain.state = NUD_PERMANENT;
	ATTR_MARK(&fdb_table, fdb, &plain, mac);
	ATTR_MARK(&fdb_table, fdb, &plain, dev);
	ATTR_MARK(&fdb_table, fdb, &plain, dst);
	ATTR_MARK(&fdb_table, fdb, &plain, self);
	ATTR_MARK(&fdb_table, fdb, &plain, state);
	if (memcmp(&fdb->mac, &flood, sizeof(flood)) != 0 || !fdb->dst.family || !fdb->self ||
	    fdb->state != NUD_PERMANENT || fdb->asked.value != plain.asked.value)
		return false;
	link = network_find(writing->network, OBJECT_LINK, &key, NULL);
	return link && link->kind_info == link_kind_find("vxlan");
}

/* Of an entry that hangs on a link: which; else 0, and it keeps its place. */
static uint32_t dev_of(enum object_type type, const void *object)
{
	return type == OBJECT_ADDRESS   ? ((const struct link_address *)object)->dev.id
	       : type == OBJECT_ALTNAME ? ((const struct altname *)object)->dev.id
	       : type == OBJECT_VNI     ? ((const struct vni *)object)->dev.id
					: 0;
}

static int by_place(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->space != b->space)
		return a->space < b->space ? -1 : 1;
	if (a->dev != b->dev)
		return a->dev < b->dev ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static void order(struct writing *writing, enum object_type type)
{
	struct list *list = &writing->lists[type];

	list->count = writing->network->objects[type].count;
	list->items = memory_new(list->count + 1, sizeof(*list->items));
	for (size_t i = 0; i < list->count; i++) {
		const void *object = network_at(writing->network, type, i);
		uint32_t netns = object_netns(type, object);

		list->items[i] = (struct entry){
			.space = netns < writing->spaces_count ? writing->spaces[netns] : 0,
			.dev = dev_of(type, object),
			.at = i,
		};
	}
	qsort(list->items, list->count, sizeof(*list->items), by_place);
}

static void pick_remotes(struct writing *writing)
{
	struct list *all = &writing->lists[OBJECT_FDB], *remotes = &writing->remotes;
	size_t kept = 0;

	remotes->items = memory_new(all->count + 1, sizeof(*remotes->items));
	for (size_t i = 0; i < all->count; i++) {
		const struct fdb *fdb = network_at(writing->network, OBJECT_FDB, all->items[i].at);

		if (!is_remote(writing, fdb)) {
			all->items[kept++] = all->items[i];
			continue;
		}
		remotes->items[remotes->count] = all->items[i];
		remotes->items[remotes->count++].dev = fdb->dev.id;
	}
	all->count = kept;
	qsort(remotes->items, remotes->count, sizeof(*remotes->items), by_place);
}

static void order_all(struct writing *writing)
{
	const struct objects *netns = &writing->network->objects[OBJECT_NETNS];

	for (size_t i = 0; i < netns->count; i++) {
		uint32_t id = ((const struct netns *)network_at(writing->network, OBJECT_NETNS, i))
				      ->name.id;

		if (id >= writing->spaces_count) {
			writing->spaces =
				memory_resize(writing->spaces, id + 1, sizeof(*writing->spaces));
			memset(writing->spaces + writing->spaces_count, 0,
			       (id + 1 - writing->spaces_count) * sizeof(*writing->spaces));
			writing->spaces_count = id + 1;
		}
		writing->spaces[id] = (uint32_t)i + 1;
	}
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		if (type != OBJECT_NETNS)
			order(writing, (enum object_type)type);
	pick_remotes(writing);
	writing->is_written =
		memory_new(writing->network->objects[OBJECT_LINK].count + 1, sizeof(bool));
}

static void writing_clear(struct writing *writing)
{
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		free(writing->lists[type].items);
	free(writing->remotes.items);
	free(writing->is_written);
	free(writing->spaces);
}

/* LINK, or NETNS/LINK where it is elsewhere. */
static void put_reference(struct writing *writing, const char *key, uint32_t netns, uint32_t name,
			  bool *any)
{
	struct text reference = { 0 };

	if (netns != writing->netns)
		text_printf(&reference, "%s/", netns ? name_of(writing, netns) : "host");
	text_puts(&reference, name_of(writing, name));
	yaml_pair(writing->text, any, key, text_string(&reference));
	text_clear(&reference);
}

static void put_row(struct writing *writing, const struct attr_table *table, const struct attr *row,
		    const void *object, bool *any)
{
	struct text value = { 0 };

	if (attr_is_null(table, object, row)) {
		yaml_key(writing->text, any, row->name);
		text_puts(writing->text, "null");
		return;
	}
	attr_print_raw(row, &writing->context, object, &value);
	yaml_pair(writing->text, any, row->name, text_string(&value));
	text_clear(&value);
}

static void put_rows(struct writing *writing, const struct attr_table *table, const void *object,
		     bool *any)
{
	for (const struct attr *row = table->rows; row < table->rows + table->count; row++)
		if (!(row->traits & (ATTR_KEY | ATTR_STATUS | ATTR_ACTION)) &&
		    (attr_has(table, object, row) || attr_is_null(table, object, row)))
			put_row(writing, table, row, object, any);
}

static bool is_veth(const struct link *link)
{
	return link->kind_info == link_kind_find("veth");
}

/* The one end names the other, which needs no type then. */
static void put_kind(struct writing *writing, const struct link *link, size_t at, bool *any)
{
	struct link key = { .netns = link->peer_netns, .name = link->peer };
	size_t other;

	if (!link->kind.id || writing->is_written[at])
		return;
	yaml_pair(writing->text, any, "type", name_of(writing, link->kind.id));
	if (!is_veth(link) || !link->peer.id)
		return;
	put_reference(writing, "peer", link->peer_netns.id, link->peer.id, any);
	if (network_find(writing->network, OBJECT_LINK, &key, &other))
		writing->is_written[other] = true;
}

/* `up` goes without saying of what the lab makes. */
static const struct attr *usual_up(const struct writing *writing, const struct link *link)
{
	const struct attr *row = ATTR_ROW(&link_table, link, up);
	bool is_usual = link->manage == MANAGE_OWN && (link->kind.id || writing->is_made);

	return is_usual && (!attr_has(&link_table, link, row) || link->up) &&
			       !attr_is_null(&link_table, link, row)
		       ? row
		       : NULL;
}

static void put_link_rows(struct writing *writing, const struct link *link, bool *any)
{
	const struct attr *lower = ATTR_ROW(&link_table, link, link);
	const struct attr *lower_netns = ATTR_ROW(&link_table, link, link_netns);
	const struct attr *up = usual_up(writing, link);

	for (const struct attr *row = link_table.rows; row < link_table.rows + link_table.count;
	     row++) {
		if (row == up || row == lower_netns ||
		    row->traits & (ATTR_KEY | ATTR_STATUS | ATTR_ACTION) ||
		    !(attr_has(&link_table, link, row) || attr_is_null(&link_table, link, row)))
			continue;
		if (row == lower && attr_has(&link_table, link, lower_netns))
			put_reference(writing, row->name, link->link_netns.id, link->link.id, any);
		else
			put_row(writing, &link_table, row, link, any);
	}
	if (link->kind_info && link->kind_info->table)
		put_rows(writing, link->kind_info->table, &link->data, any);
}

static void put_port(struct writing *writing, const struct link *link, bool *any)
{
	bool any_port = false;

	if (!(link->port.asked.value | link->port.asked.null))
		return;
	yaml_key(writing->text, any, "port");
	put_rows(writing, &bridge_port_table, &link->port, &any_port);
	text_puts(writing->text, any_port ? "}" : "{}");
}

/* An entry of a link, in the link's list. */
static void put_hanging(struct writing *writing, enum object_type type, const void *object)
{
	const struct address *to = &((const struct fdb *)object)->dst;
	struct link_address address;
	struct text words = { 0 };

	if (type == OBJECT_ALTNAME) {
		yaml_scalar(writing->text,
			    name_of(writing, ((const struct altname *)object)->name.id));
		return;
	}
	if (type == OBJECT_FDB) {
		address_print(to->family, to->bytes, &words);
		yaml_scalar(writing->text, text_string(&words));
		text_clear(&words);
		return;
	}
	if (type == OBJECT_VNI) {
		vni_words_put(object, &words);
		yaml_scalar(writing->text, text_string(&words));
		text_clear(&words);
		return;
	}
	address = *(const struct link_address *)object;
	attr_drop(&address_table, &address, ATTR_ROW(&address_table, link_address, dev));
	object_words(type, &writing->context, &address, NULL, WORDS_NEW, ATTR_STYLE_OVL, &words);
	yaml_scalar(writing->text, text_string(&words));
	text_clear(&words);
}

/* What of the type hangs on the link. */
static void put_list(struct writing *writing, const struct link *link, const struct list *list,
		     enum object_type type, const char *key, bool *any)
{
	size_t low = list->from, high = list->to;
	bool is_first = true;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list->items[middle].dev < link->name.id)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < list->to && list->items[low].dev == link->name.id; low++) {
		if (is_first) {
			yaml_key(writing->text, any, key);
			text_char(writing->text, '[');
		} else {
			text_puts(writing->text, ", ");
		}
		is_first = false;
		put_hanging(writing, type, network_at(writing->network, type, list->items[low].at));
	}
	if (!is_first)
		text_char(writing->text, ']');
}

static void put_manage(struct writing *writing, uint8_t manage, bool *any)
{
	if (manage == MANAGE_ADOPT)
		yaml_pair(writing->text, any, "adopt", "true");
	else if (manage != MANAGE_OWN)
		yaml_pair(writing->text, any, "manage", "patch");
}

/* Whether nobody needs to be told of the link: what it is like follows from others. */
static bool goes_without_saying(const struct writing *writing, const struct link *link, size_t at)
{
	return (link->name.id == writing->lo && writing->is_made) || writing->is_written[at];
}

static void put_link(struct writing *writing, size_t at, bool *any_link)
{
	const struct link *link = network_at(writing->network, OBJECT_LINK, at);
	size_t before = writing->text->length;
	bool any = false;

	if (!*any_link) {
		put_indent(writing, 0);
		text_puts(writing->text, "links:\n");
	}
	put_indent(writing, 2);
	yaml_scalar(writing->text, name_of(writing, link->name.id));
	text_puts(writing->text, ": ");
	put_kind(writing, link, at, &any);
	put_manage(writing, link->manage, &any);
	put_link_rows(writing, link, &any);
	put_port(writing, link, &any);
	put_list(writing, link, &writing->lists[OBJECT_ALTNAME], OBJECT_ALTNAME, "altname", &any);
	put_list(writing, link, &writing->lists[OBJECT_ADDRESS], OBJECT_ADDRESS, "addr", &any);
	put_list(writing, link, &writing->remotes, OBJECT_FDB, "remotes", &any);
	put_list(writing, link, &writing->lists[OBJECT_VNI], OBJECT_VNI, "vnis", &any);
	if (!any && goes_without_saying(writing, link, at)) {
		text_cut(writing->text, before);
		return;
	}
	*any_link = true;
	text_puts(writing->text, any ? "}\n" : "{}\n");
}

static void put_links(struct writing *writing)
{
	const struct list *list = &writing->lists[OBJECT_LINK];
	bool any = false;

	for (size_t i = list->from; i < list->to; i++)
		put_link(writing, list->items[i].at, &any);
}

static void put_entries(struct writing *writing, enum object_type type, const char *key)
{
	const struct list *list = &writing->lists[type];

	for (size_t i = list->from; i < list->to; i++) {
		const void *object = network_at(writing->network, type, list->items[i].at);
		struct text words = { 0 };

		if (i == list->from) {
			put_indent(writing, 0);
			text_printf(writing->text, "%s:\n", key);
		}
		object_words(type, &writing->context, object, NULL, WORDS_NEW, ATTR_STYLE_OVL,
			     &words);
		put_indent(writing, 2);
		text_puts(writing->text, "- ");
		yaml_scalar(writing->text, text_string(&words));
		text_char(writing->text, '\n');
		text_clear(&words);
	}
}

static void put_sysctls(struct writing *writing)
{
	const struct list *list = &writing->lists[OBJECT_SYSCTL];

	for (size_t i = list->from; i < list->to; i++) {
		const struct sysctl *sysctl =
			network_at(writing->network, OBJECT_SYSCTL, list->items[i].at);

		if (i == list->from) {
			put_indent(writing, 0);
			text_puts(writing->text, "sysctl:\n");
		}
		put_indent(writing, 2);
		yaml_scalar(writing->text, name_of(writing, sysctl->key.id));
		text_puts(writing->text, ": ");
		yaml_scalar(writing->text, name_of(writing, sysctl->value.id));
		text_char(writing->text, '\n');
	}
}

static void list_go_on(struct list *list, uint32_t space)
{
	list->from = list->to;
	while (list->to < list->count && list->items[list->to].space == space)
		list->to++;
}

/* Namespaces are written in their order, and so lies what is in them. */
static void put_body(struct writing *writing, uint32_t space)
{
	for (size_t type = 0; type < OBJECT_TYPES; type++)
		list_go_on(&writing->lists[type], space);
	list_go_on(&writing->remotes, space);
	put_links(writing);
	put_entries(writing, OBJECT_ROUTE, "routes");
	put_entries(writing, OBJECT_NEIGHBOUR, "arp");
	put_entries(writing, OBJECT_FDB, "fdb");
	put_sysctls(writing);
}

static void put_netns(struct writing *writing, size_t at)
{
	const struct netns *netns = network_at(writing->network, OBJECT_NETNS, at);
	size_t before;

	if (!at)
		text_puts(writing->text, "netns:\n");
	text_puts(writing->text, "  ");
	yaml_scalar(writing->text, name_of(writing, netns->name.id));
	text_puts(writing->text, ":\n");
	before = writing->text->length;
	writing->netns = netns->name.id;
	writing->is_made = netns->manage == MANAGE_OWN;
	if (!writing->is_made) {
		put_indent(writing, 0);
		text_puts(writing->text,
			  netns->manage == MANAGE_ADOPT ? "adopt: true\n" : "manage: patch\n");
	}
	if (ATTR_HAS(&netns_table, netns, netns, id)) {
		put_indent(writing, 0);
		text_printf(writing->text, "id: %d\n", (int)netns->id);
	}
	put_body(writing, (uint32_t)at + 1);
	/* A key without a value is an error. */
	if (writing->text->length == before) {
		text_cut(writing->text, before - 1);
		text_puts(writing->text, " {}\n");
	}
}

void topology_text(struct network *network, const struct attr_context *context, const char *lab,
		   struct text *text)
{
	struct text out = { 0 };
	struct writing writing = {
		.network = network,
		.context = *context,
		.text = &out,
		.lo = names_find(context->names, "lo"),
	};

	network_index(network, OBJECT_LINK);
	text_puts(&out, "ovl: 1\nlab: ");
	yaml_scalar(&out, lab);
	text_char(&out, '\n');
	order_all(&writing);
	put_body(&writing, 0);
	writing.indent = 4;
	for (size_t i = 0; i < network->objects[OBJECT_NETNS].count; i++)
		put_netns(&writing, i);
	text_put(text, out.bytes, out.length);
	text_clear(&out);
	writing_clear(&writing);
}
