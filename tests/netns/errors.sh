#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Mistakes of every kind, made out of what the help says: each exits with 1, names the word, and
# changes nothing. Then what the kernel refuses: exit 2, in the kernel's own words.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq

# IPv6 would go on changing for a while by itself.
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
ip link add e0 type veth peer name e1
ip link set e0 up && ip link set e1 up
ip link add ebr up type bridge
ip link set e0 master ebr
check 'the bridge is up' wait_for sh -c 'ip link show ebr | grep -q "state UP"'
ip link add evx up type vxlan id 42 dstport 4789 local 10.0.0.1
ip link add evf up type vxlan external dstport 4790
ip link add evn up type vxlan external vnifilter dstport 4791 2>/dev/null
ip addr add 10.0.0.1/24 dev e1
ip netns add en

everything() {
	{
		ip -d link
		ip addr
		ip route show table all
		ip neigh show nud permanent
		bridge fdb show | grep -e permanent -e static | grep -v '^\(33:33\|01:00:5e\)'
		ip netns
	} | sed 's/[a-z_]*timer *[0-9.]*//g'
}
# wrong SENTENCE TEXT WORDS…: exit 1, and TEXT is in the one line that is said.
wrong() {
	wrong_sentence=$1 wrong_text=$2
	shift 2
	timeout 20 ovl "$@" >"$WORK/.output" 2>"$WORK/.error"
	wrong_status=$?
	if [ "$wrong_status" != 1 ] || [ "$(wc -l <"$WORK/.error")" != 1 ] ||
		! grep -qFe "$wrong_text" "$WORK/.error"; then
		check_show "$wrong_sentence: ovl $*: exit $wrong_status; expected 1 and '$wrong_text'"
		check_show "$(cat "$WORK/.error")" '  '
		wrong_count=$((wrong_count + 1))
	fi
	wrong_tries=$((wrong_tries + 1))
}
wrong_tries=0 wrong_count=0
# wrong_end SENTENCE: what the tries since the last one came to.
wrong_end() {
	check_equal "$1 ($wrong_tries tries)" 0 "$wrong_count"
	[ "$wrong_tries" -gt 0 ] || not_ok "$1: nothing was tried"
	wrong_tries=0 wrong_count=0
}
before=$(everything)

# Lines that are right, one a kind of change; a blank word in front of what may be given twice.
lines='link add x type ifb| mtu 1400 mtu 1500
link add x type macvlan| link e1 link e0
link set e1 mtu 1400| mtu 1400
link set e1 up| up
link set e1 name x| name y
link set e0 nomaster| nomaster master ebr
link del e1|
veth add x peer name y| peer name z
veth set e1 mtu 1400| mtu 1400
veth del e1|
bridge add x stp_state on| stp_state off
bridge set ebr stp_state on| stp_state on
bridge del ebr|
bridge port set e0 cost 5| cost 5
vxlan add x id 7 dstport 4789| id 8
vxlan set evx learning off| learning off
vxlan del evx|
vxlan remote add evx 10.0.0.9| 10.0.0.8
vxlan remote del evx 10.0.0.9| 10.0.0.8
addr add 10.2.0.1/24 dev e1| dev e1
addr replace 10.2.0.1/24 dev e1| 10.2.0.2/24
addr change 10.2.0.1/24 dev e1| dev e1
addr del 10.2.0.1/24 dev e1| dev e1
fdb add 02:00:00:00:00:01 dev evx dst 10.0.0.2| dst 10.0.0.3
fdb append 00:00:00:00:00:00 dev evx dst 10.0.0.2| dst 10.0.0.3
fdb replace 02:00:00:00:00:01 dev e0 master vlan 5| vlan 6
fdb del 02:00:00:00:00:01 dev evx| dev evx
fdb get 02:00:00:00:00:01 dev evx| dev evx
arp add 10.0.0.3 lladdr 02:00:00:00:00:01 dev e1| dev e1
arp replace 10.0.0.3 lladdr 02:00:00:00:00:01 dev e1| lladdr 02:00:00:00:00:01
arp change 10.0.0.3 lladdr 02:00:00:00:00:01 dev e1| dev e1
arp del 10.0.0.3 dev e1| dev e1
arp get 10.0.0.3 dev e1| dev e1
route add 10.6.0.0/16 dev e1| dev e1
route append 10.6.0.0/16 via 10.0.0.9| via 10.0.0.9
route replace 10.6.0.0/16 dev e1 metric 5| metric 5
route change 10.6.0.0/16 dev e1| dev e1
route del 10.6.0.0/16 dev e1| dev e1
route get 10.0.0.9| oif e1 oif e1
netns set en 5| 6
netns attach x 1| 2'

