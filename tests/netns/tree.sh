#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# show: what the tree says of a real network is what ip and bridge say, in the namespaces asked for.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq unshare
kernel_has veth peer name probe-peer || skip_all 'this kernel has no veth'
kernel_has bridge || skip_all 'this kernel has no bridge'
kernel_has vxlan id 1 dstport 4789 || skip_all 'this kernel has no vxlan'

# has SENTENCE PART [OPTION...]: the tree has it.
has() {
	sentence=$1 part=$2
	shift 2
	check_contains "$sentence" "$part" "$(COLUMNS=200 ovl "$@" show 2>&1)"
}
lacks() {
	sentence=$1 part=$2
	shift 2
	check_lacks "$sentence" "$part" "$(COLUMNS=200 ovl "$@" show 2>&1)"
}
# from_json FILTER WORD...: of the JSON of `ovl -j WORD...`.
from_json() {
	filter=$1
	shift
	ovl -j "$@" | jq -c "$filter"
}

ip link set lo up
ip netns add red
ip -n red link set lo up
ip link add br0 type bridge
ip link add v0 type veth peer name eth0 netns red
ip link add v1 type veth peer name v2
ip link add vx0 type vxlan id 333 dstport 4789 local 192.0.2.1 remote 192.0.2.2 dev v2
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.3
bridge fdb add 02:00:00:00:00:09 dev vx0 dst 192.0.2.3
for port in v0 vx0; do
	ip link set "$port" master br0 up
done
bridge link set dev v0 isolated on
ip link set br0 up
ip link set v2 up
ip addr add 192.0.2.1/24 dev v2
ip -n red link set eth0 up
ip -n red addr add 10.0.0.1/24 dev eth0
ip -n red route add default via 10.0.0.254
ip -n red -6 addr add fd00::1/64 dev eth0 nodad
ip -n red -6 route add default via fd00::fe
# Carriers are found by a worker of the kernel, some time after both ends are up.
wait_for sh -c 'bridge -j link show dev v0 | jq -e ".[0].state == \"forwarding\""'
wait_for sh -c '! ip link show br0 | grep -q NO-CARRIER'

has 'a port stands below its bridge, with its state' '|- v0   forwarding  veth <-> eth0 in red'
has 'a vxlan says VNI, remotes, how many entries lead there, and its underlay' \
	'vxlan vni 333 -> 192.0.2.2 (1 fdb),  192.0.2.3 (2 fdb)  dev v2'
has 'an isolated port is marked' '[isolated]'
has 'a link that is down is marked' 'v1      veth <-> v2  [down]'
has 'one without a carrier is marked' 'veth <-> v1  [no carrier]'
has 'a smaller MTU than that of another port is marked' '[mtu 1450 < 1500 of v0]'
lacks 'lo as it is everywhere is no line' 'lo '
has 'with -d it is' '127.0.0.1/8' -d
lacks 'a namespace that was not asked for is not shown' 'default via'
has 'default routes are' 'default via 10.0.0.254 dev eth0' -n red
has 'those of IPv6, too' 'default via fd00::fe dev eth0' -n red
lacks 'link-local addresses are not shown' 'fe80::' -n red
wait_for sh -c 'ip -n red -6 addr show dev eth0 scope link | grep -q fe80'
has 'with -d they are' 'fe80::' -n red -d
lacks '-4 leaves out IPv6' 'fd00' -n red -4
has 'the namespace ovl runs in has its name' '+ red -' -n red
check_contains 'one that is named is shown' 'fd00::1/64' "$(ovl show red)"
check_contains 'also the own one by its name' 'fd00::1/64' "$(ovl -n red show red)"
check_equal 'one that is named twice is shown once' "$(ovl show red)" "$(ovl show red red)"
check_equal 'also the own one' "$(ovl show)" "$(ovl show . .)"
check_contains '. is the own one' 'br0' "$(ovl show .)"
check_error 1 "netns 'blue': there is no such namespace" 'an unknown one is an error' ovl show blue
check_error 1 'with -A all namespaces are shown' '-A takes no names' ovl show -A red

ip link set v0 mtu 1400
has 'an MTU smaller than that of the other end is marked' '[mtu 1400 < 1500 of eth0]' -A
ip link set v0 mtu 1500
ip link set v2 mtu 1400
has 'a tunnel that takes more than its underlay carries is marked' '[mtu 1450 + 50 > 1400 of v2]'
ip link set br0 type bridge stp_state 1 forward_delay 400
ip link set v0 down
ip link set v0 up
wait_for sh -c 'bridge -j link show dev v0 | jq -e ".[0].state == \"listening\""'
has 'a port that listens is marked' '|- v0   veth <-> eth0 in red  [listening]'
ip link set br0 type bridge stp_state 0
bridge fdb del 00:00:00:00:00:00 dev vx0 dst 192.0.2.2 via v2
has 'a tunnel without the entry of its remote has none of it' '-> 192.0.2.2 (0 fdb)'

