/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which command lines are refused in an ssh session and why: the session comes
 * from 203.0.113.9 through v1, whose other end v0 is a port of br0.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/sysctl.h"
#include "model/uapi.h"
#include "plan/cut.h"
#include "plan/plan.h"
#include "support/fake_run.h"

static struct names *names;

static struct link_name called(const char *name)
{
	return (struct link_name){ names_of(names, name) };
}

static struct address address_of(const char *word)
{
	struct address address = { 0 };

	assert_true(address_read(word, &address));
	return address;
}

static struct prefix prefix_of(const char *word)
{
	struct prefix prefix = { 0 };
	struct address address;

	assert_true(address_read_prefix(word, &address, &prefix.length));
	prefix.family = address.family;
	memcpy(prefix.bytes, address.bytes, sizeof(prefix.bytes));
	return prefix;
}

/* A session with its path; it interns its names in the order every run of a test does. */
struct fake_session {
	struct session session;
	struct session_link links[4];
};

static struct session *session_of(struct fake_session *fake, const char *remote, const char *local,
				  const char *gateway, const char *dst)
{
	static const struct lladdr mac = { 6, { 2, 0, 0, 0, 0, 1 } };
	struct session_path *path = &fake->session.path;
	bool is_ipv6 = strchr(remote, ':');

	*fake = (struct fake_session){
		.session = { .state = SESSION_FOUND,
			     .connection = { address_of(local), address_of(remote), 22, 40000 } },
		.links = { { called("v1"), called("v1"), { 0 }, mac, true },
			   { called("uplink"), called("v1"), { 0 }, mac, true },
			   { called("v0"), called("v0"), called("br0"), mac, false },
			   { called("br0"), called("br0"), { 0 }, mac, false } },
	};
	path->links = fake->links;
	path->links_count = 4;
	path->address.local = address_of(local);
	path->address.dev = path->dev = called("v1");
	path->gateway = path->hop = address_of(gateway);
	path->hop_address = mac;
	path->route.route = (struct route){ .dst = prefix_of(dst),
					    .via = path->gateway,
					    .dev = path->dev,
					    .type = RTN_UNICAST,
					    .table = RT_TABLE_MAIN,
					    .metric = is_ipv6 ? 1024 : 100 };
	return &fake->session;
}

static struct session *usual_session(struct fake_session *fake)
{
	return session_of(fake, "203.0.113.9", "10.0.0.5", "10.0.0.1", "203.0.112.0/20");
}

/* The names of a request are its own: those of the session must be the same ones. */
static void run_in(struct run *run, struct session *(*make)(struct fake_session *fake),
		   const char *line)
{
	struct fake_session fake;
	struct words words = { run->words, 0 };
	enum special special;

	run_clear(run);
	assert_true(strlen(line) < sizeof(run->line));
	strcpy(run->line, line);
	for (char *at = strtok(run->line, " "); at; at = strtok(NULL, " "))
		run->words[words.left++] = at;
	run->options.quiet = true;
	assert_int_equal(options_take(&run->options, &words, &special, &run->error), 0);
	request_init(&run->request, &run->options, &run->out);
	names = run->request.names;
	fake_kernel.session = make(&fake);
	fake_kernel.changes = 0;
	run->result = command_run(&run->request, &words, &run->error);
	fake_kernel.session = NULL;
}

/* `why` NULL: it is not refused. */
static void assert_cut(struct session *(*make)(struct fake_session *fake), const char *line,
		       const char *why)
{
	CLEANUP(run_clear) struct run run = { 0 };

	run_in(&run, make, line);
	if (!why) {
		if (run.result < 0)
			fail_msg("%s: %s", line, run.error.text);
		return;
	}
	if (run.result >= 0 || !strstr(run.error.text, " would cut this ssh session (") ||
	    !strstr(run.error.text, why))
		fail_msg("%s: not '%s' but '%s'", line, why, run.error.text);
	assert_int_equal(run.error.exit, EXIT_USAGE);
	assert_int_equal(fake_kernel.changes, 0);
}

struct line {
	const char *line, *why;
};

static void assert_cuts(struct session *(*make)(struct fake_session *fake),
			const struct line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_cut(make, lines[i].line, lines[i].why);
}

#define ASSERT_CUTS(make, lines) assert_cuts(make, lines, sizeof(lines) / sizeof(*(lines)))

