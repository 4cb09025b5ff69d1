/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <libmnl/libmnl.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "kernel/dump.h"
#include "kernel/foresight.h"
#include "kernel/netns.h"
#include "kernel/objects.h"

struct kernel_socket {
	uint32_t netns;
	int netns_fd; /* -1: not asked for */
	struct netlink netlink;
};

static const struct wire_object *const wires[OBJECT_TYPES] = {
	[OBJECT_LINK] = &wire_link,           [OBJECT_ADDRESS] = &wire_address,
	[OBJECT_NEIGHBOUR] = &wire_neighbour, [OBJECT_FDB] = &wire_fdb,
	[OBJECT_ROUTE] = &wire_route,         [OBJECT_VNI] = &wire_vni,
	[OBJECT_ALTNAME] = &wire_altname,
};

const struct wire_object *wire_object(enum object_type type)
{
	return wires[type];
}

void kernel_clear(struct kernel *kernel)
{
	foresight_end(kernel);
	for (size_t i = 0; i < kernel->sockets_count; i++) {
		netlink_close(&kernel->sockets[i]->netlink);
		fd_close(&kernel->sockets[i]->netns_fd);
		free(kernel->sockets[i]);
	}
	for (size_t i = 0; i < WIRE_MAPS; i++) {
		free(kernel->maps[i]);
		kernel->maps[i] = NULL;
	}
	free(kernel->sockets);
	free(kernel->socket_of);
	kernel->sockets = NULL;
	kernel->socket_of = NULL;
	kernel->sockets_count = kernel->sockets_room = kernel->socket_of_count = 0;
}

static int keep_index(void *cookie, const struct answer *answer)
{
	const struct ifinfomsg *header;

	if (answer->message && answer->message->nlmsg_type == RTM_NEWLINK) {
		header = mnl_nlmsg_get_payload(answer->message);
		*(uint32_t *)cookie = (uint32_t)header->ifi_index;
	}
	return 0;
}

/* An altname may be longer than the names that SIOCGIFINDEX takes. */
static uint32_t index_of_altname(struct netlink *netlink, const char *name)
{
	CLEANUP(message_clear) struct message message = { 0 };
	struct error ignored = { 0 };
	uint32_t index = 0;

	message_begin(&message, RTM_GETLINK, 0, sizeof(struct ifinfomsg));
	message_put_text(&message, IFLA_ALT_IFNAME, name);
	message_finish(&message);
	netlink_exchange(netlink, message.bytes, message.length, 1, keep_index, &index, &ignored);
	return index;
}

static uint32_t link_index(void *cookie, uint32_t name, struct error *error)
{
	struct netlink *netlink = cookie;
	uint32_t index = netlink_index(netlink, name);

	if (!index && strlen(names_text(netlink->names, name)) >= IF_NAMESIZE)
		index = index_of_altname(netlink, names_text(netlink->names, name));
	if (!index) {
		error_usage(error, "there is no link '%s'", names_text(netlink->names, name));
		error->errnum = ENXIO;
	}
	return index;
}

static uint32_t link_name(void *cookie, uint32_t index)
{
	return netlink_link_name(cookie, index);
}

struct opening {
	struct netlink *netlink;
	struct names *names;
};

static int open_here(void *cookie, struct error *error)
{
	struct opening *opening = cookie;

	return netlink_open(opening->netlink, opening->names, error);
}

/* Opens the socket inside the namespace; it stays there when we are back. */
static int open_inside(struct kernel *kernel, uint32_t netns, struct netlink *netlink,
		       struct error *error)
{
	struct opening opening = { netlink, kernel->names };
	CLEANUP(fd_close) int inside = -1;
	const char *name = names_text(kernel->names, netns);
	int r;

	if (!netns)
		return netlink_open(netlink, kernel->names, error);
	r = netns_open(name, &inside, error);
	if (r < 0)
		return r;
	r = netns_visit(inside, open_here, &opening, error);
	return r < 0 ? error_wrap(error, "netns '%s'", name) : 0;
}

