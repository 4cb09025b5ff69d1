# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A program as a person uses it: on a terminal of its own (tmux), with keys pressed and a screen
# read. Sourced behind check.sh; nothing here waits for a time, but for what the screen shows.
#
#     term_start ovl shell
#     term_wait 'ovl>'
#     term_keys 'show li' Tab
#     term_wait 'show link'
#
# One terminal at a time; it ends with the test.

needs tmux
TERM_COLUMNS=80
TERM_ROWS=24
# What the process that the terminal belongs to, the program's parent, does not end by.
TERM_TRAPPED='INT QUIT TSTP'
term_turn=0

term_tmux() {
	tmux -S "$WORK/tmux.$term_turn" "$@"
}

# term_start CMD [ARG...]: on a terminal of TERM_COLUMNS by TERM_ROWS, with the environment as it
# is; its exit status is shown as "[ended N]".
term_start() {
	term_end
	# A server that is about to end is not asked for a new terminal.
	term_turn=$((term_turn + 1))
	# Without a settings file of this machine's.
	printf '%s\n' 'set -g status off' 'set -g history-limit 50000' \
		'set -g default-terminal screen-256color' 'set -sg escape-time 0' >"$WORK/tmux.conf"
	# The shell stays, so that the last words can be read.
	# shellcheck disable=SC2016 # it is for the shell inside
	LC_ALL=C.UTF-8 term_tmux -f "$WORK/tmux.conf" new-session -d -x "$TERM_COLUMNS" -y "$TERM_ROWS" \
		sh -c 'trap : $0; "$@"; echo "[ended $?]"; read -r _' "$TERM_TRAPPED" "$@"
	trap 'term_leave $?' EXIT
}

term_end() {
	[ ! -S "$WORK/tmux.$term_turn" ] || term_tmux kill-server 2>/dev/null
	return 0
}

term_leave() {
	term_end
	check_end "$1"
}

# term_keys KEY...: text, or the name of a key as tmux has it (Enter, Tab, C-c, Up).
term_keys() {
	term_tmux send-keys "$@"
}

# term_type TEXT: each character as it is.
term_type() {
	term_tmux send-keys -l "$1"
}

# term_enter PROMPT LINE: types the line, sees it, enters it, and waits for the next prompt.
term_enter() {
	term_type "$2"
	term_wait_last "$1 $2" && term_keys Enter && term_wait_last "$1"
}

# term_paste FILE: as a terminal pastes, with marks around it where the program asked for them.
term_paste() {
	term_tmux load-buffer "$1" \; paste-buffer -p
}

# term_screen: what is on the screen; term_all: with what has left it at the top.
term_screen() {
	term_tmux capture-pane -p | sed 's/ *$//' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}
term_all() {
	term_tmux capture-pane -p -S - | sed 's/ *$//' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

# term_cursor: the line the cursor is on, with a '|' in front of what it is on.
term_cursor() {
	term_tmux display-message -p '#{cursor_y} #{cursor_x}' | {
		read -r term_row term_column
		term_tmux capture-pane -p -S "$term_row" -E "$term_row" | awk -v at="$term_column" '{
			line = sprintf("%-" at "s", $0)
			text = substr(line, 1, at) "|" substr(line, at + 1)
			sub(/ *$/, "", text)
			print text
		}'
	}
}

# term_resize COLUMNS ROWS
term_resize() {
	term_tmux resize-window -x "$1" -y "$2"
}

term_shows() {
	term_screen | grep -qFe "$1"
}
term_shows_line() {
	term_screen | grep -qxFe "$1"
}

# term_wait TEXT: until the screen has it; term_wait_line LINE: as a line of its own. They fail,
# with the screen shown, when it never comes.
term_wait() {
	term_wait_for term_shows "$1"
}
term_wait_line() {
	term_wait_for term_shows_line "$1"
}
# term_wait_last LINE: until that is the last line with something on it.
term_last() {
	[ "$(term_screen | tail -n1)" = "$1" ]
}
term_wait_last() {
	term_wait_for term_last "$1"
}
# With the sanitizers a shell is slow: a minute.
term_wait_for() {
	for term_try in 1 2 3 4 5 6; do
		wait_for "$@" >/dev/null && return 0
	done
	check_show "the screen never came to: $2 ($term_try turns)"
	check_show "$(term_screen)" '  |'
	return 1
}

# check_screen SENTENCE EXPECTED: the screen comes to be exactly that.
term_is() {
	[ "$(term_screen)" = "$1" ]
}
check_screen() {
	term_wait_for term_is "$2" >/dev/null
	check_equal "$1" "$2" "$(term_screen)"
}