static void a_link_that_carries_it_stays(void **state)
{
	static const struct line lines[] = {
		{ "link set v1 down", "link 'v1': down would" },
		{ "link del v1", "link 'v1': its deletion would" },
		{ "link set v1 netns pid:1", "the move to another namespace" },
		{ "link set v1 master br0", "another master" },
		{ "link set v1 address 02:00:00:00:00:02", "another MAC" },
		{ "link set v1 arp off", "arp off" },
		{ "link set v0 down", "down" },
		{ "link set v0 nomaster", "leaving its master" },
		{ "link set v0 master vf0", "another master" },
		{ "bridge delif br0 v0", "leaving its master" },
		{ "bridge port set v0 state blocking", "a port that does not forward" },
		{ "bridge port set v0 state forwarding", NULL },
		{ "bridge port set v0 cost 9", NULL },
		{ "link del br0", "its deletion" },
		{ "link add m0 link v1 type macvlan mode passthru", "takes all its packets" },
		{ "link add m0 link v1 type macvlan mode bridge", NULL },
		{ "link set v1 up", NULL },
		{ "link set v1 mtu 1000", NULL },
		{ "link set v1 name v9", NULL },
		{ "link set v1 alias x", NULL },
		{ "link set v1 nomaster", NULL },
		{ "link set v1 address 02:00:00:00:00:01", NULL },
		{ "link set v0 master br0", NULL },
		{ "link set v0 address 02:00:00:00:00:02", NULL },
		{ "link set vx0 down", NULL },
		{ "link del vf0", NULL },
		{ "link add m0 type bridge", NULL },
		{ "vxlan set vx0 remote 10.0.0.9", NULL },
	};

	(void)state;
	ASSERT_CUTS(usual_session, lines);
}

static void its_address_stays(void **state)
{
	static const struct line lines[] = {
		{ "addr del 10.0.0.5/24 dev v1", "its deletion would" },
		{ "addr del 10.0.0.5/24 dev uplink", "its deletion would" },
		{ "addr del 10.0.0.5/24 dev v0", NULL },
		{ "addr del 10.0.0.6/24 dev v1", NULL },
		{ "addr add 10.0.0.6/24 dev v1", NULL },
		{ "addr replace 10.0.0.5/24 dev v1", NULL },
		{ "addr add 203.0.113.9/32 dev lo", "the client's address on this machine" },
		{ "addr add 203.0.113.1/24 dev v0", "another way to the client" },
		{ "addr add 203.0.113.1/24 dev v1", "another way to the client" },
		{ "addr add 203.0.113.1/24 dev v0 noprefixroute", NULL },
		{ "addr add 203.0.113.1/16 dev v0", NULL },
		{ "addr add 192.0.2.1 peer 203.0.113.9 dev v0", "another way to the client" },
		{ "link add b1 type bridge addr 203.0.113.1/24", "another way to the client" },
	};

	(void)state;
	ASSERT_CUTS(usual_session, lines);
}

static struct session *secondary_session(struct fake_session *fake)
{
	struct session *session = usual_session(fake);

	session->path.primary = address_of("10.0.0.6");
	session->path.route.route.src = address_of("10.0.0.7");
	return session;
}

static struct session *promoted_session(struct fake_session *fake)
{
	struct session *session = usual_session(fake);

	session->path.promotes = true;
	session->path.route.route.src = address_of("10.0.0.6");
	return session;
}

static void what_falls_with_another_address_stays(void **state)
{
	static const struct line lines[] = {
		{ "addr del 10.0.0.6/24 dev v1", "takes its secondary addresses along" },
		{ "addr del 10.0.0.7/24 dev v1", "takes the route to the client along" },
		{ "addr del 10.0.0.7/24 dev v0", NULL },
	};

	(void)state;
	ASSERT_CUTS(secondary_session, lines);
	assert_cut(promoted_session, "addr del 10.0.0.6/24 dev v1", NULL);
}