/* Where the index of a namespace's socket stands. */
static uint32_t *socket_slot(struct kernel *kernel, uint32_t netns)
{
	if (netns >= kernel->socket_of_count) {
		size_t count = (size_t)netns * 2 + 64, before = kernel->socket_of_count;

		kernel->socket_of = memory_resize(kernel->socket_of, count, sizeof(uint32_t));
		memset(kernel->socket_of + before, 0, (count - before) * sizeof(uint32_t));
		kernel->socket_of_count = count;
	}
	return &kernel->socket_of[netns];
}

static struct kernel_socket *add_socket(struct kernel *kernel, uint32_t netns,
					const struct netlink *netlink)
{
	struct kernel_socket *socket = memory_new(1, sizeof(*socket));

	*socket = (struct kernel_socket){ netns, -1, *netlink };
	socket->netlink.verbose = kernel->verbose;
	if (kernel->timeout_ms)
		socket->netlink.timeout_ms = kernel->timeout_ms;
	*array_add(&kernel->sockets, &kernel->sockets_count, &kernel->sockets_room) = socket;
	*socket_slot(kernel, netns) = (uint32_t)kernel->sockets_count;
	return socket;
}

void kernel_keep(struct kernel *kernel, uint32_t netns, const struct netlink *netlink, int fd)
{
	kernel_forget(kernel, netns);
	add_socket(kernel, netns, netlink)->netns_fd = fd;
}

/* The socket in the namespace, opened when first asked for; NULL with the error set. */
static struct kernel_socket *socket_in(struct kernel *kernel, uint32_t netns, struct error *error)
{
	struct netlink netlink = { .fd = -1 };
	uint32_t slot = *socket_slot(kernel, netns);

	if (slot)
		return kernel->sockets[slot - 1];
	if (open_inside(kernel, netns, &netlink, error) < 0)
		return NULL;
	return add_socket(kernel, netns, &netlink);
}

bool kernel_may_place(struct kernel *kernel, uint32_t netns)
{
	return !netns || *socket_slot(kernel, netns) ||
	       netns_may_be(names_text(kernel->names, netns));
}

int kernel_enter(const struct kernel *kernel, const char *name, struct netlink *netlink, int *fd)
{
	CLEANUP(fd_close) int inside = -1;
	struct error ignored = { 0 };
	/* Why there is none would take a look at all names. */
	int r = netns_may_be(name) ? netns_open(name, &inside, &ignored) : -ENOENT;

	if (!r)
		r = netns_enter(inside, &ignored);
	if (!r)
		r = netlink_open(netlink, kernel->names, &ignored);
	if (r < 0)
		return r;
	netlink->verbose = kernel->verbose;
	if (fd)
		*fd = take_fd(&inside);
	return 0;
}

struct preparation {
	struct kernel *kernel;
	const uint32_t *netns;
	size_t count;
	bool keeps;
};

/* One thread goes from namespace to namespace: to start one costs as much as a dump. */
static int prepare(void *cookie, struct error *error)
{
	const struct preparation *preparation = cookie;
	struct kernel *kernel = preparation->kernel;

	(void)error;
	for (size_t i = 0; i < preparation->count; i++) {
		uint32_t netns = preparation->netns[i];
		struct netlink netlink = { .fd = -1 };
		int fd = -1;

		if (netns && !*socket_slot(kernel, netns) &&
		    !kernel_enter(kernel, names_text(kernel->names, netns), &netlink,
				  preparation->keeps ? &fd : NULL))
			add_socket(kernel, netns, &netlink)->netns_fd = fd;
	}
	return 0;
}

/* Descriptors of so many namespaces, and what else there is. */
static rlim_t descriptors_of(size_t count)
{
	enum { EACH = 2, OTHERS = 64 };

	return EACH * count + OTHERS;
}

void kernel_expect(size_t count)
{
	CLEANUP(fd_close) int fd = open("/", O_PATH | O_CLOEXEC);
	rlim_t wanted = descriptors_of(count);
	struct rlimit limit;
	int last;

	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur < wanted) {
		limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	last = fcntl(fd, F_DUPFD_CLOEXEC, (int)wanted - 1);
	fd_close(&last);
}

bool kernel_may_keep(const struct kernel *kernel, size_t count)
{
	struct rlimit limit;

	return !getrlimit(RLIMIT_NOFILE, &limit) &&
	       limit.rlim_cur >= descriptors_of(kernel->sockets_count + count);
}

