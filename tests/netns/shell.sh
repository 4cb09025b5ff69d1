#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ovl shell as scripts use it: the candidate edited, compared, committed, undone and saved; what
# came of it is read back through ip and bridge.
. "$(dirname "$0")/../support/check.sh"
needs jq ip bridge

cd "$WORK" || exit
export HOME="$WORK"
# shell LINE...: each as -c.
shell() {
	for line; do
		set -- "$@" -c "$line"
		shift
	done
	ovl shell "$@"
}
cat >demo.yaml <<'END'
ovl: 1
lab: demo
# the uplink
vars: {vni: 333}
links:
  br0: {type: bridge}
  p1: {master: br0, port: {isolated: on}}
  vx0: {type: vxlan, id: $(vni), dstport: 4789, local: 10.0.0.1, remotes: [10.0.0.2], master: br0}
netns:
  n1:
    links:
      eth0: {type: veth, peer: host/p1, addr: [10.9.0.1/24]}
    routes: [default via 10.9.0.254]
END

# --- Operational ---
check_prints 'a line is a command' '[]' shell '-j link show type bridge'
check_prints "with 'ovl' in front, too" '[]' shell 'ovl -j link show type bridge'
check_equal 'options hold for their line' "$(ovl -j link show lo; ovl -o link show lo)" \
	"$(shell '-j link show lo' '-o link show lo')"
check_error 1 '-c:2: there is no object' 'a mistake says which line' shell 'link show lo' 'lnik show'
check_equal 'and ends it' '1' "$(shell 'link add a0 type bridge' 'link add a0 type bridge' \
	'link del a0' 2>/dev/null; ip -j link show type bridge | jq length)"
ip link del a0
check_fails 2 'the status is that of the first failure' ovl --force shell -c 'link show lo' \
	-c 'link del lo' -c 'link show'
printf 'netns add n7 \\\n n8\n\n# nothing\nuse n7\nlink show\nlink set lo up\nnetns del n9\nlink set lo down\n' >script
check_error 1 'script:8: ' 'a file is a script, with its places' ovl shell script
check_equal 'and lines before stand' 'UNKNOWN' "$(ip -n n7 -j link show lo | jq -r '.[].operstate')"
check_error 1 'stdin:1:' 'so is stdin' sh -c 'echo "vxlan add" | ovl shell'
check_error 1 "cannot open 'none'" 'a file must be there' ovl shell none
check_error 1 "no such namespace" 'use wants a namespace that is there' shell 'use none'
check_error 137 '-c:1: a signal ended the command: Killed' 'a command that is killed is told of' \
	shell 'netns exec n7 sh -c "kill -9 \$\$"'
ip netns del n7 && ip netns del n8
check_prints 'what is behind | is a stage' 1 shell 'link show | match ^lo | count'
check_error 1 "(did you mean 'match'?)" 'or a mistake' shell 'link show | mtach lo'
check_error 1 "'show | compare' is about a candidate" 'compare is one, in a candidate' shell 'show | compare'
check_prints 'comments and empty lines are nothing' '' shell '' '  # x'
check_error 1 'is wanted; to leave' 'a bare ovl off a terminal shows its usage' sh -c \
	'ovl </dev/null 2>&1 | sed "s/.*an OBJECT is needed.*/is wanted; to leave/" >&2; exit 1'

# --- The candidate ---
check_error 1 'nothing is known of a lab' 'a lab must be known' shell 'configure demo'
check_error 1 'no lab was applied here' 'or be the only one' shell configure
check_error 1 'demo.yaml' 'a file must be there, too' shell 'configure ./nodemo.yaml'
check_error 1 "is no lab's name" 'and a name be one' shell 'configure new A_b'
check_prints 'the candidate is what the file says' 'demo: 9 objects, nothing is wrong' \
	shell 'configure ./demo.yaml' check
