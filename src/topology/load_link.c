/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "topology/load_link.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/names.h"
#include "base/words.h"
#include "model/altname.h"
#include "topology/load_entry.h"
#include "topology/word_list.h"

const char *const link_keys[] = { "type", "peer", "addr",  "altname", "remotes",
				  "vnis", "port", "adopt", "manage",  NULL };

struct loading_link {
	struct link link;
	struct loaded_link fact;
	const struct space *space;
	bool is_default; /* part of `defaults`: no link of its own */
};

bool load_takes(const struct attr *row)
{
	return !(row->traits & (ATTR_STATUS | ATTR_ACTION | ATTR_KEY)) &&
	       strcmp(row->name, "link-netns") != 0;
}

static const struct attr *find_row(const struct attr_table *table, const char *key)
{
	for (size_t i = 0; i < table->count; i++)
		if (!strcmp(table->rows[i].name, key) && load_takes(&table->rows[i]))
			return &table->rows[i];
	for (size_t i = 0; i < table->count; i++)
		if (words_among(table->rows[i].alias, key) && load_takes(&table->rows[i]))
			return &table->rows[i];
	return NULL;
}

/* False and a mistake when the row has a value, or a null, already. */
static bool is_first(struct loader *loader, const struct attr_table *table, void *object,
		     const struct attr *row, const struct node *node)
{
	const struct attr_set *asked = attr_asked(table, object);

	if (!((asked->value | asked->null) & attr_bit(table, row)))
		return true;
	loader_refuse(loader, node_key_place(node), "'%s' is given twice: '%s' sets it again",
		      row->name, node->key);
	return false;
}

static void load_value(struct loader *loader, const struct scope *scope,
		       const struct attr_table *table, const struct attr *row, void *object,
		       const struct node *node)
{
	struct word_list *list = word_list_begin(loader);
	struct error error = { 0 };
	struct words words;

	if (!is_first(loader, table, object, row, node))
		return;
	if (node_is_null(node)) {
		attr_asked(table, object)->null |= attr_bit(table, row);
		return;
	}
	if (!word_list_value(loader, scope, node, row->type == &attr_type_label))
		return;
	words = word_list_words(list);
	if (attr_parse(table, row, &loader->context, object, &words, &error) < 0)
		loader_mistake(loader, word_list_place(loader, &words, error.text, node->at),
			       &error);
	else if (words.left)
		loader_refuse(loader, word_list_place(loader, &words, "", node->at),
			      "%s: '%s' is more than the value", node->key, *words.at);
}

/* [NETNS/]LINK; of all but `peer` and `link` in the link's own namespace. */
static bool load_reference(struct loader *loader, const struct scope *scope,
			   const struct loading_link *loading, const struct node *node,
			   bool may_be_elsewhere, uint32_t *netns, uint32_t *name)
{
	const char *text = loader_scalar(loader, scope, node, node->key);
	struct error error = { 0 };

	if (!text)
		return false;
	if (loader_reference(loader, loading->space, text, netns, name, &error) < 0) {
		error_wrap(&error, "%s", node->key);
		loader_mistake(loader, node->at, &error);
		return false;
	}
	if (may_be_elsewhere || *netns == loading->space->netns)
		return true;
	loader_refuse(loader, node->at, "%s: '%s' is in another namespace, where it cannot be used",
		      node->key, node->text);
	return false;
}

/* A row that names a link. */
static void load_link_name(struct loader *loader, const struct scope *scope,
			   struct loading_link *loading, const struct attr_table *table,
			   const struct attr *row, void *object, const struct node *node)
{
	struct link *link = &loading->link;
	bool is_lower = table == &link_table && row->offset == offsetof(struct link, link);
	struct link_name *field = attr_field(row, object);
	uint32_t netns, name;

	if (node_is_null(node)) {
		load_value(loader, scope, table, row, object, node);
		return;
	}
	if (!is_first(loader, table, object, row, node) ||
	    !load_reference(loader, scope, loading, node, is_lower, &netns, &name))
		return;
	field->id = name;
	attr_mark(table, object, row);
	if (table == &bridge_port_table)
		return;
	if (table == &link_table && row->offset == offsetof(struct link, master))
		loading->fact.master = node->at;
	else
		loading->fact.lower = node->at;
	if (is_lower && netns != link->netns.id) {
		link->link_netns.id = netns;
		ATTR_MARK(&link_table, link, link, link_netns);
	}
}

