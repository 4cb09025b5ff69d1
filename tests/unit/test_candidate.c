/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands done to a picture instead of to the kernel: what each leaves of it, what
 * it takes along, what is refused, and that what is refused leaves it as it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "model/address.h"
#include "model/fdb.h"
#include "model/netns.h"
#include "model/route.h"
#include "model/sysctl.h"
#include "plan/candidate.h"
#include "support/fake_run.h"
#include "text/object_words.h"

struct bench {
	struct request request;
	struct network network;
	struct text out, picture;
	struct error error;
	enum words_extent extent;
};

static void bench_clear(struct bench *bench)
{
	network_clear(&bench->network);
	request_clear(&bench->request);
	text_clear(&bench->out);
	text_clear(&bench->picture);
}

static void bench_init(struct bench *bench, enum candidate_mode mode)
{
	const struct options options = { .quiet = true };

	fake_kernel_reset();
	*bench = (struct bench){ .extent = mode == CANDIDATE_FILE ? WORDS_NEW : WORDS_KEY };
	request_init(&bench->request, &options, &bench->out);
	bench->network.names = bench->request.names;
	bench->request.candidate = &bench->network;
	bench->request.candidate_mode = mode;
}

static int try_line(struct bench *bench, const char *line)
{
	char copy[256], *at[64];
	struct words words = { at, 0 };

	assert_true(strlen(line) < sizeof(copy));
	strcpy(copy, line);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		at[words.left++] = word;
	error_clear(&bench->error);
	return command_run(&bench->request, &words, &bench->error);
}

static void run_lines(struct bench *bench, const char *const *lines)
{
	for (; *lines; lines++)
		if (try_line(bench, *lines) < 0)
			fail_msg("%s: %s", *lines, bench->error.text);
}

#define RUN(bench, ...) run_lines((bench), (const char *const[]){ __VA_ARGS__, NULL })

/* Puts a line an object: "n1: addr 10.0.0.1/24 dev v1"; a veth says its other end. */
static const char *picture_of(struct bench *bench, bool has_type[OBJECT_TYPES])
{
	struct attr_context context = request_context(&bench->request);
	struct text *text = &bench->picture;

	text_cut(text, 0);
	for (size_t t = 0; t < OBJECT_TYPES; t++) {
		enum object_type type = (enum object_type)t;

		for (size_t i = 0; has_type[t] && i < bench->network.objects[t].count; i++) {
			const void *object = network_at(&bench->network, type, i);
			const struct link *link = object;
			uint32_t netns = object_netns(type, object);

			if (network_is_gap(&bench->network, type, i))
				continue;
			if (netns)
				text_printf(text, "%s: ", names_text(context.names, netns));
			text_printf(text, "%s ", object_info(type)->name);
			object_words(type, &context, object, NULL, bench->extent, ATTR_STYLE_OVL,
				     text);
			if (type == OBJECT_LINK && link->peer.id)
				text_printf(text, " <-> %s/%s",
					    names_text(context.names, link->peer_netns.id),
					    names_text(context.names, link->peer.id));
			text_char(text, '\n');
		}
	}
	return text_string(text);
}

static void assert_picture(struct bench *bench, const char *expected)
{
	bool all[OBJECT_TYPES];

	memset(all, 1, sizeof(all));
	assert_string_equal(picture_of(bench, all), expected);
}

static void assert_of_type(struct bench *bench, enum object_type type, const char *expected)
{
	bool has[OBJECT_TYPES] = { [OBJECT_NETNS] = false };

	has[type] = true;
	assert_string_equal(picture_of(bench, has), expected);
}

static void assert_refused(struct bench *bench, const char *line, enum exit_code code,
			   const char *text)
{
	CLEANUP(text_clear) struct text before = { 0 };
	bool all[OBJECT_TYPES];

	memset(all, 1, sizeof(all));
	text_puts(&before, picture_of(bench, all));
	if (!try_line(bench, line))
		fail_msg("%s: is not refused", line);
	assert_string_equal(bench->error.text, text);
	assert_int_equal(bench->error.exit, code);
	assert_true(bench->error.errnum > 0);
	assert_picture(bench, text_string(&before));
}

static void commands_change_a_file_as_they_change_the_kernel(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_FILE);
	RUN(&bench, "netns add n1", "bridge add br0 up stp_state on",
	    "veth add v1 netns n1 up addr 10.0.0.1/24 peer p1 master br0 up",
	    "vxlan add vx0 id 7 local 10.0.0.254 dstport 4789 master br0",
	    "addr add 10.0.0.254/24 dev br0", "arp add 10.0.0.9 lladdr 02:00:00:00:00:09 dev br0",
	    "fdb add 02:00:00:00:00:09 dev vx0 dst 10.9.0.1", "vxlan remote add vx0 10.9.0.2",
	    "route add 10.5.0.0/16 via 10.0.0.9", "link property add dev br0 altname bridge",
	    "link set bridge mtu 1400", "bridge port p1 isolated on");
	assert_picture(&bench,
		       "netns n1\n"
		       "link br0 up mtu 1400 type bridge stp_state on\n"
		       "link p1 up master br0 type veth type bridge_slave isolated on <-> n1/v1\n"
		       "n1: link v1 up netns n1 type veth <-> /p1\n"
		       "link vx0 master br0 type vxlan id 7 local 10.0.0.254 dstport 4789\n"
		       "n1: addr 10.0.0.1/24 dev v1\n"
		       "addr 10.0.0.254/24 dev br0\n"
		       "arp 10.0.0.9 dev br0 lladdr 02:00:00:00:00:09 nud permanent\n"
		       "fdb 02:00:00:00:00:09 dev vx0 self dst 10.9.0.1 permanent\n"
		       "fdb 00:00:00:00:00:00 dev vx0 self dst 10.9.0.2 permanent\n"
		       "route 10.5.0.0/16 via 10.0.0.9\n"
		       "altname dev br0 altname bridge\n");
	assert_int_equal(fake_kernel.sends, 0);
}