check_fails 3 'it differs from the kernel' shell 'configure ./demo.yaml' diff
check_equal 'as diff says' "$(ovl diff ./demo.yaml)" "$(shell 'configure ./demo.yaml' 'show | compare')"
check_equal 'plan shows the steps' "$(ovl plan ./demo.yaml)" "$(shell 'configure ./demo.yaml' plan)"
check_equal 'show shows the candidate' 'vx0' \
	"$(shell 'configure ./demo.yaml' '-j vxlan show' | jq -r '.[].ifname')"
check_equal 'also of a namespace' '10.9.0.1' \
	"$(shell 'configure ./demo.yaml' '-n n1 -j addr show dev eth0' | jq -r '.[].addr_info[].local')"
check_contains 'as a tree' 'eth0 in n1' "$(shell 'configure ./demo.yaml' show)"
check_equal 'the kernel does not know of it' '' "$(ip -br link show type vxlan)"
check_equal 'what was not edited is saved as it was' "$(cat demo.yaml)" \
	"$(shell 'configure ./demo.yaml' 'save -')"
check_prints 'edits are named, with what they name' 'ovl: 1
lab: demo
links:
  br0: {type: bridge}
  br1: {type: bridge}
  p1: {type: veth, peer: n1/eth0, master: br0, port: {isolated: on}}
  vx0: {type: vxlan, master: br0, id: 333, local: 10.0.0.1, dstport: 4789, ttl: 64, remotes: [10.0.0.3]}
netns:
  n1:
    links:
      eth0: {addr: [10.9.0.1/24, 10.9.0.7/24]}' shell 'configure ./demo.yaml' 'bridge add br1' \
	'vxlan set vx0 ttl 64' 'vxlan remote add vx0 10.0.0.3' 'vxlan remote del vx0 10.0.0.2' \
	'-n n1 addr add 10.9.0.7/24 dev eth0' 'use n1' 'route del default' 'use host' 'save -'
check_fails 3 'diff saved tells them' shell 'configure ./demo.yaml' 'bridge add br1' \
	'vxlan set vx0 ttl 64' '-n n1 route del default' 'diff saved'
check_equal 'and nothing else' 'host
  ~ link vx0  ttl none -> 64
  + link br1  type bridge, up on
netns n1
  - route default' "$(printf %s "$OUTPUT" | grep -v note:)"
check_fails 2 'what is there cannot be added' shell 'configure ./demo.yaml' 'bridge add br0'
check_fails 1 'nor what is not there changed' shell 'configure ./demo.yaml' 'link set br7 up'
check_error 1 "'netns exec' is about the kernel" 'what only a kernel has is not for a candidate' \
	shell 'configure ./demo.yaml' 'netns exec n1 true'
check_equal 'do does it' "$(ip -br link)" \
	"$(shell 'configure ./demo.yaml' 'do sandbox list' 'do netns add n5' 'do netns exec n5 true' \
		'do netns del n5' >/dev/null; ip -br link)"
check_error 1 "no netns 'n9' in the candidate" 'use wants one of the candidate' \
	shell 'configure ./demo.yaml' 'use n9'
check_error 1 'an edit has no output' 'an edit is no output' shell 'configure ./demo.yaml' \
	'vxlan remote add vx0 10.0.0.9 | count'
for line in 'save - | count' 'commit | match x' 'commit | save log'; do
	check_error 1 'goes through no' "nor is the output of a word of the shell's own: $line" \
		shell 'configure ./demo.yaml' "$line"
done
check_equal 'and nothing came of them' '' "$(ls log 2>/dev/null; ip -br link show type vxlan)"
check_equal 'a line is an edit as a whole' 'n1' "$(ovl --force shell -c 'configure ./demo.yaml' \
	-c 'netns add n2 n3 n1' -c '-j netns show' 2>/dev/null | jq -r '.[].name')"
check_equal 'undo and redo' 'br0 br1 br2,br0 br1,br0,br0 br1,br0 br1 br3' "$(ovl --force shell \
	-c 'configure ./demo.yaml' -c 'bridge add br1' -c 'bridge add br2' -c '-j bridge show' \
	-c undo -c '-j bridge show' -c undo -c '-j bridge show' -c undo -c redo -c '-j bridge show' \
	-c 'bridge add br3' -c redo -c '-j bridge show' 2>/dev/null |
	jq -r '[.[].ifname] | join(" ")' | paste -sd,)"
