/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "topology/load_entry.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/names.h"
#include "base/text.h"
#include "base/words.h"
#include "model/route.h"
#include "model/sysctl.h"
#include "model/uapi.h"
#include "text/entry_words.h"
#include "text/route_words.h"
#include "text/vni_words.h"
#include "topology/word_list.h"

/* The namespace the entries of a list are in, and what their words may name. */
struct around {
	const struct space *space;
	struct attr_context context;
	size_t count;
};

static struct around around_of(const struct loader *loader, uint32_t space)
{
	struct around around = { &loader->spaces[space], loader->context, 0 };

	/* On a real machine a link may be there that others named. */
	around.context.tolerant = !around.space->netns;
	return around;
}

static void refuse_entry(struct loader *loader, const struct words *words,
			 struct place_in_file entry, struct error *error)
{
	loader_mistake(loader, word_list_place(loader, words, error->text, entry), error);
}

static void add(struct loader *loader, struct around *around, enum object_type type,
		const void *object, const struct node *node)
{
	const struct topology_options *options = loader->options;
	size_t count = ++around->count;

	network_add(loader->network, type, object, origin_of(node->at));
	if (count >= TOPOLOGY_LONG && !(count & (count - 1)) && options->is_long)
		options->is_long(options->cookie, type, object, count);
}

static void put_prefix(const struct prefix *prefix, struct text *text)
{
	address_print(prefix->family, prefix->bytes, text);
	text_printf(text, "/%u", prefix->length);
}

/*
 * Of an IPv6 prefix the kernel drops the bits behind its length, so that the route
 * would never be the one that was asked for; of an IPv4 one it refuses them.
 */
static int check_prefix(const struct prefix *prefix, struct error *error)
{
	CLEANUP(text_clear) struct text said = { 0 };
	CLEANUP(text_clear) struct text meant = { 0 };
	struct prefix trimmed = *prefix;

	if (!prefix_trim(&trimmed))
		return 0;
	put_prefix(prefix, &said);
	put_prefix(&trimmed, &meant);
	return error_usage(error, "'%s' has bits behind its prefix (did you mean '%s'?)",
			   text_string(&said), text_string(&meant));
}

static int check_prefixes(const struct route_full *full, struct error *error)
{
	int r = check_prefix(&full->route.dst, error);

	return r < 0 ? r : check_prefix(&route_detail_of(full)->from, error);
}

static void load_route(struct loader *loader, const struct scope *scope, const char *name,
		       const struct node *node, void *cookie)
{
	struct around *around = cookie;
	struct route_full full = { .route.netns.id = around->space->netns };
	struct word_list *list = word_list_begin(loader);
	struct error error = { 0 };
	struct words words;
	int r;

	(void)name;
	if (!word_list_entry(loader, scope, node, &route_table, &route_detail_table))
		return;
	words = word_list_words(list);
	r = route_words_take(&around->context, &loader->pools, false, &full, &words, &error);
	if (!r)
		r = check_prefixes(&full, &error);
	if (r < 0) {
		refuse_entry(loader, &words, node->at, &error);
		return;
	}
	route_own(&full, &loader->network->arena);
	add(loader, around, OBJECT_ROUTE, &full, node);
}

static int refuse_passing(const struct attr *row, const struct attr_context *context,
			  const void *entry, const char *lasting, struct error *error)
{
	CLEANUP(text_clear) struct text state = { 0 };

	attr_print_raw(row, context, entry, &state);
	return error_usage(error, "'%s' is a state that passes: a file says %s",
			   text_string(&state), lasting);
}

/*
 * In any other state than these the kernel moves it on by itself, as it does one it
 * keeps resolved; what a control plane learned is that one's.
 */
static int check_neighbour_state(const struct loader *loader, const struct neighbour *neighbour,
				 struct error *error)
{
	const struct attr *row = ATTR_ROW(&neighbour_table, neighbour, state);

	if (loader->options->is_record)
		return 0;
	if (neighbour->extern_learn || neighbour->extern_valid)
		return error_usage(
			error, "'%s' is of a control plane's entries: it has no place in a file",
			neighbour->extern_learn ? "extern_learn" : "extern_valid");
	if (neighbour->managed)
		return error_usage(error, "'managed' means states that pass: it has no place in a "
					  "file");
	if (!attr_has(&neighbour_table, neighbour, row) ||
	    neighbour->state & (NUD_PERMANENT | NUD_NOARP))
		return 0;
	return refuse_passing(row, &loader->context, neighbour, "permanent or noarp", error);
}

