#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The manual: every block of EXAMPLES runs as it stands, in a sandbox of its own, from its first
# line to its last, and prints what its PRINTS comments say; every object, verb and option is
# described.
. "$(dirname "$0")/../support/check.sh"
needs awk ip

support=$(cd "$(dirname "$0")/../support" && pwd)
manual=$OVL_SOURCE/man

# The lines of the N-th block of a page, as a shell reads them.
block() {
	awk -v wanted="$2" '
	/^\.\\" RUN/ { count++; armed = 1; next }
	/^\.Bd/ && armed { inside = 1; next }
	/^\.Ed/ { inside = armed = 0 }
	inside && count == wanted' "$1" | sed 's/\\-/-/g; s/\\&//g; s/\\(ga/`/g; s/\\e/\\/g'
}

# What the N-th block of a page prints, a line each.
prints() {
	awk -v wanted="$2" '
	/^\.\\" RUN/ { count++ }
	/^\.\\" PRINTS / && count == wanted { sub(/^[^ ]* PRINTS /, ""); print }' "$1"
}

# What the N-th block says behind RUN that it needs of the kernel: a word of vxlan.
needed() {
	awk -v wanted="$2" '/^\.\\" RUN/ && ++count == wanted { print $3 }' "$1"
}
vxlan_has() {
	ip link add name probe-kind type vxlan external "$1" 2>/dev/null &&
		ip -j -d link show probe-kind | grep -q "\"$1\": *true"
	vxlan_status=$?
	ip link del probe-kind 2>/dev/null
	return $vxlan_status
}

for page in "$manual"/*.8; do
	name=$(basename "$page")
	blocks=$(grep -c '^\.\\" RUN' "$page")
	check "$name has examples" [ "$blocks" -gt 0 ]
	for number in $(seq "$blocks"); do
		need=$(needed "$page" "$number")
		if [ "$need" ] && ! vxlan_has "$need"; then
			skip "$name: example $number: this kernel's vxlan has no $need"
			continue
		fi
		mkdir -p "$WORK/$number"
		block "$page" "$number" >"$WORK/example"
		if (cd "$WORK/$number" && timeout 60 "$support/sandbox" sh -eu ../example) \
			>"$WORK/printed" 2>&1; then
			ok "$name: example $number runs"
		else
			check_show "$(cat "$WORK/example" "$WORK/printed")"
			not_ok "$name: example $number runs"
		fi
		rm -rf "${WORK:?}/$number"
		prints "$page" "$number" >"$WORK/expected"
		while read -r line; do
			check_contains "$name: example $number prints '$line'" \
				"$(printf %s "$line" | tr -s ' ')" "$(tr -s ' ' <"$WORK/printed")"
		done <"$WORK/expected"
	done
	if command -v mandoc >/dev/null; then
		check "$name is good mdoc" mandoc -Tlint -Wwarning "$page"
	fi
done

objects=$(ovl complete -- '' | cut -f1 | grep -vx help)
for object in $objects; do
	page=$manual/ovl-$object.8
	check "ovl.8 refers to ovl-$object.8" grep -q "^\.Xr ovl-$object 8" "$manual/ovl.8"
	missing=$(ovl complete -- "$object" '' | cut -f1 | while read -r verb; do
		sed -n '/^\.Sh VERBS/,/^\.Sh [^V]/p' "$page" |
			grep -qE "^\.It Cm (.* )?$verb( |\$)" || echo "$verb"
	done)
	check_equal "ovl-$object.8 describes every verb" '' "$missing"
done
