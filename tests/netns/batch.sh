#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Batches against the kernel: what shares a send, what is taken back, where a failure is said to
# be, and that a long one takes little memory.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge jq

batch() {
	printf '%s\n' "$@" >"$WORK/batch"
}
# sends WORDS…: how many sends of more than questions it takes, and the messages of each.
sends() {
	ovl -v "$@" 2>&1 >/dev/null |
		awk '/^-> / { count++; split($0, word); if (word[4] % 4 == 2) count = 0 }
		     /^<- / { if (count) print count; count = 0 }' | paste -sd' '
}
tables() {
	{
		ip route show table all
		bridge fdb
		ip neigh show nud permanent
	} | grep -v 'fe80:\|ff0[0-9a-f]*:\|33:33'
}
entries() {
	ip neigh show dev b1 nud permanent | wc -l
}

ip link add b0 type veth peer name b1
ip link set b0 up && ip link set b1 up
ip link add bvx up type vxlan id 42 dstport 4789 local 10.0.0.1
ip addr add 10.0.0.1/16 dev b1

# --- lines and words
batch '# a comment' '' '  link add b2 type ifb   # made here' 'link set b2 alias "two words"' \
	"link set b2 \\" '  mtu \' '1400'
check 'a batch is a command a line' ovl -b "$WORK/batch"
check_json 'with quotes, comments and lines that go on' '["two words",1400]' \
	"$(ip -j link show b2 | jq -c '[.[0].ifalias, .[0].mtu]')"
check_fails 0 'from stdin with -b -' sh -c 'echo link del b2 | ovl -b -'
check_fails 1 'it is gone' ip link show b2
printf 'link add b3 type ifb\r\nlink set b3 up' >"$WORK/batch"
check 'lines may end as on other systems, and the last without a newline' ovl -batch "$WORK/batch"
check_equal 'and are carried out' UP "$(ip -j link show b3 | jq -r '.[0].flags[] | select(. == "UP")')"
ip link del b3
batch 'netns add bn' 'link add b4 netns bn type veth peer name b5' 'link set b5 up' \
	'netns exec bn ip link set b4 up' 'addr add 10.3.0.1/24 dev b5'
check 'a name may be made by an earlier line' ovl -b "$WORK/batch"
check 'and a command run inside' sh -c "ip -n bn link show b4 | grep -q ,UP"
batch 'netns exec bn sh -c "exit 7"' 'link del b5'
check_fails 7 'the batch ends with the status of the command that failed' ovl -b "$WORK/batch"
check_contains 'and says where' "$WORK/batch:1: " "$OUTPUT"
check 'the line behind it is not carried out' ip link show b5
printf 'link show b0\naddr show dev b0\n' | ovl -j -b - >"$WORK/lines"
check_equal '-j prints a document a line' 2 "$(wc -l <"$WORK/lines")"
check_json 'each of them whole' '[["b0"],["b0"]]' \
	"$(while read -r line; do printf '%s' "$line" | jq -c '[.[].ifname]'; done <"$WORK/lines" | jq -s .)"

# --- what shares a send
for i in $(seq 200); do
	echo "arp add 10.0.1.$i lladdr 02:00:00:00:00:01 dev b1"
done >"$WORK/batch"
check 'two hundred entries' ovl -b "$WORK/batch"
check_equal 'are there' 200 "$(entries)"
ip neigh flush dev b1 nud permanent
count=$(sends -b "$WORK/batch" | wc -w)
check 'and go in a few sends' test "$count" -lt 20
ip neigh flush dev b1 nud permanent
batch 'arp add 10.0.0.2 lladdr 02:00:00:00:00:01 dev b1' \
	'arp add 10.0.0.2 lladdr 02:00:00:00:00:02 dev b1'
check_fails 2 'two lines about one entry do not' ovl -b "$WORK/batch"
check_contains 'the second is refused' "$WORK/batch:2: arp '10.0.0.2 dev b1'" "$OUTPUT"
check_contains 'and the first stands' 02:00:00:00:00:01 "$(ip neigh show 10.0.0.2 dev b1)"
ip neigh flush dev b1 nud permanent
batch 'arp add 10.0.0.2 lladdr 02:00:00:00:00:01 dev b1' 'arp flush dev b1 nud all' \
	'arp add 10.0.0.3 lladdr 02:00:00:00:00:01 dev b1' 'arp show dev b1'
