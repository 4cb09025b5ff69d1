#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The session of ovl-shell.8, typed on a terminal as it stands there; then what becomes of a
# candidate, a commit and a terminal when things go otherwise.
. "$(dirname "$0")/../support/check.sh"
. "$(dirname "$0")/../support/terminal.sh"
needs ip bridge jq

export HOME="$WORK" TERM=screen
export PATH OVL_PAGER=cat
cd "$WORK" || exit
echo '{ovl: 1, lab: demo, links: {br0: {type: bridge}}}' >demo.yaml

# The lines of the session, as the manual shows them; the time left is what it happens to be.
session=$(awk '/^\.\\" SESSION/ { armed = 1; next }
	/^\.Bd/ && armed { inside = 1; next }
	/^\.Ed/ { armed = inside = 0 }
	inside' "$OVL_SOURCE/man/ovl-shell.8" | sed 's/\\-/-/g; s/\\&//g; s/\\e/\\/g')
screen() {
	term_all | sed 's/\[[0-9]*:[0-9][0-9]\]/[5:00]/'
}
# prompted PROMPT: the last line of the screen is that prompt alone.
prompted() {
	[ "$(screen | tail -n1 | sed 's/ *$//')" = "$1" ]
}
# is_typed LINE: the last line of the screen ends so.
is_typed() {
	case $(screen | tail -n1) in *"$1") ;; *) return 1 ;; esac
}
TERM_ROWS=50
term_start ovl shell
printf '%s\n' "$session" | grep '^ovl.*[>#] ' >typed
while read -r line; do
	prompt=${line%%[>#] *}
	end=${line#"$prompt"}
	wait_for prompted "$prompt${end%"${end#?}"}" || {
		check_show "$(screen)"
		not_ok "the prompt comes to be '$prompt'"
	}
	term_type "${line#"$prompt"[>#] }"
	# Until it is seen, the prompt without it could be taken for the one that follows.
	wait_for is_typed "${line#"$prompt"[>#] }" >/dev/null
	term_keys Enter
done <typed
term_wait '[ended 0]'
check_equal 'the session of the manual is what the terminal shows' "$session
[ended 0]" "$(screen)"
check_equal 'and what was saved is in the file' 'ovl: 1
lab: demo
links:
  br0: {type: bridge, mtu: 1450}' "$(cat demo.yaml)"

# --- A commit that nobody confirms, as the terminal is gone ---
TERM_ROWS=24
applied() {
	[ "$(ovl -j history demo | jq '.history | length')" = "$1" ]
}
before=$(ovl -j history demo | jq '.history | length')
term_start ovl shell
term_wait_last 'ovl>'
term_type 'configure demo'
term_keys Enter
term_wait 'ovl(demo)'
term_type 'bridge add lost0'
term_keys Enter
term_type 'commit confirmed 2s'
term_keys Enter
check 'a commit is there' wait_for ip link show lost0
term_end
check 'and is taken back though its terminal is gone' wait_for sh -c '! ip link show lost0'
check 'nor is it kept as what was applied' wait_for applied "$before"

# --- A commit that expires while somebody watches ---
term_start ovl shell
term_wait_last 'ovl>'
term_type 'configure demo'
term_keys Enter
term_wait 'ovl(demo)'
term_type 'bridge add late0'
term_keys Enter
term_wait 'ovl(demo)*#'
term_type 'commit confirmed 3s'
term_keys Enter
term_wait 'demo: 1 created'
term_type 'this is being typed'
check 'what happens is told above the line' term_wait '-- late0 is gone'
check 'and that the commit was taken back' term_wait 'was not confirmed in time'
check 'the prompt says that it differs now' term_wait 'ovl(demo)*'
check_contains 'and the line is as it was typed' 'this is being typed' "$(term_screen | tail -n1)"
term_keys C-c
ip link set br0 down
check 'a change from outside is drift' term_wait 'not what was committed last any more'
ip link set br0 up

# --- Leaving ---
term_type 'exit'
term_keys Enter
check 'leaving what is not saved is asked' term_wait 'Leave it? [y/N]'
term_type 'n'
term_keys Enter
check 'no stays' term_wait_last 'ovl(demo)*#'
for key in C-c C-d; do
	term_keys C-l C-d
	term_wait 'Leave it? [y/N]'
	term_keys "$key"
	check "$key is a no" term_wait_last 'ovl(demo)*#'
done
term_keys C-l C-d
term_wait 'Leave it? [y/N]'
term_type 'y'
term_keys Enter
check 'yes leaves' term_wait_last 'ovl>'

# --- A commit that somebody else confirms ---
term_type 'configure demo'
term_keys Enter
term_wait_last 'ovl(demo)#'
term_type 'bridge add held0'
term_keys Enter
term_type 'commit confirmed 5m'
term_keys Enter
term_wait 'ovl(demo) ['
term_keys C-l C-d
check 'leaving what waits for its confirmation is asked, too' term_wait 'that is not confirmed. Leave it? [y/N]'
term_type 'n'
term_keys Enter
term_wait 'ovl(demo) ['
ovl confirm demo
term_wait 'no commit waits for its confirmation any more'
term_keys C-l C-d
check 'and once it was, elsewhere, it is not' term_wait_last 'ovl>'

# --- Names from outside ---
esc=$(printf '\033')
ip link add evil type bridge
ip link set evil alias "x${esc}]0;owned$(printf '\007')${esc}[31mred"
ip link add "e$(printf '\302\233')31m" type bridge
term_keys C-l
term_type 'link show type bridge'
term_keys Enter
term_wait '\x1b[31mred'
check_equal 'an alias cannot move the terminal' 0 "$(term_tmux capture-pane -p -e | grep -c "${esc}\[31mred")"
check_equal 'nor give it a title' 0 "$(term_tmux display-message -p '#{pane_title}' | grep -c owned)"
term_type 'link del '
term_keys Tab Tab
term_wait 'evil'
check_equal 'and completion leaves out what cannot be typed' 0 "$(term_screen | grep -c '31m$')"
term_keys C-c C-d
term_wait '[ended 0]'
