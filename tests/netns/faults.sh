#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# apply and destroy under faults: a call of the k-th netlink or file system function fails, or the
# process is killed there. What ends with 0 has the new state, what fails the old one; after a kill
# the next run comes to where it was to go. OVL_FAULTS=all: every k (make check-faults).
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq strace
kernel_has veth peer name probe-peer || skip_all 'this kernel has no veth'
kernel_has bridge || skip_all 'this kernel has no bridge'
kernel_has vxlan id 1 dstport 4789 || skip_all 'this kernel has no vxlan'
# What is not traced is not injected either (6.1): a fault that does not happen proves nothing.
if strace -o /dev/null -e trace=openat -e inject=openat:error=EPERM true 2>/dev/null; then
	skip_all 'strace injects no faults here'
fi

# The loader's libraries are traced, too: an ovl built with sanitizers would find leaks in a tracer.
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS

cat >"$WORK/a.yaml" <<'YAML'
ovl: 1
lab: demo
links:
  br0: {type: bridge, mtu: 1500, addr: [10.1.0.1/24, 10.3.0.1/24]}
  v1: {master: br0, port: {isolated: on}}
  vx0: {type: vxlan, id: 5, local: 10.1.0.1, remotes: [10.1.0.9, 10.1.0.8], master: br0}
  old: {type: ifb}
netns:
  n1:
    links:
      eth0: {type: veth, peer: host/v1, addr: [10.1.0.10/24, "fd00::1/64"], mtu: 1400}
    routes: [default via 10.1.0.1, 10.9.0.0/16 via 10.1.0.2 metric 5, blackhole 10.66.0.0/16]
    arp: [10.1.0.77 lladdr 02:00:00:00:00:77 dev eth0]
    sysctl: {net.ipv4.ip_forward: 1}
  n2:
    links:
      x: {type: veth, peer: n1/y, addr: [10.2.0.1/24]}
fdb:
  - 02:00:00:00:00:0b dev vx0 dst 10.1.0.9
  - 02:00:00:00:00:0c dev v1
YAML
# The routes are enough to be answered many at a time (recvmmsg).
cat >"$WORK/b.yaml" <<YAML
ovl: 1
lab: demo
links:
  br0: {type: bridge, addr: [10.3.0.1/24], mtu: 1300}
  v1: {master: br0, port: {isolated: off}}
  vx0: {type: vxlan, id: 6, local: 10.3.0.1, remotes: [10.1.0.8], master: br0}
  new: {type: ifb}
netns:
  n1:
    links:
      eth0: {type: veth, peer: host/v1, addr: [10.1.0.11/24], mtu: 1300}
    routes: [default via 10.1.0.2$(printf ', blackhole 10.67.%d.0/24' $(seq 20))]
    arp: [10.1.0.77 lladdr 02:00:00:00:00:77 dev eth0]
    sysctl: {net.ipv4.ip_forward: 0}
  n3:
    links:
      z: {type: veth, peer: n1/zz, addr: [10.2.0.1/24]}
    routes: [10.77.0.0/16 via 10.2.0.2]
fdb:
  - 02:00:00:00:00:0d dev vx0 dst 10.1.0.8
YAML

# state: what somebody put there to stay, as the kernel has it.
state() {
	for ns in '' $(ip netns list | awk '{ print $1 }' | sort); do
		echo "netns '$ns'"
		ip ${ns:+-n "$ns"} -j -d addr | jq -c 'sort_by(.ifname)[] | [.ifname, (.flags | index("UP") != null),
			.mtu, .master, .group, .ifalias, .linkinfo.info_kind, .linkinfo.info_data.id,
			.linkinfo.info_data.local, .linkinfo.info_slave_data.isolated],
			(.ifname as $dev | .addr_info | sort_by(.local)[] | select(.scope != "link") |
			[$dev, .local, .prefixlen])'
		{
			printf '%s\n' 'route show table all' 'neigh show nud permanent' | ip ${ns:+-n "$ns"} -b -
			bridge ${ns:+-n "$ns"} fdb show | grep -e dst -e ' static'
		} | sed '/fe80/d;/multicast/d;/proto kernel/d;s/ linkdown//;s/ *$//' | sort
		[ ! "$ns" ] || ip netns exec "$ns" sysctl net.ipv4.ip_forward
	done
	true
}
# is STATE: whether the state is that one.
is() {
	state >"$WORK/now"
	cmp -s "$WORK/$1" "$WORK/now"
}
# become STATE: by the program itself, without a fault.
become() {
	case $1 in
	none) ovl -q destroy demo ;;
	*) ovl -q apply "$WORK/$1.yaml" ;;
	esac >/dev/null 2>&1
}

become a && become b && become none
state >"$WORK/none"
for to in a b; do
	become $to
	state >"$WORK/$to"
