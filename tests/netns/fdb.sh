#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ovl fdb: each verb and option on bridges, ports and vxlans, read back with bridge(8); the traps
# of the kernel (all-zero entries, permanent on a port, one destination of several); refusals.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq

# of MAC JQ [DEV]: what bridge says of the entries of a MAC.
of() {
	bridge -j fdb show ${3:+dev "$3"} | jq -c "map(select(.mac == \"$1\")) | $2"
}
# What is learned or forgotten meanwhile is no matter: a port that loses its carrier forgets.
everything() {
	bridge -j fdb | jq -cS 'map(select((.mac | test("^(02:00:00:00|00:00)")) and .state != "")) | sort_by(tojson)'
}
refused() {
	refused_code=$1 refused_text=$2
	shift 2
	refused_before=$(everything)
	check_error "$refused_code" "$refused_text" "refused: ovl $*" ovl -q "$@"
	check_equal '... and nothing changed' "$refused_before" "$(everything)"
}
mac() {
	printf '02:00:00:00:00:%02x' "$1"
}

ip link add u0 type veth peer name u1
# Without a VLAN of its ports, into which a bridge that has VLANs would copy each entry.
ip link add br0 type bridge vlan_default_pvid 0
ip link add p0 type veth peer name p1
ip link add vx type vxlan id 42 dstport 4789 dev u0
ip link add v6 type vxlan id 43 dstport 4789 local fd00::1
for dev in u0 u1 br0 p0 p1 vx v6; do
	ip link set $dev up
done
ip link set p0 master br0

# --- whose table, which state
check 'on a port: the bridge is meant' ovl fdb add "$(mac 1)" dev p0
check_equal 'and static' '[["br0","static"]]' "$(of "$(mac 1)" 'map([.master, .state])')"
check_equal 'in one message' 1 "$(ovl -v fdb replace "$(mac 1)" dev p0 2>&1 | grep -c '^-> ')"
check_equal 'a dry run sends none that changes' 0 "$(ovl -v --dry-run fdb replace "$(mac 1)" dev p0 2>&1 | grep -c '^-> .*type 28 ')"
check 'on a vxlan with dst: its own table' ovl fdb add "$(mac 2)" dev vx dst 10.0.0.9
check_equal 'and permanent' '[[["self"],"10.0.0.9","permanent"]]' "$(of "$(mac 2)" 'map([.flags, .dst, .state])')"
ip link set vx master br0
check 'on a vxlan that is a port, without dst: the bridge' ovl fdb add "$(mac 3)" dev vx
check_equal 'is meant' '["br0"]' "$(of "$(mac 3)" 'map(.master)')"
check 'with dst: itself' ovl fdb add "$(mac 3)" dev vx dst 10.0.0.9
check_equal 'so there are both' '["br0",null]' "$(of "$(mac 3)" 'map(.master) | sort | reverse')"
check 'on a bridge itself' ovl fdb add "$(mac 4)" dev br0
check_equal 'it is local' '["permanent"]' "$(of "$(mac 4)" 'map(.state)')"
check 'self said on a port' ovl fdb add "$(mac 5)" dev p0 self
check_equal 'is self' '[["self"]]' "$(of "$(mac 5)" 'map(.flags)')"
check 'master said on a vxlan' ovl fdb add "$(mac 6)" dev vx master static
check_equal 'is in the table of the bridge' '["br0"]' "$(of "$(mac 6)" 'map(.master)')"
check_error 0 'frames for this MAC do not leave' 'permanent on a port is told' \
	ovl fdb add "$(mac 7)" dev p0 permanent
