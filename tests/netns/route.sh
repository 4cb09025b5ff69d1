#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Routes: what `ovl route` makes is what `ip route` makes, and it tells of them as `ip -j` does.
. "$(dirname "$0")/../support/check.sh"
needs ip jq

# place NETNS: one with two links and addresses of both families, and nothing that changes by itself.
place() {
	ip netns add "$1"
	ip -n "$1" link add v0 type veth peer name v1
	for dev in v0 v1; do
		ip -n "$1" link set "$dev" addrgenmode none
		ip -n "$1" link set "$dev" up
	done
	ip -n "$1" link set lo up
	ip -n "$1" address add 10.0.0.1/24 dev v0
	ip -n "$1" address add 10.0.1.1/24 dev v1
	ip -n "$1" address add 2001:db8::1/64 dev v0 nodad
	ip -n "$1" address add 2001:db8:0:1::1/64 dev v1 nodad
}
kernel_has veth peer name probe-peer || skip_all 'this kernel has no veth'

# Arrays in one order; ip's null is true, and a time that runs on is no difference.
ordered() {
	jq -S 'walk(if . == null then true elif type == "object" then del(.expires) else . end) |
		sort_by(tojson)'
}
tables() {
	{
		ip -n "$1" -j -4 route show table all
		ip -n "$1" -j -6 route show table all
	} | jq -s 'add' | ordered
}

place by_ip
place by_ovl
place as_ip

# Each line is a route command for both programs: what they leave behind is the same.
cat >"$WORK/lines" <<'END'
add 10.1.0.0/16 via 10.0.0.2
add 10.2.0.0/16 dev v0 metric 50 proto static src 10.0.0.1
add 10.2.0.0/16 via 10.0.0.2 dev v0 metric 60
add to 10.3/16 dev v1 scope link
add blackhole 10.4.0.0/16
add unreachable 10.4.1.0/24 metric 7
add prohibit 10.4.2.0/24 table 100
add throw 10.4.3.0/24 table 1000
add unicast 10.4.4.0/24 dev v0 table 70000
add local 10.5.5.5 dev lo
add broadcast 10.5.5.255 dev v0
add default via 10.0.0.254
add default via 10.0.0.253 metric 100
add 10.6.0.0/16 nexthop via 10.0.0.3 dev v0 weight 3 nexthop via 10.0.1.4 dev v1
add 10.7.0.0/16 via inet6 2001:db8::7 dev v0
add 10.8.0.0/16 nexthop via inet6 2001:db8::7 dev v0 nexthop via 10.0.0.9
add 10.9.0.0/16 via 192.0.2.1 dev v0 onlink
add 10.10.0.0/16 via 10.0.0.2 tos 0x10
add 10.10.0.0/16 via 10.0.0.3
add 10.11.0.0/16 via 10.0.0.2 mtu 1400 advmss 1360 hoplimit 9 initcwnd 5 initrwnd 6
add 10.12.0.0/16 via 10.0.0.2 mtu lock 1400 window 4000 rtt 100ms rttvar 25ms rto_min 1s
add 10.13.0.0/16 via 10.0.0.2 cwnd lock 20 ssthresh 30 reordering 4 quickack 1 features ecn
add 10.14.0.0/16 via 10.0.0.2 rtt 81 congctl lock reno fastopen_no_cookie 1
append 10.1.0.0/16 via 10.0.0.3
prepend 10.1.0.0/16 via 10.0.0.4
replace 10.15.0.0/16 via 10.0.0.2
replace 10.15.0.0/16 via 10.0.0.3 proto static
change 10.15.0.0/16 via 10.0.0.4 mtu 1300
add 10.16.0.0/16 dev v0
add 10.7.1.0/24 dev v0 realms 3/5
add 10.7.2.0/24 via 10.0.0.2 realm 7
add 10.7.3.0/24 via 10.0.0.2 realms 4/
add 10.7.4.0/24 via 10.0.0.2 realms 0x90008
add 10.6.1.0/24 nexthop via 10.0.0.3 dev v0 realms 3/4 nexthop via 10.0.1.4 dev v1 realms 6 weight 2
replace 10.7.2.0/24 via 10.0.0.2 realms cosmos
add 10.16.0.0/16 dev v1 metric 2
del 10.16.0.0/16 metric 2
add 10.17.0.0/16 dev v0 proto static
delete 10.17.0.0/16 proto static
add 2001:db8:1::/48 via 2001:db8::2
add 2001:db8:2::/48 dev v0 metric 5 proto static pref high
add 2001:db8:3::/48 via 2001:db8::2 dev v0 expires 1000
add 2001:db8:4::/48 nexthop via 2001:db8::2 nexthop via 2001:db8:0:1::2 weight 2
add unreachable 2001:db8:5::/48 dev lo
add blackhole 2001:db8:6::/48 table 100
add default via 2001:db8::fe dev v0
add local 2001:db8::99 dev lo
add 2001:db8:7::/48 via 2001:db8::2 mtu lock 1400 hoplimit 3
append 2001:db8:1::/48 via 2001:db8::3
replace 2001:db8:2::/48 dev v1 metric 5
change 2001:db8:2::/48 dev v1 metric 5 mtu 1300
add 2001:db8:8::/48 dev v0
del 2001:db8:8::/48
END
failed=
while read -r line; do
	# shellcheck disable=SC2086 # words
	if ! ip -n by_ip route $line 2>"$WORK/error"; then
		echo "# ip route $line: $(cat "$WORK/error")"
		continue
	fi
	# shellcheck disable=SC2086
	ovl -n by_ovl route $line 2>"$WORK/error" || failed="$failed
