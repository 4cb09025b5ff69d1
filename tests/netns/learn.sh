#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ovl learn: a lesson's commands, checks and changes; every key, driven by a pipe and by a terminal;
# leave and resume; nothing is left behind, also when it is killed. As root, and as a user without
# rights.
# shellcheck disable=SC2016 # the variables and fences are the lessons'
. "$(dirname "$0")/../support/check.sh"
needs ip jq setpriv

chmod 711 "$WORK"
mkdir -m 1777 "$WORK/common"
mkdir "$WORK/lessons"
OVL_LESSONS=$WORK/lessons
export OVL_LESSONS

cat >"$OVL_LESSONS/1-bridge.md" <<'LESSON'
<!-- a note for teachers -->
# A small bridge

This is **why**; and `this` is how it is introduced, with a line that is too long for eighty columns.

## Make it

A bridge is a switch.

```text
  br0 --- v0
```

```sh
ovl netns add n1
ovl bridge add br0 up addrgenmode none addr 10.0.0.1/24
ovl veth add v0 up addrgenmode none master br0 \
    peer v1 netns n1 up addrgenmode none addr 10.0.0.2/24
```

```check br0 is up
ovl -j link show br0 up | grep -q br0
```

Otherwise: somebody took it.

## Use it

```sh
ovl netns exec n1 ping -c 1 -w 5 10.0.0.1
ovl -o link show br0 >seen
```

```check it was seen
test -s seen
```

The next one is there already.

```sh fails
ovl bridge add br0
```

## Take it away

```sh
ovl bridge del br0
```

```check it is gone
! ovl -q link show br0 2>&1
```
LESSON
sed 's/^# .*/# 小网桥/; s/^## .*/## 步骤/; s/^A bridge is.*/网桥就是交换机。/
	s/^Otherwise: .*/否则：被人拿走了。/; s/^```check .*/```check 检查/' \
	"$OVL_LESSONS/1-bridge.md" >"$OVL_LESSONS/1-bridge.zh.md"
printf '%s\n' '# What fails' '## One' '```sh' 'echo printed; exit 4' '```' '```sh fails' 'true' '```' \
	'```check a check fails' 'echo looked in vain; false' '```' '' 'Otherwise: it always' 'does.' \
	'## Two' '```check this one passes' 'true' '```' >"$WORK/common/fails.md"
mkdir "$WORK/none"
chmod -R a+rX "$WORK/lessons"

mkdir "$WORK/bin"
PATH=$WORK/bin:$PATH
become() {
	who=$1
	shift
	printf '#!/bin/sh\nexec %s "$@"\n' "$*" >"$WORK/bin/me"
	chmod 755 "$WORK/bin/me"
}

# keys LINE...: what somebody types.
keys() {
	printf '%s\n' "$@" >"$WORK/common/keys"
}
learn() {
	me ovl learn "$@" <"$WORK/common/keys"
}
step_of() {
	me ovl -j learn --list | jq -r '.[0] | if .done then "done" else .step end'
}
forget() {
	rm -rf "$XDG_STATE_HOME/ovl"
}
programs() {
	cat /proc/[0-9]*/status 2>/dev/null | awk '
		$1 == "Name:" { name = $2 }
		$1 == "State:" && $2 != "Z" && (name == "ovl" || name == "sleep" || name == "sh") { count++ }
		END { print count + 0 }'
}
outside() {
	ip -o link | cut -d: -f2
	cat /proc/self/mountinfo
	ls /run/netns
}

# start OVL_WORDS...: ovl learn in the background; what is inside writes a line into $FIFO when it
# has come up, and keeps it open. Descriptor 5 ends when nothing has it open any more.
FIFO=$WORK/common/fifo
export FIFO
start() {
	rm -f "$FIFO"
	mkfifo -m 666 "$FIFO"
	exec 4<>"$FIFO"
	me ovl learn "$@" <"$WORK/common/keys" >"$WORK/common/output" 2>&1 4<&- &
	started=$!
	timeout 10 head -n1 <&4 >/dev/null || echo "# nothing came up inside"
	exec 5<"$FIFO" 4<&-
}
is_over() {
	timeout 10 cat <&5
}