static void what_is_there_is_not_made_again(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_FILE);
	RUN(&bench, "netns add n1", "bridge add br0", "link add i0 type ifb",
	    "vxlan add vx0 id 7 dstport 4789", "link property add dev br0 altname other",
	    "addr add 10.0.0.1/24 dev br0", "arp add 10.0.0.2 lladdr 02:00:00:00:00:02 dev br0",
	    "vxlan remote add vx0 10.9.0.2", "fdb add 02:00:00:00:00:01 dev vx0 dst 10.9.0.1",
	    "route add 10.5.0.0/16 dev br0", "route add fd00::/64 dev br0");
	assert_refused(&bench, "netns add n1", EXIT_REFUSED, "netns 'n1': exists already");
	assert_refused(&bench, "bridge add br0", EXIT_REFUSED, "bridge 'br0': exists already");
	assert_refused(&bench, "link add other type ifb", EXIT_REFUSED,
		       "ifb 'other': 'other' is an altname of 'br0'");
	assert_refused(&bench, "veth add v1 peer br0", EXIT_REFUSED,
		       "veth 'v1': its other end's name 'br0' is taken");
	assert_refused(&bench, "link set i0 name br0", EXIT_REFUSED, "link 'i0': exists already");
	assert_refused(&bench, "vxlan add vx1 id 7 dstport 4789", EXIT_REFUSED,
		       "vxlan 'vx1': id 7 with dstport 4789 is taken by 'vx0'");
	assert_refused(&bench, "addr add 10.0.0.1/24 dev br0", EXIT_REFUSED,
		       "addr '10.0.0.1/24 dev br0': exists already");
	assert_refused(&bench, "arp add 10.0.0.2 lladdr 02:00:00:00:00:03 dev br0", EXIT_REFUSED,
		       "arp '10.0.0.2 dev br0': exists already");
	assert_refused(&bench, "fdb add 02:00:00:00:00:01 dev vx0 dst 10.9.0.7", EXIT_REFUSED,
		       "fdb '02:00:00:00:00:01 dev vx0 self dst 10.9.0.7': exists already "
		       "('replace' changes "
		       "it)");
	assert_refused(&bench, "fdb add 00:00:00:00:00:00 dev vx0 dst 10.9.0.7", EXIT_REFUSED,
		       "fdb '00:00:00:00:00:00 dev vx0 self dst 10.9.0.7': exists already "
		       "('append' adds a "
		       "further destination)");
	assert_refused(
		&bench, "fdb replace 00:00:00:00:00:00 dev vx0 dst 10.9.0.7", EXIT_REFUSED,
		"fdb '00:00:00:00:00:00 dev vx0 self dst 10.9.0.7': several destinations are not "
		"replaced");
	assert_refused(&bench, "route add 10.5.0.0/16 via 10.0.0.2", EXIT_REFUSED,
		       "route '10.5.0.0/16 via 10.0.0.2': exists already");
	assert_refused(&bench, "route add fd00::1/64 via fd00::2", EXIT_REFUSED,
		       "route 'fd00::1/64 via fd00::2': exists already");
	assert_refused(&bench, "link property add dev br0 altname other", EXIT_REFUSED,
		       "altname 'dev br0 altname other': exists already");
}

static void what_is_not_there_is_not_changed(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_FILE);
	RUN(&bench, "netns add n1", "bridge add br0", "vxlan add vx0 id 7 dstport 4789");
	assert_refused(&bench, "netns del n2", EXIT_USAGE,
		       "netns 'n2': there is no such namespace");
	assert_refused(&bench, "netns set n2 4", EXIT_USAGE,
		       "netns 'n2': there is no such namespace");
	assert_refused(&bench, "link set x up", EXIT_USAGE, "there is no link 'x'");
	assert_refused(&bench, "link del x", EXIT_USAGE, "there is no link 'x'");
	assert_refused(&bench, "bridge addif br0 x", EXIT_USAGE, "there is no link 'x'");
	assert_refused(&bench, "link add y netns n2 type ifb", EXIT_USAGE,
		       "netns 'n2': there is no such namespace");
	assert_refused(&bench, "link set br0 netns n2", EXIT_USAGE,
		       "netns 'n2': there is no such namespace");
	assert_refused(&bench, "veth add y peer z netns n2", EXIT_USAGE,
		       "netns 'n2': there is no such namespace");
	assert_refused(&bench, "addr del 10.0.0.1/24 dev br0", EXIT_REFUSED,
		       "addr '10.0.0.1/24 dev br0': is not there");
	assert_refused(&bench, "addr change 10.0.0.1/24 dev br0 metric 5", EXIT_REFUSED,
		       "addr '10.0.0.1/24 dev br0': is not there");
	assert_refused(&bench, "arp del 10.0.0.1 dev br0", EXIT_REFUSED,
		       "arp '10.0.0.1 dev br0': is not there");
	assert_refused(&bench, "arp change 10.0.0.1 lladdr 02:00:00:00:00:01 dev br0", EXIT_REFUSED,
		       "arp '10.0.0.1 dev br0': is not there");
	assert_refused(&bench, "fdb del 02:00:00:00:00:01 dev vx0 dst 10.0.0.1", EXIT_REFUSED,
		       "fdb '02:00:00:00:00:01 dev vx0 self dst 10.0.0.1': is not there");
	assert_refused(&bench, "fdb del 02:00:00:00:00:01 dev x", EXIT_USAGE,
		       "there is no link 'x'");
	assert_refused(&bench, "route del 10.5.0.0/16", EXIT_REFUSED,
		       "route '10.5.0.0/16': is not there");
	assert_refused(&bench, "route change 10.5.0.0/16 dev br0", EXIT_REFUSED,
		       "route '10.5.0.0/16 dev br0': is not there");
	assert_refused(&bench, "link property del dev br0 altname other", EXIT_REFUSED,
		       "altname 'dev br0 altname other': is not there");
}

