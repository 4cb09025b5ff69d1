#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Two network namespaces and a cable between them.
. "$(dirname "$0")/private"
set -x

# A network namespace is a whole network stack: its own links, addresses, routes and neighbours.
# A new one has nothing but a loopback that is down.
ovl netns add net1 net2

# A veth is a cable: what goes in at one end comes out at the other. Only one end gets its name
# here. The kernel calls the other one vethN, with the first N that is free, and ovl prints which
# that is. Do not count on veth0: this machine may have one already.
other=$(ovl link add name vethtest type veth)

# Which interface belongs to which? Each row names the other end.
ovl veth show

# Each end goes into a namespace. From here on this namespace shows neither of them.
ovl link set dev "$other" netns net1
ovl link set dev vethtest netns net2
ovl veth show

# `-n NAME` works inside a namespace. The kernel itself only tells the number of the other end,
# and a number means nothing without its namespace: each namespace counts for itself. ovl looks
# for the other end in all of them and says where it is.
ovl -n net1 veth show
ovl --all-netns veth show

# Both ends get an address out of one net, so that each finds the other without a router.
ovl -n net1 addr add 10.10.10.10/24 dev "$other"
ovl -n net2 addr add 10.10.10.11/24 dev vethtest

# The address brought a route for its net along, but it works only once the link is up. A veth
# carries frames when both of its ends are.
ovl -n net1 link set dev lo up
ovl -n net1 link set dev "$other" up
ovl -n net2 link set dev lo up
ovl -n net2 link set dev vethtest up
ovl -n net1 route show

ovl netns exec net1 ping -c 1 -w 5 10.10.10.11
ovl netns exec net2 ping -c 1 -w 5 10.10.10.10

# To send its packet, net1 had to ask which MAC 10.10.10.11 has. The answer is kept here.
ovl -n net1 arp show

# A link lives in its namespace and goes with it, and one end takes the other along.
ovl netns del net1 net2

# The same in one line: both ends are born where they belong, with their names and addresses, up.
ovl netns add net1 net2
ovl veth add eth0 netns net1 up addr 10.10.10.10/24 peer eth0 netns net2 up addr 10.10.10.11/24
ovl netns exec net1 ping -c 1 -w 5 10.10.10.11
ovl netns del net1 net2
