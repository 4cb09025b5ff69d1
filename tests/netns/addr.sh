#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ovl addr: each verb and option, read back with ip(8); what falls with what; idempotence, dry
# runs, --as ip, refusals.
. "$(dirname "$0")/../support/check.sh"
needs ip jq

# of LOCAL JQ: what ip says of an address.
of() {
	ip -j -d addr show | jq -c "[.[] | .ifname as \$dev | .addr_info[] | . + {dev: \$dev}
		| select(.local == \"$1\")][0] | $2"
}
# With lifetimes rounded up to whole hundreds: they run. Detection of duplicates ends by itself.
everything() {
	ip -j -d addr | jq -cS '[.[].addr_info[] | select(.scope != "link" or .family == "inet")
		| del(.tentative) | (.valid_life_time, .preferred_life_time) |= (if . < 4294967295 then (. + 99) / 100 | floor else . end)]'
}
refused() {
	refused_code=$1 refused_text=$2
	shift 2
	refused_before=$(everything)
	check_error "$refused_code" "$refused_text" "refused: ovl $*" ovl "$@"
	check_equal '... and nothing changed' "$refused_before" "$(everything)"
}
about() {
	[ "$1" -le "$2" ] && [ "$1" -gt $(($2 - 30)) ]
}

ip link add v0 type veth peer name v1
ip link set v0 up
ip link set v1 up
ip link set lo up
wait_for sh -c '[ "$(ip -6 -j addr show tentative | jq "[.[].addr_info[]?.local] | length")" = 0 ]'

# --- add
check 'add' ovl addr add 10.0.0.1/24 dev v0
check_equal 'with its prefix' '["10.0.0.1",24,"global","v0"]' "$(of 10.0.0.1 '[.local, .prefixlen, .scope, .label]')"
check 'the address may stand last' ovl addr add dev v0 10.0.0.2/24
check_equal 'it is a secondary' true "$(of 10.0.0.2 .secondary)"
check 'a MASK-less one is a host' ovl addr add 10.1.0.1 dev v0
check_equal '/32' 32 "$(of 10.1.0.1 .prefixlen)"
check 'broadcast +' ovl addr add 10.2.0.1/16 brd + dev v0
check_equal 'is the last of the prefix' '"10.2.255.255"' "$(of 10.2.0.1 .broadcast)"
check 'broadcast ADDRESS' ovl addr add 10.3.0.1/16 broadcast 10.3.3.3 dev v0
check_equal 'is that' '"10.3.3.3"' "$(of 10.3.0.1 .broadcast)"
check 'broadcast -' ovl addr add 10.3.1.1/24 broadcast - dev v0
check_equal 'is the first, as ip has it' '"10.3.1.0"' "$(of 10.3.1.1 .broadcast)"
check 'peer' ovl addr add 10.4.0.1 peer 10.4.0.2/30 dev v0
check_equal 'is the other end' '["10.4.0.2",30]' "$(of 10.4.0.1 '[.address, .prefixlen]')"
check_equal 'the prefix is the one of the peer' '10.4.0.1 10.4.0.2/30' "$(ovl -o addr show v0 |
	awk '$3 == "10.4.0.1" { print $3, $4 }')"
