#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ovl vxlan: every option, set once through ovl and read back with ip(8); flood lists and VNI
# filters, read back with bridge(8); what a live device takes, and what is refused.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq
kernel_has vxlan id 1 dstport 1 || skip_all 'this kernel has no vxlan'

# data DEV JQ: what ip says of a vxlan.
data() {
	ip -j -d link show "$1" 2>&1 | jq -c ".[0].linkinfo.info_data | $2" 2>&1
}
of() {
	ip -j -d link show "$1" 2>&1 | jq -c ".[0] | $2" 2>&1
}
# The carrier, and what is learned and listened to, comes by itself.
everything() {
	ip -j -d link | jq -cS 'map(del(.tso_max_size, .tso_max_segs, .operstate) | del(.. | .gc_timer?, .hello_timer?) |
		.flags |= map(select(. == "UP")))'
	bridge -j fdb | jq -cS 'map(select((.mac | startswith("33:33") | not) and .state != ""))'
	bridge -j vni show 2>/dev/null | jq -cS . 2>/dev/null
}
refused() {
	refused_code=$1 refused_text=$2
	shift 2
	refused_before=$(everything)
	check_error "$refused_code" "$refused_text" "refused: ovl $*" ovl -q "$@"
	check_equal '... and nothing changed' "$refused_before" "$(everything)"
}
flood() {
	bridge -j fdb show dev "$1" | jq -c 'map(select(.mac == "00:00:00:00:00:00").dst) | sort'
}
# option KEY EXPECTED WORDS…: ovl takes the words, and ip shows KEY of vx with that value.
option() {
	option_key=$1 option_expected=$2
	shift 2
	if ! ovl -q "$@" >"$WORK/option" 2>&1; then
		if grep -q 'this kernel does not know it (Linux' "$WORK/option"; then
			skip "$*: $(cat "$WORK/option")"
			return
		fi
		sed 's/^/# /' "$WORK/option"
		not_ok "ovl $*"
		return
	fi
	if [ "$option_expected" != null ] && [ "$(data vx "has(\"$option_key\")")" = false ]; then
		skip "$*: this iproute2 or kernel does not show $option_key"
		return
	fi
	check_equal "ovl $*" "$option_expected" "$(data vx ".$option_key")"
}

ip link add u0 type veth peer name u1
ip link set u0 up
ip link set u1 up
ip addr add 10.0.0.1/24 dev u0
ip addr add fd00::1/64 dev u0 nodad

# --- every option, when it is made: WORDS = KEY VALUE. (For an ageing of 0 the kernel takes 300.)
while read -r line; do
	[ "$line" ] || continue
	words=${line% = *} result=${line#* = }
	case $words in
	*external*) id= ;;
	*) id='id 42' ;;
	esac
	# shellcheck disable=SC2086
	option "${result%% *}" "${result#* }" vxlan add vx $id $words
	ip link del vx 2>/dev/null