static bool load_row(struct loader *loader, const struct scope *scope, struct loading_link *loading,
		     const struct part *part, const struct node *node)
{
	const struct attr *row = find_row(part->table, node->key);

	if (!row)
		return false;
	if (row->type == &attr_type_link_name)
		load_link_name(loader, scope, loading, part->table, row, part->object, node);
	else
		load_value(loader, scope, part->table, row, part->object, node);
	if (part->table == &link_table && row->offset == offsetof(struct link, mtu))
		loading->fact.mtu = node->at;
	return true;
}

static void load_port(struct loader *loader, const struct scope *scope,
		      struct loading_link *loading, const struct node *map)
{
	struct part part = { .table = &bridge_port_table, .object = &loading->link.port };

	if (!loader_expects(loader, map, NODE_MAP, "port"))
		return;
	for (const struct node *node = map->first; node && !loader_is_done(loader);
	     node = node->next)
		if (!load_row(loader, scope, loading, &part, node))
			loader_unknown_key(loader, node, NULL, &part, 1);
}

static void load_peer(struct loader *loader, const struct scope *scope,
		      struct loading_link *loading, const struct node *node)
{
	struct link *link = &loading->link;

	if (load_reference(loader, scope, loading, node, true, &link->peer_netns.id,
			   &link->peer.id))
		loading->fact.peer = node->at;
}

static void load_type(struct loader *loader, const struct scope *scope,
		      struct loading_link *loading, const struct node *node)
{
	struct link *link = &loading->link;
	const char *kind = loader_scalar(loader, scope, node, "type"), *best = NULL;
	size_t distance = SIZE_MAX;
	struct error error = { 0 };

	if (!kind)
		return;
	link_set_kind(link, loader->names, kind);
	/* Of a link that exists no more than the name of its kind need be known. */
	if (link->kind_info || link->manage == MANAGE_PATCH)
		return;
	for (size_t i = 0; i < link_kinds_count; i++)
		words_nearer(kind, link_kinds[i].name, &best, &distance);
	error_usage(&error, "type: there is no kind of link '%s'", kind);
	words_suggest(&error, kind, best, distance);
	loader_mistake(loader, node->at, &error);
}

/* `adopt: true` and `manage: patch`. */
enum manage load_manage(struct loader *loader, const struct scope *scope, const struct node *map)
{
	const struct node *adopt = node_find(map, "adopt"), *manage = node_find(map, "manage");
	enum manage how = MANAGE_OWN;
	const char *text;

	if (adopt && (text = loader_scalar(loader, scope, adopt, "adopt"))) {
		if (!strcmp(text, "true"))
			how = MANAGE_ADOPT;
		else if (strcmp(text, "false") != 0)
			loader_refuse(loader, adopt->at, "adopt: '%s' is neither true nor false",
				      text);
	}
	if (manage && (text = loader_scalar(loader, scope, manage, "manage"))) {
		if (strcmp(text, "patch") != 0)
			loader_refuse(loader, manage->at,
				      "manage: '%s' is not known (known: patch)", text);
		else if (how == MANAGE_ADOPT)
			loader_refuse(loader, manage->at,
				      "'adopt' and 'manage: patch' exclude each "
				      "other");
		how = MANAGE_PATCH;
	}
	return how;
}

static bool is_link_key(const char *key)
{
	size_t i = 0;

	while (link_keys[i] && strcmp(link_keys[i], key) != 0)
		i++;
	return link_keys[i];
}

static void load_attributes(struct loader *loader, const struct scope *scope,
			    struct loading_link *loading, const struct node *map)
{
	struct link *link = &loading->link;
	struct part parts[PARTS];
	size_t count = 0;

