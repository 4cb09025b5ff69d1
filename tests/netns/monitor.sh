#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ovl monitor against changes that ip and bridge make: a line each, in the order they happen, with
# the names of their time; what is lost is read again; it ends when it is told to.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq

OUT=$WORK/out ERR=$WORK/err
monitor=

# start ARGUMENTS...: `ovl ARGUMENTS` listens when this returns.
start() {
	: >"$ERR"
	ovl -v "$@" >"$OUT" 2>"$ERR" &
	monitor=$!
	wait_for grep -q 'monitor: listening' "$ERR" || check_show "$(cat "$ERR")"
}
# stop SIGNAL: ends it; its exit code is in $STATUS.
stop() {
	kill "-$1" "$monitor"
	wait "$monitor"
	STATUS=$?
}
# seen REGEX: a whole line fits, now or soon. saw: the same as a sentence.
seen() {
	wait_for grep -qxE -e "$1" "$OUT"
}
saw() {
	if seen "$2"; then
		ok "$1"
	else
		check_show "no line fits '$2':"
		check_show "$(tail -n 40 "$OUT")" '  '
		not_ok "$1"
	fi
}
# lacks SENTENCE REGEX: no line has it so far.
lacks() {
	check_lacks "$1" "$2" "$(grep -E -e "$2" "$OUT")"
}
# json FILTER: of the lines so far.
json() {
	jq -c "select($1)" "$OUT"
}
has_json() {
	[ "$(json "$1")" ]
}
is_gone() {
	! kill -0 "$1"
}

# --- words, in one namespace
start monitor
ip link add vx0 type vxlan id 42 dstport 4789 local 192.0.2.1
saw 'a link that is made is told with what it is' \
	'\+ link vx0 down mtu 1500 address [0-9a-f:]+ type vxlan id 42 local 192\.0\.2\.1 dstport 4789.*'
ip link set vx0 mtu 1400 up
saw 'a change is told as what changed' '~ link vx0 up mtu 1400 operstate UNKNOWN|~ link vx0 mtu 1400'
ip link add br0 type bridge
ip link set vx0 master br0
saw 'a port gets its master' '~ link vx0 master br0'
bridge link set dev vx0 learning off
saw 'the options of a port are told, which a bridge tells elsewhere' \
	'~ link vx0 type bridge_slave learning off'
ip link set vx0 nomaster
saw 'and leaves it' '~ link vx0 nomaster'
kernel_renames_up || ip link set vx0 down
ip link set vx0 name vx1
saw 'a new name is told with the old one' '~ link vx0 name vx1'
ip link set vx1 up
bridge fdb append 02:00:00:00:00:0b dev vx1 dst 192.0.2.2
saw 'an fdb entry has the new name' '\+ fdb 02:00:00:00:00:0b dev vx1 self dst 192\.0\.2\.2 permanent'
bridge fdb del 02:00:00:00:00:0b dev vx1 dst 192.0.2.2
saw 'and is told when it goes' '- fdb 02:00:00:00:00:0b dev vx1 self dst 192\.0\.2\.2 permanent'
ip link set br0 up
ip addr add 10.1.0.1/24 dev br0
saw 'an address' '\+ addr 10\.1\.0\.1/24 dev br0 .*'
ip neigh add 10.1.0.9 lladdr 02:00:00:00:00:0c dev br0
saw 'a neighbour' '\+ arp 10\.1\.0\.9 dev br0 lladdr 02:00:00:00:00:0c nud permanent'
ip route add 10.2.0.0/16 via 10.1.0.9
saw 'a route' '\+ route unicast 10\.2\.0\.0/16 via 10\.1\.0\.9 dev br0 .*'
ip -6 route add 2001:db8::/32 dev br0
saw 'of both families' '\+ route unicast 2001:db8::/32 dev br0 .*'
ip link property add dev br0 altname uplink
saw 'an altname' '\+ altname dev br0 altname uplink'
ip link property del dev br0 altname uplink
saw 'and its end' '- altname dev br0 altname uplink'
ip netns add n1
saw 'a namespace that gets a name' '\+ netns n1'
ip link add v0 type veth peer name v1 netns n1
saw 'and an id' '\+ netns n1 id 0'
ip netns del n1
saw 'and goes' '- netns n1'
ip link del br0
saw 'what goes with a link has its name though it is gone' '- arp 10\.1\.0\.9 dev br0 .*'
saw 'and the link goes last' '- link br0'
check_lacks 'no link is told by a number' ' dev if' "$(cat "$OUT")"
# Older kernels tell twice of an entry that goes.
check_equal 'the order is that in which it happened' '+ ~ -' \
	"$(grep -E '^(\+ link vx0|~ link vx0 name|- fdb 02:00:00:00:00:0b dev vx1) ' "$OUT" |
		cut -c1 | uniq | paste -sd' ')"
stop TERM
check_equal 'SIGTERM ends it with exit 0' 0 "$STATUS"

