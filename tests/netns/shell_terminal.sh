#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The shell under a person's fingers: TAB, '?', pastes, history, signals, on a terminal.
. "$(dirname "$0")/../support/check.sh"
. "$OVL_SOURCE/tests/support/terminal.sh"
ovl help shell >/dev/null 2>&1 || skip_all 'this ovl has no shell'

export XDG_STATE_HOME="$WORK/state" INPUTRC="$WORK/inputrc"
: >"$INPUTRC"
history=$XDG_STATE_HOME/ovl/history
cd "$WORK" || exit 1

# shell_start: a shell that waits for its first line.
shell_start() {
	term_start ovl shell
	term_wait_last 'ovl>'
}
# shell_stop: Ctrl-C, until there is an empty line, and Ctrl-D.
shell_stop() {
	term_keys C-c
	term_wait_last 'ovl>'
	term_keys C-d
	term_wait_line '[ended 0]'
}
# after SENTENCE LINE KEY...: pressed at a new prompt, they make that line, the cursor at '|'.
line_is() {
	[ "$(term_cursor)" = "$1" ]
}
after() {
	after_sentence=$1 after_line=$2
	shift 2
	term_keys C-c
	term_wait_last 'ovl>'
	term_keys "$@"
	wait_for line_is "$after_line" >/dev/null
	check_equal "$after_sentence" "$after_line" "$(term_cursor)"
}

ovl netns add n1
ovl bridge add br0
ovl -n n1 bridge add inside
hostile=$(printf 'br\033[31m')
ip link add "$hostile" type bridge
mkdir 'a dir' && : >'a dir/lab one.yaml' && : >"$(printf 'a dir/la\033[31m')"

# --- TAB
shell_start
after 'one that fits is completed, with a blank' 'ovl> bridge |' brid Tab
after 'a name that is there, too' 'ovl> bridge del br0 |' 'bridge del b' Tab
check_lacks 'and one that would move the terminal is not offered' '31m' "$(term_screen)"
after 'a name in another namespace' 'ovl> link set n1/inside |' 'link set n1/i' Tab
after 'what several have in common is completed' 'ovl> link set br0 mtu 1400 n|' \
	'link set br0 mtu 1400 n' Tab
term_keys Tab Tab
check 'a further TAB lists them' term_wait 'neigh_forward_grat   neigh_vlan_suppress  nomaster'
check 'below the line, which is as it was' term_wait_last 'ovl> link set br0 mtu 1400 n'
after 'in the middle of the line, too' 'ovl> bridge|x' 'bridx' Left Tab
after 'a quote that is open is closed' 'ovl> bridge del "br0" |' 'bridge del "b' Tab
after 'a file is quoted as it needs to be' 'ovl> check a\ dir/lab\ one.yaml |' 'check a' Tab l Tab
after 'in the quotes that are there' "ovl> check 'a dir/lab one.yaml' |" "check 'a d" Tab l Tab
after 'nothing is completed in a comment' 'ovl> # brid|' '# brid' Tab
ovl bridge add late0
after 'what was just made is known' 'ovl> bridge del late0 |' 'bridge del l' Tab
ovl bridge del late0
after 'and what has gone is not' 'ovl> bridge del l|' 'bridge del l' Tab
ovl netns add n2
after 'so are namespaces' 'ovl> netns del n2 |' 'netns del n2' Tab

# --- Lines that go on
term_keys C-c
term_wait_last 'ovl>'
term_type "bridge set br0 \\"
term_keys Enter
check 'a backslash at the end lets the line be typed on' term_wait_last 'ovl> bridge set br0'
term_type 'ageing_time 100'
ages() {
	[ "$(ip -d -j link show br0 | jq '.[0].linkinfo.info_data.ageing_time')" = "$1" ]
}
term_keys Enter
check 'and it is run as one' wait_for ages 100
printf '%s\n' "bridge set br0 \\" "    ageing_time \\" "    200" >"$WORK/continued"
term_paste "$WORK/continued"
check 'so it is when it is pasted' wait_for ages 200

