/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/picture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "kernel/fdb_tables.h"
#include "kernel/forerunner.h"
#include "kernel/foresight.h"
#include "kernel/kernel.h"
#include "kernel/netns.h"
#include "kernel/peers.h"
#include "kernel/sysctl.h"
#include "model/address.h"
#include "model/altname.h"
#include "model/fdb.h"
#include "model/lab.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/netns.h"
#include "model/route.h"
#include "model/sysctl.h"
#include "model/uapi.h"
#include "model/vni.h"

/* How much of the network there was at some time: what came behind is dropped. */
struct mark {
	size_t counts[OBJECT_TYPES];
	size_t names;
};

/* By namespace, of which types there are entries in the pictures noted. */
struct named {
	uint32_t *types;
	size_t count;
};

static void named_clear(struct named *named)
{
	free(named->types);
}

static void named_note(struct named *named, const struct network *network)
{
	for (enum object_type type = 0; network && type < OBJECT_TYPES; type++)
		for (size_t i = 0; i < network->objects[type].count; i++) {
			uint32_t netns = object_netns(type, network_at(network, type, i));

			if (netns >= named->count) {
				size_t count = (size_t)netns * 2 + 1, before = named->count;

				named->types = memory_resize(named->types, count, sizeof(uint32_t));
				memset(named->types + before, 0,
				       (count - before) * sizeof(uint32_t));
				named->count = count;
			}
			named->types[netns] |= UINT32_C(1) << type;
		}
}

/* One namespace being read. */
struct reading {
	struct network *network;
	const struct picture_options *options;
	struct named named; /* where a lab leaves */
	enum object_type type;
	struct mark before;     /* this type was read … */
	struct network links;   /* those of the namespace, not owned: to be found by name */
	const struct link *dev; /* the last one found */
	uint32_t dev_name;
	bool is_torn; /* an entry names a link that is not among them */
};

static struct mark mark_of(const struct network *network)
{
	struct mark mark = { .names = network->pools.names_count };

	for (size_t type = 0; type < OBJECT_TYPES; type++)
		mark.counts[type] = network->objects[type].count;
	return mark;
}

static void cut_to(struct network *network, const struct mark *mark)
{
	for (size_t type = 0; type < OBJECT_TYPES; type++) {
		network->objects[type].count = mark->counts[type];
	}
	network->pools.names_count = mark->names;
}

static void restart(void *cookie)
{
	struct reading *reading = cookie;

	cut_to(reading->network, &reading->before);
}

/* The link an entry is on, among those of the namespace. Entries of one link stand together. */
static const struct link *dev_of(struct reading *reading, struct link_name name)
{
	struct link key = { .netns = { 0 } };

	if (!name.id)
		return NULL;
	if (reading->dev && reading->dev_name == name.id)
		return reading->dev;
	/* All of them are in one namespace, which each says. */
	key.name = name;
	if (reading->links.objects[OBJECT_LINK].count)
		key.netns =
			((const struct link *)network_at(&reading->links, OBJECT_LINK, 0))->netns;
	reading->dev = network_find(&reading->links, OBJECT_LINK, &key, NULL);
	reading->dev_name = name.id;
	reading->is_torn |= !reading->dev;
	return reading->dev;
}

/* A file says `master` of an entry of a port, `self` of one that is on the bridge itself. */
static void normalise_fdb(struct fdb *fdb)
{
	if (!fdb->bridge.id || fdb->self)
		return;
	fdb->self = fdb->bridge.id == fdb->dev.id;
	fdb->master = !fdb->self;
	if (fdb->self)
		ATTR_MARK(&fdb_table, fdb, fdb, self);
	else
		ATTR_MARK(&fdb_table, fdb, fdb, master);
}

static bool has_mac(const struct link *dev, const struct mac *mac)
{
	return dev && dev->address.length == sizeof(mac->bytes) &&
	       !memcmp(dev->address.bytes, mac->bytes, sizeof(mac->bytes));
}

static bool has_vni_filter(const struct link *link)
{
	return link && link->kind_info && link->kind_info->table == &vxlan_table &&
	       link->data.vxlan.vnifilter;
}

static bool is_same_address(const struct address *a, const struct address *b)
{
	return a->family && !memcmp(a, b, sizeof(*a));
}

