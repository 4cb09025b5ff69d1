/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A topology file as the picture of a network: what it means, and every mistake with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "model/link.h"
#include "model/netns.h"
#include "model/sysctl.h"
#include "text/object_words.h"
#include "topology/topology.h"

struct reading {
	struct attr_context context;
	struct topology topology;
	struct text told; /* line, column and text of each mistake */
	struct error error;
	int result;
};

static void reading_clear(struct reading *reading)
{
	topology_clear(&reading->topology);
	text_clear(&reading->told);
	names_free(&reading->context.names);
}

static void tell(void *cookie, const struct topology_mistake *mistake)
{
	struct reading *reading = cookie;

	text_printf(&reading->told, "%u:%u: %s\n", mistake->at.line, mistake->at.column,
		    mistake->message);
}

static void read_with(struct reading *reading, const struct topology_options *options,
		      const char *yaml)
{
	*reading = (struct reading){ .context.names = names_new() };
	reading->result = topology_parse("f", yaml, strlen(yaml), options, &reading->context,
					 &reading->topology, tell, reading, &reading->error);
}

/* The picture: a line an object, its namespace in front unless it is the machine's own. */
static void put_objects(struct reading *reading, enum object_type type, struct text *text)
{
	const struct network *network = &reading->topology.network;

	for (size_t i = 0; i < network->objects[type].count; i++) {
		const void *object = network_at(network, type, i);
		const struct link *link = object;
		uint32_t netns = object_netns(type, object);

		text_printf(text, "%s%s%s ", names_text(reading->context.names, netns),
			    netns ? " " : "", object_info(type)->name);
		object_words(type, &reading->context, object, NULL, WORDS_NEW, ATTR_STYLE_OVL,
			     text);
		if (type == OBJECT_LINK && link->peer.id)
			text_printf(text, " <-> %s/%s",
				    names_text(reading->context.names, link->peer_netns.id),
				    names_text(reading->context.names, link->peer.id));
		if (type == OBJECT_LINK && link->manage)
			text_printf(text, " (%d)", link->manage);
		text_char(text, '\n');
	}
}

static void assert_picture_of(const struct topology_options *options, const char *yaml,
			      const char *expected)
{
	CLEANUP(reading_clear) struct reading reading;
	CLEANUP(text_clear) struct text text = { 0 };
	char whole[4096];

	snprintf(whole, sizeof(whole), "ovl: 1\nlab: x\n%s", yaml);
	read_with(&reading, options, whole);
	assert_string_equal(text_string(&reading.told), "");
	assert_int_equal(reading.result, 0);
	for (enum object_type type = 0; type < OBJECT_TYPES; type++)
		put_objects(&reading, type, &text);
	assert_string_equal(text_string(&text), expected);
}

static void assert_picture(const char *yaml, const char *expected)
{
	assert_picture_of(&(struct topology_options){ 0 }, yaml, expected);
}

static void assert_mistakes_of(const struct topology_options *options, const char *yaml,
			       const char *expected)
{
	CLEANUP(reading_clear) struct reading reading;
	char whole[4096];

	snprintf(whole, sizeof(whole), "ovl: 1\nlab: x\n%s", yaml);
	read_with(&reading, options, whole);
	assert_string_equal(text_string(&reading.told), expected);
	assert_int_equal(reading.result, -EINVAL);
	assert_int_equal(reading.error.exit, EXIT_USAGE);
}

/* The first two lines are the head, so the text's own begin with 3. */
static void assert_mistakes(const char *yaml, const char *expected)
{
	assert_mistakes_of(&(struct topology_options){ 0 }, yaml, expected);
}

static void a_link_has_the_words_of_its_kind(void **state)
{
	(void)state;
	assert_picture(
		"links:\n"
		"  br0: {type: bridge, stp_state: on, ageing_time: 10s}\n"
		"  d0: {type: dummy, mtu: 9000, master: br0, up: off, port: {isolated: on}}\n"
		"  vx0: {type: vxlan, id: 7, group: 239.1.1.1, dev: eth0, srcport: 4000 5000}\n",
		"link br0 up type bridge ageing_time 1000 stp_state on\n"
		"link d0 down mtu 9000 master br0 type dummy type bridge_slave isolated on\n"
		"link vx0 up type vxlan id 7 group 239.1.1.1 dev eth0 srcport 4000 5000 "
		"dstport 4789\n");
}