# --- '?'
after 'a question mark leaves the line and the cursor' 'ovl> bridge |x' 'bridge x' Left '?'
check_contains 'and tells what can come next, with a line of help' \
	"$(ovl complete -- bridge a | tr '\t' '\n' | sed -n 2p)" "$(term_screen)"
after 'at the start it lists the commands' 'ovl> |' '?' Space
check_contains 'all of them' '  vxlan' "$(term_all)"
after 'a value that nobody can list has its placeholder' 'ovl> link set br0 mtu |' \
	'link set br0 mtu ' '?'
check_contains 'as the help has it' '  BYTES' "$(term_screen)"
after 'in quotes it is a character' 'ovl> link set br0 alias "what?|' 'link set br0 alias "what?'
after 'and behind a backslash' 'ovl> link set br0 alias what\?|' 'link set br0 alias what\?'
term_keys C-c
term_wait_last 'ovl>'
term_keys 'vxlan set br0 ' '?'
term_wait_last '--More--'
ok 'a long list is shown a screen at a time'
term_keys q
check 'q ends it' term_wait_last 'ovl> vxlan set br0'
term_keys C-c
term_wait_last 'ovl>'
term_keys 'configure new lab9' Enter
term_wait_last 'ovl(lab9)#'
for word in 'commit ' 'commit confirmed ' 'commit confirmed 5m '; do
	term_keys C-c C-l
	term_wait_last 'ovl(lab9)#'
	term_type "$word?"
	check "what may be said is offered behind '$word'" term_wait_line '  comment'
done
term_keys C-c C-l
term_wait_last 'ovl(lab9)#'
term_keys 'do monitor' Enter
term_wait 'do monitor'
# It watches once it tells of something.
heard() {
	ip link set br0 alias "$1" && term_shows "$1"
}
wait_for heard told >/dev/null
term_keys C-c
check 'a command that Ctrl-C ends leaves a line of its own' term_wait_last 'ovl(lab9)#'
term_keys exit Enter
term_wait_last 'ovl>'
shell_stop

# --- what happens meanwhile
shell_start
term_type 'link add half'
term_keys Left Left
term_wait_last 'ovl> link add half'
ip link add "x$hostile" type bridge
check 'news are told above the line, escaped' term_wait_line '-- xbr\x1b[31m appeared'
check_equal 'which stays as it was, and so does the cursor' 'ovl> link add ha|lf' "$(term_cursor)"
term_keys C-c
term_wait_last 'ovl>'
term_type 'vxlan set br0 ?'
term_wait_last '--More--'
ip link del "x$hostile"
term_keys q
check 'while a list is shown they wait for its end' term_wait_line '-- xbr\x1b[31m is gone'
check 'and the line comes back' term_wait_last 'ovl> vxlan set br0'
shell_stop

# --- history
check_equal 'the history is private' '700 600' \
	"$(stat -c %a "$(dirname "$history")" "$history" | paste -sd' ')"
shell_start
for line in 'netns show' ' netns list' 'link show lo' 'netns show'; do
	term_enter 'ovl>' "$line"
done
shell_stop
check_equal 'it has each line, but those behind a blank' 'netns show
link show lo
netns show' "$(tail -n3 "$history")"
shell_start
check_equal 'the next shell folds equal ones' 'link show lo
netns show' "$(tail -n2 "$history")"
check_equal 'of which there is one' 1 "$(grep -cx 'netns show' "$history")"
after 'and brings them back' 'ovl> link show lo|' Up Up
shell_stop

# --- pastes
i=0
while [ $i -lt 1000 ]; do
	echo "bridge set br0 ageing_time $((i + 10))"
	i=$((i + 1))
done >"$WORK/lines"
shell_start
{
	head -n 999 "$WORK/lines"
	tail -n 1 "$WORK/lines" | tr -d '\n'
} >"$WORK/paste"
term_paste "$WORK/paste"
check 'the last of 1,000 lines that were pasted is left to be edited' \
	term_wait_last 'ovl> bridge set br0 ageing_time 1009'
check_equal 'the one before has run' 1008 \
	"$(ip -d -j link show br0 | jq '.[0].linkinfo.info_data.ageing_time')"