done <<'TABLE'
dstport 1234 = id 42
dstport 1234 = port 1234
group 239.1.1.1 dev u0 = group "239.1.1.1"
group ff05::1 dev u0 = group6 "ff05::1"
remote 10.0.0.9 = remote "10.0.0.9"
remote fd00::9 = remote6 "fd00::9"
local 10.0.0.1 = local "10.0.0.1"
local fd00::1 = local6 "fd00::1"
dev u0 = link "u0"
srcport 1000 2000 = port_range {"low":1000,"high":2000}
port 1000 2000 = port_range {"low":1000,"high":2000}
tos 0x10 = tos "0x10"
tos inherit = tos "0x1"
dsfield 8 = tos "0x8"
ttl 7 = ttl 7
ttl auto = ttl 0
ttl inherit = ttl null
hoplimit 64 = ttl 64
df set = df "set"
df inherit = df "inherit"
local fd00::1 flowlabel 0x12345 = label "0x12345"
ageing 77 = ageing 77
ageing none = ageing 300
maxaddress 9 = limit 9
maxaddress unlimited = limit null
reserved_bits 0xf7ffffff000000ff = reserved_bits "0xf7ffffff000000ff"
external = external true
external vnifilter = vnifilter true
learning off = learning false
nolearning = learning false
learning on = learning true
proxy on = proxy true
proxy = proxy true
rsc on = rsc true
l2miss on = l2miss true
l3miss on = l3miss true
udpcsum on = udp_csum true
noudpcsum = udp_csum false
udp6zerocsumtx on = udp_zero_csum6_tx true
udp6zerocsumrx on = udp_zero_csum6_rx true
remcsumtx on = remcsum_tx true
remcsumrx on = remcsum_rx true
localbypass off = localbypass false
TABLE
ovl -q vxlan add vx id 1 gbp
check_equal 'gbp is there' true "$(data vx 'has("gbp")')"
ip link del vx
ovl -q vxlan add vx external gpe
check_equal 'gpe is there, with its port' '[true,4790]' "$(data vx '[has("gpe"), .port]')"
ip link del vx
check_error 0 "ip's default is 8472" 'without dstport it is 4789, with a note' ovl vxlan add vx id 7
check_equal 'as it says' 4789 "$(data vx .port)"
ip link del vx
check 'type vxlan of link add has the same' ovl -q link add vx mtu 1400 type vxlan id 7 local 10.0.0.1
check_equal 'also the port' '[7,4789,"10.0.0.1"]' "$(data vx '[.id, .port, .local]')"
ip link del vx
ip link add br0 type bridge
ip netns add n1
check 'with all common options' ovl vxlan add vx id 9 dstport 4789 local 10.0.0.1 dev u0 nolearning \
	address 02:00:00:00:00:01 mtu 1400 master br0 up ifgroup 5 alias text txqueuelen 9
check_equal 'all of them' '["02:00:00:00:00:01",1400,"br0",true,"5","text",9]' "$(of vx \
	'[.address, .mtu, .master, (.flags | contains(["UP"])), .group, .ifalias, .txqlen]')"
ip link del vx
check 'born in a namespace, its underlay here' ovl vxlan add vx netns n1 id 9 dstport 4789 up addr 10.9.0.1/24
check_equal 'is there' '9' "$(ip -n n1 -j -d link show vx | jq '.[0].linkinfo.info_data.id')"
ovl -n n1 vxlan del vx
check 'one with dev, moved' ovl vxlan add vx id 9 dstport 4789 dev u0
ovl link set vx netns n1
check_contains 'shows where its underlay is' 'vx' "$(ovl -n n1 vxlan show)"
ovl -n n1 vxlan del vx

