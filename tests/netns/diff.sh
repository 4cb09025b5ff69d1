#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# diff, plan and capture: the script of a plan builds what the file says, a diff shows what was
# changed by hand and nothing else, a capture is read back as what it was made from.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq
kernel_has veth peer name probe-peer || skip_all 'this kernel has no veth'
kernel_has bridge || skip_all 'this kernel has no bridge'
kernel_has vxlan id 1 dstport 4789 || skip_all 'this kernel has no vxlan'

cat >"$WORK/lab.yaml" <<'END'
ovl: 1
lab: demo
links:
  br0: {type: bridge, ageing_time: 200s, altname: [the-bridge], addr: [10.9.0.254/24, 10.9.0.253/24]}
  vx0: {type: vxlan, id: 7, local: 10.9.0.254, remotes: [10.9.0.2, 10.9.0.3], master: br0}
  v1: {master: br0, port: {isolated: on}}
  v2: {master: br0}
netns:
  n1:
    links:
      eth0: {type: veth, peer: host/v1, address: 02:00:00:00:00:01, addr: [10.9.0.1/24, "fd00::1/64"]}
    routes:
      - default via 10.9.0.254
      - {to: 10.77.0.0/16, via: 10.9.0.2, metric: 20}
      - "fd01::/64 via fd00::2"
      - blackhole 10.66.0.0/16
    arp: [10.9.0.11 lladdr 02:00:00:00:00:0b dev eth0]
    sysctl: {net.ipv4.ip_forward: 1}
  n2:
    links:
      eth0: {type: veth, peer: host/v2, addr: [10.9.0.5/24]}
      eth1: {type: veth, peer: eth2}
      br1: {type: bridge}
      eth2: {master: br1, mtu: 1400}
      vx1: {type: vxlan, id: 9, dev: eth0, remote: 10.9.0.9}
fdb:
  - 02:00:00:00:00:0b dev vx0 dst 10.9.0.2
  - 02:00:00:00:00:0c dev v1
END

# in_sync SENTENCE FILE [OPTION...]: the diff is empty.
in_sync() {
	sentence=$1 file=$2
	shift 2
	check_prints "$sentence" '' ovl "$@" diff "$file"
}
# by_script FILE [OPTION...]: what the plan's script does.
by_script() {
	file=$1
	shift
	ovl "$@" plan --as ip "$file" >"$WORK/script"
	sh "$WORK/script"
}
# differs SENTENCE EXPECTED FILE [OPTION...]: the diff, without the places in the file.
differs() {
	sentence=$1 expected=$2 file=$3
	shift 3
	OUTPUT=$(ovl "$@" diff "$file")
	status=$?
	check_equal "$sentence" "$expected
exit 3" "$(printf '%s\n' "$OUTPUT" | sed 's|  \[[^][]*:[0-9]*:[0-9]*\]$||')
exit $status"
}

# Nothing there yet
check_fails 3 'a lab that is not there differs' ovl diff "$WORK/lab.yaml"
check_contains 'each line says where in the file it comes from' "[$WORK/lab.yaml:4:3]" "$OUTPUT"
check_fails 3 'and so it does as a plan' ovl plan "$WORK/lab.yaml"
check_equal 'diff and plan made nothing' '' "$(ip -br link show type bridge; ip netns)"

check 'the script of the plan runs in sh' by_script "$WORK/lab.yaml"
in_sync 'and builds what the file says' "$WORK/lab.yaml"
check_prints 'a plan for it has no steps' '' ovl plan "$WORK/lab.yaml"
check_equal 'a link says whose it is' 'ovl:demo' "$(ip -j link show br0 | jq -r '.[0].ifalias')"
check_equal 'and a namespace by its lo' 'ovl:demo' "$(ip -n n1 -j link show lo | jq -r '.[0].ifalias')"
check_equal 'a vxlan inside a namespace has its underlay there' eth0 \
	"$(ip -n n2 -d -j link show vx1 | jq -r '.[0].linkinfo.info_data.link')"

