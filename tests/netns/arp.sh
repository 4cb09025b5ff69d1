#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ovl arp (neigh): each verb, state and flag for IPv4 and IPv6, read back with ip(8);
# idempotence, dry runs, --as ip, refusals.
. "$(dirname "$0")/../support/check.sh"
needs ip jq

# of ADDRESS JQ [proxy]: what ip says of a neighbour.
of() {
	ip -j neigh show nud all ${3:+"$3"} | jq -c "map(select(.dst == \"$1\"))[0] | $2"
}
# What is resolved goes from state to state by itself.
everything() {
	{
		ip -j neigh show nud all
		ip -j neigh show proxy
	} | jq -cS 'map(select(.dst | test("^(ff|0.0|::|127|22)") | not) |
		if (.state // []) - ["PERMANENT", "NOARP"] == [] then . else .state = ["AGES"] | del(.lladdr) end) |
		sort_by(tojson)'
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

ip link add v0 type veth peer name v1
ip link set v0 up
ip link set v1 up
ip addr add 10.0.0.1/24 dev v0
ip addr add fd00::1/64 dev v0 nodad

# --- add: IPv4 and IPv6, every state, every flag
check 'add' ovl arp add 10.0.0.2 lladdr "$(mac 2)" dev v0
check_equal 'is permanent' "[\"$(mac 2)\",[\"PERMANENT\"]]" "$(of 10.0.0.2 '[.lladdr, .state]')"
check 'add of IPv6' ovl arp add fd00::2 lladdr "$(mac 2)" dev v0
check_equal 'is permanent' "[\"$(mac 2)\",[\"PERMANENT\"]]" "$(of fd00::2 '[.lladdr, .state]')"
check 'in any order, with the longer words' ovl neighbour add dev v0 to 10.0.0.3 lladdr "$(mac 3)" nud permanent
check_equal 'added' "\"$(mac 3)\"" "$(of 10.0.0.3 .lladdr)"
number=10
# The kernel goes on by itself with those it is to find out about.
goes_on='.state[0] | {DELAY: "PROBE", INCOMPLETE: "FAILED"}[.] // .'
for state in permanent noarp reachable stale delay probe incomplete failed; do
	for address in 10.0.0.$number fd00::$number; do
		check "nud $state" ovl neigh add $address lladdr "$(mac $number)" dev v0 nud $state
		ip neigh add ${address%"$number"}1$number lladdr "$(mac $number)" dev v0 nud $state
		check_equal "as ip would set it" "$(of ${address%"$number"}1$number "$goes_on")" \
			"$(of $address "$goes_on")"
	done
	number=$((number + 1))
done
check 'router' ovl arp add fd00::30 lladdr "$(mac 30)" dev v0 router
check_equal 'is' true "$(of fd00::30 'has("router")')"
check 'extern_learn' ovl arp add 10.0.0.31 lladdr "$(mac 31)" dev v0 extern_learn nud reachable
check_equal 'is' true "$(of 10.0.0.31 'has("extern_learn")')"
check 'protocol by name' ovl arp add 10.0.0.32 lladdr "$(mac 32)" dev v0 protocol zebra
check_equal 'is' '"zebra"' "$(of 10.0.0.32 .protocol)"
check 'protocol by number' ovl arp add 10.0.0.33 lladdr "$(mac 33)" dev v0 protocol 111
check_equal 'is' '"111"' "$(of 10.0.0.33 '.protocol | tostring')"
check 'use' ovl arp add 10.0.0.34 dev v0 use
check_equal 'asks' true "$(of 10.0.0.34 '.state[0] | IN("INCOMPLETE", "PROBE", "FAILED")')"
if ip neigh add 10.0.0.99 dev v0 managed 2>/dev/null && [ "$(of 10.0.0.99 'has("managed")')" = true ]; then
	check 'managed' ovl arp add 10.0.0.35 dev v0 managed
	check_equal 'is' true "$(of 10.0.0.35 'has("managed")')"
else
	check_error 0 "note: arp: 'managed' has no effect: this kernel does not know it (Linux 5.16 does)" \
		'that the kernel forgets it is told' ovl arp add 10.0.0.35 dev v0 managed
fi
check 'proxy' ovl arp add proxy 10.0.0.40 dev v0
check_equal 'is one' true "$(of 10.0.0.40 '. != null' proxy)"
check 'proxy of IPv6' ovl arp add proxy fd00::40 dev v0
check_equal 'is one' true "$(of fd00::40 '. != null' proxy)"
check 'proxy with a protocol' ovl arp add proxy 10.0.0.41 dev v0 protocol bgp
check_equal 'has it' '"bgp"' "$(of 10.0.0.41 .protocol proxy)"

# --- replace, change, del, get
check 'replace changes' ovl arp replace 10.0.0.2 lladdr "$(mac 52)" dev v0
check_equal 'the MAC' "\"$(mac 52)\"" "$(of 10.0.0.2 .lladdr)"
check 'replace adds' ovl arp replace 10.0.0.50 lladdr "$(mac 50)" dev v0
check_equal 'added' "\"$(mac 50)\"" "$(of 10.0.0.50 .lladdr)"
check 'change' ovl arp change 10.0.0.2 lladdr "$(mac 53)" dev v0
check_equal 'the MAC' "\"$(mac 53)\"" "$(of 10.0.0.2 .lladdr)"
refused 2 '10.0.0.98' arp change 10.0.0.98 lladdr "$(mac 5)" dev v0
check 'change of the state' ovl arp change 10.0.0.50 lladdr "$(mac 50)" dev v0 nud stale
check_equal 'stale' '["STALE"]' "$(of 10.0.0.50 .state)"
check 'del' ovl arp del 10.0.0.50 dev v0
check_equal 'it is gone' true "$(of 10.0.0.50 '. == null or .state == ["FAILED"]')"
check 'del with the words that added it' ovl arp del 10.0.0.2 lladdr "$(mac 53)" dev v0 nud permanent
check_equal 'it is gone' null "$(of 10.0.0.2 .)"
check 'del of a proxy' ovl arp del proxy 10.0.0.40 dev v0
check_equal 'it is gone' null "$(of 10.0.0.40 . proxy)"
refused 2 '10.0.0.98' arp del 10.0.0.98 dev v0
refused 2 '10.0.0.98' arp del proxy 10.0.0.98 dev v0
check_contains 'get' "$(mac 3)" "$(ovl arp get 10.0.0.3 dev v0)"
check_equal 'gets one' 1 "$(ovl -j arp get 10.0.0.3 dev v0 | jq length)"
check_fails 2 'get of what is not there' ovl arp get 10.0.0.98 dev v0

# --- show, flush
check_equal 'show leaves out what needs no resolving, as ip does' "$(ip neigh show dev v0 | wc -l)" \
	"$(ovl -o arp show dev v0 | wc -l)"
check_equal 'arp -a is show' "$(ovl arp show)" "$(ovl arp -a)"
check_equal 'nud all' "$(ip neigh show nud all | wc -l)" "$(ovl -o arp show nud all | wc -l)"
check_equal 'to a prefix' 2 "$(ovl -o arp show to 10.0.0.32/31 | wc -l)"
check_equal 'a prefix alone' 2 "$(ovl -o arp show 10.0.0.32/31 | wc -l)"
check_equal 'proxy' 2 "$(ovl -o arp show proxy | wc -l)"
check_equal '-4' "$(ip -4 neigh | wc -l)" "$(ovl -4 -o arp | wc -l)"
check_equal '-6' "$(ip -6 neigh | wc -l)" "$(ovl -6 -o arp | wc -l)"
# Which entries a filter selects, as ip has it.
selected() {
	"$1" -j neigh show $2 | jq -r '.[] | .dst' | sort
}
ip link add br0 type bridge
ip link set br0 up
ip link set v1 master br0
ip neigh add 10.0.0.70 lladdr "$(mac 70)" dev v1 protocol 42
ip neigh add 10.0.0.71 lladdr "$(mac 71)" dev br0
ip neigh add 10.0.0.72 lladdr "$(mac 72)" dev v1 nud stale
for words in 'master br0' 'nomaster dev br0' 'nomaster nud permanent' 'master br0 dev v1' 'master br0 dev v0' \
	'master br0 nud stale nud permanent' 'protocol 42' 'protocol all nud permanent' 'to 10.0.0.70/31' \
	'10.0/16 nud permanent' 'all nud permanent' 'to any master br0' 'proxy' 'nomaster proxy' 'unused nud stale' \
	'to 10/8 nud noarp nud none'; do
	ip_selects "$words" || continue
	check_equal "show $words is what ip shows" "$(selected ip "$words")" "$(selected ovl "$words")"
done
check_equal 'show nomaster' '["10.0.0.71"]' "$(ovl -j arp show nomaster dev br0 | jq -c 'map(.dst)')"
check_error 1 "link 'br0' is no vrf" 'vrf of what is none' ovl arp show vrf br0
check_error 1 "there is no link 'v7'" 'master of a link that is not there' ovl arp show master v7
check 'add with a short address' ovl arp add proxy 10.77 dev v0
check_equal 'as ip takes it' true "$(of 10.77.0.0 '. != null' proxy)"
ip neigh del proxy 10.77.0.0 dev v0
check 'flush master' ovl arp flush master br0
check_equal 'spares permanent ones, as ip does' '10.0.0.70' "$(selected ip 'master br0')"
check 'flush nud all' ovl arp flush master br0 nud all
check_equal 'does not' '' "$(selected ip 'master br0')"
check_equal 'and no other' true "$(of 10.0.0.71 '. != null')"
ip link del br0
# Others fail a moment later, which were still asked for.
failed=$(selected ip 'nud failed')
check 'flush all' ovl arp flush all nud failed
check_equal 'is any address' '' "$(selected ip 'nud failed' | grep -xF "$failed")"
check 'flush nud stale' ovl arp flush nud stale
check_equal 'they are gone' '[]' "$(ip -j neigh show nud stale | jq -c .)"
check_equal 'and no other' true "$(of 10.0.0.3 '. != null')"
check 'flush of a prefix with the state' ovl arp flush to 10.0.0.3/32 nud permanent
check_equal 'is gone' null "$(of 10.0.0.3 .)"
check 'flush dev' ovl arp flush dev v0
check_equal 'leaves permanent ones' true "$(of 10.0.0.32 '. != null')"
check 'flush proxy' ovl arp flush proxy
check_equal 'they are gone' '[]' "$(ip -j neigh show proxy | jq -c .)"
refused 1 'flush needs to be told what' arp flush

# --- idempotence, namespaces, dry runs
ip neigh add 10.0.0.60 lladdr "$(mac 60)" dev v0
refused 2 '10.0.0.60' arp add 10.0.0.60 lladdr "$(mac 60)" dev v0
check '-i add of what is there' ovl -i arp add 10.0.0.60 lladdr "$(mac 60)" dev v0
refused 2 "lladdr is $(mac 60), not $(mac 61): kernel: File exists" -i arp add 10.0.0.60 lladdr "$(mac 61)" dev v0
check '-i del of what is gone' ovl -i arp del 10.0.0.98 dev v0
check '-i del on a link that is gone' ovl -i arp del 10.0.0.98 dev v7
ip netns add n1
ip link set v1 netns n1
check '-n works inside' ovl -n n1 arp add 10.0.0.1 lladdr "$(mac 1)" dev v1
check_equal 'there' "\"$(mac 1)\"" "$(ip -n n1 -j neigh | jq -c '.[0].lladdr')"
check_prints '--dry-run' "+ arp 10.0.0.70 dev v0 lladdr $(mac 7) nud permanent" \
	ovl --dry-run arp add 10.0.0.70 lladdr "$(mac 7)" dev v0
check_equal 'adds nothing' null "$(of 10.0.0.70 .)"

# --- --as ip gives the same
clean() {
	ip link set v0 down
	ip link set v0 up
	ip addr replace fd00::1/64 dev v0 nodad
	ip neigh add 10.0.0.80 lladdr "$(mac 80)" dev v0
	ip neigh add proxy 10.0.0.81 dev v0
}
same_by_ip() {
	clean
	ovl "$@" || not_ok "ovl $* works"
	everything >"$WORK/direct"
	clean
	ovl --as ip "$@" >"$WORK/commands"
	sh -e "$WORK/commands" >"$WORK/run" 2>&1 || {
		cat "$WORK/commands" "$WORK/run" | sed 's/^/# /'
		not_ok "--as ip $*: the commands run"
	}
	check_equal "--as ip: $*" "$(cat "$WORK/direct")" "$(everything)"
}
same_by_ip arp add 10.0.0.2 lladdr "$(mac 2)" dev v0
same_by_ip arp add fd00::2 lladdr "$(mac 2)" dev v0 nud stale router
same_by_ip arp add 10.0.0.2 lladdr "$(mac 2)" dev v0 nud reachable extern_learn protocol zebra
same_by_ip arp add proxy 10.0.0.2 dev v0 protocol bgp
same_by_ip arp replace 10.0.0.80 lladdr "$(mac 2)" dev v0 nud noarp
same_by_ip arp change 10.0.0.80 lladdr "$(mac 3)" dev v0
same_by_ip arp del 10.0.0.80 dev v0
same_by_ip arp del proxy 10.0.0.81 dev v0
same_by_ip arp flush dev v0 nud permanent

# --- refusals
refused 1 'an ADDRESS is needed' arp add lladdr "$(mac 1)" dev v0
refused 1 "'dev DEV' is needed" arp add 10.0.0.5 lladdr "$(mac 1)"
refused 1 "a permanent entry needs 'lladdr MAC'" arp add 10.0.0.5 dev v0
refused 1 '10.0.0.300' arp add 10.0.0.300 lladdr "$(mac 1)" dev v0
refused 1 'lladdr' arp add 10.0.0.5 lladdr 02:zz dev v0
refused 1 "there is no link 'v7'" arp add 10.0.0.5 lladdr "$(mac 1)" dev v7
refused 1 "did you mean 'stale'" arp add 10.0.0.5 lladdr "$(mac 1)" dev v0 nud stael
refused 1 "did you mean 'lladdr'" arp add 10.0.0.5 ladr "$(mac 1)" dev v0
refused 1 'twice' arp add 10.0.0.5 lladdr "$(mac 1)" dev v0 dev v1
refused 1 'needs a value' arp add 10.0.0.5 dev v0 lladdr
refused 1 'protocol' arp add 10.0.0.5 lladdr "$(mac 1)" dev v0 protocol 256
refused 1 "'02:00:00:00' is no mac" arp add 10.0.0.5 lladdr 02:00:00:00 dev v0
