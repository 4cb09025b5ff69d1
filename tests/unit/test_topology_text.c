/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A wanted picture written as a topology file: read back, it is the same picture. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/address.h"
#include "model/altname.h"
#include "model/link.h"
#include "model/neighbour.h"
#include "model/netns.h"
#include "model/route.h"
#include "model/sysctl.h"
#include "model/vni.h"
#include "plan/candidate.h"
#include "plan/diff_print.h"
#include "plan/wanted_diff.h"
#include "support/fake_run.h"
#include "text/object_words.h"
#include "text/topology_text.h"
#include "topology/topology.h"

#define HEAD "ovl: 1\nlab: demo\n"

struct desk {
	struct attr_context context;
	struct topology topology, again;
	struct text text, second;
	struct error error;
};

static void desk_clear(struct desk *desk)
{
	topology_clear(&desk->topology);
	topology_clear(&desk->again);
	text_clear(&desk->text);
	text_clear(&desk->second);
	names_free(&desk->context.names);
}

static int parse(struct desk *desk, const char *yaml, size_t length, const char *host,
		 struct topology *topology)
{
	const struct topology_options options = { .host = host };

	error_clear(&desk->error);
	return topology_parse("f", yaml, length, &options, &desk->context, topology, NULL, NULL,
			      &desk->error);
}

static int print(struct desk *desk, const struct network *network, struct text *text)
{
	const struct topology_text_options options = { .lab = "demo" };

	error_clear(&desk->error);
	text_cut(text, 0);
	return topology_text(network, &desk->context, &options, text, &desk->error);
}

/* --- Whether two pictures are the same --- */

static bool same_part(const struct part *a, const struct part *b)
{
	const struct attr_table *table = a->table;
	const struct attr_set *left = attr_asked(table, a->object);
	const struct attr_set *right = attr_asked(table, b->object);

	uint64_t named = 0;

	/* What is only reported nobody asks for. */
	for (size_t i = 0; i < table->count; i++)
		if (!(table->rows[i].traits & ATTR_STATUS))
			named |= UINT64_C(1) << i;
	if (a->table != b->table || ((left->value ^ right->value) & named) ||
	    left->null != right->null)
		return false;
	for (size_t i = 0; i < table->count; i++)
		if (left->value >> i & 1 && !attr_equal(&table->rows[i], a->object, b->object))
			return false;
	return true;
}

/* The end of a segment is somebody else's link in a file that knows no segments. */
static bool same_manage(uint8_t a, uint8_t b)
{
	return a == b || (a == MANAGE_EXPECT && b == MANAGE_PATCH);
}

static bool same_object(enum object_type type, void *a, void *b)
{
	const struct link *link = a, *other = b;
	struct part left[PARTS], right[PARTS];
	size_t count = object_info(type)->parts(a, left);

	if (count != object_info(type)->parts(b, right) || !object_same_key(type, a, b))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!same_part(&left[i], &right[i]))
			return false;
	if (type == OBJECT_ROUTE)
		return route_matches(a, b) && route_matches(b, a);
	if (type == OBJECT_VNI)
		return ((struct vni *)a)->last == ((struct vni *)b)->last;
	if (type == OBJECT_NETNS)
		return ((struct netns *)a)->manage == ((struct netns *)b)->manage;
	return type != OBJECT_LINK ||
	       (link->kind.id == other->kind.id && link->peer.id == other->peer.id &&
		link->peer_netns.id == other->peer_netns.id &&
		same_manage(link->manage, other->manage));
}

static void assert_same_network(struct desk *desk, struct network *a, struct network *b)
{
	for (enum object_type type = 0; type < OBJECT_TYPES; type++) {
		size_t count = b->objects[type].count;
		CLEANUP(pointer_free) bool *used = memory_new(count + 1, sizeof(*used));

		for (size_t i = 0; i < a->objects[type].count; i++) {
			CLEANUP(text_clear) struct text title = { 0 };
			void *object = network_at(a, type, i);
			size_t k = 0;

			while (k < count &&
			       (used[k] || !same_object(type, object, network_at(b, type, k))))
				k++;
			if (k < count) {
				used[k] = true;
				continue;
			}
			object_title(type, &desk->context, object, object_netns(type, object),
				     &title);
			fail_msg("%s is not read back as it was:\n%s", text_string(&title),
				 text_string(&desk->text));
		}
		assert_int_equal(a->objects[type].count, count);
	}
}