static void idempotent_commands_find_it_done(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_FILE);
	RUN(&bench, "netns add n1", "veth add v1 mtu 1400 peer v2 netns n1",
	    "addr add 10.0.0.1/24 dev v1", "route add 10.5.0.0/16 dev v1");
	bench.request.options.idempotent = true;
	RUN(&bench, "netns add n1", "veth add v1 mtu 1400 peer v2 netns n1",
	    "addr add 10.0.0.1/24 dev v1", "route add 10.5.0.0/16 dev v1", "link del v7",
	    "netns del n7", "addr del 10.7.0.1/24 dev v1", "addr del 10.7.0.1/24 dev v7",
	    "route del 10.7.0.0/16", "arp del 10.0.0.7 dev v1");
	assert_refused(&bench, "veth add v1 mtu 1300 peer v2 netns n1", EXIT_REFUSED,
		       "veth 'v1': exists already");
	assert_refused(&bench, "veth add v1 mtu 1400 peer v3 netns n1", EXIT_REFUSED,
		       "veth 'v1': exists already");
	assert_picture(&bench, "netns n1\n"
			       "n1: link v2 netns n1 type veth <-> /v1\n"
			       "link v1 mtu 1400 type veth <-> n1/v2\n"
			       "addr 10.0.0.1/24 dev v1\n"
			       "route 10.5.0.0/16 dev v1\n");
}

static void a_link_takes_along_what_hangs_on_it(void **state)
{
	CLEANUP(bench_clear) struct bench bench;
	struct plan plan = { 0 };
	struct sysctl sysctl = { .asked.value = 0 };
	struct attr_context context;

	(void)state;
	bench_init(&bench, CANDIDATE_FILE);
	context = request_context(&bench.request);
	RUN(&bench, "netns add n1", "bridge add br0",
	    "veth add v1 peer e1 netns n1 addr 10.0.0.7/24", "link set v1 master br0",
	    "bridge port v1 isolated on", "link add mv0 link v1 type macvlan",
	    "vxlan add vx0 id 7 dstport 4789 dev v1 master br0", "addr add 10.0.0.1/24 dev v1",
	    "addr add 10.1.0.1/24 dev br0", "addr add 10.2.0.1/24 dev mv0",
	    "arp add 10.0.0.2 lladdr 02:00:00:00:00:02 dev v1", "arp add proxy 10.0.0.3 dev v1",
	    "fdb add 02:00:00:00:00:01 dev v1 master static", "vxlan remote add vx0 10.9.0.1",
	    "route add 10.5.0.0/16 via 10.0.0.2 dev v1", "route add 10.6.0.0/16 via 10.0.0.2",
	    "route add 10.7.0.0/16 via 10.1.0.2",
	    "route add 10.8.0.0/16 nexthop via 10.0.0.2 dev v1 nexthop via 10.1.0.2 dev br0",
	    "route add fd08::/16 nexthop via fd00::2 dev v1 nexthop via fd01::2 dev br0",
	    "link property add dev v1 altname other");
	sysctl.key.id = names_of(bench.request.names, "net.ipv4.conf.v1.forwarding");
	sysctl.value.id = names_of(bench.request.names, "1");
	ATTR_MARK(&sysctl_table, sysctl, &sysctl, key);
	ATTR_MARK(&sysctl_table, sysctl, &sysctl, value);
	plan_add(&plan, OBJECT_SYSCTL, CHANGE_SET, &sysctl);
	sysctl.key.id = names_of(bench.request.names, "net.ipv4.ip_forward");
	plan_add(&plan, OBJECT_SYSCTL, CHANGE_SET, &sysctl);
	assert_int_equal(
		candidate_apply(&bench.network, &plan, CANDIDATE_FILE, &context, &bench.error), 0);
	plan_clear(&plan);
	RUN(&bench, "link del v1");
	assert_picture(&bench, "netns n1\n"
			       "link br0 type bridge\n"
			       "addr 10.1.0.1/24 dev br0\n"
			       "route 10.7.0.0/16 via 10.1.0.2\n"
			       "route fd08::/16 via fd01::2 dev br0\n"
			       "sysctl net.ipv4.ip_forward value 1\n");
}

static void a_bridge_leaves_its_ports_behind(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_FILE);
	RUN(&bench, "bridge add br0", "link add i0 type ifb", "link add i1 type ifb",
	    "bridge addif br0 i0 i1", "bridge port i0 isolated on",
	    "fdb add 02:00:00:00:00:01 dev i0", "fdb add 02:00:00:00:00:02 dev i1",
	    "bridge delif br0 i1");
	assert_of_type(&bench, OBJECT_FDB, "fdb 02:00:00:00:00:01 dev i0 master static\n");
	RUN(&bench, "bridge del br0");
	assert_picture(&bench, "link i0 type ifb\nlink i1 type ifb\n");
}

static void a_namespace_takes_along_what_is_in_it(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_FILE);
	RUN(&bench, "netns add n1 n2", "bridge add br0",
	    "veth add a1 netns n1 addr 10.0.0.1/24 peer b1 master br0",
	    "veth add a2 netns n2 addr 10.0.0.2/24 peer b2 master br0",
	    "addr add 10.3.0.1/24 dev b1", "fdb add 02:00:00:00:00:01 dev b1", "netns del n1");
	assert_picture(&bench, "netns n2\n"
			       "link br0 type bridge\n"
			       "link b2 master br0 type veth <-> n2/a2\n"
			       "n2: link a2 netns n2 type veth <-> /b2\n"
			       "n2: addr 10.0.0.2/24 dev a2\n");
}

