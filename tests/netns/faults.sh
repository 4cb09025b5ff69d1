#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A lab is changed as a whole or not at all, whichever system call fails and wherever the process
# dies. strace(1) makes the k-th call of a kind fail, or kills or signals the process there. Without
# OVL_FAULTS=all (`make check-faults`) only a spread of the calls is tried.
# OVL_FAULTS_ONLY=WORDS does those parts only: fresh update destroy signals crowd leaks silent churn;
# OVL_FAULTS_CALLS=WORDS those system calls only.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq timeout strace
strace -o /dev/null -e trace=none true 2>/dev/null || skip_all 'strace may not trace here'
kernel_has veth peer name probe-peer || skip_all 'this kernel has no veth'
kernel_has bridge || skip_all 'this kernel has no bridge'
kernel_has vxlan id 1 dstport 4789 || skip_all 'this kernel has no vxlan'
kernel_has ifb || skip_all 'this kernel has no ifb'
all=$([ "${OVL_FAULTS-}" = all ] && echo yes)

cat >"$WORK/a.yaml" <<'YAML'
ovl: 1
lab: demo
links:
  br0: {type: bridge, ageing_time: 200s, altname: [the-bridge], addr: [10.1.0.1/24, 10.3.0.1/24]}
  v1: {master: br0, port: {isolated: on, priority: 7}}
  vx0: {type: vxlan, id: 5, local: 10.1.0.1, remotes: [10.1.0.9, 10.1.0.8], master: br0}
  old: {type: ifb}
netns:
  n1:
    links:
      eth0: {type: veth, peer: host/v1, addr: [10.1.0.10/24, "fd00::1/64"], mtu: 1400, alias: the way out}
    routes: [default via 10.1.0.1, 10.9.0.0/16 via 10.1.0.2 metric 5, blackhole 10.66.0.0/16, "fd01::/64 via fd00::2"]
    arp: [10.1.0.77 lladdr 02:00:00:00:00:77 dev eth0]
    sysctl: {net.ipv4.ip_forward: 1}
  n2:
    links:
      x: {type: veth, peer: n1/y, addr: [10.2.0.1/24]}
fdb:
  - 02:00:00:00:00:0b dev vx0 dst 10.1.0.9
  - 02:00:00:00:00:0c dev v1
YAML
cat >"$WORK/b.yaml" <<'YAML'
ovl: 1
lab: demo
links:
  br0: {type: bridge, ageing_time: 100s, addr: [10.3.0.1/24], mtu: 1300}
  v1: {master: br0, port: {isolated: off}}
  vx0: {type: vxlan, id: 6, local: 10.3.0.1, remotes: [10.1.0.8], master: br0}
  new: {type: ifb}
netns:
  n1:
    links:
      eth0: {type: veth, peer: host/v1, addr: [10.1.0.11/24], mtu: 1300}
    routes: [default via 10.1.0.2]
    arp: [10.1.0.77 lladdr 02:00:00:00:00:77 dev eth0]
    sysctl: {net.ipv4.ip_forward: 0}
  n3:
    links:
      z: {type: veth, peer: n1/zz, addr: [10.2.0.1/24]}
    routes: [10.77.0.0/16 via 10.2.0.2]
fdb:
  - 02:00:00:00:00:0d dev vx0 dst 10.1.0.8
YAML
printf 'route show table all\nneigh show nud permanent\n' >"$WORK/entries"

