#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ovl monitor packets against what ping and perl send: what is outside and inside of a VXLAN, files
# that tcpdump reads, and how it ends.
. "$(dirname "$0")/../support/check.sh"
needs ip ping jq sysctl

OUT=$WORK/out ERR=$WORK/err FILE=$WORK/file
monitor=

# start ARGUMENTS...: `ovl ARGUMENTS` sees packets when this returns.
start() {
	: >"$ERR"
	ovl -v "$@" >"$OUT" 2>"$ERR" &
	monitor=$!
	wait_for grep -q 'monitor: listening' "$ERR" || check_show "$(cat "$ERR")"
}
# ended: it did so by itself, or soon does; its exit code is in $STATUS. stop SIGNAL: is told to.
ended() {
	wait "$monitor"
	STATUS=$?
}
stop() {
	kill "-$1" "$monitor"
	ended
}
# saw SENTENCE REGEX: a line has it behind the time, now or soon.
saw() {
	if wait_for grep -qxE -e "[0-9:]{8}\.[0-9]{6}Z $2, length [0-9]+" "$OUT"; then
		ok "$1"
	else
		check_show "no line fits '$2':"
		check_show "$(tail -n 40 "$OUT")" '  '
		not_ok "$1"
	fi
}
has_json() {
	[ "$(jq -c "select($1)" "$OUT")" ]
}
ping_once() {
	ip netns exec a ping -q -c 1 -W 5 "$@" >"$WORK/.ping" 2>&1 ||
		not_ok "ping $* is answered: $(cat "$WORK/.ping")"
}

# dump ARGUMENTS...: tcpdump gives up being root, and may not where others decide who is who: here
# it is nobody from the start.
dump() {
	unshare --user tcpdump "$@"
}

# --- the tutorial's two hosts with a VXLAN between them
mac=02:00:00:00:00
for host in a b; do
	ip netns add $host
	ip netns exec $host sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
		net.ipv6.conf.default.disable_ipv6=1
	ip -n $host link set lo up
done
ip -n a link add eth0 address $mac:0a type veth peer name eth0 address $mac:0b netns b
ip -n a addr add 10.23.120.82/16 dev eth0
ip -n b addr add 10.23.72.74/16 dev eth0
for host in a b; do
	ip -n $host link set eth0 up
done
# vxlan NAME VNI PORT
vxlan() {
	ip -n a link add "$1" address $mac:1a type vxlan id "$2" dstport "$3" \
		local 10.23.120.82 remote 10.23.72.74 dev eth0
	ip -n b link add "$1" address $mac:1b type vxlan id "$2" dstport "$3" \
		local 10.23.72.74 remote 10.23.120.82 dev eth0
	ip -n a addr add "10.10.$2.2/24" dev "$1"
	ip -n b addr add "10.10.$2.3/24" dev "$1"
	ip -n a link set "$1" up
	ip -n b link set "$1" up
}
vxlan vxlan0 111 4789

start -n a monitor packets eth0
ping_once 10.10.111.3
there="eth0 out $mac:0a > $mac:0b 10\.23\.120\.82:[0-9]+ > 10\.23\.72\.74:4789 udp vxlan flags 0x08 vni 111 \|"
back="eth0 in $mac:0b > $mac:0a 10\.23\.72\.74:[0-9]+ > 10\.23\.120\.82:4789 udp vxlan flags 0x08 vni 111 \|"
saw 'first the underlay asks for its own neighbour' \
	"eth0 out $mac:0a > ff:ff:ff:ff:ff:ff arp who-has 10\.23\.72\.74 tell 10\.23\.120\.82"
saw 'and is answered' "eth0 in $mac:0b > $mac:0a arp 10\.23\.72\.74 is-at $mac:0b"
saw 'a broadcast of the overlay goes in UDP to the other VTEP' \
	"$there $mac:1a > ff:ff:ff:ff:ff:ff arp who-has 10\.10\.111\.3 tell 10\.10\.111\.2"
saw 'and its answer comes the same way' "$back $mac:1b > $mac:1a arp 10\.10\.111\.3 is-at $mac:1b"
saw 'then the ping, MAC in UDP' \
	"$there $mac:1a > $mac:1b 10\.10\.111\.2 > 10\.10\.111\.3 icmp echo-request id [0-9]+ seq 1"
saw 'and the answer to it' \
	"$back $mac:1b > $mac:1a 10\.10\.111\.3 > 10\.10\.111\.2 icmp echo-reply id [0-9]+ seq 1"