# --- what a live device takes
ovl vxlan add vx id 42 dstport 4789 local 10.0.0.1 remote 10.0.0.9 dev u0 ttl 5
while read -r line; do
	[ "$line" ] || continue
	words=${line% = *} result=${line#* = }
	# shellcheck disable=SC2086
	option "${result%% *}" "${result#* }" vxlan set vx $words
done <<'TABLE'
remote 10.0.0.10 = remote "10.0.0.10"
local 10.0.0.2 = local "10.0.0.2"
ttl 9 = ttl 9
tos 0x4 = tos "0x4"
df set = df "set"
ageing 66 = ageing 66
learning off = learning false
learning on = learning true
localbypass off = localbypass false
TABLE
check 'several at once' ovl vxlan set vx ttl 3 ageing 30 mtu 1300 learning off
check_equal 'all' '[3,30,false]' "$(data vx '[.ttl, .ageing, .learning]')"
check 'what cannot change may be named with the value it has' ovl vxlan set vx id 42 dstport 4789 ttl 4
check_equal 'and the rest is done' 4 "$(data vx .ttl)"
check 'link set … type vxlan, as ip(8) says it' ovl link set vx type vxlan ttl 6
check_equal 'done' 6 "$(data vx .ttl)"
for words in 'id 43' 'dstport 4790' 'srcport 1 2' 'proxy on' 'l2miss on' 'udpcsum off' 'external on' \
	'maxaddress 7' 'gbp' 'rsc on'; do
	# shellcheck disable=SC2086
	refused 1 'cannot change on a live device' vxlan set vx $words
done
refused 1 'cannot change on a live device' vxlan set vx remote fd00::9
refused 1 'cannot change on a live device' vxlan set vx ttl inherit
refused 1 'cannot change on a live device' vxlan set vx ageing 20 id 43
refused 2 'vx' vxlan set vx ageing 20 ttl 8 mtu 20
refused 2 'vx' vxlan set vx alias new remote 10.0.0.77 mtu 20
refused 2 "id 42 with dstport 4789 is taken by 'vx'" vxlan add vy id 42 dstport 4789 dev u0

# --- the flood list
ovl vxlan add vf id 50 dstport 4789 dev u0
check 'remote add' ovl vxlan remote add vf 10.0.0.21
check 'remote add of another' ovl vxlan remote add vf 10.0.0.22
check_equal 'the all-zero MAC has both' '["10.0.0.21","10.0.0.22"]' "$(flood vf)"
check_contains 'remote show' 10.0.0.22 "$(ovl vxlan remote show vf)"
check 'remote add of the same' ovl vxlan remote add vf 10.0.0.22
check_equal 'has no double' '["10.0.0.21","10.0.0.22"]' "$(flood vf)"
check 'remote del' ovl vxlan remote del vf 10.0.0.21
check_equal 'leaves the other' '["10.0.0.22"]' "$(flood vf)"
check 'remote del of the last' ovl vxlan remote del vf 10.0.0.22
check_equal 'leaves none' '[]' "$(flood vf)"
refused 2 '' vxlan remote del vf 10.0.0.22
check '-i remote del of what is gone' ovl -i vxlan remote del vf 10.0.0.22
refused 1 "is no address of a VTEP" vxlan remote add vf 239.1.1.1
refused 1 "is no address of a VTEP" vxlan remote add vf nonsense
refused 1 "is no vxlan but a bridge" vxlan remote add br0 10.0.0.1
refused 1 'an ADDRESS is needed' vxlan remote add vf
refused 1 "there is no link 'nodev'" vxlan remote add nodev 10.0.0.1
refused 1 "add" vxlan remote ad vf 10.0.0.1
check_prints '--as ip of it' 'bridge fdb append 00:00:00:00:00:00 dev vf self dst 10.0.0.23 permanent' \
	ovl --as ip vxlan remote add vf 10.0.0.23

# --- vni filters
vnis() {
	bridge -j vni show dev "$1" | jq -c '[.[].vnis[]]'
}
ip link add ve type vxlan dstport 4795 external vnifilter
if [ "$(data ve .vnifilter)" = null ]; then
	ip link del ve
	check_error 0 "note: vxlan: 'vnifilter' has no effect: this kernel does not know it (Linux 5.18 does)" \
		'that the kernel forgets a filter is told' ovl vxlan add ve dstport 4795 external vnifilter
else
	ip link del ve
	check 'a vni filter' ovl vxlan add ve dstport 4795 external vnifilter
	ip link set ve up
	check 'vni add' ovl vxlan vni add ve 100
	check 'vni add of a range' ovl vxlan vni add ve 200-210
	check 'with a remote' ovl vxlan vni add ve 300 remote 10.0.0.9
	check 'with a group' ovl vxlan vni add ve 301-302 remote 10.0.0.8
	check_equal 'all are there' '[{"vni":100},{"vni":200,"vniEnd":210},{"vni":300,"remote":"10.0.0.9"},{"vni":301,"vniEnd":302,"remote":"10.0.0.8"}]' "$(vnis ve)"
	check 'in the words of bridge(8)' ovl bridge vni add vni 400 dev ve
	check 'a list of them' ovl bridge vni add vni 5,7,10-20 dev ve
	check_contains 'each is there' '{"vni":5},{"vni":7},{"vni":10,"vniEnd":20}' "$(vnis ve)"
	check 'in a batch' sh -c 'echo "vxlan vni add ve 21,24-25 remote 10.0.0.7" | ovl -b -'
	check_contains 'all with the one remote' \
		'{"vni":21,"remote":"10.0.0.7"},{"vni":24,"vniEnd":25,"remote":"10.0.0.7"}' "$(vnis ve)"
	check 'vni del of a list' ovl vxlan vni del ve 5,7,10-20,21,24-25
	refused 2 '999' vxlan vni del ve 100,400,999
	for list in '30,' ,30 30,,31 30,x 30,9-5; do
		refused 1 'vni: ' vxlan vni add ve $list
	done
	check_contains 'vni show' 200-210 "$(ovl vxlan vni show ve)"
	check 'vni del' ovl vxlan vni del ve 100
	check 'vni del of a part' ovl vxlan vni del ve 205
	check_equal 'the rest stays' '[[200,204],[206,210],[300,null],[301,302],[400,null]]' \
		"$(vnis ve | jq -c 'map([.vni, .vniEnd])')"
	check '-i vni add of what is there' ovl -i vxlan vni add ve 300 remote 10.0.0.9
	check '-i vni del of what is gone' ovl -i vxlan vni del ve 999
	refused 1 'has no vni filter' vxlan vni add vf 5
	refused 1 'above 16777215' vxlan vni add ve 16777216
	refused 1 'ends before it begins' vxlan vni add ve 9-5
	refused 1 'is no VNI' vxlan vni add ve five
	refused 1 'a VNI is needed' vxlan vni add ve
	refused 1 "unicast address" vxlan vni add ve 5 remote 239.1.1.1
	refused 1 "multicast address" vxlan vni add ve 5 group 10.0.0.1
	check_prints '--as ip of it' 'bridge vni add dev ve vni 5-7 remote 10.0.0.1' \
		ovl --as ip vxlan vni add ve 5-7 remote 10.0.0.1

	# In a file: whatever ranges the kernel makes of them, and whatever it adds to its fdb.
	lab() {
		cat >"$WORK/vnis.yaml" <<-EOF
			ovl: 1
			lab: vnis
			links:
			  vm: {type: vxlan, external: on, vnifilter: on, dstport: 4796, local: 10.0.0.1, vnis: [$1]}
			  ve: {type: vxlan, manage: patch, vnis: [$2]}
		EOF
	}
	mine=$(vnis ve)
	# shellcheck disable=SC2016 # the file's own
	lab '100, 101-105, {vni: "200-201", remote: 10.0.0.9}, 210 remote 10.0.0.8' '"$(i=600..602)"'
	check 'apply of vnis' ovl apply "$WORK/vnis.yaml"
	check_equal 'they are there' \
		'[{"vni":100,"vniEnd":105},{"vni":200,"vniEnd":201,"remote":"10.0.0.9"},{"vni":210,"remote":"10.0.0.8"}]' \
		"$(vnis vm)"
	check_equal "beside somebody else's" '[600,602]' "$(vnis ve | jq -c '[.[-1].vni, .[-1].vniEnd]')"
	check 'diff of them is empty' ovl diff "$WORK/vnis.yaml"
	before=$(vnis vm)
	lab '100-102, 104-107, 200 remote 10.0.0.7, 201 remote 10.0.0.9, 210' ''
	check_fails 3 'diff finds what changed' ovl diff "$WORK/vnis.yaml"
	check 'apply of other vnis' ovl apply "$WORK/vnis.yaml"
	check_equal 'each is as the file says' \
		'[{"vni":100,"vniEnd":102},{"vni":104,"vniEnd":107},{"vni":200,"remote":"10.0.0.7"},{"vni":201,"remote":"10.0.0.9"},{"vni":210}]' \
		"$(vnis vm)"
	check_equal "what is named no more of somebody else's goes" "$mine" "$(vnis ve)"
	ovl capture vnis >"$WORK/captured.yaml"
	check_contains 'capture has them' \
		'vnis: [100-102, 104-107, 200 remote 10.0.0.7, 201 remote 10.0.0.9, 210]' \
		"$(cat "$WORK/captured.yaml")"
	check 'diff with what was captured is empty' ovl diff "$WORK/captured.yaml"
	after=$(vnis vm)
	check_equal 'no entry of a former destination stays' \
		'["10.0.0.7 200","10.0.0.9 201"]' \
		"$(bridge -j fdb show dev vm | jq -c '[.[] | "\(.dst) \(.src_vni)"] | sort')"
	check 'rollback' ovl rollback vnis
	check_equal 'they are as they were' "$before" "$(vnis vm)"
	ovl vxlan del vm
	check 'apply makes them with their link again' ovl apply "$WORK/captured.yaml"
	check_equal 'all of them' "$after" "$(vnis vm)"
	check 'destroy' ovl destroy vnis
	check_equal "somebody else's stay" "$mine" "$(vnis ve)"
	lab '100-102, 102' '5'
	check_contains 'a VNI in two ranges' "vnis: 102 is given twice (line 4)" \
		"$(ovl check "$WORK/vnis.yaml" 2>&1)"
fi

# --- idempotence, del
refused 2 'vf' vxlan add vf id 50 dstport 4789 dev u0
check '-i add of what is there' ovl -i vxlan add vf id 50 dstport 4789 dev u0
refused 2 'id is 50, not 51: kernel' -i vxlan add vf id 51 dstport 4789 dev u0
refused 1 "is no vxlan but a veth" vxlan del u0
check 'del' ovl vxlan del vf
check '-i del of what is gone' ovl -i vxlan del vf

# --- --as ip gives the same
same_by_ip() {
	ovl -q "$@" >/dev/null 2>&1 || not_ok "ovl $* works"
	everything | sed 's/"ifindex":[0-9]*,//g' >"$WORK/direct"
	ovl -q vxlan del vs
	ovl -q --as ip "$@" >"$WORK/commands"
	sh -e "$WORK/commands" >"$WORK/run" 2>&1 || {
		cat "$WORK/commands" "$WORK/run" | sed 's/^/# /'
		not_ok "--as ip $*: the commands run"
	}
	check_equal "--as ip: $*" "$(cat "$WORK/direct")" "$(everything | sed 's/"ifindex":[0-9]*,//g')"
	ovl -q vxlan del vs
}
same_by_ip vxlan add vs address 02:00:00:00:00:51 id 60 local 10.0.0.1 remote 10.0.0.9 dev u0 srcport 1000 2000 \
	tos inherit ttl 9 df set ageing 5 maxaddress 10 nolearning proxy on rsc on l2miss on l3miss on \
	udpcsum off remcsumtx on mtu 1400 up ifgroup 3 master br0
same_by_ip vxlan add vs address 02:00:00:00:00:51 id 60 local fd00::1 remote fd00::9 flowlabel 0x12 \
	udp6zerocsumtx on udp6zerocsumrx on ttl inherit
same_by_ip vxlan add vs address 02:00:00:00:00:51 id 60 group 239.1.1.1 dev u0 ttl auto gbp ageing none
same_by_ip vxlan add vs address 02:00:00:00:00:51 id 60 group ff05::9 dev u0
same_by_ip vxlan add vs address 02:00:00:00:00:51 external vnifilter dstport 4799
same_by_ip vxlan add vs external gpe

# --- refusals
refused 1 "a vxlan needs 'id VNI'" vxlan add vn dstport 4789
refused 1 'above 16777215' vxlan add vn id 16777216
refused 1 'a multicast address' vxlan add vn id 5 group 10.0.0.1 dev u0
refused 1 'a unicast address' vxlan add vn id 5 remote 239.1.1.1
refused 1 'only one of them' vxlan add vn id 5 remote 10.0.0.1 group 239.1.1.1 dev u0
refused 1 "'dev DEV' beside it" vxlan add vn id 5 group 239.1.1.1
refused 1 'an IPv6 address' vxlan add vn id 5 remote fd00::1 local 10.0.0.1
refused 1 'external' vxlan add vn id 5 external
refused 1 "'vnifilter' needs 'external'" vxlan add vn id 5 vnifilter
refused 1 "'gpe' needs 'external'" vxlan add vn id 5 gpe
refused 1 "there is no link 'nodev'" vxlan add vn id 5 dev nodev
refused 1 "did you mean 'dstport'" vxlan add vn id 5 dstprt 4789
refused 1 'above 65535' vxlan add vn id 5 dstport 65536
refused 1 'twice' vxlan add vn id 5 id 6
refused 1 "'id' needs a value" vxlan add vn id
refused 1 'ttl' vxlan add vn id 5 ttl 256
refused 1 'srcport' vxlan add vn id 5 srcport 2000 1000
refused 1 "'maybe' is not known" vxlan add vn id 5 learning maybe
refused 2 'vn' vxlan add vn id 5 dev u0 mtu 70000
refused 2 '' vxlan add vn id 5 dev u0 addr 10.1.0.1/24 addr ff02::1/64
check 'with -i, the list of a device that is gone is gone' ovl -i vxlan remote del vx-gone 10.0.0.1