# What goes over the wire
ovl -v diff "$WORK/lab.yaml" 2>"$WORK/wire" >/dev/null
types=$(sed -n 's/^-> .* type \([0-9]*\) .*/\1/p' "$WORK/wire")
check 'a diff asks the kernel' test -n "$types"
# RTM_NEW..., RTM_DEL..., RTM_GET..., RTM_SET...: rtnetlink(7) numbers them in fours from 16 on.
check_equal 'and sends nothing else: every message is a question' '' \
	"$(printf '%s\n' "$types" | awk '$1 % 4 != 2')"
ovl -v plan "$WORK/lab.yaml" 2>"$WORK/wire" >/dev/null
ovl -v capture 2>>"$WORK/wire" >/dev/null
check_equal 'plan and capture neither' '' \
	"$(sed -n 's/^-> .* type \([0-9]*\) .*/\1/p' "$WORK/wire" | awk '$1 % 4 != 2')"

# Changes by hand
ip link set v1 mtu 1300
ip -n n2 link set br1 type bridge stp_state 1
bridge fdb add 02:00:00:00:00:0e dev vx0 dst 10.9.0.2
bridge fdb del 00:00:00:00:00:00 dev vx0 dst 10.9.0.3
ip -n n1 route change 10.77.0.0/16 via 10.9.0.3 metric 20
ip -n n1 neigh change 10.9.0.11 lladdr 02:00:00:00:00:0d dev eth0 nud permanent
ip -n n1 address add 10.8.0.1/24 dev eth0
ip -n n2 link set eth0 down
ip link property del dev br0 altname the-bridge
differs 'each change by hand shows, what no file names only when it is the lab'"'"'s' "host
  + altname dev br0 altname the-bridge
  + fdb 00:00:00:00:00:00 dev vx0 self dst 10.9.0.3  state permanent
  - fdb 02:00:00:00:00:0e dev vx0 self dst 10.9.0.2
netns n1
  - addr 10.8.0.1/24 dev eth0
  ~ arp 10.9.0.11 dev eth0  lladdr 02:00:00:00:00:0d -> 02:00:00:00:00:0b
  ~ route 10.77.0.0/16 metric 20  via 10.9.0.3 -> 10.9.0.2
netns n2
  ~ link eth0  up off -> on" "$WORK/lab.yaml"
check_equal 'as JSON, too' '{"create":2,"change":3,"replace":0,"delete":2,"adopt":0,"conflict":0}' \
	"$(ovl -j diff "$WORK/lab.yaml" | jq -c '.summary | del(.unchanged)')"
check_equal 'with what was and what shall be' \
	'{"netns":"n1","object":"route","name":"10.77.0.0/16 metric 20","action":"change","attributes":[{"name":"via","before":"10.9.0.3","after":"10.9.0.2","forces_replace":false}],"line":14,"column":9}' \
	"$(ovl -j diff "$WORK/lab.yaml" | jq -c '.changes[] | select(.object == "route") | del(.file)')"
check 'the script heals it' by_script "$WORK/lab.yaml"
in_sync 'completely' "$WORK/lab.yaml"
ip link set v1 mtu 1500
ip -n n2 link set br1 type bridge stp_state 0

# What is fixed is made anew, with what falls along
sed 's/id: 7/id: 8/' "$WORK/lab.yaml" >"$WORK/replace.yaml"
differs 'a fixed attribute replaces the link' 'host
  -/+ link vx0  id 7 -> 8 (forces a replacement)' "$WORK/replace.yaml"
check 'its entries and its port come back' by_script "$WORK/replace.yaml"
in_sync 'so that nothing is missing' "$WORK/replace.yaml"

sed 's/peer: host\/v2/peer: host\/v3/; s/^  v2:/  v3:/' "$WORK/replace.yaml" >"$WORK/peer.yaml"
check 'another other end is another pair' by_script "$WORK/peer.yaml"
in_sync 'with its addresses and its underlay' "$WORK/peer.yaml"
check_fails 1 'and the old end is gone' ovl link show v2

