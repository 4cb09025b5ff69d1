#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A guard of --confirm that is killed: who asks is told, and what it guarded can still be taken
# back or kept.
. "$(dirname "$0")/../support/check.sh"
needs ip jq
kernel_has ifb || skip_all 'this kernel has no ifb'

mtu_of() {
	ip -j link show "$1" | jq '.[0].mtu'
}
# guard_of NAME: the pid of its guard.
guard_of() {
	for process in /proc/[0-9]*; do
		if tr '\0' ' ' <"$process/cmdline" 2>/dev/null | grep -q "^ovl guard $1 "; then
			echo "${process#/proc/}"
		fi
	done
}
# The change is done, and the guard has looked at it.
waits() {
	check 'it waits to be confirmed' wait_for sh -c 'ovl status | grep -q "waits for confirm: .* s left"'
}
# kill_guard NAME: and waits until it is gone.
kill_guard() {
	pid=$(guard_of "$1")
	check "there is a guard of '$1'" test -n "$pid"
	kill -KILL "$pid"
	check 'which is killed' wait_for sh -c "! grep -q guard /proc/$pid/cmdline 2>/dev/null"
}
lab() {
	printf 'ovl: 1\nlab: demo\nlinks:\n  eth0: {manage: patch, mtu: %s}\n  new0: {type: ifb}\n' "$1" >"$WORK/lab.yaml"
}
ip link add eth0 mtu 1500 type ifb
ip link set eth0 up
ip addr add 192.0.2.1/24 dev eth0
ip route add 203.0.113.0/24 via 192.0.2.9
ip addr show >"$WORK/before"
# as_before SENTENCE
as_before() {
	ip addr show >"$WORK/now"
	check "$1" diff "$WORK/before" "$WORK/now"
}

# --- As long as it lives
lab 1400
check 'apply --confirm' ovl --confirm 5m apply "$WORK/lab.yaml"
waits
check_contains 'status says what waits, as it was typed' "waits for confirm: ovl --confirm 5m apply $WORK/lab.yaml (" \
	"$(ovl status 2>&1)"
check_equal 'in JSON, too' true "$(ovl -j status | jq '.labs[0].confirm.guarded')"
check 'rollback' ovl rollback demo
as_before 'takes it back'

# --- Killed while it waits
lab 1400
check 'apply --confirm' ovl --confirm 5m apply "$WORK/lab.yaml"
waits
kill_guard demo
check_contains 'status says that its guard is gone' "its guard is gone: 'ovl rollback' takes it back" "$(ovl status 2>&1)"
check_equal 'in JSON, too' false "$(ovl -j status | jq '.labs[0].confirm.guarded')"
check_error 6 'its guard is gone' 'the next apply is refused, and says it' ovl apply "$WORK/lab.yaml"
check_error 6 'its guard is gone' 'so is one with --confirm' ovl --confirm 5m apply "$WORK/lab.yaml"
check_error 6 'its guard is gone' 'and destroy' ovl destroy demo
check 'rollback' ovl rollback demo
as_before 'takes it back all the same'
check_lacks 'nothing waits any more' 'waits for confirm' "$(ovl status 2>&1)"
check_equal 'its file is no lab any more' '' "$(ovl -o history demo 2>/dev/null)"
check_equal 'and no files stay' '' "$(find /run/ovl -name 'demo.confirm*')"

check 'apply --confirm' ovl --confirm 5m apply "$WORK/lab.yaml"
waits
kill_guard demo
check_error 0 'its guard was gone' 'confirm keeps it, and says it' ovl confirm demo
check_equal 'it holds' 1400 "$(mtu_of eth0)"
check_equal 'and no files stay' '' "$(find /run/ovl -name 'demo.confirm*')"
check 'the next apply goes on' ovl apply "$WORK/lab.yaml"