static void what_names_a_link_follows_its_name(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_FILE);
	RUN(&bench, "bridge add br0", "veth add v1 master br0 peer w1",
	    "link add mv0 link v1 type macvlan", "vxlan add vx0 id 7 dstport 4789 dev v1",
	    "addr add 10.0.0.1/24 dev v1 label v1:old",
	    "arp add 10.0.0.2 lladdr 02:00:00:00:00:02 dev v1", "fdb add 02:00:00:00:00:01 dev v1",
	    "route add 10.5.0.0/16 via 10.0.0.2 dev v1",
	    "route add 10.8.0.0/16 nexthop via 10.0.0.2 dev v1 nexthop via 10.1.0.2 dev w1",
	    "link property add dev v1 altname other", "link set v1 name u1",
	    "link set br0 name br9", "link set other alias done");
	assert_picture(&bench, "link br9 type bridge\n"
			       "link w1 type veth <-> /u1\n"
			       "link u1 master br9 alias done type veth <-> /w1\n"
			       "link mv0 link u1 type macvlan\n"
			       "link vx0 type vxlan id 7 dev u1 dstport 4789\n"
			       "addr 10.0.0.1/24 dev u1 label u1:old\n"
			       "arp 10.0.0.2 dev u1 lladdr 02:00:00:00:00:02 nud permanent\n"
			       "fdb 02:00:00:00:00:01 dev u1 master static\n"
			       "route 10.5.0.0/16 via 10.0.0.2 dev u1\n"
			       "route 10.8.0.0/16 nexthop via 10.0.0.2 dev u1 weight 1 nexthop via "
			       "10.1.0.2 dev w1 "
			       "weight 1\n"
			       "altname dev u1 altname other\n");
	RUN(&bench, "link set u1 name v1", "addr del 10.0.0.1/24 dev v1", "link set v1 name u1",
	    "arp del 10.0.0.2 dev u1");
	assert_refused(&bench, "link set v1 up", EXIT_USAGE, "there is no link 'v1'");
}

static void what_a_file_names_moves_with_its_link(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_FILE);
	RUN(&bench, "netns add n1", "bridge add br0", "veth add v1 up master br0 peer w1",
	    "addr add 10.0.0.1/24 dev v1", "arp add 10.0.0.2 lladdr 02:00:00:00:00:02 dev v1",
	    "route add 10.5.0.0/16 dev v1", "addr add 10.1.0.1/24 dev br0",
	    "link set v1 netns n1 name eth0");
	assert_picture(&bench, "netns n1\n"
			       "link br0 type bridge\n"
			       "link w1 type veth <-> n1/eth0\n"
			       "n1: link eth0 up netns n1 type veth <-> /w1\n"
			       "n1: addr 10.0.0.1/24 dev eth0\n"
			       "addr 10.1.0.1/24 dev br0\n"
			       "n1: arp 10.0.0.2 dev eth0 lladdr 02:00:00:00:00:02 nud permanent\n"
			       "n1: route 10.5.0.0/16 dev eth0\n");
	RUN(&bench, "link del w1");
	assert_picture(&bench, "netns n1\nlink br0 type bridge\naddr 10.1.0.1/24 dev br0\n");
}

static void in_the_kernel_a_move_loses_addresses(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_KERNEL);
	RUN(&bench, "netns add n1", "bridge add br0", "veth add v1 up master br0 peer w1",
	    "addr add 10.0.0.1/24 dev v1", "arp add 10.0.0.2 lladdr 02:00:00:00:00:02 dev v1",
	    "route add 10.5.0.0/16 dev v1", "link property add dev v1 altname other",
	    "fdb add 02:00:00:00:00:01 dev v1", "link set v1 netns n1");
	assert_picture(&bench, "netns n1\n"
			       "n1: link lo\n"
			       "link br0\n"
			       "link w1 <-> n1/v1\n"
			       "n1: link v1 <-> /w1\n"
			       "n1: altname dev v1 altname other\n");
	assert_refused(&bench, "link set br0 netns n1", EXIT_REFUSED,
		       "link 'br0': it cannot leave its namespace");
	assert_refused(&bench, "link set w1 netns n1 name v1", EXIT_REFUSED,
		       "link 'w1': exists already");
}

static void what_goes_down_loses_its_routes_in_the_kernel_only(void **state)
{
	for (int mode = CANDIDATE_KERNEL; mode <= CANDIDATE_FILE; mode++) {
		CLEANUP(bench_clear) struct bench bench;

		(void)state;
		bench_init(&bench, (enum candidate_mode)mode);
		bench.extent = WORDS_KEY;
		RUN(&bench, "link add i0 up type ifb", "link add i1 up type ifb",
		    "addr add 10.0.0.1/24 dev i0", "addr add fd00::1/64 dev i0",
		    "arp add 10.0.0.2 lladdr 02:00:00:00:00:02 dev i0",
		    "arp add 10.0.0.2 lladdr 02:00:00:00:00:02 dev i1",
		    "route add 10.5.0.0/16 dev i0", "route add 10.6.0.0/16 dev i1",
		    "route add 10.7.0.0/16 via 10.0.0.9",
		    "route add 10.8.0.0/16 nexthop dev i0 nexthop dev i1", "link set i0 down");
		assert_picture(&bench,
			       mode == CANDIDATE_KERNEL
				       ? "link i0\n"
					 "link i1\n"
					 "addr 10.0.0.1/24 dev i0\n"
					 "arp 10.0.0.2 dev i1\n"
					 "route unicast 10.6.0.0/16 dev i1 table main proto boot "
					 "scope link\n"
					 "route unicast 10.8.0.0/16 table main proto boot scope "
					 "global nexthop dev i0 weight 1 nexthop dev i1 weight 1\n"
				       : "link i0\n"
					 "link i1\n"
					 "addr 10.0.0.1/24 dev i0\n"
					 "addr fd00::1/64 dev i0\n"
					 "arp 10.0.0.2 dev i0\n"
					 "arp 10.0.0.2 dev i1\n"
					 "route 10.5.0.0/16 dev i0\n"
					 "route 10.6.0.0/16 dev i1\n"
					 "route 10.7.0.0/16 via 10.0.0.9\n"
					 "route 10.8.0.0/16 nexthop dev i0 weight 1 nexthop dev i1 "
					 "weight 1\n");
		if (mode == CANDIDATE_KERNEL)
			assert_refused(&bench, "route add 10.5.0.0/16 dev i0", EXIT_REFUSED,
				       "route '10.5.0.0/16 dev i0': the link it leaves on is down");
	}
}

