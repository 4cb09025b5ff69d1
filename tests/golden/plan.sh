#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What changing commands would do: --dry-run says it in ovl's words, --as ip in iproute2's. The
# golden file of an object has each command, its steps, and its commands; nothing is sent, which
# the network itself proves at the end.
. "$(dirname "$0")/../support/check.sh"
. "$(dirname "$0")/../support/network.sh"
make_network

# Each line of stdin is a command of ovl.
plans() {
	while read -r line; do
		echo "\$ ovl $line"
		for how in '--dry-run' '--as ip'; do
			# shellcheck disable=SC2086 # words
			eval "ovl $how $line" 2>&1 || echo "exit $?"
		done
	done
}
golden() {
	cat >"$WORK/$1"
	check_golden "plans of $1" "plan/$1.txt" plans <"$WORK/$1"
}
everything() {
	ip -A -d -j link
	ip -j -n red link
	ip -j addr
	ip -j route show table all
	ip -j neigh show nud all
	bridge -j fdb | jq -cS 'map(del(.updated, .used)) | sort_by(tojson)'
} 2>/dev/null
before=$(everything)

golden netns <<'END'
netns add green yellow
netns del red
netns set red 7
netns set blue auto
netns attach green 1
END
golden link <<'END'
link add green0 type veth peer name green1
link add green0 netns red up mtu 1400 type veth peer name green1 netns blue address 02:00:00:00:07:01
link add name br7 up type bridge stp_state on ageing_time 10s
link add vx7 type vxlan id 7 group 239.1.1.1 dev under0 dstport 4789 ttl auto
link add mv0 link under0 type macvlan mode bridge
link set under1 up mtu 1400
link set under1 name under2 netns red
link set red0 nomaster
link set red0 master br1 type bridge_slave isolated on cost 100
link set under0 alias "two words" txqueuelen 100 promisc on arp off
link set br0 type bridge mcast_querier on
link property add dev br0 altname bridge-of-all
link del vx1
link del nosuch
END
golden veth <<'END'
veth add a0
veth add a0 peer b0
veth add a0 netns red up addr 10.7.0.1/24 peer b0 netns blue up addr 10.7.0.2/24 addr fd07::2/64
veth add a0 up master br0 peer eth1 netns red mtu 1400 address 02:00:00:00:07:02
veth set under1 down multicast off
veth del red0
END
golden bridge <<'END'
bridge add br7
bridge addbr br7
bridge add br7 up vlan_filtering on priority 4096 forward_delay 200 addr 10.7.0.1/24
bridge set br0 stp_state on mcast_snooping off group_fwd_mask 0x8
bridge addif br1 under0 under1
bridge delif br0 red0 blue0
bridge delif br1 red0
bridge port set red0 isolated on learning off state blocking
bridge link set dev red0 hairpin on
bridge delbr br1
END
golden vxlan <<'END'
vxlan add vx7 id 7
vxlan add vx7 id 7 dstport 4789 local 192.0.2.1 remote 192.0.2.2 dev under0 nolearning up master br0
vxlan add vx7 id 7 local 2001:db8::1 group ff05::7 dev under0 ttl 16 tos inherit srcport 4000 5000
vxlan add vx7 external vnifilter dstport 4789
vxlan set vx0 remote 192.0.2.9 ageing 60
vxlan set vx0 id 9
vxlan remote add vx1 192.0.2.8
vxlan remote del vx0 192.0.2.4
vxlan del vx1
END
golden addr <<'END'
addr add 10.7.0.1/24 dev under0
addr add 10.7.0.1/24 brd + dev under0 label under0:x scope link metric 7
addr add 10.7.0.1 peer 10.7.0.2/32 dev under0
addr add fd07::1/64 dev under0 nodad noprefixroute valid_lft 600 preferred_lft forever
addr replace 192.0.2.1/24 dev under0 metric 9
addr change 192.0.2.1/24 dev under0 preferred_lft 60 valid_lft 120
addr del 192.0.2.9/24 dev under0
addr flush dev under0 scope global
END
golden fdb <<'END'
fdb add 02:00:00:00:07:01 dev red0
fdb add 02:00:00:00:07:01 dev red0 permanent vlan 7
fdb add 02:00:00:00:07:01 dev vx0 dst 192.0.2.7 port 4790 vni 9 via under0
fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.7
bridge fdb replace 02:00:00:00:06:01 dev vx0 dst 192.0.2.8 self
fdb add 02:00:00:00:07:01 dev vx0
fdb del 02:00:00:00:06:01 dev vx0 dst 192.0.2.3
fdb flush dev vx0
END
golden arp <<'END'
arp add 10.0.0.7 lladdr 02:00:00:00:07:01 dev br0
neigh replace 10.0.0.7 lladdr 02:00:00:00:07:01 nud stale dev br0 router protocol static
arp add fd00::7 lladdr 02:00:00:00:07:01 dev br0 extern_learn nud noarp
arp add proxy 10.0.0.8 dev br0
arp change 10.0.0.1 nud reachable dev br0
arp del 10.0.0.1 dev br0
arp flush dev br0 nud permanent
END
golden route <<'END'
route add default via 10.0.0.1
route add 10.7.0.0/16 via 10.0.0.1 dev br0 src 10.0.0.254 metric 5 table 7 proto static onlink
route append 198.51.100.0/24 via 10.0.0.2 metric 20
route prepend 198.51.100.0/24 via 10.0.0.3 metric 20
route replace 198.51.100.0/24 metric 20 nexthop via 10.0.0.1 weight 3 nexthop via 10.0.0.2
route change 198.51.100.0/24 via 10.0.0.2 metric 20 mtu lock 1300 advmss 1200
route add unreachable fd07::/32
route add fd08::/32 via fd00::1 dev br0 pref high
route add 10.6.0.0/16 via inet6 fe80::1 dev br0
route add 10.5.0.0/16 encap ip id 5 dst 192.0.2.7 ttl 9 dev vx1
route del 198.51.100.0/24
route flush root 198.51.100.0/24
END
check_equal 'and nothing has changed' "$before" "$(everything)"
