#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ovl enter: on a host that is a namespace of this machine a command finds the names, the links and
# the state that it would find on a machine of its own, and leaves none of it behind.
. "$(dirname "$0")/../support/check.sh"
needs ip jq ping setpriv

# As root ovl makes /var/lib/ovl; the machine's stays as it is.
mount -t tmpfs tmpfs /var/lib || skip_all 'mounts are forbidden here'

names() {
	"$@" ovl -j netns show | jq -r '.[].name' | paste -sd' '
}
mounts() {
	cat /proc/self/mountinfo
}

# --- two hosts with namespaces, wired
ovl netns add a a.n1 a.n2 b b.n1 seg.wan a.b.c
ovl veth add eth0 netns a up addr 192.0.2.1/24 peer eth0 netns b up addr 192.0.2.2/24
ovl veth add eth0 netns a.n1 up addr 198.51.100.1/24 peer v1 netns a up
before=$(mounts)

# --- names
check_equal 'namespaces of the host have their own names' 'b.c n1 n2' "$(names ovl enter a)"
check_equal 'ip sees the same' 'b.c n1 n2' \
	"$(ovl enter a ip -j netns | jq -r '.[].name' | sort | paste -sd' ')"
check_equal 'those of another host others' n1 "$(names ovl enter b)"
check_equal 'a host without any has none' '' "$(ovl netns add c && names ovl enter c)"
ovl netns del c
check_prints 'a name leads to the namespace it has outside' "$(stat -c %i /run/netns/a.n1)" \
	ovl enter a stat -c %i /run/netns/n1
check_prints 'whose links are there' 198.51.100.1 ovl enter a sh -c \
	'ovl -n n1 -j addr show eth0 | jq -r ".[].addr_info[] | select(.family == \"inet\").local"'
check_prints 'a command runs in it by that name' eth0 \
	ovl enter a ovl netns exec n1 sh -c 'ls -I bonding_masters /sys/class/net | grep eth'
check_fails 1 'by its outer name it is not known' ovl enter a ovl -n a.n1 link show
check_error 1 'no such namespace' 'nor is another host' ovl enter a ovl -n b link show
check_prints 'what is named inside stays inside' 'b.c n1 n2 n3' sh -c \
	'ovl enter a sh -c "ip netns add n3 && ovl -j netns show" | jq -r ".[].name" | paste -sd" "'
check 'and is not outside' test ! -e /run/netns/n3 -a ! -e /run/netns/a.n3

# --- the network
check 'a ping goes from host to host' ovl enter a ping -c1 -W5 192.0.2.2
check 'and back' ovl enter b ping -c1 -W5 192.0.2.1
check_prints '/sys shows the links of the host' 'eth0 lo v1' \
	sh -c 'ovl enter a ls -I bonding_masters /sys/class/net | paste -sd" "'
check_prints 'ovl works on its links' br0 \
	ovl enter a sh -c 'ovl bridge add br0 && ovl -j link show br0 | jq -r ".[].ifname"'
check 'which are those of the namespace' ip -n a link show br0

# --- the state of ovl
mkdir -p /run/ovl /var/lib/ovl
touch /run/ovl/outer /var/lib/ovl/outer
before=$(mounts)
check_prints 'the state of ovl is its own, and empty' '' ovl enter a find /run/ovl /var/lib/ovl -mindepth 1
check 'it may be written' ovl enter a touch /run/ovl/inner /var/lib/ovl/inner
check_equal 'which nobody sees outside' 'outer outer' \
	"$(ls /run/ovl) $(ls /var/lib/ovl)"
check_prints 'nor the next command' '' ovl enter a ls /run/ovl
mkdir "$WORK/runtime"
check_prints 'what is below XDG_RUNTIME_DIR is its own, too' '' env XDG_RUNTIME_DIR="$WORK/runtime" \
	ovl enter a sh -c 'ls "$XDG_RUNTIME_DIR/ovl" && touch "$XDG_RUNTIME_DIR/ovl/inner"'
check_equal 'and empty outside' '' "$(ls "$WORK/runtime/ovl")"
check_prints 'what lies beside is there still' outer sh -c \
	'echo outer >/run/file && ovl enter a cat /run/file; rm /run/file'

