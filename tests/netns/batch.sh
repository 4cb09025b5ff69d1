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
- link b8' ovl --dry-run -b "$WORK/batch"
check_prints '--as ip prints a script' 'ip link add b8 type ifb
ip link delete b8' ovl --as ip -b "$WORK/batch"
check_fails 1 'and nothing is done' ip link show b8
batch 'link add b8 type ifb' 'link add b8 type ifb' 'link del b8' 'link del b8'
check '--idempotent: what is there or gone already is fine' ovl -i -b "$WORK/batch"

# --- what is only tried: a line may need what an earlier one makes
cat >"$WORK/lab" <<'LINES'
netns add tn1 tn2
bridge add tbr address 02:00:00:00:09:01 up
veth add te1 netns tn1 addr 10.100.0.1/24 up peer tp1 up master tbr
veth add te2 netns tn2 peer tp2
link set tp2 up
bridge addif tbr tp2
bridge port tp2 isolated on
addr add 10.100.0.254/24 dev tbr
route add 10.101.0.0/16 via 10.100.0.1
vxlan add tvx id 4242 dstport 4789 local 10.100.0.254 up
bridge addif tbr tvx
vxlan remote add tvx 10.100.0.9
fdb add 02:00:00:00:00:01 dev tvx dst 10.100.0.9
fdb add 02:00:00:00:00:02 dev tvx
fdb add 02:00:00:00:00:03 dev tp1
arp add 10.100.0.1 lladdr 02:00:00:00:00:01 dev tbr
link property add dev tp2 altname tlong
link set tlong down
link set tlong name tq2
bridge port tq2 isolated off
bridge delif tbr tq2
link set tvx mtu 1400
link del tq2
vxlan add tvx2 id 4242 dstport 4790
netns del tn2
LINES
ovl -q --dry-run -b "$WORK/lab" >"$WORK/tried"
check_equal 'a whole lab is tried' 0 $?
check_fails 1 'without a link' ip link show tbr
check_equal 'or a namespace of it' '' "$(ip netns list | grep tn)"
ovl -q --as ip -b "$WORK/lab" >"$WORK/script"
while read -r line; do
	# shellcheck disable=SC2086 # words
	ovl -q --dry-run $line
	# shellcheck disable=SC2086
	ovl -q $line
done <"$WORK/lab" >"$WORK/alone"
check_equal 'its steps are those of each line, tried when those before are done' \
	"$(cat "$WORK/alone")" "$(cat "$WORK/tried")"
lab() {
	for link in tbr tp1 tvx tvx2 tq2; do
		ip -j -d link show "$link" 2>/dev/null | jq -c '.[] | [.ifname, .mtu, .master, .linkinfo.info_kind]'
	done
	ip route show 10.101.0.0/16
	ip neigh show dev tbr nud permanent
	bridge fdb | grep '02:00:00:00:00:0[1-3]\|00:00:00:00:00:00 dev tvx' | sort
	ip -n tn1 -br addr show te1 | grep -o ' 10\.[^ ]*'
}
built=$(lab)
drop_lab() {
	ip link del tbr
	ip link del tvx
	ip link del tvx2
	ip netns del tn1
	wait_for sh -c '! ip link show tp1'
}
drop_lab
check 'the script of --as ip is carried out' sh -e "$WORK/script"
check_equal 'and builds the same' "$built" "$(lab)"
drop_lab
ovl -q -b "$WORK/lab"
check_equal 'as the batch does' "$built" "$(lab)"
drop_lab

# refused_alike SENTENCE LINE...: a trial ends with the words and the code of the batch itself.
refused_alike() {
	sentence=$1
	shift
	batch "$@"
	ovl -q --dry-run -b "$WORK/batch" >"$WORK/.output" 2>"$WORK/.error"
	tried="$? $(sed 's/kernel: //' "$WORK/.error")"
	ovl -q -b "$WORK/batch" >"$WORK/.output" 2>"$WORK/.error"
	done="$? $(sed 's/kernel: File exists/exists already/; s/kernel: //' "$WORK/.error")"
	check_equal "$sentence" "$done" "$tried"
	ip link del tbr 2>/dev/null
	ip netns del tn1 2>/dev/null
}
refused_alike 'a link that was removed is not there' 'bridge add tbr' 'link del tbr' 'link set tbr up'
check_contains '... which is said with its line' "$WORK/batch:3: there is no link 'tbr' (2 commands" \
	"$done"