/* --- What goes without saying --- */

static void add_link(struct network *network, uint32_t netns, uint32_t name, enum manage manage)
{
	struct link link = { .netns = { netns }, .name = { name }, .manage = (uint8_t)manage };

	network_index(network, OBJECT_LINK);
	if (network_find(network, OBJECT_LINK, &link, NULL))
		return;
	ATTR_MARK(&link_table, link, &link, name);
	network_add(network, OBJECT_LINK, &link, (struct origin_in_file){ 0 });
}

static bool is_made(const struct network *network, uint32_t netns)
{
	for (size_t i = 0; i < network->objects[OBJECT_NETNS].count; i++) {
		const struct netns *space = network_at(network, OBJECT_NETNS, i);

		if (space->name.id == netns)
			return space->manage == MANAGE_OWN;
	}
	return false;
}

/* What a file says though its text does not: a candidate need not. */
static void complete(struct desk *desk, struct network *network)
{
	const struct attr *up = ATTR_ROW(&link_table, link, up);

	network_close_gaps(network);
	for (size_t i = 0; i < network->objects[OBJECT_NETNS].count; i++) {
		const struct netns *netns = network_at(network, OBJECT_NETNS, i);

		if (netns->manage == MANAGE_OWN)
			add_link(network, netns->name.id, names_of(desk->context.names, "lo"),
				 MANAGE_OWN);
	}
	for (size_t i = 0; i < network->objects[OBJECT_ADDRESS].count; i++) {
		const struct link_address *address = network_at(network, OBJECT_ADDRESS, i);

		add_link(network, address->netns.id, address->dev.id, MANAGE_PATCH);
	}
	for (size_t i = 0; i < network->objects[OBJECT_ALTNAME].count; i++) {
		const struct altname *altname = network_at(network, OBJECT_ALTNAME, i);

		add_link(network, altname->netns.id, altname->dev.id, MANAGE_PATCH);
	}
	for (size_t i = 0; i < network->objects[OBJECT_LINK].count; i++) {
		struct link *link = network_at(network, OBJECT_LINK, i);

		/* What followed the link below it is beside it again. */
		if (link->link_netns.id == link->netns.id)
			attr_drop(&link_table, link, ATTR_ROW(&link_table, link, link_netns));
		if (link->manage || (!is_made(network, link->netns.id) && !link->kind.id) ||
		    (link->asked.value | link->asked.null) & attr_bit(&link_table, up))
			continue;
		link->up = true;
		attr_mark(&link_table, link, up);
	}
}

static void assert_stays(struct desk *desk, struct network *network)
{
	CLEANUP(comparison_clear) struct comparison comparison = { 0 };

	if (print(desk, network, &desk->text) < 0)
		fail_msg("%s", desk->error.text);
	topology_clear(&desk->again);
	if (parse(desk, text_string(&desk->text), desk->text.length, NULL, &desk->again) < 0)
		fail_msg("%s\n%s", desk->error.text, text_string(&desk->text));
	wanted_diff(network, &desk->again.network, &comparison);
	if (comparison.count) {
		diff_print(&comparison, &desk->context, &(struct diff_options){ .lab = "demo" },
			   &desk->second);
		fail_msg("it differs from its text:\n%s", text_string(&desk->second));
	}
	complete(desk, network);
	assert_same_network(desk, network, &desk->again.network);
	assert_int_equal(print(desk, &desk->again.network, &desk->second), 0);
	assert_string_equal(text_string(&desk->text), text_string(&desk->second));
}

/* Whether the file would be read: that some picture cannot be is no matter of its text. */
static bool is_sound(struct desk *desk, struct network *network)
{
	if (print(desk, network, &desk->text) < 0)
		return false;
	topology_clear(&desk->again);
	return parse(desk, text_string(&desk->text), desk->text.length, NULL, &desk->again) >= 0;
}

/* --- Texts --- */

static void assert_text(const char *yaml, const char *host, const char *expected)
{
	CLEANUP(desk_clear) struct desk desk = { .context.names = names_new() };

	if (parse(&desk, yaml, strlen(yaml), host, &desk.topology) < 0)
		fail_msg("%s", desk.error.text);
	assert_stays(&desk, &desk.topology.network);
	assert_string_equal(text_string(&desk.text), expected);
}

