#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Two namespaces on a bridge, the way containers of one machine are connected.
. "$(dirname "$0")/private"
set -x

# A bridge is a switch: it learns which MAC is behind which port, and sends a frame only there.
# `ovl bridge addbr br_test` and `ovl link add br_test type bridge` do the same.
ovl bridge addbr br_test
ovl link set dev br_test up

# Two containers, as far as their network is concerned.
ovl netns add net3 net4

# A cable for each. One end moves into the container; the other stays here, under the name that
# the kernel gave it and ovl printed.
port3=$(ovl link add ctr3_dev type veth)
port4=$(ovl link add ctr4_dev type veth)
ovl link set dev ctr3_dev netns net3
ovl link set dev ctr4_dev netns net4

# The ends that stayed are plugged into the bridge.
ovl bridge addif br_test "$port3" "$port4"
ovl bridge show
ovl veth show

# Inside, a container calls its interface eth0. Names are free for each namespace to choose.
ovl -n net3 link set dev ctr3_dev name eth0
ovl -n net4 link set dev ctr4_dev name eth0

ovl -n net3 addr add 10.10.20.10/24 dev eth0
ovl -n net4 addr add 10.10.20.11/24 dev eth0
ovl -n net3 link set dev lo up
ovl -n net3 link set dev eth0 up
ovl -n net4 link set dev lo up
ovl -n net4 link set dev eth0 up
ovl link set "$port3" up
ovl link set "$port4" up

ovl netns exec net3 ping -c 1 -w 5 10.10.20.11

# What the bridge has learned from those packets: the dynamic entries. The permanent ones
# are the ports' own MACs.
ovl fdb show br br_test master

# A port that is unplugged is an ordinary link again.
ovl bridge delif br_test "$port4"
ovl bridge show

ovl netns del net3 net4
ovl bridge delbr br_test

# The shorter way: the container's end is born inside, named and up, its other end as a port.
ovl bridge add br_test up
ovl netns add net3 net4
ovl veth add eth0 netns net3 up addr 10.10.20.10/24 peer ctr3_dev up master br_test
ovl veth add eth0 netns net4 up addr 10.10.20.11/24 peer ctr4_dev up master br_test
ovl netns exec net3 ping -c 1 -w 5 10.10.20.11
ovl netns del net3 net4
ovl bridge del br_test
