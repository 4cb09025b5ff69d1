#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What ovl promises when something goes wrong: lost answers, torn lists, closed or full outputs,
# hostile names, callers without rights. Faults are injected with strace(1) where it may trace.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq timeout

escape=$(printf '\033')
ovl=$(command -v ovl)

# No byte that a terminal obeys, but newlines: C0, DEL, C1 in UTF-8, bidi, what is no UTF-8.
is_harmless() {
	LC_ALL=C tr -d '\n\040-\176\200-\377' <"$1" | cmp -s - /dev/null &&
		! LC_ALL=C grep -q "$(printf '\302[\200-\237]\|\342\200[\216-\217\252-\256]')" "$1" &&
		iconv -f UTF-8 -t UTF-8 "$1" >/dev/null 2>&1
}
harmless() {
	harmless_what=$1
	shift
	timeout 20 "$@" >"$WORK/seen" 2>&1
	if is_harmless "$WORK/seen"; then
		ok "$harmless_what"
	else
		check_show "$(cat -v "$WORK/seen" | head -n 20)" '  '
		not_ok "$harmless_what"
	fi
}
can_trace() {
	strace -o /dev/null -e trace=none true 2>/dev/null
}
# The leak sanitizer cannot work in a process that is traced.
traced() {
	ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" timeout 30 strace -f -o "$WORK/trace" "$@"
}
has_link() {
	ip link show dev "$1" >/dev/null 2>&1
}

# IPv6 would go on changing for a while by itself.
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
ip link add s0 type veth peer name s1
ip link set s0 up && ip link set s1 up
ip link add sbr up type bridge
ip link set s0 master sbr
ip link add svx up type vxlan id 42 dstport 4789 local 10.0.0.1
ip addr add 10.0.0.1/24 dev s1
ip netns add sn
wait_for sh -c 'ip link show sbr | grep -q "state UP"'

# --- P14: an output that cannot be written is a failure
for words in 'link show' '-j link show' 'fdb show' 'route show table all' help \
	'link help' '-V' '--as ip link del s0' '--dry-run link del s0' 'netns show'; do
	# shellcheck disable=SC2086 # words are split
	"$ovl" $words >/dev/full 2>"$WORK/.error"
	check_equal "a full disk fails 'ovl $words'" 2 $?
	# shellcheck disable=SC2086
	"$ovl" $words >&- 2>"$WORK/.error"
	check_equal 'and so does a closed stdout' 2 $?
done
check_contains 'the error says so' 'cannot write' "$(cat "$WORK/.error")"
check_equal 'a pipe nobody reads ends a long list' 2 "$(
	{ ovl -d link show 2>/dev/null; echo $? >&3; } 3>"$WORK/status" | true
	# Either all of it fitted into the pipe before that closed, or the write failed.
	sed 's/^0$/2/' "$WORK/status")"

# --- rule 10: descriptors
"$ovl" link add d9 type ifb <&- >&- 2>&-
check_equal 'with 0, 1 and 2 closed a change is made' 0 $?
check 'and nothing was written into a socket' has_link d9
"$ovl" -v link set d9 mtu 1400 <&- 2>&-
check_equal 'also when it has something to tell' 1400 "$(ip -j link show d9 | jq '.[0].mtu')"
ip link del d9
# shellcheck disable=SC2016
check_equal 'netns exec hands on 0, 1 and 2 and nothing else' '0 1 2' "$(
	ovl netns exec sn sh -c 'ls /proc/$$/fd; true' 8</dev/null 9</dev/null | paste -sd' '
)"
check_prints 'netns exec leaves SIGPIPE as it was' 'y' sh -c 'ovl netns exec sn sh -c "yes | head -n1"'

# --- rule 3: an index that was given to another link harms nobody
ip link add gone type ifb
index=$(ip -j link show gone | jq '.[0].ifindex')
ip link del gone
ip link add innocent index "$index" type ifb
check_error 1 "there is no link 'gone'" 'a link that is gone is not another one' ovl link del gone
check 'the one with its index is still there' has_link innocent
ip link del innocent

# --- rule 8: many at once
umount /run/netns 2>/dev/null
for i in $(seq 20); do
	ovl netns add "many$i" 2>"$WORK/many$i" &