static void an_address_takes_its_secondaries_and_routes(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_KERNEL);
	RUN(&bench, "link add i0 up type ifb", "addr add 10.0.0.1/24 dev i0",
	    "addr add 10.0.0.2/24 dev i0", "addr add 10.0.0.1/16 dev i0",
	    "addr add 10.1.0.1/24 dev i0", "route add 10.5.0.0/16 dev i0 src 10.0.0.2",
	    "route add 10.6.0.0/16 dev i0 src 10.1.0.1", "addr del 10.0.0.1/24 dev i0");
	assert_of_type(&bench, OBJECT_ADDRESS,
		       "addr 10.0.0.1/16 dev i0\naddr 10.1.0.1/24 dev i0\n");
	assert_of_type(&bench, OBJECT_ROUTE,
		       "route unicast 10.6.0.0/16 dev i0 table main proto boot scope link src "
		       "10.1.0.1\n");
	/* Which routes it makes by itself is not known: one that may be is not refused. */
	RUN(&bench, "route del 10.1.0.0/24", "addr change 10.4.0.1/24 dev i0");
	assert_refused(&bench, "route del 10.1.0.0/25", EXIT_REFUSED,
		       "route '10.1.0.0/25': is not there");
}

static void destinations_are_appended_replaced_and_deleted(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_FILE);
	RUN(&bench, "vxlan add vx0 id 7 dstport 4789", "vxlan remote add vx0 10.9.0.1",
	    "vxlan remote add vx0 10.9.0.2", "vxlan remote add vx0 10.9.0.1",
	    "fdb append 00:00:00:00:00:00 dev vx0 dst 10.9.0.2 port 99",
	    "fdb add 02:00:00:00:00:01 dev vx0 dst 10.9.0.1",
	    "fdb append 02:00:00:00:00:01 dev vx0 dst 10.9.0.9");
	assert_of_type(&bench, OBJECT_FDB,
		       "fdb 00:00:00:00:00:00 dev vx0 self dst 10.9.0.1 permanent\n"
		       "fdb 00:00:00:00:00:00 dev vx0 self dst 10.9.0.2 permanent\n"
		       "fdb 00:00:00:00:00:00 dev vx0 self dst 10.9.0.2 port 99 permanent\n"
		       "fdb 02:00:00:00:00:01 dev vx0 self dst 10.9.0.1 permanent\n");
	RUN(&bench, "fdb replace 02:00:00:00:00:01 dev vx0 dst 10.9.0.7",
	    "fdb del 00:00:00:00:00:00 dev vx0 dst 10.9.0.2 port 99",
	    "vxlan remote del vx0 10.9.0.1");
	assert_of_type(&bench, OBJECT_FDB,
		       "fdb 00:00:00:00:00:00 dev vx0 self dst 10.9.0.2 permanent\n"
		       "fdb 02:00:00:00:00:01 dev vx0 self dst 10.9.0.7 permanent\n");
	RUN(&bench, "vxlan remote add vx0 10.9.0.3", "fdb del 00:00:00:00:00:00 dev vx0");
	assert_of_type(&bench, OBJECT_FDB,
		       "fdb 02:00:00:00:00:01 dev vx0 self dst 10.9.0.7 permanent\n");
}

static void a_bridge_has_one_entry_for_a_mac(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_KERNEL);
	bench.extent = WORDS_NEW;
	RUN(&bench, "bridge add br0", "bridge add br1", "link add i0 type ifb",
	    "link add i1 type ifb", "link add i2 type ifb", "bridge addif br0 i0 i1",
	    "bridge addif br1 i2", "fdb add 02:00:00:00:00:01 dev i0",
	    "fdb add 02:00:00:00:00:01 dev i2");
	assert_refused(&bench, "fdb add 02:00:00:00:00:01 dev i1", EXIT_REFUSED,
		       "fdb '02:00:00:00:00:01 dev i1 master': exists already ('replace' changes "
		       "it)");
	RUN(&bench, "fdb replace 02:00:00:00:00:01 dev i1");
	assert_of_type(&bench, OBJECT_FDB,
		       "fdb 02:00:00:00:00:01 dev i2 master static\n"
		       "fdb 02:00:00:00:00:01 dev i1 master static\n");
	RUN(&bench, "bridge delif br1 i2");
	assert_refused(&bench, "fdb add 02:00:00:00:00:02 dev i2 master", EXIT_REFUSED,
		       "fdb '02:00:00:00:00:02 dev i2 master': it is on no port of a bridge");
}