check_equal 'in that order' '10.10.111.3 tell 10.10.111.2,10.10.111.3 is-at,echo-request,echo-reply' \
	"$(grep -oE '10.10.111.3 (tell 10.10.111.2|is-at)|echo-re[a-z]+' "$OUT" | paste -sd,)"
check_lacks 'another device is not looked at' ' vxlan0 ' "$(cat "$OUT")"
stop INT
check_equal 'SIGINT ends it with exit 0' 0 "$STATUS"
check_lacks 'and nothing was lost' lost "$(cat "$ERR")"

# --- every device, several, and ports
start -n a monitor packets
ping_once 10.10.111.3
saw 'without a device all of them are looked at' \
	"vxlan0 out $mac:1a > $mac:1b 10\.10\.111\.2 > 10\.10\.111\.3 icmp echo-request id [0-9]+ seq 1"
saw 'each in the order of its layers' \
	"vxlan0 in $mac:1b > $mac:1a 10\.10\.111\.3 > 10\.10\.111\.2 icmp echo-reply id [0-9]+ seq 1"
vxlan vxlan1 5 5555
ping_once 10.10.5.3
saw 'the port of a vxlan that comes meanwhile is known' \
	".*:5555 udp vxlan flags 0x08 vni 5 \| .* icmp echo-request id [0-9]+ seq 1"
ip -n a link set vxlan1 down
ip -n a link set vxlan1 name renamed
ip -n a link set renamed up
ip -n a neigh replace 10.10.5.3 lladdr $mac:1b dev renamed
ping_once 10.10.5.3
saw 'a new name is told at once' "renamed out .* icmp echo-request id [0-9]+ seq 1"
stop TERM
check_equal 'SIGTERM ends it with exit 0' 0 "$STATUS"
start -n a monitor packets vxlan0 renamed
ping_once 10.10.5.3
ping_once 10.10.111.3
saw 'several devices may be named' "vxlan0 in .* 10\.10\.111\.3 > .*echo-reply id [0-9]+ seq 1"
saw 'each is looked at' "renamed in .* 10\.10\.5\.3 > .*echo-reply id [0-9]+ seq 1"
check_lacks 'and no other' ' eth0 ' "$(cat "$OUT")"
ip -n a link del renamed
ping_once 10.10.111.3
saw 'one may go' "vxlan0 in .*echo-reply id [0-9]+ seq 1"
ip -n a link del vxlan0
ended
check_equal 'when all are gone it ends: exit 2' 2 "$STATUS"
check_contains 'and says why' 'the devices are gone' "$(cat "$ERR")"
ip -n b link del vxlan0
ip -n b link del vxlan1
vxlan vxlan0 111 5555
start -n a monitor packets eth0
ping_once 10.10.111.3
saw 'the port of a vxlan that is there is known' ".*:5555 udp vxlan flags 0x08 vni 111 \| .*echo-reply.*"
stop TERM

# --- JSON
start -n a -j monitor packets eth0
ping_once 10.10.111.3
wait_for has_json '.frame.vxlan.frame.icmp.name == "echo-reply"'
check_json 'a packet is an object, and what is in it is in it' "{\"dev\":\"eth0\",\"direction\":\"in\",
	\"length\":148,\"frame\":{\"src\":\"$mac:0b\",\"dst\":\"$mac:0a\",\"type\":\"0x800\",
	\"ip\":{\"src\":\"10.23.72.74\",\"dst\":\"10.23.120.82\",\"ttl\":64,\"protocol\":17},
	\"udp\":{\"dport\":5555},\"vxlan\":{\"flags\":\"0x8\",\"vni\":111,\"frame\":{
	\"src\":\"$mac:1b\",\"dst\":\"$mac:1a\",\"type\":\"0x800\",
	\"ip\":{\"src\":\"10.10.111.3\",\"dst\":\"10.10.111.2\",\"ttl\":64,\"protocol\":1},
	\"icmp\":{\"type\":0,\"code\":0,\"name\":\"echo-reply\",\"seq\":1}}}}}" \
	"$(jq -c 'select(.frame.vxlan.frame.icmp.name == "echo-reply")
		| del(.time, .frame.udp.sport, .frame.vxlan.frame.icmp.id)' "$OUT" | head -n1)"
check 'each line is an object of its own' jq -e 'type == "object"' "$OUT"
stop TERM
start -n a -d monitor packets eth0
ping_once 10.10.111.3
wait_for grep -q echo-reply "$OUT"
check '-d adds the day and the hop limit' \
	grep -qE '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z eth0 out .* 10\.10\.111\.3 ttl 64 icmp' "$OUT"
