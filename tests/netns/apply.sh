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
# `arp -s ADDRESS MAC pub` makes one of no device. The kernel (6.18) leaves it to whatever namespace
# comes to be where this one was: it must go.
proxy() { # TYPE FLAGS
	perl -MSocket -e 'socket(S, 16, 3, 0) or die; send(S, pack("LSSLL CCSlSCC SSC4", 36, @ARGV, 1, 0,
		2, 0, 0, 0, 0x80, 8, 0, 8, 1, 10, 9, 9, 77), 0, pack("SSLL", 16, 0, 0, 0)) or die' "$@"
}
check 'a proxy is made' proxy 28 1025
check_contains 'of no device' '10.9.9.77 proxy' "$(ip neigh show proxy)"
in_sync 'which is no mistake' "$WORK/a.yaml"
check 'it goes' proxy 29 1
check_lacks 'and is gone' 10.9.9.77 "$(ip neigh show proxy)"
ip -n n1 neigh replace 10.1.0.77 lladdr 02:00:00:00:00:78 dev eth0 protocol 77
check 'a neighbour of another protocol is made what it shall be' ovl apply "$WORK/a.yaml"
check_contains 'and is then' '02:00:00:00:00:77 PERMANENT' "$(ip -n n1 neigh show 10.1.0.77)"
state >"$WORK/a.state"
check_error 2 'all of it was taken back' 'what the kernel refuses is taken back' ovl apply "$WORK/refused.yaml"
check_contains 'and told' '10.78.0.0/16' "$OUTPUT"
in_sync 'the lab is as before' "$WORK/a.yaml"
is_as_before 'to the last entry' "$WORK/a.state"

# --- What a port costs, which the kernel sets by itself until somebody says it
cat >"$WORK/cost.yaml" <<'YAML'
ovl: 1
lab: cost
links:
  cb: {type: bridge}
  cv: {type: veth, peer: cw, master: cb, port: {cost: 7}}
routes: []
YAML
costs() {
	ip -j -d link show cv | jq '.[0].linkinfo.info_slave_data.cost'
}
check 'a port with a cost' ovl apply "$WORK/cost.yaml"
check_equal 'has it' 7 "$(costs)"
for change in 's/cost: 7/cost: 9/' 's/veth, peer: cw/ifb/' 's/master: cb, port: {.*}}/master: null}/'; do
	sed "$change; s/^routes: .*/routes: [203.0.113.0\/24 via 10.66.0.1]/" "$WORK/cost.yaml" >"$WORK/refused.yaml"
	check_error 2 'all of it was taken back' "$change is refused" ovl apply "$WORK/refused.yaml"
	check_equal 'the port costs what it did' 7 "$(costs)"
	in_sync 'and its file says so' "$WORK/cost.yaml"
done
check 'it goes' ovl destroy cost

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

# --- What goes along with a link's last IPv4 address
cat >"$WORK/via.yaml" <<'YAML'
ovl: 1
lab: via
netns:
  n:
    links:
      b: {type: veth, peer: c, addr: [10.0.0.1/16]}
      c: {}
      d: {type: veth, peer: e, addr: [10.5.0.1/16]}
      e: {}
    routes:
      - default via 10.0.0.2
      - 10.8.0.0/16 nexthop via 10.5.0.2 nexthop via 10.0.0.3
YAML
sed 's/10.0.0.1/10.0.0.5/' "$WORK/via.yaml" >"$WORK/via2.yaml"
via_routes() {
	ip -n n -j route | jq -c '.[] | select(.protocol != "kernel") | [.dst, .gateway, .dev, [.nexthops[]?.dev]]'
}
check 'routes that name no link are made' ovl apply "$WORK/via.yaml"
via_routes >"$WORK/via.routes"
check_equal 'both of them' 2 "$(wc -l <"$WORK/via.routes")"
check 'the only address of their link may change' ovl apply "$WORK/via2.yaml"
check_equal 'which it does' 10.0.0.5 "$(ip -n n -j -4 addr show dev b | jq -r '.[].addr_info[].local')"
check_equal 'and they are there again' "$(cat "$WORK/via.routes")" "$(via_routes)"
in_sync 'as the file says' "$WORK/via2.yaml"
check 'and gone' ovl destroy via

# --- Addresses that expire
cat >"$WORK/lives.yaml" <<'YAML'
ovl: 1
lab: lives
netns:
  n:
    links:
      b: {type: ifb, addr: [10.0.0.1/24, 10.6.0.1/24 valid_lft 1000 preferred_lft 1000, fd06::1/64 valid_lft 1000 preferred_lft 900]}