void kernel_prepare(struct kernel *kernel, const uint32_t *netns, size_t count)
{
	struct preparation preparation = { kernel, netns, count, false };
	CLEANUP(fd_close) int own = -1;
	struct error ignored = { 0 };

	if (count <= 1 || netns_open("", &own, &ignored) < 0)
		return;
	kernel_expect(count);
	preparation.keeps = kernel_may_keep(kernel, count);
	netns_visit(own, prepare, &preparation, &ignored);
}

struct netlink *kernel_socket(struct kernel *kernel, uint32_t netns)
{
	uint32_t slot = *socket_slot(kernel, netns);

	return slot ? &kernel->sockets[slot - 1]->netlink : NULL;
}

int kernel_netns_fd(struct kernel *kernel, uint32_t netns, int *fd, struct error *error)
{
	struct kernel_socket *socket = socket_in(kernel, netns, error);
	int r;

	if (!socket)
		return -error->errnum;
	/* The name may be another's by now, but to ask the socket needs CAP_NET_ADMIN in there. */
	if (socket->netns_fd < 0)
		socket->netns_fd = ioctl(socket->netlink.fd, SIOCGSKNS);
	if (socket->netns_fd < 0) {
		r = netns_open(names_text(kernel->names, netns), &socket->netns_fd, error);
		if (r < 0)
			return r;
	}
	*fd = socket->netns_fd;
	return 0;
}

bool kernel_netns_stat(struct kernel *kernel, uint32_t netns, struct stat *stat)
{
	uint32_t slot = *socket_slot(kernel, netns);
	const struct kernel_socket *socket = slot ? kernel->sockets[slot - 1] : NULL;
	CLEANUP(fd_close) int asked = -1;

	if (!socket)
		return false;
	if (socket->netns_fd < 0)
		asked = ioctl(socket->netlink.fd, SIOCGSKNS);
	return !fstat(socket->netns_fd < 0 ? asked : socket->netns_fd, stat);
}

void kernel_forget(struct kernel *kernel, uint32_t netns)
{
	uint32_t slot = *socket_slot(kernel, netns);
	struct kernel_socket *socket, *last;

	if (!slot)
		return;
	socket = kernel->sockets[slot - 1];
	last = kernel->sockets[--kernel->sockets_count];
	kernel->sockets[slot - 1] = last;
	*socket_slot(kernel, last->netns) = slot;
	*socket_slot(kernel, netns) = 0;
	netlink_close(&socket->netlink);
	fd_close(&socket->netns_fd);
	free(socket);
}

int kernel_place(struct kernel *kernel, uint32_t netns, struct place *place, struct error *error)
{
	static const struct attr_links links = { link_index, link_name, NULL };
	struct kernel_socket *socket = socket_in(kernel, netns, error);

	if (!socket)
		return -error->errnum;
	*place = (struct place){
		.kernel = kernel,
		.netlink = &socket->netlink,
		.netns = netns,
		.links = links,
		.context = { .names = kernel->names,
			     .databases = kernel->databases,
			     .family = kernel->family,
			     .tolerant = true },
	};
	place->links.cookie = place->netlink;
	return 0;
}

struct attr_context place_context(const struct place *place)
{
	struct attr_context context = place->context;

	context.links = &place->links;
	return context;
}

const struct wire_map *reader_map(const struct reader *reader, const struct attr_table *table)
{
	struct wire_map **maps = reader->place->kernel->maps;
	size_t i = 0;

	while (i + 1 < WIRE_MAPS && maps[i] && maps[i]->table != table)
		i++;
	if (!maps[i])
		maps[i] = memory_new(1, sizeof(*maps[i]));
	if (maps[i]->table != table)
		wire_map_init(maps[i], table);
	return maps[i];
}

void reader_init(struct reader *reader, const struct place *place, enum object_type type,
		 struct pools *pools)
{
	memset(reader, 0, sizeof(*reader));
	reader->place = place;
	reader->context = place_context(place);
	reader->wire = wires[type];
	reader->pools = pools;
}