static void a_plain_null_asks_for_the_default(void **state)
{
	CLEANUP(reading_clear) struct reading reading;
	const struct link *link;

	(void)state;
	read_with(&reading, &(struct topology_options){ 0 },
		  "ovl: 1\nlab: x\nlinks: {d: {type: dummy, mtu: null, alias: \"null\"}}\n");
	assert_int_equal(reading.result, 0);
	link = network_at(&reading.topology.network, OBJECT_LINK, 0);
	assert_true(link->asked.null & attr_bit(&link_table, ATTR_ROW(&link_table, link, mtu)));
	assert_false(ATTR_HAS(&link_table, link, link, mtu));
	assert_true(ATTR_HAS(&link_table, link, link, alias));
}

static void a_peer_is_the_other_end_wherever_it_is(void **state)
{
	(void)state;
	assert_picture("links: {v0: {master: br0}, br0: {type: bridge}, w0: {peer: w1}}\n"
		       "netns: {n1: {links: {eth0: {peer: host/v0}, a: {peer: ./far}}}}\n",
		       "netns n1\n"
		       "link v0 up master br0 type veth <-> n1/eth0\n"
		       "link br0 up type bridge\n"
		       "link w0 up type veth <-> /w1\n"
		       "n1 link eth0 up netns n1 type veth <-> /v0\n"
		       "n1 link a up netns n1 type veth <-> /far\n"
		       "link w1 up type veth <-> /w0\n"
		       "link far up type veth <-> n1/a\n"
		       "n1 link lo up netns n1\n");
}

static void defaults_of_a_kind_hold_for_what_is_below(void **state)
{
	(void)state;
	assert_picture("defaults: {veth: {mtu: 1450}, vxlan: {dstport: 8472}}\n"
		       "links: {v: {type: vxlan, id: 1}}\n"
		       "netns:\n"
		       "  n1: {defaults: {veth: {txqueuelen: 7}}, links: {e: {peer: host/e1}}}\n"
		       "  n2: {links: {e: {peer: host/e2, mtu: 1400}}}\n",
		       "netns n1\nnetns n2\n"
		       "link v up type vxlan id 1 dstport 8472\n"
		       "n1 link e up mtu 1450 txqueuelen 7 netns n1 type veth <-> /e1\n"
		       "n2 link e up mtu 1400 netns n2 type veth <-> /e2\n"
		       "link e1 up mtu 1450 type veth <-> n1/e\n"
		       "link e2 up mtu 1450 type veth <-> n2/e\n"
		       "n1 link lo up netns n1\nn2 link lo up netns n2\n");
}

static void a_default_for_ports_holds_for_ports(void **state)
{
	(void)state;
	assert_picture("defaults: {veth: {port: {isolated: on, cost: 7}}}\n"
		       "netns:\n"
		       "  n1: {links: {e: {peer: host/p1}}}\n"
		       "  n2:\n"
		       "    defaults: {veth: {port: {cost: 8}}}\n"
		       "    links: {br: {type: bridge}, e: {peer: p, master: br}, p: {port: {}}}\n",
		       "netns n1\nnetns n2\n"
		       "n1 link e up netns n1 type veth <-> /p1\n"
		       "n2 link br up netns n2 type bridge\n"
		       "n2 link e up master br netns n2 type veth type bridge_slave cost 8 "
		       "isolated on <-> n2/p\n"
		       "n2 link p up netns n2 type veth <-> n2/e\n"
		       "link p1 up type veth <-> n1/e\n"
		       "n1 link lo up netns n1\nn2 link lo up netns n2\n");
	assert_picture("defaults: {veth: {port: {isolated: on}}}\n"
		       "hosts: {h1: {}, h2: {}}\n"
		       "segments: {lan: [h1/e, h2/e]}\n",
		       "netns h1\nnetns h2\nnetns seg.lan\n"
		       "seg.lan link br up netns seg.lan type bridge\n"
		       "seg.lan link h1.e up master br netns seg.lan type veth "
		       "type bridge_slave isolated on <-> h1/e\n"
		       "seg.lan link h2.e up master br netns seg.lan type veth "
		       "type bridge_slave isolated on <-> h2/e\n"
		       "h1 link e up netns h1 type veth <-> seg.lan/h1.e\n"
		       "h2 link e up netns h2 type veth <-> seg.lan/h2.e\n"
		       "h1 link lo up netns h1\nh2 link lo up netns h2\n"
		       "seg.lan link lo up netns seg.lan\n");
}

