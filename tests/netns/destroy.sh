#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# How a lab goes: its links by one message where all of the group are its own, also when somebody
# changes them between the plan and that message; the names of its namespaces, and what is left
# of them. strace(1) stops ovl at the moment when the plan stands and nothing was sent.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq timeout

cat >"$WORK/lab.yaml" <<'END'
ovl: 1
lab: demo
links:
  br0: {type: bridge}
  v$(i=1..4): {master: br0}
netns:
  n$(i=1..4):
    links:
      eth0: {type: veth, peer: host/v$(i), addr: [$(10.0.0.0 + i)/24]}
    routes: [default via 10.0.0.254]
END
made() {
	ovl destroy --force demo >/dev/null 2>&1
	check 'a lab is made' ovl apply "$WORK/lab.yaml"
	group=$(ip -j link show br0 | jq -r '.[0].group')
}
links() {
	ip -j link | jq -c '[.[].ifname] | sort'
}

# In a lab's group and without an alias it would be taken for what a crash left of the lab.
ip link add mine type bridge
ip link set mine alias mine
before=$(links)
made
check 'destroy' ovl destroy demo
check_equal 'leaves what was there' "$before" "$(links)"
check_equal 'and no name' '' "$(ls /run/netns)"
check_prints 'there is nothing to do any more' 'demo: nothing to do' ovl destroy demo

# As a kill leaves it: all is gone but a file.
made
ip link del br0
for i in 1 2 3 4; do
	ip netns del n$i
done
: >/run/netns/n3
check 'what a kill left of a namespace goes' ovl destroy demo
check_equal 'though nothing else is to be done' '' "$(ls /run/netns)"

# An entry of the lab on somebody else's link goes, another one's stays.
cat >"$WORK/entries.yaml" <<'END'
ovl: 1
lab: demo
links:
  mine: {manage: patch, addr: [10.1.0.1/24]}
fdb: ['02:00:00:00:00:07 dev mine self']
arp: ['10.1.0.7 lladdr 02:00:00:00:00:07 dev mine']
routes: ['10.7.0.0/16 via 10.1.0.7']
END
ip link set mine up
ip addr add 10.2.0.1/24 dev mine
entries() {
	ip -4 route show dev mine
	ip neigh show dev mine nud permanent
	bridge fdb show dev mine | grep 02:00:00
}
ip route add 10.8.0.0/16 via 10.2.0.7
ip neigh add 10.2.0.7 lladdr 02:00:00:00:00:08 dev mine
bridge fdb add 02:00:00:00:00:08 dev mine self
entries >"$WORK/before"
check 'entries on a link that is not its own' ovl apply "$WORK/entries.yaml"
check_contains 'are there' 10.7.0.0/16 "$(entries)"
check 'destroy' ovl destroy demo
check_equal 'takes those only' "$(cat "$WORK/before")" "$(entries)"
ip addr flush dev mine
ip link set mine down

# A descriptor a namespace is enough, and some for ovl itself.
cat >"$WORK/many.yaml" <<'Y'
ovl: 1
lab: many
links:
  m$(i=1..60): {}
netns:
  m$(i=1..60): {links: {eth0: {type: veth, peer: host/m$(i)}}}
Y
ovl apply "$WORK/many.yaml" >/dev/null
# shellcheck disable=SC3045
check_contains 'many namespaces are looked at with few descriptors' 'many  60' \
	"$(ulimit -n 90; ovl status many 2>&1)"
check 'and go' ovl destroy --force many

strace -o /dev/null -e trace=none -e inject=getpid:error=EPERM true 2>/dev/null || {
	skip 'strace may not trace here: what happens between plan and removal'
	exit
}

deletions() {
	grep -c 'nlmsg_type=RTM_DELLINK.*NLM_F_REQUEST' "$WORK/calls"
}
# How often all links were asked for when the plan stood and nothing was removed yet.
looks() {
	awk '/signalfd4/ { stands = 1 } /RTM_DELLINK/ { exit }
		stands && /RTM_GETLINK/ && /NLM_F_DUMP/ { looks++ } END { print looks + 0 }' "$WORK/calls"
}
stopped() {
	grep -q 'stopped by SIGSTOP' "$WORK/calls" && pid=$(awk '/signalfd4/ { print $1; exit }' "$WORK/calls")
}
# meanwhile CMD...: it runs when the plan stands.
meanwhile() {
	made
	: >"$WORK/calls"
	ASAN_OPTIONS=detect_leaks=0 timeout 60 strace -f -o "$WORK/calls" -e trace=signalfd4,sendto \
		-e inject=signalfd4:signal=STOP ovl destroy demo >"$WORK/told" 2>&1 &
	tracer=$!
	check 'it stops' wait_for stopped
	"$@"
	kill -CONT "$pid"
	wait "$tracer"
	status=$?
}

meanwhile true
check_equal 'a lab goes' 0 "$status"
check_equal 'its links by one message' 1 "$(deletions)"
check_equal 'without one more look at all there are' 0 "$(looks)"

another_joins() {
	ip link add other type bridge
	ip link set other alias mine group "$group"
}
meanwhile another_joins
check_equal 'a link that joins the group is not in the way' 0 "$status"
check_equal 'and stays' "$(echo "$before" | jq -c '. + ["other"] | sort')" "$(links)"
ip link del other

# One that is down does so unheard.
mine_joins() {
	ip link set mine group "$group"
}
meanwhile mine_joins
check_equal 'one that there was is not either' 0 "$status"
check_equal 'nor does it go' "$before" "$(links)"
ip link set mine up group 0
meanwhile mine_joins
check_equal 'up, neither' "$before" "$(links)"
ip link set mine down group 0

meanwhile ip link set v2 group 0
check_equal 'one of the lab that leaves it is removed' 0 "$status"
check_equal 'by itself' "$before" "$(links)"

meanwhile ip link del v3
check_equal 'one that is gone is not missed' 0 "$status"
check_equal 'and all others go' "$before" "$(links)"

renames() {
	ip link set v1 down
	ip link set v1 name w1
}
meanwhile renames
check_equal 'with one that is called otherwise' "$before" "$(links)"

# More than the socket that listens holds.
goes_on() {
	ip link set mine up
	for i in $(seq 300); do
		ip link set mine mtu $((1400 + i % 2))
	done
}
meanwhile goes_on
check_equal 'news that are lost are no obstacle' 0 "$status"
check_equal 'all is gone' "$before" "$(links)"
check_equal 'by one message' 1 "$(deletions)"

# A namespace is removed by its name, but only the one that was looked at.
takes_name() {
	ip netns del n2
	ip netns add n2
}
meanwhile takes_name
check_equal 'a namespace that takes the name of one that goes is not in the way' 0 "$status"
check_equal 'and stays' n2 "$(ls /run/netns)"
check_equal 'all else is gone' "$before" "$(links)"
ip netns del n2

mounts_twice() {
	mount --bind /run/netns/n3 /run/netns/n3
}
meanwhile mounts_twice
check_equal 'one that is mounted twice' 0 "$status"
check_equal 'goes with its file' '' "$(ls /run/netns)"

# With fewer descriptors than two a namespace it is the sockets that know where they are.
# shellcheck disable=SC3045
ulimit -n 68
meanwhile takes_name
check_equal 'nor is it where descriptors are few' 0 "$status"
check_equal 'and stays there, too' n2 "$(ls /run/netns)"
ip netns del n2