check_contains 'a list shows what the lines before it did' 10.0.0.3 "$(ovl -b "$WORK/batch")"
check_equal 'and a flush removes it' 1 "$(entries)"
ip neigh flush dev b1 nud permanent

# --- a refused line
refused_at() {
	: >"$WORK/batch"
	for i in $(seq 10); do
		echo "arp add 10.0.0.1$i lladdr 02:00:00:00:00:01 dev b1" >>"$WORK/batch"
	done
	ip neigh add "10.0.0.1$1" lladdr 02:00:00:00:00:ff dev b1
}
for at in 1 4 9; do
	refused_at $at
	check_error 2 "$WORK/batch:$at: arp '10.0.0.1$at dev b1': kernel: " "line $at is refused" \
		ovl -b "$WORK/batch"
	case $at in
	2) check_contains 'one line before it stands' '(1 command before it stands)' "$OUTPUT" ;;
	*) check_contains 'it says how many lines stand' "($((at - 1)) commands before it stand)" "$OUTPUT" ;;
	esac
	check_equal 'those before it stand, those behind it do not' "$at" "$(entries)"
	check_contains 'what was there stays as it was' 02:00:00:00:00:ff \
		"$(ip neigh show "10.0.0.1$at" dev b1)"
	ip neigh flush dev b1 nud permanent
done
refused_at 4
check_fails 2 '--force goes on' ovl --force -b "$WORK/batch"
check_contains 'tells of the line' "ovl: $WORK/batch:4: arp '10.0.0.14 dev b1'" "$OUTPUT"
check_contains 'and how many failed' '1 of 10 commands failed' "$OUTPUT"
check_equal 'every other line is carried out' 10 "$(entries)"
ip neigh flush dev b1 nud permanent

for words in 'fdb add 02:00:00:00:00:%02x dev bvx dst 10.0.0.9' 'route add 10.9.%d.0/24 dev b1' \
	'arp add 10.0.2.%d lladdr 02:00:00:00:00:01 dev b1' \
	'route add fd00:%x::/64 dev b1'; do
	for i in $(seq 12); do
		# shellcheck disable=SC2059 # the words are the format
		printf "$words\n" "$i"
	done >"$WORK/batch"
	sed -n 6p "$WORK/batch" | ovl -b -
	before=$(tables)
	check_fails 2 "a refused '$words'" ovl -b "$WORK/batch"
	check_contains '... is line 6' "$WORK/batch:6:" "$OUTPUT"
	sed -n 1,5p "$WORK/batch" | sed 's/ add / del /; s/lladdr [^ ]* //' | ovl -b -
	check_equal '... and leaves the five before it' "$before" "$(tables)"
	sed -n 6p "$WORK/batch" | sed 's/ add / del /; s/lladdr [^ ]* //' | ovl -b -
done

# --- a line that is wrong
batch 'arp add 10.0.0.2 lladdr 02:00:00:00:00:01 dev b1' 'arp add 10.0.0.3 dev' 'link del b0'
check_error 1 "$WORK/batch:2: 'dev' needs a value" 'a wrong line exits with 1' ovl -b "$WORK/batch"
check_contains 'those before it stand' '(1 command before it stands)' "$OUTPUT"
check_equal 'also what waited to be sent' 1 "$(entries)"
check 'those behind it are not carried out' ip link show b0
ip neigh flush dev b1 nud permanent
batch 'arp add 10.0.0.2 lladdr 02:00:00:00:00:01 dev b1' \
	'arp add 10.0.0.2/99 lladdr 02:00:00:00:00:01 dev b1' \
	'frobnicate' 'link set b0 alias done' 'link add b0 type ifb' "'"
check_fails 1 '--force ends with the code of the first failure' ovl -force -b "$WORK/batch"
check_equal 'tells each with its line' '2: 3: 5: 6: ' \
	"$(printf '%s\n' "$OUTPUT" | sed -n "s|^ovl: $WORK/batch:\([0-9]*: \).*|\1|p" | tr -d '\n')"
