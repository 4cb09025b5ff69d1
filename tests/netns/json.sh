#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ovl's JSON against iproute2's, object by object and key by key, over a network with some of
# everything. The exceptions of the contract are mapped: iproute2's null flags are true, keys
# that its filters drop are kept, and ovl's own keys stand beside.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq

# differences OURS THEIRS: a line for each key of theirs that ours lacks or has with another
# value, and for each of ours that is neither theirs nor among those that may be.
cat >"$WORK/differences.jq" <<'JQ'
# What names an object of any of the listings.
def identity: [.ifname // .dev, .dst, .mac, .master, .src_vni, .vni, .nhid, .proxy,
	.local, .label, .name] | map(. // "");

# Times and counters run on between two readings.
def runs: ["gc_timer", "hello_timer", "tcn_timer", "topology_change_timer", "hold_timer",
	"message_age_timer", "forward_delay_timer", "used", "updated", "confirmed", "probes",
	"refcnt", "valid_life_time", "preferred_life_time", "stats64", "stats"];

# A flag is null there; "link": null is a link that is in no namespace. What a filter leaves
# out is an empty object. ovl has no table for a tun.
def flags: walk(if type == "object"
	then with_entries(if .value == null and .key != "link" then .value = true else . end)
		| if .info_kind == "tun" then del(.info_data) else . end
	elif type == "array" then map(select(. != {}))
	else . end);

# Ours, and what iproute2 came to print between 6.1 and 7.1.
def may_be: ["netns", "peer", "ports", "ttl_inherit", "netns-immutable",
	"protocol", "mcast_querier_state_ipv4", "mcast_querier_state_ipv6", "mdb_offload_fail_notification",
	"external", "proxy", "rsc", "l2miss", "l3miss", "remcsum_tx", "remcsum_rx", "macaddr_count",
	"allmulti", "gso_ipv4_max_size", "gro_ipv4_max_size", "tso_max_size", "tso_max_segs",
	"gro_max_size", "fdb_n_learned", "fdb_max_learned", "mcast_n_groups", "mcast_max_groups",
	"neigh_vlan_suppress", "neigh_forward_grat", "backup_nhid", "mab", "localbypass",
	"reserved_bits", "stp_mode", "fdb_local_vlan_0", "bcqueuelen", "usedbcqueuelen", "bclim",
	"mst_enabled", "max_headroom", "headroom", "scatter", "mcroute"];

# Lists of objects are matched by identity, whatever their order.
def differ($path; $ours; $theirs):
	def list:
		($ours | sort_by(identity)) as $a | ($theirs | sort_by(identity)) as $b
		| if ($a | length) != ($b | length) then
			"\($path): \($a | length) instead of \($b | length)",
			"only ours: \(($a | map(identity)) - ($b | map(identity)) | tojson)",
			"only theirs: \(($b | map(identity)) - ($a | map(identity)) | tojson)"
		  else
			range($b | length) as $i
			| ($b[$i] | identity | map(select(. != "") | tostring) | join(" ")) as $name
			| differ("\($path)[\($name)]"; $a[$i]; $b[$i])
		  end;
	def members:
		(($theirs | keys[]) as $key
		 # bridge(8) takes the index of a veth's other end for one of this namespace.
		 | if $key == "link" and ($ours | has("link_index")) then empty
		   # ovl knows no priority maps of a vlan.
		   elif $key == "egress_qos" or $key == "ingress_qos" then empty
		   elif $ours | has($key) then differ("\($path).\($key)"; $ours[$key]; $theirs[$key])
		   else "\($path) lacks \($key): \($theirs[$key] | tojson)" end),
		(($ours | keys[]) as $key
		 | select($dropped != ["all"] and ($theirs | has($key) | not)
			and ([$key] - may_be - $dropped != []))
		 | "\($path) has \($key): \($ours[$key] | tojson)");
	def is_list: type == "array" and all(type == "object");
	if ($ours | type) != ($theirs | type) then
		"\($path): \($ours | tojson) instead of \($theirs | tojson)"
	elif $theirs | type == "object" then members
	elif ($theirs | is_list) and ($ours | is_list) then list
	elif $ours == $theirs or ($path | split(".") - runs != split(".")) then empty
	else "\($path): \($ours | tojson) instead of \($theirs | tojson)"
	end;

differ(""; $ours[0] | chosen; $theirs[0] | flags | chosen)
JQ

# same SENTENCE "OVL ARGUMENTS" "IP OR BRIDGE WITH ARGUMENTS" [DROPPED [CHOICE]]
# DROPPED are keys that a filter of theirs leaves out, ["all"] when only theirs count; CHOICE is
# a jq filter of what both are cut down to. The kernel may change a state between the two
# readings, so what differs is read again.
same() {
	for same_turn in 1 2 3; do
		# shellcheck disable=SC2086 # the arguments are words
		{
			ovl $2 >"$WORK/ours" 2>"$WORK/error"
			$3 >"$WORK/theirs" 2>/dev/null
		}
		[ -s "$WORK/theirs" ] || echo '[]' >"$WORK/theirs"
		# ip(8) 6.1 knows listings that are no JSON.
		jq -e . "$WORK/theirs" >/dev/null 2>&1 || {
			skip "$1: this iproute2 does not tell it in JSON"
			return
		}
		same_result=$(jq -rn --slurpfile ours "$WORK/ours" --slurpfile theirs "$WORK/theirs" \
			--argjson dropped "${4:-[]}" \
			"def chosen: ${5:-.}; $(cat "$WORK/differences.jq")" 2>&1)
		[ "$same_result" ] || break
	done
	check_equal "$1" "" "$same_result$(cat "$WORK/error")"
	[ -z "$same_result" ] || echo "# after $same_turn readings"
}

# quietly CMD...: what this kernel or this ip cannot do is left out.
quietly() {
	"$@" 2>/dev/null
}

is_apart() {
	[ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]
}

# --- a network with some of everything
ip netns add far
ip link set lo up
unshare --net sleep 600 &
unnamed=$!
wait_for is_apart "$unnamed"

ip link add br0 type bridge forward_delay 400 hello_time 300 max_age 900 ageing_time 12345 \
	stp_state 1 priority 4096 group_fwd_mask 0x4008 mcast_querier 1 mcast_router 2 \
	mcast_hash_max 1024 mcast_igmp_version 3 mcast_mld_version 2 nf_call_iptables 1 \
	mcast_stats_enabled 1 mcast_query_use_ifaddr 1
ip link add br1 type bridge
ip link add v0 type veth peer name v1
ip link add v2 type veth peer name v3 netns far
ip link add v4 type veth peer name v5 netns "$unnamed"
ip link add v6 type veth peer name v7
ip link set v0 master br0
ip link set v2 master br0 up
ip link set v0 type bridge_slave cost 77 priority 9 hairpin on guard on root_block on \
	fastleave on learning off flood off mcast_flood off bcast_flood off isolated on locked on \
	neigh_suppress on proxy_arp on group_fwd_mask 0x4008 mcast_router 2 mcast_to_unicast on \
	backup_port v2
ip link add x4 type vxlan id 42 dstport 4789 local 10.9.0.1 group 239.1.1.1 dev v6 ttl 7 tos 0x10 \
	ageing 55 maxaddress 99 srcport 1000 2000 proxy rsc l2miss l3miss noudpcsum df set
ip link add x5 type vxlan id 43 dstport 4789 remote 10.9.0.9 ttl inherit tos inherit nolearning \
	udpcsum
ip link add x6 type vxlan id 44 dstport 4790 local fd00::1 remote fd00::2 dev v6 \
	flowlabel 0x12345 udp6zerocsumtx udp6zerocsumrx remcsumtx remcsumrx
ip link add x7 type vxlan id 45 dstport 4789 local fd00::1 group ff05::100 dev v6
ip link add xb type vxlan id 46 dstport 4797 gbp ageing 0
ip link add xn type vxlan id 47 dstport 4789 dev v6
ip link set xn netns far
ip -n far link set xn up
bridge -n far fdb add 02:00:00:00:02:0e dev xn dst 10.9.0.9
ip link add xg type vxlan dstport 4796 external gpe
if quietly ip link add xe type vxlan dstport 4795 external vnifilter; then
	ip link set xe up
	bridge vni add vni 100 dev xe
	bridge vni add vni 200-210 dev xe
	bridge vni add vni 300 remote 10.1.1.1 dev xe
	bridge vni add vni 301-305 remote 10.1.1.2 dev xe
	bridge fdb add 02:00:00:00:02:0c dev xe dst 10.9.0.9 src_vni 100 vni 100
fi
quietly ip link add mv0 link v6 type macvlan mode bridge
quietly ip link add mv1 link v6 netns far type macvlan mode vepa
quietly ip link add mv2 link v3 netns far type macvlan mode passthru nopromisc
quietly ip -n far link add mv2 link v3 type macvlan mode passthru nopromisc
quietly ip link add mv3 link v6 type macvlan mode source
quietly ip link add ifb7 type ifb
quietly ip link add ifb8 numtxqueues 3 numrxqueues 2 type ifb
quietly ip link add vl0 link v6 type vlan id 7 egress-qos-map 1:2 ingress-qos-map 2:3
quietly ip link add dm0 type dummy
quietly ip tuntap add tap0 mode tap
ip link set v1 alias "a \"quoted\" \\ alias, naïve ☃ 日本"
ip link property add dev v1 altname alt-one altname an-alternative-name-longer-than-fifteen
ip link set v1 up mtu 1400 group 55 txqueuelen 123
ip link set v0 up
ip link set br0 up
ip link set v6 up promisc on allmulticast on
ip link set v7 arp off multicast off addrgenmode none
ip link set x4 up
ip link set x5 master br1 up
ip link set br1 up

ip addr add 10.0.0.1/24 brd + dev v1
ip addr add 10.0.0.2/24 dev v1 label v1:two
ip addr add 10.0.0.3/24 dev v1 noprefixroute metric 77
ip addr add 10.5.0.1 peer 10.5.0.2/30 dev v1
ip addr add 10.6.0.1/16 broadcast 10.6.9.9 dev v1 valid_lft 1000 preferred_lft 500
ip addr add 10.7.0.1/16 dev v1 valid_lft 1000 preferred_lft 0 scope link
ip addr add fd00::1/64 dev v1 nodad
ip addr add fd00::2/64 dev v1 nodad preferred_lft 0
ip addr add fd00::3/64 dev v1 valid_lft 2000 preferred_lft 1000 home mngtmpaddr
ip addr add fd00:1::1 peer fd00:1::2/128 dev v1 nodad
ip addr add fd00::4/64 dev v1 noprefixroute metric 9 nodad
ip addr add 10.9.0.1/24 dev v6
ip addr add 127.0.0.2/8 dev lo

number=0
for state in permanent noarp reachable stale none delay probe incomplete failed; do
	number=$((number + 1))
	ip neigh add "10.0.0.1$number" lladdr "02:00:00:00:01:0$number" dev v1 nud "$state"
	ip neigh add "fd00::1:$number" lladdr "02:00:00:00:01:0$number" dev v1 nud "$state"
done
ip neigh add 10.0.0.30 lladdr 02:00:00:00:01:30 dev v1 router
ip neigh add fd00::30 lladdr 02:00:00:00:01:30 dev v1 router nud stale
quietly ip neigh add 10.0.0.31 dev v1 managed
ip neigh add 10.0.0.32 lladdr 02:00:00:00:01:32 dev v1 extern_learn nud reachable
ip neigh add 10.0.0.33 lladdr 02:00:00:00:01:33 dev v1 protocol zebra
ip neigh add 10.0.0.34 lladdr 02:00:00:00:01:33 dev v1 protocol 222
ip neigh add proxy 10.0.0.40 dev v1
ip neigh add proxy fd00::40 dev v1 protocol bgp

bridge fdb add 02:00:00:00:02:01 dev v0 master static
bridge fdb add 02:00:00:00:02:02 dev v0 master permanent
bridge fdb add 02:00:00:00:02:03 dev x5 master dynamic
bridge fdb add 02:00:00:00:02:04 dev v0 master static sticky
bridge fdb add 02:00:00:00:02:05 dev v0 master extern_learn
bridge fdb add 02:00:00:00:02:06 dev v6 self
bridge fdb add 02:00:00:00:02:07 dev br0 self permanent
bridge fdb add 02:00:00:00:02:08 dev x5 master static
bridge fdb add 02:00:00:00:02:08 dev x5 dst 10.9.0.8
bridge fdb add 02:00:00:00:02:09 dev x5 dst 10.9.0.9 port 1234 vni 99 via v6 self static
bridge fdb add 02:00:00:00:02:0a dev x5 dst 10.9.0.9 dynamic router
bridge fdb append 00:00:00:00:00:00 dev x5 dst 10.9.0.10
bridge fdb append 00:00:00:00:00:00 dev x5 dst 10.9.0.11
bridge fdb add 02:00:00:00:02:0b dev x6 dst fd00::99
quietly ip nexthop add id 12 via 10.9.0.12 fdb && quietly ip nexthop add id 10 group 12 fdb &&
	quietly bridge fdb add 02:00:00:00:02:0d dev x5 nhid 10

# --- links
same 'link' '-j link' 'ip -j link'
same 'link -d' '-j -d link' 'ip -j -d link'
same 'link -s' '-j -s link' 'ip -j -s link'
same 'link -d in another namespace' '-n far -j -d link' 'ip -n far -j -d link'
same 'one link' '-j -d link show v1' 'ip -j -d link show v1'
same 'one link by dev' '-j link show dev br0' 'ip -j link show dev br0'
same 'a link by its altname' '-j link show alt-one' 'ip -j link show alt-one'
for kind in bridge veth vxlan macvlan ifb; do
	same "links of type $kind" "-j -d link show type $kind" "ip -j -d link show type $kind"
	[ "$kind" = macvlan ] || [ "$kind" = ifb ] ||
		same "$kind show" "-j -d $kind show" "ip -j -d link show type $kind"
done
same 'links of a bridge' '-j -d link show master br0' 'ip -j -d link show master br0'
same 'links that are up' '-j link show up' 'ip -j link show up'

! ip_selects nomaster || same 'links that are no port' '-j link show nomaster' 'ip -j link show nomaster'

# --- with -br, few keys of each
same '-br link' '-br -j link' 'ip -br -j link'
same '-br link -d -s' '-br -d -s -j link' 'ip -br -d -s -j link'
same '-br addr' '-br -j addr' 'ip -br -j addr'
same '-br addr -6' '-6 -br -j addr' 'ip -6 -br -j addr'
same '-br neigh' '-br -j neigh' 'ip -br -j neigh'
same '-br neigh of a link' '-br -j neigh show dev v1' 'ip -br -j neigh show dev v1' '["dev"]'
same '-br route' '-br -j route' 'ip -br -j route'

# --- ports, as `bridge link` has them
same 'bridge link' '-j bridge link' 'bridge -j link' '["all"]'
same 'bridge link -d' '-j -d bridge link' 'bridge -j -d link' '["all"]'
same 'bridge port' '-j -d bridge port show' 'bridge -j -d link' '["all"]'
same 'bridge link of one port' '-j -d bridge link show dev v0' 'bridge -j -d link show dev v0' \
	'["all"]'

# --- addresses
same 'addr' '-j addr' 'ip -j addr'
same 'addr -d' '-j -d addr' 'ip -j -d addr'
same 'addr -s' '-j -s addr' 'ip -j -s addr'
same 'addr of a link' '-j addr show v1' 'ip -j addr show v1'
# `ip -4 addr` leaves keys of the link out.
link_keys='["address", "broadcast", "link_type", "group", "qdisc", "altnames", "master"]'
# `ip addr` lists links without any address whatever it filters by.
with_addresses='map(select(.addr_info != []))'
same 'addr -4' '-4 -j addr' 'ip -4 -j addr' "$link_keys"
same 'addr -6' '-6 -j addr' 'ip -6 -j addr' "$link_keys"
same 'addr up' '-j addr show up' 'ip -j addr show up'
same 'addr of a kind' '-j addr show type veth' 'ip -j addr show type veth'
same 'addr of a bridge' '-j addr show master br0' 'ip -j addr show master br0'
same 'addr of a scope' '-j addr show scope global' 'ip -j addr show scope global' '[]' \
	"$with_addresses"
same 'addr within a prefix' '-j addr show to 10.0.0.0/16' 'ip -j addr show to 10.0.0.0/16' \
	"$link_keys" "$with_addresses"
# Of the links ip prints no keys here.
same 'addr with a label' '-j addr show label v1:*' 'ip -j addr show label v1:*' '[]' \
	"$with_addresses | map({addr_info})"
for flag in permanent dynamic secondary primary deprecated tentative; do
	same "addr $flag" "-j addr show $flag" "ip -j addr show $flag" '[]' "$with_addresses"
done

# --- neighbours
same 'arp' '-j arp' 'ip -j neigh'
same 'arp -s' '-j -s arp' 'ip -j -s neigh'
same 'arp -4' '-4 -j arp' 'ip -4 -j neigh'
same 'arp -6' '-6 -j arp' 'ip -6 -j neigh'
same 'arp of a link' '-j arp show dev v1' 'ip -j neigh show dev v1' '["dev"]'
same 'arp nud all' '-j neigh show nud all' 'ip -j neigh show nud all'
for state in permanent noarp reachable stale delay probe incomplete failed; do
	same "arp nud $state" "-j neigh show nud $state" "ip -j neigh show nud $state"
done
same 'arp to a prefix' '-j neigh show to 10.0.0.30/31' 'ip -j neigh show to 10.0.0.30/31'
same 'arp proxy' '-j neigh show proxy' 'ip -j neigh show proxy'
same 'arp unused' '-j neigh show unused' 'ip -j neigh show unused'
same 'arp of a protocol' '-j neigh show protocol zebra' 'ip -j neigh show protocol zebra' \
	'["protocol"]'
same 'arp get' '-j neigh get 10.0.0.33 dev v1' 'ip -j neigh get 10.0.0.33 dev v1'

# --- fdb
same 'fdb' '-j fdb' 'bridge -j fdb'
same 'fdb -d' '-j -d fdb' 'bridge -j -d fdb'
same 'fdb -s' '-j -s fdb' 'bridge -j -s fdb'
same 'fdb in another namespace' '-n far -j fdb' 'bridge -n far -j fdb'
same 'fdb of a port' '-j fdb show dev v0' 'bridge -j fdb show dev v0' '["ifname"]'
same 'fdb of a bridge' '-j fdb show br br0' 'bridge -j fdb show br br0' '["master"]'
same 'fdb of a port of a bridge' '-j fdb show br br0 brport v0' \
	'bridge -j fdb show br br0 brport v0' '["master", "ifname"]'
same 'fdb of a vxlan' '-j fdb show dev x5' 'bridge -j fdb show dev x5' '["ifname"]'
same 'fdb permanent' '-j fdb show state permanent' 'bridge -j fdb show state permanent' '["state"]'
# bridge(8) looks for one common bit of the state, and finds permanent entries of a vxlan, too.
same 'fdb static' '-j fdb show static' 'bridge -j fdb' '[]' 'map(select(.state == "static"))'
same 'fdb dynamic' '-j fdb show dynamic' 'bridge -j fdb' '[]' 'map(select(.state == ""))'
same 'fdb get' '-j fdb get 02:00:00:00:02:01 dev v0 master' 'bridge -j fdb get 02:00:00:00:02:01 dev v0 master'
same 'fdb get in a bridge' '-j fdb get 02:00:00:00:02:01 br br0' \
	'bridge -j fdb get 02:00:00:00:02:01 br br0'

# --- the others
same 'vni' '-j vxlan vni show' 'bridge -j vni show'
same 'vni of a device' '-j vxlan vni show xe' 'bridge -j vni show dev xe'
same 'netns' '-j netns' 'ip -j netns'

# --- what is ovl's own
check_equal '-A adds where' far "$(ovl -A -j link | jq -r '.[] | select(.ifname == "v3").netns')"
check_equal 'also to addresses' far "$(ovl -A -j addr | jq -r '.[] | select(.ifname == "v3").netns')"
check_equal 'also to fdb entries' far "$(ovl -A -j fdb show dev xn | jq -r '.[0].netns')"
check_equal 'a veth says its other end by name and namespace' '{"netns":"far","ifname":"v3"}' \
	"$(ovl -j veth show v2 | jq -c '.[0].peer')"
check_equal 'by process where the namespace has no name' '{"netns":"pid:N","ifname":"v5"}' \
	"$(ovl -j veth show v4 | jq -c '.[0].peer' | sed 's/pid:[0-9]*/pid:N/')"
check_equal 'a bridge its ports' '["v0","v2"]' "$(ovl -j bridge show br0 | jq -c '.[0].ports')"

# --- always valid, and [] for no match
ip link add br2 type bridge
for words in 'link show type ifb up' 'addr show to 192.0.2.0/24' 'arp show to 192.0.2.1' \
	'arp show nud noarp dev x6' 'fdb show dev x6 dst 192.0.2.1' 'bridge port show master br2' \
	'vxlan show master br0' 'veth show master br1' 'route show dev br2' '-6 route show dev br2'; do
	# shellcheck disable=SC2086
	check_equal "$words: no match is an empty array" '[]' "$(ovl -j $words 2>&1)"
done
check_equal 'no key stands twice' '[]' "$(ovl -j -d -s link |
	jq -cn --stream '[inputs | select(length == 2)[0]] | group_by(.) | map(select(length > 1))')"
