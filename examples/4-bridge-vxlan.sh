#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Containers on two hosts in one Ethernet segment: each host has a bridge, and a VXLAN joins them.
. "$(dirname "$0")/private"
set -x

# The hosts are namespaces, `a` and `b`, and each has a container `n1`: `a.n1` and `b.n1` here,
# since all of them live on one machine. Between the hosts there is the underlay, their eth0.
ovl netns add a a.n1 b b.n1
ovl veth add eth0 netns a up addr 10.23.120.82/16 peer eth0 netns b up addr 10.23.72.74/16

# Host a, step by step. First the container on the bridge, as in 2-bridge.sh.
ovl -n a link add br_test type bridge
ovl -n a link set dev br_test up
port=$(ovl -n a link add n1_dev type veth)
ovl -n a link set dev n1_dev netns a.n1
ovl -n a link set dev "$port" up
ovl -n a link set "$port" master br_test

# The container must not send more than fits through the tunnel: 1500 less 50 bytes of outer
# headers. Its end of the veth does not know of the tunnel; without this, small packets pass and
# large ones vanish.
ovl -n a.n1 link set dev n1_dev name eth0 mtu 1450
ovl -n a.n1 addr add 10.10.100.10/24 dev eth0
ovl -n a.n1 link set dev lo up
ovl -n a.n1 link set dev eth0 up

# Then the tunnel to host b, as one more port of the bridge. It has no address of its own: the
# addresses are the containers'.
ovl -n a link add br_vxlan type vxlan id 333 dstport 4789 remote 10.23.72.74 local 10.23.120.82 \
	dev eth0
ovl -n a link set br_vxlan up
ovl -n a link set br_vxlan master br_test

# Host b, in ovl's shorter words: each link is born with everything it needs.
ovl -n b bridge add br_test up
ovl -n b vxlan add br_vxlan id 333 dstport 4789 remote 10.23.120.82 local 10.23.72.74 dev eth0 \
	master br_test up
ovl -n b.n1 link set lo up
ovl veth add n1_dev netns b up master br_test \
	peer eth0 netns b.n1 up mtu 1450 addr 10.10.100.11/24

ovl --all-netns bridge show
ovl --all-netns veth show

ovl netns exec a.n1 ping -c 2 -w 5 10.10.100.11
# The largest packet that fits, in one piece: 1450 less 20 bytes of IP and 8 of ICMP.
ovl netns exec a.n1 ping -c 1 -w 5 -M 'do' -s 1422 10.10.100.11

# Host a has two forwarding databases for the container on b. The bridge's says through which
# port (br_vxlan), the vxlan's says to which host (dst).
ovl -n a fdb show br br_test master
ovl -n a fdb show dev br_vxlan self

ovl netns del a a.n1 b b.n1

# The same from a file, which says what should be there instead of how to make it: all of it is
# made, or nothing. What is changed by hand is a difference, until the file is applied again.
ovl apply "$examples/4-bridge-vxlan.yaml"
ovl netns exec a.n1 ping -c 2 -w 5 10.10.100.11
ovl -n a link set n1_dev nomaster
ovl diff "$examples/4-bridge-vxlan.yaml" || [ $? = 3 ]
ovl apply "$examples/4-bridge-vxlan.yaml"
ovl destroy "$examples/4-bridge-vxlan.yaml"
