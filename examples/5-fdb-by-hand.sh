#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The same network, but nothing is learned and nothing is flooded: every entry is made by hand. An
# agent that knows all containers can keep an overlay this way, without a broadcast on the wire.
. "$(dirname "$0")/private"
set -x

# Two hosts and their underlay; a container on each, with a MAC that we choose: whoever keeps the
# tables must know them beforehand.
ovl netns add a a.n1 b b.n1
ovl veth add eth0 netns a up addr 10.23.120.82/16 peer eth0 netns b up addr 10.23.72.74/16
ovl -n a bridge add br_test up
ovl -n b bridge add br_test up
ovl veth add n1_dev netns a up master br_test \
	peer eth0 netns a.n1 up mtu 1450 address 02:00:00:00:00:0a addr 10.10.100.10/24
ovl veth add n1_dev netns b up master br_test \
	peer eth0 netns b.n1 up mtu 1450 address 02:00:00:00:00:0b addr 10.10.100.11/24

# `nolearning`: the tunnel takes no note of who sent what. No `remote`: there is no all-zero entry,
# so a frame for a MAC without an entry goes nowhere, and neither does a broadcast.
ovl -n a vxlan add br_vxlan id 333 dstport 4789 local 10.23.120.82 dev eth0 nolearning \
	master br_test up
ovl -n b vxlan add br_vxlan id 333 dstport 4789 local 10.23.72.74 dev eth0 nolearning \
	master br_test up
# The bridge sends what it does not know to every port. On the tunnel's port it shall not: there
# it neither learns nor floods.
ovl -n a bridge port set br_vxlan learning off flood off bcast_flood off mcast_flood off
ovl -n b bridge port set br_vxlan learning off flood off bcast_flood off mcast_flood off

# So the question "who has 10.10.100.11?" does not reach b, and there is no ping.
ovl -n a fdb show dev br_vxlan self
if ovl netns exec a.n1 ping -c 1 -W 1 10.10.100.11; then
	exit 1
fi

# 1. Which MAC does the address have? The container's neighbour table, which the answer to a
#    broadcast would have filled. On a there is one already, without a MAC, from the ping just now;
#    so `replace` and not `add`.
ovl -n a.n1 arp show
ovl -n a.n1 arp replace 10.10.100.11 lladdr 02:00:00:00:00:0b dev eth0
ovl -n b.n1 arp add 10.10.100.10 lladdr 02:00:00:00:00:0a dev eth0

# 2. Behind which port of the bridge is that MAC? A static entry of the bridge's own table.
#    (A permanent one would mean: that MAC is the bridge's host itself.)
ovl -n a fdb add 02:00:00:00:00:0b dev br_vxlan master static
ovl -n b fdb add 02:00:00:00:00:0a dev br_vxlan master static

# Now the frame finds the tunnel, but the tunnel does not know the host: still no ping.
if ovl netns exec a.n1 ping -c 1 -W 1 10.10.100.11; then
	exit 1
fi

# 3. Behind which host is that MAC? The vxlan's table; `dst` says that it is meant.
ovl -n a fdb add 02:00:00:00:00:0b dev br_vxlan dst 10.23.72.74
ovl -n b fdb add 02:00:00:00:00:0a dev br_vxlan dst 10.23.120.82

ovl -n a.n1 arp show
ovl -n a fdb show dev br_vxlan
ovl netns exec a.n1 ping -c 2 -w 5 10.10.100.11

# When the container moves to another host, the agent changes one entry on each of the others:
#     ovl fdb replace 02:00:00:00:00:0b dev br_vxlan dst NEW-HOST
# Without the entry the container cannot be reached any more.
ovl -n a fdb del 02:00:00:00:00:0b dev br_vxlan dst 10.23.72.74
if ovl netns exec a.n1 ping -c 1 -W 1 10.10.100.11; then
	exit 1
fi

ovl -n a fdb replace 02:00:00:00:00:0b dev br_vxlan dst 10.23.72.74
ovl netns exec a.n1 ping -c 1 -w 5 10.10.100.11

ovl netns del a a.n1 b b.n1