check_equal 'and done' '["permanent"]' "$(of "$(mac 7)" 'map(.state)')"
check_equal 'unless --quiet' '' "$(ovl -q fdb add "$(mac 8)" dev p0 local 2>&1)"
check 'dynamic' ovl fdb add "$(mac 9)" dev p0 dynamic
check_equal 'ages' '[""]' "$(of "$(mac 9)" 'map(.state)')"
check 'sticky' ovl fdb add "$(mac 10)" dev p0 sticky
check_equal 'is' '[["sticky"]]' "$(of "$(mac 10)" 'map(.flags)')"
# iproute2 6.1 does not show these.
told() {
	ovl -j -d fdb show dev p0 | jq -c --arg mac "$(mac 13)" '.[] | select(.mac == $mac) | [.activity_notify, .inactive]'
}
check 'activity_notify' ovl fdb add "$(mac 13)" dev p0 static activity_notify
check_equal 'the kernel tells it' '[true,null]' "$(told)"
check 'inactive' ovl fdb replace "$(mac 13)" dev p0 static activity_notify inactive norefresh
check_equal 'as well' '[true,true]' "$(told)"
check_prints 'as bridge says them' \
	"bridge fdb replace $(mac 13) dev p0 master activity_notify inactive norefresh static" \
	ovl --as ip fdb replace "$(mac 13)" dev p0 static activity_notify inactive norefresh
ovl fdb del "$(mac 13)" dev p0
check 'extern_learn' ovl fdb add "$(mac 11)" dev p0 extern_learn
check_equal 'is' '[["extern_learn"]]' "$(of "$(mac 11)" 'map(.flags)')"
check 'use' ovl fdb add "$(mac 12)" dev p0 use dynamic
check_equal 'makes one that ages' '[""]' "$(of "$(mac 12)" 'map(.state)')"
check 'to MAC' ovl fdb add to "$(mac 13)" dev p0
check 'bridge fdb is fdb' ovl bridge fdb add "$(mac 14)" dev p0 master static
check_equal 'both' '["static","static"]' "$(of "$(mac 13)" 'map(.state)' | tr -d ']'),$(of "$(mac 14)" 'map(.state)' | tr -d '[')"

# --- a vxlan's options
check 'port, vni, via, static' ovl fdb add "$(mac 20)" dev vx dst 10.0.0.9 port 1234 vni 99 via u0 static
check_equal 'all' '[["10.0.0.9",1234,99,"u0","static"]]' "$(of "$(mac 20)" 'map([.dst, .port, .vni, .viaIf, .state])')"
check 'router' ovl fdb add "$(mac 21)" dev vx dst 10.0.0.9 router
check_equal 'is' '[["self","router"]]' "$(of "$(mac 21)" 'map(.flags)')"
check 'IPv6' ovl fdb add "$(mac 22)" dev v6 dst fd00::9
check_equal 'is' '["fd00::9"]' "$(of "$(mac 22)" 'map(.dst)')"
if ip link add xe type vxlan dstport 4795 external 2>/dev/null; then
	check 'src_vni' ovl fdb add "$(mac 23)" dev xe dst 10.0.0.9 src_vni 100
	check 'the same MAC in another' ovl fdb add "$(mac 23)" dev xe dst 10.0.0.8 src_vni 200 vni 201
	check_equal 'both are there' '[["10.0.0.9",100],["10.0.0.8",200]]' \
		"$(of "$(mac 23)" 'sort_by(.src_vni) | map([.dst, .src_vni])')"
	check 'del of one' ovl fdb del "$(mac 23)" dev xe src_vni 100
	check_equal 'leaves the other' '[200]' "$(of "$(mac 23)" 'map(.src_vni)')"
fi
if ip nexthop add id 12 via 10.0.0.12 fdb 2>/dev/null && ip nexthop add id 10 group 12 fdb 2>/dev/null; then
	check 'nhid' ovl fdb add "$(mac 24)" dev vx nhid 10
	check_equal 'is' '[10]' "$(of "$(mac 24)" 'map(.nhid)')"
	check 'del of it' ovl fdb del "$(mac 24)" dev vx self
	check_equal 'it is gone' '[]' "$(of "$(mac 24)" .)"
else
	skip 'nhid: this kernel has no fdb nexthops'
fi

