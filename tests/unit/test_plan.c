/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What --dry-run and --as ip print for a command line: its steps, in words that
 * are read back as the same, and as commands of iproute2.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/fake_run.h"

/* clang-format off */
static const struct {
	const char *line, *steps, *ip;
} plans[] = {
	{ "link add b1 mtu 1400 address 02:00:00:00:00:01 up type bridge stp_state on forward_delay 4s",
	  "+ link b1 up mtu 1400 address 02:00:00:00:00:01 type bridge forward_delay 400 stp_state on\n",
	  "ip link add b1 up mtu 1400 address 02:00:00:00:00:01 type bridge forward_delay 400 stp_state 1\n" },
	{ "veth add v5 netns n1 up addr 10.0.0.1/24 peer v6 master br0 up",
	  "+ n1: link v5 up netns n1 type veth peer name v6\n"
	  "~ link v6 up master br0\n"
	  "+ n1: addr 10.0.0.1/24 dev v5\n",
	  "ip link add v5 up netns n1 type veth peer name v6\n"
	  "ip link set v6 up master br0\n"
	  "ip -n n1 address add 10.0.0.1/24 dev v5\n" },
	{ "veth add v5 peer netns n2",
	  "+ link v5 type veth peer netns n2\n",
	  "ip link add v5 type veth peer netns n2\n" },
	{ "vxlan add vx1 id 7 local 10.0.0.1 dev v0 learning off srcport 10 20",
	  "+ link vx1 type vxlan id 7 local 10.0.0.1 dev v0 srcport 10 20 dstport 4789 learning off\n",
	  "ip link add vx1 type vxlan id 7 local 10.0.0.1 dev v0 srcport 10 20 dstport 4789 nolearning\n" },
	{ "vxlan add vx1 id 7 remote fd00::1 dstport 8472 nolearning",
	  "+ link vx1 type vxlan id 7 remote fd00::1 dstport 8472 learning off\n",
	  "ip link add vx1 type vxlan id 7 remote fd00::1 dstport 8472 nolearning\n" },
	{ "link set v0 up mtu 1400 master br0 alias x;y",
	  "~ link v0 up mtu 1400 master br0 alias x;y\n",
	  "ip link set v0 up mtu 1400 master br0 alias 'x;y'\n" },
	{ "link set v0 nomaster down name v9 addr 10.0.0.1/24",
	  "~ link v0 name v9 down nomaster\n"
	  "+ addr 10.0.0.1/24 dev v9\n",
	  "ip link set v0 name v9 down nomaster\n"
	  "ip address add 10.0.0.1/24 dev v9\n" },
	{ "link set v0 type bridge_slave isolated on cost 5",
	  "~ link v0 type bridge_slave cost 5 isolated on\n",
	  "ip link set v0 type bridge_slave cost 5 isolated on\n" },
	{ "link del v0",
	  "- link v0\n",
	  "ip link delete v0\n" },
	{ "bridge addif br0 v1 vf0",
	  "~ link v1 master br0\n"
	  "~ link vf0 master br0\n",
	  "ip link set v1 master br0\n"
	  "ip link set vf0 master br0\n" },
	{ "bridge delif br0 v0",
	  "~ link v0 nomaster\n",
	  "ip link set v0 nomaster\n" },
	{ "vxlan remote add vx0 10.0.0.2",
	  "+ fdb 00:00:00:00:00:00 dev vx0 self dst 10.0.0.2 permanent\n",
	  "bridge fdb append 00:00:00:00:00:00 dev vx0 self dst 10.0.0.2 permanent\n" },
	{ "vxlan remote del vx0 10.0.0.2",
	  "- fdb 00:00:00:00:00:00 dev vx0 self dst 10.0.0.2\n",
	  "bridge fdb delete 00:00:00:00:00:00 dev vx0 self dst 10.0.0.2\n" },
	{ "vxlan vni add vf0 10-20",
	  "+ vni dev vf0 vni 10-20\n",
	  "bridge vni add dev vf0 vni 10-20\n" },
	{ "vxlan vni del vf0 7",
	  "- vni dev vf0 vni 7\n",
	  "bridge vni delete dev vf0 vni 7\n" },
	{ "vxlan vni add vf0 7 group 239.0.0.1",
	  "+ vni dev vf0 vni 7 group 239.0.0.1\n",
	  "bridge vni add dev vf0 vni 7 group 239.0.0.1\n" },
	{ "addr add 10.0.0.1/24 dev v0 brd + label v0:1",
	  "+ addr 10.0.0.1/24 dev v0 broadcast 10.0.0.255 label v0:1\n",
	  "ip address add 10.0.0.1/24 dev v0 broadcast 10.0.0.255 label v0:1\n" },
	{ "addr del 10.0.0.1/24 dev v0",
	  "- addr 10.0.0.1/24 dev v0\n",
	  "ip address delete 10.0.0.1/24 dev v0\n" },
	{ "addr replace 10.0.0.1 peer 10.0.0.2/32 dev v0 noprefixroute valid_lft 100 preferred_lft 50",
	  "+ addr 10.0.0.1 peer 10.0.0.2/32 dev v0 noprefixroute valid_lft 100 preferred_lft 50\n",
	  "ip address replace 10.0.0.1 peer 10.0.0.2/32 dev v0 noprefixroute valid_lft 100 preferred_lft 50\n" },
	{ "fdb add 02:00:00:00:00:01 dev vx0 dst 10.0.0.2 vni 7",
	  "+ fdb 02:00:00:00:00:01 dev vx0 self dst 10.0.0.2 vni 7 permanent\n",
	  "bridge fdb add 02:00:00:00:00:01 dev vx0 self dst 10.0.0.2 vni 7 permanent\n" },
	{ "fdb add 02:00:00:00:00:01 dev v0",
	  "+ fdb 02:00:00:00:00:01 dev v0 master static\n",
	  "bridge fdb add 02:00:00:00:00:01 dev v0 master static\n" },
	{ "fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.3",
	  "+ fdb 00:00:00:00:00:00 dev vx0 self dst 10.0.0.3 permanent\n",
	  "bridge fdb append 00:00:00:00:00:00 dev vx0 self dst 10.0.0.3 permanent\n" },
	{ "fdb del 00:00:00:00:00:00 dev vx0 dst 10.0.0.3",
	  "- fdb 00:00:00:00:00:00 dev vx0 self dst 10.0.0.3\n",
	  "bridge fdb delete 00:00:00:00:00:00 dev vx0 self dst 10.0.0.3\n" },
	{ "fdb replace 02:00:00:00:00:01 dev v0 master static vlan 5",
	  "+ fdb 02:00:00:00:00:01 dev v0 vlan 5 master static\n",
	  "bridge fdb replace 02:00:00:00:00:01 dev v0 vlan 5 master static\n" },
	{ "arp add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0",
	  "+ arp 10.0.0.9 dev v0 lladdr 02:00:00:00:00:09 nud permanent\n",
	  "ip neigh add 10.0.0.9 dev v0 lladdr 02:00:00:00:00:09 nud permanent\n" },
	{ "arp replace fd00::9 lladdr 02:00:00:00:00:09 dev v0 nud reachable router",
	  "+ arp fd00::9 dev v0 lladdr 02:00:00:00:00:09 router nud reachable\n",
	  "ip neigh replace fd00::9 dev v0 lladdr 02:00:00:00:00:09 router nud reachable\n" },
	{ "arp del 10.0.0.9 dev v0",
	  "- arp 10.0.0.9 dev v0\n",
	  "ip neigh delete 10.0.0.9 dev v0\n" },
	{ "arp add proxy 10.0.0.8 dev v0",
	  "+ arp proxy 10.0.0.8 dev v0\n",
	  "ip neigh add proxy 10.0.0.8 dev v0\n" },
	{ "route add 10.7.0.0/16 via 10.0.0.9 dev v0 metric 20 mtu lock 1400",
	  "+ route 10.7.0.0/16 via 10.0.0.9 dev v0 metric 20 mtu lock 1400\n",
	  "ip route add 10.7.0.0/16 via 10.0.0.9 dev v0 metric 20 mtu lock 1400\n" },
	{ "route add default via 10.0.0.9",
	  "+ route default via 10.0.0.9\n",
	  "ip route add default via 10.0.0.9\n" },
	{ "route append 10.8.0.0/16 nexthop via 10.0.0.9 weight 2 nexthop via 10.0.0.8 dev v0",
	  "+ route 10.8.0.0/16 nexthop via 10.0.0.9 weight 2 nexthop via 10.0.0.8 dev v0 weight 1\n",
	  "ip route append 10.8.0.0/16 nexthop via 10.0.0.9 weight 2 nexthop via 10.0.0.8 dev v0 weight 1\n" },
	{ "route del fd01::/64 via fd00::9 dev v0",
	  "- route fd01::/64 via fd00::9 dev v0\n",
	  "ip -6 route delete fd01::/64 via fd00::9 dev v0\n" },
	{ "route replace blackhole 10.0.0.0/8",
	  "+ route blackhole 10.0.0.0/8\n",
	  "ip route replace blackhole 10.0.0.0/8\n" },
	{ "route add 10.3.0.0/16 via inet6 fd00::9 dev v0",
	  "+ route 10.3.0.0/16 dev v0 via inet6 fd00::9\n",
	  "ip route add 10.3.0.0/16 dev v0 via inet6 fd00::9\n" },
	{ "route add 10.6.0.0/16 encap ip id 30 dst 10.1.1.1 ttl 5 dev v0",
	  "+ route 10.6.0.0/16 dev v0 encap ip id 30 dst 10.1.1.1 ttl 5\n",
	  "ip route add 10.6.0.0/16 dev v0 encap ip id 30 dst 10.1.1.1 ttl 5\n" },
	{ "netns add a b",
	  "+ netns a\n"
	  "+ netns b\n",
	  "ip netns add a\n"
	  "ip netns add b\n" },
	{ "netns del a",
	  "- netns a\n",
	  "ip netns delete a\n" },
	{ "netns set a 5",
	  "~ netns a id 5\n",
	  "ip netns set a 5\n" },
	{ "netns set a auto",
	  "~ netns a id auto\n",
	  "ip netns set a auto\n" },
	{ "netns attach a 77",
	  "+ netns a pid 77\n",
	  "ip netns attach a 77\n" },
	{ "link set v0 altname long-name",
	  "+ altname dev v0 altname long-name\n",
	  "ip link property add dev v0 altname long-name\n" },
};
/* clang-format on */