static int check_fdb_state(const struct loader *loader, const struct fdb *fdb, struct error *error)
{
	const struct attr *row = ATTR_ROW(&fdb_table, fdb, state);

	if (loader->options->is_record || !attr_has(&fdb_table, fdb, row) ||
	    fdb->state & (NUD_PERMANENT | NUD_NOARP))
		return 0;
	return refuse_passing(row, &loader->context, fdb, "static or permanent", error);
}

static void load_neighbour(struct loader *loader, const struct scope *scope, const char *name,
			   const struct node *node, void *cookie)
{
	struct around *around = cookie;
	struct neighbour neighbour = { .netns.id = around->space->netns };
	struct word_list *list = word_list_begin(loader);
	struct error error = { 0 };
	struct words words;
	int r;

	(void)name;
	if (!word_list_entry(loader, scope, node, &neighbour_table, NULL))
		return;
	words = word_list_words(list);
	r = neighbour_words_take(&around->context, &neighbour, &words, &error);
	if (!r && neighbour.use)
		r = error_usage(&error, "'use' is done once and is no state: it has no place in a "
					"file");
	if (!r)
		r = check_neighbour_state(loader, &neighbour, &error);
	if (!r)
		r = neighbour_settle(&neighbour, &error);
	if (r < 0)
		refuse_entry(loader, &words, node->at, &error);
	else
		add(loader, around, OBJECT_NEIGHBOUR, &neighbour, node);
}

/* Whose table it is in is settled when all links are known. */
static void load_fdb_entry(struct loader *loader, const struct scope *scope, const char *name,
			   const struct node *node, void *cookie)
{
	struct around *around = cookie;
	struct fdb fdb = { .netns.id = around->space->netns };
	struct word_list *list = word_list_begin(loader);
	struct error error = { 0 };
	struct words words;
	int r;

	(void)name;
	if (!word_list_entry(loader, scope, node, &fdb_table, NULL))
		return;
	words = word_list_words(list);
	r = fdb_words_take(&around->context, &fdb, &words, &error);
	if (!r && fdb.use)
		r = error_usage(&error, "'use' is done once and is no state: it has no place in a "
					"file");
	if (!r)
		r = check_fdb_state(loader, &fdb, &error);
	if (!r)
		r = fdb_words_check(&fdb, &error);
	if (r < 0)
		refuse_entry(loader, &words, node->at, &error);
	else
		add(loader, around, OBJECT_FDB, &fdb, node);
}

void load_routes(struct loader *loader, const struct scope *scope, const struct node *list,
		 uint32_t space)
{
	struct around around = around_of(loader, space);

	loader_each_entry(loader, scope, list, "routes", false, load_route, &around);
}

void load_neighbours(struct loader *loader, const struct scope *scope, const struct node *list,
		     uint32_t space)
{
	struct around around = around_of(loader, space);

	loader_each_entry(loader, scope, list, "arp", false, load_neighbour, &around);
}

void load_fdb(struct loader *loader, const struct scope *scope, const struct node *list,
	      uint32_t space)
{
	struct around around = around_of(loader, space);

	loader_each_entry(loader, scope, list, "fdb", false, load_fdb_entry, &around);
}

static void load_sysctl(struct loader *loader, const struct scope *scope, const char *name,
			const struct node *node, void *cookie)
{
	const struct around *around = cookie;
	struct sysctl sysctl = { .netns.id = around->space->netns };
	const char *value = loader_scalar(loader, scope, node, name);
	CLEANUP(text_clear) struct text key = { 0 };
	struct error error = { 0 };

	if (!value)
		return;
	if (sysctl_check_key(name, &error) < 0) {
		loader_mistake(loader, node_key_place(node), &error);
		return;
	}
	if (node_is_null(node) || strlen(value) > 255 || strchr(value, '\n')) {
		loader_refuse(loader, node->at, "sysctl '%s': a value of one line is expected",
			      name);
		return;
	}
	text_puts(&key, name);
	text_string(&key);
	sysctl_spell(key.bytes);
	sysctl.key.id = names_of(loader->names, key.bytes);
	sysctl.value.id = names_of(loader->names, value);
	ATTR_MARK(&sysctl_table, sysctl, &sysctl, key);
	ATTR_MARK(&sysctl_table, sysctl, &sysctl, value);
	network_add(loader->network, OBJECT_SYSCTL, &sysctl, origin_of(node_key_place(node)));
}