# --- the all-zero MAC, and several destinations
zero=00:00:00:00:00:00
check 'add of the all-zero MAC' ovl fdb add $zero dev vx dst 10.0.0.21
refused 2 "'append' adds a further destination" fdb add $zero dev vx dst 10.0.0.22
check 'append' ovl fdb append $zero dev vx dst 10.0.0.22
check 'a second one' ovl fdb append $zero dev vx dst 10.0.0.22
check_equal 'is no double' '["10.0.0.21","10.0.0.22"]' "$(of $zero 'map(.dst) | sort')"
check 'del of one' ovl fdb del $zero dev vx dst 10.0.0.21
check_equal 'leaves the other' '["10.0.0.22"]' "$(of $zero 'map(.dst)')"
refused 2 'Cannot replace non-unicast fdb entries' fdb replace $zero dev vx dst 10.0.0.30
ovl fdb append $zero dev vx dst 10.0.0.31
check 'del without dst' ovl fdb del $zero dev vx self
check_equal 'removes all' '[]' "$(of $zero .)"

# --- replace, del, get
check 'replace of what is there' ovl fdb replace "$(mac 2)" dev vx dst 10.0.0.77
check_equal 'changes it' '["10.0.0.77"]' "$(of "$(mac 2)" 'map(.dst)')"
check 'replace of what is not there' ovl fdb replace "$(mac 30)" dev vx dst 10.0.0.30
check_equal 'adds it' '["10.0.0.30"]' "$(of "$(mac 30)" 'map(.dst)')"
check 'replace on a bridge moves it' ovl fdb replace "$(mac 1)" dev vx
check_equal 'to the other port' '["vx"]' "$(of "$(mac 1)" 'map(.ifname)')"
check 'del on a port' ovl fdb del "$(mac 1)" dev vx
check_equal 'it is gone' '[]' "$(of "$(mac 1)" .)"
check 'del in a vxlan' ovl fdb del "$(mac 2)" dev vx dst 10.0.0.77
check_equal 'it is gone' '[]' "$(of "$(mac 2)" .)"
check 'del with the words that added it' ovl fdb del "$(mac 20)" dev vx dst 10.0.0.9 port 1234 vni 99 via u0 static
check_equal 'it is gone' '[]' "$(of "$(mac 20)" .)"
check_contains 'get' "$(mac 6)" "$(ovl fdb get "$(mac 6)" dev vx master)"
check_equal 'of one table only' '["br0"]' "$(ovl -j fdb get "$(mac 3)" dev vx | jq -c 'map(.master)')"
check_equal 'or the other' '["10.0.0.9"]' "$(ovl -j fdb get "$(mac 3)" dev vx self | jq -c 'map(.dst)')"
check_contains 'get br' "$(mac 6)" "$(ovl fdb get "$(mac 6)" br br0)"
check_fails 2 'get of what is not there' ovl fdb get "$(mac 99)" dev p0

# --- show
check_equal 'show dev' "$(bridge fdb show dev p0 | wc -l)" "$(ovl -o fdb show dev p0 | wc -l)"
check_equal 'show br' "$(bridge fdb show br br0 | wc -l)" "$(ovl -o fdb show br br0 | wc -l)"
check_equal 'show MAC' 2 "$(ovl -o fdb show "$(mac 3)" | wc -l)"
check_equal 'show dst' 2 "$(ovl -o fdb show dst 10.0.0.9 | wc -l)"
check_equal 'show master' "$(bridge -j fdb show br br0 | jq 'map(select(.master)) | length')" \
	"$(ovl -o fdb show br br0 master | wc -l)"
ovl fdb add "$(mac 40)" dev p0 dynamic
for words in 'state permanent' 'state all' 'state permanent state static' 'br br0 state permanent' \
	'brport p0 state static' 'dev p0' 'br br0 brport vx' 'vlan 5'; do
	# shellcheck disable=SC2086
	check_equal "show $words is what bridge shows" "$(bridge -j fdb show $words | jq -r '.[].mac' | sort)" \
		"$(ovl -j fdb show $words | jq -r '.[].mac' | sort)"
done
check_equal 'show permanent static is either' \
	"$(bridge -j fdb show | jq -r '.[] | select(.state == "permanent" or .state == "static").mac' | sort)" \
	"$(ovl -j fdb show permanent static | jq -r '.[].mac' | sort)"
