#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Columns as people and awk see them: of every listing, over a network that is always the same.
. "$(dirname "$0")/../support/check.sh"
. "$(dirname "$0")/../support/network.sh"
make_network

# The vxlan's and the neighbours' tables are hashed with a seed: their order is the kernel's whim.
# Which multicast a device listens to is, too.
sorted() {
	"$@" | awk 'NR == 1 && /^(MAC|ADDRESS) / { print; fflush(); next }
		!/^(01:00:5e|33:33)/ { print | "LC_ALL=C sort" }'
}
shows() {
	file=$1
	shift
	check_golden "ovl $*" "columns/$file.txt" ovl "$@"
}
shows_sorted() {
	file=$1
	shift
	check_golden "ovl $*, sorted" "columns/$file.txt" sorted ovl "$@"
}

shows link link show
shows link-oneline -o link show
shows link-brief -br link show
shows link-all -A link show
shows link-one link show under0
shows link-master link show master br0
shows veth veth show
shows veth-all -A veth show
shows veth-oneline -o veth show
shows vxlan vxlan show
shows vxlan-oneline -o vxlan show
shows bridge bridge show
shows bridge-oneline -o bridge show
shows port bridge port show
shows port-oneline -o bridge port show
shows addr addr show
shows addr-oneline -o addr show
shows addr-all -A addr show
shows addr-inet -4 addr show
shows route route show
shows route-oneline -o route show
shows route-tables route show table all
shows netns netns show
shows_sorted arp arp show nud all
shows_sorted arp-oneline -o arp show nud all
shows_sorted arp-proxy arp show proxy
shows_sorted fdb-vxlan fdb show dev vx0
shows_sorted fdb-bridge fdb show br br0
shows_sorted fdb-oneline -o fdb show dev vx1
shows remote vxlan remote show vx1
shows nothing link show master br1
shows not-there link show nosuch
