/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What carries a session, read from the kernel. */
#include "kernel/session.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <netinet/in.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "kernel/kernel.h"
#include "kernel/sysctl.h"
#include "model/fdb.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/session.h"

#define LINK_HAS(pointer, member) ATTR_HAS(&link_table, link, pointer, member)

struct look {
	struct place place;
	const struct session *session;
	struct session_path *path;
	struct pools pools;
	struct error *error;
};

static void look_clear(struct look *look)
{
	pools_clear(&look->pools);
}

static const char *text_of(const struct look *look, uint32_t id)
{
	return names_text(look->place.kernel->names, id);
}

/* 1: it is there, 0: it is not. */
static int get(struct look *look, enum object_type type, const void *key, void *object)
{
	int r = kernel_get(&look->place, type, key, &look->pools, object, look->error);

	return r == -ENOENT ? 0 : r < 0 ? r : 1;
}

static int get_link(struct look *look, struct link_name name, struct link *link)
{
	struct link key = { .name = name };

	ATTR_MARK(&link_table, link, &key, name);
	return get(look, OBJECT_LINK, &key, link);
}

/* Of several links with the address the one that packets leave on. */
static int keep_address(void *cookie, const void *object, bool removed)
{
	struct look *look = cookie;
	const struct link_address *address = object;
	struct session_path *path = look->path;

	if (removed || (look->session->zone.id && address->dev.id != look->session->zone.id))
		return 0;
	if (!path->address.local.family || address->dev.id == path->dev.id)
		path->address = *address;
	return 0;
}

static int keep_primary(void *cookie, const void *object, bool removed)
{
	struct look *look = cookie;
	const struct link_address *primary = object, *address = &look->path->address;
	struct prefix prefix = { .family = primary->local.family, .length = primary->length };

	memcpy(prefix.bytes, primary->local.bytes, sizeof(prefix.bytes));
	if (!removed && !primary->secondary && primary->length == address->length &&
	    prefix_contains(&prefix, &address->local))
		look->path->primary = primary->local;
	return 0;
}

static int read_addresses(struct look *look, object_function *function,
			  const struct link_address *filter)
{
	int r = kernel_dump(&look->place, OBJECT_ADDRESS, filter, false, &look->pools, function,
			    look, look->error);

	/* Torn: what was handed over is as good as any. */
	return r == -EAGAIN ? 0 : r;
}

static int read_address(struct look *look)
{
	struct link_address filter = { .local = look->session->connection.local };

	ATTR_MARK(&address_table, link_address, &filter, local);
	return read_addresses(look, keep_address, &filter);
}

/* IPv4: secondary addresses go with their primary, unless the next one takes its place. */
static int read_primary(struct look *look)
{
	static const char *const places[] = { "all", NULL };
	const struct link_address *address = &look->path->address;
	struct link_address filter = { .family = IPV4, .dev = address->dev };
	struct names *names = look->place.kernel->names;
	struct sysctl_value values[2];
	int r;

	if (!address->secondary)
		return 0;
	for (size_t i = 0; i < 2; i++) {
		CLEANUP(text_clear) struct text key = { 0 };

		/* With '/' between, since a link's name may have dots. */
		text_printf(&key, "net/ipv4/conf/%s/promote_secondaries",
			    places[i] ? places[i] : text_of(look, address->dev.id));
		values[i] = (struct sysctl_value){ names_of(names, text_string(&key)), 0 };
	}
	r = sysctl_read(look->place.kernel, look->place.netns, values, 2, look->error);
	for (size_t i = 0; i < 2 && !r; i++)
		look->path->promotes |=
			values[i].value && strcmp(text_of(look, values[i].value), "0") != 0;
	if (r < 0 || look->path->promotes)
		return r;
	ATTR_MARK(&address_table, link_address, &filter, dev);
	return read_addresses(look, keep_primary, &filter);
}

static struct prefix whole(const struct address *address)
{
	struct prefix prefix = { .family = address->family,
				 .length = (uint8_t)(8 * address_size(address->family)) };

	memcpy(prefix.bytes, address->bytes, sizeof(prefix.bytes));
	return prefix;
}