/* Made with a VNI that has a destination, and gone with that (vxlan_vni_update_group()). */
static bool is_of_a_vni(const struct reading *reading, const struct fdb *fdb)
{
	static const struct mac flood;
	const struct objects *vnis = &reading->network->objects[OBJECT_VNI];

	if (!fdb->src_vni || memcmp(&fdb->mac, &flood, sizeof(flood)) != 0)
		return false;
	for (size_t i = vnis->count; i--;) {
		const struct vni *vni = network_at(reading->network, OBJECT_VNI, i);

		if (vni->netns.id != fdb->netns.id)
			return false;
		if (vni->dev.id == fdb->dev.id && vni->first <= fdb->src_vni &&
		    fdb->src_vni <= vni->last)
			return is_same_address(&vni->remote, &fdb->dst) ||
			       is_same_address(&vni->group, &fdb->dst);
	}
	return false;
}

/* Learned, or a MAC that the kernel itself entered: a device's own, multicast it listens to. */
static bool is_kernels_fdb(struct reading *reading, const struct fdb *fdb)
{
	const struct link *dev = dev_of(reading, fdb->dev);
	struct link_name port = fdb->dev;
	bool own;

	if (!(fdb->state & (NUD_PERMANENT | NUD_NOARP)) || fdb->locked)
		return true;
	if (has_vni_filter(dev) && is_of_a_vni(reading, fdb))
		return true;
	if (fdb->state != NUD_PERMANENT || fdb->dst.family)
		return false;
	if (fdb->self && fdb->mac.bytes[0] & 1)
		return true;
	own = has_mac(dev, &fdb->mac);
	if (!own && fdb->bridge.id && fdb->bridge.id != fdb->dev.id) {
		own = has_mac(dev_of(reading, fdb->bridge), &fdb->mac);
		dev_of(reading, port);
	}
	return own;
}

/* Made with an address or link, or told by a router: it comes and goes with that. */
static bool is_kernels_route(const struct route_full *full)
{
	return full->route.protocol == RTPROT_KERNEL || full->route.protocol == RTPROT_RA ||
	       full->route.protocol == RTPROT_REDIRECT;
}

static bool is_in_overview(const struct reading *reading, const void *object)
{
	const struct fdb *fdb = object;
	const struct route_full *full = object;

	if (reading->options->closer)
		return true;
	return reading->type == OBJECT_FDB     ? fdb->dst.family || fdb->nhid
	       : reading->type == OBJECT_ROUTE ? !full->route.dst.length
					       : true;
}

/* Hardly ever is one looked for: no table is made of a file's many thousands before. */
static bool is_wanted(struct network *want, enum object_type type, const void *key)
{
	if (!want)
		return false;
	network_index(want, type);
	return network_find(want, type, key, NULL);
}

/*
 * One of another protocol is in the way of one that is wanted. A proxy may be of no device
 * (`arp -s ADDRESS MAC pub`): no file can say it.
 */
static bool is_kept_neighbour(struct reading *reading, const struct neighbour *neighbour)
{
	const struct link *dev = dev_of(reading, neighbour->dev);

	if (!neighbour->dev.id)
		return false;
	return lab_entry_is_static(OBJECT_NEIGHBOUR, neighbour, dev) ||
	       (lab_neighbour_is_fixed(neighbour, dev) &&
		is_wanted(reading->options->want, OBJECT_NEIGHBOUR, neighbour));
}

static bool is_kept(struct reading *reading, const void *object)
{
	const struct neighbour *neighbour = object;

	if (reading->options->everything)
		return true;
	if (reading->options->overview)
		return is_in_overview(reading, object);
	switch (reading->type) {
	case OBJECT_FDB:
		return !is_kernels_fdb(reading, object);
	case OBJECT_NEIGHBOUR:
		return is_kept_neighbour(reading, neighbour);
	case OBJECT_ROUTE:
		if (reading->options->all_routes)
			return !is_kernels_route(object);
		return lab_entry_is_static(OBJECT_ROUTE, object, NULL) ||
		       is_wanted(reading->options->want, OBJECT_ROUTE, object);
	default:
		return true;
	}
}

