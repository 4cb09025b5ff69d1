#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A forwarding table too big for a dump is asked for what the file names and the one before
# named: what is missing, changed or named no longer shows, what nobody named is not searched.
. "$(dirname "$0")/../support/check.sh"
needs ip bridge
kernel_has bridge || skip_all 'this kernel has no bridge'
kernel_has vxlan id 1 dstport 4789 || skip_all 'this kernel has no vxlan'

note='extra fdb entries were not searched'
# lab FILE ENTRY...: 129,600 entries on a port, and those.
lab() {
	cat >"$1" <<'END'
ovl: 1
lab: big
links:
  br0: {type: bridge}
  p0: {type: veth, peer: p1, master: br0}
  p1: {}
  p2: {type: veth, peer: p3, master: br0}
  p3: {}
  vx0: {type: vxlan, id: 7, local: 192.0.2.1, master: br0}
fdb:
  - 02:00:$(a=10..25):$(b=10..99):$(c=10..99):00 dev p0
  - 00:00:00:00:00:00 dev vx0 dst 192.0.2.2
  - 00:00:00:00:00:00 dev vx0 dst 192.0.2.3
END
	file=$1
	shift
	printf '  - %s\n' "$@" >>"$file"
}
lab "$WORK/a.yaml" '02:01:00:00:00:01 dev p0' '02:01:00:00:00:02 dev p0'
lab "$WORK/b.yaml" '02:01:00:00:00:01 dev p0'

check 'it is applied' ovl -q apply "$WORK/a.yaml"
check_prints 'what was applied is in sync' '' ovl -q diff "$WORK/a.yaml"
ovl diff "$WORK/a.yaml" 2>"$WORK/told"
check_contains 'the note says what was not looked at' "$note" "$(cat "$WORK/told")"

bridge fdb del 02:00:12:34:56:00 dev p0 master
bridge fdb replace 02:00:12:34:57:00 dev p0 master permanent
bridge fdb replace 02:00:12:34:58:00 dev p2 master static
bridge fdb del 00:00:00:00:00:00 dev vx0 dst 192.0.2.3
bridge fdb add 02:09:00:00:00:01 dev p0 master static
check_fails 3 'what is missing, elsewhere or of a device with a flood list shows' \
	ovl -q diff "$WORK/a.yaml"
check_contains 'one that is missing' '+ fdb 02:00:12:34:56:00 dev p0' "$OUTPUT"
check_contains 'one that is on another port' '+ fdb 02:00:12:34:58:00 dev p0' "$OUTPUT"
check_contains 'one that is another now' '~ fdb 02:00:12:34:57:00 dev p0 master  state permanent -> static' "$OUTPUT"
check_contains 'one of a flood list' '+ fdb 00:00:00:00:00:00 dev vx0 self dst 192.0.2.3' "$OUTPUT"
check_lacks 'one that nobody named is not searched' '02:09:00:00:00:01' "$OUTPUT"
check 'it is healed' ovl -q apply "$WORK/a.yaml"
check_prints '... and in sync' '' ovl -q diff "$WORK/a.yaml"
check_equal '... as bridge says' 3 "$(bridge fdb show dev p0 |
	grep -c '^02:00:12:34:5[678]:00 master br0 static')"

check 'what the file before named and this one does not goes' ovl -q apply "$WORK/b.yaml"
# Where ports have VLANs an entry is there for each of them, too.
check_equal '... from the kernel' '02:01:00:00:00:01' \
	"$(bridge fdb show dev p0 | grep -o '^02:01:[^ ]*' | sort -u)"
check 'the lab goes' ovl -q destroy "$WORK/b.yaml"
check_equal '... and nothing is left' '' "$(ip -o link show type bridge)"
