#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ovl link and ovl veth: each verb and option, read back with ip(8); several steps in one
# request, moves, idempotence, dry runs, --as ip, and what a refusal leaves behind: nothing.
. "$(dirname "$0")/../support/check.sh"
needs ip jq

# of DEV JQ [IP OPTIONS]: what ip says of a link.
of() {
	of_dev=$1 of_what=$2
	shift 2
	ip "$@" -j -d link show "$of_dev" 2>&1 | jq -c ".[0] | $of_what" 2>&1
}
exists() {
	ip "$@" link show >/dev/null 2>&1
}
names() {
	ip "$@" -j link | jq -r '.[].ifname' | sort | paste -sd' '
}
everything() {
	ip -j -d addr | jq -S 'map(del(.tso_max_size, .tso_max_segs, .qdisc, .operstate) |
		del(.. | .gc_timer?, .hello_timer?, .forward_delay_timer?, .tentative?) | .flags |= map(select(. == "UP")) |
		.addr_info |= map(select(.scope != "link")))'
}
# refused CODE TEXT WORDS…: ovl refuses with CODE and TEXT, and no link comes or goes.
refused() {
	refused_code=$1 refused_text=$2
	shift 2
	refused_before=$(everything)
	check_error "$refused_code" "$refused_text" "refused: ovl $*" ovl "$@"
	check_equal '... and nothing changed' "$refused_before" "$(everything)"
}

ip netns add n1
ip netns add n2

# --- add: all in one request
check 'link add makes a veth pair' ovl link add v0 type veth peer name v1
check_equal 'with both names' 'lo v0 v1' "$(names)"
check 'link del removes it by the other end' ovl link del v1
check_equal 'both ends' lo "$(names)"
check_prints 'without a peer the kernel names it, and ovl says how' veth0 ovl veth add v0
ovl link del v0
check 'every common option goes along' ovl link add name b0 address 02:00:00:00:00:01 mtu 1400 \
	ifgroup 7 txqueuelen 50 up numtxqueues 3 numrxqueues 2 index 77 alias 'two words' \
	addrgenmode none multicast off allmulticast on promisc on arp off altname other-name \
	addr 10.0.0.1/24 addr fd00::1/64 type ifb
check_equal 'address' '"02:00:00:00:00:01"' "$(of b0 .address)"
check_equal 'mtu' 1400 "$(of b0 .mtu)"
check_equal 'group' '"7"' "$(of b0 .group)"
check_equal 'txqueuelen' 50 "$(of b0 .txqlen)"
check_equal 'queues' '[3,2]' "$(of b0 '[.num_tx_queues, .num_rx_queues]')"
check_equal 'index' 77 "$(of b0 .ifindex)"
check_equal 'alias' '"two words"' "$(of b0 .ifalias)"
check_equal 'addrgenmode' '"none"' "$(of b0 .inet6_addr_gen_mode)"
check_equal 'altname' '["other-name"]' "$(of b0 .altnames)"
check_equal 'flags' '["BROADCAST","NOARP","ALLMULTI","PROMISC","UP","LOWER_UP"]' "$(of b0 .flags)"
check_equal 'addresses' '["10.0.0.1/24","fd00::1/64"]' \
	"$(ip -j addr show b0 | jq -c '.[0].addr_info | map("\(.local)/\(.prefixlen)")')"
ovl link del b0

# --- both ends of a veth, in their namespaces, with their final names
check 'veth add does it all' ovl veth add v0 netns n1 address 02:00:00:00:01:00 mtu 1300 up \
	addr 10.0.0.1/24 peer name v1 netns n2 address 02:00:00:00:01:01 mtu 1290 up ifgroup 9 \
	alias far addr 10.0.0.2/24 addrgenmode none
check_equal 'nothing is left here' lo "$(names)"
check_equal 'one end' '["02:00:00:00:01:00",1300,true]' \
	"$(of v0 '[.address, .mtu, (.flags | contains(["UP"]))]' -n n1)"
check_equal 'the other' '["02:00:00:00:01:01",1290,true,"9","far","none"]' \
	"$(of v1 '[.address, .mtu, (.flags | contains(["UP"])), .group, .ifalias, .inet6_addr_gen_mode]' -n n2)"