sed 's/, 10.9.0.253\/24//; s/10.9.0.254\/24/10.9.0.253\/24/' "$WORK/peer.yaml" >"$WORK/primary.yaml"
differs 'a primary address that goes shows alone' 'host
  - addr 10.9.0.254/24 dev br0' "$WORK/primary.yaml"
check 'its secondaries stay' by_script "$WORK/primary.yaml"
in_sync 'as they were' "$WORK/primary.yaml"

# Others
ip link add theirs type veth peer name theirs2
ip address add 192.0.2.1/24 dev theirs
printf 'ovl: 1\nlab: demo\nlinks: {theirs: {mtu: 1400}}\n' >"$WORK/theirs.yaml"
in_sync 'what is somebody else'"'"'s and not named is no difference' "$WORK/primary.yaml"
check_fails 5 'named, it is a conflict' ovl --no-prune diff "$WORK/theirs.yaml"
check_contains 'that says why' '! link theirs: it exists and is not the lab'"'"'s own' "$OUTPUT"
check_equal 'for which there is no step' '' "$(ovl --no-prune plan "$WORK/theirs.yaml" | grep '^[-+~]')"
check_fails 3 '--adopt takes it over' ovl --no-prune --adopt diff "$WORK/theirs.yaml"
check 'by its alias' by_script "$WORK/theirs.yaml" --no-prune --adopt
check_equal 'which says so' 'ovl:demo:adopted' "$(ip -j link show theirs | jq -r '.[0].ifalias')"
in_sync 'and it is in sync without --adopt then' "$WORK/theirs.yaml" --no-prune
printf 'ovl: 1\nlab: other\nlinks: {br0: {type: bridge}}\n' >"$WORK/other.yaml"
check_fails 5 'what another lab has is a conflict' ovl diff "$WORK/other.yaml"
check_contains 'that names it' "it belongs to the lab 'demo'" "$OUTPUT"
check_fails 5 'which --adopt does not change' ovl --adopt diff "$WORK/other.yaml"
printf 'ovl: 1\nlab: other\nlinks: {theirs2: {manage: patch, mtu: 1400, addr: [192.0.2.2/24]}}\n' >"$WORK/patch.yaml"
check 'what is patched needs no owner' by_script "$WORK/patch.yaml"
in_sync 'and has what is named' "$WORK/patch.yaml"

# Nothing is left of the lab; the rest stays
printf 'ovl: 1\nlab: demo\n' >"$WORK/empty.yaml"
ip link set theirs alias ''
check_fails 3 'a file that names nothing differs in all that the lab has' ovl diff "$WORK/empty.yaml"

# Captures
check_error 1 "lab 'nosuch'" 'a lab that is not there' ovl capture nosuch
ovl capture demo >"$WORK/captured.yaml"
in_sync 'a captured lab is in sync' "$WORK/captured.yaml"
check 'its script removes the lab for a file that names nothing' by_script "$WORK/empty.yaml"
in_sync 'and nothing of it is left' "$WORK/empty.yaml"
check_equal 'no namespace' '' "$(ip netns)"
check_equal 'what was not its own is' 'theirs theirs2' \
	"$(ip -j link show type veth | jq -r '[.[].ifname] | sort | join(" ")')"
check 'what was captured is built again' by_script "$WORK/captured.yaml"
in_sync 'as it was' "$WORK/captured.yaml"
differs 'also seen from the file it once was, but for settings, which no capture knows' 'netns n1
  ~ sysctl net.ipv4.ip_forward  value 0 -> 1' "$WORK/primary.yaml"
by_script "$WORK/empty.yaml" >/dev/null

# On what is not the lab's own
ip netns add given
ip -n given link set lo up
ip -n given link add name gb type bridge
cat >"$WORK/shared.yaml" <<'END'
ovl: 1
lab: shared
links:
  theirs: {manage: patch, up: on, addr: [192.0.2.1/24, 192.0.2.3/24]}
netns:
  given: {adopt: true, links: {gb: {type: bridge, adopt: true, mtu: 1400}}}
