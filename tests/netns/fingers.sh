#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What fingers type that have typed `ip` and `bridge` for years: the short words, the words in
# another order, the options of old. Each row is a line with `ovl` in front and, behind =>, what
# must be true afterwards. The rows run from the first to the last.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq
kernel_has bridge || skip_all 'this kernel has no bridge'
kernel_has vxlan id 1 dstport 4789 || skip_all 'this kernel has no vxlan'
kernel_has ifb || skip_all 'this kernel has no ifb'

# --- what the rows say of the outcome; OUTPUT is what the line printed
same() { # OVL-WORD...: the long way prints the same
	[ "$OUTPUT" ] && [ "$OUTPUT" = "$(ovl "$@" 2>&1)" ]
}
shows() { # TEXT: printed
	case $OUTPUT in *"$1"*) ;; *) return 1 ;; esac
}
lacks() { # TEXT: not printed
	case $OUTPUT in *"$1"*) return 1 ;; esac
}
lines() { # NUMBER of lines that were printed
	[ "$(printf '%s' "$OUTPUT" | grep -c '')" = "$1" ]
}
jqs() { # JQ: true of the printed JSON
	printf '%s' "$OUTPUT" | jq -e "$1" >/dev/null
}
as_ip() { # JQ IP-WORD...: of the printed JSON and of ip's, JQ makes the same
	as_ip_jq=$1
	shift
	[ "$(printf '%s' "$OUTPUT" | jq -c "$as_ip_jq")" = "$(ip -j "$@" | jq -c "$as_ip_jq")" ]
}
link() { # DEV JQ: true of the link
	ip -j -d link show dev "$1" 2>/dev/null | jq -e ".[0]$2" >/dev/null
}
gone() { # DEV: there is no such link
	! ip link show dev "$1" 2>/dev/null
}
port() { # DEV JQ: true of the bridge port
	link "$1" ".linkinfo.info_slave_data$2"
}
address() { # DEV ADDRESS/LEN: it has it
	ip -j addr show dev "$1" |
		jq -e ".[0].addr_info[] | select(\"\(.local)/\(.prefixlen)\" == \"$2\")" >/dev/null
}
route() { # DST JQ: true of the route
	ip -j route show "$1" | jq -e ".[0]$2" >/dev/null
}
neighbour() { # ADDRESS JQ: true of the neighbour
	ip -j neigh show "$1" nud all | jq -e ".[0]$2" >/dev/null
}
fdb() { # MAC DEV JQ: true of one of the entries
	bridge -j fdb show dev "$2" |
		jq -e "[.[] | select(.mac == \"$1\")] | any(.[]; .$3)" >/dev/null
}
netns() { # NAME: there is one
	ip netns pids "$1" >/dev/null 2>&1
}

finger() {
	finger_line=$1 finger_check=$2
	# shellcheck disable=SC2086 # words
	OUTPUT=$(ovl $finger_line 2>"$WORK/.error")
	finger_status=$?
	if [ "$finger_status" = 0 ] && eval "$finger_check" >/dev/null 2>&1; then
		ok "ovl $finger_line"
		return
	fi
	check_show "exit $finger_status; must: $finger_check"
	check_show "$OUTPUT" '  '
	check_show "$(cat "$WORK/.error")" '  '
	not_ok "ovl $finger_line"
}

ip netns add NS
ip -n NS link set lo up
ip link set lo up
ip link add v address 02:00:00:00:00:01 type veth peer name w address 02:00:00:00:00:02
ip addr add 10.0.0.1/24 dev v
ip link set v up
ip link set w up
ip link add BR type bridge
ip link set BR up

while IFS= read -r row; do
	case $row in
	'' | '#'*) ;;
	*) finger "$(printf %s "${row%%=>*}" | sed 's/ *$//')" "${row#*=> }" ;;
	esac