enum { PLANS = sizeof(plans) / sizeof(*plans) };

static int run_with(struct run *run, const char *option, const char *line)
{
	CLEANUP(text_clear) struct text whole = { 0 };

	text_printf(&whole, "%s %s", option, line);
	return run_line(run, text_string(&whole));
}

static void a_dry_run_prints_the_steps(void **state)
{
	CLEANUP(run_clear) struct run run = { 0 };

	(void)state;
	for (size_t i = 0; i < PLANS; i++) {
		int r = run_with(&run, "--dry-run", plans[i].line);

		/* Names are looked up, and there is no namespace here. */
		if (r < 0 && strstr(run.error.text, "there is no such namespace")) {
			assert_non_null(strstr(plans[i].line, "netns"));
			assert_null(strstr(plans[i].line, "netns add"));
			continue;
		}
		if (r < 0)
			fail_msg("%s: %s", plans[i].line, run.error.text);
		assert_string_equal(text_string(&run.out), plans[i].steps);
	}
	assert_int_equal(fake_kernel.changes, 0);
}

static void as_ip_prints_what_ip_would_be_told(void **state)
{
	CLEANUP(run_clear) struct run run = { 0 };

	(void)state;
	for (size_t i = 0; i < PLANS; i++) {
		if (run_with(&run, "--as ip", plans[i].line) < 0)
			fail_msg("%s: %s", plans[i].line, run.error.text);
		assert_string_equal(text_string(&run.out), plans[i].ip);
	}
	assert_int_equal(fake_kernel.changes, 0);
}