term_all | grep '^ovl> bridge set' | sed 's/^ovl> //' >"$WORK/echoed"
check 'each stands on the screen once, in order' cmp "$WORK/lines" "$WORK/echoed"
shell_stop
printf '%s\n' 'set enable-bracketed-paste off' >"$INPUTRC"
shell_start
term_paste "$WORK/lines"
# What is typed ahead is not lost.
term_keys 'netns show' Enter
term_wait_line 'ovl> netns show'
shell_stop
check_equal 'without marks each line runs as well' "$(cat "$WORK/lines")
netns show" "$(tail -n 1001 "$history")"
: >"$INPUTRC"

# --- signals and sizes
shell_start
term_keys 'bridge del br0'
term_wait_last 'ovl> bridge del br0'
term_keys C-c
check 'Ctrl-C drops the line' term_wait_line 'ovl> bridge del br0^C'
check 'and shows a new one' term_wait_last 'ovl>'
term_keys 'link set br0 alias 0123456789-0123456789-0123456789'
term_resize 40 24
check_screen_tail() {
	[ "$(term_screen | tail -n2)" = "$1" ]
}
term_keys x
check 'a line is drawn anew when the terminal becomes narrow' wait_for check_screen_tail \
	'ovl> link set br0 alias 0123456789-01234
56789-0123456789x'
term_resize 80 24
term_keys C-d
shell_stop

# Which process it is, is written down.
run='echo $$ >pid; exec ovl shell'
has_ended() {
	! kill -0 "$(cat pid)"
}
for signal in TERM HUP; do
	# shellcheck disable=SC2016 # $1 is for the shell inside
	term_start sh -c 'stty -a >before; sh -c "$1"; stty -a >after' sh "$run"
	term_wait_last 'ovl>'
	term_keys 'link show lo'
	term_wait_last 'ovl> link show lo'
	kill -s "$signal" "$(cat pid)"
	check "SIG$signal ends it" wait_for has_ended
	term_wait '[ended'
	check 'with the terminal as it was' cmp before after
done

# Stopped as a job of a shell, which wants the terminal as it knows it.
term_start bash --norc --noprofile -i
term_wait 'bash'
term_keys 'ovl shell' Enter
term_wait_last 'ovl>'
term_type 'link show b'
term_wait_last 'ovl> link show b'
term_keys C-z
check 'Ctrl-Z stops it' term_wait 'Stopped'
# shellcheck disable=SC2016 # it is for the shell inside
term_type 'echo $((6 * 7))'
term_keys Enter
check 'the shell outside has its terminal' term_wait_line 42
term_keys fg Enter
check 'and the line is there when it goes on' term_wait_last 'ovl> link show b'
term_type 'r0'
term_wait_last 'ovl> link show br0'
term_keys C-c
term_wait_last 'ovl>'
term_type 'vxlan set br0 ?'
term_wait_last '--More--'
term_keys C-z
term_wait 'Stopped'
term_keys fg Enter
term_wait_last 'ovl> vxlan set br0'
term_type 'x'
check 'a list that was shown then has ended' term_wait_last 'ovl> vxlan set br0 x'
term_keys C-c C-d exit Enter

# Who has the terminal while a command runs.
cat >pager <<'END'
#!/bin/sh
stty -echo -icanon </dev/tty
cat >/dev/null
echo $$ >pager.pid
echo paging
read -r _ </dev/tty
END
chmod +x pager
export OVL_PAGER=./pager
gone() {
	! kill -0 "$(cat "$1")" 2>/dev/null
}
# shellcheck disable=SC2016 # $1 is for the shell inside
term_start sh -c 'trap : QUIT; stty -a >before; sh -c "$1"; stty -a >after' sh "$run"
term_wait_last 'ovl>'
term_keys help Enter
term_wait_line 'paging'
term_keys "C-\\"
kill -KILL "$(cat pager.pid)"
term_wait_last 'ovl>'
term_keys C-d
term_wait '[ended'
check 'a pager that is killed leaves the terminal as it was' cmp before after
for signal in TERM KILL; do
	for line in 'help' "netns exec n1 sh -c 'echo \$\$ >pager.pid; echo paging; exec sleep 1000'"; do
		term_start sh -c "sh -c '$run'"
		term_wait_last 'ovl>'
		term_type "$line"
		term_keys Enter
		term_wait_line 'paging'
		kill -s "$signal" "$(cat pid)"
		check "what runs ends with a shell that SIG$signal ends: ${line%% *}" wait_for gone pager.pid
	done