done <<'ROWS'
# objects
a                                      => same addr show
ad                                     => same addr show
addr                                   => same addr show
addre                                  => same addr show
address                                => same addr show
l                                      => same link show
li                                     => same link show
lin                                    => same link show
link                                   => same link show
r                                      => same route show
ro                                     => same route show
rou                                    => same route show
n add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v => neighbour 10.0.0.9 '.lladdr == "02:00:00:00:00:09"'
n                                      => same arp show
ne                                     => same arp show
nei                                    => same arp show
neigh                                  => same arp show
neighb                                 => same arp show
neighbor                               => same arp show
neighbour                              => same arp show
br                                     => same bridge show

# verbs that show
link ls                                => same link show
link list                              => same link show
link lst                               => same link show
link li                                => same link show
link lis                               => same link show
addr li                                => same addr show
a lis                                  => same addr show
neigh lis                              => same arp show
l l                                    => same link show
l sh v                                 => same link show v
l sh dev v                             => same link show v
link show dev v                        => shows 02:00:00:00:00:01
link show type veth                    => shows v && lacks BR
l ls up                                => shows v && shows BR
addr ls                                => same addr show
a l                                    => same addr show
a s                                    => same addr show
a s v                                  => shows 10.0.0.1/24 && lacks ::1/128
a s dev v                              => same addr show dev v
a sh up                                => shows 10.0.0.1/24
addr show scope host                   => shows 127.0.0.1/8 && lacks 10.0.0.1
addr show to 10.0.0.0/8                => shows 10.0.0.1/24 && lacks 127.0.0.1
r l                                    => same route show
r li                                   => same route show
r s                                    => same route show
r ls dev v                             => shows 10.0.0.0/24
route list table all                   => shows 10.0.0.0/24 && shows 127.0.0.1
r s table local                        => shows 127.0.0.1 && lacks 10.0.0.0/24
route show proto kernel                => shows 10.0.0.0/24
route show match 10.0.0.7              => shows 10.0.0.0/24
n s                                    => same arp show
neigh sh                               => same arp show
neigh ls                               => same arp show
n s dev v                              => shows 02:00:00:00:00:09
n s 10.0.0.9                           => shows 02:00:00:00:00:09
neigh show nud permanent               => shows 10.0.0.9
arp -a                                 => same arp show
arp -n                                 => same arp show
arp -an                                => same arp show
route -n                               => same route show

# links
l s v down                             => link v '.flags | index("UP") | not'
l s v up                               => link v '.flags | index("UP")'
l s dev v down                         => link v '.flags | index("UP") | not'
link set up dev v                      => link v '.flags | index("UP")'
link set v mtu 1400                    => link v '.mtu == 1400'
l s v txqueuelen 50                    => link v '.txqlen == 50'
l s v qlen 60                          => link v '.txqlen == 60'
link set w address 02:00:00:00:00:77   => link w '.address == "02:00:00:00:00:77"'
link set w addr 02:00:00:00:00:78      => link w '.address == "02:00:00:00:00:78"'
link set v alias cable                 => link v '.ifalias == "cable"'
link set v promisc on                  => link v '.promiscuity == 1'
link set v arp off                     => link v '.flags | index("NOARP")'
link set v arp on                      => link v '.flags | index("NOARP") | not'
link set v multicast off               => link v '.flags | index("MULTICAST") | not'
link set v group 7                     => link v '.group == "7"'
link set w down                        => link w '.flags | index("UP") | not'
link set w name y                      => link y '.ifname == "y"' && gone w
link set y netns NS                    => gone y && ip -n NS link show y
-n NS l s y up                         => ip -n NS -j link show y | jq -e '.[0].flags | index("UP")'
link add BR2 type bridge               => link BR2 '.linkinfo.info_kind == "bridge"'
link add name BR3 type bridge stp_state 1 => link BR3 '.linkinfo.info_data.stp_state == 1'
l a dev BR4 up type bridge             => link BR4 '.flags | index("UP")'
link set BR3 type bridge ageing_time 6000 => link BR3 '.linkinfo.info_data.ageing_time == 6000'
l d BR2                                => gone BR2
link del dev BR3                       => gone BR3
link delete BR4 type bridge            => gone BR4
link add v2 type veth peer name w2     => link v2 '.link == "w2"'
link add name v3 type veth peer name w3 netns NS => ip -n NS link show w3
l a v4 mtu 1300 type veth peer w4      => link w4 '.link == "v4"' && link v4 '.mtu == 1300'
link del v2                            => gone v2 && gone w2
l del v3                               => gone v3
link add link w4 name m1 type macvlan mode bridge => link m1 '.linkinfo.info_data.mode == "bridge"'
link add m2 link w4 type macvlan       => link m2 '.link == "w4"'
l a i1 type ifb                        => link i1 '.linkinfo.info_kind == "ifb"'
link set v4 master BR                  => link v4 '.master == "BR"'
l sh master BR                         => shows "v4 " && lacks "w4 "
link set v4 nomaster                   => link v4 '.master == null'
link set dev v4 up master BR           => link v4 '.master == "BR"'
link set v4 type bridge_slave cost 9   => port v4 '.cost == 9'
link add vx type vxlan id 5 dev v dstport 4789 local 10.0.0.1 => link vx '.linkinfo.info_data.id == 5'
link add vx2 type vxlan vni 6 dev v dstport 4790 remote 10.0.0.2 => link vx2 '.linkinfo.info_data.remote == "10.0.0.2"'
l s vx up                              => link vx '.flags | index("UP")'
link set vx master BR                  => link vx '.master == "BR"'
vxlan help                             => shows "learning {on|off}"
link help                              => shows 'ovl link set'