void load_sysctls(struct loader *loader, const struct scope *scope, const struct node *map,
		  uint32_t space)
{
	struct around around = around_of(loader, space);

	loader_each_key(loader, scope, map, "sysctl", load_sysctl, &around);
}

void load_link_address(struct loader *loader, const struct scope *scope, const struct node *node,
		       const struct link *link)
{
	struct link_address address = { .netns = link->netns };
	struct word_list *list = word_list_begin(loader);
	struct error error = { 0 };
	struct words words;
	int r;

	if (!word_list_entry(loader, scope, node, &address_table, NULL))
		return;
	words = word_list_words(list);
	r = address_words_take(&loader->context, &address, &words, &error);
	if (!r && ATTR_HAS(&address_table, link_address, &address, dev))
		r = error_usage(&error, "'dev' has no place here: the address is the link's");
	if (r < 0) {
		refuse_entry(loader, &words, node->at, &error);
		return;
	}
	address.dev = link->name;
	ATTR_MARK(&address_table, link_address, &address, dev);
	network_add(loader->network, OBJECT_ADDRESS, &address, origin_of(node->at));
}

void load_link_vni(struct loader *loader, const struct scope *scope, const struct node *node,
		   const struct link *link)
{
	struct vni vni = { .netns = link->netns, .dev = link->name };
	struct word_list *list = word_list_begin(loader);
	struct error error = { 0 };
	struct words words;
	int r;

	ATTR_MARK(&vni_table, vni, &vni, dev);
	if (!word_list_entry(loader, scope, node, &vni_table, NULL))
		return;
	words = word_list_words(list);
	r = vni_words_take(&loader->context, &vni, NULL, &words, &error);
	if (!r)
		r = vni_words_check(&vni, &error);
	if (r < 0)
		refuse_entry(loader, &words, node->at, &error);
	else
		network_add(loader->network, OBJECT_VNI, &vni, origin_of(node->at));
}

static int check_remote(const struct fdb *fdb, const struct link *link, struct error *error)
{
	const struct vxlan *vxlan = &link->data.vxlan;
	const struct address *to = vxlan->remote.family ? &vxlan->remote : &vxlan->local;

	if (address_is_multicast(&fdb->dst) || address_is_zero(&fdb->dst))
		return error_usage(error, "remotes: the address of a VTEP is expected");
	if (to->family && to->family != fdb->dst.family)
		return error_usage(error, "remotes: an %s address, and the vxlan's own is %s",
				   address_family_name(fdb->dst.family),
				   address_family_name(to->family));
	return 0;
}

void load_flood_entry(struct loader *loader, const struct scope *scope, const struct node *node,
		      const struct link *link)
{
	struct fdb fdb = { .netns = link->netns, .self = true };
	struct word_list *list = word_list_begin(loader);
	struct error error = { 0 };
	struct words words;
	int r;

	word_list_add(list, "00:00:00:00:00:00");
	if (node->kind == NODE_SCALAR)
		word_list_add(list, "dst");
	if (!word_list_entry(loader, scope, node, &fdb_table, NULL))
		return;
	words = word_list_words(list);
	r = fdb_words_take(&loader->context, &fdb, &words, &error);
	if (!r && (ATTR_HAS(&fdb_table, fdb, &fdb, dev) || !ATTR_HAS(&fdb_table, fdb, &fdb, dst)))
		r = error_usage(&error,
				"remotes: an entry is ADDRESS [port PORT] [vni VNI] [via DEV]");
	if (!r)
		r = check_remote(&fdb, link, &error);
	if (r < 0) {
		refuse_entry(loader, &words, node->at, &error);
		return;
	}
	if (!memcmp(&fdb.dst, &link->data.vxlan.local, sizeof(fdb.dst)))
		return;
	fdb.dev = link->name;
	fdb.self = true;
	fdb.state = NUD_PERMANENT;
	ATTR_MARK(&fdb_table, fdb, &fdb, dev);
	ATTR_MARK(&fdb_table, fdb, &fdb, self);
	ATTR_MARK(&fdb_table, fdb, &fdb, state);
	network_add(loader->network, OBJECT_FDB, &fdb, origin_of(node->at));
}
