#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ovl sandbox: what is made inside is not outside, nothing survives its end, and one with a name
# is there for whoever comes back. All of it twice: as root, and as a user without rights.
. "$(dirname "$0")/../support/check.sh"
needs ip jq setpriv flock

chmod 711 "$WORK"
mkdir -m 1777 "$WORK/common"

# me CMD...: as who the turn is about.
mkdir "$WORK/bin"
PATH=$WORK/bin:$PATH
become() {
	who=$1
	shift
	printf '#!/bin/sh\nexec %s "$@"\n' "$*" >"$WORK/bin/me"
	chmod 755 "$WORK/bin/me"
}

names() {
	me ovl -j sandbox list | jq -r '.[].name' | paste -sd' '
}
pid_of() {
	me ovl -j sandbox list | jq ".[] | select(.name == \"$1\").pid"
}
programs() {
	cat /proc/[0-9]*/status 2>/dev/null | awk '
		$1 == "Name:" { name = $2 }
		$1 == "State:" && $2 != "Z" && (name == "ovl" || name == "sleep") { count++ }
		END { print count + 0 }'
}
as_before() {
	[ "$(programs)" = "$before" ]
}

# start OVL_WORDS... SCRIPT: ovl runs the script in the background, with $FIFO as descriptor 3, until
# it wrote a line there; the pid of ovl is in $started. Descriptor 5 ends when nothing inside has
# the FIFO open any more: 4, which can be opened before that, is a writer itself.
FIFO=$WORK/common/fifo
export FIFO
start() {
	rm -f "$FIFO"
	mkfifo -m 666 "$FIFO"
	exec 4<>"$FIFO"
	me env --default-signal=INT sh -c '
		for script in "$@"; do :; done
		[ "$2" = enter ] && set -- "$1" "$2" "$3" || set -- "$1"
		exec ovl "$@" sh -c "exec 3>\$FIFO; $script"' sh "$@" 4<&- &
	started=$!
	timeout 10 head -n1 <&4 >/dev/null || echo "# nothing came up inside"
	exec 5<"$FIFO" 4<&-
}
is_over() {
	timeout 10 cat <&5
}