routes:
  - 198.51.100.0/24 via 192.0.2.9
  - 198.51.102.0/24 via 192.0.2.8
END
ip link set theirs up
ip route replace 198.51.100.0/24 via 192.0.2.9 proto dhcp
ip route replace 198.51.101.0/24 via 192.0.2.9
check 'a lab settles on somebody else'"'"'s network' by_script "$WORK/shared.yaml"
in_sync 'and finds there what it wants' "$WORK/shared.yaml"
check_equal 'its own route says whose it is, one that was there stays whose it was' 'dhcp 111' \
	"$(ip -j route show 198.51.100.0/24 | jq -r '.[0].protocol') $(ip -N -j route show 198.51.102.0/24 | jq -r '.[0].protocol')"
sed -i 's/198.51.100.0\/24 via 192.0.2.9/198.51.101.0\/24 via 192.0.2.8/' "$WORK/shared.yaml"
check_fails 5 'a route that is somebody else'"'"'s and leads elsewhere is a conflict' ovl diff "$WORK/shared.yaml"
printf 'ovl: 1\nlab: shared\n' >"$WORK/gone.yaml"
differs 'what was adopted is given back, not removed' 'netns given
  - link lo  (given back, not removed)
  - link gb  (given back, not removed)' "$WORK/gone.yaml"
check 'by a script, too' by_script "$WORK/gone.yaml"
in_sync 'after which nothing is the lab'"'"'s' "$WORK/gone.yaml"
check_equal 'and the namespace is there' given "$(ip netns | cut -d' ' -f1)"
ip netns del given
ip route del 198.51.101.0/24

# What is stacked on a link has its MAC in a table of that
if kernel_has ifb && ip link add name probe-lower type ifb && ip link add link probe-lower type macvlan; then
	ip link del probe-lower
	cat >"$WORK/stacked.yaml" <<'END'
ovl: 1
lab: stacked
links:
  sb: {type: bridge, ageing_time: 999}
  sm: {type: macvlan, link: sb, mode: bridge}
END
	by_script "$WORK/stacked.yaml"
	in_sync 'which is no entry of anybody, and a time that the kernel rounds no difference' "$WORK/stacked.yaml"
	printf 'ovl: 1\nlab: stacked\n' >"$WORK/gone.yaml"
	by_script "$WORK/gone.yaml"
else
	skip 'this kernel has no macvlan'
fi

# A port's cost, where somebody set it
ip link add co type bridge
ip link add cv master co type veth peer name cw
ip link add ci master co type ifb
check_lacks 'what the kernel says a port costs is not captured' cost "$(ovl capture | grep -E '^  c[vi]:')"
ip link set cv type bridge_slave cost 100
check_contains 'what somebody said is' 'port: {cost: 100}' "$(ovl capture | grep '^  cv:')"
ip link set ci type bridge_slave cost 55
ovl capture >"$WORK/cost.yaml"
check_contains 'of any link' 'port: {cost: 55}' "$(grep '^  ci:' "$WORK/cost.yaml")"
ip link set cv type bridge_slave cost 7
check_equal 'and is set again' '~ link cv  cost 7 -> 100' \
	"$(ovl diff "$WORK/cost.yaml" | sed -n 's/^ *\(~ link cv  [^[]*[^ ]\) *\[.*/\1/p')"
ip link del ci
ip link del cv
check_equal 'a bridge whose last port went has no MAC' 00:00:00:00:00:00 "$(cat /sys/class/net/co/address)"
check_lacks 'so none is captured, which could not be set' address "$(ovl capture | grep '^  co:')"
ip link del co

# What a link is born with
cat >"$WORK/fresh.yaml" <<'END'
ovl: 1
lab: fresh
links:
  fb: {type: bridge}
  fv: {type: veth, peer: fw, master: fb}
  fx: {type: vxlan, id: 11, master: fb, local: 192.0.2.11}
