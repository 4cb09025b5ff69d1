#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Who learned with ip, bridge, brctl, arp and route goes on with ovl: the everyday lines of a
# course on namespaces, bridges, veth and VXLAN, with `ovl` for their first word and else as they
# were. What each did is read back with ip and bridge. The explained versions are in examples/.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq nsenter ping
kernel_has bridge || skip_all 'this kernel has no bridge'
ip link add probe-veth type veth 2>/dev/null || skip_all 'this kernel has no veth'
ip link del probe-veth

# on HOST CMD...: runs it there. A host is a network namespace with a /run/netns of its own, so
# that both hosts may call a namespace n1, as two machines would. `here` is the sandbox itself.
# shellcheck disable=SC2034 # `on` reads them by name
here='' west='' east=''
on() {
	eval "on_pid=\$$1"
	shift
	if [ "$on_pid" ]; then
		nsenter -t "$on_pid" -m -n -- "$@"
	else
		"$@"
	fi
}
host() {
	ip netns add "$1"
	mkfifo "$WORK/$1"
	# shellcheck disable=SC2016 # for the inner shell
	ip netns exec "$1" sh -c '
		mount -t tmpfs tmpfs /run/netns && echo $$ >"$0" && exec sleep infinity' "$WORK/$1" &
	read -r host_pid <"$WORK/$1"
	eval "$1=$host_pid"
}

HOST=here
# line WORD...: the line works on $HOST.
line() {
	check "$HOST: $*" on "$HOST" "$@"
}
# answers PART WORD...: it works and prints PART.
answers() {
	answers_part=$1
	shift
	if OUTPUT=$(on "$HOST" "$@" 2>&1); then
		check_contains "$HOST: $* tells '$answers_part'" "$answers_part" "$OUTPUT"
	else
		check_show "$OUTPUT" '  '
		not_ok "$HOST: $*"
	fi
}
# link NETNS DEV JQ: one value of a link on $HOST, as ip tells it; NETNS may be empty.
link() {
	# shellcheck disable=SC2086 # no option at all when there is no namespace
	on "$HOST" ip ${1:+-n "$1"} -j -d link show dev "$2" 2>/dev/null | jq -rc ".[0]$3"
}
address() {
	on "$HOST" ip -n "$1" -j addr show dev "$2" |
		jq -r '.[0].addr_info[] | select(.family == "inet") | "\(.local)/\(.prefixlen)"'
}
is_up() {
	link "$1" "$2" '.flags | index("UP") != null'
}
names() {
	on "$HOST" ip -j netns list | jq -r '.[].name' 2>/dev/null | sort | paste -sd' '
}

# --- namespaces
ip link add eth0 type veth peer name outside
line ovl netns add net0
check_equal 'there is net0' net0 "$(names)"
line ovl link set dev eth0 netns net0
check_equal 'eth0 is in net0' veth "$(link net0 eth0 .linkinfo.info_kind)"
ip netns exec net0 sleep infinity &
sleeper=$!
wait_for sh -c 'ip netns pids net0 | grep .'
answers "$sleeper" ovl netns pids net0
kill "$sleeper"
wait "$sleeper" 2>/dev/null
ip -n net0 link set lo up
line ovl netns exec net0 ping -c 1 -w 5 127.0.0.1
line ovl netns delete net0
check_equal 'there is none' '' "$(names)"
wait_for sh -c '! ip link show outside'

# --- two namespaces on a veth
line ovl netns add net1
line ovl netns add net2
check_equal 'there are net1 and net2' 'net1 net2' "$(names)"
line ovl link add name vethtest type veth
check_equal 'the other end is veth0' veth0 "$(link '' vethtest .link)"
answers vethtest ovl link
answers veth0 ovl link
index=$(link '' veth0 .ifindex)
line ovl link set dev veth0 netns net1
line ovl link set dev vethtest netns net2
check_lacks 'neither is here any more' veth "$(ovl link)"
answers veth0 ovl netns exec net1 ovl link
answers vethtest ovl netns exec net2 ovl link
check_equal 'the kernel tells vethtest the index of veth0' "$index" \
	"$(link net2 vethtest .link_index)"
