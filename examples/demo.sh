#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What `./bootstrap demo` shows: containers on two hosts in one Ethernet segment, over a VXLAN.
# 4-bridge-vxlan.sh does the same step by step and explains each.
. "$(dirname "$0")/private"

say() {
	printf '\n%s\n' "$*"
}
run() {
	printf '\n$ %s\n' "$*"
	"$@"
}

say 'Two hosts, a and b, are namespaces of this machine. A cable between them is
the network that they were given, the underlay. Each host has a container n1.'
run ovl netns add a a.n1 b b.n1
run ovl veth add eth0 netns a up addr 10.23.120.82/16 \
	peer eth0 netns b up addr 10.23.72.74/16

say 'Each host: a bridge, the container on it, and a VXLAN to the other host.'
run ovl -n a bridge add br_test up
run ovl veth add n1_dev netns a up master br_test \
	peer eth0 netns a.n1 up mtu 1450 addr 10.10.100.10/24
run ovl -n a vxlan add br_vxlan id 333 dstport 4789 \
	local 10.23.120.82 remote 10.23.72.74 dev eth0 master br_test up
run ovl -n b bridge add br_test up
run ovl veth add n1_dev netns b up master br_test \
	peer eth0 netns b.n1 up mtu 1450 addr 10.10.100.11/24
run ovl -n b vxlan add br_vxlan id 333 dstport 4789 \
	local 10.23.72.74 remote 10.23.120.82 dev eth0 master br_test up

say 'From the container of a to that of b:'
run ovl netns exec a.n1 ping -c 2 -w 5 10.10.100.11

say 'Which interface belongs to which:'
run ovl --all-netns veth show

say "The tables behind it, on host a and in its container. The route says: that net is
on eth0. The neighbour table (arp) knows the other container's MAC:"
run ovl -n a.n1 route show
run ovl -n a.n1 arp show
say 'The bridge has learned that this MAC is behind its port br_vxlan:'
run ovl -n a bridge show
run ovl -n a fdb show br br_test master
say 'The vxlan has learned that it is behind host b. The all-zero entry is the one for
MACs it does not know:'
run ovl -n a vxlan show
run ovl -n a fdb show dev br_vxlan self

say 'Cleaning up. The links go with their namespaces:'
run ovl netns del a a.n1 b b.n1
left=$(ovl -o netns show)
if [ "$left" ]; then
	say "left behind: $left" >&2
	exit 1
fi
say 'Nothing is left. The other examples: 1-veth.sh to 5-fdb-by-hand.sh.'