check_error 1 'nothing to undo' 'as far as there is something' shell 'configure ./demo.yaml' undo
check_equal 'discard goes back' '3' "$(shell 'configure ./demo.yaml' 'bridge add br1' \
	'link del vx0' discard '-j link show' 2>/dev/null | jq 'map(select(.ifname != "lo")) | length')"
check_equal 'and can be undone' '0' "$(shell 'configure ./demo.yaml' 'link del vx0' discard undo \
	'-j vxlan show' 2>/dev/null | jq length)"

sed 's/lab: demo/lab: flushed/' demo.yaml >flushed.yaml
ovl -q apply flushed.yaml
check_equal 'a flush is of the candidate, too' 0 "$(shell 'configure ./flushed.yaml' \
	'fdb add 02:00:00:00:00:01 dev vx0 dst 10.0.0.2' 'fdb flush dev vx0' 'save -' |
	grep -c 'remotes\|02:00')"
check_equal 'and not of the kernel' 10.0.0.2 "$(bridge -j fdb show dev vx0 | jq -r '.[] | .dst // empty')"
ovl -q destroy flushed
check_error 2 "a file has one route with its prefix" 'what no file can say is refused' \
	shell 'configure ./demo.yaml' '-n n1 route append default via 10.9.0.253'
check_error 1 "there is no link 'n1/eth0'" 'nor is NETNS/LINK a link of the host' \
	shell 'configure ./demo.yaml' 'addr add 10.9.0.8/24 dev n1/eth0'

# --- Words of the other mode, and nearly right ones ---
check_error 1 "'status' is about the kernel, not the candidate: put 'do' in front" \
	'a command that no candidate has' shell 'configure ./demo.yaml' status
check_error 1 "'exit' leaves this one" 'nor is another opened over it' \
	shell 'configure ./demo.yaml' 'configure ./demo.yaml'
check_error 1 "'configure FILE|LAB' opens one" 'a word that needs a candidate' shell commit
for line in 'configure ./demo.yaml' 'exit' 'undo' 'use n1'; do
	check_error 1 "'${line%% *}' is not about the kernel: leave out 'do'" "do ${line%% *}" \
		shell 'configure ./demo.yaml' 'bridge add br1' "do $line"
done
check_error 1 'do: a COMMAND is expected' 'nor is do alone a command' shell 'do'
check_error 1 'a COMMAND is expected behind the options' 'nor are options' shell '-4'
check_error 1 "(did you mean 'confirmed'?)" 'the word that may be meant: commit' \
	shell 'configure ./demo.yaml' 'commit confirmd'
check_error 1 "(did you mean 'now'?)" 'rollback' shell 'configure ./demo.yaml' 'rollback nwo'
check_error 1 "(did you mean 'saved'?)" 'diff' shell 'configure ./demo.yaml' 'diff savd'

# --- Files ---
check_error 1 'the file would lose its comments, its variables and its expressions' \
	'a file that has more is not flattened' shell 'configure ./demo.yaml' 'bridge add br1' save
check_equal 'it is as it was' 333 "$(sed -n 's/^vars: {vni: \(.*\)}/\1/p' demo.yaml)"
check_error 1 'its comments' 'however it is called' shell 'configure ./demo.yaml' 'bridge add br1' \
	'save demo.yaml'
check 'and ~/ where one is at home' shell 'configure ./demo.yaml' 'save ~/home.yaml' 'show | save ~/home.log'
check 'as everywhere' test -s "$HOME/home.yaml" -a -s "$HOME/home.log"
check_equal 'so it is still' 333 "$(sed -n 's/^vars: {vni: \(.*\)}/\1/p' demo.yaml)"
cp demo.yaml twice.yaml
check_error 1 "'./twice.yaml' was changed by others since it was opened" 'nor are edits of others lost' \
	shell 'configure ./twice.yaml' 'show | save ./twice.yaml' save