END
by_script "$WORK/fresh.yaml"
check_equal 'what nobody asked for is what is known as a default' 'fb: {type: bridge}
fv: {type: veth, peer: fw, master: fb}
fw: {type: veth, peer: fv}
fx: {type: vxlan, master: fb, id: 11, local: 192.0.2.11, dstport: 4789}' \
	"$(ovl capture fresh | sed -n 's/^  \(f.: {\)/\1/p' |
		sed 's/, address: "[0-9a-f:]*"//; s/, mtu: 1[45][05]0//' | sort)"
cat >"$WORK/fresh.yaml" <<'END'
ovl: 1
lab: fresh
links:
  fp: {type: vxlan, id: 12, protodown: on, addr: [192.0.2.12/24]}
  fq: {type: vxlan, id: 13, addr: [198.18.13.1/24], up: on}
routes:
  - {to: 198.18.14.0/24, via: 198.18.13.2, realms: 3/5}
  - 198.18.15.0/24 nexthop via 198.18.13.2 realms 4 nexthop via 198.18.13.3 realms 6/7
END
by_script "$WORK/fresh.yaml"
check_equal 'protodown is said when the link is there' true "$(ip -j link show fp | jq '.[0].proto_down')"
in_sync 'and nothing is left to do' "$WORK/fresh.yaml"
check_equal 'realms are said' '[{"from":"3","to":"5"}]' "$(ip -j route show 198.18.14.0/24 | jq -c 'map(.flow)')"
printf 'ovl: 1\nlab: fresh\n' >"$WORK/gone.yaml"
by_script "$WORK/gone.yaml"

# A network that no lab has
ip netns add hand
ip link add hbr address 02:00:00:00:01:00 type bridge stp_state 1 forward_delay 400
ip link add h0 type veth peer name eth0 netns hand
# shellcheck disable=SC2016 # a dollar is meant
ip link set h0 master hbr up alias 'a "quoted" $text'
bridge link set dev h0 hairpin on
ip link set hbr up
ip link add hvx type vxlan id 99 dstport 8472 remote 192.0.2.9 dev h0 ttl 5 nolearning
ip address add 198.51.100.1/24 dev hbr brd + label hbr:one
ip address add 198.51.100.7 peer 198.51.100.8/32 dev hbr
ip -6 address add fd00:5::1/64 dev hbr nodad
bridge fdb append 00:00:00:00:00:00 dev hvx dst 192.0.2.10
bridge fdb add 02:00:00:00:00:01 dev h0 master static
bridge fdb add 02:00:00:00:00:02 dev hvx dst 192.0.2.10 port 4790 vni 5
ip -n hand link set eth0 up
ip -n hand address add 198.51.100.2/24 dev eth0
ip -n hand route add default via 198.51.100.1 mtu 1300 proto static
ip -n hand route add 203.0.113.0/24 nexthop via 198.51.100.1 weight 3 nexthop via 198.51.100.3
ip -n hand route add unreachable 203.0.112.0/24 table 70
ip -n hand neigh add 198.51.100.9 lladdr 02:00:00:00:00:09 dev eth0 nud permanent
ip -n hand neigh add proxy 198.51.100.10 dev eth0
ovl capture >"$WORK/hand.yaml"
check 'a network made by hand is captured as a file that is right' ovl check "$WORK/hand.yaml"
in_sync 'and is as the file says' "$WORK/hand.yaml"
check_contains 'nothing of it is any lab'"'"'s' 'manage: patch' "$(cat "$WORK/hand.yaml")"
ip link set hbr type bridge forward_delay 500
ip -n hand route del default
check_fails 3 'what changes afterwards shows' ovl diff "$WORK/hand.yaml"
check_contains 'a value' '~ link hbr  forward_delay 500 -> 400' "$OUTPUT"
check_contains 'a route' '+ route default' "$OUTPUT"
check_error 1 "there is no" 'a namespace that is not there cannot be captured' ovl capture netns nowhere
check_error 1 'a FILE is needed' 'diff wants a file' ovl diff
check_fails 1 'a wrong file is exit 1' ovl diff /dev/null