static void what_is_somebody_elses_gets_no_defaults(void **state)
{
	(void)state;
	assert_picture("defaults: {bridge: {mtu: 1400}}\n"
		       "links:\n"
		       "  eth0: {addr: 10.0.0.1/24}\n"
		       "  br0: {type: bridge, manage: patch, alias: mine}\n"
		       "  br1: {type: bridge, adopt: true}\n"
		       "  tun0: {type: tun, manage: patch, mtu: 1300}\n"
		       "netns: {old: {manage: patch, links: {eth0: {mtu: 1400}}}}\n",
		       "netns old\n"
		       "link eth0\n"
		       "link br0 alias mine type bridge (2)\n"
		       "link br1 mtu 1400 type bridge (1)\n"
		       "link tun0 mtu 1300 type tun (2)\n"
		       "old link eth0 mtu 1400 netns old\n"
		       "addr 10.0.0.1/24 dev eth0\n");
}

static void entries_are_strings_or_maps(void **state)
{
	(void)state;
	assert_picture(
		"links: {d: {type: dummy, addr: [10.0.0.1/24, {local: 10.0.1.1/24, scope: "
		"link}]}}\n"
		"routes:\n"
		"  - default via 10.0.0.2\n"
		"  - {to: 10.9.0.0/16, via: 10.0.0.2, metric: 20, onlink: on}\n"
		"  - {to: 10.8.0.0/16, nexthop: [{via: 10.0.0.2, weight: 2}, via 10.0.0.3]}\n"
		"  - {type: blackhole, to: 10.7.0.0/16}\n"
		"arp:\n"
		"  - 10.0.0.2 lladdr 02:00:00:00:00:0b dev d\n"
		"  - {to: 10.0.0.3, lladdr: 02:00:00:00:00:0c, dev: d, nud: noarp}\n"
		"sysctl: {net.ipv4.ip_forward: 1}\n",
		"link d up type dummy\n"
		"addr 10.0.0.1/24 dev d\n"
		"addr 10.0.1.1/24 dev d scope link\n"
		"arp 10.0.0.2 dev d lladdr 02:00:00:00:00:0b nud permanent\n"
		"arp 10.0.0.3 dev d lladdr 02:00:00:00:00:0c nud noarp\n"
		"route default via 10.0.0.2\n"
		"route 10.9.0.0/16 via 10.0.0.2 metric 20 onlink\n"
		"route 10.8.0.0/16 nexthop via 10.0.0.2 weight 2 nexthop via 10.0.0.3 weight 1\n"
		"route blackhole 10.7.0.0/16\n"
		"sysctl net.ipv4.ip_forward value 1\n");
}

static void fdb_entries_go_where_their_link_has_them(void **state)
{
	(void)state;
	assert_picture("links:\n"
		       "  br: {type: bridge}\n"
		       "  vx: {type: vxlan, id: 1, local: 10.0.0.1, master: br,\n"
		       "       remotes: [\"10.0.0.$(i=1..3)\", 10.0.0.9 port 4790]}\n"
		       "fdb:\n"
		       "  - 02:00:00:00:00:01 dev vx dst 10.0.0.2\n"
		       "  - 02:00:00:00:00:01 dev vx\n"
		       "  - {to: 02:00:00:00:00:02, dev: br}\n"
		       "  - 02:00:00:00:00:03 dev eth7 master\n",
		       "link br up type bridge\n"
		       "link vx up master br type vxlan id 1 local 10.0.0.1 dstport 4789\n"
		       "fdb 00:00:00:00:00:00 dev vx self dst 10.0.0.2 permanent\n"
		       "fdb 00:00:00:00:00:00 dev vx self dst 10.0.0.3 permanent\n"
		       "fdb 00:00:00:00:00:00 dev vx self dst 10.0.0.9 port 4790 permanent\n"
		       "fdb 02:00:00:00:00:01 dev vx self dst 10.0.0.2 permanent\n"
		       "fdb 02:00:00:00:00:01 dev vx master static\n"
		       "fdb 02:00:00:00:00:02 dev br self permanent\n"
		       "fdb 02:00:00:00:00:03 dev eth7 master static\n");
}