# addresses
a a 10.9.0.1/24 dev v                  => address v 10.9.0.1/24
a del 10.9.0.1/24 dev v                => ! address v 10.9.0.1/24
addr add 10.9.1.1/24 brd + dev v       => ip addr show dev v | grep 10.9.1.255
addr add dev v 10.9.2.1/24             => address v 10.9.2.1/24
addr add local 10.9.3.1/24 dev v scope link => address v 10.9.3.1/24
a a 10.9.4.1 dev v                     => address v 10.9.4.1/32
addr add 10.9.5.1 peer 10.9.5.2 dev v  => ip addr show dev v | grep 'peer 10.9.5.2/32'
a r 10.9.2.1/24 dev v                  => address v 10.9.2.1/24
addr add 10.9.6.1/24 dev v label v:1   => ip addr show label v:1 | grep 10.9.6.1
a d 10.9.2.1/24 dev v                  => ! address v 10.9.2.1/24
-6 a a fd00::1/64 dev v nodad          => address v fd00::1/64
addr flush dev v to 10.9.0.0/16        => ! address v 10.9.1.1/24 && address v 10.0.0.1/24

# routes
r g 10.0.0.2                           => shows 10.0.0.1
route get 10.0.0.2                     => same route get 10.0.0.2
r a default via 10.0.0.254             => route default '.gateway == "10.0.0.254"'
r s default                            => shows 10.0.0.254
r del default                          => route default ' == null'
r add default via 10.0.0.254 dev v     => route default '.dev == "v"'
r d default via 10.0.0.254             => route default ' == null'
r a 10.5.0.0/16 dev v                  => route 10.5.0.0/16 '.dev == "v"'
r r 10.5.0.0/16 via 10.0.0.253         => route 10.5.0.0/16 '.gateway == "10.0.0.253"'
r c 10.5.0.0/16 via 10.0.0.252         => route 10.5.0.0/16 '.gateway == "10.0.0.252"'
route add 10.6/16 via 10.0.0.254 src 10.0.0.1 metric 9 => route 10.6.0.0/16 '.metric == 9'
r a blackhole 10.7.0.0/16              => route 10.7.0.0/16 '.type == "blackhole"'
r a 10.8.0.0/16 via 10.0.0.254 table 100 => ip route show table 100 | grep 10.8.0.0/16
r s table 100                          => shows 10.8.0.0/16
r flush table 100                      => [ ! "$(ip route show table 100)" ]
-6 r a fd01::/64 dev v                 => ip -6 route show fd01::/64 | grep 'dev v'
r a fd02::/64 via fd00::2              => ip -6 route show fd02::/64 | grep 'via fd00::2'

