#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The ssh guard, through a real sshd: a step that would cut the session it is typed in is refused,
# every other one is not. The server "srv" is behind a router; "plain" has its address on a bridge.
. "$(dirname "$0")/../support/check.sh"
needs ip jq ssh ssh-keygen setpriv timeout
sshd=$(command -v sshd) || skip_all 'sshd (openssh-server) is not installed'
# It gives up root for a user of its own, which a user namespace with one user has not.
[ "$(awk '{ n += $3 } END { print (n > 65535) }' /proc/self/uid_map)" = 1 ] ||
	skip_all 'sshd needs more than one user id: run as root'

# --- a network of four namespaces: cli -- rt -- srv, plain
for netns in cli rt srv plain red; do
	ip netns add $netns
	ip -n $netns link set lo up
done
ip link add eth0 netns cli type veth peer name c0 netns rt
ip link add eth0 netns srv type veth peer name s0 netns rt
ip link add up0 netns plain type veth peer name p0 netns rt
ip -n rt link add br0 type bridge
for port in s0 p0; do
	ip -n rt link set $port up master br0
done
ip -n rt link set c0 up
ip -n rt link set br0 up
ip -n rt addr add 10.0.0.1/24 dev br0
ip -n rt addr add 203.0.113.1/24 dev c0
ip -n rt addr add fd00::1/64 dev br0 nodad
ip -n rt addr add fd01::1/64 dev c0 nodad
ip netns exec rt sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
ip -n cli link set eth0 up
ip -n cli addr add 203.0.113.9/24 dev eth0
ip -n cli addr add fd01::9/64 dev eth0 nodad
ip -n cli route add default via 203.0.113.1
ip -n cli route add default via fd01::1

ip -n srv link add d0 up type ifb
ip -n srv link add d1 up type ifb
ip -n srv link add br9 up type bridge
ip -n srv link property add dev eth0 altname uplink
# What a link loses with its state, put there again and again.
serve() {
	ip -n srv link set eth0 up
	ip -n srv addr replace 10.0.0.5/24 dev eth0
	ip -n srv addr replace fd00::5/64 dev eth0 nodad
	ip -n srv route replace default via 10.0.0.1
	ip -n srv route replace default via fd00::1
}
serve
ip -n plain link add br0 type bridge
ip -n plain link add q1 up type ifb
ip -n plain link add q2 up type ifb
for port in up0 q1 q2; do
	ip -n plain link set $port up master br0
done
ip -n plain link set br0 up
ip -n plain addr add 10.0.0.7/24 dev br0
ip -n plain route add default via 10.0.0.1
# Another machine with the same names and addresses.
ip -n red link add eth0 up type ifb
ip -n red addr add 10.0.0.5/24 dev eth0

# --- a server of the test's own
mkdir -p "$WORK/ssh" /run/sshd
private_etc || skip_all '/etc cannot be made private'
mkdir -p "$WORK/ssh"
chmod 755 "$WORK"
# A password that cannot be, which is not a locked account.
sed -i 's/^root:[^:]*:/root:*:/' /etc/shadow
ssh-keygen -q -t ed25519 -N '' -f "$WORK/ssh/host"
ssh-keygen -q -t ed25519 -N '' -f "$WORK/ssh/key"
cat >"$WORK/ssh/config" <<END
HostKey $WORK/ssh/host
AuthorizedKeysFile $WORK/ssh/key.pub
PidFile none
UsePAM no
UseDNS no
StrictModes no
PermitRootLogin yes
PrintMotd no
PrintLastLog no
END
for netns in srv plain; do
	ip netns exec $netns "$sshd" -f "$WORK/ssh/config" -D -e 2>"$WORK/ssh/$netns.log" &
done
options="-F none -i $WORK/ssh/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null
	-o LogLevel=ERROR -o BatchMode=yes -o ConnectTimeout=5"
shared="-o ControlMaster=auto -o ControlPath=$WORK/ssh/%h -o ControlPersist=60
	-o ServerAliveInterval=5 -o ServerAliveCountMax=3"