# --- What it was before is what the last file made
lab 1300
check 'another apply --confirm' ovl --confirm 5m apply "$WORK/lab.yaml"
waits
kill_guard demo
check 'rollback' ovl rollback
check_equal 'takes back to the first' 1400 "$(mtu_of eth0)"
lab 1400
check_prints 'whose file is the last' '' ovl diff "$WORK/lab.yaml"
check 'destroy --confirm' ovl --confirm 5m destroy demo
waits
kill_guard demo
check 'rollback' ovl rollback demo
check_prints 'makes it again' '' ovl diff "$WORK/lab.yaml"
check 'destroy' ovl destroy demo
as_before 'gives all back'

# --- Of a command
check 'a command with --confirm' ovl --confirm 5m link set eth0 mtu 1350
waits
kill_guard -
check_contains 'status says that its guard is gone' 'its guard is gone' "$(ovl status 2>&1)"
check_error 6 'its guard is gone' 'another with --confirm is refused' ovl --confirm 5m link set eth0 mtu 1360
check_equal 'and not done' 1350 "$(mtu_of eth0)"
check 'rollback' ovl rollback
as_before 'takes it back'
check_error 1 'nothing waits' 'nothing waits any more' ovl confirm

# --- Killed before it knew what was changed
mkfifo "$WORK/batch"
ovl --confirm 5m -b - <"$WORK/batch" >"$WORK/out" 2>&1 &
batch=$!
exec 9>"$WORK/batch"
echo 'link set eth0 mtu 1340' >&9
check 'a batch is under way' wait_for sh -c 'ip link show eth0 | grep -q "mtu 1340"'
kill_guard -
exec 9>&-
wait "$batch"
check_contains 'who changed it is told' 'the guard of --confirm is gone' "$(cat "$WORK/out")"
check_error 2 'before it knew what was changed' 'rollback cannot take it back, and says it' ovl rollback
check 'confirm forgets it' ovl confirm
check_error 1 'nothing waits' 'nothing waits any more' ovl confirm

# --- Which address of a subnet is the first
addresses() {
	ip -j -4 addr show eth0 | jq -c '[.[].addr_info[] | [.local, .secondary // false]]'
}
ip addr add 192.0.2.2/24 dev eth0
ip addr add 192.0.2.3/24 dev eth0
ip neigh add 192.0.2.77 lladdr 02:00:00:00:00:77 dev eth0 nud permanent
ip addr show >"$WORK/before"
ip neigh >"$WORK/neighbours"
ip route show table all | grep -v linkdown >"$WORK/routes"
first=$(addresses)
check_equal 'there is a first one' '[["192.0.2.1",false],["192.0.2.2",true],["192.0.2.3",true]]' "$first"
for promote in 1 0; do
	sysctl -qw net.ipv4.conf.eth0.promote_secondaries=$promote net.ipv4.conf.all.promote_secondaries=0
	check "the first goes (promote_secondaries $promote)" ovl --confirm 5m addr del 192.0.2.1/24 dev eth0
	waits
	check 'rollback' ovl rollback
	check_equal 'it is the first again' "$first" "$(addresses)"
	ip neigh >"$WORK/now"
	check 'neighbours are as they were' diff "$WORK/neighbours" "$WORK/now"
	ip route show table all | grep -v linkdown >"$WORK/now"
	check 'and routes' diff "$WORK/routes" "$WORK/now"
done

# --- What is alike before and after, and falls on the way back
ip link add v0 type veth peer name v1
cat >"$WORK/lab.yaml" <<'END'
ovl: 1
lab: demo
links:
  b0: {type: bridge}
  b1: {type: bridge}
  v0: {manage: patch, up: on, master: b0, port: {cost: 7}}
  v1: {manage: patch, up: on, address: 02:00:00:00:00:0a, addr: [198.51.100.1/24]}
