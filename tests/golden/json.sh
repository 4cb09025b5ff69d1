#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# JSON as programs see it, over a network that is always the same. Left out are indexes, times,
# and what only newer kernels report; against iproute2's own answers tests/netns/json.sh holds it.
. "$(dirname "$0")/../support/check.sh"
. "$(dirname "$0")/../support/network.sh"
needs jq
make_network

stable() {
	"$@" | jq 'walk(if type == "object" then del(.ifindex, .link_index, .link_netnsid,
			.["netns-immutable"], .protocol_down) else . end)
		| map(select(.mac // "" | test("^(01:00:5e|33:33)") | not)) | sort_by(tojson)'
}
shows() {
	file=$1
	shift
	check_golden "ovl $*" "json/$file.json" stable ovl "$@"
}

shows link -j link show
shows link-all -A -j link show
shows veth -j veth show
shows bridge -j bridge show
shows port -j bridge port show
shows vxlan -j vxlan show
shows addr -j addr show dev under0
shows addr-bridge -j addr show dev br0
shows route -j route show
shows route-tables -j route show table all
shows netns -j netns show
shows arp -j arp show nud all
shows arp-proxy -j arp show proxy
shows fdb -j fdb show
shows fdb-vxlan -j fdb show dev vx1
shows nothing -j link show master br1

# As it is printed: in one line, and indented.
check_golden 'ovl -j netns show, as printed' json/printed.txt ovl -j netns show
check_golden 'ovl -j -p netns show, as printed' json/pretty.txt ovl -j -p netns show
check_golden 'ovl -j -p route show, as printed' json/pretty-route.txt ovl -j -p route show 203.0.113.0/24
check_golden 'ovl -j addr show of nothing' json/printed-nothing.txt ovl -j addr show scope site
check_golden 'a device that is not there is no JSON' json/not-there.txt ovl -j link show nosuch