$line: $(cat "$WORK/error")"
	# shellcheck disable=SC2086
	ovl --as ip route $line | sed 's/^ip/ip -n as_ip/' | sh || failed="$failed
as ip: $line"
done <"$WORK/lines"
check_equal 'each route that ip takes is taken' '' "$failed"
check_equal 'it makes what ip makes' "$(tables by_ip)" "$(tables by_ovl)"
check_equal 'and so do the commands it prints with --as ip' "$(tables by_ip)" "$(tables as_ip)"

# Telling
# Encapsulation is told as iproute2 7.1 does, in an object of its own.
for options in '-4' '-6' '-4 -d' '-6 -d'; do
	# shellcheck disable=SC2086
	check_equal "routes as JSON are as ip has them ($options)" \
		"$(ip -n by_ip -j $options route show table all | ordered)" \
		"$(ovl -n by_ip -j $options route show table all | ordered)"
done
check_equal 'without a table it is main, without a family IPv4' \
	"$(ip -n by_ip -j route | ordered)" "$(ovl -n by_ip -j route | ordered)"

# Filters leave out the keys they fix in ip, not here: the routes are the same.
routes() {
	# Before 6.5 ip's `dev` did not see the nexthops of a multipath route.
	jq -c 'map(select(.nexthops == null) | .dst) | sort'
}
cat >"$WORK/lines" <<'END'
-4 table local
-4 table 100
-4 table 70000
-4 dev v1
-4 dev v0 proto static
-4 proto kernel
-4 type blackhole
-4 scope link
-4 scope host table all
-4 via 10.0.0.2
-4 via 10.0.0.0/24
-4 src 10.0.0.1
-4 metric 50
-4 tos 0x10
-4 realms 5
-4 realms 3/
-4 realms 3/5
-4 realms 4/0
-4 realms 0 root 10.4/14
-4 realm 8
-4 realms 9/7
-4 cache
-4 table cache
-4 scope all table 100
-4 proto all table 100
-4 proto boot scope link type unicast dev v0
-4 root any
-4 match default
-4 from 10.0.0.0/8
-4 10.1.0.0/16
-4 exact 10.4.0.0/16
-4 root 10.4.0.0/16 table all
-4 root 10.4/14
-4 match 10.4.1.1
-4 match 10.4.1.1 table all
-4 default
-4 root 0/0
-6 table local
-6 dev v1
-6 root 2001:db8::/32 table all
-6 match 2001:db8:2::1
-6 type unreachable
-6 default
END
failed=
while read -r family filter; do
	# shellcheck disable=SC2086
	expected=$(ip -n by_ip -j "$family" route show $filter | routes)
	# shellcheck disable=SC2086
	actual=$(ovl -n by_ip -j "$family" route show $filter | routes)
	[ "$expected" = "$actual" ] || failed="$failed
$family $filter: $expected / $actual"
done <"$WORK/lines"
check_equal 'a filter chooses what it chooses in ip' '' "$failed"
check_equal 'dev chooses multipath routes by each nexthop' '["10.6.0.0/16","10.6.1.0/24"]' \
	"$(ovl -n by_ip -j route show dev v1 root 10.6.0.0/16 | jq -c 'map(.dst)')"