for words in dynamic 'state reachable' 'state dynamic dev p0'; do
	# shellcheck disable=SC2086
	check_equal "show $words is what ages" '[true,true]' \
		"$(ovl -j fdb show $words | jq -c --arg mac "$(mac 40)" '[any(.mac == $mac), all(.state == "")]')"
done
check_error 1 "'fresh' is no state" 'a state that is none' ovl fdb show state fresh
check_error 1 "there is no link 'p9'" 'show of a link that is not there' ovl fdb show dev p9
check_error 1 "is no bridge but a veth" 'show br of none' ovl fdb show br p0

# --- idempotence, dry runs
refused 2 'exists' fdb add "$(mac 6)" dev vx master static
check '-i add of what is there' ovl -i fdb add "$(mac 6)" dev vx master static
check '-i add of a further destination that is there' sh -c "ovl fdb append $zero dev vx dst 10.0.0.41 &&
	ovl fdb append $zero dev vx dst 10.0.0.42 && ovl -i fdb add $zero dev vx dst 10.0.0.42"
for words in 'port 4789' 'vni 42' 'port 4789 vni 42 self'; do
	# shellcheck disable=SC2086
	check "-i add with the vxlan's own $words" sh -c "ovl -i fdb add $(mac 60) dev vx dst 10.0.0.9 $words &&
		ovl -i fdb add $(mac 60) dev vx dst 10.0.0.9 $words"
done
check_equal '... is the one entry' '[["10.0.0.9",null,null]]' "$(of "$(mac 60)" 'map([.dst, .port, .vni])')"
refused 2 'port is none, not 4790' -i fdb add "$(mac 60)" dev vx dst 10.0.0.9 port 4790
ovl fdb del "$(mac 60)" dev vx dst 10.0.0.9
refused 2 'append' -i fdb add $zero dev vx dst 10.0.0.43
refused 2 'exists' -i fdb add "$(mac 6)" dev p0 master static
check '-i del of what is gone' ovl -i fdb del "$(mac 98)" dev p0
refused 2 "$(mac 98)" fdb del "$(mac 98)" dev p0
check_prints '--dry-run' "+ fdb $(mac 97) dev p0 master static" ovl --dry-run fdb add "$(mac 97)" dev p0
check_equal 'adds nothing' '[]' "$(of "$(mac 97)" .)"

# --- --as ip gives the same
clean() {
	for dev in p0 vx; do
		ip link del $dev
	done
	ip link add p0 up address 02:00:00:00:01:01 type veth peer name p1
	ip link set p1 up
	ip link add vx up address 02:00:00:00:01:02 type vxlan id 42 dstport 4789 dev u0
	ip link set p0 master br0
	ip link set vx master br0
	bridge fdb add "$(mac 50)" dev vx dst 10.0.0.50
	bridge fdb add "$(mac 51)" dev p0 master static
}
same_by_ip() {
	clean
	ovl -q "$@" || not_ok "ovl $* works"
	everything >"$WORK/direct"
	clean
	ovl -q --as ip "$@" >"$WORK/commands"
	sh -e "$WORK/commands" >"$WORK/run" 2>&1 || {
		cat "$WORK/commands" "$WORK/run" | sed 's/^/# /'
		not_ok "--as ip $*: the commands run"
	}
	check_equal "--as ip: $*" "$(cat "$WORK/direct")" "$(everything)"
}
same_by_ip fdb add "$(mac 1)" dev p0
same_by_ip fdb add "$(mac 1)" dev p0 permanent
same_by_ip fdb add "$(mac 1)" dev p0 dynamic
same_by_ip fdb add "$(mac 1)" dev p0 sticky
same_by_ip fdb add "$(mac 1)" dev p0 extern_learn
same_by_ip fdb add "$(mac 1)" dev vx dst 10.0.0.9 port 1234 vni 99 via u0 static
same_by_ip fdb append $zero dev vx dst 10.0.0.9
same_by_ip fdb replace "$(mac 50)" dev vx dst 10.0.0.51
same_by_ip fdb replace "$(mac 51)" dev vx
same_by_ip fdb del "$(mac 51)" dev p0
same_by_ip fdb del "$(mac 50)" dev vx dst 10.0.0.50
same_by_ip fdb flush dev vx