done
wait
check_equal 'namespaces made at once are all made' 20 "$(ovl -j netns show | jq '[.[] | select(.name | startswith("many"))] | length')"
check_equal 'under one mount' 1 "$(grep -c ' /run/netns ' /proc/self/mountinfo)"
check_equal 'without an error' '' "$(cat "$WORK"/many*)"
# shellcheck disable=SC2046
check 'and go at once' ovl netns del $(seq -f 'many%g' 20)

# --- P11, rule 11: hostile names
bad=$(printf 'a\033[31m')
ip link add "$bad" type ifb 2>/dev/null || bad=$(printf 'a\302\233')
has_link "$bad" || ip link add "$bad" type ifb
ip link set "$bad" up
ip link set "$bad" alias "$(printf 'x\033]0;t\007\n\302\2331m\342\200\256\377\\')"
ip link property add dev "$bad" altname "$(printf 'b\033[2J"\\')"
ip link set "$bad" master sbr
ip addr add 10.7.7.1/24 dev "$bad" label "$bad:x" 2>/dev/null
ip neigh add 10.7.7.2 lladdr 02:00:00:00:00:02 dev "$bad"
bridge fdb add 02:00:00:00:00:03 dev "$bad" master static
ip route add 10.8.8.0/24 dev "$bad"
ip netns add "$(printf 'n\033[1m\302\233')"
ip link add hv type veth peer name "$(printf 'p\033[1m')" netns "$(printf 'n\033[1m\302\233')"
for words in 'link show' '-d -s link show' '-o -d link show' '-br link show' 'veth show' 'bridge show' \
	'bridge port show' 'addr show' '-A addr show' '-A link show' 'fdb show' 'arp show' 'route show' \
	'route show table all' 'netns show' 'route get 10.8.8.1' '-o netns show' '-A fdb show' \
	'-v link show'; do
	# shellcheck disable=SC2086
	harmless "'$words' moves no terminal" ovl $words
	case $words in
	-o* | -v* | -br*) continue ;;
	esac
	# shellcheck disable=SC2086
	check "and its JSON is valid" sh -c "ovl -j -d -s $words | jq -e . && ovl -j -p $words | jq -e ."
done
for words in "link show x$bad" "link set $bad mtu 1" "link set $bad frob$bad" "-n x$bad link" \
	"netns del x$bad" "netns add $bad" "--as ip link del $bad" "--dry-run link del $bad" \
	"addr add 1.2.3.4/$bad dev $bad" "x$bad" "--x$bad" "link x$bad" "-b x$bad" \
	"-i addr add 10.7.7.1/24 dev $bad" "addr add 10.7.7.1/24 dev $bad" "-A netns exec true"; do
	# shellcheck disable=SC2086
	harmless "nor does what 'ovl $(printf %s "$words" | tr -d "$escape")' says" ovl $words
done
printf 'link show x%s\nfrob%s\n' "$bad" "$bad" >"$WORK/batch$bad"
harmless 'nor do a batch and its name' ovl --force -b "$WORK/batch$bad"
ovl --as ip link del "$bad" >"$WORK/sh"
check 'what --as ip prints is a command that works' sh -e "$WORK/sh"
check_fails 1 'on just that link' has_link "$bad"
for name in "$bad" "$(printf 'a\001b')" 'a%d' 'a b' 'a/b' 0123456789abcdef; do
	check_fails 1 "no new link is called '$(printf %s "$name" | tr -d '\033\001')'" \
		ovl link add "$name" type ifb
	check_fails 1 'nor renamed so' ovl link set s1 name "$name"
done