# neighbours
n replace 10.0.0.9 lladdr 02:00:00:00:00:0a dev v => neighbour 10.0.0.9 '.lladdr == "02:00:00:00:00:0a"'
n r 10.0.0.9 lladdr 02:00:00:00:00:0b dev v nud reachable => neighbour 10.0.0.9 '.state == ["REACHABLE"]'
n c 10.0.0.9 lladdr 02:00:00:00:00:0c dev v => neighbour 10.0.0.9 '.lladdr == "02:00:00:00:00:0c"'
n chg 10.0.0.9 dev v nud stale         => neighbour 10.0.0.9 '.state == ["STALE"]'
n g 10.0.0.9 dev v                     => shows 02:00:00:00:00:0c
n a dev v lladdr 02:00:00:00:00:0d to 10.0.0.10 => neighbour 10.0.0.10 '.lladdr == "02:00:00:00:00:0d"'
n d 10.0.0.10 dev v                    => neighbour 10.0.0.10 ' == null or .[0].state == ["FAILED"]'
n flush dev v                          => neighbour 10.0.0.9 ' == null or .[0].state == ["FAILED"]'

# bridge
bridge fdb                             => same fdb show
bridge fdb show                        => same fdb show
bridge fdb lis                         => same fdb show
fdb li                                 => same fdb show
bridge fdb show br BR                  => same fdb show br BR
fdb show brport v4                     => same fdb show dev v4
bridge fdb add 02:00:00:00:00:21 dev vx dst 10.0.0.7 => fdb 02:00:00:00:00:21 vx 'dst == "10.0.0.7"'
bridge fdb append 00:00:00:00:00:00 dev vx dst 10.0.0.7 => fdb 00:00:00:00:00:00 vx 'dst == "10.0.0.7"'
bridge fdb append to 00:00:00:00:00:00 dst 10.0.0.8 dev vx => fdb 00:00:00:00:00:00 vx 'dst == "10.0.0.7"' && fdb 00:00:00:00:00:00 vx 'dst == "10.0.0.8"'
bridge fdb replace 02:00:00:00:00:21 dev vx dst 10.0.0.8 => fdb 02:00:00:00:00:21 vx 'dst == "10.0.0.8"'
bridge fdb del 02:00:00:00:00:21 dev vx dst 10.0.0.8 => ! fdb 02:00:00:00:00:21 vx 'dst == "10.0.0.8"'
bridge fdb replace 02:00:00:00:00:22 dev v4 master static => fdb 02:00:00:00:00:22 v4 'state == "static"'
bridge fdb add 02:00:00:00:00:23 dev v4 => fdb 02:00:00:00:00:23 v4 'master == "BR"'
bridge fdb get 02:00:00:00:00:22 br BR => shows v4
bridge link                            => shows v4
bridge link show                       => same bridge link
bridge l                               => same bridge link
bridge li                              => same bridge link
bridge l sh                            => same bridge link
bridge lin lis dev v4                  => same bridge link show dev v4
-d bridge link                         => shows v4
bridge link show dev v4                => shows v4 && lacks vx
bridge link set dev v4 cost 5          => port v4 '.cost == 5'
bridge l set dev v4 cost 6             => port v4 '.cost == 6'
bridge link set dev v4 cost 7 master   => port v4 '.cost == 7'
bridge link set dev v4 master cost 8   => port v4 '.cost == 8'
bridge link set dev v4 cost 9 self master => port v4 '.cost == 9'
bridge port set v4 priority 9 master self => port v4 '.priority == 9'
bridge port set v4 master BR           => link v4 '.master == "BR"'
--as ip bridge link set dev v4 hwmode vepa self => shows 'bridge link set dev v4 hwmode vepa'
bridge link set dev v4 learning off flood off => port v4 '.learning == false'
bridge link set dev v4 hairpin on      => port v4 '.hairpin == true'
bridge link set dev v4 guard on isolated on => port v4 '.isolated == true'