check 'scope' ovl addr add 10.5.0.1/24 dev v0 scope link
check_equal 'link' '"link"' "$(of 10.5.0.1 .scope)"
check 'an address of the loopback net' ovl addr add 127.0.5.1/8 dev lo
check_equal 'is of scope host' '"host"' "$(of 127.0.5.1 .scope)"
check 'label' ovl addr add 10.6.0.1/24 dev v0 label v0:six
check_equal 'v0:six' '"v0:six"' "$(of 10.6.0.1 .label)"
check 'metric' ovl addr add 10.7.0.1/24 dev v0 metric 77
check_equal '77' 77 "$(of 10.7.0.1 .metric)"
check_equal 'also of its route' 77 "$(ip -j route show 10.7.0.0/24 | jq '.[0].metric')"
check 'noprefixroute' ovl addr add 10.8.0.1/24 dev v0 noprefixroute
check_equal 'is set' true "$(of 10.8.0.1 .noprefixroute)"
check_equal 'and there is no route' '[]' "$(ip -j route show 10.8.0.0/24)"
check 'lifetimes' ovl addr add 10.9.0.1/24 dev v0 valid_lft 1000 preferred_lft 500
check 'run' about "$(of 10.9.0.1 .valid_life_time)" 1000
check 'both' about "$(of 10.9.0.1 .preferred_life_time)" 500
check 'forever' ovl addr add 10.9.1.1/24 dev v0 valid_lft forever preferred_lft forever
check_equal 'is forever' 4294967295 "$(of 10.9.1.1 .valid_life_time)"
check 'proto' ovl addr add 10.10.0.1/24 dev v0 proto 111
proto=$(ovl -j addr show v0 | jq -r '.[0].addr_info[] | select(.local == "10.10.0.1").protocol')
if [ "$proto" = null ]; then
	check_error 0 "note: addr: 'proto' has no effect: this kernel does not know it (Linux 5.18 does)" \
		'that the kernel forgets it is told' ovl addr replace 10.10.0.1/24 dev v0 proto 111
else
	check_equal 'as ovl says it (ip 6.1 cannot)' 111 "$proto"
fi
check 'IPv6' ovl addr add fd00::1/64 dev v0
check_equal 'with its prefix' 64 "$(of fd00::1 .prefixlen)"
check 'nodad' ovl addr add fd00::2/64 dev v0 nodad
check_equal 'is set' true "$(of fd00::2 .nodad)"
check_equal 'so it is not tentative' null "$(of fd00::2 .tentative)"
for flag in home mngtmpaddr noprefixroute; do
	check "$flag" ovl addr add fd00:1::1/64 dev v0 nodad $flag
	check_equal 'is set' true "$(of fd00:1::1 ".$flag")"
	ip addr del fd00:1::1/64 dev v0
done
check 'preferred_lft 0' ovl addr add fd00::3/64 dev v0 preferred_lft 0 nodad
check_equal 'is deprecated' true "$(of fd00::3 .deprecated)"
# The kernel tells of a permanent IPv4 address no times, only that it is deprecated.
check 'preferred_lft 0 of IPv4' ovl addr add 10.9.2.1/24 dev v0 valid_lft forever preferred_lft 0
check_equal 'is deprecated' true "$(of 10.9.2.1 .deprecated)"
check 'it is what was asked for' ovl -i addr add 10.9.2.1/24 dev v0 valid_lft forever preferred_lft 0
check_fails 2 'and not one that is preferred for ever' ovl -i addr add 10.9.2.1/24 dev v0 preferred_lft forever
check_equal 'JSON has it as ip does' "$(of 10.9.2.1 .preferred_life_time)" \
	"$(ovl -j addr show v0 | jq '.[0].addr_info[] | select(.local == "10.9.2.1").preferred_life_time')"
check_equal 'also that of a candidate' \
	"$(ip -j addr show v0 | jq -c '.[0].addr_info[] | select(.local == "10.9.2.1") | [.deprecated, .preferred_life_time]')" \
	"$(printf '%s\n' 'addr add 10.9.3.1/24 dev v0 preferred_lft 0' '-j addr show v0' | ovl --dry-run -b - |
		grep '^\[' | jq -c '.[0].addr_info[] | select(.local == "10.9.3.1") | [.deprecated, .preferred_life_time]')"