check_contains 'and counts' '4 of 6 commands failed' "$OUTPUT"
check_equal 'the others are done' 'done' "$(ip -j link show b0 | jq -r '.[0].ifalias')"
ip neigh flush dev b1 nud permanent
check_error 1 'there is no link' 'a link that is gone in between' sh -c \
	'printf "link add b7 type ifb\nlink del b7\nlink set b7 up\n" | ovl -b -'
check_contains 'is told with stdin and its line' 'stdin:3: ' "$OUTPUT"
check_error 1 'cannot open' 'a file that is not there' ovl -b "$WORK/none"
check_error 2 'Is a directory' 'a folder is no file' timeout 10 ovl --force -b "$WORK"
check_error 1 'NUL' 'nor is a program' ovl -b /bin/true
head -c 3000000 /dev/zero | tr '\0' a >"$WORK/batch"
check_error 1 'longer than' 'nor one endless line' ovl -b "$WORK/batch"
check_error 1 'takes no command beside it' '-b and a command exclude each other' \
	ovl -b "$WORK/batch" link show
check_error 1 'no place in a batch' 'a batch has no batch in it' sh -c 'echo "-b x" | ovl -b -'
batch 'link add b8 type ifb' 'link del b8'
check_prints '--dry-run prints all steps' '+ link b8 type ifb
- link b8' sh -c "ip link add b8 type ifb; ovl --dry-run -b '$WORK/batch'"
check_prints '--as ip prints a script' 'ip link add b8 type ifb
ip link delete b8' ovl --as ip -b "$WORK/batch"
check 'and nothing is done' ip link show b8
batch 'link add b8 type ifb' 'link add b8 type ifb' 'link del b8' 'link del b8'
check '--idempotent: what is there or gone already is fine' ovl -i -b "$WORK/batch"

# --- whoever writes line by line sees each line done
mkfifo "$WORK/pipe"
ovl -b - <"$WORK/pipe" >"$WORK/answers" 2>&1 &
pid=$!
exec 7>"$WORK/pipe"
echo 'arp add 10.0.0.2 lladdr 02:00:00:00:00:01 dev b1' >&7
check 'a line is carried out before the next one is written' \
	wait_for sh -c 'ip neigh show 10.0.0.2 dev b1 | grep -q PERMANENT'
echo 'link show b0' >&7
check 'and its answer comes' wait_for grep -q b0 "$WORK/answers"
exec 7>&-
wait "$pid"
check_equal 'the end of input ends it' 0 $?
ip neigh flush dev b1 nud permanent

# --- a long one
awk 'BEGIN { for (i = 0; i < 100000; i++)
	printf "fdb add 02:00:%02x:%02x:%02x:00 dev bvx dst 10.0.0.9\n", i / 65536, i / 256 % 256, i % 256 }' \
	>"$WORK/batch"
if nm "$(command -v ovl)" 2>/dev/null | grep -q __asan_init; then
	skip 'the sanitizers need memory of their own: the size of a long batch'
	check '100000 lines are carried out' ovl -b "$WORK/batch"
elif [ -x /usr/bin/time ]; then
	check '100000 lines are carried out' /usr/bin/time -f %M -o "$WORK/size" ovl -b "$WORK/batch"
	check "in at most 16 MB ($(cat "$WORK/size") kB)" test "$(tail -n1 "$WORK/size")" -le 16384
else
	skip 'time(1) is not installed: the size of a long batch'
	check '100000 lines are carried out' ovl -b "$WORK/batch"
fi
check_equal 'and are all there' 100000 "$(bridge fdb show dev bvx | grep -c 'dst 10.0.0.9')"
sed -i '99990s/.*/fdb add 02:00:00:00:00:00 dev bvx dst 10.0.0.9/; 1,99980s/.*/# &/' "$WORK/batch"
sed 's/ add / del /' "$WORK/batch" | sed '$!{/^#/d}; 99990d' | ovl --force -b - >"$WORK/.output" 2>&1
check_fails 2 'a refusal far down' ovl -b "$WORK/batch"
check_contains 'has its line' "$WORK/batch:99990: " "$OUTPUT"