static void the_route_that_decides_stays(void **state)
{
	static const struct line lines[] = {
		{ "route del 203.0.112.0/20", "its deletion" },
		{ "route del 203.0.112.0/20 via 10.0.0.1 dev v1 metric 100", "its deletion" },
		{ "route del 203.0.112.0/20 dev uplink", "its deletion" },
		{ "route del 203.0.112.0/20 metric 200", NULL },
		{ "route del 203.0.112.0/20 via 10.0.0.2", NULL },
		{ "route del 203.0.112.0/20 dev v0", NULL },
		{ "route del 203.0.112.0/20 table 9", NULL },
		{ "route del default", NULL },
		{ "route del 203.0.113.0/24", NULL },
		{ "route replace 203.0.112.0/20 via 10.0.0.2 metric 100", "another way" },
		{ "route change 203.0.112.0/20 dev v0 metric 100", "another way" },
		{ "route replace 203.0.112.0/20 via 10.0.0.1 metric 100 mtu 1400", NULL },
		{ "route replace 203.0.112.0/20 via 10.0.0.1 dev v1 metric 100", NULL },
		{ "route replace 203.0.112.0/20 via 10.0.0.2 metric 200", NULL },
		{ "route replace blackhole 203.0.112.0/20 metric 100", "another way" },
		{ "route add 203.0.112.0/20 via 10.0.0.2 metric 50", "another way" },
		{ "route add 203.0.112.0/20 via 10.0.0.2", "another way" },
		{ "route add 203.0.112.0/20 via 10.0.0.2 metric 100", NULL },
		{ "route append 203.0.112.0/20 via 10.0.0.2 metric 100", NULL },
		{ "route prepend 203.0.112.0/20 via 10.0.0.2 metric 100", "another way" },
		{ "route add 203.0.113.0/24 dev v0", "another way" },
		{ "route add 203.0.113.0/24 dev v1", "another way" },
		{ "route add 203.0.113.0/24 via 10.0.0.1", NULL },
		{ "route add 203.0.113.0/24 via 10.0.0.1 dev v0 onlink", "another way" },
		{ "route add throw 203.0.113.9", "another way" },
		{ "route add local 203.0.113.9 dev lo", "another way" },
		{ "route add unreachable 203.0.113.9 table 9", NULL },
		{ "route add blackhole 203.0.113.8", NULL },
		{ "route add blackhole default", NULL },
		{ "route add 203.0.113.0/24 nexthop via 10.0.0.1 dev v1 nexthop via 10.0.0.2 dev "
		  "v1",
		  "another way" },
		{ "route add 203.0.113.0/24 encap ip id 1 dst 10.1.1.1 dev v1", "another way" },
		{ "route add blackhole 2001:db8::/32", NULL },
	};

	(void)state;
	ASSERT_CUTS(usual_session, lines);
}

static struct session *permanent_session(struct fake_session *fake)
{
	struct session *session = usual_session(fake);

	session->path.hop_is_permanent = true;
	return session;
}

static void the_neighbour_it_goes_to_stays(void **state)
{
	static const struct line lines[] = {
		{ "arp replace 10.0.0.1 lladdr 02:00:00:00:00:02 dev v1", "another MAC" },
		{ "arp change 10.0.0.1 lladdr 02:00:00:00:00:02 dev v1", "another MAC" },
		{ "arp replace 10.0.0.1 lladdr 02:00:00:00:00:01 dev v1", NULL },
		{ "arp replace 10.0.0.1 lladdr 02:00:00:00:00:02 dev v0", NULL },
		{ "arp replace 10.0.0.2 lladdr 02:00:00:00:00:02 dev v1", NULL },
		{ "arp add proxy 10.0.0.1 dev v1", NULL },
		{ "arp del 10.0.0.1 dev v1", NULL },
	};

	(void)state;
	ASSERT_CUTS(usual_session, lines);
	assert_cut(permanent_session, "arp del 10.0.0.1 dev v1", "its deletion");
}

static struct session *ipv6_session(struct fake_session *fake)
{
	return session_of(fake, "2001:db8:1::9", "2001:db8::5", "fe80::1", "::/0");
}

static void ipv6_has_rules_of_its_own(void **state)
{
	static const struct line lines[] = {
		{ "link set v1 mtu 1279", "an mtu below IPv6's least" },
		{ "link set v1 mtu 1280", NULL },
		{ "link set v0 mtu 1000", NULL },
		{ "addr del 2001:db8::5/64 dev v1", "its deletion" },
		{ "addr add 2001:db8:1::1/64 dev v0", "another way" },
		{ "addr del 10.0.0.5/24 dev v1", NULL },
		{ "route del default", NULL },
		{ "-6 route del default", "its deletion" },
		{ "-6 route append default via fe80::2 dev v1", "another way" },
		{ "-6 route add default via fe80::2 dev v1 metric 10", "another way" },
		{ "-6 route add default via fe80::2 dev v1", NULL },
		{ "route add 2001:db8:1::/48 from 2001:db8:9::/48 via fe80::2 dev v1", NULL },
		{ "route add 2001:db8:1::/48 from 2001:db8::/48 via fe80::2 dev v1",
		  "another way" },
		{ "arp replace fe80::1 lladdr 02:00:00:00:00:02 dev v1", "another MAC" },
	};

	(void)state;
	ASSERT_CUTS(ipv6_session, lines);
}