check_contains 'capture has it' '10.9.2.1/24 preferred_lft 0' "$(ovl capture)"
ip addr add 10.9.4.1/24 dev v0 preferred_lft 0
file() { # WORDS of two addresses: the second was there
	printf '%s\n' 'ovl: 1' 'lab: lft' "links: {v0: {manage: patch, addr: [10.9.3.1/24 $1, 10.9.4.1/24 $2]}}" >"$WORK/lft.yaml"
}
file 'preferred_lft 0' 'preferred_lft forever'
check 'a file asks for it' ovl apply --adopt "$WORK/lft.yaml"
check_prints 'nothing differs then' '' ovl diff "$WORK/lft.yaml"
check_equal 'it is deprecated, and the other no more' 'true null' "$(of 10.9.3.1 .deprecated) $(of 10.9.4.1 .deprecated)"
check 'one that ends' ovl addr replace 10.9.3.1/24 dev v0 valid_lft 5000 preferred_lft 5000
check_fails 3 'differs' ovl diff "$WORK/lft.yaml"
check 'what a lab changed' ovl destroy "$WORK/lft.yaml"
check_equal 'is deprecated again' true "$(of 10.9.4.1 .deprecated)"
check 'an IPv6 peer' ovl addr add fd00::4 peer fd00::5/128 dev v0 nodad
check_equal 'is the other end' '"fd00::5"' "$(of fd00::4 .address)"
check 'metric of IPv6' ovl addr add fd00:2::1/64 dev v0 metric 5 nodad
check_equal '5' 5 "$(of fd00:2::1 .metric)"
check 'anycast and the like are words of the shorter spelling, too' ovl a a 10.11.0.1/24 dev v0
check_equal 'added' 24 "$(of 10.11.0.1 .prefixlen)"

check 'broadcast + of a peer' ovl addr add 10.4.1.1 peer 10.4.2.1/24 brd + dev v0
check_equal 'is of its prefix' '"10.4.2.255"' "$(of 10.4.1.1 .broadcast)"
check 'broadcast + of a /31' ovl addr add 10.4.3.2/31 brd + dev v0
check_equal 'is none, as ip has it' null "$(of 10.4.3.2 .broadcast)"
check 'broadcast - of a peer' ovl addr add 10.4.5.1 peer 10.4.6.9/24 brd - dev v0
check_equal 'is of its prefix' '"10.4.6.0"' "$(of 10.4.5.1 .broadcast)"
check 'broadcast - of a /31' ovl addr add 10.4.7.2/31 brd - dev v0
check_equal 'is none, as ip has it' null "$(of 10.4.7.2 .broadcast)"
check 'a label that is not the name of the link' ovl addr add 10.4.4.1/24 dev v0 label other
check_equal 'is one all the same' '"other"' "$(of 10.4.4.1 .label)"
for word in 10.14/16 10.15/255.255.0.0 11/8; do
	check "a short $word" ovl addr add $word dev v0
	ip addr show v0 | sed -n 's/ scope.*//; s/^ *inet //p' >"$WORK/ovl"
	ovl addr del $word dev v0
	ip addr add $word dev v0
	check_equal 'is what ip takes it for' "$(ip addr show v0 | sed -n 's/ scope.*//; s/^ *inet //p')" \
		"$(cat "$WORK/ovl")"
	ip addr del $word dev v0
done