static int keep(void *cookie, const void *object, bool removed)
{
	struct reading *reading = cookie;
	void *kept;

	(void)removed;
	if (reading->type == OBJECT_FDB) {
		struct fdb fdb = *(const struct fdb *)object;

		normalise_fdb(&fdb);
		if (is_kept(reading, &fdb))
			network_add(reading->network, OBJECT_FDB, &fdb,
				    (struct origin_in_file){ 0 });
		return 0;
	}
	if (is_kept(reading, object)) {
		kept = network_add(reading->network, reading->type, object,
				   (struct origin_in_file){ 0 });
		if (reading->type == OBJECT_ROUTE)
			route_own(kept, &reading->network->arena);
	}
	/* What a route points to is in the reader's pool for a moment only. */
	pools_forget_routes(&reading->network->pools);
	return 0;
}

static int read_type(const struct place *place, struct reading *reading, enum object_type type,
		     const void *filter, struct error *error)
{
	reading->type = type;
	reading->before = mark_of(reading->network);
	return kernel_read(place, type, filter, false, &reading->network->pools, keep, restart,
			   reading, error);
}

/* Entries tell the indexes of links, whose names the kernel need not be asked for again. */
static void know_links(const struct place *place, const struct network *network, size_t from)
{
	for (size_t i = from; i < network->objects[OBJECT_LINK].count; i++) {
		const struct link *link = network_at(network, OBJECT_LINK, i);

		netlink_know_link(place->netlink, link->index, link->name.id);
	}
}

/* A view of the links read last, with an index of its own; the items stay the network's. */
static void view_links(struct reading *reading, size_t from)
{
	struct objects *all = &reading->network->objects[OBJECT_LINK];
	struct objects *view = &reading->links.objects[OBJECT_LINK];

	*view = (struct objects){ .items = all->items + from * sizeof(struct link),
				  .count = all->count - from };
	network_index(&reading->links, OBJECT_LINK);
	reading->dev = NULL;
	reading->dev_name = 0;
}

static void drop_view(struct reading *reading)
{
	free(reading->links.objects[OBJECT_LINK].slots);
	reading->links = (struct network){ 0 };
}

/* What each vxlan knows; a bridge may have a million entries, which nobody asks for here. */
static int read_tunnels(const struct place *place, struct reading *reading, struct error *error)
{
	int r = 0;

	for (size_t i = 0; !r && i < reading->links.objects[OBJECT_LINK].count; i++) {
		const struct link *link = network_at(&reading->links, OBJECT_LINK, i);
		struct fdb filter = { .dev = link->name };

		if (link->kind_info != link_kind_find("vxlan"))
			continue;
		ATTR_MARK(&fdb_table, fdb, &filter, dev);
		r = read_type(place, reading, OBJECT_FDB, &filter, error);
		if (r < 0 && error->exit == EXIT_USAGE) {
			error_clear(error);
			reading->is_torn = true;
			return 0;
		}
	}
	return r;
}

/* Those that are named of tables too big for a dump. */
static int ask_fdb(const struct place *place, struct reading *reading, struct fdb_tables *tables,
		   struct error *error)
{
	struct fdb keys[NETLINK_SEND_MESSAGES];
	int r = 0;

	for (size_t i = 0; !r && i < tables->asks_count;) {
		size_t count = 0;

		while (count < NETLINK_SEND_MESSAGES && i < tables->asks_count)
			keys[count++] = fdb_tables_key(tables, i++);
		r = kernel_get_many(place, OBJECT_FDB, keys, count, &reading->network->pools, keep,
				    reading, error);
	}
	return r;
}

static int read_overview(const struct place *place, struct reading *reading, struct error *error)
{
	struct route_full main = { .route = { .dst.family = IPV4, .table = RT_TABLE_MAIN } };
	int r = read_type(place, reading, OBJECT_ADDRESS, NULL, error);

	if (!r && reading->options->closer)
		r = read_type(place, reading, OBJECT_FDB, NULL, error);
	else if (!r)
		r = read_tunnels(place, reading, error);
	ATTR_MARK(&route_table, route, &main.route, table);
	if (!r)
		r = read_type(place, reading, OBJECT_ROUTE, &main, error);
	main.route.dst.family = IPV6;
	return r < 0 ? r : read_type(place, reading, OBJECT_ROUTE, &main, error);
}

/* A link that is gone since the links were read: all is read again. */
static int tear(struct reading *reading, int r, struct error *error)
{
	if (r != -ENXIO && r != -ENODEV)
		return r;
	error_clear(error);
	reading->is_torn = true;
	return 0;
}