/* 1: the kernel has an answer, 0: it has no way there. */
static int look_up(struct look *look, uint8_t lookup, struct link_name dev,
		   struct route_full *answer)
{
	const struct connection *connection = &look->session->connection;
	struct route_detail detail = { .from = whole(&connection->local),
				       .ip_proto = IPPROTO_TCP,
				       .sport = connection->local_port,
				       .dport = connection->remote_port };
	struct route_full question = {
		.route = { .dst = whole(&connection->remote),
			   .dev = dev,
			   .lookup = (uint8_t)lookup },
		.detail = &detail,
	};
	int r;

	ATTR_MARK(&route_table, route, &question.route, dst);
	if (dev.id)
		ATTR_MARK(&route_table, route, &question.route, dev);
	ATTR_MARK(&route_detail_table, route_detail, &detail, from);
	ATTR_MARK(&route_detail_table, route_detail, &detail, ip_proto);
	ATTR_MARK(&route_detail_table, route_detail, &detail, sport);
	ATTR_MARK(&route_detail_table, route_detail, &detail, dport);
	*answer = (struct route_full){ 0 };
	r = kernel_look_up(&look->place, OBJECT_ROUTE, &question, &look->pools, answer,
			   look->error);
	if (r == -ENETUNREACH || r == -EHOSTUNREACH || r == -EACCES || r == -EINVAL ||
	    r == -ENOENT) {
		error_clear(look->error);
		return 0;
	}
	return r < 0 ? r : 1;
}

/* Addresses that several links may have need the link said; those in a VRF its device. */
static int choose_dev(struct look *look, struct link_name *dev)
{
	const struct link_address *address = &look->path->address;
	struct link link, master;
	int r;

	*dev = look->session->zone;
	if (dev->id || !address->local.family)
		return 0;
	if (address->local.family == IPV6 && address->scope == 253)
		*dev = address->dev;
	r = get_link(look, address->dev, &link);
	if (r > 0 && link.master.id)
		r = get_link(look, link.master, &master);
	else
		return r < 0 ? r : 0;
	if (r > 0 && !strcmp(text_of(look, master.kind.id), "vrf"))
		*dev = link.master;
	return r < 0 ? r : 0;
}

static int read_route(struct look *look)
{
	struct session_path *path = look->path;
	struct route_full answer;
	struct link_name dev;
	int r = choose_dev(look, &dev);

	if (!r)
		r = look_up(look, LOOKUP_PACKET, dev, &answer);
	if (r <= 0)
		return r;
	path->dev = answer.route.dev;
	path->gateway = answer.route.via.family ? answer.route.via : route_detail_of(&answer)->via;
	path->hop = path->gateway.family ? path->gateway : look->session->connection.remote;
	r = look_up(look, LOOKUP_ROUTE, dev, &answer);
	if (r > 0)
		path->route =
			*(struct route_full *)object_copy(OBJECT_ROUTE, &answer, &path->arena);
	return r < 0 ? r : 0;
}

static int read_hop(struct look *look)
{
	struct session_path *path = look->path;
	struct neighbour key = { .dst = path->hop, .dev = path->dev }, found;
	int r;

	if (!path->hop.family || !path->dev.id)
		return 0;
	ATTR_MARK(&neighbour_table, neighbour, &key, dst);
	ATTR_MARK(&neighbour_table, neighbour, &key, dev);
	r = get(look, OBJECT_NEIGHBOUR, &key, &found);
	if (r <= 0)
		return r;
	path->hop_address = found.lladdr;
	path->hop_is_permanent = found.state & NUD_PERMANENT;
	return 0;
}

/* Ports of a bridge that are not on the path yet. */
struct ports {
	struct look *look;
	struct link_name master, one;
	size_t count;
};

static int count_port(void *cookie, const void *object, bool removed)
{
	struct ports *ports = cookie;
	const struct link *link = object;

	if (removed || session_path_link(ports->look->path, link->name))
		return 0;
	ports->one = link->name;
	ports->count++;
	return 0;
}

static int keep_port(void *cookie, const void *object, bool removed)
{
	struct ports *ports = cookie;
	const struct fdb *fdb = object;

	if (!removed && fdb->dev.id != ports->master.id)
		ports->one = fdb->dev;
	return 0;
}

