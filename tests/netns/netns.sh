#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ovl netns against the kernel and `ip netns`: each sees what the other made, nothing that lies
# in /run/netns does harm, and commands run inside as they should.
. "$(dirname "$0")/../support/check.sh"
needs ip jq

names() {
	ip -j netns list | jq -r '.[].name' 2>/dev/null | sort | paste -sd' '
}
ovl_names() {
	ovl -j netns show | jq -r '.[].name' | paste -sd' '
}
mounts() {
	grep -c ' /run/netns/' /proc/self/mountinfo
}
in_netns() {
	[ "$(ip netns identify "$2")" = "$1" ]
}
first_words() {
	"$@" | awk '{ print $1 }' | paste -sd' '
}

# --- add, show, del
check_json 'no namespace is an empty list' '[]' "$(ovl -j netns show)"
check 'netns add makes several' ovl netns add n2 n1
check_equal 'ip netns sees them' 'n1 n2' "$(names)"
check_equal 'their loopback is down, as ip leaves it' DOWN \
	"$(ip -n n1 -j link show lo | jq -r '.[0].operstate')"
check_contains '/run/netns is a shared mount' shared: "$(grep ' /run/netns ' /proc/self/mountinfo)"
check_equal 'of which there is one' 1 "$(grep -c ' /run/netns ' /proc/self/mountinfo)"
ip netns add i1
check_equal 'ip netns add makes no second one' 1 "$(grep -c ' /run/netns ' /proc/self/mountinfo)"
check_equal 'ovl sees what ip made, sorted' 'i1 n1 n2' "$(ovl_names)"
check_equal 'list is a word for show' "$(ovl netns show)" "$(ovl netns list)"
check_equal 'no verb means show' "$(ovl netns show)" "$(ovl netns)"
check_equal '-o has the name first and no header' 'i1 n1 n2' "$(first_words ovl -o netns show)"
check_error 2 "'n1'" 'a name is given once' ovl netns add n1
check_equal 'and add says so' "ovl: netns 'n1': exists already" "$OUTPUT"
check '--idempotent add of what exists succeeds' ovl -i netns add n1
check_error 1 "did you mean 'n1'" 'an unknown name suggests the nearest' ovl netns del n1x
check '--idempotent del of what is gone succeeds' ovl --idempotent netns del gone
check_fails 0 '--dry-run sends nothing' ovl --dry-run netns add dry
check_prints '--as ip says what ip would do' 'ip netns add dry' ovl --as ip netns add dry
check_equal 'and does nothing' 'i1 n1 n2' "$(names)"
check 'netns del removes several, also what ip made' ovl netns del i1 n2
check_equal 'and ip sees them go' n1 "$(names)"
check_equal 'with their mounts' 1 "$(mounts)"
ip netns add i2
check 'netns delete is del' ovl netns delete i2
ovl netns add o1
check 'ip deletes what ovl made' ip netns del o1
check_equal 'and ovl sees it go' n1 "$(ovl_names)"

# --- names
for name in a/b ../../proc/1/ns/net .. . .x -- '' 'a b' 'a%b' pid:1 "$(printf 'a\033[1mb')" \
	"$(printf '%065d' 0)"; do
	check_fails 1 "no namespace may be called '$(printf %s "$name" | tr -d '\033')'" \
		ovl netns add "$name"
	check_lacks 'which reaches the terminal without control characters' "$(printf '\033')" \
		"$OUTPUT"
done
long=$(printf '%064d' 0)
check '64 characters are allowed' ovl netns add "$long" a.b-c_D
check 'and deleted' ovl netns del "$long" a.b-c_D
check_equal 'of the others none was made' n1 "$(names)"
for name in ../../proc/1/ns/net /proc/1/ns/net ../netns/n1; do
	check_fails 1 "-n '$name' leads nowhere" ovl -n "$name" link show
	check_fails 1 "nor does del '$name'" ovl netns del "$name"