static int read_fdb(const struct place *place, struct reading *reading, struct error *error)
{
	const struct network *named[] = { reading->options->want, reading->options->last };
	CLEANUP(fdb_tables_clear) struct fdb_tables tables = { .are_asked = false };
	int r = 0;

	fdb_tables_plan(&tables, &reading->links, place->kernel->names, place->netns, named,
			named[0] == named[1] ? 1 : 2);
	if (!tables.are_asked)
		return read_type(place, reading, OBJECT_FDB, NULL, error);
	reading->network->fdb_not_searched = true;
	for (size_t i = 0; !r && i < tables.dumps_count; i++) {
		struct fdb filter = { .dev = tables.dumps[i] };

		ATTR_MARK(&fdb_table, fdb, &filter, dev);
		r = read_type(place, reading, OBJECT_FDB, &filter, error);
	}
	reading->type = OBJECT_FDB;
	if (!r)
		r = ask_fdb(place, reading, &tables, error);
	return tear(reading, r, error);
}

/* Whether the lab that leaves owns the namespace. */
static bool is_of_leaving(const struct place *place, const struct reading *reading)
{
	struct names *names = place->kernel->names;
	const struct link lo = { .netns = { place->netns }, .name = { names_of(names, "lo") } };
	const struct link *found = network_find(&reading->links, OBJECT_LINK, &lo, NULL);

	return found && lab_owner(reading->options->leaving, names, found) == OWNER_LAB;
}

/* Whether the namespace goes with all that is in it. */
static bool is_leaving(const struct place *place, const struct reading *reading)
{
	const struct picture_options *options = reading->options;
	const struct netns key = { .name = { place->netns } };

	return options->leaving && place->netns &&
	       !(options->want && network_find(options->want, OBJECT_NETNS, &key, NULL)) &&
	       is_of_leaving(place, reading);
}

/* The types of entries of which some may be left when a lab is gone. */
static uint32_t types_that_stay(const struct place *place, const struct reading *reading)
{
	const struct named *named = &reading->named;

	if (!reading->options->leaving || is_of_leaving(place, reading))
		return UINT32_MAX;
	return UINT32_C(1) << OBJECT_ADDRESS |
	       (place->netns < named->count ? named->types[place->netns] : 0);
}

static bool is_read(uint32_t types, enum object_type type, const void *filter)
{
	const struct route_full *routes = filter;

	return types >> type & 1 &&
	       (type != OBJECT_ROUTE || route_types_have(types, routes->route.dst.family));
}

static bool have_vni_filter(const struct network *links)
{
	for (size_t i = 0; i < links->objects[OBJECT_LINK].count; i++)
		if (has_vni_filter(network_at(links, OBJECT_LINK, i)))
			return true;
	return false;
}

static const struct route_full four = { .route.dst.family = IPV4 },
			       six = { .route.dst.family = IPV6 };

static int read_entries(const struct place *place, struct reading *reading, struct error *error)
{
	const struct neighbour proxies = {
		.asked.value =
			attr_bit(&neighbour_table, ATTR_ROW(&neighbour_table, neighbour, proxy)),
		.proxy = true,
	};
	const struct {
		enum object_type type;
		const void *filter;
	} dumps[] = {
		{ OBJECT_ADDRESS, NULL },       { OBJECT_NEIGHBOUR, NULL },
		{ OBJECT_NEIGHBOUR, &proxies }, { OBJECT_VNI, NULL },
		{ OBJECT_FDB, NULL },           { OBJECT_ROUTE, &four },
		{ OBJECT_ROUTE, &six },
	};
	uint32_t types = (reading->options->types ? reading->options->types : UINT32_MAX) &
			 types_that_stay(place, reading);
	int r = 0;

	/* Kernels before 5.18 have no messages for them; with some of them come fdb entries. */
	if (!have_vni_filter(&reading->links))
		types &= ~(UINT32_C(1) << OBJECT_VNI);
	else if (types >> OBJECT_FDB & 1)
		types |= UINT32_C(1) << OBJECT_VNI;
	for (size_t i = 0; !r && i < sizeof(dumps) / sizeof(*dumps); i++)
		if (is_read(types, dumps[i].type, dumps[i].filter))
			r = dumps[i].type == OBJECT_FDB ? read_fdb(place, reading, error)
							: read_type(place, reading, dumps[i].type,
								    dumps[i].filter, error);
	return r;
}