answers net2/vethtest ovl netns exec net1 ovl veth show
answers net1/veth0 ovl netns exec net2 ovl veth show
line ovl netns exec net1 ovl addr add 10.10.10.10/24 dev veth0
line ovl netns exec net2 ovl addr add 10.10.10.11/24 dev vethtest
check_equal 'veth0 has its address' 10.10.10.10/24 "$(address net1 veth0)"
check_equal 'vethtest has its own' 10.10.10.11/24 "$(address net2 vethtest)"
line ovl netns exec net1 ovl link set dev lo up
line ovl netns exec net1 ovl link set dev veth0 up
line ovl netns exec net2 ovl link set dev lo up
line ovl netns exec net2 ovl link set dev vethtest up
for up in 'net1 lo' 'net1 veth0' 'net2 lo' 'net2 vethtest'; do
	check_equal "$up is up" true "$(is_up "${up% *}" "${up#* }")"
done
line ovl netns exec net1 ping -c 1 -w 5 10.10.10.11
line ovl netns exec net2 ping -c 1 -w 5 10.10.10.10

# --- the tables of a host
answers 10.10.10.0/24 ovl netns exec net1 ovl route
answers 10.10.10.0/24 ovl netns exec net1 ovl route -n
answers 10.10.10.11 ovl netns exec net1 ovl arp -a
check_contains 'with the MAC that ip tells' \
	"$(ip -n net1 -j neigh show 10.10.10.11 | jq -r '.[0].lladdr')" "$OUTPUT"
answers 33:33:00:00:00:01 ovl netns exec net1 ovl fdb
check_equal 'bridge fdb is the same' "$OUTPUT" "$(ovl -n net1 bridge fdb)"
line ovl netns delete net1
line ovl netns delete net2

# --- two namespaces on a bridge
line ovl link add br_test type bridge
check_equal 'br_test is a bridge' bridge "$(link '' br_test .linkinfo.info_kind)"
line ovl bridge delbr br_test
check_fails 1 'br_test is gone' ip link show br_test
line ovl bridge addbr br_test
check_equal 'br_test is a bridge again' bridge "$(link '' br_test .linkinfo.info_kind)"
line ovl link set dev br_test up
check_equal 'br_test is up' true "$(is_up '' br_test)"
line ovl netns add net3
line ovl netns add net4
line ovl link add ctr3_dev type veth
line ovl link set dev ctr3_dev netns net3
line ovl link add ctr4_dev type veth
line ovl link set dev ctr4_dev netns net4
check_equal 'veth0 and veth1 are the ends that stay' 'veth veth' \
	"$(link '' veth0 .linkinfo.info_kind) $(link '' veth1 .linkinfo.info_kind)"
line ovl bridge addif br_test veth0
line ovl bridge addif br_test veth1
check_equal 'both are ports' 'br_test br_test' "$(link '' veth0 .master) $(link '' veth1 .master)"
answers veth0 ovl bridge show
answers veth1 ovl bridge show br_test
answers veth1 ovl bridge link
answers veth0 ovl bridge link show dev veth0
line ovl bridge link set dev veth0 cost 7
check_equal 'the port costs 7' 7 "$(link '' veth0 .linkinfo.info_slave_data.cost)"
line ovl netns exec net3 ovl link set dev ctr3_dev name eth0
line ovl netns exec net4 ovl link set dev ctr4_dev name eth0
line ovl netns exec net3 ovl addr add 10.10.20.10/24 dev eth0
line ovl netns exec net4 ovl addr add 10.10.20.11/24 dev eth0
check_equal 'eth0 of both has its address' '10.10.20.10/24 10.10.20.11/24' \
	"$(address net3 eth0) $(address net4 eth0)"
for netns in net3 net4; do
	line ovl netns exec $netns ovl link set dev lo up
	line ovl netns exec $netns ovl link set dev eth0 up
	check_equal "eth0 of $netns is up" true "$(is_up $netns eth0)"
done
line ovl link set veth0 up
line ovl link set veth1 up
line ovl netns exec net3 ping -c 1 -w 5 10.10.20.11
mac=$(link net4 eth0 .address)
check_equal 'the bridge has learned where net4 is' veth1 \
	"$(bridge -j fdb show br br_test | jq -r ".[] | select(.mac == \"$mac\") | .ifname")"
answers "$mac" ovl bridge fdb show br br_test
answers "$mac" ovl fdb show br br_test
line ovl bridge delif br_test veth1
check_equal 'veth1 is no port' null "$(link '' veth1 .master)"
line ovl link set veth1 master br_test
check_equal 'veth1 is one' br_test "$(link '' veth1 .master)"
line ovl link set veth1 nomaster
check_equal 'veth1 is none' null "$(link '' veth1 .master)"
line ovl bridge link set dev veth1 master br_test
check_equal 'veth1 is one again' br_test "$(link '' veth1 .master)"
line ovl netns delete net3
line ovl netns delete net4
line ovl link set dev br_test down
line ovl bridge delbr br_test
check_fails 1 'br_test is gone' ip link show br_test

# --- two hosts
kernel_has vxlan id 1 dstport 4789 || {
	skip 'this kernel has no vxlan'
	exit
}
host west
host east
ip link add eth0 netns west type veth peer name eth0 netns east
ip -n west addr add 10.23.120.82/16 dev eth0
ip -n east addr add 10.23.72.74/16 dev eth0
for netns in west east; do
	ip -n $netns link set lo up
	ip -n $netns link set eth0 up
done

vxlan() {
	link '' "$1" '.linkinfo.info_data | "\(.id) \(.port) \(.remote) \(.local) \(.link)"'
}

# --- VXLAN between two points
HOST=west
line ovl link add vxlan0 type vxlan id 111 dstport 4789 remote 10.23.72.74 local 10.23.120.82 dev eth0
check_equal 'it is that vxlan' '111 4789 10.23.72.74 10.23.120.82 eth0' "$(vxlan vxlan0)"
line ovl addr add 10.10.1.2/24 dev vxlan0
line ovl link set vxlan0 up
answers 10.10.1.0/24 ovl route
check_contains 'the route is of the kernel, with its source' '10.10.1.2 ' "$OUTPUT"
for fdb in fdb 'bridge fdb'; do
	# shellcheck disable=SC2086 # words
	answers 00:00:00:00:00:00 ovl $fdb show dev vxlan0
	check_equal 'with the remote, the interface, permanent and self, as bridge has it' \
		'10.23.72.74 permanent self via eth0' \
		"$(printf '%s\n' "$OUTPUT" | awk '/vxlan0/ { print $3, $4, $5, $6, $7 }')"
done
HOST=east
line ovl link add vxlan0 type vxlan id 111 dstport 4789 remote 10.23.120.82 local 10.23.72.74 dev eth0
check_equal 'it is the mirror image' '111 4789 10.23.120.82 10.23.72.74 eth0' "$(vxlan vxlan0)"
line ovl addr add 10.10.1.3/24 dev vxlan0
line ovl link set vxlan0 up
line ping -c 1 -w 5 10.10.1.2
mac=$(link '' vxlan0 .address)
HOST=west
line ping -c 1 -w 5 10.10.1.3
answers "$mac" ovl arp -a
answers "$mac" ovl bridge fdb show dev vxlan0
check_equal 'the vxlan has learned behind which host it is' 10.23.72.74 \
	"$(on west bridge -j fdb show dev vxlan0 | jq -r ".[] | select(.mac == \"$mac\") | .dst")"
line ovl link del vxlan0
HOST=east
line ovl link del vxlan0

# --- bridge and VXLAN; both hosts have a namespace n1 and a bridge br_test
both() {
	HOST=$1
	line ovl link add br_test type bridge
	line ovl link set dev br_test up
	line ovl netns add n1
	line ovl link add n1_dev type veth
	line ovl link set dev n1_dev netns n1
	line ovl link set dev veth0 up
	line ovl link set veth0 master br_test
	line ovl netns exec n1 ovl link set dev n1_dev name eth0
	line ovl netns exec n1 ovl addr add "$2" dev eth0
	line ovl netns exec n1 ovl link set dev lo up
	line ovl netns exec n1 ovl link set dev eth0 up
	line ovl link add br_vxlan type vxlan id 333 dstport 4789 remote "$3" local "$4" dev eth0
	line ovl link set br_vxlan up
	line ovl link set br_vxlan master br_test
	check_equal 'the container has its address' "$2" "$(address n1 eth0)"
	check_equal 'it is that vxlan' "333 4789 $3 $4 eth0" "$(vxlan br_vxlan)"
	check_equal 'veth0 and br_vxlan are ports' 'br_test br_test' \
		"$(link '' veth0 .master) $(link '' br_vxlan .master)"
	answers br_vxlan ovl bridge show
}
both west 10.10.100.10/24 10.23.72.74 10.23.120.82
both east 10.10.100.11/24 10.23.120.82 10.23.72.74
line ovl netns exec n1 ping -c 1 -w 5 10.10.100.10
HOST=west
line ovl netns exec n1 ping -c 1 -w 5 10.10.100.11
check_equal 'the namespaces of a host are its own' n1 "$(names)"
# Both ends may also be named at once.
line ovl link add veth7 type veth peer name veth8
check_equal 'the other end has the name' veth8 "$(link '' veth7 .link)"
line ovl link del veth7

# --- the fdb by hand: the tunnels learn nothing and have no all-zero entry
by_hand() {
	HOST=$1
	line ovl link del br_vxlan
	line ovl link add br_vxlan type vxlan id 333 dstport 4789 local "$2" dev eth0 nolearning
	line ovl link set br_vxlan up
	line ovl link set br_vxlan master br_test
	check_equal 'it does not learn' false "$(link '' br_vxlan .linkinfo.info_data.learning)"
	check_equal 'it has no entry' '[]' "$(on "$HOST" bridge -j fdb show dev br_vxlan |
		jq -c '[.[] | select(.flags == ["self"])]')"
}
by_hand east 10.23.72.74
by_hand west 10.23.120.82
west_mac=$(link n1 eth0 .address)
HOST=east
east_mac=$(link n1 eth0 .address)
HOST=west
on west ip -n n1 neigh flush all
on east ip -n n1 neigh flush all
check_fails 1 'without entries nothing gets through' \
	on west ovl netns exec n1 ping -c 1 -W 1 10.10.100.11