# --- flush
clean
ovl fdb add "$(mac 1)" dev p0 dynamic
ovl fdb add "$(mac 2)" dev vx
check 'flush dev … dynamic' ovl fdb flush dev p0 dynamic
check_equal 'removes only those' '[0,1]' "[$(of "$(mac 1)" length),$(of "$(mac 51)" length)]"
check 'flush br' ovl fdb flush br br0
check_equal 'empties the bridge, not its ports' '[0,0,1]' \
	"[$(of "$(mac 51)" length),$(of "$(mac 2)" length),$(of "$(mac 50)" length)]"
check_equal 'the own MACs of the ports stay' true "$(bridge -j fdb show br br0 | jq 'map(select(.state == "permanent" and .master)) | length > 0')"
check 'flush dev' ovl fdb flush dev vx
check_equal 'empties the vxlan' 0 "$(of "$(mac 50)" length)"
refused 1 "is needed" fdb flush

# Each choice of bridge(8): what is left is what bridge leaves, and a dry run names what goes.
fill() {
	{
		bridge fdb add "$(mac 60)" dev p0 master static
		bridge fdb add "$(mac 61)" dev p0 master dynamic
		bridge fdb add "$(mac 62)" dev p0 master permanent
		bridge fdb add "$(mac 63)" dev p0 master extern_learn
		bridge fdb add "$(mac 64)" dev p0 master static sticky
		bridge fdb add "$(mac 65)" dev br0 self
		bridge fdb add "$(mac 66)" dev vx master static
		bridge fdb add "$(mac 67)" dev vx master dynamic
		bridge fdb add "$(mac 68)" dev vx dst 10.0.0.68
		bridge fdb add "$(mac 69)" dev vx dst 10.0.0.69 static
		bridge fdb add "$(mac 70)" dev vx dst 10.0.0.70 extern_learn
		bridge fdb add "$(mac 71)" dev vx dst 10.0.0.68 port 1234 vni 99 router
		bridge fdb append $zero dev vx dst 10.0.0.72
		bridge fdb append $zero dev vx dst 10.0.0.73
	} 2>/dev/null
}
left() {
	bridge -j fdb | jq -r '.[] | .mac | select(test("^02:00:00:00:00:(3[c-f]|4[0-7])|^00:00"))' | sort
}
clean
fill
full=$(left)
while read -r words; do
	fill
	check_equal 'all is there' "$full" "$(left)"
	# bridge spares no permanent entry; ovl does where no state is named.
	case $words in
	*permanent* | *static* | *dynamic*) also= ;;
	*) also=nopermanent ;;
	esac
	# shellcheck disable=SC2086
	bridge fdb flush $words $also 2>/dev/null || {
		skip "flush $words: this kernel or bridge has none"
		continue
	}
	expected=$(left)
	fill
	# shellcheck disable=SC2086
	number=$(ovl --dry-run fdb flush $words | grep -cE ' 02:00:00:00:00:(3[c-f]|4[0-7]) | added_by_user| noadded_by')
	# shellcheck disable=SC2086
	check "flush $words" ovl fdb flush $words
	check_equal 'leaves what bridge leaves' "$expected" "$(left)"
	case $words in
	*added_by_user) check_equal 'and a dry run names the request' 1 "$number" ;;
	*) check_equal 'and a dry run named what went' "$(($(echo "$full" | wc -l) - $(left | wc -l)))" "$number" ;;
	esac
	fill
	# shellcheck disable=SC2086
	check_equal 'in one request' 1 "$(ovl -v fdb flush $words 2>&1 | grep -c '^-> .*type 29 ')"
done <<'END'
dev br0
dev br0 permanent
dev br0 nopermanent
dev br0 static
dev br0 nostatic
dev br0 dynamic
dev br0 nodynamic
dev br0 added_by_user
dev br0 noadded_by_user
dev br0 extern_learn
dev br0 noextern_learn
dev br0 sticky
dev br0 nosticky
dev br0 offloaded
dev br0 nooffloaded
dev br0 brport p0
dev br0 brport vx static
dev br0 brport br0 permanent
dev br0 nosticky noextern_learn dynamic
dev br0 vlan 5
dev p0 master
dev p0 master static sticky
END
same_by_ip fdb flush br br0 static
if ovl fdb flush br br0 added_by_user 2>"$WORK/error"; then
	same_by_ip fdb flush br br0 added_by_user