fdb: ['02:00:00:00:00:01 dev v0 master']
arp: ['198.51.100.2 lladdr 02:00:00:00:00:02 dev v1']
END
sed 's/master: b0, port: {cost: 7}/master: b1/; s/00:0a/00:0b/' "$WORK/lab.yaml" >"$WORK/moved.yaml"
check 'apply' ovl apply "$WORK/lab.yaml"
ip neigh add 198.51.100.3 lladdr 02:00:00:00:00:03 dev v1
bridge fdb add 02:00:00:00:00:04 dev v0 master static
# entries: those of a file and somebody else's
entries() {
	bridge -j fdb show dev v0 | jq -c '[.[] | select(.state == "static") | [.mac, .master]] | sort'
	ip -j neigh show dev v1 nud permanent | jq -c '[.[] | [.dst, .lladdr]] | sort'
}
before=$(entries)
check_contains 'there is an entry of the port' '["02:00:00:00:00:01","b0"]' "$before"
check 'a port moves, a MAC changes' ovl --confirm 5m apply "$WORK/moved.yaml"
waits
check_contains 'the entry moves along' '["02:00:00:00:00:01","b1"]' "$(entries)"
check 'rollback' ovl rollback demo
check_equal 'all entries are as they were' "$before" "$(entries)"
check_prints 'so the file says, too' '' ovl diff "$WORK/lab.yaml"
check 'it moves again' ovl --confirm 5m apply "$WORK/moved.yaml"
waits
kill_guard demo
check 'rollback' ovl rollback demo
check_equal 'another process knows of them, too' "$before" "$(entries)"
check 'a command changes the MAC' ovl --confirm 5m link set v1 address 02:00:00:00:00:0c
waits
check 'rollback' ovl rollback
check_equal 'all entries are as they were' "$before" "$(entries)"
{
	cat "$WORK/moved.yaml"
	echo 'routes: [203.0.113.0/24 via 192.0.2.77 dev v1]'
} >"$WORK/refused.yaml"
check_error 2 'all of it was taken back' 'an apply is refused' ovl apply "$WORK/refused.yaml"
check_equal 'and takes all entries back, also those of others' "$before" "$(entries)"

check_equal 'the bridge has the MAC of its port' "$(cat /sys/class/net/v0/address)" "$(cat /sys/class/net/b0/address)"
check_equal 'without having been told to keep it' 1 "$(cat /sys/class/net/b0/addr_assign_type)"
check 'a bridge is told a MAC' ovl --confirm 5m link set b0 address 02:00:00:00:00:b0
waits
check 'rollback' ovl rollback
check_equal 'it has that of its port again' "$(cat /sys/class/net/v0/address)" "$(cat /sys/class/net/b0/address)"

# --- What a port costs, which the kernel sets by itself until somebody says it
cost_of() {
	ip -j -d link show "$1" | jq '.[0].linkinfo.info_slave_data.cost'
}
check_equal 'a port that was moved and came back costs what it did' 7 "$(cost_of v0)"
sed 's/cost: 7/cost: 9/' "$WORK/lab.yaml" >"$WORK/cost.yaml"
check 'another cost' ovl --confirm 5m apply "$WORK/cost.yaml"
waits
check_equal 'is there' 9 "$(cost_of v0)"
check 'rollback' ovl rollback demo
check_equal 'takes it back' 7 "$(cost_of v0)"
check 'a command says another one' ovl --confirm 5m bridge port set v0 cost 9
waits
check 'rollback' ovl rollback
check_equal 'takes that back, too' 7 "$(cost_of v0)"
check 'the port moves by a command' ovl --confirm 5m link set v0 master b1
waits
check_equal 'and costs what a new one does' 2 "$(cost_of v0)"
check 'rollback' ovl rollback
check_equal 'it costs what it did' 7 "$(cost_of v0)"
check 'destroy' ovl destroy demo
ip link del v0

# --- A bridge whose last port went has no MAC
ip link add b2 type bridge
ip link add v0 master b2 type veth peer name v1
ip link del v0
check_equal 'none' 00:00:00:00:00:00 "$(cat /sys/class/net/b2/address)"
check 'it goes' ovl --confirm 5m link del b2
waits
check 'rollback' ovl rollback
check 'makes it again' test -e /sys/class/net/b2
ip link del b2