/* The lists of the links read last, as objects of their own. */
static void add_altnames(struct network *network, size_t from)
{
	for (size_t i = from; i < network->objects[OBJECT_LINK].count; i++) {
		const struct link *link = network_at(network, OBJECT_LINK, i);

		for (uint32_t k = 0; k < link->altnames.count; k++) {
			struct altname altname = {
				.netns = link->netns,
				.dev = link->name,
				.name = { network->pools.names[link->altnames.at + k] },
			};

			ATTR_MARK(&altname_table, altname, &altname, dev);
			ATTR_MARK(&altname_table, altname, &altname, name);
			network_add(network, OBJECT_ALTNAME, &altname,
				    (struct origin_in_file){ 0 });
		}
	}
}

static int read_all_entries(const struct place *place, struct reading *reading, struct error *error)
{
	if (is_leaving(place, reading))
		return 0;
	return reading->options->overview ? read_overview(place, reading, error)
					  : read_entries(place, reading, error);
}

enum { READ_AGAIN = 5 };

static int read_place(const struct place *place, struct reading *reading, struct error *error)
{
	struct mark start = mark_of(reading->network);

	for (int tries = 0; tries < READ_AGAIN; tries++) {
		int r;

		cut_to(reading->network, &start);
		netlink_forget_links(place->netlink);
		reading->is_torn = false;
		r = read_type(place, reading, OBJECT_LINK, NULL, error);
		if (r < 0)
			return r;
		know_links(place, reading->network, start.counts[OBJECT_LINK]);
		if (!reading->options->overview)
			add_altnames(reading->network, start.counts[OBJECT_LINK]);
		view_links(reading, start.counts[OBJECT_LINK]);
		r = read_all_entries(place, reading, error);
		drop_view(reading);
		if (r < 0 || !reading->is_torn)
			return r;
	}
	return error_set(error, 0, "the links changed while they were read, %d times", READ_AGAIN);
}

static size_t settings_of(const struct network *network)
{
	return network ? network->objects[OBJECT_SYSCTL].count : 0;
}

/* The settings of one namespace that are to be read. */
struct keys {
	struct sysctl_value *items;
	size_t count, room;
};

static void keys_clear(struct keys *keys)
{
	free(keys->items);
}

static void add_key(struct keys *keys, uint32_t key)
{
	for (size_t i = 0; i < keys->count; i++)
		if (keys->items[i].key == key)
			return;
	*array_add(&keys->items, &keys->count, &keys->room) = (struct sysctl_value){ .key = key };
}

/* What the kernel sets along with it: of each link, and of those to come. */
static void add_reset(struct keys *keys, const struct network *network, uint32_t netns,
		      const char *prefix)
{
	CLEANUP(text_clear) struct text key = { 0 };

	text_printf(&key, "%sdefault.forwarding", prefix);
	add_key(keys, names_of(network->names, text_string(&key)));
	for (size_t i = 0; i < network->objects[OBJECT_LINK].count; i++) {
		const struct link *link = network_at(network, OBJECT_LINK, i);
		CLEANUP(text_clear) struct text name = { 0 };

		if (link->netns.id != netns)
			continue;
		text_puts(&name, names_text(network->names, link->name.id));
		/* sysctl.d(5): '.' and '/' change places. */
		text_string(&name);
		for (char *dot = name.bytes; (dot = strchr(dot, '.'));)
			*dot = '/';
		text_cut(&key, 0);
		text_printf(&key, "%s%s.forwarding", prefix, text_string(&name));
		add_key(keys, names_of(network->names, text_string(&key)));
	}
}

static void add_keys(struct keys *keys, const struct network *said, uint32_t netns,
		     const struct network *network)
{
	for (size_t i = 0; i < settings_of(said); i++) {
		const struct sysctl *sysctl = network_at(said, OBJECT_SYSCTL, i);
		const char *resets = sysctl_resets(names_text(network->names, sysctl->key.id));

		if (sysctl->netns.id != netns)
			continue;
		add_key(keys, sysctl->key.id);
		if (resets)
			add_reset(keys, network, netns, resets);
	}
}

/* Those settings that are wanted, or were changed before; there are hundreds. */
static int read_sysctls(const struct place *place, const struct picture_options *options,
			struct network *network, struct error *error)
{
	CLEANUP(keys_clear) struct keys keys = { 0 };
	int r;