check_equal 'one line without -p' 1 "$(ovl -j -d addr | wc -l)"
check 'many with it, as valid' sh -c 'ovl -j -p link | jq -e ". == $(ovl -j link)"'

# --- what others put into names and aliases reaches nobody raw
# acted_on FILE: what a terminal would act on: C0 but for line ends, DEL, C1, bidi, broken UTF-8.
acted_on() {
	jq -Rsc 'explode | map(select((. < 32 and . != 10) or (. >= 127 and . < 160) or . == 65533
		or (. >= 8206 and . <= 8239) or (. >= 8294 and . <= 8303)))' "$1"
}
hostile=$(printf 'a\033[31mb\007\177 c\302\233d \342\200\256e \377\376 \t"\\')
ip link add h0 type bridge
ip link set h0 alias "$hostile"
ip link property add dev h0 altname "$(printf 'alt\033[1m\377')"
for words in link '-d link' '-o link' '-br link' addr '-j link' '-j -d addr' '-j -p link' bridge; do
	# shellcheck disable=SC2086
	ovl $words >"$WORK/hostile" 2>&1
	check_equal "$words: an alias or altname gets nothing to the terminal" '[]' \
		"$(acted_on "$WORK/hostile")"
	check_contains "$words: and shows the link" h0 "$(cat "$WORK/hostile")"
done
check_contains 'the alias is there, escaped' 'a\x1b[31mb\x07' "$(ovl link show h0)"
check 'as JSON it is valid' sh -c 'ovl -j -d link | jq -e .'
ip link set h0 name "$(printf 'h\033[2J\377')"
for words in link '-j link' addr '-j addr' bridge '-j bridge' '-d fdb' '-j fdb' '-o link' \
	'link show nonsense' 'netns'; do
	# shellcheck disable=SC2086
	ovl $words >"$WORK/hostile" 2>&1
	check_equal "$words: nor does a link's name" '[]' "$(acted_on "$WORK/hostile")"
done
check 'as JSON it is valid, too' sh -c 'ovl -j link | jq -e .'
kill "$unnamed"