static void routes_stand_in_the_order_they_were_given(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_KERNEL);
	RUN(&bench, "route add 10.5.0.0/16 via 10.0.0.1", "route append 10.5.0.0/16 via 10.0.0.2",
	    "route prepend 10.5.0.0/16 via 10.0.0.3",
	    "route add 10.5.0.0/16 via 10.0.0.4 metric 5");
	assert_of_type(&bench, OBJECT_ROUTE,
		       "route unicast 10.5.0.0/16 via 10.0.0.3 "
		       "table main proto boot scope global\n"
		       "route unicast 10.5.0.0/16 via 10.0.0.1 "
		       "table main proto boot scope global\n"
		       "route unicast 10.5.0.0/16 via 10.0.0.2 "
		       "table main proto boot scope global\n"
		       "route unicast 10.5.0.0/16 via 10.0.0.4 "
		       "table main proto boot scope global metric 5\n");
	assert_refused(&bench, "route append 10.5.0.0/16 via 10.0.0.1", EXIT_REFUSED,
		       "route '10.5.0.0/16 via 10.0.0.1': exists already");
	RUN(&bench, "route replace 10.5.0.0/16 via 10.0.0.8", "route del 10.5.0.0/16 via 10.0.0.2",
	    "route change 10.5.0.0/16 via 10.0.0.9 metric 5");
	assert_of_type(&bench, OBJECT_ROUTE,
		       "route unicast 10.5.0.0/16 via 10.0.0.8 "
		       "table main proto boot scope global\n"
		       "route unicast 10.5.0.0/16 via 10.0.0.1 "
		       "table main proto boot scope global\n"
		       "route unicast 10.5.0.0/16 via 10.0.0.9 "
		       "table main proto boot scope global metric 5\n");
	RUN(&bench, "route del 10.5.0.0/16", "route del 10.5.0.0/16", "route del 10.5.0.0/16");
	assert_of_type(&bench, OBJECT_ROUTE, "");
}

static void routes_of_ipv6_with_gateways_are_joined(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_KERNEL);
	RUN(&bench, "link add br0 type bridge", "link set br0 up",
	    "route add fd05::/16 via fd00::1", "route append fd05::/16 via fd00::2",
	    "route append fd05::/16 dev br0");
	assert_of_type(&bench, OBJECT_ROUTE,
		       "route unicast fd05::/16 table main proto boot scope global metric 1024 "
		       "nexthop via fd00::1 weight 1 nexthop via fd00::2 weight 1\n"
		       "route unicast fd05::/16 dev br0 table main proto boot scope global metric "
		       "1024\n");
	assert_refused(&bench, "route append fd05::/16 via fd00::2", EXIT_REFUSED,
		       "route 'fd05::/16 via fd00::2': exists already");
	RUN(&bench, "route replace fd05::/16 via fd00::3");
	assert_of_type(&bench, OBJECT_ROUTE,
		       "route unicast fd05::/16 via fd00::3 table main proto boot scope global "
		       "metric 1024\nroute unicast fd05::/16 dev br0 table main proto boot scope "
		       "global metric 1024\n");
}

static void a_file_has_one_route_of_a_key(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_FILE);
	RUN(&bench, "route add 10.5.0.0/16 via 10.0.0.1",
	    "route append 10.5.0.0/16 via 10.0.0.2 metric 5");
	assert_refused(&bench, "route append 10.5.0.0/16 via 10.0.0.2", EXIT_REFUSED,
		       "route '10.5.0.0/16 via 10.0.0.2': a file has one route with its prefix, "
		       "table and metric: 'replace' changes it, another 'metric' stands beside it");
}

static void ranges_of_vnis_are_cut(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_KERNEL);
	bench.extent = WORDS_NEW;
	RUN(&bench, "vxlan add vf0 external vnifilter dstport 4789", "vxlan vni add vf0 10-20",
	    "vxlan vni del vf0 12-13", "vxlan vni add vf0 15 remote 10.0.0.1");
	assert_refused(&bench, "vxlan vni del vf0 11-12", EXIT_REFUSED,
		       "vni 'dev vf0 vni 11-12': is not there");
	bench.request.options.json = true;
	RUN(&bench, "vxlan vni show vf0");
	assert_string_equal(text_string(&bench.out),
			    "[{\"ifname\":\"vf0\",\"vnis\":[{\"vni\":10,\"vniEnd\":11},{\"vni\":14,"
			    "\"vniEnd\":14},{\"vni\":16,\"vniEnd\":20},{\"vni\":15,\"remote\":"
			    "\"10.0.0.1\"}]}]\n");
}

static void an_end_without_a_name_gets_one(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_FILE);
	bench.request.options.quiet = false;
	RUN(&bench, "veth add a", "link add veth2 type ifb", "veth add b", "veth add c");
	assert_picture(&bench, "link veth0 type veth <-> /a\n"
			       "link a type veth <-> /veth0\n"
			       "link veth2 type ifb\n"
			       "link veth1 type veth <-> /b\n"
			       "link b type veth <-> /veth1\n"
			       "link veth3 type veth <-> /c\n"
			       "link c type veth <-> /veth3\n");
	assert_string_equal(text_string(&bench.out), "veth0\nveth1\nveth3\n");
	assert_refused(&bench, "veth add d peer d", EXIT_USAGE,
		       "peer: both ends cannot be called 'd' in one namespace: "
		       "'netns NETNS' puts an end into another");
}

static void none_is_asked_for_in_a_file(void **state)
{
	CLEANUP(bench_clear) struct bench bench;
	const struct link *link;

	(void)state;
	bench_init(&bench, CANDIDATE_FILE);
	RUN(&bench, "bridge add br0", "link add i0 master br0 alias x type ifb",
	    "link set i0 nomaster", "vxlan add vx0 id 7 dstport 4789 group 239.0.0.1 dev i0",
	    "vxlan set vx0 remote 10.0.0.1", "vxlan set vx0 id 8");
	link = candidate_link(&bench.network, 0, names_of(bench.request.names, "i0"), NULL);
	assert_int_equal(link->asked.null,
			 attr_bit(&link_table, ATTR_ROW(&link_table, link, master)));
	assert_of_type(&bench, OBJECT_LINK,
		       "link br0 type bridge\n"
		       "link i0 alias x type ifb\n"
		       "link vx0 type vxlan id 8 remote 10.0.0.1 dev i0 dstport 4789\n");
	RUN(&bench, "link set i0 master br0");
	assert_int_equal(link->asked.null, 0);
}