# through HOST WORDS...: the words of a shell, in a session from the client to that address.
through() {
	host=$1
	shift
	# shellcheck disable=SC2086 # options are words
	ip netns exec cli ssh $options $shared "root@$host" \
		"PATH='$PATH'; export PATH ASAN_OPTIONS='${ASAN_OPTIONS-}'; $*" </dev/null
}
on() {
	through 10.0.0.5 "$@"
}
# alone WORDS...: in a session of its own, which may end in silence.
alone() {
	# shellcheck disable=SC2086
	ip netns exec cli timeout 9 ssh $options -o ServerAliveInterval=1 root@10.0.0.5 "PATH='$PATH' $*" </dev/null \
		>/dev/null 2>&1
}
state() {
	for netns in srv plain; do
		ip -n $netns addr | sed 's/ tentative//'
		ip -n $netns -4 route
		ip -n $netns -6 route
		ip -n $netns neigh show nud permanent
	done
}
refused() {
	check_error 1 'would cut this ssh session' "$@"
}

wait_for on true || {
	cat "$WORK/ssh/srv.log"
	not_ok 'a session can be opened'
	exit 1
}
check_prints 'the session is a real one' '203.0.113.9 10.0.0.5 22' \
	on "echo \$SSH_CONNECTION | cut -d' ' -f1,3,4"

# --- what cuts is refused
state >"$WORK/before"
check_error 1 "link 'eth0': down would cut this ssh session (203.0.113.9 -> 10.0.0.5): give --confirm 5m" \
	'setting the link down is refused, in the words of what to do' on ovl link set eth0 down
refused 'with the link named as it is called otherwise' on ovl link set uplink down
refused 'deleting it' on ovl link del eth0
refused 'also by an altname' on ovl link del uplink
refused 'moving it to another namespace' on ovl link set eth0 netns red
refused 'putting it into a bridge' on ovl link set eth0 master br9
refused 'with the words of brctl' on ovl bridge addif br9 eth0
refused 'another MAC' on ovl link set eth0 address 02:00:00:00:00:99
refused 'arp off' on ovl link set eth0 arp off
refused 'deleting the address' on ovl addr del 10.0.0.5/24 dev eth0
refused 'flushing the addresses' on ovl addr flush dev eth0
refused 'flushing all of IPv4' on ovl -4 addr flush scope global
refused 'deleting the route' on ovl route del default
refused 'and with all its words' on ovl route del default via 10.0.0.1 dev eth0
refused 'flushing the routes' on ovl route flush table main
refused 'leading the route elsewhere' on ovl route replace default via 10.0.0.77
refused 'or changing it' on ovl route change default via 10.0.0.77
refused 'or dropping the packets' on ovl route replace blackhole default
refused 'a narrower route in front of it' on ovl route add 203.0.113.0/24 dev d0
refused 'one to nowhere' on ovl route add blackhole 203.0.113.9
refused 'half of a default route' on ovl route add 128.0.0.0/1 dev d0
refused 'one on the same link, past the router' on ovl route add 203.0.113.0/24 dev eth0
refused 'an address whose prefix has the client' on ovl addr add 203.0.113.77/24 dev d0
refused "the client's own address" on ovl addr add 203.0.113.9/32 dev d0
refused 'another MAC of the router' on ovl arp replace 10.0.0.1 lladdr 02:00:00:00:00:98 dev eth0
refused 'a macvlan that takes all packets' \
	on ovl link add mv0 link eth0 type macvlan mode passthru
refused 'a link that is made, with such an address' \
	on ovl link add d9 type ifb addr 203.0.113.77/24
state >"$WORK/after"
check 'and nothing of all that was done' diff "$WORK/before" "$WORK/after"
check 'the session lives' on true

