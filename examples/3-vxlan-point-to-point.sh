#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A VXLAN between two hosts: an Ethernet segment of one's own across somebody else's IP network.
. "$(dirname "$0")/private"
set -x

# The hosts are namespaces, `a` and `b`. Their eth0 is the network that the provider gave them,
# the underlay. On real machines this part is there already: leave it out, and `-n a` and `-n b`.
ovl netns add a b
ovl veth add eth0 netns a up addr 10.23.120.82/16 peer eth0 netns b up addr 10.23.72.74/16

# A VXLAN device wraps each Ethernet frame into a UDP packet and sends it to the host behind which
# the frame's destination is. Such a wrapper and unwrapper is called a VTEP.
#   id       the VNI, number of the virtual network; both sides must agree on it
#   dstport  the UDP port, likewise; 4789 is the standard's, but `ip` takes 8472 when not told
#   local    the address that our packets come from
#   remote   where frames go whose destination has not been learned yet, broadcasts included
#   dev      the interface they leave through; it also makes the mtu fit: 1500 less 50 of headers
ovl -n a link add vxlan0 type vxlan id 111 dstport 4789 remote 10.23.72.74 local 10.23.120.82 \
	dev eth0
ovl -n a addr add 10.10.1.2/24 dev vxlan0
ovl -n a link set vxlan0 up

# The other host is the mirror image: `local` and `remote` change places, and the address differs.
# `ovl vxlan add` is short for `ovl link add … type vxlan`, and takes all of it in one line.
ovl -n b vxlan add vxlan0 id 111 dstport 4789 remote 10.23.120.82 local 10.23.72.74 dev eth0 \
	addr 10.10.1.3/24 up
ovl --all-netns vxlan show

# Three tables take part. The route says: that net is behind vxlan0.
ovl -n a route show
# The neighbour table says which MAC the address has: nothing until somebody has asked.
ovl -n a arp show dev vxlan0
# The forwarding database says which VTEP that MAC is behind. The all-zero entry is what `remote`
# has put there: for MACs that are not in the table.
ovl -n a fdb show dev vxlan0

ovl netns exec a ping -c 2 -w 5 10.10.1.3

# The question "who has 10.10.1.3?" was a broadcast and took the all-zero entry. From the answer
# the neighbour table took the MAC, and the vxlan learned behind which VTEP it is.
ovl -n a arp show dev vxlan0
ovl -n a fdb show dev vxlan0

ovl netns del a b