check 'which talk' ip netns exec n1 ping -c1 -W2 10.0.0.2
check 'del in a namespace' ovl -n n1 veth del v0
check_equal 'takes both ends' lo "$(names -n n2)"
ip link add br0 type bridge
ip -n n2 link add br2 type bridge
check 'peer master, which the kernel ignores in silence' ovl veth add p0 master br0 up peer p1 netns n2 \
	master br2 up
check_equal 'is kept here' '"br0"' "$(of p0 .master)"
check_equal 'and there' '"br2"' "$(of p1 .master -n n2)"
check_equal 'peer up, which the kernel refuses, too' true "$(of p1 '.flags | contains(["UP"])' -n n2)"
ovl veth del p0
check 'a veth in another namespace, its peer here' ovl veth add q0 netns n1 peer name q1 master br0
check_equal 'is there' 'lo q0' "$(names -n n1)"
check_equal 'and its peer here' '"br0"' "$(of q1 .master)"
ip link del q1
check '-n is where both ends are born' ovl -n n1 veth add r0 peer r1
check_equal 'both' 'lo r0 r1' "$(names -n n1)"
check '-n and netns: relative to where ovl runs' ovl -n n1 veth add r2 peer r3 netns n2
check_equal 'the other end' 'br2 lo r3' "$(names -n n2)"
ip -n n1 link del r0
ip -n n1 link del r2

# --- set
ip link add v0 type veth peer name v1
check 'set takes many values' ovl link set v0 mtu 1450 address 02:00:00:00:00:09 ifgroup 5 \
	txqueuelen 9 alias 'an alias' up promisc on addrgenmode none
check_equal 'which hold' '[1450,"02:00:00:00:00:09","5",9,"an alias",true,"none"]' "$(of v0 \
	'[.mtu, .address, .group, .txqlen, .ifalias, (.flags | contains(["UP", "PROMISC"])), .inet6_addr_gen_mode]')"