# --- P5: what only shows sends nothing that changes
shows='link show
-A -d -s link show
veth show
bridge show
bridge port show
vxlan show
vxlan remote show svx
-d addr show
fdb show
fdb show br sbr
arp show
route show table all
-6 route show
route get 10.0.0.9
netns show
netns pids sn
netns identify
help'
changes='link add x1 type ifb
link set s0 mtu 1400
link del s0
veth add x1 peer x2
veth add x1
bridge add x1
bridge addif sbr s1
bridge delif sbr s0
vxlan add x1 id 5
vxlan remote add svx 10.0.0.2
addr add 10.0.0.2/24 dev s1
addr flush dev s1
fdb add 02:00:00:00:00:05 dev svx dst 10.0.0.2
fdb flush dev svx
arp add 10.0.0.3 lladdr 02:00:00:00:00:03 dev s1
arp flush dev s1 nud all
route add 10.9.0.0/16 dev s1
route flush dev s1
netns add x1
netns set sn 77
netns del sn'
# Messages by their numbers, as ovl tells them: of four types the third asks.
changing_messages() {
	ovl -v "$@" 2>&1 >/dev/null | sed -n 's/^-> [0-9]*: type \([0-9]*\) .*/\1/p' | awk '$1 % 4 != 2' |
		paste -sd' '
}
traced_messages() {
	traced -e trace=sendto,sendmsg,mount,umount2,unshare,unlink,unlinkat "$ovl" "$@" \
		>/dev/null 2>&1
	grep -oE 'RTM_(NEW|DEL|SET)[A-Z]*|(u?mount2?|unlink|unlinkat|unshare)\(' "$WORK/trace" |
		paste -sd' '
}
everything() {
	{
		ip -d link
		ip addr
		ip route show table all
		ip neigh
		bridge fdb
		ls /run/netns
	} | sed 's/[a-z_]*timer *[0-9.]*//g'
}
before=$(everything)
while read -r words; do
	# shellcheck disable=SC2086
	check_equal "'$words' sends no change" '' "$(changing_messages $words)"
	# shellcheck disable=SC2086
	! can_trace || check_equal '... and strace sees none' '' "$(traced_messages $words)"
done <<END
$shows
END
while read -r words; do
	for option in --dry-run '--as ip'; do
		# shellcheck disable=SC2086
		check_equal "'$option $words' sends no change" '' "$(changing_messages $option $words)"
		# shellcheck disable=SC2086
		! can_trace || check_equal '... and strace sees none' '' \
			"$(traced_messages $option $words)"
	done
done <<END
$changes
END
check_equal 'nothing has changed' "$before" "$(everything)"
can_trace || skip 'strace may not trace here: what is sent is told by ovl -v alone'

# --- P8: lists of what changes meanwhile are complete, or said not to be
for i in $(seq 60); do
	echo "link add f$i type ifb"
done | ip -batch -
(
	while :; do
		ip link add c0 type ifb
		ip addr add 10.1.1.1/32 dev lo
		ip addr del 10.1.1.1/32 dev lo
		ip link del c0
	done 2>/dev/null
) &
churn=$!
wrong=0 whole=0
for turn in $(seq 60); do
	for words in 'link show' 'addr show' 'bridge show'; do
		# shellcheck disable=SC2086
		if ovl -j $words >"$WORK/listed" 2>"$WORK/listed.error"; then
			whole=$((whole + 1))
			case $words in
			bridge*) [ "$(jq -r '.[].ifname' "$WORK/listed")" = sbr ] ;;
			*) [ "$(jq -r '.[].ifname' "$WORK/listed" | grep -cxE 'lo|s0|s1|sbr|svx|f[0-9]*')" = 65 ] ;;
			esac || wrong=$((wrong + 1))
		else
			grep -q 'table changed while it was read' "$WORK/listed.error" ||
				wrong=$((wrong + 1))
		fi
	done
done
check_show "$whole of $((turn * 3)) were whole at once or after a while"
check_equal 'a list under change has everything that stays, or fails with a sentence' 0 "$wrong"
kill "$churn" 2>/dev/null
wait "$churn" 2>/dev/null
ip link del c0 2>/dev/null
for i in $(seq 60); do
	echo "link del f$i"
done | ip -batch -

