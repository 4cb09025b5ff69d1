/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "topology/load_lab.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/names.h"
#include "base/words.h"
#include "model/lab.h"
#include "model/netns.h"
#include "topology/load_entry.h"
#include "topology/load_link.h"
#include "topology/load_segment.h"

#define BODY "links", "routes", "arp", "fdb", "sysctl", "defaults"

static const char *const file_keys[] = { "ovl",   "lab",      "vars",  BODY, "netns",
					 "hosts", "segments", "wires", NULL };
static const char *const host_keys[] = { BODY, "netns", NULL };
static const char *const netns_keys[] = { BODY, "id", "adopt", "manage", NULL };

enum { VARIABLES_MOST = 256 };

/* What stands at the top of a file beside its hosts. */
static const char *const beside_hosts[] = { BODY, "netns", NULL };

static void load_body(struct loader *loader, const struct scope *scope, const struct node *map,
		      uint32_t space)
{
	const struct node *links = node_find(map, "links"), *routes = node_find(map, "routes");
	const struct node *arp = node_find(map, "arp"), *fdb = node_find(map, "fdb");
	const struct node *sysctl = node_find(map, "sysctl");

	if (links)
		load_links(loader, scope, links, space);
	if (routes)
		load_routes(loader, scope, routes, space);
	if (arp)
		load_neighbours(loader, scope, arp, space);
	if (fdb)
		load_fdb(loader, scope, fdb, space);
	if (sysctl)
		load_sysctls(loader, scope, sysctl, space);
}

static struct link **defaults_of(struct loader *loader, const struct scope *scope,
				 const struct node *map, struct link **outer, uint32_t netns)
{
	const struct node *defaults = node_find(map, "defaults");

	return defaults ? load_defaults(loader, scope, defaults, outer, netns) : outer;
}

/* The namespaces of a host. */
struct loading_netns {
	uint32_t host;       /* interned name of an emulated host; 0 */
	uint32_t host_netns; /* where the host itself is */
	struct link **defaults;
};

static void add_netns(struct loader *loader, uint32_t name, enum manage manage, const int32_t *id,
		      struct place_in_file at)
{
	struct netns netns = { .name.id = name, .manage = (uint8_t)manage, .id = id ? *id : -1 };

	ATTR_MARK(&netns_table, netns, &netns, name);
	if (id)
		ATTR_MARK(&netns_table, netns, &netns, id);
	network_add(loader->network, OBJECT_NETNS, &netns, origin_of(at));
}

/* `id: N`; false when it says none. */
static bool load_id(struct loader *loader, const struct scope *scope, const struct node *map,
		    int32_t *id)
{
	const struct node *node = node_find(map, "id");
	const char *text = node ? loader_scalar(loader, scope, node, "id") : NULL;
	const struct attr *row = ATTR_ROW(&netns_table, netns, id);
	struct netns netns = { 0 };
	struct error error = { 0 };
	char *word;
	struct words words = { &word, 1 };

	if (!text)
		return false;
	memcpy(&word, &text, sizeof(word));
	if (attr_parse(&netns_table, row, &loader->context, &netns, &words, &error) < 0)
		loader_mistake(loader, node->at, &error);
	*id = netns.id;
	return true;
}

static void load_netns(struct loader *loader, const struct scope *scope, const char *name,
		       const struct node *node, void *cookie)
{
	const struct loading_netns *around = cookie;
	struct space space = { .host = around->host,
			       .host_netns = around->host_netns,
			       .at = node_key_place(node) };
	struct error error = { 0 };
	size_t count = loader->spaces_count;
	enum manage manage;
	int32_t id = -1;
	bool has_id;
	uint32_t index;

	space.netns = loader_netns_name(loader, around->host, name, &error);
	if (!space.netns) {
		loader_mistake(loader, space.at, &error);
		return;
	}
	if (!loader_expects(loader, node, NODE_MAP, name))
		return;
	loader_check_keys(loader, node, netns_keys);
	manage = load_manage(loader, scope, node);
	/* All of an emulated host is new. */
	if (around->host)
		manage = MANAGE_OWN;
	has_id = load_id(loader, scope, node, &id);
	space.is_made = manage == MANAGE_OWN;
	space.defaults = defaults_of(loader, scope, node, around->defaults, space.netns);
	index = loader_add_space(loader, &space);
	if (index < count)
		return;
	add_netns(loader, space.netns, manage, has_id ? &id : NULL, space.at);
	load_body(loader, scope, node, index);
}