stop TERM

# --- IPv6
for host in a b; do
	ip netns exec $host sysctl -qw net.ipv6.conf.vxlan0.disable_ipv6=0
done
ip -n a addr add fd00::1/64 dev vxlan0 nodad
ip -n b addr add fd00::2/64 dev vxlan0 nodad
start -n a monitor packets vxlan0
ping_once fd00::2
saw 'a neighbour solicitation' \
	"vxlan0 out $mac:1a > 33:33:ff:00:00:02 fd00::1 > ff02::1:ff00:2 icmp6 neighbour-solicitation fd00::2 lladdr $mac:1a"
saw 'a neighbour advertisement' \
	"vxlan0 in $mac:1b > $mac:1a fd00::2 > fd00::1 icmp6 neighbour-advertisement fd00::2 lladdr $mac:1b"
saw 'and ICMPv6' "vxlan0 in $mac:1b > $mac:1a fd00::2 > fd00::1 icmp6 echo-reply id [0-9]+ seq 1"
stop TERM
for host in a b; do
	ip netns exec $host sysctl -qw net.ipv6.conf.vxlan0.disable_ipv6=1
done

# --- when it ends by itself
start -n a monitor packets eth0 --count 3
ping_once 10.10.111.3
ping_once 10.10.111.3
ended
check_equal '--count ends it' '0 3' "$STATUS $(wc -l <"$OUT")"
start -n a monitor packets --for 200ms
ended
check_equal '--for ends it' 0 "$STATUS"
check_error 1 "--for '5x': expected a time as 10s" 'an unknown unit is refused' \
	ovl monitor packets --for 5x
check_error 1 "--count '0': expected a number" 'and no packets' ovl monitor packets --count 0
check_error 1 "there is no link 'eth1' (did you mean 'eth0'?)" 'an unknown device suggests the nearest' \
	ovl -n a monitor packets vxlan0 eth1
check_error 1 "'packets' stands alone" 'packets are no object among others' ovl monitor link packets
check_error 1 "'-x' is not expected" 'an option of another program is refused' ovl monitor packets -x
check_error 1 '--all-netns does not go with packets' 'one namespace at a time' ovl -A monitor packets
if setpriv --bounding-set -net_raw true 2>/dev/null; then
	check_error 2 'needs CAP_NET_RAW' 'a missing capability is named' \
		setpriv --bounding-set -net_raw --inh-caps -net_raw ovl monitor packets --for 1ms
else
	skip 'a missing capability is named'
fi

# --- a file
start -n a monitor packets -w "$FILE"
check_lacks 'with a file there are no lines' Z "$(cat "$OUT")"
ping_once 10.10.111.3
wait_for grep -qa vxlan0 "$FILE"
stop INT
check_equal 'SIGINT leaves a whole file' 0 "$STATUS"
told=$(sed -n 's/.*note: \([0-9]*\) packets written/\1/p' "$ERR")
if command -v tcpdump >/dev/null; then
	dump -nr "$FILE" >"$WORK/dump" 2>"$WORK/.error" || not_ok "tcpdump reads it: $(cat "$WORK/.error")"
	check_equal 'tcpdump reads every packet of it' "$told" "$(grep -c '^[0-9]' "$WORK/dump")"
	check_contains 'with what is in them' '10.10.111.2 > 10.10.111.3: ICMP echo request' "$(cat "$WORK/dump")"
	start -n a monitor packets -w - eth0 --count 2
	ping_once 10.10.111.3
	ended
	check_contains 'and from a pipe' '10.23.72.74.5555' \
		"$(dump -nr - <"$OUT" 2>/dev/null)"
else
	skip 'tcpdump reads a file'
fi
if command -v tshark >/dev/null; then
	check_equal 'tshark reads names and directions' 'eth0 1' \
		"$(tshark -r "$FILE" -T fields -E separator=' ' -e frame.interface_name \
			-e frame.packet_flags_direction 2>/dev/null | grep -m1 -o '^eth0 0x0*1' | sed 's/0x0*//')"
else
	skip 'tshark reads a file'
fi
check_error 1 '-w writes pcapng, --json prints lines' 'a file is no JSON' ovl -j monitor packets -w "$FILE"
check_error 2 "cannot open '$WORK/no/file': No such file" 'a file that cannot be is refused' \
	ovl monitor packets -w "$WORK/no/file"