# --- which objects
start monitor fdb
bridge fdb append 02:00:00:00:00:0d dev vx1 dst 192.0.2.2
ip link set vx1 mtu 1300
kernel_renames_up || ip link set vx1 down
ip link set vx1 name vx2
bridge fdb append 02:00:00:00:00:0e dev vx2 dst 192.0.2.2
saw 'fdb alone follows names too' '\+ fdb 02:00:00:00:00:0e dev vx2 .*'
lacks 'and tells of nothing else' '^. (link|arp|addr|route)'
stop INT
check_equal 'SIGINT ends it with exit 0' 0 "$STATUS"
start monitor ro neigh
ip link set vx2 up
ip addr add 10.3.0.1/24 dev vx2
saw 'objects may be several, short or called as ip does' '\+ route unicast 10\.3\.0\.0/24 .*'
lacks 'and no others are told of' '^. (link|addr|fdb) '
stop TERM
start -4 monitor addr
ip addr add 2001:db8::1/64 dev vx2 nodad
ip addr add 10.4.0.1/24 dev vx2
saw '-4 tells of IPv4' '\+ addr 10\.4\.0\.1/24 .*'
lacks 'and of nothing else' 2001:db8
stop TERM
check_error 1 "did you mean 'link'" 'an unknown object suggests the nearest' ovl monitor lnk
check_error 1 "did you mean 'route'" 'also behind another' ovl monitor link rout1
check_error 1 'ambiguous' 'a prefix of several is refused' ovl monitor link a
if ip link add vf0 type vxlan external vnifilter dstport 4790 2>/dev/null &&
	ip -j -d link show vf0 | grep -q '"vnifilter": *true'; then
	start monitor vni
	bridge vni add vni 100-101 dev vf0
	saw 'a range of VNIs, one by one' '\+ vni dev vf0 vni 101'
	bridge vni delete vni 100-101 dev vf0
	saw 'and its end' '- vni dev vf0 vni 101'
	stop TERM
else
	skip 'VNIs of a vxlan with a filter (kernel 5.18)'
fi
ip link del vf0 2>/dev/null

# --- JSON
start -j monitor link fdb netns
ip link set vx2 mtu 1234
wait_for has_json '.value.mtu == 1234'
bridge fdb append 02:00:00:00:00:0f dev vx2 dst 192.0.2.2
bridge fdb del 02:00:00:00:00:0f dev vx2
wait_for has_json '.event == "del"'
ip netns add n2
wait_for has_json '.object == "netns"'
check_equal 'a line of JSON has the event, the object and iproute2'\''s keys' '["set","link","vx2",1234]' \
	"$(json '.value.mtu == 1234' | head -n1 | jq -c '[.event, .object, .value.ifname, .value.mtu]')"
check_json 'an entry that goes' '{"event":"del","object":"fdb","value":{"mac":"02:00:00:00:00:0f",
	"ifname":"vx2","dst":"192.0.2.2","flags":["self"],"state":"permanent"}}' \
	"$(json '.event == "del" and .value.dst')"
check_json 'a name' '{"event":"set","object":"netns","value":{"name":"n2"}}' \
	"$(json '.object == "netns"')"
check 'each line is an object of its own' jq -e 'type == "object"' "$OUT"
stop TERM
start -j -d monitor link
ip link set vx2 mtu 1235
wait_for has_json '.value.mtu == 1235'
check_equal '-d adds the kind and the time' '["vxlan","string"]' \
	"$(json '.value.mtu == 1235' | head -n1 | jq -c '[.value.linkinfo.info_kind, (.time | type)]')"
stop TERM
start -d monitor link
ip link set vx2 mtu 1236
saw '-d puts the time in front' \
	'[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z ~ link vx2 mtu 1236'
stop TERM

# --- names that are not meant well
evil=$(printf 'a\033[31mb\302\233')
start monitor link route
if ip link add "$evil" type veth peer name tame 2>/dev/null; then
	ip link set "$evil" up
	ip link set tame up
	ip addr add 10.5.0.1/24 dev "$evil"
	seen '\+ route .*10\.5\.0\.0/24.*'
	check_lacks 'no control character of a name gets through' "$(printf '\033')" "$(cat "$OUT")"
	saw 'it is escaped' '\+ link a\\x1b\[31mb\\x9b .*'
	ip link del "$evil"
else
	skip 'names with control characters'
fi
stop TERM

