#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `ovl check`: what it says of right files and of wrong ones, and that no file however hostile
# takes it long or makes it large.
. "$(dirname "$0")/../support/check.sh"
needs jq
here=$(dirname "$0")
examples=$here/../../examples
golden=$here/../golden/check

for file in "$examples"/*.yaml; do
	name=$(basename "$file")
	check_prints "$name is a topology file" '' ovl check "$file"
	for host in $(sed -n '/^hosts:/,$s/^  \([a-z0-9]*\):$/\1/p' "$file"); do
		check "$name is one for host $host" ovl check --host "$host" "$file"
	done
done
check 'a host that repeats is one' ovl check "$examples/mesh.yaml" --host h2
check_json 'JSON says what was read' \
	'{"format":1,"file":"stdin","lab":"veth","errors":[],"objects":8}' \
	"$(ovl -j check - <"$examples/1-veth.yaml")"
check_json 'a variable is set from outside' '83' \
	"$(ovl -j check "$examples/mesh.yaml" --set hosts=4 | jq .objects)"

# The files of the manual, each behind a CHECK.
page=$OVL_SOURCE/man/ovl-topology.5
files=$(grep -c '^\.\\" CHECK' "$page")
for number in $(seq "$files"); do
	awk -v wanted="$number" '
	/^\.\\" CHECK/ { count++; armed = 1; next }
	/^\.Bd/ && armed { inside = 1; next }
	/^\.Ed/ { inside = armed = 0 }
	inside && count == wanted' "$page" | sed 's/\\-/-/g; s/\\(dq/"/g' >"$WORK/example.yaml"
	check_prints "file $number of the manual is right" '' ovl check "$WORK/example.yaml"
done
check_equal 'the manual has files' yes "$([ "$files" -gt 3 ] && echo yes)"

cp "$golden"/*.yaml "$WORK"
told() (
	cd "$WORK" && ovl check "$1"
)
check_golden 'each mistake is told with its place' ../golden/check/mistakes.txt told mistakes.yaml
check_golden 'what cannot be together is told' ../golden/check/cross.txt told cross.yaml
OUTPUT=$(ovl -j check "$WORK/mistakes.yaml" 2>/dev/null)
check_equal 'JSON has all of them' "$(grep -c '^ovl: ' "$golden/mistakes.txt")" \
	"$(echo "$OUTPUT" | jq '.errors | length')"
check_json 'an error has file, line, column and message' \
	"{\"file\":\"$WORK/mistakes.yaml\",\"line\":5,\"column\":20,\"message\":\"type: there is no kind of link 'brigde' (did you mean 'bridge'?)\"}" \
	"$(echo "$OUTPUT" | jq '.errors[0]')"
check_error 1 "cannot open '$WORK/none.yaml'" 'a file that is not there is a mistake' \
	ovl check "$WORK/none.yaml"
check_error 1 'a FILE is needed' 'a file is needed' ovl check
check_error 1 "'more' is not known here" 'one file is read' ovl check "$WORK/cross.yaml" more

# Memory and time are bounded where no sanitizer takes its share of them; the time is that of the
# processor, since others may use the machine. OVL_TEST_SLOW says how slow an emulated one is.
limits='exec timeout 60 ovl "$@"'
if ! grep -q __asan_init "$(command -v ovl)"; then
	limits='ulimit -v 65536 && ulimit -t ${OVL_TEST_SLOW:-1} && exec timeout 60 ovl "$@"'
fi
head='ovl: 1\nlab: x\n'
# hostile NAME TEXT SENTENCE: stdin is refused with the text, in the bounds.
hostile() {
	cat >"$WORK/$1"
	check_error 1 "$2" "$3" sh -c "$limits" ovl check "$WORK/$1"
}
many() {
	awk -v what="$1" -v count="$2" 'BEGIN { for (i = 1; i <= count; i++) printf what, i }'
}
many '[' 100000 | hostile brackets 'nested more than 32 deep' '100,000 brackets are refused'
{
	printf "$head"'links: '
	many '{a: ' 100000
} | hostile maps 'nested more than 32 deep' '100,000 maps are refused'
many 'k%d: &a [x]\n' 1000 | hostile anchors 'an anchor (&) is not allowed here' 'anchors are refused'
printf 'a: *b\n' | hostile alias 'an alias (*) is not allowed here' 'an alias is refused'
{
	printf "$head"'links: {a: {type: dummy, alias: "'
	head -c 17825792 /dev/zero | tr '\0' x
	printf '"}}\n'
} | hostile large 'larger than 16 MiB' '17 MiB are refused'
printf "$head"'links: {a\0b: {}}\n' | hostile nul '3:10: this is no YAML' 'a NUL is refused'
printf "$head"'links: {"a\\0b": {}}\n' | hostile escaped-nul '3:9: there is a NUL' \
	'a NUL in an escape is refused'
printf "$head"'links: {\377\376: {}}\n' | hostile utf '3:9: this is no YAML' 'bytes that are no UTF-8 are refused'
printf "$head"'links:\n\ta: {}\n' | hostile tab '4:1: this is no YAML' 'a tab is refused'
printf 'ovl: 1\r\nlab: x\r\nlinks:\r\n  a: {type: dumy}\r\n' | hostile crlf '4:13: type:' \
	'places are right where lines end in CR LF'
printf "$head"'links: {d$(i=1..1000000)$(j=1..1000000): {type: dummy}}\n' | hostile product \
	'3:9: this makes more than 1,000,000 objects' '10^12 links are refused at once'
printf "$head"'netns: {n$(i=1..1000000): {links: {d$(j=1..1000000): {type: dummy}}}}\n' |
	hostile nested '3:9: this makes more than 1,000,000 objects' '10^12 links in namespaces are too'
{
	printf "$head"'links:\n'
	many '  d%d: {type: dummy}\n' 99999
	printf '  d7: {type: dummy}\n'
} | hostile doubled "100003:3: 'd7' is given twice" 'the last of 100,000 links is doubled'
{
	printf "$head"'routes:\n'
	many '  - 10.0.0.0/8 metrik %d\n' 99999
} | hostile wrong '(did you mean' '100,000 mistakes are cut off'
check_equal 'at 20' 20 "$(ovl check "$WORK/wrong" 2>&1 | grep -c '^ovl: ')"
{
	printf "$head"'vars: {'
	many 'v%d: 1, ' 100000
	printf '}\n'
} | hostile variables 'more than 256 variables' '100,000 variables are refused'
for value in 1 x null '[]' '{}' '[[1]]' '{a: {b: c}}' '""'; do
	for key in ovl lab vars defaults links netns routes arp fdb sysctl hosts segments wires; do
		echo "$key: $value"
	done >"$WORK/types"
	check_fails 1 "wrong types everywhere are mistakes: $value" ovl check "$WORK/types"
done

{
	printf "$head"'links: {d: {type: dummy, addr: 10.0.0.1/8}}\nroutes:\n'
	awk 'BEGIN { for (i = 0; i < 99998; i++)
		printf "  - 172.%d.%d.%d via 10.0.0.2 dev d\n", 16 + int(i / 65536), int(i / 256) % 256, i % 256 }'
} >"$WORK/bulk"
check_json '100,000 objects are read in the same bounds' 100000 \
	"$(sh -c "$limits" ovl -j check "$WORK/bulk" | jq .objects)"