/* A host's own body and its namespaces. `netns` 0: it is the machine that ovl runs on. */
static void load_host_body(struct loader *loader, const struct scope *scope, const struct node *map,
			   uint32_t host, uint32_t netns, struct link **defaults,
			   struct place_in_file at)
{
	const struct node *inner = node_find(map, "netns");
	struct space space = {
		.netns = netns, .host_netns = netns, .host = host, .is_made = netns, .at = at
	};
	struct loading_netns around = { host, netns, NULL };
	size_t count = loader->spaces_count;
	uint32_t index;

	space.defaults = around.defaults = defaults_of(loader, scope, map, defaults, netns);
	index = loader_add_space(loader, &space);
	if (index < count)
		return;
	if (netns)
		add_netns(loader, netns, MANAGE_OWN, NULL, at);
	load_body(loader, scope, map, index);
	if (inner)
		loader_each_key(loader, scope, inner, "netns", load_netns, &around);
}

static void load_host(struct loader *loader, const struct scope *scope, const char *name,
		      const struct node *node, void *cookie)
{
	struct place_in_file at = node_key_place(node);
	const char *wanted = loader->options->host;
	struct error error = { 0 };
	uint32_t netns = loader_netns_name(loader, 0, name, &error), other;

	if (!netns) {
		loader_mistake(loader, at, &error);
		return;
	}
	if (strchr(name, '.')) {
		loader_refuse(loader, at,
			      "'%s': a host's name has no '.', which stands between host "
			      "and namespace",
			      name);
		return;
	}
	if (key_map_add(&loader->lab_index, key_map_pair(LAB_HOST, netns), 0, &other)) {
		loader_refuse(loader, at, "there is a host '%s' already", name);
		return;
	}
	if (wanted && strcmp(wanted, name) != 0)
		return;
	if (!loader_expects(loader, node, NODE_MAP, name))
		return;
	loader_check_keys(loader, node, host_keys);
	if (wanted)
		load_host_body(loader, scope, node, 0, 0, cookie, at);
	else
		load_host_body(loader, scope, node, netns, netns, cookie, at);
}

/* Near to --host: any host of the file. */
static void find_host(struct loader *loader, const struct node *hosts)
{
	const char *wanted = loader->options->host, *best = NULL;
	size_t distance = SIZE_MAX;
	struct error error = { 0 };
	uint32_t id = names_find(loader->names, wanted), other;

	if (loader->mistakes_count ||
	    (id && key_map_find(&loader->lab_index, key_map_pair(LAB_HOST, id), &other)))
		return;
	for (const struct node *node = hosts->first; node; node = node->next)
		words_nearer(wanted, node->key, &best, &distance);
	error_usage(&error, "--host '%s': the file has no such host", wanted);
	words_suggest(&error, wanted, best, distance);
	loader_mistake(loader, (struct place_in_file){ 0 }, &error);
}

static void load_hosts(struct loader *loader, const struct scope *scope, const struct node *file,
		       const struct node *hosts)
{
	const struct node *segments = node_find(file, "segments"),
			  *wires = node_find(file, "wires");
	struct link **defaults = defaults_of(loader, scope, file, NULL, 0);

	for (size_t i = 0; beside_hosts[i]; i++) {
		const struct node *node = node_find(file, beside_hosts[i]);

		if (node && strcmp(node->key, "defaults") != 0)
			loader_refuse(loader, node_key_place(node),
				      "'%s' stands in a host where there are 'hosts'", node->key);
	}
	loader_each_key(loader, scope, hosts, "hosts", load_host, defaults);
	if (loader->options->host && hosts->kind == NODE_MAP)
		find_host(loader, hosts);
	if (segments)
		load_segments(loader, scope, segments, defaults);
	if (wires)
		load_wires(loader, scope, wires);
}

static bool is_variable(const char *name)
{
	if (!isalpha((unsigned char)*name) && *name != '_')
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_')
			return false;
	return true;
}

/* The value behind --set NAME=, or NULL. */
static const char *set_value(const struct loader *loader, const char *name)
{
	const char *const *sets = loader->options->sets, *value = NULL;
	size_t length = strlen(name);

	for (; sets && *sets; sets++)
		if (!strncmp(*sets, name, length) && (*sets)[length] == '=')
			value = *sets + length + 1;
	return value;
}