# --- names are looked up, though nothing is sent
while read -r line; do
	# shellcheck disable=SC2086 # words
	wrong 'a dry run looks up names' nonex --dry-run $line
done <<'END'
addr add 10.9.0.1/24 dev nonex
route add 10.9.0.0/24 dev nonex
link set e1 master nonex
link set e1 netns nonex
netns del nonex
END

# --- a word that is not known, one given twice, a value that is missing
while IFS='|' read -r line twice; do
	# shellcheck disable=SC2086 # words are split
	set -- $line
	case $line in
	*get*) ;;
	*) check "ovl $line is right" ovl --dry-run "$@" ;;
	esac
	wrong unknown "'frobnicate'" "$@" frobnicate
	wrong unknown "'mtu=5'" "$@" mtu=5
	# shellcheck disable=SC2086
	[ -z "$twice" ] || wrong twice "'" "$@" $twice
	# Without its last word, where that is a value.
	case $line in
	*' '*' '*' '*[0-9] | *'name x' | *' id 7')
		last=''
		short=''
		for word in "$@"; do
			short="$short $last"
			last=$word
		done
		case $line in
		'netns set en 5' | 'netns attach x 1' | 'link del'* | *remote*) ;;
		*)
			# shellcheck disable=SC2086
			wrong missing "'" $short
			;;
		esac
		;;
	esac
	# A device that is not there, and one whose name cannot be.
	case $line in
	*\ e[01]* | *\ evx* | *\ ebr*)
		for name in nosuchdev "$(printf '%0128d' 0)"; do
			# shellcheck disable=SC2046
			wrong device "'$name'" $(printf %s "$line" |
				sed "s/ \(e0\|e1\|evx\|ebr\)\( \|\$\)/ $name\2/g")
		done
		;;
	esac
	# An abbreviation that does not exist.
	wrong verb "'${2}x'" "$1" "${2}x"
done <<END
$lines
END
wrong_end 'mistakes in lines that were right'
check_equal 'and nothing has changed' "$before" "$(everything)"

# --- every option of the help: without a value, with nonsense, out of range, spelled wrong
# options TABLE WORDS…: the options of one table in the help of these words, and their values.
options() {
	options_table=$1
	shift
	ovl "$@" help | awk -v head="Options of $options_table:" '/^Options of / { on = $0 == head; next }
		/^[^ ]/ { on = 0 } on && /^  [a-z0-9_]+( |$)/ { print $1, $2 }'
}
# try_options TABLE HELP WORDS…: mistakes in each option of a table, behind the words.
try_options() {
	try_table=$1 try_help=$2
	shift 2
	# shellcheck disable=SC2086
	options "$try_table" $try_help >"$WORK/options"
	check "the help of '$try_help' lists options of $try_table" test -s "$WORK/options"
	while read -r word value; do
		case " $* $word " in
		*" $word $word "* | *" $word "*" $word "*) continue ;;
		esac
		case $value in
		[A-Z]* | '{'* | [0-9]* | '['*) ;;
		*) continue ;; # stands alone
		esac
		case $word in
		# Said to be in other ways than WORD VALUE, or whatever text one likes.
		encap | nexthop | peer | name | features | via | lock | to) continue ;;
		esac
		case $value in
		'{on|off}') ;; # the word alone may mean on
		*) wrong "$word without a value" "$word" "$@" "$word" ;;
		esac
		case $word in
		alias | label | altname | congctl) continue ;; # any text
		esac
		wrong "$word with nonsense" "'@@'" "$@" "$word" @@
		case $value in
		*-[0-9]*)
			high=$(printf %s "$value" | sed 's/[^0-9]*[0-9]*-\([0-9]*\).*/\1/')
			wrong "$word out of range" "$((high + 1))" "$@" "$word" $((high + 1))
			;;
		esac
		wrong "$word far out of range" "99999999999999999999" "$@" "$word" 99999999999999999999
		wrong "$word spelled wrong" "'x$word'" "$@" "x$word"
	done <"$WORK/options"
	wrong_end "mistakes in each option of $try_table with '$try_help'"
}
try_options link 'link set' link set e1
try_options bridge_slave 'bridge port' link set e0 type bridge_slave
try_options bridge_slave 'bridge port' bridge port set e0
try_options link 'veth add' veth add x
try_options bridge 'bridge add' bridge set ebr
try_options bridge 'bridge add' bridge add x
try_options vxlan 'vxlan add' -q vxlan add x id 9
try_options vxlan 'vxlan add' -q link add x type vxlan id 9
try_options addr 'addr add' addr add 10.2.0.1/24 dev e1
try_options fdb 'fdb add' fdb add 02:00:00:00:00:01 dev evx
try_options arp 'arp add' arp add 10.0.0.3 dev e1
try_options route 'route add' route add 10.6.0.0/16
check_equal 'and nothing has changed' "$before" "$(everything)"