done

# point CALL FAULT K FROM TO: one fault; what is wrong is said.
point() {
	case $5 in
	none) set -- "$1" "$2" "$3" "$4" "$5" destroy demo ;;
	*) set -- "$1" "$2" "$3" "$4" "$5" apply "$WORK/$5.yaml" ;;
	esac
	strace -f -o /dev/null -e "trace=$1" -e "inject=$1:$2:when=$3" ovl -q "$6" "$7" \
		>"$WORK/said" 2>&1
	code=$?
	echo "$2 $code" >>"$WORK/codes"
	case $2:$code in
	*:0) is "$5" || echo "0, and not as asked for" ;;
	signal=KILL:*) ;;
	*) is "$4" || echo "$code, and not as before" ;;
	esac
	become "$5" || echo "$code, and the next run fails"
	is "$5" || echo "$code, and after the next run not as asked for"
	[ ! "$(ls /run/ovl/*/*.journal /run/ovl/*.journal 2>/dev/null)" ] || echo "$code, and a journal is left"
	become "$4"
	is "$4" || echo "$code, and no way back"
}

# How many calls of it the change makes.
calls() {
	case $3 in
	none) set -- "$1" destroy demo ;;
	*) set -- "$1" apply "$WORK/$3.yaml" ;;
	esac
	strace -f -o "$WORK/calls" -e "trace=$1" ovl -q "$2" "$3" >/dev/null 2>&1
	grep -c "$1(" "$WORK/calls"
}

points=0
good=0
swept=''
sweep() {
	call=$1 fault=$2 from=$3 to=$4
	become "$from"
	total=$(calls "$call" "$from" "$to")
	become "$from"
	case ${OVL_FAULTS-} in
	all) step=1 k=1 ;;
	*) step=$(((total + ${OVL_FAULT_POINTS:-2}) / ${OVL_FAULT_POINTS:-2})) k=$((step / 2 + 1)) ;;
	esac
	wrong='' before=$points
	while [ "$k" -le "$total" ]; do
		points=$((points + 1))
		told=$(point "$call" "$fault" "$k" "$from" "$to")
		if [ "$told" ]; then
			wrong="$wrong
$k: $told: $(head -c 300 "$WORK/said")"
		else
			good=$((good + 1))
		fi
		k=$((k + step))
	done
	check_equal "$from to $to: $call, $fault at $((points - before)) of $total calls" '' "$wrong"
	swept="$swept $call=$total"
}

faults='sendto:error=ENOBUFS sendto:error=EINTR sendto:error=EMSGSIZE sendto:error=EPERM
	recvmsg:error=ENOBUFS recvmmsg:error=ENOBUFS recvmmsg:error=EINTR recvmmsg:error=EIO
	socket:error=EMFILE bind:error=ENOMEM openat:error=EMFILE read:error=EIO getdents64:error=EIO
	write:error=ENOSPC fsync:error=EIO renameat:error=EIO mkdirat:error=ENOSPC flock:error=ENOLCK
	mount:error=EPERM umount2:error=EPERM unshare:error=EPERM setns:error=EPERM clone3:error=EAGAIN
	sendto:signal=KILL recvmmsg:signal=KILL write:signal=KILL fsync:signal=KILL renameat:signal=KILL
	unlinkat:signal=KILL sendto:signal=INT sendto:signal=TERM'
for change in 'none a' 'a b' 'b none'; do
	# shellcheck disable=SC2086 # two words
	set -- $change
	for fault in $faults; do
		# A destroy goes forward past its first change: a signal does not turn it back.
		case $2:$fault in
		none:sendto:signal=INT | none:sendto:signal=TERM) continue ;;
		esac
		sweep "${fault%%:*}" "${fault#*:}" "$1" "$2"
	done
done
# The second write is the first into the journal: what it leaves is no journal and not in the way.
become none
strace -f -o /dev/null -e trace=write -e inject=write:signal=KILL:when=2 ovl -q apply "$WORK/a.yaml" 2>/dev/null
check 'a journal without its first record blocks nothing' ovl -q apply "$WORK/a.yaml"
become none

echo "# $good of $points points are good"
check_equal 'every call is made by one change at least' '' "$(for fault in $faults; do
	case $swept in *" ${fault%%:*}="[1-9]*) ;; *) echo "${fault%%:*}" ;; esac
done)"
check 'the kills killed' grep -q '^signal=KILL 137' "$WORK/codes"
check 'the faults failed something' grep -q '^error=[A-Z]* [1-9]' "$WORK/codes"
check 'the signals stopped something' grep -q '^signal=\(INT\|TERM\) 2' "$WORK/codes"
become none
check 'nothing is left' is none
check_equal 'no process either' '' "$(pgrep -x ovl)"