static void a_file_need_not_name_lo_nor_the_machines_links(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_FILE);
	RUN(&bench, "netns add n1", "link set lo up", "addr add 10.0.0.1/32 dev lo",
	    "vxlan add vx0 id 7 dstport 4789 dev eth0", "route add 10.5.0.0/16 dev eth0");
	assert_picture(&bench, "netns n1\n"
			       "link lo up\n"
			       "link vx0 type vxlan id 7 dev eth0 dstport 4789\n"
			       "addr 10.0.0.1/32 dev lo\n"
			       "route 10.5.0.0/16 dev eth0\n");
	assert_refused(&bench, "vxlan add vx1 netns n1 id 7 dev eth0 dstport 4789", EXIT_USAGE,
		       "there is no link 'eth0'");
	assert_refused(&bench, "netns attach n2 1", EXIT_REFUSED,
		       "netns 'n2': a file does not name processes, whose namespaces come and go");
	RUN(&bench, "link del lo");
	assert_of_type(&bench, OBJECT_ADDRESS, "");
	bench.request.candidate_mode = CANDIDATE_KERNEL;
	assert_refused(&bench, "vxlan add vx1 id 8 dev eth0 dstport 4789", EXIT_USAGE,
		       "there is no link 'eth0'");
}

/* Leaves the steps of a line in the request's plan. */
static void plan_line(struct bench *bench, const char *line)
{
	char copy[256], *at[64];
	struct words words = { at, 0 };
	const struct command *command;
	const struct verb *verb;

	strcpy(copy, line);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		at[words.left++] = word;
	command = command_find(&command_all, words_take(&words), &bench->error);
	assert_non_null(command);
	verb = verb_find(command, words_take(&words), false, &bench->error);
	assert_non_null(verb);
	assert_int_equal(verb->run(&bench->request, &words, &bench->error), 0);
	assert_true(bench->request.plan.count > 0);
}

static void make_one_of_each(struct bench *bench)
{
	RUN(bench, "netns add n1 n2", "bridge add br0 up",
	    "veth add v1 up master br0 peer w1 netns n1", "link add i0 up type ifb",
	    "addr add 10.0.0.1/24 dev v1", "addr add fd00::1/64 dev v1",
	    "arp add 10.0.0.2 lladdr 02:00:00:00:00:02 dev v1", "fdb add 02:00:00:00:00:01 dev v1",
	    "route add 10.5.0.0/16 via 10.0.0.2 dev v1", "route add fd05::/16 via fd00::2 dev v1",
	    "route add fd06::/16 nexthop via fd00::2 dev v1 nexthop via fd00::3 dev i0",
	    "link property add dev v1 altname other",
	    "vxlan add vf0 external vnifilter dstport 4789", "vxlan vni add vf0 10-20");
}

/* What it takes along, too; and it is found again by its name. */
static void a_plan_that_is_refused_leaves_all_as_it_was(void **state)
{
	static const char *const lines[] = {
		"link del v1",
		"link del br0",
		"netns set n1 7",
		"link set v1 name z",
		"link set v1 netns n1",
		"link set v1 netns n2 name z",
		"link set v1 nomaster down",
		"link set v1 address 02:00:00:00:00:77",
		"link set other mtu 1300",
		"link set lo up",
		"link add y type ifb",
		"addr add 10.9.0.1/24 dev v1",
		"addr del 10.0.0.1/24 dev v1",
		"arp replace 10.0.0.2 lladdr 02:00:00:00:00:03 dev v1",
		"fdb replace 02:00:00:00:00:01 dev v1 sticky",
		"fdb del 02:00:00:00:00:01 dev v1",
		"route append 10.5.0.0/16 via 10.0.0.3",
		"route prepend 10.5.0.0/16 via 10.0.0.4",
		"route replace 10.5.0.0/16 via 10.0.0.4",
		"route append fd05::/16 via fd00::3",
		"route del fd05::/16",
		"link property del v1 altname other",
	};

	for (size_t i = 0; i < 2 * sizeof(lines) / sizeof(*lines); i++) {
		CLEANUP(bench_clear) struct bench bench;
		CLEANUP(text_clear) struct text picture = { 0 };
		struct attr_context context;
		struct link gone = { .name = { 0 } };
		bool all[OBJECT_TYPES];

		(void)state;
		memset(all, 1, sizeof(all));
		bench_init(&bench, i % 2 ? CANDIDATE_FILE : CANDIDATE_KERNEL);
		bench.extent = WORDS_NEW;
		context = request_context(&bench.request);
		if (i % 2)
			RUN(&bench, "link set lo down");
		make_one_of_each(&bench);
		text_puts(&picture, picture_of(&bench, all));
		if (!(i % 2) && !strcmp(lines[i / 2], "link set lo up"))
			continue;
		plan_line(&bench, lines[i / 2]);
		gone.name.id = names_of(bench.request.names, "nobody");
		ATTR_MARK(&link_table, link, &gone, name);
		plan_add(&bench.request.plan, OBJECT_LINK, CHANGE_DELETE, &gone);
		/* The line itself is refused by a file that has a route of its key. */
		assert_int_equal(
			candidate_apply(&bench.network, &bench.request.plan,
					bench.request.candidate_mode, &context, &bench.error),
			i % 2 && strstr(lines[i / 2], "pend 10.5.0.0/16") ? -EEXIST : -ENOENT);
		plan_reset(&bench.request.plan);
		assert_picture(&bench, text_string(&picture));
		RUN(&bench, "link set v1 alias x", "fdb del 02:00:00:00:00:01 dev v1",
		    "addr del 10.0.0.1/24 dev v1", "netns del n1");
		assert_refused(&bench, "link set v1 up", EXIT_USAGE, "there is no link 'v1'");
	}
}

