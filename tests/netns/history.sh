#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ovl history: the files that were applied, read from what is kept; whatever else lies there does no
# harm, and a sandbox has a history of its own.
. "$(dirname "$0")/../support/check.sh"
needs jq

kept=/var/lib/ovl
esc=$(printf '\033')

check_prints 'where nothing was applied nothing is listed' '' ovl history
check_json 'in JSON too' '{"format": 1, "lab": null, "history": []}' "$(ovl -j history)"
check_error 1 "no file of a lab 'demo'" 'nor of a lab' ovl history demo
check 'and looking makes no folder' test ! -e $kept

# keep LAB N META: as an apply does.
keep() {
	(umask 077 && mkdir -p "$kept/$1")
	echo 'ovl: 1' >"$kept/$1/$2.yaml"
	printf '%s' "$3" >"$kept/$1/$2.meta"
}
keep demo 7 'time 1764043200
who alice
from /root/demo.yaml
'
keep demo 12 'time 1764050400
who carol
host h1
from /root/my demo.yaml
set vni=3
set mtu=1400
mark rolled back
comment two\nlines
'
check_prints 'the newest comes first' \
	'NR  WHEN                       BY     HOST  FROM                SET             MARK         COMMENT
0   2025-11-25T07:00:00+01:00  carol  h1    /root/my demo.yaml  vni=3 mtu=1400  rolled back  two\x0alines
1   2025-11-25T05:00:00+01:00  alice        /root/demo.yaml' env TZ=CET-1 ovl history
check_prints 'west of Greenwich, too' '2025-11-25T02:30:00-03:30
2025-11-25T00:30:00-03:30' sh -c 'TZ=NST3:30 ovl -o history | cut -d" " -f2'
check_prints '-o is for awk' '0 carol h1 /root/my,demo.yaml vni=3,mtu=1400 rolled,back two\x0alines
1 alice - /root/demo.yaml - - -' sh -c 'ovl -o history demo | cut -d" " -f1,3-'
check_json 'JSON has all of it' '{"format": 1, "lab": "demo", "history": [
	{"nr": 0, "time": "2025-11-25T06:00:00Z", "by": "carol", "host": "h1",
	 "from": "/root/my demo.yaml", "set": ["vni=3", "mtu=1400"], "mark": "rolled back",
	 "comment": "two\nlines", "file": "/var/lib/ovl/demo/12.yaml"},
	{"nr": 1, "time": "2025-11-25T04:00:00Z", "by": "alice", "from": "/root/demo.yaml",
	 "file": "/var/lib/ovl/demo/7.yaml"}]}' "$(ovl -j history demo)"
check_equal 'a kept file is one that commands take' 'ovl: 1' \
	"$(cat "$(ovl -j history | jq -r '.history[0].file')")"

# --- which lab
keep mesh 1 ''
check_error 1 'one of: demo mesh' 'of several one must be named' ovl history
check_error 1 "did you mean 'mesh'" 'of one that is not known the nearest is told' ovl history mash
check_error 1 "'x' is not expected" 'there is one only' ovl history demo x
check_prints 'completion knows them' 'demo mesh' sh -c 'ovl complete -- history "" | cut -f1 | sort | paste -sd" "'
check_error 1 "is no lab's name" 'what is no name is no lab' ovl history ../demo
check_lacks 'and moves no terminal' "$esc" "$(ovl history "$(printf 'a\033[1m')" 2>&1)"

# --- what else may lie there
check_prints 'without its meta a file is listed all the same' 1 sh -c 'ovl -o history mesh | wc -l'
keep mesh 2 "$(printf 'who \033]0;x\007\ncomment \342\200\256evil\ntime nonsense\nfrom \377\n')"
check_lacks 'a meta moves no terminal' "$esc" "$(ovl history mesh)"
check_contains 'but shows what it has' '\x1b]0;x\x07' "$(ovl history mesh)"
check 'and JSON stays JSON' sh -c 'ovl -j history mesh | iconv -f utf8 -t utf8 | jq -e ".history | length == 2"'
mkdir $kept/empty $kept/Folder
echo x >$kept/file
ln -s demo $kept/link
mkfifo $kept/mesh/3.meta
echo >$kept/mesh/3.yaml
head -c 3000000 /dev/zero >$kept/mesh/4.meta
echo >$kept/mesh/4.yaml
check_error 1 'one of: demo mesh' 'what is no history is none' ovl history
check_equal 'and nothing is waited for' 4 "$(timeout 10 ovl -o history mesh | wc -l)"
check_error 2 "'$kept/link'" 'a link is not followed' ovl history link
chmod 770 $kept/mesh
check_error 2 "others may write to '$kept/mesh'" 'a folder others may write to is not read' \
	ovl history mesh
check_equal 'nor listed' demo "$(ovl -j history | jq -r .lab)"
chmod 700 $kept/mesh
chmod 777 $kept
check_error 2 'others may write' 'of the folder above it is told' ovl history
chmod 700 $kept

# --- in a sandbox, and whose it is
check_prints 'a sandbox has a history of its own' '' ovl sandbox ovl history
check_prints 'where there was no folder for it, too' '/var/lib/ovl' ovl sandbox sh -c '
	umount /var/lib/ovl; umount /var/lib; mount -t tmpfs tmpfs /var && HOME=/run/home &&
	mkdir $HOME && export HOME && ovl sandbox sh -c "ls -d /var/lib/ovl && ovl history && ls -A $HOME"'
if setpriv --reuid=65534 --regid=65534 --clear-groups ovl -V >/dev/null 2>&1; then
	chmod 711 "$WORK"
	mkdir "$WORK/home"
	nobody() {
		setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$WORK/home" "$@"
	}
	check_prints 'another user has another' '' nobody ovl history
	chown 65534:65534 "$WORK/home"
	nobody mkdir -p -m 700 "$WORK/home/.local/state/ovl/own"
	nobody touch "$WORK/home/.local/state/ovl/own/1.yaml"
	check_equal 'below their own folder' "$WORK/home/.local/state/ovl/own/1.yaml" \
		"$(nobody ovl -j history | jq -r '.history[].file')"
	check_equal 'or where XDG_STATE_HOME says' null \
		"$(nobody env XDG_STATE_HOME="$WORK/home/elsewhere" ovl -j history | jq -r '.lab')"
	check_prints 'their sandboxes do not have it' '' nobody ovl sandbox ovl history
else
	skip 'there is no other user here'
fi