else
	refused 2 'a kernel before Linux 5.19 takes no such request' fdb flush br br0 added_by_user
fi
# Of a vxlan, which bridge 6.1 has no words for.
went() {
	fill
	ovl fdb flush "$@" || not_ok "ovl fdb flush $*"
	left >"$WORK/left"
	echo "$full" | comm -23 - "$WORK/left" | paste -sd' '
}
clean
fill
check_equal 'flush dev … self' "$zero $zero $(mac 68) $(mac 69) $(mac 70) $(mac 71)" "$(went dev vx self)"
check_equal 'flush dev … self static' "$(mac 69)" "$(went dev vx self static)"
check_equal 'flush dev … self nostatic' '' "$(went dev vx self nostatic)"
check_equal 'flush dev … self permanent dst' "$(mac 68) $(mac 71)" "$(went dev vx self permanent dst 10.0.0.68)"
check_equal 'flush … dst of one destination' "$zero" "$(went dev vx dst 10.0.0.72)"
check_equal 'flush … port' "$(mac 71)" "$(went dev vx port 1234)"
check_equal 'flush … vni' "$(mac 71)" "$(went dev vx vni 99)"
check_equal 'flush … extern_learn' "$(mac 70)" "$(went dev vx self extern_learn)"
check_equal 'flush … router' "$(mac 71)" "$(went dev vx router)"
check_equal 'flush … norouter noextern_learn' "$zero $zero $(mac 68) $(mac 69)" "$(went dev vx self norouter noextern_learn)"
check_equal 'flush MAC' "$(mac 68)" "$(went "$(mac 68)" dev vx self)"
check_equal 'flush dev of both tables' "$zero $zero $(mac 66) $(mac 67) $(mac 68) $(mac 69) $(mac 70) $(mac 71)" \
	"$(went dev vx)"
check_equal 'flush brport' "$(mac 66) $(mac 67)" "$(went brport vx)"
check_equal 'flush state all' "$(mac 60) $(mac 61) $(mac 62) $(mac 63) $(mac 64) $(mac 65) $(mac 66) $(mac 67)" \
	"$(went br br0 state all)"
check_equal 'flush MAC of a bridge itself' "$(mac 65)" "$(went br br0 "$(mac 65)" state all)"
if ip link add xf type vxlan dstport 4796 external 2>/dev/null; then
	ovl fdb add "$(mac 80)" dev xf dst 10.0.0.9 src_vni 100
	ovl fdb add "$(mac 81)" dev xf dst 10.0.0.9 src_vni 200
	check 'flush … src_vni' ovl fdb flush dev xf src_vni 100
	check_equal 'spares the other' '[0,1]' "[$(of "$(mac 80)" length),$(of "$(mac 81)" length)]"
	ip link del xf
fi
if ip nexthop add id 13 via 10.0.0.13 fdb 2>/dev/null && ip nexthop add id 14 group 13 fdb 2>/dev/null; then
	ovl fdb add "$(mac 82)" dev vx nhid 14
	check 'flush … nhid' ovl fdb flush dev vx nhid 14
	check_equal 'it is gone' 0 "$(of "$(mac 82)" length)"
fi
fill
refused 2 "fdb flush of 'vx'" fdb flush dev vx self added_by_user
refused 1 'kernel tells nobody' fdb flush "$(mac 68)" br br0 added_by_user
refused 1 'exclude each other' fdb flush dev p0 br br0
refused 1 'is no bridge but a veth' fdb flush dev p0 brport p0
refused 1 "did you mean 'nosticky'" fdb flush br br0 nostiky
refused 1 "'fresh' is no state" fdb flush br br0 state fresh
refused 1 'not known' fdb flush br br0 use
refused 1 'given twice' fdb flush dev vx dev p0