check_error 1 "link 'v0' is no vrf" 'vrf of what is none' ovl -n by_ip route show vrf v0
check_error 1 "there is no link 'v9'" 'vrf of a link that is not there' ovl -n by_ip route show vrf v9
check_equal 'vrf default is table main' "$(ip -n by_ip -j route | ordered)" \
	"$(ovl -n by_ip -j route show vrf default | ordered)"
check_prints 'a table that is not there is empty' '[]' ovl -n by_ip -j route show table 4711

# Encapsulation (the kernel may lack it)
if ip -n by_ip route add 10.20.0.0/16 dev v0 encap ip id 5 dst 10.0.0.9 ttl 64 tos 0x10 key \
	2>/dev/null; then
	check 'an encapsulation is made' ovl -n by_ovl route add 10.20.0.0/16 dev v0 encap ip id 5 \
		dst 10.0.0.9 ttl 64 tos 0x10 key
	check_equal 'as ip makes it' "$(ip -n by_ip -j route show 10.20.0.0/16)" \
		"$(ip -n by_ovl -j route show 10.20.0.0/16)"
	check_json 'and is told in an object' '[{"dst": "10.20.0.0/16", "encap": {"encap_type": "ip",
		"id": 5, "src": "0.0.0.0", "dst": "10.0.0.9", "ttl": 64, "tos": 16, "key": true},
		"dev": "v0", "scope": "link", "flags": []}]' \
		"$(ovl -n by_ovl -j route show 10.20.0.0/16)"
	check 'one of IPv6 too' ovl -n by_ovl route add 2001:db8:20::/48 dev v0 encap ip6 id 6 \
		dst 2001:db8::9 hoplimit 7
	check_contains 'with its own words' 'encap ip6 id 6 src :: dst 2001:db8::9 hoplimit 7' \
		"$(ovl -n by_ovl route show 2001:db8:20::/48)"
else
	skip 'encapsulation in routes: this kernel has none'
fi

# Lookups
for question in 10.1.2.3 127.0.0.1 10.0.0.255 10.2.2.2 '10.9.1.1 oif v0' 224.0.0.1 \
	'10.0.0.9 from 10.0.0.1' 'default' '10.6.0.1 ipproto tcp sport 5 dport 80' '10.0.0.9 uid 5' '10.0.0.9 mark 5' '10.10.1.1 tos 0x10' 2001:db8:1::5 ::1 \
	2001:db8::99 '2001:db8:7::1 from 2001:db8::1' 2001:db9::1; do
	# shellcheck disable=SC2086
	check_equal "get $question answers as ip has it" \
		"$(ip -n by_ip -j route get $question | ordered)" \
		"$(ovl -n by_ip -j route get $question | ordered)"
done
for question in 10.1.2.3 10.6.0.1 2001:db8:4::1; do
	check_equal "get $question fibmatch, too" \
		"$(ip -n by_ip -j route get fibmatch "$question" | ordered)" \
		"$(ovl -n by_ip -j route get "$question" fibmatch | ordered)"
done
ip netns add empty
check_error 2 "route to '10.1.1.1': kernel: Network is unreachable" \
	'a lookup that leads nowhere is refused' ovl -n empty route get 10.1.1.1
check_equal 'and prints nothing' '' "$(ovl -n empty -j route get 10.1.1.1 2>/dev/null)"

# For eyes
check_prints 'columns fit into 80' \
	'TO                  VIA            DEV       SRC            METRIC  PROTO   MORE
10.2.0.0/16                        v0        10.0.0.1       50      static
10.2.0.0/16         10.0.0.2       v0                       60      boot' \
	ovl -n by_ovl route show 10.2.0.0/16
check_prints 'what few routes have stands behind' \
	'TO                  VIA            DEV       SRC            METRIC  PROTO   MORE
10.6.0.0/16                                                         boot    nexthop via 10.0.0.3 dev v0 weight 3 nexthop via 10.0.1.4 dev v1 weight 1' \
	ovl -n by_ovl route show 10.6.0.0/16
check_prints '-o has each value in its field' \
	'10.4.2.0/24 - - - - boot global 100 prohibit - -
10.12.0.0/16 10.0.0.2 v0 - - boot global main unicast - mtu,lock,1400,window,4000,rtt,100ms,rttvar,25ms,rto_min,1s' \
	sh -c 'ovl -n by_ovl -o route show table 100 root 10/8; ovl -n by_ovl -o route show 10.12/16 |
		sed s/1000ms/1s/'