static void a_setting_that_turns_ipv6_off_cuts(void **state)
{
	static const struct {
		const char *key, *value;
		bool cuts;
	} settings[] = {
		{ "net.ipv6.conf.v1.disable_ipv6", "1", true },
		{ "net/ipv6/conf/v1/disable_ipv6", "1", true },
		{ "net.ipv6.conf.all.disable_ipv6", "1", true },
		{ "net.ipv6.conf.v1.disable_ipv6", "0", false },
		{ "net.ipv6.conf.v0.disable_ipv6", "1", false },
		{ "net.ipv6.conf.default.disable_ipv6", "1", false },
		{ "net.ipv6.conf.v1.mtu", "1280", false },
	};
	struct fake_session fake;
	struct session *session;
	uint32_t here = 0;

	(void)state;
	names = names_new();
	session = ipv6_session(&fake);
	session->netns = &here;
	session->netns_count = 1;
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
		struct sysctl sysctl = { .key = { names_of(names, settings[i].key) },
					 .value = { names_of(names, settings[i].value) } };
		struct step step = { .type = OBJECT_SYSCTL,
				     .change = CHANGE_SET,
				     .object = &sysctl };

		assert_int_equal(step_cuts(&step, session, names) != NULL, settings[i].cuts);
		/* What is set in another namespace is none of it. */
		sysctl.netns.id = names_of(names, "red");
		assert_null(step_cuts(&step, session, names));
	}
	names_free(&names);
}

static void a_batch_asks_the_kernel_no_more_often_than_it_must(void **state)
{
	CLEANUP(run_clear) struct run run = { 0 };
	struct fake_session fake;
	char lines[][64] = { "fdb add 02:00:00:00:00:01 dev vx0 dst 10.0.0.2",
			     "arp add 10.0.0.8 lladdr 02:00:00:00:00:01 dev v1",
			     "arp add 10.0.0.9 lladdr 02:00:00:00:00:01 dev v1",
			     "route add 198.51.100.0/24 via 10.0.0.1",
			     "link del vf0",
			     "link del vx0",
			     "link set v1 up" };
	static const unsigned reads[] = { 0, 1, 1, 1, 1, 1, 1 };

	(void)state;
	fake_kernel.session_reads = 0;
	run.options.quiet = true;
	request_init(&run.request, &run.options, &run.out);
	names = run.request.names;
	fake_kernel.session = usual_session(&fake);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct words words = { run.words, 0 };

		for (char *at = strtok(lines[i], " "); at; at = strtok(NULL, " "))
			run.words[words.left++] = at;
		run.request.line = (uint32_t)i + 1;
		assert_int_equal(command_run(&run.request, &words, &run.error), 0);
		assert_int_equal(fake_kernel.session_reads, reads[i]);
	}
	/* The link that was set may lead elsewhere now. */
	assert_false(run.request.session.has_path);
	fake_kernel.session = NULL;
}

static void force_lets_it_through_and_a_dry_run_marks_it(void **state)
{
	CLEANUP(run_clear) struct run run = { 0 };

	(void)state;
	assert_cut(usual_session, "--force link set v1 down", NULL);
	assert_int_equal(fake_kernel.changes, 1);
	run_in(&run, usual_session, "--dry-run bridge delif br0 v0 vx0");
	assert_string_equal(text_string(&run.out),
			    "~ link v0 nomaster  # cuts this ssh session\n~ link vx0 nomaster\n");
	run_in(&run, usual_session, "--as ip link set v1 down");
	assert_string_equal(text_string(&run.out),
			    "# cuts this ssh session:\nip link set v1 down\n");
	assert_int_equal(fake_kernel.changes, 0);
	run_in(&run, usual_session, "link set v1 down");
	assert_string_equal(run.error.text,
			    "link 'v1': down would cut this ssh session (203.0.113.9 -> 10.0.0.5): "
			    "give --confirm 5m to have it taken back, or --force");
}

static int clean_up(void **state)
{
	(void)state;
	fake_kernel_reset();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_link_that_carries_it_stays),
		cmocka_unit_test(its_address_stays),
		cmocka_unit_test(what_falls_with_another_address_stays),
		cmocka_unit_test(the_route_that_decides_stays),
		cmocka_unit_test(the_neighbour_it_goes_to_stays),
		cmocka_unit_test(ipv6_has_rules_of_its_own),
		cmocka_unit_test(a_setting_that_turns_ipv6_off_cuts),
		cmocka_unit_test(a_batch_asks_the_kernel_no_more_often_than_it_must),
		cmocka_unit_test(force_lets_it_through_and_a_dry_run_marks_it),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