done
export OVL_PAGER='cat | ./pager'
term_start sh -c "$run"
term_wait_last 'ovl>'
term_keys help Enter
term_wait_line 'paging'
term_keys "C-\\" C-c
kill -TERM "$(cat pager.pid)"
term_wait_last 'ovl>'
shell_stop
unset OVL_PAGER

# The kernel tells the process that a terminal belonged to, and when that ends, the others of its
# group: SIGHUP, SIGCONT. Here it does not end, so nobody tells the shell.
ends_in_a_minute() {
	for _ in 1 2 3 4 5 6; do
		wait_for has_ended >/dev/null && return 0
	done
	check_show "$(head -n 20 "/proc/$(cat pid)/status" "/proc/$(cat pid)"/task/*/wchan)"
	return 1
}
TERM_TRAPPED="HUP $TERM_TRAPPED"
term_start sh -c "$run"
term_wait_last 'ovl>'
term_enter 'ovl>' 'link show br0'
term_end
check 'a terminal that goes away ends it' ends_in_a_minute
check_equal 'and no line is lost' 'link show br0' "$(tail -n1 "$history")"

# As it usually is. LeakSanitizer stops each thread with a SIGSTOP and waits for it; the kernel
# drops one that is still pending when SIGCONT comes, and it waits for ever.
TERM_TRAPPED=${TERM_TRAPPED#HUP }
run="ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0; export ASAN_OPTIONS; $run"
for line in '' 'link show b'; do
	term_start sh -c "$run"
	term_wait_last 'ovl>'
	term_type "$line"
	term_wait_last "ovl>${line:+ $line}"
	term_end
	check "so does SIGHUP with it, behind '$line'" ends_in_a_minute
done

# --- while the links are read: what was typed ahead is there before any of them is known
awk 'BEGIN { for (i = 0; i < 2000; i++) print "link add w" i " type veth peer name x" i }' |
	ip -batch -
mkfifo go
# ahead SENTENCE ECHO LINE KEY...: as after(), but the keys are pressed before the shell starts,
# when the terminal echoes them so.
ahead() {
	ahead_sentence=$1 ahead_echo=$2 ahead_line=$3
	shift 3
	term_start sh -c 'read -r _ <go; echo; exec ovl shell'
	term_keys "$@"
	wait_for line_is "$ahead_echo" >/dev/null
	echo >go
	# Looked at once: a list that is shown then may move the cursor for a moment.
	check "$ahead_sentence" term_wait_for line_is "$ahead_line"
}
ahead 'a TAB that is pressed before is answered when they are' 'link set w1999  |' \
	'ovl> link set w1999 |' 'link set w1999' Tab
shell_stop
ahead 'a TAB behind it lists them' 'link set w199           |' 'ovl> link set w199|' \
	'link set w199' Tab Tab
check 'in columns' term_wait 'w199   w1990  w1991  w1992  w1993'
check 'and the line comes back' term_wait_last 'ovl> link set w199'
shell_stop
ahead 'a key that edits the line takes the TAB back' 'link set w1999  n|' \
	'ovl> link set w1999n|' 'link set w1999' Tab n
after 'and a later one is answered' 'ovl> link set w1999 |' 'link set w1999' Tab
shell_stop
ahead 'a question mark is answered, too' 'link set w199?|' 'ovl> link set w199|' 'link set w199?'
check 'with a line each' term_wait_line '  w1990  veth'
check 'and the line comes back' term_wait_last 'ovl> link set w199'
shell_stop
term_start ovl shell
ip link del w1999
ip link set w1997 name y1997
term_wait_last 'ovl>'
after 'one that is renamed meanwhile has its new name' 'ovl> link set y1997 |' 'link set y' Tab
after 'and one that is removed is not offered' 'ovl> link set w1999n|' 'link set w1999' Tab n
shell_stop