# state: all that somebody put there to stay, as the kernel has it. What the kernel makes by
# itself, in its own time, is left out: link-local and local IPv6, carrier, learned entries.
state() {
	for ns in '' $(ls /run/netns); do
		echo "netns '$ns'" >>"$WORK/state.text"
		ip ${ns:+-n "$ns"} -j -d addr | sed "s/^/\"$ns\"/"
		{
			ip ${ns:+-n "$ns"} -batch "$WORK/entries"
			bridge ${ns:+-n "$ns"} fdb show | grep -e permanent -e static
			ip ${ns:+netns exec "$ns"} ${ns:+sysctl -n net.ipv4.ip_forward} 2>/dev/null
		} 2>&1 | grep -v -e '^Usage' -e fe80 -e '^multicast' -e '^local .*:' -e '^anycast' -e '33:33:' -e '01:00:5e' \
			-e ' [0-9a-f:]* dev .* offload$' | sed 's/ linkdown//;s/ *$//' | sort >>"$WORK/state.text"
	done >"$WORK/state.json"
	jq -c 'if type == "string" then . else sort_by(.ifname)[] |
		[.ifname, (.flags | index("UP") != null), .mtu, .master, .group, .address, .ifalias,
		.txqlen, .num_tx_queues, .altnames, .linkinfo.info_kind,
		(.linkinfo.info_data // {} | with_entries(select(.key | test("timer|root|bridge_id|change") | not))),
		(.linkinfo.info_slave_data // {} | [.priority, .hairpin, .guard, .learning, .isolated, .flood]),
		(.addr_info | sort_by(.local) | map(select(.scope != "link") | [.local, .prefixlen, .label]))] end' \
		"$WORK/state.json"
	cat "$WORK/state.text"
	rm "$WORK/state.text"
	# Mounts, and what is being done yet.
	awk '$2 ~ "^/run/netns/" { print $2 }' /proc/self/mounts | sort | uniq -c
	find /run/ovl -name '*.journal'
	pgrep -x ovl
	true
}
# look: the state is in $WORK/now; in $WORK/now.any without addresses that were drawn by lot.
look() {
	state >"$WORK/now"
	sed 's/"[0-9a-f:]\{17\}"/"MAC"/g;/^02:00:00/!s/^[0-9a-f:]\{17\} /MAC /' \
		"$WORK/now" | sort >"$WORK/now.any"
}
# is NAME: as it always is in that state; is_same: as it was when remember was called.
is() {
	look
	cmp -s "$WORK/$1.any" "$WORK/now.any"
}
is_same() {
	look
	cmp -s "$WORK/same" "$WORK/now"
}
# way NAME: the words that lead there.
way() {
	if [ "$1" = empty ]; then
		echo destroy demo
	else
		echo apply "$WORK/$1.yaml"
	fi
}
# be NAME: the lab is as in a.yaml, b.yaml or gone (empty), and remembered.
be() {
	ovl -q destroy demo
	[ "$1" = empty ] || ovl -q apply "$WORK/a.yaml"
	# What b.yaml says nothing of is as it was.
	[ "$1" != b ] || ovl -q apply "$WORK/b.yaml"
	look
	cp "$WORK/now" "$WORK/same"
}
wants() {
	case " ${OVL_FAULTS_ONLY:-$1} " in
	*" $1 "*) return 0 ;;
	*) return 1 ;;
	esac
}

# inject CALL WHAT WHEN CMD...: its exit status; what strace saw is in $WORK/trace.
inject() {
	inject_call=$1 inject_what=$2 inject_when=$3
	shift 3
	ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" timeout -k 1 20 strace -f -qq -o "$WORK/trace" \
		-e trace="$inject_call" -e "inject=$inject_call:$inject_what:when=$inject_when" \
		"$@" >"$WORK/said" 2>&1
}
# Whether the call was reached.
was_hit() {
	grep -q -e INJECTED -e '--- SIG' -e 'killed by' "$WORK/trace"
}
bad() {
	group_bad=$((group_bad + 1))
	[ "$group_bad" -le 3 ] || return
	echo "# $from -> $to, $call $what number $k: $1"
	sed -n '1,5s/^/#   /p' "$WORK/said"
	[ -z "${2-}" ] || diff "$2" "$3" | cut -c -150 | sed -n '2,12s/^/#   /p'
}
# After a failure: the new state with 0, else the old one.
judge() {
	# What was done and could not be told was done all the same.
	if [ "$1" = 0 ] || grep -q 'cannot write the output' "$WORK/said"; then
		is "$to" || bad "exit $1, and not as wanted" "$WORK/$to.any" "$WORK/now.any"
		be "$from"
	elif [ "$1" = 1 ] || [ "$1" = 2 ]; then
		is_same && return
		bad "exit $1, and not as before" "$WORK/same" "$WORK/now"
		be "$from"
	else
		bad "exit $1"
		be "$from"
	fi
}
# After a kill the next run gets there, to either end.
judge_kill() {
	[ "$1" = 137 ] || [ "$1" = 0 ] || bad "exit $1 of one that was killed"
	# A value that a.yaml does not name stays as b.yaml made it, so there is no way back from b.
	goal=$to
	[ $((k % 2)) = 0 ] || [ "$to" = b ] || goal=$from
	[ $((k % 3)) != 0 ] || goal=empty
	# shellcheck disable=SC2046 # words
	ovl $(way "$goal") >"$WORK/said" 2>&1 || bad "after a kill, exit $? on the way to $goal"
	is "$goal" || bad "after a kill, not $goal" "$WORK/$goal.any" "$WORK/now.any"
	be "$from"
}
# sweep FROM TO CALL WHAT: one sentence for all k.
sweep() {
	from=$1 to=$2 call=$3 what=$4
	group_bad=0 tried=0
	be "$from"
	# How many there are, to spread a few of them; a thread has a count of its own.
	step=1
	if [ ! "$all" ]; then
		step=$(awk -v call="$call" '$2 ~ "^" call { n[$1]++ }
			END { for (t in n) if (n[t] > most) most = n[t]; print most ? most : 1 }' "$WORK/$from-$to.calls")
		step=$(((step + spread - 1) / spread))
	fi
	k=$((step > 1 ? 1 + (seed = seed + 1) % step : 1))
	while :; do
		# shellcheck disable=SC2046 # words
		inject "$call" "$what" $k ovl $(way "$to")
		status=$?
		was_hit || break
		tried=$((tried + 1))
		case $what in
		signal=KILL) judge_kill $status ;;
		*) judge $status ;;
		esac
		k=$((k + step))
	done
	points=$((points + tried)) good=$((good + tried - group_bad))
	[ $tried -gt 0 ] || return
	if [ $group_bad = 0 ]; then
		ok "$from -> $to: $call, $what at $tried points"
	else
		not_ok "$from -> $to: $call, $what: $group_bad of $tried points"
	fi
}