static void keys_and_entries_repeat(void **state)
{
	(void)state;
	assert_picture("vars: {net: 10.1.0.0, n: 2}\n"
		       "links:\n"
		       "  v$(i=1..n)x$(j=0..1): {type: dummy, address: $(02:00:00:00:00:00 + 256 * "
		       "i + j)}\n"
		       "routes:\n"
		       "  - {to: \"$(net + 256 * k)/24\", dev: \"v$(k=1..n)x0\"}\n",
		       "link v1x0 up address 02:00:00:00:01:00 type dummy\n"
		       "link v1x1 up address 02:00:00:00:01:01 type dummy\n"
		       "link v2x0 up address 02:00:00:00:02:00 type dummy\n"
		       "link v2x1 up address 02:00:00:00:02:01 type dummy\n"
		       "route 10.1.1.0/24 dev v1x0\n"
		       "route 10.1.2.0/24 dev v2x0\n");
}

static void a_variable_is_set_from_outside(void **state)
{
	static const char *const sets[] = { "id=9", NULL };
	static const char *const unknown[] = { "ix=9", "id", NULL };

	(void)state;
	assert_picture_of(&(struct topology_options){ .sets = sets },
			  "vars: {id: 7, next: $(id + 1)}\n"
			  "links: {a: {type: vxlan, id: $(id)}, b: {type: vxlan, id: $(next)}}\n",
			  "link a up type vxlan id 9 dstport 4789\n"
			  "link b up type vxlan id 10 dstport 4789\n");
	assert_mistakes_of(&(struct topology_options){ .sets = unknown }, "vars: {id: 7}\n",
			   "0:0: --set 'ix': the file has no such variable (did you mean 'id'?)\n"
			   "0:0: --set 'id': VAR=VALUE is expected\n");
}

static const char two_hosts[] = "segments: {wan: [\"$(h)/eth0\", b/eth0]}\n"
				"wires: [[a/eth1, b/eth1]]\n"
				"vars: {h: a}\n"
				"hosts:\n"
				"  a:\n"
				"    links: {eth0: {addr: 10.0.0.1/24, mtu: 1400}, v: {}}\n"
				"    netns: {n1: {links: {eth0: {peer: host/v}}}}\n"
				"  b: {}\n";

static void without_a_host_every_host_is_a_namespace(void **state)
{
	(void)state;
	assert_picture(
		two_hosts,
		"netns a\nnetns a.n1\nnetns b\nnetns seg.wan\n"
		"a link eth0 up mtu 1400 netns a type veth <-> seg.wan/a.eth0\n"
		"a link v up netns a type veth <-> a.n1/eth0\n"
		"a.n1 link eth0 up netns a.n1 type veth <-> a/v\n"
		"seg.wan link br up netns seg.wan type bridge\n"
		"seg.wan link a.eth0 up mtu 1400 master br netns seg.wan type veth <-> a/eth0\n"
		"seg.wan link b.eth0 up master br netns seg.wan type veth <-> b/eth0\n"
		"a link eth1 up netns a type veth <-> b/eth1\n"
		"b link eth1 up netns b type veth <-> a/eth1\n"
		"b link eth0 up netns b type veth <-> seg.wan/b.eth0\n"
		"a link lo up netns a\na.n1 link lo up netns a.n1\nb link lo up netns b\n"
		"seg.wan link lo up netns seg.wan\n"
		"a addr 10.0.0.1/24 dev eth0\n");
}

static void with_a_host_its_part_is_this_machines(void **state)
{
	(void)state;
	assert_picture_of(&(struct topology_options){ .host = "a" }, two_hosts,
			  "netns n1\n"
			  "link eth0 mtu 1400 (3)\n"
			  "link v up type veth <-> n1/eth0\n"
			  "n1 link eth0 up netns n1 type veth <-> /v\n"
			  "link eth1 (3)\n"
			  "n1 link lo up netns n1\n"
			  "addr 10.0.0.1/24 dev eth0\n");
	assert_picture_of(&(struct topology_options){ .host = "b" }, two_hosts,
			  "link eth0 (3)\nlink eth1 (3)\n");
	assert_mistakes_of(&(struct topology_options){ .host = "ab" }, two_hosts,
			   "0:0: --host 'ab': the file has no such host (did you mean 'a'?)\n");
	assert_mistakes_of(&(struct topology_options){ .host = "a" }, "links: {}\n",
			   "0:0: --host 'a': the file has no 'hosts'\n");
}

static void the_head_is_required(void **state)
{
	CLEANUP(reading_clear) struct reading reading;

	(void)state;
	read_with(&reading, &(struct topology_options){ 0 }, "ovl: 2\nlab: Demo\nlniks: {}\n");
	assert_string_equal(
		text_string(&reading.told),
		"1:6: ovl: '2' is no version that is known: 1 is expected\n"
		"2:6: lab: 'Demo' is no lab's name: 1 to 32 of a-z, 0-9 and - are expected\n"
		"3:1: 'lniks' is not known here (did you mean 'links'?)\n");
	assert_string_equal(reading.error.text,
			    "f:3:1: 'lniks' is not known here (did you mean 'links'?)\n"
			    "  lniks: {}\n  ^");
}