# --- every object and verb of the help that is about what is in the kernel
for object in $(ovl help | awk '/^Objects:/ { on = 1; next } /^[^ ]/ { on = 0 } on && /^  [a-z]/ { print $1 }'); do
	wrong object "'${object}x'" "${object}x"
	# What has no verbs is about files.
	! ovl "$object" help | head -n1 | grep -qE 'ovl [a-z]+ [^a-z]' || continue
	[ "$object" != sandbox ] || continue # tests/netns/sandbox.sh
	wrong verb "'frobnicate'" "$object" frobnicate
	wrong verb "''" "$object" ''
	for verb in $(ovl "$object" help | sed -n 's/^.* ovl [a-z]* \([a-z]*\) .*/\1/p' | sort -u); do
		case $object-$verb in
		monitor-* | *-show | netns-identify) continue ;;
		bridge-fdb | bridge-vni) continue ;;
		bridge-port) continue ;; # alone, it shows
		vxlan-remote | vxlan-vni) continue ;;
		esac
		case $object-$verb in
		netns-exec)
			check_fails 125 "ovl $object $verb alone runs nothing" ovl "$object" "$verb"
			continue
			;;
		esac
		wrong nothing "" "$object" "$verb"
	done
done
wrong_end 'objects and verbs without what they need'

# --- names
for name in abcdefghijklmnop a/b a:b a%d 'a b' . .. "$(printf 'a\tb')"; do
	wrong name "'$(printf %s "$name" | sed 's/\t/\\x09/')'" link add "$name" type ifb
	wrong name "'$(printf %s "$name" | sed 's/\t/\\x09/')'" veth add x peer name "$name"
	wrong name "'$(printf %s "$name" | sed 's/\t/\\x09/')'" link set e1 name "$name"
done
wrong_end 'names that no link may have'
for words in '-n nosuchns link show' '-n a/b link show' 'link set e1 netns nosuchns' \
	'veth add x netns nosuchns' 'veth add x peer netns nosuchns' 'netns del nosuchns' \
	'netns pids nosuchns' 'netns set nosuchns 5' 'netns set en -5' 'netns set en 99999999999' \
	'netns attach x 0' 'netns attach x nobody' 'netns identify nobody' '-n pid:99999999 link' \
	'-n pid:0 link' 'link set e1 netns pid:x'; do
	# shellcheck disable=SC2086
	wrong netns "'" $words
done
wrong_end 'namespaces that are not there'

# --- what does not go together, or with this
while IFS='|' read -r text line; do
	# shellcheck disable=SC2086
	wrong sense "$text" $line
done <<'END'
is no veth|veth set ebr up
is no bridge|bridge addif e1 e0
is no vxlan|vxlan remote add e1 10.0.0.1
is no port|bridge delif ebr e1
is no port|bridge port set e1 cost 5
has no vni filter|vxlan vni add evf 5
no address of a VTEP|vxlan remote add evx 239.0.0.1
no address of a VTEP|vxlan remote add evx 0.0.0.0
goes with type veth|link add x type ifb peer name y
nomaster|link set e0 master ebr nomaster
different families|addr add 10.0.0.1 peer fd00::1 dev e1
IPv6 has none|addr add fd00::1/64 brd + dev e1
longer than|addr add 10.2.0.1/24 dev e1 valid_lft 5 preferred_lft 9
excludes|fdb add 02:00:00:00:00:01 dev evx nhid 5 dst 10.0.0.1
needs 'lladdr|arp add 10.0.0.3 dev e1
flush needs|addr flush
flush needs|arp flush
is needed|fdb flush
--all-netns|-A link del e1
takes no value|--json=1 link
no option|--jsonn link
no option|link --frob
needs a value|-n
needs a value|link --netns
expected|-f ipx link
expected|--as json link del e1
END
wrong_end 'what makes no sense'
check_equal 'and nothing has changed' "$before" "$(everything)"

# --- the nearest word
while IFS='|' read -r near line; do
	# shellcheck disable=SC2086
	wrong near "did you mean '$near'?" $line
done <<'END'
bridge|brigde show
show|link shwo
master|link set e0 mastr ebr
isolated|bridge port set e0 isolatd on
learning|vxlan set evx lerning off
vxlan|link add x type vxlna id 5
permanent|arp add 10.0.0.3 lladdr 02:00:00:00:00:01 dev e1 nud permament
extern_learn|fdb add 02:00:00:00:00:01 dev e0 master extern_lern
metric|route add 10.6.0.0/16 dev e1 metrc 5
en|-n em link show
json|--jsn link
END
wrong_end 'a word that is nearly right'