YAML
sed 's/, 10.6.*\]/]/' "$WORK/lives.yaml" >"$WORK/lives2.yaml"
check 'addresses that expire are made' ovl apply "$WORK/lives.yaml"
ip -n n addr add 10.7.0.1/24 dev b valid_lft 1000 preferred_lft 1000
check_contains 'that the file names them no more is a difference' '- addr 10.6.0.1/24' "$(ovl diff "$WORK/lives2.yaml")"
check 'they can be dropped' ovl apply "$WORK/lives2.yaml"
check_equal 'and are gone; one that nobody asked for stays' '10.0.0.1 10.7.0.1' \
	"$(ip -n n -j addr show dev b | jq -r '[.[].addr_info[] | select(.scope == "global").local] | sort | join(" ")')"
check 'the lab is gone, too' ovl destroy lives

# --- A bridge's MAC is that of a port, and its neighbours go with it
cat >"$WORK/one.yaml" <<'YAML'
ovl: 1
lab: ports
netns:
  n:
    links:
      br0: {type: bridge, addr: [10.1.0.1/24]}
      br1: {type: bridge}
      p2: {type: veth, peer: q2, address: 02:00:00:00:00:22, master: br0}
      q2: {}
      p3: {type: ifb, address: 02:00:00:00:00:03, master: br1}
    arp: [10.1.0.9 lladdr 02:00:00:00:00:99 dev br0]
YAML
low='      p1: {type: ifb, address: 02:00:00:00:00:01, master: br0}'
sed "/ p2:/i \\$low" "$WORK/one.yaml" >"$WORK/joined.yaml"
sed '/ p3:/s/br1/br0/' "$WORK/one.yaml" >"$WORK/moved.yaml"
sed '/ p2:/s/:22/:33/' "$WORK/one.yaml" >"$WORK/other.yaml"
sed 's/ br0: {/&address: 02:00:00:00:00:77, /' "$WORK/one.yaml" >"$WORK/pinned.yaml"
mac() {
	ip -n n -j link show "$1" | jq -r '.[].address'
}
permanent() {
	ip -n n -j neigh show dev br0 nud permanent | jq -r '.[].dst' | sort | paste -sd' '
}
# moves SENTENCE FILE MAC: with the file the bridge has another MAC, and its neighbours.
moves() {
	check "$1" ovl apply "$2"
	check_equal 'with another MAC' "$3" "$(mac br0)"
	check_equal 'it knows whom it knew' 10.1.0.9 "$(permanent)"
	in_sync 'as the file says' "$2"
}
moves 'a bridge is made with its port' "$WORK/one.yaml" 02:00:00:00:00:22
moves 'a port joins' "$WORK/joined.yaml" 02:00:00:00:00:01
moves 'a port is removed' "$WORK/one.yaml" 02:00:00:00:00:22
moves 'a port comes from another bridge' "$WORK/moved.yaml" 02:00:00:00:00:03
moves 'and goes back' "$WORK/one.yaml" 02:00:00:00:00:22
moves 'a port has another MAC' "$WORK/other.yaml" 02:00:00:00:00:33
moves 'and the one it had' "$WORK/one.yaml" 02:00:00:00:00:22
# Behind the step that makes the neighbour again, and before it.
for refused in 'routes: [10.99.0.0/16 via 10.98.0.1]' 'sysctl: {net.ipv4.conf.br0.rp_filter: none}'; do
	for file in joined moved other; do
		printf '    %s\n' "$refused" | cat "$WORK/$file.yaml" - >"$WORK/refused.yaml"
		check_error 2 'all of it was taken back' "what is refused is taken back: $file, ${refused%%:*}" \
			ovl apply "$WORK/refused.yaml"
		check_equal 'with the MAC' 02:00:00:00:00:22 "$(mac br0)"
		check_equal 'and whom it knew' 10.1.0.9 "$(permanent)"
	done
done
in_sync 'as the file says' "$WORK/one.yaml"
moves 'a MAC may be the bridge'"'"'s own' "$WORK/pinned.yaml" 02:00:00:00:00:77
sed "/ p2:/i \\$low" "$WORK/pinned.yaml" >"$WORK/joined.yaml"
check_lacks 'then no port changes it, and nothing is made again' arp "$(ovl --dry-run apply "$WORK/joined.yaml")"
moves 'as it is' "$WORK/joined.yaml" 02:00:00:00:00:77
check 'the lab is gone, too' ovl destroy ports
cat >"$WORK/patch.yaml" <<'YAML'
ovl: 1
lab: ports
links:
  br9: {manage: patch}
  p9: {type: ifb, address: 02:00:00:00:00:01, master: br9}
routes: [10.99.0.0/16 via 10.98.0.1]
YAML
ip link add br9 up type bridge
ip link add q9 address 02:00:00:00:00:22 master br9 type ifb
ip neigh add 10.1.0.8 lladdr 02:00:00:00:00:88 dev br9 nud permanent
check_error 2 'all of it was taken back' 'so it is with a bridge of somebody else' ovl apply "$WORK/patch.yaml"
check_equal 'which has its MAC again' 02:00:00:00:00:22 "$(ip -j link show br9 | jq -r '.[].address')"
check_equal 'and whom it knew' 10.1.0.8 "$(ip -j neigh show dev br9 nud permanent | jq -r '.[].dst')"
ip link del br9
ip link del q9