refused_alike 'nor one by the name it had' 'bridge add tbr' 'link set tbr name tbr2' \
	'link set tbr2 name tbr' 'addr add 10.4.0.1/24 dev tbr2'
refused_alike 'nor one that moved' 'netns add tn1' 'veth add te1 peer te2' 'link set te1 netns tn1' \
	'link del te2' 'link add te1 type ifb' 'link del te1' 'link del te1'
refused_alike 'nor one whose other end was removed' 'veth add te1 peer te2' 'link del te2' \
	'addr add 10.4.0.1/24 dev te1'
refused_alike 'a name is given once' 'bridge add tbr' 'link add tbr type ifb'
refused_alike 'and a namespace made once' 'netns add tn1' 'netns add tn1'
refused_alike 'one that is gone is not there' 'netns add tn1' 'netns del tn1' \
	'veth add te1 netns tn1'
refused_alike 'a link of another kind is none of this' 'link add tbr type ifb' 'bridge addif tbr b0'
refused_alike 'what is no port has no port options' 'bridge add tbr' 'bridge addif tbr b0' \
	'bridge delif tbr b0' 'bridge port b0 isolated on'
refused_alike 'an entry is added once' 'bridge add tbr' \
	'arp add 10.4.0.1 lladdr 02:00:00:00:00:01 dev tbr' \
	'arp add 10.4.0.1 lladdr 02:00:00:00:00:01 dev tbr'
refused_alike 'and not on what was made without it' 'vxlan add tbr id 77' \
	'fdb add 02:00:00:00:00:01 dev tbr dst 10.0.0.1' 'fdb add 02:00:00:00:00:01 dev tbr dst 10.0.0.2'
batch 'link add b8 type ifb' 'link add b8 type ifb' 'link del b8' 'link del b8' \
	'addr del 10.7.0.1/24 dev b8' 'link show b0'
check_prints 'what is idempotent is so when it is only tried' '+ link b8 type ifb
+ link b8 type ifb
- link b8
- addr 10.7.0.1/24 dev b8
b0 veth' sh -c "ovl -i -o --dry-run -b '$WORK/batch' | cut -d' ' -f1-5 | sed 's/\(b0 veth\).*/\1/'"
batch 'netns add tn1' 'netns show' 'veth add te1 peer te2 netns tn1 addr 10.4.0.1/24' 'veth show te1' \
	'-A addr show to 10.4.0.0/16' 'addr add 10.5.0.1/24 dev te1' 'addr show dev te1' 'addr flush dev te1' \
	'addr show dev te1' 'link del b0' 'addr show dev b1'
check_error 1 "$WORK/batch:11: there is no link 'b1'" 'a trial lists what there would be' \
	ovl -o --dry-run -b "$WORK/batch"
check_equal '... in each line' '+ netns tn1
bn 0 -
tn1 - -
+ link te1 type veth peer name te2 netns tn1
+ tn1: addr 10.4.0.1/24 dev te2
te1 down tn1/te2 1500
tn1 te2 down 10.4.0.1/24
+ addr 10.5.0.1/24 dev te1
te1 down 10.5.0.1/24
- addr 10.5.0.1/24 dev te1
te1 down
- link b0' "$(sed 's/ - - - .*//; s/ - - global.*//' "$WORK/.output")"
check 'and does nothing' ip link show b1
batch 'arp add 10.0.0.3 dev nope lladdr 02:00:00:00:00:01' 'link add b8 type ifb' \
	'arp replace 10.0.0.3 lladdr 02:00:00:00:00:01 dev b8' 'link set b8 name b9' \
	'arp replace 10.0.0.4 lladdr 02:00:00:00:00:01 dev b8' 'link del b9'
check_error 1 "$WORK/batch:5: there is no link 'b8'" 'an old name is not remembered' \
	ovl --force -b "$WORK/batch"

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
