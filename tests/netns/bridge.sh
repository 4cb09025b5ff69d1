#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ovl bridge: every option of a bridge and of its ports, set once through ovl and read back with
# ip(8); the verbs of brctl(8) and bridge(8); what is refused, and what stands afterwards.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq

# of DEV JQ: what ip says of a link.
of() {
	ip -j -d link show "$1" 2>&1 | jq -c ".[0] | $2" 2>&1
}
# The carrier, and what is learned and listened to, comes by itself.
everything() {
	ip -j -d link | jq -cS 'map(del(.tso_max_size, .tso_max_segs, .operstate) | del(.. | .gc_timer?, .hello_timer?, .forward_delay_timer?) |
		.flags |= map(select(. == "UP")))'
	bridge -j fdb | jq -cS 'map(select((.mac | startswith("33:33") | not) and .state != ""))'
}
refused() {
	refused_code=$1 refused_text=$2
	shift 2
	refused_before=$(everything)
	check_error "$refused_code" "$refused_text" "refused: ovl $*" ovl "$@"
	check_equal '... and nothing changed' "$refused_before" "$(everything)"
}
# option PLACE KEY EXPECTED DEV WORDS…: ovl takes the words, and ip shows KEY with that value.
option() {
	option_place=$1 option_key=$2 option_expected=$3 option_dev=$4
	shift 4
	if ! ovl "$@" >"$WORK/option" 2>&1; then
		if grep -qE 'not supported|this kernel (has no|does not know it)|needs Linux' "$WORK/option"; then
			skip "$*: $(cat "$WORK/option")"
		else
			sed 's/^/# /' "$WORK/option"
			not_ok "ovl $*"
		fi
		return
	fi
	option_data=$(of "$option_dev" "$option_place + $(bridge -j -d link show dev "$option_dev" |
		jq -c '.[0] // {} | {mcast_max_groups} | map_values(select(. != null))')")
	if [ "$(echo "$option_data" | jq "has(\"$option_key\")")" = false ]; then
		skip "$*: this iproute2 or kernel does not show $option_key"
		return
	fi
	check_equal "ovl $*" "$option_expected" "$(echo "$option_data" | jq -c ".$option_key")"
}

# --- every option of a bridge: when it is made, and on a live one. WORD VALUE KEY EXPECTED
cat >"$WORK/options" <<'TABLE'
forward_delay 500 forward_delay 500
forward_delay 4s forward_delay 400
hello_time 300 hello_time 300
max_age 12s max_age 1200
ageing_time 60s ageing_time 6000
ageing_time 0 ageing_time 0
stp_state on stp_state 1
stp_state 0 stp_state 0
priority 4096 priority 4096
vlan_filtering on vlan_filtering 1
vlan_protocol 802.1ad vlan_protocol "802.1ad"
vlan_default_pvid 7 vlan_default_pvid 7
vlan_stats_enabled on vlan_stats_enabled 1
vlan_stats_per_port 1 vlan_stats_per_port 1
group_fwd_mask 0x4008 group_fwd_mask "0x4008"
group_address 01:80:c2:00:00:0d group_addr "01:80:c2:00:00:0d"
mcast_snooping off mcast_snooping 0
no_linklocal_learn on no_linklocal_learn 1
mcast_router 2 mcast_router 2
mcast_router off mcast_router 0
mcast_query_use_ifaddr on mcast_query_use_ifaddr 1
mcast_querier on mcast_querier 1
mcast_hash_max 1024 mcast_hash_max 1024
mcast_last_member_count 5 mcast_last_member_cnt 5
mcast_startup_query_count 6 mcast_startup_query_cnt 6
mcast_last_member_interval 300 mcast_last_member_intvl 300
mcast_membership_interval 30s mcast_membership_intvl 3000
mcast_querier_interval 20000 mcast_querier_intvl 20000
mcast_query_interval 9000 mcast_query_intvl 9000
mcast_query_response_interval 800 mcast_query_response_intvl 800
mcast_startup_query_interval 2000 mcast_startup_query_intvl 2000
mcast_stats_enabled on mcast_stats_enabled 1
mcast_igmp_version 3 mcast_igmp_version 3
mcast_mld_version 2 mcast_mld_version 2
nf_call_iptables on nf_call_iptables 1
nf_call_ip6tables 1 nf_call_ip6tables 1
nf_call_arptables on nf_call_arptables 1
fdb_max_learned 99 fdb_max_learned 99
fdb_local_vlan_0 on fdb_local_vlan_0 1
mdb_offload_fail_notification on mdb_offload_fail_notification 1
mst_enabled on mst_enabled 1
TABLE
ip link add br0 type bridge
for turn in add set; do
	while read -r word value key expected; do
		if [ $turn = add ]; then
			option .linkinfo.info_data "$key" "$expected" bx bridge add bx "$word" "$value"
			ip link del bx 2>/dev/null
		else
			option .linkinfo.info_data "$key" "$expected" br0 bridge set br0 "$word" "$value"
		fi
	done <"$WORK/options"
done
check 'fdb_flush on a live bridge' ovl bridge set br0 fdb_flush
check 'all at once' ovl bridge add bx address 02:00:00:00:00:01 mtu 1400 up forward_delay 400 \
	hello_time 200 max_age 1000 ageing_time 100 priority 1 group_fwd_mask 0x8 mcast_querier on
check_equal 'are all there' '[400,200,1000,100,1,"0x8",1]' "$(of bx '.linkinfo.info_data
	| [.forward_delay, .hello_time, .max_age, .ageing_time, .priority, .group_fwd_mask, .mcast_querier]')"
check_equal 'with the common ones' '["02:00:00:00:00:01",1400,true]' \
	"$(of bx '[.address, .mtu, (.flags | contains(["UP"]))]')"
ip link del bx
ip link del br0

# --- ports
ip link add br0 type bridge
ip link add v0 type veth peer name v1
ip link add v2 type veth peer name v3
for dev in br0 v0 v1; do
	ip link set $dev up
done
check 'addif takes several' ovl bridge addif br0 v0 v2
check_equal 'they are ports' '["br0","br0"]' "$(ip -j link show master br0 | jq -c 'map(.master)')"
while read -r word value key expected; do
	option .linkinfo.info_slave_data "$key" "$expected" v0 bridge port set v0 "$word" "$value"
done <<'TABLE'
state forwarding state "forwarding"
priority 9 priority 9
cost 77 cost 77
hairpin on hairpin true
guard on guard true
root_block on root_block true
fastleave on fastleave true
mcast_fast_leave off fastleave false
learning off learning false
flood off flood false
mcast_flood off mcast_flood false
bcast_flood off bcast_flood false
mcast_to_unicast on mcast_to_unicast true
mcast_router 2 multicast_router 2
mcast_max_groups 8 mcast_max_groups 8
neigh_suppress on neigh_suppress true
neigh_vlan_suppress on neigh_vlan_suppress true
proxy_arp on proxy_arp true
proxy_arp_wifi on proxy_arp_wifi true
group_fwd_mask 0x8 group_fwd_mask "0x8"
vlan_tunnel on vlan_tunnel true
isolated on isolated true
locked on locked true
backup_port v2 backup_port "v2"
backup_nhid 9 backup_nhid 9
TABLE
check 'bridge link set, as bridge(8) says it' ovl bridge link set dev v0 learning on flood on
check_equal 'set' '[true,true]' "$(of v0 '.linkinfo.info_slave_data | [.learning, .flood]')"
check 'link set … type bridge_slave, as ip(8) says it' ovl link set v0 type bridge_slave cost 5 guard off
check_equal 'set' '[5,false]' "$(of v0 '.linkinfo.info_slave_data | [.cost, .guard]')"
check 'DEV and options without a verb' ovl bridge port v0 cost 6
check_equal 'set' 6 "$(of v0 .linkinfo.info_slave_data.cost)"
check 'noWORD, as iproute2 says it' ovl bridge port set v0 nolearning nobackup_port
check_equal 'set' '[false,null]' "$(of v0 '.linkinfo.info_slave_data | [.learning, .backup_port]')"
lock='locked on'
if [ "$(ovl -j -d bridge port show v0 | jq '.[0] | has("mab")')" = true ]; then
	check 'locked with mab' ovl bridge port set v0 learning on locked on mab on
	check_equal 'locked' true "$(of v0 .linkinfo.info_slave_data.locked)"
elif [ "$(ovl -j -d bridge port show v0 | jq '.[0] | has("locked")')" = false ]; then
	lock=
	refused 2 "'locked': this kernel does not know it" bridge port set v0 learning on locked on
else
	refused 2 "'mab': this kernel does not know it" bridge port set v0 learning on locked on mab on
fi
check 'fdb_flush' ovl bridge port set v0 fdb_flush
check 'master and port options in one' ovl link set v1 master br0 isolated on
check_equal 'both' '["br0",true]' "$(of v1 '[.master, .linkinfo.info_slave_data.isolated]')"
check_contains 'bridge port lists them' 'v0' "$(ovl bridge port)"
check_contains 'so does bridge link' 'v2' "$(ovl bridge link show)"
check_equal 'one' v0 "$(ovl -o bridge port show v0 | awk '{ print $2 }')"
check_equal 'those of a bridge' 'v0 v1 v2' "$(ovl -o bridge port show master br0 | awk '{ print $2 }' | paste -sd' ')"
check_contains 'bridge show lists the ports' 'v0 v1 v2' "$(ovl bridge show br0)"
check 'delif' ovl bridge delif br0 v1 v2
check_equal 'they are none' '[null,null]' "[$(of v1 .master),$(of v2 .master)]"
check '-i delif of what is no port' ovl -i bridge delif br0 v1
check '-i addif of what is one' ovl -i bridge addif br0 v0
check 'addbr' ovl bridge addbr br1
check 'delbr' ovl bridge delbr br1
check 'del of one with ports' ovl bridge del br0
check_equal 'frees them' null "$(of v0 .master)"

# --- idempotence, dry runs
ip link add br0 type bridge
refused 2 'exists' bridge add br0
check '-i add of what is there' ovl -i bridge add br0 ageing_time 300s
refused 2 'ageing_time is 30000, not 500: kernel' -i bridge add br0 ageing_time 5s
refused 2 'exists' -i bridge add v0
check '-i del of what is gone' ovl -i bridge del br9
check_prints '--dry-run of addif' '~ link v0 master br0' ovl --dry-run bridge addif br0 v0
check_prints '--dry-run of a port' '~ link v0 master br0
~ link v0 type bridge_slave isolated on' \
	ovl --dry-run bridge port set v0 master br0 isolated on
check_equal 'neither is done' null "$(of v0 .master)"

# --- --as ip gives the same
# That a link has no carrier is found some time after it is up, or when somebody looks.
picture() {
	ip -j -d link | jq -cS '.[] | select(.ifname | test("^(br|v)")) | .flags -= ["NO-CARRIER"]
		| del(.ifindex, .tso_max_size, .tso_max_segs, .operstate)
		| del(.. | .gc_timer?, .hello_timer?, .forward_delay_timer?, .tcn_timer?, .topology_change_timer?, .hold_timer?,
			.message_age_timer?, .forward_delay_timer?)'
	bridge -j fdb | jq -cS '.[] | select(.mac | test("^(33|01)") | not)'
}
clean() {
	for dev in br0 br1 v0 v2 v9; do
		ip link del $dev 2>/dev/null
	done
	ip link add br0 address 02:00:00:00:00:b0 type bridge
	ip link add v0 address 02:00:00:00:00:c0 type veth peer name v1 address 02:00:00:00:00:c1
	ip link add v2 address 02:00:00:00:00:c2 type veth peer name v3 address 02:00:00:00:00:c3
	ip link set v2 master br0
}
same_by_ip() {
	clean
	ovl "$@" >/dev/null 2>&1 || not_ok "ovl $* works"
	picture >"$WORK/direct"
	clean
	ovl --as ip "$@" >"$WORK/commands"
	sh -e "$WORK/commands" >"$WORK/run" 2>&1 || {
		cat "$WORK/commands" "$WORK/run" | sed 's/^/# /'
		not_ok "--as ip $*: the commands run"
	}
	check_equal "--as ip: $*" "$(cat "$WORK/direct")" "$(picture)"
}
same_by_ip bridge add br1 address 02:00:00:00:00:b1 mtu 1400 up forward_delay 4s stp_state on \
	ageing_time 60s priority 5 group_fwd_mask 0x8 group_address 01:80:c2:00:00:0d mcast_snooping off \
	mcast_router 2 no_linklocal_learn on nf_call_iptables on mcast_igmp_version 3
same_by_ip bridge set br0 ageing_time 7s mcast_querier on mcast_stats_enabled off
same_by_ip bridge addif br0 v0
same_by_ip bridge delif br0 v2
# shellcheck disable=SC2086 # none or two words
same_by_ip bridge port set v2 hairpin on learning off cost 9 priority 3 isolated on mcast_router 2 \
	flood off guard on fastleave on neigh_suppress on group_fwd_mask 0x8 $lock
same_by_ip bridge port set v0 master br0 isolated on backup_port v2
same_by_ip bridge port set v2 nobackup_port
same_by_ip bridge port set v2 learning_sync on cost 7
same_by_ip bridge port set v0 master br0 learning_sync on name v9
# A state holds until the port or its carrier changes: it is said last.
is_up() {
	ip -j link show | jq -e 'map(select(.ifname | test("^v[23]$")).operstate) == ["UP", "UP"]'
}
for dev in br0 v2 v3; do
	ip link set $dev up
done
wait_for is_up
check 'a state' ovl bridge port set v2 cost 9 state disabled txqueuelen 7
check_json 'is what it was set to' '["disabled",9]' \
	"$(bridge -j link show dev v2 | jq -c '.[] | [.state, .cost]')"
check 'it is taken back' ovl bridge port set v2 state forwarding
check_json 'likewise' '"forwarding"' "$(bridge -j link show dev v2 | jq -c '.[].state')"
ovl --confirm 5m bridge port set v2 state disabled 2>/dev/null
check_json 'with --confirm' '"disabled"' "$(bridge -j link show dev v2 | jq -c '.[].state')"
check 'rollback' ovl rollback
check_json 'takes it back' '"forwarding"' "$(bridge -j link show dev v2 | jq -c '.[].state')"
check_prints 'which bridge says' 'ip link set v2 type bridge_slave cost 9
bridge link set dev v2 state 0' ovl --as ip bridge port set v2 state disabled cost 9
same_by_ip bridge del br0
clean

# --- refusals
refused 1 "did you mean 'stp_state'" bridge set br0 stp_stat on
refused 1 'hello_time' bridge set br0 hello_time 99
refused 1 'max_age' bridge add bx max_age 50s
refused 1 'forward_delay' bridge set br0 stp_state on forward_delay 1
refused 1 'group_fwd_mask' bridge set br0 group_fwd_mask 0x7
refused 1 'no multiple of 10ms' bridge set br0 ageing_time 15ms
refused 1 'above' bridge set br0 priority 65536
refused 1 'twice' bridge set br0 priority 1 priority 2
refused 1 "'priority' needs a value" bridge set br0 priority
refused 1 'mcast_router' bridge set br0 mcast_router sometimes
refused 1 "is no bridge but a veth" bridge set v0 priority 1
refused 1 "there is no link 'br7'" bridge addif br7 v0
refused 1 "there is no link 'v7'" bridge addif br0 v7
refused 1 "is no port of 'br0'" bridge delif br0 v0
refused 1 'is no port of a bridge' bridge port set v0 cost 5
refused 2 'Operation not supported' bridge port set v2 hwmode vepa
check_prints 'hwmode is told the device' 'ip link set v2 type bridge_slave hairpin on
bridge link set dev v2 hwmode vepa' ovl --as ip bridge port set v2 hairpin on hwmode vepa
check_prints 'what only bridge(8) has a word for is a line of its own' \
	'bridge link set dev v2 learning_sync off' ovl --as ip bridge link set dev v2 learning_sync off
check_prints '... behind the rest' 'ip link set v2 name v9 type bridge_slave cost 7
bridge link set dev v9 learning_sync on' \
	ovl --as ip link set v2 name v9 cost 7 learning_sync on
refused 1 "did you mean 'hairpin'" bridge port set v2 hairpn on
refused 1 "mab needs 'locked on'" bridge port set v2 mab on locked off
refused 1 'group_fwd_mask' bridge port set v2 group_fwd_mask 2
refused 1 'nothing to set' bridge port set v2
refused 2 'br0' bridge addif br0 br0
refused 2 "'lo'" bridge addif br0 lo
refused 2 "'br0'" bridge set br0 group_address 02:00:00:00:00:01
ip link add br1 type bridge
refused 2 'br1' bridge addif br0 br1
ip link del br1
# The first of several values is taken back when a later one is refused.
refused 2 'br0' bridge set br0 ageing_time 5s group_address 02:00:00:00:00:01
refused 2 'br0' bridge set br0 alias new group_address 02:00:00:00:00:01
refused 2 'v2' bridge port set v2 cost 5 backup_port v0
refused 2 'v0' bridge port set v0 alias new master br0 isolated on backup_port v0
refused 2 'bx' bridge add bx group_address 02:00:00:00:00:01
if ovl bridge set br0 vlan_filtering on 2>"$WORK/error"; then
	skip 'vlan filtering: this kernel has it'
	ip link set br0 type bridge vlan_filtering 0
else
	refused 2 'this kernel has no VLAN filtering' bridge set br0 ageing_time 5s vlan_filtering on
	refused 2 'this kernel has no VLAN filtering' bridge add bx vlan_filtering on
	refused 2 'this kernel has no VLAN filtering' bridge set br0 vlan_default_pvid 7
	check_error 0 "note: bridge: 'vlan_default_pvid' has no effect: this kernel has no VLAN filtering" \
		'what the kernel takes and forgets is told' ovl bridge add bx vlan_default_pvid 7
	ip link del bx
	check_equal 'unless --quiet' '' "$(ovl -q bridge add bx vlan_default_pvid 7 2>&1)"
	ip link del bx
fi
if [ "$(ovl -q bridge add bx stp_mode kernel && ovl -j -d bridge show bx |
	jq '.[0].linkinfo.info_data | has("stp_mode")')" = false ]; then
	refused 2 "'stp_mode': this kernel does not know it (Linux 7.1 does)" bridge set bx stp_mode kernel
fi
ip link del bx
if [ "$(ovl -j -d bridge port show v2 | jq '.[0] | has("neigh_forward_grat")')" = false ]; then
	refused 2 "'neigh_forward_grat': this kernel does not know it" bridge port set v2 neigh_forward_grat on
	refused 2 "'neigh_forward_grat': this kernel does not know it" link set v2 type bridge_slave neigh_forward_grat on
fi
ip link set v2 master br0
check_fails 2 'addif: what stood before a refused one stays' ovl bridge addif br0 v0 lo v3
check_equal 'v0 is a port, v3 is none' '["br0",null]' "[$(of v0 .master),$(of v3 .master)]"