uint32_t reader_link(struct reader *reader, uint32_t index)
{
	if (index != reader->last_dev[0] || !index) {
		reader->last_dev[1] = netlink_link_name(reader->place->netlink, index);
		reader->last_dev[0] = index;
	}
	return reader->last_dev[1];
}

int reader_get(struct reader *reader, const struct nlmsghdr *message, void *object)
{
	reader->more = false;
	if (mnl_nlmsg_get_payload_len(message) < reader->wire->header)
		return -EBADMSG;
	return reader->wire->get(reader, message, object);
}

int kernel_settle(const struct kernel *kernel, struct error *error)
{
	return kernel->settle && kernel->settle(kernel->settle_cookie, error) < 0 ? -ECANCELED : 0;
}

static int run_request(const struct place *place, struct dump *dump, struct message *message,
		       struct error *error)
{
	struct netlink *begun;

	message_finish(message);
	begun = foresight_find(place, message);
	return netlink_exchange(begun ? begun : place->netlink, message->bytes, message->length, 1,
				dump_take_object, dump, error);
}

int kernel_dump(const struct place *place, enum object_type type, const void *filter, bool stats,
		struct pools *pools, object_function *function, void *cookie, struct error *error)
{
	CLEANUP(message_clear) struct message message = { 0 };
	CLEANUP(pointer_free) void *object = memory_new(1, object_info(type)->size);
	CLEANUP(pointer_free) struct dump *dump = memory_new(1, sizeof(*dump));
	int r;

	*dump = (struct dump){ .type = type,
			       .filter = filter,
			       .object = object,
			       .size = object_info(type)->size,
			       .function = function,
			       .cookie = cookie,
			       .error = error };
	reader_init(&dump->reader, place, type, pools);
	dump->reader.stats = stats;
	r = kernel_settle(place->kernel, error);
	if (!r)
		r = wires[type]->ask(place, filter, true, stats, &message, error);
	if (r < 0)
		return r;
	return run_request(place, dump, &message, error);
}

enum { READ_AGAIN = 5 };

static int torn(enum object_type type, struct error *error)
{
	return error_set(error, 0, "the %s table changed while it was read, %d times",
			 object_info(type)->name, READ_AGAIN);
}

int kernel_read(const struct place *place, enum object_type type, const void *filter, bool stats,
		struct pools *pools, object_function *function, void (*restart)(void *cookie),
		void *cookie, struct error *error)
{
	for (int tries = 0; tries < READ_AGAIN; tries++) {
		int r;

		restart(cookie);
		r = kernel_dump(place, type, filter, stats, pools, function, cookie, error);
		if (r != -EAGAIN)
			return r;
	}
	return torn(type, error);
}

struct found {
	enum object_type type;
	const void *key;
	void *object;
	bool any, matches;
};

/* The first; of several that have the key (routes) the first with all values it names. */
static int keep_object(void *cookie, const void *object, bool removed)
{
	struct found *found = cookie;
	bool matches = object_matches(found->type, object, found->key);

	if (!removed && (!found->any || (matches && !found->matches))) {
		memcpy(found->object, object, object_info(found->type)->size);
		found->any = true;
		found->matches = matches;
	}
	return 0;
}

/* A dump of what has the key, for an object that cannot be asked for by itself. */
static int get_by_dump(const struct place *place, struct dump *dump, struct message *message,
		       struct error *error)
{
	CLEANUP(arena_clear) struct arena arena = { 0 };
	void *filter = object_copy(dump->type, dump->key, &arena);
	CLEANUP(pointer_free) void *nothing = memory_new(1, dump->size);
	int r;

	object_keep(dump->type, filter, nothing);
	message->length = 0;
	r = wires[dump->type]->ask(place, filter, true, false, message, error);
	return r < 0 ? r : run_request(place, dump, message, error);
}

/* Asks for one object; what answers and has the key, if there is one, is kept in `found`. */
static int ask_one(const struct place *place, const void *question, struct dump *dump,
		   struct message *message, struct error *error)
{
	int r = wires[dump->type]->ask(place, question, false, false, message, error);

	return r < 0 ? r : run_request(place, dump, message, error);
}