done
ip netns add 'a b'
escape=$(printf 'red\033[31m')
ip netns add "$escape"
check_contains 'a name that others gave is listed' 'a b' "$(ovl netns show)"
check_lacks 'but moves no terminal' "$(printf '\033')" "$(ovl netns show)"
check 'may be used' ovl netns exec 'a b' true
check 'and deleted' ovl netns del 'a b' "$escape"

# --- what else lies in /run/netns
mkfifo /run/netns/fifo
mkdir /run/netns/folder
ln -s n1 /run/netns/symlink
ln -s ../../proc/1/ns/net /run/netns/outside
echo text >/run/netns/text
: >/run/netns/other
mount --bind /proc/self/ns/uts /run/netns/other
for strange in 'fifo FIFO' 'folder directory' 'symlink symbolic link' 'outside symbolic link' \
	'text plain file' 'other namespace of another type'; do
	file=${strange%% *}
	check_error 1 "${strange#* }" "-n takes no ${strange#* }" \
		timeout 10 ovl -n "$file" link show
	check_error 1 "${strange#* }" 'del leaves it' timeout 10 ovl netns del "$file"
	check_error 2 "${strange#* }" 'add does too' timeout 10 ovl netns add "$file"
	check_fails 125 'exec runs nothing' timeout 10 ovl netns exec "$file" touch "$WORK/ran"
done
check 'nothing ran' test ! -e "$WORK/ran"
check_equal 'show leaves them out' n1 "$(timeout 10 ovl -j netns show | jq -r '.[].name')"
check_equal 'and they are all there' 'fifo folder n1 other outside symlink text' \
	"$(find /run/netns -mindepth 1 -printf '%f\n' | sort | paste -sd' ')"
umount /run/netns/other
rm -r /run/netns/fifo /run/netns/folder /run/netns/symlink /run/netns/outside /run/netns/text \
	/run/netns/other

: >/run/netns/stale
check_error 1 'left by a crash' 'an empty file is not entered' ovl -n stale link show
check 'add repairs it' ovl netns add stale
check 'and it is a namespace' ip -n stale link show lo
check 'del removes it' ovl netns del stale
: >/run/netns/stale
chmod 0 /run/netns/stale
check 'del removes one without a namespace too' ovl netns del stale
check 'nothing is left of it' test ! -e /run/netns/stale
ovl netns add twice
mount --bind /run/netns/twice /run/netns/twice
check 'two mounts on one file are both removed' ovl netns del twice
check_equal 'so that one namespace is left' '1 n1' "$(mounts) $(names)"

# --- exec
# shellcheck disable=SC2016 # the variables are the inner shell's
{
	check_fails 7 'exec ends with the status of the command' ovl netns exec n1 sh -c 'exit 7'
	check_fails 3 'also after --' ovl netns exec n1 -- sh -c 'exit 3'
	check_fails 137 'or dies by its signal' ovl netns exec n1 sh -c 'kill -KILL $$'
	check_fails 125 'an unknown namespace is 125' ovl netns exec nothing true
	check_fails 126 'what cannot be run is 126' ovl netns exec n1 /etc/passwd
	check_fails 127 'what is not there is 127' ovl netns exec n1 no-such-command
	check_contains 'and says which' "'no-such-command'" "$OUTPUT"
	check_fails 125 'no command is 125' ovl netns exec n1
	check_prints 'words reach it as they are, through no shell' '$HOME;a b' \
		ovl netns exec n1 printf %s '$HOME;a b'
	check_prints 'options are its own' -n ovl netns exec n1 printf %s -n
	check_prints 'the command runs inside' lo \
		sh -c 'ovl netns exec n1 ip -j link | jq -r ".[].ifname"'
	check 'no other descriptor goes along' \
		sh -c 'exec 5</dev/null; ovl netns exec n1 sh -c "test ! -e /proc/\$\$/fd/5"'
	check_fails 141 'SIGPIPE ends the command as usual' \
		sh -c 'trap "" PIPE; ovl netns exec n1 sh -c "kill -PIPE \$\$"'
}
before=$(cat /proc/self/mountinfo)
if ip netns exec n1 true 2>/dev/null; then
	check_prints '/sys shows the namespace' lo ovl netns exec n1 ls -I bonding_masters /sys/class/net