check_equal 'route -n is show' "$(ovl -n by_ovl route)" "$(ovl -n by_ovl route -n)"
check_equal '-A shows every namespace' '["as_ip","by_ip","by_ovl"]' \
	"$(ovl -A -j route show dev v1 proto kernel | jq -c 'map(.netns) | unique')"

# Plans
plan() {
	ovl -n by_ovl --dry-run route "$@"
}
check_prints 'a dry run names what was asked for' '+ route 10.1.0.0/16 dev v0 mtu lock 1400' \
	plan add 10.1.0.0/16 mtu lock 1400 dev v0
check_prints 'default is of the family of its gateway' '+ route ::/0 via fe80::1 dev v0' \
	plan add default via fe80::1 dev v0
check_prints 'or of -6' 'ip -6 route add default dev v0' ovl -6 --as ip route add default dev v0
check_prints 'a delete has no more than its words' '- route 10.1.0.0/16 proto static' \
	plan d 10.1.0.0/16 proto static

# Mistakes
mistake() {
	check_error 1 "$1" "$2" ovl -n by_ovl route add $3
}
mistake 'a route needs a PREFIX' 'a prefix is needed' ''
mistake "'viaa' is not known here (did you mean 'via'?)" 'a word that is not known' \
	'10.1.0.0/16 viaa 10.0.0.2'
mistake "'via' is given twice" 'two gateways' '10.1.0.0/16 via 10.0.0.2 via 10.0.0.3'
mistake "'metric' is given twice" 'a doubled word' '10.1.0.0/16 dev v0 metric 1 metric 2'
mistake "'mtu' is given twice" 'a doubled metric' '10.1.0.0/16 dev v0 mtu 1400 mtu 1500'
mistake 'via: an IPv6 address in an IPv4 route' 'a gateway of another family unasked' \
	'10.1.0.0/16 via fe80::1'
mistake "via: '10.0.0.2' is no IPv6 address" 'a gateway of another family than said' \
	'10.1.0.0/16 via inet6 10.0.0.2'
mistake "there is no link 'nope'" 'a link that is not there' '10.1.0.0/16 dev nope'
mistake "table: a route is in one table, not in 'all'" 'table all' '10.1.0.0/16 dev v0 table all'
mistake "weight: '300' is not 1-256" 'a weight' '10.1.0.0/16 nexthop via 10.0.0.2 weight 300'
mistake "behind 'nexthop'" 'an empty nexthop' '10.1.0.0/16 nexthop'
mistake "realms: 'x/1' is no realm" 'a realm' '10.1.0.0/16 dev v0 realms x/1'
mistake 'realms: IPv6 has none' 'realms of IPv6' '2001:db8:9::/48 dev v0 realms 5'
mistake "rtt: '5h' is no time" 'a time' '10.1.0.0/16 dev v0 rtt 5h'
mistake "'mark' is a word of 'route get'" 'a word of get' '10.1.0.0/16 dev v0 mark 5'
mistake "'10.2.0.0/16': the route has a PREFIX already" 'two prefixes' '10.1.0.0/16 10.2.0.0/16'
mistake "encap: 'mpls' is not known" 'an encapsulation' '10.1.0.0/16 encap mpls 5'
mistake 'to: the length of' 'a length' '10.1.0.0/33'
check_error 1 'no IPv6 prefix' '-6 and an IPv4 prefix' ovl -n by_ovl -6 route add 10.1.0.0/16 dev v0
check_error 2 'kernel: Nexthop has invalid gateway' 'the kernel speaks last' \
	ovl -n by_ovl route add 10.99.0.0/16 via 192.0.2.9

# What is there already, what is gone already
check 'the same again is fine with -i' ovl -n by_ovl -i route add 10.2.0.0/16 dev v0 metric 50 \
	proto static
check 'also when a longer prefix covers its first address' sh -c \
	'ovl -n by_ovl route add 10.4.0.0/32 dev v0 && ovl -n by_ovl -i route add blackhole 10.4.0.0/16'
check 'also with nexthops' ovl -n by_ovl -i route add 10.6.0.0/16 nexthop via 10.0.0.3 weight 3 \
	nexthop via 10.0.1.4
check_error 2 'File exists' 'other nexthops are not the same' ovl -n by_ovl -i route add \
	10.6.0.0/16 nexthop via 10.0.0.3 weight 2 nexthop via 10.0.1.4
