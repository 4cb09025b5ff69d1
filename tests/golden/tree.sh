#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The tree of each example's network, 80 columns wide, with UTF-8 and without; a wide and a narrow
# one; the JSON of one.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge sysctl jq

examples=$OVL_SOURCE/examples

namespaces() {
	ovl -o netns show | cut -d' ' -f1
}

# What IPv6 says by itself, or a bridge that joins the groups of multicast snoopers, bridges and
# tunnels would learn some time or other.
quiet='sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1'
settled() {
	! { ovl -A -o link show; ovl -o link show; } | grep -q no-carrier &&
		! { ovl -A -o bridge port show; ovl -o bridge port show; } | grep -qE 'listening|learning '
}
build() {
	for name in $(namespaces); do
		ip netns del "$name"
	done
	ip link del br_test 2>/dev/null
	# shellcheck disable=SC2016 # for the inner shell
	wait_for sh -c '[ "$(ls -I bonding_masters /sys/class/net)" = lo ]'
	ovl plan --as ip "$examples/$1.yaml" |
		sed "s/^ip netns add \(.*\)/&\nip netns exec \1 $quiet/
			s/ type bridge\$/& mcast_snooping 0/" | sh -e
	wait_for settled
}

$quiet 2>/dev/null || skip_all 'IPv6 cannot be kept quiet here'
ip link set lo up
for path in "$examples"/*.yaml; do
	lab=$(basename "$path" .yaml)
	build "$lab"
	check_golden "the tree of $lab" "tree/$lab.txt" env LC_ALL=C.UTF-8 ovl -A show
	check_golden "the tree of $lab in ASCII" "tree/$lab-ascii.txt" env LC_ALL=C ovl -A show
done
check_golden 'a wide tree' tree/mesh-wide.txt env LC_ALL=C.UTF-8 COLUMNS=120 ovl show h1 h1.n1
check_golden 'a narrow tree' tree/mesh-narrow.txt env LC_ALL=C COLUMNS=50 ovl show h1 h1.n1
json() {
	ovl -j show h1.n1 h1 | jq 'walk(if type == "object" then del(.address) else . end)'
}
check_golden 'the tree as JSON' tree/mesh-json.txt json