# --- P9: lost answers
# faulty FAULT WORDS…: runs ovl under strace with the fault; its status in $faulty.
faulty() {
	faulty_fault=$1
	shift
	traced -e trace=recvmsg,poll,sendto -e "inject=$faulty_fault" "$ovl" --timeout 1 "$@" \
		>"$WORK/.output" 2>"$WORK/.error"
	faulty=$?
}
# after SENTENCE STATE_COMMAND UNDO FAULT WORDS…: with 0 the change is there, else it is not.
after() {
	after_sentence=$1 after_state=$2 after_undo=$3
	shift 3
	faulty "$@"
	if sh -c "$after_state" >/dev/null 2>&1; then
		after_there=0
		sh -c "$after_undo" >/dev/null 2>&1
	else
		after_there=2
	fi
	if [ "$faulty" = "$after_there" ]; then
		ok "$after_sentence"
	else
		check_show "exit $faulty, state $after_there: $(cat "$WORK/.error")"
		not_ok "$after_sentence"
	fi
}
if can_trace; then
	for when in 1 2 3 4; do
		for fault in "recvmsg:error=ENOBUFS:when=$when" "recvmsg:error=EINTR:when=$when" \
			"recvmsg:error=EAGAIN:when=$when" "recvmsg:retval=0:when=$when" \
			"poll:error=EINTR:when=$when" "sendto:error=EINTR:when=$when" \
			"sendto:error=ENOBUFS:when=$when"; do
			after "$fault: link add is right about what it did" 'ip link show dev f0' \
				'ip link del f0' "$fault" link add f0 mtu 1400 type ifb
			after "$fault: arp add too" 'ip neigh show 10.0.0.9 dev s1 | grep .' \
				'ip neigh del 10.0.0.9 dev s1' "$fault" \
				arp add 10.0.0.9 lladdr 02:00:00:00:00:09 dev s1
			after "$fault: fdb add too" 'bridge fdb show dev svx | grep 02:00:00:00:00:0a' \
				'bridge fdb del 02:00:00:00:00:0a dev svx' "$fault" \
				fdb add 02:00:00:00:00:0a dev svx dst 10.0.0.3
			after "$fault: route add too" 'ip route show 10.9.0.0/16 | grep .' \
				'ip route del 10.9.0.0/16' "$fault" route add 10.9.0.0/16 dev s1
			after "$fault: addr add too" 'ip addr show dev s1 | grep 10.6.6.6' \
				'ip addr del 10.6.6.6/24 dev s1' "$fault" \
				addr add 10.6.6.6/24 dev s1
			after "$fault: a veth with an address too" 'ip addr show dev f1 | grep 10.5.5.5' \
				'ip link del f1' "$fault" \
				veth add f1 up addr 10.5.5.5/24 peer f2 master sbr up
			check_fails 1 '... of which nothing is left when it failed' has_link f1
			after "$fault: a new name too" 'ip link show dev s9' \
				'ip link set dev s9 name s1' "$fault" link set s1 name s9
			ip link set s1 up
		done
	done
	# The kernel does not answer at all: every receive says that there is nothing.
	for words in 'link show' 'link set s1 mtu 1300' 'fdb show' 'link add f0 type ifb' \
		'-i route add 10.9.0.0/16 dev s1' 'netns set sn 5'; do
		start=$(date +%s)
		# shellcheck disable=SC2086
		faulty recvmsg:error=EAGAIN:when=1+ $words
		check_equal "no answer to '$words' is no success" 2 "$((faulty == 4 ? 2 : faulty))"
		check "nor a hang" test $(($(date +%s) - start)) -lt 12
		# shellcheck disable=SC2086
		faulty recvmsg:error=ENOBUFS:when=1+ $words
		check_equal 'nor are answers that are always lost' 2 "$((faulty == 4 ? 2 : faulty))"
	done
	check_contains 'what is not known is said' 'no answer' "$(
		faulty recvmsg:error=EAGAIN:when=1+ link set s1 mtu 1301
		cat "$WORK/.error"
	)"
	ip link del f0 2>/dev/null
	ip route del 10.9.0.0/16 2>/dev/null

	# A batch whose answers are lost says what is there.
	for i in $(seq 9); do
		echo "arp add 10.0.0.10$i lladdr 02:00:00:00:00:09 dev s1"
	done >"$WORK/batch"
	for fault in recvmsg:error=ENOBUFS:when=1 recvmsg:error=ENOBUFS:when=2 recvmsg:retval=0:when=1 \
		sendto:error=EINTR:when=1; do
		faulty "$fault" -b "$WORK/batch"
		check_equal "$fault: a batch still knows that it is done" '0 9' \
			"$faulty $(ip neigh show dev s1 nud permanent | grep -c '10.0.0.10')"
		ip neigh flush dev s1 nud permanent
	done
	ip neigh add 10.0.0.105 lladdr 02:00:00:00:00:05 dev s1 nud permanent
	faulty recvmsg:error=ENOBUFS:when=1 -b "$WORK/batch"
	check_equal 'with a refused line among them it is not sure' 4 "$faulty"
	check_contains 'of which line, it is' ':5: ' "$(cat "$WORK/.error")"
	check_contains 'and says what there is behind it' "arp '10.0.0.106 dev s1'" "$(cat "$WORK/.error")"
	check_contains 'what was there before stays' 02:00:00:00:00:05 "$(ip neigh show 10.0.0.105 dev s1)"
	ip neigh flush dev s1 nud permanent