# --- refusals: exit 2, the kernel's sentence, the object's name; nothing is left
# refused SENTENCE NAME IP_COMMAND… -- OVL_WORDS…: both are refused with the same sentence.
refused() {
	refused_what=$1 refused_name=$2
	shift 2
	refused_ip=
	while [ "$1" != -- ]; do
		refused_ip="$refused_ip $1"
		shift
	done
	shift
	refused_before=$(everything)
	# shellcheck disable=SC2086
	refused_sentence=$($refused_ip 2>&1 | sed -n 's/^Error: \(.*\)\.$/\1/p; s/^RTNETLINK answers: //p' | head -n1)
	check_error 2 "kernel: $refused_sentence" "$refused_what" ovl "$@"
	check_contains '... which is told of the object' "$refused_name" "$OUTPUT"
	check_equal '... in one line' 1 "$(printf '%s\n' "$OUTPUT" | wc -l)"
	check_equal '... and leaves nothing' "$refused_before" "$(everything)"
}
refused 'a link that exists' "'e1'" ip link add e1 type ifb -- link add e1 type ifb
refused 'a mtu the device does not take' "'e1'" ip link set e1 mtu 65536 -- link set e1 mtu 65536
refused 'an address that exists' "'10.0.0.1/24" ip addr add 10.0.0.1/24 dev e1 -- \
	addr add 10.0.0.1/24 dev e1
refused 'an address that is not there' "'10.9.9.9/24" ip addr del 10.9.9.9/24 dev e1 -- \
	addr del 10.9.9.9/24 dev e1
refused 'a router nobody can reach' "'10.6.0.0/16" ip route add 10.6.0.0/16 via 192.0.2.1 -- \
	route add 10.6.0.0/16 via 192.0.2.1
refused 'a route that exists' "'10.0.0.0/24" ip route add 10.0.0.0/24 dev e1 scope link src 10.0.0.1 proto kernel -- \
	route add 10.0.0.0/24 dev e1 scope link src 10.0.0.1 proto kernel
refused 'a route that is not there' "'10.6.0.0/16" ip route del 10.6.0.0/16 dev e1 -- \
	route del 10.6.0.0/16 dev e1
refused 'an fdb entry that is not there' "02:00:00:00:00:09" \
	bridge fdb del 02:00:00:00:00:09 dev evx -- fdb del 02:00:00:00:00:09 dev evx
refused 'a bridge in a bridge' "'ebr'" ip link set ebr master ebr -- link set ebr master ebr
ip netns set en 77
ip netns add eo
refused 'an id that is taken' "netns 'eo'" ip netns set eo 77 -- netns set eo 77
ip netns del eo
ip neigh add 10.0.0.7 lladdr 02:00:00:00:00:07 dev e1
refused 'a neighbour that exists' "'10.0.0.7 dev e1'" \
	ip neigh add 10.0.0.7 lladdr 02:00:00:00:00:07 dev e1 -- \
	arp add 10.0.0.7 lladdr 02:00:00:00:00:07 dev e1
refused 'a neighbour that is not there' "'10.0.0.6 dev e1'" ip neigh del 10.0.0.6 dev e1 -- \
	arp del 10.0.0.6 dev e1
bridge fdb add 02:00:00:00:00:08 dev evx dst 10.0.0.2
refused 'an fdb entry that exists' '02:00:00:00:00:08' \
	bridge fdb add 02:00:00:00:00:08 dev evx dst 10.0.0.3 -- \
	fdb add 02:00:00:00:00:08 dev evx dst 10.0.0.3
refused 'a VNI that is taken' "is taken by 'evx'" \
	ip link add x type vxlan id 42 dstport 4789 local 10.0.0.1 -- \
	vxlan add x id 42 dstport 4789 local 10.0.0.1
if kernel_has dummy; then
	skip 'this kernel has dummy: what is said where it is missing'
else
	check_error 2 "(this kernel has no 'dummy')" 'a kind the kernel does not have is named' \
		ovl link add x type dummy
fi

check_fails 2 'IPv6 on a link that has none is refused' ovl addr add fd00::1/64 dev e1
check_lacks 'and no right is missing' 'CAP_NET_ADMIN' "$OUTPUT"

# Of several steps the first ones are taken back when a later one is refused.
refused 'a pair whose address cannot be' 'addr' true -- veth add x up addr 10.6.0.1/24 \
	peer y addr 10.6.0.1/24 addr ff02::1/64
refused 'a link whose alias is fine and whose address is not' 'addr' true -- \
	link add x alias text type ifb addr 10.6.0.1/24 addr ff02::1/64
refused 'a new name whose link cannot go on' "'e1'" true -- link set e1 name x mtu 70000