line ovl netns exec n1 ovl neigh replace 10.10.100.11 lladdr "$east_mac" dev eth0
line ovl bridge fdb add "$east_mac" dev br_vxlan dst 10.23.72.74
HOST=east
line ovl netns exec n1 ovl neigh replace 10.10.100.10 lladdr "$west_mac" dev eth0
line ovl bridge fdb append "$west_mac" dev br_vxlan dst 10.23.120.82
check_equal 'the entry is the device'\''s own, and stays' '10.23.120.82 permanent ["self"]' \
	"$(on east bridge -j fdb show dev br_vxlan |
		jq -r ".[] | select(.mac == \"$west_mac\" and .dst) | \"\(.dst) \(.state) \(.flags)\"")"
HOST=west
line ovl netns exec n1 ping -c 1 -w 5 10.10.100.11
line ovl bridge fdb del "$east_mac" dev br_vxlan dst 10.23.72.74
check_fails 1 'without the entry nothing gets through' \
	on west ovl netns exec n1 ping -c 1 -W 1 10.10.100.11
line ovl fdb add "$east_mac" dev br_vxlan dst 10.23.72.74
line ovl netns exec n1 ping -c 1 -w 5 10.10.100.11

for HOST in west east; do
	line ovl netns delete n1
	line ovl link del br_vxlan
	line ovl bridge delbr br_test
done