static void mistakes_are_where_they_are(void **state)
{
	(void)state;
	assert_mistakes(
		"links:\n"
		"  a-name-that-is-too-long: {type: dummy}\n"
		"  a: {type: brigde}\n"
		"  b: {type: dummy, mtuu: 3, mtu: 12x}\n"
		"  c: {type: vxlan, id: 16777216, vni: 5}\n"
		"  d: {type: dummy, port: {isolatd: on}, address: null, qdisc: x}\n"
		"  e: [1]\n"
		"  f: {type: dummy, mtu: }\n"
		"routes:\n"
		"  - default vai 10.0.0.1\n"
		"  - {to: 10.0.0.0/8, via: 10.0.0.300}\n"
		"  - \"10.0.0.0/8 via 10.0.0.1 metric x\"\n"
		"sysctl: {kernel.x: 1, net.ipv4/../x: 1}\n",
		"4:3: link: 'a-name-that-is-too-long' is longer than 15 characters\n"
		"5:13: type: there is no kind of link 'brigde' (did you mean 'bridge'?)\n"
		"6:20: 'mtuu' is not known here (did you mean 'mtu'?)\n"
		"6:34: mtu: '12x' is no bytes\n"
		"7:24: id 16777216 is above 16777215\n"
		"8:27: 'isolatd' is not known here (did you mean 'isolated'?)\n"
		"8:56: 'qdisc' is not known here (known: type, peer, addr, altname, remotes, "
		"vnis, port, adopt, manage and a link's attributes)\n"
		"9:6: 'e' is a list here, and a map is expected: {KEY: VALUE, ...}\n"
		"10:20: 'mtu' is empty here, and a value is expected\n"
		"12:13: 'vai' is not known here (did you mean 'via'?)\n"
		"13:27: via: '10.0.0.300' is no address\n"
		"14:37: metric: 'x' is no number\n"
		"15:10: sysctl: 'kernel.x' is no setting of a network namespace: they begin "
		"with 'net.'\n"
		"15:23: sysctl: 'net.ipv4/../x' is no setting's name\n");
}

static void what_cannot_work_is_a_mistake(void **state)
{
	(void)state;
	assert_mistakes("links:\n"
			"  v$(i=1..2): {type: vxlan, id: 5, dev: d1}\n"
			"  d1: {type: dummy, mtu: 1400}\n"
			"  v3: {type: vxlan, id: 6, dev: d1, mtu: 1351}\n"
			"  v4: {type: vxlan, id: 7, dev: d1, mtu: 1350, local: 10.0.0.1}\n"
			"  d2: {type: dummy, master: d1}\n"
			"  p: {type: dummy, port: {isolated: on}}\n"
			"  vl: {type: vlan, id: 3}\n"
			"  m: {type: dummy, mtu: 60}\n"
			"  x6: {type: dummy, mtu: 1279, addr: \"fd00::1/64\"}\n"
			"  q: {type: vxlan, local: 10.0.0.1, remote: \"fd00::1\", id: 1}\n"
			"fdb: [\"02:00:00:00:00:01 dev v4 dst fd00::1\"]\n",
			"4:3: vxlan 'v2': id 5 with dstport 4789 is taken by 'v1' (line 4)\n"
			"6:42: mtu: 1351 and 50 bytes of headers do not fit into the 1400 of 'd1'\n"
			"8:29: master: 'd1' is a dummy: a bridge is expected\n"
			"9:3: 'p' has 'port' options and no 'master'\n"
			"10:3: 'vl': a vlan needs 'link', the link below it\n"
			"11:25: mtu: 60 is not between 68 and 65535\n"
			"12:38: addr: IPv6 needs an mtu of 1280, and 'x6' has 1279\n"
			"13:3: local '10.0.0.1': expected an IPv6 address, as the destination is\n"
			"14:7: dst: an IPv6 address, and the vxlan's own is IPv4\n");
}

