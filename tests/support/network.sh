# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A network that is the same in every run, for the golden tests, which read this in: MACs, names
# and states are fixed. `ip` and `bridge` make it: what ovl shows does not depend on what it makes.
needs ip bridge sysctl

# No addresses and no packets of the kernel's own.
quiet() {
	"$@" sysctl -qw net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.all.disable_ipv6=1 \
		2>/dev/null || skip_all 'IPv6 cannot be kept quiet here'
}

# Carriers are found by a worker of the kernel, some time after both ends are up.
settled() {
	for link in br0 red0 blue0 under0 under1 vx0; do
		[ "$(ip link show up "$link" | grep -c LOWER_UP)" = 1 ] &&
			! ip link show "$link" | grep -q NO-CARRIER || return 1
	done
	for link in red blue; do
		ip -n $link link show eth0 | grep -q LOWER_UP || return 1
	done
}

make_network() {
	quiet
	ip netns add red
	ip netns add blue
	quiet ip netns exec red
	quiet ip netns exec blue
	ip link set lo up
	ip link add br0 address 02:00:00:00:01:00 type bridge ageing_time 60000 mcast_snooping 0
	ip link add br1 address 02:00:00:00:01:01 type bridge
	ip link add red0 address 02:00:00:00:02:00 type veth \
		peer name eth0 address 02:00:00:00:02:01 netns red
	ip link add blue0 address 02:00:00:00:03:00 mtu 1450 type veth \
		peer name eth0 address 02:00:00:00:03:01 netns blue mtu 1450
	ip link add under0 address 02:00:00:00:04:00 type veth \
		peer name under1 address 02:00:00:00:04:01
	ip link add vx0 address 02:00:00:00:05:00 type vxlan id 42 dstport 4789 \
		local 192.0.2.1 remote 192.0.2.2 dev under0
	ip link add vx1 address 02:00:00:00:05:01 type vxlan id 43 dstport 8472 nolearning
	ip link set under0 alias 'the wire'
	for port in red0 blue0 vx0; do
		ip link set $port master br0
	done
	bridge link set dev blue0 isolated on
	for link in under0 under1 red0 blue0 vx0 br0; do
		ip link set $link up
	done
	ip -n red link set eth0 up
	ip -n blue link set eth0 up
	wait_for settled

	ip addr add 192.0.2.1/24 dev under0
	ip addr add 192.0.2.9/24 dev under0 label under0:old
	ip addr add 10.0.0.254/24 brd + dev br0 metric 50
	ip -n red addr add 10.0.0.1/24 dev eth0
	ip route add 198.51.100.0/24 via 10.0.0.1 dev br0 metric 20 src 10.0.0.254
	ip route add 203.0.113.0/24 proto static nexthop via 10.0.0.1 weight 2 nexthop via 10.0.0.2
	ip route add blackhole 10.9.0.0/16
	ip route add 10.8.0.0/16 via 10.0.0.1 mtu lock 1400 table 100
	ip neigh add 10.0.0.1 lladdr 02:00:00:00:02:01 dev br0 nud permanent
	ip neigh add 10.0.0.2 lladdr 02:00:00:00:03:01 dev br0 nud noarp
	ip neigh add proxy 192.0.2.77 dev under0
	bridge fdb add 02:00:00:00:02:01 dev red0 master static
	bridge fdb add 02:00:00:00:06:01 dev vx0 dst 192.0.2.3 self
	bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.4 self
	bridge fdb add 02:00:00:00:06:02 dev vx1 dst 192.0.2.5 port 4790 vni 7 self
}