int kernel_get(const struct place *place, enum object_type type, const void *key,
	       struct pools *pools, void *object, struct error *error)
{
	CLEANUP(message_clear) struct message message = { 0 };
	CLEANUP(pointer_free) void *scratch = memory_new(1, object_info(type)->size);
	CLEANUP(pointer_free) struct dump *dump = memory_new(1, sizeof(*dump));
	struct found found = { type, key, object, false, false };
	int r;

	*dump = (struct dump){ .type = type,
			       .object = scratch,
			       .size = object_info(type)->size,
			       .key = wires[type]->same ? key : NULL,
			       .function = keep_object,
			       .cookie = &found,
			       .error = error };
	reader_init(&dump->reader, place, type, pools);
	r = kernel_settle(place->kernel, error);
	if (r < 0)
		return r;
	r = ask_one(place, key, dump, &message, error);
	for (int tries = 0; dump->key && !found.matches && tries < READ_AGAIN; tries++) {
		error_clear(error);
		found.any = false;
		r = get_by_dump(place, dump, &message, error);
		if (r != -EAGAIN)
			break;
	}
	/* What matches in every value was there, whatever else changed meanwhile. */
	if (r == -EAGAIN)
		return found.matches ? 0 : torn(type, error);
	if (r == -ENODEV || r == -ENOENT || r == -ESRCH) {
		error_clear(error);
		return -ENOENT;
	}
	if (!r && !found.any)
		return -ENOENT;
	return r;
}

int kernel_look_up(const struct place *place, enum object_type type, const void *question,
		   struct pools *pools, void *object, struct error *error)
{
	CLEANUP(message_clear) struct message message = { 0 };
	CLEANUP(pointer_free) void *scratch = memory_new(1, object_info(type)->size);
	CLEANUP(pointer_free) struct dump *dump = memory_new(1, sizeof(*dump));
	struct found found = { type, question, object, false, false };
	int r;

	*dump = (struct dump){ .type = type,
			       .object = scratch,
			       .size = object_info(type)->size,
			       .function = keep_object,
			       .cookie = &found,
			       .error = error };
	reader_init(&dump->reader, place, type, pools);
	r = kernel_settle(place->kernel, error);
	if (r < 0)
		return r;
	r = ask_one(place, question, dump, &message, error);
	return !r && !found.any ? error_set(error, ENOENT, "kernel") : r;
}

/* What a send asks for. */
struct asking {
	struct dump *dump;
	const char *keys; /* of its messages */
};

static int take_asked(void *cookie, const struct answer *answer)
{
	struct asking *asking = cookie;

	if (answer->errnum == ENOENT || answer->errnum == ENODEV || answer->errnum == ESRCH)
		return 0;
	asking->dump->key = asking->keys + answer->index * asking->dump->size;
	return dump_take_object(asking->dump, answer);
}

int kernel_get_many(const struct place *place, enum object_type type, const void *keys,
		    size_t count, struct pools *pools, object_function *function, void *cookie,
		    struct error *error)
{
	CLEANUP(message_clear) struct message message = { 0 };
	CLEANUP(pointer_free) void *object = memory_new(1, object_info(type)->size);
	CLEANUP(pointer_free) struct dump *dump = memory_new(1, sizeof(*dump));
	struct asking asking = { dump, keys };
	int r = kernel_settle(place->kernel, error);

	*dump = (struct dump){ .type = type,
			       .object = object,
			       .size = object_info(type)->size,
			       .function = function,
			       .cookie = cookie,
			       .error = error };
	reader_init(&dump->reader, place, type, pools);
	for (size_t done = 0, sent; !r && done < count; done += sent) {
		asking.keys = (const char *)keys + done * dump->size;
		message.length = 0;
		netlink_gather(place->netlink, true);
		for (sent = 0; !r && sent < NETLINK_SEND_MESSAGES && done + sent < count; sent++) {
			r = wires[type]->ask(place, asking.keys + sent * dump->size, false, false,
					     &message, error);
			message_finish(&message);
		}
		netlink_gather(place->netlink, false);
		if (!r)
			r = netlink_exchange(place->netlink, message.bytes, message.length, sent,
					     take_asked, &asking, error);
	}
	return r;
}