# --- the variable may be missing, old or nonsense: the server's socket says it
refused 'without SSH_CONNECTION, as sudo leaves it' on env -u SSH_CONNECTION ovl link set eth0 down
refused 'with no environment at all' on env -i "\$(command -v ovl)" link set eth0 down
refused 'several processes below the server' \
	on "env -u SSH_CONNECTION sh -c 'sh -c \"ovl link set eth0 down; exit \\\$?\"; exit \$?'"
refused 'a connection that is long gone' \
	on "SSH_CONNECTION='203.0.113.9 1 10.0.0.5 22' ovl link set eth0 down"
refused 'one that was never' on "SSH_CONNECTION='; reboot' ovl link set eth0 down"
refused 'one that is none of TCP' \
	on "SSH_CONNECTION='UNKNOWN 65535 UNKNOWN 65535' ovl link set eth0 down"
check_error 1 '(203.0.113.9 -> 10.0.0.5)' 'the right one is told' \
	on "SSH_CONNECTION='1.1.1.1 1 10.0.0.5 22' ovl link set eth0 down"
check_error 0 'the connection in SSH_CONNECTION is not there' \
	'a session that cannot be found is told, and nothing refused' \
	ip netns exec srv env SSH_CONNECTION='203.0.113.9 1 10.0.0.5 22' ovl --dry-run link set eth0 down
check_error 0 "SSH_CONNECTION is 'nonsense'" 'a variable that says nothing, too' \
	ip netns exec srv env SSH_CONNECTION=nonsense ovl --dry-run link set eth0 down
check_prints 'with -q it is not' '~ link eth0 down' \
	ip netns exec srv env SSH_CONNECTION=nonsense ovl -q --dry-run link set eth0 down

# --- what does not cut is not refused
check 'the link may be set up' on ovl link set eth0 up
check 'get another mtu' on ovl link set eth0 mtu 1400
check 'and an alias' on ovl link set eth0 alias mine
check 'and its own MAC' on ovl link set eth0 address "$(ip -n srv -j link show eth0 | jq -r '.[0].address')"
check 'and stay without a master' on ovl link set eth0 nomaster
check 'another link may go down' on ovl link set d0 down
check 'and up' on ovl link set d0 up
check 'into a bridge' on ovl bridge addif br9 d0
check 'and out of it' on ovl bridge delif br9 d0
check 'and away' on ovl link del d1
check 'a link is made' on ovl link add d1 type ifb up addr 192.0.2.1/24
check 'a further address' on ovl addr add 10.0.0.6/24 dev eth0
check 'is removed' on ovl addr del 10.0.0.6/24 dev eth0
check 'a route to others' on ovl route add 198.51.100.0/24 dev d0
check 'is removed' on ovl route del 198.51.100.0/24
check 'a default route that is not used' on ovl route add default via 10.0.0.77 metric 500
check 'is removed' on ovl route del default metric 500
check 'the same way once more' on ovl route replace default via 10.0.0.1
check 'a narrower route that leads the same way' on ovl route add 203.0.113.0/24 via 10.0.0.1
refused 'is then the one that must stay' on ovl route del 203.0.113.0/24
check 'and the default route may go' on ovl route del default
check 'and come back' on ovl route add default via 10.0.0.1
ip -n srv route del 203.0.113.0/24
check 'a route in a table that is not asked' on ovl route add blackhole default table 77
check 'a neighbour of another address' on ovl arp add 10.0.0.9 lladdr 02:00:00:00:00:97 dev eth0
check 'goes' on ovl arp del 10.0.0.9 dev eth0
check "the router's own MAC" on ovl arp replace 10.0.0.1 dev eth0 \
	lladdr "$(ip -n rt -j link show br0 | jq -r '.[0].address')"
refused 'which is then permanent' on ovl arp del 10.0.0.1 dev eth0
check 'flushing the neighbours spares it' on ovl arp flush dev eth0
ip -n srv neigh del 10.0.0.1 dev eth0
check 'an entry of a forwarding database' on ovl fdb add 02:00:00:00:00:96 dev eth0 self
check 'IPv6 is none of an IPv4 session' on ovl -6 addr del fd00::5/64 dev eth0
check 'nor is its route' on ovl -6 route del default
serve