else
	skip 'a /sys for the namespace is forbidden here'
fi
if private_etc; then
	before=$(cat /proc/self/mountinfo)
	mkdir -p /etc/netns/n1
	echo outer >/etc/ovl-test
	echo inner >/etc/netns/n1/ovl-test
	check_prints 'files of /etc/netns/NAME take the place of those of /etc' inner \
		ovl netns exec n1 cat /etc/ovl-test
	check_prints 'as ip has it' "$(ip netns exec n1 cat /etc/ovl-test)" \
		ovl netns exec n1 cat /etc/ovl-test
	check_prints 'pid:N has none' outer ovl netns exec "pid:$$" cat /etc/ovl-test
	echo nowhere >/etc/netns/n1/missing
	check_error 0 /etc/missing 'one without a place is told and left out' \
		ovl netns exec n1 true
else
	skip 'a private /etc is forbidden here'
fi
check_equal 'outside nothing is mounted' "$before" "$(cat /proc/self/mountinfo)"

ovl netns add n2 n3
check '-A exec runs in all' ovl -A netns exec sh -c "echo >>'$WORK/all'"
check_equal 'once in each' 3 "$(wc -l <"$WORK/all")"
check_fails 9 '-A exec ends with the first failure' \
	ovl -A netns exec sh -c "echo >>'$WORK/first'; exit 9"
check_equal 'and runs no further' 1 "$(wc -l <"$WORK/first")"
check_fails 127 'a command that is not there is 127 there too' ovl -A netns exec no-such-command
ovl netns del n2 n3

# --- pids, identify, attach
ovl netns exec n1 sleep 1000 &
sleeper=$!
wait_for in_netns n1 $sleeper
# It is inside before it is the command.
check 'exec becomes the command' wait_for grep -qx sleep /proc/$sleeper/comm
check_equal 'pids lists who lives inside' "$(ip netns pids n1)" "$(first_words ovl -o netns pids n1)"
check_prints 'identify tells where a process is' n1 ovl -o netns identify $sleeper
check_prints 'and nothing where it has no name' '' ovl -o netns identify
check_prints 'without a pid it asks about itself' n1 \
	ip netns exec n1 ovl -o netns identify
check_fails 1 'identify of no process fails' ovl netns identify 4194303
check_fails 1 'and of no number' ovl netns identify x1
check_fails 1 'pids of nothing fails' ovl netns pids nothing

unshare --net sleep 1000 &
nameless=$!
wait_for sh -c "[ \$(readlink /proc/$nameless/ns/net) != \$(readlink /proc/self/ns/net) ]"
check 'attach names the namespace of a process' ovl netns attach named $nameless
check_equal 'and ip sees it' $nameless "$(ip netns pids named)"
check_prints 'identify too' named ovl -o netns identify $nameless
check_error 2 'exists already' 'attach takes no name twice' ovl netns attach named $nameless
check_fails 1 'attach needs a process' ovl netns attach other 4194303
check_fails 1 'and a number' ovl netns attach other x1
check 'a namespace may have two names' ovl netns attach named2 $nameless
check_prints 'and identify tells both' 'named named2' first_words ovl -o netns identify $nameless
kill $nameless
wait $nameless 2>/dev/null
check 'names are deleted one by one' ovl netns del named2
check 'the namespace lives on under the other' ip -n named link show lo
ovl netns del named