static void many_that_go_cost_little(void **state)
{
	CLEANUP(bench_clear) struct bench bench;
	char line[64];

	(void)state;
	bench_init(&bench, CANDIDATE_FILE);
	RUN(&bench, "link add i0 type ifb");
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 40000; i++) {
			snprintf(line, sizeof(line), "arp add 10.1.%d.%d lladdr 2:0:0:0:0:1 dev i0",
				 i / 256, i % 256);
			assert_int_equal(try_line(&bench, line), 0);
		}
		for (int i = 0; i < 40000; i++) {
			if (i % 10000 == 5000)
				continue;
			snprintf(line, sizeof(line), "arp del 10.1.%d.%d dev i0", i / 256, i % 256);
			assert_int_equal(try_line(&bench, line), 0);
		}
		network_close_gaps(&bench.network);
		assert_int_equal(bench.network.objects[OBJECT_NEIGHBOUR].count, 4);
		bench.extent = WORDS_KEY;
		assert_of_type(&bench, OBJECT_NEIGHBOUR,
			       "arp 10.1.19.136 dev i0\narp 10.1.58.152 dev i0\n"
			       "arp 10.1.97.168 dev i0\narp 10.1.136.184 dev i0\n");
		RUN(&bench, "arp del 10.1.19.136 dev i0", "arp del 10.1.58.152 dev i0",
		    "arp del 10.1.97.168 dev i0", "arp del 10.1.136.184 dev i0");
	}
}

static void shows_read_the_candidate(void **state)
{
	CLEANUP(bench_clear) struct bench bench;

	(void)state;
	bench_init(&bench, CANDIDATE_FILE);
	RUN(&bench, "netns add n2 n1", "bridge add br0", "veth add v1 master br0 peer w1",
	    "veth add v2 peer w2 netns n1 addr 10.0.0.7/24", "addr add 10.0.0.1/24 dev br0",
	    "arp add 10.0.0.2 lladdr 02:00:00:00:00:02 dev br0", "arp add proxy 10.0.0.3 dev br0",
	    "fdb add 02:00:00:00:00:01 dev v1", "route add 10.5.0.0/16 dev br0",
	    "route add fd05::/16 dev br0", "link property add dev v1 altname other");
	bench.request.options.oneline = true;
	RUN(&bench, "netns show", "link show", "veth show v2", "bridge show", "bridge port show",
	    "addr show dev br0", "arp show", "arp show proxy", "fdb show", "fdb show br br0",
	    "fdb get 02:00:00:00:00:01 br br0", "route show", "arp get 10.0.0.2 dev br0");
	bench.request.options.all_netns = true;
	RUN(&bench, "link show type veth", "addr show to 10.0.0.7/32");
	bench.request.options.all_netns = false;
	bench.request.options.family = IPV6;
	RUN(&bench, "route show", "arp show");
	assert_string_equal(text_string(&bench.out),
			    "n1 - -\n"
			    "n2 - -\n"
			    "br0 bridge down - - - - - - - - - - - -\n"
			    "v1 veth down - - br0 w1 - - - - - - - -\n"
			    "v2 veth down - - - n1/w2 - - - - - - - -\n"
			    "w1 veth down - - - v1 - - - - - - - -\n"
			    "v2 down n1/w2 - - - - - - - - - -\n"
			    "br0 down - v1 - - - - - - - - -\n"
			    "br0 v1 - - - - - - -\n"
			    "br0 down 10.0.0.1/24 - - - - - - - - -\n"
			    "10.0.0.2 br0 02:00:00:00:00:02 PERMANENT - -\n"
			    "10.0.0.3 br0 - - - proxy\n"
			    "02:00:00:00:00:01 v1 br0 - static - - -\n"
			    "02:00:00:00:00:01 v1 br0 - static - - -\n"
			    "02:00:00:00:00:01 v1 br0 - static - - -\n"
			    "10.5.0.0/16 - br0 - - - - - - - -\n"
			    "10.0.0.2 br0 02:00:00:00:00:02 PERMANENT - -\n"
			    "n1 w2 veth down - - - host/v2 - - - - - - - -\n"
			    "n1 w2 down 10.0.0.7/24 - - - - - - - - -\n"
			    "fd05::/16 - br0 - - - - - - - -\n");
	assert_refused(&bench, "link show x", EXIT_USAGE, "there is no link 'x'");
	assert_refused(&bench, "route get fd05::1", EXIT_USAGE,
		       "a lookup is the kernel's: a candidate has no answer");
	assert_int_equal(fake_kernel.sends, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_change_a_file_as_they_change_the_kernel),
		cmocka_unit_test(what_is_there_is_not_made_again),
		cmocka_unit_test(what_is_not_there_is_not_changed),
		cmocka_unit_test(idempotent_commands_find_it_done),
		cmocka_unit_test(a_link_takes_along_what_hangs_on_it),
		cmocka_unit_test(a_bridge_leaves_its_ports_behind),
		cmocka_unit_test(a_namespace_takes_along_what_is_in_it),
		cmocka_unit_test(what_names_a_link_follows_its_name),
		cmocka_unit_test(what_a_file_names_moves_with_its_link),
		cmocka_unit_test(in_the_kernel_a_move_loses_addresses),
		cmocka_unit_test(what_goes_down_loses_its_routes_in_the_kernel_only),
		cmocka_unit_test(an_address_takes_its_secondaries_and_routes),
		cmocka_unit_test(destinations_are_appended_replaced_and_deleted),
		cmocka_unit_test(a_bridge_has_one_entry_for_a_mac),
		cmocka_unit_test(routes_stand_in_the_order_they_were_given),
		cmocka_unit_test(routes_of_ipv6_with_gateways_are_joined),
		cmocka_unit_test(a_file_has_one_route_of_a_key),
		cmocka_unit_test(ranges_of_vnis_are_cut),
		cmocka_unit_test(an_end_without_a_name_gets_one),
		cmocka_unit_test(none_is_asked_for_in_a_file),
		cmocka_unit_test(a_file_need_not_name_lo_nor_the_machines_links),
		cmocka_unit_test(a_plan_that_is_refused_leaves_all_as_it_was),
		cmocka_unit_test(many_that_go_cost_little),
		cmocka_unit_test(shows_read_the_candidate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