check '`group` is ifgroup where no kind owns the word' ovl link set v0 group 6
check_equal 'as ip has it' '"6"' "$(of v0 .group)"
check 'a group by name' ovl link set v0 group default
check_equal 'default' '"default"' "$(of v0 .group)"
check 'a group above 2^31' ovl link set v0 group 3221225473
check_equal 'which ip can only show' 3221225473 "$(ovl -j link show v0 | jq -r '.[0].group')"
check 'an empty alias takes it away' ovl link set v0 alias ''
check_equal 'gone' null "$(of v0 .ifalias)"
check 'set addr MAC means address, as in ip' ovl link set dev v0 addr 02:00:00:00:00:0a
check_equal 'address' '"02:00:00:00:00:0a"' "$(of v0 .address)"
check 'set addr A/LEN adds an address' ovl link set v0 addr 192.0.2.1/24
check_equal 'added' '"192.0.2.1"' "$(ip -j -4 addr show v0 | jq -c '.[0].addr_info[0].local')"
for flag in multicast:MULTICAST allmulticast:ALLMULTI promisc:PROMISC; do
	for value in off on; do
		ovl link set v0 "${flag%:*}" "$value"
		check_equal "${flag%:*} $value" "$([ "$value" = on ] && echo true || echo false)" \
			"$(of v0 ".flags | contains([\"${flag#*:}\"])")"
	done
done
ovl link set v0 arp off
check_equal 'arp off' true "$(of v0 '.flags | contains(["NOARP"])')"
ovl link set v0 arp on
check_equal 'arp on' false "$(of v0 '.flags | contains(["NOARP"])')"
ovl link set v0 down
check_equal 'down' false "$(of v0 '.flags | contains(["UP"])')"
check 'a link is renamed' ovl link set v0 name w0
check_equal 'w0' 'br0 lo v1 w0' "$(names)"
check 'renamed and changed' ovl link set w0 name v0 mtu 1333 up
check_equal 'both' '[1333,true]' "$(of v0 '[.mtu, (.flags | contains(["UP"]))]')"
check 'an altname is added' ovl link set v0 altname an-altname-longer-than-fifteen
check_equal 'it is there' '["an-altname-longer-than-fifteen"]' "$(of v0 .altnames)"
check 'and names the link' ovl link set an-altname-longer-than-fifteen mtu 1444
check_equal 'mtu' 1444 "$(of v0 .mtu)"
check 'also of an address' ovl addr add 192.0.2.9/24 dev an-altname-longer-than-fifteen
check 'master' ovl link set v0 master br0
check_equal 'br0' '"br0"' "$(of v0 .master)"
check 'nomaster' ovl link set v0 nomaster
check_equal 'none' null "$(of v0 .master)"
check 'a move' ovl link set v0 netns n1
check_equal 'there' 'lo v0' "$(names -n n1)"
check 'a move with a new name and master' ovl -n n1 link set v0 netns n2 name w2 master br2 up
check_equal 'there' '["br2",true]' "$(of w2 '[.master, (.flags | contains(["UP"]))]' -n n2)"
sleep 1000 &
pid=$!
check 'a move to a process' ovl -n n2 link set w2 netns "pid:$$"
check_equal 'back here' 'br0 lo v1 w2' "$(names)"
kill $pid
# Without the word in front, as ip has it; a namespace that is called so wins.
ip link set w2 netns n2
check 'a bare number is a process' ovl -n n2 link set w2 netns "$$"
check_equal 'back here' 'br0 lo v1 w2' "$(names)"
check_error 1 "netns 'pid:99999999': there is no such process" 'or nothing' ovl link set w2 netns 99999999
check 'also where a link is born' ovl -n n2 link add w3 netns "$$" type bridge
check_equal 'here' 'br0 lo v1 w2 w3' "$(names)"
ip link del w3
check_prints 'a dry run says so' "~ link w2 netns pid:$$" ovl --dry-run link set w2 netns "$$"
check_prints '--as ip has the number' "ip link set w2 netns $$" ovl --as ip link set w2 netns "$$"
check_equal 'a dry run knows the names it made' "+ netns 77
~ link w2 netns 77" "$(printf '%s\n' 'netns add 77' 'link set w2 netns 77' | ovl --dry-run -b -)"
ip netns add "$$"
check 'a namespace that is called so is meant first' ovl link set w2 netns "$$"
check_equal 'there' 'lo w2' "$(names -n "$$")"
ip -n "$$" link set w2 netns n2
ip netns del "$$"
check 'a file below /run/netns is the namespace' ovl -n n2 link set w2 netns /run/netns/n1
check_equal 'there' 'lo w2' "$(names -n n1)"
check 'also /var/run/netns' ovl -n n1 link set w2 netns /var/run/netns/n2
check_equal 'there' 'br2 lo w2' "$(names -n n2)"
check_error 1 "'/proc/1/ns/net' is no namespace" 'another is none' ovl link set v1 netns /proc/1/ns/net
ip -n n2 link del w2

# --- what few drivers know
ip link add few0 type veth peer name few1
# ip 6.1 cannot show the last ones.
for word in gso_max_size gso_max_segs gro_max_size gso_ipv4_max_size gro_ipv4_max_size; do
	if [ "$(ovl -j -d link show few0 | jq ".[0] | has(\"$word\")")" = false ]; then
		check_error 2 "'$word': this kernel does not know it" "$word is refused" \
			ovl link set few0 alias new $word 9000
		check_equal 'before anything is set' null "$(of few0 .ifalias)"
		check_error 0 "'$word' has no effect" 'or told to have no effect' \
			ovl link add few9 $word 9000 type bridge
		ip link del few9
		continue
	fi
	check "$word" ovl link set few0 $word 9000
	check_equal 'is that' 9000 "$(ovl -j -d link show few0 | jq ".[0].$word")"
done
check_error 2 'Protodown not supported by device' 'protodown, of what knows none' ovl link set few0 protodown on
check_error 2 "link 'few0': kernel: Operation not supported" 'carrier, of what knows none' ovl link set few0 carrier off
check_prints 'both as ip says them' 'ip link set few0 protodown on carrier off' ovl --as ip link set few0 carrier off protodown on
check 'a vxlan is made with protodown' ovl -q link add pd0 protodown on up type vxlan id 77
check_equal 'and has it' true "$(of pd0 .proto_down)"
check 'set off' ovl link set pd0 protodown off
check_equal 'is off' null "$(of pd0 .proto_down)"
check 'a reason for protodown' ovl link set pd0 protodown on protodown_reason 3 on
check_equal 'is told' '[true,["3"]]' "$(of pd0 '[.proto_down, .proto_down_reason]')"
check_equal 'here, too' '[true,["3"]]' "$(ovl -j link show pd0 | jq -c '.[0] | [.proto_down, .proto_down_reason]')"
check_error 2 'active reasons' 'which keeps it down' ovl link set pd0 protodown off
check 'with the reason gone' ovl link set pd0 protodown off protodown_reason 3 off
check_equal 'it is not' '[null,null]' "$(of pd0 '[.proto_down, .proto_down_reason]')"
check_prints 'as ip says it' 'ip link set pd0 protodown_reason 4 on' ovl --as ip link set pd0 protodown_reason 4 on
ip link del pd0
if kernel_has dummy; then
	check 'a dummy with no carrier' ovl link add du0 up carrier off type dummy
	no_carrier() {
		[ "$(of du0 '.flags | contains(["NO-CARRIER"])')" = true ]
	}
	check 'has none' wait_for no_carrier
	check 'carrier on' ovl link set du0 carrier on
	check_equal 'it has' false "$(of du0 '.flags | contains(["NO-CARRIER"])')"
	ip link del du0
fi

# --- other kinds
check_error 1 "a vrf needs 'table TABLE'" 'a vrf without a table' ovl link add vr0 type vrf
check_prints 'a vrf as ip says it' 'ip link add vr0 type vrf table 100' ovl --as ip link add vr0 type vrf table 100
if kernel_has vrf table 100; then
	check 'a vrf' ovl link add vr0 up type vrf table 100
	check_equal 'its table' 100 "$(of vr0 .linkinfo.info_data.table)"
	check 'a port of it' ovl link set few0 vrf vr0
	check_equal 'is listed' '["few0"]' "$(ovl -j link show vrf vr0 | jq -c 'map(.ifname)')"
	check_equal 'so are its addresses' "$(ip -j addr show vrf vr0 | jq -c 'map(.addr_info)')" \
		"$(ovl -j addr show vrf vr0 | jq -c 'map(.addr_info)')"
	check_equal 'and its routes' "$(ip -j route show vrf vr0 | jq -c 'map(.dst)')" \
		"$(ovl -j route show vrf vr0 | jq -c 'map(.dst)')"
	ip link set few0 nomaster
	ip link del vr0
else
	skip 'this kernel has no vrf'
fi
ip link del few0
if kernel_has macvlan link br0 2>/dev/null || ip link add name probe-kind link br0 type macvlan 2>/dev/null; then
	ip link del probe-kind 2>/dev/null
	check 'a macvlan' ovl link add m0 link br0 type macvlan mode bridge
	check_equal 'its mode' '["bridge","br0"]' "$(of m0 '[.linkinfo.info_data.mode, .link]')"
	check 'set of a kind option' ovl link set m0 type macvlan mode private
	check_equal 'its mode' '"private"' "$(of m0 .linkinfo.info_data.mode)"
	check 'a macvlan born elsewhere' ovl link add m1 netns n1 link br0 type macvlan
	check_equal 'is there' 'lo m1' "$(names -n n1)"
	check 'one whose link is elsewhere' ovl link add m2 link n2/br2 type macvlan mode vepa
	check_equal 'is here' true "$(of m2 'has("link_netnsid")')"
	ip link del m0
	ip -n n1 link del m1
	ip link del m2
else
	skip 'macvlan: this kernel has none'
fi
for kind in dummy vlan; do
	if [ $kind = vlan ]; then
		set -- link br0 type vlan id 7
	else
		set -- type dummy
	fi
	if ip link add name probe-kind "$@" 2>/dev/null; then
		ip link del probe-kind
		check "a $kind" ovl link add k0 "$@"
		ip link del k0
	else
		refused 2 "this kernel has no '$kind'" link add k0 "$@"
	fi
done

# --- all of a group
group() {
	ip link add g1 group 7 type veth peer name g2 group 7
	ip link add g3 group 7 type bridge
	ip link add g4 link g3 group 7 type macvlan
	ip link add g5 group 8 type bridge
}
group
refused 1 'stays' link del group 7 stays
refused 1 'no link in group' link del group 9
refused 1 'is of all links' link del group default
ip link set lo group 7
refused 1 "'lo' of the group cannot be removed" link del group 7
ip link set lo group 0
group_before=$(names)
check_prints 'link del group: each is shown, who falls with the other end is not' '- link g4
- link g3
- link g1' ovl --dry-run link del group 7
ovl --as ip link del group 7 >"$WORK/commands"
check_equal 'neither did that' "$group_before" "$(names)"
check 'link del group' ovl link del group 7
group_after=$(names)
check_equal 'removes what is in it' '' "$(ip -br link show group 7)"
check 'and nothing else' ip link show g5
check '-i: none is there' ovl -i link del group 7
ip link del g5
group
check 'the commands of --as ip run' sh -e "$WORK/commands"
check_equal 'and remove the same' "$group_after" "$(names)"
ip link add g3 group 7 type bridge
ip link add g1 group 7 type veth peer name g2 group 7
check 'link del group GROUP type KIND' ovl link delete group 7 type veth
check_fails 1 'removes those of the kind' ip link show g1
check 'alone' ip link show g3
ip link del g3
ip link del g5
ip link add name group type bridge
check 'a link may be called group' ovl link del group type bridge
check_fails 1 'and is meant when nothing follows' ip link show dev group

# --- idempotence
ip link add v0 mtu 1400 type veth peer name v1
refused 2 'exists' link add v0 type veth peer v1
check '-i add of what exists with the same values' ovl -i veth add v0 mtu 1400 peer v1
refused 2 'mtu is 1400, not 1500: kernel: File exists' -i veth add v0 mtu 1500 peer v1
refused 2 "its other end is not 'other': kernel" -i veth add v0 peer other
refused 2 'peer: mtu is 1500, not 1300: kernel' -i veth add v0 peer v1 mtu 1300
refused 2 "its other end is not 'v1'" -i veth add v0 peer v1 netns n1
refused 2 'it is no ifb but a veth: kernel' -i link add v0 type ifb
refused 1 "both ends cannot be called 'v9' in one namespace" veth add v9 peer v9
check '-i del of what is gone' ovl -i link del gone
refused 1 "there is no link 'gone'" link del gone
check '-i set is set' ovl -i link set v0 mtu 1400
ip link del v0

# --- dry runs
changing() {
	# The leak checker cannot run under strace.
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -f -o "$WORK/trace" -e trace=sendto,sendmsg,ioctl "$@" >/dev/null 2>&1
	grep -cE 'RTM_(NEW|DEL|SET)|SIOCS' "$WORK/trace"
}
check_prints '--dry-run shows the steps' '+ link v0 mtu 1400 type veth peer name v1 netns n1
~ n1: link v1 up' ovl --dry-run veth add v0 mtu 1400 peer v1 netns n1 up
check_equal 'and makes nothing' 'br0 lo' "$(names)"
if command -v strace >/dev/null && strace true 2>/dev/null; then
	check_equal '--dry-run sends no change' 0 \
		"$(changing ovl --dry-run veth add v0 peer v1 up netns n1)"
	check_equal '--as ip neither' 0 "$(changing ovl --as ip link set br0 mtu 1400 up)"
	check_equal 'nor does a line with a wrong word at its end' 0 \
		"$(changing ovl link set br0 mtu 1400 up tpye x)"
	check_equal 'nor does show' 0 "$(changing ovl -d link show)"
	check_equal 'one request makes a pair with MACs, mtus, groups, master, up, namespaces' 1 \
		"$(changing ovl veth add s0 address 02:00:00:00:00:01 mtu 1400 ifgroup 5 master br0 up \
			peer s1 netns n1 address 02:00:00:00:00:02 mtu 1400 ifgroup 5)"
	check_equal 'which holds' '["br0",1400]' "$(of s0 '[.master, .mtu]')"
	ip link del s0
	ip link add s0 type veth peer name s1
	changing ovl link del s0 >/dev/null
	# An index may be another link's by then.
	check_contains 'a link is deleted by its name' 'ifi_index=0' "$(grep RTM_DELLINK "$WORK/trace")"
	check_contains 'which is s0' '"s0"' "$(grep RTM_DELLINK "$WORK/trace")"
else
	skip 'strace may not run here'
fi

# --- --as ip: run by sh, its commands give the same
picture() {
	for ns in '' n1 n2; do
		ip ${ns:+-n $ns} -j -d addr
	done | jq -cS '.[] | select(.ifname != "lo")
		| del(.ifindex, .link_index, .link_netnsid, .operstate, .stats64) | .flags -= ["NO-CARRIER"]
		| del(.tso_max_size, .tso_max_segs) | .addr_info |= (map(select(.scope != "link") | del(.valid_life_time, .tentative)) | sort_by(.local))
		| del(.. | .address? // empty | select(startswith("02:") | not))'
}
clean() {
	for ns in '' n1 n2; do
		# shellcheck disable=SC2046
		for dev in $(ip ${ns:+-n $ns} -j link | jq -r '.[].ifname'); do
			[ "$dev" = lo ] || ip ${ns:+-n $ns} link del "$dev" 2>/dev/null
		done
	done
	ip link add br0 address 02:00:00:00:00:b0 type bridge
	ip link add v9 address 02:00:00:00:00:c0 type veth peer name v8 address 02:00:00:00:00:c1
}
same_by_ip() {
	clean
	ovl "$@" >"$WORK/direct" 2>&1 || not_ok "ovl $* works"
	picture >"$WORK/direct"
	clean
	ovl --as ip "$@" >"$WORK/commands"
	sh -e "$WORK/commands" >"$WORK/run" 2>&1 || {
		cat "$WORK/commands" "$WORK/run" | sed 's/^/# /'
		not_ok "--as ip $*: the commands run"
	}
	check_equal "--as ip: $*" "$(cat "$WORK/direct")" "$(picture)"
}
same_by_ip link add x0 address 02:00:00:00:00:01 mtu 1400 ifgroup 7 txqueuelen 50 up numtxqueues 3 \
	alias 'two words; $(x) "quoted"' addrgenmode none multicast off arp off addr 10.0.0.1/24 \
	addr fd00::1/64 type ifb
same_by_ip veth add x0 netns n1 address 02:00:00:00:01:00 mtu 1300 up addr 10.0.0.1/24 \
	peer name x1 netns n2 address 02:00:00:00:01:01 mtu 1200 up alias far addr 10.0.0.2/24
same_by_ip veth add x0 address 02:00:00:00:00:01 master br0 up peer x1 address 02:00:00:00:00:02 up
same_by_ip -n n1 veth add x0 address 02:00:00:00:00:01 peer x1 address 02:00:00:00:00:02 netns n2 up
same_by_ip link set v9 name y9 mtu 1400 up ifgroup 3 alias new master br0
same_by_ip link set v9 netns n1
same_by_ip link set v9 nomaster down arp off promisc on
same_by_ip link del v9
same_by_ip link set v9 altname other
clean

# --- refusals
refused 1 "'tpye' is not known here (did you mean 'type'?)" link add x0 tpye veth
refused 1 "did you mean 'veth'" link add x0 type vteh
refused 1 'is longer than 15 characters' link add sixteencharacter type veth
refused 1 "has a '/'" link add a/b type veth
refused 1 'blank or control' link add 'a b' type veth
refused 1 "'mtu' is given twice" link add x0 mtu 1400 mtu 1500 type veth
refused 1 "'mtu' needs a value" link add x0 type veth mtu
refused 1 "mtu" link add x0 mtu big type veth
refused 1 'is above' link add x0 numtxqueues 5000 type veth
refused 1 "there is no link 'nobr'" link add x0 master nobr type veth
refused 1 "nons" veth add x0 netns nons
refused 1 "nons" veth add x0 peer x1 netns nons
refused 1 "needs 'type KIND'" link add x0 mtu 1400
refused 1 'a NAME is needed' link add type veth
refused 1 "'peer' goes with type veth only" link add x0 type bridge peer x1
refused 1 'nothing to set' link set v9
refused 1 "there is no link 'x9'" link set x9 up
refused 1 "'master' is given twice: 'nomaster' sets it again" link set v9 master br0 nomaster
refused 1 "'veth' has no verb" veth frobnicate
refused 1 "is no veth but a bridge" veth del br0
refused 1 "is no veth but a bridge" veth set br0 up
refused 1 "is no address" link add x0 type ifb addr 10.0.0.300/24
refused 1 "address: '02:00' is no mac" link add x0 address 02:00 type ifb
refused 1 'not known' link del v9 now
refused 1 '--all-netns' -A link del v9
refused 2 'mtu' link set v9 mtu 20
refused 2 "'v8'" veth add x0 peer v8
ip link set v9 up
refused 1 "'index' cannot change" link set v9 index 9999
refused 1 "'numtxqueues' cannot change" link set v9 numtxqueues 9
# Of two values the kernel takes the first and refuses the second.
refused 2 'v9' link set v9 alias new mtu 20
refused 2 'v9' link set v9 ifgroup 9 mtu 20 promisc on
refused 2 'v9' link set v9 address 02:00:00:00:00:44 mtu 70000 down
refused 2 'v9' link set v9 name y9 mtu 70000
# What was done before it is undone: the name, the namespace, what was none before.
refused 2 'v9' link set v9 name y9 alias new master v8
if kernel_renames_up; then
	refused 2 'y9' link set v9 name y9 addr 10.0.0.1/24 addr ff02::1/64
else
	refused 2 'before Linux 6.2 a link that is up keeps its name' link set v9 name y9
fi
refused 2 'v9' link set v9 master br0 alias new addr 10.0.0.1/24 addr ff02::1/64
ip link set v9 down
refused 2 'y9' link set v9 netns n1 name y9 addr 10.0.0.1/24 addr ff02::1/64
# What the creating message made goes when a later step is refused.
refused 2 '' link add x0 type ifb addr 10.0.0.1/24 addr ff02::1/64
refused 2 '' veth add x0 master br0 addr 10.0.0.1/24 addr ff02::1/64 peer x1 up
refused 2 '' veth add x0 peer x1 netns n1 mtu 1400 addr 10.0.0.1/24 addr ff02::1/64
check_equal 'nor is anything left in the other namespace' lo "$(names -n n1)"
check_error 2 'CAP_NET_ADMIN' 'without the right, it is named' \
	setpriv --bounding-set -net_admin --inh-caps -net_admin ovl link add x0 type veth

# Found by a reader with fresh eyes
check_error 1 'given twice' 'an address given twice' ovl link add twice type bridge addr 10.4.4.4/24 addr 10.4.4.4/24
check_error 1 "did you mean 'bridge'" 'a kind misspelt in a filter' ovl link show type brige
check 'a kind without a table is no mistake' ovl link show type tun
ip link add fbr type bridge
ip link add fv0 type veth peer name fv1
ip link add fv2 group 7 type veth peer name fv3
ip link set fv0 master fbr
ip link set fv0 up
for words in '' up 'master fbr' nomaster 'type veth' 'type bridge' 'type bridge_slave' 'group 7' \
	'group default' 'master fbr up' 'master fbr dev fv0' 'up dev fv0'; do
	ip_selects "$words" || continue
	# shellcheck disable=SC2086
	check_equal "link show $words lists what ip lists" \
		"$(ip -j link show $words | jq -r '.[].ifname // empty' | sort)" \
		"$(ovl -j link show $words | jq -r '.[].ifname' | sort)"
done
# ip before 6.13 has no `down`.
check_equal 'link show down lists what is not up' \
	"$(ip -j link show | jq -r '.[] | select(.flags | index("UP") | not).ifname' | sort)" \
	"$(ovl -j link show down | jq -r '.[].ifname' | sort)"
check_equal 'also with other words' "$(printf 'fv1\nfv2\nfv3')" \
	"$(ovl -j link show nomaster type veth down | jq -r '.[].ifname' | grep fv)"
check_error 1 "link 'fbr' is no vrf" 'show vrf of what is none' ovl link show vrf fbr
check_error 1 "there is no link 'nope'" 'show master of a link that is not there' ovl link show master nope
ip netns add with
ip netns add without
ip -n with link add fbr type bridge
ip -n with link add fv0 master fbr type veth peer name fv1
check_equal '-A shows the ports of a master that not every namespace has' '[["with","fv0"]]' \
	"$(ovl -A -j link show master fbr | jq -c 'map([.netns, .ifname])')"
check_equal 'and its entries' '["with"]' \
	"$(ovl -A -j fdb show br fbr | jq -c 'map(.netns) | unique')"
ip netns del with
ip netns del without
ip link del fv0
ip link del fv2
ip link del fbr

# A step that is taken back does not bring back what fell with it: that is told
ip link add lose0 type veth peer name lose1
ip addr add 10.3.3.1/24 dev lose0
ip link set lose0 up
check_error 4 "what hung on veth 'lose0'" 'a link set down and up again has lost something' \
	ovl link set lose0 down mtu 1400 addr 10.3.4.1/24 addr ff02::1/64
check_equal 'it is up, and has its mtu' 'true 1500' \
	"$(ip -j link show lose0 | jq -r '.[0] | "\(.flags | contains(["UP"])) \(.mtu)"')"