/* Each variable sees those before it. The scopes live as long as the picture. */
static const struct scope *load_variables(struct loader *loader, const struct node *map)
{
	const struct scope *scope = NULL;
	size_t count = 0;

	if (!map || !loader_expects(loader, map, NODE_MAP, "vars"))
		return NULL;
	for (const struct node *node = map->first; node && !loader_is_done(loader);
	     node = node->next) {
		struct arena *arena = &loader->document->arena;
		const char *value = set_value(loader, node->key);
		struct scope *made;

		if (++count > VARIABLES_MOST) {
			loader_refuse(loader, node_key_place(node),
				      "there are more than %d variables", VARIABLES_MOST);
			return scope;
		}
		if (!is_variable(node->key)) {
			loader_refuse(
				loader, node_key_place(node),
				"'%s' is no name of a variable: letters, digits and _ are expected",
				node->key);
			continue;
		}
		if (!value)
			value = loader_scalar(loader, scope, node, node->key);
		if (!value)
			continue;
		made = arena_new(arena, sizeof(*made));
		*made = (struct scope){ scope, node->key,
					arena_copy(arena, value, strlen(value) + 1), NULL };
		scope = made;
	}
	return scope;
}

static void check_sets(struct loader *loader, const struct node *map)
{
	const char *const *sets = loader->options->sets;

	for (; sets && *sets; sets++) {
		size_t length = strcspn(*sets, "="), distance = SIZE_MAX;
		const char *best = NULL;
		struct error error = { 0 };
		bool is_known = false, is_map = map && map->kind == NODE_MAP;
		char name[64];

		snprintf(name, sizeof(name), "%.*s", (int)length, *sets);
		for (const struct node *node = is_map ? map->first : NULL; node;
		     node = node->next) {
			is_known |= !strcmp(node->key, name);
			words_nearer(name, node->key, &best, &distance);
		}
		if (is_known && (*sets)[length] && (*sets)[length + 1])
			continue;
		if (is_known || !(*sets)[length])
			error_usage(&error, "--set '%s': VAR=VALUE is expected", *sets);
		else
			error_usage(&error, "--set '%s': the file has no such variable", name);
		words_suggest(&error, name, is_known ? NULL : best, distance);
		loader_mistake(loader, (struct place_in_file){ 0 }, &error);
	}
}

/* `ovl: 1` and `lab: NAME`. */
static void load_head(struct loader *loader, const struct node *file)
{
	const struct node *version = node_find(file, "ovl"), *lab = node_find(file, "lab");
	const char *text;

	if (!version)
		loader_refuse(loader, file->at,
			      "the file does not say 'ovl: 1', the version of its "
			      "format");
	else if ((text = loader_scalar(loader, NULL, version, "ovl")) && strcmp(text, "1") != 0)
		loader_refuse(loader, version->at,
			      "ovl: '%s' is no version that is known: 1 is "
			      "expected",
			      text);
	if (!lab)
		loader_refuse(loader, file->at,
			      "the file does not say whose its objects are: "
			      "'lab: NAME'");
	else if ((text = loader_scalar(loader, NULL, lab, "lab")) && !lab_check_name(text))
		loader_refuse(loader, lab->at,
			      "lab: '%s' is no lab's name: 1 to 32 of a-z, 0-9 and "
			      "- are expected",
			      text);
	else if (text)
		loader->topology->lab = names_text(loader->names, names_of(loader->names, text));
}

void load_lab(struct loader *loader)
{
	const struct node *file = loader->document->root, *vars, *hosts;
	const struct scope *scope;

	if (!file || (file->kind == NODE_SCALAR && !*file->text)) {
		loader_refuse(loader, (struct place_in_file){ 0 }, "the file is empty");
		return;
	}
	if (!loader_expects(loader, file, NODE_MAP, "the file"))
		return;
	loader_check_keys(loader, file, file_keys);
	load_head(loader, file);
	vars = node_find(file, "vars");
	check_sets(loader, vars);
	scope = load_variables(loader, vars);
	hosts = node_find(file, "hosts");
	if (hosts) {
		load_hosts(loader, scope, file, hosts);
		return;
	}
	for (const char *const *key = (const char *const[]){ "segments", "wires", NULL }; *key;
	     key++)
		if (node_find(file, *key))
			loader_refuse(loader, node_key_place(node_find(file, *key)),
				      "'%s' join hosts, and there are no 'hosts'", *key);
	if (loader->options->host)
		loader_refuse(loader, (struct place_in_file){ 0 },
			      "--host '%s': the file has no 'hosts'", loader->options->host);
	load_host_body(loader, scope, file, 0, 0, NULL, file->at);
}