/* The one port packets to the next hop take, as far as it is known: of several the fdb says it. */
static int find_port(struct look *look, const struct link *bridge, struct link_name *port)
{
	struct ports ports = { .look = look, .master = bridge->name };
	const struct lladdr *hop = &look->path->hop_address;
	struct link filter = { .master = bridge->name };
	struct fdb learned = { .bridge = bridge->name };
	int r;

	ATTR_MARK(&link_table, link, &filter, master);
	r = kernel_dump(&look->place, OBJECT_LINK, &filter, false, NULL, count_port, &ports,
			look->error);
	if ((r < 0 && r != -EAGAIN) || !ports.count)
		return r == -EAGAIN ? 0 : r;
	if (ports.count > 1) {
		ports.one.id = 0;
		if (hop->length != sizeof(learned.mac.bytes) || !bridge->kind_info)
			return 0;
		memcpy(learned.mac.bytes, hop->bytes, sizeof(learned.mac.bytes));
		ATTR_MARK(&fdb_table, fdb, &learned, mac);
		r = kernel_dump(&look->place, OBJECT_FDB, &learned, false, NULL, keep_port, &ports,
				look->error);
	}
	*port = ports.one;
	return r == -EAGAIN ? 0 : r;
}

static bool has_ports(const struct look *look, const struct link *link)
{
	const char *kind = text_of(look, link->kind.id);

	return !strcmp(kind, "bridge") || !strcmp(kind, "bond") || !strcmp(kind, "team");
}

static void add_name(struct look *look, const struct link *link, uint32_t name, bool is_end)
{
	struct session_path *path = look->path;

	*array_add(&path->links, &path->links_count, &path->links_room) = (struct session_link){
		.name = { name },
		.own = link->name,
		.master = link->master,
		.address = link->address,
		.is_end = is_end,
	};
}

/* Adds the link and what it hangs together with; each link once, so this ends. */
static int add_link(struct look *look, struct link_name name, bool is_end)
{
	struct link_name port = { 0 };
	struct link link;
	int r;

	if (!name.id || session_path_link(look->path, name))
		return 0;
	r = get_link(look, name, &link);
	if (r <= 0)
		return r;
	add_name(look, &link, link.name.id, is_end);
	for (uint32_t i = 0; i < link.altnames.count; i++)
		add_name(look, &link, look->pools.names[link.altnames.at + i], is_end);
	r = add_link(look, link.master, false);
	/* The link below; of a veth its other end, of which the name is known when it is here. */
	if (!r && !LINK_HAS(&link, link_netnsid))
		r = add_link(look, link.link, false);
	if (!r && link.kind_info && link.kind_info->table == &vxlan_table)
		r = add_link(look, link.data.vxlan.dev, false);
	if (!r && has_ports(look, &link))
		r = find_port(look, &link, &port);
	return r < 0 ? r : add_link(look, port, false);
}

static int read_links(struct look *look)
{
	int r = add_link(look, look->path->dev, true);
	const struct session_link *same;

	if (r < 0 || !look->path->address.dev.id)
		return r;
	same = session_path_link(look->path, look->path->address.dev);
	if (same) {
		for (size_t i = 0; i < look->path->links_count; i++)
			if (look->path->links[i].own.id == same->own.id)
				look->path->links[i].is_end = true;
		return 0;
	}
	return add_link(look, look->path->address.dev, true);
}

int session_read_path(struct kernel *kernel, struct session *session, struct error *error)
{
	CLEANUP(look_clear)
	struct look look = { .session = session, .path = &session->path, .error = error };
	int r = kernel_place(kernel, session->netns[0], &look.place, error);

	session_clear_path(session);
	if (!r)
		r = read_address(&look);
	if (!r)
		r = read_route(&look);
	/* Again, now that it is known where packets leave. */
	if (!r && look.path->dev.id)
		r = read_address(&look);
	if (!r)
		r = read_primary(&look);
	if (!r)
		r = read_hop(&look);
	if (!r)
		r = read_links(&look);
	if (r < 0) {
		session_clear_path(session);
		return error_wrap(error, "what carries the ssh session cannot be read");
	}
	session->has_path = true;
	return 0;
}