# --- other namespaces
check 'what is called the same elsewhere may go down' on ovl -n red link set eth0 down
check 'and lose its address' on ovl -n red addr del 10.0.0.5/24 dev eth0
refused 'the namespace may be named' on ovl -n srv link set eth0 down
refused 'also by a process in it' on "ovl -n pid:\$\$ link set eth0 down"
ip -n red link set eth0 up
ip -n red addr replace 10.0.0.5/24 dev eth0
check 'a shell in another one is no session of that' \
	on ip netns exec red ovl link set eth0 down
check 'without the variable, too' \
	on env -u SSH_CONNECTION ip netns exec red ovl link set eth0 up
check 'a shell that came without ssh is never refused' \
	ip netns exec srv ovl link set eth0 address 02:00:00:00:00:05
check 'whatever it does' ip netns exec srv ovl link set eth0 down
# What was sent into the dark is sent again after a minute or two: a new one is quicker.
# shellcheck disable=SC2086
ip netns exec cli ssh $options $shared -O exit root@10.0.0.5 2>/dev/null
serve
wait_for on true

# --- secondary addresses
ip -n srv addr del 10.0.0.5/24 dev eth0
ip -n srv addr add 10.0.0.6/24 dev eth0
serve
wait_for on true
ip netns exec srv sh -c 'echo 0 >/proc/sys/net/ipv4/conf/eth0/promote_secondaries'
ip netns exec srv sh -c 'echo 0 >/proc/sys/net/ipv4/conf/all/promote_secondaries'
refused 'the primary address takes a secondary one along' on ovl addr del 10.0.0.6/24 dev eth0
ip netns exec srv sh -c 'echo 1 >/proc/sys/net/ipv4/conf/eth0/promote_secondaries'
check 'but not where that takes its place' on ovl addr del 10.0.0.6/24 dev eth0
check 'the session lived through that' on true
serve

# --- IPv6, also of addresses that name their link
refused 'an IPv6 session: its route' through fd00::5 ovl -6 route del default
refused 'its address' through fd00::5 ovl addr del fd00::5/64 dev eth0
refused 'an mtu that IPv6 cannot live with' through fd00::5 ovl link set eth0 mtu 1000
refused 'a narrower route' through fd00::5 ovl route add unreachable fd01::/64
check 'not IPv4' through fd00::5 ovl addr del 10.0.0.5/24 dev eth0
serve
linklocal=$(ip -n srv -j addr show dev eth0 |
	jq -r '.[].addr_info[] | select(.scope == "link") | .local')
# from_router WORDS...
from_router() {
	# shellcheck disable=SC2086 # options are words
	ip netns exec rt ssh $options "root@$linklocal%br0" \
		"PATH='$PATH'; export PATH ASAN_OPTIONS='${ASAN_OPTIONS-}'; $*" </dev/null
}
check_error 1 'would cut this ssh session (fe80::' 'a session from the router, on the link itself' \
	from_router ovl link set eth0 down
refused 'without the variable' from_router env -u SSH_CONNECTION ovl addr del "$linklocal/64" dev eth0

# --- what the link stands on
wait_for through 10.0.0.7 true
refused 'an address on a bridge: the bridge' through 10.0.0.7 ovl link set br0 down
refused 'the port behind which the router is' through 10.0.0.7 ovl link set up0 down
refused 'taking it out' through 10.0.0.7 ovl bridge delif br0 up0
refused 'blocking it' through 10.0.0.7 ovl bridge port set up0 state blocking
check 'not another port' through 10.0.0.7 ovl bridge delif br0 q1
check 'q2 goes' through 10.0.0.7 ovl link del q2
refused 'the only port' through 10.0.0.7 ovl link del up0

# --- batches, dry runs
printf '%s\n' 'link set d0 mtu 1300' 'route add 198.51.100.0/24 dev d0' 'link set eth0 down' \
	'link set d0 mtu 1200' >"$WORK/batch"