# --- replace, change, del
check 'replace of what is there changes it' ovl addr replace 10.9.0.1/24 dev v0 valid_lft 2000 preferred_lft 1000
check 'the times' about "$(of 10.9.0.1 .valid_life_time)" 2000
check 'replace of what is not there adds it' ovl addr replace 10.12.0.1/24 dev v0
check_equal 'added' 24 "$(of 10.12.0.1 .prefixlen)"
check 'change' ovl addr change 10.9.0.1/24 dev v0 valid_lft forever preferred_lft forever
check_equal 'the times' 4294967295 "$(of 10.9.0.1 .valid_life_time)"
check 'change of what is not there adds it, since the kernel does' ovl addr change 10.99.0.1/24 dev v0
check_equal 'added' 24 "$(of 10.99.0.1 .prefixlen)"
check 'del' ovl addr del 10.12.0.1/24 dev v0
check_equal 'it is gone' null "$(of 10.12.0.1 .)"
check 'del of a peer' ovl addr del 10.4.0.1 peer 10.4.0.2/30 dev v0
check_equal 'it is gone' null "$(of 10.4.0.1 .)"
check 'del of IPv6' ovl addr del fd00::2/64 dev v0
check_equal 'it is gone' null "$(of fd00::2 .)"
check 'del of a primary' ovl addr del 10.0.0.1/24 dev v0
check_equal 'takes its secondaries along' null "$(of 10.0.0.2 .)"
refused 2 '10.0.0.1' addr del 10.0.0.1/24 dev v0
check 'del without a length' ovl addr del 10.4.4.1 dev v0
check_equal 'takes the one there is' null "$(of 10.4.4.1 .)"
check 'also one with a peer' ovl addr del 10.4.5.1 dev v0
check_equal 'it is gone' null "$(of 10.4.5.1 .)"
check 'and of IPv6' ovl addr del fd00::3 dev v0
check_equal 'it is gone' null "$(of fd00::3 .)"
check 'what is added without a length' ovl addr add 10.12.1.1 dev v0
ip addr add 10.12.1.1/24 dev v0
check_prints 'is meant first' '- addr 10.12.1.1/32 dev v0' ovl --dry-run addr del 10.12.1.1 dev v0
check 'del of it' ovl addr del 10.12.1.1 dev v0
check_equal 'leaves the other' 24 "$(of 10.12.1.1 .prefixlen)"
ip addr add 10.12.1.1/16 dev v0
refused 1 'several addresses are meant: 10.12.1.1/24, 10.12.1.1/16' addr del 10.12.1.1 dev v0
ip addr del 10.12.1.1/16 dev v0
ip link property add dev v0 altname also-v0
check 'by an altname of the link' ovl addr del 10.12.1.1 dev also-v0
check_equal 'it is gone' null "$(of 10.12.1.1 .)"
ip link property del dev v0 altname also-v0
refused 2 '10.12.1.1' addr del 10.12.1.1 dev v0
check '-i del of it' ovl -i addr del 10.12.1.1 dev v0
check '-i del of it on a link that is gone' ovl -i addr del 10.12.1.1 dev v7
check_equal 'a dry run knows what it added' '+ addr 10.12.1.1/24 dev v0
- addr 10.12.1.1/24 dev v0' "$(printf '%s\n' 'addr add 10.12.1.1/24 dev v0' 'addr del 10.12.1.1 dev v0' | ovl --dry-run -b -)"
check_equal 'a batch, too' null "$(printf '%s\n' 'addr add 10.12.1.1/24 dev v0' 'addr del 10.12.1.1 dev v0' |
	ovl -b - 2>&1)$(of 10.12.1.1 .)"
# ip(8) takes the first that fits; so much luck is not for a tool that others rely on.
ip addr add 10.13.0.1/24 dev v0
refused 2 '10.13.0.1' addr del 10.13.0.1/25 dev v0

# --- show and flush
check_equal 'show of a link' 10.13.0.1/24 "$(ovl -o addr show v0 | awk '$3 == "10.13.0.1/24" { print $3 }')"
check_equal 'show with a prefix' 10.13.0.1 "$(ovl -j addr show to 10.13.0.0/16 | jq -r '.[].addr_info[].local')"
check_error 1 "there is no link 'v7'" 'show of a link that is not there' ovl addr show v7
# Which addresses a filter selects, as LINK ADDRESS lines of ovl and of ip.
selected() {
	"$1" -j addr show $2 | jq -r '.[] | .ifname as $dev | .addr_info[]? | select(.local) | "\($dev) \(.local)"' | sort
}
ip link add br0 type bridge
ip link set v1 master br0
ip link set v1 group 7
ip addr add 10.20.0.1/24 dev v1
ip addr add fd00:9::1/64 dev v0 nodad preferred_lft 0 home noprefixroute
ip addr add fd00:9::2/64 dev v0 nodad preferred_lft 50 valid_lft 100
for words in '' up down 'master br0' nomaster 'type veth' 'type bridge' 'type bridge_slave' 'group 7' \
	'group 0' permanent -permanent dynamic -dynamic secondary primary -secondary deprecated -deprecated \
	nodad -nodad home noprefixroute tentative temporary dadfailed optimistic mngtmpaddr autojoin \
	'to 10/8' 'to 10.6/16' 'to fd00:9::/64' 'to any' 'scope all' 'scope host' \
	'up dev v0 permanent -nodad' 'nomaster to 10.6.0.0/15 primary'; do
	ip_selects "$words" || continue
	check_equal "show $words is what ip shows" "$(selected ip "$words")" "$(selected ovl "$words")"