cat >vnis.yaml <<'END'
{ovl: 1, lab: demo, links: {vx9: {type: vxlan, external: on, vnifilter: on, vnis: [10, 20-30 remote 10.0.0.9]}}}
END
check_equal 'VNIs are saved, as they were edited' 'vnis: [10, 40, 20-24 remote 10.0.0.9, 26-30 remote 10.0.0.9]' \
	"$(shell 'configure ./vnis.yaml' 'vxlan vni add vx9 40' 'vxlan vni del vx9 25' 'save -' | grep -o 'vnis:.*]')"
check 'into another it is' shell 'configure ./demo.yaml' 'bridge add br1' 'save ./flat.yaml'
check 'which is right' ovl check flat.yaml
check 'and is saved again' shell 'configure ./flat.yaml' 'bridge add br2' save
check_equal 'with what was edited' 'br0 br1 br2' "$(shell 'configure ./flat.yaml' '-j bridge show' |
	jq -r '[.[].ifname] | join(" ")')"
check "a '\$(' that stands for itself is no repetition" shell 'configure ./flat.yaml' \
	"link set br1 alias '\$(x)'" save 'link set br1 mtu 1400' save 'load ./flat.yaml' 'link set br1 alias ""' save
cp demo.yaml forced.yaml
check '--force flattens' shell 'configure ./forced.yaml' 'bridge add br1' 'save --force'
check_equal 'all of it' 0 "$(grep -c vars forced.yaml)"
check_equal 'load makes it another' 'br0 br1 br2' "$(shell 'configure ./demo.yaml' 'load ./flat.yaml' \
	'-j bridge show' 2>/dev/null | jq -r '[.[].ifname] | join(" ")')"
sed 's/lab: demo/lab: other/' flat.yaml >other.yaml
check_error 1 "of the lab 'other'" 'of the same lab' shell 'configure ./demo.yaml' 'load ./other.yaml'
check_error 2 '/nowhere/x' 'a file that cannot be written is told' shell 'configure ./demo.yaml' \
	'save /nowhere/x'