static void a_file_is_flat_and_in_order(void **state)
{
	(void)state;
	assert_text(
		HEAD
		"vars: {vni: 333}\n"
		"defaults: {veth: {mtu: 1450}}\n"
		"links:\n"
		"  p$(i=1..2): {master: br0, port: {isolated: on, guard: null}}\n"
		"  br0: {type: bridge, up: off, alias: \"a # b\", altname: [long-name]}\n"
		"  vx0: {type: vxlan, id: $(vni), local: 10.9.0.1, remotes: [10.9.0.1, 10.9.0.2], "
		"dev: eth0, master: br0, ttl: null}\n"
		"  vl: {type: vlan, id: 4, link: eth0, up: null}\n"
		"  eth0: {manage: patch, addr: 10.9.0.1/24}\n"
		"netns:\n"
		"  n10: {}\n"
		"  n$(i=1..2): {links: {eth0: {peer: host/p$(i), addr: [10.0.0.$(i)/24, "
		"\"fd00::1/64\"]}}, routes: [default via 10.0.0.9, {to: 10.5.0.0/16, nexthop: [via "
		"10.0.0.3, via 10.0.0.4]}], sysctl: {net.ipv4.ip_forward: 1}, arp: [10.0.0.7 "
		"lladdr "
		"02:00:00:00:00:07 dev eth0, {to: 10.0.0.8, dev: eth0, nud: noarp}]}\n"
		"  old: {manage: patch, links: {lo: {mtu: 9000}}}\n"
		"fdb: [02:00:00:00:00:01 dev vx0 dst 10.9.0.2, 02:00:00:00:00:02 dev p1, "
		"02:00:00:00:00:03 dev p1 self, 00:00:00:00:00:00 dev vx0 dst 10.9.0.4 port 5]\n",
		NULL,
		HEAD
		"links:\n"
		"  br0: {type: bridge, up: off, alias: \"a # b\", altname: [long-name]}\n"
		"  eth0: {manage: patch, addr: [10.9.0.1/24]}\n"
		"  p1: {type: veth, peer: n1/eth0, mtu: 1450, master: br0, port: {guard: null, "
		"isolated: on}}\n"
		"  p2: {type: veth, peer: n2/eth0, mtu: 1450, master: br0, port: {guard: null, "
		"isolated: on}}\n"
		"  vl: {type: vlan, link: eth0, up: null, id: 4}\n"
		"  vx0: {type: vxlan, master: br0, id: 333, local: 10.9.0.1, dev: eth0, dstport: "
		"4789, ttl: null, remotes: [10.9.0.2]}\n"
		"fdb:\n"
		"  - \"02:00:00:00:00:01 dev vx0 dst 10.9.0.2\"\n"
		"  - \"02:00:00:00:00:02 dev p1\"\n"
		"  - \"02:00:00:00:00:03 dev p1 self\"\n"
		"  - \"00:00:00:00:00:00 dev vx0 dst 10.9.0.4 port 5\"\n"
		"netns:\n"
		"  n1:\n"
		"    links:\n"
		"      eth0: {mtu: 1450, addr: [10.0.0.1/24, \"fd00::1/64\"]}\n"
		"    routes:\n"
		"      - default via 10.0.0.9\n"
		"      - 10.5.0.0/16 nexthop via 10.0.0.3 weight 1 nexthop via 10.0.0.4 weight 1\n"
		"    arp:\n"
		"      - \"10.0.0.7 dev eth0 lladdr 02:00:00:00:00:07\"\n"
		"      - 10.0.0.8 dev eth0 nud noarp\n"
		"    sysctl:\n"
		"      net.ipv4.ip_forward: 1\n"
		"  n2:\n"
		"    links:\n"
		"      eth0: {mtu: 1450, addr: [10.0.0.2/24, \"fd00::1/64\"]}\n"
		"    routes:\n"
		"      - default via 10.0.0.9\n"
		"      - 10.5.0.0/16 nexthop via 10.0.0.3 weight 1 nexthop via 10.0.0.4 weight 1\n"
		"    arp:\n"
		"      - \"10.0.0.7 dev eth0 lladdr 02:00:00:00:00:07\"\n"
		"      - 10.0.0.8 dev eth0 nud noarp\n"
		"    sysctl:\n"
		"      net.ipv4.ip_forward: 1\n"
		"  n10: {}\n"
		"  old:\n"
		"    manage: patch\n"
		"    links:\n"
		"      lo: {mtu: 9000}\n");
}