static void what_is_nowhere_or_twice_is_a_mistake(void **state)
{
	(void)state;
	assert_mistakes(
		"links: {l: {type: dummy, addr: [10.0.0.1/8, 10.0.0.1/24]}}\n"
		"netns:\n"
		"  n1:\n"
		"    links:\n"
		"      eth0: {peer: host/zz, master: br9}\n"
		"      eth1: {peer: n9/zz}\n"
		"      eth2: {type: dummy}\n"
		"      eth3: {type: veth}\n"
		"      eth4: {}\n"
		"      eth5: {peer: host/zz}\n"
		"      eth6: {peer: eth6}\n"
		"      eth7: {peer: eth2}\n"
		"    arp:\n"
		"      - 10.0.0.2 lladdr 02:00:00:00:00:01 dev ethx\n"
		"      - 10.0.0.3 lladdr 02:00:00:00:00:01 dev eth2\n"
		"      - 10.0.0.3 lladdr 02:00:00:00:00:02 dev eth2\n"
		"    routes: [default dev eth2, default dev eth4]\n",
		"3:45: addr: 10.0.0.1 is in this namespace already, on 'l' (line 3)\n"
		"7:37: master: there is no link 'br9' in this namespace\n"
		"8:20: peer: there is no namespace 'n9' (did you mean 'n1'?)\n"
		"10:7: 'eth3': a veth needs its 'peer', [NETNS/]LINK\n"
		"11:7: 'eth4' needs a 'type': it is nobody's 'peer'\n"
		"12:20: peer: 'zz' has another end already\n"
		"13:20: 'eth6' cannot be its own other end\n"
		"14:20: peer: 'eth2' is a dummy: only a veth has another end\n"
		"16:9: dev: there is no link 'ethx' in this namespace (did you mean 'eth0'?)\n"
		"18:9: this arp entry is given twice (line 17)\n"
		"19:32: this route entry is given twice (line 19)\n");
	assert_mistakes("links: {d: {type: dummy}}\n"
			"arp:\n"
			"  - 10.0.0.3 lladdr 02:00:00:00:00:01 dev d\n"
			"  - 10.0.0.2 lladdr 02:00:00:00:00:01 dev d\n"
			"  - 10.0.0.3 lladdr 02:00:00:00:00:01 dev d\n",
			"7:5: this arp entry is given twice (line 5)\n");
	assert_mistakes("links: {v: {peer: a%d}}\n",
			"3:19: peer: link: 'a%d' has a '%', which no link's name may\n");
	assert_mistakes("links: {a$(i=1..2): {type: dummy}, a2: {type: dummy}}\n",
			"3:36: there is a link 'a2' here already (line 3)\n");
}

static void bits_behind_a_prefix_are_a_mistake(void **state)
{
	(void)state;
	assert_mistakes(
		"routes:\n"
		"  - fd01::5/64 via fd00::2\n"
		"  - {via: 10.0.0.2, to: 20.0.0.5/24}\n"
		"  - blackhole 20.1/14\n"
		"  - fd02::/64 from fd03::1/32 via fd00::2\n"
		"  - fd00::$(i=1..2)/127 via fd00::9\n"
		"  - 10.0.0.1 via 10.0.0.9\n"
		"  - 0.0.0.1/0 via 10.0.0.9\n"
		"  - default via 10.0.0.9\n",
		"4:5: 'fd01::5/64' has bits behind its prefix (did you mean 'fd01::/64'?)\n"
		"5:25: '20.0.0.5/24' has bits behind its prefix (did you mean "
		"'20.0.0.0/24'?)\n"
		"6:5: '20.1.0.0/14' has bits behind its prefix (did you mean "
		"'20.0.0.0/14'?)\n"
		"7:20: 'fd03::1/32' has bits behind its prefix (did you mean "
		"'fd03::/32'?)\n"
		"8:5: 'fd00::1/127' has bits behind its prefix (did you mean "
		"'fd00::/127'?)\n"
		"10:5: '0.0.0.1/0' has bits behind its prefix (did you mean '0.0.0.0/0'?)\n");
}