# --- every namespace
ip netns add old
start -A monitor link addr netns
ip -n old link set lo up
saw 'with -A the namespace stands in front' '~ old: link lo up .*'
ip -n old addr add 10.6.0.1/32 dev lo
saw 'of every object' '\+ old: addr 10\.6\.0\.1/32 dev lo .*'
ip netns add late
ip -n late link add v8 type veth peer name v9
saw 'a namespace that comes meanwhile' '\+ netns late'
saw 'is listened to, and told with what is in it' '[=+] late: link v8 .*'
ip -n late link set v8 mtu 1400
saw 'and its changes' '~ late: link v8 mtu 1400'
ip link set vx2 mtu 1111
ip -n late link set v8 name v7
saw 'names are those of its own' '~ late: link v8 name v7'
lacks 'a namespace without a name is not among them' 'vx2'
ip netns del late
saw 'a namespace that goes' '- netns late'
ip netns add late
ip -n late addr add 10.7.0.1/32 dev lo
saw 'and comes again' '[=+] late: addr 10\.7\.0\.1/32 dev lo .*'
stop TERM
check_equal 'it ends as usual' 0 "$STATUS"
start -A -j monitor addr
ip -n old addr add 10.8.0.1/32 dev lo
wait_for has_json '.value.local == "10.8.0.1"'
check_equal 'in JSON the namespace has a key' '["set","old","addr"]' \
	"$(json '.value.local == "10.8.0.1"' | jq -c '[.event, .netns, .object]')"
stop TERM
start monitor netns
ip link add v2 type veth peer name v3 netns late
saw 'an id is told' '\+ netns late id [0-9]+'
ovl -v -A monitor >"$WORK/other" 2>"$WORK/other.err" &
other=$!
wait_for grep -q 'monitor: listening' "$WORK/other.err"
ip netns del late
saw 'a monitor keeps no namespace alive whose name went' '- netns late id [0-9]+'
kill "$other"
wait "$other"
stop TERM
# Its parts belong to another user namespace.
unshare --user --map-root-user ovl -v -A monitor link >"$OUT" 2>"$ERR" &
monitor=$!
if wait_for grep -q 'monitor: listening' "$ERR"; then
	saw 'a namespace that may not be entered is told' '# old: not watched: .*CAP_SYS_ADMIN.*'
	stop TERM
else
	skip 'a namespace that may not be entered'
fi

# --- more than it can take
for i in $(seq 0 29999); do
	printf 'fdb append 02:00:00:01:%02x:%02x dev vx2 dst 192.0.2.2\n' $((i / 256)) $((i % 256))
done >"$WORK/batch"
# flood ARGUMENTS...: it sleeps while there are more events than its queue holds.
flood() {
	ip link set vx2 up
	bridge -b - <<-END
		$(bridge fdb show dev vx2 | grep -o '^02:00:00:01:..:..' | sed 's/.*/fdb del & dev vx2/')
	END
	start "$@"
	kill -STOP "$monitor"
	bridge -b "$WORK/batch"
	kill -CONT "$monitor"
}
flood monitor fdb
saw 'events that were lost are told' '# events were lost: everything is read again'
saw 'and everything is read again, to the last' '= fdb 02:00:00:01:75:2f dev vx2 .*'
wait_for sh -c "[ \$(grep -c '^= fdb 02:00:00:01:' '$OUT') = 30000 ]"
check_equal 'each entry once' 30000 "$(grep '^= fdb 02:00:00:01:' "$OUT" | sort -u | wc -l)"
bridge fdb del 02:00:00:01:00:01 dev vx2
saw 'and it goes on' '- fdb 02:00:00:01:00:01 dev vx2 .*'
stop TERM
check_equal 'without having failed' 0 "$STATUS"
flood -j monitor fdb link
wait_for has_json '.value.mac == "02:00:00:01:75:2f"'
check_json 'in JSON too' '{"event":"lost"}' "$(json '.event == "lost"' | head -n1)"
check_equal 'with what there is' '["have","fdb","02:00:00:01:75:2f"]' \
	"$(json '.value.mac == "02:00:00:01:75:2f"' | head -n1 | jq -c '[.event, .object, .value.mac]')"
check_equal 'of every object that is listened to' '"vx2"' \
	"$(json '.event == "have" and .object == "link"' | jq -c .value.ifname | grep vx2)"
stop TERM

# --- readers that go, or stay and do not read
mkfifo "$WORK/pipe"
ovl -v monitor >"$WORK/pipe" 2>"$ERR" &
monitor=$!
exec 3<"$WORK/pipe"
wait_for grep -q 'monitor: listening' "$ERR"
exec 3<&-
wait "$monitor"
check_equal 'it ends when its reader does, without an event: exit 2' 2 $?
check_contains 'and says why' 'cannot write the output: Broken pipe' "$(cat "$ERR")"
ovl -v monitor >/dev/full 2>"$ERR" &
monitor=$!
wait_for grep -q 'monitor: listening' "$ERR"
ip link set vx2 mtu 1300
wait "$monitor"
check_equal 'a full disk is exit 2' 2 $?
exec 3<>"$WORK/pipe"
ovl -v monitor fdb >"$WORK/pipe" 2>"$ERR" &
monitor=$!
wait_for grep -q 'monitor: listening' "$ERR"
bridge -b - <<END
$(head -n 5000 "$WORK/batch" | sed 's/append \(.*\) dst.*/del \1/')
END
kill "$monitor"
if wait_for is_gone "$monitor"; then
	ok 'a reader that does not read keeps nobody from ending it'
else
	not_ok 'a reader that does not read keeps nobody from ending it'
	kill -KILL "$monitor"
fi
exec 3<&-