static const char two_hosts[] = HEAD "segments: {wan: [a/eth0, b/eth0]}\n"
				     "wires: [[a/eth1, b/eth1]]\n"
				     "hosts:\n"
				     "  a: {links: {eth0: {addr: 10.0.0.1/24}, v: {}}, netns: {n1: "
				     "{links: {eth0: {peer: host/v}}}}}\n"
				     "  b: {}\n";

static void hosts_are_namespaces_like_others(void **state)
{
	(void)state;
	assert_text(two_hosts, NULL,
		    HEAD "netns:\n"
			 "  a:\n"
			 "    links:\n"
			 "      eth0: {type: veth, peer: seg.wan/a.eth0, addr: [10.0.0.1/24]}\n"
			 "      eth1: {type: veth, peer: b/eth1}\n"
			 "      v: {type: veth, peer: a.n1/eth0}\n"
			 "  a.n1: {}\n"
			 "  b:\n"
			 "    links:\n"
			 "      eth0: {type: veth, peer: seg.wan/b.eth0}\n"
			 "  seg.wan:\n"
			 "    links:\n"
			 "      a.eth0: {master: br}\n"
			 "      b.eth0: {master: br}\n"
			 "      br: {type: bridge}\n");
}

static void the_end_of_a_segment_is_somebody_elses(void **state)
{
	(void)state;
	assert_text(two_hosts, "a",
		    HEAD "links:\n"
			 "  eth0: {manage: patch, addr: [10.0.0.1/24]}\n"
			 "  eth1: {manage: patch}\n"
			 "  v: {type: veth, peer: n1/eth0}\n"
			 "netns:\n"
			 "  n1: {}\n");
}

static void a_small_change_is_a_small_change_of_the_text(void **state)
{
	(void)state;
	/* What an end has of its own does not decide which of the two names the other. */
	assert_text(HEAD "links: {v9: {}}\nnetns: {n: {links: {a: {peer: host/v9}}}}\n", NULL,
		    HEAD "links:\n  v9: {type: veth, peer: n/a}\nnetns:\n  n: {}\n");
	assert_text(HEAD "links: {v9: {}}\nnetns: {n: {links: {a: {peer: host/v9, mtu: 1400}}}}\n",
		    NULL,
		    HEAD "links:\n  v9: {type: veth, peer: n/a}\nnetns:\n  n:\n    links:\n"
			 "      a: {mtu: 1400}\n");
}

/* --- What cannot be said --- */

static void assert_unsaid(const char *yaml, void (*change)(struct desk *, struct network *),
			  const char *expected)
{
	CLEANUP(desk_clear) struct desk desk = { .context.names = names_new() };

	assert_int_equal(parse(&desk, yaml, strlen(yaml), NULL, &desk.topology), 0);
	change(&desk, &desk.topology.network);
	assert_int_equal(print(&desk, &desk.topology.network, &desk.text), -EINVAL);
	assert_string_equal(desk.error.text, expected);
	assert_int_equal(desk.error.exit, EXIT_USAGE);
	assert_int_equal(desk.text.length, 0);
}

static struct link *first_link(struct network *network)
{
	return network_at(network, OBJECT_LINK, 0);
}

static void no_utf8(struct desk *desk, struct network *network)
{
	first_link(network)->alias.id = names_of(desk->context.names, "\xff");
}

static void is_foreign(struct desk *desk, struct network *network)
{
	(void)desk;
	first_link(network)->manage = MANAGE_PATCH;
}

static void is_used(struct desk *desk, struct network *network)
{
	struct neighbour *neighbour = network_at(network, OBJECT_NEIGHBOUR, 0);

	(void)desk;
	neighbour->use = true;
	ATTR_MARK(&neighbour_table, neighbour, neighbour, use);
}

static void has_blanks(struct desk *desk, struct network *network)
{
	struct link_address *address = network_at(network, OBJECT_ADDRESS, 0);

	address->label.id = names_of(desk->context.names, "a b");
	ATTR_MARK(&address_table, link_address, address, label);
}