for file in "$OVL_SOURCE"/examples/*.yaml; do
	name=$(basename "$file")
	shell "configure $file" 'bridge add extra0' 'link del extra0' 'save ./again.yaml' 2>/dev/null
	check_equal "$name is the same when it is written anew" '' \
		"$(shell "configure $file" 'load ./again.yaml' 'diff saved' 2>&1 | grep -v note:)"
done

# --- Commits ---
check_prints 'commit makes it so' 'demo: 8 created' shell 'configure ./demo.yaml' 'commit comment one'
check_equal 'in the kernel' '333 10.0.0.1' "$(ip -j -d link show vx0 |
	jq -r '.[].linkinfo.info_data | "\(.id) \(.local)"')"
check_equal 'without a difference' '' "$(shell 'configure demo' diff)"
check_prints 'what is edited is changed' 'demo: 1 created, 1 changed, 1 deleted' \
	shell 'configure demo' 'vxlan set vx0 ttl 64' 'bridge add br1' '-n n1 route del default' \
	'commit comment second one'
check_equal 'as it was edited' '64' "$(ip -j -d link show vx0 | jq '.[].linkinfo.info_data.ttl')"
check_equal 'with a comment' 'second one,one' "$(ovl -j history demo | jq -r '[.history[].comment] | join(",")')"
check_prints 'diff N tells how an earlier file differs' 'host
  ~ link vx0  ttl none -> 64
  + link br1  type bridge, up on
netns n1
  - route default' sh -c 'ovl shell -c "configure demo" -c "diff 1"; [ $? = 3 ]'
check 'rollback N loads it' shell 'configure demo' 'rollback 1' commit
check_equal 'what it names is as it was, the rest stays' '64 default' "$(ip -j -d link show vx0 |
	jq -r '.[].linkinfo.info_data.ttl // "inherit"') $(ip -n n1 -j route show default | jq -r '.[].dst')"
check_equal 'capture takes what the kernel has' 'br0' "$(shell 'configure demo' 'bridge add brx' capture \
	'-j bridge show' 2>/dev/null | jq -r '.[].ifname')"
ip link add foreign type bridge
check_fails 5 'a commit that is in conflict is refused' shell 'configure demo' 'bridge add foreign' commit
ip link add hidden type vxlan id 500 dstport 4789 local 10.0.0.1
before=$(ip -br link | sort)
check_error 2 '-c:3:' 'one that fails' shell 'configure demo' \
	'vxlan add vx9 id 500 local 10.0.0.1 dstport 4789' commit
check_equal 'leaves the kernel as it was' "$before" "$(ip -br link | sort)"
check_contains 'and the candidate' 'vx9' "$(ovl --force shell -c 'configure demo' \
	-c 'vxlan add vx9 id 500 local 10.0.0.1 dstport 4789' -c commit -c 'save -' 2>/dev/null)"
ip link del foreign
ip link del hidden
check_contains 'the end of a script commits nothing, and says so' 'neither committed nor saved' \
	"$(shell 'configure demo' 'bridge add brx' 2>&1; ip link show brx 2>&1)"
check 'a commit may wait for its confirmation' shell 'configure demo' 'bridge add brc' \
	'commit confirmed 5' confirm
check 'after which it holds' ip link show brc
check 'rollback now takes it back' shell 'configure demo' 'bridge add brx0' 'commit confirmed 5m' \
	'rollback now'
check_fails 1 'so that it is gone' ip link show brx0
check 'another commit confirms' shell 'configure demo' 'bridge add bre' 'commit confirmed 1m' commit
check 'what was committed' ip link show bre
check_error 1 'no commit waits' 'or there is none' shell 'configure demo' 'rollback now'
check 'unless it comes' shell 'configure demo' 'bridge add brf' 'commit confirmed 1s'
check 'it is taken back' wait_for sh -c '! ip link show brf'
check_contains 'a dry run only shows' '+ link brg ' \
	"$(shell 'configure demo' 'bridge add brg' 'commit --dry-run' 2>/dev/null; ip link show brg 2>&1)"
check_fails 1 'and does nothing' ip link show brg
printf '%s\n' '# mine' 'ovl: 1' 'lab: kept' 'links: {brk: {type: bridge}}' >kept.yaml
for line in 'commit' 'discard' 'capture'; do
	check_error 1 'the file would lose its comments' "nor does the file behind '$line'" \
		shell 'configure ./kept.yaml' 'bridge add brk2' commit 'link del brk2' "$line" save
done
check_equal 'which is as it was' '# mine' "$(head -n1 kept.yaml)"

cat >hop.yaml <<'END'
{ovl: 1, lab: hop, links: {d0: {type: veth, peer: d1, addr: [10.1.0.1/24]}}, routes: [10.20.0.0/16 via 10.1.0.254]}
END
ovl -q apply hop.yaml
check 'a route that went to another device' shell 'configure hop' 'route change 10.20.0.0/16 dev d0' commit
check 'comes back' shell 'configure hop' 'rollback 1' commit
check_equal 'as it was' 10.1.0.254 "$(ip -j route show 10.20.0.0/16 | jq -r '.[].gateway')"

check 'a neighbour' shell 'configure hop' 'arp add 10.1.0.9 lladdr 02:00:00:00:00:09 dev d0' commit
check 'is there again when its link gets another MAC' shell 'configure hop' \
	'link set d0 address 02:00:00:00:00:77' commit
check_equal 'as the file says' '02:00:00:00:00:77 02:00:00:00:00:09' \
	"$(ip -j link show d0 | jq -r '.[].address') $(ip -j neigh show 10.1.0.9 | jq -r '.[].lladdr')"

# --- watch ---
ovl shell -c 'watch demo' >watched 2>&1 &
watcher=$!
has_lines() {
	[ "$(grep -c '^demo: ' watched)" = "$1" ]
}
check 'watch tells how it is' wait_for has_lines 1
bridge link set dev p1 isolated off
check 'when it changes' wait_for has_lines 2
check_contains 'and how' '~ link p1  isolated off -> on' "$(cat watched)"
bridge link set dev p1 isolated on
check 'and back' wait_for has_lines 3
kill "$watcher"