	/* The kind's own word wins, as in `ovl KIND add`. */
	if (link->kind_info && link->kind_info->table)
		parts[count++] =
			(struct part){ .table = link->kind_info->table, .object = &link->data };
	parts[count++] = (struct part){ .table = &link_table, .object = link };
	for (const struct node *node = map->first; node && !loader_is_done(loader);
	     node = node->next) {
		size_t i = 0;

		if (!strcmp(node->key, "port")) {
			load_port(loader, scope, loading, node);
			continue;
		}
		if (!loading->is_default && is_link_key(node->key))
			continue;
		while (i < count && !load_row(loader, scope, loading, &parts[i], node))
			i++;
		if (i == count)
			loader_unknown_key(loader, node, loading->is_default ? NULL : link_keys,
					   parts, count);
	}
}

static void load_address(struct loader *loader, const struct scope *scope, const char *name,
			 const struct node *node, void *cookie)
{
	const struct loading_link *loading = cookie;

	(void)name;
	load_link_address(loader, scope, node, &loading->link);
}

static void load_remote(struct loader *loader, const struct scope *scope, const char *name,
			const struct node *node, void *cookie)
{
	const struct loading_link *loading = cookie;

	(void)name;
	load_flood_entry(loader, scope, node, &loading->link);
}

static void load_vni(struct loader *loader, const struct scope *scope, const char *name,
		     const struct node *node, void *cookie)
{
	const struct loading_link *loading = cookie;

	(void)name;
	load_link_vni(loader, scope, node, &loading->link);
}

static void load_altname(struct loader *loader, const struct scope *scope, const char *name,
			 const struct node *node, void *cookie)
{
	const struct loading_link *loading = cookie;
	const char *text = loader_scalar(loader, scope, node, "altname");
	struct altname altname = { .netns = loading->link.netns, .dev = loading->link.name };
	struct error error = { 0 };

	(void)name;
	if (!text)
		return;
	if (altname_check(text, &error) < 0) {
		loader_mistake(loader, node->at, &error);
		return;
	}
	altname.name.id = names_of(loader->names, text);
	ATTR_MARK(&altname_table, altname, &altname, dev);
	ATTR_MARK(&altname_table, altname, &altname, name);
	network_add(loader->network, OBJECT_ALTNAME, &altname, origin_of(node->at));
}

/* A list that only a vxlan has. */
static void load_vxlan_list(struct loader *loader, const struct scope *scope,
			    struct loading_link *loading, const struct node *list,
			    loader_function *function)
{
	if (loading->link.kind_info != link_kind_find("vxlan"))
		loader_refuse(loader, node_key_place(list), "'%s' are a vxlan's", list->key);
	else
		loader_each_entry(loader, scope, list, list->key, true, function, loading);
}

static void load_hanging(struct loader *loader, const struct scope *scope,
			 struct loading_link *loading, const struct node *map)
{
	const struct node *addresses = node_find(map, "addr");
	const struct node *altnames = node_find(map, "altname");
	const struct node *remotes = node_find(map, "remotes");
	const struct node *vnis = node_find(map, "vnis");

	if (addresses)
		loader_each_entry(loader, scope, addresses, "addr", true, load_address, loading);
	if (altnames)
		loader_each_entry(loader, scope, altnames, "altname", true, load_altname, loading);
	if (remotes)
		load_vxlan_list(loader, scope, loading, remotes, load_remote);
	/* Of a link that exists the kernel knows whether it has a filter. */
	if (vnis && loading->link.kind_info == link_kind_find("vxlan") &&
	    loading->link.manage == MANAGE_OWN && !loading->link.data.vxlan.vnifilter)
		loader_refuse(loader, node_key_place(vnis),
			      "'vnis' are of a vxlan with 'external: on' and 'vnifilter: on'");
	else if (vnis)
		load_vxlan_list(loader, scope, loading, vnis, load_vni);
}