static void what_cannot_be_said_is_refused(void **state)
{
	(void)state;
	assert_unsaid(HEAD "links: {d: {type: dummy, alias: x}}\n", no_utf8,
		      "dummy 'd': a file cannot say it: a name in it is not UTF-8");
	assert_unsaid(HEAD "netns: {n: {links: {d: {type: dummy}}}}\n", is_foreign,
		      "dummy 'd' in netns 'n': a file cannot say it: nothing is somebody else's "
		      "in a namespace that the lab makes");
	assert_unsaid(HEAD "links: {d: {type: dummy}}\n"
			   "arp: [10.0.0.1 lladdr 02:00:00:00:00:01 dev d]\n",
		      is_used,
		      "arp '10.0.0.1 dev d': a file cannot say it: 'use' is done once and is no "
		      "state");
	assert_unsaid(HEAD "links: {d: {type: dummy, addr: 10.0.0.1/24}}\n", has_blanks,
		      "addr '10.0.0.1/24 dev d': a file cannot say it: a name in it has a blank or "
		      "control character");
}

static void odd_names_are_said(void **state)
{
	(void)state;
	assert_text(HEAD "links: {d: {type: dummy, alias: \"\\u2028\\u0085$$\\tö\"}, "
			 "\"é\": {type: dummy}}\n",
		    NULL,
		    HEAD "links:\n"
			 "  d: {type: dummy, alias: \"\\u2028\\u0085$$\\x09ö\"}\n"
			 "  \"é\": {type: dummy}\n");
}

/* --- Every attribute --- */

static uint64_t seed = 1;

static uint64_t next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* One row of a link of the kind, that is somebody else's: of those hardly any value is excluded. */
static void try_row(const char *kind, size_t part, size_t i, bool is_null)
{
	CLEANUP(desk_clear) struct desk desk = { .context.names = names_new() };
	struct link link = { .manage = MANAGE_PATCH };
	struct part parts[PARTS];
	const struct attr_table *table;
	const struct attr *row;

	link_set_kind(&link, desk.context.names, kind);
	link.name.id = names_of(desk.context.names, "x");
	ATTR_MARK(&link_table, link, &link, name);
	link_parts(&link, parts);
	table = parts[part].table;
	row = &table->rows[i];
	if (row->traits & (ATTR_KEY | ATTR_STATUS | ATTR_ACTION) ||
	    !strcmp(row->name, "link-netns"))
		return;
	if (is_null) {
		attr_asked(table, parts[part].object)->null |= attr_bit(table, row);
	} else {
		row->type->random(row, &desk.context, next, attr_field(row, parts[part].object));
		attr_mark(table, parts[part].object, row);
	}
	desk.topology.network.names = desk.context.names;
	network_add(&desk.topology.network, OBJECT_LINK, &link, (struct origin_in_file){ 0 });
	/* Of these some values are a mistake, which the text is not asked about. */
	if ((!strcmp(row->name, "mtu") || !strncmp(row->name, "group", 5)) &&
	    !is_sound(&desk, &desk.topology.network))
		return;
	assert_stays(&desk, &desk.topology.network);
}

static void every_attribute_is_said(void **state)
{
	(void)state;
	for (size_t k = 0; k < link_kinds_count; k++) {
		CLEANUP(names_free) struct names *names = names_new();
		struct link link = { 0 };
		struct part parts[PARTS];
		size_t count;

		link_set_kind(&link, names, link_kinds[k].name);
		count = link_parts(&link, parts);
		for (size_t p = 0; p < count; p++)
			for (size_t i = 0; i < parts[p].table->count; i++)
				for (unsigned round = 0; round < 5; round++)
					try_row(link_kinds[k].name, p, i, !round);
	}
}

/* --- Files --- */

static char *file_bytes(const char *path, size_t *length)
{
	FILE *file = fopen(path, "re");
	char *bytes = memory_new(1 << 20, 1);

	assert_non_null(file);
	*length = fread(bytes, 1, (1 << 20) - 1, file);
	fclose(file);
	return bytes;
}

/* With each of its hosts, and without; a file that has mistakes is none. */
static unsigned try_file(const char *path, size_t skip)
{
	static const char *const hosts[] = { NULL, "a", "b", "h1", "h2", "h3", "node1" };
	CLEANUP(pointer_free) char *bytes = NULL;
	unsigned done = 0;
	size_t length;

	bytes = file_bytes(path, &length);
	if (length < skip)
		return 0;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		CLEANUP(desk_clear) struct desk desk = { .context.names = names_new() };

		if (parse(&desk, bytes + skip, length - skip, hosts[i], &desk.topology) < 0 ||
		    topology_count(&desk.topology) > 5000)
			continue;
		assert_stays(&desk, &desk.topology.network);
		done++;
	}
	return done;
}