static void a_setting_has_one_name(void **state)
{
	(void)state;
	assert_picture("links: {d.5: {type: dummy}}\n"
		       "sysctl:\n"
		       "  net/ipv4/ip_forward: 1\n"
		       "  net.ipv4.conf.all.forwarding: 1\n"
		       "  net/ipv4/conf/d.5/forwarding: 0\n",
		       "link d.5 up type dummy\n"
		       "sysctl net.ipv4.ip_forward value 1\n"
		       "sysctl net.ipv4.conf.all.forwarding value 1\n"
		       "sysctl net.ipv4.conf.d/5.forwarding value 0\n");
	assert_mistakes("sysctl:\n"
			"  net.ipv4.ip_forward: 1\n"
			"  net/ipv4/ip_forward: 0\n"
			"  net.ipv4.conf.all.forwarding: 0\n"
			"  net.ipv4.conf.d/5.mtu: 0\n"
			"  net/ipv4/conf/d.5/mtu: 0\n"
			"netns: {n1: {sysctl: {net.ipv4.conf.all.forwarding: 0}}}\n",
			"5:3: this sysctl entry is given twice (line 4)\n"
			"6:3: sysctl 'net.ipv4.conf.all.forwarding' is 'net.ipv4.ip_forward' by "
			"another name, and that is 1 (line 4)\n"
			"8:3: this sysctl entry is given twice (line 7)\n");
	/* What was at two times may stand side by side. */
	assert_picture_of(&(struct topology_options){ .is_record = true },
			  "sysctl: {net.ipv4.ip_forward: 0, net.ipv4.conf.all.forwarding: 1}\n",
			  "sysctl net.ipv4.ip_forward value 0\n"
			  "sysctl net.ipv4.conf.all.forwarding value 1\n");
}

static void a_state_that_passes_is_a_mistake(void **state)
{
	static const char *const passing =
		"links: {br: {type: bridge}, d: {type: dummy, master: br}}\n"
		"arp:\n"
		"  - 10.0.0.9 lladdr 02:00:00:00:00:01 nud stale dev d\n"
		"  - {to: 10.0.0.8, lladdr: 02:00:00:00:00:01, nud: reachable, dev: d}\n"
		"  - 10.0.0.7 nud none dev d\n"
		"  - 10.0.0.6 lladdr 02:00:00:00:00:01 nud noarp dev d\n"
		"  - 10.0.0.5 dev d managed\n"
		"  - 10.0.0.3 dev d extern_learn lladdr 02:00:00:00:00:01\n"
		"  - proxy 10.0.0.4 dev d\n"
		"fdb:\n"
		"  - 02:00:00:00:00:01 dev d dynamic\n"
		"  - {to: 02:00:00:00:00:02, dev: d, state: stale}\n"
		"  - 02:00:00:00:00:03 dev d extern_learn\n"
		"  - 02:00:00:00:00:04 dev d permanent\n"
		"  - 02:00:00:00:00:05 dev d temp\n";
	CLEANUP(reading_clear) struct reading reading;
	CLEANUP(text_clear) struct text record = { 0 };

	(void)state;
	assert_mistakes(
		passing,
		"5:43: 'stale' is a state that passes: a file says permanent or noarp\n"
		"6:52: 'reachable' is a state that passes: a file says permanent or noarp\n"
		"7:18: 'none' is a state that passes: a file says permanent or noarp\n"
		"9:20: 'managed' means states that pass: it has no place in a file\n"
		"10:20: 'extern_learn' is of a control plane's entries: it has no place in a file\n"
		"13:29: 'dynamic' is a state that passes: a file says static or permanent\n"
		"14:44: 'stale' is a state that passes: a file says static or permanent\n");
	assert_mistakes("links: {br: {type: bridge}, d: {type: dummy, master: br}, v: {type: "
			"vxlan, id: 1}}\n"
			"fdb:\n"
			"  - 02:00:00:00:00:01 dev d extern_learn\n"
			"  - 02:00:00:00:00:02 dev v dst 10.0.0.9 extern_learn\n",
			"5:5: fdb: an entry with 'extern_learn' is dynamic in a bridge's table: it "
			"has no place in a file\n");
	/* What was there before could be in any. */
	text_printf(&record, "ovl: 1\nlab: demo\n%s", passing);
	read_with(&reading, &(struct topology_options){ .is_record = true }, text_string(&record));
	assert_int_equal(reading.result, 0);
}

static void a_bridge_has_1023_ports(void **state)
{
	(void)state;
	assert_mistakes(
		"links: {br: {type: bridge}, d$(i=1..1024): {type: dummy, master: br}}\n",
		"3:66: master: a bridge has at most 1023 ports, and this is one more of 'br'\n");
}

static void too_many_objects_are_known_before_they_are_made(void **state)
{
	(void)state;
	assert_mistakes("links: {d$(i=1..1000000)$(j=1..1000000): {type: dummy}}\n",
			"3:9: this makes more than 1,000,000 objects\n");
	assert_mistakes("netns: {n$(i=1..1000000): {links: {d$(j=1..1000000): {type: dummy}}}}\n",
			"3:9: this makes more than 1,000,000 objects\n");
	assert_mistakes(
		"routes: [\"10.0.0.0/8 metric $(i=-9223372036854775807..9223372036854775807)\"]\n",
		"3:10: this makes more than 1,000,000 objects\n");
}