# shellcheck disable=SC2016 # the variables are the inner shell's
suite() {
	mounts=$(cat /proc/self/mountinfo)
	links=$(ip -o link | cut -d: -f2)
	before=$(programs)

	# --- inside and outside
	check_prints "$who: what is made inside is there" 'a
b
a' me ovl sandbox sh -c 'ovl netns add a && ovl veth add v0 peer b netns a &&
		ovl -j netns show | jq -r ".[].name" &&
		ovl -n a -j link show b | jq -r ".[].ifname" && ls /run/netns'
	check_equal "$who: and not outside" "$links" "$(ip -o link | cut -d: -f2)"
	check_equal "$who: nor a name" '' "$(ls /run/netns)"
	check_equal "$who: nor a mount" "$mounts" "$(cat /proc/self/mountinfo)"
	ip netns add outer
	check_prints "$who: names outside are not inside" '' me ovl -o sandbox -- ovl -o netns show
	ip netns del outer
	check_prints "$who: nor are processes" '1 ovl' \
		me ovl sandbox sh -c 'echo 1 $(cat /proc/1/comm)'
	check_prints "$who: /sys shows the sandbox" lo me ovl sandbox ls -I bonding_masters /sys/class/net
	check "$who: lo is up" me ovl sandbox ip -4 addr show dev lo to 127.0.0.1
	check_prints "$who: the command is root in it" '0 0' me ovl sandbox sh -c 'echo $(id -u) $(id -g)'
	check_prints "$who: the folder is the same" /run \
		sh -c 'cd /run && exec "$@"' sh me ovl sandbox pwd
	echo outer >/run/file
	mkdir /run/folder
	echo deep >/run/folder/file
	ln -s folder/file /run/link
	check_prints "$who: what lies in /run is there still" 'outer deep deep' \
		me ovl sandbox sh -c 'echo $(cat /run/file /run/folder/file /run/link)'
	rm -r /run/file /run/folder /run/link
	check_prints "$who: the state of ovl is its own" 0 me ovl sandbox sh -c '
		touch /run/ovl/x /var/lib/ovl/x && ls /run/ovl /var/lib/ovl | grep -c "^[^x/]"; true'
	check "$who: and does not get out" test ! -e /run/ovl/x -a ! -e /var/lib/ovl/x
	check_prints "$who: OVL_SANDBOX says where one is" yes me ovl sandbox sh -c 'echo $OVL_SANDBOX'

	# --- the command
	check_fails 7 "$who: it ends with the status of the command" me ovl sandbox sh -c 'exit 7'
	check_fails 137 "$who: or its signal" me ovl sandbox sh -c 'kill -KILL $$'
	check_fails 126 "$who: what cannot be run is 126" me ovl sandbox /etc/passwd
	check_error 127 "'no-such-command'" "$who: what is not there is 127" me ovl sandbox no-such-command
	check_prints "$who: words reach it as they are" '$HOME;a b' me ovl sandbox printf %s '$HOME;a b'
	check_prints "$who: options are its own" --version me ovl sandbox printf %s --version
	check_prints "$who: run may be said" list me ovl sandbox run echo list
	check_fails 127 "$who: a command called like a verb goes behind --" me ovl sandbox -- list
	check_prints "$who: without one it is a shell" 'hello yes' \
		sh -c 'echo "echo hello \$OVL_SANDBOX" | SHELL=/bin/sh exec me ovl sandbox'
	check "$who: no other descriptor goes along" me sh -c \
		'exec 5</dev/null; ovl sandbox sh -c "test ! -e /proc/\$\$/fd/5 -a ! -e /proc/1/fd/5"'
	check_fails 0 "$who: nor does the one who ends wait for what it left" \
		timeout 10 me ovl sandbox sh -c 'sleep 1000 & exit 0'
	check_equal "$who: which is gone" "$before" "$(programs)"

	# --- signals
	start sandbox 'trap "exit 5" TERM; echo >&3; sleep 1000 & wait'
	kill -TERM $started
	wait $started
	check_equal "$who: SIGTERM is the command's" 5 $?
	start sandbox 'echo >&3; exec sleep 1000'
	kill -INT $started
	wait $started
	check_equal "$who: SIGINT too" 130 $?
	start sandbox 'setsid sleep 1000 & echo >&3; exec sleep 1000'
	kill -KILL $started
	check "$who: ovl killed, all inside is" is_over
	wait $started 2>/dev/null
	check "$who: and nobody is left" wait_for as_before

	# --- with a name
	check_json "$who: at first there is none" '[]' "$(me ovl -j sandbox list)"
	check_fails 7 "$who: one with a name ends with its command's status too" \
		me ovl sandbox --name s1 sh -c 'ovl veth add v0 peer v1 && ovl netns add a && exit 7'
	check_equal "$who: and stays" s1 "$(names)"
	check_prints "$who: who enters sees its links" v1 \
		me ovl sandbox enter s1 sh -c 'ovl -j link show v1 | jq -r ".[].ifname"'
	me ovl sandbox enter s1 ovl netns add b
	check_prints "$who: and what others made since" 'a b' \
		me ovl sandbox enter s1 -- sh -c 'echo $(ls /run/netns)'
	check_fails 3 "$who: enter has the status of the command" me ovl sandbox enter s1 sh -c 'exit 3'
	check_fails 127 "$who: 127 when it is not there" me ovl sandbox enter s1 no-such-command
	check_fails 126 "$who: 126 when it cannot be run" me ovl sandbox enter s1 /etc/passwd
	check_prints "$who: OVL_SANDBOX is the name" s1 me ovl sandbox enter s1 sh -c 'echo $OVL_SANDBOX'
	check_prints "$who: the folder is that of who enters" /usr \
		sh -c 'cd /usr && exec "$@"' sh me ovl sandbox enter s1 pwd
	check_error 2 'sandbox enter s1' "$who: a name is given once" me ovl sandbox --name s1 true
	check "$who: with -i it is entered" me ovl -i sandbox --name=s1 test -e /run/netns/b
	check_equal "$who: outside there is nothing of it" "$links$mounts" \
		"$(ip -o link | cut -d: -f2)$(cat /proc/self/mountinfo)"
	me ovl sandbox --name s0 true
	check_equal "$who: the list is sorted" 's0 s1' "$(names)"
	check_fails 1 "$who: two do not see each other's links" me ovl sandbox enter s0 ovl link show v0
	check_prints "$who: an orphan that ended leaves no zombie" 0 me ovl sandbox enter s1 sh -c '
		(sh -c "echo \$\$ >/run/pid; exec true" &)
		until [ -s /run/pid ] && ! [ -e /proc/$(cat /run/pid) ]; do :; done
		cat /proc/[0-9]*/status | grep -c "^State:.Z"; true'

	start sandbox enter s1 'echo >&3; exec sleep 1000'
	check_equal "$who: list counts what lives inside" 1 \
		"$(me ovl -j sandbox list | jq '.[] | select(.name == "s1").processes')"
	check_equal "$who: its columns say the same" "s1 $(pid_of s1) 1 -" \
		"$(me ovl -o sandbox list | awk '/^s1/ { print $1, $2, $4, $5 }')"
	kill -TERM $started
	wait $started
	check_equal "$who: SIGTERM is the entered command's" 143 $?
	start sandbox enter s1 'setsid sleep 1000 & ovl netns exec a sleep 1000 & echo >&3; exec sleep 1000'
	check_prints "$who: --dry-run of end says what" '- sandbox s1' me ovl --dry-run sandbox end s1
	check "$who: end ends what lives inside" me ovl sandbox end s1
	check_equal "$who: at once, all of it" '' "$(timeout 1 cat <&5 || echo alive)"
	wait $started
	check_equal "$who: who was in sees it killed" 137 $?
	check_equal "$who: its name is gone" s0 "$(names)"
	check_error 125 "no sandbox 's1'" "$who: it cannot be entered" me ovl sandbox enter s1 true
	check_error 1 "did you mean 's0'" "$who: nor ended, but the nearest is told" me ovl sandbox end s1
	check "$who: with -i that is no error" me ovl -i sandbox end s1
	check "$who: end takes several" sh -c '"$@" ovl sandbox --name s2 true &&
		"$@" ovl sandbox end s0 s2' sh me
	check_equal "$who: nothing of them is left" "$before " "$(programs) $(ls "$store")"

	# --- whose keeper was killed
	me ovl sandbox --name dead true
	keeper=$(pid_of dead)
	kill -KILL "$keeper"
	wait_for test ! -e "/proc/$keeper"
	check_equal "$who: one whose keeper was killed is listed as such" 'dead true null' \
		"$(me ovl -j sandbox list | jq -r '.[] | "\(.name) \(.stale) \(.pid)"')"
	check_contains "$who: in columns too" stale "$(me ovl sandbox list)"
	check_error 125 'its keeper was killed' "$who: it cannot be entered" me ovl sandbox enter dead true
	check "$who: --name makes it anew" me ovl sandbox --name dead true
	keeper=$(pid_of dead)
	kill -KILL "$keeper"
	wait_for test ! -e "/proc/$keeper"
	check "$who: end clears it away" me ovl sandbox end dead
	check_equal "$who: so that nothing is left" '' "$(ls "$store")"
	# Another process that got its pid is none of its keeper's.
	me sh -c 'echo 1 >"$1/reused"' sh "$store"
	check_equal "$who: a file that nobody keeps is stale" 'reused true' \
		"$(me ovl -j sandbox list | jq -r '.[] | "\(.name) \(.stale)"')"
	check "$who: and is cleared away" me ovl sandbox end reused

	# --- what else may lie there, and what it may not be called
	for name in a/b ../x .. . .x -- '' 'a b' 'a%b' "$(printf 'a\033[1mb')" "$(printf '%065d' 0)"; do
		check_fails 1 "$who: none may be called '$(printf %s "$name" | tr -d '\033')'" \
			me ovl sandbox --name "$name" true
		check_lacks "$who: which moves no terminal" "$(printf '\033')" "$OUTPUT"
		check_fails 1 "$who: nor is it ended" me ovl sandbox end "$name"
		[ "$name" = -- ] || check_fails 125 "$who: nor entered" me ovl sandbox enter "$name" true
	done
	me mkfifo "$store/fifo"
	me mkdir "$store/folder"
	me ln -s /etc/passwd "$store/symlink"
	for name in fifo folder symlink; do
		check_fails 2 "$who: --name takes no $name" timeout 10 me \
			ovl sandbox --name $name true
		check_fails 1 "$who: end neither" timeout 10 me ovl sandbox end $name
	done
	check_equal "$who: they are not listed, and there still" ' fifo folder symlink' \
		"$(names) $(ls "$store" | paste -sd' ')"
	rm -r "${store:?}"/*

	flock --no-fork "$store" sh -c "echo >'$WORK/common/locked'; exec sleep 1000" &
	holder=$!
	wait_for test -e "$WORK/common/locked"
	check_error 6 locked "$who: a lock that is not given back is told" me ovl sandbox --name s1 true
	kill $holder
	wait $holder 2>/dev/null
	rm "$WORK/common/locked"
	chmod 777 "$store"
	check_error 2 'others may write' "$who: a folder others may write to is not used" \
		me ovl sandbox --name s1 true
	chmod 700 "$store"

	# --- one in the other
	check_prints "$who: a sandbox in a sandbox sees its own names" 'in: b a c' me ovl sandbox sh -c '
		ovl netns add a && ovl sandbox --name x ovl netns add b &&
		echo in: $(ovl sandbox enter x ls /run/netns) $(ls /run/netns) \
			$(ovl sandbox sh -c "ovl sandbox --name y true; ovl netns add c; ls /run/netns")'
	check_equal "$who: and ends with it" "$before" "$(programs)"

	# --- what does not go together
	printf '%s\n' 'sandbox --name s1 ovl netns add a' 'sandbox enter s1 ls /run/netns' \
		'sandbox end s1' 'sandbox sh -c "exit 9"' >"$WORK/common/batch"
	check_fails 9 "$who: a batch goes on afterwards, outside" me ovl -b "$WORK/common/batch"
	check_contains "$who: and stops with the first that fails" \
		"batch:4: the command ended with status 9" "$OUTPUT"
	check_error 1 'without making it' "$who: not dry" me ovl --dry-run sandbox --name s1 true
	check_error 1 -n "$who: not in a namespace" me ovl -n . sandbox true
	check_error 1 --name "$who: --name needs a name" me ovl sandbox --name
	check_error 1 "'--nam'" "$who: other options are refused" me ovl sandbox --nam x true
	check_fails 125 "$who: enter needs a name" me ovl sandbox enter
	check_equal "$who: none was made" '' "$(names)"
	check_equal "$who: nothing is left" "$before$links$mounts" \
		"$(programs)$(ip -o link | cut -d: -f2)$(cat /proc/self/mountinfo)"
}

# ip makes /run/netns a mount of its own when it is first used.
ip netns add outer
ip netns del outer

become root
store=/run/ovl/sandbox
mkdir -m 700 /run/ovl $store
suite

# setpriv has no other id to change to in a user namespace.
mkdir -m 700 "$WORK/common/runtime"
if setpriv --reuid=65534 --regid=65534 --clear-groups ovl -V >/dev/null 2>&1 &&
	chown 65534:65534 "$WORK/common/runtime" &&
	setpriv --reuid=65534 --regid=65534 --clear-groups unshare --user true 2>/dev/null; then
	become nobody setpriv --reuid=65534 --regid=65534 --clear-groups
	XDG_RUNTIME_DIR=$WORK/common/runtime
	export XDG_RUNTIME_DIR
	store=$XDG_RUNTIME_DIR/ovl/sandbox
	me mkdir -m 700 "$XDG_RUNTIME_DIR/ovl" "$store"
	suite
	check 'nobody: a user has no rights outside' me sh -c '
		ovl sandbox --name s1 true && ! ip link add dummy0 type dummy 2>/dev/null &&
		ovl sandbox end s1'
	check_error 2 'parts of /proc are hidden' 'nobody: a /proc as in a container is told' \
		unshare --mount sh -c 'mount -t tmpfs tmpfs /proc/fs && exec me ovl sandbox true'
	unset XDG_RUNTIME_DIR
	if [ -e /tmp/ovl-65534 ]; then
		skip 'nobody: /tmp/ovl-65534 is somebody'\''s'
	else
		check 'nobody: without XDG_RUNTIME_DIR they are below /tmp' me sh -c '
			ovl sandbox --name s1 true && test -e /tmp/ovl-65534/sandbox/s1 &&
			ovl sandbox end s1 && rmdir /tmp/ovl-65534/sandbox /tmp/ovl-65534'
		mkdir /tmp/ovl-65534
		check_error 2 'another user' 'nobody: a folder of another is not used' \
			me ovl sandbox --name s1 true
		rmdir /tmp/ovl-65534
	fi
else
	skip 'nobody: there is no other user here'
fi

# --- where namespaces are forbidden
if unshare --user --map-root-user true 2>/dev/null; then
	for setting in user net mnt pid uts; do
		check_error 2 "user.max_${setting}_namespaces is 0" \
			"no $setting namespaces: the setting is named" \
			unshare --user --map-root-user sh -c "echo 0 >/proc/sys/user/max_${setting}_namespaces
			exec setpriv --bounding-set=-all --inh-caps=-all ovl sandbox true"
		check_contains 'with its remedy' "sysctl user.max_${setting}_namespaces=" "$OUTPUT"
	done
	check 'root without rights makes a user namespace, too' \
		setpriv --bounding-set=-all,+setfcap --inh-caps=-all ovl sandbox ovl netns add a
	check_error 2 CAP_SETFCAP 'and is told of the one right that takes' \
		setpriv --bounding-set=-all --inh-caps=-all ovl sandbox true
	for setting in unprivileged_userns_clone=0 apparmor_restrict_unprivileged_userns=1; do
		check_error 2 "kernel.${setting%=*} is ${setting#*=} here" \
			"${setting%=*}: the setting is named" \
			unshare --user --map-root-user --mount sh -c "mount -t tmpfs tmpfs /proc/sys/kernel &&
			echo ${setting#*=} >/proc/sys/kernel/${setting%=*} &&
			echo 0 >/proc/sys/user/max_user_namespaces &&
			exec setpriv --bounding-set=-all --inh-caps=-all ovl sandbox true"
		check_contains 'with its remedy' "sysctl kernel.${setting%=*}=$((1 - ${setting#*=}))" "$OUTPUT"
	done
	check_error 2 max_user_namespaces 'one with a name is not made either' \
		unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/max_user_namespaces
		exec setpriv --bounding-set=-all --inh-caps=-all ovl sandbox --name s1 true'
	check_json 'and leaves no file' '[]' "$(ovl -j sandbox list)"
else
	skip 'user namespaces are forbidden here'
fi
