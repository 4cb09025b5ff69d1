#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# apply and destroy: the network becomes what a file says, or stays as it was; what is there is
# read back through ip and bridge.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq
kernel_has veth peer name probe-peer || skip_all 'this kernel has no veth'
kernel_has bridge || skip_all 'this kernel has no bridge'
kernel_has vxlan id 1 dstport 4789 || skip_all 'this kernel has no vxlan'
examples=$(cd "$(dirname "$0")/../../examples" && pwd)

# state: all that somebody put there to stay, of every namespace, as the kernel has it. Indexes,
# counters, timers, what follows from the carrier and the order of things are left out.
state() {
	for ns in '' $(ip netns list | awk '{ print $1 }' | sort); do
		echo "netns '$ns'"
		ip ${ns:+-n "$ns"} -j -d link | jq -c 'sort_by(.ifname)[] |
			[.ifname, (.flags | index("UP") != null), .mtu, .master, .group, .address, .ifalias,
			.txqlen, .num_tx_queues, .altnames, .linkinfo.info_kind,
			(.linkinfo.info_data // {} | with_entries(select(.key | test("timer|root|bridge_id|change") | not))),
			(.linkinfo.info_slave_data // {} | [.priority, .hairpin, .guard, .learning, .isolated, .flood])]'
		ip ${ns:+-n "$ns"} -j addr | jq -c 'sort_by(.ifname)[] | .ifname as $dev | .addr_info |
			sort_by(.local)[] | select(.scope != "link") | [$dev, .local, .prefixlen, .scope, .label]'
		ip ${ns:+-n "$ns"} -4 route show table all | sed 's/ linkdown//;s/ *$//' | sort
		ip ${ns:+-n "$ns"} -6 route show table all | grep -v -e fe80 -e multicast -e 'proto kernel' | sed 's/ linkdown//;s/ *$//' | sort
		ip ${ns:+-n "$ns"} neigh show nud permanent | sort
		bridge ${ns:+-n "$ns"} fdb show | grep -e permanent -e static -e extern_learn |
			grep -v -e '33:33:' -e '01:00:5e' | sort
		[ ! "$ns" ] || ip netns exec "$ns" sysctl net.ipv4.ip_forward
	done
	true
}
# is_as_before SENTENCE FILE
is_as_before() {
	state >"$WORK/now"
	check "$1" diff "$2" "$WORK/now"
}
in_sync() {
	check_prints "$1" '' ovl diff "$2"
}

# --- The examples
state >"$WORK/empty"
for file in "$examples"/*.yaml; do
	name=$(basename "$file")
	check "$name is applied" ovl apply "$file"
	in_sync "$name: nothing differs" "$file"
	check_contains "$name: a second apply has nothing to do" 'nothing to do' "$(ovl apply "$file")"
	check "$name is destroyed" ovl destroy "$file"
	is_as_before "$name: nothing is left" "$WORK/empty"
done

# --- All that a plan does: create, change, replace, delete
cat >"$WORK/a.yaml" <<'YAML'
ovl: 1
lab: demo
links:
  br0: {type: bridge, ageing_time: 200s, altname: [the-bridge], addr: [10.1.0.1/24, 10.3.0.1/24]}
  v1: {master: br0, port: {isolated: on, priority: 7}}
  vx0: {type: vxlan, id: 5, local: 10.1.0.1, remotes: [10.1.0.9, 10.1.0.8], master: br0}
  old: {type: ifb}
netns:
  n1:
    links:
      eth0: {type: veth, peer: host/v1, addr: [10.1.0.10/24, "fd00::1/64"], mtu: 1400, alias: the way out}
    routes: [default via 10.1.0.1, 10.9.0.0/16 via 10.1.0.2 metric 5, blackhole 10.66.0.0/16, "fd01::/64 via fd00::2"]
    arp: [10.1.0.77 lladdr 02:00:00:00:00:77 dev eth0]
    sysctl: {net.ipv4.ip_forward: 1}
  n2:
    links:
      x: {type: veth, peer: n1/y, addr: [10.2.0.1/24]}
fdb:
  - 02:00:00:00:00:0b dev vx0 dst 10.1.0.9
  - 02:00:00:00:00:0c dev v1
YAML
cat >"$WORK/b.yaml" <<'YAML'
ovl: 1
lab: demo
links:
  br0: {type: bridge, ageing_time: 100s, addr: [10.3.0.1/24], mtu: 1300}
  v1: {master: br0, port: {isolated: off}}
  vx0: {type: vxlan, id: 6, local: 10.3.0.1, remotes: [10.1.0.8], master: br0}
  new: {type: ifb}
netns:
  n1:
    links:
      eth0: {type: veth, peer: host/v1, addr: [10.1.0.11/24], mtu: 1300}
    routes: [default via 10.1.0.2]
    arp: [10.1.0.77 lladdr 02:00:00:00:00:77 dev eth0]
    sysctl: {net.ipv4.ip_forward: 0}
  n3:
    links:
      z: {type: veth, peer: n1/zz, addr: [10.2.0.1/24]}
    routes:
      - 10.77.0.0/16 via 10.2.0.2
fdb:
  - 02:00:00:00:00:0d dev vx0 dst 10.1.0.8
YAML
sed 's/^      - 10.77.*/&\n      - 10.78.0.0\/16 via 10.66.0.1/' "$WORK/b.yaml" >"$WORK/refused.yaml"

check 'a lab is applied' ovl apply "$WORK/a.yaml"
in_sync 'and is as its file says' "$WORK/a.yaml"
state >"$WORK/a.state"
check_error 2 'all of it was taken back' 'what the kernel refuses is taken back' ovl apply "$WORK/refused.yaml"
check_contains 'and told' '10.78.0.0/16' "$OUTPUT"
in_sync 'the lab is as before' "$WORK/a.yaml"
is_as_before 'to the last entry' "$WORK/a.state"
check 'without it, it is applied' ovl apply "$WORK/b.yaml"
in_sync 'as the file says' "$WORK/b.yaml"
check_prints 'what falls along with an address is there again' \
	'10.1.0.77 dev eth0 lladdr 02:00:00:00:00:77 PERMANENT' \
	sh -c "ip -n n1 neigh show nud permanent | sed 's/ *$//'"
check_equal 'a namespace it no longer names is gone' 'n1 n3' \
	"$(ip netns list | awk '{ print $1 }' | sort | paste -sd' ')"
check 'and back' ovl apply "$WORK/a.yaml"
in_sync 'which is as it was' "$WORK/a.yaml"

# --- A change by hand
ip -n n1 route del 10.9.0.0/16
bridge link set dev v1 isolated off
ovl diff "$WORK/a.yaml" >"$WORK/diff"
check_equal 'what was changed by hand makes a difference' 3 $?
check_equal 'and nothing else does' 2 "$(grep -c '^  [+~-]' "$WORK/diff")"
check 'apply heals it' ovl apply "$WORK/a.yaml"
in_sync 'so that nothing differs' "$WORK/a.yaml"

# --- A dry run sends nothing
state >"$WORK/a.state"
check_contains 'a dry run shows the steps' '+ link vx0' "$(ovl --dry-run apply "$WORK/b.yaml")"
check_contains '--as ip shows a script' 'set -e' "$(ovl --as ip apply "$WORK/b.yaml")"
check_contains 'so does a destroy' 'netns n1' "$(ovl --dry-run destroy demo)"
is_as_before 'and nothing has changed' "$WORK/a.state"

# --- What is somebody else's
ip link add eth9 type ifb
printf 'ovl: 1\nlab: other\nlinks: {eth9: {type: ifb, mtu: 1400}}\n' >"$WORK/other.yaml"
check_error 5 eth9 'what is not the lab'"'"'s own is in the way' ovl apply "$WORK/other.yaml"
check_equal 'and stays as it is' 1500 "$(ip -j link show eth9 | jq '.[].mtu')"
check 'unless it is taken over' ovl --adopt apply "$WORK/other.yaml"
check_equal 'and changed' 1400 "$(ip -j link show eth9 | jq '.[].mtu')"
check 'a destroy of the one' ovl destroy other
check_equal 'leaves what was taken over' eth9 "$(ip -j link show eth9 | jq -r '.[].ifname')"
in_sync 'and the other as it is' "$WORK/a.yaml"
ip link del eth9

# --- Processes
ovl netns exec n2 sleep 1000 &
sleeper=$!
wait_for grep -qx sleep /proc/$sleeper/comm
check_error 2 "$sleeper (sleep)" 'a namespace in which processes live stays' ovl destroy demo
in_sync 'with all the rest' "$WORK/a.yaml"
check 'unless they are ended' ovl --kill destroy demo
wait $sleeper 2>/dev/null
check_equal 'which they are' 143 $?
is_as_before 'then all is gone' "$WORK/empty"
check 'all of the other at once' ovl apply "$WORK/b.yaml"
check_equal 'a bridge keeps its mtu though its ports have more' 1300 "$(ip -j link show br0 | jq '.[].mtu')"
check 'and gone' ovl destroy demo
check_contains 'a second destroy has nothing to do' 'nothing to do' "$(ovl destroy demo)"
check_fails 1 'a lab needs a name' ovl destroy 'No Lab'
check_fails 1 'a file must be there' ovl apply "$WORK/nothing.yaml"

# --- Defaults
cat >"$WORK/defaults.yaml" <<'YAML'
ovl: 1
lab: defaults
defaults: {veth: {port: {isolated: on, cost: 7}}}
links: {br0: {type: bridge}, v1: {peer: n1/eth0, master: br0}}
netns: {n1: {}}
YAML
check 'what a kind is as a port is a default' ovl apply "$WORK/defaults.yaml"
in_sync 'and as the file says' "$WORK/defaults.yaml"
check_json 'of the end that is one' '[true,7]' \
	"$(ip -d -j link show v1 | jq -c '.[].linkinfo.info_slave_data | [.isolated, .cost]')"
check 'and gone with the lab' ovl destroy defaults

# --- States: what a file takes is what the kernel keeps
cat >"$WORK/states.yaml" <<'YAML'
ovl: 1
lab: states
links: {br0: {type: bridge}, v1: {peer: v2, master: br0}}
arp:
  - 10.0.0.7 dev v2 lladdr 02:00:00:00:00:07 nud noarp
  - 10.0.0.8 dev v2 lladdr 02:00:00:00:00:08 nud permanent
fdb: [02:00:00:00:00:01 dev v1 static, 02:00:00:00:00:02 dev v1 permanent]
YAML
check 'entries that stay are applied' ovl apply "$WORK/states.yaml"
in_sync 'and stay' "$WORK/states.yaml"
ip neigh add 10.0.0.9 dev v2 lladdr 02:00:00:00:00:09 nud stale
bridge fdb add 02:00:00:00:00:03 dev v1 master dynamic
bridge fdb add 02:00:00:00:00:04 dev v1 master extern_learn
ovl capture >"$WORK/captured.yaml"
check_equal 'capture leaves out the others' 4 \
	"$(grep -cE '^ +- .*(10\.0\.0\.[0-9]|02:00:00:00:00:0[0-9])' "$WORK/captured.yaml")"
check_fails 1 'and their states' grep -E 'stale|dynamic|extern_learn' "$WORK/captured.yaml"
check 'so that check takes what it writes' ovl check "$WORK/captured.yaml"
check 'and gone' ovl destroy states

# --- The state of a port, which the kernel sets anew when the port or its bridge changes
cat >"$WORK/port.yaml" <<'YAML'
ovl: 1
lab: port
links:
  br0: {type: bridge}
  v1: {peer: w1, master: br0}
  v2: {peer: w2, master: br0}
YAML
port_states() {
	bridge -j link show | jq -c 'sort_by(.ifname) | map([.ifname, .state])'
}
are_up() {
	ip -j link show | jq -e 'map(select(.ifname | test("^[vw][12]$")).operstate) == ["UP", "UP", "UP", "UP"]'
}
states='[["v1","disabled"],["v2","listening"]]'
check 'two ports' ovl apply "$WORK/port.yaml"
wait_for are_up
cat >"$WORK/port.yaml" <<'YAML'
ovl: 1
lab: port
links:
  br0: {type: bridge}
  v1: {peer: w1, master: br0, port: {state: disabled, cost: 7}}
  v2: {peer: w2, master: br0, port: {state: listening}}
YAML
check 'get states' ovl apply "$WORK/port.yaml"
in_sync 'which they have' "$WORK/port.yaml"
check_json 'as the kernel says' "$states" "$(port_states)"
sed -i 's/cost: 7/cost: 8/;s/master/txqueuelen: 7, master/' "$WORK/port.yaml"
check 'when their other values change' ovl apply "$WORK/port.yaml"
check_json 'they stay' "$states" "$(port_states)"
bridge link set dev v1 state 3
check_contains 'another is told' 'state forwarding -> disabled' "$(ovl diff "$WORK/port.yaml")"
ovl --as ip plan "$WORK/port.yaml" >"$WORK/port.sh"
check 'apply sets it' ovl apply "$WORK/port.yaml"
check_json 'as the file says' "$states" "$(port_states)"
bridge link set dev v1 state 3
check 'so does the script' sh "$WORK/port.sh"
check_json 'of commands' "$states" "$(port_states)"
check 'and gone' ovl destroy port