/* "+ arp 10.0.0.9 dev v0" is read as "arp add 10.0.0.9 dev v0". */
static void the_words_of_a_step_make_the_same_step(void **state)
{
	CLEANUP(run_clear) struct run run = { 0 };
	size_t tried = 0;

	(void)state;
	for (size_t i = 0; i < PLANS; i++) {
		const char *steps = plans[i].steps, *object = steps + 2;
		const char *verb = *steps == '+' ? "add" : *steps == '-' ? "del" : "set";
		size_t word = strcspn(object, " ");
		char line[512];

		/* One step, in ovl's own namespace, of what has words of its own. */
		if (strchr(steps, '\n')[1] || memchr(object, ':', word) ||
		    !strncmp(object, "netns", word) || !strncmp(object, "altname", word) ||
		    !strncmp(object, "vni", word))
			continue;
		snprintf(line, sizeof(line), "%.*s %s%.*s", (int)word, object, verb,
			 (int)(strlen(object + word) - 1), object + word);
		if (run_with(&run, "--dry-run", line) < 0)
			fail_msg("%s: %s", line, run.error.text);
		assert_string_equal(text_string(&run.out), steps);
		tried++;
	}
	assert_true(tried > 20);
}

static void the_namespace_ovl_works_in_is_told_ip_too(void **state)
{
	CLEANUP(run_clear) struct run run = { 0 };

	(void)state;
	assert_int_equal(run_line(&run, "-n red --as ip link set v0 up"), 0);
	assert_string_equal(text_string(&run.out), "ip -n red link set v0 up\n");
}

static void no_name_is_more_than_a_word_of_the_shell(void **state)
{
	static const struct {
		const char *line, *ip;
	} lines[] = {
		{ "--as ip link add $(x) type bridge", "ip link add '$(x)' type bridge\n" },
		{ "--as ip link add a;b type bridge", "ip link add 'a;b' type bridge\n" },
		{ "--as ip netns del a;b", "ip netns delete 'a;b'\n" },
		{ "--as ip netns del it's", "ip netns delete 'it'\\''s'\n" },
		{ "-n a;b --as ip link del v0", "ip -n 'a;b' link delete v0\n" },
		{ "--as ip netns del a\033b", "ip netns delete \"$(printf '\\141\\033\\142')\"\n" },
		{ "--as ip link set v0 alias \xff",
		  "ip link set v0 alias \"$(printf '\\377')\"\n" },
	};
	CLEANUP(run_clear) struct run run = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		if (run_line(&run, lines[i].line) < 0)
			fail_msg("%s: %s", lines[i].line, run.error.text);
		assert_string_equal(text_string(&run.out), lines[i].ip);
	}
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
		cmocka_unit_test(a_dry_run_prints_the_steps),
		cmocka_unit_test(as_ip_prints_what_ip_would_be_told),
		cmocka_unit_test(the_words_of_a_step_make_the_same_step),
		cmocka_unit_test(the_namespace_ovl_works_in_is_told_ip_too),
		cmocka_unit_test(no_name_is_more_than_a_word_of_the_shell),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