cp "$FILE" "$WORK/before"
check_fails 1 'an unknown device' ovl monitor packets -w "$FILE" eth9
check 'leaves an old file as it was' cmp "$FILE" "$WORK/before"
start -n a monitor packets -w /dev/full
ended
check_equal 'a full disk is exit 2' 2 "$STATUS"

# --- frames that nobody sends by accident
# frames DEV COUNT HEX: puts raw frames on a's device.
frames() {
	ip netns exec a perl -e '
		my ($index, $count, $hex) = @ARGV;
		my $frame = pack("H*", $hex);
		socket(my $socket, 17, 3, 0) or die "socket: $!";
		my $to = pack("S n i S C C a8", 17, 3, $index, 0, 0, 6, $frame);
		for (1 .. $count) { send($socket, $frame, 0, $to) or $!{ENOBUFS} or die "send: $!" }
	' "$(ip netns exec a cat /sys/class/net/"$1"/ifindex 2>/dev/null || ip -n a -j link show "$1" | jq '.[].ifindex')" "$2" "$3"
}
if command -v perl >/dev/null; then
	arp=08060001080006040001020000000a0a0a0a0a01020000000000000a0a0103
	start -n b monitor packets eth0
	frames eth0 1 "02000000000b02000000000a810000058100a006$arp"
	saw 'VLAN tags are where they were' \
		"eth0 in $mac:0a > $mac:0b vlan 5 vlan 6 priority 5 arp .*"
	frames eth0 1 02000000009902000000000a88cc0000
	saw 'what is for another MAC is passed on' "eth0 fwd $mac:0a > $mac:99 type 0x88cc"
	# UDP from 127.0.0.1:1 to the vxlan's port with less than a vxlan in it.
	frames eth0 1 02000000000b02000000000a0800450000200000000040110000ffffffffffffffff000115b3000c000008000000
	saw 'a packet that ends too soon is told' ".*:5555 udp \(cut short: vxlan\)"
	stop TERM
	start -n b monitor packets eth0 -w "$FILE"
	frames eth0 1 "02000000000b02000000000a81000005$arp"
	has_tag() {
		dump -enr "$FILE" 2>/dev/null | grep -q 'vlan 5, p 0, ethertype ARP'
	}
	if command -v tcpdump >/dev/null; then
		check 'a file has the tag too' wait_for has_tag
	fi
	stop TERM

	# --- more than it can take
	start -n b monitor packets eth0
	kill -STOP "$monitor"
	frames eth0 100000 "02000000000b02000000000a88cc$(printf '%02800d' 0)"
	kill -CONT "$monitor"
	wait_for grep -q 88cc "$OUT"
	stop TERM
	check_equal 'it goes on when packets were lost' 0 "$STATUS"
	check_contains 'and says so in the end' 'packets were lost: more came than were taken' "$(cat "$ERR")"
else
	skip 'frames that nobody sends by accident'
fi

# --- names that are not meant well, and readers that go
evil=$(printf 'a\033[31mb\302\233')
if ip -n a link add "$evil" type veth peer name tame 2>/dev/null; then
	ip -n a addr add 10.5.0.1/24 dev "$evil"
	start -n a monitor packets
	ip -n a link set tame up
	ip -n a link set "$evil" up
	ip -n a neigh add 10.5.0.2 lladdr $mac:77 dev "$evil"
	ip netns exec a ping -q -c 1 -W 0.1 10.5.0.2 >/dev/null 2>&1
	saw 'a name is escaped' 'a\\x1b\[31mb\\x9b out .*icmp echo-request.*'
	check_lacks 'and no control character gets through' "$(printf '\033')" "$(cat "$OUT")"
	stop TERM
	start -n a -j monitor packets "$evil"
	ip netns exec a ping -q -c 1 -W 0.1 10.5.0.2 >/dev/null 2>&1
	wait_for has_json '.frame.icmp'
	check_equal 'in JSON it is the name' "$evil" "$(jq -r .dev "$OUT" | head -n1)"
	stop TERM
	ip -n a link del "$evil"
else
	skip 'names with control characters'
fi
mkfifo "$WORK/pipe"
ovl -v -n a monitor packets >"$WORK/pipe" 2>"$ERR" &
monitor=$!
exec 3<"$WORK/pipe"
wait_for grep -q 'monitor: listening' "$ERR"
exec 3<&-
ended
check_equal 'it ends when its reader does: exit 2' 2 "$STATUS"