# A namespace without a name, in which a process lives.
mkfifo "$WORK/hold"
# shellcheck disable=SC2016 # for the inner shell
unshare -n sh -c 'echo ready >"$1"; exec sleep 1000' sh "$WORK/hold" &
sleeper=$!
read -r _ <"$WORK/hold"
wait_for sh -c "[ \"\$(cat /proc/$sleeper/comm)\" = sleep ]"
ip link add v5 type veth peer name eth5
ip link set eth5 netns "$sleeper"
ip link set v5 up
has 'the other end may be in a namespace without a name' "v5      veth <-> eth5 in pid $sleeper (sleep)"
has '-A shows that, too' "+ pid $sleeper (sleep) -" -A
has 'with what is in it' 'eth5  veth <-> v5 in host' -A
has '-A shows those with a name' '10.0.0.1/24' -A
has 'and the own one' 'vxlan vni 333' -A
check_contains '-A may stand behind' '10.0.0.1/24' "$(ovl show -A)"
check_json 'the JSON names it as -n takes it' "[\"pid:$sleeper\"]" \
	"$(from_json '[.[] | select(.title | startswith("pid")) | .netns]' show -A)"
touch /run/netns/rouge
mount --bind /run/netns/red /run/netns/rouge
check_equal 'a namespace with two names is shown once, under the first' '["red"]' \
	"$(from_json '[.[].netns | select(. == "red" or . == "rouge")]' -A show)"
umount /run/netns/rouge
rm /run/netns/rouge
# What belongs to the outer user namespace may not be entered from the inner one.
check_error 2 "netns 'red'" '-A fails in the end when a namespace may not be entered' \
	unshare -Ur ovl -A show
check_contains 'what may be seen is shown all the same' 'vxlan vni 333' \
	"$(COLUMNS=200 unshare -Ur ovl -A show 2>/dev/null)"
if ip link add link v1 name mv0 type macvlan mode bridge 2>/dev/null; then
	ip link set mv0 netns "$sleeper"
	has 'the link below may be in another namespace' 'mv0   macvlan  on v1 in host' -A
	ip link set v1 netns red
	check_contains 'also in one with a name' 'on v1 in red' "$(COLUMNS=200 ovl show "pid:$sleeper")"
	ip -n red link set v1 netns 1
else
	skip 'the link below may be in another namespace: no macvlan'
fi
kill "$sleeper"
wait "$sleeper" 2>/dev/null
# The kernel takes the namespace apart in its own time, and v5 with it.
wait_for sh -c '! ip link show v5'

# In each it is link 2, and so is the other end.
for pair in 'p1 p2' 'p3 p4' 'p5 p6'; do
	ip netns add "${pair% *}"
	ip netns add "${pair#* }"
	ip -n "${pair% *}" link add eth0 type veth peer name eth0 netns "${pair#* }"
done
check_equal 'ends that have one index are told apart' 'p1-p2 p2-p1 p3-p4 p4-p3 p5-p6 p6-p5' \
	"$(ovl -j show -A | jq -r '[.[] | select(.netns != null and (.netns | test("^p"))) | .netns + "-" +
		(.links[] | select(.ifname == "eth0").peer.netns)] | join(" ")')"

check_json 'each link of ip is in the JSON, with its MTU and MAC' \
	"$(ip -j link | jq -c '[.[] | [.ifname, .mtu, .address]] | sort')" \
	"$(from_json '[.[0].links[] | recurse(.ports[]?) | [.ifname, .mtu, .address]] | sort' -d show)"
check_json 'the addresses are those of ip' \
	"$(ip -n red -j addr show dev eth0 | jq -c '[.[].addr_info[] | [.local, .prefixlen]] | sort')" \
	"$(from_json '[.[0].links[] | select(.ifname == "eth0").addr_info[] | [.local, .prefixlen]] | sort' -d show red)"
check_json 'ports are inside their bridge' '["v0","vx0"]' \
	"$(from_json '[.[0].links[] | select(.ifname == "br0").ports[].ifname]' show)"

# Names that anybody may give; what cannot be a name of a link can be an alias.
ip link add name '";<b>\e[2J' type dummy 2>/dev/null || ip link add name '";<b>\e[2J' type bridge
# shellcheck disable=SC1003 # a backslash
ip link set dev '";<b>\e[2J' alias "$(printf '\033[2J\377</script>\n\342\200\256x\\')"
for locale in C C.UTF-8; do
	tree=$(LC_ALL=$locale ovl -c=always -d show | sed 's/\x1b\[[0-9]*m//g')
	check_equal "with $locale no name moves the terminal" '' \
		"$(printf %s "$tree" | LC_ALL=C tr -d '\n\040-\176\200-\377')"
	# shellcheck disable=SC1003 # a backslash
	check_contains "with $locale it is shown" '\x1b[2J\xff</script>\x0a\u202ex\\' "$tree"
	check_equal "with $locale all lines are of one width" 1 \
		"$(printf '%s\n' "$tree" | jq -R length | sort -u | wc -l)"
done
check 'the JSON stays JSON' sh -c 'ovl -j -d show | jq -e "[.[0].links[].ifalias] | any"'

before=$(ip -A -d -j link 2>/dev/null; bridge -j fdb | jq -cS 'map(del(.updated, .used))')
ovl show -A >/dev/null
ovl -j show -A >/dev/null
check_equal 'nothing was changed by looking' "$before" \
	"$(ip -A -d -j link 2>/dev/null; bridge -j fdb | jq -cS 'map(del(.updated, .used))')"