# --- refusals
refused 1 'a MAC is needed' fdb add dev p0
refused 1 "'dev DEV' is needed" fdb add "$(mac 1)"
refused 1 'not known' fdb add 02:00:00:00:00 dev p0
refused 1 'not known' fdb add 02:00:00:00:00:zz dev p0
refused 1 "there is no link 'p9'" fdb add "$(mac 1)" dev p9
refused 1 "did you mean 'permanent'" fdb add "$(mac 1)" dev p0 permanant
refused 1 'twice' fdb add "$(mac 1)" dev p0 dev vx
refused 1 'given twice' fdb add "$(mac 1)" dev p0 static dynamic
refused 1 'needs a value' fdb add "$(mac 1)" dev vx dst
refused 1 'dst' fdb add "$(mac 1)" dev vx dst 10.0.0.300
refused 1 'above 16777215' fdb add "$(mac 1)" dev vx dst 10.0.0.1 vni 16777216
refused 1 'above 65535' fdb add "$(mac 1)" dev vx dst 10.0.0.1 port 65536
refused 1 'above 4094' fdb add "$(mac 1)" dev p0 vlan 4095
refused 1 "'nhid' excludes" fdb add "$(mac 1)" dev vx nhid 10 dst 10.0.0.1
refused 1 "there is no link 'u9'" fdb add "$(mac 1)" dev vx dst 10.0.0.1 via u9
refused 2 "$(mac 1)" fdb add "$(mac 1)" dev vx dst fd00::1
refused 2 "$(mac 1)" fdb add "$(mac 1)" dev u0 master
ip link set p1 down
refused 2 'a port that is down or blocked takes no dynamic entry' fdb add "$(mac 9)" dev p0 dynamic
check_fails 2 'vlan where the bridge has no VLAN filtering' ovl fdb add "$(mac 1)" dev u1 vlan 5

# Where a port has VLANs a bridge copies an entry into each.
ip link add vbr up type bridge
ip link add vp0 up master vbr type veth peer name vp1
bridge fdb add "$(mac 90)" dev vp0 master static
if [ "$(of "$(mac 90)" length)" = 2 ]; then
	check_equal 'get without a vlan is the entry without one' '[null]' \
		"$(ovl -j fdb get "$(mac 90)" dev vp0 | jq -c 'map(.vlan)')"
	check_equal 'get with one is the copy' '[1]' "$(ovl -j fdb get "$(mac 90)" dev vp0 vlan 1 | jq -c 'map(.vlan)')"
	check 'del with a vlan' ovl fdb del "$(mac 90)" dev vp0 vlan 1
	check_equal 'removes the copy' '[null]' "$(of "$(mac 90)" 'map(.vlan)')"
	ovl -q fdb add "$(mac 91)" dev vp0
	check 'del without a vlan' ovl fdb del "$(mac 91)" dev vp0
	check_equal 'removes all of them' '[]' "$(of "$(mac 91)" .)"
	ovl -q fdb add "$(mac 92)" dev vbr
	check 'flush of all' ovl fdb flush br vbr state all
	check_equal 'removes all of them' '[[],[]]' "[$(of "$(mac 90)" .),$(of "$(mac 92)" .)]"
fi
ip link del vbr

# A device's own table, which only knows permanent entries and deletes those
ip link add own0 type veth peer name own1
check "an entry of a plain device's own table" ovl fdb add 02:00:00:00:00:71 dev own0
check 'is removed' ovl fdb del 02:00:00:00:00:71 dev own0
check_lacks 'and gone' 02:00:00:00:00:71 "$(bridge fdb show dev own0)"
ip link add ownbr type bridge vlan_default_pvid 0
ip link set own0 master ownbr
check 'both tables at once' ovl fdb add 02:00:00:00:00:72 dev own0 self master
check_equal 'two entries' 2 "$(bridge fdb show dev own0 | grep -c 02:00:00:00:00:72)"
check 'both go' ovl fdb del 02:00:00:00:00:72 dev own0 self master
check_lacks 'and neither is left' 02:00:00:00:00:72 "$(bridge fdb show dev own0)"
check 'with -i, what was on a device that is gone is gone' ovl -i fdb del 02:00:00:00:00:73 dev own9