else
	skip 'strace may not trace here: no answer is lost'
fi

# --- P12: rights
chmod 755 "$WORK"
cp "$ovl" "$WORK/ovl"
nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}
if nobody true 2>/dev/null && nobody "$WORK/ovl" -V >/dev/null 2>&1; then
	for words in 'link show' '-j addr show' 'route show' 'arp show' 'fdb show' 'netns show' 'veth show'; do
		# shellcheck disable=SC2086
		check "'$words' needs no rights" nobody "$WORK/ovl" $words
	done
	check_equal 'and shows the same' "$(ovl -j addr show | jq -cS .)" \
		"$(nobody "$WORK/ovl" -j addr show | jq -cS .)"
	for words in 'link add u0 type ifb' 'link set s1 mtu 1400' 'link del s1' \
		'addr add 10.4.4.4/24 dev s1' 'route add 10.9.0.0/16 dev s1' \
		'arp add 10.0.0.9 lladdr 02:00:00:00:00:09 dev s1' \
		'fdb add 02:00:00:00:00:0a dev svx dst 10.0.0.3' 'bridge addif sbr s1' \
		'veth add u0 peer u1 addr 10.4.4.4/24' 'arp flush dev s1 nud all'; do
		[ "$words" != 'arp flush dev s1 nud all' ] ||
			ip neigh replace 10.0.0.9 lladdr 02:00:00:00:00:09 dev s1
		# shellcheck disable=SC2086
		check_error 2 CAP_NET_ADMIN "'$words' says which right is missing" \
			nobody "$WORK/ovl" $words
	done
	for words in 'netns add u0' 'netns exec sn true' '-n sn link show'; do
		# shellcheck disable=SC2086
		nobody "$WORK/ovl" $words >"$WORK/.output" 2>&1
		check_contains "'$words' does too" CAP_SYS_ADMIN "$(cat "$WORK/.output")"
	done
	nobody "$WORK/ovl" -j -A link show >"$WORK/.output" 2>"$WORK/.error"
	check_equal 'namespaces that may not be entered make a list of all fail' 2 $?
	check_contains 'which names them' "'sn'" "$(cat "$WORK/.error")"
	check_json 'and shows the others' '[]' "$(cat "$WORK/.output")"

	# With the set-uid bit it would lend its rights to anybody.
	chmod 4755 "$WORK/ovl"
	if [ "$(nobody sh -c "'$WORK/ovl' -V >/dev/null 2>&1; echo \$?")" = 0 ]; then
		skip 'the set-uid bit has no effect here'
	else
		check_error 2 set-uid 'a set-uid copy refuses to run' nobody "$WORK/ovl" link show
		check_error 2 set-uid 'whatever it is told' nobody "$WORK/ovl" -V
		check_equal 'and says no more' 1 "$(nobody "$WORK/ovl" link 2>&1 | wc -l)"
	fi
else
	skip 'there is no second user here: ovl without rights, set-uid'
fi
if command -v capsh >/dev/null && [ "$(capsh --drop=cap_net_admin -- -c 'echo yes' 2>/dev/null)" = yes ]; then
	check 'a list needs no CAP_NET_ADMIN' capsh --drop=cap_net_admin -- -c "ovl -j link show | jq -e ."
	check_error 2 CAP_NET_ADMIN 'a change says that it does' \
		capsh --drop=cap_net_admin -- -c 'ovl link set s1 mtu 1400'
else
	skip 'capsh cannot drop a capability here'
fi