done
check_equal 'show stable-privacy' '' "$(selected ovl stable-privacy)"
check_equal 'show label' 'v0 10.6.0.1' "$(selected ovl 'label v0:*')"
check_equal 'show group' 'v1 10.20.0.1' "$(selected ovl 'group 7 to 10/8')"
check_error 1 "link 'br0' is no vrf" 'show vrf of what is none' ovl addr show vrf br0
check_error 1 "there is no link 'v7'" 'show master of a link that is not there' ovl addr show master v7
check_error 1 'not known' 'a flag that is none' ovl addr show dev v0 -parmanent
check_equal 'a dry run of flush with the words of show' '- addr 10.20.0.1/24 dev v1' \
	"$(ovl --dry-run addr flush master br0 to 10/8 up type veth)"
check 'flush master' ovl addr flush master br0 to 10/8
check_equal 'they are gone' null "$(of 10.20.0.1 .)"
check_equal 'and no other' true "$(of 10.13.0.1 '. != null')"
ip link del br0
for words in 'dev v0 to 10.2.0.0/16' 'dev v0 label v0:six' 'dev v0 scope link' ; do
	# shellcheck disable=SC2086
	check "flush $words" ovl -4 addr flush $words
	# shellcheck disable=SC2086
	check_equal 'they are gone' '[]' "$(ip -4 -j addr show $words | jq -c '[.[].addr_info[]? | select(. != {})]')"
done
check_equal 'and only those' true "$(of 10.13.0.1 '. != null')"
check 'flush -6' ovl -6 addr flush dev v0 scope global
check_equal 'leaves IPv4' '[false,true]' "[$(of fd00::1 '. != null'),$(of 10.13.0.1 '. != null')]"
check 'flush of a link' ovl addr flush dev v0
check_equal 'empties it' '[]' "$(ip -4 -j addr show v0 | jq -c '[.[].addr_info[]?]')"
check_equal 'and no other' true "$(of 127.0.5.1 '. != null')"
refused 1 'flush' addr flush

# --- idempotence, namespaces, dry runs
ip addr add 10.0.0.1/24 dev v0
refused 2 '10.0.0.1' addr add 10.0.0.1/24 dev v0
check '-i add of what is there' ovl -i addr add 10.0.0.1/24 dev v0
refused 2 'label is v0, not v0:x: kernel:' -i addr add 10.0.0.1/24 dev v0 label v0:x
check '-i del of what is gone' ovl -i addr del 10.7.7.7/24 dev v0
check '-i del on a link that is gone' ovl -i addr del 10.7.7.7/24 dev v7
ip netns add n1
ip link set v1 netns n1
check '-n works inside' ovl -n n1 addr add 10.0.0.2/24 dev v1
check_equal 'there' '"10.0.0.2"' "$(ip -n n1 -4 -j addr show v1 | jq -c '.[0].addr_info[0].local')"
check_prints '--dry-run' '+ addr 10.3.0.1/24 dev v0 label v0:x' \
	ovl --dry-run addr add 10.3.0.1/24 dev v0 label v0:x