static void load_link(struct loader *loader, const struct scope *scope, const char *name,
		      const struct node *node, void *cookie)
{
	const struct space *space = &loader->spaces[*(const uint32_t *)cookie];
	struct loading_link loading = { .space = space, .fact.space = *(const uint32_t *)cookie };
	struct link *link = &loading.link;
	const struct node *peer, *type;
	struct error error = { 0 };
	size_t mistakes = loader->mistakes_count;

	if (!loader_expects(loader, node, NODE_MAP, name))
		return;
	peer = node_find(node, "peer");
	type = node_find(node, "type");
	link->netns.id = space->netns;
	link->manage = (uint8_t)load_manage(loader, scope, node);
	/* In what the lab makes nothing can be somebody else's. */
	if (space->is_made)
		link->manage = MANAGE_OWN;
	if (loader_link_name(loader, name, link->manage == MANAGE_PATCH, &link->name.id, &error) <
	    0) {
		loader_mistake(loader, node_key_place(node), &error);
		return;
	}
	ATTR_MARK(&link_table, link, link, name);
	if (type)
		load_type(loader, scope, &loading, type);
	if (mistakes != loader->mistakes_count)
		return;
	if (peer)
		load_peer(loader, scope, &loading, peer);
	load_attributes(loader, scope, &loading, node);
	link_take_defaults(link, space);
	load_hanging(loader, scope, &loading, node);
	loader_add_link(loader, link, &loading.fact, node_key_place(node));
}

void load_links(struct loader *loader, const struct scope *scope, const struct node *map,
		uint32_t space)
{
	loader_each_key(loader, scope, map, "links", load_link, &space);
}

static void take_default(const struct attr_table *table, void *object, const void *from)
{
	const struct attr_set *have = attr_asked(table, object);
	struct attr_set given =
		*(const struct attr_set *)(const void *)((const char *)from + table->asked);

	given.value &= ~(have->value | have->null);
	given.null &= ~(have->value | have->null);
	for (size_t i = 0; i < table->count; i++)
		if (given.value >> i & 1)
			memcpy(attr_field(&table->rows[i], object),
			       attr_value(&table->rows[i], from), table->rows[i].size);
	attr_asked(table, object)->value |= given.value;
	attr_asked(table, object)->null |= given.null;
}

void link_take_defaults(struct link *link, const struct space *space)
{
	const struct link *from;

	/* What is somebody else's is changed in what is named at the link itself. */
	if (!space->defaults || !link->kind_info || link->manage == MANAGE_PATCH ||
	    link->manage == MANAGE_EXPECT)
		return;
	from = space->defaults[link->kind_info - link_kinds];
	if (!from)
		return;
	take_default(&link_table, link, from);
	/* Of the links of a kind only some are ports. */
	if (link->master.id)
		take_default(&bridge_port_table, &link->port, &from->port);
	if (link->kind_info->table)
		take_default(link->kind_info->table, &link->data, &from->data);
}

struct loading_defaults {
	struct link **links;
	struct space space;
};

static void load_default(struct loader *loader, const struct scope *scope, const char *name,
			 const struct node *node, void *cookie)
{
	struct loading_defaults *defaults = cookie;
	struct loading_link loading = { .space = &defaults->space, .is_default = true };
	const struct link_kind *kind = link_kind_find(name);
	const char *best = NULL;
	size_t distance = SIZE_MAX;
	struct error error = { 0 };
	struct space outer = { .defaults = defaults->links };
	const struct link *from;

	if (!kind) {
		for (size_t i = 0; i < link_kinds_count; i++)
			words_nearer(name, link_kinds[i].name, &best, &distance);
		error_usage(&error, "defaults: there is no kind of link '%s'", name);
		words_suggest(&error, name, best, distance);
		loader_mistake(loader, node_key_place(node), &error);
		return;
	}
	if (!loader_expects(loader, node, NODE_MAP, name))
		return;
	link_set_kind(&loading.link, loader->names, name);
	loading.link.netns.id = defaults->space.netns;
	load_attributes(loader, scope, &loading, node);
	link_take_defaults(&loading.link, &outer);
	from = defaults->links[kind - link_kinds];
	if (from)
		take_default(&bridge_port_table, &loading.link.port, &from->port);
	defaults->links[kind - link_kinds] =
		arena_copy(&loader->network->arena, &loading.link, sizeof(loading.link));
}

struct link **load_defaults(struct loader *loader, const struct scope *scope,
			    const struct node *map, struct link *const *outer, uint32_t netns)
{
	struct loading_defaults defaults = {
		.links = arena_new(&loader->network->arena,
				   link_kinds_count * sizeof(struct link *)),
		.space = { .netns = netns, .host_netns = netns },
	};

	if (outer)
		memcpy(defaults.links, outer, link_kinds_count * sizeof(*outer));
	loader_each_key(loader, scope, map, "defaults", load_default, &defaults);
	return defaults.links;
}