# namespaces
netns                                  => same netns show
netns l                                => same netns show
netns ls                               => same netns show
netns list                             => same netns show
netns li                               => same netns show
netns lis                              => same netns show
netns add NS2                          => netns NS2
netns a NS3                            => netns NS3
netns delete NS2                       => ! netns NS2
netns d NS3                            => ! netns NS3
netns exec NS ip link show y           => shows y
netns exec NS ovl l                    => same -n NS link show
netns e NS true                        => lines 0
-all netns exec true                   => lines 0
netns pids NS                          => lines 0
netns identify                         => lines 0

# options
-n NS a                                => same --netns NS addr show
-netns NS l                            => same --netns NS link show
-net NS l                              => same --netns NS link show
-f inet6 r                             => shows fd01::/64 && lacks 10.0.0.0/24
-family inet a                         => lacks fd00::1
-6 r                                   => shows fd01::/64 && lacks 10.0.0.0/24
-4 a                                   => shows 10.0.0.1/24 && lacks fd00::1
-6 a s dev v                           => shows fd00::1/64 && lacks 10.0.0.1
-br l                                  => shows v && lacks 1400
-br link                               => same --brief link show
-br a                                  => shows 10.0.0.1/24
-brief addr show dev v                 => shows 10.0.0.1/24
-br -c link                            => shows 02:00:00:00:00:01
-c l                                   => shows 02:00:00:00:00:01
-c=never a                             => same addr show
-color=never l                         => same link show
-d l                                   => shows 'id 5' && shows stp_state
-details link show vx                  => shows 'id 5'
-det l sh vx                           => shows 'id 5'
-s l                                   => shows RX
-stats link show v                     => shows RX
-s -s l                                => shows RX
-o l                                   => same --oneline link show
-oneline a s v                         => lacks ADDRESS
-o -4 a s v                            => lines 1
-j a                                   => as_ip '[.[].ifname] | sort' addr
-j l                                   => as_ip 'sort_by(.ifname) | [.[] | {ifname, flags, mtu, address}]' link
-j r                                   => as_ip '[.[].dst] | sort' route
-j n                                   => jqs 'type == "array"'
-j fdb                                 => jqs 'map(.mac) | index("02:00:00:00:00:22")'
-json -pretty l sh v                   => jqs '.[0].ifname == "v"'
-p -j a s v                            => jqs '.[0].addr_info[0].local == "10.0.0.1"'
-j -d l sh vx                          => jqs '.[0].linkinfo.info_data.id == 5'
-j -6 r                                => jqs 'map(.dst) | index("fd01::/64")'
-batch /dev/null                       => lines 0
-force -batch /dev/null                => lines 0
-b /dev/null                           => lines 0
-V                                     => shows ovl
-Version                               => shows ovl
help                                   => shows 'ovl [OPTIONS]'
ROWS

# And the other way round: what ovl would do, in the words that fingers know.
check_prints 'to leave a bridge is nomaster' 'ip link set v4 mtu 1400 nomaster' \
	ovl --as ip l s v4 nomaster mtu 1400

# What ip would take and ovl does not guess at is refused with its candidates, and nothing is sent.
check_error 1 'ambiguous' 'vx of veth and vxlan: v alone says neither' ovl v
check_error 1 "'self' goes with hwmode only" 'what the bridge is told is not of the device' \
	ovl bridge link set dev v4 cost 5 self
check_error 1 "has no verb 'fl'" 'flush is written out' ovl addr fl dev v
check 'and nothing was flushed' address v 10.0.0.1/24
check_error 1 "did you mean 'link'" 'an unknown object suggests the nearest' ovl lnik
check_error 1 "'dev' is not known here" 'a word that stands in the wrong place' ovl link show up 10.0.0.1/24 dev v
check_lacks 'is not suggested in its own place' 'did you mean' "$OUTPUT"