if private_etc; then
	mkdir -p /etc/netns/a
	echo outer >/etc/ovl-test
	echo inner >/etc/netns/a/ovl-test
	check_prints 'files of /etc/netns/HOST take the place of those of /etc' inner \
		ovl enter a cat /etc/ovl-test
	before=$(mounts)
else
	skip 'a private /etc is forbidden here'
fi
check_equal 'no mount is left' "$before" "$(mounts)"
# shellcheck disable=SC2016 # the variable is the inner shell's
check_fails 137 'also when it is killed' ovl enter a sh -c 'kill -KILL $$'
check_equal 'none is' "$before" "$(mounts)"

# --- the command
check_fails 7 'it ends with the status of the command' ovl enter a sh -c 'exit 7'
check_fails 3 'also behind --' ovl enter a -- sh -c 'exit 3'
check_error 126 "host 'a'" 'what cannot be run is 126' ovl enter a /etc/passwd
check_error 127 "'no-such-command'" 'what is not there is 127' ovl enter a no-such-command
check_prints 'options are its own' '--json -j' ovl enter a echo --json -j
check_prints 'without a command it is a shell' 'a b' \
	sh -c 'echo "echo a b" | SHELL=/bin/sh exec ovl enter a'
check_prints 'which may be /bin/sh' 'a b' sh -c 'echo "echo a b" | SHELL=/nowhere exec ovl enter a'
check 'no other descriptor goes along' sh -c \
	'exec 5</dev/null; exec ovl enter a sh -c "test ! -e /proc/\$\$/fd/5"'
check_prints 'a host within: names are cut once more' c ovl enter a sh -c \
	'ovl netns add b && ovl -j enter b ovl -j netns show | jq -r ".[].name"'
printf 'enter a touch /run/netns/mark\nenter a ls /run/netns\nenter b false\n' >"$WORK/batch"
check_fails 1 'a batch goes on afterwards' ovl -b "$WORK/batch"
check_contains 'and stops at the first that fails' 'batch:3: the command ended with status 1' "$OUTPUT"
check_contains 'each line enters anew' "$(printf 'b.c\nn1\nn2\n')" "$OUTPUT"
check_lacks 'with nothing of the one before' mark "$OUTPUT"

# --- what is no host
check_error 125 "did you mean 'a'" 'an unknown host is 125, and the nearest is told' ovl enter aa true
check_error 125 'no such host' 'also where nothing is near' ovl enter elsewhere true
for name in a.n1 '' . pid:1 ../a a/b "$(printf 'a\033[1m')"; do
	check_fails 125 "'$(printf %s "$name" | tr -d '\033')' is no host" ovl enter "$name" touch "$WORK/ran"
	check_lacks 'which moves no terminal' "$(printf '\033')" "$OUTPUT"
done
check_error 125 'HOST' 'a host is needed' ovl enter
check_error 125 'without running it' 'it cannot be tried dry' ovl --dry-run enter a touch "$WORK/ran"
check_error 125 -n '-n does not go with it' ovl -n a enter a touch "$WORK/ran"
check_error 1 --all-netns 'nor does -A' ovl -A enter a touch "$WORK/ran"
check 'nothing ran' test ! -e "$WORK/ran"
check_error 125 CAP_SYS_ADMIN 'the right it needs is named' \
	setpriv --bounding-set=-all --inh-caps=-all ovl enter a true
check_equal 'after all of which no mount is left' "$before" "$(mounts)"

# --- in a sandbox
check_prints 'it works in a sandbox' 'n1 eth0 lo' ovl sandbox sh -c '
	ovl netns add h h.n1 && ovl veth add eth0 netns h peer x netns h.n1 &&
	ovl enter h sh -c "echo \$(ls /run/netns) \$(ls -I bonding_masters /sys/class/net)"'
if unshare --user --map-root-user true 2>/dev/null; then
	check_prints 'without root, too' 'n1 eth0 lo' unshare --user --map-root-user ovl sandbox sh -c '
		ovl netns add h h.n1 && ovl veth add eth0 netns h peer x netns h.n1 &&
		ovl enter h sh -c "echo \$(ls /run/netns) \$(ls -I bonding_masters /sys/class/net)"'
else
	skip 'user namespaces are forbidden here'
fi