static unsigned try_folder(const char *name, const char *end, size_t skip)
{
	const char *source = getenv("OVL_SOURCE");
	char path[4096];
	unsigned done = 0;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/%s", source ? source : ".", name);
	folder = opendir(path);
	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder));) {
		size_t length = strlen(entry->d_name), tail = strlen(end);

		if (*entry->d_name == '.' || length < tail ||
		    strcmp(entry->d_name + length - tail, end) != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s/%s", source ? source : ".", name,
			 entry->d_name);
		done += try_file(path, skip);
	}
	closedir(folder);
	return done;
}

static void each_file_stays_what_it_is(void **state)
{
	(void)state;
	assert_true(try_folder("examples", ".yaml", 0) >= 9); /* mesh.yaml has three hosts */
	/* There the first byte says for which host. */
	assert_true(try_folder("tests/fuzz/corpus/topology", "", 1) >= 3);
}

/* --- Candidates --- */

static const char *pick(const char *const *words)
{
	size_t count = 0;

	while (words[count])
		count++;
	return words[next() % count];
}

#define PICK(...) pick((const char *const[]){ __VA_ARGS__, NULL })

/* A line of the command line, with names of few so that they meet. */
static void random_line(struct text *line)
{
	const char *where = PICK("", "", "-n n1 ", "-n n2 ", "-n a.b ");
	const char *link = PICK("br0", "v1", "v2", "v10", "w1", "vx0", "d0", "eth9", "lo", "vl0");
	const char *other = PICK("br0", "v1", "v2", "v10", "w1", "vx0", "d0");
	unsigned a = (unsigned)(next() % 9 + 1), b = (unsigned)(next() % 3);

	text_cut(line, 0);
	switch (next() % 28) {
	case 0:
		text_printf(line, "netns add %s", PICK("n1", "n2", "a.b"));
		break;
	case 1:
		text_printf(line, "netns set %s %s", PICK("n1", "n2"), PICK("7", "auto"));
		break;
	case 2:
		text_printf(line, "%sbridge add br0 %s", where,
			    PICK("up", "", "vlan_filtering on stp_state off", "mtu 1400"));
		break;
	case 3:
	case 4:
		text_printf(line, "%sveth add %s %s peer %s netns %s", where, link,
			    PICK("", "up mtu 1400", "down"), other, PICK("n1", "n2", "a.b"));
		break;
	case 5:
		text_printf(line, "%sveth add %s peer %s", where, link, other);
		break;
	case 6:
		text_printf(line, "%svxlan add vx%u id %u dstport %s %s", where, b, a,
			    PICK("4789", "8472"),
			    PICK("local 10.9.0.1", "", "group 239.1.1.1 dev d0", "nolearning"));
		break;
	case 7:
		text_printf(line, "%slink add %s type %s", where, link, PICK("dummy", "ifb"));
		break;
	case 8:
		text_printf(line, "%slink add vl0 link %s type %s", where, other,
			    PICK("vlan id 7", "macvlan mode bridge"));
		break;
	case 9:
		text_printf(line, "%slink set %s %s", where, link,
			    PICK("up", "down", "mtu 1300", "alias text", "nomaster",
				 "address 02:00:00:00:00:09", "txqueuelen 7", "promisc on"));
		break;
	case 10:
		text_printf(line, "%slink set %s master br0", where, link);
		break;
	case 11:
		text_printf(line, "%sbridge port %s %s", where, link,
			    PICK("isolated on", "learning off", "cost 7 priority 3"));
		break;
	case 12:
		text_printf(line, "%slink del %s", where, link);
		break;
	case 13:
		text_printf(line, "%slink set %s name %s", where, link, other);
		break;
	case 14:
		text_printf(line, "%slink set %s netns %s", where, link, PICK("n1", "n2"));
		break;
	case 15:
	case 16:
		text_printf(line, "%saddr add 10.%u.0.%u/24 dev %s %s", where, b, a, link,
			    PICK("", "brd +", "scope link", "metric 7", "noprefixroute"));
		break;
	case 17:
		text_printf(line, "%saddr add fd0%u::%u/64 dev %s %s", where, b, a, link,
			    PICK("", "nodad", "peer fd07::1"));
		break;
	case 18:
		text_printf(line, "%sarp add 10.0.0.%u lladdr 02:00:00:00:00:0%u dev %s %s", where,
			    a, b, link, PICK("", "nud noarp", "router", "protocol 7"));
		break;
	case 19:
		text_printf(line, "%sarp add proxy 10.0.0.%u dev %s", where, a, link);
		break;
	case 20:
		text_printf(line, "%sfdb %s %s dev %s %s", where, PICK("add", "append"),
			    PICK("02:00:00:00:00:01", "02:00:00:00:00:02", "00:00:00:00:00:00"),
			    link,
			    PICK("", "self", "master", "dst 10.9.0.7", "dst 10.9.0.8 port 7 vni 9",
				 "dst 10.9.0.1 self", "permanent", "dynamic", "vlan 7", "sticky"));
		break;
	case 21:
		text_printf(line, "%svxlan remote add vx0 10.9.0.%u", where, a);
		break;
	case 22:
		text_printf(
			line, "%sroute %s %s %s", where, PICK("add", "append", "replace"),
			PICK("default", "10.5.0.0/16", "fd05::/32", "::/0",
			     "blackhole 10.6.0.0/16"),
			PICK("dev d0", "via 10.0.0.9", "via 10.0.0.9 metric 7 table 99 onlink",
			     "dev v1 mtu lock 1300 rto_min 20ms", "",
			     "nexthop via 10.0.0.1 dev v1 weight 2 nexthop via 10.0.0.2",
			     "via inet6 fd00::1 dev v1", "dev v1 features ecn src 10.0.0.1",
			     "encap ip id 7 dst 10.0.0.1 ttl 9 dev d0 proto static scope link"));
		break;
	case 23:
		text_printf(line, "%slink property add dev %s altname other-%u", where, link, a);
		break;
	case 25:
	case 26:
		text_printf(line, "%s%s", where,
			    PICK("vxlan add vx1 dstport 4790 external on vnifilter on",
				 "vxlan vni add vx1 7-9", "vxlan vni add vx1 20 remote 10.9.0.9",
				 "vxlan vni del vx1 8"));
		break;
	case 24:
		text_printf(line, "%s%s", where,
			    PICK("addr flush dev v1", "arp flush dev v1", "route del default",
				 "fdb flush dev vx0"));
		break;
	default:
		text_printf(line, "netns del %s", PICK("n1", "n2"));
	}
}