check_equal 'adds nothing' null "$(of 10.3.0.1 .)"

# --- --as ip gives the same
same_by_ip() {
	ip addr flush dev v0
	ip addr add 10.0.0.1/24 dev v0
	ip addr add 10.0.1.1/24 dev v0 valid_lft 5000 preferred_lft 5000
	ovl "$@" || not_ok "ovl $* works"
	everything >"$WORK/direct"
	ip addr flush dev v0
	ip addr add 10.0.0.1/24 dev v0
	ip addr add 10.0.1.1/24 dev v0 valid_lft 5000 preferred_lft 5000
	ovl --as ip "$@" >"$WORK/commands"
	sh -e "$WORK/commands" >"$WORK/run" 2>&1 || {
		cat "$WORK/commands" "$WORK/run" | sed 's/^/# /'
		not_ok "--as ip $*: the commands run"
	}
	check_equal "--as ip: $*" "$(cat "$WORK/direct")" "$(everything)"
}
same_by_ip addr add 10.1.0.1/24 brd + dev v0 label v0:x metric 5 noprefixroute valid_lft 900 preferred_lft 800
same_by_ip addr add 10.1.0.1 peer 10.1.0.2/30 dev v0 scope link
same_by_ip addr add fd00::1/64 dev v0 nodad home mngtmpaddr preferred_lft 0
same_by_ip addr add fd00::1 peer fd00::2/128 dev v0 nodad
same_by_ip addr replace 10.0.1.1/24 dev v0 valid_lft 2000 preferred_lft 100
same_by_ip addr change 10.0.1.1/24 dev v0 valid_lft forever preferred_lft forever
same_by_ip addr del 10.0.0.1/24 dev v0
same_by_ip addr flush dev v0 to 10.0.1.0/24

# --- refusals
refused 1 "'10.0.0.300/24' is no address" addr add 10.0.0.300/24 dev v0
refused 1 "10.0.0.1/33" addr add 10.0.0.1/33 dev v0
refused 1 "fd00::1/129" addr add fd00::1/129 dev v0
refused 1 "'dev DEV' is needed" addr add 10.0.0.1/24
refused 1 'an ADDRESS is needed' addr add dev v0
refused 1 "there is no link 'v7'" addr add 10.0.0.1/24 dev v7
refused 1 "did you mean 'label'" addr add 10.8.0.1/24 dev v0 lable x
refused 1 'twice' addr add 10.8.0.1/24 dev v0 dev v0
refused 1 'twice' addr add 10.8.0.1/24 local 10.8.0.2/24 dev v0
refused 1 "needs a value" addr add 10.8.0.1/24 dev
refused 1 'different families' addr add 10.8.0.1 peer fd00::1/64 dev v0
refused 1 'IPv6 has none' addr add fd00::9/64 broadcast + dev v0
refused 1 'label: IPv6 has none' addr add fd00::9/64 label v0:x dev v0
for flag in nodad optimistic home mngtmpaddr; do
	refused 1 "$flag: IPv4 has none" addr add 10.8.0.1/24 dev v0 $flag
done
printf '%s\n' 'ovl: 1' 'lab: six' 'links: {v0: {manage: patch, addr: [10.8.0.1/24 nodad]}}' >"$WORK/six.yaml"
refused 1 'nodad: IPv4 has none' apply "$WORK/six.yaml"
refused 1 'longer than valid_lft' addr add 10.8.0.1/24 dev v0 valid_lft 5 preferred_lft 9
refused 1 'scope' addr add 10.8.0.1/24 dev v0 scope galaxy
refused 1 'valid_lft' addr add 10.8.0.1/24 dev v0 valid_lft soon
refused 1 'above' addr add 10.8.0.1/24 dev v0 proto 256
refused 2 '0' addr add 10.8.0.1/24 dev v0 valid_lft 0
refused 1 'label' addr add 10.8.0.1/24 dev v0 label sixteencharacters