	add_keys(&keys, options->want, place->netns, network);
	add_keys(&keys, options->former, place->netns, network);
	r = keys.count ? sysctl_read(place->kernel, place->netns, keys.items, keys.count, error)
		       : 0;
	for (size_t i = 0; !r && i < keys.count; i++) {
		struct sysctl sysctl = { .netns = { place->netns },
					 .key = { keys.items[i].key },
					 .value = { keys.items[i].value } };

		if (!sysctl.value.id)
			continue;
		ATTR_MARK(&sysctl_table, sysctl, &sysctl, key);
		ATTR_MARK(&sysctl_table, sysctl, &sysctl, value);
		network_add(network, OBJECT_SYSCTL, &sysctl, (struct origin_in_file){ 0 });
	}
	return r;
}

static void add_netns(struct network *network, uint32_t name)
{
	struct netns netns = { .name = { name } };

	ATTR_MARK(&netns_table, netns, &netns, name);
	network_add(network, OBJECT_NETNS, &netns, (struct origin_in_file){ 0 });
}

/* Whether a way into the namespace exists: 1; 0 when there is no such namespace. */
static int enter(struct kernel *kernel, uint32_t netns, struct place *place, struct error *error)
{
	int r = kernel_may_place(kernel, netns) ? kernel_place(kernel, netns, place, error)
						: -ENOENT;

	if (r != -ENOENT)
		return r < 0 ? r : 1;
	error_clear(error);
	return 0;
}

/* The namespace ovl runs in, as it may be called elsewhere. */
struct own {
	struct kernel *kernel;
	struct stat stat;
	bool is_known, last_is_own;
	uint32_t last;
};

/* One that was entered is known by that: a name would be looked up. */
static bool is_own(const struct own *own, uint32_t netns)
{
	struct stat stat;

	if (kernel_netns_stat(own->kernel, netns, &stat))
		return stat.st_dev == own->stat.st_dev && stat.st_ino == own->stat.st_ino;
	return netns_is_called(&own->stat, names_text(own->kernel->names, netns));
}

/* "pid:1" is what it is called from inside another one, when it has no name. */
static void settle_own(struct own *own, struct netns_name *netns)
{
	if (netns->id && netns->id != own->last) {
		own->last = netns->id;
		own->last_is_own = own->is_known && is_own(own, netns->id);
	}
	if (own->last_is_own && netns->id == own->last)
		netns->id = 0;
}

/* Where the other end is, also when that is here or where ovl runs; and the link below. */
static void settle_peers(struct kernel *kernel, struct network *network)
{
	struct own own = { .kernel = kernel };
	struct error ignored = { 0 };
	int fd;

	own.is_known = !kernel_netns_fd(kernel, 0, &fd, &ignored) && !fstat(fd, &own.stat);
	for (size_t i = 0; i < network->objects[OBJECT_LINK].count; i++) {
		struct link *link = network_at(network, OBJECT_LINK, i);

		if (ATTR_HAS(&link_table, link, link, link_netns))
			settle_own(&own, &link->link_netns);
		if (!link->peer.id)
			continue;
		if (!ATTR_HAS(&link_table, link, link, link_netnsid))
			link->peer_netns = link->netns;
		else
			settle_own(&own, &link->peer_netns);
	}
}

void picture_expect(struct kernel *kernel, enum object_type type, const void *object, size_t count)
{
	const struct route_full *full = object;
	const void *filter = type != OBJECT_ROUTE             ? NULL
			     : full->route.dst.family == IPV6 ? &six
							      : &four;

	/* Such a table is asked for what is wanted; its dump takes minutes. */
	if (type == OBJECT_FDB && count > FDB_ASK_ABOVE)
		foresight_end(kernel);
	else
		foresight_begin(kernel, object_netns(type, object), type, filter);
}

static bool wants_id(const struct network *want, const struct netns *netns)
{
	const struct netns *wanted = network_find(want, OBJECT_NETNS, netns, NULL);

	return wanted && ATTR_HAS(&netns_table, netns, wanted, id);
}

static bool wants_ids(const struct network *want)
{
	for (size_t i = 0; want && i < want->objects[OBJECT_NETNS].count; i++) {
		const struct netns *netns = network_at(want, OBJECT_NETNS, i);

		if (ATTR_HAS(&netns_table, netns, netns, id))
			return true;
	}
	return false;
}