static void twenty_mistakes_are_told(void **state)
{
	CLEANUP(reading_clear) struct reading reading;
	CLEANUP(text_clear) struct text yaml = { 0 };
	size_t lines = 0;

	(void)state;
	text_puts(&yaml, "ovl: 1\nlab: x\nlinks:\n");
	for (int i = 0; i < 100; i++)
		text_printf(&yaml, "  d%d: {typ: dummy}\n", i);
	read_with(&reading, &(struct topology_options){ 0 }, text_string(&yaml));
	for (const char *at = text_string(&reading.told); (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, TOPOLOGY_MISTAKES);
}

static void what_was_written_reaches_no_terminal_raw(void **state)
{
	CLEANUP(reading_clear) struct reading reading;
	CLEANUP(pointer_free) char *printed = NULL;
	size_t size;
	FILE *file = open_memstream(&printed, &size);

	(void)state;
	read_with(&reading, &(struct topology_options){ 0 },
		  "ovl: 1\nlab: x\nlinks: {\"a\\e[1m\\n  b\": {type: dummy}}\n");
	error_print(&reading.error, file);
	fclose(file);
	assert_string_equal(
		printed, "ovl: f:3:9: link: 'a\\x1b[1m\\x0a  b' has a blank or control character, "
			 "which no link's name may\n"
			 "  links: {\"a\\e[1m\\n  b\": {type: dummy}}\n"
			 "          ^\n");
}

static void note_long(void *cookie, enum object_type type, const void *object, size_t count)
{
	assert_int_equal(object_netns(type, object), 0);
	text_printf(cookie, "%s %zu\n", object_info(type)->name, count);
}

static void a_long_list_is_told_of_while_it_is_read(void **state)
{
	CLEANUP(text_clear) struct text told = { 0 };
	const struct topology_options options = { .is_long = note_long, .cookie = &told };
	CLEANUP(reading_clear) struct reading reading;

	(void)state;
	read_with(&reading, &options,
		  "ovl: 1\nlab: demo\nlinks: {br1: {type: bridge}}\n"
		  "routes: ['unreachable 10.$(i=0..17).$(j=0..255).0/24']\n"
		  "fdb: ['02:00:00:00:$(i=0..88):$(j=0..22) dev br1 self']\n"
		  "arp: ['10.0.$(i=0..7).$(j=0..255) lladdr 02:00:00:00:00:01 dev br1']\n");
	assert_int_equal(reading.result, 0);
	assert_string_equal(text_string(&told), "route 2048\nroute 4096\narp 2048\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_list_is_told_of_while_it_is_read),
		cmocka_unit_test(a_link_has_the_words_of_its_kind),
		cmocka_unit_test(a_plain_null_asks_for_the_default),
		cmocka_unit_test(a_peer_is_the_other_end_wherever_it_is),
		cmocka_unit_test(defaults_of_a_kind_hold_for_what_is_below),
		cmocka_unit_test(a_default_for_ports_holds_for_ports),
		cmocka_unit_test(what_is_somebody_elses_gets_no_defaults),
		cmocka_unit_test(entries_are_strings_or_maps),
		cmocka_unit_test(fdb_entries_go_where_their_link_has_them),
		cmocka_unit_test(keys_and_entries_repeat),
		cmocka_unit_test(a_variable_is_set_from_outside),
		cmocka_unit_test(without_a_host_every_host_is_a_namespace),
		cmocka_unit_test(with_a_host_its_part_is_this_machines),
		cmocka_unit_test(the_head_is_required),
		cmocka_unit_test(mistakes_are_where_they_are),
		cmocka_unit_test(what_cannot_work_is_a_mistake),
		cmocka_unit_test(what_is_nowhere_or_twice_is_a_mistake),
		cmocka_unit_test(bits_behind_a_prefix_are_a_mistake),
		cmocka_unit_test(a_setting_has_one_name),
		cmocka_unit_test(a_state_that_passes_is_a_mistake),
		cmocka_unit_test(a_bridge_has_1023_ports),
		cmocka_unit_test(too_many_objects_are_known_before_they_are_made),
		cmocka_unit_test(twenty_mistakes_are_told),
		cmocka_unit_test(what_was_written_reaches_no_terminal_raw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