suite() {
	before=$(outside)
	XDG_STATE_HOME=$WORK/common/$who
	export XDG_STATE_HOME
	me mkdir "$XDG_STATE_HOME"

	# --- which there are
	check_json "$who: the list says which there are" \
		'[{"lesson": "1-bridge", "title": "A small bridge", "steps": 3, "done": false}]' \
		"$(me ovl -j learn --list)"
	check_prints "$who: in columns, too" '1-bridge - A,small,bridge' me ovl -o learn --list
	check_prints "$who: off a terminal that is what learn alone does" '1-bridge - A,small,bridge' \
		me ovl -o learn
	check_contains "$who: in Chinese where that is wanted" '小网桥' \
		"$(LC_ALL=zh_CN.UTF-8 me ovl learn --list)"
	check_lacks "$who: but not in another character set" '小网桥' \
		"$(LC_ALL=zh_CN.GB18030 me ovl learn --list)"
	check_contains "$who: LANGUAGE goes first" '小网桥' \
		"$(LC_ALL='' LANG=en_US.UTF-8 LANGUAGE=zh:en me ovl learn --list)"
	for word in 1-bridge bridge 1 bri; do
		check_contains "$who: '$word' names it" 'A small bridge' \
			"$(me ovl learn --no-pause $word)"
	done
	check_error 1 "did you mean 'bridge'" "$who: the nearest is told" me ovl learn brigde
	check_error 1 "there is no file './x.md'" "$who: a file is named with its path" me ovl learn ./x.md
	check_error 1 'a folder' "$who: a folder is none" me ovl learn "$WORK/lessons/"
	check_error 2 OVL_LESSONS "$who: lessons that are not there are told" \
		me env OVL_LESSONS=/nowhere ovl learn

	# --- all of a lesson
	check_fails 0 "$who: a lesson without pauses" me ovl learn bridge --no-pause
	check_contains "$who: says why, wrapped" '
This is why; and this is how it is introduced, with a line that is too long for
eighty columns.
' "$OUTPUT"
	check_contains "$who: shows text as it is" '
  br0 --- v0
' "$OUTPUT"
	check_contains "$who: shows the commands" '
  $ ovl netns add n1
  $ ovl bridge add br0 up addrgenmode none addr 10.0.0.1/24
  $ ovl veth add v0 up addrgenmode none master br0 \
        peer v1 netns n1 up addrgenmode none addr 10.0.0.2/24
' "$OUTPUT"
	check_contains "$who: shows what they changed" '    + addr 10.0.0.1/24 dev br0
    + route 10.0.0.0/24  dev br0, proto kernel, src 10.0.0.1
  netns n1
    + netns n1
    + link v1  type veth, peer host/v0, up on, address ' "$OUTPUT"
	check_contains "$who: what was learned, too" '
  netns n1
    + arp 10.0.0.1 dev v1  lladdr ' "$OUTPUT"
	check_contains "$who: by the bridge as well" ' dev v0 master  state dynamic' "$OUTPUT"
	check_contains "$who: a command that was to fail did" 'it failed, as expected' "$OUTPUT"
	check_contains "$who: what goes is shown" '    - link br0
    ~ link v0  master br0 -> none
    - addr 10.0.0.1/24 dev br0
' "$OUTPUT"
	check_lacks "$who: no link-local noise" fe80 "$OUTPUT"
	check_lacks "$who: nor multicast" 33:33: "$OUTPUT"
	check_contains "$who: checks are named" '
  ok    br0 is up
' "$OUTPUT"
	check_contains "$who: and counted" 'The lesson is over: 3 checks, all passed.' "$OUTPUT"
	check_lacks "$who: without colours" "$(printf '\033')" "$OUTPUT"
	check_contains "$who: -d shows all" ' table local' "$(me ovl -d learn bridge --no-pause)"
	check_contains "$who: in iproute2's words" '
  $ ip netns add n1
  $ ip link add br0 type bridge
  $ ip link set br0 addrgenmode none
  $ ip link set br0 up
  $ ip address add 10.0.0.1/24 dev br0
' "$(me ovl --as ip learn bridge --no-pause)"
	check_contains "$who: what has none stays as it is" '
  $ ovl netns exec n1 ping -c 1 -w 5 10.0.0.1
' "$(me ovl --as ip learn bridge --no-pause)"
	check_contains "$who: Chinese" '第 1 步（共 3 步）：步骤

网桥就是交换机。' "$(LC_ALL=zh_CN.UTF-8 me ovl learn bridge --no-pause)"
	check_prints "$who: nothing is kept of that" null step_of

	# --- checks
	check_prints "$who: all of them, a line a check" '1-bridge  A small bridge
  ok    step 1: br0 is up
  ok    step 2: it was seen
  ok    step 3: it is gone
1 lesson, 3 checks, all passed' me ovl learn --all --no-pause
	check_json "$who: as JSON" '[{"lesson": "1-bridge", "title": "A small bridge", "steps": [
		{"title": "Make it", "checks": [{"name": "br0 is up", "passed": true}]},
		{"title": "Use it", "checks": [{"name": "it was seen", "passed": true}]},
		{"title": "Take it away", "checks": [{"name": "it is gone", "passed": true}]}],
		"checks": 3, "failed": 0}]' "$(me ovl -j learn --all)"
	check_fails 3 "$who: a check that fails is exit 3" me ovl learn --no-pause "$WORK/common/fails.md"
	check_contains "$who: a command that fails is told" \
		'  FAIL  the command ended with status 4: echo printed; exit 4