check_error 0 "$sleeper" 'del tells who still lives inside' ovl netns del n1
check_contains 'by pid and name' sleep "$OUTPUT"
check 'and refuses nothing' test ! -e /run/netns/n1
check 'the process has its namespace still' ovl -n "pid:$sleeper" link show
kill $sleeper
wait $sleeper 2>/dev/null

# --- set
ovl netns add n1 n2
check 'set gives an id' ovl netns set n1 7
check_equal 'which ip shows' 7 "$(ip -j netns list | jq '.[] | select(.name == "n1").id')"
check 'auto lets the kernel choose' ovl netns set n2 auto
check_json 'show has the same names and ids as ip' \
	"$(ip -j netns list | jq 'sort_by(.name)')" "$(ovl -j netns show)"
check_error 2 kernel: 'an id stays' ovl netns set n1 8
ovl netns add n3
check_error 2 kernel: 'and is given once' ovl netns set n3 7
for id in x -2 4294967296 2147483648; do
	check_fails 1 "'$id' is no id" ovl netns set n3 "$id"
done
check_fails 1 'set needs a namespace that exists' ovl netns set nothing 9
ovl netns del n1 n2 n3

# --- many at once, and other mount namespaces
for i in $(seq 20); do
	ovl netns add "p$i" &
	eval "job$i=\$!"
done
failed=0
for i in $(seq 20); do
	eval "wait \$job$i" || failed=$((failed + 1))
done
check_equal '20 adds at once all succeed' '0 20 1' \
	"$failed $(mounts) $(grep -c ' /run/netns ' /proc/self/mountinfo)"
unshare --mount --propagation unchanged sleep 1000 &
copy=$!
wait_for sh -c "[ \$(readlink /proc/$copy/ns/mnt) != \$(readlink /proc/self/ns/mnt) ]"
# shellcheck disable=SC2046 # words
check 'all are deleted' ovl netns del $(names)
check_equal 'also in the copies other mount namespaces have' 0 \
	"$(grep -c ' /run/netns/' /proc/$copy/mountinfo)"
kill $copy
wait $copy 2>/dev/null

mkfifo "$WORK/locked"
flock --no-fork /run/netns sh -c "echo >'$WORK/locked'; exec sleep 1000" &
holder=$!
read -r _ <"$WORK/locked"
check_error 6 locked 'a lock that is not given back is told' ovl netns add n1
kill $holder
wait $holder 2>/dev/null
check 'and its end lets the next one in' ovl netns add n1

# --- without root
bare() {
	setpriv --bounding-set=-all --inh-caps=-all "$@"
}
check_error 2 CAP_SYS_ADMIN 'add names the capability it needs' bare ovl netns add bare
check_error 2 CAP_SYS_ADMIN 'del does too' bare ovl netns del n1
check_error 125 CAP_SYS_ADMIN 'and exec' bare ovl netns exec n1 true
check_equal 'after which all is as before' n1 "$(names)"
check_prints 'show needs none' n1 first_words bare ovl -o netns show
if unshare --user --map-root-user --net --mount true 2>/dev/null; then
	check_prints 'all of it works in a user namespace' 'u1
lo
u1' unshare --user --map-root-user --net --mount sh -c '
		mount -t tmpfs tmpfs /run && ovl netns add u1 && ovl -j netns show | jq -r ".[].name" &&
		ovl netns exec u1 ip -j link | jq -r ".[].ifname" &&
		ip netns list && ovl netns del u1'
	# Here there is no way back into the namespace ovl runs in: the outer one owns it.
	check_prints 'also in one whose network is the outer one' 'u1' \
		unshare --user --map-root-user --mount sh -c '
		mount -t tmpfs tmpfs /run && ovl netns add u1 && ovl -j netns show | jq -r ".[].name" &&
		ovl netns del u1'
else
	skip 'user namespaces are forbidden here'
fi
ovl netns del n1
check_equal 'no name or mount is left' ' 0' "$(names) $(mounts)"