check_error 1 "batch:3: link 'eth0': down would cut" 'a batch ends at the line that cuts' \
	on ovl -b "$WORK/batch"
check_equal 'the lines before it stand, those behind it were not done' '1300 198.51.100.0/24' \
	"$(ip -n srv -j link show d0 | jq '.[0].mtu') $(ip -n srv -j route show dev d0 198.51.100.0/24 | jq -r '.[0].dst')"
ip -n srv route del 198.51.100.0/24
printf '%s\n' 'route add 198.51.100.1 dev d0' 'route add 203.0.113.9 dev d0' \
	'route add 198.51.100.2 dev d0' >"$WORK/batch"
check_error 1 'batch:2: ' 'lines that wait for each other, too' on ovl -b "$WORK/batch"
check_equal 'in order' 198.51.100.1 "$(ip -n srv -j route show dev d0 | jq -r '.[].dst')"
ip -n srv route del 198.51.100.1
check_prints 'a dry run marks it' '~ link eth0 down  # cuts this ssh session' \
	on ovl --dry-run link set eth0 down
check_prints 'also with --force' '~ link eth0 down  # cuts this ssh session' \
	on ovl --force --dry-run link set eth0 down
check_prints 'and nothing else' '~ link d0 down' on ovl --dry-run link set d0 down
check_prints '--as ip has a comment above it' '# cuts this ssh session:
ip link set eth0 down' on ovl --as ip link set eth0 down
check_prints 'without ssh there is no mark' '~ link eth0 down' \
	ip netns exec srv ovl --dry-run link set eth0 down
cat >"$WORK/lab.yaml" <<END
ovl: 1
lab: here
links:
  eth0: {manage: patch, up: off}
END
check_contains 'the plan of a file marks it' 'eth0 down  # cuts this ssh session' \
	"$(on ovl plan "$WORK/lab.yaml" 2>&1)"
check_equal 'and so does its JSON' '[true]' \
	"$(on ovl -j plan "$WORK/lab.yaml" | jq -c '[.changes[].cuts_ssh_session]')"
check_contains 'and its script' '# cuts this ssh session:
ip link set eth0 down' "$(on ovl --as ip plan "$WORK/lab.yaml")"
check_lacks 'without ssh it does not' cuts "$(ip netns exec srv ovl plan "$WORK/lab.yaml" 2>&1)"

# --- an ordinary user
nobody='setpriv --reuid=nobody --regid=nogroup --clear-groups'
# The tree it was built in may not be open to others.
cp "$(command -v ovl)" "$WORK/ovl"
check_prints 'finds the session of SSH_CONNECTION' '~ link eth0 down  # cuts this ssh session' \
	on "$nobody $WORK/ovl --dry-run link set eth0 down"
check_error 0 'may not be looked at' 'without it is told that it cannot be known' \
	on "env -u SSH_CONNECTION $nobody $WORK/ovl --dry-run link set eth0 down"

# --- what is meant is done
check 'with --confirm it is sent' on ovl --confirm 5m arp replace 10.0.0.1 dev eth0 nud permanent \
	lladdr "$(ip -n rt -j link show br0 | jq -r '.[0].address')"
check 'and holds when it is confirmed' on ovl confirm
ip -n srv neigh del 10.0.0.1 dev eth0
alone ovl --force link set eth0 down
check_equal '--force cuts it' false "$(ip -n srv -j link show eth0 | jq '.[0].flags | index("UP") != null')"
serve
wait_for alone true
alone ovl link set eth0 down --confirm 30s
check_equal 'so does --confirm' false "$(ip -n srv -j link show eth0 | jq '.[0].flags | index("UP") != null')"

for host in 10.0.0.5 fd00::5 10.0.0.7; do
	# shellcheck disable=SC2086
	ip netns exec cli ssh $options $shared -O exit "root@$host" 2>/dev/null
done
true