' "$OUTPUT"
	check_contains "$who: one that was to fail and does not, too" \
		'  FAIL  the command was to fail, and did not: true
' "$OUTPUT"
	check_contains "$who: a check with its reason, and what it printed" '  FAIL  a check fails
        it always does.
        | looked in vain
' "$OUTPUT"
	check_fails 3 "$who: as JSON" me ovl -j learn "$WORK/common/fails.md"
	check_json "$who: it says the same" \
		'["the command ended with status 4: echo printed; exit 4|printed\n",
		"the command was to fail, and did not: true|null", "a check fails|looked in vain\n"]' \
		"$(printf %s "$OUTPUT" |
			jq '[.[].steps[].checks[] | select(.passed | not) | "\(.name)|\(.printed)"]')"

	# --- keys
	forget
	keys '' '' '' '' '' '' ''
	check_fails 0 "$who: Enter goes through to the end" learn bridge
	check_contains "$who: asking" '[Enter] run  b back  r repeat  s skip  ! shell  q leave  ? help > 
' "$OUTPUT"
	check_contains "$who: and ends" 'The lesson is over: 3 checks, all passed.' "$OUTPUT"
	check_prints "$who: it is done" "done" step_of
	keys '' '' q
	check_fails 0 "$who: q leaves" learn bridge
	check_contains "$who: and says how to come back" "'ovl learn 1-bridge' goes on from here." "$OUTPUT"
	check_prints "$who: the step is kept" 2 step_of
	keys '' '' ''
	check_fails 0 "$who: it goes on there" learn bridge
	check_contains "$who: which is told" 'going on at step 2' "$OUTPUT"
	check_lacks "$who: step 1 is not shown again" 'Step 1' "$OUTPUT"
	check_contains "$who: but what it made is there" 'ok    it was seen' "$OUTPUT"
	check_prints "$who: the end of the input leaves, too" 3 step_of
	keys ''
	check_contains "$who: --restart begins anew" 'Step 1' "$(learn bridge --restart)"
	check_prints "$who: and is where it came to" 2 step_of
	forget
	keys '' r '' '' b q
	check_fails 0 "$who: repeat and back" learn bridge
	check_equal "$who: show their steps again" 'Step 1 of 3: Make it
Step 1 of 3: Make it
Step 2 of 3: Use it
Step 1 of 3: Make it' "$(printf '%s\n' "$OUTPUT" | grep ^Step)"
	check_equal "$who: in a sandbox that has nothing yet" 2 \
		"$(printf '%s\n' "$OUTPUT" | grep -c '+ link br0')"
	forget
	keys s ' s ' '!' 'ovl -o link show br0 | cut -d" " -f1-3; exit' '?' b q
	check_fails 0 "$who: skip, a shell and help" learn bridge
	check_equal "$who: a skipped step is run without a word" 0 \
		"$(printf '%s\n' "$OUTPUT" | grep -c '+ link br0')"
	check_contains "$who: the shell is in the sandbox" '