check_error 2 'proto is static, not bgp: kernel: File exists' 'another protocol is not the same' ovl -n by_ovl -i route add \
	10.2.0.0/16 dev v0 metric 50 proto bgp
check_error 2 'File exists' 'without -i it is refused' ovl -n by_ovl route add 10.2.0.0/16 dev v0 \
	metric 50
check_error 2 'there is no such route' 'what is gone is refused' ovl -n by_ovl route del 10.77.0.0/16
check 'but not with -i' ovl -n by_ovl -i route del 10.77.0.0/16

# Flush
check_error 1 'a flush needs words' 'a bare flush is refused' ovl -n by_ovl route flush
check_error 1 "'route' has no verb 'flus'" 'and never abbreviated' ovl -n by_ovl route flus dev v0
ovl -n by_ip route flush table 4711 || not_ok 'a flush of nothing succeeds'
ip -n by_ip route del 10.20.0.0/16 2>/dev/null
ovl -n by_ovl route del 10.20.0.0/16 2>/dev/null
ovl -n by_ovl route del 2001:db8:20::/48 2>/dev/null
ovl -n by_ovl route del 10.4.0.0/32
before=$(tables by_ovl)
check_contains 'a dry run of a flush names each route' '- route blackhole 10.4.0.0/16 proto boot' \
	"$(ovl -n by_ovl --dry-run route flush root 10.4/14)"
check_equal 'and removes none' "$before" "$(tables by_ovl)"
for filter in 'realms 3/5' 'root 10.4/14' 'dev v1 proto boot' 'table 100' 'via 10.0.0.2' 'type prohibit table all' \
	'table all proto static' 'table main proto boot' 'table main'; do
	# shellcheck disable=SC2086
	ip -n by_ip -4 route flush $filter 2>/dev/null
	# shellcheck disable=SC2086
	ovl -n by_ovl -4 route flush $filter || echo "# flush $filter: exit $?"
	check_equal "flush $filter removes what ip removes" "$(tables by_ip)" "$(tables by_ovl)"
done
for filter in 'via 2001:db8::2' 'table 100' 'root 2001:db8::/32 proto boot' 'table all proto boot' \
	'table main'; do
	# shellcheck disable=SC2086
	ip -n by_ip -6 route flush $filter 2>/dev/null
	# shellcheck disable=SC2086
	ovl -n by_ovl -6 route flush $filter || echo "# flush $filter: exit $?"
	check_equal "-6 flush $filter removes what ip removes" "$(tables by_ip)" "$(tables by_ovl)"
done
if [ -w /proc/sys/net/ipv4/route/flush ]; then
	check 'flush cache is taken' ovl -n by_ovl route flush cache
else
	skip 'flush cache: /proc/sys may not be written'
fi

# Many
awk 'BEGIN { for (i = 0; i < 20000; i++)
	printf "route add 10.%d.%d.%d/32 dev v0 proto static\n", 100 + i / 65536, i / 256 % 256, i % 256
}' >"$WORK/batch"
check 'a batch of 20000 routes is taken' ovl -n by_ovl -b "$WORK/batch"
check_equal 'and they are there' 20000 "$(ip -n by_ovl route show proto static | wc -l)"
check 'again with -i' ovl -n by_ovl -i -b "$WORK/batch"
check 'and go in a flush' ovl -n by_ovl route flush proto static
check_equal 'all of them' 0 "$(ip -n by_ovl route show proto static | wc -l)"

# --- One of many with many nexthops: what was found stays what it is while the rest is read (ASan)
hops() {
	for i in $(seq 2 "$1"); do printf ' nexthop via 10.0.%d.%d dev many0' "$2" "$i"; done
}
ip link add many0 type ifb
ip link set many0 up
ip addr add 10.0.0.1/16 dev many0
# shellcheck disable=SC2046 # words
{
	ip route add 10.201.0.0/16 $(hops 3 0)
	for k in 1 2 3; do
		ip route add "10.20$((k + 1)).0.0/16" $(hops 60 "$k")
		ip route add 10.201.0.0/16 metric "$k" $(hops 60 "$k")
	done
	check '-i add of a route with nexthops that is there' ovl -i route add 10.201.0.0/16 $(hops 3 0)
	check_error 2 'File exists' 'of one that leads elsewhere' ovl -i route add 10.201.0.0/16 $(hops 3 1)
}