static void try_line(struct request *request, char *line, struct error *error)
{
	char *at[64];
	struct words words = { at, 0 };

	for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
		at[words.left++] = word;
	error_clear(error);
	request->options.netns = NULL;
	if (words.left > 1 && !strcmp(at[0], "-n")) {
		request->options.netns = at[1];
		words.at += 2;
		words.left -= 2;
	}
	command_run(request, &words, error);
}

static void what_commands_make_is_said(void **state)
{
	CLEANUP(text_clear) struct text line = { 0 };
	unsigned sound = 0;

	(void)state;
	for (unsigned round = 0; round < 300; round++) {
		const struct options options = { .quiet = true };
		CLEANUP(network_clear) struct network network = { 0 };
		CLEANUP(text_clear) struct text out = { 0 };
		CLEANUP(desk_clear) struct desk desk = { 0 };
		struct request request;
		unsigned lines = (unsigned)(next() % 60);

		fake_kernel_reset();
		request_init(&request, &options, &out);
		network.names = request.names;
		request.candidate = &network;
		request.candidate_mode = CANDIDATE_FILE;
		desk.context.names = request.names;
		while (lines--) {
			random_line(&line);
			text_string(&line);
			try_line(&request, line.bytes, &desk.error);
		}
		if (is_sound(&desk, &network)) {
			assert_stays(&desk, &network);
			sound++;
		} else if (getenv("OVL_TEST_VERBOSE")) {
			print_message("%s\n", desk.error.text);
		}
		network_clear(&network);
		desk.context.names = NULL;
		topology_clear(&desk.again);
		request_clear(&request);
	}
	assert_true(sound > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_flat_and_in_order),
		cmocka_unit_test(hosts_are_namespaces_like_others),
		cmocka_unit_test(the_end_of_a_segment_is_somebody_elses),
		cmocka_unit_test(a_small_change_is_a_small_change_of_the_text),
		cmocka_unit_test(what_cannot_be_said_is_refused),
		cmocka_unit_test(odd_names_are_said),
		cmocka_unit_test(every_attribute_is_said),
		cmocka_unit_test(each_file_stays_what_it_is),
		cmocka_unit_test(what_commands_make_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