/* Each is a question and a descriptor of its own: only where somebody wants one. */
static int read_ids(struct kernel *kernel, struct network *want, struct network *network,
		    struct error *error)
{
	struct place place;
	int r = kernel_place(kernel, 0, &place, error);

	network_index(want, OBJECT_NETNS);
	for (size_t i = 0; !r && i < network->objects[OBJECT_NETNS].count; i++) {
		struct netns *netns = network_at(network, OBJECT_NETNS, i);
		int fd;

		if (!wants_id(want, netns))
			continue;
		r = kernel_netns_fd(kernel, netns->name.id, &fd, error);
		if (!r)
			r = netns_id(place.netlink, fd, &netns->id, error);
		if (!r && netns->id >= 0)
			ATTR_MARK(&netns_table, netns, netns, id);
	}
	return r;
}

int picture_read(struct kernel *kernel, const uint32_t *netns, size_t count,
		 const struct picture_options *options, struct network *network,
		 struct error *error)
{
	struct reading reading = { .network = network, .options = options };
	CLEANUP(named_clear) struct named named = { 0 };
	CLEANUP(forerunner_end) struct forerunner *forerunner = NULL;
	int r = 0;

	network->names = kernel->names;
	if (options->want && options->leaving)
		network_index(options->want, OBJECT_NETNS);
	if (options->leaving) {
		named_note(&named, options->last);
		named_note(&named, options->former);
		reading.named = named;
	}
	forerunner = forerunner_start(kernel, netns, count);
	for (size_t i = 0; !r && i < count; i++) {
		struct place place;

		forerunner_reach(forerunner, i);
		r = enter(kernel, netns[i], &place, error);
		if (r < 0 && options->left_out) {
			options->left_out(options->cookie, netns[i], error);
			error_clear(error);
			r = 0;
		}
		if (r <= 0)
			continue;
		if (netns[i])
			add_netns(network, netns[i]);
		r = read_place(&place, &reading, error);
		if (!r)
			r = read_sysctls(&place, options, network, error);
		if (r < 0 && netns[i])
			error_wrap(error, "netns '%s'", names_text(kernel->names, netns[i]));
	}
	forerunner_end(&forerunner);
	foresight_end(kernel);
	if (!r && network->objects[OBJECT_LINK].count)
		r = peers_find(kernel, network_at(network, OBJECT_LINK, 0),
			       network->objects[OBJECT_LINK].count, options->leaving, error);
	if (!r && options->overview && network->objects[OBJECT_LINK].count)
		r = lowers_find(kernel, network_at(network, OBJECT_LINK, 0),
				network->objects[OBJECT_LINK].count, error);
	if (!r && wants_ids(options->want))
		r = read_ids(kernel, options->want, network, error);
	if (r < 0) {
		network_clear(network);
		return r;
	}
	settle_peers(kernel, network);
	return 0;
}

int picture_namespaces(struct kernel *kernel, uint32_t **netns, size_t *count, struct error *error)
{
	struct netns_files files = { 0 };
	struct stat own;
	size_t room = 0;
	int fd;
	int r = kernel_netns_fd(kernel, 0, &fd, error);

	*netns = NULL;
	*count = 0;
	if (!r && fstat(fd, &own) < 0)
		r = error_set(error, errno, "cannot look at the network namespace");
	if (!r)
		r = netns_list(&files, error);
	if (r < 0)
		return r;
	*array_add(netns, count, &room) = 0;
	for (size_t i = 0; i < files.count; i++)
		if (files.items[i].state == NETNS_LIVE &&
		    (files.items[i].device != own.st_dev || files.items[i].inode != own.st_ino))
			*array_add(netns, count, &room) =
				names_of(kernel->names, files.items[i].name);
	netns_files_clear(&files);
	return 0;
}

int picture_netns_alias(struct kernel *kernel, uint32_t netns, uint32_t *alias, struct error *error)
{
	CLEANUP(pools_clear) struct pools pools = { 0 };
	struct link key = { .name = { names_of(kernel->names, "lo") } };
	struct link lo = { 0 };
	struct place place;
	int r = enter(kernel, netns, &place, error);

	*alias = 0;
	if (r <= 0)
		return r;
	r = kernel_get(&place, OBJECT_LINK, &key, &pools, &lo, error);
	if (!r)
		*alias = lo.alias.id;
	return r == -ENOENT ? 0 : r;
}