br0 bridge up
' "$OUTPUT"
	check_contains "$who: help says what keys mean" '  s      skips the step' "$OUTPUT"
	check_contains "$who: back goes from there, too" 'Step 2 of 3' "$OUTPUT"
	printf '## One more\n' | cat "$WORK/common/fails.md" - >"$WORK/common/my own.md"
	keys '' '' q
	check_fails 3 "$who: a file of one's own" learn "$WORK/common/my own.md"
	keys '' q
	check_contains "$who: is gone on with, too" 'going on at step 2' \
		"$(cd "$WORK/common" && learn './my own.md' 2>&1)"
	check_fails 0 "$who: where nothing can be kept that is told" \
		me env HOME=/nowhere/x XDG_STATE_HOME=/proc/nowhere ovl learn bridge
	check_contains "$who: once" 'how far you come cannot be kept' "$OUTPUT"
	check_prints "$who: a step that is no longer there begins anew" 'Step 1 of 3: Make it' sh -c "
		echo 'step 9' >'$XDG_STATE_HOME/ovl/learn/1-bridge'; me ovl learn bridge </dev/null | grep ^Step"

	# --- as somebody sees it
	if command -v script >/dev/null; then
		keys '' '' '' '' '' '' ''
		OUTPUT=$(TERM=xterm me script -qec 'ovl learn bridge --restart' /dev/null \
			<"$WORK/common/keys" | tr -d '\r')
		check_contains "$who: on a terminal it is in colours" \
			"$(printf '\033[32m  ok    \033[0mbr0 is up')" "$OUTPUT"
		check_contains "$who: and comes to its end" '3 checks, all passed' "$OUTPUT"
		keys '' q
		OUTPUT=$(TERM=dumb me script -qec 'ovl learn' /dev/null <"$WORK/common/keys" | tr -d '\r')
		check_contains "$who: learn alone asks which" 'Which one? [Enter = 1-bridge] > ' "$OUTPUT"
		check_contains "$who: and begins" 'Step 1 of 3: Make it' "$OUTPUT"
	fi
	check_fails 2 "$who: nobody listens any more" sh -c 'me ovl learn bridge --no-pause >/dev/full'

	# --- nothing is left
	for place in command check shell; do
		case $place in
		command) set -- '```sh' 'setsid sleep 1000 & ovl netns add a; echo >$FIFO; exec sleep 1000 <>$FIFO' '```' ;;
		check) set -- '```check x' 'setsid sleep 1000 & ovl netns add a; echo >$FIFO; exec sleep 1000 <>$FIFO' '```' ;;
		shell) set -- '```sh' 'setsid sleep 1000 <>$FIFO &' '```' ;;
		esac
		printf '%s\n' '# T' '## S' "$@" '## More' >"$WORK/common/hangs.md"
		# shellcheck disable=SC2016 # the inner shell's
		keys '' '!' 'echo >$FIFO; exec sleep 1000 <>$FIFO'
		for signal in KILL:137 TERM:143 HUP:129; do
			start "$WORK/common/hangs.md" --restart
			kill -${signal%:*} $started
			check "$who: killed by ${signal%:*} in a $place, all inside is over" is_over
			wait $started 2>/dev/null
			check_equal "$who: with its status" "${signal#*:}" $?
		done
	done
	check_equal "$who: nothing is left outside" "$before" "$(outside)"
	check "$who: nor a program" wait_for test "$(programs)" -le "$running"

	# --- what does not go together
	check_error 1 'without running it' "$who: not dry" me ovl --dry-run learn bridge
	check_error 1 -n "$who: not in a namespace" me ovl -n . learn bridge
	check_error 1 --all "$who: not all and one" me ovl learn --all bridge
	check_error 1 --list "$who: not a list and all" me ovl learn --all --list
	check_error 1 'too much' "$who: one at a time" me ovl learn bridge bridge
}

running=$(programs)
become root
suite

# --- files that are no lessons
printf '%s\n' '# T' '## S' '```sh' >"$WORK/bad.md"
check_error 1 "$WORK/bad.md:3: the block has no end" 'a mistake has its place' ovl learn "$WORK/bad.md"
check_error 1 "$WORK/bad.md:3: " 'also where all are run' env OVL_LESSONS="$WORK" ovl learn --all --no-pause
rm "$WORK/bad.md"
printf '# T\n## S\n```sh\na\n```\n' >"$WORK/none/1-x.md"
printf '# T\n## S\n```sh\nb\n```\n' >"$WORK/none/1-x.zh.md"
check_error 1 '1-x.zh.md:3: the block is not as in the original' 'a translation does the same' \
	env OVL_LESSONS="$WORK/none" LC_ALL=zh_CN.UTF-8 ovl learn --list
printf '# T\033[2J\n## S\033[2J\nx\033[2J\n```check y\033[2J\nprintf "\\033[2J"; false\n```\n' \
	>"$WORK/none/1-x.md"
rm "$WORK/none/1-x.zh.md"
for words in '--list' '1' '1 --no-pause' '--all --no-pause'; do
	# shellcheck disable=SC2086 # words
	check_lacks "a lesson moves no terminal: $words" "$(printf '\033')" \
		"$(OVL_LESSONS=$WORK/none ovl learn $words </dev/null 2>&1)"
done

if setpriv --reuid=65534 --regid=65534 --clear-groups ovl -V >/dev/null 2>&1 &&
	setpriv --reuid=65534 --regid=65534 --clear-groups unshare --user true 2>/dev/null; then
	become nobody setpriv --reuid=65534 --regid=65534 --clear-groups
	running=$(programs)
	suite
else
	skip 'nobody: there is no other user here'
fi
