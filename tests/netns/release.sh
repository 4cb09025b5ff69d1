#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a lab changed of somebody else's is given back as it was, by a file that names it no more
# and by destroy; read back through ip, bridge and sysctl.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq sysctl
kernel_has veth peer name probe-peer || skip_all 'this kernel has no veth'
kernel_has bridge || skip_all 'this kernel has no bridge'
kernel_has ifb || skip_all 'this kernel has no ifb'

# state: all that somebody else's links and namespaces are, as the kernel has it.
state() {
	for ns in '' other; do
		ip ${ns:+-n "$ns"} -j -d link | jq -c 'sort_by(.ifname)[] |
			[.ifname, .altnames, (.flags | map(select(. == "UP" or . == "PROMISC"))), .mtu, .master, .group, .address,
			.ifalias, .txqlen, .linkinfo.info_kind,
			(.linkinfo.info_data // {} | with_entries(select(.key | test("timer|root|bridge_id|change") | not))),
			(.linkinfo.info_slave_data // {} | [.priority, .hairpin, .isolated, .flood])]'
		ip ${ns:+-n "$ns"} -j addr | jq -c 'sort_by(.ifname)[] | .ifname as $dev | .addr_info |
			sort_by(.local)[] | select(.scope != "link") | [$dev, .local, .prefixlen, .dynamic, .protocol]'
		ip ${ns:+-n "$ns"} -4 route show table all | sed 's/ linkdown//;s/ *$//' | sort
		ip ${ns:+-n "$ns"} -4 neigh show | sort
		bridge ${ns:+-n "$ns"} fdb show | grep -v -e permanent -e '33:33:' -e '01:00:5e' | sort
		for key in net.ipv4.ip_forward net.ipv4.conf.eth0.proxy_arp net.ipv4.conf.eth0.rp_filter; do
			${ns:+ip netns exec "$ns"} sysctl "$key"
		done
	done 2>/dev/null
	true
}
is_as_before() {
	state >"$WORK/now"
	check "$1" diff "$2" "$WORK/now"
}
mtu_of() {
	ip -j link show "$1" | jq '.[0].mtu'
}
former_of() {
	find /run/ovl /var/lib/ovl -path "*/$1/former" 2>/dev/null
}
empty() {
	printf 'ovl: 1\nlab: %s\n' "$1" >"$WORK/empty-$1.yaml"
	echo "$WORK/empty-$1.yaml"
}

# --- Somebody else's machine: a link, one with an alias, a bridge with a port, a namespace
ip link add eth0 mtu 1500 type ifb
ip link set eth0 alias 'the uplink' txqueuelen 77
ip link add eth1 type ifb
ip link add theirs type bridge ageing_time 12300
ip link add port0 type ifb
ip link set port0 master theirs
bridge link set dev port0 priority 9 isolated on
ip link set eth0 up
ip link set theirs up
ip netns add other
ip -n other link add eth0 mtu 1480 type ifb
ip addr add 192.0.2.1/24 dev eth0
ip addr add 192.0.2.7/24 dev eth0 valid_lft 4000 preferred_lft 3000
ip route add 203.0.113.0/24 via 192.0.2.9 proto 42
ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev eth0 nud permanent
ip neigh add 192.0.2.10 lladdr 02:00:00:00:00:0a dev eth0 extern_learn
bridge fdb add 02:00:00:00:00:0b dev port0 master static
bridge fdb add 02:00:00:00:00:0c dev port0 master extern_learn
sysctl -qw net.ipv4.ip_forward=0 net.ipv4.conf.eth0.rp_filter=2 net.ipv4.conf.eth0.proxy_arp=0
ip netns exec other sysctl -qw net.ipv4.ip_forward=0
check_contains 'there is an address that is to expire' '"dynamic":true' "$(ip -j addr show eth0)"
check_contains 'a neighbour that another program learned' extern_learn "$(ip neigh show dev eth0)"
check_contains 'and a MAC' extern_learn "$(bridge fdb show dev port0)"
state >"$WORK/before"

cat >"$WORK/lab.yaml" <<'YAML'
ovl: 1
lab: demo
links:
  br0: {type: bridge}
  eth0: {manage: patch, mtu: 1400, alias: "lab's: \"now\"", txqueuelen: 10, addr: [198.51.100.1/24]}
  eth1: {manage: patch, up: on, master: br0, port: {isolated: on}}
  theirs: {type: bridge, adopt: true, ageing_time: 200s, alias: ours}
  port0: {manage: patch, port: {priority: 3, isolated: off}}
routes: [10.99.0.0/16 via 192.0.2.9]
arp: [192.0.2.11 lladdr 02:00:00:00:00:11 dev eth0]
sysctl: {net.ipv4.ip_forward: 1, net.ipv4.conf.eth0.proxy_arp: 1}
netns:
  other:
    manage: patch
    links: {eth0: {manage: patch, mtu: 1300, addr: [10.5.0.1/24]}}
    sysctl: {net.ipv4.ip_forward: 1}
YAML
check 'a lab that changes what others have is applied' ovl apply "$WORK/lab.yaml"
check_equal 'a link of theirs is changed' 1400 "$(mtu_of eth0)"
check_equal 'a port of theirs is the lab'\''s bridge'\''s' br0 "$(ip -j link show eth1 | jq -r '.[0].master')"
check_equal 'a setting of theirs is changed' 1 "$(sysctl -n net.ipv4.ip_forward)"
check_equal 'what they had is written down' 1 "$(former_of demo | wc -l)"
check_equal 'readable by another ovl' 0 "$(ovl check "$(former_of demo)" >/dev/null 2>&1; echo $?)"
check_prints 'nothing differs' '' ovl diff "$WORK/lab.yaml"
check_contains 'a second apply has nothing to do' 'nothing to do' "$(ovl apply "$WORK/lab.yaml")"

# --- A file that names it no more
gone=$(empty demo)
check_fails 3 'diff tells what goes back' ovl diff "$gone"
ovl diff "$gone" >"$WORK/diff" || :
check_contains 'the value it had' '~ link eth0' "$(cat "$WORK/diff")"
check_contains 'also that of a setting' 'net.ipv4.ip_forward  value 1 -> 0' "$(cat "$WORK/diff")"
check_contains 'also of what was taken over' 'given back, not removed' "$(cat "$WORK/diff")"
ovl plan "$gone" >"$WORK/plan" || :
check_contains 'the plan has the steps' 'mtu 1500' "$(cat "$WORK/plan")"
check 'it is applied' ovl apply "$gone"
is_as_before 'and all of it is as it was' "$WORK/before"
check_prints 'nothing differs then' '' ovl diff "$gone"

# --- destroy
check 'the lab is applied again' ovl apply "$WORK/lab.yaml"
check 'and destroyed' ovl destroy demo
is_as_before 'all of it is as it was' "$WORK/before"
check_equal 'and the file is gone' '' "$(former_of demo)"

# --- One value of several; what was first is what goes back
cat >"$WORK/two.yaml" <<'YAML'
ovl: 1
lab: demo
links: {eth0: {manage: patch, mtu: 1350}}
YAML
check 'the lab is applied' ovl apply "$WORK/lab.yaml"
check 'another file names one value of it' ovl apply "$WORK/two.yaml"
check_equal 'which has the value of that file' 1350 "$(mtu_of eth0)"
check_equal 'the others are as they were' 'the uplink' "$(ip -j link show eth0 | jq -r '.[0].ifalias')"
check 'destroy' ovl destroy demo
is_as_before 'gives back what it was before the first' "$WORK/before"

# --- What was given back is not remembered
check 'it is applied' ovl apply "$WORK/two.yaml"
check 'and given back' ovl apply "$gone"
ip link set eth0 mtu 1450
check 'somebody changes it, and the lab does' ovl apply "$WORK/two.yaml"
check 'destroy' ovl destroy demo
check_equal 'gives back what it was last' 1450 "$(mtu_of eth0)"
ip link set eth0 mtu 1500

# --- Changed by hand in between: left, and told
check 'the lab is applied' ovl apply "$WORK/lab.yaml"
ip link set eth0 mtu 1333
sysctl -qw net.ipv4.conf.eth0.proxy_arp=0 net.ipv4.ip_forward=0
sysctl -qw net.ipv4.conf.eth0.rp_filter=2
ip link set port0 nomaster
ovl destroy demo >"$WORK/out" 2>&1
check_equal 'destroy ends well' 0 $?
check_contains 'what somebody changed is told' "mtu of 'eth0'" "$(cat "$WORK/out")"
check_equal 'and left' 1333 "$(mtu_of eth0)"
check_equal 'the rest goes back' 'the uplink' "$(ip -j link show eth0 | jq -r '.[0].ifalias')"
ip link set eth0 mtu 1500
ip link set port0 master theirs
bridge link set dev port0 priority 9 isolated on
bridge fdb add 02:00:00:00:00:0b dev port0 master static
bridge fdb add 02:00:00:00:00:0c dev port0 master extern_learn
is_as_before 'which is all of it' "$WORK/before"

# --- A port of another's bridge, which is gone when it would go back there
cat >"$WORK/port.yaml" <<'YAML'
ovl: 1
lab: demo
links:
  br0: {type: bridge}
  port0: {manage: patch, master: br0}
YAML
check "a port is taken from somebody's bridge" ovl apply "$WORK/port.yaml"
check 'destroy' ovl destroy demo
check_equal 'puts it back there, with what it was' '["theirs",9,true]' \
	"$(ip -j -d link show port0 | jq -c '.[0] | [.master, .linkinfo.info_slave_data.priority, .linkinfo.info_slave_data.isolated]')"
bridge fdb add 02:00:00:00:00:0b dev port0 master static
bridge fdb add 02:00:00:00:00:0c dev port0 master extern_learn
is_as_before 'as it was' "$WORK/before"
check 'it is taken again' ovl apply "$WORK/port.yaml"
ip link del theirs
ovl destroy demo >"$WORK/out" 2>&1
check_equal 'destroy ends well when that bridge is gone' 0 $?
check_contains 'and tells it' "master of 'port0'" "$(cat "$WORK/out")"
check_equal 'the port is still there' null "$(ip -j link show port0 | jq '.[0].master')"
ip link add theirs type bridge ageing_time 12300
ip link set theirs up
ip link set port0 master theirs
bridge link set dev port0 priority 9 isolated on
bridge fdb add 02:00:00:00:00:0b dev port0 master static
bridge fdb add 02:00:00:00:00:0c dev port0 master extern_learn
state >"$WORK/before"

# --- The file lost, or not to be read
check 'the lab is applied' ovl apply "$WORK/two.yaml"
rm "$(former_of demo)"
check 'destroy without the file' ovl destroy demo
check_equal 'leaves the value' 1350 "$(mtu_of eth0)"
ip link set eth0 mtu 1500
is_as_before 'and nothing else' "$WORK/before"
check 'the lab is applied' ovl apply "$WORK/two.yaml"
echo '{' >"$(former_of demo)"
ovl destroy demo >"$WORK/out" 2>&1
check_equal 'a file that cannot be read does no harm' 0 $?
check_contains 'and is told' 'cannot be read' "$(cat "$WORK/out")"
check_equal 'the value stays' 1350 "$(mtu_of eth0)"
ip link set eth0 mtu 1500

# --- Everything of ovl's own lost: what is there stays
check 'the lab is applied' ovl apply "$WORK/lab.yaml"
rm -rf /run/ovl /var/lib/ovl
check_equal 'what was taken over still says so' 'ovl:demo:adopted ours' "$(ip -j link show theirs | jq -r '.[0].ifalias')"
check_fails 5 'destroy leaves a port of others in its bridge, as nothing says who put it there' ovl destroy demo
ip link set eth1 nomaster
check 'destroy that knows nothing more' ovl destroy demo
check_equal 'removes no link of others' '["eth0","eth1","port0","theirs"]' \
	"$(ip -j link | jq -c '[.[].ifname | select(. != "lo")] | sort')"
check_equal 'takes its word from what it took over' ours "$(ip -j link show theirs | jq -r '.[0].ifalias')"
check_contains 'no address of theirs' '192.0.2.1/24' "$(ip addr show eth0)"
check_contains 'no route of theirs' '203.0.113.0/24' "$(ip route)"
check_contains 'and an entry that may be its own stays' '198.51.100.1/24' "$(ip addr show eth0)"
ip addr del 198.51.100.1/24 dev eth0
ip route del 10.99.0.0/16
ip neigh del 192.0.2.11 dev eth0
ip link set eth0 mtu 1500 alias 'the uplink' txqueuelen 77
ip link set eth1 down
ip link set theirs alias ''
ip link set theirs type bridge ageing_time 12300
bridge link set dev port0 priority 9 isolated on
sysctl -qw net.ipv4.ip_forward=0 net.ipv4.conf.eth0.proxy_arp=0
sysctl -qw net.ipv4.conf.eth0.rp_filter=2
ip -n other addr del 10.5.0.1/24 dev eth0
ip -n other link set eth0 mtu 1480
ip netns exec other sysctl -qw net.ipv4.ip_forward=0
is_as_before 'as it was' "$WORK/before"

# --- Two labs: one changes the other's link
cat >"$WORK/one.yaml" <<'YAML'
ovl: 1
lab: one
links: {up0: {type: ifb, mtu: 1490}}
YAML
cat >"$WORK/guest.yaml" <<'YAML'
ovl: 1
lab: guest
links: {up0: {manage: patch, mtu: 1420, txqueuelen: 5, addr: [10.7.0.1/24]}}
YAML
check 'a lab' ovl apply "$WORK/one.yaml"
ip -j -d link show up0 | jq -c '.[0] | [.mtu, .txqlen, .ifalias, .group]' >"$WORK/up0"
check 'and a guest on its link' ovl apply "$WORK/guest.yaml"
check_equal 'which changes it' 1420 "$(mtu_of up0)"
check 'the guest leaves' ovl destroy guest
check_equal 'and the link is as it was' "$(cat "$WORK/up0")" \
	"$(ip -j -d link show up0 | jq -c '.[0] | [.mtu, .txqlen, .ifalias, .group]')"
check_prints 'for its own lab, too' '' ovl diff "$WORK/one.yaml"
check 'the guest comes again' ovl apply "$WORK/guest.yaml"
check 'the host goes first' ovl destroy one
check 'and then the guest' ovl destroy guest
is_as_before 'nothing is left' "$WORK/before"

# --- A failed apply, and a change that is not confirmed, remember nothing wrong
cat >"$WORK/fails.yaml" <<'YAML'
ovl: 1
lab: demo
links: {eth0: {manage: patch, mtu: 1370}}
sysctl: {net.ipv4.conf.eth0.rp_filter: 77777777777777}
YAML
check_fails 2 'an apply that the kernel refuses' ovl apply "$WORK/fails.yaml"
is_as_before 'is taken back' "$WORK/before"
ip link set eth0 mtu 1460
check 'somebody changes it, and then the lab' ovl apply "$WORK/two.yaml"
check 'destroy' ovl destroy demo
check_equal 'gives back what somebody made it' 1460 "$(mtu_of eth0)"
ip link set eth0 mtu 1500
check 'the lab is applied' ovl apply "$WORK/lab.yaml"
state >"$WORK/applied"
check 'a prune that waits to be confirmed' ovl --confirm 5m apply "$gone"
check 'is taken back' ovl rollback demo
is_as_before 'with the values of the lab' "$WORK/applied"
check 'a destroy that waits' ovl --confirm 5m destroy demo
check 'is taken back' ovl rollback demo
is_as_before 'likewise' "$WORK/applied"
check 'destroy' ovl destroy demo
is_as_before 'still gives back all' "$WORK/before"

# --- Entries that were there and that the lab changes; altnames that it gives
ip link property add dev eth0 altname theirs-too
ip route add 203.0.113.128/25 via 192.0.2.9 metric 50
ip -n other neigh add 192.0.2.20 lladdr 02:00:00:00:00:20 dev eth0 nud permanent
lifetimes() {
	ip -j addr show eth0 | jq -c '.[0].addr_info[] | select(.family == "inet") |
		[.local, .prefixlen, .broadcast, .label, .valid_life_time > 4294967294, .protocol]'
	ip route show 203.0.113.128/25
	bridge fdb show dev port0 | grep 02:00:00:00:00:0b
	ip -d neigh show dev eth0 | grep 192.0.2.9
	ip -n other -d neigh show
}
lifetimes >"$WORK/entries"
state >"$WORK/before"
cat >"$WORK/entries.yaml" <<'YAML'
ovl: 1
lab: demo
links:
  eth0: {manage: patch, altname: [uplink, theirs-too], addr: [192.0.2.1/24 valid_lft 5000 preferred_lft 5000]}
  eth1: {manage: patch}
  theirs: {manage: patch}
  port0: {manage: patch}
routes: [203.0.113.128/25 via 192.0.2.1 dev eth0 metric 50]
arp: [192.0.2.9 lladdr 02:00:00:00:00:99 dev eth0]
fdb: ['02:00:00:00:00:0b dev port0 master sticky']
netns:
  other:
    manage: patch
    links: {eth0: {manage: patch, altname: inner}}
    arp: [192.0.2.20 lladdr 02:00:00:00:00:21 dev eth0]
YAML
check 'a lab that changes what entries of others are' ovl apply "$WORK/entries.yaml"
check_equal 'an altname is given' '["theirs-too","uplink"]' "$(ip -j link show eth0 | jq -c '.[0].altnames | sort')"
check_contains 'a neighbour is changed' 02:00:00:00:00:99 "$(ip neigh show dev eth0)"
check_contains 'a MAC is' sticky "$(bridge fdb show dev port0)"
check 'how they were can be read by another ovl' ovl check "$(former_of demo)"
ip neigh add 192.0.2.77 lladdr 02:00:00:00:00:77 dev eth0 nud permanent protocol 111
ip -n other route add unreachable 203.0.113.0/24 protocol 111
check_equal 'status: what says it is a lab'\''s is one'\''s whose file names it' \
	'["arp '\''192.0.2.77 dev","route '\''unreachable 203.0.113.0/24"]' \
	"$(ovl -j status | jq -c '.orphans | map(split(" ")[:3] | join(" "))')"
check_equal 'of one lab no others are told' '[]' "$(ovl -j status demo | jq -c .orphans)"
ip neigh del 192.0.2.77 dev eth0
ip -n other route del unreachable 203.0.113.0/24
check_prints 'nothing differs' '' ovl diff "$WORK/entries.yaml"
check 'a second apply remembers no other values' ovl apply "$WORK/entries.yaml"
sed -i 's/00:99/00:98/; s/5000/6000/g' "$WORK/entries.yaml"
check 'nor does one that changes them again' ovl apply "$WORK/entries.yaml"
check_contains 'which it does' 02:00:00:00:00:98 "$(ip neigh show dev eth0)"
check_fails 3 'diff tells what goes back' ovl diff "$gone"
check_contains 'of entries' '02:00:00:00:00:09' "$OUTPUT"
check_contains 'and of altnames' '- altname dev eth0 altname uplink' "$OUTPUT"
check 'a file that names none of them' ovl apply "$gone"
is_as_before 'gives them back' "$WORK/before"
lifetimes >"$WORK/now"
check 'each as it was' diff "$WORK/entries" "$WORK/now"
check 'again' ovl apply "$WORK/entries.yaml"
check 'destroy' ovl destroy demo
is_as_before 'likewise' "$WORK/before"
lifetimes >"$WORK/now"
check 'each as it was' diff "$WORK/entries" "$WORK/now"
check_equal 'and nothing is a lab'\''s' '' "$(ip neigh show proto 111; ip -n other neigh show proto 111; ip route show proto 111)"
ip link property del dev eth0 altname theirs-too
ip route del 203.0.113.128/25
ip -n other neigh del 192.0.2.20 dev eth0
state >"$WORK/before"

# --- What the kernel sets along: net.ipv4.ip_forward sets `forwarding` of all links
forwarding() {
	for ns in '' other; do
		for link in default eth0 eth1; do
			${ns:+ip netns exec "$ns"} sysctl "net.ipv4.conf.$link.forwarding"
		done
	done 2>/dev/null
	true
}
sysctl -qw net.ipv4.conf.eth0.forwarding=1
ip netns exec other sysctl -qw net.ipv4.ip_forward=1
ip netns exec other sysctl -qw net.ipv4.conf.eth0.forwarding=0
forwarding >"$WORK/forwarding"
cat >"$WORK/forward.yaml" <<'YAML'
ovl: 1
lab: demo
sysctl: {net.ipv4.ip_forward: 1}
netns:
  other: {manage: patch, sysctl: {net.ipv4.ip_forward: 0}}
YAML
same() {
	forwarding >"$WORK/now"
	check "$1" diff "$WORK/forwarding" "$WORK/now"
}
check 'a lab that forwards' ovl apply "$WORK/forward.yaml"
check_equal 'sets all of them' 1 "$(sysctl -n net.ipv4.conf.eth1.forwarding)"
check 'a file that does not' ovl apply "$gone"
same 'gives each back'
check 'it is applied' ovl apply "$WORK/forward.yaml"
check 'and destroyed' ovl destroy demo
same 'likewise'
check 'with --confirm' ovl --confirm 5m apply "$WORK/forward.yaml"
check 'rollback' ovl rollback demo
same 'takes each back'
cat >"$WORK/fails.yaml" <<'YAML'
ovl: 1
lab: demo
links: {eth0: {manage: patch}}
sysctl: {net.ipv4.ip_forward: 1, net.ipv4.conf.eth0.rp_filter: 77777777777777}
YAML
check_fails 2 'an apply that the kernel refuses' ovl apply "$WORK/fails.yaml"
same 'takes each back'
cat >"$WORK/but.yaml" <<'YAML'
ovl: 1
lab: demo
links: {eth1: {manage: patch}}
sysctl: {net.ipv4.ip_forward: 1, net.ipv4.conf.eth1.forwarding: 0}
YAML
check 'one that forwards but on a link' ovl apply "$WORK/but.yaml"
check_equal 'does' 10 "$(sysctl -n net.ipv4.ip_forward net.ipv4.conf.eth1.forwarding | tr -d '\n')"
check 'destroy' ovl destroy demo
same 'gives each back'
sysctl -qw net.ipv4.conf.eth0.forwarding=0
ip netns exec other sysctl -qw net.ipv4.ip_forward=0
state >"$WORK/before"

# --- Killed in the middle
if strace -o /dev/null -e trace=none -e inject=getpid:error=EPERM true 2>/dev/null; then
	killed=0
	for k in 1 3 6 9; do
		check 'the lab is applied' ovl apply "$WORK/lab.yaml"
		ASAN_OPTIONS=detect_leaks=0 strace -f -o /dev/null -e trace=fsync \
			-e inject=fsync:signal=KILL:when=$k ovl apply "$gone" >/dev/null 2>&1 ||
			killed=$((killed + 1))
		check "an apply that prunes, killed at its fsync $k: the next one ends well" ovl apply "$gone"
		is_as_before 'and gives all back' "$WORK/before"
		ASAN_OPTIONS=detect_leaks=0 strace -f -o /dev/null -e trace=fsync \
			-e inject=fsync:signal=KILL:when=$k ovl apply "$WORK/lab.yaml" >/dev/null 2>&1 ||
			killed=$((killed + 1))
		check "an apply, killed there: the next one ends well" ovl apply "$WORK/lab.yaml"
		check 'and destroy' ovl destroy demo
		is_as_before 'gives all back' "$WORK/before"
	done
	check_equal 'and each of them was killed' 8 "$killed"
else
	skip 'strace may not trace here'
fi