seed=0 turn=0 points=0 good=0
spread=${OVL_FAULTS_SPREAD:-1}
: >"$WORK/said"
ovl -q apply "$WORK/a.yaml" && ovl -q destroy demo
for name in empty a b; do
	be $name
	cp "$WORK/now.any" "$WORK/$name.any"
done
check_equal 'the states to compare with differ' 3 "$(cd "$WORK" && md5sum empty.any a.any b.any | cut -d' ' -f1 | sort -u | wc -l)"
be a
is a
check 'and are the same each time' cmp "$WORK/a.any" "$WORK/now.any"

# --- P1, P2: every call fails once, or is the last one
# all_kinds FROM TO
all_kinds() {
	be "$1"
	# shellcheck disable=SC2046 # words
	strace -f -qq -o "$WORK/$1-$2.calls" ovl $(way "$2") >/dev/null
	while read -r kind_call errors; do
		case " ${OVL_FAULTS_CALLS:-$kind_call} " in
		*" $kind_call "*) ;;
		*) continue ;;
		esac
		# A turn at each, unless all are asked for.
		if [ ! "$all" ]; then
			turn=$((turn + 1))
			# shellcheck disable=SC2086 # words
			errors=$(printf '%s\n' $errors | awk -v turn=$turn '{ word[NR] = $1 } END { print word[turn % NR + 1] }')
		fi
		for error in $errors; do
			sweep "$1" "$2" "$kind_call" "error=$error"
		done
		sweep "$1" "$2" "$kind_call" signal=KILL
	done <<-'KINDS'
		sendto ENOBUFS EINTR EMSGSIZE EPERM ENOMEM
		recvmsg ENOBUFS EINTR ENOMEM EPERM
		openat EMFILE ENOMEM EPERM EINTR
		write ENOSPC EINTR
		fsync ENOSPC EINTR
		mount EPERM ENOMEM
		umount2 EPERM ENOMEM
		unlinkat EPERM ENOMEM
		setns EPERM ENOMEM
		unshare ENOSPC EPERM ENOMEM
		clone3 EAGAIN ENOMEM
		renameat EPERM ENOSPC
		socket EMFILE ENOBUFS
		flock EINTR ENOMEM
		mkdirat EPERM ENOSPC
		ftruncate EINTR ENOSPC
		getdents64 ENOMEM
		signalfd4 EMFILE
	KINDS
}
if wants fresh; then all_kinds empty a; fi
if wants update; then all_kinds a b; fi
if wants destroy; then all_kinds a empty; fi
[ "$points" = 0 ] || echo "# $points points, $good good"

# --- P3: a signal takes it back, a second one leaves the journal
# elapsed: since `start`, in ms
elapsed() {
	echo $((($(date +%s%N) - start) / 1000000))
}
interrupt() {
	from=$1 to=$2 what=$3 call=sendto group_bad=0 tried=0 slowest=0
	be "$from"
	k=1 stride=5
	[ ! "$all" ] || stride=1
	while :; do
		start=$(date +%s%N)
		# shellcheck disable=SC2046 # words
		inject sendto "$what" "$k" ovl $(way "$to")
		status=$?
		[ "$(elapsed)" -le "$slowest" ] || slowest=$(elapsed)
		was_hit || break
		tried=$((tried + 1))
		if [ "$status" = 0 ]; then
			# The last send of all had gone.
			is "$to" || bad 'exit 0, and not as wanted' "$WORK/$to.any" "$WORK/now.any"
			be "$from"
		elif ! is_same; then
			bad "exit $status, and not as before" "$WORK/same" "$WORK/now"
			be "$from"
		fi
		k=$((k + stride))
	done
	check_equal "$from -> $to: $what takes it back at $tried points" 0 "$group_bad"
	[ "$slowest" -lt 2000 ]
	check_equal 'within 2 s' 0 $?
}
twice() {
	from=a to=b what='signal=INT twice' call=sendto group_bad=0 journals=0
	for k in $(seq 20 3 40); do
		be a
		inject sendto signal=INT "$k+" ovl apply "$WORK/b.yaml"
		# All had been done before the first of them.
		[ $? != 0 ] || break
		[ ! -e /run/ovl/demo.journal ] || journals=$((journals + 1))
		ovl rollback demo 0 >"$WORK/said" 2>&1 || bad "rollback: exit $?"
		is a || bad 'not as before' "$WORK/a.any" "$WORK/now.any"
	done
	check_equal 'what a second signal leaves, a rollback finishes' 0 "$group_bad"
	check_equal 'from the journal' yes "$([ $journals -gt 0 ] && echo yes)"
}
if wants signals; then
	interrupt empty a signal=INT
	interrupt a b signal=TERM
	twice
	be empty