# --- The id of a namespace
printf 'ovl: 1\nlab: ids\nnetns: {b: {links: {x: {type: ifb}}}}\n' >"$WORK/none.yaml"
for id in 42 43 7 auto; do
	sed "s/b: {/&id: $id, /" "$WORK/none.yaml" >"$WORK/$id.yaml"
done
id_of_b() {
	ip -j netns list | jq '.[] | select(.name == "b").id'
}
check 'a namespace is made without an id' ovl apply "$WORK/none.yaml"
check_contains 'an id is a difference' 'id none -> 42' "$(ovl diff "$WORK/42.yaml")"
check 'and given' ovl apply "$WORK/42.yaml"
check_equal 'as ip shows' 42 "$(id_of_b)"
for file in 42 none auto; do
	in_sync "that it has one is as the file says: $file" "$WORK/$file.yaml"
done
for command in diff plan apply; do
	check_fails 5 "another one is a conflict: $command" ovl "$command" "$WORK/43.yaml"
	check_contains 'which says why' 'its id is 42, not 43' "$OUTPUT"
done
check_equal 'nothing has changed' 42 "$(id_of_b)"
check 'the lab is gone, too' ovl destroy ids
# The kernel frees an id some time after its namespace went: another one from here on.
ip netns add b
check_contains 'one that is taken over may be given one, also 0' 'id none -> 0' \
	"$(sed 's/43/0/' "$WORK/43.yaml" | ovl --adopt diff -)"
ip netns set b 7
check_fails 5 'and has no other then' ovl --adopt apply "$WORK/43.yaml"
check 'but the one it has' ovl --adopt apply "$WORK/7.yaml"
in_sync 'as its file says' "$WORK/7.yaml"
check 'it is given back' ovl destroy ids
check_equal 'with it' 7 "$(id_of_b)"
ip netns del b
check 'made anew, it may have the other' ovl apply "$WORK/43.yaml"
check_equal 'and has it' 43 "$(id_of_b)"
check 'gone again' ovl destroy ids

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

# --- Two labs in one namespace
cat >"$WORK/one.yaml" <<'YAML'
ovl: 1
lab: one
netns: {shared: {links: {a: {type: veth, peer: b, addr: [10.1.0.1/24]}, b: {}}}}
YAML
cat >"$WORK/two.yaml" <<'YAML'
ovl: 1
lab: two
netns:
  shared:
    manage: patch
    links: {e1: {type: veth, peer: e2}, e2: {addr: [10.2.0.2/24]}}
    arp: [10.2.0.9 lladdr 02:00:00:00:00:09 dev e2]
    routes: [10.99.0.0/16 via 10.2.0.9 dev e2]
YAML
check 'one lab makes a namespace' ovl apply "$WORK/one.yaml"
check 'another one has links in it' ovl apply "$WORK/two.yaml"
ip -n shared link add hand up type ifb
ip -n shared addr add 10.3.0.1/24 dev hand
in_sync 'which the first one leaves alone with all that is on them' "$WORK/one.yaml"
in_sync 'so does the second' "$WORK/two.yaml"
ip -n shared addr add 10.1.0.7/24 dev a
check_contains 'what is on its own links is pruned' '- addr 10.1.0.7/24 dev a' "$(ovl diff "$WORK/one.yaml")"
check 'the second goes' ovl destroy two
check_equal 'and nothing of others' '10.1.0.1 10.1.0.7 10.3.0.1' \
	"$(ip -n shared -j -4 addr | jq -r '.[].addr_info[] | select(.scope == "global").local' | sort | paste -sd' ')"
check 'so does the first' ovl destroy one

# --- A link goes that has the subnet of a new one
cat >"$WORK/old.yaml" <<'YAML'
ovl: 1
lab: moved
links: {b: {type: bridge, addr: [10.0.0.1/16]}}
routes: [20.0.0.0/24 via 10.0.0.2]
YAML
sed 's/{b:/{new:/' "$WORK/old.yaml" >"$WORK/new.yaml"
check 'a route goes by way of a link' ovl apply "$WORK/old.yaml"
check 'which is called otherwise in the next file' ovl apply "$WORK/new.yaml"
in_sync 'all is as that says' "$WORK/new.yaml"
check_contains 'the route, too' '20.0.0.0/24 via 10.0.0.2 dev new' "$(ip route)"
check 'and all is gone' ovl destroy moved
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
	"$(grep -oE '10\.0\.0\.[0-9] dev v2|02:00:00:00:00:0[0-9] dev v1' "$WORK/captured.yaml" | sort -u | wc -l)"
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