fi

# --- P6: many at once
if wants crowd; then
	be empty
	crowd=
	for i in $(seq 20); do
		ovl apply "$WORK/a.yaml" >"$WORK/crowd.$i" 2>&1 &
		crowd="$crowd $!"
	done
	strange=
	for pid in $crowd; do
		wait "$pid"
		case $? in
		0 | 6) ;;
		*) strange="$strange $?" ;;
		esac
	done
	check_equal '20 applies of a lab at once wait for each other or are busy' '' "$strange"
	is a
	check 'and the lab is as one leaves it' cmp "$WORK/a.any" "$WORK/now.any"
	be empty
fi

# --- P4: nothing is left
if wants leaks; then
	for i in $(seq 20); do
		ovl -q apply "$WORK/a.yaml" && ovl -q apply "$WORK/b.yaml" && ovl -q destroy demo || break
	done
	check_equal '20 times there and back' 20 "$i"
	is empty
	check 'leave nothing' cmp "$WORK/empty.any" "$WORK/now.any"
fi

# --- P5: what has nothing to do, or only looks, sends nothing that changes
changing() {
	ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -f -v -qq -o "$WORK/trace" \
		-e trace=sendto,sendmsg "$@" >"$WORK/said" 2>&1
	grep -c -E 'type=RTM_(NEW|DEL|SET)' "$WORK/trace"
}
if wants silent; then
	be empty
	check_equal 'strace tells a change' yes "$([ "$(changing ovl apply "$WORK/a.yaml")" -gt 0 ] && echo yes)"
	for words in "apply $WORK/a.yaml" "diff $WORK/b.yaml" "plan $WORK/b.yaml" \
		"--dry-run apply $WORK/b.yaml" '--dry-run destroy demo' "check $WORK/b.yaml" 'link show'; do
		# shellcheck disable=SC2086 # words
		check_equal "'ovl ${words%"$WORK"*}' sends no change" 0 "$(changing ovl $words)"
	done
	be empty
fi

# --- P7: another program changes the lab's links meanwhile
churn() {
	while :; do
		ip link set v1 name vv 2>/dev/null
		ip link set vv name v1 2>/dev/null
		ip link del old 2>/dev/null
		ip link add old type ifb 2>/dev/null
		ip link set br0 mtu 1280 2>/dev/null
		ip link del vx0 2>/dev/null
		ip -n n1 link set eth0 down 2>/dev/null
		ip -n n1 route del default 2>/dev/null
	done
}
if wants churn; then
	be empty
	ip link add eth9 mtu 1450 type ifb
	ip addr add 10.200.0.1/24 dev eth9
	ip -j addr show eth9 >"$WORK/eth9"
	churn &
	churner=$!
	strange='' slowest=0
	for i in $(seq 20); do
		start=$(date +%s%N)
		timeout 30 ovl apply "$WORK/$([ $((i % 2)) = 0 ] && echo a || echo b).yaml" >"$WORK/said" 2>&1
		status=$?
		case $status in
		0 | 2 | 4 | 5) ;;
		*) strange="$strange $status: $(cat "$WORK/said")" ;;
		esac
		[ "$(elapsed)" -le "$slowest" ] || slowest=$(elapsed)
	done
	kill $churner
	wait $churner 2>/dev/null
	check_equal '20 applies while another program changes the links end as they may' '' "$strange"
	[ "$slowest" -lt 20000 ]
	check_equal "and in time ($slowest ms)" 0 $?
	check_equal 'what is not the lab'"'"'s is as it was' "$(cat "$WORK/eth9")" "$(ip -j addr show eth9)"
	ip link del eth9
	ip link del old 2>/dev/null
	ip link set vv name v1 2>/dev/null
	check 'a quiet apply then converges' ovl apply "$WORK/a.yaml"
	check_prints 'so that nothing differs' '' ovl diff "$WORK/a.yaml"
	check 'and all of it goes' ovl destroy demo
fi
